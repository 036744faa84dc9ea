//! Texts made to break or to stall. A quadratic step would keep these tests busy for minutes.

use onrecord_entities::DocumentKind;
use onrecord_statements::Statement;
use proptest::prelude::{Strategy, prop};
use proptest::proptest;
use proptest::test_runner::Config;

use crate::reading::{pipeline, statements};

const WORDS: usize = 50_000;

fn check(text: &str, found: &[Statement]) {
    for (number, one) in (0_u32..).zip(found) {
        for place in one.source.iter().chain(&one.cue).chain(&one.content) {
            assert!(
                text.get(place.span.range())
                    .is_some_and(|words| !words.trim().is_empty())
            );
        }
        assert!(
            one.parent.is_none_or(|parent| parent < number),
            "what holds comes first"
        );
        // Of more than 32 that hold it the outermost are listed.
        assert!(one.via.len() == 32 || one.via.last().copied() == one.parent);
    }
}

fn read(text: &str) -> Vec<Statement> {
    let Some(pipeline) = pipeline() else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for kind in [DocumentKind::Article, DocumentKind::Message] {
        let found = statements(pipeline, text, kind);
        check(text, &found);
        all.extend(found);
    }
    all
}

#[test]
fn long_texts_without_quotes_and_long_quotations() {
    read(&"the harbor and the list ".repeat(WORDS / 5));
    read(&"He said that she said it. ".repeat(WORDS / 6));
    let quotation = format!("“{}” Anna Berg said.", "We bought it. ".repeat(WORDS / 3));
    let found = read(&quotation);
    assert!(
        pipeline().is_none()
            || found.iter().any(|one| one
                .content
                .iter()
                .any(|place| place.span.range().len() > WORDS))
    );
}

#[test]
fn quotation_marks_that_never_close() {
    for mark in ["“", "\"", "‘", "'", "«", "”", "``"] {
        read(&format!("{mark}it is so, he said. ").repeat(WORDS / 8));
        read(&mark.repeat(WORDS / 5));
        read(&format!("{mark} ").repeat(WORDS / 5));
        read(&format!("{mark}no\n\n").repeat(WORDS / 10));
    }
}

#[test]
fn nested_thirty_deep_and_far_deeper() {
    let deep = |levels: usize| "the clerk said that ".repeat(levels) + "it rained.";
    let found = read(&deep(30));
    assert!(pipeline().is_none() || found.iter().any(|one| one.via.len() >= 10));
    read(&deep(WORDS / 8));
    read(&("(“".repeat(WORDS / 10) + &"he said”)".repeat(WORDS / 20)));
}

#[test]
fn one_sentence_of_many_cues_and_marks() {
    read(&"said, “a”, told, ".repeat(WORDS / 10));
    read(&"according to according to ".repeat(WORDS / 8));
    read(&"Name: Name: ".repeat(WORDS / 6));
    read(&"he said, ".repeat(WORDS / 3));
    read(&"—".repeat(WORDS));
    read(&"take back have nothing to be no ".repeat(WORDS / 8));
    read("");
    read("\n\n\n");
    read("“");
    read(":");
}

/// Words of which the rules are made, and marks between them.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "said",
        "told",
        "that",
        "he",
        "Anna",
        "Berg",
        "the",
        "firm",
        "claim",
        "according",
        "to",
        "by",
        "“",
        "”",
        "\"",
        "'",
        "‘",
        "’",
        ":",
        "—",
        ",",
        ".",
        "\n\n",
        "\n",
        "not",
        "no",
        "evidence",
        "denied",
        "whether",
        "if",
        "would",
        "who",
        "which",
        "report",
        "was",
        "is",
        "untrue",
        "declined",
        "comment",
        "?",
        "asked",
        "it",
        "of",
        "find",
        "yet",
        "have",
        "take",
        "back",
        "reportedly",
        "sure",
        "in",
        "a",
        "statement",
        "and",
        "but",
        "because",
        ";",
        "(",
        ")",
        "é",
        "𝕏",
    ]);
    prop::collection::vec(words, 0..120).prop_map(|words| words.join(" "))
}

#[test]
fn any_order_of_words_and_marks() {
    proptest!(Config::with_cases(300), |(text in soup())| {
        read(&text);
    });
}
