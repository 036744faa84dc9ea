//! Links of documents become the ties of a case.

use onrecord_network::graph::{Evidence, Sources, StatedLink, Tie, gather_ties};
use onrecord_network::{Amount, LinkStance};
use onrecord_record::{Digest, DocumentId, Span, TextId, TextSpan};
use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, proptest};

use crate::support::entity;

fn evidence(document: &str, stance: LinkStance, group: &str) -> Evidence {
    Evidence {
        document: DocumentId::of_content(&Digest::of(document.as_bytes())),
        at: TextSpan {
            text: TextId::of(document),
            span: Span::new(0, 4),
        },
        quote: document.to_owned(),
        stance,
        source: None,
        group: group.to_owned(),
        unnamed: false,
        interested: false,
        withdrawn: false,
    }
}

fn link(kind: &str, role: Option<&str>, evidence: Evidence) -> StatedLink {
    StatedLink {
        from: entity(1),
        to: entity(2),
        kind: kind.to_owned(),
        role: role.map(str::to_owned),
        amount: None,
        since: None,
        until: None,
        evidence,
    }
}

fn euros(min: f64, max: f64) -> Option<Amount> {
    Some(Amount {
        min: Some(min),
        max: Some(max),
        currency: Some("EUR".to_owned()),
    })
}

#[test]
fn one_tie_in_several_documents_keeps_every_stance() {
    let ties = gather_ties(vec![
        link(
            "Directorship",
            Some("chief executive"),
            evidence("a", LinkStance::Asserts, "g1"),
        ),
        link(
            "Directorship",
            Some("the chief executive officer"),
            evidence("b", LinkStance::Alleges, "g2"),
        ),
        link(
            "Directorship",
            None,
            evidence("c", LinkStance::Denies, "g3"),
        ),
        link(
            "Directorship",
            None,
            evidence("d", LinkStance::Asserts, "g1"),
        ),
    ]);
    assert_eq!(ties.len(), 1);
    let tie = &ties[0];
    assert_eq!(tie.role.as_deref(), Some("the chief executive officer"));
    assert_eq!(tie.evidence.len(), 4);
    assert!(tie.established && tie.tally.is_contested());
    assert_eq!(
        tie.tally.sources(LinkStance::Asserts),
        Sources { min: 1, max: 1 }
    );
    assert_eq!(tie.independent_sources, Sources { min: 2, max: 2 });
}

#[test]
fn roles_that_differ_are_ties_apart_and_a_vague_one_stays_vague() {
    let role = |role| {
        link(
            "Directorship",
            Some(role),
            evidence(role, LinkStance::Asserts, role),
        )
    };
    let ties = gather_ties(vec![
        role("finance director"),
        role("non-executive director"),
        role("director"),
    ]);
    assert_eq!(ties.len(), 3, "a director may be either");
    assert_eq!(
        gather_ties(vec![role("finance director"), role("director")]).len(),
        1
    );
}

#[test]
fn payments_of_different_amounts_are_different_payments() {
    let paid = |text: &str, stance, amount: Option<Amount>, since: Option<&str>| StatedLink {
        amount,
        since: since.map(str::to_owned),
        ..link("Payment", Some(text), evidence(text, stance, text))
    };
    let ties = gather_ties(vec![
        paid(
            "hired",
            LinkStance::Asserts,
            euros(1.2e6, 1.2e6),
            Some("2024-01"),
        ),
        paid("paid", LinkStance::Asserts, euros(1.2e6, 1.2e6), None),
        paid("gave", LinkStance::Denies, euros(3e5, 3e5), None),
    ]);
    assert_eq!(ties.len(), 2);
    let denied: Vec<&Tie> = ties.iter().filter(|tie| !tie.established).collect();
    assert_eq!(denied.len(), 1);
    assert_eq!(denied[0].amount, euros(3e5, 3e5));
}

#[test]
fn unnamed_sources_never_raise_the_minimum_and_withdrawn_ones_support_nothing() {
    let mut unnamed = evidence("a", LinkStance::Asserts, "adviser");
    unnamed.unnamed = true;
    let mut withdrawn = evidence("b", LinkStance::Asserts, "paper");
    withdrawn.withdrawn = true;
    let named = evidence("c", LinkStance::Alleges, "minister");
    let ties = gather_ties(vec![
        link("Support", None, unnamed),
        link("Support", None, withdrawn.clone()),
        link("Support", None, named),
    ]);
    assert_eq!(ties[0].independent_sources, Sources { min: 1, max: 2 });
    let gone = gather_ties(vec![link("Support", None, withdrawn)]);
    assert!(!gone[0].established && gone[0].evidence.len() == 1);
}

#[test]
fn symmetric_ends_are_one_tie() {
    let there = link("Family", None, evidence("a", LinkStance::Asserts, "a"));
    let back = StatedLink {
        from: entity(2),
        to: entity(1),
        ..link("Family", None, evidence("b", LinkStance::Asserts, "b"))
    };
    assert_eq!(gather_ties(vec![there.clone(), back.clone()]).len(), 1);
    let owns = |link: StatedLink| StatedLink {
        kind: "Ownership".to_owned(),
        ..link
    };
    assert_eq!(gather_ties(vec![owns(there), owns(back)]).len(), 2);
}

fn links() -> impl Strategy<Value = Vec<StatedLink>> {
    let text = |choices: &'static [&'static str]| prop::sample::select(choices);
    let one = (
        text(&["Payment", "Directorship", "Ownership"]),
        prop::option::of(text(&[
            "chair",
            "chair of the board",
            "director",
            "deputy director",
        ])),
        prop::option::of(text(&["2019", "2019-05", "2019-05-02", "2020"])),
        prop::option::of(1..3u8),
        text(&["a", "b", "c", "d", "e"]),
        prop::bool::ANY,
    );
    let link = one.prop_map(|(kind, role, since, amount, document, denies)| {
        let stance = if denies {
            LinkStance::Denies
        } else {
            LinkStance::Asserts
        };
        StatedLink {
            amount: amount.and_then(|n| euros(f64::from(n), f64::from(n))),
            since: since.map(str::to_owned),
            ..link(kind, role, evidence(document, stance, document))
        }
    });
    prop::collection::vec(link, 0..12)
}

proptest! {
    #[test]
    fn the_order_of_links_does_not_matter(
        (links, shuffled) in links().prop_flat_map(|links| (Just(links.clone()), Just(links).prop_shuffle()))
    ) {
        let ties = gather_ties(links.clone());
        prop_assert_eq!(&ties, &gather_ties(shuffled));
        let doubled = [links.clone(), links].concat();
        prop_assert_eq!(ties, gather_ties(doubled));
    }
}
