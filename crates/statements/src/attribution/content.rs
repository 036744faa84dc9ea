//! What is said: the words that hang on a cue.

use super::candidate::Link;
use super::lexicon::{Cue, Frames, lexicon, listed};
use super::source::trim;
use super::stance::no_evidence;
use super::tree::{Tree, Words};

/// How the content hangs on the cue, its words, and the preposition that belongs to the cue.
type Found = (Link, Vec<Words>, Option<u32>);

/// Content of a verb. A verb that may stand beside a quotation is a candidate without any.
pub(crate) fn of_verb(tree: &Tree<'_>, verb: u32, entry: &Cue, passive: bool) -> Option<Found> {
    let frames = entry.frames;
    let clause = || clause_of(tree, verb).filter(|_| frames.has(Frames::CLAUSE));
    if let Some(clause) = clause() {
        return Some((Link::Clause, vec![with_rest(tree, verb, clause)], None));
    }
    if passive {
        return of_passive(tree, verb, entry);
    }
    late_clause(tree, verb, entry)
        .or_else(|| object_and_complement(tree, verb, entry))
        .or_else(|| infinitive(tree, verb, frames))
        .or_else(|| behind_preposition(tree, verb, entry))
        .or_else(|| object(tree, verb, entry))
        .or_else(|| beside(tree, verb, frames))
        .or_else(|| {
            frames
                .has(Frames::QUOTE)
                .then(|| (Link::Quote, Vec::new(), None))
        })
}

/// "Found no evidence that …": the cue goes up to "that" or "of", what was looked for is the content.
pub(crate) fn of_nothing_found(tree: &Tree<'_>, verb: u32) -> Option<(Words, u32)> {
    let noun = no_evidence(tree, verb).filter(|&noun| noun > verb)?;
    for &child in tree.children(noun) {
        let word = tree.word(child);
        let last = match word.dep {
            "prep" => Some(child),
            "acl" | "ccomp" | "relcl" => tree.child(child, &["mark"]).or(Some(noun)),
            _ => None,
        };
        let Some(last) = last.filter(|_| child > noun) else {
            continue;
        };
        let words = tree.subtree(child);
        return Some((words.start.max(last + 1)..words.end, last));
    }
    None
}

/// Last word of a cue that says that somebody will not say, and what about, if the text says so.
pub(crate) fn of_declining(tree: &Tree<'_>, verb: u32) -> Option<(u32, Option<Words>)> {
    let declining = &lexicon().declining;
    let lemma = tree.word(verb).lemma;
    let negated = tree.child(verb, &["neg"]).is_some();
    let modal = tree.children(verb).iter().any(|&at| {
        tree.word(at).tag == "MD" && !matches!(tree.word(at).lemma, "can" | "could" | "ca")
    });
    if listed(&declining.lemmas, lemma) && !negated {
        let shall = tree.child(verb, &["xcomp"]);
        let shall = shall.filter(|&at| at > verb && listed(&declining.verbs, tree.word(at).lemma));
        let noun = tree.child(verb, &["dobj"]);
        let noun = noun.filter(|&at| at > verb && listed(&declining.nouns, tree.word(at).lemma));
        let last = shall.or(noun)?;
        return Some((last, about(tree, last)));
    }
    let unreached = lemma == "reach" && tree.child(verb, &["auxpass"]).is_some();
    if negated && (listed(&declining.answers, lemma) || unreached) {
        let last = tree
            .child(verb, &["prep"])
            .filter(|&at| at > verb)
            .map_or(verb, |prep| {
                tree.subtree(prep).end.min(prep + MAX_REQUEST) - 1
            });
        let no_object = tree.child(verb, &["ccomp"]).is_none();
        return no_object.then_some((last, None));
    }
    let silent = negated && modal && listed(&declining.words, lemma);
    let none_said = lemma == "have"
        && tree.child(verb, &["dobj"]).is_some_and(|noun| {
            let no = tree
                .child(noun, &["det"])
                .is_some_and(|det| tree.word(det).text == "no");
            no && tree.word(noun).lemma == "comment"
        });
    if none_said {
        return Some((tree.child(verb, &["dobj"])?, None));
    }
    (silent
        && tree
            .child(verb, &["prep", "dobj"])
            .is_none_or(|at| at < verb))
    .then(|| (verb, about(tree, verb)))
}

/// Words of "to a request for comment".
const MAX_REQUEST: u32 = 9;

/// What it is that somebody will not speak about.
fn about(tree: &Tree<'_>, word: u32) -> Option<Words> {
    let child = tree.children(word).iter().copied().find(|&child| {
        child > word
            && matches!(
                tree.word(child).dep,
                "ccomp" | "advcl" | "dobj" | "prep" | "xcomp"
            )
    })?;
    let object = tree
        .child(child, &["pobj", "pcomp"])
        .filter(|_| tree.word(child).dep == "prep");
    Some(tree.subtree(object.unwrap_or(child)))
}

