//! Lines into the text that is stored: wrapped lines joined, divided words whole, pages and lines placed.
//!
//! A line is a paragraph, a heading or a row; a blank line stands where the page leaves room. What
//! is joined is what the page itself shows to be wrapped: a line that ends where the column does,
//! with no room for the word that comes next.

use std::collections::BTreeSet;

use onrecord_record::{Locator, PageBox, PlacedSpan, Span};

use super::lines::Line;
use super::margins::Divided;

/// A text with where its stretches lie.
#[derive(Debug, Default)]
pub(super) struct Composed {
    pub(super) text: String,
    pub(super) places: Vec<PlacedSpan>,
}

/// Puts the pages' lines together.
pub(super) fn compose(pages: Vec<Divided>) -> Composed {
    let compounds = compounds(&pages);
    let mut composer = Composer {
        compounds,
        ..Composer::default()
    };
    for (page, divided) in (1..).zip(pages) {
        composer.page(page, divided);
    }
    composer.finish()
}

/// How a line hangs together with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// It goes on in the same paragraph.
    Wrapped,
    /// It is the next line of the same block.
    Next,
    /// Something new begins.
    Apart,
}

#[derive(Default)]
struct Composer {
    text: String,
    lines: Vec<PlacedSpan>,
    pages: Vec<PlacedSpan>,
    /// Words with a hyphen that stand in the middle of some line.
    compounds: BTreeSet<String>,
    /// Running lines that wait for the end of the paragraph.
    waiting: Vec<(u32, Line)>,
    /// The last line of the page before, and whether it is full.
    last: Option<(Line, bool)>,
}

impl Composer {
    fn page(&mut self, page: u32, divided: Divided) {
        let links = links(&divided.body);
        let full = full_lines(&divided.body);
        let mut first = divided.body.first().map(|line| self.over_page(line));
        if first != Some(Link::Wrapped) {
            self.put_waiting();
        }
        let start = self.text.len();
        let separator = if start == 0 { 0 } else { 2 };
        self.waiting
            .extend(divided.header.into_iter().map(|line| (page, line)));
        for (index, line) in divided.body.into_iter().enumerate() {
            let link = first.take().unwrap_or_else(|| links[index]);
            if link != Link::Wrapped {
                self.put_waiting();
            }
            self.put(page, &line, link);
            self.last = Some((line, full[index]));
        }
        self.waiting
            .extend(divided.footer.into_iter().map(|line| (page, line)));
        if self
            .last
            .as_ref()
            .is_none_or(|(line, is_full)| !is_full || ends(&line.text))
        {
            self.put_waiting();
        }
        let start = (start + separator).min(self.text.len());
        self.place_page(page, start);
    }

    /// Whether the first line of a page goes on with the last of the one before.
    fn over_page(&self, line: &Line) -> Link {
        match &self.last {
            Some((last, is_full)) if goes_on_elsewhere(last, *is_full, line) => Link::Wrapped,
            _ => Link::Apart,
        }
    }

    fn put_waiting(&mut self) {
        for (page, line) in std::mem::take(&mut self.waiting) {
            self.put(page, &line, Link::Apart);
        }
    }

    fn put(&mut self, page: u32, line: &Line, link: Link) {
        self.separate(line, link);
        let start = self.text.len();
        self.text.push_str(line.text.trim());
        self.lines.push(PlacedSpan {
            span: Span::new(start as u32, self.text.len() as u32),
            locator: Locator::Page {
                page,
                area: Some(rounded(&line.area)),
            },
        });
    }

    fn separate(&mut self, line: &Line, link: Link) {
        if self.text.is_empty() {
            return;
        }
        match link {
            Link::Wrapped if self.text.ends_with(['-', '\u{2010}']) => self.join_word(&line.text),
            Link::Wrapped => self.text.push(' '),
            Link::Next => self.text.push('\n'),
            Link::Apart => self.text.push_str("\n\n"),
        }
    }

    /// Takes out the hyphen of a divided word; that of a compound stays.
    fn join_word(&mut self, next: &str) {
        let before = self.text[..self.text.len()].trim_end_matches(['-', '\u{2010}']);
        let head = before
            .rsplit(|c: char| !c.is_alphanumeric() && c != '-')
            .next();
        let tail = next
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .next();
        let (head, tail) = (head.unwrap_or_default(), tail.unwrap_or_default());
        let is_divided = head.ends_with(char::is_alphabetic)
            && tail.starts_with(char::is_lowercase)
            && !self
                .compounds
                .contains(&format!("{head}-{tail}").to_lowercase());
        if is_divided {
            let cut = before.len();
            let removed = self.text.len() - cut;
            self.text.truncate(cut);
            if let Some(line) = self.lines.last_mut() {
                let end = line.span.end - removed as u32;
                line.span = Span::new(line.span.start.min(end), end);
            }
        } else if head.is_empty() {
            self.text.push(' ');
        }
    }

