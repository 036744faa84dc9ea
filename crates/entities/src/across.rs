//! Who is who across documents.
//!
//! A row is one entity of one document. Rows of one full name make a group; groups that share a key
//! word, an alias or a mail address make a component; and what becomes of a component depends on
//! nothing outside of it. So the answer is a function of the set of rows: the order and the batches
//! in which they came do not matter, and a new row costs the work of its own component.

mod groups;
mod labels;
mod people;
mod things;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::within::shape::{Shape, words};
use crate::within::{DocumentEntities, EntityKind, Form, Gender};
pub(crate) use groups::{Group, GroupKey};

/// Most names in whose company one is seen that are remembered of a row.
const MOST_CONTEXT: usize = 12;
/// Most groups under one key; a key of more tells nobody apart, and leads nowhere.
const MOST_GROUPS: usize = 512;

/// Names a row: the least id of its mentions.
pub type RowId = u128;

/// An entity of one document, as far as it counts for telling who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: RowId,
    /// Names its document.
    pub document: u64,
    /// What it is.
    pub kind: EntityKind,
    /// The fullest of its names.
    pub name: String,
    /// All its names.
    pub names: Vec<String>,
    /// Mail addresses, in lower case.
    pub addresses: Vec<String>,
    /// What it is called besides: "chief executive".
    pub roles: Vec<String>,
    /// Hashes of the people and organizations in whose company it stands, from [`context_of`].
    pub context: Vec<u32>,
    /// Of a person, where it is known.
    pub gender: Option<Gender>,
    /// Whether it has no name: it is joined to nobody.
    pub unnamed: bool,
}

/// What holds a row to the others of its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// It is the only row.
    Itself,
    /// The same name, and nothing else: possibly the same.
    NameAlone,
    /// An acronym or short name that other documents explain.
    Alias,
    /// The same name in the same company.
    Context,
    /// The same mail address.
    Address,
    /// A person said so.
    Judgement,
}

/// One who is spoken of in several documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The least id of its rows.
    pub id: RowId,
    /// What it is, as the whole case has it: one text's label may differ.
    pub kind: EntityKind,
    /// Its rows with what holds each, sorted.
    pub rows: Vec<(RowId, Evidence)>,
}

/// A row as it is kept: what is compared, as hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: RowId,
    pub(crate) document: u64,
    pub(crate) context: Box<[u32]>,
    pub(crate) roles: Box<[u32]>,
    pub(crate) addresses: Box<[u64]>,
    pub(crate) aliases: Box<[u64]>,
    pub(crate) gender: Option<Gender>,
    /// Whether its mailbox shows that its one name is a given name.
    pub(crate) is_given: bool,
}

/// The groups under one key.
#[derive(Debug, Default)]
struct Block {
    groups: BTreeSet<GroupKey>,
    /// Whether the key led from one group to another when the clusters were last made.
    did_lead: bool,
}

impl Block {
    fn leads(&self) -> bool {
        self.groups.len() <= MOST_GROUPS
    }
}

/// Joins the rows of a case, step by step.
#[derive(Debug, Default)]
pub struct Resolver {
    groups: HashMap<GroupKey, Group>,
    /// Groups under each key.
    blocks: HashMap<u64, Block>,
    /// Keys whose groups must be looked at again.
    touched: BTreeSet<u64>,
    /// Clusters by each group that is in them.
    clusters: HashMap<GroupKey, Vec<Cluster>>,
    unnamed: BTreeMap<RowId, EntityKind>,
    words: labels::Words,
}

