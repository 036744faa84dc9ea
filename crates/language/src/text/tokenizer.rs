//! From a text to tokens.
//!
//! Source: spaCy `tokenizer.pyx`. Tokens are cut out of the text: nothing is changed, and nothing is lost but the single
//! spaces between words.

use std::collections::HashMap;

use super::lexemes::{Lexemes, Token, WordRules};
use super::pattern::{AcceptCache, Acceptor, Pattern};
use super::unicode::is_space;

/// A part of an exception: its length in bytes, and its norm if the exception gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) len: u32,
    pub(crate) norm: Option<u64>,
}

/// A pipeline's tokenizer.
pub(crate) struct Tokenizer {
    pub(crate) prefix: Option<Pattern>,
    pub(crate) suffix: Option<Pattern>,
    pub(crate) infix: Option<Pattern>,
    pub(crate) url: Option<Acceptor>,
    pub(crate) whole: Option<Acceptor>,
    /// Strings that are cut in a fixed way.
    pub(crate) exceptions: HashMap<Box<str>, Vec<Part>>,
    longest_exception: usize,
    /// Exceptions that the patterns cut up, as the words they are cut into; by first word.
    sequences: Vec<Vec<Vec<Box<str>>>>,
    by_first: HashMap<Box<str>, u16>,
}

/// What one thread keeps for a tokenizer.
#[derive(Default)]
pub(crate) struct TokenizerState {
    chunks: HashMap<Box<str>, (u32, u32)>,
    /// Lexeme and length in bytes, for the chunks.
    pool: Vec<(u32, u32)>,
    url: Option<AcceptCache>,
    whole: Option<AcceptCache>,
    chars: Vec<char>,
    at: Vec<u32>,
    pieces: Vec<(u32, u32)>,
    suffixes: Vec<(u32, u32)>,
    infixes: Vec<(usize, usize)>,
    /// Bytes of what is left between the affixes.
    middle: (u32, u32),
    cut: Vec<Token>,
}

/// Chunks kept, and bytes of the longest.
const MAX_CHUNKS: usize = 64 * 1024;
const MAX_CHUNK_BYTES: usize = 64;

/// Characters that the test for whole words may read for each character of a chunk, and at least. It is made again after
/// each affix that is cut off, which on a million brackets would be quadratic; real words need ten.
const WHOLE_READS_PER_CHAR: usize = 64;
const MIN_WHOLE_READS: usize = 1 << 14;

impl TokenizerState {
    /// Forgets all words, because their numbers will be given to others.
    pub(crate) fn forget(&mut self) {
        self.chunks.clear();
        self.pool.clear();
    }

    /// Whether so much is kept that it is time to forget.
    pub(crate) fn is_full(&self) -> bool {
        self.chunks.len() >= MAX_CHUNKS
    }
}

impl Tokenizer {
    pub(crate) fn new(
        prefix: Option<Pattern>,
        suffix: Option<Pattern>,
        infix: Option<Pattern>,
        url: Option<Acceptor>,
        whole: Option<Acceptor>,
        exceptions: HashMap<Box<str>, Vec<Part>>,
    ) -> Self {
        let longest_exception = exceptions.keys().map(|k| k.len()).max().unwrap_or(0);
        let mut tokenizer = Self {
            prefix,
            suffix,
            infix,
            url,
            whole,
            exceptions,
            longest_exception,
            sequences: Vec::new(),
            by_first: HashMap::new(),
        };
        tokenizer.find_sequences();
        tokenizer
    }

    /// See [`super::lexemes::Lexeme::sequences`].
    pub(crate) fn sequences_from(&self, word: &str) -> u16 {
        self.by_first.get(word).copied().unwrap_or(0)
    }

    fn find_sequences(&mut self) {
        let mut state = TokenizerState::default();
        let mut keys: Vec<&str> = self.exceptions.keys().map(|k| &**k).collect();
        keys.sort_unstable();
        let mut found: Vec<Vec<Box<str>>> = Vec::new();
        let mut infixes = Vec::new();
        for key in keys {
            let chars: Vec<char> = key.chars().collect();
            if let Some(infix) = &self.infix {
                infix.find_all(&chars, &mut infixes);
            }
            let is_cut = key.contains(' ')
                || !infixes.is_empty()
                || self
                    .prefix
                    .as_ref()
                    .is_some_and(|p| p.search_len(&chars) > 0)
                || self
                    .suffix
                    .as_ref()
                    .is_some_and(|p| p.suffix_len(&chars) > 0);
            infixes.clear();
            if is_cut {
                let mut words = Vec::new();
                for (start, end, _) in Runs::new(key) {
                    let mut at = start;
                    self.cut_chunk(&key[start..end], false, &mut state);
                    for &(from, to) in &state.pieces {
                        words.push(Box::from(&key[at..at + (to - from) as usize]));
                        at += (to - from) as usize;
                    }
                }
                found.push(words);
            }
        }
        for words in found.into_iter().filter(|w| !w.is_empty()) {
            let next = self.sequences.len() as u16 + 1;
            let place = *self.by_first.entry(words[0].clone()).or_insert(next);
            if place == next {
                self.sequences.push(Vec::new());
            }
            let group = &mut self.sequences[usize::from(place) - 1];
            if !group.contains(&words) {
                group.push(words);
            }
        }
    }

