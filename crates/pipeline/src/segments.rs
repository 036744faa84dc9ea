//! Stage `segments`: a text into stretches that are analyzed alike.
//!
//! A model trained on news makes names of menu lines, code and table cells. So what is no running
//! text is kept from it, or given to it in the form in which it does well: a signature or a header
//! line by line, a table cell by cell.

mod signature;

use std::ops::Range;

use onrecord_entities::{Party, Quoted};
use onrecord_mail::body::{self, Attribution, Block, BlockKind};
use onrecord_record::{Rejoined, RejoinedBuilder, SegmentKind, Span};
use serde::{Deserialize, Serialize};

/// What a text is, as far as its lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextShape {
    /// The body of a message: quotes, signatures, wrapped lines.
    Mail {
        /// Whether soft line ends are marked (RFC 3676).
        flowed: bool,
    },
    /// A line is a paragraph, as article extraction leaves it.
    Article,
    /// Plain text, perhaps wrapped.
    Plain,
    /// Rows of cells.
    Table {
        /// What stands between two cells.
        delimiter: char,
    },
    /// Taken as it is, in one piece.
    Raw,
}

/// A stretch of a text, with the view of it that is analyzed.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Where it stands in the stored text.
    pub span: Span,
    /// Its text with wrapped lines re-joined; [`Rejoined::stored_span`] leads back.
    pub view: Rejoined,
    /// Whose words these are, where they are not those of the document's author.
    pub quoted: Option<Quoted>,
}

/// Divides a text. Legal notices, list footers, code and columns are left out: they name nobody
/// whom the text is about, and a search finds their words all the same.
///
/// Segments come in the order of the text; each holds a letter or a digit.
#[must_use]
pub fn segments(text: &str, shape: TextShape) -> Vec<Segment> {
    let mut segments = match shape {
        TextShape::Mail { flowed } => divided(text, flowed),
        TextShape::Plain => divided(text, false),
        TextShape::Article => vec![whole(text)],
        TextShape::Raw => return vec![whole(text)],
        TextShape::Table { delimiter } => cells(text, delimiter),
    };
    segments.retain(|segment| segment.view.text().contains(char::is_alphanumeric));
    segments
}

/// A text as one segment, byte for byte.
fn whole(text: &str) -> Segment {
    let mut builder = RejoinedBuilder::default();
    builder.keep(text, 0);
    Segment {
        kind: SegmentKind::Prose,
        span: Span::new(0, text.len() as u32),
        view: builder.finish(),
        quoted: None,
    }
}

fn divided(text: &str, flowed: bool) -> Vec<Segment> {
    let blocks = body::structure(text);
    let mut running = body::rejoin(text, &blocks, flowed).into_iter().peekable();
    let mut segments = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let view = running
            .next_if(|(at, _)| *at == index)
            .map(|(_, view)| view);
        match (&block.kind, view) {
            (BlockKind::Prose, Some(view)) => {
                running_text(SegmentKind::Prose, block.span, view, &mut segments);
            }
            (BlockKind::Quote { level, attribution }, Some(view)) => {
                let first = segments.len();
                running_text(SegmentKind::Quote, block.span, view, &mut segments);
                let quoted = quoted(*level, attribution.as_ref());
                for segment in &mut segments[first..] {
                    segment.quoted = Some(quoted.clone());
                }
            }
            (BlockKind::Signature, _) => lines(text, block, SegmentKind::Signature, &mut segments),
            (BlockKind::ForwardHeader { .. }, _) => {
                lines(text, block, SegmentKind::Header, &mut segments);
            }
            (BlockKind::AttributionLine { .. }, _) => segments.push(joined(text, block)),
            _ => {}
        }
    }
    segments
}

fn quoted(level: u32, attribution: Option<&Attribution>) -> Quoted {
    let author = attribution.map(|by| Party {
        name: by.author.clone(),
        address: by.address.as_deref().map(str::to_lowercase),
    });
    Quoted {
        level,
        author: author.filter(|party| party.name.is_some() || party.address.is_some()),
        date: attribution.and_then(|by| by.date.clone()),
    }
}

/// Running text, and the signatures in it that the structure of the body does not show: inside of
/// quotes, and those without a mark.
fn running_text(kind: SegmentKind, span: Span, view: Rejoined, segments: &mut Vec<Segment>) {
    let signatures = signature::signatures(view.text());
    if signatures.is_empty() {
        segments.push(Segment {
            kind,
            span,
            view,
            quoted: None,
        });
        return;
    }
    let mut from = 0;
    for lines in signatures {
        let start = lines.first().map_or(from, |line| line.start);
        segments.extend(part(kind, &view, from..start));
        from = lines.last().map_or(from, |line| line.end);
        let lines = lines.into_iter();
        segments.extend(lines.filter_map(|line| part(SegmentKind::Signature, &view, line)));
    }
    segments.extend(part(kind, &view, from..view.text().len()));
}

