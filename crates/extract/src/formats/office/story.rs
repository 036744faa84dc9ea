//! WordprocessingML: paragraphs, tables, fields, notes, comments and tracked changes of one part.

use std::collections::BTreeMap;

use super::lists::{ListPlace, Numbering, Styles, stated_place};
use super::prose::Prose;
use super::xml::{Node, Xml};
use crate::reading::{Flow, Reading};

/// Longest paragraph that is held, in bytes; a longer one is handed on in pieces.
const MAX_PARAGRAPH: usize = 1 << 20;
/// Most changes, notes and comments of one document.
const MAX_EXTRAS: usize = 100_000;
/// How much of the commented or preceding words is quoted, in characters.
const QUOTED: usize = 200;
/// Deepest nesting of text boxes and tables that is told apart.
const MAX_NESTED: usize = 32;

/// Something that stands around the running text: a note, a comment, a header.
#[derive(Debug, Default, Clone)]
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) author: String,
    pub(crate) date: String,
    pub(crate) text: String,
}

/// Whether words were put in or taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangeKind {
    Inserted,
    Deleted,
}

/// A tracked change.
#[derive(Debug)]
struct Change {
    kind: ChangeKind,
    author: String,
    date: String,
    /// Words that stand right before it.
    after: String,
    words: String,
}

/// What the running text refers to, and what was changed in it.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    changes: Vec<Change>,
    /// Commented words by the id of their comment.
    commented: BTreeMap<String, String>,
    /// Ids of footnotes and endnotes in the order of their marks.
    pub(crate) notes: Vec<(String, bool)>,
}

/// A table being read: the cells of its row so far, and the cell that is open.
#[derive(Default)]
struct Table {
    row: Vec<String>,
    cell: String,
}

/// Paragraphs that are being read; a text box opens others inside a paragraph.
#[derive(Default)]
struct Frame {
    line: String,
    tables: Vec<Table>,
}

/// Where finished paragraphs go.
pub(crate) enum Target<'t> {
    /// To the document's text.
    Prose(&'t mut Prose),
    /// Into one string, a paragraph a line.
    Lines(&'t mut String),
}

/// Reads parts of one document.
pub(crate) struct Story<'s> {
    styles: &'s Styles,
    numbering: &'s mut Numbering,
    frames: Vec<Frame>,
    /// Text boxes whose paragraph has not ended.
    boxes: Vec<String>,
    changes: Vec<Change>,
    /// Fields whose result has not begun: their codes are no text.
    field_codes: Vec<bool>,
    open_comments: Vec<String>,
    is_hidden: bool,
    pub(crate) extras: Extras,
}

impl<'s> Story<'s> {
    pub(crate) fn new(styles: &'s Styles, numbering: &'s mut Numbering) -> Self {
        Self {
            styles,
            numbering,
            frames: vec![Frame::default()],
            boxes: Vec::new(),
            changes: Vec::new(),
            field_codes: Vec::new(),
            open_comments: Vec::new(),
            is_hidden: false,
            extras: Extras::default(),
        }
    }

    /// Reads a part to its end.
    pub(crate) fn read(
        &mut self,
        reading: &mut Reading<'_, '_>,
        xml: &mut Xml<'_>,
        prose: &mut Prose,
    ) -> Flow {
        loop {
            match xml.next() {
                Node::Open => self.open(xml, &mut Target::Prose(prose)),
                Node::Close => {
                    self.close(xml.name(), &mut Target::Prose(prose));
                    prose.flush(reading)?;
                }
                Node::Text => {}
                Node::End => break,
            }
        }
        self.end_paragraph(&mut Target::Prose(prose));
        Flow::Continue(())
    }

    /// Reads a part that is a list of notes: footnotes, comments, or a single header.
    pub(crate) fn read_notes(&mut self, xml: &mut Xml<'_>, unit: &[&str]) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note: Option<Note> = None;
        loop {
            match xml.next() {
                Node::Open if unit.contains(&xml.name()) => {
                    let is_mark = matches!(
                        xml.attribute("type").as_deref(),
                        Some("separator" | "continuationSeparator" | "continuationNotice")
                    );
                    let attribute = |name| xml.attribute(name).unwrap_or_default();
                    note = (!is_mark).then(|| Note {
                        id: attribute("id"),
                        author: attribute("author"),
                        date: attribute("date"),
                        text: String::new(),
                    });
                }
                Node::Open => {
                    if let Some(note) = &mut note {
                        self.open(xml, &mut Target::Lines(&mut note.text));
                    }
                }
                Node::Close if unit.contains(&xml.name()) => {
                    if let Some(mut note) = note.take() {
                        self.end_paragraph(&mut Target::Lines(&mut note.text));
                        if notes.len() < MAX_EXTRAS {
                            notes.push(note);
                        }
                    }
                }
                Node::Close => {
                    if let Some(note) = &mut note {
                        self.close(xml.name(), &mut Target::Lines(&mut note.text));
                    }
                }
                Node::Text => {}
                Node::End => return notes,
            }
        }
    }

