//! How much the fields of two records speak for one bearer.

use std::collections::BTreeMap;

use crate::names::NameKind;
use crate::records::block::{Ready, pairs};
use crate::records::field::{LEVELS, Value, closeness, level};
use crate::records::{Column, Holds, List};

/// Pairs drawn to see how often two records agree by chance.
const DRAWN: usize = 20_000;
/// What stands for an agreement never seen by chance: half of one.
const UNSEEN: f64 = 0.5;
/// Rounds of expectation–maximization.
const ROUNDS: usize = 12;
/// What the start counts against the pairs, as so many pairs.
const START_PAIRS: f64 = 30.0;
/// Candidates less likely are not told.
const LEAST_SCORE: f64 = 0.002;
/// Bits that one field can say against: people err.
const MOST_AGAINST: f64 = -9.0;
/// Bits that one field can say for.
const MOST_FOR: f64 = 13.0;

/// Two records that may be of one bearer.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Number of the record in the left list.
    pub left: u32,
    /// Number of the record in the right list; the same list when it is deduplicated.
    pub right: u32,
    /// How likely it is that they are of one bearer, 0 to 1.
    pub score: f32,
    /// What each field said, in the order of the columns.
    pub why: Vec<Why>,
}

/// What a field said.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Name of the column.
    pub column: String,
    /// `the same`, `nearly the same`, …
    pub level: &'static str,
    /// Bits for (positive) or against one bearer.
    pub bits: f32,
}

const LEVEL_NAMES: [&str; LEVELS] = [
    "the same",
    "nearly the same",
    "much alike",
    "alike",
    "somewhat alike",
    "a little alike",
    "hardly alike",
    "different",
];

/// Finds records of one list that may be of one bearer, best first.
#[must_use]
pub fn deduplicate(list: &List, kind: NameKind) -> Vec<Candidate> {
    let columns = list.columns.clone();
    let ready = make_ready(&[list], &columns, kind);
    candidates(&columns, &ready, &[list], None)
}

/// Finds records of two lists that may be of one bearer, best first. Columns of the same name are compared.
#[must_use]
pub fn link(left: &List, right: &List, kind: NameKind) -> Vec<Candidate> {
    let common = |column: &&Column| right.columns.iter().any(|other| other == *column);
    let columns: Vec<Column> = left.columns.iter().filter(common).cloned().collect();
    let ready = make_ready(&[left, right], &columns, kind);
    candidates(&columns, &ready, &[left, right], Some(left.records.len()))
}

/// All records of the lists, one after the other, by the common columns.
fn make_ready(lists: &[&List], columns: &[Column], kind: NameKind) -> Vec<Ready> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut seen: Vec<u32> = Vec::new();
    let mut number = |word: &str| {
        let next = numbers.len() as u32;
        let number = *numbers.entry(word.to_owned()).or_insert(next);
        if number == next {
            seen.push(0);
        }
        number
    };
    let mut ready = Vec::new();
    for list in lists {
        let place: Vec<Option<usize>> = list
            .columns
            .iter()
            .map(|column| columns.iter().position(|known| known == column))
            .collect();
        for record in &list.records {
            let mut values: Ready = columns.iter().map(|_| Vec::new()).collect();
            for (column, text) in &record.values {
                let Some(at) = place.get(*column as usize).copied().flatten() else {
                    continue;
                };
                let kind = record.kind.unwrap_or(kind);
                values[at].extend(Value::new(text, columns[at].holds, kind, &mut number));
            }
            ready.push(values);
        }
    }
    weigh_words(&mut ready, seen);
    ready
}

/// Gives the words of texts the bits that they tell: the fewer records have one, the more.
fn weigh_words(ready: &mut [Ready], mut seen: Vec<u32>) {
    fn texts(ready: &mut [Ready]) -> impl Iterator<Item = &mut (u32, f32)> {
        ready
            .iter_mut()
            .flatten()
            .flatten()
            .flat_map(|value| match value {
                Value::Text(words) => words.iter_mut(),
                _ => [].iter_mut(),
            })
    }
    let n = ready.len().max(2) as f32;
    texts(ready).for_each(|(word, _)| seen[*word as usize] += 1);
    texts(ready)
        .for_each(|(word, bits)| *bits = (n / bucket(seen[*word as usize]) as f32).log2().max(0.0));
}

/// Counts are taken in powers of two, so that one record more seldom changes a score.
fn bucket(count: u32) -> u32 {
    count.max(1).next_power_of_two()
}

