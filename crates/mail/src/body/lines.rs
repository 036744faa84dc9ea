//! Lines of a body and their quote marks.

use memchr::memchr;
use onrecord_record::Span;

/// Quote marks that are counted; no conversation is deeper.
const MAX_MARKS: u32 = 60;

/// One line of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    /// First byte, and one past its line end.
    pub(super) start: usize,
    pub(super) end: usize,
    /// First byte after the quote marks.
    pub(super) content_start: usize,
    /// What stands after the quote marks, without blanks at its ends.
    pub(super) content: &'t str,
    /// Number of quote marks.
    pub(super) marks: u32,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.content.is_empty()
    }

    /// The content's place in the text.
    pub(super) fn content_span(&self, text: &str) -> Span {
        let start = self.content.as_ptr() as usize - text.as_ptr() as usize;
        Span::new(start as u32, (start + self.content.len()) as u32)
    }
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at + 1);
        let whole = &text[start..end];
        let (marks, length) = quote_marks(whole);
        let content = whole[length..].trim();
        lines.push(Line {
            start,
            end,
            content_start: start + length,
            content,
            marks,
        });
        start = end;
    }
    lines
}

/// Number of quote marks at the start of a line, and their length with one space after them.
///
/// `>From` is a line that a mailbox escaped, no quote.
fn quote_marks(line: &str) -> (u32, usize) {
    let bytes = line.as_bytes();
    if line.trim_start_matches('>').starts_with("From ") && line.starts_with(">From") {
        return (0, 0);
    }
    let (mut marks, mut length, mut at) = (0, 0, 0);
    loop {
        let spaces = bytes[at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        match bytes.get(at + spaces) {
            Some(b'>') if spaces <= 1 || (marks == 0 && spaces <= 3) => {
                marks += 1;
                at += spaces + 1;
                length = at;
            }
            // Some programs put a bar between the marks.
            Some(b'|') if marks > 0 && spaces == 0 && bytes.get(at + 1) == Some(&b'>') => at += 1,
            _ => break,
        }
    }
    let marks = marks.min(MAX_MARKS);
    if marks > 0 && bytes.get(length) == Some(&b' ') {
        length += 1;
    }
    (marks, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quote_marks_are_counted() {
        for (line, expected) in [
            ("> a", (1, 2)),
            (">> a", (2, 3)),
            ("> > a", (2, 4)),
            (" > a", (1, 3)),
            (">", (1, 1)),
            (">From here", (0, 0)),
            ("a > b", (0, 0)),
            ("    > shell", (0, 0)),
            (">|> a", (2, 4)),
        ] {
            assert_eq!(quote_marks(line), expected, "{line}");
        }
    }
}
