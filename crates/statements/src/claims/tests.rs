//! Claims and their sources from end to end.

use onrecord_record::DocumentId;
use proptest::prelude::*;

use super::{Claim, Correction, Mentioned, StatementRow, claims};
use crate::independence::{Interests, Relations};
use crate::keys::{EntityId, StatementId};
use crate::statement::{Polarity, SourceKind, Stance};

/// Who is named in the sentences of these tests, with their ids.
const NAMES: &[(&str, u8)] = &[
    ("Marlow", 1),
    ("Quillfeather", 2),
    ("the Ferry Company", 3),
    ("the Gazette", 4),
];
/// A source that none of them names.
const OUTSIDER: u8 = 40;

fn entity(number: u8) -> EntityId {
    EntityId([number; 16])
}

/// A statement by a named source in a document of its own.
fn says(number: u8, source: u8, quote: &str) -> StatementRow {
    let mut entities: Vec<Mentioned> = NAMES
        .iter()
        .flat_map(|&(name, id)| {
            quote
                .match_indices(name)
                .map(move |(at, _)| (at, at + name.len(), id))
        })
        .map(|(start, end, id)| Mentioned {
            entity: entity(id),
            start: start as u32,
            end: end as u32,
        })
        .collect();
    entities.sort_by_key(|mentioned| mentioned.start);
    StatementRow {
        id: StatementId([number; 16]),
        document: DocumentId([number; 16]),
        position: 0,
        date: None,
        publisher: None,
        source: Some(entity(source)),
        source_kind: SourceKind::Named,
        speaks_for: None,
        source_count: 1,
        via: Vec::new(),
        stance: Stance::Asserts,
        polarity: Polarity::Positive,
        quote: quote.to_owned(),
        entities,
        interested: false,
    }
}

fn unnamed(row: StatementRow) -> StatementRow {
    StatementRow {
        source_kind: SourceKind::Unnamed,
        ..row
    }
}

fn found(rows: &[StatementRow]) -> Vec<Claim> {
    claims(rows, &Relations::default())
}

/// The numbers of the statements of each claim.
fn groups(rows: &[StatementRow]) -> Vec<Vec<u8>> {
    found(rows)
        .iter()
        .map(|claim| claim.statements.iter().map(|id| id.0[0]).collect())
        .collect()
}

#[test]
fn two_named_speakers_are_two_sources() {
    let rows = [
        says(
            1,
            OUTSIDER,
            "Marlow paid the Ferry Company €40,000 in March",
        ),
        says(
            2,
            41,
            "a payment of 40,000 euros by Marlow to the Ferry Company",
        ),
    ];
    let found = found(&rows);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].independent_sources, [2, 2]);
    assert_eq!(found[0].credibility, 2);
    assert!(found[0].groups.is_empty());
}

#[test]
fn who_did_it_to_whom_counts() {
    let rows = [
        says(1, OUTSIDER, "Marlow sued the Ferry Company"),
        says(2, 41, "the Ferry Company sued Marlow"),
    ];
    assert_eq!(groups(&rows), [[1], [2]]);
    let rows = [
        says(1, OUTSIDER, "Marlow sued the Ferry Company"),
        says(2, 41, "the Ferry Company was sued by Marlow"),
    ];
    assert_eq!(groups(&rows), [[1, 2]]);
    let rows = [
        says(1, OUTSIDER, "Marlow sued the Ferry Company"),
        says(2, 41, "Quillfeather sued the Ferry Company"),
    ];
    assert_eq!(groups(&rows), [[1], [2]]);
}

#[test]
fn other_numbers_are_another_account() {
    let rows = [
        says(1, OUTSIDER, "Marlow paid the Ferry Company €40,000"),
        says(2, 41, "Marlow paid the Ferry Company €90,000"),
    ];
    let found = found(&rows);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].competing, [found[1].id]);
    assert_eq!(found[1].competing, [found[0].id]);
}

