//! What reading a document found, as rows: named by content, in spans of the stored text.

use onrecord_entities::{Entity, EntityKind, Form, Gender, JoinedBy, Mention};
use onrecord_network::{Amount, Link, LinkStance};
use onrecord_record::{DocumentId, LinkId, MentionId, Place, Span, StatementId};
use onrecord_statements::{Certainty, Manner, Polarity, SourceKind, Stance, Statement};
use serde::{Deserialize, Serialize};

use super::Reading;
use crate::annotate::AnnotatedText;

/// What one document says of whom. Entities are those of the document alone; numbers count in the
/// lists of this row.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingRow {
    /// The document.
    pub document: DocumentId,
    /// In the order of the text, the header's parties last.
    pub mentions: Vec<ReadMention>,
    /// In the order of their first mention.
    pub entities: Vec<ReadEntity>,
    /// In the order of the text; one inside another stands after it.
    pub statements: Vec<ReadStatement>,
    /// In the order of the text.
    pub links: Vec<ReadLink>,
}

/// A place where somebody is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMention {
    /// Its name, which says where it stands.
    pub id: MentionId,
    /// The recognizer's label.
    pub label: String,
    /// What it looks like.
    pub form: Form,
    /// Number of its entity; `None` where nobody can be told safely.
    pub entity: Option<u32>,
    /// Why it is held to be of that entity.
    pub joined_by: JoinedBy,
}

/// Somebody or something that one document speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEntity {
    /// Its least mention.
    pub id: MentionId,
    /// What it is.
    pub kind: EntityKind,
    /// The fullest of its names; of an unnamed one its description.
    pub name: String,
    /// All names as found, sorted.
    pub names: Vec<String>,
    /// Mail addresses, sorted.
    pub addresses: Vec<String>,
    /// How many mentions it has.
    pub mentions: u32,
    /// Whether nothing names it.
    pub unnamed: bool,
    /// Of a person, where the text shows it.
    pub gender: Option<Gender>,
    /// What it is said to be, in the order of the text.
    pub roles: Vec<ReadRole>,
}

/// What somebody is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRole {
    /// The words, without an article.
    pub text: String,
    /// Number of the entity in which, where the text says so.
    pub of: Option<u32>,
    /// Where.
    pub span: Span,
}

/// Who says what in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStatement {
    /// Its name.
    pub id: StatementId,
    /// Who says it.
    pub source: Vec<Span>,
    /// The words that mark it as said.
    pub cue: Vec<Span>,
    /// What is said.
    pub content: Vec<Span>,
    /// How the source stands to it.
    pub stance: Stance,
    /// How sure the source is.
    pub certainty: Certainty,
    /// Whether the content is affirmed.
    pub polarity: Polarity,
    /// Word for word or not.
    pub manner: Manner,
    /// What kind of source it is.
    pub source_kind: SourceKind,
    /// Number of the source's entity.
    pub source_entity: Option<u32>,
    /// Numbers of the entities that the content speaks of, each once, sorted.
    pub about: Vec<u32>,
    /// Number of the statement that directly holds this one.
    pub parent: Option<u32>,
    /// Numbers of the statements that pass it on, outermost first.
    pub via: Vec<u32>,
}

/// A tie that one document states.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLink {
    /// Its name.
    pub id: LinkId,
    /// Number of the entity at the one end.
    pub from: u32,
    /// Number of the entity at the other end.
    pub to: u32,
    /// Type of the tie.
    pub kind: String,
    /// In which role.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Number of the innermost statement that holds it.
    pub statement: Option<u32>,
    /// How firmly it is stated.
    pub stance: LinkStance,
    /// The words that show it.
    pub evidence: Vec<Span>,
}

/// Puts a reading into rows.
pub(super) struct Rows<'a> {
    pub(super) document: DocumentId,
    pub(super) text: &'a AnnotatedText,
    pub(super) reading: &'a Reading,
}

