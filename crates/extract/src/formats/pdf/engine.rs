//! What an engine tells of a PDF, whichever engine it is.

use onrecord_record::PageBox;

/// A PDF that an engine has opened.
pub(super) trait Document {
    /// What it says of itself.
    fn about(&self) -> About;
    /// Number of pages.
    fn n_pages(&self) -> u32;
    /// The page with this index, from 0; why not, where the engine cannot read it.
    fn page(&self, index: u32) -> Result<Page, String>;
    /// How many files are attached.
    fn n_attachments(&self) -> u32;
    /// The attached file with this index, from 0.
    fn attachment(&self, index: u32) -> Attachment;
}

/// Why a PDF could not be opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// None of the passwords opens it.
    Locked,
    /// The engine says that it is damaged, or something it does not know.
    Unreadable(String),
}

/// What a PDF says of itself: its information dictionary and outline.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) title: Option<String>,
    /// `D:20131205120311+01'00'`, as written.
    pub(super) created: Option<String>,
    pub(super) modified: Option<String>,
    /// Key and value, as they are kept.
    pub(super) stated: Vec<(&'static str, String)>,
    /// Titles of its outline, in order.
    pub(super) outline: Vec<String>,
}

/// A file attached to a PDF.
#[derive(Debug)]
pub(super) struct Attachment {
    pub(super) name: String,
    /// Size that the engine states before the bytes are taken out.
    pub(super) size: u64,
    pub(super) bytes: Vec<u8>,
}

/// A page as its engine reads it.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Runs of letters, in the order in which the page paints them.
    pub(super) runs: Vec<Run>,
    /// Values of form fields, and texts that lie on the page without being painted by it.
    pub(super) fields: Vec<Run>,
    /// What people wrote on the page: text, and who wrote it where that is said.
    pub(super) comments: Vec<(Run, Option<String>)>,
    /// Where links of the page lead, outside of the document.
    pub(super) links: Vec<String>,
    /// Whether the page paints anything at all.
    pub(super) is_painted: bool,
}

/// Letters that the engine puts on one line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    /// All its letters.
    pub(super) area: PageBox,
    pub(super) first: PageBox,
    pub(super) last: PageBox,
    /// Height of the type in which most of its letters are set.
    pub(super) height: f32,
    /// Whether its last letter is a hyphen of a word that goes on in the next run.
    pub(super) is_hyphenated: bool,
}

impl Run {
    /// A text in one box, as annotations and fields have it.
    pub(super) fn boxed(text: String, area: PageBox) -> Self {
        Self {
            text,
            area,
            first: area,
            last: area,
            height: height(&area),
            is_hyphenated: false,
        }
    }
}

/// Gap between two letters from which they stand in different columns, in heights of the line.
const COLUMN_GAP: f32 = 1.5;
/// Gap below which a guessed space is none, in heights of the line: letters of a formula stand as far apart.
const LEAST_SPACE: f32 = 0.15;
/// Longest run: a line of more letters than that is no line.
const MAX_RUN: usize = 16 << 10;

/// What stands between two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Space {
    #[default]
    None,
    /// The page paints one.
    Set,
    /// The engine takes a gap for one.
    Guessed,
}

/// Puts letters together to runs.
#[derive(Default)]
pub(super) struct RunBuilder {
    runs: Vec<Run>,
    open: Option<Run>,
    space: Space,
    /// By how many letters the open run's height has the majority (the vote of Boyer and Moore).
    lead: u32,
    last_height: Option<f32>,
    /// Whether each word is a run of its own.
    splits_words: bool,
}

