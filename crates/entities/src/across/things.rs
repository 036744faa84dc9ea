//! Organizations, places and all else that bears a name of its own.

use std::collections::BTreeMap;

use super::groups::name_key;
use super::{Cluster, Evidence, Group, GroupKey};
use crate::within::EntityKind;

/// Rows of a kind, as a power of two, up to which it may be a slip, and from which another of the
/// same name shows that it is one.
const SLIP: (u32, u32) = (1, 3);
/// The share of documents, in percent, that must explain a short name in one way for it to mean that.
const AGREED: u32 = 70;

/// The clusters of a component but for its people, each under its first group.
pub(super) fn clusters(groups: &[(GroupKey, &Group)]) -> Vec<(GroupKey, Cluster)> {
    let groups: Vec<(GroupKey, &Group)> = groups
        .iter()
        .filter(|(_, group)| group.kind != EntityKind::Person)
        .copied()
        .collect();
    let mut joining = Joining {
        parent: (0..groups.len()).collect(),
        why: vec![Evidence::NameAlone; groups.len()],
        groups: &groups,
    };
    joining.one_name();
    joining.short_names();
    joining.finish()
}

struct Joining<'c, 'g> {
    groups: &'c [(GroupKey, &'g Group)],
    parent: Vec<usize>,
    why: Vec<Evidence>,
}

impl Joining<'_, '_> {
    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn join(&mut self, short: usize, full: usize, why: Evidence) {
        let (a, b) = (self.root(short), self.root(full));
        if a != b {
            self.parent[a] = b;
            self.why[short] = why;
        }
    }

    /// Groups of one name: without a legal form, the only one with it; of another kind, where nearly
    /// all documents hold it to be this.
    fn one_name(&mut self) {
        let mut by_name: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, (_, group)) in self.groups.iter().enumerate() {
            by_name.entry(name_key(&group.shape)).or_default().push(at);
        }
        for same in by_name.into_values().filter(|same| same.len() > 1) {
            self.one_form(&same);
            self.one_kind(&same);
        }
    }

    fn one_form(&mut self, same: &[usize]) {
        let mut by_kind: BTreeMap<EntityKind, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for &at in same {
            let group = self.groups[at].1;
            let (bare, formed) = by_kind.entry(group.kind).or_default();
            let list = if group.shape.legal.is_some() {
                formed
            } else {
                bare
            };
            list.push(at);
        }
        for (bare, formed) in by_kind.into_values() {
            if let [formed] = formed[..] {
                for at in bare {
                    self.join(at, formed, Evidence::NameAlone);
                }
            }
        }
    }

    fn one_kind(&mut self, same: &[usize]) {
        let mut sizes: BTreeMap<EntityKind, (u32, usize)> = BTreeMap::new();
        for &at in same {
            let group = self.groups[at].1;
            let known = sizes.entry(group.kind).or_insert((0, at));
            if group.bucket() > known.0 {
                *known = (group.bucket(), at);
            }
        }
        let Some(&(most, best)) = sizes
            .values()
            .max_by_key(|&&(bucket, at)| (bucket, std::cmp::Reverse(at)))
        else {
            return;
        };
        for (bucket, at) in sizes.into_values() {
            if at != best && bucket <= SLIP.0 && most >= SLIP.1 {
                self.join(at, best, Evidence::NameAlone);
            }
        }
    }

    /// A short name is that of which nearly all documents that explain it say so.
    fn short_names(&mut self) {
        let mut explained: BTreeMap<u64, Vec<(u32, usize)>> = BTreeMap::new();
        for (at, (_, group)) in self.groups.iter().enumerate() {
            for (&alias, &count) in &group.aliases {
                explained.entry(alias).or_default().push((count, at));
            }
        }
        for short in 0..self.groups.len() {
            let group = self.groups[short].1;
            if group.shape.is_office() {
                continue;
            }
            let Some(ways) = explained.get(&name_key(&group.shape)) else {
                continue;
            };
            let mut by_root: BTreeMap<usize, u32> = BTreeMap::new();
            for &(count, at) in ways.iter().filter(|(_, at)| *at != short) {
                let root = self.root(at);
                *by_root.entry(root).or_default() += count;
            }
            let total: u32 = by_root.values().sum();
            let best = by_root
                .into_iter()
                .max_by_key(|&(root, count)| (count, std::cmp::Reverse(root)));
            if let Some((root, count)) = best
                && count * 100 >= total * AGREED
            {
                self.join(short, root, Evidence::Alias);
            }
        }
    }

    fn finish(mut self) -> Vec<(GroupKey, Cluster)> {
        let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.groups.len() {
            by_root.entry(self.root(at)).or_default().push(at);
        }
        let cluster = |members: Vec<usize>| {
            let mut rows = Vec::new();
            let mut kinds: BTreeMap<EntityKind, usize> = BTreeMap::new();
            for &at in &members {
                let why = self.why[at];
                *kinds.entry(self.groups[at].1.kind).or_default() += self.groups[at].1.rows.len();
                rows.extend(self.groups[at].1.rows.iter().map(|row| (row.id, why)));
            }
            rows.sort_unstable();
            if let [(_, evidence)] = &mut rows[..] {
                *evidence = Evidence::Itself;
            }
            let id = rows.first().map_or(0, |&(id, _)| id);
            let most = kinds
                .into_iter()
                .min_by_key(|&(kind, rows)| (std::cmp::Reverse(rows), kind));
            let kind = most.map_or(EntityKind::Thing, |(kind, _)| kind);
            (self.groups[members[0]].0, Cluster { id, kind, rows })
        };
        by_root.into_values().map(cluster).collect()
    }
}
