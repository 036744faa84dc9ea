//! Transfer encodings undone: base64, quoted-printable and uuencode (RFC 2045, POSIX `uuencode`).
//!
//! Each decoder reads what it can and says how many bytes it could not make sense of, so that a
//! damaged attachment is kept as far as it goes.

use memchr::{memchr, memchr2};

/// Bytes after decoding, and how much of the input was not in the encoding's alphabet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) n_invalid: usize,
    /// Bytes after the encoding's own end, which are not decoded.
    pub(crate) n_after: usize,
}

const INVALID: u32 = 1 << 24;
/// Marks what may stand between the digits without meaning: line ends and blanks.
const BLANK: u8 = 64;
const PADDING: u8 = 65;
const WRONG: u8 = 66;

/// What each byte is in base64: a value below 64, or one of the three marks. The URL alphabet of
/// RFC 4648 is read too; some programs use it in mail.
const VALUES: [u8; 256] = {
    let mut table = [WRONG; 256];
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut index = 0;
    while index < 64 {
        table[digits[index] as usize] = index as u8;
        index += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table[b'\n' as usize] = BLANK;
    table[b'\r' as usize] = BLANK;
    table[b' ' as usize] = BLANK;
    table[b'\t' as usize] = BLANK;
    table[b'=' as usize] = PADDING;
    table
};

/// The four positions of a group of digits, each value at its place in 24 bits.
static SHIFTED: [[u32; 256]; 4] = {
    let mut tables = [[INVALID; 256]; 4];
    let mut position = 0;
    while position < 4 {
        let mut byte = 0;
        while byte < 256 {
            if VALUES[byte] < 64 {
                tables[position][byte] = (VALUES[byte] as u32) << (18 - 6 * position);
            }
            byte += 1;
        }
        position += 1;
    }
    tables
};

fn group(digits: &[u8; 4]) -> u32 {
    SHIFTED[0][usize::from(digits[0])]
        | SHIFTED[1][usize::from(digits[1])]
        | SHIFTED[2][usize::from(digits[2])]
        | SHIFTED[3][usize::from(digits[3])]
}

/// Decodes base64; line ends anywhere, and padding in the middle where encoded pieces were joined.
pub(crate) fn base64(input: &[u8]) -> Decoded {
    // Two bytes more than the digits give, so that a whole group always fits.
    let mut bytes = vec![0; input.len() / 4 * 3 + 6];
    let (mut n_invalid, mut n_after) = (0, 0);
    let (mut at, mut to) = (0, 0);
    let (mut partial, mut n_digits) = (0u32, 0u32);
    let mut is_joined = false;
    while at < input.len() {
        if n_digits == 0 {
            let (read, written) = whole_groups(&input[at..], &mut bytes[to..]);
            at += read;
            to += written;
        }
        let Some(&byte) = input.get(at) else { break };
        at += 1;
        match VALUES[usize::from(byte)] {
            BLANK => {}
            value @ 0..64 => {
                partial = partial << 6 | u32::from(value);
                n_digits += 1;
                if n_digits == 4 {
                    bytes[to..to + 3].copy_from_slice(&partial.to_be_bytes()[1..]);
                    to += 3;
                    (partial, n_digits) = (0, 0);
                }
            }
            PADDING => {
                to += finish_group(partial, n_digits, &mut bytes[to..]);
                (partial, n_digits) = (0, 0);
                let rest = input[at..].strip_prefix(b"=").unwrap_or(&input[at..]);
                if !is_joined && !is_whole(rest) {
                    n_after = rest.trim_ascii().len();
                    break;
                }
                is_joined = true;
            }
            _ => n_invalid += 1,
        }
    }
    n_invalid += usize::from(n_digits == 1);
    to += finish_group(partial, n_digits, &mut bytes[to..]);
    bytes.truncate(to);
    Decoded {
        bytes,
        n_invalid,
        n_after,
    }
}

/// Whether what follows padding is base64 to its end: another piece that was joined on, and not the
/// footer of a mailing list.
fn is_whole(rest: &[u8]) -> bool {
    let mut n_digits = 0;
    rest.iter().all(|byte| {
        let value = VALUES[usize::from(*byte)];
        n_digits += usize::from(value != BLANK);
        value != WRONG
    }) && n_digits % 4 == 0
}

/// Decodes as many whole groups as follow one another; returns bytes read and written.
fn whole_groups(input: &[u8], bytes: &mut [u8]) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    for (digits, out) in input
        .as_chunks::<4>()
        .0
        .iter()
        .zip(bytes.as_chunks_mut::<3>().0)
    {
        let value = group(digits);
        if value >= INVALID {
            break;
        }
        *out = [(value >> 16) as u8, (value >> 8) as u8, value as u8];
        read += 4;
        written += 3;
    }
    (read, written)
}

/// Writes the one or two bytes of a group that ends early; returns how many.
fn finish_group(partial: u32, n_digits: u32, bytes: &mut [u8]) -> usize {
    match n_digits {
        2 => {
            bytes[0] = (partial >> 4) as u8;
            1
        }
        3 => {
            bytes[..2].copy_from_slice(&((partial >> 2) as u16).to_be_bytes());
            2
        }
        _ => 0,
    }
}

