//! A text with its wrapped lines re-joined, and the way back to the stored one.

use crate::Span;

/// A run of bytes that the re-joined and the stored text share, or that one of them lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the re-joined text.
    pub at: u32,
    /// First byte in the stored text.
    pub stored: u32,
}

/// A view of a stored text for analysis: quote marks gone, wrapped lines joined by one space.
///
/// Its offsets never leave the stage that made it: [`Rejoined::stored_span`] leads back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejoined {
    text: String,
    pieces: Vec<Piece>,
}

impl Rejoined {
    /// The text to analyze.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span of the stored text from the first to the last byte of `span`.
    ///
    /// A span that crosses a joined line covers what was cut out there, so that its quote is
    /// exactly what stands in the stored text.
    #[must_use]
    pub fn stored_span(&self, span: Span) -> Span {
        let start = self.stored_offset(span.start);
        if span.is_empty() {
            return Span::new(start, start);
        }
        Span::new(start, self.stored_offset(span.end - 1) + 1)
    }

    fn stored_offset(&self, at: u32) -> u32 {
        let after = self.pieces.partition_point(|piece| piece.at <= at);
        match after.checked_sub(1).map(|index| self.pieces[index]) {
            None => at,
            Some(piece) => {
                let offset = piece.stored + (at - piece.at);
                // A byte that stands for a cut (the joining space) maps into the cut, never past it.
                let limit = self.pieces.get(after).map_or(u32::MAX, |next| next.stored);
                offset.min(limit.saturating_sub(1).max(piece.stored))
            }
        }
    }
}

/// Builds a [`Rejoined`] from left to right.
#[derive(Debug, Default)]
pub struct RejoinedBuilder {
    view: Rejoined,
}

impl RejoinedBuilder {
    /// Appends bytes of the stored text that begin there at `stored`.
    pub fn keep(&mut self, text: &str, stored: u32) {
        if text.is_empty() {
            return;
        }
        let at = self.view.text.len() as u32;
        let continues = self
            .view
            .pieces
            .last()
            .is_some_and(|last| at - last.at == stored.wrapping_sub(last.stored));
        if !continues {
            self.view.pieces.push(Piece { at, stored });
        }
        self.view.text.push_str(text);
    }

    /// Appends a character that stands for what was cut out of the stored text at `stored`.
    pub fn stand_in(&mut self, character: char, stored: u32) {
        let at = self.view.text.len() as u32;
        self.view.pieces.push(Piece { at, stored });
        self.view.text.push(character);
    }

    /// The finished view.
    #[must_use]
    pub fn finish(self) -> Rejoined {
        self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_over_a_line_break_keeps_its_exact_quote() {
        let stored = "> Anna\n> Berg said so";
        let mut builder = RejoinedBuilder::default();
        builder.keep("Anna", 2);
        builder.stand_in(' ', 6);
        builder.keep("Berg said so", 9);
        let view = builder.finish();
        assert_eq!(view.text(), "Anna Berg said so");
        let name = view.stored_span(Span::new(0, 9));
        assert_eq!(&stored[name.range()], "Anna\n> Berg");
        let last = view.stored_span(Span::new(5, 9));
        assert_eq!(&stored[last.range()], "Berg");
        let gap = view.stored_span(Span::new(4, 5));
        assert_eq!(&stored[gap.range()], "\n");
    }
}