impl Resolver {
    /// Adds rows.
    pub fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            if row.unnamed {
                self.unnamed.insert(row.id, row.kind);
                continue;
            }
            let (key, seen, shape) = groups::seen(&row);
            let group = self
                .groups
                .entry(key)
                .or_insert_with(|| Group::new(row.kind, shape));
            if group.add(seen) {
                self.words.count(group, 1);
            }
            self.touch(key);
        }
    }

    /// Takes rows back: those that were added, as they were added.
    pub fn remove<'r>(&mut self, rows: impl IntoIterator<Item = &'r Row>) {
        for row in rows {
            if row.unnamed {
                self.unnamed.remove(&row.id);
                continue;
            }
            let (key, seen, _) = groups::seen(row);
            self.touch(key);
            let is_empty = self.groups.get_mut(&key).is_some_and(|group| {
                if group.remove(&seen) {
                    self.words.count(group, -1);
                }
                group.rows.is_empty()
            });
            if is_empty && let Some(group) = self.groups.remove(&key) {
                self.clusters.remove(&key);
                for block in group.keys(key) {
                    if let Some(block) = self.blocks.get_mut(&block) {
                        block.groups.remove(&key);
                    }
                }
            }
        }
    }

    /// Marks a group's keys, as they were and as they are when the clusters are made.
    fn touch(&mut self, key: GroupKey) {
        if let Some(group) = self.groups.get_mut(&key)
            && !std::mem::replace(&mut group.is_touched, true)
        {
            self.touched.extend(group.known_keys.iter().copied());
            self.touched.insert(key.0);
        }
    }

    /// Clusters again what was touched since the last time.
    pub fn resolve(&mut self) {
        let mut keys = std::mem::take(&mut self.touched);
        for key in keys.clone() {
            self.file(GroupKey(key), &mut keys);
        }
        let marked: Vec<GroupKey> = keys.iter().flat_map(|&key| self.of_block(key)).collect();
        let mut done: BTreeSet<GroupKey> = BTreeSet::new();
        for start in marked {
            if done.contains(&start) || !self.groups.contains_key(&start) {
                continue;
            }
            let component = self.component(start);
            done.extend(component.iter().copied());
            self.cluster(&component);
        }
    }

    /// Files a touched group under the keys that it has now; `keys` takes those that are new.
    fn file(&mut self, own: GroupKey, keys: &mut BTreeSet<u64>) {
        let Some(group) = self.groups.get_mut(&own).filter(|group| group.is_touched) else {
            return;
        };
        group.is_touched = false;
        let new = group.keys(own);
        let old = std::mem::replace(&mut group.known_keys, new.clone());
        for gone in old.iter().filter(|key| !new.contains(key)) {
            if let Some(block) = self.blocks.get_mut(gone) {
                block.groups.remove(&own);
            }
        }
        for &key in &new {
            self.blocks.entry(key).or_default().groups.insert(own);
        }
        keys.extend(new);
    }

    /// The groups that a touched key makes look again: all under it, if it leads or did so, and the
    /// group that it names.
    fn of_block(&mut self, key: u64) -> Vec<GroupKey> {
        let own = GroupKey(key);
        let Some(block) = self.blocks.get_mut(&key) else {
            return vec![own];
        };
        let leads = block.leads();
        let did_lead = std::mem::replace(&mut block.did_lead, leads);
        if block.groups.is_empty() {
            self.blocks.remove(&key);
            return vec![own];
        }
        match did_lead || leads {
            true => block.groups.iter().copied().chain([own]).collect(),
            false => vec![own],
        }
    }

    fn component(&self, start: GroupKey) -> Vec<GroupKey> {
        let mut found = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some(key) = waiting.pop() {
            let Some(group) = self.groups.get(&key) else {
                continue;
            };
            for block in &group.known_keys {
                let others = self.blocks.get(block).filter(|block| block.leads());
                let others = others.into_iter().flat_map(|block| &block.groups);
                waiting.extend(others.filter(|&&other| found.insert(other)));
            }
        }
        found.into_iter().collect()
    }

    fn cluster(&mut self, component: &[GroupKey]) {
        let groups: Vec<(GroupKey, &Group)> = component
            .iter()
            .filter_map(|key| Some((*key, self.groups.get(key)?)))
            .collect();
        let labeled = labels::relabeled(&groups);
        let groups: Vec<(GroupKey, &Group)> = labeled
            .iter()
            .map(|(key, group)| (*key, group.as_ref()))
            .collect();
        let mut clusters = people::clusters(&groups);
        clusters.extend(things::clusters(&groups));
        let mut by_group: BTreeMap<GroupKey, Vec<Cluster>> = BTreeMap::new();
        for (group, cluster) in clusters {
            by_group.entry(group).or_default().push(cluster);
        }
        for key in component {
            let clusters = by_group.remove(key).unwrap_or_default();
            self.clusters.insert(*key, clusters);
        }
    }

    /// All clusters, by id; an unnamed row is one of its own.
    #[must_use]
    pub fn clusters(&self) -> Vec<Cluster> {
        let unnamed = self.unnamed.iter().map(|(&id, &kind)| Cluster {
            id,
            kind,
            rows: vec![(id, Evidence::Itself)],
        });
        let mut all: Vec<Cluster> = Vec::with_capacity(self.clusters.len());
        for (key, clusters) in &self.clusters {
            let group = self.groups.get(key);
            all.extend(clusters.iter().map(|cluster| {
                Cluster {
                    kind: group
                        .filter(|group| group.rows.len() == cluster.rows.len())
                        .map_or(cluster.kind, |group| self.words.kind(group)),
                    ..cluster.clone()
                }
            }));
        }
        all.extend(unnamed);
        all.sort_unstable_by_key(|cluster| cluster.id);
        all
    }
}

