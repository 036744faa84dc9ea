//! Entities page by page, and one entity with all that a reporter asks of it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onrecord_case::{
    Choice, EntityChoice, Standing, StatementChoice, StoredActor, StoredEntity, Verb,
};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::LinkStance;
use onrecord_record::{DocumentId, EntityId, FORMAT_VERSION, MentionId, Span};
use serde::Serialize;

use crate::compare::PossiblySame;
use crate::decide::mentions_of;
use crate::entities::{EntityLine, TogetherView, entity_line};
use crate::error::Error;
use crate::judged::JudgementLine;
use crate::links::{LinkLine, link_line};
use crate::open::Workbench;
use crate::quoting::{Named, Quoting, around};
use crate::statements::StatementLine;
use crate::timeline::word;

/// Parts of an entity that are looked at for names, roles and joins.
const MOST_PARTS: usize = 600;
/// Names that a page lists.
const MOST_NAMES: usize = 30;
/// Places that a page shows of one role.
const MOST_PLACES: usize = 3;
/// Documents whose company is counted: those that speak most of the entity.
const COMPANY_DOCUMENTS: usize = 300;
/// Others that a page lists.
const MOST_OTHERS: usize = 16;
/// Documents that a page lists.
const MOST_DOCUMENTS: usize = 12;
/// Statements of each sort on the page.
const MOST_STATEMENTS: usize = 5;
/// Stated ties that are gathered.
const MOST_LINKS: usize = 1_000;
/// Sentences that a page shows behind one tie.
const MOST_EVIDENCE: usize = 4;
/// Joins that a page shows one by one.
const MOST_JOINS: usize = 40;
/// Statements are counted up to so many.
const MOST_COUNTED: u64 = 10_000;

/// Which entities of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityAsk {
    /// Only of this kind.
    pub kind: Option<EntityKind>,
    /// Also those that nothing names.
    pub unnamed: bool,
    /// Only those of whose names each of these is the beginning of a word.
    pub words: String,
    /// Only those after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A page of entities, those that matter most first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityListPage {
    /// Version of this object.
    pub format_version: u32,
    /// How many there are of each kind.
    pub kinds: Vec<KindCount>,
    /// The entities.
    pub entities: Vec<EntityLine>,
    /// Id to ask for the next page with.
    pub after: Option<String>,
}

/// How many entities are of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// The kind.
    pub kind: EntityKind,
    /// How many.
    pub count: u64,
}

/// An entity with all that a reporter asks of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityProfile {
    /// What lists show.
    #[serde(flatten)]
    pub line: EntityLine,
    /// Names as found, each with in how many documents.
    pub names_found: Vec<NameCount>,
    /// Of how many documents names and roles were looked at, where there are more.
    pub looked_at: Option<u64>,
    /// What it is said to be.
    pub roles_said: Vec<RoleSaid>,
    /// Documents that speak most of it.
    pub top_documents: Vec<TopDocument>,
    /// Others in these documents, those that share most first; none of an unnamed one.
    pub appears_with: Vec<TogetherView>,
    /// Others in the headers of the same messages.
    pub mail_with: Vec<TogetherView>,
    /// The latest statements that it makes.
    pub statements_by: SomeStatements,
    /// The latest statements that speak of it.
    pub statements_about: SomeStatements,
    /// Its ties: those that somebody asserts or alleges first.
    pub ties: Vec<EntityTie>,
    /// Whether it has more stated ties than were gathered.
    pub more_ties: bool,
    /// How its parts in single documents came to be one: reason, how many.
    pub joined: Vec<JoinCount>,
    /// Some of these parts, one by one.
    pub joins: Vec<JoinedPart>,
    /// Others that may be the same.
    pub possibly_same: Vec<PossiblySame>,
    /// What was decided about it, the latest first.
    pub history: Vec<JudgementLine>,
    /// Notes, grade and protection as they stand.
    pub judgements: Standing,
    /// The number of the last judgement when this was read.
    pub seen: u64,
}

