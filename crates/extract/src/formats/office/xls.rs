//! Excel workbooks before 2007 ([MS-XLS], and the older layout of Excel 5 and 95).

use std::collections::BTreeMap;

use onrecord_record::ProblemCode;

use super::compound::{Compound, encoding, in_code_page, locked, u16_at, u32_at, u64_at};
use super::number_format;
use super::prose::Prose;
use super::sheet::{Sheet, column_name};
use super::story::by_whom;
use super::xlsx::{comment_line, header_text};
use crate::item::Hint;
use crate::reading::{Flow, Reading};

/// Record types.
mod kind {
    pub(super) const FORMULA: u16 = 0x06;
    pub(super) const EOF: u16 = 0x0a;
    pub(super) const HEADER: u16 = 0x14;
    pub(super) const FOOTER: u16 = 0x15;
    pub(super) const NOTE: u16 = 0x1c;
    pub(super) const DATE_1904: u16 = 0x22;
    pub(super) const PASSWORD: u16 = 0x2f;
    pub(super) const CONTINUE: u16 = 0x3c;
    pub(super) const CODE_PAGE: u16 = 0x42;
    pub(super) const OBJECT: u16 = 0x5d;
    pub(super) const COLUMN: u16 = 0x7d;
    pub(super) const SHEET: u16 = 0x85;
    pub(super) const NUMBERS: u16 = 0xbd;
    pub(super) const RICH_LABEL: u16 = 0xd6;
    pub(super) const CELL_STYLE: u16 = 0xe0;
    pub(super) const STRINGS: u16 = 0xfc;
    pub(super) const SHARED_LABEL: u16 = 0xfd;
    pub(super) const TEXT_OBJECT: u16 = 0x1b6;
    pub(super) const NUMBER: u16 = 0x203;
    pub(super) const LABEL: u16 = 0x204;
    pub(super) const BOOL_OR_ERROR: u16 = 0x205;
    pub(super) const STRING: u16 = 0x207;
    pub(super) const ROW: u16 = 0x208;
    pub(super) const SHORT_NUMBER: u16 = 0x27e;
    pub(super) const FORMAT: u16 = 0x41e;
    pub(super) const OLD_FORMAT: u16 = 0x1e;
    pub(super) const START: u16 = 0x809;
    pub(super) const SERIES_TEXT: u16 = 0x100d;
}

/// Most formats, sheets, comments and objects.
const MAX_KEPT: usize = 65_536;
/// Most bytes of the list of strings that cells share.
const MAX_STRINGS: usize = 256 << 20;
/// Kind of a sheet that is a chart.
const CHART: u16 = 0x20;
/// Records that hold values of cells.
const CELLS: &[u16] = &[
    kind::NUMBER,
    kind::LABEL,
    kind::SHORT_NUMBER,
    kind::NUMBERS,
    kind::FORMULA,
];
/// What cells show instead of a value.
const ERRORS: &[(u8, &str)] = &[
    (0x00, "#NULL!"),
    (0x07, "#DIV/0!"),
    (0x0f, "#VALUE!"),
    (0x17, "#REF!"),
    (0x1d, "#NAME?"),
    (0x24, "#NUM!"),
    (0x2a, "#N/A"),
];

/// Reads the open item.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    compound: &mut Compound<'_>,
    _: &Hint<'_>,
) -> Flow {
    let name = if compound.has("Workbook") {
        "Workbook"
    } else {
        "Book"
    };
    let stream = compound.stream(name).unwrap_or_default();
    let book = Book::read(&stream);
    if book.is_locked {
        return locked(reading);
    }
    if book.is_cut {
        reading.problem(
            ProblemCode::TooLarge,
            "its list of strings is longer than the limit; cells that use the rest are empty",
        )?;
    }
    let mut prose = Prose::new(reading.limits);
    let mut hidden = Vec::new();
    for sheet in &book.sheets {
        if sheet.is_hidden {
            hidden.push(sheet.name.as_str());
        }
        let records = stream.get(sheet.start..).unwrap_or_default();
        let writer = Sheet::begin(&mut prose, &sheet.name, sheet.is_hidden);
        SheetReader::new(&book, writer).read(reading, records)?;
        prose.flush(reading)?;
    }
    let names: Vec<&str> = book
        .sheets
        .iter()
        .map(|sheet| sheet.name.as_str())
        .collect();
    reading.metadata("delimiter", "tab")?;
    reading.metadata("sheets", names.join("\t"))?;
    reading.metadata("hidden-sheets", hidden.join("\t"))?;
    prose.finish(reading)?;
    compound.read_objects(reading, "/", "MBD")
}

