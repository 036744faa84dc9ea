//! Contents that say the same come together, at any scale: rare words look them up, rules decide.

use super::features::Features;
use super::matching::{Verdict, Weights, can_join, verdict};
use super::vocabulary::Vocabulary;

/// Rarest keys of a content, by pairs of which others are looked up.
const RAREST: usize = 6;
/// In a block of at most so many all pairs are compared; in a larger one only neighbors.
const FEW: usize = 24;
/// Neighbors of a content in a large block, in the order of their words.
const NEIGHBORS: usize = 6;
/// Added to the size of the set, so that in a small one a word that stands twice still counts as rare.
const PRIOR: f64 = 500.0;

/// Places of contents in groups that say the same.
#[derive(Debug)]
pub(crate) struct Groups {
    /// For each content the place of the first of its group.
    pub(crate) first: Vec<u32>,
    /// Firsts of groups that speak of the same with other numbers, sorted, each pair once.
    pub(crate) competing: Vec<(u32, u32)>,
}

/// Groups contents; `contents` must be in an order that does not depend on how they came, each wording once.
pub(crate) fn group(contents: &mut [Features]) -> Groups {
    let dictionary = Dictionary::of(contents);
    for content in contents.iter_mut() {
        dictionary.encode(content);
    }
    let weights = dictionary.weights();
    let (mut same, competing) = decided(contents, &dictionary, &weights);
    same.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut firsts = Firsts::new(contents.len());
    for (_, a, b) in same {
        let (a, b) = (firsts.find(a), firsts.find(b));
        if a != b && can_join(&contents[a as usize], &contents[b as usize], &weights) {
            firsts.join(a, b);
        }
    }
    let mut competing: Vec<(u32, u32)> = competing
        .into_iter()
        .map(|(a, b)| (firsts.find(a), firsts.find(b)))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    competing.sort_unstable();
    competing.dedup();
    let first = (0..contents.len() as u32)
        .map(|at| firsts.find(at))
        .collect();
    Groups { first, competing }
}

type Same = (f64, u32, u32);

/// Compares what lies in one block.
fn decided(
    contents: &[Features],
    dictionary: &Dictionary,
    weights: &Weights,
) -> (Vec<Same>, Vec<(u32, u32)>) {
    let mut blocks = blocks(contents, dictionary);
    let (mut same, mut competing) = (Vec::new(), Vec::new());
    let mut compare = |a: u32, b: u32| {
        let (a, b) = (a.min(b), a.max(b));
        match verdict(&contents[a as usize], &contents[b as usize], weights) {
            Verdict::Same(strength) => same.push((strength, a, b)),
            Verdict::Competing => competing.push((a, b)),
            Verdict::Different => {}
        }
    };
    for block in blocks.chunk_by_mut(|a, b| a.0 == b.0) {
        let reach = if block.len() <= FEW {
            block.len()
        } else {
            NEIGHBORS
        };
        if block.len() > FEW {
            block.sort_by(|(_, a), (_, b)| {
                let terms = |at: u32| &contents[at as usize].terms;
                terms(*a).cmp(terms(*b)).then(a.cmp(b))
            });
        }
        for (at, &(_, a)) in block.iter().enumerate() {
            for &(_, b) in block[at + 1..].iter().take(reach) {
                compare(a, b);
            }
        }
    }
    competing.sort_unstable();
    competing.dedup();
    (same, competing)
}

/// `(two rare keys, content)`, sorted.
fn blocks(contents: &[Features], dictionary: &Dictionary) -> Vec<(u64, u32)> {
    let mut blocks = Vec::with_capacity(contents.len() * 4);
    let mut keys = Vec::new();
    for (at, content) in contents.iter().enumerate() {
        dictionary.rarest(content, &mut keys);
        if let [only] = keys[..] {
            blocks.push((u64::from(only) << 32 | u64::from(u32::MAX), at as u32));
        }
        for (n, &a) in keys.iter().enumerate() {
            for &b in &keys[n + 1..] {
                blocks.push((u64::from(a.min(b)) << 32 | u64::from(a.max(b)), at as u32));
            }
        }
    }
    blocks.sort_unstable();
    blocks
}

/// All keys of the set, with how many contents have each.
struct Dictionary {
    keys: Vec<u64>,
    counts: Vec<u32>,
    contents: usize,
}

impl Dictionary {
    fn of(contents: &[Features]) -> Self {
        let total = contents.iter().map(|content| content.keys().count()).sum();
        let mut all = Vec::with_capacity(total);
        for content in contents {
            all.extend(content.keys());
        }
        all.sort_unstable();
        let (mut keys, mut counts) = (Vec::new(), Vec::new());
        for run in all.chunk_by(|a, b| a == b) {
            keys.push(run[0]);
            counts.push(run.len() as u32);
        }
        Self {
            keys,
            counts,
            contents: contents.len(),
        }
    }

    fn number(&self, key: u64) -> u32 {
        // Each key of the set is in the dictionary; what is not would be taken for the last.
        self.keys.binary_search(&key).unwrap_or(self.keys.len()) as u32
    }

    /// Words and entities become their numbers; the numbers in a text stay as they are.
    fn encode(&self, content: &mut Features) {
        let numbers: Vec<u64> = content
            .keys()
            .map(|key| u64::from(self.number(key)))
            .collect();
        let (terms, rest) = numbers.split_at(content.terms.len());
        let (entities, figures) = rest.split_at(content.entities.len());
        content.terms = terms.into();
        content.terms.sort_unstable();
        content.entities = entities.into();
        content.figures = figures.iter().map(|&figure| figure as u32).collect();
    }

    /// The rarest keys of a content that stand in another one too, rarest first.
    fn rarest(&self, content: &Features, keys: &mut Vec<u32>) {
        keys.clear();
        let named = content
            .terms
            .iter()
            .chain(&content.entities)
            .map(|&key| key as u32);
        keys.extend(
            named
                .chain(content.figures.iter().copied())
                .filter(|&key| self.counts[key as usize] > 1),
        );
        keys.sort_unstable_by_key(|&key| (self.counts[key as usize], key));
        keys.dedup();
        keys.truncate(RAREST);
    }

    fn weights(&self) -> Weights {
        let vocabulary = Vocabulary::shared();
        let n = self.contents as f64 + PRIOR;
        let weight = |(key, &count): (&u64, &u32)| {
            let weight = (1.0 + n / f64::from(count)).ln();
            (if vocabulary.is_light(*key) {
                weight / 2.0
            } else {
                weight
            }) as f32
        };
        Weights(self.keys.iter().zip(&self.counts).map(weight).collect())
    }
}

/// Groups, each known by its first; of two that join, the larger one's first stays.
struct Firsts {
    parents: Vec<u32>,
    sizes: Vec<u32>,
}

impl Firsts {
    fn new(n: usize) -> Self {
        Self {
            parents: (0..n as u32).collect(),
            sizes: vec![1; n],
        }
    }

    fn find(&self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            at = self.parents[at as usize];
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let size = |at: u32| self.sizes[at as usize];
        let (kept, gone) = if (size(a), b) >= (size(b), a) {
            (a, b)
        } else {
            (b, a)
        };
        self.sizes[kept as usize] += self.sizes[gone as usize];
        self.parents[gone as usize] = kept;
    }
}
