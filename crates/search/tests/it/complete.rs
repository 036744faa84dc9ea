//! The hits of generated queries are all that a plain reading finds, and nothing else.

use std::collections::BTreeSet;

use onrecord_record::DocumentId;
use onrecord_search::{Index, Options, Query, Sort};

use crate::corpus::{Document, synthetic};
use crate::mail::messages;
use crate::plain_scan::Scan;
use crate::random::Random;

#[test]
fn made_up_documents_are_found_completely() {
    compare(&synthetic(500), 1_000, 11);
}

#[test]
fn list_mail_is_found_completely() {
    if let Some(documents) = messages("usrp-users-1500.tar.zst", 3) {
        compare(&documents, 500, 12);
    }
}

#[test]
fn mail_of_2002_is_found_completely() {
    if let Some(documents) = messages("sa-easy1-hard1-spam1.tar.zst", 5) {
        compare(&documents, 500, 13);
    }
}

fn compare(documents: &[Document], n_queries: usize, seed: u64) {
    let dir = tempfile::tempdir().expect("a folder for the index");
    let index = in_several_segments(dir.path(), documents);
    let scan = Scan::new(documents);
    let mut random = Random(seed);
    let mut with_hits = 0;
    for _ in 0..n_queries {
        let text = query(documents, &mut random, 3);
        let parsed = Query::parse(&text);
        let expected = scan.hits(&parsed.query);
        let found = all_hits(&index, &parsed.query);
        with_hits += usize::from(!expected.is_empty() && expected.len() < documents.len());
        if found != expected {
            let name = |id: &DocumentId| {
                documents
                    .iter()
                    .find(|document| document.id() == *id)
                    .map(|document| &document.name)
            };
            let missed: Vec<_> = expected
                .difference(&found)
                .filter_map(name)
                .take(3)
                .collect();
            let wrong: Vec<_> = found
                .difference(&expected)
                .filter_map(name)
                .take(3)
                .collect();
            panic!(
                "{text}\nunderstood {}\nmissed {missed:?}\nwrong {wrong:?}",
                parsed.understood
            );
        }
    }
    println!("{n_queries} queries, {with_hits} with some hits but not all");
    assert!(
        with_hits > n_queries / 2,
        "too few queries say anything: {with_hits}"
    );
}

/// An index with replaced and removed documents, in several segments.
fn in_several_segments(dir: &std::path::Path, documents: &[Document]) -> Index {
    let index = Index::open_or_create(dir).expect("an index");
    let mut writer = index.writer(24_000_000).expect("a writer");
    let third = documents.len() / 3;
    for (number, document) in documents[..2 * third].iter().enumerate() {
        let old = Document {
            texts: documents[number + third].texts.clone(),
            ..document.clone()
        };
        old.upsert(&mut writer);
    }
    writer.commit(1).expect("committed");
    documents[..third]
        .iter()
        .for_each(|document| document.upsert(&mut writer));
    documents[third..2 * third]
        .iter()
        .for_each(|document| writer.delete(document.id()));
    writer.commit(2).expect("committed");
    documents[third..]
        .iter()
        .for_each(|document| document.upsert(&mut writer));
    writer.commit(3).expect("committed");
    index
}

/// Every hit, by pages; also checks that totals, orders and pages agree.
fn all_hits(index: &Index, query: &Query) -> BTreeSet<DocumentId> {
    let mut found = BTreeSet::new();
    let mut options = Options {
        limit: 97,
        sort: Sort::Relevance,
        ..Options::default()
    };
    loop {
        let page = index.search(query, &options).expect("the query runs");
        let before = found.len();
        found.extend(page.hits.iter().map(|hit| hit.id));
        assert_eq!(found.len(), before + page.hits.len(), "a hit twice");
        match page.cursor {
            Some(cursor) => options.after = Some(cursor),
            None => {
                assert_eq!(page.total, found.len() as u64);
                return found;
            }
        }
    }
}

