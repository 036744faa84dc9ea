//! What Word, Excel and PowerPoint documents since 2007 have in common (ECMA-376).

use std::collections::{BTreeMap, BTreeSet};

use super::package::{Package, Reference};
use super::properties::Properties;
use super::prose::Prose;
use super::xml::{Node, Xml};
use super::{docx, pptx, xlsx};
use crate::content::Content;
use crate::event::Kind;
use crate::item::{Hint, no_reader};
use crate::reading::{Flow, Reading};

/// Reads one kind of document from its main part.
type MainReader = fn(&mut Reading<'_, '_>, &mut Package<'_, '_>, &str) -> Flow;

/// Readers by the folder of the main part, with the main part's usual name.
const READERS: &[(&str, &str, MainReader)] = &[
    ("word/", "word/document.xml", docx::read),
    ("xl/", "xl/workbook.xml", xlsx::read),
    ("ppt/", "ppt/presentation.xml", pptx::read),
];
/// Most lines of shapes and charts of one part.
const MAX_LINES: usize = 100_000;
/// Most addresses outside that are told of one document.
const MAX_OUTSIDE: usize = 200;

/// Reads the open item.
pub(super) fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, _: &Hint<'_>) -> Flow {
    let mut package = match Package::open(content, &reading.budget) {
        Ok(package) => package,
        Err(reason) => return super::unreadable(reading, &reason),
    };
    let roots = package.references("");
    tell_properties(reading, &mut package)?;
    let stated = first_of(&roots, "officeDocument").unwrap_or_default();
    let by_name = |name: &str| READERS.iter().find(|(folder, ..)| name.starts_with(folder));
    let usual = || READERS.iter().find(|(_, usual, _)| package.has(usual));
    if package.has("xl/workbook.bin") {
        reading.end().kind = Kind::None;
        return reading.problems([no_reader("binary Excel workbook (xlsb)")]);
    }
    let Some((_, usual, read)) = by_name(&stated).or_else(usual) else {
        return super::unreadable(reading, "it has no main part");
    };
    if !package.has(&stated) && !package.has(usual) {
        return super::unreadable(reading, "it has no main part");
    }
    let main = if package.has(&stated) {
        stated.as_str()
    } else {
        usual
    };
    read(reading, &mut package, main)?;
    tell_outside(reading, &mut package, main)?;
    if package
        .names_below("")
        .iter()
        .any(|name| name.ends_with("vbaproject.bin"))
    {
        reading.metadata("macros", "yes")?;
    }
    let flaws = package.flaws();
    reading.problems(flaws)
}

fn tell_properties(reading: &mut Reading<'_, '_>, package: &mut Package<'_, '_>) -> Flow {
    let mut properties = Properties::default();
    for part in ["docProps/core.xml", "docProps/app.xml"] {
        package.xml(part, |xml| read_properties(xml, &mut properties));
    }
    package.xml("docProps/custom.xml", |xml| {
        custom_properties(xml, &mut properties)
    });
    properties.tell(reading)
}

/// Properties that are elements with their value as text.
pub(super) fn read_properties(xml: &mut Xml<'_>, properties: &mut Properties) {
    let mut name = String::new();
    loop {
        match xml.next() {
            Node::Open => name = xml.name().to_owned(),
            Node::Text => properties.take_named(&name, xml.text()),
            Node::Close => name.clear(),
            Node::End => return,
        }
    }
}

fn custom_properties(xml: &mut Xml<'_>, properties: &mut Properties) {
    let mut key = String::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "property" => {
                key = format!("custom-{}", xml.attribute("name").unwrap_or_default());
            }
            Node::Text => properties.say(&key, xml.text()),
            Node::End => return,
            _ => {}
        }
    }
}

/// Addresses outside that the document refers to: links, linked pictures, its template.
fn tell_outside(reading: &mut Reading<'_, '_>, package: &mut Package<'_, '_>, main: &str) -> Flow {
    let mut outside = BTreeSet::new();
    for part in [main, "word/settings.xml", "word/footnotes.xml"] {
        let references = package.references(part);
        let external = references
            .into_values()
            .filter(|reference| reference.is_external);
        outside.extend(external.map(|reference| (reference.kind, reference.target)));
    }
    for (kind, target) in outside.into_iter().take(MAX_OUTSIDE) {
        let key = if kind == "hyperlink" {
            "link"
        } else {
            "refers-to"
        };
        reading.metadata(key, target)?;
    }
    Flow::Continue(())
}

/// The part of the first reference of a kind.
pub(super) fn first_of(references: &BTreeMap<String, Reference>, kind: &str) -> Option<String> {
    all_of(references, kind).into_iter().next()
}

/// The parts of all references of a kind, in the order of their names.
pub(super) fn all_of(references: &BTreeMap<String, Reference>, kind: &str) -> BTreeSet<String> {
    let of_kind = references
        .values()
        .filter(|reference| reference.kind.eq_ignore_ascii_case(kind) && !reference.is_external);
    of_kind.map(|reference| reference.target.clone()).collect()
}

/// Appends the texts of charts and diagrams that a part refers to.
pub(super) fn add_drawings(
    package: &mut Package<'_, '_>,
    references: &BTreeMap<String, Reference>,
    prose: &mut Prose,
) {
    for line in drawing_lines(package, references) {
        prose.paragraph(&line);
    }
}

