//! The names of a text: what the recognizer found, and what the form of a message shows.
//!
//! A recognizer trained on news does badly where there are no sentences. There the form says more:
//! what stands before an address in a header, below a farewell, after "Dear" or "Mr" is a person.
//! What the form shows in one place of a text then holds for all of it.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_entities::Name;
use onrecord_language::{TextKind, Token, filter_mentions};
use onrecord_record::{SegmentKind, Span};

use super::technical::Technical;
use super::{AnnotatedSegment, bounds, carried, form, words};

pub(super) const PERSON: &str = "PERSON";
pub(super) const ORG: &str = "ORG";
pub(super) const GPE: &str = "GPE";
pub(super) const FAC: &str = "FAC";
/// Labels that one text gives to one name by mistake for another.
const CONFUSED: &[&str] = &[
    PERSON,
    "PER",
    ORG,
    "GPE",
    "LOC",
    FAC,
    "NORP",
    "PRODUCT",
    "WORK_OF_ART",
];

/// A name in the view of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) label: String,
    /// Whether the form of the text shows it, and not the recognizer alone.
    pub(super) is_shown: bool,
}

impl Found {
    /// A name shown by the form: `name` is a part of `view`.
    pub(super) fn shown(view: &str, name: &str, label: &str) -> Self {
        let start = name.as_ptr() as usize - view.as_ptr() as usize;
        Self {
            start,
            end: start + name.len(),
            label: label.to_owned(),
            is_shown: true,
        }
    }