/// The records of a stream: type and body.
fn records(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let kind = u16_at(rest, 0)?;
        let length = usize::from(u16_at(rest, 2)?);
        let body = rest.get(4..)?;
        let body = &body[..length.min(body.len())];
        rest = &rest[4 + body.len()..];
        Some((kind, body))
    })
}

struct SheetName {
    name: String,
    start: usize,
    is_hidden: bool,
}

/// What the sheets of a workbook share.
#[derive(Default)]
struct Book {
    sheets: Vec<SheetName>,
    strings: Vec<String>,
    codes: BTreeMap<u16, String>,
    /// Number of the format of each cell style.
    formats: Vec<u16>,
    code_page: u32,
    is_old: bool,
    starts_1904: bool,
    is_locked: bool,
    is_cut: bool,
}

impl Book {
    fn read(stream: &[u8]) -> Self {
        let mut book = Self {
            code_page: 1252,
            ..Self::default()
        };
        let mut chunks: Vec<&[u8]> = Vec::new();
        let mut is_strings = false;
        for (kind, body) in records(stream) {
            is_strings = match kind {
                kind::STRINGS => true,
                kind::CONTINUE => is_strings,
                _ => false,
            };
            match kind {
                _ if is_strings => chunks.push(body),
                kind::START => book.is_old = u16_at(body, 0).is_some_and(|version| version < 0x600),
                kind::PASSWORD => book.is_locked = true,
                kind::CODE_PAGE => book.code_page = u32::from(u16_at(body, 0).unwrap_or(1252)),
                kind::DATE_1904 => book.starts_1904 = u16_at(body, 0) == Some(1),
                kind::SHEET => book.add_sheet(body),
                kind::FORMAT | kind::OLD_FORMAT => book.add_format(body),
                kind::CELL_STYLE if book.formats.len() < MAX_KEPT => {
                    book.formats.push(u16_at(body, 2).unwrap_or(0));
                }
                kind::EOF => break,
                _ => {}
            }
        }
        book.read_strings(chunks);
        book
    }

    fn add_sheet(&mut self, body: &[u8]) {
        let start = u32_at(body, 0).unwrap_or(u32::MAX) as usize;
        let state = body.get(4).copied().unwrap_or(0) & 3;
        let length = body.get(6).copied().map_or(0, usize::from);
        let rest = body.get(7..).unwrap_or_default();
        let name = if self.is_old {
            in_code_page(&rest[..length.min(rest.len())], self.code_page).into_owned()
        } else {
            characters(rest, length)
        };
        // Sheets of macros have no cells to read; those of charts have texts.
        if self.sheets.len() < MAX_KEPT {
            self.sheets.push(SheetName {
                name,
                start,
                is_hidden: state != 0,
            });
        }
    }

    fn add_format(&mut self, body: &[u8]) {
        let Some(number) = u16_at(body, 0) else {
            return;
        };
        let code = if self.is_old {
            let length = body.get(2).copied().map_or(0, usize::from);
            let rest = body.get(3..).unwrap_or_default();
            in_code_page(&rest[..length.min(rest.len())], self.code_page).into_owned()
        } else {
            text(body, 2)
        };
        if self.codes.len() < MAX_KEPT {
            self.codes.insert(number, code);
        }
    }

    fn read_strings(&mut self, chunks: Vec<&[u8]>) {
        let Some(first) = chunks.first() else {
            return;
        };
        let n = u32_at(first, 4).unwrap_or(0);
        let mut strings = Strings {
            chunks,
            chunk: 0,
            at: 8,
        };
        let mut size = 0;
        for _ in 0..n {
            let Some(string) = strings.next() else {
                return;
            };
            size += string.len() + 32;
            if size > MAX_STRINGS {
                self.is_cut = true;
                return;
            }
            self.strings.push(string);
        }
    }

    fn code(&self, style: u16) -> &str {
        let number = self.formats.get(usize::from(style)).copied().unwrap_or(0);
        let own = self.codes.get(&number).map(String::as_str);
        own.unwrap_or_else(|| number_format::built_in(number))
    }

    fn show(&self, value: f64, style: u16) -> String {
        number_format::display(value, self.code(style), self.starts_1904)
    }

    /// A string with its length before it, in two bytes.
    fn label(&self, body: &[u8], at: usize) -> String {
        if !self.is_old {
            return text(body, at);
        }
        let length = u16_at(body, at).map_or(0, usize::from);
        let rest = body.get(at + 2..).unwrap_or_default();
        in_code_page(&rest[..length.min(rest.len())], self.code_page).into_owned()
    }
}

