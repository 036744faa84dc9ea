//! The tables of `data/links`, read once and turned into maps from a lemma to what it starts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use onrecord_statements::entities::EntityKind;
use serde::Deserialize;

use crate::LinkStance;

/// One file a type, in the order in which types are tried.
const TYPES: &[&str] = &[
    include_str!("../../data/links/directorship.toml"),
    include_str!("../../data/links/employment.toml"),
    include_str!("../../data/links/membership.toml"),
    include_str!("../../data/links/ownership.toml"),
    include_str!("../../data/links/payment.toml"),
    include_str!("../../data/links/family.toml"),
    include_str!("../../data/links/associate.toml"),
    include_str!("../../data/links/representation.toml"),
    include_str!("../../data/links/contact.toml"),
    include_str!("../../data/links/support.toml"),
    include_str!("../../data/links/conflict.toml"),
    include_str!("../../data/links/location.toml"),
    include_str!("../../data/links/event.toml"),
    include_str!("../../data/links/unknown.toml"),
];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// The tables, compiled.
#[must_use]
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// A set of kinds of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    fn of(kinds: &[EntityKind]) -> Self {
        Self(kinds.iter().fold(0, |set, kind| set | (1 << (*kind as u8))))
    }

    fn and(self, kinds: &[EntityKind]) -> Self {
        Self(self.0 | Self::of(kinds).0)
    }

    pub(crate) fn has(self, kind: EntityKind) -> bool {
        self.0 & (1 << (kind as u8)) != 0
    }
}

/// Which end of a tie bears a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Holder {
    #[default]
    From,
    To,
}

/// What amount belongs to ties of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    /// Money.
    Sum,
    /// A part of the whole, else money.
    Share,
}

/// Where an end stands, seen from the word that states the tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    Subject,
    Object,
    Dative,
    Poss,
    Compound,
    /// Whoever asks for it: "**B** asked A to return it".
    Asker,
    /// A noun that stands there as an adverb: "**London**-based".
    Beside,
    /// The subject of a verb that merely carries the noun.
    Light,
    /// "A and B met".
    EachOther,
    /// "between A and B".
    Between,
    /// A party that stands before the noun as an adjective: "**Democratic** candidate".
    Party,
    /// The noun itself names the other end: "A, a **Republican**".
    Itself,
    Prep(String),
}

/// A place, perhaps by way of a noun: `object:stake > in|of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) slot: Slot,
    /// The word there must be one of these, and the end hangs on it.
    pub(crate) nouns: Vec<String>,
    pub(crate) then: Vec<Slot>,
}

/// What every frame of a type has.
#[derive(Debug, Clone)]
pub(crate) struct LinkType {
    pub(crate) name: String,
    pub(crate) symmetric: bool,
    pub(crate) dated: bool,
    pub(crate) money: Option<Measure>,
}

/// A verb or a noun for what happened.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) kind: usize,
    pub(crate) from: Vec<Path>,
    pub(crate) to: Vec<Path>,
    pub(crate) from_kinds: Kinds,
    pub(crate) to_kinds: Kinds,
    pub(crate) object: Vec<String>,
    pub(crate) not_object: Vec<String>,
    pub(crate) needs: Option<Measure>,
    pub(crate) passive: bool,
    /// Not where something is said of the object ("called him a liar").
    pub(crate) no_complement: bool,
    pub(crate) ends: bool,
    pub(crate) role: Option<String>,
}

/// A noun that names whoever bears it.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) kind: usize,
    /// The words before the noun itself, in lower case, nearest last; empty for a single word.
    pub(crate) before: Vec<String>,
    pub(crate) holder: Holder,
    pub(crate) at: Vec<Slot>,
    pub(crate) from_kinds: Kinds,
    pub(crate) to_kinds: Kinds,
    /// Type in its place where what is led is a part of the organization ("head of sales").
    pub(crate) of_part: Option<usize>,
    /// Whether a noun before it says which part ("police chief").
    pub(crate) part_before: bool,
}

/// What a bare preposition or possessive between two names means.
#[derive(Debug)]
pub(crate) struct Neighbor {
    pub(crate) kind: usize,
    pub(crate) between: Vec<String>,
    /// Which end stands last.
    pub(crate) after: Holder,
    pub(crate) from: Kinds,
    pub(crate) to: Kinds,
    /// The name at the end `to` has one of these; empty where any will do.
    pub(crate) words: Vec<String>,
}

