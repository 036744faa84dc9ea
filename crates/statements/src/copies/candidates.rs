//! Which pairs are worth comparing: those that share rare prints.

use std::collections::BTreeMap;

use super::boilerplate::Boilerplate;
use super::sketch::Sketch;

/// Rarest prints by which a document looks for others.
const PROBES: usize = 32;
/// Up to so many holders of a print are all looked at; of more, only the neighbours.
const FEW: usize = 24;
/// Neighbours on each side, in the order of the holders' least prints: copies of one text stand together.
const NEIGHBORS: usize = 3;
/// Pairs of one document that are compared, those with most common probes first.
const MOST_PAIRS: usize = 64;

/// Who holds which print.
#[derive(Debug)]
pub(crate) struct Prints {
    /// `(print, document)`, sorted by print, then by the document's least prints.
    held: Vec<(u64, u32)>,
}

impl Prints {
    pub(crate) fn of(sketches: &[Sketch], documents: &[u32]) -> Self {
        // A document's rank stands for it, so that the holders of a print come out with alike ones
        // next to each other.
        let mut ranked = documents.to_vec();
        ranked.sort_by(|&a, &b| {
            let prints = |at: u32| &sketches[at as usize].prints;
            prints(a).cmp(prints(b)).then(a.cmp(&b))
        });
        let total = documents
            .iter()
            .map(|&at| sketches[at as usize].prints.len())
            .sum();
        let mut held = Vec::with_capacity(total);
        for (rank, &document) in ranked.iter().enumerate() {
            let prints = &sketches[document as usize].prints;
            held.extend(prints.iter().map(|&print| (print, rank as u32)));
        }
        held.sort_unstable();
        for (_, holder) in &mut held {
            *holder = ranked[*holder as usize];
        }
        Self { held }
    }

    /// The holders of a print, alike ones next to each other.
    pub(crate) fn holders(&self, print: u64) -> &[(u64, u32)] {
        let start = self.held.partition_point(|&(held, _)| held < print);
        let rest = &self.held[start..];
        &rest[..rest.partition_point(|&(held, _)| held == print)]
    }

    /// Each print with its holders.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[(u64, u32)]> {
        self.held.chunk_by(|a, b| a.0 == b.0)
    }
}

/// Pairs `(a, b)`, `a < b`, sorted, each once.
pub(crate) fn pairs(
    sketches: &[Sketch],
    documents: &[u32],
    prints: &Prints,
    boilerplate: &Boilerplate,
) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for &document in documents {
        let partners = partners(document, &sketches[document as usize], prints, boilerplate);
        found.extend(
            partners
                .into_iter()
                .map(|other| (document.min(other), document.max(other))),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn partners(
    document: u32,
    sketch: &Sketch,
    prints: &Prints,
    boilerplate: &Boilerplate,
) -> Vec<u32> {
    let mut probes: Vec<(usize, &[(u64, u32)])> = sketch
        .prints
        .iter()
        .filter(|print| !boilerplate.holds(**print))
        .map(|&print| prints.holders(print))
        .filter(|holders| holders.len() > 1)
        .map(|holders| (holders.len(), holders))
        .collect();
    probes.sort_by_key(|&(count, holders)| (count, holders.first().map(|&(print, _)| print)));
    probes.truncate(PROBES);
    let mut common: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, holders) in &probes {
        for &(_, other) in neighborhood(document, holders) {
            if other != document {
                *common.entry(other).or_default() += 1;
            }
        }
    }
    // One common print may be a turn of phrase; two are a passage.
    let enough = probes.len().min(2);
    let mut partners: Vec<(u32, usize)> = common
        .into_iter()
        .filter(|&(_, count)| count >= enough)
        .collect();
    partners.sort_by_key(|&(other, count)| (usize::MAX - count, other));
    partners
        .into_iter()
        .take(MOST_PAIRS)
        .map(|(other, _)| other)
        .collect()
}

fn neighborhood(document: u32, holders: &[(u64, u32)]) -> &[(u64, u32)] {
    if holders.len() <= FEW {
        return holders;
    }
    let at = holders
        .iter()
        .position(|&(_, holder)| holder == document)
        .unwrap_or(0);
    &holders[at.saturating_sub(NEIGHBORS)..holders.len().min(at + NEIGHBORS + 1)]
}