    pub(super) fn text<'t>(&self, view: &'t str) -> &'t str {
        &view[self.start..self.end]
    }

    fn name(self) -> Name {
        Name {
            span: Span::new(self.start as u32, self.end as u32),
            label: self.label,
        }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The names worth showing of each segment, in the order of its view.
pub(super) fn names(segments: &[AnnotatedSegment]) -> Vec<Vec<Name>> {
    let mut found: Vec<Vec<Found>> = Vec::with_capacity(segments.len());
    let mut signature = form::SignatureReader::default();
    let mut header = form::HeaderReader::default();
    for segment in segments {
        let view = segment.segment.view.text();
        let shown = match segment.segment.kind {
            SegmentKind::Signature => signature.read(view),
            SegmentKind::Header => header.read(view),
            SegmentKind::Prose | SegmentKind::Quote => form::running(view),
            SegmentKind::Cell => Vec::new(),
        };
        if segment.segment.kind != SegmentKind::Signature {
            signature = form::SignatureReader::default();
        }
        if segment.segment.kind != SegmentKind::Header {
            header = form::HeaderReader::default();
        }
        let is_complete = segment.segment.kind == SegmentKind::Header && header.is_complete();
        let recognized = if is_complete {
            Vec::new()
        } else {
            recognized(segment)
        };
        found.push(merged(shown, recognized));
    }
    let technical = Technical::of(segments);
    for (segment, found) in segments.iter().zip(&mut found) {
        let view = segment.segment.view.text();
        found.retain(|name| name.is_shown || !technical.is_thing(name.text(view), &name.label));
    }
    let found = well_bounded(segments, found);
    let mut known = Known::of(segments, &found);
    if !technical.is_technical() {
        for (name, label) in carried::names(segments, &found) {
            known.add_recognized(name, label);
        }
    }
    let known_everywhere = segments.iter().zip(found).map(|(segment, mut found)| {
        known.apply(segment, &mut found);
        found.into_iter().map(Found::name).collect()
    });
    known_everywhere.collect()
}

/// The names of running text with their bounds mended.
fn well_bounded(segments: &[AnnotatedSegment], found: Vec<Vec<Found>>) -> Vec<Vec<Found>> {
    let is_running = |kind: SegmentKind| matches!(kind, SegmentKind::Prose | SegmentKind::Quote);
    let mut alone = bounds::Alone::default();
    for (segment, found) in segments.iter().zip(&found) {
        for name in found {
            alone.add(name.text(segment.segment.view.text()), &name.label);
        }
    }
    let mended = segments.iter().zip(found).map(|(segment, found)| {
        if is_running(segment.segment.kind) {
            bounds::mended(segment.segment.view.text(), found, &alone)
        } else {
            found
        }
    });
    mended.collect()
}

/// What the recognizer found, less what is no name, without greetings and titles.
fn recognized(segment: &AnnotatedSegment) -> Vec<Found> {
    let view = segment.segment.view.text();
    let kind = match segment.segment.kind {
        SegmentKind::Prose | SegmentKind::Quote => TextKind::Prose,
        SegmentKind::Header | SegmentKind::Signature | SegmentKind::Cell => TextKind::Lines,
    };
    let mentions = filter_mentions(&segment.annotated, view, kind).into_iter();
    mentions
        .filter_map(|mention| {
            let label = segment.annotated.label(mention.label);
            let name = &view[mention.start as usize..mention.end as usize];
            let found = Found {
                is_shown: false,
                ..Found::shown(view, name, label)
            };
            if CONFUSED.contains(&label) {
                refined(view, found, kind)
            } else {
                Some(found)
            }
        })
        .collect()
}

fn refined(view: &str, mut found: Found, kind: TextKind) -> Option<Found> {
    let mut name = found.text(view);
    // A full name ends with its line; half of one may go on in the next.
    let is_label = view[found.end..].starts_with([':', '.']);
    if let Some((line, _)) = name.split_once('\n')
        && (line.split_whitespace().count() > 1 || is_label)
    {
        name = line.trim_end();
    }
    // A list goes on behind a dash, and a sentence behind a possessive.
    name = name.split(" - ").next().unwrap_or(name).trim_end();
    if found.label == PERSON {
        let ending = ["'s", "’s"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending));
        name = ending.unwrap_or(name);
    }
    let greeted = name
        .split_once(' ')
        .filter(|(word, _)| words::is_in(words::GREETINGS, word));
    let untitled = words::without_title(greeted.map_or(name, |(_, rest)| rest.trim_start()));
    if untitled.len() < name.len() && found.label != "LAW" {
        let is_greeted = greeted.is_some();
        name = untitled;
        if is_greeted || words::may_be_person(name) {
            found.label = PERSON.to_owned();
        }
    }
    let last = name.split_whitespace().next_back()?;
    if found.label != "GPE" && words::is_in(words::PLACES, last) {
        let start = name.as_ptr() as usize - view.as_ptr() as usize;
        // "House", of which the recognizer left the first half out.
        if last.len() == name.len() {
            name = with_word_before(view, start, name);
        }
        if kind == TextKind::Lines || is_address(view, name) {
            found.label = FAC.to_owned();
        }
    }
    // "Anna Berg, a partner at Harbor" between quotations is taken for a title of a work.
    if matches!(found.label.as_str(), "WORK_OF_ART" | "PRODUCT" | FAC)
        && name.contains(' ')
        && words::may_be_person(name)
        && form::goes_on_as_person(&view[found.end..])
    {
        found.label = PERSON.to_owned();
    }
    if found.label == PERSON && words::names_organization(name) {
        found.label = ORG.to_owned();
    }
    let is_office = name.split_whitespace().all(|word| {
        matches!(word, "&" | "and" | "of")
            || [words::ROLES, words::TITLES]
                .iter()
                .any(|list| words::is_in(*list, word))
    });
    // Half of a longer word: `Harbor` in `Harbor-users`.
    let start = name.as_ptr() as usize - view.as_ptr() as usize;
    let rest = &view[start + name.len()..];
    let is_half = rest.strip_prefix('-').is_some_and(|rest| {
        let half = rest.split(|c: char| !c.is_alphanumeric()).next();
        half.is_some_and(|half| {
            words::is_machine(half) || half.starts_with(|c: char| c.is_ascii_digit())
        })
    });
    if is_office || is_half || name.is_empty() {
        return None;
    }
    Some(Found {
        is_shown: false,
        ..Found::shown(view, name, &found.label.clone())
    })
}

