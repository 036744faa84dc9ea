//! A query written out in full, so that a person sees how it was read, and can copy it.

use std::fmt;

use super::ast::{Condition, DateRange, Match, Pattern, Scope, Word};
use crate::fields::{Field, FieldKind, HEADER_PREFIX};
use crate::stem::is_stemmable;

/// Shows a condition; the outermost parentheses are left out.
pub(super) struct Understood<'a>(pub(super) &'a Condition);

impl fmt::Display for Understood<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Condition::All(parts) => joined(f, parts, " AND "),
            Condition::Any(parts) => joined(f, parts, " OR "),
            Condition::Text(Scope::Everywhere, pattern @ Pattern::Near { .. }) => {
                near(f, &Scope::Everywhere, pattern)
            }
            other => condition(f, other),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], operator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        condition(f, part)?;
    }
    Ok(())
}

fn condition(f: &mut fmt::Formatter<'_>, shown: &Condition) -> fmt::Result {
    match shown {
        Condition::Everything => f.write_str("*"),
        Condition::Text(scope, shown) => {
            write_scope(f, scope)?;
            pattern(f, scope, shown)
        }
        Condition::Present(scope) => {
            write_scope(f, scope)?;
            f.write_str("*")
        }
        Condition::Date(range) => date(f, range),
        Condition::Entity { name, .. } => {
            write!(f, "{}:\"{name}\"", Field::Entity.info().name)
        }
        Condition::All(_) | Condition::Any(_) => write!(f, "({})", Understood(shown)),
        Condition::Not(inner) => {
            f.write_str("NOT ")?;
            condition(f, inner)
        }
    }
}

fn write_scope(f: &mut fmt::Formatter<'_>, scope: &Scope) -> fmt::Result {
    match scope {
        Scope::Everywhere => Ok(()),
        Scope::Field(field) => write!(f, "{}:", field.info().name),
        Scope::Header(name) => write!(f, "{HEADER_PREFIX}{name}:"),
    }
}

fn date(f: &mut fmt::Formatter<'_>, range: &DateRange) -> fmt::Result {
    write!(f, "{}:", Field::Date.info().name)?;
    if range.from == range.to
        && let Some(day) = range.from
    {
        return write!(f, "{day}");
    }
    if let Some(from) = range.from {
        write!(f, "{from}")?;
    }
    f.write_str("..")?;
    match range.to {
        Some(to) => write!(f, "{to}"),
        None => Ok(()),
    }
}

fn pattern(f: &mut fmt::Formatter<'_>, scope: &Scope, shown: &Pattern) -> fmt::Result {
    match shown {
        Pattern::Word(shown) => word(f, scope, shown),
        Pattern::Phrase(words) => phrase(f, words),
        Pattern::Any(patterns) => {
            f.write_str("(")?;
            for (index, shown) in patterns.iter().enumerate() {
                if index > 0 {
                    f.write_str(" OR ")?;
                }
                pattern(f, scope, shown)?;
            }
            f.write_str(")")
        }
        Pattern::Near { .. } => {
            f.write_str("(")?;
            near(f, scope, shown)?;
            f.write_str(")")
        }
    }
}

fn near(f: &mut fmt::Formatter<'_>, scope: &Scope, shown: &Pattern) -> fmt::Result {
    let Pattern::Near {
        left,
        right,
        within,
    } = shown
    else {
        return pattern(f, scope, shown);
    };
    pattern(f, scope, left)?;
    write!(f, " near/{within} ")?;
    pattern(f, scope, right)
}

fn word(f: &mut fmt::Formatter<'_>, scope: &Scope, shown: &Word) -> fmt::Result {
    let token = &shown.token;
    let prose = match scope {
        Scope::Everywhere => true,
        Scope::Field(field) => field.info().kind == FieldKind::Prose,
        Scope::Header(_) => false,
    };
    match shown.how {
        Match::Exact if prose && is_stemmable(token) => write!(f, "\"{token}\""),
        Match::Exact | Match::Stem => f.write_str(token),
        Match::Prefix => write!(f, "{token}*"),
        Match::Fuzzy(edits) => write!(f, "{token}~{edits}"),
    }
}

/// A phrase stands in quotation marks, save where a bare compound (`e-mails`, `j.smith~1`) was meant.
fn phrase(f: &mut fmt::Formatter<'_>, words: &[Word]) -> fmt::Result {
    let any = |wanted: fn(&Word) -> bool| words.iter().any(wanted);
    let (quote, space) = if any(|word| word.how == Match::Stem) {
        ("", "-")
    } else if any(|word| matches!(word.how, Match::Fuzzy(_))) {
        ("", ".")
    } else {
        ("\"", " ")
    };
    f.write_str(quote)?;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            f.write_str(space)?;
        }
        f.write_str(&word.token)?;
        match word.how {
            Match::Exact | Match::Stem => {}
            Match::Prefix => f.write_str("*")?,
            Match::Fuzzy(edits) => write!(f, "~{edits}")?,
        }
    }
    f.write_str(quote)
}
