//! The words of `data/cues.toml`, by lemma.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::statement::{Certainty, Stance};

/// What may stand as the content of a cue, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Frames(u16);

impl Frames {
    pub(crate) const CLAUSE: Self = Self(1);
    pub(crate) const QUOTE: Self = Self(2);
    pub(crate) const INFINITIVE: Self = Self(4);
    pub(crate) const OBJECT: Self = Self(8);
    pub(crate) const PERSON: Self = Self(16);
    pub(crate) const AS: Self = Self(32);

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "clause" => Self::CLAUSE,
            "quote" => Self::QUOTE,
            "infinitive" => Self::INFINITIVE,
            "object" => Self::OBJECT,
            "person" => Self::PERSON,
            "as" => Self::AS,
            _ => return None,
        })
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A word that may mark something as said.
#[derive(Debug, Clone)]
pub(crate) struct Cue {
    pub(crate) frames: Frames,
    /// Prepositions that lead to the content.
    pub(crate) prepositions: Vec<String>,
    /// Whether its object is the one who is told.
    pub(crate) told: bool,
    pub(crate) stance: Stance,
    pub(crate) certainty: Certainty,
    /// Number of its first group in the table: words of one group behave alike.
    pub(crate) group: u16,
}

/// A preposition-like phrase whose object is the source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<String>,
}

/// All tables.
pub(crate) struct Lexicon {
    pub(crate) verbs: HashMap<String, Cue>,
    pub(crate) nouns: HashMap<String, Cue>,
    pub(crate) adjectives: HashMap<String, Cue>,
    pub(crate) adverbs: HashMap<String, Cue>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) phrase_cue: Cue,
    pub(crate) media_prepositions: Vec<String>,
    pub(crate) media: Vec<String>,
    pub(crate) documents: Vec<String>,
    pub(crate) carriers: Vec<String>,
    pub(crate) decline_cue: Cue,
    pub(crate) no_evidence_cue: Cue,
    pub(crate) declining: Declining,
    pub(crate) no_evidence_verbs: Vec<String>,
    pub(crate) no_evidence_nouns: Vec<String>,
    pub(crate) falsehood: Vec<String>,
    pub(crate) truth: Vec<String>,
    pub(crate) wrongdoing: Vec<String>,
    pub(crate) doubtful: Vec<String>,
    pub(crate) charge_words: Vec<String>,
    pub(crate) probable: Vec<String>,
    pub(crate) possible: Vec<String>,
    pub(crate) expected: Vec<String>,
    pub(crate) own_view: Vec<String>,
}

impl Lexicon {
    /// Groups of `data/phrases.toml` are numbered from here.
    pub(crate) const FIRST_PHRASAL_GROUP: u16 = 1000;
}

/// How people say that they will not say.
#[derive(Debug, Clone)]
pub(crate) struct Declining {
    pub(crate) lemmas: Vec<String>,
    pub(crate) verbs: Vec<String>,
    pub(crate) nouns: Vec<String>,
    pub(crate) answers: Vec<String>,
    pub(crate) words: Vec<String>,
}

/// Whether a list of the tables holds a lemma.
pub(crate) fn listed(list: &[String], lemma: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(lemma))
}

/// The tables, read once.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        let tables: Tables = toml::from_str(include_str!("../../data/cues.toml"))
            .expect("data/cues.toml is a table of cues: a test reads it");
        Lexicon::from(tables)
    });
    &LEXICON
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    frames: Vec<String>,
    #[serde(default)]
    told: bool,
    stance: Option<Stance>,
    certainty: Option<Certainty>,
    lemmas: String,
}

#[derive(Deserialize)]
struct Lemmas {
    lemmas: String,
}

#[derive(Deserialize)]
struct Nouns {
    nouns: String,
}

#[derive(Deserialize)]
struct Media {
    prepositions: String,
    nouns: String,
}

#[derive(Deserialize)]
struct VerbsAndNouns {
    verbs: String,
    nouns: String,
}

#[derive(Deserialize)]
struct DecliningTable {
    lemmas: String,
    verbs: String,
    nouns: String,
    answers: String,
    words: String,
}

