//! Labels: what containers call their members, and what decoders call their failures.

use std::fmt;

use onrecord_record::{Problem, ProblemCode};

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 1_024;

/// A name to show, and what is odd about it.
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) problem: Option<Problem>,
}

/// Makes a label of a name inside a container: control characters are written out, nothing is resolved.
pub(crate) fn label(raw: &str) -> Label {
    let mut name = String::with_capacity(raw.len());
    for character in raw.chars().take(MAX_NAME) {
        if character.is_control() {
            name.extend(character.escape_default());
        } else {
            name.push(character);
        }
    }
    if raw.chars().nth(MAX_NAME).is_some() {
        name.push('…');
    }
    let problem = oddity(raw).map(|what| {
        Problem::new(
            ProblemCode::UnsafeName,
            format!("the name \"{name}\" {what}; it is kept as a label"),
        )
    });
    Label { name, problem }
}

fn oddity(raw: &str) -> Option<&'static str> {
    let bytes = raw.as_bytes();
    let has_drive = bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic();
    if raw.starts_with(['/', '\\']) || has_drive {
        return Some("is an absolute path");
    }
    if raw.split(['/', '\\']).any(|step| step == "..") {
        return Some("leads out of its container");
    }
    if raw.contains(char::is_control) {
        return Some("holds control characters");
    }
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    raw.contains(reorders)
        .then_some("holds marks that make it read otherwise than it is")
}

/// Extension of a name inside a container, in lower case, without the dot.
pub(crate) fn extension(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let (stem, extension) = file.rsplit_once('.')?;
    let is_plain = !stem.is_empty() && (1..=10).contains(&extension.len());
    is_plain.then(|| extension.to_lowercase())
}

/// What a decoder says of its failure, in one short line.
pub(crate) fn reason(error: &dyn fmt::Display) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let mut reason: String = line.chars().take(160).collect();
    while reason.ends_with(['.', ' ']) {
        reason.pop();
    }
    if reason.is_empty() {
        reason.push_str("no reason given");
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_try_to_leave_are_labels() {
        for name in [
            "../../etc/passwd",
            "/tmp/x",
            "..\\win",
            "C:\\x",
            "ok/../../x",
            "a\0b",
            "\u{202e}gnp.exe",
        ] {
            assert!(label(name).problem.is_some(), "{name:?}");
        }
        for name in ["a/b.txt", "…", "..a", "a..", "Ž: x"] {
            assert!(label(name).problem.is_none(), "{name:?}");
        }
        assert_eq!(label("a\0b").name, "a\\u{0}b");
    }

    #[test]
    fn extensions_are_those_of_the_last_step() {
        assert_eq!(extension("a.b/c").as_deref(), None);
        assert_eq!(extension("a/B.TAR").as_deref(), Some("tar"));
        assert_eq!(extension(".profile").as_deref(), None);
    }
}