/// Words that change how firmly a tie is stated.
#[derive(Debug)]
pub(crate) struct StanceWords {
    pub(crate) verbs: HashMap<String, LinkStance>,
    pub(crate) factive: Vec<String>,
    pub(crate) nouns: HashMap<String, LinkStance>,
    pub(crate) evidence: Vec<String>,
    pub(crate) modals: Vec<String>,
    pub(crate) marks: HashMap<String, LinkStance>,
    pub(crate) negation: Vec<String>,
    pub(crate) attempt_verbs: Vec<String>,
    pub(crate) attempt_nouns: Vec<String>,
    pub(crate) refusals: Vec<String>,
    pub(crate) failure_phrases: Vec<String>,
    pub(crate) adjectives: HashMap<String, LinkStance>,
}

/// Verbs that carry a role or an event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarrierVerbs {
    pub(crate) copula: Vec<String>,
    pub(crate) as_subject: Vec<String>,
    pub(crate) as_object: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) ending: Vec<String>,
    pub(crate) light: Vec<String>,
    /// Nouns for parts of an organization.
    pub(crate) parts: Vec<String>,
    /// Nouns before a role that do not say of which part it is.
    pub(crate) whole: Vec<String>,
    /// Verbs whose object does what the verb below them says.
    object_control: Vec<String>,
}

impl CarrierVerbs {
    /// Whether the object of a verb does what the verb below it says.
    pub(crate) fn controls(&self, verb: &str) -> bool {
        self.object_control.iter().any(|known| known == verb)
    }
}

/// Words of amounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyWords {
    pub(crate) symbols: HashMap<String, String>,
    pub(crate) words: HashMap<String, String>,
    pub(crate) scales: HashMap<String, f64>,
    pub(crate) numbers: HashMap<String, f64>,
    pub(crate) shares: HashMap<String, f64>,
    pub(crate) bounds: BoundWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BoundWords {
    pub(crate) at_most: Vec<String>,
    pub(crate) at_least: Vec<String>,
}

/// Adjectives, in lower case, with the names of what they stand for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adjectives {
    pub(crate) countries: HashMap<String, Vec<String>>,
    pub(crate) parties: HashMap<String, Vec<String>>,
    /// Initials of parties, as they stand before a state ("R-Tex.").
    pub(crate) initials: HashMap<String, Vec<String>>,
}

