//! What somebody owns, is owned by, paid and was paid.

use askama::Template;
use onrecord_workbench::{
    ChainView, HoldingLine, Named, OwnershipPage, PaymentLine, PaymentPeriod, Workbench,
    share_in_words,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Rows of each table.
const ROWS: usize = 200;

/// Whose money, and by what time payments are added up.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub(crate) struct MoneyQuery {
    /// Whose: name, address or id.
    entity: String,
    /// By what time payments are added up.
    #[serde(default)]
    by: By,
}

/// By what time payments are added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum By {
    /// Each year apart.
    #[default]
    Year,
    /// Each month apart.
    Month,
    /// All together.
    All,
}

/// Ownership and payments.
#[derive(Debug, Serialize)]
pub(crate) struct MoneyView {
    format_version: u32,
    of: Named,
    holdings: Vec<HoldingLine>,
    circles: Vec<Vec<Named>>,
    payments: Vec<PaymentLine>,
    /// There is more than is listed.
    cut: bool,
}

impl View for MoneyView {
    type Query = MoneyQuery;

    fn look_up(bench: &Workbench, query: &MoneyQuery) -> Result<Self, Fault> {
        let entity = bench.entity_named(&query.entity)?;
        let period = match query.by {
            By::Year => PaymentPeriod::Year,
            By::Month => PaymentPeriod::Month,
            By::All => PaymentPeriod::All,
        };
        let OwnershipPage {
            mut holdings,
            circles,
            cut,
        } = bench.ownership(Some(&entity.id), None)?;
        let mut payments = bench.payments(Some(&entity.id), None, period)?;
        let cut = cut || holdings.len() > ROWS || payments.len() > ROWS;
        holdings.truncate(ROWS);
        payments.truncate(ROWS);
        Ok(Self {
            format_version: 1,
            of: entity,
            circles: circles.into_iter().map(|circle| circle.circle).collect(),
            holdings,
            payments,
            cut,
        })
    }

    fn html(&self, query: &MoneyQuery, frame: Frame) -> askama::Result<String> {
        let periods = [
            ("by year", By::Year, "year"),
            ("by month", By::Month, "month"),
            ("all together", By::All, "all"),
        ];
        MoneyHtml {
            frame,
            view: self,
            periods: periods.map(|(label, by, word)| {
                (
                    label,
                    format!("/money/{}?by={word}", self.of.id),
                    by == query.by,
                )
            }),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "money.html")]
struct MoneyHtml<'a> {
    frame: Frame,
    view: &'a MoneyView,
    periods: [(&'static str, String, bool); 3],
}

impl MoneyHtml<'_> {
    /// "A holds 60 % of B, which holds 30 to 40 % of C", step by step.
    fn steps<'c>(&self, chain: &'c ChainView) -> Vec<(&'c Named, &'c Named, String)> {
        let pairs = chain.entities.windows(2).zip(&chain.steps);
        pairs
            .filter_map(|(pair, share)| match pair {
                [owner, asset] => Some((owner, asset, share_in_words(*share))),
                _ => None,
            })
            .collect()
    }

    fn share(&self, line: &HoldingLine) -> String {
        share_in_words(line.share)
    }

    fn sum(&self, line: &PaymentLine) -> String {
        let currency = line
            .currency
            .as_deref()
            .unwrap_or("of an unstated currency");
        match line.max {
            Some(max) if (max - line.min).abs() < f64::EPSILON => format!("{max} {currency}"),
            Some(max) => format!("{} to {max} {currency}", line.min),
            None => format!("at least {} {currency}", line.min),
        }
    }
}
