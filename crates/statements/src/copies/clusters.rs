//! Pairs become clusters, without chains: each member resembles the first of its cluster.

use std::collections::BTreeMap;

use super::boilerplate::Boilerplate;
use super::compare::{Compared, Likeness};
use super::kind::{kind, says_that_it_corrects};
use super::sketch::{FEWEST_WORDS, Sketch};
use super::{CopyCluster, DocumentRow, NearCopies, NearCopy};

/// Groups places of documents with the same words, each group in order, groups by their first.
///
/// Texts too short to be a copy stand alone.
pub(crate) fn identical(sketches: &[Sketch]) -> Vec<Vec<u32>> {
    let mut groups: BTreeMap<(u64, u32, u32), Vec<u32>> = BTreeMap::new();
    for (at, sketch) in sketches.iter().enumerate() {
        let at = at as u32;
        let short = (sketch.n_words as usize) < FEWEST_WORDS;
        let apart = if short { at + 1 } else { 0 };
        groups
            .entry((sketch.whole, sketch.n_words, apart))
            .or_default()
            .push(at);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.sort_unstable();
    groups
}

/// Joins versions of one text, the most alike first. Two clusters become one when their first documents
/// are versions of each other as well, so that a digest does not join what it collects.
pub(crate) fn build(
    documents: &[&DocumentRow],
    same: &[Vec<u32>],
    compared: &[Compared],
    boilerplate: &Boilerplate,
) -> NearCopies {
    let mut clusters = Clusters::new(documents, boilerplate);
    for (a, b, likeness) in compared
        .iter()
        .filter(|(_, _, likeness)| likeness.is_version())
    {
        clusters.join(*a, *b, *likeness);
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for group in same {
        if let Some(&first) = group.first() {
            members
                .entry(clusters.first(first))
                .or_default()
                .extend(group);
        }
    }
    let mut found: Vec<CopyCluster> = members
        .into_values()
        .filter(|members| members.len() > 1)
        .map(|members| cluster(documents, members, boilerplate))
        .collect();
    found.sort_by(|a, b| a.documents.cmp(&b.documents));
    let apart = |&&(a, b, _): &&Compared| clusters.first(a) != clusters.first(b);
    let mut held: Vec<NearCopy> = compared
        .iter()
        .filter(apart)
        .map(|&(a, b, likeness)| pair(documents, a, b, likeness))
        .collect();
    held.sort_by_key(|held| (held.original, held.copy));
    NearCopies {
        clusters: found,
        held,
    }
}

fn cluster(
    documents: &[&DocumentRow],
    mut members: Vec<u32>,
    boilerplate: &Boilerplate,
) -> CopyCluster {
    members.sort_unstable();
    let original = members
        .iter()
        .copied()
        .min_by(|&a, &b| earlier(documents, a, b))
        .unwrap_or_default();
    let shingles = boilerplate.own_shingles(&documents[original as usize].text);
    let copies = members
        .iter()
        .filter(|&&member| member != original)
        .map(|&member| {
            let other = boilerplate.own_shingles(&documents[member as usize].text);
            pair(documents, original, member, Likeness::of(&shingles, &other))
        })
        .collect();
    CopyCluster {
        original: documents[original as usize].id,
        documents: members
            .iter()
            .map(|&member| documents[member as usize].id)
            .collect(),
        copies,
    }
}

fn pair(documents: &[&DocumentRow], a: u32, b: u32, likeness: Likeness) -> NearCopy {
    let first = earlier(documents, a, b).is_le();
    let (original, copy) = if first { (a, b) } else { (b, a) };
    let (original, copy) = (documents[original as usize], documents[copy as usize]);
    NearCopy {
        original: original.id,
        copy: copy.id,
        kind: kind(original, copy, &likeness),
        resemblance: likeness.resemblance,
        containment: likeness.containment,
    }
}

/// By date where both have one, a dated one before an undated; of one day, what says that it corrects
/// something comes last; then by id.
fn earlier(documents: &[&DocumentRow], a: u32, b: u32) -> std::cmp::Ordering {
    let key = |at: u32| {
        let document = documents[at as usize];
        (document.date.is_none(), document.date)
    };
    let says_so = |at: u32| says_that_it_corrects(&documents[at as usize].text);
    let id = |at: u32| documents[at as usize].id;
    key(a)
        .cmp(&key(b))
        .then_with(|| says_so(a).cmp(&says_so(b)))
        .then_with(|| id(a).cmp(&id(b)))
}

/// Places joined into clusters; each cluster is known by the place that stood for it first.
struct Clusters<'a> {
    documents: &'a [&'a DocumentRow],
    boilerplate: &'a Boilerplate,
    parents: Vec<u32>,
    sizes: Vec<u32>,
}

impl<'a> Clusters<'a> {
    fn new(documents: &'a [&'a DocumentRow], boilerplate: &'a Boilerplate) -> Self {
        let parents = (0..documents.len() as u32).collect();
        Self {
            documents,
            boilerplate,
            parents,
            sizes: vec![1; documents.len()],
        }
    }

    fn first(&self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            at = self.parents[at as usize];
        }
        at
    }

    fn join(&mut self, a: u32, b: u32, likeness: Likeness) {
        let (first, second) = (self.first(a), self.first(b));
        if first == second {
            return;
        }
        let direct = (first.min(second), first.max(second)) == (a, b);
        let likeness = if direct {
            likeness
        } else {
            self.compare(first, second)
        };
        if !likeness.is_version() {
            return;
        }
        let size = |at: u32| self.sizes[at as usize];
        let (kept, gone) = if (size(first), second) >= (size(second), first) {
            (first, second)
        } else {
            (second, first)
        };
        self.sizes[kept as usize] += self.sizes[gone as usize];
        self.parents[gone as usize] = kept;
    }

    fn compare(&self, a: u32, b: u32) -> Likeness {
        let shingles = |at: u32| {
            self.boilerplate
                .own_shingles(&self.documents[at as usize].text)
        };
        Likeness::of(&shingles(a), &shingles(b))
    }
}
