//! What a name is made of, for telling whether two can be names of one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::EntityKind;
use super::tables::{Gender, NAMES, gender_of_given};

/// Most words of a name that are looked at: what is longer is no name.
const MOST_WORDS: usize = 16;

/// A name taken apart. Words are folded: lower case, without accents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The words of the name itself: no titles, degrees, legal forms, articles.
    pub(crate) words: Vec<String>,
    /// Titles before it.
    pub(crate) titles: Vec<String>,
    /// `junior`, `senior`, … or a year of birth.
    pub(crate) generation: Option<String>,
    /// The legal form of a company, one word for each form.
    pub(crate) legal: Option<String>,
    /// Whether a bracket in it tells it from others: "Marlow (Overseas) Limited".
    pub(crate) is_qualified: bool,
    /// Whether it is one word of capitals.
    pub(crate) is_acronym: bool,
}

/// Lower case, without accents and marks, compatibility forms unified.
pub(crate) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The folded words of a text. Dots between single letters are dropped: `U.S.` is `us`.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    for chunk in
        folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/' | '_' | ','))
    {
        let chunk = chunk.trim_end_matches("'s").trim_end_matches("’s");
        let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '&');
        if chunk.is_empty() {
            continue;
        }
        let clean = |part: &str| part.replace(['\'', '’', '.'], "");
        let dotted: Vec<&str> = chunk.split('.').filter(|part| !part.is_empty()).collect();
        if dotted.len() > 1 && dotted.iter().any(|part| part.chars().count() > 2) {
            words.extend(dotted.into_iter().map(clean));
        } else {
            words.push(clean(chunk));
        }
        if words.len() >= MOST_WORDS {
            break;
        }
    }
    words
}

impl Shape {
    /// Takes a name apart as one of this kind.
    pub(crate) fn of(text: &str, kind: EntityKind) -> Self {
        let is_acronym = is_acronym(text);
        let turned = if kind == EntityKind::Person {
            turned(text)
        } else {
            None
        };
        let mut words = words(turned.as_deref().unwrap_or(text));
        if words.len() > 1 && words[0] == "the" {
            words.remove(0);
        }
        let mut shape = Self {
            words,
            titles: Vec::new(),
            generation: None,
            legal: None,
            is_qualified: text.contains('('),
            is_acronym,
        };
        match kind {
            EntityKind::Person => shape.as_person(text),
            EntityKind::Organization => shape.as_organization(),
            _ => {}
        }
        for word in &mut shape.words {
            *word = plain(word);
        }
        shape
    }

    fn as_person(&mut self, text: &str) {
        self.split_initials(text);
        let titles = &NAMES.titles;
        let is_title = |word: &str| {
            [&titles.male, &titles.female, &titles.other]
                .iter()
                .any(|list| list.contains(word))
        };
        while self.words.len() > 1 {
            if let Some(generation) = NAMES.generations.get(&self.words[0]) {
                self.generation = Some(generation.clone());
                self.words.remove(0);
            } else if is_title(&self.words[0]) {
                let title = self.words.remove(0);
                self.titles.push(title);
            } else {
                break;
            }
        }
        self.take_years();
        while self.words.len() > 1 {
            let last = &self.words[self.words.len() - 1];
            if let Some(generation) = NAMES.generations.get(last) {
                self.generation = Some(generation.clone());
            } else if !NAMES.people.degrees.contains(last) {
                break;
            }
            self.words.pop();
        }
    }

    /// `(born 1948)` tells two of one name apart as `senior` does.
    fn take_years(&mut self) {
        let is_year = |word: &String| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        if let Some(at) = self.words.iter().position(is_year).filter(|&at| at > 0) {
            self.generation = Some(self.words[at].clone());
            self.words.truncate(at);
            if self.words.len() > 1 && self.words.last().is_some_and(|word| word == "born") {
                self.words.pop();
            }
        }
    }

    /// `J.R.` before a family name is two initials.
    fn split_initials(&mut self, text: &str) {
        if self.words.len() < 2 || !text.contains('.') {
            return;
        }
        let first = &self.words[0];
        let dotted: String = first.chars().flat_map(|c| [c, '.']).collect();
        if first.chars().count() == 2 && fold(text).contains(&dotted) {
            let initials: Vec<String> = first.chars().map(String::from).collect();
            self.words.splice(0..1, initials);
        }
    }

    fn as_organization(&mut self) {
        let legal = &NAMES.organizations.legal;
        while self.words.len() > 1 && legal.contains(&self.words[self.words.len() - 1]) {
            self.legal = self.words.pop().map(unified_legal);
        }
    }

    /// The words in one string: equal for two names that differ in titles, forms, case and the
    /// spelling of umlauts alone.
    pub(crate) fn key(&self) -> String {
        self.words.join(" ")
    }

    /// Whether every country, town or company has one that is called so: "Foreign Ministry".
    pub(crate) fn is_office(&self) -> bool {
        let lists = &NAMES.organizations;
        let is_common = |word: &String| lists.offices.contains(word) || lists.small.contains(word);
        self.legal.is_none() && !self.is_acronym && self.words.iter().all(is_common)
    }

    /// Where the family name begins: the last word, with what belongs before it.
    pub(crate) fn family_at(&self) -> usize {
        let mut at = self.words.len().saturating_sub(1);
        while at > 0 && NAMES.people.particles.contains(&self.words[at - 1]) {
            at -= 1;
        }
        at
    }

    /// The family name, without an Arabic article: it is left out as often as not.
    pub(crate) fn family(&self) -> String {
        let family = &self.words[self.family_at()..];
        let bare = match family {
            [first, rest @ ..] if !rest.is_empty() && matches!(first.as_str(), "al" | "el") => rest,
            all => all,
        };
        bare.join(" ")
    }

