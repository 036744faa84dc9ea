//! Words that show what a line of a message is, and whether words may be somebody's name.
//!
//! The lists are data: `data/message-words.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// The lists, by their names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    titles: BTreeSet<String>,
    personal_titles: BTreeSet<String>,
    greetings: BTreeSet<String>,
    nobody: BTreeSet<String>,
    machines: BTreeSet<String>,
    organizations: BTreeSet<String>,
    forms: BTreeSet<String>,
    roles: BTreeSet<String>,
    places: BTreeSet<String>,
    particles: BTreeSet<String>,
    farewells: BTreeSet<String>,
    date_words: BTreeSet<String>,
    wrote: BTreeSet<String>,
    joining: BTreeSet<String>,
    ministers: BTreeSet<String>,
    portfolios: BTreeSet<String>,
    headed_by_of: BTreeSet<String>,
    headed_by_for: BTreeSet<String>,
    person_roles: BTreeSet<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/message-words.toml"))
        .expect("the shipped lists are well-formed")
});

/// One of the lists.
pub(crate) type List = fn(&Words) -> &BTreeSet<String>;

/// Before a person's name; not part of it.
pub(crate) const TITLES: List = |words| &words.titles;

/// Titles that nothing but a person's name follows; the others are offices, too.
pub(crate) const PERSONAL_TITLES: List = |words| &words.personal_titles;

/// Words of greetings, before a name.
pub(crate) const GREETINGS: List = |words| &words.greetings;

/// Who is greeted without a name, and what else stands alone before a comma.
pub(crate) const NOBODY: List = |words| &words.nobody;

/// Words of lists and machines in the name of an address.
const MACHINES: List = |words| &words.machines;

/// Words of which at least one stands in the names of many organizations, and in no person's.
pub(crate) const ORGANIZATIONS: List = |words| &words.organizations;

/// Legal forms, at the end of a company's name.
pub(crate) const FORMS: List = |words| &words.forms;

/// Offices that people hold.
pub(crate) const ROLES: List = |words| &words.roles;

/// Words with which names of places end.
pub(crate) const PLACES: List = |words| &words.places;

/// Small words inside of people's names.
const PARTICLES: List = |words| &words.particles;

/// Lines that end what is said.
const FAREWELLS: List = |words| &words.farewells;

/// Words of dates and of the openers of "On 2 April, Anna Berg wrote:".
const DATE_WORDS: List = |words| &words.date_words;

/// "wrote" in the lines that announce a quote.
const WROTE: List = |words| &words.wrote;

/// Small words that stand between names.
pub(crate) const JOINING: List = |words| &words.joining;

/// Members of a government, whose portfolio stands before their title.
pub(crate) const MINISTERS: List = |words| &words.ministers;

/// Portfolios, which are no organizations by themselves.
pub(crate) const PORTFOLIOS: List = |words| &words.portfolios;

/// Words for organizations whose name goes on with "of".
pub(crate) const HEADED_BY_OF: List = |words| &words.headed_by_of;

/// Words for organizations whose name goes on with "for the".
pub(crate) const HEADED_BY_FOR: List = |words| &words.headed_by_for;

/// What only a person can be.
pub(crate) const PERSON_ROLES: List = |words| &words.person_roles;

/// Lower-cased, without marks at its ends.
pub(crate) fn bare(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
        .to_lowercase()
}

/// Whether a word is one of these, however it is written.
pub(crate) fn is_in(list: List, word: &str) -> bool {
    list(&WORDS).contains(&bare(word))
}

/// Whether a word is one of mailing lists and machines.
pub(crate) fn is_machine(word: &str) -> bool {
    is_in(MACHINES, word)
}

/// The greeting with which a line begins, and what stands behind it.
pub(crate) fn after_greeting(line: &str) -> Option<&str> {
    GREETINGS(&WORDS).iter().find_map(|word| {
        let head = line.get(..word.len())?;
        let rest = &line[word.len()..];
        (head.to_lowercase() == *word && rest.starts_with([' ', ','])).then_some(rest)
    })
}

