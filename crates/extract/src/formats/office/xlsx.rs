//! Excel workbooks: every sheet a table with its values as displayed, then what is written on it.
//!
//! Formulas are shown by their cached values. Hidden sheets, rows and columns are read like the
//! others and named as hidden. Source: ECMA-376, part 1, chapter 18.

use std::collections::BTreeMap;

use super::package::{Package, Reference};
use super::prose::Prose;
use super::sheet::{Sheet, place_of};
use super::story::by_whom;
use super::xml::{Node, Xml};
use super::{embedded, number_format, ooxml};
use crate::reading::{Flow, Reading};
use onrecord_record::ProblemCode;

/// Most bytes of the list of strings that cells share.
const MAX_STRINGS: usize = 256 << 20;
/// Most sheets, formats and comments.
const MAX_KEPT: usize = 65_536;

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    main: &str,
) -> Flow {
    let references = package.references(main);
    let named = |kind: &str| ooxml::first_of(&references, kind);
    let book = package.xml(main, Book::read).unwrap_or_default();
    let styles = named("styles").and_then(|name| package.xml(&name, Styles::read));
    let strings = named("sharedStrings").and_then(|name| package.xml(&name, Strings::read));
    let values = Values {
        styles: styles.unwrap_or_default(),
        strings: strings.unwrap_or_default(),
        starts_1904: book.starts_1904,
    };
    if values.strings.is_cut {
        reading.problem(
            ProblemCode::TooLarge,
            "its list of strings is longer than the limit; cells that use the rest are empty",
        )?;
    }
    let persons = named("person").and_then(|name| package.xml(&name, persons));
    let persons = persons.unwrap_or_default();
    let mut prose = Prose::new(reading.limits);
    let mut hidden = Vec::new();
    for sheet in &book.sheets {
        if sheet.is_hidden {
            hidden.push(sheet.name.clone());
        }
        let Some(reference) = references.get(&sheet.reference) else {
            continue;
        };
        read_sheet(
            reading,
            package,
            &values,
            (sheet, &reference.target, &persons),
            &mut prose,
        )?;
    }
    reading.metadata("delimiter", "tab")?;
    reading.metadata(
        "sheets",
        book.sheets
            .iter()
            .map(|sheet| sheet.name.as_str())
            .collect::<Vec<_>>()
            .join("\t"),
    )?;
    reading.metadata("hidden-sheets", hidden.join("\t"))?;
    prose.finish(reading)?;
    embedded::read_parts(reading, package, "xl/")
}

#[derive(Default)]
struct Book {
    sheets: Vec<SheetName>,
    starts_1904: bool,
}

struct SheetName {
    name: String,
    reference: String,
    is_hidden: bool,
}

impl Book {
    fn read(xml: &mut Xml<'_>) -> Self {
        let mut book = Self::default();
        loop {
            match xml.next() {
                Node::Open if xml.name() == "sheet" && book.sheets.len() < MAX_KEPT => {
                    let attribute = |name| xml.attribute(name).unwrap_or_default();
                    book.sheets.push(SheetName {
                        name: attribute("name"),
                        reference: xml
                            .attribute_named("r:id")
                            .unwrap_or_else(|| attribute("id")),
                        is_hidden: attribute("state").to_lowercase().contains("hidden"),
                    });
                }
                Node::Open if xml.name() == "workbookPr" => {
                    let value = xml.attribute("date1904");
                    book.starts_1904 = matches!(value.as_deref(), Some("1" | "true"));
                }
                Node::End => return book,
                _ => {}
            }
        }
    }
}

/// What cells refer to.
struct Values {
    styles: Styles,
    strings: Strings,
    starts_1904: bool,
}

#[derive(Default)]
struct Styles {
    codes: BTreeMap<u16, String>,
    /// Number of the format of each cell style.
    formats: Vec<u16>,
}

impl Styles {
    fn read(xml: &mut Xml<'_>) -> Self {
        let mut styles = Self::default();
        let mut is_cells = false;
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "cellXfs" => is_cells = true,
                    "xf" if is_cells && styles.formats.len() < MAX_KEPT => {
                        styles.formats.push(number(xml, "numFmtId").unwrap_or(0));
                    }
                    "numFmt" if styles.codes.len() < MAX_KEPT => {
                        let code = xml.attribute("formatCode");
                        styles.codes.extend(number(xml, "numFmtId").zip(code));
                    }
                    _ => {}
                },
                Node::Close if xml.name() == "cellXfs" => is_cells = false,
                Node::End => return styles,
                _ => {}
            }
        }
    }

    fn code(&self, style: usize) -> &str {
        let number = self.formats.get(style).copied().unwrap_or(0);
        let own = self.codes.get(&number).map(String::as_str);
        own.unwrap_or_else(|| number_format::built_in(number))
    }
}

