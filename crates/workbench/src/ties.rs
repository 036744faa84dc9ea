//! The ties of a case, gathered from what its documents state.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onrecord_case::{Choice, StoredActor, StoredEntity, StoredLink, StoredStatement};
use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::graph::{
    Evidence, Network, NetworkBuilder, StatedLink, Tie, TieRow, gather_ties,
};
use onrecord_pipeline::network::mail::correspondence;
use onrecord_pipeline::network::{LinkStance, graph};
use onrecord_pipeline::statements::SourceKind;
use onrecord_pipeline::statements::copies::CopyKind;
use onrecord_record::{
    DateTime, DocumentId, EntityId, MentionId, Span, StatementId, TextId, TextSpan, TieId,
};

use crate::error::Error;
use crate::open::Workbench;
use crate::protection::Protection;

/// Most entities of one name between which "possibly the same" is a step.
const MOST_NAMESAKES: usize = 6;

/// All ties, ready for walking.
pub(crate) struct Ties {
    pub(crate) by_id: HashMap<TieId, Tie>,
    pub(crate) network: Network,
    pub(crate) names: HashMap<EntityId, String>,
    pub(crate) kinds: HashMap<EntityId, EntityKind>,
}

impl Ties {
    pub(crate) fn name(&self, id: EntityId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_hex())
    }
}

impl Workbench {
    /// Gathers the ties of the case; mail counts as a tie only where it is asked for.
    pub(crate) fn ties(&self, with_mail: bool) -> Result<Ties, Error> {
        self.ties_outside(with_mail, &Protection::default())
    }

    /// The ties that rest on something besides what is protected.
    pub(crate) fn ties_outside(
        &self,
        with_mail: bool,
        protection: &Protection,
    ) -> Result<Ties, Error> {
        let mut actors = HashMap::new();
        self.reader.actors(&mut |actor| {
            actors.insert(actor.id, actor);
        })?;
        let mut entities = Vec::new();
        self.reader.entities(&mut |entity| {
            entities.push(entity);
            Ok(true)
        })?;
        let mut stated = self.stated_links(&actors)?;
        self.withdraw(&mut stated)?;
        if with_mail {
            stated.extend(self.mail_links(protection)?);
        }
        stated.retain(|link| !protection.holds_document(link.evidence.document));
        let ties = gather_ties(stated);
        let mut builder = NetworkBuilder::with_capacity(ties.len());
        let rows = ties.iter().map(TieRow::of);
        for row in rows.chain(namesakes(&entities)) {
            builder.add(&row).map_err(|_| {
                Error::Usage("the case has too many ties for one network".to_owned())
            })?;
        }
        Ok(Ties {
            network: builder.build(),
            by_id: ties.into_iter().map(|tie| (tie.id, tie)).collect(),
            kinds: entities
                .iter()
                .map(|entity| (entity.id, entity.kind))
                .collect(),
            names: entities
                .into_iter()
                .map(|entity| (entity.id, entity.name))
                .collect(),
        })
    }

    fn stated_links(
        &self,
        actors: &HashMap<MentionId, StoredActor>,
    ) -> Result<Vec<StatedLink>, Error> {
        let mut statements: HashMap<StatementId, StoredStatement> = HashMap::new();
        self.reader.statements(Choice::All, &mut |statement| {
            statements.insert(statement.id, statement);
            Ok(true)
        })?;
        let rejected = self.reader.rejected()?;
        let mut stated = Vec::new();
        self.reader.links(Choice::All, &mut |link| {
            if rejected.contains(&format!("link:{}", link.id)) {
                return Ok(true);
            }
            let statement = link.detail.statement.and_then(|id| statements.get(&id));
            stated.extend(stated_link(&link, statement, actors));
            Ok(true)
        })?;
        Ok(stated)
    }

    /// What a corrected version no longer states supports nothing: it stays visible as withdrawn.
    fn withdraw(&self, stated: &mut [StatedLink]) -> Result<(), Error> {
        let copies = self.reader.near_copies()?.into_iter();
        let corrected = copies.filter(|copy| copy.pair.kind == CopyKind::Corrected);
        let corrected: HashMap<DocumentId, DocumentId> = corrected
            .map(|copy| (copy.pair.original, copy.pair.copy))
            .collect();
        let said: BTreeSet<(DocumentId, EntityId, EntityId, String)> = stated
            .iter()
            .map(|link| said_by(link, link.evidence.document))
            .collect();
        for link in stated.iter_mut() {
            if let Some(&right) = corrected.get(&link.evidence.document) {
                link.evidence.withdrawn = !said.contains(&said_by(link, right));
            }
        }
        Ok(())
    }

