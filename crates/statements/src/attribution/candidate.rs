//! Words that may mark something as said, and what would be their source and content.

use super::content;
use super::lexicon::{Cue, Frames, lexicon};
use super::phrasal;
use super::quotes::Quotations;
use super::source;
use super::tree::{Tree, Words};

/// What kind of words the cue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CueKind {
    /// "says"
    Verb,
    /// "claim that"
    Noun,
    /// "is sure that"
    Adjective,
    /// "reportedly"
    Adverb,
    /// "according to"
    Phrase,
    /// "Name: words"
    Colon,
    /// "“Words” — Name"
    Dash,
}

/// By what the content hangs on the cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    Clause,
    Infinitive,
    Person,
    As,
    Preposition,
    Object,
    /// A quotation only.
    Quote,
    /// Text around the cue, with no tie in the tree.
    Around,
    /// What hangs on a phrase of several words; perhaps nothing.
    Phrase,
    /// Nothing: "declined to comment".
    Nothing,
}

/// A possible attribution; parts are in the order of the text.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) kind: CueKind,
    pub(crate) link: Link,
    /// The word that the cue is about.
    pub(crate) head: u32,
    /// Head of the source.
    pub(crate) speaker: Option<u32>,
    pub(crate) source: Vec<Words>,
    pub(crate) cue: Vec<Words>,
    pub(crate) content: Vec<Words>,
    pub(crate) entry: &'static Cue,
    /// The quotation in which the cue itself stands.
    pub(crate) inside: Option<u32>,
    /// Whether the source's verb is passive.
    pub(crate) passive: bool,
    pub(crate) negated: bool,
}

impl Candidate {
    /// From the first to the last word of source and cue.
    pub(crate) fn frame(&self) -> Words {
        let parts = self.source.iter().chain(&self.cue);
        let from = parts.clone().map(|words| words.start).min();
        let to = parts.map(|words| words.end).max();
        from.unwrap_or(self.head)..to.unwrap_or(self.head + 1)
    }
}

/// All candidates of a segment, by their heads.
pub(crate) fn candidates(tree: &Tree<'_>, quotations: &Quotations) -> Vec<Candidate> {
    let mut found = Vec::new();
    for at in 0..tree.len() {
        let one = match tree.word(at).pos {
            "VERB" | "AUX" => verb(tree, quotations, at),
            "NOUN" => noun(tree, quotations, at),
            "ADJ" => adjective(tree, quotations, at),
            "ADV" => adverb(tree, quotations, at).or_else(|| phrasal(tree, quotations, at)),
            "PART" | "CCONJ" | "DET" => phrasal(tree, quotations, at),
            _ => None,
        };
        found.extend(one.or_else(|| phrase(tree, quotations, at)));
    }
    super::marks::candidates(tree, quotations, &mut found);
    // Of two with one head the longer cue says more.
    let rank = |link: Link| match link {
        Link::Nothing => 0,
        Link::Phrase => 1,
        _ => 2,
    };
    found.sort_by_key(|one| (one.head, rank(one.link)));
    found.dedup_by_key(|one| one.head);
    found
}

fn verb(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    if let Some(found) = declining(tree, quotations, at) {
        return Some(found);
    }
    if let Some(found) = nothing_found(tree, quotations, at) {
        return Some(found);
    }
    if let Some(found) = phrasal(tree, quotations, at) {
        return Some(found);
    }
    let entry = lookup(&lexicon().verbs, tree.word(at).lemma)?;
    let passive = is_passive(tree, at);
    let carrier = carrier(tree, at);
    let speaker = if passive {
        source::agent(tree, at)
    } else {
        source::subject(tree, at)
    };
    let beside = source::beside_quotation(tree, quotations, at, speaker)
        .filter(|_| entry.frames.has(Frames::QUOTE));
    let speaker = match &beside {
        Some(words) => source::head(tree, words),
        // A word of somebody's speech is not who speaks.
        None => speaker.filter(|&speaker| {
            let same = tree.word(speaker).paragraph == tree.word(at).paragraph;
            same && quotations.at(speaker) == quotations.at(at)
        }),
    };
    let mut cue = verb_group(tree, carrier.unwrap_or(at), at);
    let giver = speaker.and_then(|speaker| source::giver(tree, at, speaker));
    let speaker = giver.map_or(speaker, |(giver, _)| Some(giver));
    if let Some((_, gave)) = giver {
        cue.start = verb_group(tree, gave, gave).start.min(cue.start);
    }
    let (link, content, preposition) = content::of_verb(tree, at, entry, passive)?;
    if let Some(preposition) = preposition {
        cue.end = preposition + 1;
    } else {
        cue.end = source::medium(tree, at, cue.end);
    }
    if tree.word(cue.end).text == ":" {
        cue.end += 1;
    }
    let mut found = finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Verb,
            link,
            head: at,
            speaker,
            cue,
            content,
            entry,
            passive,
        },
    );
    if let Some(words) = beside {
        found.cue = content::without(&found.cue, std::slice::from_ref(&words));
        found.source = vec![words];
    }
    Some(found)
}

