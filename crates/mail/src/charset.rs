//! Character sets, and what to do when a declaration lies.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};
use onrecord_record::{Problem, ProblemCode};

/// A text with the set it was read as.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) charset: &'static str,
    pub(crate) problem: Option<Problem>,
}

impl<'a> Text<'a> {
    fn sound(text: Cow<'a, str>, charset: &'static str) -> Self {
        Self {
            text,
            charset,
            problem: None,
        }
    }

    fn noted(
        text: Cow<'a, str>,
        charset: &'static str,
        code: ProblemCode,
        message: String,
    ) -> Self {
        Self {
            text,
            charset,
            problem: Some(Problem::new(code, message)),
        }
    }
}

/// How a declared set is read.
enum Reader {
    Standard(&'static Encoding),
    /// Sets that the web's standard lacks, and mail has: UTF-7, IBM850.
    Other(fn(&[u8]) -> String),
    Unknown,
}

fn reader(label: &str) -> Reader {
    match Encoding::for_label(label.trim().as_bytes()) {
        Some(encoding) if encoding != REPLACEMENT => Reader::Standard(encoding),
        _ => match mail_parser::decoders::charsets::map::charset_decoder(label.trim().as_bytes()) {
            Some(decode) if !label.to_ascii_lowercase().starts_with("iso-2022-") => {
                Reader::Other(decode)
            }
            _ => Reader::Unknown,
        },
    }
}

/// Decodes bytes; a declaration that the bytes contradict is set aside, and that is noted.
pub(crate) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Text<'a> {
    let known = declared.map_or(Reader::Unknown, reader);
    match (&known, declared) {
        (Reader::Other(decode), Some(label)) => {
            let text = decode(bytes);
            let name = if label.eq_ignore_ascii_case("utf-7") {
                "UTF-7"
            } else {
                "declared"
            };
            return Text::sound(Cow::Owned(text), name);
        }
        (Reader::Standard(encoding), Some(label)) if !encoding.is_ascii_compatible() => {
            return decode_declared(bytes, encoding, label);
        }
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return decode_valid_utf8(text, &known, declared);
    }
    match (known, declared) {
        (Reader::Standard(encoding), Some(label)) if !is_ascii_label(label) => {
            decode_declared(bytes, encoding, label)
        }
        (_, declared) => decode_guessed(bytes, declared),
    }
}

/// Text that is valid UTF-8: it is read as such unless the declared set explains it as well.
fn decode_valid_utf8<'a>(text: &'a str, known: &Reader, declared: Option<&str>) -> Text<'a> {
    let Reader::Standard(encoding) = known else {
        return match declared {
            Some(label) if !text.is_ascii() => Text::noted(
                Cow::Borrowed(text),
                UTF_8.name(),
                ProblemCode::WrongCharset,
                format!("the declared character set \"{label}\" is unknown; read as UTF-8"),
            ),
            _ => Text::sound(Cow::Borrowed(text), UTF_8.name()),
        };
    };
    if *encoding == encoding_rs::ISO_2022_JP && text.as_bytes().contains(&0x1B) {
        return decode_declared(text.as_bytes(), encoding, encoding.name());
    }
    if *encoding == UTF_8 || text.is_ascii() {
        return Text::sound(Cow::Borrowed(text), encoding.name());
    }
    // In the Latin sets a sequence of UTF-8 makes no word; in others a short one may by chance.
    let needed = if is_latin(encoding) { 1 } else { 3 };
    if text
        .chars()
        .filter(|letter| !letter.is_ascii())
        .take(needed)
        .count()
        < needed
    {
        return decode_declared(text.as_bytes(), encoding, encoding.name());
    }
    let label = declared.unwrap_or_default();
    Text::noted(
        Cow::Borrowed(text),
        UTF_8.name(),
        ProblemCode::WrongCharset,
        format!("declared as {label}, but the bytes are UTF-8; read as UTF-8"),
    )
}

