//! Who says it: the source of a cue and the words that stand for it.

use super::lexicon::lexicon;
use super::quotes::Quotations;
use super::tree::{Tree, Words};

/// How many verbs up a subject is looked for.
const MAX_CLIMB: u32 = 5;

/// Head of the subject of a verb: its own, or that of the verb it hangs on.
pub(crate) fn subject(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let mut at = verb;
    for _ in 0..MAX_CLIMB {
        let own = tree.subject(at);
        if own.is_some() {
            return own.filter(|&own| !is_expletive(tree, own));
        }
        let word = tree.word(at);
        let head = tree.word(word.head);
        at = match word.dep {
            _ if word.head == at => return None,
            "conj" | "xcomp" | "advcl" | "dep" | "pcomp" | "prep"
                if head.is_verb()
                    || head.pos == "ADP"
                    || head.pos == "SCONJ"
                    || head.pos == "ADJ" =>
            {
                word.head
            }
            "acl" | "relcl" if at == verb && word.tag == "VBG" => return Some(word.head),
            "acl" | "relcl" => return None,
            _ => return None,
        };
    }
    None
}

/// "It was reported that", "there is".
fn is_expletive(tree: &Tree<'_>, subject: u32) -> bool {
    let word = tree.word(subject);
    word.dep == "expl" || word.text.eq_ignore_ascii_case("there")
}

/// The words between a quotation and a verb of saying, where the tree has none or a wrong subject:
/// "“…,” said Anna Berg", "“…,” Anna Berg said".
pub(crate) fn beside_quotation(
    tree: &Tree<'_>,
    quotations: &Quotations,
    verb: u32,
    speaker: Option<u32>,
) -> Option<Words> {
    let outside = quotations.at(verb).is_none();
    let sound = speaker.is_some_and(|speaker| {
        let own = tree.subtree(speaker);
        quotations.at(speaker).is_none()
            && !(own.start..own.end.min(speaker + 1)).any(|at| quotations.at(at).is_some())
    });
    if !outside || sound {
        return None;
    }
    let quoted = |at: u32| quotations.at(at).is_some();
    let nominal = |words: &Words| {
        let mut all = words.clone().map(|at| tree.word(at));
        let named = all
            .clone()
            .any(|word| matches!(word.pos, "PROPN" | "PRON" | "NOUN"));
        named && !all.any(|word| word.is_space() || word.tag == "VBD" || word.tag == "MD")
    };
    let from = (verb.saturating_sub(MAX_BESIDE)..verb)
        .rev()
        .find(|&at| quoted(at))?
        + 1;
    let words = if from == verb {
        let to = (verb + 1..tree.len().min(verb + MAX_BESIDE)).find(|&at| {
            matches!(tree.word(at).text, "." | ";" | ":" | "," | "“" | "\"")
                || tree.word(at).is_space()
        })?;
        verb + 1..to
    } else {
        from..verb
    };
    let words = trim(tree, words);
    (!words.is_empty() && nominal(&words)).then_some(words)
}

/// Words between a quotation and its verb.
const MAX_BESIDE: u32 = 24;

/// The word that governs a range: the first noun whose head lies outside.
pub(crate) fn head(tree: &Tree<'_>, words: &Words) -> Option<u32> {
    let governs = |&at: &u32| !words.contains(&tree.word(at).head) && tree.word(at).is_noun();
    words
        .clone()
        .find(governs)
        .or_else(|| words.clone().rev().find(|&at| tree.word(at).is_noun()))
}

/// "Issued a statement saying": the verb that gave out the document which speaks.
pub(crate) fn giver(tree: &Tree<'_>, verb: u32, speaker: u32) -> Option<(u32, u32)> {
    let document = tree.word(speaker);
    let head = tree.word(document.head);
    let given = matches!(tree.word(verb).dep, "acl" | "relcl")
        && document.dep == "dobj"
        && head.is_verb()
        && is_light(head.lemma)
        && document.head < speaker
        && verb.saturating_sub(document.head) < MAX_GIVEN;
    let giver = subject(tree, document.head).filter(|_| given)?;
    Some((giver, document.head))
}

/// Words from the verb that gives out a document to the verb by which it speaks.
const MAX_GIVEN: u32 = 12;

/// Head of the "by" phrase of a passive verb.
pub(crate) fn agent(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let by = tree.child(verb, &["agent"])?;
    tree.child(by, &["pobj"])
}

