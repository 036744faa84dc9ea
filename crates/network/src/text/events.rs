//! Ties that a verb or a noun for what happened states: "B paid C", "B's payments to C".

use super::clause::{Clause, after};
use super::ends::Ends;
use super::found::{Found, pairs};
use super::lexicon::{Frame, Kinds, Path, Slot, lexicon};

/// Finds the ties of a verb.
pub(crate) fn verb_at(ends: Ends<'_>, verb: u32, found: &mut Vec<Found>) {
    let tree = ends.tree;
    let particle = tree.child(verb, &["prt"]);
    let phrasal = particle.map(|particle| format!("{} {}", tree.lemma(verb), tree.lemma(particle)));
    let lemma = phrasal.as_deref().unwrap_or(tree.lemma(verb));
    let verbs = &lexicon().verbs;
    // The lemmatizer cuts some verbs short: "fined" to "fin".
    let mended = || verbs.get(&format!("{lemma}e"));
    let without_s = || verbs.get(lemma.strip_suffix('s')?);
    let Some(frames) = verbs.get(lemma).or_else(mended).or_else(without_s) else {
        return;
    };
    let at = Verb {
        ends,
        clause: Clause::new(tree, verb),
    };
    for frame in frames {
        found.extend(at.links(frame));
    }
}

/// Finds the ties of a noun for what happened.
pub(crate) fn event_at(ends: Ends<'_>, noun: u32, found: &mut Vec<Found>) {
    let tree = ends.tree;
    let Some(frames) = lexicon().events.get(tree.lemma(noun)) else {
        return;
    };
    if !tree.is_noun(noun) || ends.name(noun).is_some() {
        return;
    }
    let at = Event {
        ends,
        noun,
        carrier: carrier(ends, noun),
    };
    for frame in frames {
        found.extend(at.links(frame));
    }
}

fn fitting(ends: Ends<'_>, word: u32, kinds: Kinds) -> Vec<u32> {
    let mut found = ends.of_phrase(word);
    found.retain(|&mention| ends.kind(mention).is_some_and(|kind| kinds.has(kind)));
    found
}

fn found(frame: &Frame, anchor: u32, verb: Option<u32>, ends: Ends<'_>, pair: (u32, u32)) -> Found {
    let role = frame
        .role
        .clone()
        .unwrap_or_else(|| ends.tree.words(anchor..anchor + 1).to_owned());
    Found {
        kind: frame.kind,
        from: pair.0,
        to: pair.1,
        anchor,
        verb: verb.or(Some(anchor)),
        adjective: None,
        words: anchor..anchor + 1,
        role: Some(role),
        ends: frame.ends,
        needs: frame.needs,
    }
}

/// Whoever stands after one of these prepositions, or before the noun, of a noun.
fn on_from(
    ends: Ends<'_>,
    noun: u32,
    then: &[Slot],
    kinds: Kinds,
    also: &dyn Fn(&str) -> Option<u32>,
) -> Vec<u32> {
    for slot in then {
        let word = match slot {
            Slot::Poss => ends.tree.child(noun, &["poss"]),
            Slot::Compound => noun
                .checked_sub(1)
                .filter(|&before| ends.name(before).is_some()),
            Slot::Prep(preposition) => {
                after(ends.tree, noun, preposition).or_else(|| also(preposition))
            }
            _ => None,
        };
        let found = word.map_or_else(Vec::new, |word| fitting(ends, word, kinds));
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

struct Verb<'a> {
    ends: Ends<'a>,
    clause: Clause<'a>,
}

impl Verb<'_> {
    fn links(&self, frame: &Frame) -> Vec<Found> {
        if !self.is_meant(frame) {
            return Vec::new();
        }
        let verb = self.clause.verb;
        let from = self.first(&frame.from, frame.from_kinds);
        let to = self.first(&frame.to, frame.to_kinds);
        let mut found_pairs = pairs(self.ends, &from, &to);
        if found_pairs.is_empty()
            && to.is_empty()
            && frame.to.iter().any(|path| path.slot == Slot::EachOther)
        {
            found_pairs = self.each_other(&from);
        }
        found_pairs
            .into_iter()
            .map(|pair| found(frame, verb, None, self.ends, pair))
            .collect()
    }

    /// Whether voice, tense, object and complement are those of a frame.
    fn is_meant(&self, frame: &Frame) -> bool {
        let tree = self.ends.tree;
        let verb = self.clause.verb;
        let is_present = matches!(tree.tag(verb), "VBZ" | "VBP");
        let complements = ["oprd", "ccomp", "acomp", "prt"];
        let has_complement = tree.child(verb, &complements).is_some();
        let is_other_voice = frame.passive && !self.clause.passive;
        let is_other_tense = frame.past && is_present;
        let is_other_clause = frame.no_complement && has_complement;
        !is_other_voice && !is_other_tense && !is_other_clause && self.has_right_object(frame)
    }

    /// "asked A to return the money": who asked.
    fn asker(&self) -> Option<u32> {
        let tree = self.ends.tree;
        let above = tree.head(self.clause.verb)?;
        let is_asked =
            tree.dep(self.clause.verb) == "xcomp" || tree.dep(self.clause.verb) == "ccomp";
        (is_asked && lexicon().carriers.controls(tree.lemma(above)))
            .then(|| Clause::new(tree, above).subject())
            .flatten()
    }

    fn has_right_object(&self, frame: &Frame) -> bool {
        let object = self
            .clause
            .object()
            .map(|object| self.ends.tree.lemma(object));
        let is_one =
            |list: &[String]| object.is_some_and(|object| list.iter().any(|word| word == object));
        (frame.object.is_empty() || is_one(&frame.object)) && !is_one(&frame.not_object)
    }

    /// "A and B met": only where the verb has no other object.
    fn each_other(&self, from: &[u32]) -> Vec<(u32, u32)> {
        let has_object = self.clause.object().is_some_and(|_| !self.clause.passive);
        match from.split_first() {
            Some((&first, rest)) if !has_object => pairs(self.ends, &[first], rest),
            _ => Vec::new(),
        }
    }

    /// Whoever stands at the first place that holds somebody fitting.
    fn first(&self, paths: &[Path], kinds: Kinds) -> Vec<u32> {
        let filled = paths.iter().map(|path| self.at(path, kinds));
        filled
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    fn at(&self, path: &Path, kinds: Kinds) -> Vec<u32> {
        let word = match &path.slot {
            Slot::Subject => self.clause.subject(),
            Slot::Object => self.clause.object(),
            Slot::Dative => self.clause.dative(),
            Slot::Asker => self.asker(),
            Slot::Beside => self.ends.tree.child(self.clause.verb, &["npadvmod"]),
            Slot::Prep(preposition) => self.clause.after(preposition),
            _ => None,
        };
        let Some(word) = word else {
            return Vec::new();
        };
        if path.then.is_empty() {
            return fitting(self.ends, word, kinds);
        }
        let lemma = self.ends.tree.lemma(word);
        if !path.nouns.iter().any(|noun| noun == lemma) {
            return Vec::new();
        }
        on_from(self.ends, word, &path.then, kinds, &|preposition| {
            self.clause.after(preposition)
        })
    }
}

struct Event<'a> {
    ends: Ends<'a>,
    noun: u32,
    /// The verb that merely carries the noun.
    carrier: Option<Clause<'a>>,
}

