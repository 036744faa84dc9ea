//! Which names of one document are names of one.
//!
//! Works on strings alone, so that it serves texts and bare lists of mentions alike. The time is
//! linear in the number of names: strings are compared only with those that share a key word, and
//! a key word that many bear tells nobody apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::shape::{Shape, fold, given_fit};
use super::tables::{Gender, NAMES};
use super::{EntityKind, JoinedBy};

/// Most candidates for a short name; where there are more, it fits nobody safely.
const MOST_CANDIDATES: usize = 32;

/// A name as found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    /// As written.
    pub(crate) text: &'a str,
    /// What its finder holds it to be.
    pub(crate) kind: EntityKind,
    /// What besides the name tells which bearer is meant: see [`Shape::generation`].
    pub(crate) which: Option<&'a str>,
}

impl<'a> Found<'a> {
    /// A name with nothing besides.
    pub(crate) fn new(text: &'a str, kind: EntityKind) -> Self {
        Self {
            text,
            kind,
            which: None,
        }
    }
}

/// Who bears the names.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    /// Number of the bearer of each name, in the order of first names.
    pub(crate) bearer: Vec<u32>,
    /// Why each name is its bearer's.
    pub(crate) why: Vec<JoinedBy>,
    /// The bearers.
    pub(crate) bearers: Vec<Bearer>,
}

/// One who bears names.
#[derive(Debug, Clone)]
pub(crate) struct Bearer {
    /// What it is.
    pub(crate) kind: EntityKind,
    /// What titles and given names say, where they agree.
    pub(crate) gender: Option<Gender>,
    /// Its fullest name.
    pub(crate) shape: Shape,
    /// Number of the name that this is.
    pub(crate) fullest: u32,
}

/// Two names that the text itself holds together, and why.
pub(crate) type Tie = (u32, u32, JoinedBy);

/// Names that differ in case, accents, titles alone.
#[derive(Debug)]
struct Form {
    shape: Shape,
    kind: EntityKind,
    /// Of the titles before a family name alone.
    gender: Option<Gender>,
    first: u32,
}

