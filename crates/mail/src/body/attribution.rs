//! "On Monday, Anna Berg wrote:" in the forms of many programs and languages.

use onrecord_record::Span;

use super::Attribution;
use super::lines::Line;
use super::words::{OPENERS, WROTE};

/// Lines that one attribution may fill.
const MAX_LINES: usize = 4;
/// Longer ones are text.
const MAX_LENGTH: usize = 400;

/// An attribution found at some line.
pub(super) struct Found {
    pub(super) n_lines: usize,
    pub(super) attribution: Attribution,
    /// Whether it names a date and an address or time, so that it needs no quote marks below it.
    pub(super) is_strong: bool,
}

/// Reads an attribution that begins at `lines[0]`. `marks_below` tells the number of quote marks of
/// the first line with content after a given number of lines.
pub(super) fn find(
    text: &str,
    lines: &[Line<'_>],
    marks_below: impl Fn(usize) -> u32,
) -> Option<Found> {
    let first = lines.first().filter(|line| !line.is_blank())?;
    let may_continue = may_continue(first.content);
    if !may_continue && !first.content.ends_with([':', '：', '-', '*', '_', '>']) {
        return None;
    }
    let mut joined = String::new();
    for (index, line) in lines.iter().take(MAX_LINES).enumerate() {
        if line.is_blank()
            || line.marks != first.marks
            || joined.len() + line.content.len() > MAX_LENGTH
        {
            break;
        }
        if index > 0 {
            joined.push(' ');
        }
        joined.push_str(line.content);
        let is_above_quote = marks_below(index + 1) > first.marks;
        if let Some(is_strong) = judge(&joined, index + 1, is_above_quote) {
            let start = first.content_span(text).start;
            let span = Span::new(start, line.content_span(text).end);
            return Some(Found {
                n_lines: index + 1,
                attribution: parts(&joined, span),
                is_strong,
            });
        }
        if !may_continue {
            break;
        }
    }
    None
}

/// Whether a first line can go on in the next one: it has an opener, and something of a date or address.
fn may_continue(line: &str) -> bool {
    (starts_with_date(line) || OPENERS.iter().any(|opener| starts_with(line, opener)))
        && line
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte == b'@')
}

/// Whether a line begins with these words, in any letter case.
fn starts_with(line: &str, opener: &str) -> bool {
    let is_near = |one: u8, other: u8| one.eq_ignore_ascii_case(&other) || !one.is_ascii();
    line.bytes()
        .zip(opener.bytes())
        .next()
        .is_some_and(|(one, other)| is_near(one, other))
        && line.get(..opener.len()).is_some_and(|head| {
            head.eq_ignore_ascii_case(opener) || (!head.is_ascii() && head.to_lowercase() == opener)
        })
}

/// `None` when it is no attribution; else whether it is a strong one.
fn judge(joined: &str, n_lines: usize, is_above_quote: bool) -> Option<bool> {
    let has_date_and_address =
        starts_with_date(joined) && joined.contains('@') && joined.contains('<');
    let trimmed = joined.trim_end_matches(['-', '*', '_', ' ']);
    let ends_in_colon = trimmed.ends_with([':', '：']);
    if !ends_in_colon && !has_date_and_address {
        return None;
    }
    let lower = joined.to_lowercase();
    if has_date_and_address && is_above_quote && trimmed.ends_with([':', '>']) {
        return Some(true);
    }
    let has_verb = ends_in_colon && verb(&lower).is_some();
    if !has_verb {
        return None;
    }
    let has_opener =
        OPENERS.iter().any(|opener| lower.starts_with(opener)) || lower.contains("  on ");
    let has_moment = joined.contains('@') || has_clock(joined) || has_year(joined);
    let has_digit = joined.bytes().any(|byte| byte.is_ascii_digit());
    let is_strong = (has_opener || starts_with_date(joined)) && has_digit && has_moment;
    let is_weak = n_lines == 1 && joined.len() <= 200 || has_opener;
    (is_strong || is_above_quote && is_weak).then_some(is_strong)
}