fn clause_of(tree: &Tree<'_>, verb: u32) -> Option<Words> {
    let is_clause = |&child: &u32| {
        let word = tree.word(child);
        word.dep == "ccomp" || word.dep == "xcomp" && word.tag == "VBG" && child > verb
    };
    let clauses = tree.children(verb).iter().copied().filter(is_clause);
    // Of several the one with most words: the others are fragments of a broken parse.
    let clause = clauses.max_by_key(|&clause| {
        let words = tree.subtree(clause);
        (words.end - words.start, u32::MAX - clause)
    })?;
    Some(tree.subtree(clause))
}

/// A clause that the tree hangs elsewhere: "have not said when …", "told the meeting that …".
fn late_clause(tree: &Tree<'_>, verb: u32, entry: &Cue) -> Option<Found> {
    if !entry.frames.has(Frames::CLAUSE) || !entry.frames.has(Frames::QUOTE) {
        return None;
    }
    let opens = |clause: u32| {
        let first = tree
            .children(clause)
            .iter()
            .map(|&at| tree.word(at))
            .find(|word| {
                matches!(word.dep, "mark" | "advmod") && word.start < tree.word(clause).start
            });
        first.is_some_and(|word| {
            let mark = word.text.to_lowercase();
            matches!(mark.as_str(), "that" | "whether" | "how" | "why")
                || mark == "when" && tree.child(verb, &["neg"]).is_some()
        })
    };
    let own = tree.children(verb).iter().copied();
    let told = tree.child(verb, &["dobj", "dative"]).filter(|_| entry.told);
    let of_told = told
        .map_or(&[][..], |told| tree.children(told))
        .iter()
        .copied();
    let clause = own
        .filter(|&child| tree.word(child).dep == "advcl")
        .chain(of_told.filter(|&child| matches!(tree.word(child).dep, "acl" | "relcl")))
        .find(|&clause| clause > verb && opens(clause))?;
    Some((Link::Clause, vec![tree.subtree(clause)], None))
}

/// "It was called a lie", "they are expected to leave": the subject and what is said of it.
fn of_passive(tree: &Tree<'_>, verb: u32, entry: &Cue) -> Option<Found> {
    let subject = tree.child(verb, &["nsubjpass"]);
    let complement = tree.children(verb).iter().copied().find(|&child| {
        let word = tree.word(child);
        child > verb
            && (word.dep == "oprd"
                || word.dep == "xcomp"
                || word.dep == "prep" && word.text == "as" && entry.frames.has(Frames::AS))
    });
    let agent = tree.child(verb, &["agent"]);
    let mut parts: Vec<Words> = subject.map(|at| tree.subtree(at)).into_iter().collect();
    if subject.is_none() && agent.is_some() {
        let word = tree.word(verb);
        if matches!(word.dep, "acl" | "relcl") {
            let noun = tree.subtree(word.head);
            parts.push(noun.start..tree.word(verb).left.min(noun.end));
        }
    }
    parts.extend(complement.map(|at| tree.subtree(at)));
    let told = entry.told && complement.is_some();
    if told {
        parts.remove(0);
    }
    let link = if complement.is_some() {
        Link::Person
    } else {
        Link::Object
    };
    let enough = complement.is_some() && entry.frames.has(Frames::PERSON)
        || agent.is_some()
            && (entry.frames.has(Frames::OBJECT) || entry.frames.has(Frames::CLAUSE))
        || complement.is_some() && entry.frames.has(Frames::INFINITIVE);
    (enough && !parts.is_empty())
        .then_some((link, parts, None))
        .or_else(|| {
            entry
                .frames
                .has(Frames::QUOTE)
                .then(|| (Link::Quote, Vec::new(), None))
        })
}

