//! A document as it is read on screen: one stretch of its text, with what is marked in it.

use std::collections::BTreeMap;

use onrecord_case::{Choice, StoredActor, StoredStatement};
use onrecord_pipeline::ReadMention;
use onrecord_pipeline::entities::{EntityKind, Form};
use onrecord_record::{DocumentId, EntityId, Locator, MentionId, PlacedSpan, Span};
use onrecord_search::{Query, highlight};
use serde::Serialize;

use crate::document::{DocumentPage, TextView};
use crate::error::Error;
use crate::links::{LinkLine, link_line};
use crate::near_copies::NearCopyLine;
use crate::open::Workbench;
use crate::quoting::Quoting;
use crate::statements::StatementLine;

/// Bytes of text in one stretch, about.
const STRETCH: usize = 60_000;
/// Bytes shown before the place that was asked for.
const BEFORE: usize = 6_000;
/// Most places of hits that a view lists.
const MOST_PLACES: usize = 2_000;
/// Most statements and ties that a view lists, of each.
const MOST_LINES: usize = 300;

/// Which document, and what of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingQuestion {
    /// Beginning of the document's id.
    pub document: String,
    /// Which of its texts; the first unless given.
    pub role: Option<String>,
    /// The byte at which the stretch begins.
    pub from: Option<usize>,
    /// Words that must be in the stretch: UTF-8 bytes, half-open.
    pub span: Option<(usize, usize)>,
    /// The page of the original, or the row of a table, that must be in the stretch.
    pub page: Option<u32>,
    /// The hit that must be in the stretch, from 1.
    pub hit: Option<usize>,
    /// A query whose hits are marked.
    pub query: String,
}

/// A document, with one stretch of one of its texts. `texts` of the document holds that stretch alone;
/// all offsets are into the whole text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadingPage {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentPage,
    /// The stretch that is shown.
    pub stretch: Stretch,
    /// The texts of the document.
    pub roles: Vec<TextRole>,
    /// Where the query matches.
    pub hits: HitsView,
    /// Pages and rows of the original that begin in the stretch.
    pub places: Vec<PlaceMark>,
    /// Names in the stretch.
    pub names: Vec<NameMark>,
    /// Statements in the stretch.
    pub statements: Vec<StatementLine>,
    /// Ties that the stretch states.
    pub ties: Vec<LinkLine>,
    /// Documents that hold words of this one, or whose words it holds.
    pub near_copies: Vec<NearCopyLine>,
}

/// A stretch of a text: UTF-8 bytes, half-open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// Which of the texts.
    pub role: String,
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Bytes of the whole text.
    pub length: usize,
}

/// One of a document's texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextRole {
    /// `main`, `full`, `html`.
    pub role: String,
    /// Its bytes.
    pub length: usize,
}

/// Where a query matches in the whole text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HitsView {
    /// How often.
    pub total: usize,
    /// The one that was asked for, or the first in the stretch; from 1.
    pub current: Option<usize>,
    /// The first of them: UTF-8 bytes, half-open.
    pub places: Vec<(u32, u32)>,
}

/// A page or a row of the original, where it begins in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceMark {
    /// Its first byte.
    pub start: u32,
    /// Number of the page or row, from 1.
    pub number: u32,
    /// In words: `page 3`.
    pub label: String,
}

/// A name in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameMark {
    /// First byte.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Id of the entity that it names.
    pub entity: String,
    /// What that entity is called.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
}

impl Workbench {
    /// A document with the stretch of text that was asked for; no more than that is laid out.
    ///
    /// # Errors
    /// When nothing, or more than one thing, has such an id.
    pub fn read_document(&self, question: &ReadingQuestion) -> Result<ReadingPage, Error> {
        let id = self.reader.find_document(&question.document)?;
        let mut document = self.document_facts(id)?;
        let mut texts = self.texts(id)?;
        let roles: Vec<TextRole> = texts.iter().map(text_role).collect();
        let chosen = question.role.as_deref();
        let number = texts
            .iter()
            .position(|text| Some(text.role.as_str()) == chosen)
            .unwrap_or(0);
        let near_copies = self.near_copy_lines(id)?;
        if texts.is_empty() {
            return Ok(ReadingPage {
                document,
                stretch: Stretch::default(),
                roles,
                hits: HitsView::default(),
                places: Vec::new(),
                names: Vec::new(),
                statements: Vec::new(),
                ties: Vec::new(),
                near_copies,
            });
        }
        let text = texts.swap_remove(number);
        let hits = hits(&question.query, &text.text);
        let stretch = stretch(&text, question, &hits);
        let is_main = text.role == "main";
        let page = ReadingPage {
            hits: hits_view(&hits, question, &stretch),
            places: place_marks(&text.places, &stretch),
            names: if is_main {
                self.name_marks(id, &stretch)?
            } else {
                Vec::new()
            },
            statements: if is_main {
                self.statements_in(id, &stretch)?
            } else {
                Vec::new()
            },
            ties: if is_main {
                self.ties_in(id, &stretch)?
            } else {
                Vec::new()
            },
            document: {
                document.texts = vec![cut(text, &stretch)];
                document
            },
            stretch,
            roles,
            near_copies,
        };
        Ok(page)
    }