/// Whether a line says good-bye.
pub(crate) fn is_farewell(line: &str) -> bool {
    line.len() < 60 && is_in(FAREWELLS, line)
}

/// Whether one of the words shows an organization.
pub(crate) fn names_organization(name: &str) -> bool {
    name.split_whitespace()
        .any(|word| is_in(ORGANIZATIONS, word))
        || name
            .split_whitespace()
            .next_back()
            .is_some_and(|word| is_in(FORMS, word) && name.contains(' '))
}

/// Whether these words may be the whole name of a person: one to five words, each with a capital.
pub(crate) fn may_be_person(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_part = |word: &&str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let is_cased = word
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
        let is_clean = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-' | ','));
        let is_known = [NOBODY, GREETINGS, MACHINES, ROLES, PLACES]
            .iter()
            .any(|list| is_in(*list, word));
        letters > 0 && is_clean && (is_cased && !is_known || is_in(PARTICLES, word))
    };
    let n_letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_shouted = words.len() == 1 && n_letters > 2 && !name.contains(char::is_lowercase);
    let is_uncased = !name.contains(|c: char| c.is_lowercase() || c.is_uppercase());
    let is_title = words.len() == 1 && is_in(TITLES, name);
    (1..=5).contains(&words.len())
        && !is_title
        && n_letters > 1
        && (!is_shouted || is_uncased)
        && words.iter().all(is_part)
        && words
            .first()
            .is_some_and(|word| !is_in(PARTICLES, word) || words.len() > 1)
        && words
            .iter()
            .all(|word| word.split('-').all(|half| !is_in(MACHINES, half)))
        && !is_farewell(name)
        && !names_organization(name)
}

/// The person with whom a line of a signature begins, as a part of `line`.
pub(crate) fn person_of_line(line: &str) -> Option<&str> {
    let marks = ['*', '_', '-', '–', '—', '~', '/', ' ', '\t', '|', '"'];
    let undashed = line.trim_start().trim_start_matches(['-', '–', '—']);
    let is_dashed = undashed.len() < line.trim_start().len() && !undashed.starts_with(' ');
    let inner = line.trim_matches(marks);
    let end = [" | ", ", ", " // ", " (", " - ", " – ", " — ", " <", "\t"]
        .iter()
        .filter_map(|mark| inner.find(mark))
        .min()
        .unwrap_or(inner.len());
    let name = without_title(inner[..end].trim_end_matches([',', '.', ' ']));
    let whole = &inner[..end];
    let name = match name.rsplit_once(' ') {
        // "Anna Berg Partner, Quill"
        Some((before, last)) if is_in(ROLES, last) && before.contains(' ') => before,
        // "G. Strake": the last dot that is taken off is none of an initial's.
        _ if whole.ends_with('.') && name.len() == 1 => return None,
        _ => name,
    };
    let is_signed = is_dashed
        && name.len() > 2
        && name.len() < 12
        && name.bytes().all(|byte| byte.is_ascii_lowercase())
        && !is_in(NOBODY, name);
    (is_signed || may_be_person(name)).then_some(name)
}

/// Without the titles before it.
pub(crate) fn without_title(name: &str) -> &str {
    let mut name = name;
    while let Some((title, rest)) = name.split_once(' ') {
        if !is_in(TITLES, title) {
            break;
        }
        name = rest.trim_start();
    }
    name
}

/// Whether a line announces a quote, and does not go on with the list of recipients above it.
pub(crate) fn opens_quote(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    is_before_author(first)
        || WROTE(&WORDS)
            .iter()
            .any(|verb| line.contains(&format!(" {verb}")))
}

