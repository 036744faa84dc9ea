//! Chains of ownership and totals of payments.

use onrecord_network::graph::{
    Evidence, Ownership, PaymentTotal, Period, StatedLink, Tie, gather_ties, payment_totals,
};
use onrecord_network::{Amount, LinkStance};
use onrecord_record::{Digest, DocumentId, Span, TextId, TextSpan};

use crate::support::entity;

fn stated(
    kind: &str,
    from: u32,
    to: u32,
    amount: Option<(f64, f64, &str)>,
    since: Option<&str>,
) -> StatedLink {
    let quote = format!("{kind} {from} {to} {amount:?} {since:?}");
    StatedLink {
        from: entity(from),
        to: entity(to),
        kind: kind.to_owned(),
        role: None,
        amount: amount.map(|(min, max, currency)| Amount {
            min: Some(min),
            max: Some(max),
            currency: Some(currency.to_owned()),
        }),
        since: since.map(str::to_owned),
        until: None,
        evidence: Evidence {
            document: DocumentId::of_content(&Digest::of(quote.as_bytes())),
            at: TextSpan {
                text: TextId::of(&quote),
                span: Span::new(0, 1),
            },
            group: quote.clone(),
            quote,
            stance: LinkStance::Asserts,
            source: None,
            unnamed: false,
            interested: false,
            withdrawn: false,
        },
    }
}

fn stake(owner: u32, asset: u32, min: f64, max: f64) -> StatedLink {
    stated("Ownership", owner, asset, Some((min, max, "%")), None)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn shares_multiply_along_a_chain_and_add_up_over_chains() {
    let ties = gather_ties(vec![
        stake(1, 2, 50.0, 50.0),
        stake(2, 9, 40.0, 60.0),
        stake(1, 3, 100.0, 100.0),
        stake(3, 9, 10.0, 10.0),
        stated("Ownership", 4, 9, None, None),
    ]);
    let ownership = Ownership::of(&ties);
    let holding = ownership.holding(entity(1), entity(9));
    let share = holding.share.expect("two chains");
    assert!(
        close(share.min, 30.0) && close(share.max, 40.0),
        "{share:?}"
    );
    assert_eq!(holding.chains.len(), 2);
    let unknown = ownership
        .holding(entity(4), entity(9))
        .share
        .expect("a stake");
    assert_eq!(
        (unknown.min, unknown.max),
        (0.0, 100.0),
        "unknown is not a half"
    );
    assert_eq!(ownership.holding(entity(9), entity(1)).share, None);
    assert_eq!(ownership.owners_of(entity(9)).len(), 4);
}

#[test]
fn what_two_papers_say_of_one_stake_is_a_range() {
    let ties = gather_ties(vec![stake(1, 2, 46.5, 46.5), stake(1, 2, 40.0, 40.0)]);
    assert_eq!(ties.len(), 1);
    let holding = Ownership::of(&ties).holding(entity(1), entity(2));
    assert_eq!(holding.share.map(|s| (s.min, s.max)), Some((40.0, 46.5)));
}

#[test]
fn circles_are_cut_and_told() {
    let ties = gather_ties(vec![
        stake(1, 2, 60.0, 60.0),
        stake(2, 3, 50.0, 50.0),
        stake(3, 2, 20.0, 20.0),
        stake(3, 4, 10.0, 10.0),
        stake(5, 5, 5.0, 5.0),
    ]);
    let ownership = Ownership::of(&ties);
    let circles = ownership.circles();
    assert_eq!(circles, [vec![entity(2), entity(3)], vec![entity(5)]]);
    let holding = ownership.holding(entity(1), entity(4));
    let share = holding.share.expect("one chain");
    assert!(close(share.min, 3.0) && close(share.max, 3.0));
}

#[test]
fn many_chains_are_cut_and_say_so() {
    // Twelve layers of four: 4^11 chains.
    let layers = (0..12u32).flat_map(|layer| {
        (0..16).map(move |pair| (layer * 4 + pair / 4 + 100, layer * 4 + pair % 4 + 104))
    });
    let links = layers.map(|(a, b)| stake(a, b, 25.0, 25.0)).collect();
    let ownership = Ownership::of(&gather_ties(links));
    let holding = ownership.holding(entity(100), entity(148));
    assert!(holding.cut && !holding.chains.is_empty());
}

fn paid(amount: Option<(f64, f64, &str)>, since: Option<&str>) -> StatedLink {
    stated("Payment", 1, 2, amount, since)
}

fn sums(total: &PaymentTotal) -> (Option<&str>, Option<&str>, Option<f64>, Option<f64>) {
    let Amount { min, max, currency } = &total.total;
    (total.period.as_deref(), currency.as_deref(), *min, *max)
}

#[test]
fn totals_are_by_period_and_currency_and_nothing_is_converted() {
    let ties: Vec<Tie> = gather_ties(vec![
        paid(Some((100.0, 100.0, "EUR")), Some("2023-05")),
        paid(Some((50.0, 70.0, "EUR")), Some("2023-11-02")),
        paid(Some((10.0, 10.0, "USD")), Some("2023")),
        paid(Some((5.0, 5.0, "EUR")), Some("2024")),
    ]);
    let by_year = payment_totals(&ties, Period::Year);
    let told: Vec<_> = by_year.iter().map(sums).collect();
    let year = |year, currency, min, max| (Some(year), Some(currency), Some(min), Some(max));
    assert_eq!(
        told,
        [
            year("2023", "EUR", 150.0, 170.0),
            year("2023", "USD", 10.0, 10.0),
            year("2024", "EUR", 5.0, 5.0)
        ]
    );
    assert_eq!(payment_totals(&ties, Period::All).len(), 2);
    assert_eq!(by_year[0].n_payments, 2);
}

#[test]
fn a_payment_told_vaguely_may_be_one_that_is_told_exactly() {
    let ties = gather_ties(vec![
        paid(Some((100.0, 100.0, "EUR")), Some("2023-05-01")),
        paid(Some((100.0, 100.0, "EUR")), Some("2023-06-01")),
        paid(Some((100.0, 100.0, "EUR")), Some("2023")),
        paid(None, Some("2023-07")),
    ]);
    assert_eq!(ties.len(), 4);
    let totals = payment_totals(&ties, Period::Year);
    let euros = totals
        .iter()
        .find(|t| t.total.currency.is_some())
        .expect("euros");
    assert_eq!(
        sums(euros),
        (Some("2023"), Some("EUR"), Some(200.0), Some(300.0))
    );
    assert_eq!((euros.n_payments, euros.n_perhaps_counted), (2, 1));
    let open = totals
        .iter()
        .find(|t| t.total.currency.is_none())
        .expect("no amount");
    assert_eq!((open.n_payments, open.n_without_amount), (1, 1));
}

#[test]
fn a_sum_told_without_a_date_may_be_several_payments_told_together() {
    let half = |month: &str| paid(Some((425.0, 425.0, "EUR")), Some(month));
    let ties = gather_ties(vec![
        half("2024-02-12"),
        half("2024-03-11"),
        paid(Some((850.0, 850.0, "EUR")), None),
    ]);
    let totals = payment_totals(&ties, Period::All);
    assert_eq!(totals.len(), 1);
    assert_eq!(
        sums(&totals[0]),
        (None, Some("EUR"), Some(850.0), Some(1700.0))
    );
    assert_eq!((totals[0].n_payments, totals[0].n_perhaps_counted), (2, 1));
}
