//! Who does what to whom: the parts of the clause around a verb, in any voice.

use super::lexicon::lexicon;
use super::tree::{MOST_STEPS, Tree};

/// Clauses that a missing subject is looked for in.
const MOST_CLAUSES: usize = 4;

/// A verb with what fills its places.
pub(crate) struct Clause<'a> {
    tree: &'a Tree<'a>,
    pub(crate) verb: u32,
    pub(crate) passive: bool,
}

impl<'a> Clause<'a> {
    pub(crate) fn new(tree: &'a Tree<'a>, verb: u32) -> Self {
        Self {
            tree,
            verb,
            passive: is_passive(tree, verb),
        }
    }

    /// Who does it: the subject, in the passive the one after "by".
    pub(crate) fn subject(&self) -> Option<u32> {
        if self.passive {
            return self.agent();
        }
        self.surface_subject(0)
    }

    /// Whom it is done to.
    pub(crate) fn object(&self) -> Option<u32> {
        if self.passive {
            return self.surface_subject(0);
        }
        let own = self.tree.child(self.verb, &["dobj"]);
        own.or_else(|| self.relative_object())
    }

    /// The indirect object ("paid **her** a fee").
    pub(crate) fn dative(&self) -> Option<u32> {
        let dative = self.tree.child(self.verb, &["dative"])?;
        if self.tree.pos(dative) == "ADP" {
            return self.tree.child(dative, &["pobj"]);
        }
        Some(dative)
    }

    /// What stands after a preposition that belongs to the verb or to its object.
    pub(crate) fn after(&self, preposition: &str) -> Option<u32> {
        let object = self.tree.child(self.verb, &["dobj", "attr", "oprd"]);
        let after = |word: u32| after(self.tree, word, preposition);
        after(self.verb).or_else(|| object.and_then(after))
    }

    fn agent(&self) -> Option<u32> {
        let by = self.tree.children(self.verb).find(|&child| {
            matches!(self.tree.dep(child), "agent" | "prep") && self.tree.lemma(child) == "by"
        })?;
        self.tree.child(by, &["pobj"])
    }

    /// The subject as it stands there, or as it is understood.
    fn surface_subject(&self, depth: usize) -> Option<u32> {
        let own = self.tree.child(self.verb, &["nsubj", "nsubjpass"]);
        let own = own.or_else(|| self.name_before());
        if own.is_some() || depth > MOST_CLAUSES {
            return own;
        }
        let head = self.tree.head(self.verb)?;
        let above = || Clause::new(self.tree, head);
        match self.tree.dep(self.verb) {
            "conj" if self.tree.is_verb(head) => {
                let above = above();
                (above.passive == self.passive || !above.passive || !self.passive)
                    .then(|| above.surface_subject(depth + 1))
                    .flatten()
            }
            "xcomp" | "advcl" | "ccomp" if self.tree.is_verb(head) => {
                if self.tree.dep(self.verb) == "ccomp" && !self.is_nonfinite() {
                    return None;
                }
                self.controlled(head, depth)
            }
            "pcomp" => {
                let verb = self.tree.head(head)?;
                self.tree
                    .is_verb(verb)
                    .then(|| self.controlled(verb, depth))
                    .flatten()
            }
            "acl" => {
                // "the plan to pay": the noun does not pay.
                let to = self.tree.child(self.verb, &["aux"]);
                if to.is_some_and(|to| self.tree.tag(to) == "TO") {
                    // "A's attempt to pay"
                    return self.tree.child(head, &["poss"]);
                }
                Some(head)
            }
            "relcl" => None,
            _ => None,
        }
    }

    /// A name right before a finite verb, which a heading before it has drawn away.
    fn name_before(&self) -> Option<u32> {
        let tree = self.tree;
        let before = self.verb.checked_sub(1)?;
        let is_finite = matches!(tree.tag(self.verb), "VBD" | "VBZ");
        let is_free = matches!(tree.dep(before), "pobj" | "dobj" | "ROOT" | "appos" | "dep");
        (is_finite
            && is_free
            && tree.pos(before) == "PROPN"
            && matches!(tree.dep(self.verb), "conj" | "ROOT"))
        .then_some(before)
    }

    /// Subject of a verb without one of its own below another.
    fn controlled(&self, above: u32, depth: usize) -> Option<u32> {
        let clause = Clause::new(self.tree, above);
        // "called on A to pay"
        if self.tree.lemma(above) == "call"
            && let Some(asked) = after(self.tree, above, "on")
        {
            return Some(asked);
        }
        if lexicon().carriers.controls(self.tree.lemma(above))
            && self.tree.dep(self.verb) != "advcl"
        {
            if clause.passive {
                return clause.surface_subject(depth + 1);
            }
            if let Some(object) = self.tree.child(above, &["dobj", "dative"]) {
                return Some(object);
            }
        }
        clause.surface_subject(depth + 1)
    }

    fn is_nonfinite(&self) -> bool {
        matches!(self.tree.tag(self.verb), "VB" | "VBG" | "VBN")
    }

    /// "the firm that the campaign hired": the noun above is the object.
    fn relative_object(&self) -> Option<u32> {
        if self.tree.dep(self.verb) != "relcl" {
            return None;
        }
        let subject = self.tree.child(self.verb, &["nsubj"])?;
        if matches!(self.tree.tag(subject), "WP" | "WDT") {
            return None;
        }
        self.tree.head(self.verb)
    }
}

/// What stands after a preposition that hangs on a word; nested ones too ("out of", "up with").
pub(crate) fn after(tree: &Tree<'_>, word: u32, preposition: &str) -> Option<u32> {
    for child in tree.children(word) {
        if !matches!(
            tree.dep(child),
            "prep" | "dative" | "agent" | "prt" | "advmod"
        ) {
            continue;
        }
        let own = || tree.child(child, &["pobj"]);
        if let Some(object) = (tree.lemma(child) == preposition).then(own).flatten() {
            return Some(object);
        }
        // "according to" is no way to somebody.
        if tree.tag(child) == "VBG" {
            continue;
        }
        let nested = tree
            .children(child)
            .find(|&at| tree.dep(at) == "prep" && tree.lemma(at) == preposition);
        if let Some(object) = nested.and_then(|at| tree.child(at, &["pobj"])) {
            return Some(object);
        }
    }
    None
}

fn is_passive(tree: &Tree<'_>, verb: u32) -> bool {
    if tree.child(verb, &["auxpass", "nsubjpass"]).is_some() {
        return true;
    }
    if tree.tag(verb) != "VBN" || tree.child(verb, &["aux"]).is_some() {
        return false;
    }
    match tree.dep(verb) {
        "acl" | "advcl" | "amod" => true,
        "conj" => tree.head(verb).is_some_and(|head| {
            tree.is_verb(head) && tree.child(head, &["auxpass"]).is_some()
                || tree.dep(head) == "acl"
        }),
        _ => false,
    }
}

/// The verb whose clause a word is in; the word itself where it is a verb.
pub(crate) fn verb_above(tree: &Tree<'_>, word: u32) -> Option<u32> {
    tree.upward(word)
        .take(MOST_STEPS)
        .find(|&at| tree.is_verb(at))
}
