//! How firmly a tie is stated: the statement around it, and the words of its own clause.

use onrecord_statements::entities::Document;
use onrecord_statements::{Manner, Stance, Statement};

use super::lexicon::{StanceWords, lexicon};
use super::tree::Tree;
use crate::LinkStance;

const NONE: u32 = u32::MAX;

/// What the words around a tie make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Worded {
    pub(crate) stance: LinkStance,
    /// The word that makes it so, farthest from the tie.
    pub(crate) by: Option<u32>,
    /// Whether that word only reports what somebody says, which the statement around it knows better.
    pub(crate) reported: bool,
}

/// Reads the stance off the words above a tie.
pub(crate) struct Wording<'a> {
    tree: &'a Tree<'a>,
    words: &'static StanceWords,
    worded: Worded,
    negated: bool,
    attempted: bool,
}

impl<'a> Wording<'a> {
    /// The stance that the words give the tie of `anchor`, said with `verb`.
    pub(crate) fn of(tree: &'a Tree<'a>, anchor: u32, verb: Option<u32>) -> Worded {
        let worded = Worded {
            stance: LinkStance::Asserts,
            by: None,
            reported: false,
        };
        let mut wording = Self {
            tree,
            words: &lexicon().stance,
            worded,
            negated: false,
            attempted: false,
        };
        wording.adjectives(anchor);
        let start = match verb {
            None => return wording.worded,
            Some(verb) if verb == anchor && !tree.is_noun(anchor) => verb,
            Some(verb) if verb_carries(tree, anchor, verb) => {
                wording.noun(anchor);
                verb
            }
            Some(_) => match wording.noun(anchor) {
                Some(verb) => verb,
                None => return wording.worded,
            },
        };
        wording.climb(start);
        if wording.attempted
            && wording.worded.stance == LinkStance::Hypothetical
            && wording.is_refused(anchor)
        {
            wording.worded.stance = LinkStance::Failed;
        }
        wording.worded
    }

    /// The first word that is not plain decides, save that a denial outweighs what might be.
    fn set(&mut self, stance: LinkStance, by: u32) {
        use LinkStance::{Asserts, Denies, Hypothetical};
        let weaker = matches!((self.worded.stance, stance), (Hypothetical, Denies));
        if self.worded.stance == Asserts || weaker {
            self.worded.stance = stance;
            self.worded.reported = false;
        }
        self.worded.by = Some(by);
    }

    fn has(&self, list: &[String], at: u32) -> bool {
        list.iter().any(|word| word == self.tree.lemma(at))
    }

    /// "an alleged payment", "no payment".
    fn adjectives(&mut self, noun: u32) {
        for child in self.tree.children(noun) {
            // "a meeting that was canceled"
            if matches!(self.tree.dep(child), "relcl" | "acl")
                && self.words.verbs.get(self.tree.lemma(child)) == Some(&LinkStance::Failed)
            {
                self.set(LinkStance::Failed, child);
            }
            let own = self.words.adjectives.get(self.tree.lemma(child));
            if let Some(&stance) = own.filter(|_| self.tree.dep(child) == "amod") {
                self.set(stance, child);
            }
            if matches!(self.tree.dep(child), "det" | "neg" | "preconj")
                && self.has(&self.words.negation, child)
            {
                self.set(LinkStance::Denies, child);
            }
        }
    }

    /// From a noun up to the verb that governs it, by way of "evidence of", "plan for".
    fn noun(&mut self, noun: u32) -> Option<u32> {
        let mut at = noun;
        let path: Vec<u32> = self.tree.upward(noun).skip(1).collect();
        let mut preposition = None;
        for above in path {
            if self.tree.is_verb(above) {
                let is_governed = match preposition {
                    None => !matches!(self.tree.dep(at), "npadvmod" | "ccomp"),
                    Some(preposition) => {
                        matches!(self.tree.lemma(preposition), "for" | "of" | "to")
                    }
                };
                if !is_governed {
                    return None;
                }
                self.governed(above, at);
                return Some(above);
            }
            if self.tree.pos(above) == "ADP" {
                preposition = Some(above);
                if self.tree.lemma(above) == "without" {
                    self.set(LinkStance::Denies, above);
                }
            }
            if self.tree.is_noun(above) {
                self.noun_above(above);
                preposition = None;
                at = above;
            }
        }
        None
    }

    fn noun_above(&mut self, above: u32) {
        if self.has(&self.words.evidence, above) {
            if self.is_missing(above) {
                self.set(LinkStance::NoEvidence, above);
            }
        } else if let Some(&stance) = self.words.nouns.get(self.tree.lemma(above)) {
            self.attempted |= self.has(&self.words.attempt_nouns, above);
            self.set(stance, above);
        }
        self.adjectives(above);
    }

