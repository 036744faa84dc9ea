//! Plain text and Markdown, and what all formats made of characters share.

use std::io::{BufRead, Read};

use onrecord_record::ProblemCode;

use super::{Format, ReadBy};
use crate::charset::{self, Charset, Choice, TextDecoder};
use crate::content::CHUNK;
use crate::event::{Kind, Role};
use crate::item::Hint;
use crate::reading::{Flow, Reading};
use crate::text::PartCutter;

pub(super) const FORMAT: Format = Format {
    name: "plain text",
    media_type: "text/plain",
    extensions: &[
        "txt", "text", "log", "asc", "ini", "conf", "cfg", "tex", "rst", "org", "srt", "vtt",
        "vcf", "ics",
    ],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| probe.is_text(),
    read: ReadBy::Stream(read_plain),
};

pub(super) const MARKDOWN: Format = Format {
    name: "Markdown",
    media_type: "text/markdown",
    extensions: &["md", "markdown", "mkd", "mdown"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| {
        (probe.has_extension(MARKDOWN.extensions) || probe.is_declared(&["text/markdown"]))
            && probe.is_text()
    },
    read: ReadBy::Stream(read_markdown),
};

/// How much is looked at to choose a character set when the bytes come as a stream.
const SAMPLE: usize = 1 << 20;
/// Longest title that a heading gives, in characters.
const MAX_TITLE: usize = 300;

fn read_plain(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let declared = hint.charset.map(str::to_owned);
    read(reading, from, declared.as_deref(), &mut |_| {})
}

fn read_markdown(reading: &mut Reading<'_, '_>, from: &mut dyn BufRead, hint: &Hint<'_>) -> Flow {
    let mut title = None;
    read(reading, from, hint.charset, &mut |part| {
        if title.is_none() {
            let heading = part.lines().find_map(|line| line.strip_prefix("# "));
            title = heading.map(|heading| heading.trim().chars().take(MAX_TITLE).collect());
        }
    })?;
    reading.end().title = title;
    Flow::Continue(())
}

/// Decodes a whole stream and hands it on as the item's main text; `see` gets each part first.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    from: &mut dyn BufRead,
    declared: Option<&str>,
    see: &mut dyn FnMut(&str),
) -> Flow {
    let mut out = TextOut::new(reading.limits.text_part_bytes, see);
    let mut decoder: Option<(TextDecoder, Choice)> = None;
    loop {
        // A choice needs more to look at than a decoder needs to go on.
        let wanted = if decoder.is_none() { SAMPLE } else { CHUNK };
        let mut bytes = Vec::new();
        if (&mut *from)
            .take(wanted as u64)
            .read_to_end(&mut bytes)
            .is_err()
        {
            reading.problem(
                ProblemCode::ReadFailed,
                "reading its bytes failed before their end",
            )?;
        }
        let is_last = bytes.len() < wanted;
        if let Some((decoder, _)) = &mut decoder {
            out.decode(reading, decoder, &bytes, is_last)?;
        } else if is_last || !is_plain_ascii(&bytes) {
            let choice = charset::choose(&bytes, is_last, declared);
            reading.problems(choice.problem.clone())?;
            let mut chosen = TextDecoder::new(choice.charset);
            let after_mark = &bytes[choice.mark_length.min(bytes.len())..];
            out.decode(reading, &mut chosen, after_mark, is_last)?;
            decoder = Some((chosen, choice));
        } else {
            // Until a byte that is not ASCII comes, nothing has to be decided.
            out.push(reading, String::from_utf8_lossy(&bytes).into_owned())?;
        }
        if is_last {
            break;
        }
    }
    out.finish(reading)?;
    let n_nul = out.cutter.n_nul();
    finish(reading, decoder, n_nul)
}

fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memchr2(0, 0x1b, bytes).is_none()
}

fn finish(
    reading: &mut Reading<'_, '_>,
    decoder: Option<(TextDecoder, Choice)>,
    n_nul: u64,
) -> Flow {
    let charset = decoder
        .as_ref()
        .map_or(Charset::Known(encoding_rs::UTF_8), |(_, choice)| {
            choice.charset
        });
    reading.end().charset = Some(charset.name().to_owned());
    let n_replaced = decoder.map_or(0, |(decoder, _)| decoder.n_replaced());
    report_replaced(reading, n_replaced, n_nul, charset)
}

fn report_replaced(
    reading: &mut Reading<'_, '_>,
    n_replaced: u64,
    n_nul: u64,
    charset: Charset,
) -> Flow {
    if n_replaced > 0 {
        reading.problems([charset::replaced(n_replaced, charset)])?;
    }
    if n_nul > 0 {
        reading.problem(
            ProblemCode::ReplacedBytes,
            format!("{n_nul} zero characters became U+FFFD"),
        )?;
    }
    Flow::Continue(())
}

/// Decodes bytes that are all at hand; tells of what could not be decoded.
pub(super) fn decode(
    reading: &mut Reading<'_, '_>,
    bytes: &[u8],
    declared: Option<&str>,
) -> std::ops::ControlFlow<(), String> {
    let choice = charset::choose(bytes, true, declared);
    let mut decoder = TextDecoder::new(choice.charset);
    let mut text = String::with_capacity(bytes.len() + 16);
    decoder.decode(
        &bytes[choice.mark_length.min(bytes.len())..],
        true,
        &mut text,
    );
    reading.end().charset = Some(choice.charset.name().to_owned());
    reading.problems(choice.problem)?;
    report_replaced(reading, decoder.n_replaced(), 0, choice.charset)?;
    std::ops::ControlFlow::Continue(text)
}

struct TextOut<'s> {
    cutter: PartCutter,
    part: u32,
    see: &'s mut dyn FnMut(&str),
}

impl<'s> TextOut<'s> {
    fn new(limit: usize, see: &'s mut dyn FnMut(&str)) -> Self {
        Self {
            cutter: PartCutter::new(limit),
            part: 0,
            see,
        }
    }

    fn decode(
        &mut self,
        reading: &mut Reading<'_, '_>,
        decoder: &mut TextDecoder,
        bytes: &[u8],
        is_last: bool,
    ) -> Flow {
        let mut text = String::with_capacity(bytes.len() + 16);
        decoder.decode(bytes, is_last, &mut text);
        self.push(reading, text)
    }

    fn push(&mut self, reading: &mut Reading<'_, '_>, text: String) -> Flow {
        self.cutter.push_owned(text);
        while let Some(part) = self.cutter.part() {
            self.emit(reading, part)?;
        }
        Flow::Continue(())
    }

    fn finish(&mut self, reading: &mut Reading<'_, '_>) -> Flow {
        let rest = self.cutter.rest();
        if rest.is_empty() {
            Flow::Continue(())
        } else {
            self.emit(reading, rest)
        }
    }

    fn emit(&mut self, reading: &mut Reading<'_, '_>, part: String) -> Flow {
        (self.see)(&part);
        reading.text_part(Role::Main, self.part, part)?;
        self.part += 1;
        Flow::Continue(())
    }
}