    fn open(&mut self, xml: &mut Xml<'_>, target: &mut Target<'_>) {
        match xml.name() {
            // What older programs read instead says the same again.
            "Fallback" | "sectPr" | "sdtPr" | "tblPr" | "trPr" | "tcPr" | "tblGrid" => xml.skip(),
            "pPr" => self.paragraph_properties(xml),
            "rPr" => self.is_hidden = is_hidden(xml),
            "r" => self.is_hidden = false,
            "t" => {
                let text = xml.text_inside();
                self.say(&text, target);
            }
            "delText" => {
                let text = xml.text_inside();
                self.say_deleted(&text);
            }
            "instrText" | "delInstrText" => xml.skip(),
            "tab" | "ptab" => self.say("\t", target),
            "br" | "cr" => self.say("\n", target),
            "noBreakHyphen" => self.say("-", target),
            "sym" => self.symbol(xml, target),
            "textpath" => {
                let text = xml.attribute("string").unwrap_or_default();
                self.say(&text, target);
            }
            "fldChar" => self.field(xml),
            "ins" | "moveTo" => self.begin_change(xml, ChangeKind::Inserted),
            "del" | "moveFrom" => self.begin_change(xml, ChangeKind::Deleted),
            "footnoteReference" => self.note_mark(xml, false, target),
            "endnoteReference" => self.note_mark(xml, true, target),
            "commentRangeStart" => self.begin_comment(xml),
            "commentRangeEnd" => self.end_comment(xml),
            "txbxContent" => self.begin_box(),
            "tbl" => self.begin_table(target),
            "tr" => self.with_table(|table| table.row.clear()),
            "tc" => self.with_table(|table| table.cell.clear()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, target: &mut Target<'_>) {
        match name {
            "p" => self.end_paragraph(target),
            "ins" | "moveTo" | "del" | "moveFrom" => self.end_change(),
            "txbxContent" => self.end_box(target),
            "tc" => self.with_table(|table| {
                let cell = std::mem::take(&mut table.cell);
                table.row.push(cell);
            }),
            "tr" => self.end_row(target),
            "tbl" => self.end_table(target),
            _ => {}
        }
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        self.frames.last_mut().expect("there is one: see above")
    }

    fn with_table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.frame().tables.last_mut() {
            change(table);
        }
    }

    fn paragraph_properties(&mut self, xml: &mut Xml<'_>) {
        let (mut style, mut place) = (None, ListPlace::default());
        let outside = xml.depth().saturating_sub(1);
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "pStyle" => style = xml.attribute("val"),
                    "numPr" => place = stated_place(xml),
                    _ => {}
                },
                Node::Close if xml.depth() <= outside => break,
                Node::End => break,
                _ => {}
            }
        }
        let place = self.styles.place(style.as_deref(), place);
        let label = self.numbering.next(place);
        self.frame().line.push_str(&label);
    }

    /// Words of the running text.
    fn say(&mut self, text: &str, target: &mut Target<'_>) {
        if self.field_codes.iter().any(|is_code| *is_code) {
            return;
        }
        if let Some(change) = self.changes.last_mut() {
            quote(&mut change.words, text, MAX_PARAGRAPH);
            if change.kind == ChangeKind::Deleted {
                return;
            }
        }
        for id in &self.open_comments {
            let words = self.extras.commented.entry(id.clone()).or_default();
            quote(words, text, QUOTED);
        }
        let is_hidden = self.is_hidden && !text.trim().is_empty();
        let line = &mut self.frame().line;
        if is_hidden {
            line.push_str("[hidden text: ");
        }
        line.push_str(text);
        if is_hidden {
            line.push(']');
        }
        if line.len() > MAX_PARAGRAPH {
            self.end_paragraph(target);
        }
    }

    fn say_deleted(&mut self, text: &str) {
        if let Some(change) = self.changes.last_mut() {
            quote(&mut change.words, text, MAX_PARAGRAPH);
        }
    }

    /// A character of a symbol font; those without a letter of their own are left out.
    fn symbol(&mut self, xml: &Xml<'_>, target: &mut Target<'_>) {
        let code = xml.attribute("char").unwrap_or_default();
        let code = u32::from_str_radix(&code, 16).unwrap_or(0);
        let character = char::from_u32(code).filter(|_| !(0xe000..0xf900).contains(&code));
        if let Some(character) = character {
            self.say(character.encode_utf8(&mut [0; 4]), target);
        }
    }

    fn field(&mut self, xml: &Xml<'_>) {
        match xml.attribute("fldCharType").as_deref() {
            Some("begin") if self.field_codes.len() < MAX_NESTED => self.field_codes.push(true),
            Some("separate") => {
                if let Some(is_code) = self.field_codes.last_mut() {
                    *is_code = false;
                }
            }
            Some("end") => {
                self.field_codes.pop();
            }
            _ => {}
        }
    }

    fn begin_change(&mut self, xml: &Xml<'_>, kind: ChangeKind) {
        let line = self.frame().line.trim_end();
        let skipped = line.chars().count().saturating_sub(40);
        let after = line.chars().skip(skipped).collect();
        let attribute = |name| xml.attribute(name).unwrap_or_default();
        if self.changes.len() < MAX_NESTED {
            self.changes.push(Change {
                kind,
                author: attribute("author"),
                date: attribute("date"),
                after,
                words: String::new(),
            });
        }
    }

    fn end_change(&mut self) {
        let Some(change) = self.changes.pop() else {
            return;
        };
        if change.words.trim().is_empty() || self.extras.changes.len() >= MAX_EXTRAS {
            return;
        }
        match self.extras.changes.last_mut() {
            // A change of one person is cut at every run of letters in one font.
            Some(last)
                if last.kind == change.kind
                    && last.author == change.author
                    && last.date == change.date
                    && last.after.len() < QUOTED
                    && change.after.ends_with(last.words.trim_end())
                    && last.kind == ChangeKind::Inserted =>
            {
                last.words.push_str(&change.words);
            }
            _ => self.extras.changes.push(change),
        }
    }

    fn note_mark(&mut self, xml: &Xml<'_>, is_endnote: bool, target: &mut Target<'_>) {
        let Some(id) = xml.attribute("id") else {
            return;
        };
        if self.extras.notes.len() < MAX_EXTRAS {
            self.extras.notes.push((id, is_endnote));
            let mark = format!("[{}]", self.extras.notes.len());
            self.say(&mark, target);
        }
    }

    fn begin_comment(&mut self, xml: &Xml<'_>) {
        let id = xml.attribute("id").unwrap_or_default();
        if self.open_comments.len() < MAX_NESTED && self.extras.commented.len() < MAX_EXTRAS {
            self.open_comments.push(id);
        }
    }

    fn end_comment(&mut self, xml: &Xml<'_>) {
        let id = xml.attribute("id").unwrap_or_default();
        self.open_comments.retain(|open| *open != id);
    }

    fn begin_box(&mut self) {
        if self.frames.len() < MAX_NESTED {
            self.frames.push(Frame::default());
        }
    }

    fn end_box(&mut self, target: &mut Target<'_>) {
        self.end_paragraph(target);
        if self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    fn begin_table(&mut self, target: &mut Target<'_>) {
        let frame = self.frame();
        if frame.tables.is_empty() && !frame.line.is_empty() {
            self.end_paragraph(target);
        }
        let frame = self.frame();
        if frame.tables.len() < MAX_NESTED {
            frame.tables.push(Table::default());
        }
    }

    fn end_row(&mut self, target: &mut Target<'_>) {
        let frame = self.frame();
        let Some(table) = frame.tables.last_mut() else {
            return;
        };
        let row = std::mem::take(&mut table.row);
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let depth = frame.tables.len();
        if depth > 1 {
            let outer = &mut frame.tables[depth - 2].cell;
            append(outer, &row.join(" | "));
        } else {
            self.emit(&row.join("\t"), true, target);
        }
    }

    fn end_table(&mut self, target: &mut Target<'_>) {
        let frame = self.frame();
        frame.tables.pop();
        if frame.tables.is_empty() {
            self.emit("", false, target);
        }
    }

    fn end_paragraph(&mut self, target: &mut Target<'_>) {
        let frame = self.frame();
        let line = std::mem::take(&mut frame.line);
        if let Some(table) = frame.tables.last_mut() {
            append(&mut table.cell, &line.replace(['\n', '\t'], " "));
            if table.cell.len() > MAX_PARAGRAPH {
                let cell = std::mem::take(&mut table.cell);
                self.emit(&cell, true, target);
            }
            return;
        }
        self.emit(&line, false, target);
    }

    fn emit(&mut self, text: &str, is_row: bool, target: &mut Target<'_>) {
        if self.frames.len() > 1 {
            // The paragraph around a text box goes on: the box comes after it.
            if !text.trim().is_empty() && self.boxes.len() < MAX_EXTRAS {
                self.boxes.push(text.to_owned());
            }
            return;
        }
        put(text, is_row, target);
        for text in std::mem::take(&mut self.boxes) {
            put(&text, false, target);
        }
    }
}