    /// "no evidence", "have yet to find a trace", "found no proof".
    fn is_missing(&self, noun: u32) -> bool {
        let own = self
            .tree
            .children(noun)
            .any(|child| self.has(&self.words.negation, child));
        let mut above = self.tree.upward(noun).skip(1).take(3);
        own || above.any(|verb| {
            let below = self.tree.children(verb);
            self.tree.is_verb(verb)
                && (self.is_negated(verb)
                    || below
                        .into_iter()
                        .any(|child| self.tree.lemma(child) == "yet"))
        })
    }

    /// "denied the payment", "sought a meeting".
    fn governed(&mut self, verb: u32, noun: u32) {
        if !matches!(self.tree.dep(noun), "dobj" | "nsubjpass" | "pobj") {
            return;
        }
        self.verb_above(verb);
    }

    /// The effect of a verb on what it governs.
    fn verb_above(&mut self, verb: u32) {
        let lemma = self.tree.lemma(verb);
        self.attempted |= self.has(&self.words.attempt_verbs, verb);
        if let Some(&stance) = self.words.verbs.get(lemma) {
            let was_plain = self.worded.stance == LinkStance::Asserts;
            self.set(stance, verb);
            if was_plain
                && matches!(
                    stance,
                    LinkStance::Denies | LinkStance::Alleges | LinkStance::Disputes
                )
            {
                self.worded.reported = true;
            }
        }
    }

    /// From the verb of the tie up through the verbs that govern it.
    fn climb(&mut self, verb: u32) {
        let mut at = verb;
        let path: Vec<u32> = self.tree.upward(verb).collect();
        self.own_words(verb);
        for &above in &path[1.min(path.len())..] {
            if self.tree.is_parted(at, above) {
                return;
            }
            let relation = self.tree.dep(at);
            let goes_on = match relation {
                "xcomp" | "pcomp" | "prep" | "acl" | "dobj" | "pobj" | "oprd" => true,
                "ccomp" => !self.is_spoken_of(above),
                "conj" => self.shares_auxiliary(at, above),
                "acomp" => true,
                "advcl" => self.is_purpose(at, above),
                _ => false,
            };
            if !goes_on {
                return;
            }
            if self.tree.is_verb(above) || self.tree.pos(above) == "ADJ" {
                if relation != "conj" {
                    self.verb_above(above);
                }
                self.own_words(above);
            } else if self.tree.is_noun(above) {
                if relation == "acl" && self.tree.tag(at) != "VB" {
                    return;
                }
                self.noun_above(above);
            }
            at = above;
        }
    }

    /// Verbs of saying without an effect of their own leave what they govern as it is, even negated.
    fn is_spoken_of(&mut self, above: u32) -> bool {
        let known = self.words.verbs.contains_key(self.tree.lemma(above));
        if !known && self.is_negated(above) && !self.has(&self.words.factive, above) {
            self.set(LinkStance::Unclear, above);
        }
        !known
    }

    /// "flew there to meet B", "a need for A to pay": what is only aimed at.
    fn is_purpose(&mut self, verb: u32, above: u32) -> bool {
        let is_infinitive = self
            .tree
            .children(verb)
            .any(|child| self.tree.dep(child) == "aux" && self.tree.tag(child) == "TO");
        if is_infinitive {
            self.set(LinkStance::Hypothetical, above);
        }
        is_infinitive
    }

    /// "will resign and sue": the second verb has what the first has.
    fn shares_auxiliary(&self, verb: u32, first: u32) -> bool {
        self.tree.is_verb(first)
            && self.tree.tag(verb) == "VB"
            && self
                .tree
                .child(verb, &["nsubj", "nsubjpass", "aux"])
                .is_none()
    }

    /// Negation, modals and conjunctions of one clause.
    fn own_words(&mut self, verb: u32) {
        let modal = self.tree.children(verb).find(|&child| {
            matches!(self.tree.dep(child), "aux")
                && self.tree.tag(child) == "MD"
                && self
                    .words
                    .modals
                    .iter()
                    .any(|word| word == &self.tree.word(child).to_lowercase())
        });
        let is_negated = self.is_negated(verb);
        if let Some(modal) = modal {
            if is_negated && matches!(self.tree.lemma(modal), "will" | "would" | "wo") {
                self.set(LinkStance::Failed, modal);
            } else {
                self.set(LinkStance::Hypothetical, modal);
            }
        }
        if is_negated && modal.is_none() && !self.negated {
            self.negated = true;
            self.set(LinkStance::Denies, verb);
        }
        for child in self.tree.children(verb) {
            let own = self.words.marks.get(self.tree.lemma(child));
            if let Some(&stance) = own.filter(|_| self.tree.dep(child) == "mark") {
                self.set(stance, child);
            }
        }
    }

    fn is_negated(&self, verb: u32) -> bool {
        self.tree
            .children(verb)
            .any(|child| match self.tree.dep(child) {
                "neg" => true,
                "preconj" | "advmod" | "det" => self.has(&self.words.negation, child),
                "nsubj" | "nsubjpass" => {
                    self.has(&self.words.negation, child)
                        || self.tree.children(child).any(|below| {
                            matches!(self.tree.dep(below), "det" | "preconj" | "neg")
                                && self.has(&self.words.negation, below)
                        })
                }
                "dobj" | "attr" => self
                    .tree
                    .children(child)
                    .any(|below| self.tree.dep(below) == "det" && self.tree.lemma(below) == "no"),
                _ => false,
            })
    }

