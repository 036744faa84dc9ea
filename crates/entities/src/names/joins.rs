//! Whether two may be held to be one: the name, and what is known besides it.

use onrecord_record::PartialDate;

use crate::names::conflict::{Conflict, conflict, same_name};
use crate::names::fold::fold;
use crate::names::parsed::{NameKind, ParsedName, Role};

/// Shorter identifiers are room numbers and the like.
const LEAST_IDENTIFIER: usize = 5;

/// Somebody, as a document or a list knows them.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The fullest name.
    pub name: &'a ParsedName,
    /// Birth; founding of a firm; launch of a ship.
    pub since: Option<PartialDate>,
    /// Countries, one spelling for each throughout.
    pub countries: &'a [&'a str],
    /// Registration, tax and passport numbers, mail addresses: what belongs to one bearer alone.
    pub identifiers: &'a [&'a str],
}

/// What may be done with two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Something says that they are two.
    Apart,
    /// They share no more than a name: "possibly the same", for a person to judge.
    Possible,
    /// Name and facts say that they are one.
    Join,
}

/// A verdict with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joining {
    /// What may be done.
    pub verdict: Verdict,
    /// What in the names speaks against it.
    pub conflict: Option<Conflict>,
    /// Which fact decided: `identifier`, `date`, `country and legal form`, …
    pub because: &'static str,
}

impl Joining {
    fn new(verdict: Verdict, because: &'static str) -> Self {
        Self {
            verdict,
            conflict: None,
            because,
        }
    }
}

/// Whether two may be joined without asking a person; symmetric. A name alone never joins, nor does a
/// name with a country or an office: father and son have all of them in common. Joined are, if nothing in the names is in
/// conflict, an identifier in common; else the same full name with the same day of birth; a firm's also
/// with its legal form and country.
#[must_use]
pub fn joins(left: &Known<'_>, right: &Known<'_>) -> Joining {
    if let Some(conflict) = conflict(left.name, right.name) {
        return Joining {
            conflict: Some(conflict),
            ..Joining::new(Verdict::Apart, "names in conflict")
        };
    }
    let dates = left.since.zip(right.since);
    if dates.is_some_and(|(one, other)| contradict(one, other)) {
        return Joining::new(Verdict::Apart, "dates in conflict");
    }
    if share(left.identifiers, right.identifiers, LEAST_IDENTIFIER) {
        return Joining::new(Verdict::Join, "identifier");
    }
    if !same_name(left.name, right.name) {
        return Joining::new(Verdict::Possible, "part of the name alone");
    }
    let same_country = share(left.countries, right.countries, 1);
    if !same_country && !left.countries.is_empty() && !right.countries.is_empty() {
        return Joining::new(Verdict::Possible, "countries differ");
    }
    match left.name.kind() {
        NameKind::Person => person(left, right),
        NameKind::Company | NameKind::Organization if same_country && has_form(left.name) => {
            Joining::new(Verdict::Join, "country and legal form")
        }
        _ => Joining::new(Verdict::Possible, "name alone"),
    }
}

fn person(left: &Known<'_>, right: &Known<'_>) -> Joining {
    let n_names = left
        .name
        .parts()
        .iter()
        .filter(|part| part.role.is_proper())
        .count();
    if n_names < 2 {
        return Joining::new(Verdict::Possible, "one name alone");
    }
    let same_day = left.since.is_some_and(|date| date.day.is_some()) && left.since == right.since;
    if same_day {
        return Joining::new(Verdict::Join, "day of birth");
    }
    Joining::new(Verdict::Possible, "name alone")
}

fn has_form(name: &ParsedName) -> bool {
    name.words_of(Role::LegalForm).next().is_some()
}

/// Whether two dates say different things as far as both are known.
fn contradict(left: PartialDate, right: PartialDate) -> bool {
    let differ = |one: Option<u8>, other: Option<u8>| matches!((one, other), (Some(one), Some(other)) if one != other);
    left.year != right.year || differ(left.month, right.month) || differ(left.day, right.day)
}

/// Whether two lists have an entry in common, but for case, accents and marks.
fn share(left: &[&str], right: &[&str], least: usize) -> bool {
    let plain = |text: &str| fold(text, NameKind::Organization).joined();
    left.iter().any(|one| {
        let one = plain(one);
        one.len() >= least && right.iter().any(|other| plain(other) == one)
    })
}

#[cfg(test)]
mod tests {
    use onrecord_record::PartialDate;

    use super::{Joining, Known, Verdict, joins};
    use crate::names::{NameKind, ParsedName};

    const NAMESAKES: &str = include_str!("../../../../corpora/entities/namesakes.tsv");

    /// Name, since, country, role, identifier.
    fn side(kind: NameKind, cells: &[&str], then: impl Fn(&Known<'_>) -> Joining) -> Joining {
        let name = ParsedName::parse(cells[0], kind);
        let given = |at: usize| {
            if cells[at].is_empty() {
                &[]
            } else {
                &cells[at..=at]
            }
        };
        then(&Known {
            name: &name,
            since: cells[1].parse::<PartialDate>().ok(),
            countries: given(2),
            identifiers: given(4),
        })
    }

    fn verdict(row: &str) -> (bool, Verdict) {
        let cells: Vec<&str> = row.split('\t').collect();
        let kind = match cells[0] {
            "Person" => NameKind::Person,
            "Vessel" => NameKind::Vessel,
            _ => NameKind::Company,
        };
        let joining = side(kind, &cells[3..8], |left| {
            side(kind, &cells[8..13], |right| {
                let joining = joins(left, right);
                assert_eq!(joining, joins(right, left), "not symmetric: {row}");
                joining
            })
        });
        (cells[2] == "1", joining.verdict)
    }

    #[test]
    fn namesakes_stay_apart_and_the_same_are_joined() {
        let all: Vec<_> = NAMESAKES
            .lines()
            .skip(1)
            .map(|row| (row, verdict(row)))
            .collect();
        let (same, two): (Vec<_>, Vec<_>) = all.iter().partition(|(_, (same, _))| *same);
        let joined = |rows: &[&(&str, (bool, Verdict))]| {
            rows.iter()
                .filter(|(_, (_, verdict))| *verdict == Verdict::Join)
                .count()
        };
        for (row, (same, verdict)) in &all {
            if *same != (*verdict == Verdict::Join) {
                println!("{verdict:?}\t{row}");
            }
        }
        println!(
            "{} of {} namesakes joined; {} of {} of one bearer",
            joined(&two),
            two.len(),
            joined(&same),
            same.len()
        );
        assert!(two.len() >= 200);
        assert!(joined(&two) * 100 <= two.len());
        assert!(joined(&same) * 10 >= same.len() * 9);
    }
}
