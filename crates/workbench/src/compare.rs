//! Two entities side by side, and pairs of a case that may be one.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_case::{EntityChoice, StoredEntity, Verb};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::entities::names::{NameKind, ParsedName, compare as compare_names};
use onrecord_record::{DocumentId, EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::decide::mentions_of;
use crate::entities::{EntityLine, entity_line};
use crate::error::Error;
use crate::judged::JudgementLine;
use crate::open::Workbench;
use crate::people::{JoinedPart, joined_part};
use crate::quoting::Quoting;
use crate::timeline::word;

/// Entities that share a word with one and are compared with it.
const MOST_COMPARED: usize = 40;
/// Words of a name by which others are sought.
const MOST_WORDS: usize = 4;
/// Others that may be the same, on a page.
const MOST_CANDIDATES: usize = 8;
/// Entities that one request looks at for the next pair.
const MOST_LOOKED_AT: usize = 25;
/// Places that a side shows.
const MOST_PLACES: usize = 3;
/// Documents of a side whose company is compared.
const MOST_DOCUMENTS: usize = 60;
/// Values of a field.
const MOST_VALUES: usize = 12;

/// Another entity that may be the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PossiblySame {
    /// The other.
    #[serde(flatten)]
    pub entity: EntityLine,
    /// How well the names fit, 0 to 1; a name alone proves nothing.
    pub score: f64,
    /// What fits and what does not, in words.
    pub reasons: Vec<String>,
    /// Whether a person could not tell.
    pub unsure: bool,
}

/// Pairs with the latest answer.
pub(crate) type JudgedPairs = BTreeMap<(EntityId, EntityId), Verb>;

/// Two entities side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparePage {
    /// Version of this object.
    pub format_version: u32,
    /// The one.
    pub one: EntityLine,
    /// The other.
    pub other: EntityLine,
    /// Field by field.
    pub fields: Vec<FieldView>,
    /// What their names have in common, in words.
    pub reasons: Vec<String>,
    /// In how many of the documents that were compared both stand as two.
    pub together: u64,
    /// Where the one is spoken of.
    pub places_of_one: Vec<JoinedPart>,
    /// Where the other is.
    pub places_of_other: Vec<JoinedPart>,
    /// What was decided about the two.
    pub judged: Vec<JudgementLine>,
    /// The number of the last judgement when this was read.
    pub seen: u64,
}

/// A field of two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// What it is.
    pub field: &'static str,
    /// What the one has.
    pub one: Vec<String>,
    /// What the other has.
    pub other: Vec<String>,
    /// `same`, `in part`, `different`, `one side only`.
    pub agreement: &'static str,
}

/// The next pair that a person may judge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairPage {
    /// Version of this object.
    pub format_version: u32,
    /// The pair, if one was found.
    pub pair: Option<ComparePage>,
    /// Id to look on from.
    pub after: Option<String>,
    /// How many entities were looked at.
    pub looked_at: u64,
}

impl Workbench {
    /// Two entities side by side.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, both are one, or the store cannot be read.
    pub fn compare(&self, one: &str, other: &str) -> Result<ComparePage, Error> {
        let (one, other) = (self.find_entity(one)?, self.find_entity(other)?);
        if one.id == other.id {
            return Err(Error::Usage(format!(
                "both are {} already; to take them apart open that entity",
                one.name
            )));
        }
        let (of_one, of_other) = (self.side(&one)?, self.side(&other)?);
        let together = of_one.documents.intersection(&of_other.documents).count() as u64;
        let fields = fields((&one, &of_one), (&other, &of_other));
        Ok(ComparePage {
            format_version: FORMAT_VERSION,
            reasons: reasons(&one, &other).map_or(Vec::new(), |(_, reasons)| reasons),
            fields,
            together,
            places_of_one: of_one.places,
            places_of_other: of_other.places,
            judged: self.judged_pair(one.id, other.id)?,
            seen: self.reader.last_judgement()?,
            one: entity_line(&one),
            other: entity_line(&other),
        })
    }

    fn side(&self, entity: &StoredEntity) -> Result<Side, Error> {
        let top = self.reader.top_documents(entity.id, MOST_DOCUMENTS)?;
        let mut company: BTreeMap<EntityId, u64> = BTreeMap::new();
        if !entity.unnamed {
            for &(document, _) in &top {
                for (id, _) in self.reader.company_in(document)? {
                    *company.entry(id).or_default() += 1;
                }
            }
        }
        company.remove(&entity.id);
        let mut company: Vec<(EntityId, u64)> = company.into_iter().collect();
        company.sort_by_key(|&(id, n)| (std::cmp::Reverse(n), id));
        let mut names = Vec::new();
        for (id, _) in company.into_iter().take(MOST_VALUES) {
            names.push(self.reader.entity(id)?.name);
        }
        let mut quoting = Quoting::new(&self.reader);
        let mut places = Vec::new();
        for part in self.reader.some_actors_of_entity(entity.id, MOST_PLACES)? {
            places.push(joined_part(&mut quoting, &part)?);
        }
        Ok(Side {
            documents: top.into_iter().map(|(id, _)| id).collect(),
            company: names,
            places,
        })
    }

