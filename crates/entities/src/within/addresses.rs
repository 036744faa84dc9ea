//! Mail addresses in a text, and whose they are.

use std::ops::Range;

use super::shape::{Shape, fold, plain};
use super::tables::NAMES;

/// Longest part before and behind the `@` (RFC 5321, 4.5.3.1).
const LONGEST: (usize, usize) = (64, 255);

/// Where mail addresses stand in a text.
pub(crate) fn addresses(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = bytes[..at].iter().rev().take(LONGEST.0);
        let start = at - before.take_while(|&&byte| is_local(byte)).count();
        let behind = bytes[at + 1..].iter().take(LONGEST.1);
        let mut end = at + 1 + behind.take_while(|&&byte| is_host(byte)).count();
        while end > at && !bytes[end - 1].is_ascii_alphanumeric() {
            end -= 1;
        }
        let host = text.get(at + 1..end.max(at + 1)).unwrap_or_default();
        let is_new = found.last().is_none_or(|last| last.end <= start);
        if start < at && host.contains('.') && is_new {
            found.push(start..end);
        }
    }
    found
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

/// Whether what stands between a name and an address holds the two together: `Name <address>`.
pub(crate) fn is_tied(between: &str) -> bool {
    between.len() <= 12
        && !between.contains('\n')
        && between.contains(['<', '(', '[', '"'])
        && between
            .replace("mailto:", "")
            .chars()
            .all(|c| !c.is_alphanumeric() && c != '>')
}

/// Whether a mailbox is by its name nobody's own: `press@…`, `info@…`.
pub(crate) fn is_shared(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let words = local.replace(['.', '-', '_'], " ");
    NAMES.addresses.shared.contains(words.as_str()) || NAMES.addresses.shared.contains(local)
}

/// Which of two of one name an address belongs to, where it says so: `john.jr@…`.
pub(crate) fn generation(address: &str) -> Option<&'static str> {
    let local = address.split('@').next().unwrap_or_default();
    let mut words = local.split(['.', '-', '_']);
    words.find_map(|word| NAMES.generations.get(word).map(String::as_str))
}

/// Whether an address is built from a person's given and family name: `jdoe`, `john.doe`, `doe.j`.
pub(crate) fn is_built_from(address: &str, shape: &Shape) -> bool {
    let local = fold(address.split('@').next().unwrap_or_default());
    let letters: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let letters = plain(&letters);
    let family: String = shape
        .family()
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    let Some(given) = shape
        .given()
        .first()
        .filter(|_| family.chars().count() >= 3)
    else {
        return false;
    };
    let initial: String = given.chars().take(1).collect();
    [
        format!("{given}{family}"),
        format!("{initial}{family}"),
        format!("{family}{given}"),
        format!("{family}{initial}"),
    ]
    .iter()
    .any(|built| plain(built) == letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntityKind;

    #[test]
    fn addresses_are_found_and_hostile_text_costs_little() {
        let text = "write to j.doe@acme.example, or <press@acme.example>. Not @home or a@b.";
        let found: Vec<&str> = addresses(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["j.doe@acme.example", "press@acme.example"]);
        assert!(addresses(&"@".repeat(1_000_000)).is_empty());
        assert!(addresses(&"a".repeat(1_000_000)).is_empty());
    }

    #[test]
    fn an_address_is_somebodys_by_its_form() {
        let doe = Shape::of("John Doe", EntityKind::Person);
        for own in [
            "jdoe@a.example",
            "john.doe@a.example",
            "doe_j@a.example",
            "john-doe2@a.example",
        ] {
            assert!(is_built_from(own, &doe), "{own}");
        }
        assert!(!is_built_from("press@a.example", &doe));
        assert!(is_shared("it-desk@a.example"));
        assert!(is_tied(" <") && is_tied("\" [mailto:") && !is_tied(" and ") && !is_tied(" "));
    }
}
