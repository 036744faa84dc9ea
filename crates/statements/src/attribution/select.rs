//! Which candidates are attributions, and which quotations belong to which.

use super::candidate::{Candidate, CueKind, Link, candidates, takes_quotes};
use super::content::without;
use super::lexicon::Frames;
use super::nesting::parents;
use super::quotes::Quotations;
use super::scorer;
use super::source::trim;
use super::tree::{Tree, Words};
use crate::statement::Stance;

/// The attributions of a segment, by the heads of their cues.
pub(crate) fn attributions(tree: &Tree<'_>, quotations: &Quotations) -> Vec<Candidate> {
    let mut found = candidates_with_content(tree, quotations);
    let nested = parents(&found);
    let mut nested = nested.iter().map(Option::is_some);
    found.retain(|one| {
        let nested = nested.next().unwrap_or_default();
        is_sure(one) || scorer::is_likely(tree, one, nested)
    });
    found
}

/// Cues that are hardly ever anything else.
fn is_sure(one: &Candidate) -> bool {
    let plain = matches!(one.entry.stance, Stance::Asserts | Stance::Hypothetical);
    let stated = one.link == Link::Clause && one.kind == CueKind::Verb && one.speaker.is_some();
    one.link == Link::Nothing || !plain && (one.link == Link::Phrase || stated)
}

/// Whether the cue says what there is to say: "declined to comment".
fn says_enough(one: &Candidate) -> bool {
    matches!(one.entry.stance, Stance::DeclinesComment | Stance::Retracts)
        && matches!(one.link, Link::Nothing | Link::Phrase)
}

/// All candidates that have a content, likely or not.
pub(crate) fn candidates_with_content(tree: &Tree<'_>, quotations: &Quotations) -> Vec<Candidate> {
    let mut found = candidates(tree, quotations);
    give_quotations(tree, quotations, &mut found);
    for one in &mut found {
        tidy(tree, quotations, one);
    }
    found.retain(|one| !one.content.is_empty() || says_enough(one));
    found
}

/// Gives each quotation to the cue that is nearest by the rules of news.
fn give_quotations(tree: &Tree<'_>, quotations: &Quotations, found: &mut [Candidate]) {
    let mut owners: Vec<Option<usize>> = vec![None; quotations.all.len()];
    for (number, one) in found.iter().enumerate() {
        if one.inside.is_none() && takes_quotes(one) {
            own_by_tree(quotations, one, number, &mut owners);
        }
    }
    for (number, one) in found.iter().enumerate() {
        if one.inside.is_none() && takes_quotes(one) {
            own_by_neighborhood(tree, quotations, one, number, &mut owners);
        }
    }
    own_what_follows(tree, quotations, &mut owners);
    own_next_paragraph(tree, quotations, found, &owners);
    for (quotation, owner) in quotations.all.iter().zip(owners) {
        if let Some(one) = owner.map(|owner| &mut found[owner]) {
            let words = lead_in(tree, one, quotation.words.clone());
            one.content.push(words);
        }
    }
}

/// "She added:" at the end of a paragraph announces the next one.
fn own_next_paragraph(
    tree: &Tree<'_>,
    quotations: &Quotations,
    found: &mut [Candidate],
    owners: &[Option<usize>],
) {
    for one in found.iter_mut().filter(|one| takes_quotes(one)) {
        let Some(colon) = one.cue.last().map(|cue| cue.end).filter(|&end| end > 0) else {
            continue;
        };
        let rest = tree.without_space(colon..tree.paragraph(one.head).end);
        let number = tree.word(one.head).paragraph as usize + 1;
        if tree.word(colon - 1).text != ":" || !rest.is_empty() {
            continue;
        }
        let next = tree
            .paragraphs
            .get(number)
            .map(|words| tree.without_space(words.clone()));
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            continue;
        };
        let quoted = quotations
            .at(next.start)
            .is_some_and(|at| owners.get(at as usize).is_some_and(Option::is_some));
        if !quoted {
            one.content = vec![next];
            one.link = Link::Quote;
        }
    }
}

