//! From heads to subtrees and sentences, and arcs that cross others.
//!
//! Source: spaCy `doc.pyx` (`set_children_from_heads`), `nonproj.pyx` (`deprojectivize`).

/// The leftmost and rightmost token of each token's subtree, and the tokens that start sentences.
#[derive(Default)]
pub(crate) struct Edges {
    left: Vec<u32>,
    right: Vec<u32>,
    pub(crate) starts: Vec<bool>,
    roots_left: Vec<bool>,
}

/// Rounds after the first, at most.
const MAX_ROUNDS: usize = 11;

impl Edges {
    /// Computes all from `heads`, where a root is its own head.
    pub(crate) fn compute(&mut self, heads: &[u32]) {
        let n = heads.len();
        for side in [&mut self.left, &mut self.right] {
            side.clear();
            side.extend(0..n as u32);
        }
        for _ in 0..=MAX_ROUNDS {
            (0..n).for_each(|i| self.widen(i, heads));
            (0..n).rev().for_each(|i| self.widen(i, heads));
            self.roots_left.clear();
            self.roots_left.resize(n, false);
            for i in (0..n).filter(|&i| heads[i] as usize == i) {
                self.roots_left[self.left[i] as usize] = true;
            }
            if self.heads_stay_within_sentences(heads) {
                break;
            }
        }
        self.starts.clone_from(&self.roots_left);
    }

    fn widen(&mut self, i: usize, heads: &[u32]) {
        let head = heads[i] as usize;
        self.left[head] = self.left[head].min(self.left[i]);
        self.right[head] = self.right[head].max(self.right[i]);
    }

    fn heads_stay_within_sentences(&self, heads: &[u32]) -> bool {
        let mut from = 0;
        for i in 0..heads.len() {
            if (i > 0 && self.roots_left[i]) || i + 1 == heads.len() {
                if (from..i).any(|j| (heads[j] as usize) < from || heads[j] as usize > i) {
                    return false;
                }
                from = i;
            }
        }
        true
    }
}

/// A label `X||Y` says: the arc is an `X`, and its head is the nearest descendant of the given head whose label is `Y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decoration {
    pub(crate) label: u16,
    pub(crate) head_label: u16,
}

/// Scanning steps for each token of the text that the search for new heads may take in all, and at least.
///
/// Real text needs a few; this bounds what text made for the purpose can cost. Where it is spent, heads stay as they are.
const STEPS_PER_TOKEN: usize = 256;
const MIN_STEPS: usize = 1 << 20;

/// Gives tokens with decorated labels their real label and head. Returns whether there was any.
pub(crate) fn deprojectivize(
    heads: &mut [u32],
    labels: &mut [u16],
    edges: &Edges,
    decorations: &[Option<Decoration>],
    is_space: impl Fn(usize) -> bool,
) -> bool {
    let mut steps = MIN_STEPS.max(heads.len() * STEPS_PER_TOKEN);
    let mut any = false;
    for i in 0..heads.len() {
        let Some(decoration) = decorations[usize::from(labels[i])] else {
            continue;
        };
        any = true;
        if let Some(head) = find_head(
            i,
            decoration.head_label,
            heads,
            labels,
            edges,
            &is_space,
            &mut steps,
        ) {
            heads[i] = head;
        }
        labels[i] = decoration.label;
    }
    any
}

fn find_head(
    token: usize,
    label: u16,
    heads: &[u32],
    labels: &[u16],
    edges: &Edges,
    is_space: &impl Fn(usize) -> bool,
    steps: &mut usize,
) -> Option<u32> {
    let mut level = vec![heads[token]];
    while !level.is_empty() {
        let mut below = Vec::new();
        for &parent in &level {
            let (left, right) = (edges.left[parent as usize], edges.right[parent as usize]);
            *steps = steps.checked_sub((right - left) as usize + 1)?;
            for child in (left..=right).filter(|&c| c != parent && heads[c as usize] == parent) {
                if is_space(child as usize) || child as usize == token {
                    continue;
                }
                if labels[child as usize] == label {
                    return Some(child);
                }
                below.push(child);
            }
        }
        level = below;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_at_the_left_edge_of_roots() {
        let mut edges = Edges::default();
        edges.compute(&[1, 1, 1, 4, 4, 4]);
        assert_eq!(edges.starts, [true, false, false, true, false, false]);
        edges.compute(&[]);
        assert!(edges.starts.is_empty());
    }

    #[test]
    fn a_crossing_arc_joins_sentences() {
        // Token 0 hangs on the second root: its subtree now begins at token 0.
        let mut edges = Edges::default();
        edges.compute(&[4, 1, 1, 4, 4]);
        assert!(edges.starts[0] && !edges.starts[3]);
    }

    #[test]
    fn decorated_labels_find_their_head() {
        // 0 ← 1 (root), 2 → 1 labeled 5||7, 3 → 1 labeled 7.
        let decorations = [
            None,
            None,
            None,
            None,
            None,
            Some(Decoration {
                label: 2,
                head_label: 3,
            }),
        ];
        let (mut heads, mut labels) = (vec![1, 1, 1, 1], vec![1, 0, 5, 3]);
        let mut edges = Edges::default();
        edges.compute(&heads);
        assert!(deprojectivize(
            &mut heads,
            &mut labels,
            &edges,
            &decorations,
            |_| false
        ));
        assert_eq!((heads[2], labels[2]), (3, 2));
        let (mut heads, mut labels) = (vec![1, 1, 1, 1], vec![1, 0, 5, 3]);
        deprojectivize(&mut heads, &mut labels, &edges, &decorations, |i| i == 3);
        assert_eq!((heads[2], labels[2]), (1, 2));
    }

    #[test]
    fn a_cycle_ends() {
        let mut edges = Edges::default();
        edges.compute(&[1, 2, 0, 3]);
        assert_eq!(edges.starts.len(), 4);
    }
}
