//! The text of a document as it grows: cleaned, with its places, handed on in parts.

use onrecord_record::{Locator, PlacedSpan, Span};

use crate::event::Role;
use crate::limits::Limits;
use crate::reading::{Flow, Reading};

/// Gathers the main text of a document.
///
/// Line ends are LF and other control characters are left out, so that places hold for the text as
/// it is handed on. [`Prose::flush`] keeps memory bounded, however long the document is.
pub(crate) struct Prose {
    pub(super) text: String,
    places: Vec<PlacedSpan>,
    /// Places that have begun and not ended, outer ones first.
    open: Vec<(usize, Locator)>,
    part: u32,
    limit: usize,
}

impl Prose {
    /// An empty text in parts of the size that the limits allow.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            text: String::new(),
            places: Vec::new(),
            open: Vec::new(),
            part: 0,
            limit: limits.text_part_bytes.max(4),
        }
    }

    /// Appends characters as a document has them.
    pub(crate) fn push(&mut self, text: &str) {
        let is_clean = !text
            .bytes()
            .any(|byte| byte < 0x20 && byte != b'\n' && byte != b'\t');
        if is_clean {
            self.text.push_str(text);
            return;
        }
        let mut before = ' ';
        for c in text.chars() {
            match c {
                '\n' if before == '\r' => {}
                '\r' | '\u{b}' | '\u{c}' => self.text.push('\n'),
                '\0' => self.text.push('\u{fffd}'),
                c if c < ' ' && c != '\n' && c != '\t' => {}
                c => self.text.push(c),
            }
            before = c;
        }
    }

    /// Ends the line, unless it is empty.
    pub(crate) fn end_line(&mut self) {
        self.trim_line();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Ends the paragraph: an empty line comes after it.
    pub(crate) fn end_paragraph(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A paragraph of its own.
    pub(crate) fn paragraph(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.end_paragraph();
        self.push(text.trim());
        self.end_paragraph();
    }

    /// A heading before what follows, where something follows.
    pub(crate) fn section(&mut self, heading: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.paragraph(heading);
        for line in lines {
            self.paragraph(line);
        }
    }

    fn trim_line(&mut self) {
        let keep = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(keep);
    }

    /// Length of the part so far, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// A place begins here.
    pub(crate) fn begin_place(&mut self, locator: Locator) {
        self.open.push((self.text.len(), locator));
    }

    /// The innermost place ends here.
    pub(crate) fn end_place(&mut self) {
        if let Some((start, locator)) = self.open.pop() {
            self.place(start, self.text.len(), locator);
        }
    }

    /// What was appended since the text had this length lies there.
    pub(crate) fn place(&mut self, start: usize, end: usize, locator: Locator) {
        let end = end.min(self.text.len());
        if start < end {
            let span = Span::new(start as u32, end as u32);
            self.places.push(PlacedSpan { span, locator });
        }
    }

    /// Hands on what is a full part.
    pub(crate) fn flush(&mut self, reading: &mut Reading<'_, '_>) -> Flow {
        while self.text.len() > self.limit {
            let mut cut = self.limit;
            while !self.text.is_char_boundary(cut) {
                cut -= 1;
            }
            if let Some(at) = memchr::memrchr(b'\n', &self.text.as_bytes()[..cut]) {
                cut = at + 1;
            }
            self.hand_on(reading, cut)?;
        }
        Flow::Continue(())
    }

    /// Hands on the rest.
    pub(crate) fn finish(mut self, reading: &mut Reading<'_, '_>) -> Flow {
        self.flush(reading)?;
        let keep = self.text.trim_end().len();
        if keep == 0 {
            return Flow::Continue(());
        }
        self.text.truncate(keep);
        self.text.push('\n');
        while !self.open.is_empty() {
            self.end_place();
        }
        let end = self.text.len();
        self.hand_on(reading, end)
    }

    fn hand_on(&mut self, reading: &mut Reading<'_, '_>, cut: usize) -> Flow {
        let rest = self.text.split_off(cut);
        let text = std::mem::replace(&mut self.text, rest);
        for (start, locator) in &mut self.open {
            if *start < cut {
                let span = Span::new(*start as u32, cut as u32);
                let locator = locator.clone();
                self.places.push(PlacedSpan { span, locator });
            }
            *start = start.saturating_sub(cut);
        }
        let mut places = Vec::new();
        let mut later = Vec::new();
        for place in std::mem::take(&mut self.places) {
            let range = place.span.range();
            if range.start < cut {
                let end = range.end.min(cut);
                let span = Span::new(range.start as u32, end as u32);
                let locator = place.locator.clone();
                places.push(PlacedSpan { span, locator });
            }
            if range.end > cut {
                let start = range.start.max(cut) - cut;
                let span = Span::new(start as u32, (range.end - cut) as u32);
                later.push(PlacedSpan {
                    span,
                    locator: place.locator,
                });
            }
        }
        places.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
        self.places = later;
        let part = self.part;
        self.part += 1;
        reading.placed_part(Role::Main, part, text, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_left_out() {
        let mut prose = Prose::new(&Limits::default());
        prose.push("a\u{7}b\r\nc\u{b}d\0");
        assert_eq!(prose.text, "ab\nc\nd\u{fffd}");
    }

    #[test]
    fn paragraphs_stand_apart() {
        let mut prose = Prose::new(&Limits::default());
        prose.paragraph("one ");
        prose.paragraph(" ");
        prose.paragraph("two");
        assert_eq!(prose.text, "one\n\ntwo\n\n");
    }
}