    /// Whether the sentence goes on to say that what was sought was refused.
    fn is_refused(&self, anchor: u32) -> bool {
        let mut n_words = 0;
        let first = (0..anchor)
            .rev()
            .take(MOST_WORDS)
            .find(|&at| self.tree.token(at + 1).starts_sentence);
        let start = first.map_or(anchor.saturating_sub(MOST_WORDS as u32), |at| at + 1);
        let mut end = anchor + 1;
        while end < self.tree.len() && !self.tree.token(end).starts_sentence && n_words < MOST_WORDS
        {
            end += 1;
            n_words += 1;
        }
        let text = self.tree.words(start..end).to_lowercase();
        self.words
            .failure_phrases
            .iter()
            .any(|phrase| text.contains(phrase.as_str()))
            || (anchor + 1..end)
                .any(|at| self.tree.is_verb(at) && self.has(&self.words.refusals, at))
    }
}

/// Whether a noun hangs on the verb that states the tie, or on a preposition of it.
fn verb_carries(tree: &Tree<'_>, noun: u32, verb: u32) -> bool {
    tree.is_noun(noun) && tree.upward(noun).skip(1).take(2).any(|above| above == verb)
}

/// Words of a sentence in which a refusal is looked for, on either side.
const MOST_WORDS: usize = 60;

/// Which statement holds each word.
pub(crate) struct Holders<'a> {
    statements: &'a [Statement],
    /// Of each segment the innermost statement of each word.
    at: Vec<Vec<u32>>,
}

impl<'a> Holders<'a> {
    pub(crate) fn new(document: &Document<'_>, statements: &'a [Statement]) -> Self {
        let lengths = document.segments.iter();
        let mut at: Vec<Vec<u32>> = lengths
            .map(|segment| vec![NONE; segment.annotated.tokens().len()])
            .collect();
        let length = |number: &u32| -> u32 {
            statements[*number as usize]
                .content
                .iter()
                .map(|place| place.span.len())
                .sum()
        };
        let mut order: Vec<u32> = (0..statements.len() as u32).collect();
        order.sort_by_key(|number| (std::cmp::Reverse(length(number)), *number));
        for number in order {
            for place in &statements[number as usize].content {
                let Some(segment) = document.segments.get(place.segment as usize) else {
                    continue;
                };
                let words = segment.tokens(place.span);
                let words = words.start as usize..words.end as usize;
                if let Some(held) = at[place.segment as usize].get_mut(words) {
                    held.fill(number);
                }
            }
        }
        Self { statements, at }
    }

    /// The statement that holds a word of a segment.
    pub(crate) fn holder(&self, segment: u32, word: u32) -> Option<u32> {
        let held = *self.at.get(segment as usize)?.get(word as usize)?;
        (held != NONE).then_some(held)
    }

    /// The statement to which a tie that is taken as known belongs: what the writer adds in passing
    /// inside of somebody's reported words is not what that somebody denies or alleges.
    pub(crate) fn holder_of_known(&self, segment: u32, word: u32) -> Option<u32> {
        let mut holder = self.holder(segment, word);
        for _ in 0..self.statements.len().min(16) {
            let statement = &self.statements[holder? as usize];
            let is_plain = matches!(statement.stance, Stance::Asserts | Stance::Confirms);
            if is_plain || statement.manner == Manner::Direct {
                return holder;
            }
            holder = statement
                .parent
                .filter(|&parent| (parent as usize) < self.statements.len());
        }
        None
    }

    /// The stance of a tie, `None` where there is no tie: by the statement that holds it and its own words.
    pub(crate) fn stance(&self, holder: Option<u32>, worded: Worded) -> Option<LinkStance> {
        let Some(statement) = holder.and_then(|number| self.statements.get(number as usize)) else {
            return Some(worded.stance);
        };
        let said = match statement.stance {
            Stance::Confirms | Stance::Asserts => LinkStance::Asserts,
            Stance::Alleges => LinkStance::Alleges,
            Stance::Denies | Stance::Retracts => LinkStance::Denies,
            Stance::Disputes => LinkStance::Disputes,
            Stance::ReportsNoEvidence => LinkStance::NoEvidence,
            Stance::Hypothetical => LinkStance::Hypothetical,
            Stance::Asks => LinkStance::Asked,
            Stance::DeclinesComment => return None,
        };
        let own = if worded.reported && said != LinkStance::Asserts {
            LinkStance::Asserts
        } else {
            worded.stance
        };
        Some(match (said, own) {
            (said, LinkStance::Asserts) => said,
            (LinkStance::Asserts | LinkStance::Alleges, own) => own,
            (LinkStance::Hypothetical, own @ (LinkStance::Failed | LinkStance::Denies)) => own,
            (said, _) => said,
        })
    }
}
