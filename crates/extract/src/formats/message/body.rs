//! The text of a message, composed of its body parts.
//!
//! Plain text is what the author saw in writing, and is preferred. HTML stands in where there is no
//! plain text, or where that is a mere stub; where it says substantially more, it is kept beside.

use std::borrow::Cow;

use onrecord_mail::{BodyKind, Content, Part};

use crate::html::{Style, convert};

/// A plain text with at most so many words may be a stub ("your program shows no HTML").
const STUB_WORDS: usize = 40;
/// So many words more make a web version substantially longer.
const MORE_WORDS: usize = 25;

/// The texts of a message.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// The text to read.
    pub(super) main: String,
    /// What web versions say beyond the plain ones.
    pub(super) html: Option<String>,
    /// A plain text that only says that there is a web version.
    pub(super) stub: Option<String>,
    /// Whether all of the main text is `format=flowed`.
    pub(super) is_flowed: bool,
}

/// Composes the texts from the parts that are shown as body, in their order.
pub(super) fn compose(parts: &[Part<'_>]) -> Bodies {
    let mut bodies = Bodies::default();
    let mut pieces: Vec<Cow<'_, str>> = Vec::new();
    let mut n_flowed = 0;
    // The plain text that stands right before, for which a web version may be an alternative.
    let mut plain: Option<(&Part<'_>, usize)> = None;
    for part in parts {
        let (Some(kind), Content::Text(text)) = (part.body, &part.content) else {
            continue;
        };
        match kind {
            BodyKind::Text => {
                plain = Some((part, pieces.len()));
                n_flowed += usize::from(part.flowed);
                pieces.push(Cow::Borrowed(text));
            }
            BodyKind::Html => {
                let html = convert(text, Style::Mail).text;
                match plain.take().filter(|(plain, _)| is_beside(plain, part)) {
                    Some((_, index)) => settle(&mut bodies, &mut pieces[index], html),
                    None => pieces.push(Cow::Owned(html)),
                }
            }
        }
    }
    bodies.is_flowed = n_flowed > 0 && n_flowed == pieces.len();
    bodies.main = join(pieces);
    bodies
}

/// Whether the web version lies in the same multipart as the plain one, or deeper in it.
fn is_beside(plain: &Part<'_>, html: &Part<'_>) -> bool {
    let folder = plain.path.rsplit_once('.').map_or("", |(folder, _)| folder);
    html.path.starts_with(folder)
}

/// Decides what becomes of a plain text and its web version.
fn settle(bodies: &mut Bodies, plain: &mut Cow<'_, str>, html: String) {
    let (n_plain, n_more) = compare(plain, &html);
    if n_plain <= STUB_WORDS && n_more > MORE_WORDS.max(2 * n_plain) {
        if n_plain > 0 {
            bodies.stub = Some(plain.trim().to_owned());
        }
        *plain = Cow::Owned(html);
        return;
    }
    if n_more > MORE_WORDS && n_more * 4 > n_plain {
        let kept = bodies.html.get_or_insert_default();
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(&html);
    }
}

/// Number of words of the plain text, and of words of the web version that the plain one lacks.
///
/// Words are kept as bits of a table, eight or more for each: a chance hit hides one in eight, which
/// cannot hide that a web version says substantially more.
fn compare(plain: &str, html: &str) -> (usize, usize) {
    // A word and the blank after it take two bytes at least, so that the table is never too small.
    let n_bits = (plain.len() * 4).next_power_of_two().max(1_024);
    let mut seen = vec![0_u64; n_bits / 64];
    let mut n_words = 0;
    for_words(plain, |hash| {
        let bit = hash as usize & (n_bits - 1);
        seen[bit / 64] |= 1 << (bit % 64);
        n_words += 1;
    });
    let mut n_new = 0;
    for_words(html, |hash| {
        let bit = hash as usize & (n_bits - 1);
        n_new += usize::from(seen[bit / 64] & 1 << (bit % 64) == 0);
    });
    (n_words, n_new)
}

/// Hashes of the runs of letters and digits; all that is not ASCII counts as letters.
fn for_words(text: &str, mut see: impl FnMut(u32)) {
    let mut hash = 0_u32;
    for byte in text.bytes() {
        if IS_LETTER[usize::from(byte)] {
            hash = hash.rotate_left(5) ^ u32::from(byte);
            // A word of zeros alone would look like none.
            hash |= u32::from(hash == 0);
        } else if hash != 0 {
            see(mix(hash));
            hash = 0;
        }
    }
    if hash != 0 {
        see(mix(hash));
    }
}

/// Spreads a hash over all bits (the multiplier is that of Fibonacci hashing).
fn mix(hash: u32) -> u32 {
    hash.wrapping_mul(0x9e37_79b1).rotate_left(15)
}

static IS_LETTER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 128 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

fn join(pieces: Vec<Cow<'_, str>>) -> String {
    let mut pieces = pieces.into_iter();
    let mut main = pieces.next().map(Cow::into_owned).unwrap_or_default();
    for piece in pieces {
        if !main.is_empty() && !main.ends_with('\n') {
            main.push('\n');
        }
        main.push_str(&piece);
    }
    main
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_only_the_web_version_has_are_counted() {
        let plain = "We meet at noon. ".repeat(20);
        assert_eq!(compare(&plain, &plain).1, 0);
        let more: String = (0..40).map(|n| format!("word{n} ")).collect();
        let (n_plain, n_more) = compare(&plain, &more);
        assert_eq!(n_plain, 80);
        assert!(n_more >= 35, "{n_more}");
    }
}
