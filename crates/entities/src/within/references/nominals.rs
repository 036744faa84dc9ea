//! Descriptions: "the firm", "its chairman", "a former adviser".

use std::ops::Range;

use super::{Described, Form, Listener, MOST_BEARERS, Mention, Spots, is_office};
use crate::EntityKind;
use crate::within::draft::Known;
use crate::within::shape::words;
use crate::within::tables::{Gender, NAMES, NOUNS};
use crate::within::view::View;
use onrecord_record::Span;

/// How many sentences back "the firm" looks.
const REACH: u32 = 2;

/// Whether a noun says what a person is: an office, a trade, a part in what happened.
pub(crate) fn is_role_noun(noun: &str) -> bool {
    NOUNS.people.sources.contains(noun)
}

/// What the words before a noun say of how it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Determiner {
    /// "the firm"
    Definite,
    /// "a firm"
    Indefinite,
    /// "another firm"
    Fresh,
    /// "its firm"
    Possessed,
    /// "no firm"
    Empty,
    /// "firms", "chief executive"
    Bare,
}

/// A description as it stands in the text.
struct Nominal {
    noun: u32,
    /// Singular.
    lemma: String,
    tokens: Range<u32>,
    determiner: Determiner,
    is_several: bool,
    is_person: bool,
    /// Words besides determiner and noun.
    details: Vec<String>,
    /// Whose, or of what.
    of: Option<u32>,
    /// Whether it hangs on something that is no known entity, or a clause tells which one is meant.
    is_restricted: bool,
}

impl Nominal {
    fn gender(&self) -> Option<Gender> {
        if NOUNS.people.male.contains(&self.lemma) {
            Some(Gender::Male)
        } else if NOUNS.people.female.contains(&self.lemma) {
            Some(Gender::Female)
        } else {
            None
        }
    }

    /// Whether one who is called so may well stay unnamed.
    fn is_anonymous(&self) -> bool {
        NOUNS.people.anonymous.contains(&self.lemma)
    }

    /// Whether this can be said of one who was described so before: nothing new is said.
    fn fits(&self, other: &Described) -> bool {
        let is_known = |word: &String| other.words.contains(word);
        self.is_several == other.is_several
            && self.details.iter().all(is_known)
            && (self.of.is_none() || self.of == other.of)
    }
}

impl Listener<'_, '_> {
    /// Reads a noun; `None` for one that describes nobody.
    pub(super) fn nominal(
        &mut self,
        view: &View<'_, '_>,
        spots: &Spots,
        at: u32,
        segment: usize,
    ) -> Option<u32> {
        if matches!(view.dep(at), "compound" | "nmod" | "amod" | "npadvmod") {
            return None;
        }
        let nominal = self.read(view, spots, at)?;
        let kind = match nominal.is_person {
            true => EntityKind::Person,
            false => EntityKind::Organization,
        };
        let entity = match self.equated(view, spots, &nominal) {
            Equated::With(entity) => {
                self.describe(view, &nominal, entity, segment);
                Some(entity)
            }
            Equated::Denied => return None,
            Equated::No => match self.meant(view, &nominal) {
                Meant::One(entity) => Some(entity),
                Meant::Unknown => None,
                Meant::Nobody => return None,
                Meant::New => Some(self.unnamed(view, &nominal)),
            },
        };
        let tokens = nominal.tokens.clone();
        Some(self.mention(view, segment, tokens, at, Form::Nominal, (kind, entity)))
    }

