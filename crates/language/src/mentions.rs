//! The names worth showing to a person: what the entity recognizer found, less what a reporter would laugh at.
//!
//! Recognizers trained on news take weekdays, mail programs, file names and pieces of code for people and organizations.
//! The rules are data: `data/mentions.toml`. Tokens stay spaCy's own answer.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::annotated::{Annotated, Entity};
use crate::text::unicode;

/// What kind of text the names were found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// Sentences: articles, reports, letters, the running text of mail.
    Prose,
    /// Headers, signatures, lists and tables, where a line is a unit: a name ends with its line.
    Lines,
}

/// A name, date, amount or the like, as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mention {
    /// First byte in the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Label number.
    pub label: u16,
    /// The entity that it was made of.
    pub entity: Entity,
}

#[derive(Deserialize)]
struct Rules {
    names: HashSet<String>,
    people: HashSet<String>,
    no_digit_first: HashSet<String>,
    trim: String,
    marks: Vec<String>,
    marks_in_people: Vec<String>,
    endings: Vec<String>,
    words: HashSet<String>,
    words_not_people: HashSet<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/mentions.toml"))
        .expect("the shipped rules are well-formed")
});

/// Characters of a name, at most; longer ones are paragraphs that lost their way.
const MAX_NAME_CHARS: usize = 100;

/// The entities of `annotated` that are worth showing, trimmed of quotation marks and the like, in the order of `text`.
///
/// `text` is the text that was annotated.
#[must_use]
pub fn filter_mentions(annotated: &Annotated, text: &str, kind: TextKind) -> Vec<Mention> {
    annotated
        .entities()
        .filter_map(|entity| mention(annotated, text, entity, kind))
        .collect()
}

fn mention(annotated: &Annotated, text: &str, entity: Entity, kind: TextKind) -> Option<Mention> {
    let bytes = annotated.bytes(entity.first as usize..entity.last as usize);
    let label = annotated.label(entity.label);
    let mut start = bytes.start;
    let mut words = text.get(bytes)?;
    if RULES.names.contains(label) {
        let trimmed = words.trim_start_matches(|c| RULES.trim.contains(c));
        start += words.len() - trimmed.len();
        words = first_unit(trimmed, kind).trim_end_matches(|c| RULES.trim.contains(c));
        let digit_first =
            words.starts_with(char::is_numeric) && RULES.no_digit_first.contains(label);
        if digit_first || !is_name(words, RULES.people.contains(label)) {
            return None;
        }
    }
    Some(Mention {
        start: start as u32,
        end: (start + words.len()) as u32,
        label: entity.label,
        entity,
    })
}

/// A name does not go on over an empty line, a quoted line or a field of mail, nor in lists over any line end.
fn first_unit(words: &str, kind: TextKind) -> &str {
    let goes_on = |line: &&str| {
        let word = unicode::lower(line.trim_matches(|c| RULES.trim.contains(c)));
        !word.is_empty() && !line.starts_with('>') && !RULES.words.contains(&word)
    };
    let mut lines = words.split_inclusive('\n');
    let mut len = lines.next().map_or(0, str::len);
    if kind == TextKind::Prose {
        len += lines.take_while(goes_on).map(str::len).sum::<usize>();
    }
    &words[..len]
}

fn is_name(words: &str, is_person: bool) -> bool {
    let lower = unicode::lower(words);
    let has_mark = |marks: &[String]| marks.iter().any(|m| words.contains(m.as_str()));
    let letters = words.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0
        || words.chars().nth(MAX_NAME_CHARS).is_some()
        || RULES.words.contains(&lower)
        || has_mark(&RULES.marks)
        || RULES.endings.iter().any(|e| lower.ends_with(e.as_str()))
        || lower.split_whitespace().all(|w| RULES.words.contains(w))
    {
        return false;
    }
    let is_cased = words.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if is_cased && !words.chars().any(char::is_uppercase) {
        return false;
    }
    // "I." and the like; `3M` is a name.
    let is_initial = letters == 1 && words.chars().all(|c| c.is_alphabetic() || c == '.');
    if is_initial || ends_in_number(words) {
        return false;
    }
    // A call of a function, or a part of one.
    if words.matches('(').count() != words.matches(')').count() {
        return false;
    }
    !is_person || is_person_name(words, &lower, letters)
}

/// `EUR 425,000.00`, `Program 2.1`, `Call 1-800-555-0140`: an amount, a version or a telephone number.
fn ends_in_number(words: &str) -> bool {
    let Some((_, last)) = words.rsplit_once(char::is_whitespace) else {
        return false;
    };
    let n_digits = last.bytes().filter(u8::is_ascii_digit).count();
    let is_number = last
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'));
    is_number && (n_digits >= 7 || n_digits > 1 && last.contains(['.', ',']))
}

fn is_person_name(words: &str, lower: &str, letters: usize) -> bool {
    let looks_wrong = RULES
        .marks_in_people
        .iter()
        .any(|m| words.contains(m.as_str()))
        || words.chars().any(char::is_numeric)
        || (letters < 2)
        || words.split_whitespace().any(is_identifier);
    !looks_wrong
        && !lower
            .split_whitespace()
            .all(|w| RULES.words_not_people.contains(w) || RULES.words.contains(w))
}

/// `camelCase`, but not `McDonald`, `DiCaprio` or `O'Brien`: names have at most one hump, after a capital.
fn is_identifier(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let humps = chars
        .windows(2)
        .filter(|w| w[0].is_lowercase() && w[1].is_uppercase())
        .count();
    humps > 1 || (humps == 1 && !chars[0].is_uppercase()) || word.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_kept_and_the_rest_is_not() {
        for name in [
            "Ada Lovelace",
            "O'Brien",
            "McDonald",
            "Leonardo DiCaprio",
            "Dr. Müller-Lüdenscheidt",
            "李明",
            "May Smith",
            "Fri Lund",
        ] {
            assert!(is_name(name, true), "{name}");
        }
        for name in [
            "Friday",
            "Mon",
            "thanks",
            "Best Regards",
            "setLevel",
            "foo_bar",
            "iPhone",
            "x86",
            "jdoe",
            "README.txt",
            "Gmail",
            "a",
            "--",
            "std::string",
            "C:\\Users",
        ] {
            assert!(!is_name(name, true), "{name}");
        }
        for name in [
            "Friday Group",
            "AC/DC",
            "E.ON",
            "3M",
            "the United Nations",
            "University of X (Y)",
        ] {
            assert!(is_name(name, false), "{name}");
        }
        for name in [
            "Content-Type",
            "https://x.org",
            "Outlook Express",
            "libfoo.so",
            "PGP",
            "%s",
            "EUR 425,000.00",
            "Call 1-800-555-0140",
            "I.",
        ] {
            assert!(!is_name(name, false), "{name}");
        }
    }

    #[test]
    fn a_name_ends_with_its_unit() {
        assert_eq!(
            first_unit("Ada\nLovelace", TextKind::Prose),
            "Ada\nLovelace"
        );
        assert_eq!(first_unit("Ada\n\nBabbage", TextKind::Prose), "Ada\n");
        assert_eq!(first_unit("Ada\n> wrote", TextKind::Prose), "Ada\n");
        assert_eq!(first_unit("Ada\nBabbage", TextKind::Lines), "Ada\n");
        assert_eq!(
            first_unit("Ada Lovelace\nCc", TextKind::Prose),
            "Ada Lovelace\n"
        );
    }
}
