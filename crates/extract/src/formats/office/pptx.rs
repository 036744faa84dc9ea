//! PowerPoint presentations: a page a slide, with its notes and comments. Source: ECMA-376, part 1,
//! chapter 19.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::Locator;

use super::embedded;
use super::ooxml::{self, Shapes};
use super::package::Package;
use super::prose::Prose;
use super::story::by_whom;
use super::xml::{Node, Xml};
use crate::reading::{Flow, Reading};

/// Most slides, authors and comments of one presentation.
const MAX_KEPT: usize = 65_536;

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    main: &str,
) -> Flow {
    let references = package.references(main);
    let slides = package.xml(main, slide_ids).unwrap_or_default();
    let mut authors = BTreeMap::new();
    for kind in ["commentAuthors", "authors"] {
        for part in ooxml::all_of(&references, kind) {
            package.xml(&part, |xml| read_authors(xml, &mut authors));
        }
    }
    let mut prose = Prose::new(reading.limits);
    let mut patterns = BTreeSet::new();
    let parts = slides.iter().filter_map(|id| references.get(id));
    for (at, part) in parts.enumerate() {
        let page = u32::try_from(at + 1).unwrap_or(u32::MAX);
        prose.end_paragraph();
        prose.begin_place(Locator::Page { page, area: None });
        patterns.extend(read_slide(package, &part.target, &authors, &mut prose));
        prose.end_place();
        prose.flush(reading)?;
    }
    reading.metadata("slides", slides.len().to_string())?;
    prose.section(
        "On the slides' patterns",
        &pattern_lines(package, &patterns),
    );
    prose.finish(reading)?;
    embedded::read_parts(reading, package, "ppt/")
}

/// Ids of the references to the slides, in their order.
fn slide_ids(xml: &mut Xml<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "sldId" && ids.len() < MAX_KEPT => {
                ids.extend(xml.attribute_named("r:id"));
            }
            Node::End => return ids,
            _ => {}
        }
    }
}

fn read_authors(xml: &mut Xml<'_>, authors: &mut BTreeMap<String, String>) {
    loop {
        match xml.next() {
            Node::Open
                if matches!(xml.name(), "cmAuthor" | "author") && authors.len() < MAX_KEPT =>
            {
                authors.extend(xml.attribute("id").zip(xml.attribute("name")));
            }
            Node::End => return,
            _ => {}
        }
    }
}

/// Appends a slide; the layouts that it rests on.
fn read_slide(
    package: &mut Package<'_, '_>,
    part: &str,
    authors: &BTreeMap<String, String>,
    prose: &mut Prose,
) -> BTreeSet<String> {
    let references = package.references(part);
    let mut shapes = Shapes::default();
    package.xml(part, |xml| shapes.read(xml));
    if shapes.is_hidden {
        prose.paragraph("(hidden slide)");
    }
    for line in &shapes.lines {
        prose.paragraph(line);
    }
    ooxml::add_drawings(package, &references, prose);
    for notes in ooxml::all_of(&references, "notesSlide") {
        let lines = package.xml(&notes, ooxml::paragraphs).unwrap_or_default();
        // The number of the slide stands on its notes too.
        let lines: Vec<String> = lines
            .into_iter()
            .filter(|line| line.parse::<u32>().is_err())
            .collect();
        prose.section("Notes", &lines);
    }
    for comments in ooxml::all_of(&references, "comments") {
        let lines = package.xml(&comments, |xml| comment_lines(xml, authors));
        for line in lines.unwrap_or_default() {
            prose.paragraph(&line);
        }
    }
    ooxml::all_of(&references, "slideLayout")
}

fn comment_lines(xml: &mut Xml<'_>, authors: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut who = String::new();
    let mut text = String::new();
    let mut end = |who: &str, text: &mut String| {
        let words = std::mem::take(text);
        if !words.trim().is_empty() && lines.len() < MAX_KEPT {
            lines.push(format!("Comment{who}: {}", words.trim()));
        }
    };
    loop {
        match xml.next() {
            Node::Open => match xml.name() {
                "cm" | "reply" => {
                    end(&who, &mut text);
                    let author = xml.attribute("authorId").and_then(|id| authors.get(&id));
                    let date = xml.attribute("dt").or_else(|| xml.attribute("created"));
                    who = by_whom(author.map_or("", String::as_str), &date.unwrap_or_default());
                }
                "text" => text.push_str(&xml.text_inside()),
                "p" => {
                    text.push_str(&ooxml::paragraph(xml));
                    text.push(' ');
                }
                _ => {}
            },
            Node::Close if matches!(xml.name(), "cm" | "reply") => end(&who, &mut text),
            Node::End => break,
            _ => {}
        }
    }
    end(&who, &mut text);
    lines
}

/// What stands on layouts and masters besides the hints of what to fill in.
fn pattern_lines(package: &mut Package<'_, '_>, layouts: &BTreeSet<String>) -> Vec<String> {
    let mut parts = layouts.clone();
    for layout in layouts {
        parts.extend(ooxml::all_of(&package.references(layout), "slideMaster"));
    }
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        let mut shapes = Shapes::of_pattern();
        package.xml(&part, |xml| shapes.read(xml));
        for line in shapes.lines {
            if !lines.contains(&line) && lines.len() < 1_000 {
                lines.push(line);
            }
        }
    }
    lines
}
