//! Which character set bytes are in, and their text.
//!
//! A byte order mark decides; then whether the bytes are valid UTF-8; then what is declared, if the
//! bytes bear it out; then a guess (`chardetng`). A declaration that the bytes contradict is noticed.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use onrecord_record::{Problem, ProblemCode};

/// How much a guess looks at.
const GUESS_BYTES: usize = 1 << 20;
/// How much tells text from other bytes.
const SNIFF_BYTES: usize = 16 << 10;
/// No text has a zero character so early.
const HEADER_BYTES: usize = 512;
/// So few bytes of a declared East Asian set may be valid UTF-8 by chance.
const CHANCE_BYTES: usize = 12;

/// A character set that texts are read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// One of the WHATWG encoding standard.
    Known(&'static Encoding),
    /// UTF-32; the standard left it out, files did not.
    Utf32 { is_big_endian: bool },
}

impl Charset {
    /// Its WHATWG name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Charset::Known(encoding) => encoding.name(),
            Charset::Utf32 {
                is_big_endian: true,
            } => "UTF-32BE",
            Charset::Utf32 {
                is_big_endian: false,
            } => "UTF-32LE",
        }
    }

    fn is_wide(self) -> bool {
        self != Charset::Known(UTF_8)
            && !matches!(self, Charset::Known(e) if e.is_ascii_compatible())
    }
}

/// What was decided, and why it is worth a word.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) charset: Charset,
    pub(crate) mark_length: usize,
    pub(crate) problem: Option<Problem>,
}

impl Choice {
    fn plain(charset: Charset) -> Self {
        Self {
            charset,
            mark_length: 0,
            problem: None,
        }
    }
}

/// Whether bytes are text in some character set, rather than something else.
pub(crate) fn is_text(head: &[u8]) -> bool {
    let head = &head[..head.len().min(SNIFF_BYTES)];
    if byte_order_mark(head).is_some() || wide_without_mark(head).is_some() {
        return true;
    }
    // Other kinds of file have zeros in their headers; a text has some only where it was damaged.
    let n_nul = memchr::memchr_iter(0, head).count();
    let has_early_nul = memchr::memchr(0, &head[..head.len().min(HEADER_BYTES)]).is_some();
    if has_early_nul || n_nul * 1_000 > head.len() {
        return false;
    }
    let n_control: usize = head
        .iter()
        .map(|byte| usize::from(is_odd_control(*byte)))
        .sum();
    n_control * 50 <= head.len()
}

fn is_odd_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x08 | 0x1b | 0x0b)
        || byte == 0x7f
}

/// Decides by `bytes`, the whole text or its first part (`is_whole`), and what is declared.
pub(crate) fn choose(bytes: &[u8], is_whole: bool, declared: Option<&str>) -> Choice {
    let stated = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Some((charset, mark_length)) = byte_order_mark(bytes) {
        let lie =
            stated.filter(|stated| Charset::Known(stated) != charset && !is_loose(stated, charset));
        let problem = lie.map(|stated| wrong(stated.name(), charset.name(), "its byte order mark"));
        return Choice {
            charset,
            mark_length,
            problem,
        };
    }
    if let Some(charset) = wide_without_mark(bytes) {
        let lie = declared.filter(|label| !label.trim().to_ascii_uppercase().starts_with("UTF-"));
        let problem = lie.map(|label| wrong(label, charset.name(), "its zero bytes"));
        return Choice {
            problem,
            ..Choice::plain(charset)
        };
    }
    // A set whose ASCII is two bytes wide cannot be true of bytes that are no such text.
    let stated =
        stated.filter(|stated| stated.is_ascii_compatible() || *stated == encoding_rs::ISO_2022_JP);
    let n_plain = Encoding::ascii_valid_up_to(bytes);
    if n_plain == bytes.len() {
        return ascii(bytes, stated);
    }
    if is_utf8(bytes, is_whole) {
        return utf8(&bytes[n_plain..], stated);
    }
    legacy(bytes, is_whole, declared, stated)
}

