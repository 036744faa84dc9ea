//! Which part of one name answers to which of another.

use crate::names::distance::likeness;
use crate::names::parsed::{MAX_PARTS, ParsedName, Part, Role, SERVANT, SYLLABIC};
use crate::names::sound::n_sounds;
use crate::names::tables::{Tables, tables};

/// Candidates of one comparison that are weighed; more come only of hostile names.
const MAX_CANDIDATES: usize = 192;
/// Letters of two parts that are read as one word.
const MAX_JOINED: usize = 40;
/// Sounds that two words must share before they count as the same sound.
const LEAST_SOUNDS: u32 = 3;

/// How two parts fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Same,
    /// Spellings of one name in the table: `Mohammed`, `Muhamad`.
    Variant,
    /// A short form and its full one.
    Nickname,
    /// A letter and a name that begins with it.
    Initial,
    /// Alike in letters.
    Spelling,
    /// Alike in sound.
    Sound,
    /// Written apart in one name and together in the other.
    Divided,
    /// `Abdul Rahman` and `Rahman`.
    Servant,
    /// The same number, legal form, line of trade or country in other words.
    Meaning,
    /// Legal forms that countries take for the same.
    FormClass,
}

impl Fit {
    /// Name and score of a fit; of spellings the score is the likeness itself.
    fn score(self) -> f32 {
        match self {
            Self::Same | Self::Divided => 1.0,
            Self::Variant | Self::Initial | Self::Meaning => 0.9,
            Self::Servant => 0.85,
            Self::Sound => 0.75,
            Self::FormClass => 0.8,
            Self::Nickname => 0.7,
            Self::Spelling => 0.0,
        }
    }
}

/// Parts of the left name that answer to parts of the right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) left: u8,
    pub(super) n_left: u8,
    pub(super) right: u8,
    pub(super) n_right: u8,
    pub(super) score: f32,
    pub(super) fit: Fit,
}

/// What is paired and what is left over. Lives on the stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alignment {
    pairs: [Pair; MAX_PARTS],
    n_pairs: usize,
    /// Bit `i`: part `i` has a partner.
    pub(super) left_paired: u32,
    pub(super) right_paired: u32,
}

const NO_PAIR: Pair = Pair {
    left: 0,
    n_left: 0,
    right: 0,
    n_right: 0,
    score: 0.0,
    fit: Fit::Same,
};

impl Alignment {
    /// Pairs the parts of two names, the best first; each part has one partner at most.
    pub(super) fn of(left: &ParsedName, right: &ParsedName) -> Self {
        let mut alignment = Self {
            pairs: [NO_PAIR; MAX_PARTS],
            n_pairs: 0,
            left_paired: 0,
            right_paired: 0,
        };
        alignment.pair_equal(left, right);
        alignment.pair_best(left, right);
        alignment
    }

    /// The pairs, in the order in which they were made.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs[..self.n_pairs]
    }

    /// Parts of a name without a partner.
    pub(super) fn left_over(paired: u32, name: &ParsedName) -> impl Iterator<Item = &Part> {
        let parts = name.parts().iter().enumerate();
        parts.filter_map(move |(at, part)| (paired >> at & 1 == 0).then_some(part))
    }

    fn add(&mut self, pair: Pair) {
        if self.n_pairs < MAX_PARTS {
            self.pairs[self.n_pairs] = pair;
            self.n_pairs += 1;
            self.left_paired |= bits(pair.left, pair.n_left);
            self.right_paired |= bits(pair.right, pair.n_right);
        }
    }

    fn pair_equal(&mut self, left: &ParsedName, right: &ParsedName) {
        for (l, part) in left.parts().iter().enumerate() {
            let same = right.parts().iter().enumerate().find(|(r, other)| {
                self.right_paired >> r & 1 == 0
                    && part.hash == other.hash
                    && comparable(part.role, other.role)
            });
            if let Some((r, _)) = same {
                self.add(Pair {
                    left: l as u8,
                    n_left: 1,
                    right: r as u8,
                    n_right: 1,
                    score: Fit::Same.score(),
                    fit: Fit::Same,
                });
            }
        }
    }

    fn pair_best(&mut self, left: &ParsedName, right: &ParsedName) {
        let mut found = Candidates {
            tables: tables(),
            left,
            right,
            paired: (self.left_paired, self.right_paired),
            all: [NO_PAIR; MAX_CANDIDATES],
            n: 0,
        };
        found.collect();
        let candidates = &mut found.all[..found.n];
        candidates.sort_unstable_by(|a, b| {
            let weight = |pair: &Pair| pair.score * f32::from(pair.n_left + pair.n_right);
            weight(b)
                .total_cmp(&weight(a))
                .then(a.left.abs_diff(a.right).cmp(&b.left.abs_diff(b.right)))
                .then(a.left.cmp(&b.left))
                .then(a.right.cmp(&b.right))
        });
        for pair in candidates.iter() {
            let taken = self.left_paired & bits(pair.left, pair.n_left)
                | self.right_paired & bits(pair.right, pair.n_right);
            if taken == 0 {
                self.add(*pair);
            }
        }
    }
}

fn bits(at: u8, n: u8) -> u32 {
    ((1u32 << n) - 1) << at
}

/// Whether parts of two roles can be the same.
fn comparable(left: Role, right: Role) -> bool {
    // A title or particle at another place is read as a name: "Ben", "Haji".
    let may_name = |role: Role| role.is_proper() || matches!(role, Role::Particle | Role::Title);
    left == right || may_name(left) && may_name(right)
}

struct Candidates<'a> {
    tables: &'static Tables,
    left: &'a ParsedName,
    right: &'a ParsedName,
    paired: (u32, u32),
    all: [Pair; MAX_CANDIDATES],
    n: usize,
}