/// A query about something that stands in one of the documents.
fn query(documents: &[Document], random: &mut Random, depth: usize) -> String {
    if depth > 0 && random.below(3) == 0 {
        let mut part = || query(documents, random, depth - 1);
        let (one, other, third) = (part(), part(), part());
        return match random.below(6) {
            0 => format!("({one}) AND ({other})"),
            1 => format!("({one}) OR ({other})"),
            2 => format!("({one}) NOT ({other})"),
            3 => format!("{one} {other}"),
            4 => format!("({one} OR {other}) -({third})"),
            _ => format!("NOT ({one})"),
        };
    }
    let document = &documents[random.below(documents.len())];
    match random.below(12) {
        0..6 => of_text(document, random),
        6 => format!("from:{}", term(&words(&document.from.join(" ")), random)),
        7 => format!("subject:{}", of_words(&words(&document.title), random)),
        8 => of_header(document, random),
        9 => of_date(document, random),
        10 => format!(
            "to:({} OR {})",
            term(&words(&document.to.join(" ")), random),
            of_text(document, random)
        ),
        _ => of_labels(document, random),
    }
}

fn of_text(document: &Document, random: &mut Random) -> String {
    let empty = String::new();
    let text = match document.texts.len() {
        0 => &empty,
        n => &document.texts[random.below(n)],
    };
    of_words(&words(text), random)
}

/// Words as they stand, without what the query language reads otherwise.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "()\"“”„＂*~=:".contains(c));
    let words = words.map(|word| word.trim_start_matches('-'));
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn term(words: &[String], random: &mut Random) -> String {
    match words.len() {
        0 => "nothing".to_owned(),
        n => words[random.below(n)].clone(),
    }
}

fn of_words(words: &[String], random: &mut Random) -> String {
    let len = words.len();
    if len < 8 {
        return term(words, random);
    }
    let at = random.below(len - 7);
    let after = |n: usize| words[at + n].clone();
    match random.below(10) {
        0 => after(0),
        1 => format!("={}", after(0)),
        2 => format!("\"{}\"", words[at..at + 2 + random.below(3)].join(" ")),
        3 => format!("\"{} {}*\"", after(0), beginning(&after(1), random)),
        4 => format!("{}*", beginning(&after(0), random)),
        // Long ids in headers are found whole or by their beginning only.
        5 | 6 if after(0).len() > 12 => after(0),
        5 => format!("{}~", misspelt(&after(0), random)),
        6 => format!("{}~{}", misspelt(&after(0), random), 1 + random.below(2)),
        7 => format!(
            "{} near/{} {}",
            after(1 + random.below(6)),
            1 + random.below(8),
            after(0)
        ),
        8 => format!(
            "({} OR \"{} {}\") near/{} {}",
            after(5),
            after(0),
            after(1),
            1 + random.below(6),
            after(3)
        ),
        _ => format!(
            "{} near/{} {} near/{} {}*",
            after(0),
            1 + random.below(4),
            after(2),
            1 + random.below(4),
            beginning(&after(4), random)
        ),
    }
}

fn beginning(word: &str, random: &mut Random) -> String {
    word.chars().take(2 + random.below(4)).collect()
}

fn misspelt(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(4) {
        0 => letters.insert(at, 'e'),
        1 if letters.len() > 1 => drop(letters.remove(at)),
        2 if at > 0 => letters.swap(at - 1, at),
        _ => letters[at] = 'a',
    }
    letters.into_iter().collect()
}

fn of_header(document: &Document, random: &mut Random) -> String {
    match document.headers.len() {
        0 => "header.x-none:*".to_owned(),
        n => {
            let (name, value) = &document.headers[random.below(n)];
            format!("header.{name}:{}", of_words(&words(value), random))
        }
    }
}

fn of_date(document: &Document, random: &mut Random) -> String {
    let day = document.date.unwrap_or(1_000_000_000) / 86_400;
    let shown = |day: i64| {
        let date = onrecord_record::DateTime::utc(day * 86_400).day();
        date.map_or_else(|| "2001".to_owned(), |date| date.to_string())
    };
    let (first, last) = (
        shown(day - random.below(90) as i64),
        shown(day + random.below(90) as i64),
    );
    match random.below(6) {
        0 => format!("date:{}", shown(day)),
        1 => format!("date:{}", &first[..7]),
        2 => format!("date:{}", &first[..4]),
        3 => format!("date:{first}.."),
        4 => format!("date:..{}", &last[..7]),
        _ => format!("date:{first}..{last}"),
    }
}

fn of_labels(document: &Document, random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("type:{}", document.kind),
        1 => format!("type:{}", document.media_type.unwrap_or("pdf")),
        2 => format!("custodian:\"{}\"", document.custodian),
        3 => "has:attachment".to_owned(),
        4 => format!("lang:{}", document.language.unwrap_or("en")),
        5 => "tag:check".to_owned(),
        6 => "subject:*".to_owned(),
        _ => format!("path:\"{}\"", document.path),
    }
}