/// The list of shared strings, which runs on over several records.
struct Strings<'b> {
    chunks: Vec<&'b [u8]>,
    chunk: usize,
    at: usize,
}

impl Strings<'_> {
    fn next(&mut self) -> Option<String> {
        let head = self.take(3)?;
        let length = usize::from(u16_at(&head, 0)?);
        let flags = head[2];
        let n_runs = if flags & 8 != 0 {
            usize::from(u16_at(&self.take(2)?, 0)?)
        } else {
            0
        };
        let n_extra = if flags & 4 != 0 {
            u32_at(&self.take(4)?, 0)? as usize
        } else {
            0
        };
        let string = self.characters(length, flags & 1 != 0)?;
        self.skip(4 * n_runs + n_extra)?;
        Some(string)
    }

    /// The rest of the open record; of the next one where it is used up.
    fn rest(&mut self) -> Option<&[u8]> {
        while self.at >= self.chunks.get(self.chunk)?.len() {
            self.chunk += 1;
            self.at = 0;
        }
        self.chunks.get(self.chunk)?.get(self.at..)
    }

    fn take(&mut self, n: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(n);
        while bytes.len() < n {
            let missing = n - bytes.len();
            let rest = self.rest()?;
            let taken = missing.min(rest.len());
            bytes.extend_from_slice(&rest[..taken]);
            self.at += taken;
        }
        Some(bytes)
    }

    fn skip(&mut self, mut n: usize) -> Option<()> {
        while n > 0 {
            let taken = n.min(self.rest()?.len());
            self.at += taken;
            n -= taken;
        }
        Some(())
    }

    /// Characters that go on in the next record begin there with a flag of their own width.
    fn characters(&mut self, length: usize, is_wide: bool) -> Option<String> {
        let (mut units, mut is_wide) = (Vec::with_capacity(length.min(4_096)), is_wide);
        while units.len() < length {
            if self.at >= self.chunks.get(self.chunk)?.len() {
                self.chunk += 1;
                self.at = 1;
                is_wide = self.chunks.get(self.chunk)?.first()? & 1 != 0;
            }
            let rest = self.chunks.get(self.chunk)?.get(self.at..)?;
            let width = if is_wide { 2 } else { 1 };
            let n = (length - units.len()).min(rest.len() / width);
            if n == 0 {
                // A character cut in two: what is left of the record is no part of it.
                self.at = self.chunks.get(self.chunk)?.len();
                continue;
            }
            units.extend(rest[..n * width].chunks_exact(width).map(unit));
            self.at += n * width;
        }
        Some(String::from_utf16_lossy(&units))
    }
}

fn unit(bytes: &[u8]) -> u16 {
    match bytes {
        [low, high] => u16::from_le_bytes([*low, *high]),
        [byte] => u16::from(*byte),
        _ => 0xfffd,
    }
}

/// Characters behind a flag of their width.
fn characters(bytes: &[u8], length: usize) -> String {
    let Some((flags, rest)) = bytes.split_first() else {
        return String::new();
    };
    let width = if flags & 1 != 0 { 2 } else { 1 };
    let n = length.min(rest.len() / width);
    let units: Vec<u16> = rest[..n * width].chunks_exact(width).map(unit).collect();
    String::from_utf16_lossy(&units)
}

