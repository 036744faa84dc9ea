//! The character set of names in zip archives, which most archives do not state.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// Upper half of code page 437, in which old archives write their names.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// How much of the names is looked at.
const SAMPLE: usize = 64 << 10;

/// The names of one archive, which are written in one character set.
#[derive(Default)]
pub(super) struct Names {
    sample: Vec<u8>,
}

impl Names {
    /// Takes a name into account.
    pub(super) fn see(&mut self, raw: &[u8]) {
        if !raw.is_ascii() && std::str::from_utf8(raw).is_err() && self.sample.len() < SAMPLE {
            self.sample.extend_from_slice(raw);
            self.sample.push(b'\n');
        }
    }

    /// The text of a name: UTF-8 when it is that, else East Asian or Cyrillic when all names
    /// together look it, else code page 437.
    pub(super) fn decode(&self, raw: &[u8]) -> String {
        if let Ok(name) = std::str::from_utf8(raw) {
            return name.to_owned();
        }
        match self.guess() {
            Some(encoding) => encoding.decode_without_bom_handling(raw).0.into_owned(),
            None => raw.iter().map(|byte| cp437(*byte)).collect(),
        }
    }

    fn guess(&self) -> Option<&'static Encoding> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(&self.sample, true);
        let guess = detector.guess(None, Utf8Detection::Deny);
        let is_likely = !guess.is_single_byte() || guess == encoding_rs::IBM866;
        let is_sound = || {
            guess
                .decode_without_bom_handling_and_without_replacement(&self.sample)
                .is_some()
        };
        (is_likely && is_sound()).then_some(guess)
    }
}

fn cp437(byte: u8) -> char {
    if byte.is_ascii() {
        return char::from(byte);
    }
    CP437
        .chars()
        .nth(usize::from(byte) - 128)
        .unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(raw: &[u8]) -> String {
        let mut names = Names::default();
        names.see(raw);
        names.decode(raw)
    }

    #[test]
    fn names_are_read_in_the_set_they_are_written_in() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(decode("Žižkov.txt".as_bytes()), "Žižkov.txt");
        assert_eq!(decode(b"r\x82sum\x82.txt"), "résumé.txt");
        let japanese = encoding_rs::SHIFT_JIS.encode("会議の議事録と日程表.txt").0;
        assert_eq!(decode(&japanese), "会議の議事録と日程表.txt");
    }
}
