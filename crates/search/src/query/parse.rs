//! Reading queries. Never fails and never recurses deeper than a fixed limit.

use onrecord_record::PartialDate;

use super::ast::{Condition, DateRange, Match, Pattern, Scope, Word};
use super::pieces::{Operator, Piece, closing_len, first_piece, looks_like_field};
use super::{Query, Warning};
use crate::fields::{Field, FieldKind};
use crate::stem::is_stemmable;
use crate::tokenize::{KEPT_OF_LONG, KEPT_OF_OPAQUE, LONGEST_PLAIN, MAX_TOKEN, tokens_of};

/// Deepest nesting of parentheses; more are read as if they were not there.
const MAX_DEPTH: usize = 64;
/// Longest chain `a near/5 b near/5 c …`; more is read as `AND`.
const MAX_CHAIN: usize = 16;
/// Greatest distance of `near/N`.
pub(crate) const MAX_NEAR: u32 = 200;
/// Longest word, in bytes, whose neighbors are sought.
const MAX_FUZZY: usize = 60;
/// Most warnings kept.
const MAX_WARNINGS: usize = 100;
/// The values of `has:`.
const HAS_VALUES: &[&str] = &["attachment"];

pub(super) fn parse(text: &str) -> (Query, Vec<Warning>) {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        unread_parens: 0,
        warnings: Vec::new(),
    };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.any_of(&Scope::Everywhere));
        let Some((at, _, end)) = parser.peek() else {
            break;
        };
        parser.at = end;
        parser.warn(at, "this \")\" closes nothing; left out");
    }
    let root = all(parts).unwrap_or(Condition::Everything);
    parser.warnings.sort_by_key(|warning| warning.at);
    (Query::new(root), parser.warnings)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Parentheses beyond the deepest level that are open, and read as if they were not there.
    unread_parens: usize,
    warnings: Vec<Warning>,
}

