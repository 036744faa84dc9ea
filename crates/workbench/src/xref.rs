//! A case beside a list: candidate pairs, and a person's judgement of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onrecord_case::{CaseFolder, Verb};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::entities::names::NameKind;
use onrecord_pipeline::entities::records::{Column, Holds, List, Record};
use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::{Deserialize, Serialize};

use crate::cross_reference::cross_reference;
use crate::decide::Decision;
use crate::error::Error;
use crate::open::Workbench;
use crate::timeline::word;

/// Least score of a candidate that is shown.
const LEAST_SCORE: f64 = 0.05;

/// An entity of the case that a record of a list may be about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct XrefLine {
    /// Version of this object.
    pub format_version: u32,
    /// Id of the entity.
    pub entity: String,
    /// What it is called.
    pub entity_name: String,
    /// Its kind.
    pub kind: EntityKind,
    /// In how many documents it is.
    pub documents: u64,
    /// Id of the record.
    pub record: String,
    /// The record's values, as the list has them: column, value.
    pub record_values: Vec<(String, String)>,
    /// How likely it is that they are one, 0 to 1.
    pub score: f64,
    /// What speaks for and against it.
    pub reasons: Vec<String>,
    /// What a person decided: `same`, `different`, `unsure`.
    pub judged: Option<String>,
}

/// What a person says of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They are one.
    Same,
    /// They are two.
    Different,
    /// It cannot be told.
    Unsure,
}

impl Workbench {
    /// Pairs of an entity of the case and a record of a list, the likeliest first. `list_name` names
    /// the list in judgements.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn xref(&self, list: &List, list_name: &str) -> Result<Vec<XrefLine>, Error> {
        let mut entities = BTreeMap::new();
        self.reader.entities(&mut |entity| {
            let is_compared = matches!(entity.kind, EntityKind::Person | EntityKind::Organization);
            if is_compared && !entity.unnamed {
                entities.insert(entity.id.to_hex(), entity);
            }
            Ok(true)
        })?;
        let columns = vec![Column {
            name: "name".to_owned(),
            holds: Holds::Name,
        }];
        let records = entities.values().map(|entity| Record {
            id: entity.id.to_hex(),
            kind: Some(match entity.kind {
                EntityKind::Person => NameKind::Person,
                _ => NameKind::Organization,
            }),
            values: full_names(&entity.name, &entity.names)
                .into_iter()
                .map(|name| (0, name))
                .collect(),
        });
        let found = cross_reference(columns, records, list);
        let judged = self.judged_records(list_name)?;
        let by_id: HashMap<&str, &Record> = list
            .records
            .iter()
            .map(|record| (record.id.as_str(), record))
            .collect();
        let candidates = found.into_iter().filter(|one| one.score >= LEAST_SCORE);
        let lines = candidates.filter_map(|one| {
            let entity = entities.get(&one.entity)?;
            let record = by_id.get(one.record.as_str())?;
            Some(XrefLine {
                format_version: FORMAT_VERSION,
                entity_name: entity.name.clone(),
                kind: entity.kind,
                documents: entity.documents,
                record_values: values(list, record),
                judged: judged
                    .get(&(one.entity.clone(), one.record.clone()))
                    .cloned(),
                entity: one.entity,
                record: one.record,
                score: one.score,
                reasons: one.reasons,
            })
        });
        Ok(lines.collect())
    }

    /// The latest judgement of each pair of an entity of the case as it is now and a record.
    pub(crate) fn judged_records(
        &self,
        list_name: &str,
    ) -> Result<BTreeMap<(String, String), String>, Error> {
        let verbs = [Verb::Same, Verb::Different, Verb::Unsure];
        let mut judged = BTreeMap::new();
        for one in self.reader.standing_judgements(&verbs)? {
            let Some((mention, record)) = one.target.split_once(" record:") else {
                continue;
            };
            let Some(record) = record.strip_prefix(&format!("{list_name}#")) else {
                continue;
            };
            let mention = mention.strip_prefix("mentions:").unwrap_or_default();
            if let Ok(id) = mention.parse::<EntityId>()
                && let Ok(entity) = self.reader.entity(id)
            {
                let verdict = word(&one.verb).unwrap_or_default();
                judged.insert((entity.id.to_hex(), record.to_owned()), verdict);
            }
        }
        Ok(judged)
    }
}

/// A name of one word says too little beside a list, unless there is no other.
fn full_names(name: &str, names: &[String]) -> BTreeSet<String> {
    let full = names.iter().filter(|name| name.trim().contains(' '));
    let mut all: BTreeSet<String> = full.cloned().collect();
    all.insert(name.to_owned());
    all
}

fn values(list: &List, record: &Record) -> Vec<(String, String)> {
    let values = record.values.iter().map(|(column, value)| {
        let name = list.columns.get(usize::from(*column));
        let name = name.map_or(String::new(), |column| column.name.clone());
        (name, value.clone())
    });
    values.collect()
}

impl Verdict {
    pub(crate) fn verb(self) -> Verb {
        match self {
            Verdict::Same => Verb::Same,
            Verdict::Different => Verb::Different,
            Verdict::Unsure => Verb::Unsure,
        }
    }
}

impl XrefLine {
    /// Records what a person says of the pair; gives the judgement's id.
    ///
    /// # Errors
    /// When the case cannot be written.
    pub fn judge(
        &self,
        folder: &CaseFolder,
        list_name: &str,
        verdict: Verdict,
        who: &str,
    ) -> Result<String, Error> {
        let decision = Decision::Record {
            entity: self.entity.clone(),
            list: list_name.to_owned(),
            record: self.record.clone(),
            verdict,
        };
        Ok(decision.log(folder, who)?.judgement.id)
    }
}
