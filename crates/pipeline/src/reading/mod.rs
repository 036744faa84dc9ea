//! Stage `read`: who is in a document, who says what, what ties it states. It needs no nets: the
//! kept annotation is enough, so that a change here never annotates anything again.

mod rows;
mod table;

use std::collections::BTreeMap;

use onrecord_entities::{Document, DocumentEntities, Facts, Name, Segment, entities_of_document};
use onrecord_network::{Link, links_of_document};
use onrecord_record::{DocumentId, Place, SegmentKind, Span};
use onrecord_statements::{Statement, statements_of_document};

use crate::annotate::AnnotatedText;
use crate::language::detect_language;
use crate::stage::{Fingerprint, STAGES, Stage, StageInfo};

use table::Table;

pub use rows::{ReadEntity, ReadLink, ReadMention, ReadRole, ReadStatement, ReadingRow};

/// Raised whenever entities of a document, statements or ties come out otherwise.
const VERSION: u32 = 4;

/// What the analysis of one text found. Places lead back to the stored text by [`AnnotatedText::stored`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Mentions and entities.
    pub entities: DocumentEntities,
    /// Who says what.
    pub statements: Vec<Statement>,
    /// Ties that the text states.
    pub links: Vec<Link>,
}

/// A document to read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadInput {
    /// Its name.
    pub document: DocumentId,
    /// Its main text, annotated.
    pub text: AnnotatedText,
    /// What is known about it.
    pub facts: Facts,
    /// The whole text of a table, whose numbers the annotation leaves out.
    pub table: Option<String>,
}

/// Reads documents whose texts one annotation stage has annotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    annotated_by: Fingerprint,
}

impl Read {
    /// A stage that reads what the stage of this fingerprint annotated.
    #[must_use]
    pub fn new(annotated_by: Fingerprint) -> Self {
        Self { annotated_by }
    }
}

impl Stage for Read {
    type Input = ReadInput;
    type Output = Vec<ReadingRow>;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("read").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new("read", VERSION, &[self.annotated_by.as_str()])
    }

    fn run(&self, input: &ReadInput) -> Vec<ReadingRow> {
        let table = input.table.as_deref().and_then(Table::of);
        let cells = table.as_ref().map(|table| table.names(&input.text));
        let document = input
            .text
            .document(&input.facts, &cells.unwrap_or_default());
        let reading = Reading::of_document(&document);
        let rows = rows::Rows {
            document: input.document,
            text: &input.text,
            reading: &reading,
        };
        let mut row = rows.row();
        if let Some(table) = table {
            let named = (&row.mentions[..], &row.entities[..]);
            row.links = table.links(input.document, &input.text, &reading.entities, named);
        }
        vec![row]
    }

    fn merge(&self, parts: Vec<Vec<ReadingRow>>) -> Vec<ReadingRow> {
        let mut rows: Vec<ReadingRow> = parts.into_iter().flatten().collect();
        rows.sort_unstable_by_key(|row| row.document);
        rows
    }
}

impl Reading {
    /// Reads an annotated text; needs no nets.
    #[must_use]
    pub fn of(text: &AnnotatedText, facts: &Facts) -> Self {
        Self::of_document(&text.document(facts, &BTreeMap::new()))
    }

    fn of_document(document: &Document<'_>) -> Self {
        let entities = entities_of_document(document);
        let statements = statements_of_document(document, &entities);
        let links = if is_foreign(document) {
            Vec::new()
        } else {
            links_of_document(document, &entities, &statements)
        };
        Self {
            entities,
            statements,
            links,
        }
    }
}

/// Bytes of running text that tell the language of a document.
const LANGUAGE_SAMPLE: usize = 2_000;

/// Whether a document is surely in another language than that of the tables of ties.
fn is_foreign(document: &Document<'_>) -> bool {
    let mut sample = String::new();
    let is_running = |segment: &&Segment<'_>| segment.kind == SegmentKind::Prose;
    for segment in document.segments.iter().filter(is_running) {
        let room = LANGUAGE_SAMPLE.saturating_sub(sample.len());
        sample.push_str(&segment.text[..segment.text.floor_char_boundary(room)]);
        sample.push('\n');
        if sample.len() >= LANGUAGE_SAMPLE {
            break;
        }
    }
    detect_language(&sample).is_some_and(|language| language != "en")
}

impl AnnotatedText {
    /// The text as the analysis sees it; `known` gives the one name of a segment, by its number,
    /// where that does not rest on the recognizer.
    #[must_use]
    pub fn document<'a>(&'a self, facts: &'a Facts, known: &BTreeMap<usize, Name>) -> Document<'a> {
        let mut names = self.names();
        for (&segment, name) in known {
            if let Some(names) = names.get_mut(segment) {
                *names = vec![name.clone()];
            }
        }
        let segments = self.segments.iter().zip(names);
        let segments = segments.map(|(segment, names)| Segment {
            kind: segment.segment.kind,
            text: segment.segment.view.text(),
            annotated: &segment.annotated,
            names,
            quoted: segment.segment.quoted.clone(),
        });
        Document {
            facts,
            segments: segments.collect(),
        }
    }

    /// Where a place of the analysis stands in the stored text.
    #[must_use]
    pub fn stored(&self, place: Place) -> Span {
        self.segments
            .get(place.segment as usize)
            .map_or(Span::new(0, 0), |segment| {
                segment.segment.view.stored_span(place.span)
            })
    }
}