fn number(xml: &Xml<'_>, name: &str) -> Option<u16> {
    xml.attribute(name)?.parse().ok()
}

/// The strings that cells share, end to end.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
    is_cut: bool,
}

impl Strings {
    fn read(xml: &mut Xml<'_>) -> Self {
        let mut strings = Self::default();
        loop {
            match xml.next() {
                Node::Open if xml.name() == "si" => {
                    let text = rich_text(xml, "si");
                    if strings.text.len() + text.len() > MAX_STRINGS
                        || strings.ends.len() > MAX_STRINGS / 8
                    {
                        strings.is_cut = true;
                        return strings;
                    }
                    strings.text.push_str(&text);
                    strings.ends.push(strings.text.len());
                }
                Node::End => return strings,
                _ => {}
            }
        }
    }

    fn get(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else {
            return "";
        };
        let start = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        &self.text[start.copied().unwrap_or(0)..*end]
    }
}

/// The text of a string with its runs; readings of East Asian words are left out.
fn rich_text(xml: &mut Xml<'_>, end: &str) -> String {
    let mut text = String::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "t" => text.push_str(&xml.text_inside()),
            Node::Open if xml.name() == "rPh" => xml.skip(),
            Node::Close if xml.name() == end => return text,
            Node::End => return text,
            _ => {}
        }
    }
}

fn read_sheet(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    values: &Values,
    (name, part, persons): (&SheetName, &str, &BTreeMap<String, String>),
    prose: &mut Prose,
) -> Flow {
    let references = package.references(part);
    let mut lines = Vec::new();
    for (kind, read) in [
        (
            "comments",
            comments as fn(&mut Xml<'_>, &BTreeMap<String, String>) -> Vec<String>,
        ),
        ("threadedComment", threaded_comments),
    ] {
        for part in ooxml::all_of(&references, kind) {
            lines.extend(
                package
                    .xml(&part, |xml| read(xml, persons))
                    .unwrap_or_default(),
            );
        }
    }
    lines.extend(drawn(package, &references));
    let mut sheet = Sheet::begin(prose, &name.name, name.is_hidden);
    let read = package.xml(part, |xml| {
        rows(reading, xml, values, &mut sheet, &mut lines)
    });
    read.unwrap_or(Flow::Continue(()))?;
    sheet.end(&lines);
    prose.flush(reading)
}

/// Texts of shapes and charts on a sheet.
fn drawn(package: &mut Package<'_, '_>, references: &BTreeMap<String, Reference>) -> Vec<String> {
    let mut lines = Vec::new();
    // A chart sheet is a drawing itself, and so is its chart.
    for part in ooxml::all_of(references, "drawing") {
        lines.extend(package.xml(&part, ooxml::paragraphs).unwrap_or_default());
        let inner = package.references(&part);
        lines.extend(ooxml::drawing_lines(package, &inner));
    }
    lines
}

fn rows(
    reading: &mut Reading<'_, '_>,
    xml: &mut Xml<'_>,
    values: &Values,
    sheet: &mut Sheet<'_>,
    lines: &mut Vec<String>,
) -> Flow {
    let mut row = 0;
    let mut column = 0;
    loop {
        match xml.next() {
            Node::Open => match xml.name() {
                "row" => {
                    row = xml
                        .attribute("r")
                        .and_then(|row| row.parse().ok())
                        .unwrap_or(row + 1);
                    column = 0;
                    if is_set(xml, "hidden") {
                        sheet.hide_row(row);
                    }
                }
                "c" => {
                    let place = xml.attribute("r").and_then(|place| place_of(&place));
                    column = place.map_or(column + 1, |(_, column)| column);
                    let text = cell(xml, values);
                    sheet.cell(row, column, &text);
                }
                "col" if is_set(xml, "hidden") => hide_columns(xml, sheet),
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader"
                | "firstFooter" => {
                    let text = header_text(&xml.text_inside());
                    if !text.is_empty() && !lines.contains(&text) {
                        lines.push(text);
                    }
                }
                _ => {}
            },
            Node::Close if xml.name() == "row" => sheet.flush(reading)?,
            Node::End => return Flow::Continue(()),
            _ => {}
        }
    }
}

fn is_set(xml: &Xml<'_>, name: &str) -> bool {
    matches!(xml.attribute(name).as_deref(), Some("1" | "true"))
}

fn hide_columns(xml: &Xml<'_>, sheet: &mut Sheet<'_>) {
    let number = |name| xml.attribute(name).and_then(|value| value.parse().ok());
    if let (Some(first), Some(last)) = (number("min"), number("max")) {
        sheet.hidden_columns.add(first, last);
    }
}

/// The cell that has just opened, as it is displayed.
fn cell(xml: &mut Xml<'_>, values: &Values) -> String {
    let kind = xml.attribute("t").unwrap_or_default();
    let style = xml.attribute("s").and_then(|style| style.parse().ok());
    let mut value = String::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "v" => value = xml.text_inside(),
            Node::Open if xml.name() == "is" => return rich_text(xml, "is"),
            Node::Close if xml.name() == "c" => break,
            Node::End => break,
            _ => {}
        }
    }
    match kind.as_str() {
        "s" => value
            .trim()
            .parse()
            .map_or(String::new(), |index| values.strings.get(index).to_owned()),
        "str" | "inlineStr" | "e" => unescaped(&value),
        "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        // A date in ISO 8601 is shown as it is.
        "d" => value,
        _ => match value.trim().parse::<f64>() {
            Ok(number) => {
                let code = values.styles.code(style.unwrap_or(0));
                number_format::display(number, code, values.starts_1904)
            }
            Err(_) => value,
        },
    }
}