fn decode_declared<'a>(bytes: &'a [u8], encoding: &'static Encoding, label: &str) -> Text<'a> {
    let (text, used, has_errors) = encoding.decode(bytes);
    if !has_errors {
        return Text::sound(text, used.name());
    }
    let n_replaced = text.matches('\u{FFFD}').count();
    // One broken character in a long text is damage; many are another set.
    if n_replaced > 2 && n_replaced * 2 > text.chars().filter(|letter| !letter.is_ascii()).count() {
        return decode_guessed(bytes, Some(label));
    }
    Text::noted(
        text,
        used.name(),
        ProblemCode::ReplacedBytes,
        format!("{n_replaced} characters are no {label}; they are shown as \u{FFFD}"),
    )
}

fn decode_guessed<'a>(bytes: &'a [u8], declared: Option<&str>) -> Text<'a> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // What decides stands in the first part of a text; the rest would only cost time.
    detector.feed(&bytes[..bytes.len().min(64 << 10)], true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    let (text, used, has_errors) = guess.decode(bytes);
    let (text, used) = if has_errors {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        (text, WINDOWS_1252)
    } else {
        (text, used)
    };
    let message = match declared {
        Some(label) => format!(
            "declared as {label}, which the bytes are not; read as {}",
            used.name()
        ),
        None => format!("no character set is declared; read as {}", used.name()),
    };
    Text::noted(text, used.name(), ProblemCode::WrongCharset, message)
}

fn is_ascii_label(label: &str) -> bool {
    let label = label.trim();
    ["us-ascii", "ascii", "ansi_x3.4-1968"]
        .iter()
        .any(|name| label.eq_ignore_ascii_case(name))
}

fn is_latin(encoding: &'static Encoding) -> bool {
    [
        "windows-1252",
        "ISO-8859-2",
        "ISO-8859-15",
        "windows-1250",
        "windows-1254",
        "macintosh",
    ]
    .contains(&encoding.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], declared: Option<&str>, text: &str, code: Option<ProblemCode>) {
        let read = decode(bytes, declared);
        assert_eq!(read.text, text);
        assert_eq!(read.problem.map(|problem| problem.code), code);
    }

    #[test]
    fn truthful_declarations_are_followed() {
        check(b"caf\xE9", Some("iso-8859-1"), "café", None);
        check("café".as_bytes(), Some("UTF-8"), "café", None);
        check("café".as_bytes(), None, "café", None);
        check(b"\xF0\xD2\xC9\xD7\xC5\xD4", Some("koi8-r"), "Привет", None);
        check(b"\x1b$B%O%m\x1b(B", Some("iso-2022-jp"), "ハロ", None);
        check(
            b"+ZYeB9FH6ckh5Pg-, 1980.",
            Some("utf-7"),
            "文致出版社, 1980.",
            None,
        );
        check(b"\xC5\xB8 \xE5\xE5", Some("windows-1251"), "Её ее", None);
    }

    #[test]
    fn lies_are_noticed_and_mended() {
        let wrong = Some(ProblemCode::WrongCharset);
        check("café".as_bytes(), Some("us-ascii"), "café", wrong);
        check("café".as_bytes(), Some("iso-8859-1"), "café", wrong);
        check("Привет".as_bytes(), Some("koi8-r"), "Привет", wrong);
        check("café".as_bytes(), Some("x-unheard-of"), "café", wrong);
        check(
            b"caf\xE9 au lait, d\xE9j\xE0 vu, gar\xE7on",
            Some("utf-8"),
            "café au lait, déjà vu, garçon",
            wrong,
        );
        check(b"caf\xE9", None, "café", wrong);
    }

    #[test]
    fn a_broken_character_in_a_sound_text_is_replaced() {
        let mut bytes = "Привет, мир".as_bytes().to_vec();
        bytes.push(0xD0);
        check(
            &bytes,
            Some("utf-8"),
            "Привет, мир\u{FFFD}",
            Some(ProblemCode::ReplacedBytes),
        );
    }
}
