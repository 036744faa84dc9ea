//! Near-copies from end to end.

use onrecord_record::DocumentId;
use proptest::prelude::*;

use super::{Change, CopyKind, DocumentRow, differences, near_copies};
use crate::keys::EntityId;

const STORY: &str = "The harbor board voted on Tuesday to close the eastern dock for two years. Its chair said that \
the piles had rotted through and that no ship of more than a thousand tons could lie there safely. The decision \
follows a survey by divers, who found forty piles missing below the waterline. Fishermen who land their catch at the \
dock said that they had not been asked. The board will pay them nothing for the way to the northern quay, which is \
four miles longer. A new dock would cost eleven million and take three summers to build.";

fn document(id: u8, publisher: Option<u8>, day: u8, text: impl Into<String>) -> DocumentRow {
    DocumentRow {
        id: DocumentId([id; 16]),
        is_message: false,
        date: format!("2026-03-{day:02}").parse().ok(),
        publisher: publisher.map(|publisher| EntityId([publisher; 16])),
        text: text.into(),
    }
}

fn kind_of(documents: &[DocumentRow]) -> Option<CopyKind> {
    let found = near_copies(documents);
    let in_cluster = found
        .clusters
        .first()
        .and_then(|cluster| cluster.copies.first());
    in_cluster.or(found.held.first()).map(|copy| copy.kind)
}

fn story_without(sentence: usize) -> String {
    let mut sentences: Vec<&str> = STORY.split_inclusive(". ").collect();
    sentences.remove(sentence);
    sentences.concat()
}

#[test]
fn a_wire_copy_with_cuts_and_a_new_lead_is_a_reprint() {
    let own = format!("Boats will have to go north. {}", story_without(3));
    let found = near_copies(&[document(9, Some(1), 3, STORY), document(2, Some(2), 4, own)]);
    let cluster = &found.clusters[0];
    assert_eq!(
        cluster.original,
        DocumentId([9; 16]),
        "the earlier one is the original, whatever its id"
    );
    assert_eq!(cluster.copies[0].kind, CopyKind::Reprint);
    assert!(found.held.is_empty());
}

#[test]
fn what_the_same_paper_prints_again_is_a_version() {
    let correction = format!(
        "{} Correction: an earlier version gave the wrong cost.",
        story_without(5)
    );
    let update = format!("{STORY} The mayor will speak on Friday.");
    assert_eq!(
        kind_of(&[
            document(1, Some(1), 3, STORY),
            document(2, Some(1), 4, correction)
        ]),
        Some(CopyKind::Corrected)
    );
    assert_eq!(
        kind_of(&[
            document(1, Some(1), 3, STORY),
            document(2, Some(1), 4, update)
        ]),
        Some(CopyKind::Updated)
    );
}

#[test]
fn messages_forward_and_quote() {
    let quoted: String = STORY
        .split_inclusive(". ")
        .map(|sentence| format!("> {sentence}\n"))
        .collect();
    let mut answer = document(2, None, 4, format!("I doubt it.\n\nHe wrote:\n{quoted}"));
    answer.is_message = true;
    assert_eq!(
        kind_of(&[document(1, None, 3, STORY), answer.clone()]),
        Some(CopyKind::QuotedBlock)
    );
    answer.text =
        format!("See below.\n\n---------- Forwarded message ---------\nFrom: x\n\n{STORY}");
    assert_eq!(
        kind_of(&[document(1, None, 3, STORY), answer]),
        Some(CopyKind::Forward)
    );
}

#[test]
fn a_digest_joins_nothing() {
    let words =
        |n: usize| -> String { (0..120).map(|at| format!("w{} ", n * 1000 + at)).collect() };
    let digest = format!("{} {} {}", words(1), words(2), words(3));
    let rows = [words(1), words(2), words(3), digest].map(|text| text);
    let rows: Vec<_> = rows
        .into_iter()
        .zip(1..)
        .map(|(text, id)| document(id, Some(id), id, text))
        .collect();
    let found = near_copies(&rows);
    assert!(
        found
            .clusters
            .iter()
            .all(|cluster| cluster.documents.len() == 2),
        "{found:?}"
    );
    assert_eq!(found.clusters.len() + found.held.len(), 3);
}

