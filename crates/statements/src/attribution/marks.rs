//! Attributions by marks alone: "Name: words", "“Words” — Name".

use super::candidate::{Candidate, CueKind, Link, Parts};
use super::lexicon::lexicon;
use super::quotes::Quotations;
use super::tree::{Tree, Words};

/// Words that a speaker's name before a colon, or after a dash, may have.
const MAX_SPEAKER_WORDS: u32 = 8;

pub(crate) fn candidates(tree: &Tree<'_>, quotations: &Quotations, found: &mut Vec<Candidate>) {
    for paragraph in &tree.paragraphs {
        let words = tree.without_space(paragraph.clone());
        if let Some(parts) = colon(tree, &words) {
            found.push(candidate(parts, quotations));
        } else if let Some(parts) = dash(tree, quotations, &words) {
            found.push(candidate(parts, quotations));
        }
    }
}

fn candidate((parts, source): (Parts, Words), quotations: &Quotations) -> Candidate {
    Candidate {
        kind: parts.kind,
        link: parts.link,
        head: parts.head,
        speaker: parts.speaker,
        source: vec![source],
        cue: vec![parts.cue],
        content: parts.content,
        entry: parts.entry,
        inside: quotations.at(parts.head),
        passive: false,
        negated: false,
    }
}

fn colon(tree: &Tree<'_>, paragraph: &Words) -> Option<(Parts, Words)> {
    let opened = matches!(tree.word(paragraph.start).text, "“" | "\"" | "”");
    let from = paragraph.start + u32::from(opened);
    let near = from..paragraph.end.min(from + MAX_SPEAKER_WORDS + 1);
    let colon = near.clone().find(|&at| tree.word(at).text == ":")?;
    let source = from..colon;
    if source.is_empty() || colon + 1 >= paragraph.end || !is_speaker(tree, &source) {
        return None;
    }
    Some((
        Parts {
            kind: CueKind::Colon,
            link: Link::Around,
            head: colon,
            speaker: last_name(tree, &source),
            cue: colon..colon + 1,
            content: Vec::from([Words::from(colon + 1..paragraph.end)]),
            entry: &lexicon().phrase_cue,
            passive: false,
        },
        source,
    ))
}

fn is_speaker(tree: &Tree<'_>, words: &Words) -> bool {
    let all = || words.clone().map(|at| tree.word(at));
    if all().any(|word| word.is_verb() || word.is_space()) {
        return false;
    }
    let document = |lemma: &str| lexicon().documents.iter().any(|known| known == lemma);
    let last = tree.word(words.end - 1);
    let first = tree.word(words.start);
    let capitals =
        || all().all(|word| word.text.chars().any(char::is_uppercase) && word.text.len() > 2);
    matches!(last.entity, "PERSON" | "ORG") && matches!(first.entity, "PERSON" | "ORG")
        || document(&last.lemma.to_lowercase()) && words.end - words.start <= 3
        || capitals() && words.end - words.start <= 3 && last.pos == "PROPN"
}

fn last_name(tree: &Tree<'_>, words: &Words) -> Option<u32> {
    words.clone().rev().find(|&at| tree.word(at).is_noun())
}

fn dash(tree: &Tree<'_>, quotations: &Quotations, paragraph: &Words) -> Option<(Parts, Words)> {
    let numbers = quotations.within(paragraph);
    let quotation = quotations.get(numbers.end.checked_sub(1).filter(|&n| n >= numbers.start)?)?;
    let at = tree.without_space(quotation.words.end..paragraph.end).start;
    let is_dash = matches!(tree.word(at).text, "—" | "―" | "–" | "--" | "-");
    let source = tree.without_space(at + 1..paragraph.end);
    let named = source.clone().any(|at| tree.word(at).pos == "PROPN");
    if !is_dash
        || at >= paragraph.end
        || !named
        || source.end - source.start > 2 * MAX_SPEAKER_WORDS
    {
        return None;
    }
    Some((
        Parts {
            kind: CueKind::Dash,
            link: Link::Quote,
            head: at,
            speaker: last_name(tree, &source),
            cue: at..at + 1,
            content: vec![quotation.words.clone()],
            entry: &lexicon().phrase_cue,
            passive: false,
        },
        source,
    ))
}
