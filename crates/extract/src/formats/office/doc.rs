//! Word documents before 2007 ([MS-DOC]; for Word 6 and 95 what is known of its predecessor).
//!
//! The running text is the document with all tracked changes accepted, as for those since 2007.

use std::collections::BTreeSet;

use super::compound::{Compound, encoding, locked, u16_at, u32_at};
use super::prose::Prose;
use super::story::by_whom;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Version of the file information of Word 97; what is older has another layout.
const WORD_97: u16 = 0xc1;
/// Most pieces, runs, notes and changes.
const MAX_KEPT: usize = 1 << 20;
/// Bytes of a page of formatting.
const PAGE: usize = 512;

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let main = compound.stream("WordDocument").unwrap_or_default();
    let flags = u16_at(&main, 0x0a).unwrap_or(0);
    if flags & 0x0100 != 0 {
        return locked(reading);
    }
    let table = if flags & 0x0200 != 0 {
        "1Table"
    } else {
        "0Table"
    };
    let table = compound.stream(table).unwrap_or_default();
    let Some(document) = Document::of(&main, &table) else {
        return super::unreadable(reading, "its list of text pieces is damaged");
    };
    let mut prose = Prose::new(reading.limits);
    let links = document.tell(reading, &mut prose)?;
    prose.finish(reading)?;
    for link in links {
        reading.metadata("link", link)?;
    }
    compound.read_objects(reading, "/ObjectPool", "_")
}

type Links = std::ops::ControlFlow<(), BTreeSet<String>>;

/// How characters differ from plain ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    is_deleted: bool,
    is_inserted: bool,
    is_hidden: bool,
    author: u16,
    date: u32,
}

/// The parts of a document, one after the other in its text, and how long each is.
#[derive(Default)]
struct Lengths {
    text: usize,
    footnotes: usize,
    headers: usize,
    macros: usize,
    comments: usize,
    endnotes: usize,
    boxes: usize,
    header_boxes: usize,
}

struct Document<'b> {
    /// UTF-16 units by character position.
    units: Vec<u16>,
    /// Positions from which on characters look like this, in order.
    looks: Vec<(usize, Look)>,
    lengths: Lengths,
    table: &'b [u8],
    main: &'b [u8],
    is_97: bool,
}

impl<'b> Document<'b> {
    fn of(main: &'b [u8], table: &'b [u8]) -> Option<Self> {
        let is_97 = u16_at(main, 2)? >= WORD_97;
        let length = |at: usize| u32_at(main, at).unwrap_or(0) as usize;
        let start = if is_97 { 0x4c } else { 0x34 };
        let nth = |n: usize| length(start + 4 * n);
        let lengths = Lengths {
            text: nth(0),
            footnotes: nth(1),
            headers: nth(2),
            macros: nth(3),
            comments: nth(4),
            endnotes: nth(5),
            boxes: nth(6),
            header_boxes: nth(7),
        };
        let pieces = if is_97 {
            pieces(table, main, 0x1a2)
        } else {
            old_pieces(main)
        };
        let mut document = Self {
            units: Vec::new(),
            looks: Vec::new(),
            lengths,
            table,
            main,
            is_97,
        };
        let runs = if is_97 { document.runs() } else { Vec::new() };
        document.read_pieces(&pieces?, &runs);
        (!document.units.is_empty() || document.lengths.text == 0).then_some(document)
    }