/// The last verb and where it stands, in a lower-cased line.
fn verb(lower: &str) -> Option<(usize, &'static str)> {
    let mut last = None;
    let mut before = None;
    for (at, letter) in lower.char_indices() {
        let is_start =
            before.is_none_or(|before: char| !before.is_alphanumeric()) || is_ideograph(letter);
        before = Some(letter);
        if !is_start || !letter.is_alphabetic() {
            continue;
        }
        let here = WROTE.iter().filter(|verb| stands_at(lower, at, verb));
        last = here
            .max_by_key(|verb| verb.len())
            .map(|verb| (at, *verb))
            .or(last);
    }
    last
}

/// Whether a verb stands whole at some place.
fn stands_at(lower: &str, at: usize, verb: &str) -> bool {
    let rest = &lower[at..];
    rest.as_bytes().first() == verb.as_bytes().first()
        && rest.starts_with(verb)
        && rest[verb.len()..]
            .chars()
            .next()
            .is_none_or(|next| !next.is_alphanumeric() || is_ideograph(next))
}

/// Chinese and Japanese have no spaces between words.
fn is_ideograph(letter: char) -> bool {
    u32::from(letter) > 0x3000
}

fn starts_with_date(line: &str) -> bool {
    if !line.starts_with(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    let word = line.split_whitespace().next().unwrap_or_default();
    let n_digits = word.bytes().filter(u8::is_ascii_digit).count();
    let marks = word
        .bytes()
        .filter(|byte| matches!(byte, b'/' | b'.' | b'-'))
        .count();
    n_digits >= 4 && marks >= 2 && n_digits + marks >= word.trim_end_matches(',').len()
}

/// A clock time such as `6:26`.
fn has_clock(text: &str) -> bool {
    text.as_bytes().windows(4).any(|window| {
        window[0].is_ascii_digit()
            && matches!(window[1], b':' | b'.' | b'h')
            && window[2].is_ascii_digit()
            && window[3].is_ascii_digit()
    })
}

fn has_year(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_digit())
        .any(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
}

/// Author, address and date of an attribution.
fn parts(joined: &str, span: Span) -> Attribution {
    let address = address(joined);
    let lower = joined.to_lowercase();
    // Lower-casing may change lengths in some scripts; then the verb's place says nothing.
    let verb = verb(&lower).filter(|_| lower.len() == joined.len());
    let (before, after) = match verb {
        Some((at, verb))
            if joined.is_char_boundary(at) && joined.is_char_boundary(at + verb.len()) =>
        {
            (
                &joined[..at],
                joined[at + verb.len()..].trim_matches([':', ' ', '-', '*']),
            )
        }
        _ => (joined.trim_end_matches(':'), ""),
    };
    let before = without_opener(before);
    let (mut date, mut author) = split_date(before);
    if !after.is_empty() {
        // "Am … schrieb Anna Berg:" and "Anna Berg wrote on …:"
        let (date_after, author_after) = split_date(without_opener(after));
        if author.is_empty() || !date_after.is_empty() {
            author = if author.is_empty() {
                author_after
            } else {
                author
            };
            date = if date.is_empty() { date_after } else { date };
        } else if date.is_empty() || !author_after.is_empty() {
            author = author_after;
        }
    }
    let author = name_of(&author);
    let date = date.trim_matches([',', ' ', '-', '(', ')']).to_owned();
    Attribution {
        author: Some(author)
            .filter(|author| !author.is_empty() && Some(author) != address.as_ref()),
        address,
        date: Some(date).filter(|date| !date.is_empty()),
        span,
    }
}

fn without_opener(text: &str) -> &str {
    let text = text.trim_start_matches(['-', '*', ' ']);
    let lower = text.to_lowercase();
    let opener = OPENERS
        .iter()
        .filter(|opener| lower.starts_with(*opener))
        .max_by_key(|opener| opener.len());
    opener
        .and_then(|opener| text.get(opener.len()..))
        .unwrap_or(text)
}

/// Divides into the date, which ends with the last word that holds a digit or names a half of the
/// day or a zone, and the rest.
fn split_date(text: &str) -> (String, String) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_date = |word: &str| {
        let bare = word.trim_matches([',', '(', ')', '.']);
        let is_mark = [
            "AM", "PM", "GMT", "UTC", "am", "pm", "Uhr", "um", "г.", "hs",
        ]
        .contains(&bare)
            || (bare.len() >= 3
                && bare.len() <= 5
                && bare.ends_with('T')
                && bare.bytes().all(|byte| byte.is_ascii_uppercase()));
        !word.contains(['@', '<', '"'])
            && (is_mark || bare.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let Some(last) = words.iter().rposition(|word| is_date(word)) else {
        return (String::new(), words.join(" "));
    };
    let first_date = words.iter().position(|word| is_date(word)).unwrap_or(0);
    // A name before the date: "Anna Berg, 14 May 2001" has its first date word late.
    if last + 1 == words.len()
        && first_date >= 2
        && words[..first_date]
            .iter()
            .any(|word| word.contains(['@', '<']))
    {
        return (words[first_date..].join(" "), words[..first_date].join(" "));
    }
    (words[..=last].join(" "), words[last + 1..].join(" "))
}

/// A name without address, quotes and the words around it.
fn name_of(text: &str) -> String {
    let name = text.split(['<', '[']).next().unwrap_or_default();
    let name = name.trim_matches([',', ' ', '"', '\'', ':', '(', '-']);
    let name = ["użytkownik ", "пользователь ", "le ", "via "]
        .iter()
        .fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
    name.trim_matches(['"', '\'', ',', ' ']).to_owned()
}

/// The first address in a text.
pub(super) fn address(text: &str) -> Option<String> {
    let words = text.split(|letter: char| {
        letter.is_whitespace()
            || matches!(letter, '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';')
    });
    let address = words
        .map(|word| {
            word.trim_start_matches("mailto:")
                .trim_end_matches([':', '.'])
        })
        .find(|word| {
            word.split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        });
    address.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::lines::lines;

    #[track_caller]
    fn check(text: &str, author: &str, address: &str, date: &str) {
        let lines = lines(text);
        let found = find(text, &lines, |_| 1).unwrap_or_else(|| panic!("{text}"));
        let value = |part: Option<String>| part.unwrap_or_default();
        let attribution = found.attribution;
        assert_eq!(
            (
                value(attribution.author).as_str(),
                value(attribution.address).as_str(),
                value(attribution.date).as_str()
            ),
            (author, address, date)
        );
        assert_eq!(found.n_lines, lines.len());
    }

    #[test]
    fn attributions_of_many_programs() {
        check(
            "On Mon, Apr 2, 2012 at 6:26 PM, Anna Berg <anna@example.org> wrote:",
            "Anna Berg",
            "anna@example.org",
            "Mon, Apr 2, 2012 at 6:26 PM",
        );
        check(
            "On 04/02/2012 06:26 PM, Anna Berg wrote:",
            "Anna Berg",
            "",
            "04/02/2012 06:26 PM",
        );
        check(
            "On Wed, 5 Jun 2019 at 1:44,\nAnna Berg via list <\nlist@example.org> wrote:",
            "Anna Berg via list",
            "list@example.org",
            "Wed, 5 Jun 2019 at 1:44",
        );
        check(
            "Am 26.04.2019 um 18:30 schrieb Anna Berg:",
            "Anna Berg",
            "",
            "26.04.2019 um 18:30",
        );
        check(
            "Le 26 avr. 2019 à 18:30, Anna Berg <anna@example.org> a écrit :",
            "Anna Berg",
            "anna@example.org",
            "26 avr. 2019 à 18:30",
        );
        check(
            "Op 26 apr. 2019 om 18:30 schreef Anna Berg <anna@example.org>:",
            "Anna Berg",
            "anna@example.org",
            "26 apr. 2019 om 18:30",
        );
        check(
            "2012/4/2 Anna Berg <anna@example.org>",
            "Anna Berg",
            "anna@example.org",
            "2012/4/2",
        );
        check("Anna Berg wrote:", "Anna Berg", "", "");
        check(
            "Anna Berg <anna@example.org> writes:",
            "Anna Berg",
            "anna@example.org",
            "",
        );
        check(
            "02.04.2012 14:20 пользователь \"Anna\" <anna@example.org> написал:",
            "Anna",
            "anna@example.org",
            "02.04.2012 14:20",
        );
    }

    #[test]
    fn sentences_are_no_attributions() {
        for text in [
            "On Monday we met.",
            "He wrote a letter: it was long",
            "Anna wrote",
            "On the other hand, see below:",
        ] {
            assert!(find(text, &lines(text), |_| 1).is_none(), "{text}");
        }
        assert!(find("Anna wrote:", &lines("Anna wrote:"), |_| 0).is_none());
    }
}
