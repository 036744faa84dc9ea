//! Headers of answered and forwarded messages that stand in a body.

use memchr::memchr2;
use onrecord_record::Span;

use super::lines::Line;
use super::words::{FIELDS, FORWARD_LINES, SEPARATORS};
use super::{Attribution, FieldKind, ForwardField};

/// A header found at some line.
pub(super) struct Found {
    pub(super) n_lines: usize,
    pub(super) fields: Vec<ForwardField>,
    pub(super) attribution: Attribution,
}

/// Last byte of the colon of Chinese and Japanese.
const FULL_WIDTH_COLON: u8 = 0x9A;
/// Lines that a header may fill, wrapped lists of recipients included.
const MAX_LINES: usize = 40;

/// Reads a header that begins at `lines[0]`; `may_begin` says whether an unmarked one may begin here.
pub(super) fn find(text: &str, lines: &[Line<'_>], may_begin: bool) -> Option<Found> {
    let first = lines.first().filter(|line| !line.is_blank())?;
    let separator = separator(first.content);
    let is_rule = first.content.len() >= 5
        && first
            .content
            .bytes()
            .all(|byte| matches!(byte, b'_' | b'-' | b'='));
    if !separator && !is_rule && !may_begin {
        return None;
    }
    let mut at = usize::from(separator || is_rule);
    if at > 0 {
        at += lines[at..]
            .iter()
            .take(2)
            .take_while(|line| line.is_blank() && line.marks <= first.marks)
            .count();
    }
    let start = at;
    let mut fields: Vec<ForwardField> = Vec::new();
    while at < lines.len().min(MAX_LINES) && lines[at].marks == first.marks {
        let Some(field) = field(text, &lines[at]) else {
            match continuation(&lines[at..], text, fields.last_mut()) {
                0 => break,
                n_lines => {
                    at += n_lines;
                    continue;
                }
            }
        };
        fields.push(field);
        at += 1;
    }
    let has = |kind| fields.iter().any(|field| field.kind == kind);
    let is_header = has(FieldKind::From)
        && has(FieldKind::Date)
        && (has(FieldKind::To) || has(FieldKind::Subject))
        || has(FieldKind::From) && has(FieldKind::Subject) && has(FieldKind::To);
    let is_found = separator || (is_header && (may_begin || is_rule));
    if !is_found {
        return None;
    }
    let n_lines = if fields.is_empty() { 1 } else { at };
    let end = lines[n_lines - 1].content_span(text).end;
    let begin = if separator { first } else { &lines[start] };
    let span = Span::new(
        begin.content_span(text).start,
        end.max(begin.content_span(text).start),
    );
    let attribution = attribution(text, &fields, span);
    Some(Found {
        n_lines,
        fields,
        attribution,
    })
}

/// Whether a line separates an answered or forwarded message from what stands above it.
fn separator(line: &str) -> bool {
    let dashes = line
        .bytes()
        .take_while(|byte| matches!(byte, b'-' | b'_' | b'*' | b'='))
        .count();
    if dashes < 2 && !line.ends_with(':') {
        return false;
    }
    let lower = line.to_lowercase();
    let bare = lower.trim_matches(|letter: char| {
        matches!(letter, '-' | '_' | '*' | '=' | ':') || letter.is_whitespace()
    });
    if dashes >= 2 {
        return SEPARATORS.contains(&bare)
            || bare.starts_with("forwarded by ")
            || bare.starts_with("forwarded message from ");
    }
    lower.ends_with(':') && FORWARD_LINES.contains(&bare)
}

fn field(text: &str, line: &Line<'_>) -> Option<ForwardField> {
    memchr2(
        b':',
        FULL_WIDTH_COLON,
        &line.content.as_bytes()[..line.content.len().min(90)],
    )?;
    let content = line.content.trim_start_matches(['*', '_', ' ']);
    let colon = content
        .char_indices()
        .take(30)
        .find(|(_, letter)| matches!(letter, ':' | '：'));
    let (at, mark) = colon?;
    let name = content[..at]
        .trim_end_matches(['*', '_', ' ', '\u{a0}'])
        .to_lowercase();
    let (_, kind) = FIELDS.iter().find(|(known, _)| *known == name)?;
    let value = content[at + mark.len_utf8()..]
        .trim_start_matches(['*', '_'])
        .trim();
    let start = match value {
        "" => line.content_span(text).end as usize,
        _ => value.as_ptr() as usize - text.as_ptr() as usize,
    };
    Some(ForwardField {
        kind: *kind,
        value: Span::new(start as u32, (start + value.len()) as u32),
    })
}

/// Number of lines that go on with the value of a list of recipients; 0 when there are none.
fn continuation(lines: &[Line<'_>], text: &str, last: Option<&mut ForwardField>) -> usize {
    let Some(last) = last.filter(|field| {
        matches!(
            field.kind,
            FieldKind::To | FieldKind::Cc | FieldKind::Subject
        )
    }) else {
        return 0;
    };
    let is_list_open = text[last.value.range()].ends_with([',', ';']);
    for n_lines in 1..=12 {
        let (Some(line), Some(next)) = (lines.get(n_lines - 1), lines.get(n_lines)) else {
            return 0;
        };
        if line.is_blank() || next.marks != line.marks {
            return 0;
        }
        if field(text, next).is_some() || (is_list_open && next.is_blank()) {
            last.value.end = line.content_span(text).end;
            return n_lines;
        }
    }
    0
}

fn attribution(text: &str, fields: &[ForwardField], span: Span) -> Attribution {
    let value = |kind| {
        let field = fields
            .iter()
            .find(|field| field.kind == kind && !field.value.is_empty());
        field.map(|field| text[field.value.range()].to_owned())
    };
    let from = value(FieldKind::From).unwrap_or_default();
    let address = super::attribution::address(&from);
    let name = from.split(['<', '[']).next().unwrap_or_default();
    let name = name.trim_matches(['"', '\'', ' ', '*', ',']);
    let is_name = !name.is_empty() && Some(name) != address.as_deref();
    let author = is_name.then(|| name.to_owned());
    Attribution {
        author,
        address,
        date: value(FieldKind::Date),
        span,
    }
}