    fn read_pieces(&mut self, pieces: &[Piece], runs: &[(u32, u32, Look)]) {
        // Pieces that share bytes could make a text of any length.
        let limit = self.main.len().saturating_mul(2);
        let old = encoding(code_page(u16_at(self.main, 6).unwrap_or(0)));
        for piece in pieces {
            let width = if piece.is_wide { 2 } else { 1 };
            let end = piece
                .start
                .saturating_add(piece.length.saturating_mul(width));
            let bytes = self
                .main
                .get(piece.start..end.min(self.main.len()))
                .unwrap_or_default();
            if self.units.len() + piece.length > limit {
                return;
            }
            let before = self.units.len();
            if piece.is_wide {
                let units = bytes
                    .chunks_exact(2)
                    .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
                self.units.extend(units);
            } else {
                let encoding = if self.is_97 {
                    encoding_rs::WINDOWS_1252
                } else {
                    old
                };
                self.units
                    .extend(bytes.iter().map(|byte| unit_of(*byte, encoding)));
            }
            // Positions stay in step even where bytes are missing.
            self.units.resize(before + piece.length, u16::from(b' '));
            self.look(piece, before, width, runs);
        }
    }

    /// Notes how the characters of a piece look.
    fn look(&mut self, piece: &Piece, before: usize, width: usize, runs: &[(u32, u32, Look)]) {
        let first = piece.start as u32;
        let last = (piece.start + piece.length * width) as u32;
        let from = runs.partition_point(|(_, end, _)| *end <= first);
        for (start, end, look) in runs[from..].iter().take_while(|(start, ..)| *start < last) {
            let position = |at: u32| before + (at.clamp(first, last) - first) as usize / width;
            if self.looks.len() < MAX_KEPT {
                self.looks.push((position(*start), *look));
                self.looks.push((position(*end), Look::default()));
            }
        }
    }

    /// Bytes of the table stream that the n-th entry of the file information points at.
    fn field(&self, number: usize) -> &'b [u8] {
        let at = 0x9a + 8 * number;
        let (start, length) = (u32_at(self.main, at), u32_at(self.main, at + 4));
        let range = start.zip(length).and_then(|(start, length)| {
            let end = start.checked_add(length)?;
            self.table.get(start as usize..end as usize)
        });
        range.filter(|_| self.is_97).unwrap_or_default()
    }

    /// Runs of characters that are deleted, inserted or hidden, by their bytes in the main stream.
    fn runs(&self) -> Vec<(u32, u32, Look)> {
        let plc = self.field(12);
        let n_pages = plc.len().saturating_sub(4) / 8;
        let mut runs = Vec::new();
        for at in 0..n_pages {
            let number = u32_at(plc, 4 * (n_pages + 1) + 4 * at).unwrap_or(0) as usize & 0x3f_ffff;
            let Some(page) = self.main.get(number * PAGE..(number + 1) * PAGE) else {
                continue;
            };
            read_page(page, &mut runs);
            if runs.len() > MAX_KEPT {
                break;
            }
        }
        runs.sort_by_key(|(start, ..)| *start);
        runs
    }

    /// Positions of a list of references in the running text.
    fn positions(&self, field: usize, entry: usize) -> Vec<usize> {
        let plc = self.field(field);
        let n = plc.len().saturating_sub(4) / (4 + entry);
        (0..n)
            .filter_map(|at| u32_at(plc, 4 * at))
            .map(|position| position as usize)
            .collect()
    }

    fn tell(&self, reading: &mut Reading<'_, '_>, prose: &mut Prose) -> Links {
        let lengths = &self.lengths;
        let mut teller = Teller::new(self);
        let mut at = 0;
        let mut part = |length: usize| {
            let start = at;
            at += length;
            start..at
        };
        let text = part(lengths.text);
        let footnotes = part(lengths.footnotes);
        let headers = part(lengths.headers);
        part(lengths.macros);
        let comments = part(lengths.comments);
        let endnotes = part(lengths.endnotes);
        let boxes = part(lengths.boxes);
        let header_boxes = part(lengths.header_boxes);
        for line in teller.lines(text) {
            match line.strip_prefix('\u{7}') {
                Some(row) => {
                    prose.end_line();
                    prose.push(row);
                    prose.end_line();
                }
                None => prose.paragraph(&line),
            }
            prose.flush(reading)?;
        }
        let changes = std::mem::take(&mut teller.changes);
        prose.section("Text boxes", &unique(teller.lines(boxes)));
        prose.section("Notes", &teller.notes(footnotes, false));
        prose.section("Endnotes", &teller.notes(endnotes, true));
        prose.section("Comments", &self.comments(&mut teller, comments));
        prose.section("Tracked changes", &self.change_lines(&changes));
        prose.section("Headers and footers", &unique(teller.lines(headers)));
        prose.section(
            "Text boxes of headers and footers",
            &unique(teller.lines(header_boxes)),
        );
        Links::Continue(teller.links)
    }

    fn comments(&self, teller: &mut Teller<'_>, part: std::ops::Range<usize>) -> Vec<String> {
        let references = self.field(4);
        let n = references.len().saturating_sub(4) / 34;
        let starts = self.positions(5, 0);
        let owners = texts(self.field(36));
        let mut lines = Vec::new();
        for at in 0..n {
            let (Some(start), Some(end)) = (starts.get(at), starts.get(at + 1)) else {
                break;
            };
            let owner = u16_at(references, 4 * (n + 1) + 30 * at + 20).unwrap_or(0);
            let author = owners.get(usize::from(owner)).map_or("", String::as_str);
            let range = part.start + start..(part.start + end).min(part.end);
            let text = teller.lines(range).join("\n");
            lines.push(format!("Comment{}: {}", by_whom(author, ""), text.trim()));
        }
        lines
    }

    fn change_lines(&self, changes: &[(Look, String)]) -> Vec<String> {
        let authors = string_table(self.field(51));
        let line = |(look, words): &(Look, String)| {
            let author = authors
                .get(usize::from(look.author))
                .map_or("", String::as_str);
            let what = if look.is_deleted {
                "Deleted"
            } else {
                "Inserted"
            };
            let words = words.trim();
            (!words.is_empty())
                .then(|| format!("{what}{}: “{words}”", by_whom(author, &day(look.date))))
        };
        changes.iter().filter_map(line).collect()
    }
}

