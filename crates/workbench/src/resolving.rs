//! Resolution: the entities of documents become those of the case.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onrecord_case::{Choice, EntityRow, Reader, StoredActor, StoredEntity, Verb, Writer};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::entities::across::{Cluster, Row, RowId, company_of, context_of};
use onrecord_pipeline::entities::judged::{Decision as JudgedAs, Standing, apply};
use onrecord_pipeline::{Resolve, Stage};
use onrecord_record::{DocumentId, EntityId, MentionId};

use crate::decide::mentions_of;
use crate::error::Error;
use crate::progress::Reporter;
use crate::timeline::word;

/// Most roles that are kept of an entity.
const MOST_ROLES: usize = 12;

/// How much an entity of each kind matters, next to a person: what a reporter asks for first.
const KIND_WEIGHTS: &[(EntityKind, f64)] = &[
    (EntityKind::Person, 1.0),
    (EntityKind::Organization, 1.0),
    (EntityKind::Place, 0.3),
    (EntityKind::Event, 0.2),
    (EntityKind::Group, 0.15),
    (EntityKind::Thing, 0.15),
];

/// Joins entities across documents again where a reading or a judgement has changed.
pub(crate) fn resolve_entities(
    writer: &mut Writer,
    reporter: &mut Reporter<'_>,
) -> Result<(), Error> {
    let stage = Resolve;
    let state = state(&writer.reader())?;
    if writer.reader().stage_state("resolve")?.as_deref() == Some(state.as_str()) {
        return Ok(());
    }
    let case = Actors::of(writer)?;
    reporter.begin_stage("resolve", Some(case.actors.len() as u64));
    let input = case.rows();
    let judged = Judged::of(writer, &case, &input)?;
    let clusters = judged.apply(stage.run(&input));
    let rows: Vec<EntityRow> = clusters
        .iter()
        .filter_map(|cluster| case.entity(cluster))
        .map(|row| judged.named(row))
        .collect();
    writer.begin()?;
    writer.replace_entities(&stage.fingerprint(), &state, &rows)?;
    writer.commit()?;
    reporter.advance(case.actors.len() as u64);
    Ok(())
}

/// What the entities of the case rest on, as they would be made now.
pub(crate) fn state(reader: &Reader<'_>) -> Result<String, Error> {
    Ok(format!(
        "{}@{}@{}",
        Resolve.fingerprint(),
        reader.readings_version()?,
        reader.derivation_judgements()?
    ))
}

/// What people decided about who is who.
struct Judged {
    standing: Standing,
    /// The actor that holds each mention that a judgement names.
    rows: HashMap<RowId, RowId>,
    /// Names given to actors, the latest last.
    names: Vec<(RowId, String)>,
    context: HashMap<RowId, Vec<u32>>,
}

impl Judged {
    fn of(writer: &Writer, case: &Actors, input: &[Row]) -> Result<Self, Error> {
        let reader = writer.reader();
        let verbs = [Verb::Same, Verb::Different, Verb::Rename];
        let mut rows = HashMap::new();
        let mut log = Vec::new();
        let mut names = Vec::new();
        for one in reader.standing_judgements(&verbs)? {
            let mentions = mentions_of(&one.target);
            for &mention in &mentions {
                let quote = one.anchors.iter().find(|anchor| anchor.mention == mention);
                let quote = quote.map_or("", |anchor| &anchor.quote);
                if let Some(actor) = anchored(writer, case, mention, quote)? {
                    rows.insert(row_id(mention), row_id(actor));
                }
            }
            let ids: Vec<RowId> = mentions.into_iter().map(row_id).collect();
            let decision = match (one.verb, ids.split_first()) {
                (Verb::Same, _) => JudgedAs::Same(ids),
                (Verb::Different, Some((&first, others))) => {
                    JudgedAs::Different(first, others.to_vec())
                }
                (Verb::Rename, Some((first, _))) => {
                    names.extend(rows.get(first).map(|&row| (row, one.body.clone())));
                    continue;
                }
                _ => continue,
            };
            log.push(onrecord_pipeline::entities::judged::Judged {
                time: one.time,
                who: one.who,
                id: one.id,
                decision,
            });
        }
        let context = input.iter().map(|row| (row.id, row.context.clone()));
        Ok(Self {
            standing: Standing::of(&log),
            rows,
            names,
            context: context.collect(),
        })
    }