/// "urges them to go", "calls it a lie", "describes it as a lie".
fn object_and_complement(tree: &Tree<'_>, verb: u32, entry: &Cue) -> Option<Found> {
    let frames = entry.frames;
    if frames.has(Frames::PERSON)
        && let Some(mut clause) = clause_of(tree, verb)
    {
        // The one who shall do it, torn off by the parse.
        let object = tree
            .child(verb, &["dobj"])
            .map(|object| tree.subtree(object));
        let object = object.filter(|object| !entry.told && object.end == clause.start);
        clause.start = object.map_or(clause.start, |object| object.start);
        return Some((Link::Person, vec![clause], None));
    }
    let object = tree.child(verb, &["dobj", "dative"])?;
    let complement = tree.children(verb).iter().copied().find(|&child| {
        let word = tree.word(child);
        let wanted = matches!(word.dep, "xcomp" | "oprd") && frames.has(Frames::PERSON)
            || word.dep == "prep" && word.text == "as" && frames.has(Frames::AS)
            || word.dep == "prep"
                && entry.prepositions.iter().any(|known| known == word.text)
                && !frames.has(Frames::OBJECT);
        child > object && wanted
    });
    let nested = || {
        tree.children(object)
            .iter()
            .copied()
            .find(|&child| tree.word(child).text == "as" && frames.has(Frames::AS))
    };
    let Some(complement) = complement else {
        let whole = nested().filter(|_| !entry.told)?;
        let words = tree.subtree(object);
        return (whole > object).then(|| (Link::As, vec![words], None));
    };
    let link = if tree.word(complement).dep == "prep" {
        Link::As
    } else {
        Link::Person
    };
    let complement = tree.subtree(complement);
    if entry.told || entry.prepositions.iter().any(|known| known == "of") {
        return Some((link, vec![complement], None));
    }
    let object = tree.subtree(object);
    let parts = if object.start < verb {
        vec![object, complement]
    } else {
        let words = object.start..complement.end.max(object.end);
        Vec::from([words])
    };
    Some((link, parts, None))
}

/// "Promises to meet and exceed": a bare infinitive that the tree joins to the cue belongs to what is said.
fn with_rest(tree: &Tree<'_>, verb: u32, mut words: Words) -> Words {
    let finite = tree.word(verb).tag != "VB";
    for &child in tree.children(verb) {
        let word = tree.word(child);
        let bare = word.dep == "conj" && word.tag == "VB" && word.subject == child;
        if finite && bare && child >= words.end && word.left <= words.end + 3 {
            words.end = word.right + 1;
        }
    }
    words
}

fn infinitive(tree: &Tree<'_>, verb: u32, frames: Frames) -> Option<Found> {
    let complement = tree.child(verb, &["xcomp"])?;
    let words = with_rest(tree, verb, tree.subtree(complement));
    (frames.has(Frames::INFINITIVE) && complement > verb)
        .then(|| (Link::Infinitive, vec![words], None))
}

fn behind_preposition(tree: &Tree<'_>, at: u32, entry: &Cue) -> Option<Found> {
    let preposition = tree.children(at).iter().copied().find(|&child| {
        let word = tree.word(child);
        matches!(word.dep, "prep" | "prt" | "dative")
            && child > at
            && child <= at + 4
            && entry
                .prepositions
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word.text))
    })?;
    let before = tree
        .child(at, &["dobj"])
        .is_some_and(|object| object < preposition);
    if before && entry.frames.has(Frames::OBJECT) {
        return None;
    }
    let object = tree
        .child(preposition, &["pobj", "pcomp"])
        .or_else(|| tree.child(at, &["dobj"]))
        .filter(|&object| object > preposition)?;
    let mut words = tree.subtree(object);
    // "called on him to leave"
    if let Some(shall) = tree
        .child(at, &["xcomp", "ccomp", "advcl"])
        .map(|shall| tree.subtree(shall))
        && shall.start == words.end
    {
        words.end = shall.end;
    }
    Some((Link::Preposition, vec![words], Some(preposition)))
}

fn object(tree: &Tree<'_>, verb: u32, entry: &Cue) -> Option<Found> {
    let object = tree.child(verb, &["dobj"])?;
    if !entry.frames.has(Frames::OBJECT) || entry.told {
        return None;
    }
    let mut words = tree.subtree(object);
    for &child in tree.children(verb) {
        let word = tree.word(child);
        let goes_on = word.dep == "prep" && is_bound(tree, child);
        if child >= words.end && goes_on && words.end == word.left {
            words.end = word.right + 1;
        }
    }
    Some((Link::Object, vec![words], None))
}

/// Whether a phrase behind an object is about it, rather than about time, place or medium.
fn is_bound(tree: &Tree<'_>, preposition: u32) -> bool {
    let word = tree.word(preposition);
    let object = tree
        .child(preposition, &["pobj"])
        .map(|object| tree.word(object));
    let aside = object.is_some_and(|object| {
        matches!(object.entity, "DATE" | "TIME") || listed(&lexicon().media, object.lemma)
    });
    let closely = matches!(
        word.text,
        "for" | "as" | "by" | "with" | "of" | "to" | "behind" | "against" | "from" | "over"
    );
    closely
        || matches!(
            word.text,
            "in" | "on" | "about" | "into" | "toward" | "between"
        ) && !aside
}

