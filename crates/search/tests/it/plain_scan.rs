//! A careful reading: every document is read word by word, with none of the index's shortcuts. The tokens,
//! stems, distances and patterns are written a second time here, as plainly as can be.

use std::collections::{BTreeSet, HashMap};

use frostem::{Algorithm, Stemmer};
use onrecord_record::DocumentId;
use onrecord_search::{Condition, Field, Match, Pattern, Query, Scope, Word};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::corpus::Document;

/// All documents as numbers of words.
pub struct Scan {
    vocabulary: Vec<String>,
    documents: Vec<Read>,
}

struct Read {
    id: DocumentId,
    date: Option<i64>,
    values: HashMap<Scope, Vec<Vec<usize>>>,
}

impl Scan {
    pub fn new(documents: &[Document]) -> Self {
        let mut numbers = HashMap::new();
        let mut vocabulary = Vec::new();
        let documents = documents.iter().map(|document| {
            let mut values: HashMap<Scope, Vec<Vec<usize>>> = HashMap::new();
            for (scope, value) in values_of(document) {
                let words = words_of(&value).into_iter().map(|word| {
                    *numbers.entry(word.clone()).or_insert_with(|| {
                        vocabulary.push(word);
                        vocabulary.len() - 1
                    })
                });
                let words = words.collect();
                values.entry(scope).or_default().push(words);
            }
            let (id, date) = (document.id(), document.date);
            Read { id, date, values }
        });
        let documents = documents.collect();
        Self {
            vocabulary,
            documents,
        }
    }

    pub fn hits(&self, query: &Query) -> BTreeSet<DocumentId> {
        let mut known = HashMap::new();
        self.learn(query.root(), &mut known);
        let documents = self.documents.iter();
        let hits = documents.filter(|document| fulfills(document, query.root(), &known));
        hits.map(|document| document.id).collect()
    }

    /// Finds out for each word of the query which words of the vocabulary it matches.
    fn learn(&self, condition: &Condition, known: &mut HashMap<Word, Vec<bool>>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| self.learn(part, known));
            }
            Condition::Not(inner) => self.learn(inner, known),
            Condition::Text(_, pattern) => self.learn_pattern(pattern, known),
            Condition::Everything
            | Condition::Present(_)
            | Condition::Date(_)
            | Condition::Entity { .. } => {}
        }
    }

    fn learn_pattern(&self, pattern: &Pattern, known: &mut HashMap<Word, Vec<bool>>) {
        let mut learn = |word: &Word| {
            let matches = self
                .vocabulary
                .iter()
                .map(|other| word_matches(word, other))
                .collect();
            known.insert(word.clone(), matches);
        };
        match pattern {
            Pattern::Word(word) => learn(word),
            Pattern::Phrase(words) => words.iter().for_each(learn),
            Pattern::Any(patterns) => patterns
                .iter()
                .for_each(|part| self.learn_pattern(part, known)),
            Pattern::Near { left, right, .. } => {
                self.learn_pattern(left, known);
                self.learn_pattern(right, known);
            }
        }
    }
}

fn values_of(document: &Document) -> Vec<(Scope, String)> {
    let mut values = Vec::new();
    let mut field = |field, value: &str| values.push((Scope::Field(field), value.to_owned()));
    document
        .from
        .iter()
        .for_each(|value| field(Field::From, value));
    document.to.iter().for_each(|value| field(Field::To, value));
    field(Field::Subject, &document.title);
    field(Field::Type, document.kind);
    document
        .media_type
        .iter()
        .for_each(|value| field(Field::Type, value));
    field(Field::Path, &document.path);
    field(Field::Custodian, document.custodian);
    document
        .language
        .iter()
        .for_each(|value| field(Field::Language, value));
    document
        .tags
        .iter()
        .for_each(|value| field(Field::Tag, value));
    if document.has_attachment {
        field(Field::Has, "attachment");
    }
    let shared = [Field::From, Field::To, Field::Subject].map(Scope::Field);
    let everywhere: Vec<String> = values
        .iter()
        .filter(|(scope, _)| shared.contains(scope))
        .map(|(_, value)| value.clone())
        .chain(document.texts.iter().cloned())
        .collect();
    values.extend(
        everywhere
            .into_iter()
            .map(|value| (Scope::Everywhere, value)),
    );
    let headers = document.headers.iter();
    values.extend(headers.map(|(name, value)| (Scope::Header(name.to_lowercase()), value.clone())));
    values
}

fn fulfills(document: &Read, condition: &Condition, known: &HashMap<Word, Vec<bool>>) -> bool {
    match condition {
        Condition::Everything => true,
        Condition::All(parts) => parts.iter().all(|part| fulfills(document, part, known)),
        Condition::Any(parts) => parts.iter().any(|part| fulfills(document, part, known)),
        Condition::Not(inner) => !fulfills(document, inner, known),
        Condition::Date(range) => document.date.is_some_and(|date| {
            let (first, last) = range.seconds();
            first <= date && date <= last
        }),
        Condition::Entity { documents, .. } => documents.contains(&document.id),
        Condition::Present(scope) => {
            let values = document.values.get(scope);
            values.is_some_and(|values| values.iter().any(|words| !words.is_empty()))
        }
        Condition::Text(scope, pattern) => {
            let values = document.values.get(scope);
            values.is_some_and(|values| {
                values
                    .iter()
                    .any(|words| !places(pattern, words, known).is_empty())
            })
        }
    }
}

