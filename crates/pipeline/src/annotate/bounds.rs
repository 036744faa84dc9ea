//! Where a name begins and ends: what the recognizer ran together is parted, what it cut short is completed.
//!
//! "Harbor Trust, Berg" is two names where both stand alone elsewhere in the text; "the Reserve Bank"
//! before "of Port Dorn" is half of one.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Found, GPE, ORG, PERSON};
use super::words;

const GROUP: &str = "NORP";
/// Words by which a name is completed, at most.
const MOST_ADDED: usize = 5;
/// What may stand between two names that the recognizer took for one.
const SEAMS: &[&str] = &[
    ", ", " and ", " to ", " at ", " with ", " from ", " by ", " for ",
];

/// Names that stand alone somewhere in a text, with the label that they have first.
#[derive(Debug, Default)]
pub(super) struct Alone {
    labels: BTreeMap<String, String>,
    /// Names found more than once, each as a whole.
    repeated: BTreeSet<String>,
}

impl Alone {
    pub(super) fn add(&mut self, name: &str, label: &str) {
        let name = super::names::without_article(name);
        if self.labels.contains_key(name) {
            self.repeated.insert(name.to_owned());
        } else {
            self.labels.insert(name.to_owned(), label.to_owned());
        }
    }

    fn label(&self, name: &str) -> Option<&str> {
        let name = super::names::without_article(name);
        self.labels.get(name).map(String::as_str)
    }
}

/// Parts, cuts and completes the names of a segment, which are in the order of its view.
pub(super) fn mended(view: &str, found: Vec<Found>, alone: &Alone) -> Vec<Found> {
    let parted = found.into_iter().flat_map(|name| parted(view, name, alone));
    let cut: Vec<Found> = parted.filter_map(|name| trimmed(view, name)).collect();
    let mut mended: Vec<Found> = Vec::with_capacity(cut.len());
    for (at, name) in cut.iter().enumerate() {
        if mended.last().is_some_and(|last| last.overlaps(name)) {
            continue;
        }
        let mut name = completed(view, name.clone(), &cut[at + 1..]);
        if name.label == GROUP
            && let Some(last) = mended.last().filter(|last| is_of_place(view, last, &name))
        {
            name.start = last.start;
        }
        // A completed name takes the place of those before it that it now covers.
        while mended.last().is_some_and(|last| last.overlaps(&name)) {
            mended.pop();
        }
        mended.push(name);
    }
    mended
}

/// "Corrow Democrats", "House Republicans": not the party, but its part in one place.
fn is_of_place(view: &str, place: &Found, group: &Found) -> bool {
    [ORG, GPE].contains(&place.label.as_str())
        && !place.text(view).contains(['\'', '’'])
        && view.get(place.end..group.start) == Some(" ")
        && group.text(view).ends_with('s')
}

/// Two names where one was found, if each is known by itself and the whole is not.
fn parted(view: &str, name: Found, alone: &Alone) -> Vec<Found> {
    let text = name.text(view);
    if let Some(two) = owner_and_person(view, &name, alone) {
        return two;
    }
    let may_be_two = [PERSON, ORG].contains(&name.label.as_str())
        && !name.is_shown
        && !text.contains('&')
        && !alone.repeated.contains(super::names::without_article(text));
    let seam = SEAMS
        .iter()
        .filter(|_| may_be_two)
        .find_map(|seam| at_seam(text, seam, alone));
    let Some((left, right)) = seam else {
        return vec![name];
    };
    let half = |half: &str| Found {
        is_shown: false,
        ..Found::shown(view, half, alone.label(half).unwrap_or(&name.label))
    };
    vec![half(left), half(right)]
}

