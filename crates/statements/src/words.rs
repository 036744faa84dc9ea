//! Words and sentences of plain text, without a language model.

use std::ops::Range;

/// The words of a text in lower case, with their bytes: runs of letters and digits.
///
/// A separator between two digits stays inside ("300,000", "46.5"), so that a number is one word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    spans(text).map(|span| {
        let word = text[span.clone()]
            .chars()
            .flat_map(char::to_lowercase)
            .collect();
        (span, word)
    })
}

/// The bytes of each word.
pub(crate) fn spans(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &text[from..];
        let start = from + rest.find(char::is_alphanumeric)?;
        let end = start + word_length(&text[start..]);
        from = end;
        Some(start..end)
    })
}

fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, char)) = chars.next() {
        let inside_number = matches!(char, ',' | '.')
            && before.is_ascii_digit()
            && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !char.is_alphanumeric() && !inside_number {
            return at;
        }
        before = char;
    }
    text.len()
}

/// The bytes of each sentence: up to `.`, `!` or `?` before white space, or to an empty line.
///
/// A full stop after a short capitalized word ("Mr.", "U.S.") ends nothing.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let ends = match char {
            '.' | '!' | '?' => {
                next.is_none_or(|next| next.is_whitespace() || closes(next))
                    && !(char == '.' && is_abbreviation(&text[start..at]))
            }
            '\n' => next == Some('\n') || next == Some('\r'),
            _ => false,
        };
        if ends {
            while chars.next_if(|&(_, next)| closes(next)).is_some() {}
            let end = chars.peek().map_or(text.len(), |&(at, _)| at);
            add(text, start..end, &mut found);
            start = end;
        }
    }
    add(text, start..text.len(), &mut found);
    found
}

fn add(text: &str, span: Range<usize>, found: &mut Vec<Range<usize>>) {
    let sentence = &text[span.clone()];
    let trimmed = sentence.trim_start();
    let start = span.end - trimmed.len();
    let end = start + trimmed.trim_end().len();
    if start < end {
        found.push(start..end);
    }
}

fn closes(char: char) -> bool {
    matches!(char, '"' | '”' | '’' | '\'' | ')' | '»')
}

fn is_abbreviation(before: &str) -> bool {
    let mut letters = 0;
    let mut first = ' ';
    for char in before
        .chars()
        .rev()
        .take_while(|char| char.is_alphabetic())
        .take(4)
    {
        letters += 1;
        first = char;
    }
    (1..=3).contains(&letters) && first.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_word() {
        let found: Vec<String> = words("It’s €300,000, or 46.5%.")
            .map(|(_, word)| word)
            .collect();
        assert_eq!(found, ["it", "s", "300,000", "or", "46.5"]);
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "Mr. Strake paid. “We know.” Why?\n\nNobody said";
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|span| &text[span])
            .collect();
        assert_eq!(
            found,
            ["Mr. Strake paid.", "“We know.”", "Why?", "Nobody said"]
        );
    }
}