/// Everything that `data/links` says.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) types: Vec<LinkType>,
    pub(crate) verbs: HashMap<String, Vec<Frame>>,
    pub(crate) events: HashMap<String, Vec<Frame>>,
    /// By the last word of the phrase; longer phrases first.
    pub(crate) roles: HashMap<String, Vec<Role>>,
    /// By the ending of a noun that is in none of the lists.
    pub(crate) role_endings: Vec<(String, Role)>,
    /// Nouns that such an ending does not mean.
    pub(crate) no_roles: Vec<String>,
    pub(crate) neighbors: Vec<Neighbor>,
    pub(crate) stance: StanceWords,
    pub(crate) carriers: CarrierVerbs,
    pub(crate) money: MoneyWords,
    pub(crate) adjectives: Adjectives,
    /// All names that adjectives stand for.
    pub(crate) of_adjectives: HashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeTable {
    #[serde(rename = "type")]
    name: String,
    #[serde(rename = "schema")]
    _schema: String,
    from: Vec<EntityKind>,
    to: Vec<EntityKind>,
    #[serde(default)]
    symmetric: bool,
    #[serde(default)]
    dated: bool,
    money: Option<Measure>,
    #[serde(default)]
    role: Vec<RoleTable>,
    #[serde(default)]
    verb: Vec<FrameTable>,
    #[serde(default)]
    event: Vec<FrameTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    nouns: Vec<String>,
    /// Words that an ending (`*er`) does not mean.
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    holder: Holder,
    #[serde(default = "usual_places")]
    at: Vec<String>,
    #[serde(default)]
    also_from: Vec<EntityKind>,
    #[serde(default)]
    also_to: Vec<EntityKind>,
    to_kinds: Option<Vec<EntityKind>>,
    of_part: Option<String>,
    #[serde(default)]
    part_before: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameTable {
    #[serde(default, alias = "nouns")]
    lemmas: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
    from_kinds: Option<Vec<EntityKind>>,
    to_kinds: Option<Vec<EntityKind>>,
    #[serde(default)]
    also_from: Vec<EntityKind>,
    #[serde(default)]
    also_to: Vec<EntityKind>,
    #[serde(default)]
    object: Vec<String>,
    #[serde(default)]
    not_object: Vec<String>,
    needs: Option<Measure>,
    #[serde(default)]
    passive: bool,
    #[serde(default)]
    no_complement: bool,
    #[serde(default)]
    ends: bool,
    role: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NeighborsTable {
    neighbor: Vec<NeighborTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NeighborTable {
    #[serde(rename = "type")]
    name: String,
    between: Vec<String>,
    #[serde(default = "last_by_default")]
    after: Holder,
    from: Vec<EntityKind>,
    to: Vec<EntityKind>,
    #[serde(default)]
    words: Vec<String>,
}

fn last_by_default() -> Holder {
    Holder::To
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StanceTable {
    verbs: BTreeMap<LinkStance, Vec<String>>,
    factive: WordList,
    nouns: HashMap<String, Vec<String>>,
    modals: WordList,
    marks: BTreeMap<LinkStance, Vec<String>>,
    negation: WordList,
    attempts: Attempts,
    adjectives: BTreeMap<LinkStance, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct WordList {
    #[serde(alias = "verbs")]
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempts {
    verbs: Vec<String>,
    nouns: Vec<String>,
    refusals: Vec<String>,
    phrases: Vec<String>,
}

fn usual_places() -> Vec<String> {
    ["poss", "at", "of", "for", "with", "in", "compound"]
        .map(str::to_owned)
        .to_vec()
}

fn slot(word: &str) -> Slot {
    match word {
        "subject" => Slot::Subject,
        "object" => Slot::Object,
        "dative" => Slot::Dative,
        "poss" => Slot::Poss,
        "compound" => Slot::Compound,
        "asker" => Slot::Asker,
        "beside" => Slot::Beside,
        "light" => Slot::Light,
        "each-other" => Slot::EachOther,
        "between" => Slot::Between,
        "party" => Slot::Party,
        "itself" => Slot::Itself,
        preposition => Slot::Prep(preposition.to_owned()),
    }
}

fn path(text: &str) -> Path {
    let words = |list: &str| -> Vec<String> {
        list.split('|').map(|word| word.trim().to_owned()).collect()
    };
    let (first, then) = match text.split_once('>') {
        Some((first, then)) => (first.trim(), words(then)),
        None => (text.trim(), Vec::new()),
    };
    let (first, nouns) = match first.split_once(':') {
        Some((first, nouns)) => (first, words(nouns)),
        None => (first, Vec::new()),
    };
    Path {
        slot: slot(first),
        nouns,
        then: then.iter().map(|word| slot(word)).collect(),
    }
}

/// The tables are part of the program; a test reads them all.
fn table<T: for<'de> Deserialize<'de>>(text: &str) -> T {
    toml::from_str(text).expect("the tables of data/links are well formed")
}

impl TypeTable {
    fn frame(&self, kind: usize, frame: &FrameTable) -> Frame {
        let kinds = |own: &[EntityKind], instead: &Option<Vec<EntityKind>>, also: &[EntityKind]| {
            Kinds::of(instead.as_deref().unwrap_or(own)).and(also)
        };
        Frame {
            kind,
            from: frame.from.iter().map(|text| path(text)).collect(),
            to: frame.to.iter().map(|text| path(text)).collect(),
            from_kinds: kinds(&self.from, &frame.from_kinds, &frame.also_from),
            to_kinds: kinds(&self.to, &frame.to_kinds, &frame.also_to),
            object: frame.object.clone(),
            not_object: frame.not_object.clone(),
            needs: frame.needs,
            passive: frame.passive,
            no_complement: frame.no_complement,
            ends: frame.ends,
            role: frame.role.clone(),
        }
    }

    fn roles<'a>(
        &'a self,
        kind: usize,
        names: &'a [&'a str],
    ) -> impl Iterator<Item = (String, Role)> + 'a {
        let each = move |table: &RoleTable, noun: &String| {
            let mut before: Vec<String> = noun.split(' ').map(str::to_owned).collect();
            let last = before.pop().unwrap_or_default();
            let to = table.to_kinds.as_deref().unwrap_or(&self.to);
            let role = Role {
                kind,
                before,
                holder: table.holder,
                at: table.at.iter().map(|word| slot(word)).collect(),
                from_kinds: Kinds::of(&self.from).and(&table.also_from),
                to_kinds: Kinds::of(to).and(&table.also_to),
                of_part: table
                    .of_part
                    .as_ref()
                    .and_then(|part| names.iter().position(|name| name == part)),
                part_before: table.part_before,
            };
            (last, role)
        };
        self.role
            .iter()
            .flat_map(move |table| table.nouns.iter().map(move |noun| each(table, noun)))
    }
}

fn by_word(lists: BTreeMap<LinkStance, Vec<String>>) -> HashMap<String, LinkStance> {
    lists
        .into_iter()
        .flat_map(|(stance, words)| words.into_iter().map(move |word| (word, stance)))
        .collect()
}

impl StanceTable {
    fn compile(mut self) -> StanceWords {
        let evidence = self.nouns.remove("evidence").unwrap_or_default();
        let stances = [
            ("hypothetical", LinkStance::Hypothetical),
            ("alleges", LinkStance::Alleges),
            ("denies", LinkStance::Denies),
            ("failed", LinkStance::Failed),
        ];
        let nouns = stances.into_iter().flat_map(|(name, stance)| {
            let words = self.nouns.remove(name).unwrap_or_default();
            words.into_iter().map(move |word| (word, stance))
        });
        StanceWords {
            nouns: nouns.collect(),
            verbs: by_word(self.verbs),
            factive: self.factive.words,
            evidence,
            modals: self.modals.words,
            marks: by_word(self.marks),
            negation: self.negation.words,
            attempt_verbs: self.attempts.verbs,
            attempt_nouns: self.attempts.nouns,
            refusals: self.attempts.refusals,
            failure_phrases: self.attempts.phrases,
            adjectives: by_word(self.adjectives),
        }
    }
}

/// What stands between two names, by the names of the types.
fn neighbors(types: &[&str]) -> Vec<Neighbor> {
    let all: NeighborsTable = table(include_str!("../../data/links/neighbors.toml"));
    let neighbors = all.neighbor.into_iter().filter_map(|neighbor| {
        Some(Neighbor {
            kind: types.iter().position(|name| *name == neighbor.name)?,
            between: neighbor.between,
            after: neighbor.after,
            from: Kinds::of(&neighbor.from),
            to: Kinds::of(&neighbor.to),
            words: neighbor.words,
        })
    });
    neighbors.collect()
}

impl Lexicon {
    fn build() -> Self {
        let tables: Vec<TypeTable> = TYPES.iter().map(|text| table(text)).collect();
        let mut verbs: HashMap<String, Vec<Frame>> = HashMap::new();
        let mut events: HashMap<String, Vec<Frame>> = HashMap::new();
        let mut roles: HashMap<String, Vec<Role>> = HashMap::new();
        let mut role_endings = Vec::new();
        let of_roles = tables.iter().flat_map(|table| &table.role);
        let no_roles = of_roles.flat_map(|role| role.not.clone()).collect();
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        for (kind, of_type) in tables.iter().enumerate() {
            for (list, map) in [(&of_type.verb, &mut verbs), (&of_type.event, &mut events)] {
                for frame in list {
                    for lemma in &frame.lemmas {
                        let frames = map.entry(lemma.clone()).or_default();
                        frames.push(of_type.frame(kind, frame));
                    }
                }
            }
            for (last, role) in of_type.roles(kind, &names) {
                match last.strip_prefix('*') {
                    Some(ending) => role_endings.push((ending.to_owned(), role)),
                    None => roles.entry(last).or_default().push(role),
                }
            }
        }
        for list in roles.values_mut() {
            list.sort_by_key(|role| std::cmp::Reverse(role.before.len()));
        }
        let neighbors = neighbors(&names);
        let adjectives: Adjectives = table(include_str!("../../data/links/adjectives.toml"));
        let named = adjectives
            .countries
            .values()
            .chain(adjectives.parties.values());
        let types = tables.into_iter().map(|table| LinkType {
            name: table.name,
            symmetric: table.symmetric,
            dated: table.dated,
            money: table.money,
        });
        Self {
            types: types.collect(),
            verbs,
            events,
            roles,
            role_endings,
            no_roles,
            neighbors,
            stance: table::<StanceTable>(include_str!("../../data/links/stance.toml")).compile(),
            carriers: table(include_str!("../../data/links/verbs.toml")),
            money: table(include_str!("../../data/links/money.toml")),
            of_adjectives: named.flatten().cloned().collect(),
            adjectives,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read() {
        let lexicon = lexicon();
        assert_eq!(lexicon.types.len(), TYPES.len());
        assert!(lexicon.verbs.contains_key("acquire"));
        assert!(lexicon.events.contains_key("payment"));
        let chief = &lexicon.roles["executive"];
        assert_eq!(chief[0].before, ["chief"]);
        assert_eq!(lexicon.stance.verbs["deny"], LinkStance::Denies);
    }

    #[test]
    fn a_place_may_go_on_from_a_noun() {
        let found = path("object:stake|share > in|of");
        assert_eq!(found.slot, Slot::Object);
        assert_eq!(found.nouns, ["stake", "share"]);
        assert_eq!(
            found.then,
            [Slot::Prep("in".to_owned()), Slot::Prep("of".to_owned())]
        );
    }
}
