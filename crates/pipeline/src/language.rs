//! Which language a text is in.

/// Bytes looked at: more does not change the answer on texts of real mail, and costs time.
const SAMPLE_BYTES: usize = 1_000;
/// Letters below which any answer is a guess.
const LEAST_LETTERS: usize = 40;

/// Words that are frequent in English, of letters and of programs, and rare in other languages.
const ENGLISH: &[&str] = &[
    "about", "after", "again", "all", "also", "and", "any", "are", "because", "been", "before",
    "being", "between", "but", "can", "could", "does", "down", "each", "every", "few", "from",
    "get", "got", "have", "he", "here", "his", "how", "if", "into", "is", "it", "its", "just",
    "know", "let", "like", "made", "make", "many", "may", "might", "more", "much", "need", "never",
    "new", "not", "now", "of", "off", "one", "only", "other", "our", "out", "own", "please",
    "said", "same", "say", "she", "should", "since", "some", "still", "such", "sure", "take",
    "thanks", "that", "the", "their", "them", "then", "there", "these", "they", "things", "think",
    "this", "those", "through", "to", "too", "try", "two", "up", "use", "used", "using", "very",
    "want", "was", "way", "we", "were", "what", "when", "where", "which", "while", "who", "why",
    "will", "with", "work", "works", "would", "yes", "yet", "you", "your",
];
/// Share of such words, in percent, from which a text is English without a closer look.
const ENGLISH_PERCENT: usize = 13;

/// Two-letter code of the language of `text`, or `None` when it is too short or too mixed to tell.
///
/// The sample is taken from the start of the text, without lines that quote or that are no prose.
/// Most mail is English, and a count of small words tells that far faster than letters do; all else
/// is left to the language crate's detector.
#[must_use]
pub fn detect_language(text: &str) -> Option<&'static str> {
    let sample = sample(text);
    if sample
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(LEAST_LETTERS)
        .count()
        < LEAST_LETTERS
    {
        return None;
    }
    if is_english(&sample) {
        return Some("en");
    }
    let detected = onrecord_language::detect(&sample)?;
    detected.is_reliable.then_some(detected.code)
}

fn sample(text: &str) -> String {
    let mut sample = String::with_capacity(SAMPLE_BYTES);
    for line in text.lines().map(str::trim).filter(|line| is_prose(line)) {
        if sample.len() + line.len() > SAMPLE_BYTES {
            let room = SAMPLE_BYTES.saturating_sub(sample.len());
            sample.push_str(&line[..line.floor_char_boundary(room)]);
            break;
        }
        sample.push_str(line);
        sample.push(' ');
    }
    sample
}

fn is_english(sample: &str) -> bool {
    let (mut words, mut hits) = (0, 0);
    for word in sample
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
    {
        words += 1;
        hits += usize::from(
            ENGLISH_PACKED
                .binary_search(&packed(word.as_bytes()))
                .is_ok(),
        );
    }
    words >= 8 && hits * 100 >= words * ENGLISH_PERCENT
}

/// The words of [`ENGLISH`] as numbers, in the same order: they are compared in one step.
const ENGLISH_PACKED: [u64; ENGLISH.len()] = {
    let mut numbers = [0; ENGLISH.len()];
    let mut index = 0;
    while index < ENGLISH.len() {
        numbers[index] = packed(ENGLISH[index].as_bytes());
        index += 1;
    }
    numbers
};

/// The letters of a word in lower case, as a number that sorts as the word does; 0 for a longer one.
const fn packed(word: &[u8]) -> u64 {
    if word.len() > 8 {
        return 0;
    }
    let (mut number, mut index) = (0, 0);
    while index < 8 {
        let letter = if index < word.len() {
            word[index].to_ascii_lowercase()
        } else {
            0
        };
        number = number << 8 | letter as u64;
        index += 1;
    }
    number
}

fn is_prose(line: &str) -> bool {
    let bytes = line.as_bytes();
    if matches!(bytes.first(), None | Some(b'>' | b'|')) {
        return false;
    }
    let marks = bytes
        .iter()
        .filter(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation());
    marks.count() * 4 < bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, detect_language};

    #[test]
    fn prose_is_told_and_what_is_too_short_is_not() {
        let english =
            "The committee met on Tuesday and decided to publish the accounts of the firm.";
        let french = "Le comité s'est réuni mardi et a décidé de publier les comptes de la société, \
                      mais les directeurs ne veulent pas que les journaux les reçoivent avant l'été.";
        let dutch = "De minister was niet bij het overleg en heeft ook later geen stukken van de \
                     commissie gezien, zei een woordvoerder die het met haar had besproken.";
        assert_eq!(detect_language(english), Some("en"));
        assert_eq!(detect_language(french), Some("fr"));
        assert_eq!(detect_language(dutch), Some("nl"));
        assert_eq!(detect_language("ok thanks"), None);
        assert_eq!(detect_language(&"1234 5678 9000\n".repeat(50)), None);
    }

    #[test]
    fn the_words_are_in_order() {
        assert!(ENGLISH.is_sorted());
    }
}
