//! Encoded words in header fields (RFC 2047).
//!
//! Adjacent words of one character set are decoded together: many programs cut a character in two.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use crate::charset;
use crate::transfer::{base64, hex};

/// RFC 2047 allows 75 characters a word; programs write longer ones.
const MAX_WORD: usize = 4_096;
const MAX_CHARSET: usize = 64;

/// An encoded word at the start of a text.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    length: usize,
}

/// Unfolds a field's value and decodes its words; what is no encoded word stays as it is.
pub(crate) fn decode_value(value: &str) -> Cow<'_, str> {
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    let unfolded = unfold(value);
    if memmem::find(unfolded.as_bytes(), b"=?").is_none() {
        return unfolded;
    }
    Cow::Owned(decode_words(&unfolded))
}

/// Replaces each line end with the blanks around it by one space.
pub(crate) fn unfold(value: &str) -> Cow<'_, str> {
    if memchr(b'\n', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut unfolded = String::with_capacity(value.len());
    for (index, line) in value.split('\n').enumerate() {
        let line = line.trim_matches(['\r', ' ', '\t']);
        if index > 0 && !line.is_empty() && !unfolded.is_empty() {
            unfolded.push(' ');
        }
        unfolded.push_str(line);
    }
    Cow::Owned(unfolded)
}

fn decode_words(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for piece in pieces(value) {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Words { charset, bytes } => {
                text.push_str(&charset::decode(&bytes, Some(charset)).text)
            }
        }
    }
    text
}

/// The value with each run of adjacent words made one word, for a parser that decodes one by one.
pub(crate) fn join_words(value: &str) -> Cow<'_, str> {
    if memmem::find(value.as_bytes(), b"?=").is_none() {
        return Cow::Borrowed(value);
    }
    let mut joined = String::with_capacity(value.len());
    for piece in pieces(value) {
        match piece {
            Piece::Plain(plain) => joined.push_str(plain),
            Piece::Words { charset, bytes } => {
                let text = charset::decode(&bytes, Some(charset)).text;
                joined.push_str("=?utf-8?Q?");
                for byte in text.bytes() {
                    joined.push('=');
                    joined.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
                    joined.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
                }
                joined.push_str("?=");
            }
        }
    }
    Cow::Owned(joined)
}

enum Piece<'a> {
    Plain(&'a str),
    Words { charset: &'a str, bytes: Vec<u8> },
}

fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while let Some(found) = memmem::find(&value.as_bytes()[at..], b"=?") {
        let start = at + found;
        let Some(word) = word(&value[start..]) else {
            at = start + 2;
            continue;
        };
        let between = &value[plain..start];
        let joins = !pieces.is_empty() && between.bytes().all(|byte| byte.is_ascii_whitespace());
        match pieces.last_mut() {
            Some(Piece::Words { charset, bytes })
                if joins && charset.eq_ignore_ascii_case(word.charset) =>
            {
                bytes.extend_from_slice(&word.bytes);
            }
            last => {
                // Blanks between two words belong to neither.
                let is_gap = joins && matches!(last, Some(Piece::Words { .. }));
                if !is_gap && !between.is_empty() {
                    pieces.push(Piece::Plain(between));
                }
                pieces.push(Piece::Words {
                    charset: word.charset,
                    bytes: word.bytes,
                });
            }
        }
        at = start + word.length;
        plain = at;
    }
    if plain < value.len() {
        pieces.push(Piece::Plain(&value[plain..]));
    }
    pieces
}

/// Reads `=?charset*language?Q?text?=`.
fn word(text: &str) -> Option<Word<'_>> {
    let charset_end = memchr(b'?', head(&text.as_bytes()[2..], MAX_CHARSET))?;
    let (charset, rest) = (&text[2..2 + charset_end], &text[3 + charset_end..]);
    let charset = charset.split('*').next().unwrap_or(charset);
    let is_token = |byte: u8| byte.is_ascii_graphic() && byte != b'=';
    if !(2..=40).contains(&charset.len()) || !charset.bytes().all(is_token) {
        return None;
    }
    let encoding = rest.get(..1)?;
    let rest = rest[1..].strip_prefix('?')?;
    let end = memmem::find(head(rest.as_bytes(), MAX_WORD), b"?=")?;
    let encoded = &rest.as_bytes()[..end];
    let bytes = match encoding {
        "B" | "b" => base64(encoded).bytes,
        "Q" | "q" if memchr(b'\n', encoded).is_none() => q_decode(encoded),
        _ => return None,
    };
    let length = text.len() - rest.len() + end + 2;
    Some(Word {
        charset,
        bytes,
        length,
    })
}

fn head(bytes: &[u8], length: usize) -> &[u8] {
    &bytes[..bytes.len().min(length)]
}

fn q_decode(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'_', _) => bytes.push(b' '),
            (b'=', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'='),
            },
            _ => bytes.push(first),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_joined() {
        for (value, expected) in [
            (" plain\r\n\tfolded ", "plain folded"),
            ("=?iso-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
            ("a =?utf-8?B?w6k=?= b", "a é b"),
            ("=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"),
            ("=?utf-8?B?w6k=?= =?iso-8859-1?Q?=E9_x?=", "éé x"),
            ("=?utf-8*en?Q?a?=", "a"),
            ("=?utf-8?X?a?= =?", "=?utf-8?X?a?= =?"),
            ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
            ("=?us-ascii?Q?Keith Moore?=", "Keith Moore"),
        ] {
            assert_eq!(decode_value(value), expected);
        }
    }

    #[test]
    fn joined_words_stay_words() {
        assert_eq!(
            join_words("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?= <a@b>"),
            "=?utf-8?Q?=C3=A9?= <a@b>"
        );
    }
}
