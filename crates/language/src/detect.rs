//! The language of a text.

use whatlang::Lang;

/// What a text's letters say of its language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detected {
    /// ISO 639-1 code where there is one, else ISO 639-3; for instance `en`, `fr`, `uk`.
    pub code: &'static str,
    /// English name of the language.
    pub name: &'static str,
    /// 0 to 1.
    pub confidence: f64,
    /// Whether the answer can be relied on: texts of a few words often cannot be told apart.
    pub is_reliable: bool,
}

/// Letters that a text needs to be reliably of one language: below 20, one in five of the answers is wrong.
const MIN_LETTERS: usize = 20;

/// Characters that are looked at; more changes nothing.
const MAX_CHARS: usize = 10_000;

/// The language of `text`; `None` when it has too few letters to tell anything.
///
/// Measured in `README.md`. Addresses of pages and mail are not looked at, since their words are mostly English.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let words = text
        .split_whitespace()
        .filter(|w| !w.contains("://") && !w.contains('@') && !w.starts_with("www."));
    let mut sample = String::new();
    for word in words {
        if sample.len() >= MAX_CHARS {
            break;
        }
        let end = word
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(word.len(), |(i, _)| i);
        sample.push_str(&word[..end]);
        sample.push(' ');
    }
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 3 {
        return None;
    }
    let info = whatlang::detect(&sample)?;
    let is_reliable = letters >= MIN_LETTERS && (info.is_reliable() || info.confidence() > 0.5);
    Some(Detected {
        code: code(info.lang()),
        name: info.lang().eng_name(),
        confidence: info.confidence(),
        is_reliable,
    })
}

/// Two-letter codes by three-letter ones.
const CODES: [(&str, &str); 69] = [
    ("epo", "eo"),
    ("eng", "en"),
    ("rus", "ru"),
    ("cmn", "zh"),
    ("spa", "es"),
    ("por", "pt"),
    ("ita", "it"),
    ("ben", "bn"),
    ("fra", "fr"),
    ("deu", "de"),
    ("ukr", "uk"),
    ("kat", "ka"),
    ("ara", "ar"),
    ("hin", "hi"),
    ("jpn", "ja"),
    ("heb", "he"),
    ("yid", "yi"),
    ("pol", "pl"),
    ("amh", "am"),
    ("jav", "jv"),
    ("kor", "ko"),
    ("nob", "nb"),
    ("dan", "da"),
    ("swe", "sv"),
    ("fin", "fi"),
    ("tur", "tr"),
    ("nld", "nl"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("ell", "el"),
    ("bul", "bg"),
    ("bel", "be"),
    ("mar", "mr"),
    ("kan", "kn"),
    ("ron", "ro"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("tam", "ta"),
    ("vie", "vi"),
    ("urd", "ur"),
    ("tha", "th"),
    ("guj", "gu"),
    ("uzb", "uz"),
    ("pan", "pa"),
    ("aze", "az"),
    ("ind", "id"),
    ("tel", "te"),
    ("pes", "fa"),
    ("mal", "ml"),
    ("ori", "or"),
    ("mya", "my"),
    ("nep", "ne"),
    ("sin", "si"),
    ("khm", "km"),
    ("tuk", "tk"),
    ("aka", "ak"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("afr", "af"),
    ("lat", "la"),
    ("slk", "sk"),
    ("cat", "ca"),
    ("tgl", "tl"),
    ("hye", "hy"),
];

fn code(lang: Lang) -> &'static str {
    let long = lang.code();
    CODES.iter().find(|c| c.0 == long).map_or(long, |c| c.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sentences() {
        for (text, code) in [
            (
                "The committee met on Tuesday and heard from three witnesses.",
                "en",
            ),
            (
                "La commission s'est réunie mardi et a entendu trois témoins.",
                "fr",
            ),
            (
                "Der Ausschuss tagte am Dienstag und hörte drei Zeugen an.",
                "de",
            ),
            (
                "Комитет собрался во вторник и заслушал трёх свидетелей.",
                "ru",
            ),
            ("委员会星期二开会，听取了三名证人的证词。", "zh"),
        ] {
            let found = detect(text).unwrap();
            assert_eq!(found.code, code, "{text}");
        }
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        for text in [
            "",
            "42",
            "- - -",
            "https://example.com/the/committee a@b.org",
            "\u{200b}\u{202e}",
        ] {
            assert_eq!(detect(text), None, "{text:?}");
        }
        assert!(!detect("ok thanks").unwrap().is_reliable);
    }

    #[test]
    fn a_long_word_is_cut() {
        assert!(detect(&"é".repeat(1 << 20)).is_some());
    }
}