/// UTF-16 declared without its byte order is what the mark makes precise.
fn is_loose(stated: &'static Encoding, charset: Charset) -> bool {
    stated == UTF_16LE && charset.is_wide()
}

fn ascii(bytes: &[u8], stated: Option<&'static Encoding>) -> Choice {
    let has_escapes = memchr::memchr(0x1b, bytes).is_some();
    let has_shifts = has_escapes
        && (memchr::memmem::find(bytes, b"\x1b$B").is_some()
            || memchr::memmem::find(bytes, b"\x1b$@").is_some());
    if has_shifts || stated == Some(encoding_rs::ISO_2022_JP) && has_escapes {
        return Choice::plain(Charset::Known(encoding_rs::ISO_2022_JP));
    }
    Choice::plain(Charset::Known(UTF_8))
}

fn utf8(from_first: &[u8], stated: Option<&'static Encoding>) -> Choice {
    let choice = Choice::plain(Charset::Known(UTF_8));
    let Some(stated) = stated.filter(|stated| *stated != UTF_8) else {
        return choice;
    };
    let n_high = from_first
        .iter()
        .filter(|byte| **byte >= 0x80)
        .take(CHANCE_BYTES)
        .count();
    if n_high < CHANCE_BYTES
        && !stated.is_single_byte()
        && is_free_of_errors(stated, from_first, true)
    {
        return Choice::plain(Charset::Known(stated));
    }
    let problem = Some(wrong(stated.name(), "UTF-8", "its bytes"));
    Choice { problem, ..choice }
}

fn legacy(
    bytes: &[u8],
    is_whole: bool,
    declared: Option<&str>,
    stated: Option<&'static Encoding>,
) -> Choice {
    let sample = &bytes[..bytes.len().min(GUESS_BYTES)];
    let is_whole = is_whole && sample.len() == bytes.len();
    let guess = guess(sample, is_whole);
    let Some(stated) = stated else {
        // "UTF-8" with stray bytes is far likelier than a guess when all but a few sequences are valid.
        let charset = if is_mostly_utf8(sample) { UTF_8 } else { guess };
        let unknown =
            declared.filter(|label| Encoding::for_label(label.trim().as_bytes()).is_none());
        let problem = unknown
            .map(|label| wrong(label, charset.name(), "a guess, since no such set is known"));
        return Choice {
            problem,
            ..Choice::plain(Charset::Known(charset))
        };
    };
    let bears_out = is_free_of_errors(stated, sample, is_whole);
    let is_better = guess != stated
        && !(stated == UTF_8 && is_mostly_utf8(sample))
        && is_free_of_errors(guess, sample, is_whole)
        // Any bytes are valid in a set of single bytes, so only one of several bytes proves it false.
        && (!bears_out || stated.is_single_byte() && !guess.is_single_byte());
    if is_better {
        let problem = Some(wrong(stated.name(), guess.name(), "its bytes"));
        return Choice {
            problem,
            ..Choice::plain(Charset::Known(guess))
        };
    }
    Choice::plain(Charset::Known(stated))
}

fn guess(sample: &[u8], is_whole: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, is_whole);
    detector.guess(None, Utf8Detection::Deny)
}

fn wrong(stated: &str, found: &str, by: &str) -> Problem {
    let stated: String = stated
        .chars()
        .filter(|c| !c.is_control())
        .take(60)
        .collect();
    Problem::new(
        ProblemCode::WrongCharset,
        format!("declared as {stated}, read as {found} by {by}"),
    )
}

fn byte_order_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    if bytes.starts_with(b"\xff\xfe\0\0") && bytes.len().is_multiple_of(4) {
        return Some((
            Charset::Utf32 {
                is_big_endian: false,
            },
            4,
        ));
    }
    if bytes.starts_with(b"\0\0\xfe\xff") {
        return Some((
            Charset::Utf32 {
                is_big_endian: true,
            },
            4,
        ));
    }
    Encoding::for_bom(bytes).map(|(encoding, length)| (Charset::Known(encoding), length))
}