#[test]
fn a_denial_contradicts_and_is_a_claim_itself() {
    let denial = StatementRow {
        stance: Stance::Denies,
        ..says(2, 1, "Marlow had paid the Ferry Company")
    };
    let found = found(&[says(1, OUTSIDER, "Marlow paid the Ferry Company"), denial]);
    assert_eq!((found[0].denied, found[1].denied), (false, true));
    assert_eq!(found[0].contradicts, [found[1].id]);
    assert_eq!(found[0].contradicted_by, [StatementId([2; 16])]);
    assert_eq!(found[0].credibility, 4);
    assert_eq!(found[1].interested, [entity(1)]);
    assert_eq!(found[1].credibility, 6, "Marlow alone says so, of himself");
}

#[test]
fn untrue_answers_what_stands_before_it() {
    let mut denial = StatementRow {
        stance: Stance::Denies,
        ..says(2, 41, "That is untrue")
    };
    denial.document = DocumentId([1; 16]);
    denial.position = 1;
    let first = says(1, OUTSIDER, "Marlow paid the Ferry Company");
    assert_eq!(
        found(&[first.clone(), denial.clone()])[0].contradicted_by,
        [denial.id]
    );
    denial.document = DocumentId([2; 16]);
    assert!(
        found(&[first, denial])[0].contradicted_by.is_empty(),
        "it stands in another document"
    );
}

#[test]
fn unnamed_sources_raise_the_maximum_alone() {
    let quote = "Marlow paid the Ferry Company €40,000";
    let two = StatementRow {
        source_count: 2,
        ..unnamed(says(1, 50, quote))
    };
    let found = claims(
        &[
            two,
            says(
                2,
                OUTSIDER,
                "a payment of €40,000 by Marlow to the Ferry Company",
            ),
        ],
        &Relations::default(),
    );
    assert_eq!(found[0].independent_sources, [1, 3]);
    let alone = claims(&[unnamed(says(1, 50, quote))], &Relations::default());
    assert_eq!(alone[0].independent_sources, [0, 1]);
    assert_eq!(alone[0].credibility, 6);
}

#[test]
fn a_paper_that_cites_another_adds_nothing() {
    let quote = "Marlow paid the Ferry Company €40,000";
    let mut first = unnamed(says(1, 50, quote));
    first.publisher = Some(entity(4));
    let mut second = unnamed(says(
        2,
        51,
        "€40,000 was paid by Marlow to the Ferry Company",
    ));
    second.via = vec![entity(4)];
    second.publisher = Some(entity(60));
    let mut carrier = says(3, 4, "a payment of €40,000 by Marlow to the Ferry Company");
    carrier.document = second.document;
    let found = found(&[first, second, carrier]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].independent_sources, [0, 1]);
    assert!(found[0].groups[0].reason.contains("cites"));
}

#[test]
fn words_of_two_named_speakers_are_flagged_and_counted() {
    let quote = "nobody on the quay had ever seen the letter before Tuesday";
    let rows = [says(1, OUTSIDER, quote), says(2, 41, quote)];
    let apart = &found(&rows)[0];
    assert_eq!(apart.independent_sources, [2, 2]);
    assert_eq!(apart.alike.len(), 1);
    let interests = Interests::of([(entity(OUTSIDER), entity(3)), (entity(41), entity(3))]);
    let house = &claims(
        &rows,
        &Relations {
            interests,
            ..Relations::default()
        },
    )[0];
    assert_eq!(house.independent_sources, [1, 1]);
    assert_eq!(house.groups[0].reason, "one organization, one release");
}

#[test]
fn what_is_taken_back_supports_nothing() {
    let mut wrong = says(1, OUTSIDER, "Marlow sits on the board of the Ferry Company");
    wrong.source = None;
    wrong.source_kind = SourceKind::Author;
    wrong.publisher = Some(entity(4));
    let mut retraction = says(2, 4, "Marlow sits on the board of the Ferry Company");
    retraction.stance = Stance::Retracts;
    let found = found(&[wrong.clone(), retraction]);
    assert_eq!(found[0].independent_sources, [0, 0]);
    assert_eq!(found[0].retracted[0].by, Some(StatementId([2; 16])));
    assert_eq!(found[0].credibility, 5);
    let right = DocumentId([9; 16]);
    let corrections = vec![Correction {
        wrong: wrong.document,
        right,
    }];
    let corrected = claims(
        &[wrong],
        &Relations {
            corrections,
            ..Relations::default()
        },
    );
    assert_eq!(corrected[0].retracted[0].document, right);
}

