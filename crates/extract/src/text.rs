//! Text on its way out: line ends normalized, NUL replaced, cut into parts at line ends.

/// Gathers text and hands it on in parts of bounded size.
pub(crate) struct PartCutter {
    limit: usize,
    pending: String,
    ends_in_cr: bool,
    n_nul: u64,
}

impl PartCutter {
    /// Parts of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            // A part must have room for a character.
            limit: limit.max(4),
            pending: String::new(),
            ends_in_cr: false,
            n_nul: 0,
        }
    }

    /// Takes in a text whole, without copying it when its line ends are as they should be.
    pub(crate) fn push_owned(&mut self, text: String) {
        let is_clean = memchr::memchr2(b'\r', 0, text.as_bytes()).is_none();
        if is_clean && self.pending.is_empty() && !self.ends_in_cr {
            self.pending = text;
        } else {
            self.push(&text);
        }
    }

    /// Takes in the next piece of text.
    pub(crate) fn push(&mut self, text: &str) {
        self.make_room(text.len());
        let mut rest = text;
        if std::mem::take(&mut self.ends_in_cr) {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        while let Some(at) = memchr::memchr2(b'\r', 0, rest.as_bytes()) {
            self.pending.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            if rest.as_bytes()[at] == 0 {
                self.n_nul += 1;
                self.pending.push('\u{fffd}');
                rest = after;
                continue;
            }
            self.pending.push('\n');
            self.ends_in_cr = after.is_empty();
            rest = after.strip_prefix('\n').unwrap_or(after);
        }
        self.pending.push_str(rest);
    }

    /// Doubling would take twice the memory of a part.
    fn make_room(&mut self, more: usize) {
        let len = self.pending.len() + more;
        if len > self.pending.capacity() && len > self.limit / 2 {
            let wanted = len.max(self.limit + more);
            self.pending.reserve_exact(wanted - self.pending.len());
        }
    }

    /// The next full part, if there is one.
    pub(crate) fn part(&mut self) -> Option<String> {
        if self.pending.len() <= self.limit {
            return None;
        }
        let cut = cut_at(&self.pending, self.limit);
        // The part takes no more memory than it needs, and the buffer is filled again.
        let part = self.pending[..cut].to_owned();
        self.pending.drain(..cut);
        Some(part)
    }

    /// What is left after the last full part; empty when there is nothing.
    pub(crate) fn rest(&mut self) -> String {
        std::mem::take(&mut self.pending)
    }

    /// How many NUL characters were replaced.
    pub(crate) fn n_nul(&self) -> u64 {
        self.n_nul
    }
}

/// Where to cut a text longer than `limit`: after the last line end, or at a character.
fn cut_at(text: &str, limit: usize) -> usize {
    let head = &text.as_bytes()[..limit];
    if let Some(line_end) = memchr::memrchr(b'\n', head) {
        return line_end + 1;
    }
    let mut cut = limit;
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&str], limit: usize) -> Vec<String> {
        let mut cutter = PartCutter::new(limit);
        let mut parts = Vec::new();
        for piece in pieces {
            cutter.push(piece);
            while let Some(part) = cutter.part() {
                parts.push(part);
            }
        }
        parts.push(cutter.rest());
        parts
    }

    #[test]
    fn line_ends_become_lf_also_over_pieces() {
        assert_eq!(cut(&["a\r\nb\r", "\nc\rd\r"], 99), ["a\nb\nc\nd\n"]);
        assert_eq!(cut(&["a\0b"], 99), ["a\u{fffd}b"]);
    }

    #[test]
    fn parts_end_at_line_ends_or_characters() {
        assert_eq!(cut(&["one\ntwo\nthree"], 9), ["one\ntwo\n", "three"]);
        assert_eq!(cut(&["ŽŽŽŽŽ"], 5), ["ŽŽ", "ŽŽ", "Ž"]);
    }
}