/// "the Harbor Party's Anna Berg": whose somebody is, is no part of their name.
fn owner_and_person(view: &str, name: &Found, alone: &Alone) -> Option<Vec<Found>> {
    let text = name.text(view);
    let parts = text.split_once("'s ").or_else(|| text.split_once("’s "));
    let (owner, person) = parts.filter(|_| !name.is_shown)?;
    let is_one = name.label == PERSON || alone.label(person) == Some(PERSON);
    if !is_one {
        return None;
    }
    let is_full = person.contains(' ') && words::may_be_person(person);
    let half = |half: &str, label: &str| Found {
        is_shown: false,
        ..Found::shown(view, half, label)
    };
    is_full.then(|| {
        let label = alone.label(owner).unwrap_or(ORG);
        vec![half(owner, label), half(person, PERSON)]
    })
}

fn at_seam<'t>(text: &'t str, seam: &str, alone: &Alone) -> Option<(&'t str, &'t str)> {
    let (left, right) = text.split_once(seam)?;
    let is_joining = matches!(seam, ", " | " and ");
    let is_capitalized = right
        .trim_start_matches("the ")
        .starts_with(char::is_uppercase);
    // "the University of Corrow at Port Dorn".
    let may_go_on = !is_joining && words::names_organization(left);
    let are_known = alone.label(left).is_some() && (!is_joining || alone.label(right).is_some());
    (is_capitalized && are_known && !may_go_on).then_some((left, right))
}

/// Without small words at its end, and what is no part of it behind a comma.
fn trimmed(view: &str, name: Found) -> Option<Found> {
    let mut text = name.text(view);
    if name.label == PERSON
        && let Some((before, behind)) = text.split_once(", ")
        && behind.starts_with(char::is_lowercase)
    {
        text = before;
    }
    while let Some((before, last)) = text.rsplit_once(' ')
        && words::is_in(words::JOINING, last)
        && last.starts_with(char::is_lowercase)
    {
        text = before.trim_end_matches([',', ' ']);
    }
    if [ORG, GPE].contains(&name.label.as_str()) {
        text = without_portfolio(text, &view[..name.start], &view[name.end..]);
    }
    if text.is_empty() {
        return None;
    }
    Some(Found {
        end: name.start + text.len(),
        ..name
    })
}

/// "Corrow" of "Corrow Home" before "Secretary": the recognizer takes a portfolio for an organization.
fn without_portfolio<'t>(text: &'t str, before: &str, behind: &str) -> &'t str {
    // "Secretary of State": no State; "Homeland" before "Security Secretary": half of a portfolio.
    let is_led = before.ends_with("Secretary of ") || before.ends_with("Minister of ");
    let mut offices = behind
        .strip_prefix(' ')
        .unwrap_or_default()
        .split(|c: char| !c.is_alphabetic())
        .skip_while(|word| words::is_in(words::PORTFOLIOS, word));
    let is_before_office = offices
        .next()
        .is_some_and(|word| words::is_in(words::MINISTERS, word));
    if !is_before_office && !is_led {
        return text;
    }
    let mut text = text;
    while let Some(last) = text.split(' ').next_back().filter(|last| !last.is_empty()) {
        if !words::is_in(words::PORTFOLIOS, last) {
            break;
        }
        text = text[..text.len() - last.len()].trim_end();
    }
    if text.eq_ignore_ascii_case("the") {
        return "";
    }
    text
}

/// A name with the words around it that belong to it.
fn completed(view: &str, mut name: Found, next: &[Found]) -> Found {
    if name.is_shown {
        return name;
    }
    if name.label == ORG {
        name.start = start_of_generic(view, &name);
        name.end = end_behind(view, &name, next);
    }
    // "He Jinping": the pronoun is none right before a name.
    let before = view[..name.start].strip_suffix("He ");
    if name.label == PERSON && before.is_some_and(ends_sentence) && !name.text(view).contains(' ') {
        name.start -= "He ".len();
    }
    name
}

fn ends_sentence(before: &str) -> bool {
    let before = before.trim_end_matches(['“', '"', ' ', '\n', '”']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':'])
}