impl Candidates<'_> {
    fn collect(&mut self) {
        for l in 0..self.left.parts().len() {
            if self.paired.0 >> l & 1 == 1 {
                continue;
            }
            for r in 0..self.right.parts().len() {
                if self.paired.1 >> r & 1 == 1 {
                    continue;
                }
                self.weigh(l, r);
            }
        }
    }

    fn weigh(&mut self, l: usize, r: usize) {
        let (left, right) = (&self.left.parts()[l], &self.right.parts()[r]);
        if let Some((fit, score)) = self.fit(left, right) {
            self.push(l, 1, r, 1, fit, score);
        }
        self.divided(l, r, true);
        self.divided(l, r, false);
    }

    fn push(&mut self, l: usize, n_left: u8, r: usize, n_right: u8, fit: Fit, score: f32) {
        if self.n < MAX_CANDIDATES {
            self.all[self.n] = Pair {
                left: l as u8,
                n_left,
                right: r as u8,
                n_right,
                score,
                fit,
            };
            self.n += 1;
        }
    }

    fn fit(&self, left: &Part, right: &Part) -> Option<(Fit, f32)> {
        if left.role == right.role
            && !left.role.is_proper()
            && let Some(fit) = same_meaning(left, right)
        {
            return Some((fit, fit.score()));
        }
        if left.role == Role::Initial || right.role == Role::Initial {
            return self
                .initial(left, right)
                .then_some((Fit::Initial, Fit::Initial.score()));
        }
        let spelled = |role: Role| {
            role.is_proper()
                || matches!(
                    role,
                    Role::Particle | Role::Trade | Role::Generic | Role::Place | Role::LegalForm
                )
        };
        if !spelled(left.role) || !spelled(right.role) {
            return None;
        }
        self.spelled(left, right)
    }

    fn initial(&self, left: &Part, right: &Part) -> bool {
        let (letter, name) = if left.role == Role::Initial {
            (self.left.word(left), self.right.word(right))
        } else {
            (self.right.word(right), self.left.word(left))
        };
        let named = if left.role == Role::Initial {
            right
        } else {
            left
        };
        named.role.is_proper() && name.starts_with(letter)
    }

    fn spelled(&self, left: &Part, right: &Part) -> Option<(Fit, f32)> {
        let (word, other) = (self.left.word(left), self.right.word(right));
        let both_syllabic =
            left.class == SYLLABIC && right.class == SYLLABIC && left.role.is_proper();
        let alike = if both_syllabic {
            0.0
        } else {
            likeness(&self.tables.costs, word.as_bytes(), other.as_bytes())
        };
        let known = self
            .known(left, right, word, other)
            .filter(|fit| *fit != Fit::Sound || !both_syllabic);
        match known {
            Some(fit) if fit.score() >= alike => Some((fit, fit.score())),
            _ if alike > 0.0 => Some((Fit::Spelling, alike)),
            _ => None,
        }
    }

    fn known(&self, left: &Part, right: &Part, word: &str, other: &str) -> Option<Fit> {
        if self.tables.names.share(left.names, right.names) {
            return Some(Fit::Variant);
        }
        let servant = |long: &str, short: &str| long.strip_prefix(SERVANT) == Some(short);
        if servant(word, other) || servant(other, word) {
            return Some(Fit::Servant);
        }
        if left.sound == right.sound && n_sounds(left.sound) >= LEAST_SOUNDS {
            return Some(Fit::Sound);
        }
        self.tables
            .nicknames
            .share(left.nicknames, right.nicknames)
            .then_some(Fit::Nickname)
    }

    /// Neighbours of one name, read as one word, against one part of the other.
    fn divided(&mut self, l: usize, r: usize, in_left: bool) {
        let (divided, whole, at, one, paired) = if in_left {
            (self.left, self.right, l, r, self.paired.0)
        } else {
            (self.right, self.left, r, l, self.paired.1)
        };
        let other = &whole.parts()[one];
        if !other.role.is_proper() {
            return;
        }
        let mut letters = [0u8; MAX_JOINED];
        let mut len = 0;
        for (n, part) in divided.parts()[at..]
            .iter()
            .take(MAX_NEIGHBOURS)
            .enumerate()
        {
            let word = divided.word(part).as_bytes();
            if paired >> (at + n) & 1 == 1 || !joinable(part.role) || len + word.len() > MAX_JOINED
            {
                return;
            }
            letters[len..len + word.len()].copy_from_slice(word);
            len += word.len();
            if n == 0 {
                continue;
            }
            let alike = likeness(
                &self.tables.costs,
                &letters[..len],
                whole.word(other).as_bytes(),
            );
            if alike > LEAST_DIVIDED {
                let n = n as u8 + 1;
                let (n_left, n_right) = if in_left { (n, 1) } else { (1, n) };
                self.push(l, n_left, r, n_right, Fit::Divided, alike);
            }
        }
    }
}

/// `van der Meer` and `Vandermeer`.
const MAX_NEIGHBOURS: usize = 3;

fn joinable(role: Role) -> bool {
    role.is_proper()
        || matches!(
            role,
            Role::Particle | Role::Initial | Role::LegalForm | Role::Generic | Role::Trade
        )
}

/// Two neighbours read as one word must be very like the other's.
const LEAST_DIVIDED: f32 = 0.75;

fn same_meaning(left: &Part, right: &Part) -> Option<Fit> {
    match left.role {
        Role::LegalForm if left.value == right.value => Some(Fit::Meaning),
        Role::LegalForm if left.class == right.class && left.class != 0 => Some(Fit::FormClass),
        Role::Numeral | Role::Trade | Role::Generic | Role::Place | Role::Suffix
            if left.value == right.value =>
        {
            Some(Fit::Meaning)
        }
        _ => None,
    }
}
