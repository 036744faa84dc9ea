//! OpenDocument texts, sheets, presentations and drawings (ISO/IEC 26300), those of the programs
//! before it included.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::{Locator, ProblemCode};

use super::embedded;
use super::lists::counted;
use super::package::Package;
use super::properties::Properties;
use super::prose::Prose;
use super::sheet::Sheet;
use super::story::by_whom;
use super::xml::{Node, Xml};
use crate::content::Content;
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Most styles, notes, changes.
const MAX_KEPT: usize = 65_536;
/// Most columns of a sheet that a repeated cell fills, and rows that a repeated row does.
const MAX_REPEATED: u32 = 64;
/// Longest paragraph or cell, in bytes.
const MAX_PARAGRAPH: usize = 1 << 20;
/// Deepest nesting of lists and notes that is told apart.
const MAX_NESTED: usize = 32;

/// Reads the open item.
pub(super) fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    let mut package = match Package::open(content, &reading.budget) {
        Ok(package) => package,
        Err(reason) => return super::unreadable(reading, &reason),
    };
    if package
        .xml("META-INF/manifest.xml", is_encrypted)
        .unwrap_or(false)
    {
        reading.end().kind = Kind::None;
        return reading.problem(
            ProblemCode::Locked,
            "needs a password; office documents are not unlocked yet",
        );
    }
    let mut properties = Properties::default();
    package.xml("meta.xml", |xml| read_meta(xml, &mut properties));
    properties.tell(reading)?;
    if let Some(stated) = package
        .bytes("mimetype")
        .and_then(|bytes| String::from_utf8(bytes).ok())
        && stated.starts_with("application/vnd.")
    {
        reading.end().media_type = stated.trim().to_owned();
    }
    let mut styles = Styles::default();
    package.xml("styles.xml", |xml| styles.read(xml));
    package.xml("content.xml", |xml| styles.read(xml));
    let mut prose = Prose::new(reading.limits);
    let mut body = Body::new(&styles);
    package
        .xml("content.xml", |xml| body.read(reading, xml, &mut prose))
        .unwrap_or(Flow::Continue(()))?;
    body.tell(reading, &mut prose)?;
    let mut pattern = Body::new(&styles);
    let mut patterns = String::new();
    package.xml("styles.xml", |xml| {
        pattern.read_patterns(xml, &mut patterns)
    });
    let lines: BTreeSet<&str> = patterns
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    prose.section("Headers and footers", &lines);
    prose.finish(reading)?;
    if package
        .names_below("basic/")
        .iter()
        .any(|name| !name.ends_with('/'))
    {
        reading.metadata("macros", "yes")?;
    }
    let flaws = package.flaws();
    reading.problems(flaws)?;
    read_inside(reading, &mut package)
}

/// Reads pictures and objects as children; an object that is a folder is read by its own text.
fn read_inside(reading: &mut Reading<'_, '_>, package: &mut Package<'_, '_>) -> Flow {
    let is_inside = |name: &&String| {
        let is_folder = name.ends_with('/');
        let folder = name.split('/').next().unwrap_or_default();
        let is_object = folder.starts_with("object") || folder.starts_with("objectreplacements");
        !is_folder && (folder == "pictures" || is_object && !name.contains("/configurations"))
    };
    let names = package.names_below("");
    let is_part = |name: &&String| {
        let last = name.rsplit('/').next().unwrap_or_default();
        !matches!(
            last,
            "styles.xml" | "settings.xml" | "meta.xml" | "manifest.rdf" | "mimetype"
        ) && !name.starts_with("objectreplacements")
    };
    let parts: Vec<String> = names
        .iter()
        .filter(is_inside)
        .filter(is_part)
        .cloned()
        .collect();
    embedded::read_named(reading, package, &parts)
}

fn is_encrypted(xml: &mut Xml<'_>) -> bool {
    loop {
        match xml.next() {
            Node::Open if xml.name() == "encryption-data" => return true,
            Node::End => return false,
            _ => {}
        }
    }
}

/// What the document says of itself; the names of Dublin Core mean its last change here.
fn read_meta(xml: &mut Xml<'_>, properties: &mut Properties) {
    let (mut name, mut key) = (String::new(), String::new());
    loop {
        match xml.next() {
            Node::Open => {
                name = match xml.name() {
                    "creator" => "lastModifiedBy",
                    "date" => "modified",
                    name => name,
                }
                .to_owned();
                key = xml.attribute("name").unwrap_or_default();
            }
            Node::Text if name == "user-defined" => {
                properties.say(&format!("custom-{key}"), xml.text())
            }
            Node::Text => properties.take_named(&name, xml.text()),
            Node::Close => name.clear(),
            Node::End => return,
        }
    }
}