    /// Cuts `text` into tokens; `text` is shorter than 4 GiB.
    pub(crate) fn tokenize(
        &self,
        text: &str,
        state: &mut TokenizerState,
        words: &mut Lexemes,
        rules: &impl WordRules,
        out: &mut Vec<Token>,
    ) {
        out.clear();
        for (start, end, spacy) in Runs::new(text) {
            self.push_chunk(text, (start, end), state, words, rules, out);
            if spacy && let Some(last) = out.last_mut() {
                last.spacy = true;
            }
        }
        self.apply_sequences(text, state, words, rules, out);
    }

    fn push_chunk(
        &self,
        text: &str,
        (start, end): (usize, usize),
        state: &mut TokenizerState,
        words: &mut Lexemes,
        rules: &impl WordRules,
        out: &mut Vec<Token>,
    ) {
        let chunk = &text[start..end];
        let mut at = start as u32;
        let mut push = |(lexeme, len): (u32, u32)| {
            out.push(Token {
                start: at,
                end: at + len,
                lexeme,
                spacy: false,
            });
            at += len;
        };
        if let Some(&(from, n)) = state.chunks.get(chunk) {
            return state.pool[from as usize..(from + n) as usize]
                .iter()
                .copied()
                .for_each(push);
        }
        let mut parts = Vec::new();
        if let Some(exception) = self.exception(chunk) {
            number_exception(chunk, exception, words, rules, &mut parts);
        } else {
            self.cut_chunk(chunk, true, state);
            for &(from, to) in &state.pieces {
                let piece = &chunk[from as usize..to as usize];
                match self.exception(piece) {
                    // Only the middle piece is looked up, but an affix that is an exception is replaced later anyway.
                    Some(exception) if state.middle_is(from, to) => {
                        number_exception(piece, exception, words, rules, &mut parts);
                    }
                    _ => parts.push((words.number(piece, None, rules), to - from)),
                }
            }
        }
        parts.iter().copied().for_each(&mut push);
        if chunk.len() <= MAX_CHUNK_BYTES && state.chunks.len() < MAX_CHUNKS {
            state
                .chunks
                .insert(chunk.into(), (state.pool.len() as u32, parts.len() as u32));
            state.pool.extend(parts);
        }
    }

    fn exception(&self, text: &str) -> Option<&[Part]> {
        if text.len() > self.longest_exception {
            None
        } else {
            self.exceptions.get(text).map(Vec::as_slice)
        }
    }

    /// Cuts affixes off a chunk without inner spaces, and cuts the rest at infixes, into `state.pieces`: bytes of the chunk.
    /// With `exceptions`, what is left in the middle may be an exception, and is then left whole.
    fn cut_chunk(&self, chunk: &str, exceptions: bool, state: &mut TokenizerState) {
        state.read(chunk);
        let (mut lo, mut hi) = (0, state.chars.len());
        let is_exception = |state: &TokenizerState, lo: usize, hi: usize| {
            exceptions
                && lo < hi
                && self
                    .exception(&chunk[state.at[lo] as usize..state.at[hi] as usize])
                    .is_some()
        };
        let mut reads = MIN_WHOLE_READS.max(hi * WHOLE_READS_PER_CHAR);
        while lo < hi {
            if self.is_whole(state, lo, hi, &mut reads) || is_exception(state, lo, hi) {
                break;
            }
            let p = self
                .prefix
                .as_ref()
                .map_or(0, |r| r.search_len(&state.chars[lo..hi]));
            if p > 0 && is_exception(state, lo + p, hi) {
                state.push(lo, lo + p);
                lo += p;
                break;
            }
            let s = self
                .suffix
                .as_ref()
                .map_or(0, |r| r.suffix_len(&state.chars[lo + p..hi]));
            if s > 0 && is_exception(state, lo, hi - s) {
                state.push_suffix(hi - s, hi);
                hi -= s;
                break;
            }
            if p == 0 && s == 0 {
                break;
            }
            if p > 0 {
                state.push(lo, lo + p);
            }
            if s > 0 && (p == 0 || p + s <= hi - lo) {
                state.push_suffix(hi - s, hi);
                hi -= s;
            }
            lo += p;
        }
        state.middle = (state.at[lo], state.at[hi]);
        if lo < hi {
            if is_exception(state, lo, hi)
                || self.is_whole(state, lo, hi, &mut reads)
                || self.is_url(state, lo, hi)
            {
                state.push(lo, hi);
            } else {
                self.cut_infixes(state, lo, hi);
            }
        }
        while let Some(suffix) = state.suffixes.pop() {
            state.pieces.push(suffix);
        }
    }

