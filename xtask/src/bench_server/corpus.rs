//! A leak of any size, made up from a fixed seed: messages that name people and firms, say what ties them,
//! and are answered. Names fall off as in news: few often, many once.

use std::fmt::Write as _;
use std::path::Path;

use crate::random::Random;

/// Messages in one mailbox file.
const MAILBOX: usize = 1_000;
/// People and firms, for every thousand messages.
const PEOPLE: usize = 120;
const FIRMS: usize = 30;

const GIVEN: &[&str] = &[
    "Anna", "Boris", "Clara", "David", "Elena", "Frank", "Greta", "Henry", "Irina", "James",
    "Karen", "Louis", "Maria", "Nadia", "Oscar", "Paula", "Robert", "Sofia", "Thomas", "Ursula",
    "Victor", "Wanda", "Simon", "Zoe",
];
const TOWNS: &[&str] = &[
    "London", "Paris", "Vienna", "Geneva", "Lisbon", "Dublin", "Prague", "Madrid", "Oslo", "Athens",
];
const SYLLABLES: &[&str] = &[
    "ka", "lo", "mi", "ter", "sun", "ra", "vel", "dor", "ni", "pa", "ster", "gu", "li", "ban",
    "che", "mo", "rit", "fa", "zen", "dal",
];

/// Sentences of a message; `{p}` and `{q}` are people, `{o}` and `{f}` firms, `{t}` a town, `{n}` a number.
const SENTENCES: &[&str] = &[
    "{p} works for {o}.",
    "{q} said that {o} paid {f} {n} million euros in May 2014.",
    "{o} denies that {p} met {q} in {t}.",
    "{q} is a director of {f}.",
    "{o} owns {n} percent of {f}.",
    "According to {p}, {q} was in contact with {f}.",
    "{p} and {q} will meet in {t} on Monday.",
    "{f} alleges that {p} advised {o}.",
];

/// Writes `documents` messages into mailboxes under `folder`.
pub(super) fn write(folder: &Path, documents: usize, seed: u64) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let cast = Cast::of(documents, seed);
    let mut random = Random::new(seed);
    for mailbox in 0..documents.div_ceil(MAILBOX) {
        let mut text = String::new();
        let first = mailbox * MAILBOX;
        for number in first..documents.min(first + MAILBOX) {
            cast.message(&mut text, &mut random, number)?;
        }
        std::fs::write(folder.join(format!("{mailbox:04}.mbox")), text)?;
    }
    Ok(())
}

/// How many there are to name.
struct Cast {
    people: usize,
    firms: usize,
    seed: u64,
}

impl Cast {
    fn of(documents: usize, seed: u64) -> Self {
        Self {
            people: (documents * PEOPLE / 1_000).max(50),
            firms: (documents * FIRMS / 1_000).max(20),
            seed,
        }
    }

    fn message(&self, text: &mut String, random: &mut Random, number: usize) -> anyhow::Result<()> {
        let (from, to, copy) = (
            often(random, self.people),
            often(random, self.people),
            often(random, self.people),
        );
        let (day, hour, year) = (
            1 + random.below(28),
            random.below(24),
            2004 + random.below(16),
        );
        writeln!(text, "From bench@bench.example Thu Jan  1 00:00:00 {year}")?;
        writeln!(
            text,
            "From: {}\nTo: {}\nCc: {}",
            mailbox(from),
            mailbox(to),
            mailbox(copy)
        )?;
        writeln!(
            text,
            "Date: {day} Mar {year} {hour:02}:00:00 +0000\nMessage-ID: <{number}@bench{}.example>",
            self.seed
        )?;
        if random.below(3) == 0 && number > 0 {
            let answered = number - 1 - random.below(number.min(200));
            writeln!(text, "In-Reply-To: <{answered}@bench{}.example>", self.seed)?;
        }
        writeln!(
            text,
            "Subject: {} {}\n",
            word(often(random, 50_000)),
            word(often(random, 50_000))
        )?;
        writeln!(text, "Dear {},\n", person(to))?;
        for _ in 0..3 {
            writeln!(text, "{}", self.sentence(random))?;
        }
        writeln!(
            text,
            "\nThe {} of the {} is for the {}.",
            word(often(random, 50_000)),
            word(often(random, 50_000)),
            word(often(random, 50_000))
        )?;
        writeln!(text, "\n{}\n", person(from))?;
        Ok(())
    }

    fn sentence(&self, random: &mut Random) -> String {
        let [p, q] = [(); 2].map(|()| person(often(random, self.people)));
        let [o, f] = [(); 2].map(|()| firm(often(random, self.firms)));
        let pattern = SENTENCES[random.below(SENTENCES.len())];
        pattern
            .replace("{p}", &p)
            .replace("{q}", &q)
            .replace("{o}", &o)
            .replace("{f}", &f)
            .replace("{t}", TOWNS[random.below(TOWNS.len())])
            .replace("{n}", &(2 + random.below(90)).to_string())
    }
}

/// A number below `end`, small ones often: its frequency falls as one over its rank.
fn often(random: &mut Random, end: usize) -> usize {
    let share = (random.next() >> 11) as f64 / (1_u64 << 53) as f64;
    ((end as f64).powf(share) - 1.0) as usize
}

fn person(number: usize) -> String {
    let given = GIVEN[number % GIVEN.len()];
    format!("{given} {}", capital(&word(number * 7 + 3_000)))
}

fn mailbox(number: usize) -> String {
    let name = person(number);
    format!(
        "{name} <{}@{}.example>",
        name.to_lowercase().replace(' ', "."),
        word(number % 97)
    )
}

fn firm(number: usize) -> String {
    let form = ["Holdings Ltd", "Group Inc", "Partners LLP", "Bank"][number % 4];
    format!("{} {form}", capital(&word(number * 11 + 5_000)))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(char::to_uppercase)
        .into_iter()
        .flatten()
        .chain(letters)
        .collect()
}

/// The n-th word of an invented language.
pub(super) fn word(number: usize) -> String {
    let mut rest = number + SYLLABLES.len();
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}