    /// What stands of the judgements that name both.
    fn judged_pair(&self, one: EntityId, other: EntityId) -> Result<Vec<JudgementLine>, Error> {
        let undone = self.reader.undone()?;
        let verbs = [Verb::Same, Verb::Different, Verb::Unsure];
        let mut lines = Vec::new();
        for judgement in self.reader.standing_judgements(&verbs)? {
            let mut named = [false, false];
            for mention in mentions_of(&judgement.target) {
                if let Ok(entity) = self.reader.entity(mention.into()) {
                    named[0] |= entity.id == one;
                    named[1] |= entity.id == other;
                }
            }
            if named == [true, true] {
                lines.push(self.judgement_line(judgement, &undone)?);
            }
        }
        Ok(lines)
    }

    /// Others whose names fit, the likeliest first. Nobody unnamed is ever held to be possibly somebody.
    pub(crate) fn possibly_same(
        &self,
        entity: &StoredEntity,
        judged: &JudgedPairs,
    ) -> Result<Vec<PossiblySame>, Error> {
        let is_compared = matches!(entity.kind, EntityKind::Person | EntityKind::Organization);
        if entity.unnamed || !is_compared {
            return Ok(Vec::new());
        }
        let mut others: BTreeMap<EntityId, StoredEntity> = BTreeMap::new();
        let words = entity.name.split_whitespace().filter(|word| word.len() > 2);
        for word in words.take(MOST_WORDS) {
            let found = self
                .reader
                .entities_with_word(entity.kind, word, MOST_COMPARED)?;
            others.extend(found.into_iter().map(|other| (other.id, other)));
        }
        others.remove(&entity.id);
        let mut candidates = Vec::new();
        for (id, other) in others {
            let verdict = judged.get(&(entity.id.min(id), entity.id.max(id)));
            let Some((score, reasons)) = reasons(entity, &other) else {
                continue;
            };
            if verdict != Some(&Verb::Different) {
                candidates.push(PossiblySame {
                    entity: entity_line(&other),
                    score,
                    reasons,
                    unsure: verdict == Some(&Verb::Unsure),
                });
            }
        }
        candidates.sort_by(|a, b| {
            let order = b.score.total_cmp(&a.score);
            order.then_with(|| {
                (b.entity.documents, &a.entity.id).cmp(&(a.entity.documents, &b.entity.id))
            })
        });
        candidates.truncate(MOST_CANDIDATES);
        Ok(candidates)
    }

    /// Pairs that were judged, the lesser id first, with the latest answer.
    pub(crate) fn judged_pairs(&self) -> Result<JudgedPairs, Error> {
        let mut judged = JudgedPairs::new();
        let verbs = [Verb::Same, Verb::Different, Verb::Unsure];
        for one in self.reader.standing_judgements(&verbs)? {
            if one.target.contains(" record:") {
                continue;
            }
            let mut ids = Vec::new();
            for mention in mentions_of(&one.target) {
                ids.extend(self.reader.entity(mention.into()).map(|entity| entity.id));
            }
            for (at, &id) in ids.iter().enumerate() {
                let others = ids[at + 1..].iter().filter(|&&other| other != id);
                judged.extend(others.map(|&other| ((id.min(other), id.max(other)), one.verb)));
            }
        }
        Ok(judged)
    }