#[test]
fn nothing_found_is_a_doubt() {
    let auditors = says(
        2,
        OUTSIDER,
        "auditors have found no trace of a payment by Marlow to the Ferry Company",
    );
    let found = found(&[says(1, 41, "Marlow paid the Ferry Company"), auditors]);
    assert_eq!(found.len(), 1, "it is no claim that nothing was paid");
    assert_eq!(found[0].contradicted_by, [StatementId([2; 16])]);
}

#[test]
fn hostile_statements_end() {
    let giant = "ferry dock pile ".repeat(16 * 1024 * 1024 / 16);
    let mut rows = vec![
        says(1, OUTSIDER, &giant),
        says(2, 41, &giant),
        says(3, 42, ""),
        says(4, 42, "..."),
    ];
    rows.push(StatementRow {
        entities: vec![
            Mentioned {
                entity: entity(1),
                start: 9,
                end: 3
            };
            5_000
        ],
        ..says(5, 1, "x")
    });
    rows.push(says(
        6,
        1,
        "€999999999999999999999999999999999 million billion trillion between and between 5",
    ));
    assert_eq!(groups(&rows)[0], [1, 2]);
    assert!(groups(&[]).is_empty());
}

fn rows() -> impl Strategy<Value = Vec<StatementRow>> {
    let quotes = prop::sample::select(vec![
        "Marlow paid the Ferry Company €40,000",
        "Marlow paid the Ferry Company €90,000 in May",
        "a payment of €40,000 by Marlow to the Ferry Company",
        "the Ferry Company paid Marlow",
        "Quillfeather warned the Gazette about the rotten piles of the dock",
        "the rotten piles of the dock were known to Quillfeather and the Gazette",
        "That is untrue",
        "There was no such payment",
        "",
    ]);
    let stances = prop::sample::select(vec![
        Stance::Asserts,
        Stance::Denies,
        Stance::Retracts,
        Stance::ReportsNoEvidence,
    ]);
    let row = (
        quotes,
        stances,
        0_u8..6,
        0_u8..4,
        any::<bool>(),
        prop::option::of(0_u8..5),
    );
    prop::collection::vec(row, 0..24).prop_map(|rows| {
        let made = rows.into_iter().zip(1..).map(
            |((quote, stance, source, document, named, via), number)| {
                let source_kind = if named {
                    SourceKind::Named
                } else {
                    SourceKind::Unnamed
                };
                StatementRow {
                    stance,
                    source_kind,
                    document: DocumentId([document; 16]),
                    position: number.into(),
                    publisher: Some(entity(document)),
                    via: via.map(entity).into_iter().collect(),
                    ..says(number, source, quote)
                }
            },
        );
        made.collect()
    })
}

proptest! {
    /// In whatever batches rows come, and even if some come twice, the claims are those of the whole set.
    #[test]
    fn batches_and_their_order_do_not_matter(rows in rows(), cut in 0_usize..24, again in 0_usize..24) {
        let whole = claims(&rows, &Relations::default());
        let cut = cut.min(rows.len());
        let mut batches = rows[cut..].to_vec();
        batches.extend(rows[..cut].iter().rev().cloned());
        batches.extend(rows.iter().skip(again).take(3).cloned());
        prop_assert_eq!(whole, claims(&batches, &Relations::default()));
    }

    #[test]
    fn ranges_are_ranges(rows in rows()) {
        for claim in claims(&rows, &Relations::default()) {
            let [least, greatest] = claim.independent_sources;
            prop_assert!(least <= greatest);
            prop_assert!((2..=6).contains(&claim.credibility));
            let all_unnamed = claim.statements.iter().all(|id| {
                rows.iter().any(|row| row.id == *id && row.source_kind == SourceKind::Unnamed)
            });
            prop_assert!(!all_unnamed || least == 0);
        }
    }

    #[test]
    fn no_text_panics(quote in ".{0,60}", start in 0_u32..80, end in 0_u32..80) {
        let mut row = says(1, 1, &quote);
        row.entities.push(Mentioned { entity: entity(2), start, end });
        prop_assert!(claims(&[row], &Relations::default()).len() <= 1);
    }
}
