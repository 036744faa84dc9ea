//! Where in a text a query matches, and the stretch of it that shows this best.

use std::collections::{BTreeSet, HashMap};

use onrecord_record::Span;

use crate::fields::Field;
use crate::levenshtein::Fuzzy;
use crate::query::{Condition, Match, Pattern, Query, Scope, Word};
use crate::spans::{Marks, Positions, Stretch, count, near_pairs, stretches};
use crate::stem::SameStem;
use crate::tokenize::for_each_token;

/// A stretch of a text that shows why it matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The stretch, its white space made single; `…` marks where text was left out.
    pub text: String,
    /// The matching words in `text`, in order, disjoint.
    pub highlights: Vec<Span>,
}

/// The words of `text` by which `query` matches when the text is searched by bare words:
/// every word of a matching pattern, in order, disjoint. What `NOT` forbids is not marked.
///
/// ```
/// use onrecord_search::{Query, highlight};
///
/// let text = "He paid the company. Payments were late.";
/// let query = Query::parse("payment AND \"the company\"").query;
/// let marked: Vec<&str> = highlight(&query, text).iter().map(|span| &text[span.range()]).collect();
/// assert_eq!(marked, ["the", "company", "Payments"]);
/// ```
#[must_use]
pub fn highlight(query: &Query, text: &str) -> Vec<Span> {
    highlight_in(query, &Scope::Everywhere, text)
}

/// As [`highlight`], for the text of one field or header; in the title, and the names of senders and
/// recipients, what bare words match is marked as well.
#[must_use]
pub fn highlight_in(query: &Query, scope: &Scope, text: &str) -> Vec<Span> {
    let reading = Reading::new(query, scope, text);
    let places: BTreeSet<u32> = reading.marks().into_iter().map(|mark| mark.place).collect();
    places
        .into_iter()
        .map(|place| reading.tokens[place as usize])
        .collect()
}

/// How often `query` matches in `text` when the text is searched by bare words: each place of a word or a
/// phrase once, whatever parts of the query find it, and of a `near` each match of its left side that has a
/// partner. What `NOT` forbids does not count.
///
/// ```
/// use onrecord_search::{Query, count_matches};
///
/// let text = "The gas price rose. Gas prices fell; the price of gas did not.";
/// let count = |query| count_matches(&Query::parse(query).query, text);
/// assert_eq!((count("\"gas price\""), count("gas OR gas*"), count("gas near/2 price")), (1, 3, 3));
/// ```
#[must_use]
pub fn count_matches(query: &Query, text: &str) -> u64 {
    let reading = Reading::new(query, &Scope::Everywhere, text);
    let mut places: BTreeSet<Stretch> = BTreeSet::new();
    let mut n_near = 0;
    let mut marks = Marks::default();
    for found in &reading.leaves {
        match found.pattern {
            Pattern::Near { .. } => {
                n_near += u64::from(count(found.pattern, &*found.places, &mut marks))
            }
            pattern => places.extend(stretches(pattern, &*found.places, &mut 0)),
        }
    }
    places.len() as u64 + n_near
}

/// The stretch of at most `max_len` bytes of `text` that shows most of the query, with its highlights.
/// Where nothing matches, it is the beginning.
#[must_use]
pub fn snippet(query: &Query, text: &str, max_len: usize) -> Snippet {
    let reading = Reading::new(query, &Scope::Everywhere, text);
    let marks = reading.marks();
    let spans: Vec<Span> = marks
        .iter()
        .map(|mark| reading.tokens[mark.place as usize])
        .collect();
    let (first, last) = best_window(&marks, &spans, max_len);
    let shown = &spans[first..last];
    let (start, end) = match (shown.first(), shown.last()) {
        (Some(first), Some(last)) => window(text, first.range().start, last.range().end, max_len),
        _ => window(text, 0, 0, max_len),
    };
    lay_out(text, start, end, shown)
}

/// A word of the text that takes part in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    /// Which word of the text.
    place: u32,
    /// By which part of the query.
    leaf: usize,
}

/// A text with the places of the query's words in it.
struct Reading<'q> {
    tokens: Vec<Span>,
    leaves: Vec<Found<'q>>,
}

struct Found<'q> {
    pattern: &'q Pattern,
    places: Vec<Vec<u32>>,
}