/// A name as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// In how many documents.
    pub documents: u64,
}

/// What somebody is said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleSaid {
    /// The words.
    pub role: String,
    /// In which organization, where a text says so.
    pub of: Option<Named>,
    /// In how many documents.
    pub documents: u64,
    /// Some of the places, the latest first.
    pub places: Vec<RolePlace>,
}

/// A place where a role stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RolePlace {
    /// The document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// First byte.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The line around it.
    pub context: String,
    /// Whose words it stands in; `null` for those of the document itself.
    pub speaker: Option<String>,
    /// How the speaker stands to it.
    pub stance: Option<String>,
}

/// A document that speaks of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopDocument {
    /// The document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// How often it speaks of the entity.
    pub mentions: u64,
}

/// Some statements of many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SomeStatements {
    /// How many there are, as far as they were counted.
    pub total: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// The latest.
    pub lines: Vec<StatementLine>,
}

/// A tie, gathered from what documents state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityTie {
    /// The other end.
    pub other: Named,
    /// Whether the tie leads from the other end to this entity.
    pub towards: bool,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Roles that are stated.
    pub roles: Vec<String>,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// Stances, each with how many sentences have it.
    pub stances: Vec<StanceCount>,
    /// The earliest date since which it is stated to be.
    pub since: Option<String>,
    /// The latest date until which it is stated to have been.
    pub until: Option<String>,
    /// How many sentences state it.
    pub sentences: u64,
    /// Some of them.
    pub evidence: Vec<LinkLine>,
}

/// A stance with how many sentences have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StanceCount {
    /// The stance.
    pub stance: LinkStance,
    /// How many.
    pub count: u64,
}

/// Why parts of an entity were joined, with how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinCount {
    /// The reason, as it is kept.
    pub reason: String,
    /// How many documents it joins.
    pub documents: u64,
}

/// A part of an entity: what one document says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinedPart {
    /// Its id, by which it can be taken out.
    pub part: String,
    /// The document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// The fullest name there.
    pub name: String,
    /// Why it is held to be this entity.
    pub reason: String,
    /// First byte of its first mention; `null` in a header.
    pub start: Option<u32>,
    /// One past the last.
    pub end: Option<u32>,
    /// The line around it.
    pub context: String,
}

/// Documents that state a role, the organization in which, and where it stands.
type RoleFound = (
    BTreeSet<DocumentId>,
    Option<MentionId>,
    Vec<(DocumentId, Span)>,
);