/// Of a name that is nothing but a word for organizations ("Police", "Court") the start of the
/// capitalized words before it.
fn start_of_generic(view: &str, name: &Found) -> usize {
    let text = name.text(view);
    if text.contains(' ') || !words::names_organization(text) && text != "Court" {
        return name.start;
    }
    let mut start = name.start;
    for _ in 0..MOST_ADDED {
        let Some(before) = view[..start].strip_suffix(' ') else {
            break;
        };
        let word = before
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default();
        let core = word.trim_end_matches("'s").trim_end_matches("’s");
        let is_part = core.starts_with(char::is_uppercase)
            && core.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !words::is_in(words::NOBODY, core)
            && !words::is_in(words::JOINING, core)
            && !words::is_in(words::TITLES, core);
        if !is_part {
            break;
        }
        start -= 1 + word.len();
    }
    start
}

/// The end of a name with what goes on behind it.
fn end_behind(view: &str, name: &Found, next: &[Found]) -> usize {
    let text = name.text(view);
    let last = text.split(' ').next_back().unwrap_or_default();
    let behind = &view[name.end..];
    let is_person = |start: usize, end: usize| {
        let met = next.iter().take_while(|other| other.start < end);
        met.filter(|other| other.end > start)
            .any(|other| other.label == PERSON)
    };
    // "the Reserve Bank" + " of Port Dorn"
    if words::is_in(words::HEADED_BY_OF, last)
        && let Some(rest) = behind.strip_prefix(" of ")
    {
        let rest = rest.strip_prefix("the ").unwrap_or(rest);
        let start = view.len() - rest.len();
        let end = start + capitalized(rest);
        if end > start && !is_person(start, end) {
            return end;
        }
    }
    // "Harbor Coalition" + " for the Homeless"
    if words::is_in(words::HEADED_BY_FOR, last)
        && last.len() < text.len()
        && let Some(rest) = behind.strip_prefix(" for the ")
    {
        let start = view.len() - rest.len();
        let end = start + capitalized(rest);
        if end > start && !is_person(start, end) {
            return end;
        }
    }
    // "Harbor Defense, Space" + ", and Security"
    if text.contains(", ")
        && let Some(rest) = behind.strip_prefix(", and ")
    {
        let start = view.len() - rest.len();
        let end = start + capitalized(rest);
        if end > start && !is_person(start, end) {
            return end;
        }
    }
    campus(view, name, next).unwrap_or(name.end)
}

/// Length of the capitalized words that a text begins with.
fn capitalized(text: &str) -> usize {
    let mut len = 0;
    for word in text.split(' ').take(MOST_ADDED) {
        let core = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let core = core
            .strip_suffix("'s")
            .or(core.strip_suffix("’s"))
            .unwrap_or(core);
        let is_part = core.starts_with(char::is_uppercase)
            && core
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '’' | '\''));
        if !is_part {
            break;
        }
        len = core.as_ptr() as usize - text.as_ptr() as usize + core.len();
        if core.len() < word.len() {
            break;
        }
    }
    len
}