/// "Found no evidence that …", "have yet to find a trace of …".
fn nothing_found(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let (words, last) = content::of_nothing_found(tree, at)?;
    let carrier = carrier(tree, at);
    let speaker = source::subject(tree, at);
    let speaker =
        speaker.filter(|&speaker| tree.word(speaker).paragraph == tree.word(at).paragraph);
    let mut found = finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Verb,
            link: Link::Nothing,
            head: at,
            speaker,
            cue: verb_group(tree, carrier.unwrap_or(at), at).start..last + 1,
            content: vec![words],
            entry: &lexicon().no_evidence_cue,
            passive: false,
        },
    );
    found.negated = false;
    Some(found)
}

/// "Took issue with …", "walked back …".
fn phrasal(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let phrase = phrasal::at(tree, at)?;
    let content = phrasal::content(tree, &phrase);
    let (first, last) = (at, phrase.last());
    let says_not = phrase
        .words
        .iter()
        .any(|&at| matches!(tree.word(at).dep, "neg") || tree.word(at).lemma == "neither");
    let at = phrase.head(tree);
    let carrier = carrier(tree, at);
    let cue = verb_group(tree, carrier.unwrap_or(at), at).start.min(first)..last + 1;
    let passive = is_passive(tree, at);
    let speaker = if passive {
        source::agent(tree, at)
    } else {
        source::subject(tree, at)
    };
    let speaker =
        speaker.filter(|&speaker| tree.word(speaker).paragraph == tree.word(at).paragraph);
    // "The claim remains unproven": what is spoken of is the subject.
    let subject = tree
        .subject(at)
        .filter(|_| passive || tree.word(at).lemma == "be" || tree.word(at).lemma == "remain");
    let stated = content.is_none().then_some(subject).flatten();
    let content = content.or(stated.map(|subject| tree.subtree(subject)));
    let mut found = finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Verb,
            link: Link::Phrase,
            head: at,
            speaker: speaker.filter(|_| stated.is_none()),
            cue,
            content: content.into_iter().collect(),
            entry: phrase.cue,
            passive,
        },
    );
    found.negated &= !says_not;
    Some(found)
}

/// "Declined to comment on the matter", "did not respond to a request for comment", "would not say".
fn declining(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let (last, about) = content::of_declining(tree, at)?;
    let carrier = carrier(tree, at);
    let cue = verb_group(tree, carrier.unwrap_or(at), at).start..last + 1;
    let reached = tree.word(at).lemma == "reach";
    let speaker = if reached {
        tree.subject(at)
    } else {
        source::subject(tree, at)
    };
    let mut found = finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Verb,
            link: Link::Nothing,
            head: at,
            speaker: Some(speaker?),
            cue,
            content: about.into_iter().collect(),
            entry: &lexicon().decline_cue,
            passive: false,
        },
    );
    found.negated = false;
    Some(found)
}

fn noun(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let entry = lookup(&lexicon().nouns, tree.word(at).lemma)?;
    let (link, content, preposition) = content::of_noun(tree, at, entry)?;
    let (speaker, from) = source::of_noun(tree, at);
    let end = preposition.map_or(at + 1, |preposition| preposition + 1);
    Some(finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Noun,
            link,
            head: at,
            speaker,
            cue: from..end.max(at + 1),
            content,
            entry,
            passive: false,
        },
    ))
}

fn adjective(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let entry = lookup(&lexicon().adjectives, tree.word(at).lemma)?;
    let word = tree.word(at);
    let be = tree.word(word.head);
    if word.dep != "acomp" || !be.is_verb() {
        return None;
    }
    let (link, content, preposition) =
        content::of_noun(tree, at, entry).or_else(|| content::of_noun(tree, word.head, entry))?;
    let speaker = source::subject(tree, word.head)
        .filter(|&speaker| !tree.word(speaker).text.eq_ignore_ascii_case("it"));
    let from = verb_group(tree, word.head, word.head).start.min(at);
    let end = preposition.map_or(at + 1, |preposition| preposition + 1);
    Some(finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Adjective,
            link,
            head: at,
            speaker,
            cue: from..end.max(at + 1),
            content,
            entry,
            passive: false,
        },
    ))
}

fn adverb(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let entry = lookup(&lexicon().adverbs, &tree.word(at).text.to_lowercase())?;
    let content = content::clause_around(tree, at);
    Some(finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Adverb,
            link: Link::Around,
            head: at,
            speaker: None,
            cue: at..at + 1,
            content,
            entry,
            passive: false,
        },
    ))
}

