//! Which language a text is in.

/// Bytes looked at: more does not change the answer on texts of real mail, and costs time.
const SAMPLE_BYTES: usize = 1_500;
/// Letters below which any answer is a guess.
const LEAST_LETTERS: usize = 40;

/// ISO 639-3 code of the language of `text`, or `None` when it is too short or too mixed to tell.
///
/// The sample is taken from the start of the text, without lines that quote or that are no prose.
#[must_use]
pub fn detect_language(text: &str) -> Option<&'static str> {
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
    if sample
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(LEAST_LETTERS)
        .count()
        < LEAST_LETTERS
    {
        return None;
    }
    let info = whatlang::detect(&sample)?;
    info.is_reliable().then(|| info.lang().code())
}

fn is_prose(line: &str) -> bool {
    let bytes = line.as_bytes();
    let quoted = matches!(bytes.first(), None | Some(b'>' | b'|'));
    !quoted
        && bytes
            .iter()
            .filter(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation())
            .count()
            * 4
            < bytes.len()
}

#[cfg(test)]
mod tests {
    use super::detect_language;

    #[test]
    fn prose_is_told_and_what_is_too_short_is_not() {
        let english =
            "The committee met on Tuesday and decided to publish the accounts of the firm.";
        let french =
            "Le comité s'est réuni mardi et a décidé de publier les comptes de la société.";
        assert_eq!(detect_language(english), Some("en"));
        assert_eq!(detect_language(french), Some("fr"));
        assert_eq!(detect_language("ok thanks"), None);
        assert_eq!(detect_language(&"1234 5678 9000\n".repeat(50)), None);
    }
}
