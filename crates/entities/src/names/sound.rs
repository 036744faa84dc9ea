//! How a word sounds, roughly: consonants in classes, vowels left out.

/// Sounds that are kept of a word: twelve of five bits each.
const MAX_SOUNDS: usize = 12;

/// The sounds of a folded word in one number, equal for words that sound alike in most languages:
/// `Tschaikowsky` and `Chaykovskiy`. 0 where there is no letter.
pub(super) fn sound(word: &[u8]) -> u64 {
    let (mut code, mut n_sounds, mut last) = (0u64, 0, 0u8);
    let mut at = 0;
    while at < word.len() && n_sounds < MAX_SOUNDS {
        let (class, used) = class(word, at);
        if let Some(class) = class
            && class != last
        {
            code = code << 5 | u64::from(class - b'a' + 1);
            n_sounds += 1;
            last = class;
        } else if class.is_none() {
            last = 0;
        }
        at += used;
    }
    code
}

/// How many sounds a code holds.
pub(super) fn n_sounds(code: u64) -> u32 {
    (64 - code.leading_zeros()).div_ceil(5)
}

/// Spellings of one sound, longest first.
const DIGRAPHS: &[(&[u8], u8)] = &[
    (b"tsch", b'c'),
    (b"dsch", b'j'),
    (b"schtsch", b's'),
    (b"shch", b's'),
    (b"tch", b'c'),
    (b"sch", b's'),
    (b"dzh", b'j'),
    (b"ch", b'c'),
    (b"cz", b'c'),
    (b"sh", b's'),
    (b"sz", b's'),
    (b"zh", b'j'),
    (b"dj", b'j'),
    (b"ph", b'f'),
    (b"th", b't'),
    (b"ts", b'z'),
    (b"tz", b'z'),
    (b"ck", b'k'),
    (b"kh", b'h'),
    (b"gh", b'g'),
    (b"qu", b'k'),
];

/// The class of the sound at a place (`None`: a vowel, or silent), and how many letters it takes.
fn class(word: &[u8], at: usize) -> (Option<u8>, usize) {
    let rest = &word[at..];
    for (spelling, class) in DIGRAPHS {
        if rest.starts_with(spelling) {
            let silent = *class == b'h' && at > 0;
            return ((!silent).then_some(*class), spelling.len());
        }
    }
    let next = rest.get(1).copied().unwrap_or_default();
    let before_vowel = matches!(next, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let class = match rest[0] {
        b'a' | b'e' | b'i' | b'o' | b'u' => (at == 0).then_some(b'a'),
        b'j' | b'y' => (at == 0 && before_vowel).then_some(b'y'),
        b'h' => (at == 0).then_some(b'h'),
        b'w' | b'v' => (at == 0 || before_vowel || rest[0] == b'v').then_some(b'v'),
        b'c' if matches!(next, b'e' | b'i' | b'y') => Some(b's'),
        b'c' | b'q' | b'k' => Some(b'k'),
        b'z' | b's' => Some(b's'),
        b'x' => Some(b'x'),
        other => Some(other.min(b'z')).filter(u8::is_ascii_lowercase),
    };
    (class, 1)
}
