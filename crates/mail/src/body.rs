//! The structure of a body: who wrote which lines.
//!
//! Lines are read once from the top. Quote marks give the level of a line; a header that stands in
//! the text ("From: … Sent: … Subject: …") puts everything below it one level deeper, since that is
//! how the programs that write such headers quote. What stands at the end of the sender's own words
//! is then judged paragraph by paragraph.

mod attribution;
mod endings;
mod header;
mod lines;
mod rejoin;
mod words;

use onrecord_record::Span;

pub use rejoin::rejoin;

use lines::{Line, lines};

/// Who wrote a quoted block, and when, as the line or header above it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Name of the author.
    pub author: Option<String>,
    /// Address of the author.
    pub address: Option<String>,
    /// Date as written.
    pub date: Option<String>,
    /// The line or lines that say so.
    pub span: Span,
}

/// One field of a header that stands in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardField {
    /// Which field it is.
    pub kind: FieldKind,
    /// The value in the text; empty where the field is.
    pub value: Span,
}

/// Which field of a header that stands in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// The author.
    From,
    /// When it was sent.
    Date,
    /// Recipients.
    To,
    /// Recipients of a copy.
    Cc,
    /// Subject.
    Subject,
    /// Anything else: Reply-To, attachments, importance.
    Other,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// Written by the sender of the message.
    Prose,
    /// Taken from another message.
    Quote {
        /// How many messages back: 1 for the one answered.
        level: u32,
        /// Who wrote it, where the text says so.
        attribution: Option<Attribution>,
    },
    /// "On … Anna Berg wrote:"
    AttributionLine {
        /// Level of the block in which it stands; what it announces is one deeper.
        level: u32,
    },
    /// The header of a forwarded or answered message within the text.
    ForwardHeader {
        /// Level of the block in which it stands.
        level: u32,
        /// Its fields, in order; none where a mere line separates.
        fields: Vec<ForwardField>,
    },
    /// The sender's signature.
    Signature,
    /// A legal notice.
    Disclaimer,
    /// What a mailing list adds.
    ListFooter,
    /// Columns.
    Table,
    /// Source code, a patch or terminal output.
    Code,
}

/// Consecutive lines of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Where it stands in the text, line ends and blank lines after it included.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// Divides a body into blocks that follow one another without a gap, from its first to its last byte.
///
/// An empty text has no blocks, and neither has one of 4 GiB or more: larger texts come in parts.
///
/// ```
/// use onrecord_mail::body::{BlockKind, structure};
/// let text = "Yes.\n\nOn 2 April 2012, Anna Berg wrote:\n> Did you sign?\n";
/// let blocks = structure(text);
/// assert_eq!(blocks[0].kind, BlockKind::Prose);
/// let BlockKind::Quote { level: 1, attribution: Some(attribution) } = &blocks[2].kind else { panic!() };
/// assert_eq!(attribution.author.as_deref(), Some("Anna Berg"));
/// ```
#[must_use]
pub fn structure(text: &str) -> Vec<Block> {
    if u32::try_from(text.len()).is_err() {
        return Vec::new();
    }
    let lines = lines(text);
    let mut reader = Reader::new(text, &lines);
    reader.read();
    let mut kinds = reader.kinds;
    mark_endings(text, &lines, &mut kinds);
    blocks(&lines, kinds)
}

/// What one line is; lines that belong together share what the first of them says.
#[derive(Debug, Clone, PartialEq)]
enum LineKind {
    Blank,
    Is(BlockKind),
    /// The same block as the line above.
    Same,
}

struct Reader<'t> {
    text: &'t str,
    lines: &'t [Line<'t>],
    kinds: Vec<LineKind>,
    /// Quote marks of the lines from which headers put all below one level deeper.
    opened: Vec<u32>,
    /// Who wrote each level, as last announced.
    authors: Vec<Option<Attribution>>,
    /// Marks of the first line with content at or after each line.
    marks_from: Vec<u32>,
    /// Level of the quote that the line above belongs to, if one does.
    quoting: Option<u32>,
}

/// Messages inside one another; what is deeper counts as this deep.
const MAX_OPENED: usize = 60;