impl<'a> Parser<'a> {
    fn warn(&mut self, at: usize, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            let message = message.into();
            self.warnings.push(Warning { at, message });
        }
    }

    /// The next piece: where it starts, what it is, where it ends.
    fn peek(&self) -> Option<(usize, Piece<'a>, usize)> {
        let rest = self.text[self.at..].trim_start();
        let at = self.text.len() - rest.len();
        let (piece, len) = first_piece(rest)?;
        Some((at, piece, at + len))
    }

    /// `a b OR c`: alternatives, up to a closing parenthesis or the end.
    fn any_of(&mut self, scope: &Scope) -> Option<Condition> {
        let mut alternatives = Vec::new();
        let mut after_or = None;
        loop {
            let alternative = self.all_of(scope);
            let next = self.peek();
            let or = match next {
                Some((at, Piece::Operator(Operator::Or), end)) => Some((at, end)),
                _ => None,
            };
            if alternative.is_none()
                && let Some(at) = after_or.or(or.map(|(at, _)| at))
            {
                self.warn(at, "OR needs something on both sides; left out");
            }
            alternatives.extend(alternative);
            let Some((at, end)) = or else {
                return any(alternatives);
            };
            after_or = Some(at);
            self.at = end;
        }
    }

    /// `a b AND NOT c`: conditions that must all hold, up to `OR`, a closing parenthesis or the end.
    fn all_of(&mut self, scope: &Scope) -> Option<Condition> {
        let mut parts = Vec::new();
        let mut pending_and = None;
        loop {
            match self.peek() {
                Some((_, Piece::Close, end)) if self.unread_parens > 0 => {
                    self.unread_parens -= 1;
                    self.at = end;
                }
                None | Some((_, Piece::Close | Piece::Operator(Operator::Or), _)) => break,
                Some((at, Piece::Operator(Operator::And), end)) => {
                    self.at = end;
                    if parts.is_empty() || pending_and.is_some() {
                        self.warn(at, "AND needs something on both sides; left out");
                    } else {
                        pending_and = Some(at);
                    }
                }
                Some((at, Piece::Operator(Operator::Near(_)), end)) => {
                    self.at = end;
                    self.warn(at, "near needs words on both sides; left out");
                }
                Some(_) => {
                    parts.extend(self.negated(scope));
                    pending_and = None;
                }
            }
        }
        if let Some(at) = pending_and {
            self.warn(at, "AND needs something on both sides; left out");
        }
        all(parts)
    }

    fn negated(&mut self, scope: &Scope) -> Option<Condition> {
        let mut negative = false;
        let mut last_not = None;
        while let Some((at, Piece::Operator(Operator::Not) | Piece::Minus, end)) = self.peek() {
            negative = !negative;
            last_not = Some(at);
            self.at = end;
        }
        let positive = self.chain(scope);
        if positive.is_none()
            && let Some(at) = last_not
        {
            self.warn(at, "NOT needs something after it; left out");
        }
        match positive {
            Some(Condition::Not(inner)) if negative => Some(*inner),
            Some(condition) if negative => Some(Condition::Not(Box::new(condition))),
            positive => positive,
        }
    }

    /// `a near/5 b near/3 c`, from left to right.
    fn chain(&mut self, scope: &Scope) -> Option<Condition> {
        let mut left = self.primary(scope)?;
        let mut length = 1;
        while let Some((at, Piece::Operator(Operator::Near(asked)), end)) = self.peek() {
            self.at = end;
            let within = asked.clamp(1, MAX_NEAR);
            if within != asked {
                self.warn(
                    at,
                    format!("near works for 1 to {MAX_NEAR} words; read as near/{within}"),
                );
            }
            let Some(right) = self.primary(scope) else {
                self.warn(at, "near needs words on both sides; left out");
                return Some(left);
            };
            length += 1;
            left = match near(left, right, within, length <= MAX_CHAIN) {
                Ok(joined) => joined,
                Err(both) => {
                    self.warn(at, NEAR_HELP);
                    return all(both);
                }
            };
        }
        Some(left)
    }

    /// A word, a phrase, a field with its value, or a group.
    fn primary(&mut self, scope: &Scope) -> Option<Condition> {
        let (at, piece, end) = self.peek()?;
        match piece {
            Piece::Close | Piece::Operator(_) | Piece::Minus => None,
            Piece::Open => {
                self.at = end;
                self.group(scope, at)
            }
            Piece::Quoted { inner, closed } => {
                self.at = end;
                if !closed {
                    self.warn(
                        at,
                        "this quotation mark is never closed; read up to the end",
                    );
                }
                let start = end - inner.len() - usize::from(closed) * closing_len(self.text, end);
                self.skip_slop();
                self.phrase(scope, inner, start)
            }
            Piece::Field(name) => {
                self.at = end;
                self.field_value(&name.scope(), at)
            }
            Piece::Bare(word) => {
                self.at = end;
                self.bare_word(scope, word, at)
            }
        }
    }

    fn group(&mut self, scope: &Scope, at: usize) -> Option<Condition> {
        if self.depth == MAX_DEPTH {
            if self.unread_parens == 0 {
                let message = format!(
                    "more than {MAX_DEPTH} groups inside one another; the inner parentheses are left out"
                );
                self.warn(at, message);
            }
            self.unread_parens += 1;
            return None;
        }
        self.depth += 1;
        let inner = self.any_of(scope);
        self.depth -= 1;
        match self.peek() {
            Some((_, Piece::Close, end)) => self.at = end,
            _ => self.warn(at, "this \"(\" is never closed; read up to the end"),
        }
        if inner.is_none() {
            self.warn(at, "nothing to search for in these parentheses; left out");
        }
        inner
    }

    fn field_value(&mut self, scope: &Scope, at: usize) -> Option<Condition> {
        match self.peek() {
            Some((_, Piece::Open | Piece::Quoted { .. } | Piece::Bare(_), _)) => {
                self.primary(scope)
            }
            Some((start, Piece::Minus, end)) => {
                self.at = end;
                self.warn(start, "write the minus before the field; left out");
                self.primary(scope)
            }
            _ => {
                self.warn(at, "this field has nothing after it; left out");
                None
            }
        }
    }

    fn bare_word(&mut self, scope: &Scope, raw: &str, at: usize) -> Option<Condition> {
        if *scope == Scope::Field(Field::Date) {
            return self.date(raw, at);
        }
        if *scope == Scope::Field(Field::Entity) {
            return self.entity(raw, at);
        }
        if raw == "*" {
            return Some(match scope {
                Scope::Everywhere => Condition::Everything,
                scope => Condition::Present(scope.clone()),
            });
        }
        self.advise(scope, raw, at);
        let (raw, exact) = raw
            .strip_prefix('=')
            .map_or((raw, false), |raw| (raw, true));
        let (core, ending) = self.ending(raw, at + usize::from(exact));
        let tokens = tokens_of(core);
        // Of a token that was cut a hash remains, which has no other forms.
        let letters = core.chars().all(|c| c.is_alphabetic() || c == '-')
            && tokens.iter().all(|token| token.len() < MAX_TOKEN);
        let stems = !exact && is_prose(scope) && (tokens.len() == 1 || letters);
        let mut words: Vec<Word> = tokens.into_iter().map(|token| word(token, stems)).collect();
        let Some(last) = words.last_mut() else {
            self.warn(
                at,
                format!(
                    "\"{}\" holds no letter or digit to search for; left out",
                    shown(raw)
                ),
            );
            return None;
        };
        self.put_ending(last, ending, at);
        self.check_id(scope, &words, at);
        self.check_value(scope, &words, at);
        pattern(words).map(|pattern| Condition::Text(scope.clone(), pattern))
    }

    fn put_ending(&mut self, last: &mut Word, ending: Ending, at: usize) {
        match ending {
            Ending::None => {}
            Ending::Prefix => make_prefix(last),
            Ending::Fuzzy(_) if last.token.len() > MAX_FUZZY => {
                self.warn(
                    at,
                    format!("\"~\" works for words of at most {MAX_FUZZY} letters; left out"),
                );
            }
            Ending::Fuzzy(asked) => {
                let default = if last.token.chars().count() <= 5 {
                    1
                } else {
                    2
                };
                last.how = Match::Fuzzy(asked.unwrap_or(default));
            }
        }
    }

    /// Of long ids in headers the index holds only the beginning, and a hash of the whole.
    fn check_id(&mut self, scope: &Scope, words: &[Word], at: usize) {
        let has_digit = |word: &&Word| word.token.bytes().any(|byte| byte.is_ascii_digit());
        let Some(word) = words.last().filter(has_digit) else {
            return;
        };
        let limited = match word.how {
            Match::Prefix => word.token.len() > KEPT_OF_OPAQUE,
            Match::Fuzzy(_) => word.token.len() + 2 > LONGEST_PLAIN,
            Match::Exact | Match::Stem => false,
        };
        if limited && matches!(scope, Scope::Header(_)) {
            let message = format!(
                "ids of more than {LONGEST_PLAIN} letters in headers are found whole, or by their first {KEPT_OF_OPAQUE} letters"
            );
            self.warn(at, message);
        }
    }

    /// Says what is not an error, but likely a slip.
    fn advise(&mut self, scope: &Scope, raw: &str, at: usize) {
        if *scope == Scope::Everywhere && matches!(raw, "or" | "not") {
            let operator = raw.to_uppercase();
            self.warn(
                at,
                format!("\"{raw}\" is sought as a word; write {operator} for the operator"),
            );
        }
        if let Some((name, rest)) = raw.split_once(':')
            && looks_like_field(name)
            && !rest.starts_with("//")
        {
            self.warn(
                at,
                format!("no field is called \"{}\"; sought as words", shown(name)),
            );
        }
        let inner = raw.trim_end_matches(['*', '~']);
        if let Some(star) = inner.find('*') {
            self.warn(at + star, "\"*\" works only at the end of a word; left out");
        }
    }

    fn ending<'w>(&mut self, raw: &'w str, at: usize) -> (&'w str, Ending) {
        if let Some(core) = raw.strip_suffix('*') {
            return (core, Ending::Prefix);
        }
        let digits = raw.len() - raw.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let Some(core) = raw[..raw.len() - digits].strip_suffix('~') else {
            return (raw, Ending::None);
        };
        let asked = match &raw[raw.len() - digits..] {
            "" => None,
            "1" => Some(1),
            "2" => Some(2),
            "0" => return (core, Ending::None),
            _ => {
                self.warn(
                    at + core.len(),
                    "\"~\" allows 1 or 2 differing letters; read as ~2",
                );
                Some(2)
            }
        };
        (core, Ending::Fuzzy(asked))
    }

    fn phrase(&mut self, scope: &Scope, inner: &str, at: usize) -> Option<Condition> {
        if *scope == Scope::Field(Field::Date) {
            return self.date(inner.trim(), at);
        }
        if *scope == Scope::Field(Field::Entity) {
            return self.entity(inner, at);
        }
        let mut words = Vec::new();
        for part in inner.split_whitespace() {
            words.extend(tokens_of(part).into_iter().map(|token| word(token, false)));
            if part.ends_with('*')
                && let Some(last) = words.last_mut()
            {
                make_prefix(last);
            }
        }
        if words.is_empty() {
            self.warn(
                at,
                "nothing to search for between these quotation marks; left out",
            );
            return None;
        }
        self.check_value(scope, &words, at);
        pattern(words).map(|pattern| Condition::Text(scope.clone(), pattern))
    }

    fn entity(&mut self, raw: &str, at: usize) -> Option<Condition> {
        let words: Vec<&str> = raw.split_whitespace().collect();
        let name = words.join(" ");
        if !name.contains(char::is_alphanumeric) {
            self.warn(
                at,
                "entity: needs a name, as entity:\"Kenneth Lay\"; left out",
            );
            return None;
        }
        let documents = Vec::new();
        Some(Condition::Entity { name, documents })
    }

    /// Other programs write `"a b"~5`; this one has `near`.
    fn skip_slop(&mut self) {
        let rest = &self.text[self.at..];
        if let Some(after) = rest.strip_prefix('~') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            self.warn(
                self.at,
                "\"~\" after a phrase is not known; write a near/5 b",
            );
            self.at += 1 + digits;
        }
    }

    fn check_value(&mut self, scope: &Scope, words: &[Word], at: usize) {
        if *scope == Scope::Field(Field::Has)
            && !HAS_VALUES
                .iter()
                .any(|value| words.len() == 1 && words[0].token == *value)
        {
            self.warn(at, "has: knows only has:attachment");
        }
    }

    fn date(&mut self, raw: &str, at: usize) -> Option<Condition> {
        let (from, to) = match raw.split_once("..") {
            Some((from, to)) => (
                self.date_end(from, at),
                self.date_end(to, at + from.len() + 2),
            ),
            None => {
                let day = self.date_end(raw, at);
                if raw.is_empty() {
                    self.warn(
                        at,
                        "date: needs a date or a range, as date:2001-05..2002; left out",
                    );
                }
                (day, day)
            }
        };
        let swapped =
            matches!((from, to), (Some(from), Some(to)) if from.first_second() >= to.end_second());
        let range = if swapped {
            self.warn(
                at,
                "this period ends before it begins; read the other way round",
            );
            DateRange { from: to, to: from }
        } else {
            DateRange { from, to }
        };
        (from.is_some() || to.is_some()).then_some(Condition::Date(range))
    }

    fn date_end(&mut self, raw: &str, at: usize) -> Option<PartialDate> {
        if raw.is_empty() {
            return None;
        }
        match raw.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                let raw = shown(raw);
                self.warn(
                    at,
                    format!("\"{raw}\" is not a date; write 2001, 2001-05 or 2001-05-14; left out"),
                );
                None
            }
        }
    }
}

