//! Lists that a person keeps beside a case: stored with it, compared with its entities once, judged pair by
//! pair.

use std::fs;
use std::path::PathBuf;

use onrecord_case::CaseFolder;
use onrecord_record::{Digest, FORMAT_VERSION};
use serde::{Deserialize, Serialize};

use crate::cross_reference::{ListFormat, read_list};
use crate::entities::{EntityLine, entity_line};
use crate::error::Error;
use crate::open::Workbench;
use crate::people::{JoinedPart, joined_part};
use crate::quoting::Quoting;
use crate::xref::XrefLine;

/// Pairs that are kept of a list, the likeliest.
const MOST_PAIRS: usize = 2_000;
/// Places that are shown of an entity.
const MOST_PLACES: usize = 4;

/// A list that is kept with the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptList {
    /// Its id: from its name and content.
    pub id: String,
    /// Its name, by which judgements know it.
    pub name: String,
    /// How many records it has.
    pub records: u64,
    /// Pairs that were found.
    pub pairs: u64,
}

/// What is kept of a list once it is compared.
#[derive(Debug, Serialize, Deserialize)]
struct Compared {
    list: KeptList,
    pairs: Vec<XrefLine>,
}

/// A list with the pair that is to be judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct XrefPage {
    /// Version of this object.
    pub format_version: u32,
    /// The list.
    pub list: KeptList,
    /// How many pairs were judged.
    pub judged: u64,
    /// Number of the pair that is shown, from 0.
    pub at: u64,
    /// The pair; `null` where every one is judged.
    pub pair: Option<XrefLine>,
    /// The entity of the case in it.
    pub entity: Option<EntityLine>,
    /// Where the entity is spoken of.
    pub places: Vec<JoinedPart>,
    /// The number of the last judgement when this was read.
    pub seen: u64,
}

fn folder(case: &CaseFolder) -> PathBuf {
    case.path().join("lists")
}

fn path(case: &CaseFolder, id: &str) -> Result<PathBuf, Error> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(missing(id));
    }
    Ok(folder(case).join(format!("{id}.json")))
}

fn missing(id: &str) -> Error {
    onrecord_case::Error::NotFound {
        what: "list",
        given: id.to_owned(),
    }
    .into()
}

/// Compares a list with the entities of a case, and keeps both with the case.
///
/// # Errors
/// Where the list cannot be read, with what to do; when the disk fails.
pub fn keep_list(
    case: &CaseFolder,
    name: &str,
    text: &str,
    mapped: &[(String, String)],
) -> Result<KeptList, Error> {
    let name = name.trim();
    if name.is_empty() || name.contains(['#', '/', '\\']) {
        return Err(Error::Usage(
            "a list needs a name without #, / and \\; judgements know it by that name".to_owned(),
        ));
    }
    let is_json = text.trim_start().starts_with('{');
    let format = if is_json {
        ListFormat::FollowTheMoney
    } else {
        ListFormat::Csv
    };
    let list = read_list(text.as_bytes(), format, mapped)?;
    let bench = Workbench::open(case)?;
    let mut pairs = bench.xref(&list, name)?;
    pairs.truncate(MOST_PAIRS);
    let material = format!("{name}\n{text}");
    let kept = KeptList {
        id: Digest::of(material.as_bytes()).to_hex()[..16].to_owned(),
        name: name.to_owned(),
        records: list.records.len() as u64,
        pairs: pairs.len() as u64,
    };
    let compared = Compared {
        list: kept.clone(),
        pairs,
    };
    let target = path(case, &kept.id)?;
    let io = |error| Error::path(&target, error);
    fs::create_dir_all(folder(case)).map_err(io)?;
    let json = serde_json::to_vec(&compared).unwrap_or_default();
    // Whole or not at all: a page reads it while it is written anew.
    let part = target.with_extension("part");
    fs::write(&part, json).map_err(io)?;
    fs::rename(&part, &target).map_err(io)?;
    Ok(kept)
}

impl Workbench {
    /// Lists that are kept with the case, by name.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn kept_lists(&self) -> Result<Vec<KeptList>, Error> {
        let folder = folder(self.folder());
        let Ok(entries) = fs::read_dir(&folder) else {
            return Ok(Vec::new());
        };
        let mut lists = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| Error::path(&folder, error))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let json = fs::read(&path).map_err(|error| Error::path(&path, error))?;
                let compared: Result<Compared, _> = serde_json::from_slice(&json);
                lists.extend(compared.map(|compared| compared.list));
            }
        }
        lists.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(lists)
    }

    /// A pair of a list: the one of number `at`, or the likeliest that is not judged.
    ///
    /// # Errors
    /// When there is no such list, or the store cannot be read.
    pub fn xref_page(&self, id: &str, at: Option<u64>) -> Result<XrefPage, Error> {
        let path = path(self.folder(), id)?;
        let json = fs::read(&path).map_err(|_| missing(id))?;
        let compared: Compared = serde_json::from_slice(&json).map_err(|_| missing(id))?;
        let judged = self.judged_records(&compared.list.name)?;
        let mut pairs = compared.pairs;
        for pair in &mut pairs {
            // The entity may be part of another by now.
            let now = pair.entity.parse().ok();
            if let Some(entity) = now.and_then(|id| self.reader.entity(id).ok()) {
                pair.entity = entity.id.to_hex();
                pair.entity_name = entity.name;
            }
            let key = (pair.entity.clone(), pair.record.clone());
            pair.judged = judged.get(&key).cloned();
        }
        let n_judged = pairs.iter().filter(|pair| pair.judged.is_some()).count() as u64;
        let at = match at {
            Some(at) => Some(at as usize),
            None => pairs.iter().position(|pair| pair.judged.is_none()),
        };
        let at = at.unwrap_or(pairs.len());
        let pair = pairs.into_iter().nth(at);
        let entity = match &pair {
            Some(pair) => self.find_entity(&pair.entity).ok(),
            None => None,
        };
        let mut places = Vec::new();
        if let Some(entity) = &entity {
            let mut quoting = Quoting::new(&self.reader);
            for part in self.reader.some_actors_of_entity(entity.id, MOST_PLACES)? {
                places.push(joined_part(&mut quoting, &part)?);
            }
        }
        Ok(XrefPage {
            format_version: FORMAT_VERSION,
            list: compared.list,
            judged: n_judged,
            at: at as u64,
            pair,
            entity: entity.as_ref().map(entity_line),
            places,
            seen: self.reader.last_judgement()?,
        })
    }
}