/// Whether an address goes on behind a name: ", 4 The Square", ", Port Dorn".
fn is_address(view: &str, name: &str) -> bool {
    let end = name.as_ptr() as usize - view.as_ptr() as usize + name.len();
    view[end..]
        .strip_prefix(", ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase()))
}

/// A name with the capitalized word before it.
fn with_word_before<'t>(view: &'t str, start: usize, name: &'t str) -> &'t str {
    let Some(before) = view[..start].strip_suffix(' ') else {
        return name;
    };
    let word = before
        .rsplit(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default();
    let is_name = word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic);
    if is_name {
        &view[start - 1 - word.len()..start + name.len()]
    } else {
        name
    }
}

/// Both kinds in the order of the text; where they meet, the form wins.
fn merged(mut shown: Vec<Found>, recognized: Vec<Found>) -> Vec<Found> {
    shown.sort_by_key(|name| name.start);
    let mut all: Vec<Found> = Vec::with_capacity(shown.len() + recognized.len());
    for name in shown {
        if all.last().is_none_or(|last| !last.overlaps(&name)) {
            all.push(name);
        }
    }
    let apart: Vec<Found> = recognized
        .into_iter()
        .filter(|name| overlapping(&all, name).next().is_none())
        .collect();
    all.extend(apart);
    all.sort_by_key(|name| name.start);
    all
}

/// Those of `names`, which stand in the order of the text and apart, that overlap one.
fn overlapping<'a>(names: &'a [Found], name: &'a Found) -> impl Iterator<Item = &'a Found> {
    let first = names.partition_point(|other| other.end <= name.start);
    let rest = names[first..].iter();
    rest.take_while(|other| other.start < name.end)
}

/// What the form shows of a text's names, by their words.
#[derive(Debug, Default)]
struct Known {
    /// Whole names with their labels.
    whole: BTreeMap<String, &'static str>,
    /// First names and surnames of people.
    parts: BTreeSet<String>,
    /// Surnames of those whose full name the text has.
    surnames: BTreeSet<String>,
    /// Words of the longest whole name.
    longest: usize,
    /// Words with which the whole names begin, so that most words need no closer look.
    begins: BTreeSet<String>,
}

/// Names of which the other occurrences are looked for, at most: lists of recipients are long.
const MOST_KNOWN: usize = 2_000;
/// A shorter part of a name is an initial or a common word.
const SHORTEST_PART: usize = 3;

impl Known {
    fn of(segments: &[AnnotatedSegment], found: &[Vec<Found>]) -> Self {
        let mut known = Self::default();
        for (segment, found) in segments.iter().zip(found) {
            for name in found {
                let text = name.text(segment.segment.view.text());
                let is_sure = name.is_shown
                    || name.label == PERSON && text.contains(' ') && words::may_be_person(text);
                if is_sure && known.whole.len() < MOST_KNOWN {
                    known.add(text, &name.label, name.is_shown);
                }
            }
        }
        known
    }

    /// A name that the recognizer alone found: what the form shows stays.
    fn add_recognized(&mut self, name: String, label: &'static str) {
        if self.whole.len() < MOST_KNOWN && !self.whole.contains_key(&name) {
            let begin = name.split(' ').next().unwrap_or_default();
            self.begins.insert(beginning(begin).to_owned());
            self.longest = self.longest.max(name.split(' ').count());
            self.whole.insert(name, label);
        }
    }

    fn add(&mut self, name: &str, label: &str, is_shown: bool) {
        let label = [PERSON, ORG].into_iter().find(|known| *known == label);
        let Some(label) = label else { return };
        let words: Vec<&str> = name.split_whitespace().collect();
        self.longest = self.longest.max(words.len());
        let begin = words.first().map(|word| beginning(word).to_owned());
        self.begins.extend(begin);
        if is_shown || !self.whole.contains_key(&words.join(" ")) {
            self.whole.insert(words.join(" "), label);
        }
        if label == PERSON {
            let n_words = words.len();
            for (at, word) in words.into_iter().enumerate() {
                let word = word.trim_matches([',', '.']);
                let is_capitalized = word.chars().next().is_some_and(|c| !c.is_lowercase());
                if word.chars().count() >= SHORTEST_PART && is_capitalized {
                    self.parts.insert(word.to_owned());
                    if at > 0 && at + 1 == n_words {
                        self.surnames.insert(word.to_owned());
                    }
                }
            }
        }
    }

    /// Gives known names their label wherever they stand, and finds those that the recognizer missed.
    fn apply(&self, segment: &AnnotatedSegment, found: &mut Vec<Found>) {
        let view = segment.segment.view.text();
        for name in found.iter_mut().filter(|name| !name.is_shown) {
            if CONFUSED.contains(&name.label.as_str())
                && let Some(label) = self.label_in(name.text(view))
            {
                name.label = label.to_owned();
                name.is_shown = true;
            }
        }
        if self.whole.is_empty() || segment.segment.kind == SegmentKind::Header {
            return;
        }
        let more = self.missed(segment, found);
        found.retain(|name| name.is_shown || overlapping(&more, name).next().is_none());
        found.extend(more);
        found.sort_by_key(|name| name.start);
    }

    /// The label of a name as the recognizer cuts it: with the article, where it is no person's.
    fn label_in(&self, name: &str) -> Option<&'static str> {
        let bare = without_article(name);
        let label = self.label_of(bare)?;
        (bare.len() == name.len() || label != PERSON).then_some(label)
    }

    fn label_of(&self, name: &str) -> Option<&'static str> {
        let joined = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = self.whole.get(&joined).copied();
        if whole.is_some() || self.parts.contains(&joined) {
            return whole.or(Some(PERSON));
        }
        // "Anna Berg", of whom the text says "Ms Berg" elsewhere.
        let (first, last) = joined.rsplit_once(' ')?;
        let is_full =
            self.parts.contains(last) && !first.contains(' ') && words::may_be_person(&joined);
        is_full.then_some(PERSON)
    }

    /// Whether a surname that the tagger takes for another word stands as a name: alone, before a verb.
    fn is_surname_here(&self, segment: &AnnotatedSegment, at: usize, word: &str) -> bool {
        let (view, annotated) = (segment.segment.view.text(), &segment.annotated);
        let tokens = annotated.tokens();
        let precedes_verb = || {
            let next = tokens.get(at + 1).map(|token| annotated.label(token.pos));
            matches!(next, Some("VERB" | "AUX"))
        };
        // "Early" of "Early Access" is a part of another name.
        let is_cased = |at: usize| {
            let token = tokens.get(at).filter(|token| !token.starts_sentence)?;
            let text = view.get(token.start as usize..token.end as usize)?;
            Some(text.starts_with(char::is_uppercase))
        };
        let stands_alone =
            is_cased(at + 1) != Some(true) && at.checked_sub(1).and_then(is_cased) != Some(true);
        self.surnames.contains(word) && stands_alone && precedes_verb()
    }

    /// Whether a known name may begin with the first of these tokens.
    fn may_begin(&self, view: &str, tokens: &[Token]) -> bool {
        let text = |token: &Token| view.get(token.start as usize..token.end as usize);
        let mut words = tokens.iter().filter_map(text);
        let is_first = words.next().is_some_and(|word| {
            let begin = beginning(word);
            !begin.is_empty() && (self.begins.contains(begin) || self.parts.contains(word))
        });
        is_first || words.next().is_some_and(|word| self.parts.contains(word))
    }

    /// Known names among the words of a segment: the longest first, and parts of people's names
    /// where the tagger takes them for names.
    fn missed(&self, segment: &AnnotatedSegment, found: &[Found]) -> Vec<Found> {
        let view = segment.segment.view.text();
        let annotated = &segment.annotated;
        let tokens = annotated.tokens();
        let longest = self.longest.min(LONGEST);
        let mut more: Vec<Found> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let start = tokens[at].start as usize;
            let is_proper = annotated.label(tokens[at].pos) == "PROPN";
            if !self.may_begin(view, &tokens[at..]) {
                at += 1;
                continue;
            }
            let hit = (1..=2 * longest.max(2)).rev().find_map(|n| {
                let last = tokens.get(at + n - 1)?;
                let words = view.get(start..last.end as usize)?;
                let label = self.label_of(words)?;
                // A name of two words is none over the end of a paragraph.
                let is_whole = words.trim().len() == words.len() && !words.contains("\n\n");
                let is_proper = is_proper && annotated.label(last.pos) == "PROPN";
                let is_name = is_proper
                    || self.whole.contains_key(words)
                    || n == 1 && self.is_surname_here(segment, at, words);
                (is_whole && is_name).then_some((n, last.end as usize, label))
            });
            let Some((n, end, label)) = hit else {
                at += 1;
                continue;
            };
            let name = Found::shown(view, &view[start..end], label);
            let is_taken = overlapping(found, &name).any(|other| other.is_shown || n == 1);
            if !is_taken {
                more.push(name);
            }
            at += n;
        }
        more
    }
}