    /// Names that stand in the stretch. Descriptions and pronouns are no names, and are not marked.
    fn name_marks(&self, id: DocumentId, stretch: &Stretch) -> Result<Vec<NameMark>, Error> {
        let mentions = self.reader.mentions(id)?;
        let actors = self.reader.actors_of_document(id)?;
        let actors = actors_by_number(&mentions, &actors);
        let mut names: BTreeMap<EntityId, String> = BTreeMap::new();
        let mut marks = Vec::new();
        for mention in mentions.iter().filter(|found| found.form == Form::Name) {
            let actor = mention.entity.and_then(|number| actors.get(&number));
            let (Some(span), Some(actor)) = (mention.id.span(), actor) else {
                continue;
            };
            if !stretch.meets(span) || actor.unnamed {
                continue;
            }
            let name = match names.get(&actor.entity) {
                Some(name) => name.clone(),
                None => {
                    let entity = self.reader.entity(actor.entity);
                    let name = entity.map_or_else(|_| actor.name.clone(), |entity| entity.name);
                    names.insert(actor.entity, name.clone());
                    name
                }
            };
            marks.push(NameMark {
                start: span.start,
                end: span.end,
                entity: actor.entity.to_hex(),
                name,
                kind: actor.kind,
            });
        }
        Ok(marks)
    }

    fn statements_in(
        &self,
        id: DocumentId,
        stretch: &Stretch,
    ) -> Result<Vec<StatementLine>, Error> {
        let mut stored: Vec<StoredStatement> = Vec::new();
        self.reader
            .statements(Choice::Document(id), &mut |statement| {
                let detail = &statement.detail;
                let spans = [&detail.source, &detail.cue, &detail.content];
                let is_shown = spans.into_iter().flatten().any(|span| stretch.meets(*span));
                if is_shown {
                    stored.push(statement);
                }
                Ok(stored.len() < MOST_LINES)
            })?;
        let mut quoting = Quoting::new(&self.reader);
        let lines = stored.iter();
        lines
            .map(|statement| self.statement_line(&mut quoting, statement))
            .collect()
    }

    fn ties_in(&self, id: DocumentId, stretch: &Stretch) -> Result<Vec<LinkLine>, Error> {
        let mut stored = Vec::new();
        self.reader.links(Choice::Document(id), &mut |link| {
            let mut evidence = link.detail.evidence.iter();
            if evidence.any(|span| stretch.meets(*span)) {
                stored.push(link);
            }
            Ok(stored.len() < MOST_LINES)
        })?;
        let mut quoting = Quoting::new(&self.reader);
        let mut lines = Vec::new();
        for link in &stored {
            lines.extend(link_line(&mut quoting, link)?);
        }
        Ok(lines)
    }
}

impl Stretch {
    /// Whether some of a span is shown.
    fn meets(&self, span: Span) -> bool {
        (span.start as usize) < self.end && self.start < span.end as usize
    }
}

fn text_role(text: &TextView) -> TextRole {
    TextRole {
        role: text.role.clone(),
        length: text.text.len(),
    }
}

/// The actors of a document by the numbers that its mentions bear; an actor is named by its least mention.
fn actors_by_number<'a>(
    mentions: &[ReadMention],
    actors: &'a [StoredActor],
) -> BTreeMap<u32, &'a StoredActor> {
    let mut least: BTreeMap<u32, MentionId> = BTreeMap::new();
    for mention in mentions {
        if let Some(number) = mention.entity {
            let id = least.entry(number).or_insert(mention.id);
            *id = (*id).min(mention.id);
        }
    }
    let by_id: BTreeMap<MentionId, &StoredActor> =
        actors.iter().map(|actor| (actor.id, actor)).collect();
    least
        .into_iter()
        .filter_map(|(number, id)| Some((number, *by_id.get(&id)?)))
        .collect()
}

/// Places where a query matches. Matching words with nothing but punctuation between them are one place:
/// the words of a phrase.
fn hits(query: &str, text: &str) -> Vec<Span> {
    if query.trim().is_empty() {
        return Vec::new();
    }
    let mut places: Vec<Span> = Vec::new();
    for word in highlight(&Query::parse(query).query, text) {
        match places.last_mut() {
            Some(last) if touch(text, *last, word) => last.end = word.end,
            _ => places.push(word),
        }
    }
    places
}

fn touch(text: &str, one: Span, next: Span) -> bool {
    const MOST_BETWEEN: u32 = 4;
    next.start - one.end <= MOST_BETWEEN
        && text
            .get(one.end as usize..next.start as usize)
            .is_some_and(|between| !between.chars().any(char::is_alphanumeric))
}