    fn apply(&self, clusters: Vec<Cluster>) -> Vec<Cluster> {
        if self.standing == Standing::default() {
            return clusters;
        }
        let row_of = |mention| self.rows.get(&mention).copied();
        let affinity = |one: RowId, other: RowId| {
            let of = |row| self.context.get(&row).map_or(&[][..], Vec::as_slice);
            let shared = of(one).iter().filter(|name| of(other).contains(name));
            shared.count() as u32
        };
        apply(clusters, &self.standing, row_of, affinity)
    }

    /// The latest name that a person gave to one of an entity's parts.
    fn named(&self, mut row: EntityRow) -> EntityRow {
        let is_part = |given: RowId| row.actors.iter().any(|(actor, _)| row_id(*actor) == given);
        let given = self.names.iter().rev().find(|(given, _)| is_part(*given));
        if let Some((_, name)) = given {
            row.entity.name.clone_from(name);
            if !row.entity.names.contains(name) {
                row.entity.names.push(name.clone());
                row.entity.names.sort();
            }
        }
        row
    }
}

/// The actor that a judged mention is of: the mention itself, or else, in a text that was read anew,
/// the nearest one of the document with the same words.
fn anchored(
    writer: &Writer,
    case: &Actors,
    mention: MentionId,
    quote: &str,
) -> Result<Option<MentionId>, Error> {
    let reader = writer.reader();
    if let Some(actor) = reader.actor_of_mention(mention)? {
        return Ok(Some(actor.id));
    }
    let of_document = case
        .actors
        .iter()
        .filter(|actor| actor.id.document_prefix() == mention.document_prefix())
        .filter(|actor| actor.names.iter().any(|name| name == quote) || actor.name == quote);
    let at = mention.span().map_or(0, |span| span.start);
    let nearest = of_document.min_by_key(|actor| {
        let start = actor.id.span().map_or(u32::MAX, |span| span.start);
        (start.abs_diff(at), actor.id)
    });
    Ok(nearest.map(|actor| actor.id))
}

fn row_id(mention: MentionId) -> RowId {
    u128::from_be_bytes(mention.0)
}

/// Every actor of the case with what counts for its weight.
struct Actors {
    actors: Vec<StoredActor>,
    by_id: HashMap<MentionId, usize>,
    dates: HashMap<DocumentId, i64>,
    /// Statements made and ties stated, by actor.
    active: HashMap<MentionId, u32>,
}

impl Actors {
    fn of(writer: &Writer) -> Result<Self, Error> {
        let reader = writer.reader();
        let mut actors = Vec::new();
        reader.actors(&mut |actor| actors.push(actor))?;
        let mut active: HashMap<MentionId, u32> = HashMap::new();
        reader.statements(Choice::All, &mut |statement| {
            if let Some(source) = statement.source {
                *active.entry(source).or_default() += 1;
            }
            Ok(true)
        })?;
        reader.links(Choice::All, &mut |link| {
            for end in [link.from, link.to] {
                *active.entry(end).or_default() += 2;
            }
            Ok(true)
        })?;
        let by_id = actors.iter().enumerate();
        Ok(Self {
            by_id: by_id.map(|(at, actor)| (actor.id, at)).collect(),
            dates: reader.document_dates()?,
            active,
            actors,
        })
    }