/// Part of a view as a segment of its own; `None` where it is empty.
fn part(kind: SegmentKind, view: &Rejoined, range: Range<usize>) -> Option<Segment> {
    let text = view.text().get(range.clone())?;
    let mut builder = RejoinedBuilder::default();
    for (at, letter) in text.char_indices() {
        let start = (range.start + at) as u32;
        let stored = view.stored_span(Span::new(start, start + letter.len_utf8() as u32));
        builder.keep(&text[at..at + letter.len_utf8()], stored.start);
    }
    let whole = Span::new(range.start as u32, range.end as u32);
    (!text.is_empty()).then(|| Segment {
        kind,
        span: view.stored_span(whole),
        view: builder.finish(),
        quoted: None,
    })
}

/// A line that announces a quote, with what a program wrapped: a name may stand on both sides of the cut.
fn joined(text: &str, block: &Block) -> Segment {
    let mut builder = RejoinedBuilder::default();
    let mut start = block.span.start as usize;
    for line in text[block.span.range()].split_inclusive('\n') {
        let content = line.trim_start_matches(['>', ' ', '\t']);
        let from = start + line.len() - content.len();
        if from > block.span.start as usize {
            builder.stand_in(' ', (from - 1) as u32);
        }
        builder.keep(content.trim_end(), from as u32);
        start += line.len();
    }
    Segment {
        kind: SegmentKind::Header,
        span: block.span,
        view: builder.finish(),
        quoted: None,
    }
}

/// Each line by itself: what stands in one line of a signature does not go on in the next.
fn lines(text: &str, block: &Block, kind: SegmentKind, segments: &mut Vec<Segment>) {
    let mut start = block.span.start as usize;
    for line in text[block.span.range()].split_inclusive('\n') {
        let content = line.trim_start_matches(['>', ' ', '\t']);
        let from = start + line.len() - content.len();
        segments.push(piece(text, from, from + content.trim_end().len(), kind));
        start += line.len();
    }
}

/// Most columns and rows whose cells are looked at: beyond that a table holds data, not names.
const MOST_CELLS: usize = 200_000;

fn cells(text: &str, delimiter: char) -> Vec<Segment> {
    let mut segments = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if (c == delimiter || c == '\n') && !quoted => {
                cell(text, start, at, &mut segments);
                start = at + c.len_utf8();
            }
            _ => {}
        }
        if segments.len() >= MOST_CELLS {
            return segments;
        }
    }
    cell(text, start, text.len(), &mut segments);
    segments
}

/// Cells without letters hold no names.
fn cell(text: &str, start: usize, end: usize, segments: &mut Vec<Segment>) {
    let content = text[start..end].trim_end();
    let inner = content.trim_start().trim_matches('"');
    if inner
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80)
    {
        let from = inner.as_ptr() as usize - text.as_ptr() as usize;
        segments.push(piece(text, from, from + inner.len(), SegmentKind::Cell));
    }
}

fn piece(text: &str, start: usize, end: usize, kind: SegmentKind) -> Segment {
    let mut builder = RejoinedBuilder::default();
    builder.keep(&text[start..end], start as u32);
    Segment {
        kind,
        span: Span::new(start as u32, end as u32),
        view: builder.finish(),
        quoted: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_divided_and_every_view_leads_back() {
        let text = "Dear Sir,\n\nI met Anna Berg of the Harbor Office yesterday and she told me about the\nplan \
                    which the minister had signed a week before the vote.\n\nOn 2 April 2012, Carl Dorn wrote:\n> Did you see\n> her?\n\n-- \nElla Fink\nHead of Desk\n";
        let segments = segments(text, TextShape::Mail { flowed: false });
        let kinds: Vec<SegmentKind> = segments.iter().map(|segment| segment.kind).collect();
        assert!(kinds.contains(&SegmentKind::Prose) && kinds.contains(&SegmentKind::Quote));
        assert!(kinds.contains(&SegmentKind::Signature) && kinds.contains(&SegmentKind::Header));
        for segment in &segments {
            let view = segment.view.text();
            let first = view
                .find(|c: char| c.is_alphanumeric())
                .expect("no segment is empty") as u32;
            let stored = segment.view.stored_span(Span::new(first, first + 1));
            assert_eq!(text[stored.range()], view[first as usize..=first as usize]);
        }
    }

    #[test]
    fn a_table_is_read_cell_by_cell() {
        let text = "owner,company,share\n\"Berg, Anna\",Harbor Ltd,50\n";
        let cells: Vec<String> = segments(text, TextShape::Table { delimiter: ',' })
            .iter()
            .map(|segment| segment.view.text().to_owned())
            .collect();
        assert_eq!(
            cells,
            ["owner", "company", "share", "Berg, Anna", "Harbor Ltd"]
        );
    }
}