    fn place_page(&mut self, page: u32, start: usize) {
        if let Some(before) = self.pages.last_mut() {
            let end = (start as u32).max(before.span.start);
            before.span = Span::new(before.span.start, end);
        }
        self.pages.push(PlacedSpan {
            span: Span::new(start as u32, self.text.len() as u32),
            locator: Locator::Page { page, area: None },
        });
    }

    fn finish(mut self) -> Composed {
        self.put_waiting();
        let end = self.text.len() as u32;
        if let Some(last) = self.pages.last_mut() {
            last.span = Span::new(last.span.start, end);
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let mut places = self.pages;
        places.extend(self.lines);
        // A page comes before the lines in it.
        places.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
        Composed {
            text: self.text,
            places,
        }
    }
}

/// Tenths of a point are finer than any eye.
fn rounded(area: &PageBox) -> PageBox {
    let round = |edge: f32| (edge * 10.0).round() / 10.0;
    PageBox {
        left: round(area.left),
        top: round(area.top),
        right: round(area.right),
        bottom: round(area.bottom),
    }
}

/// Words with a hyphen inside, in small letters.
fn compounds(pages: &[Divided]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in pages.iter().flat_map(|page| &page.body) {
        if !line.text.contains('-') {
            continue;
        }
        for word in line.text.split(|c: char| !c.is_alphanumeric() && c != '-') {
            let inside = word.trim_matches('-');
            if inside.contains('-') {
                found.insert(inside.to_lowercase());
            }
        }
    }
    found
}

/// Step from line to line, in heights, beyond which a new block begins.
const BLOCK_STEP: f32 = 1.9;
/// How much the type of two lines of a block may differ.
const SAME_TYPE: f32 = 1.2;
/// Indent that begins a paragraph, in heights.
const INDENT: f32 = 0.7;
/// Distance from the column's edge at which a line is full all the same, in heights.
const RAGGED: f32 = 2.5;
/// Narrowest column in which lines are taken for wrapped ones, in heights.
const NARROWEST: f32 = 13.0;
/// Lines of a page that must end at one edge to show that a column ends there.
const LEAST_AT_EDGE: usize = 3;
/// How much wider than the average a capital is.
const CAPITAL: f32 = 1.4;

/// How each line hangs together with the one before it on the page.
fn links(lines: &[Line]) -> Vec<Link> {
    let mut links = vec![Link::Apart; lines.len()];
    let mut edges: Vec<f32> = lines.iter().map(|line| line.area.right).collect();
    edges.sort_by(f32::total_cmp);
    for block in blocks(lines) {
        let column = Column::of(&lines[block.clone()]).seen_with(&edges);
        for index in block.start + 1..block.end {
            let next = lines.get(index + 1).filter(|_| index + 1 < block.end);
            let is_wrapped = column.wraps(&lines[index - 1], &lines[index], next);
            links[index] = if is_wrapped {
                Link::Wrapped
            } else {
                Link::Next
            };
        }
    }
    let full = full_lines(lines);
    for index in 1..lines.len() {
        let (before, line) = (&lines[index - 1], &lines[index]);
        let goes_on =
            goes_on_elsewhere(before, full[index - 1], line) || divides_word(before, line);
        if links[index] != Link::Wrapped && goes_on {
            links[index] = Link::Wrapped;
        }
    }
    links
}

/// Whether each line fills its column.
fn full_lines(lines: &[Line]) -> Vec<bool> {
    let mut full = vec![false; lines.len()];
    for block in blocks(lines) {
        let column = Column::of(&lines[block.clone()]);
        for index in block {
            full[index] =
                column.is_wide() && lines[index].area.right > column.right - RAGGED * column.height;
        }
    }
    full
}

/// Runs of lines that stand below one another in one column.
fn blocks(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for index in 1..=lines.len() {
        if index == lines.len() || !is_below(&lines[index - 1], &lines[index]) {
            blocks.push(start..index);
            start = index;
        }
    }
    blocks
}

fn is_below(above: &Line, line: &Line) -> bool {
    let unit = above.height.max(line.height);
    let step = line.area.bottom - above.area.bottom;
    let shared = above.area.right.min(line.area.right) - above.area.left.max(line.area.left);
    step > 0.3 * unit
        && step < BLOCK_STEP * unit
        && shared > 0.5 * above.width().min(line.width())
        && unit < SAME_TYPE * above.height.min(line.height)
        && !above.is_row
        && !line.is_row
}

/// The column in which a block stands.
struct Column {
    right: f32,
    height: f32,
    width: f32,
    /// Whether more than one line reaches its right edge, which one long line alone does not show.
    is_sure: bool,
    /// Whether its lines are set to one edge, all but the last ones of paragraphs.
    is_justified: bool,
}

impl Column {
    fn of(lines: &[Line]) -> Self {
        let right = lines
            .iter()
            .map(|line| line.area.right)
            .fold(f32::MIN, f32::max);
        let left = lines
            .iter()
            .map(|line| line.area.left)
            .fold(f32::MAX, f32::min);
        let height = lines.iter().map(|line| line.height).fold(0.0, f32::max);
        let n_full = lines
            .iter()
            .filter(|line| line.area.right > right - RAGGED * height)
            .count();
        let n_flush = lines
            .iter()
            .filter(|line| line.area.right > right - 0.5 * height)
            .count();
        Self {
            right,
            height,
            width: right - left,
            is_sure: n_full >= 2,
            is_justified: n_flush >= 3 && 2 * n_flush >= lines.len(),
        }
    }

