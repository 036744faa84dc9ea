//! PowerPoint presentations before 2007 ([MS-PPT]): a page a slide, with its notes and comments.
//!
//! Only what the last saving knows is read: older versions of slides lie in the file as well.

use std::collections::BTreeMap;
use std::io::Read;
use std::rc::Rc;

use flate2::read::ZlibDecoder;
use onrecord_record::Locator;

use super::compound::{Compound, locked, u16_at, u32_at, utf16};
use super::embedded;
use super::prose::Prose;
use super::story::by_whom;
use crate::budget::{Flawed, Metered};
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Record types.
mod kind {
    pub(super) const DOCUMENT: u16 = 1_000;
    pub(super) const SLIDE: u16 = 1_006;
    pub(super) const NOTES_ATOM: u16 = 1_009;
    pub(super) const PERSIST_ATOM: u16 = 1_011;
    pub(super) const SLIDE_INFO: u16 = 1_017;
    pub(super) const PLACEHOLDER: u16 = 3_011;
    pub(super) const OUTLINE_TEXT: u16 = 3_998;
    pub(super) const TEXT_CHARS: u16 = 4_000;
    pub(super) const TEXT_BYTES: u16 = 4_008;
    pub(super) const STRING: u16 = 4_026;
    pub(super) const HEADERS: u16 = 4_057;
    pub(super) const SLIDE_LIST: u16 = 4_080;
    pub(super) const USER_EDIT: u16 = 4_085;
    pub(super) const OLE_OBJECT: u16 = 4_113;
    pub(super) const BINARY_TAG: u16 = 5_003;
    pub(super) const PERSIST_DIRECTORY: u16 = 6_002;
    pub(super) const COMMENT: u16 = 12_000;
    pub(super) const COMMENT_ATOM: u16 = 12_001;
    pub(super) const SHAPE: u16 = 0xf004;
}

/// Deepest nesting of records that is followed.
const MAX_DEPTH: usize = 24;
/// Placeholders of a pattern with words of their own: footer and header.
const FILLED: &[u8] = &[9, 10, 15, 16];
/// Longest embedded object, in bytes.
const MAX_OBJECT: u64 = 128 << 20;
/// Most savings, slides and texts.
const MAX_KEPT: usize = 100_000;

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let stream = compound.stream("PowerPoint Document").unwrap_or_default();
    let user = compound.stream("Current User").unwrap_or_default();
    if u32_at(&user, 12) == Some(0xf3d1_c4df) {
        return locked(reading);
    }
    let Some(show) = Show::of(&stream, u32_at(&user, 16).unwrap_or(0) as usize) else {
        return super::unreadable(reading, "its list of slides is damaged");
    };
    if show.is_encrypted {
        return locked(reading);
    }
    let mut prose = Prose::new(reading.limits);
    show.tell(reading, &mut prose)?;
    prose.finish(reading)?;
    show.read_objects(reading)
}

/// A record with its body.
#[derive(Clone, Copy)]
struct Record<'b> {
    instance: u16,
    kind: u16,
    is_container: bool,
    body: &'b [u8],
}

/// The records that lie one after the other in `bytes`.
fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let first = u16_at(rest, 0)?;
        let kind = u16_at(rest, 2)?;
        let length = u32_at(rest, 4)? as usize;
        let body = rest.get(8..)?;
        let body = &body[..length.min(body.len())];
        rest = &rest[8 + body.len()..];
        Some(Record {
            instance: first >> 4,
            kind,
            is_container: first & 15 == 15,
            body,
        })
    })
}

impl<'b> Record<'b> {
    fn at(stream: &'b [u8], offset: usize) -> Option<Self> {
        records(stream.get(offset..)?).next()
    }

    fn child(&self, kind: u16) -> Option<Record<'b>> {
        records(self.body).find(|record| record.kind == kind)
    }
}

/// A presentation as its last saving left it.
struct Show<'b> {
    /// Offsets of the objects that are kept, by their numbers.
    places: BTreeMap<u32, usize>,
    stream: &'b [u8],
    document: Option<Record<'b>>,
    is_encrypted: bool,
}

impl<'b> Show<'b> {
    fn of(stream: &'b [u8], last_edit: usize) -> Option<Self> {
        let mut show = Self {
            places: BTreeMap::new(),
            stream,
            document: None,
            is_encrypted: false,
        };
        let mut edit = last_edit;
        let mut document = None;
        for _ in 0..1_000 {
            let record =
                Record::at(stream, edit).filter(|record| record.kind == kind::USER_EDIT)?;
            show.is_encrypted |= u32_at(record.body, 28).is_some_and(|session| session != 0);
            document = document.or_else(|| u32_at(record.body, 16));
            show.add_places(u32_at(record.body, 12)? as usize);
            let before = u32_at(record.body, 8)? as usize;
            if before == 0 || before >= edit {
                break;
            }
            edit = before;
        }
        let place = document.and_then(|number| show.places.get(&number));
        let record = place.and_then(|place| Record::at(stream, *place));
        show.document = record.filter(|record| record.kind == kind::DOCUMENT);
        (show.document.is_some() || show.is_encrypted).then_some(show)
    }