/// UTF-16 and UTF-32 betray themselves by where their zero bytes stand.
fn wide_without_mark(bytes: &[u8]) -> Option<Charset> {
    let head = &bytes[..bytes.len().min(4_096) & !3];
    if head.len() < 16 {
        return None;
    }
    let (mut n_nul, mut n_control) = ([0_usize; 4], [0_usize; 4]);
    for quad in head.chunks_exact(4) {
        for (index, byte) in quad.iter().enumerate() {
            n_nul[index] += usize::from(*byte == 0);
            n_control[index] += usize::from(*byte != 0 && is_odd_control(*byte));
        }
    }
    let quads = head.len() / 4;
    let most = |index: usize| n_nul[index] * 10 > quads * 6;
    // Tables of small numbers have their zeros in the same places, and control characters between.
    let letters = |index: usize| n_nul[index] * 20 < quads && n_control[index] * 50 <= quads;
    if most(1) && most(2) && most(3) && letters(0) {
        return Some(Charset::Utf32 {
            is_big_endian: false,
        });
    }
    if most(0) && most(1) && most(2) && letters(3) {
        return Some(Charset::Utf32 {
            is_big_endian: true,
        });
    }
    if most(1) && most(3) && letters(0) && letters(2) {
        return Some(Charset::Known(UTF_16LE));
    }
    (most(0) && most(2) && letters(1) && letters(3)).then_some(Charset::Known(UTF_16BE))
}

fn is_utf8(bytes: &[u8], is_whole: bool) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => !is_whole && error.error_len().is_none(),
    }
}

/// Whether nearly all that is not ASCII is valid UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_good > n_bad * 4
}

fn is_free_of_errors(encoding: &'static Encoding, bytes: &[u8], is_whole: bool) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = [0_u8; 8_192];
    let mut rest = bytes;
    loop {
        let (result, n_read, _, had_errors) = decoder.decode_to_utf8(rest, &mut out, is_whole);
        if had_errors {
            return false;
        }
        rest = &rest[n_read..];
        if result == CoderResult::InputEmpty {
            return true;
        }
    }
}

/// Turns chunks of bytes into text.
pub(crate) struct TextDecoder {
    state: State,
    n_replaced: u64,
}

enum State {
    Known(Box<Decoder>),
    Utf32 { is_big_endian: bool, rest: Vec<u8> },
}

impl TextDecoder {
    /// A decoder for the bytes after the byte order mark.
    pub(crate) fn new(charset: Charset) -> Self {
        let state = match charset {
            Charset::Known(encoding) => {
                State::Known(Box::new(encoding.new_decoder_without_bom_handling()))
            }
            Charset::Utf32 { is_big_endian } => State::Utf32 {
                is_big_endian,
                rest: Vec::new(),
            },
        };
        Self {
            state,
            n_replaced: 0,
        }
    }

    /// Appends the text of the next bytes to `out`.
    pub(crate) fn decode(&mut self, bytes: &[u8], is_last: bool, out: &mut String) {
        match &mut self.state {
            State::Known(decoder) => self.n_replaced += decode_known(decoder, bytes, is_last, out),
            State::Utf32 {
                is_big_endian,
                rest,
            } => {
                rest.extend_from_slice(bytes);
                self.n_replaced += decode_utf32(rest, *is_big_endian, is_last, out);
            }
        }
    }

    /// How many places became U+FFFD.
    pub(crate) fn n_replaced(&self) -> u64 {
        self.n_replaced
    }
}

