//! Signatures in running text: a short paragraph that begins with somebody's name and is no sentence.

use std::ops::Range;

use crate::annotate::words;

/// Lines of a signature, at most.
const MAX_LINES: usize = 10;
/// Characters of a line, at most.
const MAX_LENGTH: usize = 80;
/// Words of a line that ends like a sentence and is none.
const FEW_WORDS: usize = 4;

/// Lines of each signature of a text, in its order, as ranges of bytes without their line ends.
pub(super) fn signatures(text: &str) -> Vec<Vec<Range<usize>>> {
    let paragraphs = paragraphs(text);
    let mut found = Vec::new();
    for (index, lines) in paragraphs.iter().enumerate() {
        let is_last = index + 1 == paragraphs.len();
        let above = index
            .checked_sub(1)
            .and_then(|above| paragraphs[above].last());
        let follows_farewell = above.is_some_and(|line| words::is_farewell(&text[line.clone()]));
        let start = lines
            .iter()
            .position(|line| words::is_farewell(&text[line.clone()]))
            .map_or(0, |farewell| farewell + 1);
        // Below a farewell only the name's own paragraph counts; it may stand below a sentence.
        let own = &lines[start..];
        let is_announced = start > 0 || follows_farewell || index > 0 && own.len() > 1;
        if is_signature(text, own) && (is_announced || (is_last && index > 0)) {
            found.push(own.to_vec());
        } else if let Some(line) = lines
            .last()
            .filter(|line| is_dashed_name(&text[(*line).clone()]))
        {
            found.push(vec![line.clone()]);
        }
    }
    found
}

/// `-Anna` below the last sentence.
fn is_dashed_name(line: &str) -> bool {
    let name = line.trim_start().trim_start_matches(['-', '–', '—']);
    let is_dashed = name.len() < line.trim_start().len() && !name.starts_with(' ');
    is_dashed && name.split_whitespace().count() <= 3 && words::person_of_line(line).is_some()
}

fn is_signature(text: &str, lines: &[Range<usize>]) -> bool {
    let Some(first) = lines.first().map(|line| &text[line.clone()]) else {
        return false;
    };
    let is_line = |line: &Range<usize>| {
        let line = text[line.clone()].trim();
        let n_words = line.split_whitespace().count();
        line.chars().take(MAX_LENGTH + 1).count() <= MAX_LENGTH
            && !(line.ends_with(['.', '?', '!', ';']) && n_words > FEW_WORDS)
    };
    lines.len() <= MAX_LINES
        && !first.ends_with([',', ':', '?', '!', ';'])
        && lines.iter().all(is_line)
        && words::person_of_line(first).is_some()
}

/// Lines between blank ones.
fn paragraphs(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut paragraphs: Vec<Vec<Range<usize>>> = Vec::new();
    let (mut start, mut is_open) = (0, false);
    for line in text.split_inclusive('\n') {
        let content = start..start + line.trim_end().len();
        start += line.len();
        if line.trim().is_empty() {
            is_open = false;
        } else {
            match paragraphs.last_mut().filter(|_| is_open) {
                Some(lines) => lines.push(content),
                None => paragraphs.push(vec![content]),
            }
            is_open = true;
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let lines = signatures(text).into_iter().flatten();
        lines.map(|line| &text[line]).collect()
    }

    #[test]
    fn a_name_above_office_and_firm_is_a_signature() {
        let text =
            "We sign on Friday.\n\nAnna Berg\nHead of Sales, Harbor Ltd\n+000 555\n\nSee below.";
        assert_eq!(
            found(text),
            ["Anna Berg", "Head of Sales, Harbor Ltd", "+000 555"]
        );
        assert_eq!(found("Yes.\n\nThanks,\nAnna\n"), ["Anna"]);
        assert_eq!(found("Yes.\n\nBest regards,\n\nAnna\n"), ["Anna"]);
    }

    #[test]
    fn sentences_greetings_and_lists_are_none() {
        for text in [
            "Anna,\n\nyes.",
            "Anna Berg\n\nwas here.",
            "Yes.\n\nAnna Berg met us at the harbor and told us the rest of it.",
            "Yes.\n\n- apples\n- pears",
            "",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