    /// Takes in a directory; what a later saving said counts.
    fn add_places(&mut self, offset: usize) {
        let record = Record::at(self.stream, offset);
        let Some(record) = record.filter(|record| record.kind == kind::PERSIST_DIRECTORY) else {
            return;
        };
        let mut at = 0;
        while let Some(head) = u32_at(record.body, at) {
            let (first, n) = (head & 0xf_ffff, head >> 20);
            at += 4;
            for number in 0..n {
                let Some(place) = u32_at(record.body, at) else {
                    return;
                };
                if self.places.len() < MAX_KEPT {
                    self.places.entry(first + number).or_insert(place as usize);
                }
                at += 4;
            }
        }
    }

    fn object(&self, number: u32) -> Option<Record<'b>> {
        Record::at(self.stream, *self.places.get(&number)?)
    }

    fn tell(&self, reading: &mut Reading<'_, '_>, prose: &mut Prose) -> Flow {
        let notes = self.notes();
        let slides = self.listed(0);
        for (at, slide) in slides.iter().enumerate() {
            let page = u32::try_from(at + 1).unwrap_or(u32::MAX);
            prose.end_paragraph();
            prose.begin_place(Locator::Page { page, area: None });
            self.tell_slide(slide, notes.get(&slide.id), prose);
            prose.end_place();
            prose.flush(reading)?;
        }
        reading.metadata("slides", slides.len().to_string())?;
        let mut texts = Texts::of_pattern();
        for master in self.listed(1) {
            if let Some(record) = self.object(master.number) {
                texts.walk(&record, 0);
            }
        }
        let document = self
            .document
            .into_iter()
            .flat_map(|document| records(document.body));
        for headers in document.filter(|record| record.kind == kind::HEADERS) {
            texts.walk(&headers, 0);
        }
        prose.section("On the slides' patterns", &texts.unique());
        Flow::Continue(())
    }

    fn tell_slide(&self, slide: &Listed, notes: Option<&Vec<String>>, prose: &mut Prose) {
        let mut texts = Texts {
            outline: slide.texts.clone(),
            ..Texts::default()
        };
        if let Some(record) = self
            .object(slide.number)
            .filter(|record| record.kind == kind::SLIDE)
        {
            texts.walk(&record, 0);
        }
        if texts.is_hidden {
            prose.paragraph("(hidden slide)");
        }
        for line in texts
            .outline
            .iter()
            .zip(texts.told.iter().chain(std::iter::repeat(&false)))
        {
            if !*line.1 {
                prose.paragraph(line.0);
            }
        }
        for line in &texts.lines {
            prose.paragraph(line);
        }
        prose.section("Notes", notes.map_or(&[], Vec::as_slice));
        for comment in &texts.comments {
            prose.paragraph(comment);
        }
    }

    /// The slides (0), masters (1) or notes (2) in their order.
    fn listed(&self, instance: u16) -> Vec<Listed> {
        let mut listed: Vec<Listed> = Vec::new();
        let lists = self
            .document
            .into_iter()
            .flat_map(|document| records(document.body));
        for list in
            lists.filter(|record| record.kind == kind::SLIDE_LIST && record.instance == instance)
        {
            for record in records(list.body) {
                match record.kind {
                    kind::PERSIST_ATOM if listed.len() < MAX_KEPT => listed.push(Listed {
                        number: u32_at(record.body, 0).unwrap_or(0),
                        id: u32_at(record.body, 12).unwrap_or(0),
                        texts: Vec::new(),
                    }),
                    _ => {
                        if let (Some(text), Some(slide)) = (text_of(&record), listed.last_mut()) {
                            slide.texts.push(text);
                        }
                    }
                }
            }
        }
        listed
    }

    /// Notes by the slide that they belong to.
    fn notes(&self) -> BTreeMap<u32, Vec<String>> {
        let mut notes = BTreeMap::new();
        for listed in self.listed(2) {
            let Some(record) = self.object(listed.number) else {
                continue;
            };
            let slide = record
                .child(kind::NOTES_ATOM)
                .and_then(|atom| u32_at(atom.body, 0));
            let mut texts = Texts::default();
            texts.walk(&record, 0);
            notes.extend(slide.map(|slide| (slide, texts.unique())));
        }
        notes
    }

    fn read_objects(&self, reading: &mut Reading<'_, '_>) -> Flow {
        let budget = Rc::clone(&reading.budget);
        for (number, place) in &self.places {
            let record = Record::at(self.stream, *place);
            let Some(record) = record.filter(|record| record.kind == kind::OLE_OBJECT) else {
                continue;
            };
            let name = format!("object {number}");
            if record.instance == 0 {
                embedded::read_bytes(reading, &name, record.body.to_vec())?;
                continue;
            }
            let packed = record.body.get(4..).unwrap_or_default();
            let mut metered = Metered::expanding(ZlibDecoder::new(packed), &budget);
            let mut bytes = Vec::new();
            // The length before the packed bytes ends the stream, which often has no end mark.
            let limit = u64::from(u32_at(record.body, 0).unwrap_or(0)).min(MAX_OBJECT);
            // The meter ends the stream early rather than fail, and says why below.
            let _ = (&mut metered).take(limit).read_to_end(&mut bytes);
            embedded::read_bytes(reading, &name, bytes)?;
            reading.problems(metered.flaw())?;
        }
        Flow::Continue(())
    }
}

