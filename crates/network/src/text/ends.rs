//! From a word to the entities that it stands for.

use std::collections::HashMap;

use onrecord_record::Place;
use onrecord_statements::entities::{Document, DocumentEntities, EntityKind, Form};
use onrecord_statements::{Manner, Statement};

use super::lexicon::lexicon;
use super::tree::{MOST_STEPS, Tree};

/// Members of one list that are followed ("A, B and C").
const MOST_CONJUNCTS: usize = 24;
/// Words between a name and the "who" that stands for it, at most, where the tree has it otherwise.
const MOST_BEFORE_WHO: u32 = 5;
const NONE: u32 = u32::MAX;

/// Mentions of a document by the words that they cover.
pub(crate) struct Mentions<'a> {
    entities: &'a DocumentEntities,
    /// Of each segment the mention at each word; [`NONE`] where there is none.
    at: Vec<Vec<u32>>,
    /// First mentions of what adjectives of countries and parties stand for, by names in lower case.
    of_adjectives: HashMap<String, u32>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn new(document: &Document<'_>, entities: &'a DocumentEntities) -> Self {
        let lengths = document.segments.iter();
        let mut at: Vec<Vec<u32>> = lengths
            .map(|segment| vec![NONE; segment.annotated.tokens().len()])
            .collect();
        // A name holds all its words; a description or pronoun only its head, and only where no name stands.
        for is_name in [false, true] {
            for (number, mention) in entities.mentions.iter().enumerate() {
                if (mention.form == Form::Name) != is_name || mention.entity.is_none() {
                    continue;
                }
                let Some(words) = at.get_mut(mention.place.segment as usize) else {
                    continue;
                };
                let covered = match mention.form {
                    Form::Name => mention.tokens.clone(),
                    Form::Nominal | Form::Pronoun => mention.head..mention.head + 1,
                };
                for word in covered {
                    if let Some(known) = words.get_mut(word as usize) {
                        *known = number as u32;
                    }
                }
            }
        }
        Self {
            entities,
            at,
            of_adjectives: of_adjectives(document, entities),
        }
    }

    /// Between quotation marks "I" is whoever is quoted, where the text names them beside the quote.
    pub(crate) fn add_speakers(&mut self, document: &Document<'_>, statements: &[Statement]) {
        for statement in statements {
            if statement.manner != Manner::Direct {
                continue;
            }
            let Some(speaker) = self.speaker(statement) else {
                continue;
            };
            for place in &statement.content {
                let number = place.segment as usize;
                let (Some(segment), Some(at)) =
                    (document.segments.get(number), self.at.get_mut(number))
                else {
                    continue;
                };
                if self.entities.mentions[speaker as usize].place.segment != place.segment {
                    continue;
                }
                for word in segment.tokens(place.span) {
                    let token = &segment.annotated.tokens()[word as usize];
                    if matches!(segment.word(token), "I" | "me" | "my" | "My")
                        && at[word as usize] == NONE
                    {
                        at[word as usize] = speaker;
                    }
                }
            }
        }
    }

    /// The mention of the statement's source.
    fn speaker(&self, statement: &Statement) -> Option<u32> {
        let entity = statement.source_entity?;
        let known = self.entities.entities.get(entity as usize)?;
        let place = |mention: u32| self.entities.mentions[mention as usize].place;
        // Mentions stand in the order of the text, so that a long list is not gone through for each quote.
        let in_source = |source: &Place| {
            let before = |mention: &u32| {
                (place(*mention).segment, place(*mention).span.end)
                    <= (source.segment, source.span.start)
            };
            let first = known.mentions.partition_point(before);
            let mention = known.mentions.get(first).copied()?;
            let is_there = place(mention).segment == source.segment
                && source.span.overlaps(place(mention).span);
            is_there.then_some(mention)
        };
        let found = statement.source.iter().find_map(in_source);
        found.filter(|_| known.kind == EntityKind::Person)
    }

    pub(crate) fn entities(&self) -> &'a DocumentEntities {
        self.entities
    }

    /// Whether a segment has any.
    pub(crate) fn any(&self, segment: u32) -> bool {
        self.at[segment as usize].iter().any(|&known| known != NONE)
    }

    pub(crate) fn of_segment<'b>(&'b self, segment: u32, tree: &'b Tree<'b>) -> Ends<'b> {
        Ends {
            entities: self.entities,
            at: &self.at[segment as usize],
            of_adjectives: &self.of_adjectives,
            tree,
        }
    }
}

/// First mentions by the names that adjectives stand for.
fn of_adjectives(document: &Document<'_>, entities: &DocumentEntities) -> HashMap<String, u32> {
    let mut first = HashMap::new();
    for (number, mention) in entities.mentions.iter().enumerate() {
        if mention.form != Form::Name || mention.entity.is_none() {
            continue;
        }
        let Some(segment) = document.segments.get(mention.place.segment as usize) else {
            continue;
        };
        let name = segment.text.get(mention.place.span.range());
        let name = name.unwrap_or_default().to_lowercase();
        let name = name.strip_prefix("the ").unwrap_or(&name);
        if lexicon().of_adjectives.contains(name) {
            first.entry(name.to_owned()).or_insert(number as u32);
        }
    }
    first
}

/// Mentions of one segment.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    entities: &'a DocumentEntities,
    at: &'a [u32],
    of_adjectives: &'a HashMap<String, u32>,
    pub(crate) tree: &'a Tree<'a>,
}