/// `_x000D_` and its like are characters that XML cannot hold.
fn unescaped(text: &str) -> String {
    text.replace("_x000D_", "")
}

/// The header of a printed page without the codes of its fields and fonts.
pub(crate) fn header_text(code: &str) -> String {
    let mut text = String::new();
    let mut rest = code.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '&' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('&') => text.push('&'),
            Some('L' | 'C' | 'R') if !text.is_empty() => text.push(' '),
            Some('"') => while rest.next().is_some_and(|c| c != '"') {},
            Some('K') => (0..6).for_each(|_| {
                rest.next_if(char::is_ascii_hexdigit);
            }),
            Some(digit) if digit.is_ascii_digit() => {
                while rest.next_if(char::is_ascii_digit).is_some() {}
            }
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Names of those who comment, by id.
fn persons(xml: &mut Xml<'_>) -> BTreeMap<String, String> {
    let mut persons = BTreeMap::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "person" && persons.len() < MAX_KEPT => {
                persons.extend(xml.attribute("id").zip(xml.attribute("displayName")));
            }
            Node::End => return persons,
            _ => {}
        }
    }
}

fn comments(xml: &mut Xml<'_>, _: &BTreeMap<String, String>) -> Vec<String> {
    let (mut authors, mut lines) = (Vec::new(), Vec::new());
    let (mut author, mut place) = (String::new(), String::new());
    loop {
        match xml.next() {
            Node::Open => match xml.name() {
                "author" if authors.len() < MAX_KEPT => authors.push(xml.text_inside()),
                "comment" => {
                    let index = xml
                        .attribute("authorId")
                        .and_then(|id| id.parse::<usize>().ok());
                    author = index
                        .and_then(|at| authors.get(at))
                        .cloned()
                        .unwrap_or_default();
                    place = xml.attribute("ref").unwrap_or_default();
                }
                "text" if lines.len() < MAX_KEPT => {
                    let text = rich_text(xml, "text");
                    // The same stands as a threaded comment, with this as a note to older programs.
                    if !text.starts_with("[Threaded comment]") {
                        lines.push(comment_line(&by_whom(&author, ""), &place, &text));
                    }
                }
                _ => {}
            },
            Node::End => return lines,
            _ => {}
        }
    }
}

fn threaded_comments(xml: &mut Xml<'_>, persons: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut who, mut place) = (String::new(), String::new());
    loop {
        match xml.next() {
            Node::Open if xml.name() == "threadedComment" => {
                let author = xml.attribute("personId").and_then(|id| persons.get(&id));
                let date = xml.attribute("dT").unwrap_or_default();
                who = by_whom(author.map_or("", String::as_str), &date);
                place = xml.attribute("ref").unwrap_or_default();
            }
            Node::Open if xml.name() == "text" && lines.len() < MAX_KEPT => {
                lines.push(comment_line(&who, &place, &xml.text_inside()));
            }
            Node::End => return lines,
            _ => {}
        }
    }
}

/// A comment on a cell, on one line.
pub(crate) fn comment_line(who: &str, place: &str, text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    format!("Comment{who} on {place}: {}", text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_lose_their_codes() {
        assert_eq!(
            header_text("&L&\"Arial,Bold\"&12Owners&CPage &P of &N && more"),
            "Owners Page  of  & more"
        );
    }
}
