//! Which of the document's entities says it, and what kind of source that is.

use std::collections::HashMap;

use onrecord_entities::{Document, DocumentEntities, Form};

use super::candidate::{Candidate, CueKind};
use super::lexicon::{lexicon, listed};
use super::tree::Tree;
use crate::statement::SourceKind;

/// The mentions of a document by segment and governing word.
pub(crate) struct Mentions<'a> {
    entities: &'a DocumentEntities,
    by_head: HashMap<(u32, u32), u32>,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) kind: SourceKind,
    pub(crate) entity: Option<u32>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(entities: &'a DocumentEntities) -> Self {
        let keys = entities.mentions.iter().zip(0..);
        Self {
            entities,
            by_head: keys
                .map(|(mention, number)| ((mention.place.segment, mention.head), number))
                .collect(),
        }
    }

    /// The source of an attribution. `speaker` is who speaks where the attribution stands: the
    /// source of the quotation around it, or the author of the segment.
    pub(crate) fn source(
        &self,
        tree: &Tree<'_>,
        segment: u32,
        one: &Candidate,
        speaker: Source,
    ) -> Source {
        let Some(head) = one.speaker else {
            return Source {
                kind: if is_own_view(tree, one) {
                    SourceKind::Author
                } else {
                    SourceKind::None
                },
                entity: if is_own_view(tree, one) {
                    speaker.entity
                } else {
                    None
                },
            };
        };
        let head = antecedent(tree, one, head);
        let word = tree.word(head);
        if is_first_person(word.text) {
            return speaker;
        }
        if let Some(found) = self.entity(tree, segment, head) {
            return found;
        }
        let document = listed(&lexicon().documents, word.lemma) && word.pos != "PRON";
        Source {
            kind: if document {
                SourceKind::Document
            } else {
                SourceKind::Unnamed
            },
            entity: None,
        }
    }

    /// The entity of a word, or of a name in apposition to it.
    fn entity(&self, tree: &Tree<'_>, segment: u32, head: u32) -> Option<Source> {
        let of = |at: u32| {
            self.by_head
                .get(&(segment, at))
                .map(|&number| &self.entities.mentions[number as usize])
        };
        let beside = tree
            .children(head)
            .iter()
            .copied()
            .filter(|&at| tree.word(at).dep == "appos");
        let named = |at: &u32| of(*at).is_some_and(|mention| mention.form == Form::Name);
        let mention = of(head)
            .filter(|mention| mention.form == Form::Name)
            .or_else(|| beside.filter(named).find_map(of))
            .or_else(|| of(head))?;
        let number = mention.entity?;
        let unnamed = self.entities.entities.get(number as usize)?.unnamed;
        let document = unnamed && listed(&lexicon().documents, tree.word(head).lemma);
        let kind = match (document, unnamed) {
            (true, _) => SourceKind::Document,
            (false, true) => SourceKind::Unnamed,
            (false, false) => SourceKind::Named,
        };
        Some(Source {
            kind,
            entity: Some(number),
        })
    }

    /// Who speaks in a segment outside of every attribution.
    pub(crate) fn author(&self, document: &Document<'_>, segment: u32) -> Source {
        let quoted = document
            .segments
            .get(segment as usize)
            .and_then(|segment| segment.quoted.as_ref());
        let entity = match quoted {
            None => self.entities.authors.first().copied().flatten(),
            Some(quoted) => quoted.author.as_ref().and_then(|author| {
                let known = self.entities.entities.iter().position(|entity| {
                    author
                        .address
                        .as_ref()
                        .is_some_and(|address| entity.addresses.contains(address))
                        || author
                            .name
                            .as_ref()
                            .is_some_and(|name| entity.names.contains(name))
                });
                known.map(|number| number as u32)
            }),
        };
        Source {
            kind: SourceKind::Author,
            entity,
        }
    }
}

/// Of "who", "which" and "that" the word that they stand for.
fn antecedent(tree: &Tree<'_>, one: &Candidate, head: u32) -> u32 {
    if !matches!(tree.word(head).tag, "WP" | "WDT") {
        return head;
    }
    let mut at = one.head;
    for _ in 0..MAX_CLIMB {
        let word = tree.word(at);
        if matches!(word.dep, "relcl" | "acl") {
            return word.head;
        }
        at = word.head;
    }
    head
}

const MAX_CLIMB: u32 = 5;

fn is_first_person(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "i" | "we" | "my" | "our" | "me" | "us" | "myself"
    )
}

/// "It seems that", "it is clear that": the author's own inference.
fn is_own_view(tree: &Tree<'_>, one: &Candidate) -> bool {
    matches!(
        one.kind,
        CueKind::Verb | CueKind::Adjective | CueKind::Adverb
    ) && listed(&lexicon().own_view, tree.word(one.head).lemma)
}
