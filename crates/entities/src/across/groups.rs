//! Rows of one full name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::{Evidence, Row, Seen, hash, role_noun};
use crate::within::EntityKind;
use crate::within::addresses::generation;
use crate::within::shape::Shape;

/// Names a group: a hash of kind, name and what tells namesakes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupKey(pub(crate) u64);

/// Most other names of a group that lead to other groups: the commonest.
const MOST_ALIASES: usize = 24;
/// Most addresses of a group that do.
const MOST_ADDRESSES: usize = 64;

/// Letters of an address that may be a family name, and no initial or number of a mailbox.
const MIN_NAME: usize = 3;

/// The rows of one full name.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: EntityKind,
    pub(crate) shape: Shape,
    /// Sorted by id.
    pub(crate) rows: Vec<Seen>,
    /// How many rows have each other name.
    pub(crate) aliases: BTreeMap<u64, u32>,
    /// How many rows have each address.
    pub(crate) addresses: BTreeMap<u64, u32>,
    /// The keys under which it is filed.
    pub(super) known_keys: Vec<u64>,
    pub(super) is_touched: bool,
    /// How its rows fall into people, as far as they alone tell: kept until a row comes or goes.
    pub(super) division: OnceLock<Vec<Division>>,
}

/// Rows of a group, by number, that are held to be one person, with what holds each.
#[derive(Debug, Clone)]
pub(crate) struct Division {
    pub(super) rows: Vec<usize>,
    pub(super) evidence: Vec<Evidence>,
}

impl Group {
    pub(super) fn new(kind: EntityKind, shape: Shape) -> Self {
        Self {
            kind,
            shape,
            rows: Vec::new(),
            aliases: BTreeMap::new(),
            addresses: BTreeMap::new(),
            known_keys: Vec::new(),
            is_touched: false,
            division: OnceLock::new(),
        }
    }

    /// Whether the row is new.
    pub(super) fn add(&mut self, seen: Seen) -> bool {
        let at = self.rows.partition_point(|row| row.id < seen.id);
        if self.rows.get(at).is_some_and(|row| row.id == seen.id) {
            return false;
        }
        for &alias in &seen.aliases {
            *self.aliases.entry(alias).or_default() += 1;
        }
        for &address in &seen.addresses {
            *self.addresses.entry(address).or_default() += 1;
        }
        self.rows.insert(at, seen);
        self.division = OnceLock::new();
        true
    }

    /// Whether the row was there.
    pub(super) fn remove(&mut self, seen: &Seen) -> bool {
        let Ok(at) = self.rows.binary_search_by_key(&seen.id, |row| row.id) else {
            return false;
        };
        let seen = self.rows.remove(at);
        self.division = OnceLock::new();
        let lessen = |counts: &mut BTreeMap<u64, u32>, keys: &[u64]| {
            for key in keys {
                if let Some(count) = counts.get_mut(key) {
                    *count -= 1;
                    if *count == 0 {
                        counts.remove(key);
                    }
                }
            }
        };
        lessen(&mut self.aliases, &seen.aliases);
        lessen(&mut self.addresses, &seen.addresses);
        true
    }

    /// The keys that lead to groups which may be the same.
    pub(super) fn keys(&self, own: GroupKey) -> Vec<u64> {
        let mut keys = BTreeSet::from([own.0]);
        if self.kind == EntityKind::Person {
            keys.insert(hash(&format!("family {}", self.shape.family())));
            if !self.is_bare() {
                keys.insert(name_key(&self.shape));
            }
        } else {
            keys.insert(name_key(&self.shape));
            let mut aliases: Vec<(u32, u64)> = self
                .aliases
                .iter()
                .map(|(&key, &count)| (count, key))
                .collect();
            aliases.sort_unstable_by_key(|&(count, key)| (std::cmp::Reverse(count), key));
            keys.extend(aliases.into_iter().take(MOST_ALIASES).map(|(_, key)| key));
        }
        keys.extend(self.addresses.keys().take(MOST_ADDRESSES));
        keys.into_iter().collect()
    }