impl RunBuilder {
    /// The next letter of the run, with its box.
    pub(super) fn letter(&mut self, letter: char, area: PageBox) {
        if self
            .open
            .as_ref()
            .is_some_and(|run| run.text.len() > MAX_RUN)
        {
            self.end();
        }
        let Some(run) = &mut self.open else {
            let mut run = Run::boxed(String::with_capacity(96), area);
            push_letter(&mut run.text, letter);
            self.open = Some(run);
            self.space = Space::None;
            self.lead = 1;
            self.last_height = Some(height(&area));
            return;
        };
        let gap = (area.left - run.last.right) / run.height.max(f32::EPSILON);
        match std::mem::take(&mut self.space) {
            Space::None => {}
            Space::Guessed if gap < LEAST_SPACE && is_formula(&run.text, letter) => {}
            _ if gap > COLUMN_GAP => run.text.push('\t'),
            _ => run.text.push(' '),
        }
        let follows_digit = gap < LEAST_SPACE && run.text.ends_with(is_digit);
        let is_mark = letter.is_ascii_digit() && follows_digit && is_raised(&run.last, &area);
        push_letter(
            &mut run.text,
            if is_mark {
                raised_digit(letter)
            } else {
                letter
            },
        );
        run.area = around(&run.area, &area);
        run.last = area;
        let tall = height(&area);
        self.last_height = Some(tall);
        if (tall - run.height).abs() < 0.1 * run.height {
            self.lead += 1;
        } else if self.lead == 0 {
            run.height = tall;
            self.lead = 1;
        } else {
            self.lead -= 1;
        }
    }

    /// Makes a run of each word.
    pub(super) fn of_words() -> Self {
        Self {
            splits_words: true,
            ..Self::default()
        }
    }

    /// A space between letters.
    pub(super) fn space(&mut self) {
        if self.splits_words {
            self.end();
        }
        self.space = Space::Set;
    }

    /// A space that the engine guesses from a gap between letters.
    pub(super) fn guessed_space(&mut self) {
        if self.splits_words {
            self.end();
        }
        if self.space == Space::None {
            self.space = Space::Guessed;
        }
    }

    /// Height of the letter before.
    pub(super) fn last_height(&self) -> Option<f32> {
        self.last_height
    }

    /// A hyphen after which the word goes on in the next run.
    pub(super) fn hyphen(&mut self, area: PageBox) {
        self.letter('-', area);
        if let Some(run) = &mut self.open {
            run.is_hyphenated = true;
        }
        self.end();
    }

    /// The run ends here.
    pub(super) fn end(&mut self) {
        self.space = Space::None;
        self.runs.extend(self.open.take());
    }

    pub(super) fn finish(mut self) -> Vec<Run> {
        self.end();
        self.runs
    }
}

/// Whether a box stands small and high behind another, as the number of a footnote does.
pub(super) fn is_raised(before: &PageBox, area: &PageBox) -> bool {
    height(area) < 0.85 * height(before) && area.bottom < before.bottom - 0.1 * height(before)
}

/// A digit as its raised form: behind a number a plain one would make another number of it.
pub(super) fn raised_digit(digit: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let value = digit
        .to_digit(10)
        .and_then(|value| RAISED.get(value as usize));
    value.copied().unwrap_or(digit)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// Whether two single letters follow each other, as in a product: `PR`.
fn is_formula(before: &str, letter: char) -> bool {
    let mut last = before.chars().rev();
    letter.is_ascii_alphabetic()
        && last.next().is_some_and(|c| c.is_ascii_alphabetic())
        && last.next().is_none_or(|c| !c.is_alphanumeric())
}

/// Letters as a reader of the text would type them: ligatures taken apart, no marks of the typesetter.
fn push_letter(text: &mut String, letter: char) {
    match letter {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
        // Bullets of the Symbol and Wingdings fonts.
        '\u{f0b7}' | '\u{f0a7}' | '\u{f076}' | '\u{f0d8}' => text.push('•'),
        // What is painted is a hyphen; where it ends a line the engine has said so.
        '\u{ad}' => text.push('-'),
        '\u{200b}' | '\u{feff}' => {}
        letter if letter.is_control() => {}
        letter => text.push(letter),
    }
}

/// Height of a box.
pub(super) fn height(area: &PageBox) -> f32 {
    area.bottom - area.top
}

/// The least box around two.
pub(super) fn around(one: &PageBox, other: &PageBox) -> PageBox {
    PageBox {
        left: one.left.min(other.left),
        top: one.top.min(other.top),
        right: one.right.max(other.right),
        bottom: one.bottom.max(other.bottom),
    }
}

/// How much of the lower of two boxes lies at the height of the other, from 0 to 1.
pub(super) fn shared_height(one: &PageBox, other: &PageBox) -> f32 {
    let shared = one.bottom.min(other.bottom) - one.top.max(other.top);
    let least = height(one).min(height(other));
    if least > 0.0 {
        (shared / least).max(0.0)
    } else {
        0.0
    }
}