    /// The next pair of the case that may be one and that nobody has judged, those that matter most first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_pair(&self, after: Option<&str>) -> Result<PairPage, Error> {
        let mut page = PairPage {
            format_version: FORMAT_VERSION,
            pair: None,
            after: None,
            looked_at: 0,
        };
        // A cursor names the entity last looked at and, where it had several candidates, the last of them.
        let (after, mut passed) = match after.map(|after| after.split_once('-')) {
            Some(Some((entity, other))) => (entity.parse().ok(), other.parse().ok()),
            _ => (after.and_then(|id| id.parse().ok()), None::<EntityId>),
        };
        let mut waiting = Vec::new();
        if passed.is_some()
            && let Some(id) = after
        {
            waiting.extend(self.reader.entity(id).ok());
        }
        waiting.extend(self.reader.entity_page(&EntityChoice {
            after,
            limit: MOST_LOOKED_AT,
            ..EntityChoice::default()
        })?);
        let judged = self.judged_pairs()?;
        let is_last = waiting.len() < MOST_LOOKED_AT;
        for entity in waiting {
            page.looked_at += 1;
            page.after = Some(entity.id.to_hex());
            let mut candidates = self.possibly_same(&entity, &judged)?;
            // Of each pair the one that matters less leads to it, once.
            candidates.retain(|other| {
                let id: Option<EntityId> = other.entity.id.parse().ok();
                let is_first = self.comes_before(&entity, &other.entity);
                let pair = id.map(|id| (entity.id.min(id), entity.id.max(id)));
                is_first && pair.is_some_and(|pair| !judged.contains_key(&pair))
            });
            candidates.sort_by(|a, b| a.entity.id.cmp(&b.entity.id));
            let passed = passed.take().map(EntityId::to_hex);
            let next = candidates.iter().find(|other| {
                passed
                    .as_ref()
                    .is_none_or(|passed| other.entity.id > *passed)
            });
            if let Some(next) = next {
                page.after = Some(format!("{}-{}", entity.id, next.entity.id));
                page.pair = Some(self.compare(&entity.id.to_hex(), &next.entity.id)?);
                return Ok(page);
            }
        }
        if is_last {
            page.after = None;
        }
        Ok(page)
    }

    fn comes_before(&self, entity: &StoredEntity, other: &EntityLine) -> bool {
        let other = other.id.parse::<EntityId>().ok();
        let other = other.and_then(|id| self.reader.entity(id).ok());
        other.is_none_or(|other| {
            entity.weight > other.weight || (entity.weight == other.weight && entity.id < other.id)
        })
    }
}

/// What is compared of one side.
struct Side {
    documents: BTreeSet<DocumentId>,
    company: Vec<String>,
    places: Vec<JoinedPart>,
}

fn fields(one: (&StoredEntity, &Side), other: (&StoredEntity, &Side)) -> Vec<FieldView> {
    let (a, b) = (entity_line(one.0), entity_line(other.0));
    let list = |values: &[String]| values.iter().take(MOST_VALUES).cloned().collect::<Vec<_>>();
    let single = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
    let rows = [
        ("Name", vec![a.name.clone()], vec![b.name.clone()]),
        ("Kind", single(word(&a.kind)), single(word(&b.kind))),
        ("Names as found", list(&a.names), list(&b.names)),
        ("Said to be", list(&a.roles), list(&b.roles)),
        ("Addresses", list(&a.addresses), list(&b.addresses)),
        (
            "Appears with",
            one.1.company.clone(),
            other.1.company.clone(),
        ),
        ("First seen", single(a.first_seen), single(b.first_seen)),
        ("Last seen", single(a.last_seen), single(b.last_seen)),
        (
            "Documents",
            vec![a.documents.to_string()],
            vec![b.documents.to_string()],
        ),
    ];
    let views = rows.into_iter().map(|(field, one, other)| FieldView {
        agreement: agreement(&one, &other),
        field,
        one,
        other,
    });
    views
        .filter(|view| !(view.one.is_empty() && view.other.is_empty()))
        .collect()
}

fn agreement(one: &[String], other: &[String]) -> &'static str {
    if one.is_empty() || other.is_empty() {
        return "one side only";
    }
    let fold = |values: &[String]| -> BTreeSet<String> {
        values.iter().map(|value| value.to_lowercase()).collect()
    };
    let (one, other) = (fold(one), fold(other));
    match one.intersection(&other).count() {
        0 => "different",
        n if n == one.len() && n == other.len() => "same",
        _ => "in part",
    }
}

/// How well two names fit, in words; `None` where they do not.
fn reasons(one: &StoredEntity, other: &StoredEntity) -> Option<(f64, Vec<String>)> {
    let kind = match one.kind {
        EntityKind::Person => NameKind::Person,
        _ => NameKind::Organization,
    };
    let left = ParsedName::parse(&one.name, kind);
    let right = ParsedName::parse(&other.name, kind);
    let found = compare_names(&left, &right);
    let words = found.reasons.iter().map(|reason| {
        match (reason.left.is_empty(), reason.right.is_empty()) {
            (false, false) => format!("{}: {} ~ {}", reason.what, reason.left, reason.right),
            (false, true) => format!("{}: {}", reason.what, reason.left),
            _ => format!("{}: {}", reason.what, reason.right),
        }
    });
    let score = (f64::from(found.score) * 100.0).round() / 100.0;
    found.is_match.then(|| (score, words.collect()))
}