impl Workbench {
    /// A page of entities.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entity_list(&self, ask: &EntityAsk) -> Result<EntityListPage, Error> {
        let choice = EntityChoice {
            kind: ask.kind,
            unnamed: ask.unnamed,
            words: ask.words.clone(),
            after: ask.after.as_deref().and_then(|id| id.parse().ok()),
            limit: ask.limit + 1,
        };
        let mut found = self.reader.entity_page(&choice)?;
        let has_more = found.len() > ask.limit;
        found.truncate(ask.limit);
        let kinds = self.reader.entity_kinds(&choice)?;
        Ok(EntityListPage {
            format_version: FORMAT_VERSION,
            kinds: kinds
                .into_iter()
                .map(|(kind, count)| KindCount { kind, count })
                .collect(),
            after: found.last().filter(|_| has_more).map(|one| one.id.to_hex()),
            entities: found.iter().map(entity_line).collect(),
        })
    }

    /// An entity, by its name, address, id, or the id of any of its mentions.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn entity_profile(&self, given: &str) -> Result<EntityProfile, Error> {
        let entity = self.find_entity(given)?;
        let parts = self.reader.some_actors_of_entity(entity.id, MOST_PARTS)?;
        let documents: HashSet<DocumentId> = self
            .reader
            .documents_of_entity(entity.id)?
            .into_iter()
            .collect();
        let top = self.reader.top_documents(entity.id, COMPANY_DOCUMENTS)?;
        let (appears_with, mail_with) = self.company(&entity, &top)?;
        let (ties, more_ties) = self.ties_of(&entity)?;
        let is_cut = parts.len() >= MOST_PARTS;
        Ok(EntityProfile {
            names_found: names_found(&parts),
            looked_at: is_cut.then_some(parts.len() as u64),
            roles_said: self.roles_said(&parts)?,
            top_documents: self.titled(&top)?,
            appears_with,
            mail_with,
            statements_by: self.some_statements(StatementChoice {
                by: Some(entity.id),
                ..StatementChoice::default()
            })?,
            statements_about: self.some_statements(StatementChoice {
                about: Some(entity.id),
                ..StatementChoice::default()
            })?,
            ties,
            more_ties,
            joined: self.joined_by(entity.id)?,
            joins: self.joins(&parts)?,
            possibly_same: self.possibly_same(&entity, &self.judged_pairs()?)?,
            history: self.judgements_of_entity(entity.id, &documents)?,
            judgements: self.standing_of_entity(entity.id, &documents)?,
            seen: self.reader.last_judgement()?,
            line: entity_line(&entity),
        })
    }

    /// What stands of the judgements on one whole entity: notes, grade, protection.
    fn standing_of_entity(
        &self,
        id: EntityId,
        documents: &HashSet<DocumentId>,
    ) -> Result<Standing, Error> {
        let mut standing = Standing::default();
        let prefixes: HashSet<&[u8]> = documents.iter().map(|id| &id.0[..8]).collect();
        let verbs = [Verb::Note, Verb::Protect, Verb::Unprotect, Verb::Grade];
        for one in self.reader.standing_judgements(&verbs)? {
            let mention = mentions_of(&one.target).into_iter().next();
            let mention = mention.filter(|mention| prefixes.contains(&mention.0[..8]));
            let entity = mention.and_then(|mention| self.reader.entity(mention.into()).ok());
            if entity.is_none_or(|entity| entity.id != id) {
                continue;
            }
            match one.verb {
                Verb::Note => standing.notes.push(one),
                Verb::Protect => standing.protected = Some(one),
                Verb::Grade => standing.grade = Some(one),
                _ => standing.protected = None,
            }
        }
        Ok(standing)
    }

    fn roles_said(&self, parts: &[StoredActor]) -> Result<Vec<RoleSaid>, Error> {
        let mut found: BTreeMap<String, RoleFound> = BTreeMap::new();
        for part in parts {
            for role in &part.roles {
                let entry = found.entry(role.text.clone()).or_default();
                entry.0.insert(part.document);
                entry.1 = entry.1.or(role.of);
                entry.2.push((part.document, role.span));
            }
        }
        let mut quoting = Quoting::new(&self.reader);
        let mut roles = Vec::new();
        for (role, (documents, of, places)) in found {
            let mut shown = Vec::new();
            for (document, span) in places.into_iter().take(MOST_PLACES) {
                shown.push(self.role_place(&mut quoting, document, span)?);
            }
            shown.sort_by(|a, b| b.date.cmp(&a.date));
            roles.push(RoleSaid {
                role,
                of: of.map(|of| quoting.named(of)).transpose()?.flatten(),
                documents: documents.len() as u64,
                places: shown,
            });
        }
        roles.sort_by(|a, b| (b.documents, &a.role).cmp(&(a.documents, &b.role)));
        roles.truncate(MOST_OTHERS);
        Ok(roles)
    }

    fn role_place(
        &self,
        quoting: &mut Quoting<'_>,
        document: DocumentId,
        span: Span,
    ) -> Result<RolePlace, Error> {
        let mut inner = None;
        self.reader
            .statements(Choice::Document(document), &mut |statement| {
                let mut content = statement.detail.content.iter();
                if content.any(|words| words.start <= span.start && span.end <= words.end) {
                    inner = Some(statement);
                }
                Ok(true)
            })?;
        let line = match &inner {
            Some(statement) => Some(self.statement_line(quoting, statement)?),
            None => None,
        };
        let context = quoting.context(document)?;
        Ok(RolePlace {
            document: document.to_hex(),
            title: context.document.title.clone(),
            date: context.document.shown_date(),
            start: span.start,
            end: span.end,
            context: around(&context.text, span, 120).0,
            speaker: line.as_ref().map(StatementLine::speaker),
            stance: line.and_then(|line| word(&line.stance)),
        })
    }

    fn titled(&self, top: &[(DocumentId, u64)]) -> Result<Vec<TopDocument>, Error> {
        let mut documents = Vec::new();
        for &(id, mentions) in top.iter().take(MOST_DOCUMENTS) {
            let document = self.reader.document(id)?;
            documents.push(TopDocument {
                document: id.to_hex(),
                date: document.shown_date(),
                title: document.title,
                mentions,
            });
        }
        Ok(documents)
    }

    /// Others in the same documents, and those of them in the headers of the same messages. Of somebody
    /// unnamed neither is told: company could point at who it is.
    fn company(
        &self,
        entity: &StoredEntity,
        top: &[(DocumentId, u64)],
    ) -> Result<(Vec<TogetherView>, Vec<TogetherView>), Error> {
        if entity.unnamed {
            return Ok((Vec::new(), Vec::new()));
        }
        let mut shared: BTreeMap<EntityId, [u64; 2]> = BTreeMap::new();
        for &(document, _) in top {
            let company = self.reader.company_in(document)?;
            let is_party = company.iter().any(|&(id, party)| id == entity.id && party);
            for (id, party) in company.into_iter().filter(|&(id, _)| id != entity.id) {
                let counts = shared.entry(id).or_default();
                counts[0] += 1;
                counts[1] += u64::from(is_party && party);
            }
        }
        Ok((self.most(&shared, 0)?, self.most(&shared, 1)?))
    }

    fn most(
        &self,
        shared: &BTreeMap<EntityId, [u64; 2]>,
        which: usize,
    ) -> Result<Vec<TogetherView>, Error> {
        let counts = shared.iter().map(|(&id, counts)| (id, counts[which]));
        let mut counts: Vec<(EntityId, u64)> = counts.filter(|&(_, n)| n > 0).collect();
        counts.sort_by_key(|&(id, n)| (std::cmp::Reverse(n), id));
        let mut views = Vec::new();
        for (id, documents) in counts.into_iter().take(MOST_OTHERS) {
            let other = self.reader.entity(id)?;
            views.push(TogetherView {
                entity: Named {
                    id: other.id.to_hex(),
                    name: other.name,
                },
                documents,
            });
        }
        Ok(views)
    }

    fn some_statements(&self, choice: StatementChoice) -> Result<SomeStatements, Error> {
        let counted = self.reader.statement_count(&choice, MOST_COUNTED)?;
        let found = self.reader.statement_page(&StatementChoice {
            limit: MOST_STATEMENTS,
            ..choice
        })?;
        let mut quoting = Quoting::new(&self.reader);
        let lines = found
            .iter()
            .map(|statement| self.statement_line(&mut quoting, statement));
        Ok(SomeStatements {
            total: counted.n,
            more: counted.more,
            lines: lines.collect::<Result<_, _>>()?,
        })
    }

    fn ties_of(&self, entity: &StoredEntity) -> Result<(Vec<EntityTie>, bool), Error> {
        let mut links = Vec::new();
        self.reader.links(Choice::Of(entity.id), &mut |link| {
            links.push(link);
            Ok(links.len() <= MOST_LINKS)
        })?;
        let more = links.len() > MOST_LINKS;
        links.truncate(MOST_LINKS);
        let mut quoting = Quoting::new(&self.reader);
        let id = entity.id.to_hex();
        let mut ties: BTreeMap<(String, String, bool), Vec<LinkLine>> = BTreeMap::new();
        for link in &links {
            let Some(line) = link_line(&mut quoting, link)? else {
                continue;
            };
            let towards = line.from != id;
            let other = if towards { &line.from } else { &line.to };
            if !line.rejected && *other != id {
                let key = (other.clone(), line.kind.clone(), towards);
                ties.entry(key).or_default().push(line);
            }
        }
        let mut views: Vec<EntityTie> = ties.into_iter().map(tie_view).collect();
        views.sort_by(|a, b| {
            (!a.established, b.sentences, &a.other.name, &a.kind).cmp(&(
                !b.established,
                a.sentences,
                &b.other.name,
                &b.kind,
            ))
        });
        Ok((views, more))
    }

    fn joined_by(&self, entity: EntityId) -> Result<Vec<JoinCount>, Error> {
        let reasons = self.reader.join_reasons(entity)?;
        let counts = reasons
            .into_iter()
            .map(|(reason, documents)| JoinCount { reason, documents });
        Ok(counts.collect())
    }

    fn joins(&self, parts: &[StoredActor]) -> Result<Vec<JoinedPart>, Error> {
        let mut quoting = Quoting::new(&self.reader);
        let mut joins = Vec::new();
        for part in parts.iter().take(MOST_JOINS) {
            joins.push(joined_part(&mut quoting, part)?);
        }
        joins.sort_by(|a, b| (&b.reason, &b.date, &b.part).cmp(&(&a.reason, &a.date, &a.part)));
        Ok(joins)
    }
}

