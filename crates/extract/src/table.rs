//! Rows and cells of a table that is kept as text, so that a hit in it can be named by row and column.
//!
//! Source: RFC 4180, with the habits of spreadsheets: semicolons, tabs and bars as delimiters, and
//! quotes that are never closed. A quoted cell ends after 64 KiB or 1,000 lines whatever it says,
//! so that one stray quote cannot swallow a table.

use std::borrow::Cow;

use onrecord_record::Span;

/// Longest quoted cell, in bytes.
const MAX_QUOTED: usize = 64 << 10;
/// How much of a table shows its dialect.
const SNIFF_BYTES: usize = 32 << 10;
/// Delimiters, the likelier first.
const DELIMITERS: &[(u8, &str)] = &[
    (b',', "comma"),
    (b';', "semicolon"),
    (b'\t', "tab"),
    (b'|', "bar"),
];

/// Opens the line that names a sheet, in the text of a workbook.
pub const SHEET_MARK: &str = "Sheet: ";

/// The sheets of a workbook's text: name and first byte of the rows below it, in their order. Empty
/// for a text that is one table.
///
/// ```
/// let text = "Sheet: Owners\nowner\tcompany\n\nSheet: Empty\n";
/// let sheets: Vec<_> = onrecord_extract::table::sheets(text).collect();
/// assert_eq!(sheets, [("Owners", 14), ("Empty", 42)]);
/// ```
pub fn sheets(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        start += line.len();
        let name = line.strip_prefix(SHEET_MARK)?.trim_end();
        (!name.contains('\t')).then_some((name, start))
    })
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    delimiter: u8,
}

/// One cell of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Row, from 1; line breaks inside quotes do not end a row.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
    /// Bytes of the cell in the text, its quotes included.
    pub span: Span,
}

impl Cell {
    /// What the cell says, without its quotes.
    #[must_use]
    pub fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let raw = &text[self.span.range()];
        match raw.strip_prefix('"') {
            None => Cow::Borrowed(raw),
            Some(inner) => {
                let inner = inner.strip_suffix('"').unwrap_or(inner);
                if inner.contains("\"\"") {
                    Cow::Owned(inner.replace("\"\"", "\""))
                } else {
                    Cow::Borrowed(inner)
                }
            }
        }
    }
}

impl Dialect {
    /// The dialect of a table that begins with `text`: the delimiter that cuts most rows alike.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let head = &text.as_bytes()[..text.len().min(SNIFF_BYTES)];
        let mut best = (0, b',');
        for (delimiter, _) in DELIMITERS {
            let score = agreement(head, *delimiter);
            if score > best.0 {
                best = (score, *delimiter);
            }
        }
        Self { delimiter: best.1 }
    }

    /// The delimiter's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let known = DELIMITERS
            .iter()
            .find(|(delimiter, _)| *delimiter == self.delimiter);
        known.map_or("comma", |(_, name)| name)
    }

    /// The delimiter with this name, see [`Dialect::name`].
    #[must_use]
    pub fn delimiter_named(name: &str) -> Option<char> {
        let known = DELIMITERS.iter().find(|(_, known)| *known == name);
        known.map(|(delimiter, _)| char::from(*delimiter))
    }

    /// The cells of `text` in order.
    ///
    /// ```
    /// use onrecord_extract::table::Dialect;
    /// let text = "name;share\n\"Orla; Ltd\";40\n";
    /// let dialect = Dialect::of(text);
    /// let cell = dialect.cells(text).find(|cell| cell.row == 2).expect("a second row");
    /// assert_eq!((cell.column, &*cell.value(text)), (1, "Orla; Ltd"));
    /// ```
    pub fn cells(self, text: &str) -> impl Iterator<Item = Cell> {
        // Offsets into a stored text are u32; a longer text is cut into parts before it is stored.
        let bytes = &text.as_bytes()[..text.len().min(u32::MAX as usize)];
        Cells {
            bytes,
            delimiter: self.delimiter,
            at: 0,
            row: 1,
            column: 1,
            is_done: bytes.is_empty(),
        }
    }
}

