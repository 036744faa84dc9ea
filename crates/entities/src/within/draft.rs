//! What is known of a document's entities while it is read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use onrecord_record::{Place, SegmentKind, Span};

use super::addresses::{addresses, generation, is_built_from, is_shared, is_tied};
use super::naming::{Bearer, Found, Naming, Tie, join_names, only};
use super::references::is_role_noun;
use super::shape::{Shape, fold, words};
use super::tables::{Gender, NAMES};
use super::{DocumentEntities, Entity, EntityKind, Form, JoinedBy, Mention, Role};
use crate::document::{Document, Name, Party};

/// An entity while the document is read.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) kind: EntityKind,
    pub(crate) gender: Option<Gender>,
    /// Whether several act as one: "two officials".
    pub(crate) is_several: bool,
    pub(crate) unnamed: bool,
    /// What its name or a description makes of an organization: `party`, `company`, ….
    pub(crate) classes: BTreeSet<String>,
    pub(crate) names: BTreeMap<String, u32>,
    pub(crate) fullest: String,
    pub(crate) addresses: BTreeSet<String>,
    pub(crate) roles: Vec<Role>,
}

impl Known {
    fn of(bearer: &Bearer) -> Self {
        let words = &bearer.shape.words;
        let has = |class: &BTreeSet<String>| {
            let legal = bearer.shape.legal.iter();
            words.iter().chain(legal).any(|word| class.contains(word))
        };
        let classes = NAMES.classes.iter().filter(|(_, class)| has(class));
        let is_person = bearer.kind == EntityKind::Person;
        Self {
            kind: bearer.kind,
            gender: bearer.gender.filter(|_| is_person),
            is_several: false,
            unnamed: false,
            classes: classes
                .map(|(name, _)| name.clone())
                .filter(|_| !is_person)
                .collect(),
            names: BTreeMap::new(),
            fullest: String::new(),
            addresses: BTreeSet::new(),
            roles: Vec::new(),
        }
    }

    /// One whom the text describes and never names.
    pub(crate) fn unnamed(description: &str, gender: Option<Gender>, is_several: bool) -> Self {
        Self {
            kind: EntityKind::Person,
            gender,
            is_several,
            unnamed: true,
            classes: BTreeSet::new(),
            names: BTreeMap::from([(description.to_owned(), 1)]),
            fullest: description.to_owned(),
            addresses: BTreeSet::new(),
            roles: Vec::new(),
        }
    }

    fn is_called(&mut self, name: &str) {
        *self.names.entry(name.to_owned()).or_default() += 1;
        let kind = self.kind;
        let rank = |name: &str| {
            let shape = Shape::of(name, kind);
            let letters = name.chars().filter(|c| c.is_lowercase()).count();
            (
                shape
                    .words
                    .iter()
                    .filter(|word| word.chars().count() > 1)
                    .count(),
                usize::from(shape.legal.is_none()),
                usize::from(letters > 0),
                std::cmp::Reverse(name.len()),
            )
        };
        if self.fullest.is_empty() || rank(name) > rank(&self.fullest) {
            self.fullest = name.to_owned();
        }
    }
}

/// Mentions and entities of a document while it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) entities: Vec<Known>,
    /// Entities of the authors and recipients whom the facts list.
    pub(crate) authors: Vec<Option<u32>>,
    pub(crate) recipients: Vec<Option<u32>>,
    /// Of each segment, who wrote what is quoted there.
    pub(crate) quoted: Vec<Option<u32>>,
}

/// The names of a document as they are handed to [`join_names`].
#[derive(Default)]
struct Collected<'d> {
    found: Vec<Found<'d>>,
    ties: Vec<Tie>,
    /// The words of the names of people in headers.
    called: HashSet<String>,
    /// Each name as it is shown.
    shown: Vec<&'d str>,
    /// The mention of each name that stands in the text.
    mentions: Vec<(u32, Mention)>,
    /// Addresses that stand beside a name.
    addresses: Vec<(u32, String)>,
    /// Addresses in the text: where, and how they read in lower case.
    written: Vec<(Place, String)>,
}