fn put(text: &str, is_row: bool, target: &mut Target<'_>) {
    match target {
        Target::Prose(prose) if is_row => {
            prose.end_line();
            prose.push(text);
            prose.end_line();
        }
        Target::Prose(prose) => {
            prose.end_paragraph();
            prose.paragraph(text);
        }
        Target::Lines(lines) => append_line(lines, text),
    }
}

fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
}

fn append_line(lines: &mut String, text: &str) {
    if !text.trim().is_empty() {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(text.trim());
    }
}

/// Appends as much as there is room for.
fn quote(words: &mut String, text: &str, limit: usize) {
    if words.len() < limit {
        words.extend(text.chars().take(limit - words.len()));
    }
}

/// Whether the run properties that have just opened hide their run.
fn is_hidden(xml: &mut Xml<'_>) -> bool {
    let outside = xml.depth().saturating_sub(1);
    let mut is_hidden = false;
    loop {
        match xml.next() {
            Node::Open if xml.name() == "vanish" => {
                let value = xml.attribute("val");
                is_hidden = !matches!(value.as_deref(), Some("0" | "false" | "off"));
            }
            Node::Close if xml.depth() <= outside => return is_hidden,
            Node::End => return is_hidden,
            _ => {}
        }
    }
}

impl Extras {
    /// The tracked changes in the order of the text, a sentence each.
    pub(crate) fn change_lines(&self) -> Vec<String> {
        self.changes.iter().map(change_line).collect()
    }

