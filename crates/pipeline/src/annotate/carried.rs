//! Names that the recognizer found in one place of a text and that hold for all of it.
//!
//! One sentence shows the recognizer what "Lantern Harbor Trust" is, the next does not. What is
//! carried must hardly be able to mean anything else: several words, or an acronym.

use std::collections::BTreeMap;

use onrecord_record::SegmentKind;

use super::names::{Found, GPE, ORG, PERSON};
use super::{AnnotatedSegment, names, words};

/// Capitals of an acronym, at least: of two there are too many.
const SHORTEST_ACRONYM: usize = 3;
/// Letters of an acronym, at most: longer ones are words that shout.
const LONGEST_ACRONYM: usize = 6;
/// Bytes of an acronym in brackets with its article and quotation marks, at most.
const LONGEST_BRACKET: usize = 24;
/// Words of a carried name, at most.
const MOST_WORDS: usize = 8;
/// Finds that make a name of two words one of an organization, where no word of it says so.
const ENOUGH_VOTES: usize = 2;

/// How often the recognizer gave each label to a name.
type Votes<'a> = BTreeMap<&'a str, usize>;

/// The names that hold for the whole text, with the label that most of their finds have.
pub(super) fn names(
    segments: &[AnnotatedSegment],
    found: &[Vec<Found>],
) -> Vec<(String, &'static str)> {
    let mut votes: BTreeMap<String, Votes<'_>> = BTreeMap::new();
    let mut defined = Vec::new();
    for (segment, found) in segments.iter().zip(found) {
        if matches!(
            segment.segment.kind,
            SegmentKind::Cell | SegmentKind::Header
        ) {
            continue;
        }
        let view = segment.segment.view.text();
        for name in found {
            let text = name.text(view);
            if name.label == ORG {
                defined.extend(
                    acronym_behind(text, &view[name.end..]).map(|short| (short.into(), ORG)),
                );
            }
            if !name.is_shown && !text.contains("\n\n") {
                let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let joined = names::without_article(&joined).to_owned();
                *votes
                    .entry(joined)
                    .or_default()
                    .entry(&name.label)
                    .or_default() += 1;
            }
        }
    }
    let elected = votes
        .into_iter()
        .filter_map(|(name, votes)| Some((elected(&name, &votes)?, name)))
        .map(|(label, name)| (name, label));
    defined.into_iter().chain(elected).collect()
}

/// The label of more than half of the finds of a name, where the name can mean nothing else.
fn elected(name: &str, votes: &Votes<'_>) -> Option<&'static str> {
    let (label, most) = votes.iter().max_by_key(|(_, votes)| **votes)?;
    let label = [PERSON, ORG, GPE]
        .into_iter()
        .find(|known| known == label)?;
    let is_clear = 2 * most > votes.values().sum();
    let n_words = name.split(' ').count();
    let is_sure = match label {
        _ if n_words == 1 => label != PERSON && is_acronym(name),
        PERSON => words::may_be_person(name),
        // Two capitalized words that nothing tells from a person's name.
        ORG => n_words > 2 || words::names_organization(name) || *most >= ENOUGH_VOTES,
        _ => true,
    };
    let begins = name.starts_with(char::is_uppercase);
    (is_clear && is_sure && begins && n_words <= MOST_WORDS).then_some(label)
}

/// The acronym in brackets that a full name is followed by: "Harbor Data Authority (HDA)".
fn acronym_behind<'t>(name: &str, rest: &'t str) -> Option<&'t str> {
    let rest = rest.strip_prefix([' ', '\n'])?.strip_prefix('(')?;
    // No search to the end of the text: brackets may stay open.
    let end = rest.bytes().take(LONGEST_BRACKET).position(|b| b == b')')?;
    let short = names::without_article(&rest[..end]);
    let short = short.trim_matches(['"', '“', '”', '\'', '‘', '’']);
    let initial = names::without_article(name).chars().next();
    (is_acronym(short) && short.chars().next() == initial).then_some(short)
}

fn is_acronym(word: &str) -> bool {
    (SHORTEST_ACRONYM..=LONGEST_ACRONYM).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_mean_nothing_else_is_carried() {
        for (name, votes, expected) in [
            ("Harbor Data Authority", &[(ORG, 1)][..], Some(ORG)),
            ("HDA", &[(ORG, 1)], Some(ORG)),
            ("HD", &[(ORG, 5)], None),
            ("URGENT NEWS", &[("PRODUCT", 2)], None),
            ("Harbor", &[(ORG, 5)], None),
            ("Anna Berg", &[(ORG, 1)], None),
            ("Anna Berg", &[(ORG, 2)], Some(ORG)),
            ("Anna Berg", &[(ORG, 2), (PERSON, 2)], None),
            ("Anna Berg", &[(ORG, 1), (PERSON, 2)], Some(PERSON)),
            ("Port Dorn", &[(GPE, 1)], Some(GPE)),
            ("the port", &[(GPE, 1)], None),
        ] {
            let votes = votes.iter().copied().collect();
            assert_eq!(elected(name, &votes), expected, "{name}");
        }
    }

    #[test]
    fn an_acronym_is_defined_in_brackets() {
        for (rest, expected) in [
            (" (HDA) said", Some("HDA")),
            (" (the “HDA”)", Some("HDA")),
            (" (2019)", None),
            (" (Harbor)", None),
            (" said (HDA)", None),
            (" (HDA", None),
            (" (XYZ)", None),
        ] {
            let found = acronym_behind("the Harbor Data Authority", rest);
            assert_eq!(found, expected, "{rest}");
        }
    }
}
