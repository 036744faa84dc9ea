//! Near-copies and claims: what is derived from all documents and statements together.

use std::collections::{BTreeMap, HashMap};

use onrecord_case::{Choice, ClaimRow, Reader, StoredActor, StoredStatement, Writer};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::LinkStance;
use onrecord_pipeline::statements::SourceKind;
use onrecord_pipeline::statements::claims::{Claim, Mentioned, StatementRow};
use onrecord_pipeline::statements::copies::{CopyCluster, DocumentRow, NearCopies, NearCopy};
use onrecord_pipeline::statements::independence::{CopyRelations, Interests, Relations};
use onrecord_pipeline::{Claims, Copies, ReadMention, SegmentKind, Stage, TextShape, segments};
use onrecord_record::{DateTime, DocumentId, EntityId, MentionId, PartialDate, Span, StatementId};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::progress::Reporter;

/// Ties by which somebody stands for somebody else.
const STANDS_FOR: &[&str] = &[
    "Directorship",
    "Employment",
    "Membership",
    "Ownership",
    "Representation",
];

/// What is kept of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimDetail {
    /// The least id of its statements.
    pub id: String,
    /// The words that stand for all of its statements.
    pub content: String,
    /// Whether they say that it is not so.
    pub denied: bool,
    /// Those that say so.
    pub statements: Vec<StatementId>,
    /// The least and the greatest number of independent sources.
    pub independent_sources: [u32; 2],
    /// Which statements count as one source, and why.
    pub groups: Vec<ClaimGroup>,
    /// Claims that say the opposite.
    pub contradicts: Vec<String>,
    /// Statements that deny or dispute it, take it back, or found nothing.
    pub contradicted_by: Vec<StatementId>,
    /// Claims about the same with other numbers or dates.
    pub competing: Vec<String>,
    /// Statements that speak of it without vouching for it.
    pub spoken_of_by: Vec<StatementId>,
    /// Different named speakers' statements in nearly the same words.
    pub alike: Vec<[StatementId; 2]>,
    /// Sources that have a stake in it.
    pub interested: Vec<EntityId>,
    /// What supports nothing any more: the statement, and the document that says so.
    pub retracted: Vec<(StatementId, DocumentId)>,
    /// The suggested credibility, 2 to 6 of the Admiralty code; 1 is a person's to give.
    pub credibility: u8,
    /// Why.
    pub credibility_reason: String,
}

/// Statements that count as one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimGroup {
    /// Those.
    pub statements: Vec<StatementId>,
    /// Why.
    pub reason: String,
}

impl ClaimDetail {
    fn of(claim: &Claim) -> Self {
        let groups = claim.groups.iter().map(|group| ClaimGroup {
            statements: group.statements.clone(),
            reason: group.reason.clone(),
        });
        let hex = |ids: &[onrecord_record::ClaimId]| ids.iter().map(|id| id.to_hex()).collect();
        let retracted = claim.retracted.iter();
        Self {
            id: claim.id.to_hex(),
            content: claim.content.clone(),
            denied: claim.denied,
            statements: claim.statements.clone(),
            independent_sources: claim.independent_sources,
            groups: groups.collect(),
            contradicts: hex(&claim.contradicts),
            contradicted_by: claim.contradicted_by.clone(),
            competing: hex(&claim.competing),
            spoken_of_by: claim.spoken_of_by.clone(),
            alike: claim.alike.clone(),
            interested: claim.interested.clone(),
            retracted: retracted.map(|one| (one.statement, one.document)).collect(),
            credibility: claim.credibility,
            credibility_reason: claim.credibility_reason.to_owned(),
        }
    }

    fn row(self, id: onrecord_record::ClaimId) -> ClaimRow {
        let lists = [&self.statements, &self.contradicted_by, &self.spoken_of_by];
        ClaimRow {
            id,
            statements: lists.into_iter().flatten().copied().collect(),
            n_supporting: self.statements.len() as u64,
            independent_sources: self.independent_sources,
            detail: serde_json::to_string(&self).unwrap_or_default(),
        }
    }
}

