//! Acronyms of things in technical texts, which recognizers take for organizations.

use std::collections::BTreeSet;

use super::{AnnotatedSegment, names};

/// Identifiers, versions and paths that make a text a technical one.
const ENOUGH: usize = 2;
/// Units that stand in technical texts.
const UNITS: &[&str] = &[
    "Hz", "kHz", "KHz", "MHz", "GHz", "dB", "dBm", "MB", "GB", "KB", "kB", "Mbps", "Gbps", "bit",
    "ms", "ns",
];
/// Acronyms that no text but a technical one has.
const THINGS: &[&str] = &[
    "ADC", "API", "ARM", "ASCII", "BIOS", "CPU", "DAC", "DLL", "DNS", "DSP", "FFT", "FIFO", "FPGA",
    "FTP", "GNU", "GPU", "GUI", "HDMI", "HTML", "HTTP", "IDE", "JSON", "JTAG", "LED", "LTE",
    "MIMO", "OFDM", "OS", "PCIe", "PLL", "RAM", "RF", "ROM", "RX", "SDK", "SDR", "SFP", "SMA",
    "SQL", "SSD", "SSH", "TCP", "TX", "UDP", "USB", "VM", "XML", "sudo", "kernel", "C++",
];
/// Before a thing of which there are many; an organization has none of these.
const COUNTED: &[&str] = &[
    "a", "an", "my", "your", "this", "that", "each", "one", "two", "three", "another", "both",
    "any",
];
/// After the name of a program or a standard.
const OF_PROGRAMS: &[&str] = &[
    "version",
    "versions",
    "driver",
    "drivers",
    "api",
    "interface",
    "library",
    "protocol",
    "port",
];

/// What a text says of its acronyms.
#[derive(Debug, Default)]
pub(super) struct Technical {
    is_technical: bool,
    things: BTreeSet<String>,
}

impl Technical {
    pub(super) fn of(segments: &[AnnotatedSegment]) -> Self {
        let mut n_technical = 0;
        let mut things = BTreeSet::new();
        for segment in segments {
            let mut before = "";
            let mut words = segment.segment.view.text().split_whitespace().peekable();
            while let Some(word) = words.next() {
                n_technical += usize::from(is_technical(word));
                let next = words.peek().copied().unwrap_or_default();
                let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
                if is_acronym(bare) && shows_thing(before, word, next) {
                    things.insert(bare.to_owned());
                }
                before = word;
            }
        }
        Self {
            is_technical: n_technical >= ENOUGH,
            things,
        }
    }

    /// Whether the text is a technical one, whose words recognizers often take for names.
    pub(super) fn is_technical(&self) -> bool {
        self.is_technical
    }

    /// Whether a name is rather one of a thing: an acronym in a technical text, or one that the text
    /// counts, numbers or gives a version.
    pub(super) fn is_thing(&self, name: &str, label: &str) -> bool {
        if ![names::ORG, names::PERSON, names::FAC, "GPE", "LOC", "NORP"].contains(&label) {
            return false;
        }
        let mut words = name.split_whitespace();
        let is_acronyms = words
            .clone()
            .all(|word| is_acronym(word) || is_number(word));
        let is_odd = words.clone().any(|word| is_acronym(word) || has_hump(word));
        let is_person = label == names::PERSON;
        let is_numbered = words.clone().count() > 1 && words.clone().skip(1).any(is_number);
        let has_thing = words.any(|word| self.things.contains(word));
        let is_single = !name.contains(' ');
        (self.is_technical
            && (is_acronyms || is_numbered || has_thing || is_odd && (is_person || is_single)))
            || (is_acronyms && has_thing)
    }
}

/// `setup_x`, `a::b`, `f()`, `--option`, `1.2.3`, `/usr/lib`.
fn is_technical(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_link = word.contains("://") || word.contains('@');
    let has_identifier = bytes
        .windows(3)
        .any(|w| w[1] == b'_' && w[0].is_ascii_alphanumeric() && w[2].is_ascii_alphanumeric());
    let is_version = {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let parts: Vec<&str> = bare.split('.').collect();
        parts.len() >= 3
            && parts
                .iter()
                .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    };
    !is_link
        && (has_identifier
            || is_measured(word)
            || THINGS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()))
            || is_version
            || word.contains("::")
            || word.contains("()")
            || word.starts_with("--") && word.len() > 4 && bytes[2].is_ascii_lowercase()
            || word.starts_with('/') && word.matches('/').count() >= 2)
}

/// `X310`, `200MHz`: a model number, or one with its unit.
fn is_measured(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_model = (1..=4).contains(&letters.len())
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && (3..=5).contains(&(bare.len() - letters.len()));
    let unit = bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    is_model || unit.len() < bare.len() && UNITS.contains(&unit)
}

/// `ABC`, `ABC-12`, `X310`, `TwinAB`: more capitals and digits than a name has.
fn is_acronym(word: &str) -> bool {
    let n_upper = word.chars().filter(|c| c.is_uppercase()).count();
    let n_lower = word.chars().filter(|c| c.is_lowercase()).count();
    let n_digits = word.chars().filter(char::is_ascii_digit).count();
    word.is_ascii()
        && n_upper >= 1
        && (n_lower == 0 || n_lower == 1 && n_upper > 1 || n_digits > 0 || n_upper >= 3)
        || word.is_ascii()
            && n_upper >= 2
            && word.ends_with(|c: char| c.is_ascii_uppercase())
            && n_lower > 0
}

/// `KeyError`: two words in one.
fn has_hump(word: &str) -> bool {
    word.as_bytes()
        .windows(2)
        .skip(1)
        .any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase())
}

fn is_number(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn shows_thing(before: &str, word: &str, next: &str) -> bool {
    let before = before.to_lowercase();
    let next_bare = next.trim_matches(|c: char| !c.is_alphanumeric());
    let is_model = next_bare.contains(|c: char| c.is_ascii_digit())
        && next_bare.contains(|c: char| c.is_ascii_alphabetic())
        && next_bare.len() <= 10
        || next_bare.contains('.') && next_bare.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ends_here = word.ends_with(|c: char| c.is_ascii_punctuation());
    let is_counted = COUNTED.contains(&before.as_str()) && (ends_here || next.is_empty());
    !ends_here && (is_model || OF_PROGRAMS.contains(&next.to_lowercase().as_str())) || is_counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_identifiers_and_what_is_none() {
        for word in ["ABC", "X310", "TwinAB", "UBX-160", "GNURadio"] {
            assert!(is_acronym(word), "{word}");
        }
        for word in ["Anna", "McDonald", "harbor", "Ltd", "李明"] {
            assert!(!is_acronym(word), "{word}");
        }
        for word in ["set_rate", "a::b", "f()", "1.2.3", "/usr/lib", "--args=1"] {
            assert!(is_technical(word), "{word}");
        }
        for word in [
            "https://a.example/b_c",
            "9.30",
            "and/or",
            "--",
            "anna_b@a.example",
        ] {
            assert!(!is_technical(word), "{word}");
        }
    }

    #[test]
    fn a_thing_is_numbered_or_counted() {
        assert!(shows_thing("the", "ABC", "X310"));
        assert!(shows_thing("of", "ABC", "3.14"));
        assert!(shows_thing("my", "ABC.", ""));
        assert!(!shows_thing("an", "ABC", "reporter"));
        assert!(!shows_thing("the", "ABC", "said"));
        assert!(!shows_thing("the", "ABC,", "2012"));
    }
}
