//! Ties that the rows of a table state, by a mapping of its columns.

use onrecord_record::PartialDate;
use serde::{Deserialize, Serialize};

use super::amount::PERCENT;
use super::lexicon::lexicon;
use crate::Amount;

/// Which columns hold what; numbers count from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    /// Type of the ties, as in the table of link types.
    #[serde(rename = "type")]
    pub kind: String,
    /// Column of the one end.
    pub from: usize,
    /// Column of the other end.
    pub to: usize,
    /// Column of the role.
    #[serde(default)]
    pub role: Option<usize>,
    /// Column of the amount.
    #[serde(default)]
    pub amount: Option<usize>,
    /// Column of the currency; without one the amount's own symbol is looked for.
    #[serde(default)]
    pub currency: Option<usize>,
    /// Column of the share in percent.
    #[serde(default)]
    pub share: Option<usize>,
    /// Column of the first day, or of the only one.
    #[serde(default)]
    pub since: Option<usize>,
    /// Column of the last day.
    #[serde(default)]
    pub until: Option<usize>,
}

/// A tie that a row states between two names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableLink {
    /// Number of the row, from 0.
    pub row: usize,
    /// Name at the one end, as it stands there.
    pub from: String,
    /// Name at the other end.
    pub to: String,
    /// Type of the tie.
    pub kind: String,
    /// Role, as it stands there.
    pub role: Option<String>,
    /// Money or a share.
    pub amount: Option<Amount>,
    /// Since when: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
}

/// Words of headings, each with the types that it may mean and the place that it takes.
const FROM: &[(&str, &str)] = &[
    ("owner", "Ownership"),
    ("shareholder", "Ownership"),
    ("parent", "Ownership"),
    ("payer", "Payment"),
    ("donor", "Payment"),
    ("director", "Directorship"),
    ("officer", "Directorship"),
    ("employee", "Employment"),
    ("member", "Membership"),
    ("lobbyist", "Representation"),
];
const TO: &[(&str, &str)] = &[
    ("company", "Ownership"),
    ("subsidiary", "Ownership"),
    ("asset", "Ownership"),
    ("payee", "Payment"),
    ("recipient", "Payment"),
    ("beneficiary", "Payment"),
    ("company", "Directorship"),
    ("organization", "Directorship"),
    ("employer", "Employment"),
    ("company", "Employment"),
    ("organization", "Membership"),
    ("party", "Membership"),
    ("client", "Representation"),
];

impl TableMapping {
    /// The mapping that the headings of a table suggest; `None` where they name no tie.
    #[must_use]
    pub fn from_headings(headings: &[&str]) -> Option<Self> {
        let names: Vec<String> = headings
            .iter()
            .map(|heading| heading.trim().to_lowercase())
            .collect();
        let column = |words: &[&str]| names.iter().position(|name| words.contains(&name.as_str()));
        let (from, kind) = FROM
            .iter()
            .find_map(|(word, kind)| Some((column(&[word])?, *kind)))?;
        let to = TO
            .iter()
            .find_map(|(word, of)| (*of == kind).then(|| column(&[word])).flatten())?;
        let share = column(&[
            "share",
            "share %",
            "share (%)",
            "percent",
            "%",
            "stake",
            "shareholding",
        ]);
        Some(Self {
            kind: kind.to_owned(),
            from,
            to,
            role: column(&[
                "role",
                "position",
                "office",
                "title",
                "reference",
                "purpose",
            ]),
            amount: column(&["amount", "sum", "value"]),
            currency: column(&["currency"]),
            share,
            since: column(&[
                "since",
                "from date",
                "start",
                "start date",
                "date",
                "appointed",
            ]),
            until: column(&["until", "to date", "end", "end date", "resigned"]),
        })
    }
}

/// The ties of the rows of a table, heading left out; a row that lacks an end states none.
#[must_use]
pub fn links_of_table(rows: &[Vec<String>], mapping: &TableMapping) -> Vec<TableLink> {
    let links = rows.iter().enumerate();
    links
        .filter_map(|(number, row)| link_of_row(number, row, mapping))
        .collect()
}

fn link_of_row(number: usize, row: &[String], mapping: &TableMapping) -> Option<TableLink> {
    let cell = |column: Option<usize>| {
        let text = row.get(column?)?.trim();
        (!text.is_empty()).then_some(text)
    };
    let (from, to) = (cell(Some(mapping.from))?, cell(Some(mapping.to))?);
    let date = |column: Option<usize>| {
        let text = cell(column)?;
        text.parse::<PartialDate>().ok().map(|_| text.to_owned())
    };
    (from != to).then(|| TableLink {
        row: number,
        from: from.to_owned(),
        to: to.to_owned(),
        kind: mapping.kind.clone(),
        role: cell(mapping.role).map(str::to_owned),
        amount: cell(mapping.share)
            .and_then(|text| amount(text, Some(PERCENT)))
            .or_else(|| amount(cell(mapping.amount)?, cell(mapping.currency))),
        since: date(mapping.since),
        until: date(mapping.until),
    })
}

/// A number with or without its currency.
fn amount(text: &str, currency: Option<&str>) -> Option<Amount> {
    let symbol = text
        .trim_start_matches(|c: char| c.is_whitespace())
        .split(|c: char| c.is_ascii_digit())
        .next();
    let of_symbol = symbol.and_then(|symbol| lexicon().money.symbols.get(symbol.trim()));
    let digits = text
        .trim()
        .trim_start_matches(symbol.unwrap_or_default())
        .trim_end_matches(['%', ' ']);
    let value: f64 = digits.replace([',', ' '], "").parse().ok()?;
    value.is_finite().then(|| Amount {
        min: Some(value),
        max: Some(value),
        currency: currency.map(str::to_owned).or_else(|| of_symbol.cloned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_payments_by_their_headings() {
        let owners =
            TableMapping::from_headings(&["owner", "company", "share %", "since", "source"]);
        let owners = owners.expect("the headings name owner and company");
        let row = |cells: &[&str]| {
            cells
                .iter()
                .map(|cell| (*cell).to_owned())
                .collect::<Vec<_>>()
        };
        let found = links_of_table(
            &[
                row(&["A Trust", "B Ltd", "75", "2019-09-12", "register"]),
                row(&["", "B Ltd", "5", "", ""]),
            ],
            &owners,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].kind.as_str(), found[0].since.as_deref()),
            ("Ownership", Some("2019-09-12"))
        );
        assert_eq!(
            found[0].amount.as_ref().and_then(|amount| amount.max),
            Some(75.0)
        );
        let payments =
            TableMapping::from_headings(&["date", "payer", "payee", "amount", "currency"]);
        let payments = payments.expect("the headings name payer and payee");
        let found = links_of_table(
            &[row(&["2024-01-19", "A", "B", "5,000.00", "EUR"])],
            &payments,
        );
        assert_eq!(
            found[0]
                .amount
                .as_ref()
                .and_then(|amount| amount.currency.as_deref()),
            Some("EUR")
        );
        assert_eq!(TableMapping::from_headings(&["time", "account"]), None);
    }
}