/// A quotation with the writer's words that lead to it: "says it was “absolutely right”".
fn lead_in(tree: &Tree<'_>, one: &Candidate, mut quotation: Words) -> Words {
    let frame = one.frame();
    let gap = frame.end..quotation.start;
    let near = gap.start < gap.end && gap.end - gap.start < MAX_LEAD_IN;
    let same = tree.word(quotation.start).sentence == tree.word(one.head).sentence;
    if one.content.is_empty() && near && same && one.entry.frames.has(Frames::CLAUSE) {
        let verb = gap
            .clone()
            .find(|&at| tree.word(at).is_verb() || tree.word(at).text == "that");
        let told = tree
            .child(one.head, &["dobj", "dative", "prep"])
            .map(|at| tree.subtree(at).end);
        let from = told.unwrap_or(frame.end).max(frame.end);
        let to = tree.sentence(one.head).end;
        if verb.is_some() && from < quotation.start {
            quotation = from..to.max(quotation.end);
        }
    }
    quotation
}

/// Words between a cue and a quotation that may lead to it.
const MAX_LEAD_IN: u32 = 30;

/// Quotations that the content of the tree touches.
fn own_by_tree(
    quotations: &Quotations,
    one: &Candidate,
    number: usize,
    owners: &mut [Option<usize>],
) {
    for part in &one.content {
        let first = quotations
            .all
            .partition_point(|q| q.words.end <= part.start);
        for (quotation, owner) in quotations
            .all
            .iter()
            .zip(owners.iter_mut())
            .skip(first)
            .take(MAX_QUOTATIONS)
        {
            if quotation.words.start >= part.end {
                break;
            }
            let inside = part.start <= quotation.words.start && quotation.words.end <= part.end;
            if !inside && owner.is_none() {
                *owner = Some(number);
            }
        }
    }
}

/// Quotations in one content that are looked at.
const MAX_QUOTATIONS: usize = 64;

/// A quotation that ends right before the source or cue, or begins right behind them.
fn own_by_neighborhood(
    tree: &Tree<'_>,
    quotations: &Quotations,
    one: &Candidate,
    number: usize,
    owners: &mut [Option<usize>],
) {
    let paragraph = tree.paragraph(one.head);
    let frame = one.frame();
    let own = |quotation: &super::quotes::Quotation| {
        let in_paragraph =
            quotation.words.start >= paragraph.start && quotation.words.start < paragraph.end;
        let before =
            quotation.words.end <= frame.start && is_gap(tree, &(quotation.words.end..frame.start));
        let behind = quotation.words.start >= frame.end
            && tree.word(quotation.words.start).sentence == tree.word(one.head).sentence
            && (is_gap(tree, &(frame.end..quotation.words.start))
                || one.content.is_empty()
                || is_announced(tree, one, quotation.words.start));
        in_paragraph && (before || behind)
    };
    let near = quotations
        .all
        .partition_point(|q| q.words.end <= frame.start);
    let first = near.saturating_sub(1);
    let nearby = quotations.all.iter().zip(owners.iter_mut());
    for (quotation, owner) in nearby.skip(first).take(near + NEAR - first) {
        if owner.is_none() && own(quotation) {
            *owner = Some(number);
        }
    }
}

/// Quotations behind a cue that are looked at.
const NEAR: usize = 6;

/// "She has what it takes: “…”"
fn is_announced(tree: &Tree<'_>, one: &Candidate, opens: u32) -> bool {
    let colon = opens
        .checked_sub(1)
        .is_some_and(|at| tree.word(at).text == ":");
    colon
        && one
            .content
            .iter()
            .any(|part| part.end + 2 >= opens && part.end <= opens)
}

/// Nothing but marks and white space, or a conjunction.
fn is_gap(tree: &Tree<'_>, words: &Words) -> bool {
    words.end.saturating_sub(words.start) < MAX_GAP
        && words.clone().all(|at| {
            let word = tree.word(at);
            word.is_space() || word.pos == "PUNCT" || word.dep == "cc" || word.dep == "advmod"
        })
}

const MAX_GAP: u32 = 16;

/// Whole quoted sentences go on with the speaker of the quotation before them in the paragraph, and
/// what was left open goes on in the next paragraph.
fn own_what_follows(tree: &Tree<'_>, quotations: &Quotations, owners: &mut [Option<usize>]) {
    for at in 1..quotations.all.len() {
        let (quotation, before) = (&quotations.all[at], &quotations.all[at - 1]);
        if owners[at].is_some() {
            continue;
        }
        let same =
            tree.word(quotation.words.start).paragraph == tree.word(before.words.start).paragraph;
        let opens = tree.word(quotation.words.start.saturating_sub(1));
        let anew = opens.is_space() || matches!(opens.text, "." | "!" | "?" | "”" | "\"" | ":");
        let long = quotation.words.end - quotation.words.start > 4;
        if quotation.goes_on || same && anew && long {
            owners[at] = owners[at - 1];
        }
    }
}