/// Joins the names of one document; `found` is in the order of the text.
pub(crate) fn join_names(found: &[Found<'_>], ties: &[Tie]) -> Naming {
    let (forms, form_of) = forms(found);
    let mut groups = Groups::new(&forms);
    groups.join_people();
    groups.join_organizations();
    for &(a, b, why) in ties {
        let form = |name: u32| form_of.get(name as usize).copied();
        if let (Some(a), Some(b)) = (form(a), form(b)) {
            groups.tie(a, b, why);
        }
    }
    groups.naming(&form_of)
}

/// The distinct forms of the names, and which is whose.
fn forms(found: &[Found<'_>]) -> (Vec<Form>, Vec<u32>) {
    let mut texts: HashMap<(&str, Option<&str>), u32> = HashMap::new();
    let mut distinct: Vec<(String, u32)> = Vec::new();
    let mut text_of = Vec::with_capacity(found.len());
    let mut votes: HashMap<(u32, EntityKind), u32> = HashMap::new();
    for (number, name) in found.iter().enumerate() {
        let text = *texts.entry((name.text, name.which)).or_insert_with(|| {
            distinct.push((without_article(name.text), number as u32));
            distinct.len() as u32 - 1
        });
        *votes.entry((text, name.kind)).or_default() += 1;
        text_of.push(text);
    }
    let kinds = kinds(&distinct, &votes, found);
    let mut forms: Vec<Form> = Vec::new();
    let mut numbers = HashMap::new();
    let mut form_of_text = Vec::with_capacity(distinct.len());
    for ((_, first), kind) in distinct.iter().zip(kinds) {
        let name = &found[*first as usize];
        let mut shape = Shape::of(name.text, kind);
        if let Some(which) = name.which {
            shape.generation = Some(which.to_owned());
        }
        let is_alone = kind == EntityKind::Person && shape.given().is_empty();
        let gender = shape.gender_of_titles().filter(|_| is_alone);
        let identity = (
            kind,
            shape.key(),
            shape.generation.clone(),
            shape.legal.clone(),
            gender,
        );
        let form = *numbers.entry(identity).or_insert_with(|| {
            forms.push(Form {
                shape: shape.clone(),
                kind,
                gender,
                first: *first,
            });
            forms.len() - 1
        });
        for title in shape.titles {
            if !forms[form].shape.titles.contains(&title) {
                forms[form].shape.titles.push(title);
            }
        }
        form_of_text.push(form as u32);
    }
    let form_of = text_of.into_iter().map(|text| form_of_text[text as usize]);
    (forms, form_of.collect())
}

/// "The Herald's" and "Herald" are one string to whoever gives it a kind.
fn without_article(text: &str) -> String {
    let folded = fold(text);
    let bare = folded.strip_prefix("the ").unwrap_or(&folded);
    let bare = bare.trim_end_matches("'s").trim_end_matches("’s");
    bare.trim().to_owned()
}

/// The kind of each distinct text: one string is one thing in one document, whatever a recognizer
/// makes of it here and there; what it says most often counts, and what it says first where it wavers.
fn kinds(
    distinct: &[(String, u32)],
    votes: &HashMap<(u32, EntityKind), u32>,
    found: &[Found<'_>],
) -> Vec<EntityKind> {
    let mut sums: HashMap<&str, BTreeMap<EntityKind, u32>> = HashMap::new();
    for (&(text, kind), count) in votes {
        let key = distinct[text as usize].0.as_str();
        *sums.entry(key).or_default().entry(kind).or_default() += count;
    }
    let mut firsts: HashMap<&str, EntityKind> = HashMap::new();
    for (key, first) in distinct {
        firsts.entry(key).or_insert(found[*first as usize].kind);
    }
    let kind_of = |key: &str| {
        let sums = sums.get(key)?;
        let most = sums.values().max()?;
        let first = firsts.get(key)?;
        let is_best = |kind: &&EntityKind| sums.get(kind) == Some(most);
        Some(
            *Some(first)
                .filter(is_best)
                .or_else(|| sums.keys().find(is_best))?,
        )
    };
    let kinds = distinct.iter().map(|(key, first)| {
        let own = found[*first as usize].kind;
        kind_of(key).unwrap_or(own)
    });
    kinds.collect()
}

/// Forms on their way to one another.
struct Groups<'f> {
    forms: &'f [Form],
    parent: Vec<u32>,
    why: Vec<JoinedBy>,
}

/// Forms by a word that they share.
type Index = HashMap<String, Vec<u32>>;

fn add(index: &mut Index, key: String, form: u32) {
    let forms = index.entry(key).or_default();
    if forms.len() <= MOST_CANDIDATES {
        forms.push(form);
    }
}

impl<'f> Groups<'f> {
    fn new(forms: &'f [Form]) -> Self {
        Self {
            forms,
            parent: (0..forms.len() as u32).collect(),
            why: vec![JoinedBy::SameName; forms.len()],
        }
    }

    fn root(&mut self, form: u32) -> u32 {
        let mut at = form;
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    /// Puts `short` to `full`.
    fn join(&mut self, short: u32, full: u32, why: JoinedBy) {
        let (short_root, full_root) = (self.root(short), self.root(full));
        if short_root != full_root {
            self.parent[short_root as usize] = full_root;
            self.why[short as usize] = why;
        }
    }

    /// Puts two names together that the text holds together, unless one of them is somebody's by then.
    fn tie(&mut self, a: u32, b: u32, why: JoinedBy) {
        let kinds = (self.forms[a as usize].kind, self.forms[b as usize].kind);
        let is_person = |kind: EntityKind| kind == EntityKind::Person;
        if is_person(kinds.0) == is_person(kinds.1) {
            self.join(b, a, why);
        }
    }

    /// Those that fit, each once by its group; `None` where none or too many do.
    fn fitting(&mut self, index: &Index, key: &str, fits: impl Fn(&Form) -> bool) -> Vec<u32> {
        let Some(candidates) = index.get(key).filter(|all| all.len() <= MOST_CANDIDATES) else {
            return Vec::new();
        };
        let mut found: Vec<(u32, u32)> = Vec::new();
        for &candidate in candidates {
            if fits(&self.forms[candidate as usize]) {
                let root = self.root(candidate);
                if !found.iter().any(|&(known, _)| known == root) {
                    found.push((root, candidate));
                }
            }
        }
        found.into_iter().map(|(_, candidate)| candidate).collect()
    }

    fn order(&self, kind: impl Fn(EntityKind) -> bool) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.forms.len() as u32).collect();
        order.retain(|&form| kind(self.forms[form as usize].kind));
        order.sort_by_key(|&form| {
            let form = &self.forms[form as usize];
            let whole = form
                .shape
                .words
                .iter()
                .filter(|word| word.chars().count() > 1);
            (
                std::cmp::Reverse((whole.count(), form.shape.words.len())),
                form.first,
            )
        });
        order
    }

    fn join_people(&mut self) {
        let (mut families, mut givens, mut endings) = (Index::new(), Index::new(), Index::new());
        let forms = self.forms;
        let mut alone: HashMap<String, Vec<u32>> = HashMap::new();
        for number in self.order(|kind| kind == EntityKind::Person) {
            let form = &forms[number as usize];
            let shape = &form.shape;
            if shape.given().is_empty() {
                match self.bearer_of_one_word(form, &families, &givens) {
                    Some(full) => self.join(number, full, JoinedBy::ShortName),
                    None => alone.entry(shape.key()).or_default().push(number),
                }
                continue;
            }
            let family = shape.family();
            let fits = |other: &Form| {
                may_be_one(form, other) && given_fit(shape.given(), other.shape.given())
            };
            let mut candidates = self.fitting(&families, &family, fits);
            if candidates.is_empty() && shape.words.len() > 1 {
                candidates = self.fitting(&endings, &shape.key(), |other| may_be_one(form, other));
            }
            if let [full] = candidates[..] {
                let same = forms[full as usize].shape.words == shape.words;
                let why = if same {
                    JoinedBy::SameName
                } else {
                    JoinedBy::ShortName
                };
                self.join(number, full, why);
            }
            add(&mut families, family, number);
            add(&mut givens, shape.words[0].clone(), number);
            for from in 1..shape.words.len().saturating_sub(1) {
                add(&mut endings, shape.words[from..].join(" "), number);
            }
        }
        for (family, same) in alone {
            // Where several bear the name, a bare one is nobody's.
            if !families.contains_key(&family) {
                self.join_bare(&same);
            }
        }
    }

    /// Who in this document is called by one word: by the family name before the given one.
    fn bearer_of_one_word(&mut self, form: &Form, families: &Index, givens: &Index) -> Option<u32> {
        let key = form.shape.key();
        let is_qualified = form.gender.is_some() || form.shape.generation.is_some();
        // All who bear the name count: one who cannot be meant by it makes it no clearer who is.
        let all = self.fitting(families, &key, |_| true);
        let forms = self.forms;
        if all.is_empty() && !is_qualified {
            let by_given = self.fitting(givens, &key, |other| may_be_one(form, other));
            return only(by_given.into_iter());
        }
        let may_be = |&other: &u32| may_be_one(form, &forms[other as usize]);
        if let [one] = all[..] {
            return Some(one).filter(|one| may_be(one));
        }
        let shares_title = |other: &u32| {
            let titles = &forms[*other as usize].shape.titles;
            may_be(other) && form.shape.titles.iter().any(|title| titles.contains(title))
        };
        // "The elder Mr Doe" is the one of two Paul Does who is not called the younger.
        let is_contrast = |other: &u32| {
            let one = &forms[*other as usize];
            let is_other = |two: &u32| {
                let two = &forms[*two as usize].shape;
                two.words == one.shape.words && two.generation.is_some()
            };
            form.shape.generation.is_some()
                && one.shape.generation.is_none()
                && all.iter().filter(|two| *two != other).any(is_other)
        };
        let is_told_apart = |other: &u32| is_qualified && is_told(form, &forms[*other as usize]);
        // Whoever names a second bearer later on could not be misunderstood until then.
        let was_before = |other: &u32| may_be(other) && forms[*other as usize].first < form.first;
        let pick = |fits: &dyn Fn(&u32) -> bool| only(all.iter().copied().filter(fits));
        pick(&shares_title)
            .or_else(|| pick(&is_told_apart))
            .or_else(|| pick(&is_contrast))
            .or_else(|| pick(&was_before))
    }

    /// Family names without a full one: with and without a title, unless titles contradict.
    fn join_bare(&mut self, same: &[u32]) {
        let genders = same
            .iter()
            .filter_map(|&form| self.forms[form as usize].gender);
        if genders.collect::<BTreeSet<_>>().len() < 2 {
            for &other in &same[1..] {
                if may_be_one(&self.forms[same[0] as usize], &self.forms[other as usize]) {
                    self.join(other, same[0], JoinedBy::SameName);
                }
            }
        }
    }

    fn join_organizations(&mut self) {
        let (mut first, mut last, mut acronyms) = (Index::new(), Index::new(), Index::new());
        let forms = self.forms;
        let places: HashMap<String, ()> = forms
            .iter()
            .filter(|form| form.kind == EntityKind::Place)
            .map(|form| (form.shape.key(), ()))
            .collect();
        for number in self.order(|_| true) {
            let form = &forms[number as usize];
            let shape = &form.shape;
            let is_lone_person = form.kind == EntityKind::Person
                && shape.words.len() == 1
                && shape.titles.is_empty()
                && self.root(number) == number;
            if form.kind == EntityKind::Person && !is_lone_person {
                continue;
            }
            if let Some((full, why)) = self.full_name(form, &first, &last, &acronyms, &places) {
                self.join(number, full, why);
            }
            if shape.words.len() > 1 && form.kind != EntityKind::Person {
                for initials in shape.initials() {
                    add(&mut acronyms, initials, number);
                }
            }
            if form.kind == EntityKind::Organization {
                add(&mut first, shape.words[0].clone(), number);
                add(
                    &mut last,
                    shape.words[shape.words.len() - 1].clone(),
                    number,
                );
            }
        }
    }

    /// The organization that is called so for short.
    fn full_name(
        &mut self,
        form: &Form,
        first: &Index,
        last: &Index,
        acronyms: &Index,
        places: &HashMap<String, ()>,
    ) -> Option<(u32, JoinedBy)> {
        let words = &form.shape.words;
        let key = form.shape.key();
        let same = self.fitting(first, words.first()?, |other| {
            other.shape.words == *words && legal_fits(form, other)
        });
        if !same.is_empty() {
            return only(same.into_iter()).map(|full| (full, JoinedBy::SameName));
        }
        if form.shape.is_acronym && words.len() == 1 {
            let found = self.fitting(acronyms, &key, |_| true);
            if let Some(full) = only(found.into_iter()) {
                return Some((full, JoinedBy::Alias));
            }
        }
        if !matches!(
            form.kind,
            EntityKind::Organization | EntityKind::Person | EntityKind::Thing
        ) || places.contains_key(&key)
        {
            return None;
        }
        let begins = self.fitting(first, words.first()?, |other| is_beginning(form, other));
        if let Some(full) = only(begins.into_iter()) {
            return Some((full, JoinedBy::ShortName));
        }
        let is_whole = words.len() == 1 && NAMES.organizations.whole.contains(&words[0]);
        if form.kind != EntityKind::Organization || is_whole {
            return None;
        }
        let ends = self.fitting(last, words.last()?, |other| {
            other.first < form.first
                && other.shape.words.len() > words.len()
                && other.shape.words.ends_with(words)
                && legal_fits(form, other)
        });
        only(ends.into_iter()).map(|full| (full, JoinedBy::ShortName))
    }

    fn naming(mut self, form_of: &[u32]) -> Naming {
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut naming = Naming::default();
        let mut seen_form = vec![false; self.forms.len()];
        for &form in form_of {
            let root = self.root(form);
            let own = &self.forms[form as usize];
            let mut is_first = false;
            let bearer = *numbers.entry(root).or_insert_with(|| {
                is_first = true;
                naming.bearers.push(Bearer {
                    kind: own.kind,
                    gender: None,
                    shape: own.shape.clone(),
                    fullest: own.first,
                });
                naming.bearers.len() as u32 - 1
            });
            if !seen_form[form as usize] {
                seen_form[form as usize] = true;
                naming.bearers[bearer as usize].learn(own);
            }
            naming.bearer.push(bearer);
            naming.why.push(if is_first {
                JoinedBy::Itself
            } else {
                self.why[form as usize]
            });
        }
        naming
    }
}

impl Bearer {
    /// Takes the fuller name, and what a title says before what a given name says.
    fn learn(&mut self, form: &Form) {
        let title = form.shape.gender_of_titles();
        self.gender = title.or(self.gender).or_else(|| form.shape.gender());
        let is_whole = |shape: &Shape| {
            let whole = shape.words.iter().filter(|word| word.chars().count() > 1);
            (whole.count(), shape.words.len())
        };
        if is_whole(&form.shape) > is_whole(&self.shape) {
            self.kind = form.kind;
            self.fullest = form.first;
            self.shape = form.shape.clone();
        }
    }
}

/// The only one, where there is one alone.
pub(crate) fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// Whether titles and generations let two forms be one person's. A form without `junior` is the
/// junior's only where he was called so before: a bare name first, and then a qualified one, is a contrast.
fn may_be_one(a: &Form, b: &Form) -> bool {
    let gender = |form: &Form| form.gender.or_else(|| form.shape.gender());
    let genders_fit = match (gender(a), gender(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    let generations_fit = match (&a.shape.generation, &b.shape.generation) {
        (Some(one), Some(other)) => one == other,
        (None, None) => true,
        (Some(_), None) => a.first < b.first,
        (None, Some(_)) => b.first < a.first,
    };
    genders_fit && generations_fit
}

/// Whether a title or a generation says that it is this bearer and no other.
fn is_told(short: &Form, full: &Form) -> bool {
    let generation = &short.shape.generation;
    let gender = short.gender;
    (generation.is_none() || *generation == full.shape.generation)
        && (gender.is_none() || gender == full.shape.gender())
}

fn legal_fits(a: &Form, b: &Form) -> bool {
    match (&a.shape.legal, &b.shape.legal) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// Whether `short` is the beginning of the other's name, and what it leaves out may be left out.
fn is_beginning(short: &Form, full: &Form) -> bool {
    let (words, all) = (&short.shape.words, &full.shape.words);
    // A name with its legal form is whole, and what has a bracket in it is a branch or a namesake.
    if short.shape.legal.is_some()
        || full.shape.is_qualified
        || all.len() <= words.len()
        || !all.starts_with(words)
    {
        return false;
    }
    // "European Council" before any "European Council on Foreign Relations" is another body.
    let goes_on = matches!(all[words.len()].as_str(), "on" | "of" | "for" | "and");
    if goes_on && full.first > short.first {
        return false;
    }
    let may_go = |word: &String| {
        NAMES.organizations.generic.contains(word) || NAMES.organizations.small.contains(word)
    };
    words.len() > 1 || all[words.len()..].iter().all(may_go)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups as lists of names, for reading.
    fn groups(names: &[(&str, EntityKind)]) -> Vec<Vec<String>> {
        let found: Vec<Found<'_>> = names
            .iter()
            .map(|&(text, kind)| Found::new(text, kind))
            .collect();
        let naming = join_names(&found, &[]);
        let mut groups = vec![Vec::new(); naming.bearers.len()];
        for (name, &bearer) in found.iter().zip(&naming.bearer) {
            groups[bearer as usize].push(name.text.to_owned());
        }
        groups
    }

    fn people(names: &[&str]) -> usize {
        let names: Vec<_> = names
            .iter()
            .map(|&name| (name, EntityKind::Person))
            .collect();
        groups(&names).len()
    }

    fn firms(names: &[&str]) -> usize {
        let names: Vec<_> = names
            .iter()
            .map(|&name| (name, EntityKind::Organization))
            .collect();
        groups(&names).len()
    }

    #[test]
    fn one_person_is_one_whatever_is_left_out() {
        assert_eq!(
            people(&[
                "John Quincy Doe",
                "Doe",
                "Mr. Doe",
                "J. Doe",
                "JOHN DOE",
                "John",
                "Doe, John"
            ]),
            1
        );
        assert_eq!(people(&["Zoë van der Berg", "Van der Berg", "Zoe"]), 1);
    }

    #[test]
    fn who_contradicts_is_kept_apart() {
        assert_eq!(people(&["John Doe", "Jane Doe"]), 2);
        assert_eq!(people(&["John Doe", "Jane Doe", "Doe"]), 3);
        assert_eq!(people(&["John Doe", "Ms Doe"]), 2);
        assert_eq!(people(&["John Doe", "Doe", "Jane Doe"]), 2);
        assert_eq!(
            people(&[
                "the elder Mr Doe",
                "the younger Paul Doe",
                "Mary Doe",
                "Doe"
            ]),
            4
        );
        assert_eq!(people(&["Paul Doe", "Paul Doe Jr"]), 2);
        assert_eq!(people(&["Paul Doe Jr", "Paul Doe"]), 1);
        assert_eq!(people(&["Paul Doe Jr", "Paul Doe Sr"]), 2);
        assert_eq!(people(&["Paul Doe (born 1948)", "Paul Doe (born 1979)"]), 2);
    }

    #[test]
    fn organizations_by_short_names_and_acronyms() {
        assert_eq!(
            firms(&[
                "Meridian Data Holdings Limited",
                "Meridian Data",
                "MDH",
                "Meridian Data Holdings Ltd"
            ]),
            1
        );
        assert_eq!(firms(&["Port Marlow Herald", "the Herald"]), 1);
        assert_eq!(
            firms(&[
                "Marlow Shipping Limited",
                "Marlow Shipping (Corrow) Limited"
            ]),
            2
        );
        assert_eq!(
            firms(&["Marlow Shipping", "Marlow Shipping (Corrow) Limited"]),
            2
        );
        assert_eq!(firms(&["Marlow Ltd", "Marlow GmbH"]), 2);
    }

    #[test]
    fn a_firm_is_not_its_town() {
        use EntityKind::{Organization, Place};
        let found = groups(&[
            ("Marlow Shipping", Organization),
            ("Marlow", Place),
            ("Marlow", Place),
        ]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn many_names_take_linear_time() {
        let names: Vec<String> = (0..200_000).map(|n| format!("Given{n} Family")).collect();
        let mut found: Vec<Found<'_>> = names
            .iter()
            .map(|text| Found::new(text, EntityKind::Person))
            .collect();
        found.push(Found::new("Family", EntityKind::Person));
        assert_eq!(join_names(&found, &[]).bearers.len(), 200_001);
    }
}