#[test]
fn a_common_footer_makes_no_copy() {
    let rows: Vec<_> = (0..30_u8)
        .map(|n| {
            let body: String = (0..25)
                .map(|at| format!("word{} ", u32::from(n) * 100 + at))
                .collect();
            let text = format!("{body}\n\n{}", &STORY[..300]);
            DocumentRow {
                is_message: true,
                ..document(n, None, 3, text)
            }
        })
        .collect();
    let found = near_copies(&rows);
    assert!(
        found.clusters.is_empty() && found.held.is_empty(),
        "{found:?}"
    );
}

#[test]
fn hostile_texts_end() {
    let mut rows: Vec<DocumentRow> = (0..=255).map(|n| document(n, None, 3, STORY)).collect();
    assert_eq!(near_copies(&rows).clusters[0].documents.len(), 256);
    rows.push(DocumentRow {
        id: DocumentId([7; 16]),
        ..document(0, None, 3, "a ".repeat(500_000))
    });
    rows.push(document(8, None, 3, ""));
    assert!(near_copies(&rows).held.is_empty());
    assert!(near_copies(&[]).clusters.is_empty());
    let (first, second) = ("A b. ".repeat(20_000), "A c. ".repeat(20_000));
    assert_eq!(differences(&first, &second).changes.len(), 20_000);
}

#[test]
fn changed_sentences_are_told_from_cut_ones() {
    let first = "He sits on the board. The firm pays eleven million a year. It rained.";
    let second = "The firm pays twelve million a year. It rained. Nobody came.";
    let found = differences(first, second).changes;
    let kinds: Vec<&str> = found
        .iter()
        .map(|change| match change {
            Change::Kept { .. } => "kept",
            Change::Cut { .. } => "cut",
            Change::Added { .. } => "added",
            Change::Changed { .. } => "changed",
        })
        .collect();
    assert_eq!(kinds, ["cut", "changed", "kept", "added"]);
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let sentence = prop::sample::select(STORY.split_inclusive(". ").collect::<Vec<_>>());
    let text = prop::collection::vec(sentence, 0..8).prop_map(|sentences| sentences.concat());
    prop::collection::vec(text, 0..12)
}

proptest! {
    #[test]
    fn the_order_of_documents_does_not_matter(texts in texts(), turn in 0_usize..12) {
        let mut rows: Vec<_> =
            texts.into_iter().zip(1..).map(|(text, id): (_, u8)| document(id * 7, Some(id % 3), 1 + id % 5, text)).collect();
        let found = near_copies(&rows);
        rows.reverse();
        let turn = turn % rows.len().max(1);
        rows.rotate_left(turn);
        prop_assert_eq!(found, near_copies(&rows));
    }

    #[test]
    fn differences_account_for_each_sentence_once(first in ".{0,80}", second in "([A-C][a-c]\\. ){0,9}") {
        for (a, b) in [(&first, &second), (&second, &first), (&second, &second)] {
            let found = differences(a, b);
            let (mut from, mut to) = (Vec::new(), Vec::new());
            for change in &found.changes {
                match change.clone() {
                    Change::Kept { from: x, to: y } | Change::Changed { from: x, to: y } => {
                        from.push((x.start, x.end));
                        to.push((y.start, y.end));
                    }
                    Change::Cut { from: x } => from.push((x.start, x.end)),
                    Change::Added { to: y } => to.push((y.start, y.end)),
                }
            }
            from.sort_unstable();
            let all = |text: &str| -> Vec<(usize, usize)> {
                crate::words::sentences(text).into_iter().map(|span| (span.start, span.end)).collect()
            };
            prop_assert_eq!(from, all(a));
            prop_assert_eq!(to, all(b));
        }
    }
}