impl<'d> Collected<'d> {
    fn of(document: &'d Document<'_>, parties: &[&'d Party]) -> Self {
        let mut all = Self::default();
        let namesakes = namesakes(document);
        for party in parties {
            if let Some((name, address)) = own_name(party) {
                let number = all.found.len() as u32;
                let kind = kind_of_party(name, address);
                let is_person = kind == EntityKind::Person;
                let which = address.filter(|_| is_person);
                let which = which.and_then(|own| {
                    generation(own).or_else(|| namesakes.contains(own).then_some(own))
                });
                all.found.push(Found {
                    text: name,
                    kind,
                    which,
                });
                if is_person {
                    all.called.extend(words(name));
                }
                all.shown.push(name);
                if let Some(address) = address {
                    all.addresses.push((number, address.to_lowercase()));
                }
            }
        }
        let people = people(document);
        for number in 0..document.segments.len() {
            all.segment(document, number, &people);
        }
        all.tie_addresses();
        all
    }

    fn segment(&mut self, document: &'d Document<'_>, number: usize, people: &HashSet<&str>) {
        let segment = &document.segments[number];
        let view: &'d str = segment.text;
        let place = |span: Span| Place {
            segment: number as u32,
            span,
        };
        let mut previous: Option<(u32, Span)> = None;
        let mut written = addresses(view).into_iter().peekable();
        for name in whole_names(&segment.names, view, people) {
            let Some(kind) = EntityKind::of_label(&name.label) else {
                continue;
            };
            let Some(text) = view.get(name.span.range()) else {
                continue;
            };
            if words(text).is_empty() || is_description(text, kind) {
                continue;
            }
            let is_called = || words(text).iter().all(|word| self.called.contains(word));
            let kind = match kind_by_words(text, kind) {
                // Whom a header names is no town.
                other if other != EntityKind::Person && is_called() => EntityKind::Person,
                kind => kind,
            };
            let qualified = match kind {
                EntityKind::Person => with_qualifiers(view, name.span),
                _ => text,
            };
            let is_told_apart =
                kind == EntityKind::Person && Shape::of(qualified, kind).generation.is_some();
            self.shown
                .push(if is_told_apart { qualified } else { text });
            let text = qualified;
            while let Some(at) = written.next_if(|at| at.start < name.span.start as usize) {
                self.address(view, at, place, previous);
            }
            while written
                .next_if(|at| at.start < name.span.end as usize)
                .is_some()
            {}
            let own = self.found.len() as u32;
            if let Some((before, span)) = previous
                && let Some(between) = view.get(span.end as usize..name.span.start as usize)
                && is_alias(between, &view[name.span.end as usize..], || {
                    is_acronym_of(text, &self.found[before as usize])
                })
            {
                self.ties.push((before, own, JoinedBy::Alias));
            }
            let tokens = segment.tokens(name.span);
            self.found.push(Found::new(text, kind));
            self.tie_signature(document, number, own);
            self.mentions.push((
                own,
                Mention {
                    place: place(name.span),
                    head: segment.head(tokens.clone()),
                    tokens,
                    label: name.label.clone(),
                    form: Form::Name,
                    entity: None,
                    joined_by: JoinedBy::SameName,
                },
            ));
            previous = Some((own, name.span));
        }
        for at in written {
            self.address(view, at, place, previous);
        }
    }

    fn address(
        &mut self,
        view: &str,
        at: std::ops::Range<usize>,
        place: impl Fn(Span) -> Place,
        previous: Option<(u32, Span)>,
    ) {
        let address = view[at.clone()].to_lowercase();
        let span = Span::new(at.start as u32, at.end as u32);
        if let Some((name, before)) = previous
            && let Some(between) = view.get(before.end as usize..at.start)
            && is_tied(between)
        {
            self.addresses.push((name, address.clone()));
        }
        self.written.push((place(span), address));
    }

    /// The author's own signature is the author's, where the name can be.
    fn tie_signature(&mut self, document: &Document<'_>, segment: usize, name: u32) {
        let segment = &document.segments[segment];
        let is_own = segment.kind == SegmentKind::Signature && segment.quoted.is_none();
        let author = match &document.facts.authors[..] {
            [author] if is_own && own_name(author).is_some() => 0,
            _ => return,
        };
        let shape = |name: usize| {
            let found = &self.found[name];
            (found.kind == EntityKind::Person).then(|| Shape::of(found.text, found.kind))
        };
        if let (Some(a), Some(b)) = (shape(author), shape(name as usize))
            && a.family() == b.family()
            && initial(&a) == initial(&b)
        {
            self.ties.push((0, name, JoinedBy::Address));
        }
    }

    /// Two names beside one address are one's, where they can be: a mailbox may be shared.
    fn tie_addresses(&mut self) {
        let mut by_address: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (name, address) in &self.addresses {
            let names = by_address.entry(address).or_default();
            if names.len() < 16 {
                names.push(*name);
            }
        }
        for names in by_address.values() {
            for pair in names.windows(2) {
                let shape = |name: u32| {
                    let found = &self.found[name as usize];
                    (found.kind == EntityKind::Person).then(|| Shape::of(found.text, found.kind))
                };
                if let (Some(a), Some(b)) = (shape(pair[0]), shape(pair[1]))
                    && a.family() == b.family()
                    && initial(&a) == initial(&b)
                    && a.generation == b.generation
                {
                    self.ties.push((pair[0], pair[1], JoinedBy::Address));
                }
            }
        }
    }
}

/// The full names of people, as the document writes them.
fn people<'d>(document: &'d Document<'_>) -> HashSet<&'d str> {
    let names = document.segments.iter().flat_map(|segment| {
        let people = segment.names.iter().filter(|name| name.label == "PERSON");
        people.filter_map(|name| segment.text.get(name.span.range()))
    });
    names.filter(|name| name.contains(' ')).collect()
}

/// The names of a segment, where a person's whom the recognizer cut in two is whole again: both
/// halves stand side by side, and the whole stands elsewhere.
fn whole_names(names: &[Name], view: &str, people: &HashSet<&str>) -> Vec<Name> {
    let mut whole: Vec<Name> = Vec::with_capacity(names.len());
    for name in names {
        if let Some(last) = whole.last_mut()
            && last.span.end + 1 == name.span.start
            && last.label != name.label
            && name.label == "PERSON"
            && let Some(both) = view.get(last.span.start as usize..name.span.end as usize)
            && both.split(' ').count() == 2
            && people.contains(both)
        {
            *last = Name {
                span: Span::new(last.span.start, name.span.end),
                label: name.label.clone(),
            };
        } else {
            whole.push(name.clone());
        }
    }
    whole
}

fn initial(shape: &Shape) -> Option<char> {
    shape.given().first().and_then(|word| word.chars().next())
}

/// Whether the words between two names, or around the second, call it another name of the first.
/// In a bracket without a word that is so only of an acronym, or of what stands in quotation marks:
/// a firm is not the town behind its name.
fn is_alias(between: &str, behind: &str, is_acronym: impl Fn() -> bool) -> bool {
    if between.len() > 60 || (between.contains(['\n', '.', ';']) && between.len() > 20) {
        return false;
    }
    let words = words(between).join(" ");
    let opens = between.trim_start().starts_with(['(', '[']);
    let closes = behind
        .trim_start_matches(['"', '”', '\'', '’', '»'])
        .starts_with([')', ']']);
    if opens && closes {
        let is_quoted = between.ends_with(['"', '“', '‘', '\'', '«']);
        return NAMES.aliases.opening.contains(&words)
            && (!matches!(words.as_str(), "" | "the") || is_quoted || is_acronym());
    }
    words.contains(' ') && NAMES.aliases.cues.contains(&words)
}

/// Whether a word of capitals is made of the first letters of a name, with none in the wrong order.
fn is_acronym_of(acronym: &str, full: &Found<'_>) -> bool {
    let shape = Shape::of(acronym, full.kind);
    let letters = fold(acronym);
    let mut letters = letters.chars().filter(|c| c.is_alphanumeric());
    let [all, _] = Shape::of(full.text, EntityKind::Thing).initials();
    let mut wanted = letters.next();
    for initial in all.chars() {
        if Some(initial) == wanted {
            wanted = letters.next();
        }
    }
    shape.is_acronym && wanted.is_none()
}

/// A noun that the recognizer took for a name: a headline's "Shipowner".
fn is_description(text: &str, kind: EntityKind) -> bool {
    kind == EntityKind::Person && is_role_noun(&fold(text))
}

/// A person whose last word is an organization's is one.
fn kind_by_words(text: &str, kind: EntityKind) -> EntityKind {
    let parts = words(text);
    let is_company = |word: &String| {
        let mut classes = NAMES.classes.iter().filter(|(name, _)| *name != "paper");
        (NAMES.organizations.legal.contains(word) && word.len() > 2)
            || classes.any(|(_, class)| class.contains(word))
    };
    match parts.last() {
        Some(last) if kind == EntityKind::Person && parts.len() > 1 && is_company(last) => {
            EntityKind::Organization
        }
        _ => kind,
    }
}

/// A person's name with the titles before it and what tells two of one name apart behind it: "the
/// elder Mr", "(born 1948)".
fn with_qualifiers(view: &str, name: Span) -> &str {
    let (mut start, mut end) = (name.start as usize, name.end as usize);
    let is_qualifier = |word: &str| {
        let (word, titles) = (fold(word.trim_end_matches('.')), &NAMES.titles);
        NAMES.generations.contains_key(&word)
            || [&titles.male, &titles.female, &titles.other]
                .iter()
                .any(|list| list.contains(&word))
    };
    for _ in 0..3 {
        let before = view[..start].trim_end_matches(' ');
        let from = before.rfind(|c: char| !c.is_alphanumeric() && c != '.');
        let word = &before[from.map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        })..];
        if word.is_empty() || before.len() == start || !is_qualifier(word) {
            break;
        }
        start = before.len() - word.len();
    }
    let behind = &view[end..];
    let rest = behind.trim_start_matches([',', ' ', '(']);
    let word = rest
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let is_near = behind.len() - rest.len() <= 2 && !rest.is_empty();
    let year = rest.strip_prefix("born ").and_then(|year| year.get(..4));
    // "Anna Berg, senior vice president": a rank, and no "senior" of a name.
    let goes_on = word.starts_with(char::is_lowercase)
        && rest[word.len()..].starts_with(|c: char| c == ' ' || c == '-');
    if is_near && NAMES.generations.contains_key(&fold(word)) && !goes_on {
        end += behind.len() - rest.len() + word.len();
        end += usize::from(view[end..].starts_with(')') && behind.contains('('));
    } else if is_near && year.is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit())) {
        end += behind.len() - rest.len() + "born ".len() + 4;
        end += usize::from(view[end..].starts_with(')'));
    }
    &view[start..end]
}

