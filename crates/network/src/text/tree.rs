//! A segment's words as a tree that can be walked downward.

use std::ops::Range;

use onrecord_statements::entities::Segment;
use onrecord_statements::entities::language::Token;

/// Steps up the tree, and words below one word, that are looked at: what keeps a hostile sentence linear.
pub(crate) const MOST_STEPS: usize = 48;
const MOST_CHILDREN: usize = 96;
/// Words between which a blank line is looked for; what is farther apart is left to the quote.
const MOST_PARTED: u32 = 64;

/// The words of a segment with what hangs on each.
pub(crate) struct Tree<'a> {
    segment: &'a Segment<'a>,
    tokens: &'a [Token],
    /// Words in lower case: the lemma, save for names, whose lemma keeps the capital.
    lemmas: Vec<String>,
    /// End of each word's children in `children`.
    ends: Vec<u32>,
    children: Vec<u32>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(segment: &'a Segment<'a>) -> Self {
        let tokens = segment.annotated.tokens();
        let mut ends = vec![0u32; tokens.len()];
        // The head of each word that has one; a head beyond the text is none.
        let heads = || {
            let heads = tokens.iter().map(|token| token.head as usize).enumerate();
            heads.filter(|&(at, head)| head != at && head < tokens.len())
        };
        for (_, head) in heads() {
            ends[head] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut children = vec![0u32; sum as usize];
        for (at, head) in heads() {
            children[ends[head] as usize] = at as u32;
            ends[head] += 1;
        }
        let lemma = |token: &Token| segment.annotated.lemma(token).to_lowercase();
        Self {
            segment,
            tokens,
            lemmas: tokens.iter().map(lemma).collect(),
            ends,
            children,
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.tokens.len() as u32
    }

    pub(crate) fn token(&self, at: u32) -> &Token {
        &self.tokens[at as usize]
    }

    /// What hangs on a word, in the order of the text; the first few of a great many.
    pub(crate) fn children(&self, at: u32) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let start = (at as usize)
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let all = start as usize..self.ends[at as usize] as usize;
        self.children[all].iter().copied().take(MOST_CHILDREN)
    }

    /// The first child with one of these relations.
    pub(crate) fn child(&self, at: u32, relations: &[&str]) -> Option<u32> {
        self.children(at)
            .find(|&child| relations.contains(&self.dep(child)))
    }

    /// Relation to the head.
    pub(crate) fn dep(&self, at: u32) -> &str {
        self.segment.annotated.label(self.token(at).dep)
    }

    pub(crate) fn pos(&self, at: u32) -> &str {
        self.segment.annotated.label(self.token(at).pos)
    }

    pub(crate) fn tag(&self, at: u32) -> &str {
        self.segment.annotated.label(self.token(at).tag)
    }

    /// Lemma in lower case.
    pub(crate) fn lemma(&self, at: u32) -> &str {
        &self.lemmas[at as usize]
    }

    /// The word as written.
    pub(crate) fn word(&self, at: u32) -> &'a str {
        self.segment.word(&self.tokens[at as usize])
    }

    /// The words from one to another, as written.
    pub(crate) fn words(&self, tokens: Range<u32>) -> &'a str {
        let bytes = self
            .segment
            .annotated
            .bytes(tokens.start as usize..tokens.end as usize);
        self.segment.text.get(bytes).unwrap_or_default()
    }

    /// Whether a blank line stands between two words, as between a heading and what follows it.
    pub(crate) fn is_parted(&self, one: u32, other: u32) -> bool {
        let (first, last) = (one.min(other), one.max(other));
        last - first <= MOST_PARTED
            && (first..last).any(|at| self.word(at).contains("\n\n") || self.is_line_end(at))
    }

    fn is_line_end(&self, at: u32) -> bool {
        let (end, next) = (self.token(at).end, self.token(at + 1).start);
        let gap = self.segment.text.get(end as usize..next as usize);
        gap.is_some_and(|gap| gap.contains("\n\n"))
    }

    /// What the word depends on; `None` for a root.
    pub(crate) fn head(&self, at: u32) -> Option<u32> {
        let head = self.token(at).head;
        (head != at && head < self.len()).then_some(head)
    }

    /// The word and those above it, nearest first.
    pub(crate) fn upward(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(at), |&at| self.head(at)).take(MOST_STEPS)
    }

    pub(crate) fn is_verb(&self, at: u32) -> bool {
        matches!(self.pos(at), "VERB" | "AUX") && self.dep(at) != "compound"
    }

    pub(crate) fn is_noun(&self, at: u32) -> bool {
        // "NASA astronaut A": a verb between the names of a phrase is a noun that the tagger missed.
        matches!(self.pos(at), "NOUN" | "PROPN")
            || self.pos(at) == "VERB" && self.dep(at) == "compound"
    }

    pub(crate) fn segment(&self) -> &'a Segment<'a> {
        self.segment
    }
}
