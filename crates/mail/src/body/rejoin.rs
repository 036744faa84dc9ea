//! Running text without the line ends that a program put there.

use onrecord_record::{Rejoined, RejoinedBuilder};

use super::lines::{Line, lines};
use super::{Block, BlockKind};

/// Text set narrower than this was not wrapped by a program but by its writer.
const MIN_WIDTH: usize = 40;
/// Wider text was not wrapped at all.
const MAX_WIDTH: usize = 110;
/// Programs wrap within a few characters of the widest line.
const SLACK_PERCENT: usize = 92;

/// Re-joins the wrapped lines of each block that holds running text: prose, quotes and notices.
///
/// The result names the block by its index. Quote marks are gone; a line end within a sentence is one
/// space, any other stays. A line counts as wrapped when the first word of the next would not have
/// fitted, and the next begins no item, field or greeting; with `flowed` (RFC 3676) only the
/// text's own marks decide. Hyphens at line ends stay. [`Rejoined::stored_span`] leads back to `text`.
#[must_use]
pub fn rejoin(text: &str, blocks: &[Block], flowed: bool) -> Vec<(usize, Rejoined)> {
    let is_running = |kind: &BlockKind| {
        matches!(
            kind,
            BlockKind::Prose | BlockKind::Quote { .. } | BlockKind::Disclaimer
        )
    };
    let all = lines(text);
    let general = width(&all);
    let mut views = Vec::new();
    let mut at = 0;
    for (index, block) in blocks.iter().enumerate() {
        let first = at + all[at..].partition_point(|line| line.start < block.span.start as usize);
        at = first + all[first..].partition_point(|line| line.start < block.span.end as usize);
        if is_running(&block.kind) {
            views.push((index, rejoin_block(text, &all[first..at], general, flowed)));
        }
    }
    views
}

fn rejoin_block(text: &str, lines: &[Line<'_>], general: usize, flowed: bool) -> Rejoined {
    let own = width(lines);
    // Two lines say nothing of the width that the program wraps at.
    let width = if lines.len() < 4 {
        own.max(general)
    } else {
        own
    };
    let mut builder = RejoinedBuilder::default();
    for (index, line) in lines.iter().enumerate() {
        let content = shown(text, line, flowed);
        let start = content.as_ptr() as usize - text.as_ptr() as usize;
        let next = lines.get(index + 1);
        let is_flowed =
            flowed && content.ends_with(' ') && !content.trim_end_matches('\r').eq("-- ");
        let joins = next.is_some_and(|next| {
            if flowed {
                is_flowed && next.marks == line.marks
            } else {
                is_wrapped(text, line, next, width)
            }
        });
        let kept = if joins { content } else { content.trim_end() };
        builder.keep(kept, start as u32);
        let after = start + kept.len();
        if joins && !is_flowed {
            builder.stand_in(' ', after as u32);
        } else if !joins && text.as_bytes().get(line.end - 1) == Some(&b'\n') {
            builder.keep("\n", line.end as u32 - 1);
        }
    }
    builder.finish()
}

/// The content of a line as it is kept: as it stands, or for `format=flowed` with the trailing space
/// that marks it, and without the space that stuffs it.
fn shown<'t>(text: &'t str, line: &Line<'t>, flowed: bool) -> &'t str {
    let whole = text[line.content_start..line.end].trim_end_matches(['\n', '\r']);
    if !flowed {
        return whole.trim_end();
    }
    if line.marks == 0 {
        whole.strip_prefix(' ').unwrap_or(whole)
    } else {
        whole
    }
}

/// Characters of the widest line that a program may have wrapped.
fn width(lines: &[Line<'_>]) -> usize {
    let lengths = lines
        .iter()
        .map(|line| line.content.chars().take(MAX_WIDTH + 1).count());
    lengths
        .filter(|length| *length <= MAX_WIDTH)
        .max()
        .unwrap_or(0)
}

fn is_wrapped(text: &str, line: &Line<'_>, next: &Line<'_>, width: usize) -> bool {
    let is_code = line.content.ends_with(['{', '}', ';']);
    if line.is_blank() || next.is_blank() || line.marks != next.marks || is_code {
        return false;
    }
    let length = line.content.chars().take(MAX_WIDTH + 1).count();
    if length > MAX_WIDTH || begins_anew(next.content) || is_deeper(text, line, next) {
        return false;
    }
    let goes_on = next.content.starts_with(char::is_lowercase)
        && line
            .content
            .ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, ',' | '-'));
    if width < MIN_WIDTH {
        return goes_on && length * 2 >= width;
    }
    let word = next
        .content
        .split_whitespace()
        .next()
        .map_or(0, |word| word.chars().take(MAX_WIDTH).count());
    let would_overflow = (length + 1 + word) * 100 > width * SLACK_PERCENT;
    // A sentence that ends early in its line ends a paragraph more often than not.
    would_overflow && length * 2 >= width || goes_on && length * 3 >= width * 2
}

/// Whether the next line is set in further than this one, as the items of a list and code are; what
/// follows an item's first line is set in as well, and goes on with it.
fn is_deeper(text: &str, line: &Line<'_>, next: &Line<'_>) -> bool {
    let indent = |line: &Line<'_>| {
        let content = &text[line.content_start..line.end];
        content.len() - content.trim_start().len()
    };
    indent(next) > indent(line) + 1 && !begins_anew(line.content) && indent(line) > 0
        || indent(next) >= indent(line) + 4 && !begins_anew(line.content)
}

/// Whether a line begins something: an item, a field, a heading, a greeting.
fn begins_anew(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_bullet = ["-", "*", "•", "·", "+", "o", "–", "—", "|", "#"].contains(&first)
        || line.starts_with(['|', '•', '#']);
    let stem = first
        .strip_suffix(['.', ')', ':'])
        .map(|stem| stem.trim_start_matches(['(', '[']));
    let is_number = stem.is_some_and(|stem| {
        let is_letter = stem.len() == 1
            && !first.ends_with('.')
            && stem.bytes().all(|byte| byte.is_ascii_alphabetic());
        !stem.is_empty()
            && stem.len() <= 3
            && (is_letter || stem.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let is_rule = line.len() >= 3
        && line
            .bytes()
            .all(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*' | b'~'));
    let is_greeting = [
        "Dear", "Hi", "Hello", "Hallo", "Liebe", "Lieber", "Bonjour", "Hola",
    ]
    .contains(&first.trim_end_matches(','))
        && line.chars().count() < MIN_WIDTH;
    is_bullet || is_number || is_rule || is_greeting || is_field(line)
}

/// `Subject: …`: a capitalized word with a colon right behind it.
fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, rest)| {
        name.len() <= 20
            && name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && (rest.is_empty() || rest.starts_with(' '))
    })
}