/// Addresses of a sender and a recipient of one name: two people, for all that the message says.
fn namesakes<'d>(document: &'d Document<'_>) -> HashSet<&'d str> {
    let facts = document.facts;
    let mut found = HashSet::new();
    for author in &facts.authors {
        for other in &facts.recipients {
            let names = (
                author.name.as_deref().map(fold),
                other.name.as_deref().map(fold),
            );
            if let (Some(own), Some(theirs)) = (author.address.as_deref(), other.address.as_deref())
                && own != theirs
                && names.0.is_some()
                && names.0 == names.1
            {
                found.extend([own, theirs]);
            }
        }
    }
    found
}

/// A party's name, if it has one, with the address that is the party's own. A mailing list writes
/// "Jane Roe via list" before its own address: that is not hers.
fn own_name(party: &Party) -> Option<(&str, Option<&str>)> {
    let name = party.name.as_deref()?;
    let own = name
        .split_once(" via ")
        .map(|(own, _)| own.trim_matches(['\'', '"', ' ']));
    let address = party.address.as_deref().filter(|_| own.is_none());
    let name = own.unwrap_or(name);
    is_name(name).then_some((name, address))
}

/// Whether a header's name is one, and no address over again.
fn is_name(name: &str) -> bool {
    !name.contains('@') && name.chars().any(char::is_alphabetic)
}