/// Finds near-copies and claims again where anything that they rest on has changed.
pub(crate) fn derive_claims(writer: &mut Writer, reporter: &mut Reporter<'_>) -> Result<(), Error> {
    let copies = derive_copies(writer, reporter)?;
    let stage = Claims;
    let state = state(&writer.reader())?;
    let known = writer.reader().stage_state("claims")?;
    if copies.is_none() && known.as_deref() == Some(state.as_str()) {
        return Ok(());
    }
    let copies = match copies {
        Some(copies) => CopyRelations::of(&copies),
        None => CopyRelations::of(&stored_copies(writer)?),
    };
    let gathered = Gathered::of(writer)?;
    reporter.begin_stage("claims", Some(gathered.rows.len() as u64));
    let relations = Relations {
        copies,
        interests: Interests::of(gathered.stands_for),
        corrections: Vec::new(),
    };
    let claims = stage.run(&(gathered.rows, relations));
    let rows: Vec<ClaimRow> = claims
        .iter()
        .map(|claim| ClaimDetail::of(claim).row(claim.id))
        .collect();
    writer.begin()?;
    writer.replace_claims(&stage.fingerprint(), &state, &rows)?;
    writer.commit()?;
    reporter.advance(rows.len() as u64);
    Ok(())
}

/// What the claims of the case rest on, as they would be made now.
pub(crate) fn state(reader: &Reader<'_>) -> Result<String, Error> {
    let resolved = reader.stage_state("resolve")?.unwrap_or_default();
    Ok(format!(
        "{}@{}@{resolved}@{}",
        Claims.fingerprint(),
        reader.readings_version()?,
        reader.derivation_judgements()?
    ))
}

/// `None` where those that are kept are current.
fn derive_copies(
    writer: &mut Writer,
    reporter: &mut Reporter<'_>,
) -> Result<Option<NearCopies>, Error> {
    let stage = Copies;
    let state = format!(
        "{}@{}",
        stage.fingerprint(),
        writer.reader().readings_version()?
    );
    if writer.reader().stage_state("copies")?.as_deref() == Some(state.as_str()) {
        return Ok(None);
    }
    reporter.begin_stage("copies", None);
    let found = find_copies(writer)?;
    writer.begin()?;
    writer.replace_near_copies(&stage.fingerprint(), &state, &found)?;
    writer.commit()?;
    Ok(Some(found))
}

/// The near-copies as they are kept.
fn stored_copies(writer: &Writer) -> Result<NearCopies, Error> {
    let mut found = NearCopies::default();
    let stored = writer.reader().near_copies()?;
    let (held, versions): (Vec<_>, Vec<_>) = stored.into_iter().partition(|copy| copy.held);
    found.held = held.into_iter().map(|copy| copy.pair).collect();
    for of_one in versions.chunk_by(|a, b| a.pair.original == b.pair.original) {
        let original = of_one[0].pair.original;
        let copies: Vec<NearCopy> = of_one.iter().map(|copy| copy.pair.clone()).collect();
        let mut documents: Vec<DocumentId> = copies.iter().map(|copy| copy.copy).collect();
        documents.push(original);
        documents.sort_unstable();
        found.clusters.push(CopyCluster {
            original,
            documents,
            copies,
        });
    }
    Ok(found)
}

fn find_copies(writer: &Writer) -> Result<NearCopies, Error> {
    let reader = writer.reader();
    let mut rows = Vec::new();
    for id in reader.read_documents()? {
        let document = reader.document(id)?;
        // Tables share rows without one being a version of the other.
        if document.kind == "table" {
            continue;
        }
        let texts = reader.texts(id)?;
        let Some(text) = texts.into_iter().find(|text| text.role == "main") else {
            continue;
        };
        rows.push(DocumentRow {
            id,
            is_message: document.kind == "message",
            date: day(document.date),
            publisher: publisher(&document.metadata),
            text: match reader.shape(id)? {
                shape @ TextShape::Mail { .. } => written_words(&text.text, shape),
                _ => text.text,
            },
        });
    }
    Ok(Copies.run(&rows))
}

/// A message without signatures and legal notices, which everybody of a house sends with everything;
/// quoted words are marked as such.
fn written_words(text: &str, shape: TextShape) -> String {
    let segments = segments(text, shape).into_iter();
    let words = segments.filter_map(|segment| match segment.kind {
        SegmentKind::Signature => None,
        SegmentKind::Quote => Some(format!("> {}", segment.view.text())),
        _ => Some(segment.view.text().to_owned()),
    });
    words.collect::<Vec<_>>().join("\n")
}