/// How many rows have the commonest number of delimiters, weighted by that number being more than none.
fn agreement(head: &[u8], delimiter: u8) -> usize {
    let mut counts = Vec::new();
    let (mut n, mut is_quoted) = (0_usize, false);
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => counts.push(std::mem::take(&mut n)),
            byte if *byte == delimiter && !is_quoted => n += 1,
            _ => {}
        }
    }
    if counts.is_empty() {
        counts.push(n);
    }
    counts.retain(|count| *count > 0);
    counts.sort_unstable();
    let runs = counts.chunk_by(|a, b| a == b);
    runs.map(|run| run.len() * run.len() * 16 + run[0].min(15))
        .max()
        .unwrap_or(0)
}

struct Cells<'t> {
    bytes: &'t [u8],
    delimiter: u8,
    at: usize,
    row: u32,
    column: u32,
    is_done: bool,
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        if self.is_done {
            return None;
        }
        let start = self.at;
        let end = self.cell_end(start);
        let cell = Cell {
            row: self.row,
            column: self.column,
            span: Span::new(start as u32, end as u32),
        };
        self.at = end + 1;
        match self.bytes.get(end) {
            Some(b'\n') => {
                self.row = self.row.saturating_add(1);
                self.column = 1;
                self.is_done = self.at >= self.bytes.len();
            }
            Some(_) => self.column = self.column.saturating_add(1),
            None => self.is_done = true,
        }
        Some(cell)
    }
}

impl Cells<'_> {
    fn cell_end(&self, start: usize) -> usize {
        let mut from = start;
        if self.bytes.get(start) == Some(&b'"') {
            from = quoted_end(&self.bytes[start..]).map_or(start, |length| start + length);
        }
        let rest = &self.bytes[from..];
        memchr::memchr2(self.delimiter, b'\n', rest).map_or(self.bytes.len(), |n| from + n)
    }
}

/// Length of a quoted cell up to and with its closing quote, where it closes soon enough.
fn quoted_end(cell: &[u8]) -> Option<usize> {
    let cell = &cell[..cell.len().min(MAX_QUOTED)];
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', cell.get(at..)?)? + 1;
        if cell.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Counts rows of a table that comes in parts.
pub(crate) struct RowCounter {
    dialect: Dialect,
    n_rows: u64,
}

impl RowCounter {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, n_rows: 0 }
    }

    /// Takes in the next part, which begins with a new row.
    pub(crate) fn push(&mut self, part: &str) {
        let last = self.dialect.cells(part).last();
        self.n_rows += last.map_or(0, |cell| u64::from(cell.row));
    }

    /// Rows so far, the one with the column names included.
    pub(crate) fn n_rows(&self) -> u64 {
        self.n_rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for cell in Dialect::of(text).cells(text) {
            rows.resize(cell.row as usize, Vec::new());
            rows[cell.row as usize - 1].push(cell.value(text).into_owned());
        }
        rows
    }

    #[test]
    fn a_delimiters_name_leads_back_to_it() {
        for (delimiter, name) in DELIMITERS {
            assert_eq!(Dialect::delimiter_named(name), Some(char::from(*delimiter)));
        }
        assert_eq!(Dialect::delimiter_named("c"), None);
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        let text = "a,b\n\"x, \"\"y\"\"\nz\",2\n,\n";
        assert_eq!(
            rows(text),
            [vec!["a", "b"], vec!["x, \"y\"\nz", "2"], vec!["", ""]]
        );
    }

    #[test]
    fn dialects_are_told_by_their_delimiters() {
        for (text, name) in [
            ("a;b,c\n1;2\n3;4\n", "semicolon"),
            ("a\tb\n1\t2\n", "tab"),
            ("one column\nonly\n", "comma"),
            ("a|b|c\n1|2|3\n", "bar"),
        ] {
            assert_eq!(Dialect::of(text).name(), name, "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_swallows_one_cell_only() {
        let text = format!("a,b\n\"{}", "x,\n".repeat(100_000));
        assert_eq!(rows(&text).len(), 100_001);
    }
}