    fn mail_links(&self, protection: &Protection) -> Result<Vec<StatedLink>, Error> {
        let (_, mut rows) = self.mail_rows()?;
        rows.retain(|row| !protection.holds_document(row.document));
        let day = |unix: Option<i64>| {
            let day = unix.and_then(|unix| DateTime::utc(unix).day());
            day.map(|day| day.to_string())
        };
        let ties = correspondence(&rows).into_iter();
        let stated = ties.filter_map(|tie| {
            Some(StatedLink {
                from: tie.from.parse().ok()?,
                to: tie.to.parse().ok()?,
                kind: "Mail".to_owned(),
                role: Some(match tie.n_to + tie.n_cc + tie.n_bcc {
                    1 => "1 message".to_owned(),
                    n => format!("{n} messages"),
                }),
                amount: None,
                since: day(tie.first),
                until: day(tie.last),
                evidence: Evidence {
                    document: tie.evidence,
                    at: TextSpan {
                        text: TextId([0; 32]),
                        span: Span::new(0, 0),
                    },
                    quote: String::new(),
                    stance: LinkStance::Asserts,
                    source: None,
                    group: format!("mail:{}", tie.evidence),
                    unnamed: false,
                    interested: false,
                    withdrawn: false,
                },
            })
        });
        Ok(stated.collect())
    }
}

/// `None` where an end is in no document any more, or both are one.
fn stated_link(
    link: &StoredLink,
    statement: Option<&StoredStatement>,
    actors: &HashMap<MentionId, StoredActor>,
) -> Option<StatedLink> {
    let (from, to) = (actors.get(&link.from)?, actors.get(&link.to)?);
    let first = link.detail.evidence.first().copied();
    let source = Source::of(link, statement, actors);
    let ends = [from.entity, to.entity];
    (from.entity != to.entity).then(|| StatedLink {
        from: from.entity,
        to: to.entity,
        kind: link.kind.clone(),
        role: link.detail.role.clone(),
        amount: link.detail.amount.clone(),
        since: link.detail.since.clone(),
        until: link.detail.until.clone(),
        evidence: Evidence {
            document: link.document,
            at: TextSpan {
                text: link.text,
                span: first.unwrap_or(Span::new(0, 0)),
            },
            quote: String::new(),
            stance: link.stance,
            interested: source.entity.is_some_and(|entity| ends.contains(&entity)),
            source: source.entity.map(EntityId::to_hex),
            group: source.group,
            unnamed: source.unnamed,
            withdrawn: false,
        },
    })
}

fn said_by(link: &StatedLink, document: DocumentId) -> (DocumentId, EntityId, EntityId, String) {
    (document, link.from, link.to, link.kind.clone())
}

/// Whose word a tie rests on.
struct Source {
    entity: Option<EntityId>,
    group: String,
    unnamed: bool,
}

impl Source {
    fn of(
        link: &StoredLink,
        statement: Option<&StoredStatement>,
        actors: &HashMap<MentionId, StoredActor>,
    ) -> Self {
        let Some(statement) = statement else {
            return Self {
                entity: None,
                group: format!("document:{}", link.document),
                unnamed: false,
            };
        };
        let actor = statement.source.and_then(|source| actors.get(&source));
        let kind = statement.detail.source_kind;
        match actor {
            Some(actor) if !actor.unnamed && kind != SourceKind::Unnamed => Self {
                entity: Some(actor.entity),
                group: format!("entity:{}", actor.entity),
                unnamed: false,
            },
            Some(actor) => Self {
                entity: None,
                group: format!("unnamed:{}", actor.id),
                unnamed: true,
            },
            None => Self {
                entity: None,
                group: format!("document:{}", link.document),
                unnamed: matches!(kind, SourceKind::Unnamed | SourceKind::None),
            },
        }
    }
}

/// Steps between entities that bear one full name and are kept apart.
fn namesakes(entities: &[StoredEntity]) -> Vec<TieRow> {
    let mut by_name: BTreeMap<(EntityKind, String), Vec<EntityId>> = BTreeMap::new();
    let named = entities.iter().filter(|entity| {
        matches!(entity.kind, EntityKind::Person | EntityKind::Organization)
            && !entity.unnamed
            && entity.name.contains(' ')
    });
    for entity in named {
        let key = (entity.kind, entity.name.to_lowercase());
        by_name.entry(key).or_default().push(entity.id);
    }
    let mut steps = Vec::new();
    for ids in by_name.values_mut() {
        ids.sort_unstable();
        ids.truncate(MOST_NAMESAKES);
        for (at, &one) in ids.iter().enumerate() {
            steps.extend(
                ids[at + 1..]
                    .iter()
                    .map(|&other| graph::TieRow::same_name(one, other)),
            );
        }
    }
    steps
}
