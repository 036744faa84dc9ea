//! Character references (HTML standard, 13.5).

use std::borrow::Cow;

use markup5ever::data::NAMED_ENTITIES;

/// Longest name that is looked up; the longest that exists has 33 characters.
const MAX_NAME: usize = 40;

/// Replaces the character references of a text or an attribute's value.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut at = Some(first);
    while let Some(ampersand) = at {
        out.push_str(&rest[..ampersand]);
        rest = &rest[ampersand..];
        let length = reference(rest, &mut out).unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = &rest[length..];
        at = memchr::memchr(b'&', rest.as_bytes());
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends what a reference at the start of `text` stands for; returns its length.
fn reference(text: &str, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(text, out);
    }
    let name = bytes[1..]
        .iter()
        .take(MAX_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let has_semicolon = bytes.get(1 + name) == Some(&b';');
    let with_semicolon = has_semicolon.then(|| &text[1..name + 2]);
    if let Some((first, second)) = with_semicolon.and_then(lookup) {
        push_both(first, second, out);
        return Some(name + 2);
    }
    // Old names stand without a semicolon too; the longest that fits counts.
    let (length, (first, second)) = (2..=name.min(8))
        .rev()
        .find_map(|length| Some((length, lookup(&text[1..=length])?)))?;
    push_both(first, second, out);
    Some(length + 1)
}

/// The table lists prefixes of names as well, which stand for nothing.
fn lookup(name: &str) -> Option<(u32, u32)> {
    NAMED_ENTITIES
        .get(name)
        .copied()
        .filter(|(first, _)| *first != 0)
}

fn push_both(first: u32, second: u32, out: &mut String) {
    out.extend(char::from_u32(first));
    if second != 0 {
        out.extend(char::from_u32(second));
    }
}

fn numeric(text: &str, out: &mut String) -> Option<usize> {
    let body = &text[2..];
    let (digits, radix, before) = match body.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (body, 10, 2),
    };
    let length = digits
        .bytes()
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    if length == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    out.push(character(code));
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    Some(before + length + semicolon)
}

/// Numbers 128–159 are what Windows-1252 has there, since that is what their writers meant.
fn character(code: u32) -> char {
    if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
        let (text, _) =
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
        return text.chars().next().unwrap_or('\u{fffd}');
    }
    char::from_u32(code)
        .filter(|c| *c != '\0')
        .unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        for (raw, text) in [
            ("a &amp; b &lt;c&gt;", "a & b <c>"),
            ("&Zcaron;i&#x17e;kov &#382;", "Žižkov ž"),
            ("&eacute &copyx &notit;", "é ©x ¬it;"),
            (
                "&#150; &#0; &#x110000; &#; &unknown; &",
                "– \u{fffd} \u{fffd} &#; &unknown; &",
            ),
        ] {
            assert_eq!(decode(raw), text, "{raw}");
        }
    }
}