impl Positions for [Vec<u32>] {
    fn of_word(&self, word: usize) -> &[u32] {
        &self[word]
    }
}

impl<'q> Reading<'q> {
    fn new(query: &'q Query, scope: &Scope, text: &str) -> Self {
        let mut patterns = Vec::new();
        positive_patterns(query.root(), scope, true, &mut patterns);
        let mut sought = Sought::default();
        let mut leaves = Vec::with_capacity(patterns.len());
        for (leaf, pattern) in patterns.into_iter().enumerate() {
            let mut words = Vec::new();
            pattern.words(&mut words);
            let places = vec![Vec::new(); words.len()];
            leaves.push(Found { pattern, places });
            for (word, sought_word) in words.into_iter().enumerate() {
                sought.add(sought_word, (leaf, word));
            }
        }
        let mut tokens = Vec::new();
        for_each_token(text, |token, start, end| {
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
                return;
            };
            let place = tokens.len() as u32;
            tokens.push(Span::new(start, end));
            sought.for_each_match(token, |(leaf, word)| leaves[leaf].places[word].push(place));
        });
        Self { tokens, leaves }
    }

    /// Every word that takes part in a match, in order.
    fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (leaf, found) in self.leaves.iter().enumerate() {
            let mut places = Vec::new();
            mark(found.pattern, &found.places, None, &mut places);
            marks.extend(places.into_iter().map(|place| Mark { place, leaf }));
        }
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// Words of patterns, found by tokens.
#[derive(Default)]
struct Sought {
    exact: HashMap<String, Vec<Id>>,
    /// What begins with a byte that is known, by that byte.
    by_start: HashMap<u8, Vec<(Finder, Id)>>,
    others: Vec<(Finder, Id)>,
}

/// A leaf, and a word of its pattern.
type Id = (usize, usize);

enum Finder {
    Stem(SameStem),
    Prefix(String),
    Fuzzy(Fuzzy),
}

impl Sought {
    fn add(&mut self, word: &Word, id: Id) {
        let token = word.token.clone();
        let (start, finder) = match word.how {
            Match::Exact => return self.exact.entry(token).or_default().push(id),
            Match::Stem => {
                let same = SameStem::of(&token);
                (same.common_prefix().bytes().next(), Finder::Stem(same))
            }
            Match::Prefix => (token.bytes().next(), Finder::Prefix(token)),
            Match::Fuzzy(edits) => (None, Finder::Fuzzy(Fuzzy::new(&token, edits))),
        };
        match start {
            Some(start) => self.by_start.entry(start).or_default().push((finder, id)),
            None => self.others.push((finder, id)),
        }
    }

    fn for_each_match(&self, token: &str, mut each: impl FnMut(Id)) {
        if let Some(ids) = self.exact.get(token) {
            ids.iter().copied().for_each(&mut each);
        }
        let start = token.as_bytes().first();
        let by_start = start.and_then(|start| self.by_start.get(start));
        for (finder, id) in by_start.into_iter().flatten().chain(&self.others) {
            let matches = match finder {
                Finder::Stem(same) => same.matches(token),
                Finder::Prefix(start) => token.starts_with(start),
                Finder::Fuzzy(fuzzy) => fuzzy.matches(token),
            };
            if matches {
                each(*id);
            }
        }
    }
}

fn positive_patterns<'q>(
    condition: &'q Condition,
    shown: &Scope,
    positive: bool,
    out: &mut Vec<&'q Pattern>,
) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                positive_patterns(part, shown, positive, out);
            }
        }
        Condition::Not(inner) => positive_patterns(inner, shown, !positive, out),
        Condition::Text(scope, pattern) if positive => {
            if scope == shown || *scope == Scope::Everywhere && is_part_of_everywhere(shown) {
                out.push(pattern);
            }
        }
        Condition::Text(..)
        | Condition::Everything
        | Condition::Present(_)
        | Condition::Date(_)
        | Condition::Entity { .. } => {}
    }
}

fn is_part_of_everywhere(scope: &Scope) -> bool {
    let fields = [
        Field::Subject,
        Field::From,
        Field::To,
        Field::Cc,
        Field::Bcc,
    ];
    matches!(scope, Scope::Field(field) if fields.contains(field))
}

