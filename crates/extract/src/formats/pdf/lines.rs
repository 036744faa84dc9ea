//! Runs into lines: what stands at one height is one line, though it is set in steps.
//!
//! An engine ends a line where the type goes up or down: at each footnote mark, at each exponent.
//! Left alone, that cuts a sentence in two wherever its author added a note.

use onrecord_record::PageBox;

use super::engine::{Page, Run, around, height, is_raised, raised_digit, shared_height};

/// What stands for a box that is ticked.
pub(super) const TICK: &str = "X";

/// Leaders of a table of contents.
const LEADERS: [&str; 2] = [". . .", "....."];

/// A line of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) area: PageBox,
    /// Height of its type: that of the run with the most letters.
    pub(super) height: f32,
    /// Whether a wide gap in it shows that it is a row of a table.
    pub(super) is_row: bool,
    /// Whether it is written upwards or downwards, along the edge of the page.
    pub(super) is_turned: bool,
    /// Whether its last letter is a hyphen of a word that goes on in the next line.
    pub(super) is_hyphenated: bool,
    /// Box of its last letter, at which the next run may go on.
    end: PageBox,
    /// Letters of the run that gives the height.
    n_letters: usize,
}

impl Line {
    fn new(run: Run) -> Self {
        let n_letters = run.text.chars().count();
        Self {
            area: run.area,
            height: run.height,
            is_row: is_row(&run.text),
            is_turned: n_letters > 3 && height(&run.area) > 2.0 * (run.area.right - run.area.left),
            is_hyphenated: run.is_hyphenated,
            end: run.last,
            n_letters,
            text: run.text,
        }
    }

    fn append(&mut self, mut run: Run, gap: f32) {
        if self.text.ends_with(|c: char| c.is_ascii_digit()) && is_raised(&self.end, &run.first) {
            run.text = raised(&run.text);
        }
        if needs_space(&self.text, &run.text, gap, self.height.max(run.height)) {
            self.text.push(' ');
        }
        self.text.push_str(&run.text);
        self.area = around(&self.area, &run.area);
        self.is_row |= is_row(&run.text);
        self.is_hyphenated = run.is_hyphenated;
        self.end = run.last;
        let n_letters = run.text.chars().count();
        if n_letters > self.n_letters {
            self.n_letters = n_letters;
            self.height = run.height;
        }
    }

    pub(super) fn width(&self) -> f32 {
        self.area.right - self.area.left
    }
}

/// The first digits of a text as raised ones.
fn raised(text: &str) -> String {
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(n_digits);
    digits
        .chars()
        .map(raised_digit)
        .chain(rest.chars())
        .collect()
}

fn is_row(text: &str) -> bool {
    text.contains('\t') || LEADERS.iter().any(|leaders| text.contains(leaders))
}

/// Least share of the lower run's height that the two must have in common.
const SAME_HEIGHT: f32 = 0.4;
/// Gap over which a run still goes on in the line, and how far it may reach back, in heights.
const MAX_GAP: f32 = 1.0;
const MAX_BACK: f32 = 0.35;
/// Gap that is a space between words, in heights.
const SPACE: f32 = 0.14;

/// The lines of a page in the order in which it paints them, with what was filled in at its place.
pub(super) fn lines(page: &mut Page) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for run in page.runs.drain(..) {
        match lines.last_mut() {
            Some(line) if let Some(gap) = gap_in_line(line, &run) => line.append(run, gap),
            _ => lines.push(Line::new(run)),
        }
    }
    lines.retain(|line| !line.text.trim().is_empty());
    for field in page.fields.drain(..) {
        fill_in(&mut lines, field);
    }
    lines
}

/// The gap between a line and a run that goes on in it.
fn gap_in_line(line: &Line, run: &Run) -> Option<f32> {
    // The engine has seen that the next run is another line.
    if line.is_hyphenated || shared_height(&line.end, &run.first) < SAME_HEIGHT {
        return None;
    }
    let unit = height(&line.end).max(height(&run.first));
    let gap = run.first.left - line.end.right;
    (gap > -MAX_BACK * unit && gap < MAX_GAP * unit).then_some(gap)
}

fn needs_space(before: &str, after: &str, gap: f32, unit: f32) -> bool {
    // The number of a footnote stands close before its first word.
    let is_mark = before.bytes().all(|byte| byte.is_ascii_digit());
    let is_apart = gap > SPACE * unit || is_mark && after.starts_with(char::is_alphabetic);
    is_apart && !before.ends_with([' ', '\t']) && !after.starts_with([' ', '\t'])
}

/// Puts a field's value behind the words to its left, else behind what stands above it.
fn fill_in(lines: &mut Vec<Line>, field: Run) {
    if field.text == TICK && tick(lines, &field) {
        return;
    }
    let label = lines.iter().rposition(|line| {
        line.area.left <= field.area.left && shared_height(&line.area, &field.area) > 0.5
    });
    if let Some(line) = label.map(|at| &mut lines[at])
        && !field.text.contains('\n')
    {
        line.text.push(' ');
        line.text.push_str(&field.text);
        line.area = around(&line.area, &field.area);
        line.is_row = true;
        line.is_hyphenated = false;
        line.end = field.area;
        return;
    }
    let above = lines
        .iter()
        .rposition(|line| line.area.bottom <= field.area.top && line.area.left <= field.area.right);
    let at = label.or(above).map_or(lines.len(), |at| at + 1);
    let mut line = Line::new(field);
    line.is_row = true;
    lines.insert(at, line);
}

/// Puts the mark of a ticked box before the words next to it on the right; false where there are none.
fn tick(lines: &mut [Line], field: &Run) -> bool {
    let reach = field.area.right + 3.0 * field.height;
    let label = lines.iter_mut().find(|line| {
        line.area.left >= field.area.left
            && line.area.left < reach
            && shared_height(&line.area, &field.area) > 0.5
    });
    if let Some(line) = label {
        line.text.insert_str(0, "X ");
        line.area = around(&line.area, &field.area);
        line.is_row = true;
        return true;
    }
    false
}

/// A note that somebody put on the page, as lines of its own.
pub(super) fn comment(note: Run) -> Vec<Line> {
    let area = note.area;
    let lines = note.text.lines().map(|text| {
        let mut line = Line::new(Run::boxed(text.to_owned(), area));
        line.is_row = true;
        line
    });
    lines.collect()
}
