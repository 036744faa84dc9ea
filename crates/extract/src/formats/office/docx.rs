//! Word documents: running text with list numbers, then what stands around it, each under its heading.
//!
//! The running text is the document as it reads with all tracked changes accepted. Insertions and
//! deletions are listed after it, with who made them and when, and after which words they stand;
//! so are footnotes, comments, headers and footers. Source: ECMA-376, part 1, chapter 17.

use std::collections::BTreeMap;

use super::lists::{Numbering, Styles};
use super::package::{Package, Reference};
use super::prose::Prose;
use super::story::{Extras, Story};
use super::{embedded, ooxml};
use crate::reading::{Flow, Reading};

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    package: &mut Package<'_, '_>,
    main: &str,
) -> Flow {
    let references = package.references(main);
    let named = |kind: &str| ooxml::first_of(&references, kind);
    let styles = named("styles").and_then(|name| package.xml(&name, Styles::read));
    let numbering = named("numbering").and_then(|name| package.xml(&name, Numbering::read));
    let (styles, mut numbering) = (styles.unwrap_or_default(), numbering.unwrap_or_default());
    let mut prose = Prose::new(reading.limits);
    let mut story = Story::new(&styles, &mut numbering);
    package
        .xml(main, |xml| story.read(reading, xml, &mut prose))
        .unwrap_or(Flow::Continue(()))?;
    let extras = story.extras;
    let mut around = Around {
        package,
        references: &references,
        styles: &styles,
    };
    around.tell(&extras, &mut prose);
    ooxml::add_drawings(package, &references, &mut prose);
    prose.finish(reading)?;
    embedded::read_parts(reading, package, "word/")
}

/// What stands around the running text.
struct Around<'p, 'c, 'd, 'r> {
    package: &'p mut Package<'c, 'd>,
    references: &'r BTreeMap<String, Reference>,
    styles: &'r Styles,
}

impl Around<'_, '_, '_, '_> {
    fn tell(&mut self, extras: &Extras, prose: &mut Prose) {
        let footnotes = self.notes("footnotes", &["footnote"]);
        let endnotes = self.notes("endnotes", &["endnote"]);
        prose.section("Notes", &extras.note_lines(&footnotes, &endnotes));
        let comments = self.notes("comments", &["comment"]);
        prose.section("Comments", &extras.comment_lines(&comments));
        prose.section("Tracked changes", &extras.change_lines());
        for (kind, unit, heading) in [("header", "hdr", "Headers"), ("footer", "ftr", "Footers")] {
            let mut lines: Vec<String> = Vec::new();
            for note in self.notes(kind, &[unit]) {
                if !note.text.is_empty() && !lines.contains(&note.text) {
                    lines.push(note.text);
                }
            }
            prose.section(heading, &lines);
        }
    }

    /// The units of all parts of a kind, in the order of their names.
    fn notes(&mut self, kind: &str, unit: &[&str]) -> Vec<super::story::Note> {
        let mut notes = Vec::new();
        for name in ooxml::all_of(self.references, kind) {
            let mut numbering = Numbering::default();
            let mut story = Story::new(self.styles, &mut numbering);
            let read = self.package.xml(&name, |xml| story.read_notes(xml, unit));
            notes.extend(read.unwrap_or_default());
        }
        notes
    }
}
