//! A segment's tree, as descriptions and pronouns are read from it.

use std::ops::Range;

use onrecord_language::Token;

use super::tables::NOUNS;
use crate::document::Segment;

/// Most words on each side of a noun that are taken for its description.
const WIDEST: u32 = 14;
/// Most steps up a tree: a longer way is no grammar.
const HIGHEST: usize = 24;

/// A segment with what its tokens' places in the text tell.
pub(crate) struct View<'s, 'd> {
    pub(crate) segment: &'s Segment<'d>,
    /// Number of the sentence of each token.
    sentence: Vec<u32>,
    /// Whether each token stands between quotation marks.
    quoted: Vec<bool>,
    /// The subject of each verb, passive or not.
    subject: Vec<Option<u32>>,
}

impl<'s, 'd> View<'s, 'd> {
    pub(crate) fn of(segment: &'s Segment<'d>) -> Self {
        let tokens = segment.annotated.tokens();
        let mut view = Self {
            segment,
            sentence: Vec::with_capacity(tokens.len()),
            quoted: Vec::with_capacity(tokens.len()),
            subject: vec![None; tokens.len()],
        };
        let (mut sentence, mut is_open) = (0, false);
        for (at, token) in tokens.iter().enumerate() {
            sentence += u32::from(token.starts_sentence);
            let word = segment.word(token);
            // A paragraph ends what somebody forgot to close.
            is_open &= !word.contains('\n');
            let closes = matches!(word, "”" | "»") || (is_open && matches!(word, "\"" | "''"));
            let opens = matches!(word, "“" | "«") || (!is_open && matches!(word, "\"" | "``"));
            is_open = (is_open && !closes) || opens;
            view.sentence.push(sentence);
            view.quoted.push(is_open);
            if segment.annotated.label(token.dep).starts_with("nsubj")
                && let Some(slot) = view.subject.get_mut(token.head as usize)
            {
                slot.get_or_insert(at as u32);
            }
        }
        view
    }

    pub(crate) fn tokens(&self) -> &'s [Token] {
        self.segment.annotated.tokens()
    }

    pub(crate) fn token(&self, at: u32) -> &'s Token {
        &self.tokens()[at as usize]
    }

    /// The word in lower case.
    pub(crate) fn lower(&self, at: u32) -> String {
        self.segment.word(self.token(at)).to_lowercase()
    }

    pub(crate) fn dep(&self, at: u32) -> &'s str {
        self.segment.annotated.label(self.token(at).dep)
    }

    pub(crate) fn pos(&self, at: u32) -> &'s str {
        self.segment.annotated.label(self.token(at).pos)
    }

    pub(crate) fn lemma(&self, at: u32) -> String {
        self.segment.annotated.lemma(self.token(at)).to_lowercase()
    }

    pub(crate) fn sentence(&self, at: u32) -> u32 {
        self.sentence[at as usize]
    }

    pub(crate) fn is_quoted(&self, at: u32) -> bool {
        self.quoted[at as usize]
    }

    /// The token above; `None` for a root.
    pub(crate) fn above(&self, at: u32) -> Option<u32> {
        let head = self.token(at).head;
        (head != at && (head as usize) < self.tokens().len()).then_some(head)
    }

    /// The tokens above, nearest first.
    pub(crate) fn way_up(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.above(at), |&at| self.above(at)).take(HIGHEST)
    }

    /// The subject of a verb.
    pub(crate) fn subject(&self, verb: u32) -> Option<u32> {
        self.subject[verb as usize]
    }

    /// The verb that a token is an argument of.
    pub(crate) fn verb(&self, at: u32) -> Option<u32> {
        self.way_up(at)
            .find(|&above| matches!(self.pos(above), "VERB" | "AUX"))
    }

    /// Where the words before a noun that belong to it begin.
    pub(crate) fn left(&self, noun: u32) -> u32 {
        let least = noun.saturating_sub(WIDEST);
        let mut at = noun;
        while at > least {
            let head = self.token(at - 1).head;
            if head < at || head > noun || self.sentence(at - 1) != self.sentence(noun) {
                break;
            }
            at -= 1;
        }
        at
    }

    /// One past the words behind a noun that belong to its description: "of the board", "close to her".
    pub(crate) fn right(&self, noun: u32) -> u32 {
        let last = (noun + 1 + WIDEST).min(self.tokens().len() as u32);
        let mut end = noun + 1;
        while end < last && self.sentence(end) == self.sentence(noun) {
            let Some(branch) = self.branch(end, noun) else {
                break;
            };
            let is_own = matches!(self.dep(branch), "prep" | "amod" | "acl" | "advmod")
                && NOUNS.phrases.prepositions.contains(&self.lower(branch));
            if !is_own || matches!(self.dep(end), "punct" | "cc") {
                break;
            }
            end += 1;
        }
        end
    }

    /// The child of `noun` that a token behind it hangs on.
    fn branch(&self, at: u32, noun: u32) -> Option<u32> {
        let mut below = at;
        for above in self.way_up(at) {
            if above == noun {
                return (below > noun).then_some(below);
            }
            below = above;
        }
        None
    }

    /// The children of a token near it that have this relation.
    pub(crate) fn children(&self, of: u32, dep: &str) -> impl Iterator<Item = u32> + '_ {
        let from = of.saturating_sub(WIDEST);
        let to = (of + 1 + WIDEST).min(self.tokens().len() as u32);
        let dep = dep.to_owned();
        (from..to).filter(move |&at| at != of && self.token(at).head == of && self.dep(at) == dep)
    }

    /// The words of some tokens, as a person writes them.
    pub(crate) fn words(&self, tokens: Range<u32>) -> String {
        let bytes = self
            .segment
            .annotated
            .bytes(tokens.start as usize..tokens.end as usize);
        let text = self.segment.text.get(bytes).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