fn candidates(
    columns: &[Column],
    ready: &[Ready],
    lists: &[&List],
    border: Option<usize>,
) -> Vec<Candidate> {
    let kind_of = |at: usize| match border {
        Some(border) if at >= border => lists[1].records[at - border].kind,
        _ => lists[0].records[at].kind,
    };
    let mut pairs = pairs(columns, ready, border);
    pairs.retain(
        |(one, other)| match (kind_of(*one as usize), kind_of(*other as usize)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        },
    );
    let levels: Vec<Pattern> = pairs
        .iter()
        .map(|pair| pattern(columns, ready, *pair))
        .collect();
    let mut model = Model::new(columns, ready, border);
    model.learn(&levels);
    let mut found: Vec<(Candidate, f32)> = pairs
        .iter()
        .zip(&levels)
        .filter_map(|(pair, levels)| {
            let candidate = model.candidate(*pair, levels, ready, border)?;
            Some((
                candidate,
                closeness(&ready[pair.0 as usize], &ready[pair.1 as usize]),
            ))
        })
        .collect();
    found.sort_by(|(one, near), (other, far)| {
        let order = other.score.total_cmp(&one.score).then(far.total_cmp(near));
        order.then((one.left, one.right).cmp(&(other.left, other.right)))
    });
    found.into_iter().map(|(candidate, _)| candidate).collect()
}

/// The level of each column; [`ABSENT`] where one side has no value.
type Pattern = Vec<u8>;
const ABSENT: u8 = u8::MAX;

fn pattern(columns: &[Column], ready: &[Ready], (one, other): (u32, u32)) -> Pattern {
    let (one, other) = (&ready[one as usize], &ready[other as usize]);
    let levels = one.iter().zip(other);
    let mut pattern: Pattern = levels
        .map(|(one, other)| level(one, other).map_or(ABSENT, |level| level as u8))
        .collect();
    let column = |holds: Holds| columns.iter().position(|column| column.holds == holds);
    if let Some((given, family)) = column(Holds::Given).zip(column(Holds::Family)) {
        turn_round(&mut pattern, one, other, given, family);
    }
    pattern
}

/// Given and family name that agree crosswise count as nearly the same.
fn turn_round(pattern: &mut Pattern, one: &Ready, other: &Ready, given: usize, family: usize) {
    let crosswise = [(given, family), (family, given)]
        .map(|(here, there)| level(&one[here], &other[there]).unwrap_or(usize::MAX));
    let differ = |column: usize| pattern[column] as usize > TURNED;
    if crosswise.iter().all(|level| *level <= TURNED) && differ(given) && differ(family) {
        pattern[given] = TURNED as u8;
        pattern[family] = TURNED as u8;
    }
}

/// Level of names that are changed round.
const TURNED: usize = 1;

struct Model<'a> {
    columns: &'a [Column],
    /// How often records of one bearer agree on each level.
    one_bearer: Vec<[f64; LEVELS]>,
    /// How often any two do.
    by_chance: Vec<[f64; LEVELS]>,
    /// How many records, in powers of two, have each exact value.
    seen: Vec<BTreeMap<String, u32>>,
    /// Bits against any two being of one bearer, before a field is looked at.
    prior: f64,
    n: f64,
}

impl<'a> Model<'a> {
    fn new(columns: &'a [Column], ready: &[Ready], border: Option<usize>) -> Self {
        let mut seen = vec![BTreeMap::new(); columns.len()];
        for record in ready {
            for (column, values) in record.iter().enumerate() {
                for value in values {
                    *seen[column].entry(value.exact()).or_insert(0) += 1;
                }
            }
        }
        let n = ready.len() as f64;
        // A record has one bearer's other record among so many.
        let among = border.map_or(ready.len(), |border| border.max(ready.len() - border));
        Self {
            columns,
            one_bearer: columns.iter().map(|column| start(column.holds)).collect(),
            by_chance: chances(columns, ready, border, among),
            seen,
            prior: -(among.max(2) as f64).log2(),
            n,
        }
    }

    /// Expectation–maximization over patterns of levels.
    fn learn(&mut self, levels: &[Pattern]) {
        let mut patterns: BTreeMap<&Pattern, f64> = BTreeMap::new();
        for pattern in levels {
            *patterns.entry(pattern).or_insert(0.0) += 1.0;
        }
        for _ in 0..ROUNDS {
            let mut counts: Vec<[f64; LEVELS]> = self
                .columns
                .iter()
                .map(|column| start(column.holds).map(|share| share * START_PAIRS))
                .collect();
            for (pattern, n) in &patterns {
                let bits = self.prior + self.bits(pattern).sum::<f64>();
                let expected = n * likely(bits);
                for (column, level) in pattern
                    .iter()
                    .enumerate()
                    .filter(|(_, level)| **level != ABSENT)
                {
                    counts[column][*level as usize] += expected;
                }
            }
            for (column, counts) in counts.iter().enumerate() {
                let total: f64 = counts.iter().sum();
                self.one_bearer[column] = counts.map(|count| count / total);
            }
        }
    }

