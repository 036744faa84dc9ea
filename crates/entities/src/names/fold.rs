//! Letters of every script as lower-case ASCII.

use crate::names::parsed::MAX_BYTES;

/// Folds a name: letters and digits of every script as lower-case ASCII, one space between words,
/// at most [`MAX_BYTES`].
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len().min(MAX_BYTES));
    for letter in name.chars() {
        if folded.len() >= MAX_BYTES {
            break;
        }
        match letter {
            '\'' | '’' | '`' | 'ʼ' | 'ʻ' => {}
            _ if letter.is_alphanumeric() => {
                for plain in any_ascii::any_ascii_char(letter).bytes() {
                    if plain.is_ascii_alphanumeric() {
                        folded.push(plain.to_ascii_lowercase() as char);
                    }
                }
            }
            _ if !folded.ends_with(' ') && !folded.is_empty() => folded.push(' '),
            _ => {}
        }
    }
    folded.truncate(MAX_BYTES.min(folded.len()));
    folded.truncate(folded.trim_end().len());
    folded
}