const NEAR_HELP: &str =
    "near joins words, phrases and groups of them joined by OR, all in one field; read as AND";

/// What stands at the end of a bare word.
enum Ending {
    None,
    Prefix,
    Fuzzy(Option<u8>),
}

/// The beginning of what was written, for messages.
fn shown(raw: &str) -> String {
    let mut start: String = raw.chars().take(40).collect();
    if start.len() < raw.len() {
        start.push('…');
    }
    start
}

fn is_prose(scope: &Scope) -> bool {
    match scope {
        Scope::Everywhere => true,
        Scope::Field(field) => field.info().kind == FieldKind::Prose,
        Scope::Header(_) => false,
    }
}

fn word(token: String, stems: bool) -> Word {
    let how = if stems && is_stemmable(&token) {
        Match::Stem
    } else {
        Match::Exact
    };
    Word { token, how }
}

fn make_prefix(word: &mut Word) {
    if word.token.len() == MAX_TOKEN {
        let mut keep = KEPT_OF_LONG;
        while !word.token.is_char_boundary(keep) {
            keep -= 1;
        }
        word.token.truncate(keep);
    }
    word.how = Match::Prefix;
}

fn pattern(mut words: Vec<Word>) -> Option<Pattern> {
    match words.len() {
        0 => None,
        1 => words.pop().map(Pattern::Word),
        _ => Some(Pattern::Phrase(words)),
    }
}

