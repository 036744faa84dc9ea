//! What of a statement's content is held against others.

use super::numbers::{DatePart, Number, Word, numbers_and_dates};
use super::row::StatementRow;
use super::side::Side;
use super::vocabulary::Vocabulary;
use crate::hash::{join, of_bytes, spread};
use crate::words::spans;

/// Words of a content that are read; what is longer is known by its beginning.
const MOST_WORDS: usize = 2_000;
/// Apart from terms, in one set of keys.
const ENTITY: u64 = 0x0e17_1714;
const NUMBER: u64 = 0x0ab3_0b3a;

/// A content in a comparable form.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Features {
    /// Content words outside of names, sorted, each once.
    pub(crate) terms: Box<[u64]>,
    /// Entities in the order of their first mention, each once.
    pub(crate) entities: Box<[u64]>,
    /// Numbers and amounts.
    pub(crate) numbers: Box<[Number]>,
    /// Dates.
    pub(crate) dates: Box<[DatePart]>,
    /// Numbers of the numbers' keys in the set; empty before the set is known.
    pub(crate) figures: Box<[u32]>,
    /// Whether the doer stands behind "by".
    pub(crate) is_passive: bool,
    /// Whether it points at what was said before, and says little itself.
    pub(crate) is_answer: bool,
    /// Whether its first content word judges ("untrue", "that account").
    pub(crate) judges: bool,
    /// Whether it says that something was looked for in vain.
    pub(crate) finds_nothing: bool,
    /// The same for contents of the same words, entities and numbers.
    pub(crate) wording: u64,
}

impl Features {
    /// Reads them from a statement, in linear time.
    pub(crate) fn of(row: &StatementRow) -> Self {
        let vocabulary = Vocabulary::shared();
        let read = Reading::of(row, vocabulary);
        let mut used = read.in_name.clone();
        let (numbers, dates) = numbers_and_dates(&read.words, vocabulary, &mut used);
        let free = || {
            read.words
                .iter()
                .zip(&used)
                .filter(|(_, used)| !**used)
                .map(|(word, _)| word)
        };
        let is_content = |word: &&Word<'_>| !vocabulary.is_stop(&word.text);
        let mut terms: Vec<u64> = free()
            .filter(is_content)
            .map(|word| vocabulary.term(&word.text))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        let mut entities: Vec<u64> = Vec::new();
        for mentioned in &row.entities {
            let key = entity_key(mentioned.entity.0);
            if !entities.contains(&key) && entities.len() < MOST_WORDS {
                entities.push(key);
            }
        }
        let content: Vec<&Word<'_>> = free().filter(is_content).collect();
        let own = content
            .iter()
            .filter(|word| !vocabulary.is_judging(&word.text))
            .count();
        let judges = content
            .first()
            .is_some_and(|word| vocabulary.is_judging(&word.text));
        let head = read.words.first().map_or("", |word| word.text.as_str());
        let definite = read.words.iter().any(|word| word.text == "the") && own <= 1;
        let points = vocabulary.is_pointing(head)
            || head == "the" && judges
            || definite
            || read
                .words
                .iter()
                .any(|word| vocabulary.is_pointing_anywhere(&word.text));
        let is_answer = points && own <= MOST_OF_AN_ANSWER && numbers.is_empty();
        let finds_nothing =
            vocabulary.says_absent(read.words.iter().map(|word| word.text.as_str()));
        let mut wording = wording(&terms, &entities, &numbers, &dates, read.is_passive);
        let telling = terms
            .iter()
            .filter(|&&term| !vocabulary.is_light(term))
            .count();
        if telling + entities.len() + numbers.len() < FEWEST {
            wording = spread(join(wording, of_its_own(row)));
        }
        Self {
            terms: terms.into(),
            entities: entities.into(),
            numbers: numbers.into(),
            dates: dates.into(),
            figures: Box::default(),
            is_passive: read.is_passive,
            is_answer,
            judges,
            finds_nothing,
            wording,
        }
    }

    /// On which side of the content the statement stands.
    pub(crate) fn side(&self, row: &StatementRow) -> Side {
        Side::of(row.stance, row.polarity, self.finds_nothing)
    }

    /// Whether there is anything to compare.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty() && (self.entities.len() < 2 || self.numbers.is_empty())
    }

    /// The keys by which others with the same content are looked up.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        let numbers = self
            .numbers
            .iter()
            .map(|number| spread(join(NUMBER, number.low.to_bits())));
        self.terms
            .iter()
            .copied()
            .chain(self.entities.iter().copied())
            .chain(numbers)
    }
}

/// Content words of an answer, besides those that judge.
const MOST_OF_AN_ANSWER: usize = 3;

/// Words, entities and numbers below which a content ("for help", "taxes") may mean anything: it is the
/// same only where the same source says it.
const FEWEST: usize = 3;

/// Sets a content apart by who says it, or by its document where nobody is named.
fn of_its_own(row: &StatementRow) -> u64 {
    match row.speaker().filter(|_| row.has_named_speaker()) {
        Some(speaker) => entity_key(speaker.0),
        None => of_bytes(row.document.as_bytes()),
    }
}

/// The key of an entity, apart from all words.
pub(crate) fn entity_key(id: [u8; 16]) -> u64 {
    join(ENTITY, of_bytes(&id))
}

fn wording(
    terms: &[u64],
    entities: &[u64],
    numbers: &[Number],
    dates: &[DatePart],
    passive: bool,
) -> u64 {
    let mut hash = terms
        .iter()
        .fold(u64::from(passive), |hash, &term| join(hash, term));
    hash = entities
        .iter()
        .fold(join(hash, ENTITY), |hash, &entity| join(hash, entity));
    for number in numbers {
        hash = join(
            join(join(hash, NUMBER), number.low.to_bits()),
            number.high.to_bits(),
        );
    }
    for date in dates {
        let date = u64::from(date.year) << 16 | u64::from(date.month) << 8 | u64::from(date.day);
        hash = join(hash, date);
    }
    spread(hash)
}

/// The words of a quote.
struct Reading<'a> {
    words: Vec<Word<'a>>,
    /// Whether each stands in a name.
    in_name: Vec<bool>,
    is_passive: bool,
}

impl<'a> Reading<'a> {
    fn of(row: &'a StatementRow, vocabulary: &Vocabulary) -> Self {
        let quote = row.quote.as_str();
        let mut names: Vec<(usize, usize)> = row
            .entities
            .iter()
            .map(|mentioned| (mentioned.start as usize, mentioned.end as usize))
            .filter(|(start, end)| start < end)
            .collect();
        names.sort_unstable();
        let mut read = Self {
            words: Vec::new(),
            in_name: Vec::new(),
            is_passive: false,
        };
        let mut name = 0;
        let mut doer_follows = false;
        for span in spans(quote).take(MOST_WORDS) {
            while names.get(name).is_some_and(|&(_, end)| end <= span.start) {
                name += 1;
            }
            let inside = names
                .get(name)
                .is_some_and(|&(start, _)| start <= span.start);
            let text: String = quote[span.clone()]
                .chars()
                .flat_map(char::to_lowercase)
                .collect();
            read.is_passive |= inside && doer_follows && read.in_name.contains(&true);
            doer_follows = text == "by" || doer_follows && vocabulary.is_stop(&text);
            read.words.push(Word {
                before: &quote[..span.start],
                after: &quote[span.end..],
                is_capital: quote[span.clone()].starts_with(char::is_uppercase),
                text,
            });
            read.in_name.push(inside);
        }
        read
    }
}
