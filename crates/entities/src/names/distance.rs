//! How far apart two words are spelled: edits have prices.

use serde::Deserialize;

/// Longer words are compared by their first letters.
const MAX_WORD: usize = 40;
/// Base of the logarithm by which the price that a word may bear grows with its length.
const BUDGET_BASE: f32 = 2.35;
/// Letters that bear nothing.
const BUDGET_FLOOR: usize = 2;
/// What words of 0, 1, 2… letters bear at least.
const SHORT_BUDGETS: [u16; 5] = [0, 0, 6, 10, 10];
/// Size of the table of letters: `a`–`z`, `0`–`9`.
const LETTERS: usize = 36;

/// Prices of edits, in tenths of a plain substitution.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    substitute: u16,
    insert: u16,
    double: u16,
    swap: u16,
    vowel: u16,
    alike: u16,
    digit: u16,
    first: u16,
    silent: u16,
    silent_letters: String,
    vowels: String,
    alike_pairs: Vec<String>,
}

/// Prices of all pairs of letters, laid out for the inner loop.
#[derive(Debug)]
pub(super) struct Costs {
    substitute: [[u16; LETTERS]; LETTERS],
    insert: [u16; LETTERS],
    double: u16,
    swap: u16,
    first: u16,
    /// What a word of so many letters may bear.
    budget: [u16; MAX_WORD + 1],
}

impl Costs {
    /// Reads the table of prices, which is a part of the program.
    pub(super) fn parse(table: &str) -> Self {
        let prices: Prices = toml::from_str(table).expect("costs.toml is tested");
        let mut substitute = [[prices.substitute; LETTERS]; LETTERS];
        for (left, row) in substitute.iter_mut().enumerate() {
            for (right, price) in row.iter_mut().enumerate() {
                *price = prices.of_pair(left, right);
            }
        }
        for pair in &prices.alike_pairs {
            if let [left, right] = pair.as_bytes() {
                let (left, right) = (letter(*left), letter(*right));
                substitute[left][right] = prices.alike;
                substitute[right][left] = prices.alike;
            }
        }
        Self {
            substitute,
            insert: std::array::from_fn(|at| prices.of_insert(at)),
            double: prices.double,
            swap: prices.swap,
            first: prices.first,
            budget: std::array::from_fn(budget),
        }
    }
}

impl Prices {
    fn of_pair(&self, left: usize, right: usize) -> u16 {
        if left == right {
            0
        } else if left >= 26 || right >= 26 {
            self.digit
        } else if self.is_vowel(left) && self.is_vowel(right) {
            self.vowel
        } else {
            self.substitute
        }
    }

    fn of_insert(&self, at: usize) -> u16 {
        if at >= 26 {
            self.digit
        } else if self
            .silent_letters
            .bytes()
            .any(|silent| letter(silent) == at)
        {
            self.silent
        } else {
            self.insert
        }
    }

    fn is_vowel(&self, at: usize) -> bool {
        self.vowels.bytes().any(|vowel| letter(vowel) == at)
    }
}

fn budget(len: usize) -> u16 {
    let bearing = len.saturating_sub(BUDGET_FLOOR).max(1) as f32;
    let least = SHORT_BUDGETS.get(len).copied().unwrap_or_default();
    ((bearing.log(BUDGET_BASE) * 10.0) as u16).max(least)
}

/// Number of an ASCII letter or digit.
fn letter(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => (byte - b'a') as usize,
        b'0'..=b'9' => (byte - b'0') as usize + 26,
        _ => 0,
    }
}

/// How alike two folded words are spelled: 1 the same, 0 too far apart to be meant as one.
pub(super) fn likeness(costs: &Costs, left: &[u8], right: &[u8]) -> f32 {
    let left = &left[..left.len().min(MAX_WORD)];
    let right = &right[..right.len().min(MAX_WORD)];
    let (short, long) = (left.len().min(right.len()), left.len().max(right.len()));
    let budget = costs.budget[short];
    if short == 0 || (long - short) as u16 * costs.double > budget {
        return 0.0;
    }
    match price(costs, left, right, budget) {
        Some(price) => {
            let rest = 1.0 - f32::from(price) / (10.0 * long as f32);
            rest * rest
        }
        None => 0.0,
    }
}

/// The least price of turning one word into the other, unless it is above what may be borne.
fn price(costs: &Costs, left: &[u8], right: &[u8], most: u16) -> Option<u16> {
    let mut rows = [[0u16; MAX_WORD + 1]; 3];
    for at in 1..=right.len() {
        rows[0][at] = rows[0][at - 1] + insert(costs, right, at);
    }
    for i in 1..=left.len() {
        let (now, above, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        let del = insert(costs, left, i);
        rows[now][0] = rows[above][0] + del;
        let mut least = rows[now][0];
        for j in 1..=right.len() {
            let (l, r) = (left[i - 1], right[j - 1]);
            let mut best = rows[above][j - 1] + costs.substitute[letter(l)][letter(r)];
            best = best.min(rows[above][j] + del);
            best = best.min(rows[now][j - 1] + insert(costs, right, j));
            if i > 1 && j > 1 && l == right[j - 2] && r == left[i - 2] {
                best = best.min(rows[before][j - 2] + costs.swap);
            }
            if i == 1 && j == 1 && l != r {
                best += costs.first;
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if least > most {
            return None;
        }
    }
    let price = rows[left.len() % 3][right.len()];
    (price <= most).then_some(price)
}

/// Price of a letter that the other word has not.
fn insert(costs: &Costs, word: &[u8], at: usize) -> u16 {
    let now = word[at - 1];
    let doubles = at > 1 && word[at - 2] == now;
    if doubles && now.is_ascii_alphabetic() {
        costs.double
    } else {
        costs.insert[letter(now)]
    }
}