/// Whether a name in a header is a person's: by its words, then by its mailbox.
fn kind_of_party(name: &str, address: Option<&str>) -> EntityKind {
    let parts = words(name);
    let is_known = |word: &String| {
        NAMES.organizations.words.contains(word) || NAMES.organizations.legal.contains(word)
    };
    let is_longer = parts.len() > 4 || (parts.len() == 1 && address.is_some_and(is_shared));
    if parts.iter().any(is_known) || is_longer || name.contains('&') || name.contains(" for ") {
        EntityKind::Organization
    } else {
        EntityKind::Person
    }
}

impl Draft {
    /// The named entities of a document, with their names and addresses.
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let facts = document.facts;
        let quoted = document.segments.iter().map(|segment| {
            let quoted = segment.quoted.as_ref();
            quoted.and_then(|quoted| quoted.author.as_ref())
        });
        let quoted: Vec<Option<&Party>> = quoted.collect();
        let headers = || facts.authors.iter().chain(&facts.recipients);
        let distinct: BTreeSet<&Party> = quoted.iter().flatten().copied().collect();
        let parties: Vec<&Party> = headers().chain(distinct).collect();
        let collected = Collected::of(document, &parties);
        let naming = join_names(&collected.found, &collected.ties);
        let mut draft = Self {
            entities: naming.bearers.iter().map(Known::of).collect(),
            ..Self::default()
        };
        for (shown, &bearer) in collected.shown.iter().zip(&naming.bearer) {
            // A quoted line's mark stands inside of a name that goes over its end.
            let words = shown.split_whitespace().filter(|word| *word != ">");
            let name = words.collect::<Vec<_>>().join(" ");
            let name = ["'s", "’s"]
                .iter()
                .find_map(|end| name.strip_suffix(end))
                .unwrap_or(&name);
            draft.entities[bearer as usize].is_called(name);
        }
        for (name, address) in &collected.addresses {
            let bearer = naming.bearer[*name as usize];
            draft.entities[bearer as usize]
                .addresses
                .insert(address.clone());
        }
        let mut owners = Owners::of(&draft, &naming);
        let mut found: BTreeMap<(&str, Option<&str>), u32> = BTreeMap::new();
        let named = parties
            .iter()
            .filter(|party| party.name.as_deref().is_some_and(is_name));
        for (party, &bearer) in named.zip(&naming.bearer) {
            let name = party.name.as_deref().unwrap_or_default();
            found.insert((name, party.address.as_deref()), bearer);
        }
        let mut entity_of = |party: &Party| {
            let by_name = party
                .name
                .as_deref()
                .and_then(|name| found.get(&(name, party.address.as_deref())));
            by_name
                .copied()
                .or_else(|| owners.owner_or_new(party.address.as_deref()?, &mut draft.entities))
        };
        draft.authors = facts.authors.iter().map(&mut entity_of).collect();
        draft.recipients = facts.recipients.iter().map(&mut entity_of).collect();
        draft.quoted = quoted
            .iter()
            .map(|party| party.and_then(&mut entity_of))
            .collect();
        draft.mentions = mentions(
            collected,
            &naming,
            &mut owners,
            document,
            &mut draft.entities,
        );
        draft
    }

    /// The finished answer: mentions in the order of the text, entities in that of their first mention.
    pub(crate) fn finish(mut self) -> DocumentEntities {
        self.mentions.sort_by_key(|mention| {
            let Place { segment, span } = mention.place;
            (segment, span.start, std::cmp::Reverse(span.end))
        });
        let order = self.order();
        let mut number = vec![None; self.entities.len()];
        for (new, &old) in order.iter().enumerate() {
            number[old as usize] = Some(new as u32);
        }
        let renumbered = |entity: Option<u32>| entity.and_then(|old| number[old as usize]);
        let mut entities: Vec<Entity> = order
            .iter()
            .map(|&old| self.entities[old as usize].clone().finish(renumbered))
            .collect();
        for (at, mention) in self.mentions.iter_mut().enumerate() {
            mention.entity = renumbered(mention.entity);
            if let Some(entity) = mention.entity {
                entities[entity as usize].mentions.push(at as u32);
            }
        }
        for entity in &entities {
            if let Some(&first) = entity.mentions.first() {
                self.mentions[first as usize].joined_by = JoinedBy::Itself;
            }
        }
        let header = |parties: &[Option<u32>]| parties.iter().map(|&one| renumbered(one)).collect();
        DocumentEntities {
            authors: header(&self.authors),
            recipients: header(&self.recipients),
            mentions: self.mentions,
            entities,
        }
    }

    /// Entities that are mentioned, in the order of that; then those whom headers alone name.
    fn order(&self) -> Vec<u32> {
        let mut seen = vec![false; self.entities.len()];
        let mut order = Vec::new();
        let mentioned = self.mentions.iter().filter_map(|mention| mention.entity);
        let parties = self
            .authors
            .iter()
            .chain(&self.recipients)
            .chain(&self.quoted);
        for entity in mentioned.chain(parties.filter_map(|&party| party)) {
            if !std::mem::replace(&mut seen[entity as usize], true) {
                order.push(entity);
            }
        }
        order
    }
}