/// Styles as far as they hide or count.
#[derive(Default)]
struct Styles {
    /// Styles of sheets, texts and slides that are not shown.
    hidden: BTreeSet<String>,
    /// Formats of the levels of each list, and what stands before and behind the number.
    lists: BTreeMap<String, Vec<Level>>,
}

#[derive(Default, Clone)]
struct Level {
    format: String,
    prefix: String,
    suffix: String,
    is_bullet: bool,
}

impl Styles {
    fn read(&mut self, xml: &mut Xml<'_>) {
        let (mut style, mut list) = (String::new(), String::new());
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "style" => style = xml.attribute("name").unwrap_or_default(),
                    "list-style" => list = xml.attribute("name").unwrap_or_default(),
                    "list-level-style-number" | "list-level-style-bullet" => {
                        self.add_level(xml, &list)
                    }
                    "table-properties" if xml.attribute("display").as_deref() == Some("false") => {
                        self.hide(&style)
                    }
                    "text-properties"
                        if xml.attribute_named("text:display").as_deref() == Some("none") =>
                    {
                        self.hide(&style)
                    }
                    "drawing-page-properties"
                        if xml.attribute("visibility").as_deref() == Some("hidden") =>
                    {
                        self.hide(&style)
                    }
                    "body" => return,
                    _ => {}
                },
                Node::End => return,
                _ => {}
            }
        }
    }

    fn hide(&mut self, style: &str) {
        if self.hidden.len() < MAX_KEPT {
            self.hidden.insert(style.to_owned());
        }
    }

    fn add_level(&mut self, xml: &Xml<'_>, list: &str) {
        if self.lists.len() >= MAX_KEPT {
            return;
        }
        let at = xml
            .attribute("level")
            .and_then(|level| level.parse::<usize>().ok())
            .unwrap_or(1);
        let levels = self.lists.entry(list.to_owned()).or_default();
        if (1..=MAX_NESTED).contains(&at) {
            levels.resize(levels.len().max(at), Level::default());
            levels[at - 1] = Level {
                format: xml.attribute("num-format").unwrap_or_default(),
                prefix: xml.attribute("num-prefix").unwrap_or_default(),
                suffix: xml.attribute("num-suffix").unwrap_or_default(),
                is_bullet: xml.name() == "list-level-style-bullet",
            };
        }
    }
}

impl Level {
    fn label(&self, count: u32) -> String {
        if self.is_bullet {
            return "• ".to_owned();
        }
        let format = match self.format.as_str() {
            "" => return String::new(),
            "a" => "lowerLetter",
            "A" => "upperLetter",
            "i" => "lowerRoman",
            "I" => "upperRoman",
            _ => "decimal",
        };
        format!("{}{}{} ", self.prefix, counted(count, format), self.suffix)
    }
}

/// What a stretch of text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Running,
    Note,
    Comment,
    Change,
    Speaker,
}

/// Text that is being put together.
struct Frame {
    used_for: Use,
    line: String,
    done: String,
    author: String,
    date: String,
}

impl Frame {
    fn new(used_for: Use) -> Self {
        Self {
            used_for,
            line: String::new(),
            done: String::new(),
            author: String::new(),
            date: String::new(),
        }
    }
}

/// A list being counted.
struct List {
    style: String,
    count: u32,
}

/// Reads the content.
struct Body<'s> {
    styles: &'s Styles,
    frames: Vec<Frame>,
    lists: Vec<List>,
    label: String,
    /// Cells of the row of a table in a text.
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
    comments: Vec<String>,
    changes: Vec<String>,
    change: &'static str,
    speaker: Vec<String>,
    page: u32,
    /// Spans that are open, and whether their words are hidden.
    spans: Vec<bool>,
    sheets: Vec<String>,
    hidden_sheets: Vec<String>,
}