/// The clusters of a set of rows.
#[must_use]
pub fn resolve(rows: impl IntoIterator<Item = Row>) -> Vec<Cluster> {
    let mut resolver = Resolver::default();
    resolver.add(rows);
    resolver.resolve();
    resolver.clusters()
}

/// FNV-1a: the same on every machine and in every version.
pub(crate) fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The rows of a document. `ids` names each of its mentions.
#[must_use]
pub fn rows(document: u64, found: &DocumentEntities, ids: &[RowId]) -> Vec<Row> {
    let company = found.entities.iter().map(|entity| {
        let is_company =
            !entity.unnamed && matches!(entity.kind, EntityKind::Person | EntityKind::Organization);
        is_company.then(|| context_of(&entity.name, entity.kind))
    });
    let company: Vec<Option<u32>> = company.collect();
    let rows = found
        .entities
        .iter()
        .enumerate()
        .filter_map(|(number, entity)| {
            let own = entity
                .mentions
                .iter()
                .filter_map(|&mention| ids.get(mention as usize));
            let id = own.copied().min().or_else(|| {
                // One whom a header alone names: by document and name.
                let address = entity.addresses.first().map_or("", String::as_str);
                let words = format!("{document} {} {address}", entity.name);
                Some(u128::from(hash(&words)) << 64 | u128::from(hash(&entity.name)))
            })?;
            // A header names its writer, though the text says no more than "I".
            let forms = || {
                let mentions = entity.mentions.iter();
                mentions.map(|&mention| found.mentions[mention as usize].form)
            };
            let is_party = |party: &Option<u32>| *party == Some(number as u32);
            let is_known = forms().all(|form| form != Form::Nominal)
                || forms().any(|form| form == Form::Name)
                || found.authors.iter().chain(&found.recipients).any(is_party);
            Some(Row {
                id,
                document,
                kind: entity.kind,
                name: entity.name.clone(),
                names: entity.names.clone(),
                addresses: entity.addresses.clone(),
                roles: entity.roles.iter().map(|role| role.text.clone()).collect(),
                context: company_of(number, &company),
                gender: entity.gender,
                unnamed: entity.unnamed || !is_known,
            })
        });
    rows.collect()
}

/// The others of a document, at most [`MOST_CONTEXT`]: those with the least hashes, so that two
/// documents that speak of the same people remember the same ones.
#[must_use]
pub fn company_of(own: usize, company: &[Option<u32>]) -> Vec<u32> {
    let others = company
        .iter()
        .enumerate()
        .filter(|(number, _)| *number != own);
    let mut others: Vec<u32> = others.filter_map(|(_, hash)| *hash).collect();
    others.sort_unstable();
    others.dedup();
    others.truncate(MOST_CONTEXT);
    others
}

/// How one whom a document names is remembered in the rows of the others there.
#[must_use]
pub fn context_of(name: &str, kind: EntityKind) -> u32 {
    hash(&Shape::of(name, kind).key()) as u32
}