    fn read(&self, view: &View<'_, '_>, spots: &Spots, noun: u32) -> Option<Nominal> {
        let word = view.lower(noun);
        let people = &NOUNS.people;
        let irregular = people.plurals.get(&word).cloned();
        let lemma = irregular.unwrap_or_else(|| view.lemma(noun));
        let is_person = people.sources.contains(&lemma) || people.others.contains(&lemma);
        if !is_person && !NOUNS.organizations.contains_key(&lemma) {
            return None;
        }
        if people.things.contains(&lemma) && view.children(noun, "compound").next().is_some() {
            return None;
        }
        let left = view.left(noun);
        let right = view.right(noun);
        let tag = view.segment.annotated.label(view.token(noun).tag);
        let is_several = tag.ends_with('S') || people.plurals.contains_key(&word);
        let own_words = |range: Range<u32>| {
            let words = range.map(|at| view.lower(at));
            words.filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '-'))
        };
        let possessor = view.children(noun, "poss").next();
        let determiner = determiner(view, left, noun, possessor.is_some());
        let is_detail = |word: &String| {
            let lists = &NOUNS.determiners;
            !lists.definite.contains(word) && !lists.indefinite.contains(word) && *word != lemma
        };
        let first = possessor.map_or(left, |possessor| (possessor + 1).min(noun));
        let details = own_words(first..noun).filter(is_detail).collect();
        let complement = (noun + 1..right).find(|&at| self.entity_at(spots, at).is_some());
        let of = complement
            .or(possessor)
            .and_then(|at| self.entity_at(spots, at));
        let has_clause = view.children(noun, "relcl").next().is_some_and(|clause| {
            // "the firm that paid" tells which; "the firm, which paid," adds something.
            !(noun + 1..clause).any(|at| view.lower(at) == ",")
        });
        Some(Nominal {
            noun,
            lemma,
            tokens: left..right,
            determiner,
            is_several,
            is_person,
            details,
            of,
            is_restricted: has_clause
                || (right > noun + 1 && of.is_none())
                || (possessor.is_some() && of.is_none()),
        })
    }

    /// Whether the sentence says who it is: "Doe, the chief executive", "Doe is a lawyer".
    fn equated(&self, view: &View<'_, '_>, spots: &Spots, nominal: &Nominal) -> Equated {
        let noun = nominal.noun;
        let fits = |entity: &u32| self.can_be(*entity, nominal);
        let entity = |at: u32| self.entity_at(spots, at).filter(fits);
        let is_name = |&above: &u32| view.pos(above) != "PRON";
        if view.dep(noun) == "appos"
            && let Some(entity) = view.above(noun).filter(is_name).and_then(entity)
        {
            return Equated::With(entity);
        }
        // "its chairman, Jane Roe": the name hangs on the description.
        let mut names = view.children(noun, "appos").filter(|&at| {
            at > noun && spots.covered[at as usize].is_some() && at <= nominal.tokens.end + 3
        });
        if let Some(entity) = names.next().and_then(entity) {
            return Equated::With(entity);
        }
        if view.dep(noun) == "attr"
            && let Some(verb) = view.above(noun).filter(|&verb| view.lemma(verb) == "be")
        {
            let is_open = ["neg", "aux", "mark"]
                .iter()
                .any(|dep| view.children(verb, dep).next().is_some());
            let subject = view.subject(verb).filter(|&subject| subject < noun);
            return match subject.and_then(entity) {
                Some(entity) if !is_open && !nominal.is_several => Equated::With(entity),
                _ => Equated::Denied,
            };
        }
        if view.dep(noun) == "pobj"
            && view
                .above(noun)
                .is_some_and(|above| view.lower(above) == "as")
        {
            return Equated::Denied;
        }
        Equated::No
    }

    /// Whether kind, number and gender let a description be a named entity's.
    fn can_be(&self, entity: u32, nominal: &Nominal) -> bool {
        let known = &self.draft.entities[entity as usize];
        let kind_fits = match known.kind {
            EntityKind::Person => nominal.is_person,
            EntityKind::Organization => !nominal.is_person,
            _ => false,
        };
        let gender_fits = match (known.gender, nominal.gender()) {
            (Some(own), Some(said)) => own == said,
            _ => true,
        };
        kind_fits && gender_fits && known.is_several == nominal.is_several
    }

    /// Remembers what somebody was called.
    fn describe(&mut self, view: &View<'_, '_>, nominal: &Nominal, entity: u32, segment: usize) {
        let class = NOUNS.organizations.get(&nominal.lemma);
        let known = &mut self.draft.entities[entity as usize];
        if known.kind == EntityKind::Person && known.gender.is_none() {
            known.gender = nominal.gender();
        }
        if let Some(class) = class.filter(|class| *class != "any") {
            known.classes.insert(class.clone());
            let all = self.organizations.entry(class.clone()).or_default();
            if all.len() < MOST_BEARERS && !all.contains(&entity) {
                all.push(entity);
            }
        }
        self.remember(nominal, entity);
        let from = (nominal.tokens.start..nominal.noun).find(|&at| {
            let word = view.lower(at);
            !matches!(view.dep(at), "det" | "poss" | "case")
                && !NOUNS.determiners.definite.contains(&word)
                && !NOUNS.determiners.indefinite.contains(&word)
                && view.above(at) != view.children(nominal.noun, "poss").next()
        });
        let from = from.unwrap_or(nominal.noun);
        let bytes = view
            .segment
            .annotated
            .bytes(from as usize..nominal.noun as usize + 1);
        let span = Span::new(bytes.start as u32, bytes.end as u32);
        let text = view.words(from..nominal.noun + 1);
        self.role(entity, &text, nominal.of, segment, span);
    }

    fn remember(&mut self, nominal: &Nominal, entity: u32) {
        let described = self.described.entry(nominal.lemma.clone()).or_default();
        if described.len() < MOST_BEARERS {
            described.push(Described {
                entity,
                words: nominal.details.clone(),
                of: nominal.of,
                is_several: nominal.is_several,
            });
        }
    }

    /// Whom a description that stands for itself means.
    fn meant(&self, view: &View<'_, '_>, nominal: &Nominal) -> Meant {
        use Determiner::{Bare, Definite, Empty, Fresh, Indefinite, Possessed};
        match (nominal.determiner, nominal.is_person) {
            (Empty, _) => Meant::Nobody,
            (Indefinite | Fresh, false) | (Bare, false) => Meant::Nobody,
            (Definite, false) => self.organization(view, nominal),
            (Possessed, false) => Meant::Unknown,
            (Indefinite | Fresh, true) => Meant::New,
            // "Officials said": they act; "a game for lawyers": they do not.
            (Bare, true) if nominal.is_several => {
                let acts = view.dep(nominal.noun).starts_with("nsubj");
                let is_one = nominal.is_anonymous() && nominal.lemma != "person";
                if acts && is_one {
                    Meant::New
                } else {
                    Meant::Nobody
                }
            }
            (Bare, true) if is_role_noun(&nominal.lemma) => self.person(nominal),
            (Bare, true) => Meant::Nobody,
            (Definite | Possessed, true) => self.person(nominal),
        }
    }

    /// "the adviser": the unnamed one of whom was spoken, or the named one who was called so.
    fn person(&self, nominal: &Nominal) -> Meant {
        let described = self.described.get(&nominal.lemma);
        let all = || described.into_iter().flatten();
        let is_unnamed = |one: &&Described| self.draft.entities[one.entity as usize].unnamed;
        let distinct = |entities: Vec<u32>| {
            let mut entities = entities;
            entities.sort_unstable();
            entities.dedup();
            entities
        };
        let unnamed: Vec<u32> = all()
            .filter(is_unnamed)
            .filter(|one| nominal.is_several == one.is_several)
            .map(|one| one.entity)
            .collect();
        let named = all().filter(|one| !is_unnamed(one) && nominal.fits(one));
        let named = distinct(named.map(|one| one.entity).collect());
        let is_definite = nominal.determiner == Determiner::Definite;
        match (&distinct(unnamed)[..], &named[..]) {
            ([], [one]) if nominal.determiner != Determiner::Possessed || nominal.of.is_some() => {
                Meant::One(*one)
            }
            ([one], []) if is_definite => Meant::One(*one),
            ([], [_, _, ..]) if is_definite => self.with_bare_title(nominal),
            ([], [])
                if is_definite
                    && !nominal.is_several
                    && nominal.is_anonymous()
                    && !nominal.is_restricted
                    && self.has_no_rival(nominal) =>
            {
                Meant::New
            }
            _ => Meant::Unknown,
        }
    }

    /// Of several with a title the one who bears it alone: "the president" is rather "President Doe" than
    /// "Corrow President Roe", unless it is Roe who was just spoken of.
    fn with_bare_title(&self, nominal: &Nominal) -> Meant {
        if nominal.is_restricted || nominal.of.is_some() || !nominal.details.is_empty() {
            return Meant::Unknown;
        }
        let all = self.described.get(&nominal.lemma).into_iter().flatten();
        let (bare, other): (Vec<_>, Vec<_>) =
            all.partition(|one| one.words == [nominal.lemma.as_str()]);
        let Some(one) = bare.first().map(|one| one.entity) else {
            return Meant::Unknown;
        };
        let is_only = bare.iter().all(|other| other.entity == one);
        let is_near = |entity: u32| {
            let recent = self.heard.iter().rev();
            recent
                .take_while(|heard| self.sentences.saturating_sub(heard.sentence) <= REACH)
                .any(|heard| heard.entity == entity)
        };
        let has_rival = other
            .iter()
            .any(|other| other.entity != one && is_near(other.entity));
        if is_only && !has_rival {
            Meant::One(one)
        } else {
            Meant::Unknown
        }
    }

    /// Whether nobody with a name bears this noun as title or role, so that it can only be one without.
    fn has_no_rival(&self, nominal: &Nominal) -> bool {
        let is_rival = |known: &Known| {
            known.kind == EntityKind::Person
                && known
                    .roles
                    .iter()
                    .any(|role| words(&role.text).contains(&nominal.lemma))
        };
        let heard = self.heard.iter().map(|heard| heard.entity);
        let by_noun = self.described.contains_key(&nominal.lemma);
        !by_noun
            && !heard
                .into_iter()
                .any(|entity| is_rival(&self.draft.entities[entity as usize]))
    }

    /// "the firm": the one that was called so; else the only one of its class; else the only one
    /// of its class that was just spoken of.
    fn organization(&self, view: &View<'_, '_>, nominal: &Nominal) -> Meant {
        if nominal.is_several {
            return Meant::Unknown;
        }
        let described = self.described.get(&nominal.lemma);
        let called = described
            .into_iter()
            .flatten()
            .filter(|one| nominal.fits(one));
        let mut called: Vec<u32> = called.map(|one| one.entity).collect();
        called.sort_unstable();
        called.dedup();
        if let [one] = called[..]
            && !nominal.is_restricted
        {
            return Meant::One(one);
        }
        if nominal.is_restricted || !nominal.details.is_empty() {
            return Meant::Unknown;
        }
        let class = &NOUNS.organizations[&nominal.lemma];
        let of_class = self.of_class(class);
        if let [one] = of_class[..] {
            return Meant::One(one);
        }
        let now = self.sentences + view.sentence(nominal.noun);
        let recent = self.heard.iter().rev();
        let mut recent: Vec<u32> = recent
            .take_while(|heard| now - heard.sentence <= REACH)
            .map(|heard| heard.entity)
            .filter(|entity| of_class.contains(entity))
            .collect();
        recent.sort_unstable();
        recent.dedup();
        match recent[..] {
            [one] => Meant::One(one),
            _ => Meant::Unknown,
        }
    }

    /// Organizations spoken of so far that a noun of this class can mean. A party or a court is
    /// called so in its name; of a company nobody knows.
    fn of_class(&self, class: &str) -> Vec<u32> {
        let classes: Vec<&str> = match class {
            "any" => self.organizations.keys().map(String::as_str).collect(),
            "company" => vec![class, "bank", ""],
            _ => vec![class],
        };
        let all = classes
            .into_iter()
            .filter_map(|class| self.organizations.get(class));
        let mut all: Vec<u32> = all.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A new actor without a name.
    fn unnamed(&mut self, view: &View<'_, '_>, nominal: &Nominal) -> u32 {
        let description = view.words(nominal.tokens.clone());
        let known = Known::unnamed(&description, nominal.gender(), nominal.is_several);
        self.draft.entities.push(known);
        let entity = self.draft.entities.len() as u32 - 1;
        self.remember(nominal, entity);
        entity
    }

    /// "chief executive Jane Roe", "Senator Roe": roles that stand before the name.
    pub(super) fn roles_before(
        &mut self,
        view: &View<'_, '_>,
        spots: &Spots,
        mention: &Mention,
        entity: u32,
    ) {
        let start = mention.tokens.start;
        let first = (start.saturating_sub(6)..start).rev().take_while(|&at| {
            let head = view.token(at).head;
            matches!(view.dep(at), "compound" | "nmod" | "amod")
                && (mention.tokens.contains(&head) || (head > at && head < start))
                && spots.covered[at as usize].is_none()
        });
        let first = first.last().unwrap_or(start);
        let segment = mention.place.segment as usize;
        if first < start && is_role_noun(&view.lemma(start - 1)) {
            let noun = start - 1;
            let before = first.checked_sub(2).filter(|_| first >= 2);
            let of = before
                .and_then(|at| self.entity_at(spots, at))
                .filter(|_| matches!(view.lower(first - 1).as_str(), "'s" | "’s"));
            let bytes = view
                .segment
                .annotated
                .bytes(first as usize..noun as usize + 1);
            let span = Span::new(bytes.start as u32, bytes.end as u32);
            let text = view.words(first..noun + 1);
            self.role(entity, &text, of, segment, span);
            let mut said = words(&text);
            // "Corrow President Berg", "Corrowan President Berg": president of something.
            let of_what = first
                .checked_sub(1)
                .filter(|&at| spots.covered[at as usize].is_some());
            said.extend(of_what.map(|at| view.lower(at)));
            let described = self.described.entry(view.lemma(noun)).or_default();
            if described.len() < MOST_BEARERS {
                described.push(Described {
                    entity,
                    words: said,
                    of,
                    is_several: false,
                });
            }
        }
        self.titles(view, mention, entity);
    }

    /// Titles inside of the name.
    fn titles(&mut self, view: &View<'_, '_>, mention: &Mention, entity: u32) {
        let segment = mention.place.segment as usize;
        for at in mention.tokens.clone() {
            let word = view.lower(at);
            let title = word.trim_end_matches('.');
            if !NAMES.titles.other.contains(title) {
                return;
            }
            if is_office(title) {
                let token = view.token(at);
                let text = view.segment.word(token).to_owned();
                self.role(
                    entity,
                    &text,
                    None,
                    segment,
                    Span::new(token.start, token.end),
                );
            }
        }
    }
}