fn day(unix: Option<i64>) -> Option<PartialDate> {
    unix.and_then(|unix| DateTime::utc(unix).day())
}

/// A publisher is known by the name that its pages give.
fn publisher(metadata: &[(String, String)]) -> Option<EntityId> {
    let (_, name) = metadata.iter().find(|(key, _)| key == "site")?;
    let key = format!("publisher {}", name.trim().to_lowercase());
    let hash = onrecord_record::Digest::of(key.as_bytes());
    EntityId::from_slice(hash.as_bytes().get(..EntityId::BYTES)?)
}

/// The statements of the case as rows, and who stands for whom.
struct Gathered {
    rows: Vec<StatementRow>,
    stands_for: Vec<(EntityId, EntityId)>,
}

impl Gathered {
    fn of(writer: &Writer) -> Result<Self, Error> {
        let reader = writer.reader();
        let mut actors = HashMap::new();
        reader.actors(&mut |actor| {
            actors.insert(actor.id, actor);
        })?;
        let rejected = reader.rejected()?;
        let mut statements: Vec<StoredStatement> = Vec::new();
        reader.statements(Choice::All, &mut |statement| {
            if !rejected.contains(&format!("statement:{}", statement.id)) {
                statements.push(statement);
            }
            Ok(true)
        })?;
        let sources: HashMap<StatementId, Option<MentionId>> = statements
            .iter()
            .map(|statement| (statement.id, statement.source))
            .collect();
        let mut rows = Vec::with_capacity(statements.len());
        let mut notices = Notices::default();
        for of_document in statements.chunk_by(|a, b| a.document == b.document) {
            let page = Page::of(writer, of_document[0].document, &actors)?;
            for statement in of_document {
                let row = page.row(statement, &sources, &actors);
                if statement.detail.cue.is_empty() && row.source == page.author {
                    notices.add(&row);
                }
                rows.push(row);
            }
        }
        rows.retain(|row| !notices.is_notice(row));
        Ok(Self {
            rows,
            stands_for: stands_for(writer, &actors)?,
        })
    }
}

fn stands_for(
    writer: &Writer,
    actors: &HashMap<MentionId, StoredActor>,
) -> Result<Vec<(EntityId, EntityId)>, Error> {
    let mut pairs = Vec::new();
    writer.reader().links(Choice::All, &mut |link| {
        if STANDS_FOR.contains(&link.kind.as_str()) && link.stance == LinkStance::Asserts {
            let ends = actors.get(&link.from).zip(actors.get(&link.to));
            pairs.extend(ends.map(|(from, to)| (from.entity, to.entity)));
        }
        Ok(true)
    })?;
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}

/// In how many messages the same words of one sender are a notice, and no claim.
const NOTICE_MESSAGES: u32 = 3;

/// What a sender writes under every message: registered office, legal notice, wishes.
#[derive(Default)]
struct Notices(HashMap<(Option<EntityId>, String), u32>);

impl Notices {
    fn key(row: &StatementRow) -> (Option<EntityId>, String) {
        let words = row.quote.split_whitespace().map(str::to_lowercase);
        (row.source, words.collect::<Vec<_>>().join(" "))
    }

    fn add(&mut self, row: &StatementRow) {
        *self.0.entry(Self::key(row)).or_default() += 1;
    }

    fn is_notice(&self, row: &StatementRow) -> bool {
        row.source_kind == SourceKind::Author
            && self
                .0
                .get(&Self::key(row))
                .is_some_and(|&n| n >= NOTICE_MESSAGES)
    }
}

/// A document whose statements become rows.
struct Page {
    /// Who sent it, where it is a message.
    author: Option<EntityId>,
    text: String,
    date: Option<PartialDate>,
    publisher: Option<EntityId>,
    /// Mentions in the text with the entity of the case, in the order of the text.
    mentions: Vec<(Span, EntityId)>,
}

