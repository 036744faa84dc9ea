//! Who bears a role: by a verb, an apposition, a title, a comma.

use super::{MOST_JOINED, MOST_WORDS, RoleNoun};
use crate::text::clause::{Clause, after};
use crate::text::ends::Ends;
use crate::text::lexicon::{Kinds, lexicon};
use onrecord_statements::entities::EntityKind;

/// Who bears a role, and through which verb the text says so; `None` where it is taken as known.
pub(super) struct Bearer {
    pub(super) mentions: Vec<u32>,
    pub(super) verb: Option<u32>,
    pub(super) ends: bool,
}

/// Back over "(R-TX)" before a comma.
fn skip_parenthesis(ends: Ends<'_>, comma: u32) -> u32 {
    let is_closed = comma
        .checked_sub(1)
        .is_some_and(|at| ends.tree.word(at) == ")");
    let opened = (comma.saturating_sub(8)..comma)
        .rev()
        .find(|&at| ends.tree.word(at) == "(");
    opened.filter(|_| is_closed).unwrap_or(comma)
}

impl RoleNoun<'_> {
    /// Whoever bears the role of a noun.
    pub(super) fn bearer(&self, noun: u32, kinds: Kinds, depth: usize) -> Option<Bearer> {
        let known = |mentions: Vec<u32>| Bearer {
            mentions,
            verb: None,
            ends: false,
        };
        let stated = self.by_verb(noun, kinds);
        if stated.is_some() {
            return stated;
        }
        let ways: [&dyn Fn() -> Vec<u32>; 6] = [
            &|| self.beside(noun, kinds),
            &|| self.titled(noun, kinds),
            &|| self.named_after(noun, kinds),
            &|| self.before_comma(noun, kinds),
            &|| self.joined_to(noun, kinds),
            &|| self.itself(noun, kinds),
        ];
        if let Some(mentions) = ways.iter().map(|way| way()).find(|found| !found.is_empty()) {
            return Some(known(mentions));
        }
        let tree = self.ends.tree;
        let above = tree.head(noun).filter(|_| tree.dep(noun) == "conj")?;
        (depth < MOST_JOINED && tree.is_noun(above) && self.ends.mention(above).is_none())
            .then(|| self.bearer(above, kinds, depth + 1))
            .flatten()
    }

    /// "A is a director", "A was named director", "A worked as a lawyer", "The director is A".
    fn by_verb(&self, noun: u32, kinds: Kinds) -> Option<Bearer> {
        let tree = self.ends.tree;
        let carriers = &lexicon().carriers;
        let head = tree.head(noun)?;
        let has = |list: &[String], verb: u32| list.iter().any(|word| word == tree.lemma(verb));
        let bearer = |word: Option<u32>, verb: u32| {
            let mentions = self.fitting(word?, kinds);
            (!mentions.is_empty()).then(|| Bearer {
                mentions,
                verb: Some(verb),
                ends: has(&carriers.ending, verb),
            })
        };
        let surface = |verb: u32| {
            let clause = Clause::new(tree, verb);
            if clause.passive {
                clause.object()
            } else {
                clause.subject()
            }
        };
        match tree.dep(noun) {
            "attr" | "oprd" | "dobj" | "xcomp" | "ccomp" if has(&carriers.copula, head) => {
                bearer(surface(head), head)
            }
            "attr" | "oprd" | "dobj" | "ccomp" | "xcomp" if has(&carriers.names, head) => {
                bearer(self.named_so(noun, head), head)
            }
            "nsubj" if has(&carriers.copula, head) => bearer(tree.child(head, &["attr"]), head),
            "pobj" if tree.lemma(head) == "as" => {
                let verb = tree.head(head).filter(|&verb| tree.is_verb(verb))?;
                let clause = Clause::new(tree, verb);
                let subject = clause.subject().filter(|&subject| subject > noun);
                if subject.is_some() && !clause.passive {
                    // "As the director of B, A said": taken as known.
                    bearer(subject, verb).map(|known| Bearer {
                        verb: None,
                        ends: false,
                        ..known
                    })
                } else if has(&carriers.as_object, verb) {
                    bearer(clause.object(), verb)
                } else if has(&carriers.as_subject, verb) {
                    bearer(surface(verb), verb)
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// "was elected president", "named A chairman": the one who is named.
    fn named_so(&self, noun: u32, verb: u32) -> Option<u32> {
        let tree = self.ends.tree;
        let clause = Clause::new(tree, verb);
        if clause.passive {
            return clause.object();
        }
        let object = tree.child(verb, &["dobj"]).filter(|&object| object != noun);
        object.or_else(|| tree.child(noun, &["nsubj"]))
    }

    /// "A, the director", "the director, A".
    fn beside(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        let is_above = |&head: &u32| tree.dep(noun) == "appos" && tree.pos(head) != "PRON";
        // "A, the minister of Corrow, a member of the council": Corrow, as likely as A.
        let follows_place = || {
            let comma = self.phrase.start.checked_sub(2)?;
            let is_article = tree.pos(comma + 1) == "DET" && tree.word(comma) == ",";
            let name = self
                .ends
                .name(comma.checked_sub(1)?)
                .filter(|_| is_article)?;
            Some(self.ends.kind(name) == Some(EntityKind::Place))
        };
        if tree.lemma(noun) == "member" && follows_place() == Some(true) {
            return Vec::new();
        }
        let mut above = tree
            .head(noun)
            .filter(is_above)
            .map_or_else(Vec::new, |head| self.fitting(head, kinds));
        if !matches!(tree.tag(noun), "NNS" | "NNPS") {
            above.truncate(1);
        }
        if !above.is_empty() {
            return above;
        }
        let below = tree
            .children(noun)
            .filter(|&child| tree.dep(child) == "appos" && child > noun);
        below
            .chain(self.called(noun))
            .filter_map(|child| self.ends.mention(child))
            .find(|&mention| self.is_of(mention, kinds))
            .into_iter()
            .collect()
    }

    /// "his son, also named A".
    fn called(&self, noun: u32) -> Option<u32> {
        let tree = self.ends.tree;
        let is_naming =
            |&child: &u32| tree.dep(child) == "acl" && matches!(tree.lemma(child), "name" | "call");
        let naming = tree.children(noun).find(is_naming)?;
        tree.child(naming, &["oprd", "dobj"])
    }

    /// "Governor A", "Acme chief executive A".
    fn titled(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let own = self
            .ends
            .name(noun)
            .filter(|&mention| self.is_of(mention, kinds));
        let next = self
            .ends
            .name(noun + 1)
            .filter(|&next| self.ends.words(next).start == noun + 1);
        own.or(next)
            .filter(|&mention| self.is_of(mention, kinds))
            .into_iter()
            .collect()
    }

    /// "its own treasurer (A)", "the chief executive of B, A".
    fn named_after(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        let of = ["of", "for", "to", "at"].into_iter();
        let of = of
            .filter_map(|word| after(tree, noun, word))
            .find(|&of| of > noun);
        let last = of.map_or(noun, |of| {
            self.ends
                .mention(of)
                .map_or(of, |mention| self.ends.words(mention).end - 1)
        });
        let title = self.name_of_title(noun);
        if let Some(name) = title.filter(|&name| self.is_of(name, kinds)) {
            return vec![name];
        }
        if last + 2 >= tree.len() {
            return Vec::new();
        }
        // "President of Pakistan Asif Ali Zardari": a title, by its capital.
        let next = self.ends.name(last + 1).filter(|&next| {
            last > noun && tree.pos(noun) == "PROPN" && self.ends.words(next).start == last + 1
        });
        if let Some(next) = next.filter(|&next| self.is_of(next, kinds)) {
            return vec![next];
        }
        let mark = tree.word(last + 1);
        let Some(name) = self
            .ends
            .name(last + 2)
            .filter(|&name| self.is_of(name, kinds))
        else {
            return Vec::new();
        };
        let head = self.ends.words(name).find(|&at| tree.dep(at) == "appos");
        let is_joined =
            mark == "(" || mark == "," && head.is_some_and(|at| self.ends.is_below(at, noun));
        if is_joined { vec![name] } else { Vec::new() }
    }

    /// "Ambassador to Corrow Anna Berg": the name right behind what a title, by its capital, is of.
    fn name_of_title(&self, noun: u32) -> Option<u32> {
        let tree = self.ends.tree;
        let preposition = noun + 1;
        if preposition + 2 >= tree.len()
            || tree.pos(noun) != "PROPN"
            || !matches!(tree.lemma(preposition), "of" | "to" | "for")
        {
            return None;
        }
        let is_article = tree.pos(preposition + 1) == "DET";
        let of = self.ends.name(preposition + 1 + u32::from(is_article))?;
        let end = self.ends.words(of).end;
        let name = self.ends.name(end)?;
        (self.ends.words(name).start == end).then_some(name)
    }

    /// "A, chief executive of B" where the tree has it otherwise.
    fn before_comma(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        if !matches!(
            tree.dep(noun),
            "appos" | "conj" | "npadvmod" | "dep" | "nmod" | "ROOT" | "attr" | "nsubj"
        ) {
            return Vec::new();
        }
        let mut start = noun;
        while start > 0 && noun - start < MOST_WORDS {
            let before = start - 1;
            if tree.word(before) == "," || tree.word(before) == "(" {
                let before = skip_parenthesis(self.ends, before);
                let name = before.checked_sub(1).and_then(|at| self.ends.name(at));
                return name
                    .filter(|&name| self.is_of(name, kinds))
                    .into_iter()
                    .collect();
            }
            let is_part = matches!(
                tree.pos(before),
                "ADJ" | "NOUN" | "PROPN" | "DET" | "PART" | "PRON"
            ) || tree.word(before) == "-";
            if !is_part {
                break;
            }
            start = before;
        }
        Vec::new()
    }

    /// "A, an adviser to B and a professor at C": the one whom the first description is of.
    fn joined_to(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        let mut above = tree.upward(noun).take(MOST_JOINED).skip(1);
        let first = above
            .next()
            .filter(|&first| tree.dep(noun) == "conj" && tree.is_noun(first));
        let mention = first.and_then(|first| self.ends.mention(first));
        let is_one = |&mention: &u32| {
            let first = self.ends.words(mention).start;
            !self.ends.is_unnamed(mention)
                && self.ends.name(first).is_none()
                && self.is_of(mention, kinds)
        };
        mention.filter(is_one).into_iter().collect()
    }

    /// The description itself stands for somebody who is named elsewhere.
    fn itself(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        self.ends
            .mention(noun)
            .filter(|&mention| self.is_of(mention, kinds) && self.ends.name(noun).is_none())
            .into_iter()
            .collect()
    }
}