/// The stretch that holds what was asked for, from the beginning of a line where there is one nearby.
fn stretch(text: &TextView, question: &ReadingQuestion, hits: &[Span]) -> Stretch {
    let body = &text.text;
    let whole = body.len() <= STRETCH + STRETCH / 2;
    let start = match question.from {
        _ if whole => 0,
        Some(from) => body.floor_char_boundary(from),
        None => {
            let wanted = wanted(text, question, hits).unwrap_or(0);
            line_start(body, wanted.saturating_sub(BEFORE))
        }
    };
    let end = if whole {
        body.len()
    } else {
        line_end(body, start.saturating_add(STRETCH), start)
    };
    Stretch {
        role: text.role.clone(),
        start,
        end,
        length: body.len(),
    }
}

/// The first byte of what was asked for.
fn wanted(text: &TextView, question: &ReadingQuestion, hits: &[Span]) -> Option<usize> {
    let of_page = |page| {
        let mut places = text.places.iter();
        places.find(|place| is_at(place, page))
    };
    let hit = question.hit.and_then(|hit| hits.get(hit.checked_sub(1)?));
    question
        .span
        .map(|(start, _)| start)
        .or_else(|| Some(hit?.start as usize))
        .or_else(|| Some(of_page(question.page?)?.span.start as usize))
}

fn is_at(place: &PlacedSpan, wanted: u32) -> bool {
    place_number(place) == Some(wanted)
}

/// The number of a page or of a whole row; what lies inside of one has none of its own.
fn place_number(place: &PlacedSpan) -> Option<u32> {
    match &place.locator {
        Locator::Page { page, area: None } => Some(*page),
        Locator::Cell {
            row, column: None, ..
        } => Some(*row),
        _ => None,
    }
}

fn place_marks(places: &[PlacedSpan], stretch: &Stretch) -> Vec<PlaceMark> {
    let shown = places.iter().filter(|place| stretch.meets(place.span));
    let marks = shown.filter_map(|place| {
        Some(PlaceMark {
            start: place.span.start,
            number: place_number(place)?,
            label: place.locator.to_string(),
        })
    });
    marks.collect()
}

fn line_start(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    let nearby = text.floor_char_boundary(at.saturating_sub(STRETCH / 8));
    let line = text[nearby..at].rfind('\n');
    line.map_or(at, |line| nearby + line + 1)
}

fn line_end(text: &str, at: usize, after: usize) -> usize {
    let at = text.floor_char_boundary(at);
    if at >= text.len() {
        return text.len();
    }
    let line = text[after..at].rfind('\n');
    line.map_or(at, |line| after + line + 1)
}

fn hits_view(hits: &[Span], question: &ReadingQuestion, stretch: &Stretch) -> HitsView {
    let asked = question.hit.filter(|hit| (1..=hits.len()).contains(hit));
    let first = || hits.iter().position(|hit| stretch.meets(*hit));
    HitsView {
        total: hits.len(),
        current: asked.or_else(|| first().map(|index| index + 1)),
        places: hits
            .iter()
            .take(MOST_PLACES)
            .map(|hit| (hit.start, hit.end))
            .collect(),
    }
}

/// The text without what is not shown, and the places that it lies in.
fn cut(mut text: TextView, stretch: &Stretch) -> TextView {
    text.text.truncate(stretch.end);
    text.text.drain(..stretch.start);
    text.places.retain(|place| stretch.meets(place.span));
    text
}

#[cfg(test)]
mod tests {
    use super::{ReadingQuestion, STRETCH, hits, stretch};
    use crate::document::TextView;

    fn text(text: String) -> TextView {
        TextView {
            role: "main".to_owned(),
            id: String::new(),
            text,
            places: Vec::new(),
        }
    }

    #[test]
    fn the_words_of_a_phrase_are_one_hit() {
        let words = "The gas price rose; gas, price. Gas and the price.";
        let found = hits("gas price", words);
        let found: Vec<&str> = found.iter().map(|span| &words[span.range()]).collect();
        assert_eq!(found, ["gas price", "gas, price. Gas", "price"]);
        assert_eq!(hits("", words), []);
    }

    #[test]
    fn a_long_text_is_shown_around_what_was_asked_for() {
        let long = text("über allen Gipfeln\n".repeat(20_000));
        let wanted = 250_000;
        let question = ReadingQuestion {
            span: Some((wanted, wanted + 4)),
            ..ReadingQuestion::default()
        };
        let shown = stretch(&long, &question, &[]);
        assert!(shown.start < wanted && wanted < shown.end);
        assert!(shown.end - shown.start <= STRETCH);
        assert!(long.text[..shown.start].ends_with('\n') && long.text[..shown.end].ends_with('\n'));
        let next = ReadingQuestion {
            from: Some(shown.end),
            ..ReadingQuestion::default()
        };
        assert_eq!(stretch(&long, &next, &[]).start, shown.end);
    }

    #[test]
    fn a_text_without_lines_is_cut_between_letters() {
        let long = text("ü".repeat(STRETCH * 2));
        let far = ReadingQuestion {
            span: Some((STRETCH * 3 + 1, STRETCH * 3 + 3)),
            ..ReadingQuestion::default()
        };
        let shown = stretch(&long, &far, &[]);
        assert!(long.text.is_char_boundary(shown.start) && long.text.is_char_boundary(shown.end));
        assert!(shown.start < STRETCH * 3 && STRETCH * 3 + 3 < shown.end);
    }
}