impl<'t> Reader<'t> {
    fn new(text: &'t str, lines: &'t [Line<'t>]) -> Self {
        let mut marks_from = vec![0; lines.len() + 1];
        for (index, line) in lines.iter().enumerate().rev() {
            marks_from[index] = if line.is_blank() {
                marks_from[index + 1]
            } else {
                line.marks
            };
        }
        Self {
            text,
            lines,
            kinds: Vec::with_capacity(lines.len()),
            opened: Vec::new(),
            authors: Vec::new(),
            marks_from,
            quoting: None,
        }
    }

    fn read(&mut self) {
        let mut is_signature = false;
        // Whether nothing but an attribution or separator stands between here and the text above.
        let mut is_announced = false;
        while self.kinds.len() < self.lines.len() {
            let at = self.kinds.len();
            let line = &self.lines[at];
            if line.is_blank() {
                self.kinds.push(LineKind::Blank);
                continue;
            }
            self.opened.retain(|marks| *marks <= line.marks);
            let level = line.marks + self.opened.len() as u32;
            if self.read_header(at, level, is_announced) || self.read_attribution(at, level) {
                is_announced = true;
                is_signature = false;
                self.quoting = None;
                continue;
            }
            is_announced = false;
            is_signature &= level == 0;
            if self.quoting == Some(level) {
                self.kinds.push(LineKind::Same);
                continue;
            }
            self.quoting = None;
            let kind = if line.marks == 0 && endings::is_list_footer(&self.lines[at..]) {
                is_signature = false;
                self.read_footer(at);
                continue;
            } else if level > 0 {
                let attribution = self.authors.get(level as usize).cloned().flatten();
                self.quoting = Some(level);
                BlockKind::Quote { level, attribution }
            } else {
                let raw = &self.text[line.start..line.end];
                is_signature |=
                    endings::is_signature_mark(line.content, raw) && self.is_near_end(at);
                if is_signature {
                    BlockKind::Signature
                } else {
                    BlockKind::Prose
                }
            };
            self.kinds.push(LineKind::Is(kind));
        }
    }

    /// A signature is short; a rule of two dashes in a long text is none.
    fn is_near_end(&self, at: usize) -> bool {
        let own = self.lines[at + 1..]
            .iter()
            .take_while(|line| line.marks == 0);
        own.filter(|line| !line.is_blank()).take(31).count() <= 30
    }

    fn read_header(&mut self, at: usize, level: u32, is_announced: bool) -> bool {
        let line = &self.lines[at];
        let above = at.checked_sub(1).map(|above| &self.lines[above]);
        let is_first_of_quote = above.is_none_or(|above| above.marks < line.marks);
        let may_begin = is_announced || is_first_of_quote || above.is_some_and(Line::is_blank);
        let Some(found) = header::find(self.text, &self.lines[at..], may_begin) else {
            return false;
        };
        // A header that opens a quote speaks of that quote, and so does one below an attribution.
        let opens_deeper = !(is_announced || (line.marks > 0 && is_first_of_quote));
        // A mere line above a quote: the quote's own marks put it deeper.
        let is_above_quote =
            found.fields.is_empty() && self.marks_from[at + found.n_lines] > line.marks;
        let is_opened = opens_deeper && !is_above_quote && self.open(line.marks);
        let of_level = level + u32::from(is_opened || is_above_quote);
        self.announce(of_level, found.attribution);
        self.kinds.push(LineKind::Is(BlockKind::ForwardHeader {
            level,
            fields: found.fields,
        }));
        self.kinds
            .extend((1..found.n_lines).map(|_| LineKind::Same));
        true
    }

    fn read_attribution(&mut self, at: usize, level: u32) -> bool {
        let marks_below = |n_lines: usize| self.marks_from.get(at + n_lines).copied().unwrap_or(0);
        let Some(found) = attribution::find(self.text, &self.lines[at..], marks_below) else {
            return false;
        };
        let marks = self.lines[at].marks;
        let is_above_quote = self.marks_from[at + found.n_lines] > marks;
        let above = at.checked_sub(1).map(|above| &self.lines[above]);
        // Apple Mail puts the line inside the quote that it announces.
        let is_inside =
            !is_above_quote && marks > 0 && above.is_none_or(|above| above.marks < marks);
        if !is_above_quote && !is_inside {
            if !found.is_strong || self.lines[at + found.n_lines..].iter().all(Line::is_blank) {
                return false;
            }
            if !self.open(marks) {
                return false;
            }
        }
        self.announce(if is_inside { level } else { level + 1 }, found.attribution);
        self.kinds
            .push(LineKind::Is(BlockKind::AttributionLine { level }));
        self.kinds
            .extend((1..found.n_lines).map(|_| LineKind::Same));
        true
    }

    /// Puts what follows one level deeper; `false` where that is as deep as is counted.
    fn open(&mut self, marks: u32) -> bool {
        let is_counted = self.opened.len() < MAX_OPENED;
        if is_counted {
            self.opened.push(marks);
        }
        is_counted
    }

    fn announce(&mut self, level: u32, attribution: Attribution) {
        self.authors.resize(level as usize, None);
        self.authors.push(Some(attribution));
    }

    /// A footer goes on to the next quote or to the end.
    fn read_footer(&mut self, at: usize) {
        let own = self.lines[at..].iter().take_while(|line| line.marks == 0);
        let n_lines = own.count();
        self.kinds.push(LineKind::Is(BlockKind::ListFooter));
        self.kinds.extend((1..n_lines).map(|_| LineKind::Same));
    }
}

/// Finds signatures, notices, tables and code in the sender's own words.
fn mark_endings(text: &str, lines: &[Line<'_>], kinds: &mut [LineKind]) {
    let may_hold_disclaimer = endings::may_hold_disclaimer(text);
    let is_own = |kind: &LineKind| matches!(kind, LineKind::Blank | LineKind::Is(BlockKind::Prose));
    let mut start = 0;
    while start < lines.len() {
        let length = kinds[start..]
            .iter()
            .take_while(|kind| is_own(kind))
            .count();
        let end = start + length;
        for paragraph in paragraphs(lines, start..end) {
            let kind = match &lines[paragraph.clone()] {
                text if may_hold_disclaimer && endings::is_disclaimer(text) => {
                    BlockKind::Disclaimer
                }
                text if endings::is_code(text) => BlockKind::Code,
                text if endings::is_table(text) => BlockKind::Table,
                _ => continue,
            };
            kinds[paragraph].fill(LineKind::Is(kind));
        }
        mark_signature(lines, kinds, start..end);
        start = end + 1;
    }
}

/// Finds an unmarked signature at the end of the sender's own words; a legal notice may follow it.
fn mark_signature(lines: &[Line<'_>], kinds: &mut [LineKind], range: std::ops::Range<usize>) {
    let is_prose = |kind: &LineKind| *kind == LineKind::Is(BlockKind::Prose);
    let may_follow =
        |kind: &LineKind| matches!(kind, LineKind::Blank | LineKind::Is(BlockKind::Disclaimer));
    let Some(last) = kinds[range.clone()]
        .iter()
        .rposition(|kind| !may_follow(kind))
    else {
        return;
    };
    let end = range.start + last + 1;
    let own = kinds[range.start..end]
        .iter()
        .rev()
        .take_while(|kind| is_prose(kind) || **kind == LineKind::Blank);
    let start = end - own.count();
    if let Some(signature) = endings::unmarked_signature(&lines[start..end]) {
        for kind in &mut kinds[start + signature..end] {
            if *kind != LineKind::Blank {
                *kind = LineKind::Is(BlockKind::Signature);
            }
        }
    }
}

/// Ranges of lines between blank ones.
fn paragraphs(lines: &[Line<'_>], range: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for index in range.clone() {
        if lines[index].is_blank() {
            if start < index {
                found.push(start..index);
            }
            start = index + 1;
        }
    }
    if start < range.end {
        found.push(start..range.end);
    }
    found
}

/// Puts lines of one kind together; a blank line belongs to what stands above it.
fn blocks(lines: &[Line<'_>], kinds: Vec<LineKind>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut n_blank_first = 0;
    for (line, kind) in lines.iter().zip(kinds) {
        let (start, end) = (line.start as u32, line.end as u32);
        match (kind, blocks.last_mut()) {
            (LineKind::Is(kind), Some(last)) if last.kind == kind && is_running(&kind) => {
                last.span.end = end
            }
            (LineKind::Is(kind), _) => {
                let start = if blocks.is_empty() { 0 } else { start };
                blocks.push(Block {
                    span: Span::new(start, end),
                    kind,
                });
            }
            (_, Some(last)) => last.span.end = end,
            (_, None) => n_blank_first = end,
        }
    }
    if blocks.is_empty() && n_blank_first > 0 {
        blocks.push(Block {
            span: Span::new(0, n_blank_first),
            kind: BlockKind::Prose,
        });
    }
    blocks
}

/// Two attributions or headers that follow one another stay two.
fn is_running(kind: &BlockKind) -> bool {
    !matches!(
        kind,
        BlockKind::AttributionLine { .. } | BlockKind::ForwardHeader { .. }
    )
}

#[cfg(test)]
mod tests;