#[derive(Deserialize)]
struct Falsehood {
    lemmas: String,
    truth: String,
    wrongdoing: String,
    doubtful: String,
    charges: String,
}

#[derive(Deserialize)]
struct Sureness {
    probable: String,
    possible: String,
    expected: String,
}

#[derive(Deserialize)]
struct Tables {
    verbs: Vec<Group>,
    nouns: Vec<Group>,
    adjectives: Vec<Group>,
    adverbs: Vec<Group>,
    phrases: Vec<Phrase>,
    media: Media,
    documents: Nouns,
    carriers: Lemmas,
    declining: DecliningTable,
    no_evidence: VerbsAndNouns,
    falsehood: Falsehood,
    certainty: Sureness,
    own_view: Lemmas,
}

impl From<Tables> for Lexicon {
    fn from(tables: Tables) -> Self {
        let mut first = 0;
        let mut numbered = |groups: Vec<Group>| {
            let own = first;
            first += groups.len() as u16;
            by_lemma(groups, own)
        };
        let (verbs, nouns) = (numbered(tables.verbs), numbered(tables.nouns));
        let (adjectives, adverbs) = (numbered(tables.adjectives), numbered(tables.adverbs));
        let words = |list: String| list.split_whitespace().map(str::to_owned).collect();
        Self {
            verbs,
            nouns,
            adjectives,
            adverbs,
            phrases: tables.phrases,
            phrase_cue: plain_cue(Frames::CLAUSE, Stance::Asserts, first),
            decline_cue: plain_cue(Frames::default(), Stance::DeclinesComment, first + 1),
            no_evidence_cue: plain_cue(Frames::default(), Stance::ReportsNoEvidence, first + 2),
            media_prepositions: words(tables.media.prepositions),
            media: words(tables.media.nouns),
            documents: words(tables.documents.nouns),
            carriers: words(tables.carriers.lemmas),
            declining: Declining {
                lemmas: words(tables.declining.lemmas),
                verbs: words(tables.declining.verbs),
                nouns: words(tables.declining.nouns),
                answers: words(tables.declining.answers),
                words: words(tables.declining.words),
            },
            no_evidence_verbs: words(tables.no_evidence.verbs),
            no_evidence_nouns: words(tables.no_evidence.nouns),
            falsehood: words(tables.falsehood.lemmas),
            truth: words(tables.falsehood.truth),
            wrongdoing: words(tables.falsehood.wrongdoing),
            doubtful: words(tables.falsehood.doubtful),
            charge_words: words(tables.falsehood.charges),
            probable: words(tables.certainty.probable),
            possible: words(tables.certainty.possible),
            expected: words(tables.certainty.expected),
            own_view: words(tables.own_view.lemmas),
        }
    }
}

fn plain_cue(frames: Frames, stance: Stance, group: u16) -> Cue {
    Cue {
        frames,
        prepositions: Vec::new(),
        told: false,
        stance,
        certainty: Certainty::Certain,
        group,
    }
}

/// A lemma in several groups has the frames of all, and the stance of the first.
fn by_lemma(groups: Vec<Group>, first: u16) -> HashMap<String, Cue> {
    let mut cues: HashMap<String, Cue> = HashMap::new();
    for (group, number) in groups.into_iter().zip(first..) {
        let mut frames = Frames::default();
        let mut prepositions = Vec::new();
        for name in group.frames {
            match Frames::named(&name) {
                Some(frame) => frames.0 |= frame.0,
                None => prepositions.push(name),
            }
        }
        for lemma in group.lemmas.split_whitespace() {
            let cue = cues.entry(lemma.to_owned()).or_insert_with(|| Cue {
                frames: Frames::default(),
                prepositions: Vec::new(),
                told: group.told,
                stance: group.stance.unwrap_or(Stance::Asserts),
                certainty: group.certainty.unwrap_or(Certainty::Certain),
                group: number,
            });
            cue.frames.0 |= frames.0;
            cue.prepositions.extend(prepositions.iter().cloned());
        }
    }
    cues
}