/// Content without the words of source and cue, cut at the quotation that holds the cue, trimmed
/// and joined.
fn tidy(tree: &Tree<'_>, quotations: &Quotations, one: &mut Candidate) {
    if let Some(quotation) = one.inside.and_then(|number| quotations.get(number)) {
        for part in &mut one.content {
            part.start = part.start.max(quotation.words.start);
            part.end = part.end.min(quotation.words.end).max(part.start);
        }
    }
    let mut parts = joined(std::mem::take(&mut one.content));
    if one.link != Link::Quote {
        let paragraph = tree.paragraph(one.head);
        for part in &mut parts {
            let quoted = quotations.at(part.start).is_some() && part.start >= paragraph.end
                || part.end <= paragraph.start;
            if !quoted {
                part.start = part.start.max(paragraph.start);
                part.end = part.end.min(paragraph.end).max(part.start);
            }
        }
    }
    parts = without(&parts, &one.source);
    parts = without(&parts, &one.cue);
    if let Some(last) = parts.last_mut() {
        last.end = last.end.min(digression(tree, quotations, last));
    }
    parts = parts
        .into_iter()
        .map(|words| trim_content(tree, quotations, words))
        .filter(|words| {
            words
                .clone()
                .any(|at| tree.word(at).text.contains(char::is_alphanumeric))
        })
        .collect();
    one.content = parts;
}

/// Where what is said ends and the writer goes on: ", which …", "; …". Not inside of a quotation.
fn digression(tree: &Tree<'_>, quotations: &Quotations, words: &Words) -> u32 {
    let from = words.start.max(words.end.saturating_sub(MAX_DIGRESSION));
    let begins = |&at: &u32| {
        let (word, next) = (tree.word(at), tree.word(at + 1));
        let aside = word.text == ","
            && matches!(next.tag, "WDT" | "WP")
            && is_relative(tree, at + 1, words);
        let aside =
            aside || is_mark(word.text) && next.tag == "VBG" && is_participle(tree, at + 1, words);
        at > words.start + 2 && quotations.at(at).is_none() && (word.text == ";" || aside)
    };
    (from..words.end).find(begins).unwrap_or(words.end)
}

/// Whether the clause of a relative pronoun lasts to the end of the content.
fn is_relative(tree: &Tree<'_>, pronoun: u32, words: &Words) -> bool {
    let verb = tree.word(pronoun).head;
    let clause = tree.word(verb);
    clause.dep == "relcl" && clause.right + 2 >= words.end
}

fn is_mark(word: &str) -> bool {
    matches!(word, "," | "--" | "—" | "–")
}

/// Whether a participle's clause, set off by a mark, lasts to the end of the content.
fn is_participle(tree: &Tree<'_>, participle: u32, words: &Words) -> bool {
    let clause = tree.word(participle);
    clause.dep == "advcl" && clause.right + 2 >= words.end
}

/// Words at the end of a content in which a digression is looked for.
const MAX_DIGRESSION: u32 = 60;

fn joined(mut parts: Vec<Words>) -> Vec<Words> {
    parts.sort_by_key(|words| (words.start, words.end));
    let mut joined: Vec<Words> = Vec::new();
    for words in parts {
        match joined.last_mut() {
            Some(last) if words.start <= last.end => last.end = last.end.max(words.end),
            _ => joined.push(words),
        }
    }
    joined
}

/// Marks at the ends go, but not those of a quotation that begins or ends there.
fn trim_content(tree: &Tree<'_>, quotations: &Quotations, words: Words) -> Words {
    let mut words = trim(tree, words);
    let lone = |at: u32| {
        let word = tree.word(at);
        matches!(word.text, "“" | "”" | "\"" | "''" | "``" | "‘" | "(" | ")")
    };
    // A mark whose partner is not in the content.
    while words.start < words.end && lone(words.start) {
        let quotation = quotations.at(words.start).and_then(|n| quotations.get(n));
        if quotation.is_some_and(|q| q.words.start == words.start) {
            break;
        }
        if tree.word(words.start).text == "(" {
            break;
        }
        words.start += 1;
    }
    while words.end > words.start && lone(words.end - 1) {
        let quotation = quotations.at(words.end - 1).and_then(|n| quotations.get(n));
        if quotation.is_some_and(|q| q.words.end == words.end && q.words.start >= words.start) {
            break;
        }
        if tree.word(words.end - 1).text == ")" && words.clone().any(|at| tree.word(at).text == "(")
        {
            break;
        }
        words.end -= 1;
    }
    trim(tree, words)
}