/// Words of the date, the opener and the verb.
fn is_before_author(word: &str) -> bool {
    let zone = word.trim_end_matches(',');
    let is_zone = zone.len() < word.len() || zone.ends_with('T');
    let is_zone = is_zone
        && (3..=5).contains(&zone.len())
        && zone.bytes().all(|byte| byte.is_ascii_uppercase());
    is_zone
        || word.contains(|c: char| c.is_ascii_digit())
        || is_in(DATE_WORDS, word)
        || is_in(WROTE, word)
        || bare(word).is_empty()
}

/// What stands between the date and the address or verb of a line that announces a quote.
pub(crate) fn announced(line: &str) -> Option<&str> {
    let verbs = || {
        WROTE(&WORDS)
            .iter()
            .filter_map(|verb| line.rfind(&format!(" {verb}")))
    };
    let verb = verbs().max();
    let end = line.find(" <").or(verb)?;
    let is_verb_first = verb.is_some_and(|verb| {
        let word = line[verb..].split_whitespace().next().unwrap_or_default();
        line[verb + 1 + word.len()..].trim_matches([':', ' ']).len() > 1
    });
    let end = if is_verb_first && line.find(" <").is_none() {
        line.trim_end_matches([':', ' ']).len()
    } else {
        end
    };
    let head = line[..end].trim_end();
    let mut rest = head;
    while let Some(word) = rest.split_whitespace().next() {
        if !is_before_author(word) {
            break;
        }
        let at = word.as_ptr() as usize - rest.as_ptr() as usize;
        rest = &rest[at + word.len()..];
    }
    let rest = rest.trim_start();
    // A name that stands before its date, or none at all: what is left is no name, or a sentence.
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_what_is_none() {
        for name in [
            "Anna Berg",
            "Anna",
            "G. Strake",
            "Ludwig van Beethoven",
            "李明",
            "Berg, Anna",
        ] {
            assert!(may_be_person(name), "{name}");
        }
        for name in [
            "Finance Director",
            "Harbor Office",
            "Best regards",
            "All",
            "Harbor Ltd",
            "PADR",
            "Rope House",
            "Harbor-users",
            "a b",
            "",
        ] {
            assert!(!may_be_person(name), "{name}");
        }
    }

    #[test]
    fn a_line_begins_with_a_person() {
        for (line, name) in [
            ("Anna Berg | Analyst | Harbor", "Anna Berg"),
            ("*Anna Berg*", "Anna Berg"),
            ("Dr. Anna Berg", "Anna Berg"),
            ("-Anna", "Anna"),
            ("-anna", "anna"),
            ("Anna Berg Partner, Quill", "Anna Berg"),
            ("Anna Berg (Jr) | Harbor", "Anna Berg"),
        ] {
            assert_eq!(person_of_line(line), Some(name), "{line}");
        }
        for line in [
            "Head of Sales",
            "+000 555",
            "- apples and pears",
            "S.",
            "Tel.: 1",
        ] {
            assert_eq!(person_of_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_quote_is_announced_by_somebody() {
        for (line, name) in [
            (
                "On Mon, Jan 15, 2024 at 8:42 AM Anna Berg <a@b.example> wrote:",
                "Anna Berg",
            ),
            ("On 2 April 2012, Carl Dorn wrote:", "Carl Dorn"),
            (
                "On Mon, 2 Apr 2012 18:26:01 MDT Anna Berg wrote:",
                "Anna Berg",
            ),
            ("Am 26.04.2019 um 18:30 schrieb Anna Berg:", "Anna Berg"),
            (
                "12. nov. 2019 17:55 skrev Anna Berg <a@b.example>:",
                "Anna Berg",
            ),
            (
                "On 05/08/2019 04:55 PM, Berg, Anna (3I) via X-users wrote:",
                "Berg, Anna (3I) via X-users",
            ),
        ] {
            assert_eq!(announced(line), Some(name), "{line}");
        }
        assert_eq!(announced("On 2 April 2012 wrote:"), None);
    }
}