impl<'s> Body<'s> {
    fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            frames: vec![Frame::new(Use::Running)],
            lists: Vec::new(),
            label: String::new(),
            rows: Vec::new(),
            notes: Vec::new(),
            comments: Vec::new(),
            changes: Vec::new(),
            change: "Changed",
            speaker: Vec::new(),
            page: 0,
            spans: Vec::new(),
            sheets: Vec::new(),
            hidden_sheets: Vec::new(),
        }
    }

    fn read(
        &mut self,
        reading: &mut Reading<'_, '_>,
        xml: &mut Xml<'_>,
        prose: &mut Prose,
    ) -> Flow {
        let (mut is_body, mut is_workbook) = (false, false);
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "body" => is_body = true,
                    "spreadsheet" => is_workbook = true,
                    _ if !is_body => {}
                    "table" if is_workbook => self.sheet(reading, xml, prose)?,
                    "page" if xml.prefix() == "draw" => self.begin_page(xml, prose),
                    _ => self.open(xml),
                },
                Node::Close if is_body => {
                    if xml.name() == "page" && xml.prefix() == "draw" {
                        self.end_page(prose);
                    }
                    let name = xml.name().to_owned();
                    self.close(&name, Some(&mut *prose));
                    prose.flush(reading)?;
                }
                Node::Text if is_body => self.say(xml.text()),
                Node::End => return Flow::Continue(()),
                _ => {}
            }
        }
    }

    /// Reads what stands on every page: the headers and footers of the page styles.
    fn read_patterns(&mut self, xml: &mut Xml<'_>, lines: &mut String) {
        let mut depth = 0_u32;
        loop {
            match xml.next() {
                Node::Open
                    if matches!(
                        xml.name(),
                        "header"
                            | "footer"
                            | "header-left"
                            | "footer-left"
                            | "header-first"
                            | "footer-first"
                    ) =>
                {
                    depth += 1
                }
                Node::Close
                    if matches!(
                        xml.name(),
                        "header"
                            | "footer"
                            | "header-left"
                            | "footer-left"
                            | "header-first"
                            | "footer-first"
                    ) =>
                {
                    depth = depth.saturating_sub(1)
                }
                Node::Open if depth > 0 => self.open(xml),
                Node::Text if depth > 0 => self.say(xml.text()),
                Node::Close if depth > 0 => {
                    let name = xml.name().to_owned();
                    self.close(&name, None);
                    if let Some(frame) = self.frames.first_mut() {
                        lines.push_str(&std::mem::take(&mut frame.done));
                    }
                }
                Node::End => return,
                _ => {}
            }
        }
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Use::Running));
        }
        self.frames.last_mut().expect("there is one: see above")
    }

    fn say(&mut self, text: &str) {
        let is_hidden = self.spans.last() == Some(&true) && !text.trim().is_empty();
        // Line ends and indents of the source are no part of the text.
        let mut words = String::new();
        for c in text.chars() {
            let is_blank = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !is_blank {
                words.push(c);
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
        }
        let line = &mut self.frame().line;
        if line.len() > MAX_PARAGRAPH {
            return;
        }
        if line.is_empty() || line.ends_with(char::is_whitespace) {
            words = words.trim_start().to_owned();
        }
        if is_hidden {
            line.push_str(&format!("[hidden text: {}]", words.trim()));
        } else {
            line.push_str(&words);
        }
    }

    fn open(&mut self, xml: &mut Xml<'_>) {
        match xml.name() {
            "tab" => self.frame().line.push('\t'),
            "line-break" => self.frame().line.push('\n'),
            "s" => {
                let n = xml
                    .attribute("c")
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(1_usize);
                self.frame().line.push_str(&" ".repeat(n.min(64)));
            }
            "span" => {
                let style = xml.attribute("style-name").unwrap_or_default();
                let is_hidden =
                    self.styles.hidden.contains(&style) || self.spans.last() == Some(&true);
                self.spans.push(is_hidden);
            }
            "p" | "h" => {
                let label = std::mem::take(&mut self.label);
                self.frame().line.push_str(&label);
            }
            "list" => {
                let outer = self.lists.last().map(|list| list.style.clone());
                let style = xml.attribute("style-name").or(outer).unwrap_or_default();
                if self.lists.len() < MAX_NESTED {
                    self.lists.push(List { style, count: 0 });
                }
            }
            "list-item" => self.begin_item(xml),
            "note" => self.begin_frame(Use::Note),
            "note-citation" | "sequence-decls" | "forms" | "binary-data" | "event-listeners"
            | "desc" => xml.skip(),
            "annotation" => self.begin_frame(Use::Comment),
            "notes" if xml.prefix() == "presentation" => self.begin_frame(Use::Speaker),
            "insertion" | "deletion" | "format-change" => {
                self.change = match xml.name() {
                    "insertion" => "Inserted",
                    "deletion" => "Deleted",
                    _ => "Format changed",
                };
                self.begin_frame(Use::Change);
            }
            "creator" => self.frame().author = xml.text_inside(),
            "date" if xml.prefix() == "dc" => self.frame().date = xml.text_inside(),
            "table-row" if self.rows.len() < MAX_NESTED => self.rows.push(Vec::new()),
            "table-cell" => self.begin_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, prose: Option<&mut Prose>) {
        match name {
            "p" | "h" => self.end_paragraph(prose),
            "span" => {
                self.spans.pop();
            }
            "list" => {
                self.lists.pop();
            }
            "note" => self.end_frame(Use::Note),
            "annotation" => self.end_frame(Use::Comment),
            "notes" => self.end_frame(Use::Speaker),
            "insertion" | "deletion" | "format-change" => self.end_frame(Use::Change),
            "table-cell" => self.end_cell(),
            "table-row" => self.end_row(prose),
            _ => {}
        }
    }

    fn begin_item(&mut self, xml: &Xml<'_>) {
        let depth = self.lists.len();
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        let start = xml
            .attribute("start-value")
            .and_then(|start| start.parse().ok());
        list.count = start.unwrap_or(list.count.saturating_add(1));
        let levels = self.styles.lists.get(&list.style);
        let level = levels.and_then(|levels| levels.get(depth - 1));
        self.label = level.map_or_else(|| "• ".to_owned(), |level| level.label(list.count));
    }

    fn begin_frame(&mut self, used_for: Use) {
        if self.frames.len() < MAX_NESTED {
            self.frames.push(Frame::new(used_for));
        }
    }

    fn end_frame(&mut self, used_for: Use) {
        if self.frames.len() < 2
            || self
                .frames
                .last()
                .is_none_or(|frame| frame.used_for != used_for)
        {
            return;
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let text = format!("{}{}", frame.done, frame.line).trim().to_owned();
        let who = by_whom(&frame.author, &frame.date);
        match used_for {
            Use::Note if self.notes.len() < MAX_KEPT => {
                let number = self.notes.len() + 1;
                self.notes.push(format!("[{number}] {text}"));
                self.frame().line.push_str(&format!("[{number}]"));
            }
            Use::Comment if self.comments.len() < MAX_KEPT && !text.is_empty() => {
                self.comments.push(format!("Comment{who}: {text}"));
            }
            Use::Change if self.changes.len() < MAX_KEPT => {
                let words = if text.is_empty() {
                    String::new()
                } else {
                    format!(": “{text}”")
                };
                self.changes.push(format!("{}{who}{words}", self.change));
            }
            Use::Speaker => self.speaker.extend(text.lines().map(str::to_owned)),
            _ => {}
        }
    }

    fn begin_cell(&mut self) {
        self.begin_frame(Use::Running);
    }

    fn end_cell(&mut self) {
        if self.frames.len() < 2 || self.rows.is_empty() {
            return;
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let cell: Vec<&str> = frame.done.split_whitespace().collect();
        if let Some(row) = self.rows.last_mut() {
            row.push(cell.join(" "));
        }
    }

    fn end_row(&mut self, prose: Option<&mut Prose>) {
        let Some(row) = self.rows.pop() else {
            return;
        };
        let row = row.join("\t");
        if row.trim().is_empty() {
            return;
        }
        match prose {
            Some(prose) if self.frames.len() == 1 => {
                prose.end_line();
                prose.push(&row);
                prose.end_line();
            }
            _ => {
                let done = &mut self.frame().done;
                done.push_str(&row);
                done.push('\n');
            }
        }
    }

    fn end_paragraph(&mut self, prose: Option<&mut Prose>) {
        let is_running = self.frames.len() == 1;
        let frame = self.frame();
        let line = std::mem::take(&mut frame.line);
        match prose {
            Some(prose) if is_running => {
                prose.end_paragraph();
                prose.paragraph(&line);
            }
            _ if frame.done.len() < MAX_PARAGRAPH => {
                frame.done.push_str(line.trim());
                frame.done.push('\n');
            }
            _ => {}
        }
    }

    fn begin_page(&mut self, xml: &Xml<'_>, prose: &mut Prose) {
        self.page += 1;
        prose.end_paragraph();
        prose.begin_place(Locator::Page {
            page: self.page,
            area: None,
        });
        let style = xml.attribute("style-name").unwrap_or_default();
        if self.styles.hidden.contains(&style) {
            prose.paragraph("(hidden slide)");
        }
    }

    fn end_page(&mut self, prose: &mut Prose) {
        prose.section("Notes", &std::mem::take(&mut self.speaker));
        prose.section("", &std::mem::take(&mut self.comments));
        prose.end_place();
    }

    /// What stands around the running text.
    fn tell(&mut self, reading: &mut Reading<'_, '_>, prose: &mut Prose) -> Flow {
        prose.section("Notes", &self.notes);
        prose.section("Comments", &self.comments);
        prose.section("Tracked changes", &self.changes);
        if !self.sheets.is_empty() {
            reading.metadata("delimiter", "tab")?;
        }
        reading.metadata("sheets", self.sheets.join("\t"))?;
        reading.metadata("hidden-sheets", self.hidden_sheets.join("\t"))
    }

    /// Reads the sheet that has just opened.
    fn sheet(
        &mut self,
        reading: &mut Reading<'_, '_>,
        xml: &mut Xml<'_>,
        prose: &mut Prose,
    ) -> Flow {
        let name = xml.attribute("name").unwrap_or_default();
        let style = xml.attribute("style-name").unwrap_or_default();
        let is_hidden = self.styles.hidden.contains(&style);
        if self.sheets.len() < MAX_KEPT {
            self.sheets.push(name.clone());
            self.hidden_sheets.extend(is_hidden.then(|| name.clone()));
        }
        let outside = xml.depth().saturating_sub(1);
        let mut sheet = Sheet::begin(prose, &name, is_hidden);
        let (mut row, mut column, mut n_rows, mut n_columns) = (1_u32, 1_u32, 1_u32, 1_u32);
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "table-row" => {
                        (column, n_rows) = (1, repeated(xml, "number-rows-repeated"));
                        if is_left_out(xml) {
                            sheet.hide_row(row);
                        }
                    }
                    "table-column" => {
                        let n = repeated(xml, "number-columns-repeated");
                        if is_left_out(xml) {
                            sheet
                                .hidden_columns
                                .add(n_columns, n_columns.saturating_add(n - 1));
                        }
                        n_columns = n_columns.saturating_add(n);
                    }
                    "table-cell" | "covered-table-cell" => {
                        let n = repeated(xml, "number-columns-repeated");
                        let place = format!("{}{row}", super::sheet::column_name(column));
                        let text = self.cell(xml, &place);
                        for at in 0..n.min(MAX_REPEATED) {
                            sheet.cell(row, column.saturating_add(at), &text);
                        }
                        column = column.saturating_add(n);
                    }
                    _ => {}
                },
                Node::Close if xml.name() == "table-row" => {
                    row = row.saturating_add(n_rows);
                    sheet.flush(reading)?;
                }
                Node::Close if xml.depth() <= outside => break,
                Node::End => break,
                _ => {}
            }
        }
        let lines = std::mem::take(&mut self.comments);
        sheet.end(&lines);
        prose.flush(reading)
    }

    /// The cell that has just opened, as it is displayed; comments on it are kept.
    fn cell(&mut self, xml: &mut Xml<'_>, place: &str) -> String {
        let outside = xml.depth().saturating_sub(1);
        self.frames.push(Frame::new(Use::Running));
        let n_comments = self.comments.len();
        loop {
            match xml.next() {
                Node::Open => self.open(xml),
                Node::Text
                    if self.frame().used_for != Use::Running || xml.depth() > outside + 1 =>
                {
                    self.say(xml.text())
                }
                Node::Close if xml.depth() <= outside => break,
                Node::Close => {
                    let name = xml.name().to_owned();
                    self.close(&name, None);
                }
                Node::End => break,
                Node::Text => {}
            }
        }
        for comment in &mut self.comments[n_comments..] {
            *comment = comment
                .replacen(": ", &format!(" on {place}: "), 1)
                .replace('\n', " ");
        }
        let frame = self.frames.pop();
        frame.map_or(String::new(), |frame| frame.done.trim().to_owned())
    }
}

fn repeated(xml: &Xml<'_>, name: &str) -> u32 {
    xml.attribute(name)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// Whether a row or column is not shown.
fn is_left_out(xml: &Xml<'_>) -> bool {
    matches!(
        xml.attribute("visibility").as_deref(),
        Some("collapse" | "filter")
    )
}
