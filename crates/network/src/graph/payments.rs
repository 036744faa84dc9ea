//! What was paid: totals between two parties by period and currency. Nothing is converted.

use std::collections::BTreeMap;

use onrecord_record::{EntityId, TieId};
use serde::{Deserialize, Serialize};

use super::tie::Tie;
use crate::Amount;

/// By what time totals are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
    /// All time.
    All,
}

impl Period {
    /// The period of a date; a coarser date is a period of its own.
    fn of(self, date: Option<&str>) -> Option<String> {
        let length = match self {
            Self::Month => 7,
            Self::Year => 4,
            Self::All => return None,
        };
        date.map(|date| date.chars().take(length).collect())
    }
}

/// What one party paid another in one period and currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentTotal {
    /// Who paid.
    pub from: EntityId,
    /// Who was paid.
    pub to: EntityId,
    /// `2024-03`, `2024`; `None` where undated, or for all time.
    pub period: Option<String>,
    /// Currency, and the least and greatest sum. The least leaves out what may be another payment told
    /// less exactly, and what bears no amount; the greatest is open where an amount is.
    pub total: Amount,
    /// Payments that surely are apart.
    pub n_payments: usize,
    /// Payments that may be others of the list, told less exactly or together.
    pub n_perhaps_counted: usize,
    /// Payments without an amount.
    pub n_without_amount: usize,
    /// All of them, sorted.
    pub ties: Vec<TieId>,
}

type Key = (EntityId, EntityId, Option<String>, Option<String>);

/// Totals of the established payments among `ties`, by payer, payee, period and currency.
#[must_use]
pub fn payment_totals<'a>(
    ties: impl IntoIterator<Item = &'a Tie>,
    period: Period,
) -> Vec<PaymentTotal> {
    let paid = |tie: &&Tie| tie.kind == "Payment" && tie.established;
    let mut pairs: BTreeMap<(EntityId, EntityId), Vec<&Tie>> = BTreeMap::new();
    for tie in ties.into_iter().filter(paid) {
        pairs.entry((tie.from, tie.to)).or_default().push(tie);
    }
    let mut totals: BTreeMap<Key, PaymentTotal> = BTreeMap::new();
    for ((from, to), payments) in pairs {
        for tie in &payments {
            let currency = tie
                .amount
                .as_ref()
                .and_then(|amount| amount.currency.clone());
            let period = period.of(tie.since.as_deref());
            let key = (from, to, period.clone(), currency.clone());
            let total = totals
                .entry(key)
                .or_insert_with(|| PaymentTotal::none(from, to, period, currency));
            let perhaps_counted =
                payments.iter().any(|other| may_be(tie, other)) || may_be_sum(tie, &payments);
            total.add(tie, perhaps_counted);
        }
    }
    totals.into_values().collect()
}

/// Whether `vague` may be the payment `exact`, told with less.
fn may_be(vague: &Tie, exact: &Tie) -> bool {
    let amount = vague.amount.is_none() || vague.amount == exact.amount;
    let date = match (&vague.since, &exact.since) {
        (None, _) => true,
        (Some(vague), Some(exact)) => exact.starts_with(vague.as_str()),
        (Some(_), None) => false,
    };
    let alike = vague.amount == exact.amount && vague.since == exact.since;
    vague.id != exact.id && amount && date && !alike
}

/// Payments among which a run that adds up to another is looked for, at most.
const MOST_ADDED: usize = 64;

/// Whether an undated payment may be several dated ones told together: "850,000 this winter" of twice 425,000.
fn may_be_sum(tie: &Tie, payments: &[&Tie]) -> bool {
    let exact = |tie: &Tie| {
        let amount = tie.amount.as_ref()?;
        let sum = amount.min.filter(|_| amount.min == amount.max)?;
        Some((sum, amount.currency.clone()))
    };
    let Some((sum, currency)) = exact(tie).filter(|_| tie.since.is_none()) else {
        return false;
    };
    let mut dated: Vec<(&str, f64)> = payments
        .iter()
        .filter_map(|other| {
            let (part, of) = exact(other)?;
            (of == currency).then_some((other.since.as_deref()?, part))
        })
        .take(MOST_ADDED)
        .collect();
    dated.sort_by(|a, b| a.0.cmp(b.0));
    (0..dated.len()).any(|first| {
        let mut total = 0.0;
        let runs = dated[first..].iter().enumerate();
        runs.map(|(more, (_, part))| {
            total += part;
            more > 0 && (total - sum).abs() < 0.005
        })
        .any(|fits| fits)
    })
}

impl PaymentTotal {
    fn none(
        from: EntityId,
        to: EntityId,
        period: Option<String>,
        currency: Option<String>,
    ) -> Self {
        Self {
            from,
            to,
            period,
            total: Amount {
                min: Some(0.0),
                max: Some(0.0),
                currency,
            },
            n_payments: 0,
            n_perhaps_counted: 0,
            n_without_amount: 0,
            ties: Vec::new(),
        }
    }

    fn add(&mut self, tie: &Tie, perhaps_counted: bool) {
        self.ties.push(tie.id);
        self.ties.sort_unstable();
        if perhaps_counted {
            self.n_perhaps_counted += 1;
        } else {
            self.n_payments += 1;
        }
        let Some(amount) = &tie.amount else {
            self.n_without_amount += 1;
            return;
        };
        if !perhaps_counted {
            let least = amount.min.unwrap_or(0.0);
            self.total.min = self.total.min.map(|sum| sum + least);
        }
        self.total.max = self.total.max.zip(amount.max).map(|(sum, most)| sum + most);
    }
}
