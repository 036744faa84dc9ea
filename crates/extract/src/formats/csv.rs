//! Tables as text: the text as it is, with its dialect, columns and number of rows as metadata.

use std::io::BufRead;

use super::{Format, Probe, ReadBy, text};
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};
use crate::table::{Dialect, RowCounter};

pub(super) const FORMAT: Format = Format {
    name: "CSV table",
    media_type: "text/csv",
    extensions: &["csv"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| is_promised(probe, FORMAT.extensions, &["text/csv", "application/csv"]),
    read: ReadBy::Stream(read),
};

pub(super) const TABS: Format = Format {
    name: "tab-separated table",
    media_type: "text/tab-separated-values",
    extensions: &["tsv", "tab"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| is_promised(probe, TABS.extensions, &["text/tab-separated-values"]),
    read: ReadBy::Stream(read),
};

/// Columns that are listed by name.
const MAX_COLUMNS: usize = 256;

fn is_promised(probe: &Probe<'_>, extensions: &[&str], media_types: &[&str]) -> bool {
    (probe.has_extension(extensions) || probe.is_declared(media_types)) && probe.is_text()
}

fn read(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let mut table: Option<(Dialect, RowCounter, Vec<String>)> = None;
    text::read(reading, from, hint.charset, &mut |part| {
        let (_, rows, _) = table.get_or_insert_with(|| {
            let dialect = Dialect::of(part);
            let first = dialect
                .cells(part)
                .take_while(|cell| cell.row == 1)
                .take(MAX_COLUMNS);
            let columns = first.map(|cell| cell.value(part).into_owned()).collect();
            (dialect, RowCounter::new(dialect), columns)
        });
        rows.push(part);
    })?;
    let Some((dialect, rows, columns)) = table else {
        return Flow::Continue(());
    };
    reading.metadata("delimiter", dialect.name())?;
    reading.metadata("columns", columns.join("\t"))?;
    reading.metadata("rows", rows.n_rows().to_string())
}