/// "made a payment", "is in talks": the verb of which the noun is the object.
fn carrier<'a>(ends: Ends<'a>, noun: u32) -> Option<Clause<'a>> {
    let tree = ends.tree;
    let head = tree.head(noun)?;
    let is_light = |verb: u32| {
        lexicon()
            .carriers
            .light
            .iter()
            .any(|word| word == tree.lemma(verb))
    };
    match tree.dep(noun) {
        "dobj" | "nsubjpass" if is_light(head) => Some(Clause::new(tree, head)),
        "pobj" if matches!(tree.lemma(head), "in" | "into") => {
            let verb = tree.head(head)?;
            tree.is_verb(verb).then(|| Clause::new(tree, verb))
        }
        _ => None,
    }
}

impl Event<'_> {
    fn links(&self, frame: &Frame) -> Vec<Found> {
        let verb = self.carrier.as_ref().map(|clause| clause.verb);
        let between = self.between(frame);
        let found_pairs = if between.is_empty() {
            let from = self.first(&frame.from, frame.from_kinds);
            let to = self.first(&frame.to, frame.to_kinds);
            pairs(self.ends, &from, &to)
        } else {
            between
        };
        found_pairs
            .into_iter()
            .map(|pair| found(frame, self.noun, verb, self.ends, pair))
            .collect()
    }

    /// "between A and B".
    fn between(&self, frame: &Frame) -> Vec<(u32, u32)> {
        if !frame.from.iter().any(|path| path.slot == Slot::Between) {
            return Vec::new();
        }
        let Some(word) = self.after("between") else {
            return Vec::new();
        };
        let both = fitting(self.ends, word, frame.from_kinds);
        match both.split_first() {
            Some((&first, rest)) => pairs(self.ends, &[first], rest),
            None => Vec::new(),
        }
    }

    fn after(&self, preposition: &str) -> Option<u32> {
        let by_carrier = || {
            self.carrier
                .as_ref()
                .and_then(|clause| clause.after(preposition))
        };
        after(self.ends.tree, self.noun, preposition).or_else(by_carrier)
    }

    fn first(&self, paths: &[Path], kinds: Kinds) -> Vec<u32> {
        for path in paths {
            let word = match &path.slot {
                Slot::Poss => self.ends.tree.child(self.noun, &["poss"]),
                Slot::Compound => self
                    .noun
                    .checked_sub(1)
                    .filter(|&before| self.ends.name(before).is_some()),
                Slot::Light => self.carrier.as_ref().and_then(Clause::subject),
                Slot::Prep(preposition) => self.after(preposition),
                _ => None,
            };
            let found = word.map_or_else(Vec::new, |word| fitting(self.ends, word, kinds));
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}