/// A name as it is known: the recognizer takes articles for a part of it.
pub(super) fn without_article(name: &str) -> &str {
    let articles = ["the ", "The "];
    let bare = articles
        .iter()
        .find_map(|article| name.strip_prefix(article));
    bare.unwrap_or(name)
}

/// The first part of a word, as tokens are cut.
fn beginning(word: &str) -> &str {
    word.split([',', '\'', '’', '-', '.'])
        .next()
        .unwrap_or_default()
}

/// Words of a known name, at most.
const LONGEST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(start: usize, end: usize, is_shown: bool) -> Found {
        Found {
            start,
            end,
            label: PERSON.to_owned(),
            is_shown,
        }
    }

    #[test]
    fn where_names_meet_the_form_wins() {
        let shown = vec![found(10, 14, true), found(0, 4, true), found(12, 16, true)];
        let recognized = vec![found(2, 8, false), found(5, 9, false), found(13, 20, false)];
        let spans: Vec<_> = merged(shown, recognized)
            .iter()
            .map(|name| (name.start, name.end))
            .collect();
        assert_eq!(spans, [(0, 4), (5, 9), (10, 14)]);
    }

    #[test]
    fn what_the_form_shows_once_holds_for_parts_and_whole() {
        let mut known = Known::default();
        known.add("Anna Berg", PERSON, true);
        known.add("Harbor for All", ORG, true);
        for (name, label) in [
            ("Anna Berg", Some(PERSON)),
            ("Anna\nBerg", Some(PERSON)),
            ("Berg", Some(PERSON)),
            ("Carl Berg", Some(PERSON)),
            ("Harbor for All", Some(ORG)),
            ("Harbor", None),
            ("Berg Office", None),
        ] {
            assert_eq!(known.label_of(name), label, "{name}");
        }
    }

    #[test]
    fn titles_line_ends_and_halves_of_words_are_no_part_of_a_name() {
        for (view, end, kind, expected) in [
            ("Ms Berg", 7, TextKind::Prose, Some("Berg")),
            ("Dear Ms Berg", 12, TextKind::Prose, Some("Berg")),
            ("Anna Berg\nFounder", 17, TextKind::Prose, Some("Anna Berg")),
            ("Anna\nBerg", 9, TextKind::Prose, Some("Anna\nBerg")),
            ("Anna Berg's", 11, TextKind::Prose, Some("Anna Berg")),
            ("Harbor - Most", 13, TextKind::Prose, Some("Harbor")),
            ("Harbor-users", 6, TextKind::Prose, None),
            ("Finance Director", 16, TextKind::Lines, None),
        ] {
            let refined = refined(view, found(0, end, false), kind);
            assert_eq!(
                refined.as_ref().map(|name| name.text(view)),
                expected,
                "{view}"
            );
        }
    }
}
