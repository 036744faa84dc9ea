//! Labels that the case as a whole knows better than one text: a recognizer takes a rare name now for
//! a person, now for a firm or a town.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::groups::name_key;
use super::{Group, GroupKey, hash};
use crate::within::EntityKind;

/// By how many times the rows in which a word is part of a person's full name must outnumber those
/// in which it stands alone as something else.
const OUTNUMBERED: u32 = 2;

/// The groups of a component, with the rows of each thing that bears a person's full name among that
/// person's: there they meet the same checks as all others of the name.
pub(super) fn relabeled<'g>(groups: &[(GroupKey, &'g Group)]) -> Vec<(GroupKey, Cow<'g, Group>)> {
    let bearers = bearers(groups);
    let explained: BTreeSet<u64> = groups
        .iter()
        .flat_map(|(_, group)| group.aliases.keys().copied())
        .collect();
    let mut taken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (_, group)) in groups.iter().enumerate() {
        let known = bearers.get(&group.shape.key());
        if let Some(&(to, rows)) = known.filter(|_| may_be_person(group, &explained))
            && rows >= group.rows.len()
        {
            taken.entry(to).or_default().push(at);
        }
    }
    let gone: BTreeSet<usize> = taken.values().flatten().copied().collect();
    let kept = groups
        .iter()
        .enumerate()
        .filter(|(at, _)| !gone.contains(at));
    let labeled = kept.map(|(at, &(key, group))| match taken.get(&at) {
        None => (key, Cow::Borrowed(group)),
        Some(things) => {
            let mut person = group.clone();
            let rows = things.iter().flat_map(|&thing| &groups[thing].1.rows);
            for row in rows {
                person.add(row.clone());
            }
            (key, Cow::Owned(person))
        }
    });
    labeled.collect()
}

/// By full name, the group of persons that takes in whoever says no more than the name, the one of
/// most rows without a generation, and how many rows of persons bear it.
fn bearers(groups: &[(GroupKey, &Group)]) -> BTreeMap<String, (usize, usize)> {
    let mut bearers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let is_plain = |at: usize| groups[at].1.shape.generation.is_none();
    let rank = |at: usize| (is_plain(at), groups[at].1.rows.len());
    for (at, (_, group)) in groups.iter().enumerate() {
        if group.kind == EntityKind::Person && !group.is_bare() {
            let known = bearers.entry(group.shape.key()).or_insert((at, 0));
            known.1 += group.rows.len();
            if rank(at) > rank(known.0) {
                known.0 = at;
            }
        }
    }
    // Junior and senior alone: nobody can say whose such a row is.
    bearers.retain(|_, &mut (at, _)| is_plain(at));
    bearers
}

/// Whether nothing but its label says that a thing is none of a person.
fn may_be_person(group: &Group, explained: &BTreeSet<u64>) -> bool {
    let shape = &group.shape;
    let parts: BTreeSet<u64> = shape
        .words
        .iter()
        .map(|word| hash(&format!("name {word}")))
        .collect();
    group.kind != EntityKind::Person
        && shape.words.len() > 1
        && shape.legal.is_none()
        && !shape.is_qualified
        && group.aliases.keys().all(|alias| parts.contains(alias))
        && !explained.contains(&name_key(shape))
}

/// What the rows of a case make of single words.
#[derive(Debug, Default)]
pub(super) struct Words(HashMap<u64, Uses>);

/// In how many rows a word is what.
#[derive(Debug, Default, Clone, Copy)]
struct Uses {
    /// A given or family name in a person's full name.
    of_persons: u32,
    /// Part of a longer name of an organization.
    of_firms: u32,
    /// The whole name of a place.
    as_place: u32,
}

impl Words {
    /// Counts a row of a group, or with `-1` takes it back.
    pub(super) fn count(&mut self, group: &Group, by: i32) {
        let shape = &group.shape;
        let mut change = |word: &str, of: fn(&mut Uses) -> &mut u32| {
            let count = of(self.0.entry(hash(word)).or_default());
            *count = count.saturating_add_signed(by);
        };
        match (group.kind, &shape.words[..]) {
            (EntityKind::Person, [given, .., family]) => {
                change(given, |uses| &mut uses.of_persons);
                change(family, |uses| &mut uses.of_persons);
            }
            (EntityKind::Organization, words) if words.len() > 1 || shape.legal.is_some() => {
                let words: BTreeSet<&String> = words.iter().collect();
                for word in words {
                    change(word, |uses| &mut uses.of_firms);
                }
            }
            (EntityKind::Place, [word]) => change(word, |uses| &mut uses.as_place),
            _ => {}
        }
    }

    /// What a group of one word is: what the case makes of the word where it says more, else its label.
    pub(super) fn kind(&self, group: &Group) -> EntityKind {
        let shape = &group.shape;
        let [word] = &shape.words[..] else {
            return group.kind;
        };
        let uses = self.0.get(&hash(word)).copied().unwrap_or_default();
        let rows = group.rows.len() as u32;
        let is_named = uses.of_persons > OUTNUMBERED * rows.max(uses.of_firms).max(uses.as_place);
        let is_town = uses.as_place > OUTNUMBERED * rows && uses.of_persons == 0;
        let is_bare = shape.legal.is_none() && !shape.is_acronym && group.aliases.is_empty();
        match group.kind {
            EntityKind::Organization | EntityKind::Place if is_bare && is_named => {
                EntityKind::Person
            }
            EntityKind::Person if is_town && group.addresses.is_empty() => EntityKind::Place,
            kind => kind,
        }
    }
}