impl Known {
    fn finish(self, renumbered: impl Fn(Option<u32>) -> Option<u32>) -> Entity {
        let mut roles = self.roles;
        for role in &mut roles {
            role.of = renumbered(role.of);
        }
        Entity {
            kind: self.kind,
            name: self.fullest,
            names: self.names.into_keys().collect(),
            addresses: self.addresses.into_iter().collect(),
            mentions: Vec::new(),
            unnamed: self.unnamed,
            gender: self.gender,
            roles,
        }
    }
}

/// Whose an address is.
struct Owners {
    /// `None` for a mailbox of several.
    by_address: BTreeMap<String, Option<u32>>,
    /// People with a full name, by the first three letters of the family name.
    people: HashMap<String, Vec<(u32, Shape)>>,
}

impl Owners {
    fn of(draft: &Draft, naming: &Naming) -> Self {
        let mut by_address: BTreeMap<String, Option<u32>> = BTreeMap::new();
        for (number, entity) in draft.entities.iter().enumerate() {
            for address in &entity.addresses {
                by_address
                    .entry(address.clone())
                    .and_modify(|owner| *owner = None)
                    .or_insert(Some(number as u32));
            }
        }
        let mut people: HashMap<String, Vec<(u32, Shape)>> = HashMap::new();
        for (number, bearer) in naming.bearers.iter().enumerate() {
            if bearer.kind == EntityKind::Person && !bearer.shape.given().is_empty() {
                let family: String = bearer.shape.family().chars().take(3).collect();
                let same = people.entry(family).or_default();
                if same.len() < 64 {
                    same.push((number as u32, bearer.shape.clone()));
                }
            }
        }
        Self { by_address, people }
    }