    /// The same, sure of its edge where others of the page's lines end there: `edges`, in order.
    fn seen_with(mut self, edges: &[f32]) -> Self {
        let low = edges.partition_point(|edge| *edge < self.right - RAGGED * self.height);
        let high = edges.partition_point(|edge| *edge <= self.right + 0.5 * self.height);
        self.is_sure |= high - low >= LEAST_AT_EDGE;
        self
    }

    fn is_wide(&self) -> bool {
        self.width > NARROWEST * self.height
    }

    /// Whether `line` goes on with the paragraph of the line above it.
    fn wraps(&self, above: &Line, line: &Line, next: Option<&Line>) -> bool {
        if above.is_hyphenated {
            return true;
        }
        let is_new = begins_item(&line.text)
            || is_centered(above, line)
            || self.is_indented(above, line, next);
        if !self.is_wide() || is_new {
            return false;
        }
        let room = self.right - above.area.right;
        if ends(&above.text) && !line.text.starts_with(char::is_lowercase) {
            // A sentence that ends with its line may end the paragraph: only a line set to the edge does not.
            return self.is_justified && room < 0.5 * self.height;
        }
        let is_full = first_word(line) + 0.2 * line.height > room;
        is_full && (self.is_sure || line.text.starts_with(char::is_lowercase))
    }

    /// Whether the line begins a paragraph by standing in from the lines around it.
    fn is_indented(&self, above: &Line, line: &Line, next: Option<&Line>) -> bool {
        let indent = INDENT * self.height;
        if line.area.left < above.area.left + indent {
            return false;
        }
        match next {
            Some(next) => next.area.left < line.area.left - indent,
            None => ends(&above.text),
        }
    }
}

/// Width of a line's first word, by its share of the letters.
fn first_word(line: &Line) -> f32 {
    let first = line.text.split_whitespace().next().unwrap_or_default();
    line.width() * letters(first) / letters(&line.text).max(1.0)
}

/// Number of letters, by their width.
fn letters(text: &str) -> f32 {
    let width = |letter: char| if letter.is_uppercase() { CAPITAL } else { 1.0 };
    text.chars().map(width).sum()
}

/// Whether two lines are set about one axis, as titles are.
fn is_centered(above: &Line, line: &Line) -> bool {
    let middle = |line: &Line| (line.area.left + line.area.right) / 2.0;
    let unit = line.height;
    (middle(above) - middle(line)).abs() < 0.5 * unit
        && (above.area.left - line.area.left).abs() > unit
}

/// Whether a line at another place (the next column, the next page) goes on with the sentence.
fn goes_on_elsewhere(before: &Line, is_full: bool, line: &Line) -> bool {
    let (low, high) = (
        before.height.min(line.height),
        before.height.max(line.height),
    );
    let is_same_type = high < SAME_TYPE * low;
    let is_elsewhere = line.area.top < before.area.top || line.area.left > before.area.right;
    is_same_type
        && is_elsewhere
        && !before.is_row
        && !line.is_row
        && (before.is_hyphenated || is_full && !ends(&before.text))
        && line.text.starts_with(char::is_lowercase)
}

/// Whether a word begins on one line and ends on the next, a little further down.
fn divides_word(above: &Line, line: &Line) -> bool {
    let mut last = above.text.chars().rev();
    let step = line.area.bottom - above.area.bottom;
    let is_next = step > 0.3 * line.height && step < 1.5 * BLOCK_STEP * line.height;
    last.next() == Some('-')
        && last.next().is_some_and(char::is_lowercase)
        && line.text.starts_with(char::is_lowercase)
        && is_next
        && line.area.left < above.area.right
        && !line.is_row
}

/// Whether a text ends as sentences do.
fn ends(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’»)]".contains(c));
    text.ends_with(['.', '!', '?', ':', ';', '…']) && !ends_short(text)
}

/// Whether a text ends with a short form that goes before a name or a number: "Mr.", "St.", "No.".
fn ends_short(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.ends_with('.') && last.len() <= 4 && last.starts_with(char::is_uppercase)
}

/// Whether a line begins with a bullet, or a number that counts items.
fn begins_item(text: &str) -> bool {
    let Some(word) = text.split_whitespace().next() else {
        return false;
    };
    if word.len() == text.len() {
        return false;
    }
    if word.chars().all(|c| "•◦▪■●○–—‣·*-\u{f0b7}".contains(c)) {
        return true;
    }
    let core = word.trim_start_matches(['(', '[']);
    let inner = core.trim_end_matches(['.', ')', ']', ':']);
    let is_closed = inner.len() < core.len();
    let is_count = !inner.is_empty()
        && inner.len() <= 4
        && (inner
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
            || inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic())
            || inner.bytes().all(|byte| b"ivx".contains(&byte)));
    is_closed && is_count
}
