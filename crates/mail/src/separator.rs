//! The form of an mbox separator line and of a header field.

/// Month names as every mail program writes them in a separator.
const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// Whether a line without its line end has the form of a separator.
///
/// That is `From `, a sender (which may be missing, or hold spaces), and a date in one of the forms
/// that are met: `Mon May 14 16:39:00 2001`, without weekday, without seconds, with a time zone
/// before or after the year, `14 May 2001 16:39:00 +0200`, followed by `remote from …` or nothing.
/// `From MAILER-DAEMON` alone is one too.
pub(crate) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let words: Vec<&[u8]> = rest
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
        .take(24)
        .collect();
    if words == [b"MAILER-DAEMON".as_slice()] {
        return true;
    }
    (0..words.len()).any(|index| is_month(words[index]) && is_date_at(&words, index))
}

/// Whether the words around a month make a date that ends the line.
fn is_date_at(words: &[&[u8]], month: usize) -> bool {
    let day_first = month > 0 && is_day(words[month - 1]);
    let rest = &words[month + 1..];
    let rest = match rest {
        [day, rest @ ..] if is_day(day) && rest.iter().take(1).any(|word| is_time(word)) => rest,
        _ if day_first => rest,
        _ => return false,
    };
    let (mut has_time, mut has_year) = (false, false);
    for (index, word) in rest.iter().enumerate() {
        if !has_time && is_time(word) {
            has_time = true;
        } else if !has_year && is_year(word) {
            has_year = true;
        } else if is_zone(word) {
            continue;
        } else {
            return has_time && has_year && is_remote(&rest[index..]);
        }
    }
    has_time && has_year
}

/// `remote from host`, as UUCP added it, or `forwarded by …`.
fn is_remote(words: &[&[u8]]) -> bool {
    matches!(words, [b"remote", b"from", _] | [b"forwarded", b"by", ..])
}

fn is_month(word: &[u8]) -> bool {
    word.len() == 3 && MONTHS.iter().any(|month| word.eq_ignore_ascii_case(*month))
}

fn is_day(word: &[u8]) -> bool {
    let word = word.strip_suffix(b",").unwrap_or(word);
    matches!(number(word), Some(1..=31)) && word.len() <= 2
}

fn is_year(word: &[u8]) -> bool {
    match word.len() {
        4 => matches!(number(word), Some(1970..=2199)),
        2 => number(word).is_some(),
        _ => false,
    }
}

/// `16:39` or `16:39:00`.
fn is_time(word: &[u8]) -> bool {
    let mut fields = word.split(|byte| *byte == b':');
    let mut field = |most: u32| {
        fields.next().is_some_and(|field| {
            (1..=2).contains(&field.len()) && number(field).is_some_and(|value| value <= most)
        })
    };
    let has_minutes = field(24) && field(59);
    has_minutes
        && (word.iter().filter(|byte| **byte == b':').count() == 1 || field(60))
        && fields.next().is_none()
}

/// `+0200`, `GMT`, `MEST`, `(CET)`.
fn is_zone(word: &[u8]) -> bool {
    match word {
        [b'+' | b'-', digits @ ..] => digits.len() == 4 && number(digits).is_some(),
        _ => {
            let word = word.strip_prefix(b"(").unwrap_or(word);
            let word = word.strip_suffix(b")").unwrap_or(word);
            (1..=5).contains(&word.len()) && word.iter().all(u8::is_ascii_uppercase)
        }
    }
}

fn number(word: &[u8]) -> Option<u32> {
    if word.is_empty() || word.len() > 9 {
        return None;
    }
    word.iter().try_fold(0, |sum: u32, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u32::from(byte - b'0'))
    })
}

/// Whether a header field begins here, or an escaped separator that some programs put before one.
pub(crate) fn at_header_field(text: &[u8]) -> bool {
    text.starts_with(b">From ") || field_name_length(text).is_some()
}

/// Length of the field name at the start of a line, if a colon follows it (RFC 5322 §3.6.8).
///
/// Spaces before the colon are met and allowed; a name has at most 76 characters.
pub(crate) fn field_name_length(text: &[u8]) -> Option<usize> {
    let name = text
        .iter()
        .take(78)
        .position(|byte| !matches!(byte, 33..=57 | 59..=126))?;
    if name == 0 {
        return None;
    }
    let rest = &text[name..];
    let spaces = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .take(8)
        .count();
    (rest.get(spaces) == Some(&b':')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_in_all_their_forms() {
        for line in [
            "From anna@example.org Mon May 14 16:39:00 2001",
            "From anna@example.org Mon May 14 16:39 2001",
            "From anna@example.org May 14 16:39:00 2001",
            "From anna@example.org Mon May 14 16:39:00 CEST 2001",
            "From anna@example.org Mon May 14 16:39:00 2001 +0200",
            "From anna@example.org Mon May 14 16:39:00 +0200 2001",
            "From anna@example.org Mon, 14 May 2001 16:39:00 +0200",
            "From anna Mon May  4 16:39:00 2001 remote from ledger",
            "From - Mon May 14 16:39:00 2001",
            "From  Mon May 14 16:39:00 2001",
            "From MAILER-DAEMON Mon May 14 16:39:00 2001",
            "From MAILER-DAEMON",
            "From anna at example.org  Mon May 14 16:39:00 2001",
            "From \"Anna Berg\"@example.org Mon May 14 16:39:00 2001",
            "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001",
        ] {
            assert!(is_separator(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn sentences_are_no_separators() {
        for line in [
            "From the minutes of May 14",
            "From Anna: May 14 16:39 was too late in 2001 for us",
            "From what I know, it was Mon May 14 2001",
            "From 9 to 5",
            "From here to May 14 16:39:00 2001 we waited",
            "from anna@example.org Mon May 14 16:39:00 2001",
            "From: anna@example.org Mon May 14 16:39:00 2001",
            "From MAILER-DAEMON to you",
            "From anna@example.org Mon May 14 25:39:00 2001",
            "From",
            "",
        ] {
            assert!(!is_separator(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn field_names_end_in_a_colon() {
        assert_eq!(field_name_length(b"Subject: x"), Some(7));
        assert_eq!(field_name_length(b"Subject : x"), Some(7));
        assert_eq!(field_name_length(b": x"), None);
        assert_eq!(field_name_length(b"Dear Anna: x"), None);
        assert_eq!(field_name_length(&[b'a'; 200]), None);
    }
}
