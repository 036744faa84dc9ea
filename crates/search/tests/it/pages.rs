//! Orders, pages, facets, ranks.

use onrecord_search::{Facet, Hit, Index, Options, Query, SearchError, Sort};

use crate::corpus::{Document, synthetic};

struct Indexed {
    _dir: tempfile::TempDir,
    index: Index,
}

/// Documents in segments of so many.
fn indexed(documents: &[Document], per_segment: usize) -> Indexed {
    let dir = tempfile::tempdir().expect("a folder");
    let index = Index::open_or_create(dir.path()).expect("an index");
    let mut writer = index.writer(24_000_000).expect("a writer");
    for chunk in documents.chunks(per_segment) {
        chunk
            .iter()
            .for_each(|document| document.upsert(&mut writer));
        writer.commit(1).expect("committed");
    }
    Indexed { _dir: dir, index }
}

fn walk(index: &Index, query: &str, sort: Sort, limit: usize) -> Vec<Hit> {
    let query = Query::parse(query).query;
    let mut options = Options {
        limit,
        sort,
        ..Options::default()
    };
    let mut hits = Vec::new();
    loop {
        let page = index.search(&query, &options).expect("the query runs");
        assert!(page.hits.len() <= limit);
        assert!(page.cursor.is_none() || page.hits.len() == limit);
        hits.extend(page.hits);
        options.after = page.cursor;
        if options.after.is_none() {
            assert_eq!(page.total, hits.len() as u64);
            return hits;
        }
    }
}

#[test]
fn pages_of_any_size_give_the_same_order() {
    let made = indexed(&synthetic(300), 70);
    for sort in [Sort::Relevance, Sort::DateAscending, Sort::DateDescending] {
        for query in ["*", "pay", "the near/5 of", "co* OR acme.com", "nowhere"] {
            let whole = walk(&made.index, query, sort, usize::MAX);
            for limit in [1, 7, 100, whole.len().max(1)] {
                assert_eq!(
                    walk(&made.index, query, sort, limit),
                    whole,
                    "{query} {sort:?} {limit}"
                );
            }
        }
    }
}

#[test]
fn orders_are_what_they_say() {
    let documents = synthetic(200);
    let made = indexed(&documents, 200);
    let date = |hit: &Hit| {
        documents
            .iter()
            .find(|document| document.id() == hit.id)
            .and_then(|document| document.date)
    };
    let dates =
        |sort| -> Vec<Option<i64>> { walk(&made.index, "*", sort, 50).iter().map(date).collect() };
    let mut expected = dates(Sort::DateAscending);
    expected.sort_by_key(|date| (date.is_none(), *date));
    assert_eq!(dates(Sort::DateAscending), expected);
    expected.sort_by_key(|date| (date.is_none(), date.map(|date| -date)));
    assert_eq!(dates(Sort::DateDescending), expected);
    let scores: Vec<f32> = walk(&made.index, "pay acme", Sort::Relevance, 50)
        .iter()
        .map(|hit| hit.score)
        .collect();
    assert!(scores.len() > 3 && scores.is_sorted_by(|one, other| one >= other) && scores[0] > 0.0);
}

#[test]
fn ranks_depend_on_the_documents_alone() {
    let documents = synthetic(300);
    let mut reversed = documents.clone();
    reversed.reverse();
    let one = indexed(&documents, 300);
    let other = indexed(&reversed, 40);
    for query in [
        "pay",
        "the of a",
        "hope near/9 pay",
        "co*",
        "subject:pay OR header.x-mailer:the",
        "pai~ -news",
    ] {
        let hits = walk(&one.index, query, Sort::Relevance, 1_000);
        assert_eq!(
            walk(&other.index, query, Sort::Relevance, 1_000),
            hits,
            "{query}"
        );
    }
}

#[test]
fn a_word_in_the_title_and_a_rare_word_rank_higher() {
    let document = |name: &str, title: &str, text: &str| Document {
        name: name.to_owned(),
        kind: "file",
        title: title.to_owned(),
        texts: vec![text.to_owned()],
        ..Document::default()
    };
    let documents = [
        document("text", "report one", "budget of the year"),
        document("title", "budget year", "report of the one"),
        document("rare", "report one", "zebra of the report"),
        document("common", "report one", "budget of the report"),
    ];
    let made = indexed(&documents, 2);
    let first = |query: &str| walk(&made.index, query, Sort::Relevance, 10)[0].id;
    assert_eq!(first("budget"), documents[1].id());
    assert_eq!(first("report OR zebra"), documents[2].id());
}

#[test]
fn facets_count_all_hits() {
    let documents = synthetic(300);
    let made = indexed(&documents, 90);
    let options = Options {
        limit: 5,
        facets: vec![
            Facet::Type,
            Facet::Year,
            Facet::Tag,
            Facet::Domain,
            Facet::From,
        ],
        ..Options::default()
    };
    let query = Query::parse("has:attachment").query;
    let page = made.index.search(&query, &options).expect("the query runs");
    let hits: Vec<&Document> = documents
        .iter()
        .filter(|document| document.has_attachment)
        .collect();
    assert_eq!(page.total, hits.len() as u64);
    let count = |facet: usize, value: &str| {
        let values = page.facets[facet].values.iter();
        values
            .filter(|found| found.value == value)
            .map(|found| found.count)
            .sum::<u64>()
    };
    let n = |wanted: &dyn Fn(&&&Document) -> bool| hits.iter().filter(wanted).count() as u64;
    assert_eq!(count(0, "email"), n(&|document| document.kind == "email"));
    let in_2001 = |document: &&&Document| {
        document
            .date
            .is_some_and(|date| (978_307_200..1_009_843_200).contains(&date))
    };
    assert_eq!(count(1, "2001"), n(&in_2001));
    assert_eq!(
        count(2, "to check"),
        n(&|document| !document.tags.is_empty())
    );
    assert_eq!(
        count(3, "acme.com"),
        n(&|document| document.from[0].contains("@acme"))
    );
    assert_eq!(
        count(4, "pay@café.fr"),
        n(&|document| document.from[0].starts_with("pay"))
    );
    assert!(count(0, "email") > 0 && count(1, "2001") > 0 && count(2, "to check") > 0);
    let counts: Vec<u64> = page.facets[1]
        .values
        .iter()
        .map(|found| found.count)
        .collect();
    assert!(counts.is_sorted_by(|one, other| one >= other));
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let made = indexed(&synthetic(20), 20);
    let query = Query::parse("*").query;
    for cursor in ["", "r", "x00", "rr"] {
        let options = Options {
            after: Some(cursor.to_owned()),
            ..Options::default()
        };
        let refused = made.index.search(&query, &options);
        assert!(
            matches!(refused, Err(SearchError::BadCursor(_))),
            "{cursor}"
        );
    }
}