    /// The one who stands beside this address somewhere, or out of whose name it is built.
    fn owner(&mut self, address: &str) -> Option<u32> {
        if let Some(owner) = self.by_address.get(address) {
            return *owner;
        }
        let local: Vec<char> = address.split('@').next()?.chars().collect();
        let starts = local
            .windows(3)
            .map(|three| three.iter().collect::<String>());
        let fitting = starts
            .filter_map(|start| self.people.get(&start))
            .flatten()
            .filter(|(_, shape)| is_built_from(address, shape))
            .map(|&(number, _)| number);
        let fitting: BTreeSet<u32> = fitting.collect();
        let owner = only(fitting.into_iter());
        self.by_address.insert(address.to_owned(), owner);
        owner
    }

    /// The owner, or a new entity of which nothing but the address is known.
    fn owner_or_new(&mut self, address: &str, entities: &mut Vec<Known>) -> Option<u32> {
        let address = address.to_lowercase();
        let owner = self.owner(&address).unwrap_or_else(|| {
            let kind = match is_shared(&address) {
                true => EntityKind::Organization,
                false => EntityKind::Person,
            };
            entities.push(Known {
                kind,
                gender: None,
                is_several: false,
                unnamed: false,
                classes: BTreeSet::new(),
                names: BTreeMap::new(),
                fullest: address.clone(),
                addresses: BTreeSet::new(),
                roles: Vec::new(),
            });
            entities.len() as u32 - 1
        });
        self.by_address.insert(address.clone(), Some(owner));
        entities[owner as usize].addresses.insert(address);
        Some(owner)
    }
}

/// The mentions of names and of addresses that are somebody's.
fn mentions(
    collected: Collected<'_>,
    naming: &Naming,
    owners: &mut Owners,
    document: &Document<'_>,
    entities: &mut [Known],
) -> Vec<Mention> {
    let names = collected.mentions.into_iter().map(|(found, mut mention)| {
        mention.entity = Some(naming.bearer[found as usize]);
        mention.joined_by = match naming.why[found as usize] {
            JoinedBy::Itself => JoinedBy::SameName,
            why => why,
        };
        mention
    });
    let mut mentions: Vec<Mention> = names.collect();
    for (place, address) in collected.written {
        let Some(owner) = owners.owner(&address) else {
            continue;
        };
        let segment = &document.segments[place.segment as usize];
        let tokens = segment.tokens(place.span);
        let known = &mut entities[owner as usize];
        known.addresses.insert(address);
        mentions.push(Mention {
            place,
            head: segment.head(tokens.clone()),
            tokens,
            label: label_of(known.kind).to_owned(),
            form: Form::Name,
            entity: Some(owner),
            joined_by: JoinedBy::Address,
        });
    }
    mentions
}

/// The label of a mention that no recognizer gave one.
pub(crate) fn label_of(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "PERSON",
        EntityKind::Organization => "ORG",
        EntityKind::Place => "GPE",
        EntityKind::Group => "NORP",
        EntityKind::Event => "EVENT",
        EntityKind::Thing => "PRODUCT",
    }
}