impl Page {
    fn of(
        writer: &Writer,
        id: DocumentId,
        actors: &HashMap<MentionId, StoredActor>,
    ) -> Result<Self, Error> {
        let reader = writer.reader();
        let document = reader.document(id)?;
        let message = reader.message(id)?;
        let sender = message.and_then(|message| message.from.into_iter().next()?.address);
        let sender = sender.map(|address| address.to_lowercase());
        let senders = reader.actors_of_document(id)?.into_iter();
        let mut senders = senders.filter(|actor| {
            sender
                .as_ref()
                .is_some_and(|sender| actor.addresses.contains(sender))
        });
        let texts = reader.texts(id)?.into_iter();
        let mut main = texts
            .filter(|text| text.role == "main")
            .map(|text| text.text);
        Ok(Self {
            author: senders.next().map(|actor| actor.entity),
            text: main
                .next()
                .map(|text| without_marks(&text))
                .unwrap_or_default(),
            date: day(document.date),
            publisher: publisher(&document.metadata),
            mentions: mentions(&reader.mentions(id)?, actors),
        })
    }

    fn row(
        &self,
        statement: &StoredStatement,
        sources: &HashMap<StatementId, Option<MentionId>>,
        actors: &HashMap<MentionId, StoredActor>,
    ) -> StatementRow {
        let entity = |actor: MentionId| actors.get(&actor).map(|actor| actor.entity);
        let detail = &statement.detail;
        let via = detail.via.iter();
        let via = via.filter_map(|id| entity(sources.get(id).copied().flatten()?));
        let (quote, entities) = self.quote(&detail.content);
        StatementRow {
            id: statement.id,
            document: statement.document,
            position: statement.number,
            date: self.date,
            publisher: self.publisher,
            source: statement.source.and_then(entity),
            source_kind: source_kind(statement, actors),
            speaks_for: None,
            source_count: 1,
            via: via.collect(),
            stance: statement.stance,
            polarity: detail.polarity,
            quote,
            entities,
            interested: false,
        }
    }

    /// The words of some spans joined by blanks, and whom they name.
    fn quote(&self, spans: &[Span]) -> (String, Vec<Mentioned>) {
        let mut quote = String::new();
        let mut named = Vec::new();
        for &span in spans {
            if !quote.is_empty() {
                quote.push(' ');
            }
            let at = quote.len() as u32;
            quote.push_str(self.text.get(span.range()).unwrap_or_default());
            let first = self
                .mentions
                .partition_point(|(mention, _)| mention.start < span.start);
            let inside = self.mentions[first..]
                .iter()
                .take_while(|(mention, _)| mention.end <= span.end);
            named.extend(inside.map(|(mention, entity)| Mentioned {
                entity: *entity,
                start: at + mention.start - span.start,
                end: at + mention.end - span.start,
            }));
        }
        (quote, named)
    }
}

/// Marks of quoting at the start of lines become spaces, so that the words can be compared and every
/// place stays where it was.
fn without_marks(text: &str) -> String {
    let mut at_start = true;
    let mut words = String::with_capacity(text.len());
    for c in text.chars() {
        words.push(if at_start && c == '>' { ' ' } else { c });
        at_start = c == '\n' || (at_start && matches!(c, '>' | ' '));
    }
    words
}

/// A person of one word could be anybody of that name, one whom another statement names in full among
/// them: like an unnamed source, such a one never raises the least number of sources.
fn source_kind(
    statement: &StoredStatement,
    actors: &HashMap<MentionId, StoredActor>,
) -> SourceKind {
    let actor = statement.source.and_then(|source| actors.get(&source));
    let is_vague = actor.is_some_and(|actor| {
        let is_alone = actor.entity == EntityId::from(actor.id);
        is_alone && actor.kind == EntityKind::Person && !actor.name.trim().contains(' ')
    });
    match statement.detail.source_kind {
        SourceKind::Named if is_vague => SourceKind::Unnamed,
        kind => kind,
    }
}

fn mentions(
    mentions: &[ReadMention],
    actors: &HashMap<MentionId, StoredActor>,
) -> Vec<(Span, EntityId)> {
    let mut least: BTreeMap<u32, MentionId> = BTreeMap::new();
    for mention in mentions {
        if let Some(number) = mention.entity {
            let known = least.entry(number).or_insert(mention.id);
            *known = (*known).min(mention.id);
        }
    }
    let in_text = mentions.iter().filter_map(|mention| {
        let actor = actors.get(least.get(&mention.entity?)?)?;
        Some((mention.id.span()?, actor.entity))
    });
    let mut found: Vec<(Span, EntityId)> = in_text.collect();
    found.sort_unstable();
    found
}
