//! Letters of every script as lower-case ASCII, in words.

use unicode_normalization::char::is_combining_mark;

use crate::names::parsed::{MAX_BYTES, NameKind};

/// Segments of a dotted abbreviation are not longer: `S.p.A.`, `o.o.`.
const DOTTED_SEGMENT: usize = 2;

/// A word of a folded name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// First byte of the folded text.
    pub(super) start: u16,
    /// Byte after the last.
    pub(super) end: u16,
    /// Commas before it.
    pub(super) commas: u16,
    /// Whether it is of a script that writes a syllable a character.
    pub(super) syllabic: bool,
    /// Whether nothing stood between it and the word before: `习近平` is three words in one run.
    pub(super) adjacent: bool,
}

/// A name in lower-case ASCII letters and digits, one space between words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) text: String,
    pub(super) words: Vec<Word>,
}

impl Folded {
    /// The letters of a word.
    pub(super) fn word(&self, word: Word) -> &str {
        self.text
            .get(word.start as usize..word.end as usize)
            .unwrap_or_default()
    }

    /// All letters without the spaces.
    pub(super) fn joined(&self) -> String {
        self.text.replace(' ', "")
    }
}

/// Folds a name, as far as [`MAX_BYTES`] go. A firm's `S.p.A.` is one word, a person's `J.P.` are two.
pub(super) fn fold(name: &str, kind: NameKind) -> Folded {
    let mut folder = Folder {
        kind,
        ..Folder::default()
    };
    for letter in name.chars() {
        if folder.out.text.len() >= MAX_BYTES {
            break;
        }
        folder.take(letter);
    }
    folder.end_word();
    folder.out
}

#[derive(Debug)]
struct Folder {
    kind: NameKind,
    out: Folded,
    /// Where the word that is being read began, if one is.
    start: Option<usize>,
    commas: u16,
    syllabic: bool,
    /// The last word ended without a separator.
    adjacent: bool,
    /// Where the last segment of a dotted abbreviation began.
    segment: Option<usize>,
    /// A dot was read, and what follows may belong to the same abbreviation.
    after_dot: bool,
}

impl Default for Folder {
    fn default() -> Self {
        Self {
            kind: NameKind::Person,
            out: Folded::default(),
            start: None,
            commas: 0,
            syllabic: false,
            adjacent: false,
            segment: None,
            after_dot: false,
        }
    }
}

impl Folder {
    fn take(&mut self, letter: char) {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' => self.plain(letter),
            '\'' | '’' | '‘' | '`' | 'ʼ' | 'ʻ' | '´' | '\u{200b}'..='\u{200f}' | '\u{ad}' => {
            }
            '.' => self.dot(),
            ',' | '،' | '，' => {
                self.separate();
                self.commas = self.commas.saturating_add(1);
            }
            '&' | '+' if self.kind != NameKind::Person => {
                self.end_word();
                "and".chars().for_each(|plain| self.plain(plain));
                self.end_word();
            }
            _ if letter.is_ascii() => self.separate(),
            _ if letter.is_alphanumeric() || is_combining_mark(letter) => self.foreign(letter),
            _ => self.separate(),
        }
    }

    fn plain(&mut self, letter: char) {
        if self.after_dot {
            // A new segment of "S.A."; whether it is short is seen when it ends.
            self.segment = Some(self.out.text.len());
            self.after_dot = false;
        }
        if self.start.is_none() {
            if !self.out.text.is_empty() {
                self.out.text.push(' ');
            }
            self.start = Some(self.out.text.len());
            self.segment = self.start;
        }
        self.out.text.push(letter.to_ascii_lowercase());
    }

    fn foreign(&mut self, letter: char) {
        let syllabic = is_syllabic(letter);
        if self.start.is_some() && (syllabic || self.syllabic) {
            self.end_word();
            self.adjacent = true;
        }
        self.syllabic = syllabic;
        for plain in any_ascii::any_ascii_char(letter).chars() {
            if plain.is_ascii_alphanumeric() {
                self.plain(plain);
            }
        }
    }

    fn dot(&mut self) {
        let Some(segment) = self.segment.filter(|_| self.start.is_some()) else {
            return self.end_word();
        };
        let is_short = self.out.text.len() - segment <= DOTTED_SEGMENT;
        if is_short && self.kind != NameKind::Person {
            self.after_dot = true;
        } else {
            self.end_word();
        }
    }

    fn separate(&mut self) {
        self.end_word();
        self.adjacent = false;
    }

    fn end_word(&mut self) {
        let Some(start) = self.start.take() else {
            self.after_dot = false;
            return;
        };
        let end = self.out.text.len().min(MAX_BYTES);
        let segment = self.segment.take().unwrap_or(start);
        self.after_dot = false;
        // "Co.Ltd": the last segment is a word of its own.
        if segment > start && end - segment > DOTTED_SEGMENT {
            self.out.text.insert(segment, ' ');
            self.push(start, segment);
            self.push(segment + 1, (end + 1).min(self.out.text.len()));
        } else {
            self.push(start, end);
        }
    }

    fn push(&mut self, start: usize, end: usize) {
        if start < end {
            self.out.words.push(Word {
                start: start as u16,
                end: end as u16,
                commas: self.commas,
                syllabic: self.syllabic,
                adjacent: self.adjacent,
            });
            self.adjacent = false;
        }
    }
}

/// Scripts in which a name is written without a space between family and given name.
fn is_syllabic(letter: char) -> bool {
    matches!(
        letter,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '\u{ac00}'..='\u{d7a3}'
    )
}