impl Ends<'_> {
    /// The mention that a word is part of.
    pub(crate) fn mention(&self, word: u32) -> Option<u32> {
        self.at
            .get(word as usize)
            .copied()
            .filter(|&known| known != NONE)
    }

    /// The mention, where it is a name.
    pub(crate) fn name(&self, word: u32) -> Option<u32> {
        self.mention(word)
            .filter(|&number| self.entities.mentions[number as usize].form == Form::Name)
    }

    /// The first mention, anywhere in the document, of the country or party that an adjective stands for.
    pub(crate) fn of_adjective(
        &self,
        word: u32,
        table: &HashMap<String, Vec<String>>,
    ) -> Option<u32> {
        let word = self.tree.word(word);
        if !word.starts_with(char::is_uppercase) {
            return None;
        }
        self.first_of(table.get(&word.to_lowercase())?)
    }

    /// The first mention, anywhere in the document, that bears one of these names.
    pub(crate) fn first_of(&self, names: &[String]) -> Option<u32> {
        let mut known = names.iter().filter_map(|name| self.of_adjectives.get(name));
        known.next().copied()
    }

    pub(crate) fn entity(&self, mention: u32) -> Option<u32> {
        self.entities.mentions[mention as usize].entity
    }

    pub(crate) fn kind(&self, mention: u32) -> Option<EntityKind> {
        let entity = self.entity(mention)?;
        self.entities
            .entities
            .get(entity as usize)
            .map(|entity| entity.kind)
    }

    /// A description of several who are never named: "other researchers".
    pub(crate) fn is_crowd(&self, mention: u32) -> bool {
        let found = &self.entities.mentions[mention as usize];
        let entity = found
            .entity
            .and_then(|entity| self.entities.entities.get(entity as usize));
        found.form == Form::Nominal
            && entity.is_none_or(|entity| entity.unnamed)
            && found.head < self.tree.len()
            && matches!(self.tree.tag(found.head), "NNS" | "NNPS")
    }

    /// Whether nobody with a name is meant.
    pub(crate) fn is_unnamed(&self, mention: u32) -> bool {
        let entity = self.entity(mention);
        let entity = entity.and_then(|entity| self.entities.entities.get(entity as usize));
        entity.is_none_or(|entity| entity.unnamed)
    }

    /// Words of a mention; of a description or pronoun its head.
    pub(crate) fn words(&self, mention: u32) -> std::ops::Range<u32> {
        let mention = &self.entities.mentions[mention as usize];
        match mention.form {
            Form::Name => mention.tokens.clone(),
            Form::Nominal | Form::Pronoun => mention.head..mention.head + 1,
        }
    }

    /// The mentions that the phrase around a word stands for, those joined to it by "and" included.
    pub(crate) fn of_phrase(&self, word: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let mut waiting = vec![word];
        let mut n_seen = 0;
        while let Some(word) = waiting.pop() {
            n_seen += 1;
            if n_seen > MOST_CONJUNCTS {
                break;
            }
            let word = self.antecedent(word);
            let words = match self.mention(word) {
                Some(mention) => {
                    found.push(mention);
                    self.words(mention)
                }
                None => {
                    found.extend(self.in_apposition(word));
                    word..word + 1
                }
            };
            let joined = words.flat_map(|at| self.tree.children(at));
            let mut joined: Vec<u32> = joined
                .filter(|&child| self.tree.dep(child) == "conj" && !self.tree.is_verb(child))
                .collect();
            joined.reverse();
            waiting.extend(joined);
        }
        found.dedup();
        found
    }

    /// Of "who", "which", "whose" in a relative clause the word that it stands for.
    fn antecedent(&self, word: u32) -> u32 {
        if !matches!(self.tree.tag(word), "WP" | "WDT" | "WP$") {
            return word;
        }
        let clause = self
            .tree
            .upward(word)
            .find(|&at| self.tree.dep(at) == "relcl");
        let head = clause.and_then(|at| self.tree.head(at)).unwrap_or(word);
        let is_person = |mention: u32| self.kind(mention) == Some(EntityKind::Person);
        // "who" is no firm, where a person is named right before it ("her label, Harbor, Berg, 38, who").
        if self.tree.lemma(word) == "who" && self.mention(head).is_some_and(|of| !is_person(of)) {
            let near = (word.saturating_sub(MOST_BEFORE_WHO)..word).rev();
            let mut names = near.filter(|&at| self.name(at).is_some_and(is_person));
            return names.next().unwrap_or(head);
        }
        head
    }

    /// A noun that is nobody's mention may stand beside one: "the founder, Anna Berg".
    fn in_apposition(&self, word: u32) -> Option<u32> {
        if !self.tree.is_noun(word) {
            return None;
        }
        let below = self.tree.children(word);
        let below = below.filter(|&child| self.tree.dep(child) == "appos");
        let above = self
            .tree
            .head(word)
            .filter(|_| self.tree.dep(word) == "appos");
        let is_somebody = |mention: &u32| {
            matches!(
                self.kind(*mention),
                Some(EntityKind::Person | EntityKind::Organization)
            )
        };
        below
            .chain(above)
            .find_map(|at| self.mention(at).filter(is_somebody))
    }

    /// Whether a word lies below another, within a bounded number of steps.
    pub(crate) fn is_below(&self, word: u32, above: u32) -> bool {
        self.tree
            .upward(word)
            .take(MOST_STEPS)
            .any(|at| at == above)
    }
}