/// The noun of a role: "chief executive" is an executive.
pub(crate) fn role_noun(role: &str) -> Option<u32> {
    let all = words(role);
    let head = all
        .split(|word| matches!(word.as_str(), "of" | "at" | "for" | "in"))
        .next()?;
    head.last().map(|word| hash(word) as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

    use super::*;

    const NAMES: &[(&str, EntityKind)] = &[
        ("Anna Berg", EntityKind::Person),
        ("A. Berg", EntityKind::Person),
        ("Berg", EntityKind::Person),
        ("Anna", EntityKind::Person),
        ("Otto Berg", EntityKind::Person),
        ("Otto Berg Jr", EntityKind::Person),
        ("Marlow Data Holdings", EntityKind::Organization),
        ("Marlow Data Holdings Ltd", EntityKind::Organization),
        ("MDH", EntityKind::Organization),
        ("Foreign Ministry", EntityKind::Organization),
        ("Marlow", EntityKind::Place),
        ("Marlow", EntityKind::Organization),
    ];

    fn row() -> impl Strategy<Value = Row> {
        let parts = (
            0..60u64,
            0..NAMES.len(),
            prop::option::of(0..3u8),
            prop::collection::vec(0..6u32, 0..4),
            prop::option::of(0..3u8),
            any::<bool>(),
        );
        parts.prop_map(|(id, name, address, context, role, is_alias)| {
            let (name, kind) = NAMES[name];
            Row {
                id: u128::from(id),
                document: id / 3,
                kind,
                name: name.into(),
                names: match is_alias {
                    true => vec![name.into(), "MDH".into()],
                    false => vec![name.into()],
                },
                addresses: address.iter().map(|n| format!("{n}@a.example")).collect(),
                roles: role.iter().map(|n| format!("role{n}")).collect(),
                context,
                gender: None,
                unnamed: false,
            }
        })
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec(row(), 0..40).prop_map(|rows| {
            let by_id: BTreeMap<RowId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
            by_id.into_values().collect()
        })
    }

    proptest! {
        #[test]
        fn batches_and_their_order_do_not_matter(rows in rows(), seed in any::<u64>(), batch in 1..9usize) {
            let mut shuffled = rows.clone();
            shuffled.sort_by_key(|row| hash(&format!("{seed} {}", row.id)));
            let mut resolver = Resolver::default();
            for batch in shuffled.chunks(batch) {
                resolver.add(batch.iter().cloned());
                resolver.resolve();
            }
            prop_assert_eq!(resolver.clusters(), resolve(rows));
        }

        #[test]
        fn what_is_taken_back_leaves_nothing(rows in rows(), more in rows()) {
            let known: BTreeSet<RowId> = rows.iter().map(|row| row.id).collect();
            let more: Vec<Row> = more.into_iter().filter(|row| !known.contains(&row.id)).collect();
            let mut resolver = Resolver::default();
            resolver.add(rows.iter().chain(&more).cloned());
            resolver.resolve();
            resolver.remove(&more);
            resolver.resolve();
            prop_assert_eq!(resolver.clusters(), resolve(rows));
        }

        #[test]
        fn every_row_is_in_one_cluster(rows in rows()) {
            let clusters = resolve(rows.clone());
            let mut found: Vec<RowId> =
                clusters.iter().flat_map(|one| one.rows.iter().map(|&(row, _)| row)).collect();
            found.sort_unstable();
            let ids: Vec<RowId> = rows.iter().map(|row| row.id).collect();
            prop_assert_eq!(found, ids);
        }
    }

    /// A row of a document of its own.
    fn alone(id: RowId, name: &str, kind: EntityKind) -> Row {
        Row {
            id,
            document: id as u64,
            kind,
            name: name.into(),
            names: vec![name.into()],
            addresses: Vec::new(),
            roles: Vec::new(),
            context: Vec::new(),
            gender: None,
            unnamed: false,
        }
    }

    #[test]
    fn the_case_knows_better_than_one_label() {
        let (person, firm) = (EntityKind::Person, EntityKind::Organization);
        let mut rows: Vec<Row> = (1..=4).map(|id| alone(id, "Anna Berg", person)).collect();
        rows.push(alone(5, "Anna Berg", firm));
        rows.push(alone(6, "Anna", firm));
        let clusters = resolve(rows.clone());
        let sizes: Vec<usize> = clusters.iter().map(|cluster| cluster.rows.len()).collect();
        assert_eq!(sizes, [5, 1]);
        assert!(clusters.iter().all(|cluster| cluster.kind == person));
        // A firm that bears its founder's name is none of them.
        rows.push(alone(7, "Anna Berg Ltd", firm));
        rows.extend((8..=10).map(|id| alone(id, "Anna Logistics", firm)));
        let clusters = resolve(rows);
        let of = |id| clusters.iter().find(|cluster| cluster.id == id);
        assert_eq!(of(7).map(|cluster| cluster.kind), Some(firm));
        assert_eq!(of(6).map(|cluster| cluster.kind), Some(firm));
    }

    #[test]
    fn a_mailbox_tells_whose_a_name_is() {
        let mailed = |id, name: &str, address: &str| Row {
            addresses: vec![address.into()],
            ..alone(id, name, EntityKind::Person)
        };
        let count = |rows: &[Row]| resolve(rows.iter().cloned()).len();
        let daniel = mailed(1, "Daniel Holm", "dh@a.example");
        assert_eq!(
            count(&[daniel.clone(), mailed(2, "Dan Holm", "dh@a.example")]),
            1
        );
        assert_eq!(
            count(&[daniel.clone(), mailed(2, "Dan Holm", "dan@b.example")]),
            2
        );
        assert_eq!(count(&[daniel, mailed(2, "Petra Holm", "dh@a.example")]), 2);
        let latin = mailed(3, "Ivan Petrov", "ip@a.example");
        assert_eq!(count(&[latin, mailed(4, "Иван Петров", "ip@a.example")]), 1);
        // What an address spells out is a name; a given name there is no family name.
        let anna = alone(5, "Anna Martin", EntityKind::Person);
        assert_eq!(
            count(&[
                anna.clone(),
                mailed(6, "anna.martin@a.example", "anna.martin@a.example")
            ]),
            1
        );
        assert_eq!(
            count(&[anna, mailed(6, "Martin", "martin.holm@b.example")]),
            2
        );
    }

    const NAMESAKES: &str = include_str!("../../../corpora/entities/namesakes.tsv");

    /// One side of a pair as a document would name it: "Anna Berg (born 1948)", in the company that
    /// its country stands for.
    fn side(id: RowId, cells: &[&str], kind: EntityKind) -> Row {
        let name = match (kind, cells[1].get(..4)) {
            (EntityKind::Person, Some(year)) => format!("{} (born {year})", cells[0]),
            _ => cells[0].to_owned(),
        };
        let given = |cell: &str| (!cell.is_empty()).then(|| cell.to_lowercase());
        Row {
            roles: given(cells[3]).into_iter().collect(),
            context: given(cells[2])
                .iter()
                .map(|country| hash(country) as u32)
                .collect(),
            addresses: given(cells[4]).into_iter().collect(),
            ..alone(id, &name, kind)
        }
    }

    #[test]
    fn namesakes_are_at_most_possibly_the_same() {
        let (mut pairs, mut possible, mut joined) = (0, 0, 0);
        for row in NAMESAKES.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let kind = match cells[0] {
                "Person" => EntityKind::Person,
                "Company" => EntityKind::Organization,
                _ => EntityKind::Thing,
            };
            let two = [side(1, &cells[3..8], kind), side(2, &cells[8..13], kind)];
            let clusters = resolve(two);
            let is_one = clusters.len() == 1;
            let by = clusters.iter().flat_map(|one| &one.rows).map(|row| row.1);
            let is_told = by.max().is_some_and(|best| best > Evidence::NameAlone);
            if cells[2] == "0" {
                pairs += 1;
                possible += usize::from(is_one && !is_told);
                joined += usize::from(is_one && is_told);
            }
            if is_one && cells[2] == "0" {
                println!("{is_told}\t{row}");
            }
        }
        println!("of {pairs} namesakes {joined} joined, {possible} possibly the same");
        assert!(pairs >= 200);
        assert!(joined * 100 <= pairs);
    }

    #[test]
    fn who_has_no_name_is_joined_to_nobody() {
        let adviser = |id| Row {
            id,
            document: id as u64,
            kind: EntityKind::Person,
            name: "a former adviser".into(),
            names: vec!["a former adviser".into()],
            addresses: Vec::new(),
            roles: Vec::new(),
            context: vec![1, 2, 3],
            gender: None,
            unnamed: true,
        };
        assert_eq!(resolve([adviser(1), adviser(2)]).len(), 2);
    }
}