    fn cut_infixes(&self, state: &mut TokenizerState, lo: usize, hi: usize) {
        let mut infixes = std::mem::take(&mut state.infixes);
        infixes.clear();
        if let Some(infix) = &self.infix {
            infix.find_all(&state.chars[lo..hi], &mut infixes);
        }
        let mut from = 0;
        for &(start, end) in infixes.iter().filter(|m| m.0 > 0) {
            if start != from {
                state.push(lo + from, lo + start);
            }
            if start != end {
                state.push(lo + start, lo + end);
            }
            from = end;
        }
        if lo + from < hi {
            state.push(lo + from, hi);
        }
        state.infixes = infixes;
    }

    fn is_whole(
        &self,
        state: &mut TokenizerState,
        lo: usize,
        hi: usize,
        reads: &mut usize,
    ) -> bool {
        let Some(whole) = &self.whole else {
            return false;
        };
        let Some(left) = reads.checked_sub(hi - lo) else {
            return false;
        };
        *reads = left;
        whole.accepts(
            &state.chars[lo..hi],
            state.whole.get_or_insert_with(|| whole.cache()),
        )
    }

    fn is_url(&self, state: &mut TokenizerState, lo: usize, hi: usize) -> bool {
        let Some(url) = &self.url else { return false };
        url.accepts(
            &state.chars[lo..hi],
            state.url.get_or_insert_with(|| url.cache()),
        )
    }

    /// The second pass: exceptions that the first pass cut up, because they stand beside other characters.
    fn apply_sequences(
        &self,
        text: &str,
        state: &mut TokenizerState,
        words: &mut Lexemes,
        rules: &impl WordRules,
        tokens: &mut Vec<Token>,
    ) {
        let mut spans = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            let place = words.all()[token.lexeme as usize].sequences;
            if place == 0 {
                continue;
            }
            for sequence in &self.sequences[usize::from(place) - 1] {
                let here = tokens[i..]
                    .iter()
                    .map(|t| &text[t.start as usize..t.end as usize]);
                if here.take(sequence.len()).eq(sequence.iter().map(|w| &**w)) {
                    spans.push((i, i + sequence.len()));
                }
            }
        }
        let spans = without_overlaps(spans, tokens.len());
        if spans.is_empty() {
            return;
        }
        state.cut.clear();
        let mut done = 0;
        for (from, to) in spans {
            let (first, last) = (tokens[from], tokens[to - 1]);
            let span = &text[first.start as usize..last.end as usize];
            let Some(exception) = self.exception(span) else {
                continue;
            };
            state.cut.extend_from_slice(&tokens[done..from]);
            let mut parts = Vec::new();
            number_exception(span, exception, words, rules, &mut parts);
            let mut at = first.start;
            for (lexeme, len) in parts {
                state.cut.push(Token {
                    start: at,
                    end: at + len,
                    lexeme,
                    spacy: false,
                });
                at += len;
            }
            if let Some(cut) = state.cut.last_mut() {
                cut.spacy = last.spacy;
            }
            done = to;
        }
        state.cut.extend_from_slice(&tokens[done..]);
        std::mem::swap(tokens, &mut state.cut);
    }
}

impl TokenizerState {
    fn read(&mut self, chunk: &str) {
        self.chars.clear();
        self.at.clear();
        self.pieces.clear();
        self.suffixes.clear();
        for (at, c) in chunk.char_indices() {
            self.chars.push(c);
            self.at.push(at as u32);
        }
        self.at.push(chunk.len() as u32);
    }

    fn push(&mut self, lo: usize, hi: usize) {
        self.pieces.push((self.at[lo], self.at[hi]));
    }

    fn push_suffix(&mut self, lo: usize, hi: usize) {
        self.suffixes.push((self.at[lo], self.at[hi]));
    }

    fn middle_is(&self, from: u32, to: u32) -> bool {
        self.middle == (from, to)
    }
}

fn number_exception(
    text: &str,
    parts: &[Part],
    words: &mut Lexemes,
    rules: &impl WordRules,
    out: &mut Vec<(u32, u32)>,
) {
    let mut at = 0;
    for part in parts {
        let end = at + part.len as usize;
        out.push((words.number(&text[at..end], part.norm, rules), part.len));
        at = end;
    }
}

/// Longer spans first, then earlier ones; a span falls when its first or last token lies in one before it, kept or not.
fn without_overlaps(mut spans: Vec<(usize, usize)>, n: usize) -> Vec<(usize, usize)> {
    if spans.is_empty() {
        return spans;
    }
    spans.sort_unstable_by_key(|&(from, to)| (std::cmp::Reverse(to - from), from));
    let mut seen = vec![false; n];
    spans.retain(|&(from, to)| {
        let keep = !seen[from] && !seen[to - 1];
        seen[from..to].fill(true);
        keep
    });
    spans.sort_unstable();
    spans
}

/// The runs of spaces and of other characters in a text: bytes, and whether a single space follows that is in no run.
struct Runs<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Runs<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = &self.text[start..];
        let spaces = is_space(rest.chars().next()?);
        let end = rest
            .find(|c| is_space(c) != spaces)
            .map_or(self.text.len(), |i| start + i);
        // A run of spaces can only be followed by a word: the space after a word belongs to neither.
        let spacy = self.text.as_bytes().get(end) == Some(&b' ');
        self.at = end + usize::from(spacy);
        Some((start, end, spacy))
    }
}