fn unique(lines: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let lines = lines.into_iter().map(|line| line.trim().to_owned());
    lines
        .filter(|line| !line.is_empty() && seen.insert(line.clone()))
        .collect()
}

/// Turns characters into lines.
struct Teller<'d> {
    document: &'d Document<'d>,
    endnote_marks: BTreeSet<usize>,
    n_notes: usize,
    /// Numbers of footnotes and of endnotes in the order of their marks.
    numbers: [Vec<usize>; 2],
    changes: Vec<(Look, String)>,
    links: BTreeSet<String>,
}

impl<'d> Teller<'d> {
    fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            endnote_marks: document.positions(46, 2).into_iter().collect(),
            n_notes: 0,
            numbers: [Vec::new(), Vec::new()],
            changes: Vec::new(),
            links: BTreeSet::new(),
        }
    }

    /// The paragraphs of a part; a table's row begins with U+0007.
    fn lines(&mut self, part: std::ops::Range<usize>) -> Vec<String> {
        let units = self
            .document
            .units
            .get(part.start..part.end.min(self.document.units.len()));
        let units = units.unwrap_or_default();
        let looks = &self.document.looks;
        let mut look_at = looks.partition_point(|(position, _)| *position < part.start);
        let mut look = look_at
            .checked_sub(1)
            .map_or(Look::default(), |at| looks[at].1);
        let mut lines = Lines::default();
        let mut position = part.start;
        for unit in char::decode_utf16(units.iter().copied()) {
            while let Some((_, next)) = looks.get(look_at).filter(|(at, _)| *at <= position) {
                look = *next;
                look_at += 1;
            }
            let c = unit.unwrap_or('\u{fffd}');
            if c == '\u{2}' && lines.field.is_empty() {
                let mark = self.note_mark(position);
                lines.text.push_str(&mark);
            } else if !self.change(look, c) {
                lines.take(c, look.is_hidden, &mut self.links);
            }
            position += c.len_utf16();
        }
        lines.end_line();
        lines.done
    }

    fn note_mark(&mut self, position: usize) -> String {
        if position >= self.document.lengths.text {
            return String::new();
        }
        self.n_notes += 1;
        let is_endnote = self.endnote_marks.contains(&position);
        self.numbers[usize::from(is_endnote)].push(self.n_notes);
        format!("[{}]", self.n_notes)
    }

    /// Keeps a changed character; whether it is no part of the running text.
    fn change(&mut self, look: Look, c: char) -> bool {
        if !look.is_deleted && !look.is_inserted || c < ' ' {
            return look.is_deleted && c != '\r' && c != '\u{7}';
        }
        let key = Look {
            is_hidden: false,
            ..look
        };
        let has_room = self.changes.len() < MAX_KEPT;
        match self.changes.last_mut() {
            Some((last, words)) if *last == key => words.push(c),
            _ if has_room => self.changes.push((key, c.to_string())),
            _ => {}
        }
        look.is_deleted
    }

    fn notes(&mut self, part: std::ops::Range<usize>, is_endnote: bool) -> Vec<String> {
        let starts = self.document.positions(if is_endnote { 47 } else { 3 }, 0);
        let numbers = self.numbers[usize::from(is_endnote)].clone();
        let mut lines = Vec::new();
        for (number, ends) in numbers.iter().zip(starts.windows(2)) {
            let range = part.start + ends[0]..(part.start + ends[1]).min(part.end);
            let text = self.lines(range).join("\n");
            lines.push(format!("[{number}] {}", text.trim()));
        }
        lines
    }
}