fn phrase(tree: &Tree<'_>, quotations: &Quotations, at: u32) -> Option<Candidate> {
    let lexicon = lexicon();
    let phrase = lexicon.phrases.iter().find(|phrase| {
        phrase
            .words
            .iter()
            .zip(at..)
            .all(|(word, at)| tree.word(at).text.eq_ignore_ascii_case(word))
    })?;
    let last = at + phrase.words.len() as u32 - 1;
    let speaker = tree
        .child(last, &["pobj"])
        .or_else(|| tree.child(at, &["pobj"]))?;
    if phrase.words.len() == 1 && tree.word(speaker).entity.is_empty() {
        return None; // "per day"
    }
    let content = content::clause_around(tree, at);
    Some(finish(
        tree,
        quotations,
        Parts {
            kind: CueKind::Phrase,
            link: Link::Around,
            head: at,
            speaker: Some(speaker),
            cue: at..last + 1,
            content,
            entry: &lexicon.phrase_cue,
            passive: false,
        },
    ))
}

/// What the kinds of candidates have in common before their parts are kept apart.
pub(crate) struct Parts {
    pub(crate) kind: CueKind,
    pub(crate) link: Link,
    pub(crate) head: u32,
    pub(crate) speaker: Option<u32>,
    pub(crate) cue: Words,
    pub(crate) content: Vec<Words>,
    pub(crate) entry: &'static Cue,
    pub(crate) passive: bool,
}

fn finish(tree: &Tree<'_>, quotations: &Quotations, parts: Parts) -> Candidate {
    let source: Vec<Words> = parts
        .speaker
        .map(|speaker| source::phrase(tree, speaker, parts.head))
        .into_iter()
        .collect();
    let cue = content::without(std::slice::from_ref(&parts.cue), &source);
    Candidate {
        kind: parts.kind,
        link: parts.link,
        head: parts.head,
        speaker: parts.speaker,
        source,
        cue,
        content: parts.content,
        entry: parts.entry,
        inside: quotations.at(parts.head),
        passive: parts.passive,
        negated: is_negated(tree, parts.head),
    }
}

fn lookup(
    table: &'static std::collections::HashMap<String, Cue>,
    lemma: &str,
) -> Option<&'static Cue> {
    if lemma.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return table.get(lemma.to_lowercase().as_str());
    }
    table.get(lemma)
}

pub(crate) fn is_passive(tree: &Tree<'_>, verb: u32) -> bool {
    let word = tree.word(verb);
    tree.child(verb, &["auxpass", "nsubjpass"]).is_some()
        || (word.tag == "VBN" && tree.child(verb, &["aux", "nsubj"]).is_none())
            && matches!(word.dep, "acl" | "advcl" | "amod" | "relcl" | "prep")
}

pub(crate) fn is_negated(tree: &Tree<'_>, at: u32) -> bool {
    tree.child(at, &["neg"]).is_some()
}

/// The verb before a speech verb that belongs to its cue: "went on to say".
fn carrier(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let word = tree.word(verb);
    let head = tree.word(word.head);
    let carries = word.dep == "xcomp"
        && word.head < verb
        && head.is_verb()
        && lexicon().carriers.iter().any(|lemma| lemma == head.lemma)
        && verb - word.head <= 5;
    carries.then_some(word.head)
}

/// A verb with its auxiliaries, negation and the adverbs among them, up to its particle.
fn verb_group(tree: &Tree<'_>, first: u32, last: u32) -> Words {
    let mut from = first;
    for &child in tree.children(first) {
        let word = tree.word(child);
        if child < first && matches!(word.dep, "aux" | "auxpass" | "neg" | "advmod") {
            from = from.min(child);
        }
    }
    // What stands between must be of the group, too: "has, he said, refused" begins at "refused".
    let is_of_group = |at: u32| {
        let word = tree.word(at);
        matches!(word.dep, "aux" | "auxpass" | "neg" | "advmod" | "prt")
            || word.is_subject()
            || word.head != first && word.dep == "advmod"
    };
    while from < first && !(from..first).all(is_of_group) {
        from += 1;
    }
    while from < first && !matches!(tree.word(from).dep, "aux" | "auxpass" | "neg" | "advmod") {
        from += 1;
    }
    if tree.word(from).tag == "WRB" && from < first {
        from += 1;
    }
    let particle = tree.child(last, &["prt"]).filter(|&at| at == last + 1);
    from..particle.unwrap_or(last) + 1
}

/// Whether a candidate may stand beside quotations.
pub(crate) fn takes_quotes(candidate: &Candidate) -> bool {
    candidate.entry.frames.has(Frames::QUOTE)
        || matches!(
            candidate.kind,
            CueKind::Colon | CueKind::Dash | CueKind::Phrase
        )
}