    /// Bits of each column, by its level alone.
    fn bits<'b>(&'b self, pattern: &'b Pattern) -> impl Iterator<Item = f64> + 'b {
        pattern
            .iter()
            .enumerate()
            .map(|(column, level)| match *level {
                ABSENT => 0.0,
                level => {
                    let level = level as usize;
                    let odds = self.one_bearer[column][level] / self.by_chance[column][level];
                    odds.log2().clamp(MOST_AGAINST, MOST_FOR)
                }
            })
    }

    fn candidate(
        &self,
        (one, other): (u32, u32),
        pattern: &Pattern,
        ready: &[Ready],
        border: Option<usize>,
    ) -> Option<Candidate> {
        let mut bits: Vec<f64> = self.bits(pattern).collect();
        for (column, bits) in bits.iter_mut().enumerate() {
            if pattern[column] == 0 {
                *bits = self
                    .bits_of_value(column, &ready[one as usize], &ready[other as usize])
                    .unwrap_or(*bits);
            }
        }
        let score = likely(self.prior + bits.iter().sum::<f64>());
        if score < LEAST_SCORE {
            return None;
        }
        let why = bits
            .iter()
            .enumerate()
            .filter(|(column, _)| pattern[*column] != ABSENT);
        let why = why.map(|(column, bits)| Why {
            column: self.columns[column].name.clone(),
            level: LEVEL_NAMES[pattern[column] as usize],
            bits: *bits as f32,
        });
        Some(Candidate {
            left: one,
            right: other - border.unwrap_or(0) as u32,
            score: score as f32,
            why: why.collect(),
        })
    }

    /// Agreement on a rare value says more than on a common one.
    fn bits_of_value(&self, column: usize, one: &Ready, other: &Ready) -> Option<f64> {
        let shared = one[column]
            .iter()
            .map(Value::exact)
            .filter(|value| other[column].iter().any(|other| other.exact() == *value));
        let rarest = shared
            .filter_map(|value| self.seen[column].get(&value))
            .min()?;
        // One of them is the record itself.
        let chance = f64::from(bucket(*rarest) - 1).max(UNSEEN) / self.n;
        Some(
            (self.one_bearer[column][0] / chance)
                .log2()
                .clamp(0.0, MOST_FOR),
        )
    }
}

fn likely(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Levels that a field does not have.
const NEVER: f64 = 1e-6;

/// How often records of one bearer agree on each level, before anything is learned.
fn start(holds: Holds) -> [f64; LEVELS] {
    match holds {
        Holds::Name => [0.60, 0.18, 0.12, 0.06, NEVER, NEVER, NEVER, 0.04],
        Holds::Date => [0.80, 0.10, 0.03, 0.03, NEVER, NEVER, NEVER, 0.04],
        Holds::Country => [0.90, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, 0.10],
        Holds::Identifier => [0.80, 0.10, 0.04, 0.02, NEVER, NEVER, NEVER, 0.04],
        Holds::Word | Holds::Given | Holds::Family => {
            [0.75, 0.10, 0.05, 0.04, NEVER, NEVER, NEVER, 0.06]
        }
        Holds::Text => [0.20, 0.14, 0.14, 0.14, 0.12, 0.10, 0.08, 0.08],
    }
}

/// How often two records agree on each level by chance: over pairs a fixed stride apart.
/// Some of the drawn pairs are of one bearer, about one among as many records: those are taken off.
fn chances(
    columns: &[Column],
    ready: &[Ready],
    border: Option<usize>,
    among: usize,
) -> Vec<[f64; LEVELS]> {
    let mut counts = vec![[0.0; LEVELS]; columns.len()];
    let (left, right) = match border {
        Some(border) => (&ready[..border], &ready[border..]),
        None => (ready, ready),
    };
    if !left.is_empty() && !right.is_empty() {
        for drawn in 0..DRAWN {
            // Steps without a common divisor go through all pairs before one comes again.
            let (one, other) = (
                drawn * 7919 % left.len(),
                (drawn * 104_729 + drawn / left.len()) % right.len(),
            );
            if border.is_none() && one == other {
                continue;
            }
            for (column, (one, other)) in left[one].iter().zip(&right[other]).enumerate() {
                if let Some(level) = level(one, other) {
                    counts[column][level] += 1.0;
                }
            }
        }
    }
    let corrected = columns.iter().zip(counts).map(|(column, counts)| {
        let of_one_bearer = counts.iter().sum::<f64>() / among.max(1) as f64;
        let shares = start(column.holds);
        let counts: [f64; LEVELS] = std::array::from_fn(|level| {
            (counts[level] - of_one_bearer * shares[level]).max(UNSEEN)
        });
        let total: f64 = counts.iter().sum();
        counts.map(|count| count / total)
    });
    corrected.collect()
}