/// Adds the places of all words that take part in matches of `pattern`, or in those that are `wanted`.
/// Returns how many words the pattern has.
fn mark(
    pattern: &Pattern,
    places: &[Vec<u32>],
    wanted: Option<&BTreeSet<Stretch>>,
    out: &mut Vec<u32>,
) -> usize {
    let is_wanted = |found: &Stretch| wanted.is_none_or(|wanted| wanted.contains(found));
    match pattern {
        Pattern::Word(_) | Pattern::Phrase(_) => {
            let found = stretches(pattern, places, &mut 0);
            for (first, last) in found.into_iter().filter(is_wanted) {
                out.extend(first..=last);
            }
            n_words(pattern)
        }
        Pattern::Any(patterns) => {
            let parts = patterns.iter();
            parts.fold(0, |before, part| {
                before + mark(part, &places[before..], wanted, out)
            })
        }
        Pattern::Near {
            left,
            right,
            within,
        } => {
            let before = n_words(left);
            let (left_places, right_places) = places.split_at(before);
            let ones = stretches(left, left_places, &mut 0);
            let others = stretches(right, right_places, &mut 0);
            let (mut in_left, mut in_right) = (BTreeSet::new(), BTreeSet::new());
            near_pairs(&ones, &others, *within, |one, other| {
                if is_wanted(&(one.0.min(other.0), one.1.max(other.1))) {
                    in_left.insert(one);
                    in_right.insert(other);
                }
                true
            });
            mark(left, left_places, Some(&in_left), out);
            before + mark(right, right_places, Some(&in_right), out)
        }
    }
}

fn n_words(pattern: &Pattern) -> usize {
    let mut words = Vec::new();
    pattern.words(&mut words);
    words.len()
}

/// The marks, from one to before another, that fit in a window and show most parts of the query, then most marks.
fn best_window(marks: &[Mark], spans: &[Span], max_len: usize) -> (usize, usize) {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    let (mut end, mut best, mut best_worth) = (0, (0, 0), (0, 0));
    for start in 0..marks.len() {
        let from = spans[start].range().start;
        while end < marks.len() && (end == start || spans[end].range().end - from <= max_len) {
            *counts.entry(marks[end].leaf).or_default() += 1;
            end += 1;
        }
        let worth = (counts.len(), end - start);
        if worth > best_worth {
            (best, best_worth) = ((start, end), worth);
        }
        if let Some(count) = counts.get_mut(&marks[start].leaf) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&marks[start].leaf);
            }
        }
    }
    best
}