enum Equated {
    With(u32),
    /// It is said of somebody who cannot be told, or denied, or only possible.
    Denied,
    No,
}

enum Meant {
    One(u32),
    New,
    Unknown,
    /// Nobody in particular: no mention.
    Nobody,
}

fn determiner(view: &View<'_, '_>, left: u32, noun: u32, is_possessed: bool) -> Determiner {
    let lists = &NOUNS.determiners;
    let words: Vec<String> = (left..noun).map(|at| view.lower(at)).collect();
    let has =
        |list: &std::collections::BTreeSet<String>| words.iter().any(|word| list.contains(word));
    let is_number = (left..noun).any(|at| view.pos(at) == "NUM");
    // "212,431 people" are a count, and nobody in it acts.
    let is_count = |word: &String| word.bytes().filter(u8::is_ascii_digit).count() > 2;
    if has(&lists.empty) || words.iter().any(is_count) {
        Determiner::Empty
    } else if is_possessed {
        Determiner::Possessed
    } else if words
        .first()
        .is_some_and(|word| lists.definite.contains(word))
    {
        Determiner::Definite
    } else if has(&lists.fresh) {
        Determiner::Fresh
    } else if is_number || has(&lists.indefinite) {
        Determiner::Indefinite
    } else {
        Determiner::Bare
    }
}