/// Lines being put together.
#[derive(Default)]
struct Lines {
    done: Vec<String>,
    text: String,
    cells: Vec<String>,
    was_cell: bool,
    /// Fields that are open: the code of each, `None` once its result has begun.
    field: Vec<Option<String>>,
    is_hidden: bool,
}

impl Lines {
    fn take(&mut self, c: char, is_hidden: bool, links: &mut BTreeSet<String>) {
        match c {
            '\u{13}' => self.field.push(Some(String::new())),
            '\u{14}' => self.begin_result(links),
            '\u{15}' => {
                self.begin_result(links);
                self.field.pop();
            }
            _ if self.field.iter().any(Option::is_some) => {
                if let Some(Some(code)) = self.field.last_mut() {
                    code.push(c);
                }
                return;
            }
            '\r' | '\u{c}' => self.end_line(),
            '\u{7}' => self.end_cell(),
            '\u{b}' => self.text.push('\n'),
            '\u{1e}' => self.text.push('-'),
            '\t' => self.text.push('\t'),
            c if c < ' ' => {}
            c => self.say(c, is_hidden),
        }
        self.was_cell = c == '\u{7}';
    }

    fn say(&mut self, c: char, is_hidden: bool) {
        if is_hidden && !self.is_hidden {
            self.text.push_str("[hidden text: ");
        } else if self.is_hidden && !is_hidden {
            self.text.push(']');
        }
        self.is_hidden = is_hidden;
        // Symbol fonts have their signs in the private area.
        if !('\u{e000}'..='\u{f8ff}').contains(&c) && c != '\u{ad}' {
            self.text.push(c);
        }
    }

    fn begin_result(&mut self, links: &mut BTreeSet<String>) {
        let code = self.field.last_mut().and_then(Option::take);
        let link = code
            .as_deref()
            .and_then(|code| code.trim().strip_prefix("HYPERLINK"));
        let address = link.and_then(|link| link.split('"').nth(1));
        if let Some(address) = address
            && links.len() < 1_000
        {
            links.insert(address.to_owned());
        }
    }

    fn unhide(&mut self) {
        if std::mem::take(&mut self.is_hidden) {
            self.text.push(']');
        }
    }