/// Widens a stretch to at most `max_len` bytes, more after it than before, and not within words.
fn window(text: &str, start: usize, end: usize, max_len: usize) -> (usize, usize) {
    let free = max_len.saturating_sub(end - start);
    let begin = floor_boundary(text, start.saturating_sub(free / 3));
    let until = floor_boundary(text, (begin + max_len).min(text.len())).max(start);
    let begin = match text[begin..start].find(char::is_whitespace) {
        Some(space) if begin > 0 => begin + space,
        _ => begin,
    };
    let tail_start = end.min(until);
    let until = match text[tail_start..until].rfind(char::is_whitespace) {
        Some(space) if until < text.len() => tail_start + space,
        _ => until,
    };
    (begin, until)
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Copies a stretch with single spaces, and moves the spans along. Spans are in order; what two parts of the
/// query share is there twice.
fn lay_out(text: &str, start: usize, end: usize, spans: &[Span]) -> Snippet {
    let mut out = String::with_capacity(end - start + 8);
    if !text[..start].trim().is_empty() {
        out.push('…');
    }
    let mut highlights: Vec<Span> = Vec::new();
    let mut spans = spans
        .iter()
        .filter(|span| span.range().end <= end)
        .peekable();
    let mut open = None;
    for (offset, c) in text[start..end].char_indices() {
        let at = start + offset;
        close(&mut open, at, &out, &mut highlights);
        while spans.next_if(|span| span.range().start < at).is_some() {}
        if c.is_whitespace() || c.is_control() {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
            continue;
        }
        if open.is_none()
            && let Some(span) = spans.next_if(|span| span.range().start == at)
        {
            open = Some((out.len(), span.range().end));
        }
        out.push(c);
    }
    close(&mut open, end, &out, &mut highlights);
    out.truncate(out.trim_end().len());
    if !text[end..].trim().is_empty() {
        out.push('…');
    }
    Snippet {
        text: out,
        highlights,
    }
}

fn close(open: &mut Option<(usize, usize)>, at: usize, out: &str, highlights: &mut Vec<Span>) {
    if let Some((from, until)) = *open
        && at >= until
    {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        highlights.push(Span::new(offset(from), offset(out.len())));
        *open = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let query = Query::parse(query).query;
        let mut shown = text.to_owned();
        for span in highlight(&query, text).iter().rev() {
            shown.insert(span.range().end, ']');
            shown.insert(span.range().start, '[');
        }
        shown
    }

    #[test]
    fn words_are_marked_by_all_ways_of_matching() {
        assert_eq!(
            marked("pay", "Pay, paid; paying payee"),
            "[Pay], paid; [paying] payee"
        );
        assert_eq!(marked("\"paying\"", "pay paying"), "pay [paying]");
        assert_eq!(
            marked("cafe*", "The Cafés’ cafeteria"),
            "The [Cafés]’ [cafeteria]"
        );
        assert_eq!(
            marked("kennet~", "Kenneth, Kenent, Ken"),
            "[Kenneth], [Kenent], Ken"
        );
        assert_eq!(marked("a -b from:c", "a b c"), "[a] b c");
    }

    #[test]
    fn only_words_that_take_part_are_marked() {
        assert_eq!(marked("\"x y\"", "x y x z y"), "[x] [y] x z y");
        assert_eq!(
            marked("a near/2 b", "a q q a q b q q b a"),
            "a q q [a] q [b] q q [b] [a]"
        );
        assert_eq!(
            marked(
                "(a near/1 b) near/2 (c OR \"d e\")",
                "b a x c. a b d d e. c e d"
            ),
            "[b] [a] x [c]. [a] [b] d [d] [e]. c e d"
        );
    }

    #[test]
    fn fields_mark_their_own_words() {
        let query = Query::parse("from:ken budget").query;
        let from = Scope::Field(Field::From);
        assert_eq!(highlight_in(&query, &from, "Ken Budget").len(), 2);
        assert_eq!(
            highlight_in(&query, &Scope::Field(Field::Path), "ken budget"),
            []
        );
        assert_eq!(highlight(&query, "Ken Budget").len(), 1);
    }

    fn snipped(query: &str, text: &str, len: usize) -> String {
        let found = snippet(&Query::parse(query).query, text, len);
        let mut shown = found.text.clone();
        for span in found.highlights.iter().rev() {
            shown.insert(span.range().end, ']');
            shown.insert(span.range().start, '[');
        }
        shown
    }

    #[test]
    fn snippets_show_where_most_of_the_query_is() {
        let text = "alpha at first.\n\n  Then much   else, and so on and on; at last\talpha with beta, the end of it all.";
        assert_eq!(
            snipped("alpha beta", text, 40),
            "… last [alpha] with [beta], the end of it…"
        );
        assert_eq!(snipped("alpha", text, 30), "[alpha] at first. Then much…");
        assert_eq!(snipped("date:2001", text, 20), "alpha at first.…");
        assert_eq!(snipped("z", "", 20), "");
        assert_eq!(snipped("alpha", "alpha", 2), "al…");
    }

    proptest! {
        #[test]
        fn snippets_of_any_text_hold_their_highlights(text in "([a-c é東]{0,3}[ \n\t\u{1}]?){0,60}", len in 0usize..80, query in "[a-cé東*~\" ]{0,8}") {
            let query = Query::parse(&query).query;
            let found = snippet(&query, &text, len);
            assert!(found.text.len() <= len + 6, "{found:?}");
            assert!(found.highlights.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let whole = highlight(&query, &text);
            assert!(found.highlights.len() <= whole.len());
            for span in found.highlights {
                let word = &found.text[span.range()];
                assert!(whole.iter().any(|span| &text[span.range()] == word), "{word}");
            }
        }

        #[test]
        fn any_text_can_be_marked(text in any::<String>(), query in any::<String>()) {
            let query = Query::parse(&query).query;
            assert!(highlight(&query, &text).iter().all(|span| text.get(span.range()).is_some()));
        }
    }
}
