//! Ties that a noun for somebody's role states: "A, the chairman of B", "B's chairman, A", "Acme CEO A".

use std::ops::Range;

use onrecord_statements::entities::EntityKind;

use super::clause::{Clause, after};
use super::ends::Ends;
use super::found::{Found, pairs};
use super::lexicon::{Holder, Kinds, Role, Slot, lexicon};

/// Roles joined by "and" that share holder or organization ("chairman and chief executive of B").
const MOST_JOINED: usize = 4;
/// Words of a role as it is shown.
const MOST_WORDS: u32 = 12;

/// Who bears a role, and through which verb the text says so; `None` where it is taken as known.
struct Bearer {
    mentions: Vec<u32>,
    verb: Option<u32>,
    ends: bool,
}

/// Finds the ties of a noun.
pub(crate) fn roles_at(ends: Ends<'_>, noun: u32, found: &mut Vec<Found>) {
    if !ends.tree.is_noun(noun) {
        return;
    }
    let entries = lexicon()
        .roles
        .get(ends.tree.lemma(noun))
        .map_or(&[][..], Vec::as_slice);
    let names_itself = entries.iter().any(|role| role.at.contains(&Slot::Itself));
    let is_in_name = |name| {
        let is_group = names_itself && ends.kind(name) == Some(EntityKind::Group);
        !is_group && is_no_title(ends, name, noun)
    };
    if ends.name(noun).is_some_and(is_in_name) {
        return;
    }
    let fits = |role: &&Role| precedes(ends, noun, &role.before);
    let Some(longest) = entries.iter().find(fits).map(|role| role.before.len()) else {
        let at = RoleNoun {
            ends,
            noun,
            phrase: phrase(ends, noun),
        };
        found.extend(at.links_by_ending(entries.is_empty()).into_iter().flatten());
        return;
    };
    let head = governing(ends, noun - longest as u32..noun + 1);
    let at = RoleNoun {
        ends,
        noun: head,
        phrase: phrase(ends, head).start..noun + 1,
    };
    let by_word = entries
        .iter()
        .filter(fits)
        .filter(|role| role.before.len() == longest);
    let links = by_word
        .map(|role| at.links(role))
        .find(|links| !links.is_empty());
    found.extend(links.into_iter().flatten());
}

/// The noun that governs a phrase: "chief" of "chief of staff".
fn governing(ends: Ends<'_>, words: Range<u32>) -> u32 {
    let is_outside = |at: u32| ends.tree.head(at).is_none_or(|head| !words.contains(&head));
    let last = words.end - 1;
    words
        .clone()
        .find(|&at| ends.tree.is_noun(at) && is_outside(at))
        .filter(|_| words.clone().any(|at| ends.tree.pos(at) == "ADP"))
        .unwrap_or(last)
}

/// A word inside of a name is no title, save the first of a person's ("Senator Anna Berg").
fn is_no_title(ends: Ends<'_>, name: u32, noun: u32) -> bool {
    let words = ends.words(name);
    ends.kind(name) != Some(EntityKind::Person) || words.start != noun || words.len() < 2
}

fn precedes(ends: Ends<'_>, noun: u32, before: &[String]) -> bool {
    let start = noun.checked_sub(before.len() as u32);
    start.is_some_and(|start| {
        before
            .iter()
            .zip(start..)
            .all(|(word, at)| ends.tree.word(at).to_lowercase() == *word)
    })
}

/// The noun with the words before it that belong to it: "interim finance director".
fn phrase(ends: Ends<'_>, noun: u32) -> Range<u32> {
    let mut start = noun;
    while let Some(before) = start.checked_sub(1) {
        let tree = ends.tree;
        let is_part = matches!(tree.pos(before), "ADJ" | "NOUN" | "PROPN")
            || tree.word(before) == "-" && matches!(tree.pos(noun), "NOUN" | "PROPN")
            || tree.pos(before) == "VERB" && tree.dep(before) == "amod";
        let is_own =
            tree.upward(before).any(|at| at == noun) || tree.head(before) == tree.head(noun);
        if !is_part || !is_own || ends.name(before).is_some() || noun - before > MOST_WORDS {
            break;
        }
        start = before;
    }
    start..noun + 1
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

struct RoleNoun<'a> {
    ends: Ends<'a>,
    noun: u32,
    phrase: Range<u32>,
}

