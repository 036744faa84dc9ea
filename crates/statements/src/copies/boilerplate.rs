//! What many otherwise unlike documents share: footers, legal notices, forms.

use super::DocumentRow;
use super::candidates::Prints;
use super::sketch::{SHINGLE, Shingles, Sketch, winnow};

/// A passage in fewer documents is no boilerplate: it may be a wire copy with a few takers.
const MANY: usize = 8;
/// Holders that are looked at, spread over all.
const SAMPLE: usize = 12;
/// Documents that share boilerplate resemble each other less than this, on average.
const ALIKE: f64 = 0.35;
/// Messages are short, and their footers long: below this it is a footer, not a letter sent to many.
const ALIKE_MESSAGES: f64 = 0.7;

/// Prints of boilerplate.
#[derive(Debug, Default)]
pub(crate) struct Boilerplate {
    /// Sorted.
    prints: Vec<u64>,
}

impl Boilerplate {
    pub(crate) fn of(documents: &[&DocumentRow], sketches: &[Sketch], prints: &Prints) -> Self {
        let is_boilerplate = |holders: &&[(u64, u32)]| {
            holders.len() > MANY && !are_alike(documents, sketches, holders)
        };
        let found = prints
            .all()
            .filter(is_boilerplate)
            .filter_map(|holders| holders.first());
        Self {
            prints: found.map(|&(print, _)| print).collect(),
        }
    }

    pub(crate) fn holds(&self, print: u64) -> bool {
        self.prints.binary_search(&print).is_ok()
    }

    /// The shingles of a text that are not part of boilerplate, sorted, each once.
    pub(crate) fn own_shingles(&self, text: &str) -> Vec<u64> {
        let mut hashes = Shingles::of(text).hashes;
        let mut kept = vec![true; hashes.len()];
        let mut before: Option<usize> = None;
        for (place, print) in winnow(&hashes) {
            if !self.holds(print) {
                before = None;
                continue;
            }
            // What lies between two prints of boilerplate is boilerplate.
            let from = before.unwrap_or(place);
            let reach = hashes.len().min(place + SHINGLE);
            kept[from..reach].fill(false);
            before = (place < hashes.len()).then_some(place);
        }
        let mut at = 0;
        hashes.retain(|_| {
            at += 1;
            kept[at - 1]
        });
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }
}

/// Whether the holders of a print are alike on the whole; looks at a few, in pairs that stand far apart.
fn are_alike(documents: &[&DocumentRow], sketches: &[Sketch], holders: &[(u64, u32)]) -> bool {
    let step = (holders.len() / SAMPLE).max(1);
    let spread = holders.iter().step_by(step).take(SAMPLE);
    let mut sample: Vec<usize> = spread.map(|&(_, at)| at as usize).collect();
    sample.sort_unstable();
    let messages = sample
        .iter()
        .filter(|&&at| documents[at].is_message)
        .count();
    let least = if messages * 2 > sample.len() {
        ALIKE_MESSAGES
    } else {
        ALIKE
    };
    let pairs = sample.windows(2);
    let n = pairs.len();
    let sum: f64 = pairs
        .map(|pair| sketches[pair[0]].estimate(&sketches[pair[1]]))
        .sum();
    sum >= least * n as f64
}