/// A string of one record, with its length in two bytes before it.
fn text(body: &[u8], at: usize) -> String {
    let length = u16_at(body, at).map_or(0, usize::from);
    let Some(flags) = body.get(at + 2) else {
        return String::new();
    };
    let skipped = if flags & 8 != 0 { 2 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
    let mut string = vec![*flags];
    string.extend_from_slice(body.get(at + 3 + skipped..).unwrap_or_default());
    characters(&string, length)
}

/// A note on a cell: where it is, who wrote it, and the object that holds its words.
struct Note {
    row: u16,
    column: u16,
    object: u16,
    author: String,
    /// The words themselves, in the older layout.
    words: String,
}

/// Reads the records of one sheet.
struct SheetReader<'b, 'p> {
    book: &'b Book,
    sheet: Sheet<'p>,
    notes: Vec<Note>,
    /// Words of text objects by the object's number.
    objects: Vec<(u16, String)>,
    object: u16,
    /// How many characters of a text object are still to come.
    n_waiting: usize,
    /// Cell whose formula gives a string, which comes in a record of its own.
    waiting_cell: Option<(u32, u32)>,
    last_row: u32,
    /// Whether the sheet is a chart: its cells repeat those that it draws.
    is_chart: bool,
    lines: Vec<String>,
}

impl<'b, 'p> SheetReader<'b, 'p> {
    fn new(book: &'b Book, sheet: Sheet<'p>) -> Self {
        Self {
            book,
            sheet,
            notes: Vec::new(),
            objects: Vec::new(),
            object: 0,
            n_waiting: 0,
            waiting_cell: None,
            last_row: 0,
            is_chart: false,
            lines: Vec::new(),
        }
    }

    fn read(mut self, reading: &mut Reading<'_, '_>, bytes: &[u8]) -> Flow {
        let mut depth = 0;
        for (kind, body) in records(bytes) {
            match kind {
                kind::START => {
                    self.is_chart |= depth == 0 && u16_at(body, 2) == Some(CHART);
                    depth += 1;
                }
                kind::EOF if depth <= 1 => break,
                kind::EOF => depth -= 1,
                kind::SERIES_TEXT => self.chart_text(body),
                // The cells of a chart repeat those that it draws.
                _ if depth <= 1 && !(self.is_chart && CELLS.contains(&kind)) => {
                    self.record(kind, body);
                    if self.last_row % 1_024 == 1_023 {
                        self.sheet.flush(reading)?;
                    }
                }
                _ => {}
            }
        }
        let lines = self.note_lines();
        self.sheet.end(&lines);
        Flow::Continue(())
    }

    fn record(&mut self, kind: u16, body: &[u8]) {
        match kind {
            kind::SHARED_LABEL => {
                let index = u32_at(body, 6).unwrap_or(u32::MAX) as usize;
                let text = self.book.strings.get(index).cloned().unwrap_or_default();
                self.cell(body, &text);
            }
            kind::LABEL | kind::RICH_LABEL => {
                let text = self.book.label(body, 6);
                self.cell(body, &text);
            }
            kind::NUMBER => {
                let value = u64_at(body, 6).map_or(0.0, f64::from_bits);
                self.number(body, value);
            }
            kind::SHORT_NUMBER => {
                let value = u32_at(body, 6).map_or(0.0, short_number);
                self.number(body, value);
            }
            kind::NUMBERS => self.numbers(body),
            kind::FORMULA => self.formula(body),
            kind::STRING => {
                if let Some((row, column)) = self.waiting_cell.take() {
                    let text = self.book.label(body, 0);
                    self.sheet.cell(row, column, &text);
                }
            }
            kind::BOOL_OR_ERROR => {
                let shown = bool_or_error(body.get(6).copied(), body.get(7) == Some(&1));
                self.cell(body, &shown);
            }
            kind::ROW if u16_at(body, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                self.sheet
                    .hide_row(u32::from(u16_at(body, 0).unwrap_or(0)) + 1);
            }
            kind::COLUMN if u16_at(body, 8).is_some_and(|flags| flags & 1 != 0) => {
                let column = |at| u32::from(u16_at(body, at).unwrap_or(0)) + 1;
                self.sheet
                    .hidden_columns
                    .add(column(0), column(2).min(16_384));
            }
            kind::HEADER | kind::FOOTER => self.header(body),
            kind::NOTE => self.note(body),
            kind::OBJECT => self.object = u16_at(body, 6).unwrap_or(0),
            kind::TEXT_OBJECT => self.n_waiting = u16_at(body, 10).map_or(0, usize::from),
            kind::CONTINUE if self.n_waiting > 0 => self.object_text(body),
            _ => {}
        }
    }

    /// Row and column, from 1, with which most records begin.
    fn place(&mut self, body: &[u8]) -> Option<(u32, u32)> {
        let (row, column) = (u16_at(body, 0)?, u16_at(body, 2)?);
        self.last_row = u32::from(row);
        Some((u32::from(row) + 1, u32::from(column) + 1))
    }

    fn cell(&mut self, body: &[u8], text: &str) {
        if let Some((row, column)) = self.place(body) {
            self.sheet.cell(row, column, text);
        }
    }

    fn number(&mut self, body: &[u8], value: f64) {
        let shown = self.book.show(value, u16_at(body, 4).unwrap_or(0));
        self.cell(body, &shown);
    }

    fn numbers(&mut self, body: &[u8]) {
        let Some((row, first)) = self.place(body) else {
            return;
        };
        let n = body.len().saturating_sub(6) / 6;
        for at in 0..n {
            let style = u16_at(body, 4 + 6 * at).unwrap_or(0);
            let value = u32_at(body, 6 + 6 * at).map_or(0.0, short_number);
            let shown = self.book.show(value, style);
            self.sheet.cell(row, first + at as u32, &shown);
        }
    }

    fn formula(&mut self, body: &[u8]) {
        let is_number = u16_at(body, 12) != Some(0xffff);
        if is_number {
            let value = u64_at(body, 6).map_or(0.0, f64::from_bits);
            return self.number(body, value);
        }
        match body.get(6) {
            Some(0) => self.waiting_cell = self.place(body),
            Some(1) => self.cell(body, &bool_or_error(body.get(8).copied(), false)),
            Some(2) => self.cell(body, &bool_or_error(body.get(8).copied(), true)),
            _ => {}
        }
    }

    fn header(&mut self, body: &[u8]) {
        let code = if self.book.is_old {
            let rest = body.get(1..).unwrap_or_default();
            in_code_page(rest, self.book.code_page).into_owned()
        } else {
            text(body, 0)
        };
        let line = header_text(&code);
        if !line.is_empty() && !self.lines.contains(&line) && self.lines.len() < MAX_KEPT {
            self.lines.push(line);
        }
    }

    fn note(&mut self, body: &[u8]) {
        let number = |at| u16_at(body, at).unwrap_or(0);
        let (author, words) = if self.book.is_old {
            let words = body.get(6..).unwrap_or_default();
            (
                String::new(),
                encoding(self.book.code_page)
                    .decode_without_bom_handling(words)
                    .0
                    .into_owned(),
            )
        } else {
            (text(body, 8), String::new())
        };
        if self.notes.len() < MAX_KEPT {
            self.notes.push(Note {
                row: number(0),
                column: number(2),
                object: number(6),
                author,
                words,
            });
        }
    }

    fn object_text(&mut self, body: &[u8]) {
        let n = std::mem::take(&mut self.n_waiting);
        let words = characters(body, n);
        let n_found = words.encode_utf16().count();
        // Long words go on in the next record.
        if n_found > 0 && n_found < n {
            self.n_waiting = n - n_found;
        }
        let has_room = self.objects.len() < MAX_KEPT;
        match self.objects.last_mut() {
            Some((object, text)) if *object == self.object => text.push_str(&words),
            _ if has_room => self.objects.push((self.object, words)),
            _ => {}
        }
    }

    fn chart_text(&mut self, body: &[u8]) {
        let length = body.get(2).copied().map_or(0, usize::from);
        let rest = body.get(3..).unwrap_or_default();
        let words = if self.book.is_old {
            in_code_page(&rest[..length.min(rest.len())], self.book.code_page).into_owned()
        } else {
            characters(rest, length)
        };
        let line = format!("Chart: {}", words.trim());
        if !words.trim().is_empty() && !self.lines.contains(&line) && self.lines.len() < MAX_KEPT {
            self.lines.push(line);
        }
    }

    /// Comments, text boxes, charts and headers, in this order.
    fn note_lines(&mut self) -> Vec<String> {
        let mut objects = std::mem::take(&mut self.objects);
        let mut lines = Vec::new();
        for note in std::mem::take(&mut self.notes) {
            let at = objects
                .iter()
                .position(|(object, _)| *object == note.object && !self.book.is_old);
            let words = at.map_or(note.words, |at| objects.swap_remove(at).1);
            let column = column_name(u32::from(note.column) + 1);
            let place = format!("{column}{}", u32::from(note.row) + 1);
            lines.push(comment_line(&by_whom(&note.author, ""), &place, &words));
        }
        objects.sort_by_key(|(object, _)| *object);
        lines.extend(objects.into_iter().map(|(_, words)| words));
        lines.append(&mut self.lines);
        lines
    }
}

/// A number in four bytes ([MS-XLS], RkNumber).
fn short_number(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from((packed as i32) >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}

fn bool_or_error(code: Option<u8>, is_error: bool) -> String {
    let code = code.unwrap_or(0);
    if is_error {
        let known = ERRORS.iter().find(|(known, _)| *known == code);
        return known.map_or("#ERROR!", |(_, text)| text).to_owned();
    }
    if code == 0 { "FALSE" } else { "TRUE" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_four_bytes() {
        assert_eq!(short_number((12_345 << 2) | 2), 12_345.0);
        assert_eq!(short_number((12_345 << 2) | 3), 123.45);
        assert_eq!(short_number((1.5_f64.to_bits() >> 32) as u32), 1.5);
    }

    #[test]
    fn strings_run_on_over_records() {
        let first = [0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, b'a', b'b'];
        let second = [1, b'c', 0, 0x7d, 0x01];
        let mut strings = Strings {
            chunks: vec![&first, &second],
            chunk: 0,
            at: 8,
        };
        assert_eq!(strings.next().as_deref(), Some("abcŽ"));
        assert_eq!(strings.next(), None);
    }
}