    /// The comments, each with who wrote it, when, and on which words.
    pub(crate) fn comment_lines(&self, comments: &[Note]) -> Vec<String> {
        let line = |comment: &Note| {
            let commented = self.commented.get(&comment.id).map(|words| words.trim());
            let on = commented.filter(|words| !words.is_empty());
            let on = on.map(|words| format!(" on “{words}”")).unwrap_or_default();
            let who = by_whom(&comment.author, &comment.date);
            format!("Comment{who}{on}: {}", comment.text)
        };
        comments.iter().map(line).collect()
    }

    /// The notes under the numbers of their marks.
    pub(crate) fn note_lines(&self, footnotes: &[Note], endnotes: &[Note]) -> Vec<String> {
        let line = |(at, (id, is_endnote)): (usize, &(String, bool))| {
            let notes = if *is_endnote { endnotes } else { footnotes };
            let note = notes.iter().find(|note| note.id == *id)?;
            Some(format!("[{}] {}", at + 1, note.text))
        };
        self.notes.iter().enumerate().filter_map(line).collect()
    }
}

fn change_line(change: &Change) -> String {
    let what = match change.kind {
        ChangeKind::Inserted => "Inserted",
        ChangeKind::Deleted => "Deleted",
    };
    let who = by_whom(&change.author, &change.date);
    let after = match change.after.trim() {
        "" => String::new(),
        after => format!(", after “{after}”"),
    };
    format!("{what}{who}{after}: “{}”", change.words.trim())
}

/// ` by Anna Berg, 2019-05-14`, as far as it is known.
pub(crate) fn by_whom(author: &str, date: &str) -> String {
    let day = date.get(..10).unwrap_or(date);
    match (author.trim(), day) {
        ("", "") => String::new(),
        ("", day) => format!(", {day}"),
        (author, "") => format!(" by {author}"),
        (author, day) => format!(" by {author}, {day}"),
    }
}