/// First and last word of every match.
fn places(
    pattern: &Pattern,
    words: &[usize],
    known: &HashMap<Word, Vec<bool>>,
) -> BTreeSet<(usize, usize)> {
    let is = |word: &Word, at: usize| at < words.len() && known[word][words[at]];
    match pattern {
        Pattern::Word(word) => (0..words.len())
            .filter(|&at| is(word, at))
            .map(|at| (at, at))
            .collect(),
        Pattern::Phrase(phrase) => (0..words.len())
            .filter(|at| {
                phrase
                    .iter()
                    .enumerate()
                    .all(|(offset, word)| is(word, at + offset))
            })
            .map(|at| (at, at + phrase.len() - 1))
            .collect(),
        Pattern::Any(patterns) => patterns
            .iter()
            .flat_map(|part| places(part, words, known))
            .collect(),
        Pattern::Near {
            left,
            right,
            within,
        } => {
            let (left, right) = (places(left, words, known), places(right, words, known));
            let mut near = BTreeSet::new();
            for one in &left {
                for other in &right {
                    let (earlier, later) = if one < other {
                        (one, other)
                    } else {
                        (other, one)
                    };
                    if later.0 > earlier.1 && later.0 - earlier.1 <= *within as usize {
                        near.insert((earlier.0, earlier.1.max(later.1)));
                    }
                }
            }
            near
        }
    }
}

fn word_matches(word: &Word, other: &str) -> bool {
    match word.how {
        Match::Exact => word.token == other,
        Match::Prefix => other.starts_with(&word.token),
        Match::Fuzzy(edits) => distance(&word.token, other) <= usize::from(edits),
        Match::Stem => {
            let stemmer = Stemmer::new(Algorithm::English);
            let plain = other.chars().all(|c| c.is_ascii_lowercase());
            plain && stemmer.stem(other) == stemmer.stem(&word.token)
        }
    }
}

/// Inserted, deleted, replaced letters and swapped neighbors (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
    for row in 0..=one.len() {
        for column in 0..=other.len() {
            table[row][column] = if row == 0 || column == 0 {
                row.max(column)
            } else {
                let replaced = usize::from(one[row - 1] != other[column - 1]);
                let least = (table[row - 1][column] + 1).min(table[row][column - 1] + 1);
                let least = least.min(table[row - 1][column - 1] + replaced);
                let swapped = row > 1
                    && column > 1
                    && one[row - 1] == other[column - 2]
                    && one[row - 2] == other[column - 1];
                if swapped {
                    least.min(table[row - 2][column - 2] + 1)
                } else {
                    least
                }
            };
        }
    }
    table[one.len()][other.len()]
}

/// The words of a text: letters and digits, folded; a character each for Chinese and Japanese.
pub fn words_of(text: &str) -> Vec<String> {
    let text: Vec<char> = text
        .chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'))
        .collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let single = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '¼' | '½' | '¾');
        let in_word = |c: char| (c.is_alphanumeric() || is_combining_mark(c)) && !single(c);
        if single(text[at]) {
            words.push(text[at].to_string());
            at += 1;
            continue;
        }
        let start = at;
        while at < text.len() && in_word(text[at]) {
            at += 1;
        }
        let mut word: String = text[start..at].iter().collect();
        let digits = |from: usize, to: usize| {
            text.get(from..to)
                .is_some_and(|part| part.iter().all(char::is_ascii_digit))
        };
        if (1..=3).contains(&(at - start)) && digits(start, at) {
            while text.get(at) == Some(&',')
                && digits(at + 1, at + 4)
                && text.get(at + 4).is_none_or(|c| !in_word(*c) && !single(*c))
            {
                word.extend(&text[at + 1..at + 4]);
                at += 4;
            }
        }
        let folded = fold(&word);
        let skip = folded.is_empty();
        if !skip {
            words.push(folded);
        }
        let possessive = matches!(text.get(at), Some('\'' | '’'))
            && matches!(text.get(at + 1), Some('s' | 'S'))
            && text.get(at + 2).is_none_or(|c| !in_word(*c) && !single(*c));
        if possessive && !skip {
            at += 2;
        } else if at == start {
            at += 1;
        }
    }
    words
}

fn fold(word: &str) -> String {
    let lower: String = word
        .to_lowercase()
        .nfkd()
        .collect::<String>()
        .to_lowercase();
    let plain = lower.nfc().collect::<String>();
    let mut folded = String::new();
    for c in plain.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}
