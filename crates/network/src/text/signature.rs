//! Ties that a signature states by its lines: a name, a role, an organization.

use onrecord_statements::entities::EntityKind;

use super::ends::Ends;
use super::found::Found;
use super::lexicon::{Holder, lexicon};

/// Lines of a signature that are read.
const MOST_LINES: usize = 12;

/// The first person of a signature holds the role that a line names at the organization that a line names.
pub(crate) fn in_signature(ends: Ends<'_>) -> Vec<Found> {
    let tree = ends.tree;
    let lines = lines(ends);
    let name_of = |line: &std::ops::Range<u32>, kind: EntityKind| {
        let mut names = line.clone().filter_map(|word| ends.name(word));
        names.find(|&name| ends.kind(name) == Some(kind))
    };
    let persons = lines
        .iter()
        .filter_map(|line| name_of(line, EntityKind::Person));
    let mut persons: Vec<u32> = persons.collect();
    persons.dedup_by_key(|person| ends.entity(*person));
    let organization = lines
        .iter()
        .find_map(|line| name_of(line, EntityKind::Organization));
    let ([person], Some(organization)) = (persons.as_slice(), organization) else {
        return Vec::new();
    };
    let role = lines.iter().find_map(|line| role_in(ends, line.clone()));
    let Some((kind, anchor, words)) = role else {
        return Vec::new();
    };
    vec![Found {
        kind,
        from: *person,
        to: organization,
        anchor,
        verb: None,
        adjective: None,
        role: Some(tree.words(words.clone()).trim().to_owned()),
        words,
        ends: false,
        needs: None,
    }]
}

/// The words of each line.
fn lines(ends: Ends<'_>) -> Vec<std::ops::Range<u32>> {
    let tree = ends.tree;
    let mut lines = Vec::new();
    let mut start = 0;
    for word in 0..tree.len() {
        if tree.word(word).contains('\n') {
            lines.push(start..word);
            start = word + 1;
            if lines.len() >= MOST_LINES {
                return lines;
            }
        }
    }
    lines.push(start..tree.len());
    lines
}

/// The first role of a person at an organization in a line, with the words of the line up to its end or a comma.
fn role_in(
    ends: Ends<'_>,
    line: std::ops::Range<u32>,
) -> Option<(usize, u32, std::ops::Range<u32>)> {
    let tree = ends.tree;
    for word in line.clone() {
        if ends.name(word).is_some() {
            continue;
        }
        let lemma = tree.lemma(word);
        let Some(roles) = lexicon().roles.get(lemma) else {
            continue;
        };
        let is_whole = |before: &[String]| {
            let start = word.checked_sub(before.len() as u32);
            start.is_some_and(|start| {
                before
                    .iter()
                    .zip(start..)
                    .all(|(part, at)| tree.word(at).to_lowercase() == *part)
            })
        };
        let fits = roles.iter().find(|role| {
            is_whole(&role.before)
                && role.holder == Holder::From
                && role.from_kinds.has(EntityKind::Person)
                && role.to_kinds.has(EntityKind::Organization)
        })?;
        let is_mark =
            |at: &u32| matches!(tree.word(*at), "," | "|" | "-" | "–") || ends.name(*at).is_some();
        let start = (line.start..word)
            .rev()
            .find(is_mark)
            .map_or(line.start, |at| at + 1);
        let end = (word + 1..line.end).find(is_mark).unwrap_or(line.end);
        let has_part = end > word + 1;
        let kind = if has_part {
            fits.of_part.unwrap_or(fits.kind)
        } else {
            fits.kind
        };
        return Some((kind, word, start..end));
    }
    None
}