/// Source of a noun, and the first word of the cue: "his claim", "the claim by X", "made a claim".
pub(crate) fn of_noun(tree: &Tree<'_>, noun: u32) -> (Option<u32>, u32) {
    if let Some(owner) = tree.child(noun, &["poss"]) {
        return (Some(owner), (owner + 1).min(noun));
    }
    let by =
        tree.children(noun).iter().copied().find(|&child| {
            child > noun && matches!(tree.word(child).text, "by" | "from" | "among")
        });
    if let Some(source) = by.and_then(|by| tree.child(by, &["pobj"])) {
        return (Some(source), modifiers(tree, noun));
    }
    let word = tree.word(noun);
    let head = tree.word(word.head);
    if head.is_verb() && matches!(word.dep, "dobj" | "attr") && is_light(head.lemma) {
        let speaker = subject(tree, word.head);
        return (speaker, if word.head < noun { word.head } else { noun });
    }
    let named = tree.children(noun).iter().copied().find(|&child| {
        tree.word(child).dep == "compound" && matches!(tree.word(child).entity, "ORG" | "PERSON")
    });
    (
        named,
        named.map_or_else(|| modifiers(tree, noun), |named| (named + 1).min(noun)),
    )
}

fn modifiers(tree: &Tree<'_>, noun: u32) -> u32 {
    let of_noun = |&at: &u32| {
        let word = tree.word(at);
        at < noun && word.head == noun && matches!(word.dep, "amod" | "compound")
    };
    let first = tree.children(noun).iter().copied().filter(of_noun).min();
    first.unwrap_or(noun)
}

/// Verbs that say nothing by themselves: "made a statement".
fn is_light(lemma: &str) -> bool {
    matches!(
        lemma,
        "make"
            | "issue"
            | "have"
            | "give"
            | "express"
            | "release"
            | "offer"
            | "raise"
            | "send"
            | "deliver"
            | "repeat"
            | "voice"
            | "announce"
            | "publish"
            | "file"
            | "level"
            | "lodge"
            | "put"
            | "write"
            | "post"
            | "show"
            | "declare"
            | "signal"
            | "reiterate"
            | "be"
            | "hold"
            | "share"
    )
}

/// The words of a source: its phrase without clauses set off by commas.
pub(crate) fn phrase(tree: &Tree<'_>, head: u32, cue: u32) -> Words {
    let mut words = tree.subtree(head);
    for &child in tree.children(head) {
        let clause = matches!(
            tree.word(child).dep,
            "relcl" | "acl" | "advcl" | "parataxis"
        );
        let from = tree.word(child).left;
        let set_off = from > head && is_comma(tree, from - 1) || tree.subtree(child).contains(&cue);
        if child > head && clause && set_off {
            words.end = words.end.min(from);
        }
    }
    let paragraph = tree.paragraph(head);
    words.start = words.start.max(paragraph.start);
    words.end = words.end.min(paragraph.end);
    if cue > head && words.end > cue {
        words.end = cue;
    }
    if cue < head && words.start <= cue {
        words.start = cue + 1;
    }
    words = trim(tree, words);
    while words.start < words.end && matches!(tree.word(words.start).text, "“" | "”" | "\"" | "''")
    {
        words.start += 1;
    }
    // What is set off by commas ends with one: "Anna Berg, the chair, said".
    let comma = |at: u32| tree.word(at).text == ",";
    if comma(words.end) && words.clone().any(comma) && cue > head {
        words.end += 1;
    }
    words
}

fn is_comma(tree: &Tree<'_>, at: u32) -> bool {
    matches!(tree.word(at).text, "," | "—" | "–" | "--" | "-" | "(")
}

/// Without white space, marks, conjunctions and the possessive ending at the ends.
pub(crate) fn trim(tree: &Tree<'_>, mut words: Words) -> Words {
    while words.start < words.end && is_loose(tree, words.start, true) {
        words.start += 1;
    }
    while words.end > words.start && is_loose(tree, words.end - 1, false) {
        words.end -= 1;
    }
    words
}

fn is_loose(tree: &Tree<'_>, at: u32, first: bool) -> bool {
    let word = tree.word(at);
    word.is_space()
        || matches!(
            word.text,
            "," | ";" | ":" | "." | "—" | "–" | "--" | "-" | "―"
        )
        || word.dep == "cc" && (first || word.pos == "CCONJ")
}

/// One past the words that say in what it was said: "said in a statement".
pub(crate) fn medium(tree: &Tree<'_>, verb: u32, end: u32) -> u32 {
    let lexicon = lexicon();
    let next = tree.word(end);
    let known = |list: &[String], word: &str| list.iter().any(|known| known == word);
    if next.head != verb || !known(&lexicon.media_prepositions, next.text) {
        return end;
    }
    match tree.child(end, &["pobj"]) {
        Some(object) if known(&lexicon.media, &tree.word(object).lemma.to_lowercase()) => {
            let mut to = object + 1;
            for &child in tree.children(object) {
                if tree.word(child).dep == "relcl" {
                    to = to.min(tree.word(child).left);
                }
            }
            to.max(end)
        }
        _ => end,
    }
}