    /// Given names and initials.
    pub(crate) fn given(&self) -> &[String] {
        &self.words[..self.family_at()]
    }

    /// What titles and given name say.
    pub(crate) fn gender(&self) -> Option<Gender> {
        let by_title = self.gender_of_titles();
        by_title.or_else(|| self.given().first().and_then(|name| gender_of_given(name)))
    }

    /// What titles alone say.
    pub(crate) fn gender_of_titles(&self) -> Option<Gender> {
        let has = |list: &std::collections::BTreeSet<String>| {
            self.titles.iter().any(|title| list.contains(title))
        };
        match (has(&NAMES.titles.male), has(&NAMES.titles.female)) {
            (true, false) => Some(Gender::Male),
            (false, true) => Some(Gender::Female),
            _ => None,
        }
    }

    /// First letters of the words, of all and of the longer ones.
    pub(crate) fn initials(&self) -> [String; 2] {
        let small = &NAMES.organizations.small;
        let first = |word: &String| word.chars().next();
        let all = self.words.iter().filter_map(first).collect();
        let large = self.words.iter().filter(|word| !small.contains(*word));
        [all, large.filter_map(first).collect()]
    }
}

/// `ae`, `oe` and `ue` inside of a word as the letters that stand there after an umlaut was taken
/// from them: two spellings of one name become one, and other names do not meet.
pub(crate) fn plain(word: &str) -> String {
    let Some((last, _)) = word.char_indices().next_back() else {
        return String::new();
    };
    let mut plain = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        let is_mark = c == 'e' && at != last && plain.ends_with(['a', 'o', 'u']);
        if !is_mark {
            plain.push(c);
        }
    }
    plain
}

fn unified_legal(form: String) -> String {
    let same = NAMES.organizations.same_legal.iter();
    let group = same.into_iter().find(|group| group.contains(&form));
    group
        .and_then(|group| group.first())
        .cloned()
        .unwrap_or(form)
}

/// `Surname, Given` in the usual order; `None` for anything else.
fn turned(text: &str) -> Option<String> {
    let (family, given) = text.split_once(',')?;
    let (family, given) = (family.trim(), given.trim());
    let is_part = |part: &str, most: usize| {
        let count = part.split_whitespace().count();
        (1..=most).contains(&count) && !part.contains([',', '('])
    };
    let folded = fold(given.trim_end_matches('.'));
    let is_suffix =
        NAMES.generations.contains_key(&folded) || NAMES.people.degrees.contains(&folded);
    (is_part(family, 3) && is_part(given, 3) && !is_suffix).then(|| format!("{given} {family}"))
}

fn is_acronym(text: &str) -> bool {
    let text = text.trim_end_matches("'s").trim_end_matches("’s");
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (2..=8).contains(&letters)
        && !text.contains(char::is_whitespace)
        && text
            .chars()
            .all(|c| c.is_uppercase() || matches!(c, '.' | '&' | '-') || c.is_ascii_digit())
}

/// Whether two lists of given names can be one person's: equal, initials, or one left out behind the first.
pub(crate) fn given_fit(a: &[String], b: &[String]) -> bool {
    let (Some(first), Some(other)) = (a.first(), b.first()) else {
        return false;
    };
    if !word_fits(first, other) {
        return false;
    }
    // Of two middle names each must find its like, unless one of the lists has none.
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest = long[1..].iter();
    short[1..]
        .iter()
        .all(|word| rest.any(|other| word_fits(word, other)))
}

fn word_fits(a: &str, b: &str) -> bool {
    let is_initial = |word: &str| word.chars().count() == 1;
    plain(a) == plain(b)
        || ((is_initial(a) || is_initial(b)) && a.chars().next() == b.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(text: &str) -> Shape {
        Shape::of(text, EntityKind::Person)
    }

    #[test]
    fn a_person_is_taken_apart() {
        let doe = person("Mr. John Q. Doe, Jr.");
        assert_eq!(doe.words, ["john", "q", "doe"]);
        assert_eq!(doe.generation.as_deref(), Some("junior"));
        assert_eq!(doe.gender(), Some(Gender::Male));
        assert_eq!(person("Doe, John").words, ["john", "doe"]);
        assert_eq!(person("J.R. Doe").words, ["j", "r", "doe"]);
        assert_eq!(person("Zoë van der Bérg’s").family(), "van der berg");
        assert_eq!(
            person("John Doe (born 1948)").generation.as_deref(),
            Some("1948")
        );
        assert_eq!(person("Jörg Müller").words, person("Joerg Mueller").words);
        assert_eq!(person("the elder Mr Doe").words, ["doe"]);
    }

    #[test]
    fn an_organization_is_taken_apart() {
        let firm = Shape::of(
            "The Marlow Shipping Company Limited",
            EntityKind::Organization,
        );
        assert_eq!(firm.key(), "marlow shipping company");
        assert_eq!(firm.legal.as_deref(), Some("ltd"));
        assert_eq!(firm.initials()[0], "msc");
        assert!(Shape::of("U.S.", EntityKind::Place).is_acronym);
        assert_eq!(Shape::of("U.S.", EntityKind::Place).key(), "us");
    }

    #[test]
    fn given_names_fit_or_not() {
        let list = |text: &str| words(text);
        assert!(given_fit(&list("john quincy"), &list("john")));
        assert!(given_fit(&list("j q"), &list("john quincy")));
        assert!(!given_fit(&list("john"), &list("jane")));
        assert!(!given_fit(&list("john quincy"), &list("john albert")));
    }
}