impl RoleNoun<'_> {
    /// A common noun that only its ending shows to be somebody's role, beside a person's name.
    fn links_by_ending(&self, is_unknown: bool) -> Option<Vec<Found>> {
        let tree = self.ends.tree;
        let is_beside = matches!(tree.dep(self.noun), "appos" | "attr" | "compound" | "nmod");
        if !is_unknown || !is_beside || tree.pos(self.noun) != "NOUN" {
            return None;
        }
        let lemma = tree.lemma(self.noun);
        if lexicon().no_roles.iter().any(|word| word == lemma) {
            return None;
        }
        let ending = lexicon()
            .role_endings
            .iter()
            .find(|(ending, _)| lemma.ends_with(ending.as_str()));
        ending.map(|(_, role)| self.links(role))
    }

    fn links(&self, role: &Role) -> Vec<Found> {
        let (holder_kinds, other_kinds) = match role.holder {
            Holder::From => (role.from_kinds, role.to_kinds),
            Holder::To => (role.to_kinds, role.from_kinds),
        };
        let Some(bearer) = self.bearer(self.noun, holder_kinds, 0) else {
            return Vec::new();
        };
        let mut others = self.others(role, other_kinds, &bearer.mentions);
        let mut kind = role.kind;
        let adjective = others
            .is_empty()
            .then(|| self.by_adjective(role, other_kinds));
        let adjective = adjective.flatten();
        others.extend(adjective.map(|(_, mention)| mention));
        if others.is_empty() && lexicon().types[role.kind].symmetric && bearer.verb.is_some() {
            return self.each_other(&bearer, role);
        }
        let leads_a_part =
            || self.leads_a_part(other_kinds, &others) || self.has_part_before(role, &others);
        if let Some(part) = role.of_part.filter(|_| leads_a_part()) {
            kind = part;
        }
        // "a California official": the description says no more than itself.
        if bearer
            .mentions
            .iter()
            .any(|&bearer| self.ends.is_unnamed(bearer))
        {
            others.retain(|&other| self.ends.kind(other) != Some(EntityKind::Place));
        }
        others.truncate(MOST_WORDS as usize);
        let links = pairs(self.ends, &bearer.mentions, &others).into_iter();
        links
            .map(|(holder, other)| {
                let (from, to) = match role.holder {
                    Holder::From => (holder, other),
                    Holder::To => (other, holder),
                };
                let found = self.found(kind, from, to, &bearer);
                Found {
                    adjective: adjective.map(|(word, _)| word),
                    ..found
                }
            })
            .collect()
    }

    fn found(&self, kind: usize, from: u32, to: u32, bearer: &Bearer) -> Found {
        Found {
            kind,
            from,
            to,
            anchor: self.noun,
            verb: bearer.verb,
            adjective: None,
            words: self.shown(),
            role: Some(self.role()),
            ends: bearer.ends,
            needs: None,
        }
    }

    /// "A and B are brothers."
    fn each_other(&self, bearer: &Bearer, role: &Role) -> Vec<Found> {
        let Some((&first, rest)) = bearer.mentions.split_first() else {
            return Vec::new();
        };
        if self.ends.tree.tag(self.noun) != "NNS" {
            return Vec::new();
        }
        pairs(self.ends, &[first], rest)
            .into_iter()
            .map(|(from, to)| self.found(role.kind, from, to, bearer))
            .collect()
    }

    /// The role in the words of the text, without the rest of a word that was cut in two ("17-year-old").
    fn role(&self) -> String {
        let words = self.ends.tree.words(self.shown());
        match words.strip_prefix('-') {
            Some(rest) => rest.split_once(' ').map_or(rest, |(_, role)| role),
            None => words,
        }
        .to_owned()
    }

    /// "head of client services": the words as far as they name no entity.
    fn shown(&self) -> Range<u32> {
        let tree = self.ends.tree;
        let part = after(tree, self.noun, "of").filter(|&of| of > self.noun);
        let own_end = self.phrase.end;
        let end = match part {
            Some(of) if of < own_end => own_end,
            Some(of) if self.ends.mention(of).is_none() && of - self.noun < MOST_WORDS => {
                let has_name = (self.noun..=of).any(|at| self.ends.name(at).is_some());
                if has_name { own_end } else { of + 1 }
            }
            _ => own_end,
        };
        self.phrase.start..end
    }

    /// "the Ukrainian president", "the Democratic candidate": the adjective, and what it stands for.
    fn by_adjective(&self, role: &Role, kinds: Kinds) -> Option<(u32, u32)> {
        let adjectives = &lexicon().adjectives;
        let words = self.phrase.start.saturating_sub(1)..self.noun;
        let fits = |&(_, mention): &(u32, u32)| self.is_of(mention, kinds);
        let known = |table, words: Range<u32>| {
            let mut found = words.filter_map(|word| {
                let mention = self.ends.of_adjective(word, table)?;
                Some((word, mention)).filter(fits)
            });
            found.next()
        };
        role.at.iter().find_map(|slot| match slot {
            Slot::Compound => known(&adjectives.countries, words.clone()),
            Slot::Party => known(&adjectives.parties, words.clone()),
            Slot::Itself => known(&adjectives.parties, self.noun..self.noun + 1),
            _ => None,
        })
    }

    /// Whether what it leads is a part of the organization, not the whole.
    fn leads_a_part(&self, kinds: Kinds, others: &[u32]) -> bool {
        let part = ["of", "for"].iter();
        let part = part
            .filter_map(|word| after(self.ends.tree, self.noun, word))
            .next();
        let Some(of) = part else {
            return false;
        };
        !matches!(
            self.ends.tree.lemma(of),
            "board" | "party" | "company" | "group" | "organization"
        ) && !self
            .ends
            .of_phrase(of)
            .iter()
            .any(|&mention| self.is_of(mention, kinds) && others.contains(&mention))
    }

    /// "police chief", "research director": a noun before the role says which part.
    fn has_part_before(&self, role: &Role, others: &[u32]) -> bool {
        let tree = self.ends.tree;
        let roles = &lexicon().roles;
        let end = self.phrase.end.saturating_sub(1 + role.before.len() as u32);
        let place = |at: u32| {
            let name = self.ends.name(at)?;
            (self.ends.kind(name) == Some(EntityKind::Place)).then_some(name)
        };
        // "Asia director": unless it is the place's own ("the Port Dorn fire chief").
        let region = self.phrase.start.checked_sub(1).and_then(place);
        if role.part_before && region.is_some_and(|region| !others.contains(&region)) {
            return true;
        }
        role.part_before
            && (self.phrase.start..end).any(|at| {
                matches!(tree.pos(at), "NOUN" | "PROPN")
                    && !roles.contains_key(tree.lemma(at))
                    && !lexicon()
                        .carriers
                        .whole
                        .iter()
                        .any(|word| word == tree.lemma(at))
            })
    }

    fn is_of(&self, mention: u32, kinds: Kinds) -> bool {
        self.ends.kind(mention).is_some_and(|kind| kinds.has(kind))
    }

    fn fitting(&self, word: u32, kinds: Kinds) -> Vec<u32> {
        // A heading above is no part of the sentence.
        if self.ends.tree.is_parted(word, self.noun) {
            return Vec::new();
        }
        let mut found = self.ends.of_phrase(word);
        found.retain(|&mention| self.is_of(mention, kinds));
        found
    }

    /// Whoever bears the role of a noun.
    fn bearer(&self, noun: u32, kinds: Kinds, depth: usize) -> Option<Bearer> {
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

    /// What the role is held at.
    fn others(&self, role: &Role, kinds: Kinds, bearers: &[u32]) -> Vec<u32> {
        let tree = self.ends.tree;
        let joined = tree.children(self.noun).find(|&child| {
            tree.dep(child) == "conj"
                && lexicon().roles.contains_key(tree.lemma(child))
                // "the president and the leaders in the House" are not one.
                && tree.child(child, &["det", "poss"]).is_none()
                && tree.tag(child) == tree.tag(self.noun)
        });
        for noun in [Some(self.noun), joined].into_iter().flatten() {
            for slot in &role.at {
                let mut found = self.at(noun, slot, kinds, bearers);
                found.retain(|mention| !bearers.contains(mention));
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    fn at(&self, noun: u32, slot: &Slot, kinds: Kinds, bearers: &[u32]) -> Vec<u32> {
        let tree = self.ends.tree;
        match slot {
            Slot::Poss => {
                let titled = bearers.first().map(|&bearer| self.ends.words(bearer));
                let of_name = titled
                    .filter(|words| words.start == noun + 1)
                    .and_then(|mut words| words.find_map(|at| tree.child(at, &["poss"])))
                    .filter(|&poss| poss < noun);
                let poss = tree
                    .child(noun, &["poss"])
                    .or(of_name)
                    .or_else(|| self.has(noun));
                poss.map_or_else(Vec::new, |poss| self.fitting(poss, kinds))
            }
            Slot::Compound => self.before_phrase(noun, kinds),
            Slot::Prep(preposition) => self.after_preposition(noun, preposition, kinds),
            _ => Vec::new(),
        }
    }

    /// "B has its own treasurer (A)".
    fn has(&self, noun: u32) -> Option<u32> {
        let tree = self.ends.tree;
        let verb = tree.head(noun).filter(|_| tree.dep(noun) == "dobj")?;
        (tree.lemma(verb) == "have" && tree.child(noun, &["poss"]).is_some())
            .then(|| Clause::new(tree, verb).subject())
            .flatten()
    }

    fn after_preposition(&self, noun: u32, preposition: &str, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        let next = noun + 1;
        let beside = (next < tree.len() && tree.lemma(next) == preposition)
            .then(|| tree.child(next, &["pobj"]))
            .flatten();
        // "President A of Corrow": the preposition hangs on the name.
        let name = self.ends.name(next).filter(|_| preposition == "of");
        let behind_name = name.and_then(|name| {
            let mut words = self.ends.words(name);
            let is_next = words.end < tree.len() && tree.lemma(words.end) == preposition;
            words.find_map(|at| after(tree, at, preposition).filter(|_| is_next))
        });
        let places = [after(tree, noun, preposition), beside, behind_name];
        let direct = places
            .into_iter()
            .flatten()
            .map(|word| self.fitting(word, kinds));
        if let Some(found) = direct.into_iter().find(|found| !found.is_empty()) {
            return found;
        }
        self.by_way_of_a_part(noun, preposition, kinds)
    }

    /// "head of sales at B", "member of B's board": what stands between is a part of B.
    fn by_way_of_a_part(&self, noun: u32, preposition: &str, kinds: Kinds) -> Vec<u32> {
        let tree = self.ends.tree;
        for way in ["of", "for", "in", "on"] {
            let Some(part) =
                after(tree, noun, way).filter(|&part| self.ends.mention(part).is_none())
            else {
                continue;
            };
            let mut found = after(tree, part, preposition)
                .map_or_else(Vec::new, |word| self.fitting(word, kinds));
            if found.is_empty()
                && way == preposition
                && lexicon()
                    .carriers
                    .parts
                    .iter()
                    .any(|word| word == tree.lemma(part))
            {
                let owner = tree.child(part, &["poss", "compound", "nmod"]);
                found = owner.map_or_else(Vec::new, |owner| self.fitting(owner, kinds));
            }
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// "Acme chief executive": the name right before the phrase.
    fn before_phrase(&self, noun: u32, kinds: Kinds) -> Vec<u32> {
        let start = if noun == self.noun {
            self.phrase.start
        } else {
            phrase(self.ends, noun).start
        };
        let before = |at: u32| at.checked_sub(1).and_then(|at| self.ends.name(at));
        // "the Corrow-based president": where the one is, not what of.
        if self.ends.tree.word(start).starts_with('-') {
            return Vec::new();
        }
        let nearest = before(start);
        // "the Harbor Trust Corrow adviser": what it is about stands between.
        let is_place = |&name: &u32| self.ends.kind(name) == Some(EntityKind::Place);
        let farther = nearest
            .filter(is_place)
            .and_then(|name| before(self.ends.words(name).start));
        let mut names = [nearest, farther].into_iter().flatten();
        let fits = |&name: &u32| self.is_of(name, kinds);
        names.find(fits).into_iter().collect()
    }
}