pub(crate) fn joined_part(
    quoting: &mut Quoting<'_>,
    part: &StoredActor,
) -> Result<JoinedPart, Error> {
    let context = quoting.context(part.document)?;
    let span = part.id.span();
    Ok(JoinedPart {
        part: part.id.to_hex(),
        document: part.document.to_hex(),
        title: context.document.title.clone(),
        date: context.document.shown_date(),
        name: part.name.clone(),
        reason: part.joined.clone(),
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
        context: span.map_or(String::new(), |span| around(&context.text, span, 120).0),
    })
}

fn names_found(parts: &[StoredActor]) -> Vec<NameCount> {
    let mut names: BTreeMap<&str, u64> = BTreeMap::new();
    for part in parts {
        for name in part.names.iter().collect::<BTreeSet<_>>() {
            *names.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<NameCount> = names
        .into_iter()
        .map(|(name, documents)| NameCount {
            name: name.to_owned(),
            documents,
        })
        .collect();
    names.sort_by(|a, b| (b.documents, &a.name).cmp(&(a.documents, &b.name)));
    names.truncate(MOST_NAMES);
    names
}

fn tie_view(((_, kind, towards), mut lines): ((String, String, bool), Vec<LinkLine>)) -> EntityTie {
    let first = &lines[0];
    let other = if towards {
        (&first.from, &first.from_name)
    } else {
        (&first.to, &first.to_name)
    };
    let other = Named {
        id: other.0.clone(),
        name: other.1.clone(),
    };
    let mut stances: BTreeMap<LinkStance, u64> = BTreeMap::new();
    for line in &lines {
        *stances.entry(line.stance).or_default() += 1;
    }
    let roles: BTreeSet<String> = lines.iter().filter_map(|line| line.role.clone()).collect();
    let sentences = lines.len() as u64;
    let since = lines.iter().filter_map(|line| line.since.clone()).min();
    let until = lines.iter().filter_map(|line| line.until.clone()).max();
    lines.sort_by(|a, b| (&a.stance, &b.date, &a.id).cmp(&(&b.stance, &a.date, &b.id)));
    lines.truncate(MOST_EVIDENCE);
    EntityTie {
        other,
        towards,
        kind,
        roles: roles.into_iter().take(MOST_PLACES).collect(),
        established: stances
            .keys()
            .any(|stance| matches!(stance, LinkStance::Asserts | LinkStance::Alleges)),
        stances: stances
            .into_iter()
            .map(|(stance, count)| StanceCount { stance, count })
            .collect(),
        since,
        until,
        sentences,
        evidence: lines,
    }
}
