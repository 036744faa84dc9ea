//! Pieces of a query's text: parentheses, operators, quotations, field names, words.

use super::ast::Scope;
use crate::fields::{Field, HEADER_PREFIX};

/// The distance of `NEAR` without a number.
const DEFAULT_NEAR: u32 = 10;

/// Words that join conditions, as they must be written.
const OPERATORS: &[(&str, Operator)] = &[
    ("AND", Operator::And),
    ("&&", Operator::And),
    ("OR", Operator::Or),
    ("||", Operator::Or),
    ("NOT", Operator::Not),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
    Near(u32),
}

/// A piece of the query's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Open,
    Close,
    Operator(Operator),
    /// `-` right before something.
    Minus,
    Quoted {
        inner: &'a str,
        closed: bool,
    },
    /// `name:`
    Field(FieldName<'a>),
    Bare(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldName<'a> {
    Field(Field),
    Header(&'a str),
}

impl FieldName<'_> {
    pub(super) fn scope(self) -> Scope {
        match self {
            Self::Field(field) => Scope::Field(field),
            Self::Header(name) => Scope::Header(name.to_lowercase()),
        }
    }
}

/// The piece at the start of `rest`, which does not begin with white space, and its length in bytes.
pub(super) fn first_piece(rest: &str) -> Option<(Piece<'_>, usize)> {
    let first = rest.chars().next()?;
    Some(match first {
        '(' => (Piece::Open, 1),
        ')' => (Piece::Close, 1),
        _ if is_quote(first) => quoted(rest, first.len_utf8()),
        '-' if rest[1..].starts_with(|c: char| !c.is_whitespace() && c != ')') => (Piece::Minus, 1),
        _ => bare(rest),
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ff02}')
}

pub(super) fn closing_len(text: &str, end: usize) -> usize {
    text[..end].chars().next_back().map_or(0, char::len_utf8)
}

fn quoted(rest: &str, mark: usize) -> (Piece<'_>, usize) {
    match rest[mark..].char_indices().find(|(_, c)| is_quote(*c)) {
        Some((at, c)) => {
            let inner = &rest[mark..mark + at];
            let piece = Piece::Quoted {
                inner,
                closed: true,
            };
            (piece, mark + at + c.len_utf8())
        }
        None => {
            let inner = &rest[mark..];
            let piece = Piece::Quoted {
                inner,
                closed: false,
            };
            (piece, rest.len())
        }
    }
}

/// The word at the start of `rest`: an operator, a field's name with its colon, or just a word.
fn bare(rest: &str) -> (Piece<'_>, usize) {
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
    let raw = &rest[..rest.find(ends).unwrap_or(rest.len())];
    if let Some((_, operator)) = OPERATORS.iter().find(|(name, _)| *name == raw) {
        return (Piece::Operator(*operator), raw.len());
    }
    if let Some(within) = near_distance(raw) {
        return (Piece::Operator(Operator::Near(within)), raw.len());
    }
    if let Some(colon) = raw.find(':')
        && let Some(name) = field_name(&raw[..colon])
    {
        return (Piece::Field(name), colon + 1);
    }
    (Piece::Bare(raw), raw.len())
}

/// `near/5`, `w/5` as lawyers write it, and `NEAR`.
fn near_distance(raw: &str) -> Option<u32> {
    if raw == "NEAR" {
        return Some(DEFAULT_NEAR);
    }
    let (name, digits) = raw.split_once('/')?;
    let known = name.eq_ignore_ascii_case("near") || name.eq_ignore_ascii_case("w");
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (known && number).then(|| digits.parse().unwrap_or(u32::MAX))
}

fn field_name(name: &str) -> Option<FieldName<'_>> {
    if let Some(field) = Field::by_name(name) {
        return Some(FieldName::Field(field));
    }
    let prefix = name.get(..HEADER_PREFIX.len())?;
    let header = &name[HEADER_PREFIX.len()..];
    (prefix.eq_ignore_ascii_case(HEADER_PREFIX) && !header.is_empty())
        .then_some(FieldName::Header(header))
}

pub(super) fn looks_like_field(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}
