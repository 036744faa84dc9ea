//! Recall on the answer key of a story.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::story::{self, Named, Story, Wanted};
use super::{Answer, Input, Link, annotate, quote, rate};

/// Types whose ends may stand in either order.
pub(super) const SYMMETRIC: &[&str] = &["Family", "Associate", "Contact", "Unknown"];

/// How much of a wanted tie was found, each step with the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Nothing,
    Ends,
    Type,
    Direction,
    Stance,
}

/// Prints the recall on a story's key.
pub(super) fn measure(program: &Path, corpus: &Path, wrong: bool) -> anyhow::Result<()> {
    let Story {
        names,
        wanted,
        inputs,
    } = story::load(program, corpus)?;
    let answers = annotate(program, &inputs)?;
    let by_document: BTreeMap<&str, &Answer> = inputs
        .iter()
        .map(|input| input.id.as_str())
        .zip(&answers)
        .collect();
    let names = Names::new(&names);
    let found: Vec<Found> = wanted
        .iter()
        .map(|wanted| match by_document.get(wanted.doc.as_str()) {
            Some(answer) => best(wanted, answer, &names),
            None => Found::Nothing,
        })
        .collect();
    print(corpus, &wanted, &found, &answers);
    if wrong {
        print_wrong(&wanted, &found, &inputs, &answers);
    }
    Ok(())
}

fn print(corpus: &Path, wanted: &[Wanted], found: &[Found], answers: &[Answer]) {
    let name = corpus.file_name().unwrap_or_default().to_string_lossy();
    let n_found: usize = answers.iter().map(|answer| answer.links.len()).sum();
    println!(
        "\n{name}: {} ties in the key, {n_found} found in {} texts",
        wanted.len(),
        answers.len()
    );
    println!(
        "{:<18}{:>6}{:>8}{:>8}{:>11}{:>8}",
        "recall by", "key", "ends", "type", "direction", "stance"
    );
    let mut kinds: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.kind.as_str()).collect();
    kinds.insert("all");
    for kind in kinds {
        let of_kind = || {
            let both = wanted.iter().zip(found);
            both.filter(move |(wanted, _)| kind == "all" || wanted.kind == kind)
                .map(|(_, found)| *found)
        };
        let n = of_kind().count();
        let column = |least: Found| rate(of_kind().filter(|found| *found >= least).count(), n);
        println!(
            "{kind:<18}{n:>6}{:>8}{:>8}{:>11}{:>8}",
            column(Found::Ends),
            column(Found::Type),
            column(Found::Direction),
            column(Found::Stance)
        );
    }
}

fn print_wrong(wanted: &[Wanted], found: &[Found], inputs: &[Input], answers: &[Answer]) {
    for (wanted, found) in wanted
        .iter()
        .zip(found)
        .filter(|(_, found)| **found < Found::Stance)
    {
        println!(
            "{found:?}\t{}\t{}\t{} {} {} ({})\t{}",
            wanted.id,
            wanted.doc,
            wanted.ends[0].0,
            wanted.kind,
            wanted.ends[0].1,
            wanted.stance,
            wanted.evidence
        );
    }
    for (input, answer) in inputs.iter().zip(answers) {
        for link in &answer.links {
            println!(
                "Found\t{}\t{} {} {} ({})\t{}",
                input.id,
                answer.entities[link.from].name,
                link.kind,
                answer.entities[link.to].name,
                link.stance,
                quote(answer, link).replace('\n', " ")
            );
        }
    }
}

fn best(wanted: &Wanted, answer: &Answer, names: &Names<'_>) -> Found {
    let found = answer
        .links
        .iter()
        .map(|link| compare(wanted, answer, link, names));
    match found.max().unwrap_or(Found::Nothing) {
        Found::Nothing if wanted.may_be_missing => Found::Stance,
        found => found,
    }
}

fn compare(wanted: &Wanted, answer: &Answer, link: &Link, names: &Names<'_>) -> Found {
    let is = |entity: usize, id: &String| names.ids(&answer.entities[entity]).contains(id.as_str());
    let pair = |from: usize, to: usize| {
        let mut ends = wanted.ends.iter();
        ends.any(|(first, second)| is(from, first) && is(to, second))
    };
    let (forward, backward) = (pair(link.from, link.to), pair(link.to, link.from));
    let is_type = wanted.kind == link.kind || wanted.accept_types.contains(&link.kind);
    let is_stance = wanted.stance == link.stance || wanted.accept_stances.contains(&link.stance);
    let is_direction = forward || SYMMETRIC.contains(&wanted.kind.as_str());
    match (forward || backward, is_type, is_direction, is_stance) {
        (false, ..) => Found::Nothing,
        (_, false, ..) => Found::Ends,
        (_, _, false, _) => Found::Type,
        (.., false) => Found::Direction,
        _ => Found::Stance,
    }
}

/// Which of the key's entities a name may mean. A part of a name may mean all that have it: what is
/// measured is the tie, not who is who.
struct Names<'a> {
    by_name: BTreeMap<String, BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    fn new(entities: &'a [Named]) -> Self {
        let mut by_name: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for entity in entities {
            for name in entity.names.iter().chain([&entity.name]) {
                by_name.entry(plain(name)).or_default().insert(&entity.id);
            }
        }
        Self { by_name }
    }

    fn ids(&self, entity: &super::Entity) -> BTreeSet<&'a str> {
        let names: Vec<String> = entity
            .names
            .iter()
            .chain([&entity.name])
            .map(|name| plain(name))
            .collect();
        let exact = names.iter().filter_map(|name| self.by_name.get(name));
        let exact: BTreeSet<&str> = exact.flatten().copied().collect();
        if !exact.is_empty() {
            return exact;
        }
        let is_part = |known: &str, name: &str| {
            known.len() > 5 && name.contains(known) || known.split(' ').any(|word| word == name)
        };
        let near = self
            .by_name
            .iter()
            .filter(|(known, _)| names.iter().any(|name| is_part(known, name)));
        near.flat_map(|(_, ids)| ids.iter().copied()).collect()
    }
}

/// In lower case, without article, with one kind of apostrophe.
fn plain(name: &str) -> String {
    let name = name
        .to_lowercase()
        .replace('’', "'")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    name.strip_prefix("the ").unwrap_or(&name).to_owned()
}