/// A slide in the list of slides, with the texts that the list keeps of it.
struct Listed {
    number: u32,
    id: u32,
    texts: Vec<String>,
}

/// Texts of a slide in the order of its shapes.
#[derive(Default)]
struct Texts {
    lines: Vec<String>,
    comments: Vec<String>,
    /// Texts that the list of slides keeps, which shapes refer to by number.
    outline: Vec<String>,
    /// Which of those a shape has told.
    told: Vec<bool>,
    is_hidden: bool,
    without_placeholders: bool,
}

impl Texts {
    /// Texts of a master, without the hints of what to fill in.
    fn of_pattern() -> Self {
        Self {
            without_placeholders: true,
            ..Self::default()
        }
    }

    fn walk(&mut self, record: &Record<'_>, depth: usize) {
        if depth > MAX_DEPTH || self.lines.len() > MAX_KEPT {
            return;
        }
        match record.kind {
            kind::SHAPE if self.without_placeholders && has_placeholder(record, 0) => {}
            kind::COMMENT => self.comments.extend(comment(record)),
            kind::SLIDE_INFO => {
                self.is_hidden = u16_at(record.body, 10).is_some_and(|flags| flags & 4 != 0);
            }
            kind::OUTLINE_TEXT => self.refer(record),
            // Strings elsewhere are names of programs and sounds.
            kind::HEADERS => {
                let strings = records(record.body).filter(|record| record.kind == kind::STRING);
                self.lines.extend(strings.map(|string| utf16(string.body)));
            }
            // What newer versions added lies in tags that older ones pass over.
            kind::BINARY_TAG => {
                for child in records(record.body) {
                    self.walk(&child, depth + 1);
                }
            }
            _ if record.is_container => {
                for child in records(record.body) {
                    self.walk(&child, depth + 1);
                }
            }
            _ => self.lines.extend(text_of(record)),
        }
    }

    fn refer(&mut self, record: &Record<'_>) {
        let number = u32_at(record.body, 0).unwrap_or(u32::MAX) as usize;
        if let Some(text) = self.outline.get(number) {
            self.lines.push(text.clone());
            self.told.resize(self.outline.len(), false);
            self.told[number] = true;
        }
    }

    fn unique(self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for line in self.lines {
            let line = line.trim().to_owned();
            // An asterisk stands for a date or a number that a program puts in.
            let is_new = !line.is_empty() && line != "*" && !lines.contains(&line);
            if is_new && lines.len() < 1_000 {
                lines.push(line);
            }
        }
        lines
    }
}

fn has_placeholder(record: &Record<'_>, depth: usize) -> bool {
    record.kind == kind::PLACEHOLDER && !FILLED.contains(record.body.get(4).unwrap_or(&0))
        || record.is_container
            && depth < 4
            && records(record.body).any(|child| has_placeholder(&child, depth + 1))
}

/// The text of an atom that holds one; line breaks inside paragraphs become spaces.
fn text_of(record: &Record<'_>) -> Option<String> {
    let text = match record.kind {
        kind::TEXT_CHARS => utf16(record.body),
        // One byte a character: those of Latin-1.
        kind::TEXT_BYTES => record.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => return None,
    };
    Some(text.replace('\u{b}', " ").replace('\r', "\n"))
}

fn comment(record: &Record<'_>) -> Option<String> {
    let string = |instance: u16| {
        let is_it = |child: &Record<'_>| child.kind == kind::STRING && child.instance == instance;
        records(record.body)
            .find(is_it)
            .map(|child| utf16(child.body))
    };
    let atom = record.child(kind::COMMENT_ATOM);
    let part = |at: usize| atom.and_then(|atom| u16_at(atom.body, at)).unwrap_or(0);
    let date = match part(4) {
        0 => String::new(),
        year => format!("{year:04}-{:02}-{:02}", part(6), part(10)),
    };
    let who = by_whom(&string(0).unwrap_or_default(), &date);
    string(1).map(|text| format!("Comment{who}: {text}"))
}
