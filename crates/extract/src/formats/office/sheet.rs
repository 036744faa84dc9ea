//! Sheets of a workbook as text: a line a row, cells apart by tabs, each row with its place.

use onrecord_record::Locator;

use super::prose::Prose;
use crate::reading::{Flow, Reading};
use crate::table::SHEET_MARK;

/// Longest run of empty cells that is written out.
const MAX_GAP: u32 = 64;
/// Most rows and columns of which it is told that they are hidden, in stretches.
const MAX_HIDDEN: usize = 1_000;

/// A sheet on its way to the text.
pub(crate) struct Sheet<'p> {
    prose: &'p mut Prose,
    name: String,
    row: u32,
    /// Column of the last cell written in the open row, from 1; 0 for none.
    column: u32,
    start: usize,
    hidden_rows: Stretches,
    /// Columns that are not shown.
    pub(crate) hidden_columns: Stretches,
    pub(crate) n_rows: u64,
}

impl<'p> Sheet<'p> {
    /// Begins a sheet with the line that names it.
    pub(crate) fn begin(prose: &'p mut Prose, name: &str, is_hidden: bool) -> Self {
        prose.end_paragraph();
        prose.push(SHEET_MARK);
        prose.push(&cell_text(name));
        if is_hidden {
            prose.push(" (hidden sheet)");
        }
        prose.end_line();
        Self {
            prose,
            name: name.to_owned(),
            row: 0,
            column: 0,
            start: 0,
            hidden_rows: Stretches::default(),
            hidden_columns: Stretches::default(),
            n_rows: 0,
        }
    }

    /// A cell of a row and a column, both from 1; cells come in their order.
    pub(crate) fn cell(&mut self, row: u32, column: u32, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if row != self.row {
            self.end_row();
            self.row = row;
            self.start = self.prose.len();
        }
        let gap = column.saturating_sub(self.column.max(1)).min(MAX_GAP);
        for _ in 0..gap {
            self.prose.push("\t");
        }
        self.column = column.max(1);
        self.prose.push(&cell_text(text));
    }

    /// Says that a row, from 1, is not shown.
    pub(crate) fn hide_row(&mut self, row: u32) {
        self.hidden_rows.add(row, row);
    }

    /// Ends the row, and hands on what is a full part.
    pub(crate) fn flush(&mut self, reading: &mut Reading<'_, '_>) -> Flow {
        self.end_row();
        self.prose.flush(reading)
    }

    fn end_row(&mut self) {
        if self.column == 0 {
            return;
        }
        let end = self.prose.len();
        self.prose.push("\n");
        let locator = Locator::Cell {
            sheet: Some(self.name.clone()),
            row: self.row,
            column: None,
        };
        self.prose.place(self.start, end, locator);
        self.column = 0;
        self.n_rows += 1;
    }

    /// Ends the sheet; what is hidden in it and what else it says comes below its rows.
    pub(crate) fn end(mut self, lines: &[String]) {
        self.end_row();
        self.prose.end_paragraph();
        let rows = self.hidden_rows.show(u32::to_string);
        let columns = self.hidden_columns.show(|column| column_name(*column));
        for (what, which) in [("Hidden rows", rows), ("Hidden columns", columns)] {
            if !which.is_empty() {
                self.prose.paragraph(&format!("{what}: {which}"));
            }
        }
        for line in lines {
            self.prose.paragraph(line);
        }
    }
}

/// Stretches of rows or columns, first and last included.
#[derive(Debug, Default)]
pub(crate) struct Stretches(Vec<(u32, u32)>);

impl Stretches {
    pub(crate) fn add(&mut self, first: u32, last: u32) {
        match self.0.last_mut() {
            Some((_, end)) if first == end.saturating_add(1) => *end = last.max(first),
            _ => {
                if self.0.len() < MAX_HIDDEN {
                    self.0.push((first, last.max(first)));
                }
            }
        }
    }

    fn show(&self, name: impl Fn(&u32) -> String) -> String {
        let show = |(first, last): &(u32, u32)| {
            if first == last {
                name(first)
            } else {
                format!("{}–{}", name(first), name(last))
            }
        };
        let shown: Vec<String> = self.0.iter().map(show).collect();
        shown.join(", ")
    }
}

/// A cell as the table's dialect writes it: quoted where it holds a tab, a line end or a quote.
fn cell_text(text: &str) -> String {
    let text = text.trim();
    if text.contains(['\t', '\n', '\r']) || text.starts_with('"') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// `A` for 1, `AA` for 27.
pub(crate) fn column_name(column: u32) -> String {
    let (mut rest, mut letters) = (column, Vec::new());
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Row and column, both from 1, of a reference like `B12`.
pub(crate) fn place_of(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.split(':').next()?;
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let row = reference[digits..].parse().ok()?;
    let column =
        reference[..digits]
            .chars()
            .filter(|c| *c != '$')
            .try_fold(0_u32, |column, c| {
                let letter = c.to_digit(36)?.checked_sub(9)?;
                column.checked_mul(26)?.checked_add(letter)
            })?;
    (column > 0).then_some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn references_are_rows_and_columns() {
        assert_eq!(place_of("B12"), Some((12, 2)));
        assert_eq!(place_of("$AA$3:AB9"), Some((3, 27)));
        assert_eq!(place_of("12"), None);
        assert_eq!(column_name(28), "AB");
    }

    #[test]
    fn rows_are_lines_and_gaps_are_kept() {
        let mut prose = Prose::new(&Limits::default());
        let mut sheet = Sheet::begin(&mut prose, "Owners", true);
        sheet.cell(1, 1, "owner");
        sheet.cell(1, 3, "share");
        sheet.cell(4, 1, "a\tb");
        sheet.hide_row(4);
        sheet.hide_row(5);
        sheet.hidden_columns.add(2, 2);
        sheet.end(&["Comment".to_owned()]);
        assert_eq!(
            prose.text,
            "Sheet: Owners (hidden sheet)\nowner\t\tshare\n\"a\tb\"\n\nHidden rows: 4–5\n\nHidden columns: B\n\nComment\n\n"
        );
    }
}
