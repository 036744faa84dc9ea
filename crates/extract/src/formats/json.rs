//! JSON and JSON Lines: the text as it is, so that a quote is exactly what the file says.

use std::io::BufRead;

use onrecord_record::ProblemCode;
use serde::de::IgnoredAny;

use super::{Format, Probe, ReadBy, text};
use crate::event::Kind;
use crate::item::Hint;
use crate::reading::{Flow, Reading};

pub(super) const FORMAT: Format = Format {
    name: "JSON",
    media_type: "application/json",
    extensions: &["json", "geojson", "ipynb", "har"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| {
        probe.is_text() && (is_promised(probe, FORMAT.extensions, DECLARED) || is_whole_json(probe))
    },
    read: ReadBy::Stream(read),
};

pub(super) const LINES: Format = Format {
    name: "JSON Lines",
    media_type: "application/jsonl",
    extensions: &["jsonl", "ndjson"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| probe.is_text() && is_promised(probe, LINES.extensions, LINES_DECLARED),
    read: ReadBy::Stream(read_lines),
};

const DECLARED: &[&str] = &["application/json", "application/ld+json", "text/json"];
const LINES_DECLARED: &[&str] = &[
    "application/jsonl",
    "application/x-ndjson",
    "application/jsonlines",
];
/// Beyond this size JSON is kept as it is, without a look at whether it is well formed.
const CHECKED_BYTES: usize = 16 << 20;

fn is_promised(probe: &Probe<'_>, extensions: &[&str], media_types: &[&str]) -> bool {
    let begins = probe.readable().starts_with([
        '{', '[', '"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n',
    ]);
    begins && (probe.has_extension(extensions) || probe.is_declared(media_types))
}

/// Without a promise, only a small file that is JSON to its end counts as such.
fn is_whole_json(probe: &Probe<'_>) -> bool {
    probe.hint.extension.is_none()
        && probe.head.len() < super::PROBE_BYTES
        && probe.readable().starts_with(['{', '['])
        && serde_json::from_slice::<IgnoredAny>(probe.head).is_ok()
}

fn read(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let mut flaw = None;
    let limit = reading.limits.text_part_bytes.min(CHECKED_BYTES);
    text::read(reading, from, hint.charset, &mut |part| {
        if flaw.is_none() && part.len() < limit {
            flaw = serde_json::from_str::<IgnoredAny>(part)
                .err()
                .map(|error| (error.line(), error.column()));
        }
    })?;
    match flaw {
        Some((line, column)) => reading.problem(
            ProblemCode::WrongType,
            format!(
                "not well-formed JSON at line {line}, column {column}; its text is kept as it is"
            ),
        ),
        None => Flow::Continue(()),
    }
}

fn read_lines(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let mut n_records = 0_u64;
    text::read(reading, from, hint.charset, &mut |part| {
        n_records += part.lines().filter(|line| !line.trim().is_empty()).count() as u64;
    })?;
    reading.metadata("rows", n_records.to_string())
}