/// Decodes quoted-printable; what is no escape stays as it is, and is counted.
pub(crate) fn quoted_printable(input: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(input.len());
    let mut n_invalid = 0;
    let mut rest = input;
    while let Some(found) = memchr2(b'=', b'\n', rest) {
        let (before, tail) = rest.split_at(found);
        if tail[0] == b'\n' {
            push_line_end(&mut bytes, before);
            rest = &tail[1..];
            continue;
        }
        bytes.extend_from_slice(before);
        match escape(tail) {
            Some((byte, length)) => {
                bytes.extend(byte);
                rest = &tail[length..];
            }
            None => {
                n_invalid += 1;
                bytes.push(b'=');
                rest = &tail[1..];
            }
        }
    }
    bytes.extend_from_slice(rest);
    Decoded {
        bytes,
        n_invalid,
        n_after: 0,
    }
}

/// Ends a line; blanks before its end were added in transport (RFC 2045 §6.7 rule 3).
fn push_line_end(bytes: &mut Vec<u8>, before: &[u8]) {
    let line = before.strip_suffix(b"\r").unwrap_or(before);
    bytes.extend_from_slice(line.trim_ascii_end());
    if line.len() < before.len() {
        bytes.push(b'\r');
    }
    bytes.push(b'\n');
}

/// Reads an escape: the byte it stands for (none for a soft line end) and its length.
fn escape(text: &[u8]) -> Option<(Option<u8>, usize)> {
    if let [_, high, low, ..] = text
        && let (Some(high), Some(low)) = (hex(*high), hex(*low))
    {
        return Some((Some(high << 4 | low), 3));
    }
    let blanks = text[1..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
        .count();
    match text.get(1 + blanks) {
        Some(b'\n') => Some((None, blanks + 2)),
        None => Some((None, blanks + 1)),
        Some(_) => None,
    }
}

pub(crate) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Decodes the lines between `begin` and `end` of a uuencoded file; stops at a line that is none.
/// Returns the bytes and the length of the lines read.
pub(crate) fn uuencode(input: &[u8]) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let end = memchr(b'\n', &input[at..]).map_or(input.len(), |end| at + end);
        let line = input[at..end]
            .strip_suffix(b"\r")
            .unwrap_or(&input[at..end]);
        if !uuencoded_line(line, &mut bytes) {
            break;
        }
        at = (end + 1).min(input.len());
    }
    (bytes, at)
}

/// Decodes one line; `false` when it is not of the form.
pub(crate) fn uuencoded_line(line: &[u8], bytes: &mut Vec<u8>) -> bool {
    let Some((&first, digits)) = line.split_first() else {
        return false;
    };
    if !(b' '..=b'`').contains(&first) || !digits.iter().all(|byte| (b' '..=b'`').contains(byte)) {
        return false;
    }
    let length = usize::from((first - b' ') & 63);
    let n_digits = length.div_ceil(3) * 4;
    // Trailing spaces stand for zeros and are lost in transport; a check digit may follow.
    if digits.len() > n_digits + 2 || digits.len() + 4 < n_digits.min(5) {
        return false;
    }
    let mut left = length;
    for start in (0..n_digits).step_by(4) {
        let digit = |index: usize| {
            u32::from(
                digits
                    .get(start + index)
                    .map_or(0, |byte| (byte - b' ') & 63),
            )
        };
        let value = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
        let n_bytes = left.min(3);
        bytes.extend_from_slice(&value.to_be_bytes()[1..1 + n_bytes]);
        left -= n_bytes;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

    fn encode(bytes: &[u8]) -> Vec<u8> {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = Vec::new();
        for (index, group) in bytes.chunks(3).enumerate() {
            let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
            let value = byte(0) << 16 | byte(1) << 8 | byte(2);
            for position in 0..4 {
                let digit = DIGITS[(value >> (18 - 6 * position) & 63) as usize];
                text.push(if position > group.len() { b'=' } else { digit });
            }
            if index % 19 == 18 {
                text.extend_from_slice(b"\r\n");
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn base64_gives_back_what_was_encoded(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(base64(&encode(&bytes)), Decoded { bytes, ..Decoded::default() });
        }

        #[test]
        fn decoders_accept_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            base64(&bytes);
            quoted_printable(&bytes);
            uuencode(&bytes);
        }
    }

    #[test]
    fn damaged_base64_is_read_as_far_as_it_goes() {
        assert_eq!(
            base64(b"QW5uYQ==\n____\nA list"),
            Decoded {
                bytes: b"Anna".to_vec(),
                n_after: 11,
                ..Decoded::default()
            }
        );
        assert_eq!(base64(b"QW5uYQ").bytes, b"Anna");
        assert_eq!(base64(b"QW5uYQ==QmVyZw==").bytes, b"AnnaBerg");
        assert_eq!(base64(b"QW!5uYQ==").n_invalid, 1);
        assert_eq!(
            base64(b"QW5uY"),
            Decoded {
                bytes: b"Ann".to_vec(),
                n_invalid: 1,
                ..Decoded::default()
            }
        );
    }

    #[test]
    fn quoted_printable_keeps_what_is_no_escape() {
        assert_eq!(
            quoted_printable(b"caf=C3=A9 =\r\nx  \r\n").bytes,
            "café x\r\n".as_bytes()
        );
        let odd = quoted_printable(b"a=b =ZZ =");
        assert_eq!(
            (odd.bytes.as_slice(), odd.n_invalid),
            (b"a=b =ZZ ".as_slice(), 2)
        );
    }

    #[test]
    fn uuencode_ends_at_a_line_of_another_form() {
        let (bytes, read) = uuencode(b"$06YN80``\n`\nend\n");
        assert_eq!((bytes.as_slice(), read), (b"Anna".as_slice(), 12));
    }
}
