//! Precision, recall and F1 on the development set of Re-DocRED (MIT), for the relations that are types of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::{Answer, Input, annotate, quote, rate};

/// Relations: Wikidata property, its name, our type, whether its head is our `to`.
const RELATIONS: &[(&str, &str, &str, bool)] = &[
    ("P108", "employer", "Employment", false),
    ("P102", "member of political party", "Membership", false),
    ("P463", "member of", "Membership", false),
    ("P54", "member of sports team", "Membership", false),
    ("P112", "founded by", "Directorship", true),
    ("P169", "chief executive officer", "Directorship", true),
    ("P488", "chairperson", "Directorship", true),
    ("P1037", "director or manager", "Directorship", true),
    ("P35", "head of state", "Directorship", true),
    ("P6", "head of government", "Directorship", true),
    ("P127", "owned by", "Ownership", true),
    ("P1830", "owner of", "Ownership", false),
    ("P749", "parent organization", "Ownership", true),
    ("P355", "subsidiary", "Ownership", false),
    ("P26", "spouse", "Family", false),
    ("P40", "child", "Family", false),
    ("P3373", "sibling", "Family", false),
    ("P159", "headquarters location", "Location", false),
    ("P19", "place of birth", "Location", false),
    ("P20", "place of death", "Location", false),
    ("P551", "residence", "Location", false),
    ("P69", "educated at", "Unknown", false),
];
/// Types that the set labels so sparsely that what is found cannot be called wrong by it.
const SYMMETRIC: &[&str] = &["Family"];

#[derive(Debug, Deserialize)]
struct Document {
    title: String,
    sents: Vec<Vec<String>>,
    #[serde(rename = "vertexSet")]
    entities: Vec<Vec<Vertex>>,
    labels: Vec<Label>,
}

#[derive(Debug, Deserialize)]
struct Vertex {
    sent_id: usize,
    pos: (usize, usize),
}

#[derive(Debug, Deserialize)]
struct Label {
    h: usize,
    t: usize,
    r: String,
}