    fn end_cell(&mut self) {
        self.unhide();
        let cell = std::mem::take(&mut self.text);
        // The mark that ends a row follows right on that of its last cell.
        if self.was_cell && cell.is_empty() {
            self.end_row();
        } else {
            self.cells
                .push(cell.replace(['\n', '\t'], " ").trim().to_owned());
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.cells).join("\t");
        if !row.trim().is_empty() {
            self.done.push(format!("\u{7}{row}"));
        }
    }

    fn end_line(&mut self) {
        self.unhide();
        if !self.cells.is_empty() {
            // A paragraph inside a cell, or a row whose end mark is missing.
            if self.was_cell {
                self.end_row();
            } else {
                self.text.push(' ');
                return;
            }
        }
        let line = std::mem::take(&mut self.text);
        if !line.trim().is_empty() {
            self.done.push(line);
        }
    }
}

/// A stretch of the text and where its bytes lie.
struct Piece {
    start: usize,
    /// In characters.
    length: usize,
    is_wide: bool,
}

/// The piece table; the file information says at `at` where it lies in `table`.
fn pieces(table: &[u8], main: &[u8], at: usize) -> Option<Vec<Piece>> {
    let start = u32_at(main, at)? as usize;
    let length = u32_at(main, at + 4)? as usize;
    let clx = table.get(start..start.checked_add(length)?.min(table.len()))?;
    let mut at = 0;
    while clx.get(at) == Some(&1) {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    if clx.get(at) != Some(&2) {
        return None;
    }
    let length = u32_at(clx, at + 1)? as usize;
    let plc = clx.get(at + 5..)?;
    let plc = &plc[..length.min(plc.len())];
    let n = plc.len().checked_sub(4)? / 12;
    let piece = |number: usize| {
        let (from, to) = (u32_at(plc, 4 * number)?, u32_at(plc, 4 * number + 4)?);
        let place = u32_at(plc, 4 * (n + 1) + 8 * number + 2)?;
        let is_wide = place & 0x4000_0000 == 0;
        let place = (place & 0x3fff_ffff) as usize;
        Some(Piece {
            start: if is_wide { place } else { place / 2 },
            length: to.checked_sub(from)? as usize,
            is_wide,
        })
    };
    Some((0..n).map_while(piece).collect())
}

/// The text of Word 6 and 95: in one piece of bytes, or in pieces after a quick save.
fn old_pieces(main: &[u8]) -> Option<Vec<Piece>> {
    let is_complex = u16_at(main, 0x0a)? & 0x0004 != 0;
    if is_complex {
        let mut pieces = pieces(main, main, 0x160)?;
        for piece in &mut pieces {
            piece.is_wide = false;
        }
        return Some(pieces);
    }
    let (start, end) = (u32_at(main, 0x18)? as usize, u32_at(main, 0x1c)? as usize);
    Some(vec![Piece {
        start,
        length: end.min(main.len()).checked_sub(start)?,
        is_wide: false,
    }])
}

fn unit_of(byte: u8, encoding: &'static encoding_rs::Encoding) -> u16 {
    if byte < 0x80 {
        return u16::from(byte);
    }
    let bytes = [byte];
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let mut units = text.encode_utf16();
    units.next().unwrap_or(0xfffd)
}

/// The Windows code page of a language, for texts of one byte a character.
fn code_page(language: u16) -> u32 {
    match language & 0x3ff {
        0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24 => 1250,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2f => 1251,
        0x08 => 1253,
        0x1f => 1254,
        0x0d => 1255,
        0x01 | 0x20 | 0x29 => 1256,
        0x25..=0x27 => 1257,
        _ => 1252,
    }
}

/// A page of runs with their formatting: which of them are changed or hidden.
fn read_page(page: &[u8], runs: &mut Vec<(u32, u32, Look)>) {
    let n = usize::from(page[PAGE - 1]);
    for at in 0..n {
        let (Some(start), Some(end)) = (u32_at(page, 4 * at), u32_at(page, 4 * at + 4)) else {
            return;
        };
        let place = page
            .get(4 * (n + 1) + at)
            .map_or(0, |word| usize::from(*word) * 2);
        let length = page.get(place).map_or(0, |length| usize::from(*length));
        let formatting = page
            .get(place + 1..place + 1 + length)
            .filter(|_| place > 0);
        let look = formatting.map(look).unwrap_or_default();
        if look != Look::default() && start < end {
            runs.push((start, end, look));
        }
    }
}

/// What single property modifiers say of changes and hidden text ([MS-DOC], 2.6.1).
fn look(mut formatting: &[u8]) -> Look {
    let mut look = Look::default();
    while let Some(code) = u16_at(formatting, 0) {
        let value = &formatting[2..];
        let size = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => 1 + value.first().map_or(0, |length| usize::from(*length)),
        };
        let flag = value.first() == Some(&1);
        match code {
            0x0800 => look.is_deleted = flag,
            0x0801 => look.is_inserted = flag,
            0x083c => look.is_hidden = flag,
            0x4804 | 0x4863 => look.author = u16_at(value, 0).unwrap_or(0),
            0x6805 | 0x6864 => look.date = u32_at(value, 0).unwrap_or(0),
            _ => {}
        }
        formatting = value.get(size..).unwrap_or_default();
    }
    if !look.is_deleted && !look.is_inserted {
        (look.author, look.date) = (0, 0);
    }
    look
}