fn decode_known(decoder: &mut Decoder, bytes: &[u8], is_last: bool, out: &mut String) -> u64 {
    let mut rest = bytes;
    let mut n_replaced = 0;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        out.reserve(room.unwrap_or(rest.len()).clamp(16, 1 << 20));
        let (result, n_read) = decoder.decode_to_string_without_replacement(rest, out, is_last);
        rest = &rest[n_read..];
        match result {
            encoding_rs::DecoderResult::InputEmpty => return n_replaced,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => {
                out.push('\u{fffd}');
                n_replaced += 1;
            }
        }
    }
}

fn decode_utf32(rest: &mut Vec<u8>, is_big_endian: bool, is_last: bool, out: &mut String) -> u64 {
    let mut n_replaced = 0;
    let whole = rest.len() & !3;
    for quad in rest[..whole].chunks_exact(4) {
        let quad = [quad[0], quad[1], quad[2], quad[3]];
        let code = if is_big_endian {
            u32::from_be_bytes(quad)
        } else {
            u32::from_le_bytes(quad)
        };
        n_replaced += u64::from(char::from_u32(code).is_none());
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }
    rest.drain(..whole);
    if is_last && !rest.is_empty() {
        out.push('\u{fffd}');
        n_replaced += 1;
    }
    n_replaced
}

/// What to report for replaced places.
pub(crate) fn replaced(n_replaced: u64, charset: Charset) -> Problem {
    let places = if n_replaced == 1 {
        "1 place".to_owned()
    } else {
        format!("{n_replaced} places")
    };
    Problem::new(
        ProblemCode::ReplacedBytes,
        format!(
            "{places} could not be read as {} and became U+FFFD",
            charset.name()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], declared: Option<&str>) -> (String, Choice, u64) {
        let choice = choose(bytes, true, declared);
        let mut decoder = TextDecoder::new(choice.charset);
        let mut text = String::new();
        decoder.decode(&bytes[choice.mark_length..], true, &mut text);
        (text, choice, decoder.n_replaced())
    }

    #[test]
    fn marks_decide() {
        let (text, choice, _) = decode(b"\xff\xfe\x7d\x01i\0", None);
        assert_eq!((text.as_str(), choice.charset.name()), ("Ži", "UTF-16LE"));
        let (text, choice, _) = decode(b"\0\0\xfe\xff\0\0\x01\x7d", None);
        assert_eq!((text.as_str(), choice.charset.name()), ("Ž", "UTF-32BE"));
    }

    #[test]
    fn declarations_that_lie_are_noticed() {
        let (text, choice, _) = decode("Žižkov, přece".as_bytes(), Some("iso-8859-1"));
        assert_eq!(text, "Žižkov, přece");
        assert_eq!(
            choice.problem.map(|p| p.code),
            Some(ProblemCode::WrongCharset)
        );
        let (text, choice, _) = decode(b"caf\xe9 fra\xeeche, d\xe9j\xe0 vu", Some("utf-8"));
        assert_eq!(text, "café fraîche, déjà vu");
        assert_eq!(
            choice.problem.map(|p| p.code),
            Some(ProblemCode::WrongCharset)
        );
    }

    #[test]
    fn true_declarations_are_believed() {
        let (text, choice, _) = decode(b"\xc1\xaa\xcd\xa8", Some("gbk"));
        assert_eq!((text.as_str(), choice.problem), ("联通", None));
        let (text, choice, _) = decode(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251"));
        assert_eq!((text.as_str(), choice.problem), ("Привет", None));
    }

    #[test]
    fn stray_bytes_in_utf8_are_replaced_and_counted() {
        let (text, _, n) = decode(b"\xef\xbb\xbfcaf\xc3\xa9 caf\xe9 \xff\xfe", None);
        assert_eq!((text.as_str(), n), ("café caf\u{fffd} \u{fffd}\u{fffd}", 3));
    }

    #[test]
    fn wide_text_without_mark_is_known_by_its_zeros() {
        let bytes: Vec<u8> = "plain words here"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(decode(&bytes, None).0, "plain words here");
        assert!(is_text(&bytes));
        assert!(!is_text(b"\x7fELF\0\0\0\x01\x02\0\0"));
    }
}