/// "…, he said" where the tree ties the two the other way round, or not at all: the rest of the
/// sentence.
fn beside(tree: &Tree<'_>, verb: u32, frames: Frames) -> Option<Found> {
    let mark = tree.child(verb, &["mark"]);
    let as_said = mark.filter(|&mark| tree.word(mark).text.eq_ignore_ascii_case("as"));
    if !frames.has(Frames::CLAUSE) || mark.is_some() && as_said.is_none() {
        return None;
    }
    let subject = tree.subject(verb).map(|subject| tree.subtree(subject));
    let paragraph = tree.paragraph(verb);
    let sentence = tree.sentence(verb);
    let sentence = sentence.start.max(paragraph.start)..sentence.end.min(paragraph.end);
    let from = subject
        .as_ref()
        .map_or(verb, |subject| subject.start.min(verb));
    let from = as_said.map_or(from, |mark| mark.min(from));
    let to = subject.map_or(verb + 1, |subject| subject.end.max(verb + 1));
    // "he said on Friday,"
    let to = (to..to + MAX_AFTER)
        .find(|&at| tree.word(at).pos == "PUNCT")
        .filter(|&end| (to..end).all(|at| !tree.word(at).is_verb()))
        .unwrap_or(to);
    let is_mark = |at: u32| matches!(tree.word(at).text, "," | "”" | "\"" | "--" | "—");
    let set_off = from > sentence.start + MIN_CLAUSE && is_mark(from - 1);
    let ends = tree.word(to).pos == "PUNCT";
    let set_off = set_off || as_said.is_some();
    if !set_off || !ends || to - from > SHORT_CLAUSE {
        return None;
    }
    // In the middle of a sentence the words behind it go on; at its end there are none.
    let own = from..to;
    let parts = without(&[sentence], std::slice::from_ref(&own));
    Some((Link::Around, parts, None))
}

/// Words between a verb of saying and the comma behind it.
const MAX_AFTER: u32 = 6;

/// Words that make a clause.
const MIN_CLAUSE: u32 = 2;

/// A clause that only says who says it has few words.
const SHORT_CLAUSE: u32 = 20;

/// Content of a noun or adjective.
pub(crate) fn of_noun(tree: &Tree<'_>, at: u32, entry: &Cue) -> Option<Found> {
    let child = tree.children(at).iter().copied().find(|&child| {
        let word = tree.word(child);
        let that = || tree.child(child, &["mark"]).is_some();
        let to = || {
            let aux = tree.child(child, &["aux"]);
            aux.is_some_and(|aux| tree.word(aux).text.eq_ignore_ascii_case("to"))
        };
        child > at
            && match word.dep {
                "ccomp" => entry.frames.has(Frames::CLAUSE),
                "acl" | "relcl" => {
                    entry.frames.has(Frames::CLAUSE) && that()
                        || entry.frames.has(Frames::INFINITIVE) && to()
                }
                "xcomp" => entry.frames.has(Frames::INFINITIVE),
                _ => false,
            }
    });
    if let Some(child) = child {
        let link = match tree.word(child).dep {
            "xcomp" => Link::Infinitive,
            _ => Link::Clause,
        };
        return Some((link, vec![tree.subtree(child)], None));
    }
    behind_preposition(tree, at, entry)
}

/// The clause that a phrase or adverb stands in, without it.
pub(crate) fn clause_around(tree: &Tree<'_>, at: u32) -> Vec<Words> {
    let own = tree.subtree(at);
    let mut clause = tree.word(at).head;
    for _ in 0..MAX_CLIMB {
        let word = tree.word(clause);
        let whole = word.is_verb()
            && (word.head == clause
                || matches!(word.dep, "ROOT" | "ccomp" | "conj" | "parataxis")
                    && tree.subject(clause).is_some());
        if whole || word.head == clause {
            break;
        }
        clause = word.head;
    }
    let mut around = tree.subtree(clause);
    // Another clause joined by a conjunction is not said by the same one.
    if at < clause {
        for &child in tree.children(clause) {
            let word = tree.word(child);
            if word.dep == "conj" && word.is_verb() && own.end <= word.left {
                around.end = around.end.min(word.left);
            }
        }
    }
    let parts = without(&[around], &[own]);
    parts.into_iter().map(|words| trim(tree, words)).collect()
}

/// How far up the clause around a phrase is looked for.
const MAX_CLIMB: u32 = 12;

/// The words of `parts` that are in none of `cut`, in the order of the text.
pub(crate) fn without(parts: &[Words], cut: &[Words]) -> Vec<Words> {
    let mut left: Vec<Words> = parts.to_vec();
    for cut in cut {
        left = left
            .into_iter()
            .flat_map(|words| {
                let before = words.start..words.end.min(cut.start);
                let after = words.start.max(cut.end)..words.end;
                if cut.end <= words.start || cut.start >= words.end {
                    [words, 0..0]
                } else {
                    [before, after]
                }
            })
            .filter(|words| words.start < words.end)
            .collect();
    }
    left.sort_by_key(|words| words.start);
    left
}