    /// Whether the name is one word, which anybody may bear.
    pub(crate) fn is_bare(&self) -> bool {
        self.kind == EntityKind::Person && self.shape.given().is_empty()
    }

    /// Rows, in powers of two: what depends on the count does not change with every row.
    pub(crate) fn bucket(&self) -> u32 {
        (self.rows.len() as u32 + 1).ilog2()
    }
}

/// The name of an organization or place without its legal form.
pub(crate) fn name_key(shape: &Shape) -> u64 {
    hash(&format!("name {}", shape.key()))
}

/// A row as it is kept, with its group.
pub(super) fn seen(row: &Row) -> (GroupKey, Seen, Shape) {
    let spelled = spelled_out(row);
    let mut shape = Shape::of(spelled.as_deref().unwrap_or(&row.name), row.kind);
    if row.kind == EntityKind::Person && shape.generation.is_none() {
        let said = row.addresses.iter().find_map(|address| generation(address));
        shape.generation = said.map(str::to_owned);
    }
    let mut addresses: Vec<u64> = row
        .addresses
        .iter()
        .map(|address| hash(&format!("mail {address}")))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    // A first name beside an address is that mailbox's, and not everybody's who is called so.
    let is_bare = row.kind == EntityKind::Person && shape.given().is_empty();
    let mailbox = if is_bare {
        addresses.first().copied()
    } else {
        None
    };
    // "Foreign Ministry" is another one in every document, unless a fuller name is known.
    let is_office = row.kind == EntityKind::Organization && shape.is_office();
    let own = is_office.then_some(row.id);
    let identity = format!(
        "{:?} {} {:?} {:?} {mailbox:?} {own:?} {}",
        row.kind,
        shape.key(),
        shape.generation,
        shape.legal,
        shape.is_qualified && row.kind == EntityKind::Organization
    );
    let mut roles: Vec<u32> = row
        .roles
        .iter()
        .filter_map(|role| role_noun(role))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    let mut context = row.context.clone();
    context.sort_unstable();
    let seen = Seen {
        id: row.id,
        document: row.document,
        context: context.into(),
        roles: roles.into(),
        addresses: addresses.into(),
        aliases: aliases(row, &shape),
        gender: row.gender,
        is_given: is_bare && row.addresses.iter().any(|address| begins(address, &shape)),
    };
    (GroupKey(hash(&identity)), seen, shape)
}

/// The name that an address spells out, of one who is known by nothing else: `anna.berg@…`.
fn spelled_out(row: &Row) -> Option<String> {
    let (local, _) = row.name.split_once('@')?;
    let parts: Vec<&str> = local.split(['.', '_']).collect();
    let is_name =
        |part: &&str| part.chars().count() >= MIN_NAME && part.chars().all(char::is_alphabetic);
    let is_full = row.kind == EntityKind::Person && parts.len() == 2 && parts.iter().all(is_name);
    is_full.then(|| parts.join(" "))
}

/// Whether an address goes on behind the first word of a name with a name: `martin.holm@…`.
fn begins(address: &str, shape: &Shape) -> bool {
    let (Some(first), Some((local, _))) = (shape.words.first(), address.split_once('@')) else {
        return false;
    };
    let mut parts = local.split(['.', '_', '-']);
    parts.next() == Some(first.as_str()) && parts.any(|part| part.chars().count() >= MIN_NAME)
}

/// The other names of an organization or place.
fn aliases(row: &Row, own: &Shape) -> Box<[u64]> {
    if row.kind == EntityKind::Person {
        return Box::new([]);
    }
    let own = name_key(own);
    let others = row
        .names
        .iter()
        .map(|name| name_key(&Shape::of(name, row.kind)));
    let others: BTreeSet<u64> = others.filter(|&key| key != own).collect();
    others.into_iter().collect()
}
