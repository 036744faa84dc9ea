//! Whether a candidate is an attribution: a logistic scorer over what the tree shows of it.
//!
//! Weights come from `cargo xtask train statements`; `model/CARD.md` says from which text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::candidate::{Candidate, CueKind, Link};
use super::tree::Tree;

/// The committed weights: a feature and its weight a line.
const WEIGHTS: &str = include_str!("../../model/cues.tsv");

/// A candidate of less is dropped. Chosen on the training text.
const THRESHOLD: f32 = 0.0;

/// Whether a candidate is likely an attribution.
pub(crate) fn is_likely(tree: &Tree<'_>, one: &Candidate, nested: bool) -> bool {
    score(tree, one, nested) > THRESHOLD
}

/// Log odds.
pub(crate) fn score(tree: &Tree<'_>, one: &Candidate, nested: bool) -> f32 {
    static LOADED: LazyLock<HashMap<&'static str, f32>> = LazyLock::new(|| {
        let rows = WEIGHTS.lines().filter_map(|line| line.split_once('\t'));
        rows.filter_map(|(feature, weight)| Some((feature, weight.parse().ok()?)))
            .collect()
    });
    let weight = |feature: &String| LOADED.get(feature.as_str()).copied().unwrap_or(0.0);
    features(tree, one, nested).iter().map(weight).sum()
}

/// What is known of a candidate, each as a string that has a weight.
pub(crate) fn features(tree: &Tree<'_>, one: &Candidate, nested: bool) -> Vec<String> {
    let word = tree.word(one.head);
    let lemma = match one.kind {
        CueKind::Colon | CueKind::Dash => "".to_owned(),
        _ => word.lemma.to_lowercase(),
    };
    let kind = format!("{:?}", one.kind);
    let link = format!("{:?}", one.link);
    let group = one.entry.group;
    let who = speaker(tree, one);
    let governs = relation(tree, one.head);
    let quoted = quotation(tree, one);
    let mut all = vec![
        "bias".to_owned(),
        format!("lemma={lemma}"),
        format!("lemma,link={lemma},{link}"),
        format!("group={group}"),
        format!("group,link={group},{link}"),
        format!("kind,link={kind},{link}"),
        format!("who={who}"),
        format!("who,link={who},{link}"),
        format!("who,group={who},{group}"),
        format!("dep={governs}"),
        format!("dep,link={governs},{link}"),
        format!("tag={}", word.tag),
        format!("quoted={quoted},{link}"),
        format!("size={},{link}", size(one)),
        format!("passive={},{link}", one.passive),
        format!("negated={}", one.negated),
        format!("nested={nested},{link}"),
    ];
    if one.inside.is_some() {
        all.push(format!("inside={link}"));
    }
    if let Some(preposition) = one.cue.last().filter(|_| one.link == Link::Preposition) {
        let last = tree
            .word(preposition.end.saturating_sub(1))
            .text
            .to_lowercase();
        all.push(format!("behind={lemma},{last}"));
        all.push(format!("behind={last}"));
    }
    if let Some(first) = one.content.first() {
        let first = tree.word(first.start);
        all.push(format!("first={},{link}", first.text.to_lowercase()));
        all.push(format!("first={},{link}", first.pos));
    }
    all
}

fn speaker(tree: &Tree<'_>, one: &Candidate) -> String {
    let Some(speaker) = one.speaker else {
        return "nobody".to_owned();
    };
    let word = tree.word(speaker);
    match (word.entity, word.pos) {
        ("", "PRON" | "DET") => format!("pronoun {}", word.text.to_lowercase()),
        ("", pos) => pos.to_owned(),
        (entity, _) => entity.to_owned(),
    }
}

fn relation(tree: &Tree<'_>, at: u32) -> String {
    let word = tree.word(at);
    let to = tree
        .child(at, &["aux"])
        .is_some_and(|aux| tree.word(aux).tag == "TO");
    let modal = tree
        .child(at, &["aux"])
        .is_some_and(|aux| tree.word(aux).tag == "MD");
    let form = if to {
        " to"
    } else if modal {
        " modal"
    } else if word.tag == "VBG" {
        " ing"
    } else {
        ""
    };
    format!("{}{form}", word.dep)
}

fn quotation(tree: &Tree<'_>, one: &Candidate) -> &'static str {
    let opens = |at: u32| matches!(tree.word(at).text, "“" | "\"" | "''" | "``" | "‘");
    match one.content.first() {
        Some(first) if opens(first.start) => "whole",
        Some(_) if one.content.iter().any(|part| part.clone().any(opens)) => "part",
        _ => "none",
    }
}

fn size(one: &Candidate) -> u32 {
    let words: u32 = one.content.iter().map(|part| part.end - part.start).sum();
    match words {
        0 => 0,
        1 => 1,
        2..=3 => 2,
        4..=7 => 3,
        8..=15 => 4,
        _ => 5,
    }
}