/// The texts of charts and diagrams that a part refers to.
pub(super) fn drawing_lines(
    package: &mut Package<'_, '_>,
    references: &BTreeMap<String, Reference>,
) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in ["chart", "chartEx"] {
        for part in all_of(references, kind) {
            lines.extend(package.xml(&part, chart_lines).unwrap_or_default());
            let inner = package.references(&part);
            for shapes in all_of(&inner, "chartUserShapes") {
                lines.extend(package.xml(&shapes, paragraphs).unwrap_or_default());
            }
        }
    }
    for part in all_of(references, "diagramData") {
        lines.extend(package.xml(&part, paragraphs).unwrap_or_default());
    }
    lines
}

/// A chart: its titles, then each series with its categories and values.
fn chart_lines(xml: &mut Xml<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut series = Series::default();
    loop {
        match xml.next() {
            Node::Open => match xml.name() {
                "p" => {
                    let text = paragraph(xml);
                    if !text.trim().is_empty() && lines.len() < MAX_LINES {
                        lines.push(format!("Chart: {}", text.trim()));
                    }
                }
                "ser" | "series" => series = Series::default(),
                "tx" | "txData" => series.field = Field::Name,
                "cat" | "xVal" => series.field = Field::Category,
                "val" | "yVal" | "bubbleSize" => series.field = Field::Value,
                "v" => {
                    let value = xml.text_inside();
                    series.take(value);
                }
                _ => {}
            },
            Node::Close if matches!(xml.name(), "ser" | "series") => {
                let line = std::mem::take(&mut series).line();
                if !line.is_empty() && lines.len() < MAX_LINES {
                    lines.push(line);
                }
            }
            Node::End => return lines,
            _ => {}
        }
    }
}

#[derive(Default, Clone, Copy)]
enum Field {
    #[default]
    Name,
    Category,
    Value,
}

#[derive(Default)]
struct Series {
    field: Field,
    name: Vec<String>,
    categories: Vec<String>,
    values: Vec<String>,
}

impl Series {
    fn take(&mut self, value: String) {
        let field = match self.field {
            Field::Name => &mut self.name,
            Field::Category => &mut self.categories,
            Field::Value => &mut self.values,
        };
        if field.len() < MAX_LINES {
            field.push(value);
        }
    }

    fn line(self) -> String {
        let n = self.categories.len().max(self.values.len());
        let point = |at: usize| {
            let category = self.categories.get(at).map_or("", String::as_str);
            let value = self.values.get(at).map_or("", String::as_str);
            format!("{category} {value}").trim().to_owned()
        };
        let points: Vec<String> = (0..n).map(point).collect();
        match (self.name.join(" "), points.join("; ")) {
            (name, points) if name.is_empty() => points,
            (name, points) if points.is_empty() => name,
            (name, points) => format!("{name}: {points}"),
        }
    }
}

/// The paragraphs of a drawing: a row of a table is one, its cells apart by tabs.
pub(super) fn paragraphs(xml: &mut Xml<'_>) -> Vec<String> {
    let mut shapes = Shapes::default();
    shapes.read(xml);
    shapes.lines
}

/// Texts of the shapes of a drawing, a slide or a diagram.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) lines: Vec<String>,
    /// Whether what a slide fills in is left out: on a master it is only a hint to its author.
    without_placeholders: bool,
    /// Whether the slide is left out when shown.
    pub(super) is_hidden: bool,
    cells: Option<Vec<String>>,
    cell: Option<String>,
}

impl Shapes {
    /// Shapes of a master or layout, without the hints of what to fill in.
    pub(super) fn of_pattern() -> Self {
        Self {
            without_placeholders: true,
            ..Self::default()
        }
    }

    /// Reads a part to its end.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>) {
        let mut before_shape = 0;
        let mut is_placeholder = false;
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "Fallback" => xml.skip(),
                    "sld" => self.is_hidden = xml.attribute("show").as_deref() == Some("0"),
                    "sp" => (before_shape, is_placeholder) = (self.lines.len(), false),
                    "ph" => is_placeholder = true,
                    "p" => {
                        let text = paragraph(xml);
                        self.say(text);
                    }
                    "tr" => self.cells = Some(Vec::new()),
                    "tc" => self.cell = Some(String::new()),
                    _ => {}
                },
                Node::Close => match xml.name() {
                    "sp" if is_placeholder && self.without_placeholders => {
                        self.lines.truncate(before_shape);
                    }
                    "tc" => {
                        let cell = self.cell.take();
                        if let Some(cells) = &mut self.cells {
                            cells.extend(cell);
                        }
                    }
                    "tr" => {
                        let row = self.cells.take().unwrap_or_default();
                        self.say(row.join("\t"));
                    }
                    _ => {}
                },
                Node::Text => {}
                Node::End => return,
            }
        }
    }

    fn say(&mut self, text: String) {
        if text.trim().is_empty() || self.lines.len() >= MAX_LINES {
            return;
        }
        match &mut self.cell {
            Some(cell) => {
                if !cell.is_empty() {
                    cell.push(' ');
                }
                cell.push_str(text.trim());
            }
            None => self.lines.push(text.trim_end().to_owned()),
        }
    }
}

/// The text of the DrawingML paragraph that has just opened.
pub(super) fn paragraph(xml: &mut Xml<'_>) -> String {
    let mut text = String::new();
    loop {
        match xml.next() {
            Node::Open => match xml.name() {
                "t" => text.push_str(&xml.text_inside()),
                "br" => text.push('\n'),
                "tab" => text.push('\t'),
                "Fallback" => xml.skip(),
                _ => {}
            },
            Node::Close if xml.name() == "p" => return text,
            Node::End => return text,
            _ => {}
        }
    }
}