/// "the University of Corrow" + ", Port Dorn": the end of a campus's name.
fn campus(view: &str, name: &Found, next: &[Found]) -> Option<usize> {
    let place = next.first().filter(|place| place.label == GPE)?;
    let is_next =
        name.text(view).contains("University of ") && view.get(name.end..place.start) == Some(", ");
    let ends = view[place.end..].starts_with([',', '.', ';', ')', '\n']) || place.end == view.len();
    (is_next && ends).then_some(place.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(view: &str, text: &str, label: &str) -> Found {
        let start = view.find(text).expect("the name stands in the view");
        Found {
            is_shown: false,
            ..Found::shown(view, &view[start..start + text.len()], label)
        }
    }

    fn check(view: &str, found: &[(&str, &str)], alone: &[(&str, &str)], expected: &[&str]) {
        let mut known = Alone::default();
        for (text, label) in alone.iter().chain(found) {
            known.add(text, label);
        }
        let found = found
            .iter()
            .map(|(text, label)| name(view, text, label))
            .collect();
        let mended = mended(view, found, &known);
        let texts: Vec<&str> = mended.iter().map(|name| name.text(view)).collect();
        assert_eq!(texts, expected, "{view}");
    }

    #[test]
    fn names_run_together_are_parted() {
        let trust = ("Harbor Trust", ORG);
        let berg = ("Berg", PERSON);
        for (view, found, alone, expected) in [
            (
                "He bought Harbor Trust, Berg said.",
                ("Harbor Trust, Berg", ORG),
                &[trust, berg][..],
                &["Harbor Trust", "Berg"][..],
            ),
            (
                "by selling Lantern to Harbor Trust in May",
                ("Lantern to Harbor Trust", ORG),
                &[("Lantern", ORG)],
                &["Lantern", "Harbor Trust"],
            ),
            (
                "the University of Corrow at Dorn",
                ("University of Corrow at Dorn", ORG),
                &[("Dorn", GPE), ("University of Corrow", ORG)],
                &["University of Corrow at Dorn"],
            ),
            (
                "to the Harbor Party's Anna Berg today",
                ("the Harbor Party's Anna Berg", PERSON),
                &[],
                &["the Harbor Party", "Anna Berg"],
            ),
            (
                "Berg and Dorn of Leeds",
                ("Berg and Dorn", ORG),
                &[berg],
                &["Berg and Dorn"],
            ),
        ] {
            check(view, &[found], alone, expected);
        }
    }

    #[test]
    fn what_is_no_part_of_a_name_is_cut() {
        for (view, found, expected) in [
            (
                "Anna Berg, senior partner",
                ("Anna Berg, senior", PERSON),
                &["Anna Berg"][..],
            ),
            (
                "for the Harbor and Dorn",
                ("the Harbor and", ORG),
                &["the Harbor"],
            ),
            (
                "Corrow Home Secretary Anna Berg",
                ("Corrow Home", ORG),
                &["Corrow"],
            ),
            ("Energy Secretary Anna Berg", ("Energy", ORG), &[]),
            ("Secretary of State Anna Berg", ("State", ORG), &[]),
            (
                "Homeland Security Secretary Anna Berg",
                ("Homeland", ORG),
                &[],
            ),
            (
                "National Security Adviser Anna Berg",
                ("National Security", ORG),
                &[],
            ),
            (
                "the Energy Department",
                ("Energy Department", ORG),
                &["Energy Department"],
            ),
        ] {
            check(view, &[found], &[], expected);
        }
    }

    #[test]
    fn what_was_cut_short_is_completed() {
        for (view, found, expected) in [
            (
                "the Reserve Bank of Port Dorn, she said",
                &[("the Reserve Bank", ORG), ("Port Dorn", GPE)][..],
                &["the Reserve Bank of Port Dorn"][..],
            ),
            (
                "the Reserve Bank of Anna Berg",
                &[("the Reserve Bank", ORG), ("Anna Berg", PERSON)],
                &["the Reserve Bank", "Anna Berg"],
            ),
            (
                "at Harbor Defense, Space, and Security, who",
                &[("Harbor Defense, Space", ORG)],
                &["Harbor Defense, Space, and Security"],
            ),
            (
                "at the University of Corrow, Port Dorn, where",
                &[("the University of Corrow", ORG), ("Port Dorn", GPE)],
                &["the University of Corrow, Port Dorn"],
            ),
            (
                "at the University of Corrow, Port Dorn officials said",
                &[("the University of Corrow", ORG), ("Port Dorn", GPE)],
                &["the University of Corrow", "Port Dorn"],
            ),
            (
                "at Dorn Magistrate's Court in May",
                &[("Court", ORG)],
                &["Dorn Magistrate's Court"],
            ),
            (
                "the Harbor Coalition for the Homeless, which",
                &[("the Harbor Coalition", ORG)],
                &["the Harbor Coalition for the Homeless"],
            ),
            ("In Court in May", &[("Court", ORG)], &["Court"]),
            (
                "when Corrow Democrats met the Democrats",
                &[("Corrow", GPE), ("Democrats", "NORP")],
                &["Corrow Democrats"],
            ),
            (
                "“No.” He Berg, the former director, left.",
                &[("Berg", PERSON)],
                &["He Berg"],
            ),
        ] {
            check(view, found, &[], expected);
        }
    }
}