/// A pair of the set's entities with the type of the tie: from, to.
type Pair = (usize, usize, &'static str);

#[derive(Debug, Default)]
struct Counts {
    labeled: usize,
    found: usize,
    in_one_sentence: usize,
    found_of_those: usize,
}

/// Prints the measures.
pub(super) fn measure(program: &Path, file: &Path, wrong: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let documents: Vec<Document> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{}: not Re-DocRED as JSON lines", file.display()))?;
    let texts: Vec<(String, Vec<Vec<usize>>)> = documents.iter().map(joined).collect();
    let inputs: Vec<Input> = documents
        .iter()
        .zip(&texts)
        .map(|(document, (text, _))| Input {
            id: document.title.clone(),
            text: text.clone(),
            date: None,
            author: None,
            kind: "article".to_owned(),
        })
        .collect();
    let answers = annotate(program, &inputs)?;
    let mut relations: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut types: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for ((document, (_, starts)), answer) in documents.iter().zip(&texts).zip(&answers) {
        let pairs = pairs(document, starts, answer);
        recall(document, &pairs, &mut relations);
        precision(document, &pairs, &mut types);
        if wrong {
            print_wrong(document, answer);
        }
    }
    print(documents.len(), &relations, &types);
    Ok(())
}

/// The words with spaces as in print, and where each begins.
fn joined(document: &Document) -> (String, Vec<Vec<usize>>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for sentence in &document.sents {
        let mut of_sentence = Vec::new();
        let mut is_open = false;
        for word in sentence {
            let closes = matches!(
                word.as_str(),
                "." | "," | ";" | ":" | ")" | "!" | "?" | "'s" | "n't" | "%" | "’s" | "-"
            );
            let is_quote = word == "\"";
            let glued = closes
                || is_quote && is_open
                || text.ends_with(['(', '-', '$', '£', '€'])
                || text.ends_with(" \"") && is_open;
            if !text.is_empty() && !glued {
                text.push(' ');
            }
            if is_quote {
                is_open = !is_open;
            }
            of_sentence.push(text.len());
            text.push_str(word);
        }
        starts.push(of_sentence);
    }
    (text, starts)
}

/// The ties found, between entities of the set.
fn pairs(document: &Document, starts: &[Vec<usize>], answer: &Answer) -> BTreeSet<Pair> {
    let of_entity = |entity: usize| -> Vec<usize> {
        let own = answer
            .mentions
            .iter()
            .filter(|mention| mention.entity == Some(entity));
        let spans: Vec<(usize, usize)> = own.map(|mention| (mention.start, mention.end)).collect();
        let is_met = |vertex: &Vertex| {
            let start = starts
                .get(vertex.sent_id)
                .and_then(|words| words.get(vertex.pos.0));
            let last = starts
                .get(vertex.sent_id)
                .and_then(|words| words.get(vertex.pos.1 - 1));
            let both = start.zip(last);
            both.is_some_and(|(&start, &last)| {
                spans.iter().any(|&(from, to)| from <= last && start < to)
            })
        };
        let met = |at: &usize| document.entities[*at].iter().any(is_met);
        (0..document.entities.len()).filter(met).collect()
    };
    let mut found = BTreeSet::new();
    for link in &answer.links {
        let Some((_, _, kind, _)) = RELATIONS.iter().find(|(_, _, kind, _)| *kind == link.kind)
        else {
            continue;
        };
        for from in of_entity(link.from) {
            for to in of_entity(link.to) {
                found.insert((from, to, *kind));
                if SYMMETRIC.contains(kind) {
                    found.insert((to, from, *kind));
                }
            }
        }
    }
    found
}

/// The labeled pair in our direction.
fn labeled(label: &Label) -> Option<(&'static str, Pair)> {
    let (property, _, kind, is_reversed) = RELATIONS
        .iter()
        .find(|(property, ..)| *property == label.r)?;
    let pair = if *is_reversed {
        (label.t, label.h, *kind)
    } else {
        (label.h, label.t, *kind)
    };
    Some((property, pair))
}

fn recall(document: &Document, found: &BTreeSet<Pair>, relations: &mut BTreeMap<&str, Counts>) {
    for label in &document.labels {
        let Some((property, pair)) = labeled(label) else {
            continue;
        };
        let sentences = |entity: usize| -> BTreeSet<usize> {
            document.entities[entity]
                .iter()
                .map(|vertex| vertex.sent_id)
                .collect()
        };
        let together = !sentences(label.h).is_disjoint(&sentences(label.t));
        let is_found = found.contains(&pair);
        let counts = relations.entry(property).or_default();
        counts.labeled += 1;
        counts.found += usize::from(is_found);
        counts.in_one_sentence += usize::from(together);
        counts.found_of_those += usize::from(together && is_found);
    }
}

/// By type: pairs found, those with a label of that type, those with any label at all.
fn precision(document: &Document, found: &BTreeSet<Pair>, types: &mut BTreeMap<&str, [usize; 3]>) {
    let right: BTreeSet<Pair> = document
        .labels
        .iter()
        .filter_map(labeled)
        .map(|(_, pair)| pair)
        .collect();
    let any: BTreeSet<(usize, usize)> = document
        .labels
        .iter()
        .flat_map(|label| [(label.h, label.t), (label.t, label.h)])
        .collect();
    for pair in found {
        let is_mirror = SYMMETRIC.contains(&pair.2) && pair.0 > pair.1;
        if is_mirror {
            continue;
        }
        let counts = types.entry(pair.2).or_default();
        let is_right = right.contains(pair)
            || SYMMETRIC.contains(&pair.2) && right.contains(&(pair.1, pair.0, pair.2));
        counts[0] += 1;
        counts[1] += usize::from(is_right);
        counts[2] += usize::from(any.contains(&(pair.0, pair.1)));
    }
}

fn print(
    n_documents: usize,
    relations: &BTreeMap<&str, Counts>,
    types: &BTreeMap<&str, [usize; 3]>,
) {
    println!("\nRe-DocRED, {n_documents} documents");
    println!(
        "{:<28}{:<14}{:>8}{:>8}   of those in one sentence",
        "relation", "type", "labeled", "recall"
    );
    for (property, name, kind, _) in RELATIONS {
        let Some(counts) = relations.get(property) else {
            continue;
        };
        println!(
            "{:<28}{kind:<14}{:>8}{:>8}   {:>5}{:>8}",
            format!("{property} {name}"),
            counts.labeled,
            rate(counts.found, counts.labeled),
            counts.in_one_sentence,
            rate(counts.found_of_those, counts.in_one_sentence)
        );
    }
    println!(
        "\n{:<14}{:>8}{:>11}{:>8}{:>8}   precision by any label",
        "type", "found", "precision", "recall", "F1"
    );
    for (kind, [found, right, any]) in types {
        let of_kind = RELATIONS.iter().filter(|(_, _, of, _)| of == kind);
        let counts = of_kind.filter_map(|(property, ..)| relations.get(property));
        let (mut n_labeled, mut n_found) = (0, 0);
        for one in counts {
            n_labeled += one.labeled;
            n_found += one.found;
        }
        let precision = *right as f64 / (*found).max(1) as f64;
        let recall = n_found as f64 / n_labeled.max(1) as f64;
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        println!(
            "{kind:<14}{found:>8}{:>11}{:>8}{f1:>8.3}   {}",
            rate(*right, *found),
            rate(n_found, n_labeled),
            rate(*any, *found)
        );
    }
}

fn print_wrong(document: &Document, answer: &Answer) {
    for link in &answer.links {
        let (from, to) = (
            &answer.entities[link.from].name,
            &answer.entities[link.to].name,
        );
        println!(
            "{}\t{from}\t{}\t{to}\t{}",
            document.title,
            link.kind,
            quote(answer, link)
        );
    }
}
