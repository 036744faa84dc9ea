//! What stands at the end of a message: signatures, legal notices, footers of mailing lists; and
//! what is no running text: tables and code. Each is judged paragraph by paragraph, with precision
//! before completeness: what is not surely one of them stays prose.

use memchr::memmem;

use super::lines::Line;
use super::words::{DISCLAIMER, FAREWELLS, LIST_FOOTER, SENT_FROM};

/// Whether a line is the mark above a signature.
pub(super) fn is_signature_mark(line: &str, raw: &str) -> bool {
    line == "--" && raw.trim_end_matches(['\r', '\n']).trim_end_matches(' ') == "--"
}

/// Lines of a footer; what goes on longer is a text about lists.
const MAX_FOOTER: usize = 25;

/// Whether a mailing list's footer begins at `lines[0]`: a rule, or nothing, and a phrase of one, not
/// far from the end of the text or the next quote.
pub(super) fn is_list_footer(lines: &[Line<'_>]) -> bool {
    has_footer_phrase(lines) && {
        let own = lines.iter().take_while(|line| line.marks == 0);
        own.filter(|line| !line.is_blank())
            .take(MAX_FOOTER + 1)
            .count()
            <= MAX_FOOTER
    }
}

fn has_footer_phrase(lines: &[Line<'_>]) -> bool {
    let first = lines[0].content;
    let is_rule = first.len() >= 5
        && first
            .bytes()
            .all(|byte| matches!(byte, b'_' | b'-' | b'=' | b'*'));
    if is_rule {
        let has_phrase = |line: &Line<'_>| {
            let lower = line.content.to_lowercase();
            LIST_FOOTER.iter().any(|phrase| lower.contains(phrase))
        };
        return lines.iter().skip(1).take(3).any(has_phrase);
    }
    let starts = |phrase: &str| {
        first
            .get(..phrase.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(phrase))
    };
    starts("to unsubscribe") || starts("you received this message because you are subscribed")
}

/// Index of the line with which an unmarked signature of these lines begins, if there is one: a
/// farewell with a name below it, what a telephone adds, or a name above ways to reach it.
pub(super) fn unmarked_signature(lines: &[Line<'_>]) -> Option<usize> {
    let end = lines.iter().rposition(|line| !line.is_blank())? + 1;
    let lines = &lines[..end];
    let earliest = end.saturating_sub(12);
    let farewell = (earliest..end)
        .rev()
        .find(|index| is_farewell(lines[*index].content) && is_short_tail(&lines[index + 1..]));
    if farewell.is_some() {
        return farewell;
    }
    let telephone = (end.saturating_sub(4)..end).find(|index| {
        let lower = lines[*index].content.to_lowercase();
        lower.len() < 80 && SENT_FROM.iter().any(|start| lower.starts_with(start))
    });
    let tail_end = telephone.unwrap_or(end);
    contact_block(&lines[..tail_end]).or(telephone)
}

fn is_farewell(line: &str) -> bool {
    let lower = line.to_lowercase();
    let bare = lower.trim_matches(|letter: char| {
        letter.is_ascii_punctuation() && letter != '&' || letter.is_whitespace()
    });
    FAREWELLS.contains(&bare)
}

/// A name and what may follow it: a few short lines that are no sentences.
fn is_short_tail(lines: &[Line<'_>]) -> bool {
    let filled: Vec<&str> = lines
        .iter()
        .map(|line| line.content)
        .filter(|line| !line.is_empty())
        .collect();
    let is_name =
        |line: &&str| line.split_whitespace().count() <= 6 && !line.ends_with(['?', '!', ';']);
    (1..=9).contains(&filled.len())
        && filled.first().is_some_and(is_name)
        && filled.iter().all(|line| {
            line.chars().count() <= 72
                && !(line.ends_with(['.', '?']) && line.split_whitespace().count() > 6)
        })
}

/// A last paragraph that is a name above at least two ways to reach it.
fn contact_block(lines: &[Line<'_>]) -> Option<usize> {
    let end = lines.iter().rposition(|line| !line.is_blank())? + 1;
    let start = lines[..end].iter().rposition(Line::is_blank)? + 1;
    let block = &lines[start..end];
    let name = block[0].content.trim_matches([',', '*', '-', ' ']);
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_name = (2..=4).contains(&words.len())
        && words.iter().all(|word| {
            word.chars().next().is_some_and(char::is_uppercase) && !word.contains(['@', ':'])
        });
    let n_contacts = block[1..]
        .iter()
        .filter(|line| is_contact(line.content))
        .count();
    let is_block = (3..=10).contains(&block.len())
        && block.iter().all(|line| line.content.chars().count() <= 72);
    (is_block && is_name && n_contacts >= 2).then_some(start)
}

/// An address, a page or a telephone number, and little else.
fn is_contact(line: &str) -> bool {
    let n_digits = line.bytes().filter(u8::is_ascii_digit).count();
    let n_words = line.split_whitespace().count();
    let is_number = n_digits >= 7 && line.bytes().filter(u8::is_ascii_alphabetic).count() <= 12;
    let is_address =
        n_words <= 3 && (line.contains('@') || line.contains("www.") || line.contains("://"));
    is_number || is_address
}

/// Whether a text holds a word without which there is no legal notice, so that most need no closer look.
pub(super) fn may_hold_disclaimer(text: &str) -> bool {
    let anchors = [
        "onfiden",
        "ONFIDEN",
        "ecipient",
        "ECIPIENT",
        "ddressee",
        "rivileged",
        "ertrau",
        "estinata",
        "ertrouwelijk",
    ];
    anchors
        .iter()
        .any(|anchor| memmem::find(text.as_bytes(), anchor.as_bytes()).is_some())
}

/// Whether a paragraph is a legal notice.
pub(super) fn is_disclaimer(paragraph: &[Line<'_>]) -> bool {
    let n_bytes: usize = paragraph.iter().map(|line| line.content.len()).sum();
    if !(80..8_000).contains(&n_bytes) {
        return false;
    }
    let mut text = String::with_capacity(n_bytes + paragraph.len());
    for line in paragraph {
        text.push_str(line.content);
        text.push(' ');
    }
    let lower = text.to_lowercase();
    let is_about_mail = [
        "mail",
        "message",
        "communication",
        "transmission",
        "nachricht",
        "bericht",
    ]
    .iter()
    .any(|word| lower.contains(word));
    is_about_mail
        && DISCLAIMER
            .iter()
            .filter(|phrase| lower.contains(*phrase))
            .count()
            >= 3
}

/// Whether a paragraph is set in columns.
pub(super) fn is_table(paragraph: &[Line<'_>]) -> bool {
    let n_columns = |line: &Line<'_>| {
        let content = line.content;
        let bars = content.matches('|').count();
        let tabs = content.matches('\t').count();
        let gaps = content
            .split("  ")
            .filter(|cell| !cell.trim().is_empty())
            .count()
            - 1;
        bars.max(tabs).max(gaps)
    };
    paragraph.len() >= 3
        && paragraph
            .iter()
            .filter(|line| !line.is_blank() && n_columns(line) >= 2)
            .count()
            * 4
            >= paragraph.len() * 3
}

/// Whether a paragraph is source code, a patch or terminal output.
pub(super) fn is_code(paragraph: &[Line<'_>]) -> bool {
    let is_code_line = |line: &Line<'_>| {
        let content = line.content;
        content.ends_with(['{', '}', ';', '\\'])
            || [
                "$ ",
                "# ",
                "#include",
                "//",
                "/*",
                "@@ ",
                "+++",
                "---",
                "diff --git",
                "[INFO]",
                "[ERROR]",
                "[WARNING]",
                "-- ",
            ]
            .iter()
            .any(|start| content.starts_with(start))
    };
    paragraph.len() >= 3
        && paragraph.iter().filter(|line| is_code_line(line)).count() * 5 >= paragraph.len() * 3
}