fn all(parts: Vec<Condition>) -> Option<Condition> {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() > 1 {
        Some(Condition::All(flat))
    } else {
        flat.pop()
    }
}

fn any(parts: Vec<Condition>) -> Option<Condition> {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::Any(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() > 1 {
        Some(Condition::Any(flat))
    } else {
        flat.pop()
    }
}

/// Joins two conditions by nearness, or gives them back where that has no meaning.
fn near(
    left: Condition,
    right: Condition,
    within: u32,
    allowed: bool,
) -> Result<Condition, Vec<Condition>> {
    match (as_pattern(&left), as_pattern(&right)) {
        (Some((scope, one)), Some((other_scope, other))) if allowed && scope == other_scope => {
            let (left, right) = (Box::new(one), Box::new(other));
            let near = Pattern::Near {
                left,
                right,
                within,
            };
            Ok(Condition::Text(scope, near))
        }
        _ => Err(vec![left, right]),
    }
}

fn as_pattern(condition: &Condition) -> Option<(Scope, Pattern)> {
    match condition {
        Condition::Text(scope, pattern) => Some((scope.clone(), pattern.clone())),
        Condition::Any(parts) => {
            let patterns = parts.iter().map(as_pattern).collect::<Option<Vec<_>>>()?;
            let scope = patterns.first()?.0.clone();
            let same = patterns.iter().all(|(other, _)| *other == scope);
            let patterns = patterns.into_iter().map(|(_, pattern)| pattern).collect();
            same.then_some((scope, Pattern::Any(patterns)))
        }
        _ => None,
    }
}