    /// The actors as resolution sees them. They are sorted by document, since ids begin with it.
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.actors.len());
        for of_document in self.actors.chunk_by(|a, b| a.document == b.document) {
            let company: Vec<Option<u32>> = of_document.iter().map(company).collect();
            for (number, actor) in of_document.iter().enumerate() {
                rows.push(row(actor, company_of(number, &company)));
            }
        }
        rows
    }

    /// `None` for a cluster of nobody.
    fn entity(&self, cluster: &Cluster) -> Option<EntityRow> {
        let members = cluster.rows.iter().filter_map(|(id, evidence)| {
            let at = self.by_id.get(&MentionId(id.to_be_bytes()))?;
            Some((&self.actors[*at], word(evidence).unwrap_or_default()))
        });
        let members: Vec<(&StoredActor, String)> = members.collect();
        let (first, _) = members.first()?;
        let actors: Vec<&StoredActor> = members.iter().map(|(actor, _)| *actor).collect();
        let documents: BTreeSet<DocumentId> = actors.iter().map(|actor| actor.document).collect();
        let dates = documents
            .iter()
            .filter_map(|id| self.dates.get(id).copied());
        let mentions = actors.iter().map(|actor| u64::from(actor.mentions)).sum();
        let entity = StoredEntity {
            id: EntityId(cluster.id.to_be_bytes()),
            kind: cluster.kind,
            unnamed: first.unnamed,
            name: name(&actors, cluster.kind),
            names: all(&actors, |actor| &actor.names),
            addresses: all(&actors, |actor| &actor.addresses),
            roles: roles(&actors),
            documents: documents.len() as u64,
            mentions,
            first_seen: dates.clone().min(),
            last_seen: dates.max(),
            weight: 0.0,
        };
        Some(EntityRow {
            entity: StoredEntity {
                weight: self.weight(&entity, &actors),
                ..entity
            },
            actors: members
                .into_iter()
                .map(|(actor, evidence)| (actor.id, evidence))
                .collect(),
        })
    }

    /// In many documents, much spoken of, and doing things: what a case turns on comes first.
    fn weight(&self, entity: &StoredEntity, actors: &[&StoredActor]) -> f64 {
        let active: u32 = actors
            .iter()
            .filter_map(|actor| self.active.get(&actor.id))
            .sum();
        let of_kind = KIND_WEIGHTS.iter().find(|(kind, _)| *kind == entity.kind);
        let of_kind = of_kind.map_or(0.1, |(_, weight)| *weight);
        // A person of one word is a name that nothing explains, or no person.
        let is_vague = entity.kind == EntityKind::Person && !entity.name.contains(' ');
        let vague = if is_vague || entity.unnamed { 0.3 } else { 1.0 };
        let spoken_of = entity.documents as f64 + (entity.mentions as f64).ln_1p();
        (spoken_of + f64::from(active).sqrt()) * of_kind * vague
    }
}

fn company(actor: &StoredActor) -> Option<u32> {
    let is_company = matches!(actor.kind, EntityKind::Person | EntityKind::Organization);
    (is_company && !actor.unnamed).then(|| context_of(&actor.name, actor.kind))
}

fn row(actor: &StoredActor, context: Vec<u32>) -> Row {
    let mut document = [0; 8];
    document.copy_from_slice(actor.id.document_prefix());
    Row {
        id: u128::from_be_bytes(actor.id.0),
        document: u64::from_be_bytes(document),
        kind: actor.kind,
        name: actor.name.clone(),
        names: actor.names.clone(),
        addresses: actor.addresses.clone(),
        roles: actor.roles.iter().map(|role| role.text.clone()).collect(),
        context,
        gender: actor.gender,
        unnamed: actor.unnamed,
    }
}

/// What most documents call it most fully; a name of several words before an address or an acronym.
fn name(actors: &[&StoredActor], kind: EntityKind) -> String {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for actor in actors {
        *names.entry(&actor.name).or_default() += 1;
    }
    let best = names.into_iter().min_by_key(|&(name, n)| {
        let is_address = name.contains('@');
        let is_one_word = !name.trim().contains(' ');
        (
            is_address,
            is_one_word,
            std::cmp::Reverse(n),
            std::cmp::Reverse(name.len()),
            name,
        )
    });
    best.map_or(String::new(), |(name, _)| shown(name, kind))
}

/// A name as people write it: "Anna Berg", "Lantern Party".
fn shown(name: &str, kind: EntityKind) -> String {
    let turned = name
        .split_once(", ")
        .filter(|(_, given)| !given.contains(','));
    match (kind, turned) {
        (EntityKind::Person, Some((family, given))) => format!("{given} {family}"),
        _ => {
            let lower = name
                .get(..4)
                .filter(|start| start.eq_ignore_ascii_case("the "));
            let rest = lower.and_then(|_| name.get(4..));
            rest.unwrap_or(name).to_owned()
        }
    }
}

fn all(actors: &[&StoredActor], list: fn(&StoredActor) -> &Vec<String>) -> Vec<String> {
    let names: BTreeSet<&String> = actors.iter().flat_map(|actor| list(actor)).collect();
    names.into_iter().cloned().collect()
}

/// Most often first, then by the alphabet.
fn roles(actors: &[&StoredActor]) -> Vec<String> {
    let mut roles: BTreeMap<&str, usize> = BTreeMap::new();
    for role in actors.iter().flat_map(|actor| &actor.roles) {
        *roles.entry(&role.text).or_default() += 1;
    }
    let mut roles: Vec<(&str, usize)> = roles.into_iter().collect();
    roles.sort_by_key(|&(role, n)| (std::cmp::Reverse(n), role));
    let roles = roles.into_iter().take(MOST_ROLES);
    roles.map(|(role, _)| role.to_owned()).collect()
}