impl Rows<'_> {
    pub(super) fn row(&self) -> ReadingRow {
        let mentions = self.mentions();
        ReadingRow {
            document: self.document,
            entities: self.entities(&mentions),
            statements: self.statements(),
            links: self.links(),
            mentions,
        }
    }

    fn mention_id(&self, mention: &Mention) -> MentionId {
        MentionId::in_text(self.document, self.text.stored(mention.place))
    }

    /// Mentions of the text, then one of the header for each entity that the text does not name.
    fn mentions(&self) -> Vec<ReadMention> {
        let entities = &self.reading.entities;
        let in_text = entities.mentions.iter().map(|mention| ReadMention {
            id: self.mention_id(mention),
            label: mention.label.clone(),
            form: mention.form,
            entity: mention.entity,
            joined_by: mention.joined_by,
        });
        let header_only = entities.entities.iter().enumerate();
        let header_only = header_only.filter(|(_, entity)| entity.mentions.is_empty());
        let in_header = header_only.map(|(number, _)| ReadMention {
            id: MentionId::in_header(self.document, number as u32),
            label: String::new(),
            form: Form::Name,
            entity: Some(number as u32),
            joined_by: JoinedBy::Itself,
        });
        in_text.chain(in_header).collect()
    }

    fn entities(&self, mentions: &[ReadMention]) -> Vec<ReadEntity> {
        let entities = &self.reading.entities.entities;
        let mut least = vec![None; entities.len()];
        for mention in mentions {
            if let Some(slot) = mention
                .entity
                .and_then(|number| least.get_mut(number as usize))
            {
                *slot = Some(slot.map_or(mention.id, |id: MentionId| id.min(mention.id)));
            }
        }
        let entities = entities.iter().zip(least).enumerate();
        let rows = entities.map(|(number, (entity, least))| ReadEntity {
            id: least.unwrap_or(MentionId::in_header(self.document, number as u32)),
            kind: entity.kind,
            name: entity.name.clone(),
            names: entity.names.clone(),
            addresses: entity.addresses.clone(),
            mentions: entity.mentions.len().max(1) as u32,
            unnamed: entity.unnamed || !self.is_named(number as u32, entity),
            gender: entity.gender,
            roles: self.roles(entity),
        });
        rows.collect()
    }

    /// Whether the text or a header gives it a name, and not descriptions alone: a writer whom the
    /// header names says "I".
    fn is_named(&self, number: u32, entity: &Entity) -> bool {
        let entities = &self.reading.entities;
        let mut parties = entities.authors.iter().chain(&entities.recipients);
        if parties.any(|party| *party == Some(number)) {
            return true;
        }
        let forms = || {
            let mentions = entity.mentions.iter();
            let mentions = mentions.filter_map(|&number| entities.mentions.get(number as usize));
            mentions.map(|mention| mention.form)
        };
        forms().all(|form| form != Form::Nominal) || forms().any(|form| form == Form::Name)
    }

    fn roles(&self, entity: &Entity) -> Vec<ReadRole> {
        let roles = entity.roles.iter().map(|role| ReadRole {
            text: role.text.clone(),
            of: role.of,
            span: self.text.stored(role.place),
        });
        roles.collect()
    }

    fn spans(&self, places: &[Place]) -> Vec<Span> {
        let spans = places.iter().map(|&place| self.text.stored(place));
        spans.collect()
    }

    fn statements(&self) -> Vec<ReadStatement> {
        let about = self.about();
        let statements = self.reading.statements.iter().zip(about);
        let rows = statements.enumerate().map(|(number, (statement, about))| {
            let row = self.statement(statement, about);
            let place = if row.cue.is_empty() {
                &row.content
            } else {
                &row.cue
            };
            // Two statements can share a cue: the first of them is numbered 0.
            let same = |earlier: &Statement| {
                earlier.cue == statement.cue
                    && (!statement.cue.is_empty() || earlier.content == statement.content)
            };
            let earlier = self.reading.statements[..number].iter().rev().take(64);
            let nth = earlier.filter(|earlier| same(earlier)).count() as u32;
            ReadStatement {
                id: StatementId::of(self.document, place, nth),
                ..row
            }
        });
        rows.collect()
    }

    fn statement(&self, statement: &Statement, about: Vec<u32>) -> ReadStatement {
        ReadStatement {
            id: StatementId([0; 16]),
            source: self.spans(&statement.source),
            cue: self.spans(&statement.cue),
            content: self.spans(&statement.content),
            stance: statement.stance,
            certainty: statement.certainty,
            polarity: statement.polarity,
            manner: statement.manner,
            source_kind: statement.source_kind,
            source_entity: statement.source_entity,
            about,
            parent: statement.parent,
            via: statement.via.clone(),
        }
    }

    /// Entities spoken of in the content of each statement.
    fn about(&self) -> Vec<Vec<u32>> {
        let mentions = &self.reading.entities.mentions;
        let within = |place: Place| {
            let first = mentions.partition_point(|mention| {
                (mention.place.segment, mention.place.span.start)
                    < (place.segment, place.span.start)
            });
            let inside = mentions[first..].iter().take_while(move |mention| {
                mention.place.segment == place.segment && mention.place.span.start < place.span.end
            });
            inside.filter_map(|mention| mention.entity)
        };
        let statements = self.reading.statements.iter();
        let about = statements.map(|statement| {
            let mut about: Vec<u32> = statement.content.iter().copied().flat_map(within).collect();
            about.sort_unstable();
            about.dedup();
            about
        });
        about.collect()
    }

    fn links(&self) -> Vec<ReadLink> {
        let links = self.reading.links.iter();
        links.filter_map(|link| self.link(link)).collect()
    }

    /// `None` where an end is nobody's mention.
    fn link(&self, link: &Link) -> Option<ReadLink> {
        let mentions = &self.reading.entities.mentions;
        let (from, to) = (
            mentions.get(link.from as usize)?,
            mentions.get(link.to as usize)?,
        );
        let evidence = self.spans(&link.evidence);
        let ends = [self.mention_id(from), self.mention_id(to)];
        Some(ReadLink {
            id: LinkId::of(self.document, ends, &link.kind, &evidence),
            from: from.entity?,
            to: to.entity?,
            kind: link.kind.clone(),
            role: link.role.clone(),
            amount: link.amount.clone(),
            since: link.since.clone(),
            until: link.until.clone(),
            statement: link.statement,
            stance: link.stance,
            evidence,
        })
    }
}