/// A packed date and time ([MS-DOC], DTTM) as ISO 8601.
fn day(packed: u32) -> String {
    let (day, month, year) = (packed >> 11 & 31, packed >> 16 & 15, packed >> 20 & 511);
    if day == 0 || !(1..=12).contains(&month) {
        return String::new();
    }
    format!("{}-{month:02}-{day:02}", 1900 + year)
}

/// Texts of two bytes a character, each with its length before it.
fn texts(bytes: &[u8]) -> Vec<String> {
    let (mut at, mut texts) = (0, Vec::new());
    while let Some(length) = u16_at(bytes, at) {
        let end = at + 2 + 2 * usize::from(length);
        let Some(text) = bytes.get(at + 2..end) else {
            break;
        };
        texts.push(super::compound::utf16(text));
        at = end;
    }
    texts
}

/// A table of strings ([MS-DOC], STTB).
fn string_table(bytes: &[u8]) -> Vec<String> {
    if u16_at(bytes, 0) != Some(0xffff) {
        return Vec::new();
    }
    let n = u16_at(bytes, 2).map_or(0, usize::from);
    let extra = u16_at(bytes, 4).map_or(0, usize::from);
    let (mut at, mut strings) = (6, Vec::new());
    for _ in 0..n {
        let Some(length) = u16_at(bytes, at) else {
            break;
        };
        let end = at + 2 + 2 * usize::from(length);
        let Some(text) = bytes.get(at + 2..end) else {
            break;
        };
        strings.push(super::compound::utf16(text));
        at = end + extra;
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_where_two_cell_marks_meet() {
        let mut lines = Lines::default();
        let mut links = BTreeSet::new();
        for c in "a\u{7}b\u{7}\u{7}text\r\u{13} HYPERLINK \"http://a.example\" \u{14}here\u{15}\r"
            .chars()
        {
            lines.take(c, false, &mut links);
        }
        assert_eq!(lines.done, ["\u{7}a\tb", "text", "here"]);
        assert_eq!(links.into_iter().collect::<Vec<_>>(), ["http://a.example"]);
    }

    #[test]
    fn formatting_tells_what_is_deleted() {
        let look = look(&[0x00, 0x08, 1, 0x63, 0x48, 2, 0]);
        assert!(look.is_deleted && look.author == 2);
        assert_eq!(day(119 << 20 | 5 << 16 | 14 << 11), "2019-05-14");
    }
}
