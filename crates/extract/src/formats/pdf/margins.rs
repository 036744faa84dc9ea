//! Running headers, footers and page numbers: what repeats at the edge of page after page.
//!
//! They are kept, and moved out of the way: a sentence that runs over the page is not cut by them.

use std::collections::BTreeMap;

use super::lines::Line;

/// How many lines at each edge of a page may be running ones.
const EDGE_LINES: usize = 3;
/// Part of the page at each edge in which they stand.
const EDGE_PART: f32 = 0.16;
/// On how many pages a line has to stand, at least, to be a running one.
const LEAST_PAGES: usize = 3;
/// The same, as a part of all pages.
const LEAST_PART: usize = 12;
/// Longest running line, in letters.
const MAX_LETTERS: usize = 160;

/// The lines of a page, sorted into what is read on and what runs along.
#[derive(Debug, Default)]
pub(super) struct Divided {
    pub(super) header: Vec<Line>,
    pub(super) body: Vec<Line>,
    pub(super) footer: Vec<Line>,
}

/// What tells a running line: where it stands, and its words without numbers.
type Key = (bool, i32, String);

/// Divides the lines of each page; what is written along its edge goes with the footer.
pub(super) fn divide(pages: Vec<Vec<Line>>) -> Vec<Divided> {
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    for lines in &pages {
        let mut keys: Vec<Key> = edges(lines).into_iter().map(|(_, key)| key).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            *seen.entry(key).or_default() += 1;
        }
    }
    let least = LEAST_PAGES.max(pages.len() / LEAST_PART);
    pages
        .into_iter()
        .map(|lines| {
            let running = edges(&lines);
            let running = running
                .into_iter()
                .filter(|(_, key)| is_running(&seen, key, least));
            let running: BTreeMap<usize, bool> = running
                .map(|(index, (is_top, _, _))| (index, is_top))
                .collect();
            sort(lines, &running)
        })
        .collect()
}

/// Pages are not set to the point: a neighboring height counts as well.
fn is_running(seen: &BTreeMap<Key, usize>, key: &Key, least: usize) -> bool {
    let (is_top, height, words) = key;
    let n: usize = (height - 1..=height + 1)
        .filter_map(|height| seen.get(&(*is_top, height, words.clone())))
        .sum();
    n >= least
}

fn sort(lines: Vec<Line>, running: &BTreeMap<usize, bool>) -> Divided {
    let mut divided = Divided::default();
    for (index, line) in lines.into_iter().enumerate() {
        match running.get(&index) {
            _ if line.is_turned => divided.footer.push(line),
            None => divided.body.push(line),
            Some(true) => divided.header.push(line),
            Some(false) => divided.footer.push(line),
        }
    }
    divided
}

/// The lines at the upper and lower edge, with what tells them.
fn edges(lines: &[Line]) -> Vec<(usize, Key)> {
    let mut by_height: Vec<usize> = (0..lines.len()).collect();
    by_height.sort_by(|a, b| lines[*a].area.top.total_cmp(&lines[*b].area.top));
    let bottom = lines
        .iter()
        .map(|line| line.area.bottom)
        .fold(0.0, f32::max);
    let top = lines
        .iter()
        .map(|line| line.area.top)
        .fold(bottom, f32::min);
    let edge = EDGE_PART * (bottom - top).max(300.0);
    let is_upper = |index: &usize| lines[*index].area.top < top + edge;
    let is_lower = |index: &usize| lines[*index].area.bottom > bottom - edge;
    let upper = by_height.iter().copied().take(EDGE_LINES).filter(is_upper);
    let lower = by_height
        .iter()
        .copied()
        .rev()
        .take(EDGE_LINES)
        .filter(is_lower);
    let upper = upper.map(|index| (index, true));
    let lower = lower.map(|index| (index, false));
    upper
        .chain(lower)
        .filter_map(|(index, is_top)| Some((index, key(&lines[index], is_top)?)))
        .collect()
}

fn key(line: &Line, is_top: bool) -> Option<Key> {
    if line.text.len() > MAX_LETTERS {
        return None;
    }
    let mut words = String::new();
    for word in line.text.split_whitespace() {
        if is_number(word) {
            words.push('#');
        } else {
            words.push_str(word);
        }
        words.push(' ');
    }
    // Letters may stand anywhere, far off the page too.
    let step = (line.area.top / 3.0).clamp(-100_000.0, 100_000.0);
    Some((is_top, step as i32, words))
}

/// Whether a word numbers something: in digits, in Roman ones, or as "3/17".
fn is_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation() || c == '–' || c == '—');
    let is_roman = word.bytes().all(|byte| b"ivxlcIVXLC".contains(&byte));
    let is_digits = word.bytes().any(|byte| byte.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"/.-".contains(&byte));
    word.is_empty() || is_roman || is_digits
}
