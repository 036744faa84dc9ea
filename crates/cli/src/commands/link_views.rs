//! Views of `onrecord links` beyond the list of what documents state.

use std::io::Write;

use anyhow::bail;
use clap::ValueEnum;
use onrecord_workbench::{
    ChainView, HoldingLine, NeighborLine, OwnershipPage, PaymentLine, PaymentPeriod, Workbench,
    share_in_words,
};

use crate::out::{Found, json_line, one_line, stdout};

/// What of the ties is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// Each tie as a document states it, with its words
    Stated,
    /// Who is tied to the one of --of, the strongest ties first
    Neighbors,
    /// Who owns what, through which chains, and how much of it; circles
    Ownership,
    /// What was paid, added up by payer, payee, period and currency
    Payments,
}

/// By what time payments are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    Month,
    Year,
    All,
}

impl From<By> for PaymentPeriod {
    fn from(by: By) -> Self {
        match by {
            By::Month => Self::Month,
            By::Year => Self::Year,
            By::All => Self::All,
        }
    }
}

/// What is asked of a view.
pub(super) struct Asked<'a> {
    pub(super) of: Option<&'a str>,
    pub(super) with: Option<&'a str>,
    pub(super) by: By,
    pub(super) limit: usize,
    pub(super) json: bool,
}

impl View {
    /// Prints a view that gathers ties.
    pub(super) fn print(self, bench: &Workbench, asked: &Asked<'_>) -> anyhow::Result<Found> {
        let mut out = stdout();
        let found = match self {
            Self::Stated => Found::Nothing,
            Self::Neighbors => print_neighbors(&mut out, bench, asked)?,
            Self::Ownership => print_ownership(&mut out, bench, asked)?,
            Self::Payments => print_payments(&mut out, bench, asked)?,
        };
        out.flush()?;
        Ok(found)
    }
}

fn print_neighbors(
    out: &mut impl Write,
    bench: &Workbench,
    asked: &Asked<'_>,
) -> anyhow::Result<Found> {
    let Some(of) = asked.of else {
        bail!("whose neighbors? name somebody with --of");
    };
    let lines = bench.neighbors(of, asked.limit)?;
    for line in &lines {
        if asked.json {
            json_line(out, line)?;
        } else {
            print_neighbor(out, line)?;
        }
    }
    Ok(Found::from(!lines.is_empty()))
}

fn print_neighbor(out: &mut impl Write, line: &NeighborLine) -> anyhow::Result<()> {
    let role = line
        .role
        .as_ref()
        .map_or(String::new(), |role| format!(" ({})", one_line(role)));
    let more = match line.n_ties {
        0 | 1 => String::new(),
        n => format!("; {n} ties"),
    };
    let name = one_line(&line.name);
    writeln!(
        out,
        "{name}: {}{role}, {}{more}",
        line.tie_type, line.stances
    )?;
    Ok(())
}

fn print_ownership(
    out: &mut impl Write,
    bench: &Workbench,
    asked: &Asked<'_>,
) -> anyhow::Result<Found> {
    let OwnershipPage {
        holdings,
        circles,
        cut,
    } = bench.ownership(asked.of, asked.with)?;
    for line in holdings.iter().take(asked.limit) {
        if asked.json {
            json_line(out, line)?;
        } else {
            print_holding(out, line)?;
        }
    }
    for line in &circles {
        if asked.json {
            json_line(out, line)?;
        } else {
            let mut names: Vec<String> =
                line.circle.iter().map(|one| one_line(&one.name)).collect();
            names.extend(names.first().cloned());
            writeln!(out, "circle: {}", names.join(" → "))?;
        }
    }
    if cut || holdings.len() > asked.limit {
        eprintln!("note: there are more; name somebody with --of, or raise --limit");
    }
    Ok(Found::from(!holdings.is_empty() || !circles.is_empty()))
}

fn print_holding(out: &mut impl Write, line: &HoldingLine) -> anyhow::Result<()> {
    writeln!(
        out,
        "{} holds {} of {}",
        one_line(&line.owner_name),
        share_in_words(line.share),
        one_line(&line.asset_name)
    )?;
    let is_direct = line.chains.len() == 1 && line.chains[0].entities.len() == 2;
    for chain in line.chains.iter().filter(|_| !is_direct) {
        writeln!(out, "    {}", chain_in_words(chain))?;
    }
    if line.cut {
        writeln!(out, "    (there are more chains, or longer ones)")?;
    }
    Ok(())
}

/// "A – 80 % → B – 50 % → C: 40 %".
fn chain_in_words(chain: &ChainView) -> String {
    let mut words = String::new();
    for (at, entity) in chain.entities.iter().enumerate() {
        if let Some(step) = at.checked_sub(1).and_then(|at| chain.steps.get(at)) {
            words.push_str(&format!(" – {} → ", share_in_words(*step)));
        }
        words.push_str(&one_line(&entity.name));
    }
    format!("{words}: {}", share_in_words(chain.share))
}

fn print_payments(
    out: &mut impl Write,
    bench: &Workbench,
    asked: &Asked<'_>,
) -> anyhow::Result<Found> {
    let lines = bench.payments(asked.of, asked.with, asked.by.into())?;
    for line in lines.iter().take(asked.limit) {
        if asked.json {
            json_line(out, line)?;
        } else {
            print_payment(out, line)?;
        }
    }
    if lines.len() > asked.limit {
        eprintln!("note: {} of {} totals are shown", asked.limit, lines.len());
    }
    Ok(Found::from(!lines.is_empty()))
}

fn print_payment(out: &mut impl Write, line: &PaymentLine) -> anyhow::Result<()> {
    let currency = line.currency.as_deref().unwrap_or("of unknown currency");
    let sum = match line.max {
        Some(max) if max == line.min => format!("{max} {currency}"),
        Some(max) => format!("{} to {max} {currency}", line.min),
        None => format!("at least {} {currency}", line.min),
    };
    let sum = match line.n_payments + line.n_perhaps_counted == line.n_without_amount {
        true => "an amount that is not stated".to_owned(),
        false => sum,
    };
    let mut facts = vec![match line.n_payments {
        1 => "1 payment".to_owned(),
        n => format!("{n} payments"),
    }];
    if line.n_perhaps_counted > 0 {
        facts.push(format!(
            "{} more may be one of these, or several, told again",
            line.n_perhaps_counted
        ));
    }
    if line.n_without_amount > 0 {
        facts.push(format!("{} without an amount", line.n_without_amount));
    }
    writeln!(
        out,
        "{} → {}{}: {sum} ({})",
        one_line(&line.from_name),
        one_line(&line.to_name),
        line.period
            .as_ref()
            .map_or(String::new(), |period| format!(", {period}")),
        facts.join(", ")
    )?;
    Ok(())
}
