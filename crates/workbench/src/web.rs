//! The ties of the whole case as they are kept in memory.
//!
//! In memory stays what ways are sought in, and which documents' ties each pair of entities has; the ties
//! themselves, with roles, dates and evidence, are read again from the store when they are shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use onrecord_case::{EntityLabel, StatedTie};
use onrecord_pipeline::network::graph::{
    Evidence, Filter, Network, NetworkBuilder, StatedLink, Tie, TieRow, gather_ties,
};
use onrecord_pipeline::network::mail::correspondence;
use onrecord_pipeline::network::{LinkStance, graph};
use onrecord_pipeline::statements::SourceKind;
use onrecord_pipeline::statements::copies::CopyKind;
use onrecord_record::{DateTime, DocumentId, EntityId, LinkId, Span, TextId, TextSpan};

use crate::error::Error;
use crate::open::Workbench;
use crate::protection::Protection;
use crate::shelf::{Gathered, Held};

/// Most entities of one name between which "possibly the same" is a step.
const MOST_NAMESAKES: usize = 6;

/// All ties, ready for walking.
pub(crate) struct Web {
    pub(crate) network: Network,
    basis: Basis,
    rejected: BTreeSet<String>,
    corrected: HashMap<DocumentId, DocumentId>,
    /// Sorted by pair.
    mail: Vec<MailTie>,
}

/// Two entities, the lesser first.
type Pair = (EntityId, EntityId);

fn pair(one: EntityId, other: EntityId) -> Pair {
    (one.min(other), one.max(other))
}

/// Which documents' ties tie each two.
#[derive(Default)]
struct Basis {
    /// Sorted; those of pair `n` are `links[starts[n]..starts[n + 1]]`.
    pairs: Vec<Pair>,
    starts: Vec<u32>,
    links: Vec<LinkId>,
}

impl Basis {
    fn push(&mut self, pair: Pair, links: impl Iterator<Item = LinkId>) {
        self.pairs.push(pair);
        self.starts
            .push(u32::try_from(self.links.len()).unwrap_or(u32::MAX));
        self.links.extend(links);
    }

    fn links_of(&self, pair: Pair) -> &[LinkId] {
        let Ok(place) = self.pairs.binary_search(&pair) else {
            return &[];
        };
        let start = self.starts[place] as usize;
        let end = self
            .starts
            .get(place + 1)
            .map_or(self.links.len(), |end| *end as usize);
        &self.links[start..end]
    }
}

/// How often one wrote to another.
struct MailTie {
    from: EntityId,
    to: EntityId,
    messages: u64,
    first: Option<i64>,
    last: Option<i64>,
    evidence: DocumentId,
}

impl Gathered for Web {
    fn version(bench: &Workbench) -> Result<String, Error> {
        Ok(bench.reader.ties_version()?)
    }

    fn gather(bench: &Workbench) -> Result<Self, Error> {
        Self::gathered(bench, Vec::new())
    }
}

impl Web {
    /// The ties of the case, and mail as a tie.
    pub(crate) fn gather_with_mail(bench: &Workbench) -> Result<Self, Error> {
        Self::gathered(bench, bench.mail_ties(&Protection::default())?)
    }

    fn gathered(bench: &Workbench, mail: Vec<MailTie>) -> Result<Self, Error> {
        let copies = bench.reader.near_copies()?.into_iter();
        let corrected = copies.filter(|copy| copy.pair.kind == CopyKind::Corrected);
        let mut gathering = Gathering {
            builder: NetworkBuilder::default(),
            basis: Basis::default(),
            rejected: bench.reader.rejected()?,
            corrected: corrected
                .map(|copy| (copy.pair.original, copy.pair.copy))
                .collect(),
            waiting: Vec::new(),
        };
        bench.reader.stated_ties(&mut |tie| gathering.take(tie))?;
        gathering.settle()?;
        for tie in gather_ties(mail.iter().map(MailTie::stated).collect()) {
            gathering.add(&TieRow::of(&tie))?;
        }
        for row in namesakes(bench)? {
            gathering.add(&row)?;
        }
        Ok(Self {
            network: gathering.builder.build(),
            basis: gathering.basis,
            rejected: gathering.rejected,
            corrected: gathering.corrected,
            mail,
        })
    }
}

/// Ties on their way into the network, one pair of entities after the other.
struct Gathering {
    builder: NetworkBuilder,
    basis: Basis,
    rejected: BTreeSet<String>,
    corrected: HashMap<DocumentId, DocumentId>,
    waiting: Vec<StatedTie>,
}

impl Gathering {
    fn take(&mut self, tie: StatedTie) -> Result<(), Error> {
        let other_pair = |first: &StatedTie| pair(first.from, first.to) != pair(tie.from, tie.to);
        if self.waiting.first().is_some_and(other_pair) {
            self.settle()?;
        }
        self.waiting.push(tie);
        Ok(())
    }

    /// Makes ties of all that waits, which ties the same two.
    fn settle(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let Some(first) = waiting.first() else {
            return Ok(());
        };
        let links = waiting.iter().map(|tie| tie.link.id);
        self.basis.push(pair(first.from, first.to), links);
        let protection = Protection::default();
        for tie in settled(&waiting, &self.rejected, &self.corrected, &protection) {
            self.add(&TieRow::of(&tie))?;
        }
        Ok(())
    }

    fn add(&mut self, row: &TieRow) -> Result<(), Error> {
        let added = self.builder.add(row);
        added.map_err(|_| Error::Usage("the case has too many ties for one network".to_owned()))
    }
}

impl Workbench {
    /// The ties of the case; mail counts as a tie only where it is asked for.
    pub(crate) fn web(&self, with_mail: bool) -> Result<Held<Web>, Error> {
        self.shelf().web(self, with_mail)
    }

    /// All ties between two, as the store has them now.
    pub(crate) fn ties_between(
        &self,
        web: &Web,
        one: EntityId,
        other: EntityId,
    ) -> Result<Vec<Tie>, Error> {
        self.ties_of_pair(web, pair(one, other), &Protection::default())
    }

    fn ties_of_pair(
        &self,
        web: &Web,
        pair: Pair,
        protection: &Protection,
    ) -> Result<Vec<Tie>, Error> {
        let mut stated = self.reader.stated_ties_of(web.basis.links_of(pair))?;
        stated.retain(|tie| self::pair(tie.from, tie.to) == pair);
        let mut found = settled(&stated, &web.rejected, &web.corrected, protection);
        found.extend(mail_between(&web.mail, pair));
        Ok(found)
    }

    /// All ties of the case, read from the store one pair after the other.
    pub(crate) fn whole(
        &self,
        with_mail: bool,
        protection: &Protection,
    ) -> Result<Vec<Tie>, Error> {
        let copies = self.reader.near_copies()?.into_iter();
        let corrected = copies.filter(|copy| copy.pair.kind == CopyKind::Corrected);
        let corrected = corrected
            .map(|copy| (copy.pair.original, copy.pair.copy))
            .collect();
        let rejected = self.reader.rejected()?;
        let (mut found, mut waiting): (Vec<Tie>, Vec<StatedTie>) = (Vec::new(), Vec::new());
        self.reader.stated_ties(&mut |tie| {
            let other_pair =
                |first: &StatedTie| pair(first.from, first.to) != pair(tie.from, tie.to);
            if waiting.first().is_some_and(other_pair) {
                found.extend(settled(&waiting, &rejected, &corrected, protection));
                waiting.clear();
            }
            waiting.push(tie);
            Ok::<(), Error>(())
        })?;
        found.extend(settled(&waiting, &rejected, &corrected, protection));
        if with_mail {
            let mail = self.mail_ties(protection)?;
            found.extend(gather_ties(mail.iter().map(MailTie::stated).collect()));
        }
        Ok(found)
    }

    /// Ties among entities that are reached from `centers` along ties that the filter allows, the strongest
    /// first; all of the case where there are no centers.
    pub(crate) fn part(
        &self,
        reach: &Reach<'_>,
        protection: &Protection,
    ) -> Result<Vec<Tie>, Error> {
        let held = self.web(reach.mail)?;
        let web = &*held.value;
        let entities = web.reached(reach);
        // What is protected must not even be counted in a tie made of many messages.
        let open_mail = match reach.mail && protection.is_any() {
            true => Some(self.mail_ties(protection)?),
            false => None,
        };
        let mut found = Vec::new();
        let filter = Filter {
            established_only: false,
            ..reach.filter.clone()
        };
        for pair in web.pairs_among(&entities, &filter) {
            match &open_mail {
                None => found.extend(self.ties_of_pair(web, pair, protection)?),
                Some(mail) => {
                    let mut stated = self.reader.stated_ties_of(web.basis.links_of(pair))?;
                    stated.retain(|tie| self::pair(tie.from, tie.to) == pair);
                    found.extend(settled(&stated, &web.rejected, &web.corrected, protection));
                    found.extend(mail_between(mail, pair));
                }
            }
        }
        Ok(found)
    }

    /// Who wrote to whom, as ties between entities; addresses that are nobody's are left out.
    fn mail_ties(&self, protection: &Protection) -> Result<Vec<MailTie>, Error> {
        let (_, mut rows) = self.mail_rows()?;
        rows.retain(|row| !protection.holds_document(row.document));
        let ties = correspondence(&rows).into_iter();
        let ties = ties.filter_map(|tie| {
            Some(MailTie {
                from: tie.from.parse().ok()?,
                to: tie.to.parse().ok()?,
                messages: tie.n_to + tie.n_cc + tie.n_bcc,
                first: tie.first,
                last: tie.last,
                evidence: tie.evidence,
            })
        });
        let mut ties: Vec<MailTie> = ties.collect();
        ties.sort_by_key(|tie| (tie.pair(), tie.from));
        Ok(ties)
    }
}

/// How far around whom.
pub(crate) struct Reach<'a> {
    pub(crate) centers: &'a [EntityId],
    pub(crate) depth: u8,
    pub(crate) filter: &'a Filter,
    pub(crate) mail: bool,
    /// Most entities.
    pub(crate) most: usize,
}

impl Web {
    /// Ring by ring, in each the strongest ties first; without centers, those with the highest rank.
    fn reached(&self, reach: &Reach<'_>) -> BTreeSet<EntityId> {
        let network = &self.network;
        if reach.centers.is_empty() {
            let ranks = network.page_rank(reach.filter);
            let mut order: Vec<(f64, EntityId)> = ranks
                .into_iter()
                .zip(network.entities().iter().copied())
                .collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            return order
                .into_iter()
                .take(reach.most)
                .map(|(_, id)| id)
                .collect();
        }
        let mut reached: BTreeSet<EntityId> = reach.centers.iter().copied().collect();
        let mut ring: Vec<EntityId> = reach.centers.to_vec();
        for _ in 0..reach.depth {
            let mut next: BTreeMap<EntityId, (bool, u32)> = BTreeMap::new();
            for &entity in &ring {
                for neighbor in network.neighbors(entity, reach.filter, reach.most) {
                    let strength = (!neighbor.established, neighbor.cost);
                    let known = next.entry(neighbor.entity).or_insert(strength);
                    *known = strength.min(*known);
                }
            }
            next.retain(|id, _| !reached.contains(id));
            let mut order: Vec<(EntityId, (bool, u32))> = next.into_iter().collect();
            order.sort_by_key(|&(id, strength)| (strength, id));
            order.truncate(reach.most.saturating_sub(reached.len()));
            ring = order.into_iter().map(|(id, _)| id).collect();
            reached.extend(&ring);
        }
        reached
    }

    /// Pairs of these entities that have a tie, each once.
    fn pairs_among(&self, entities: &BTreeSet<EntityId>, filter: &Filter) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for &one in entities {
            let neighbors = self.network.neighbors(one, filter, usize::MAX).into_iter();
            let others = neighbors.map(|neighbor| neighbor.entity);
            pairs.extend(
                others
                    .filter(|other| one < *other && entities.contains(other))
                    .map(|other| (one, other)),
            );
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// Mail between two, as ties; `mail` is sorted by pair.
fn mail_between(mail: &[MailTie], pair: Pair) -> Vec<Tie> {
    let from = mail.partition_point(|tie| tie.pair() < pair);
    let mail = mail[from..].iter().take_while(|tie| tie.pair() == pair);
    gather_ties(mail.map(MailTie::stated).collect())
}

/// What documents state of one pair, as ties.
fn settled(
    stated: &[StatedTie],
    rejected: &BTreeSet<String>,
    corrected: &HashMap<DocumentId, DocumentId>,
    protection: &Protection,
) -> Vec<Tie> {
    let stated = stated.iter();
    let kept = stated.filter(|tie| !rejected.contains(&format!("link:{}", tie.link.id)));
    let mut links: Vec<StatedLink> = kept.map(stated_link).collect();
    withdraw(&mut links, corrected);
    links.retain(|link| !protection.holds_document(link.evidence.document));
    gather_ties(links)
}

/// What a corrected version no longer states supports nothing: it stays visible as withdrawn.
fn withdraw(stated: &mut [StatedLink], corrected: &HashMap<DocumentId, DocumentId>) {
    if corrected.is_empty() {
        return;
    }
    let key = |link: &StatedLink, document| (document, link.from, link.to, link.kind.clone());
    let said: BTreeSet<_> = stated
        .iter()
        .map(|link| key(link, link.evidence.document))
        .collect();
    for link in stated {
        if let Some(&right) = corrected.get(&link.evidence.document) {
            link.evidence.withdrawn = !said.contains(&key(link, right));
        }
    }
}

impl MailTie {
    fn pair(&self) -> Pair {
        pair(self.from, self.to)
    }

    fn stated(&self) -> StatedLink {
        let day = |unix: Option<i64>| {
            let day = unix.and_then(|unix| DateTime::utc(unix).day());
            day.map(|day| day.to_string())
        };
        StatedLink {
            from: self.from,
            to: self.to,
            kind: "Mail".to_owned(),
            role: Some(match self.messages {
                1 => "1 message".to_owned(),
                n => format!("{n} messages"),
            }),
            amount: None,
            since: day(self.first),
            until: day(self.last),
            evidence: Evidence {
                document: self.evidence,
                at: TextSpan {
                    text: TextId([0; 32]),
                    span: Span::new(0, 0),
                },
                quote: String::new(),
                stance: LinkStance::Asserts,
                source: None,
                group: format!("mail:{}", self.evidence),
                unnamed: false,
                interested: false,
                withdrawn: false,
            },
        }
    }
}

fn stated_link(tie: &StatedTie) -> StatedLink {
    let link = &tie.link;
    let first = link.detail.evidence.first().copied();
    let source = Source::of(tie);
    let ends = [tie.from, tie.to];
    StatedLink {
        from: tie.from,
        to: tie.to,
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
    }
}

/// Whose word a tie rests on.
struct Source {
    entity: Option<EntityId>,
    group: String,
    unnamed: bool,
}

impl Source {
    fn of(tie: &StatedTie) -> Self {
        let document = || format!("document:{}", tie.link.document);
        let Some(speaker) = tie.speaker else {
            return Self {
                entity: None,
                group: document(),
                unnamed: false,
            };
        };
        match speaker.actor {
            Some((_, entity, false)) if speaker.kind != SourceKind::Unnamed => Self {
                entity: Some(entity),
                group: format!("entity:{entity}"),
                unnamed: false,
            },
            Some((actor, _, _)) => Self {
                entity: None,
                group: format!("unnamed:{actor}"),
                unnamed: true,
            },
            None => Self {
                entity: None,
                group: document(),
                unnamed: matches!(speaker.kind, SourceKind::Unnamed | SourceKind::None),
            },
        }
    }
}

/// Steps between entities that bear one full name and are kept apart.
fn namesakes(bench: &Workbench) -> Result<Vec<TieRow>, Error> {
    // By a hash at first: the names of all entities together would fill the memory.
    let mut hashed: Vec<(u64, EntityId)> = Vec::new();
    bench.reader.full_names(&mut |label| {
        let mut hasher = DefaultHasher::new();
        bearing(&label).hash(&mut hasher);
        hashed.push((hasher.finish(), label.id));
    })?;
    hashed.sort_unstable();
    let mut steps = Vec::new();
    for alike in hashed.chunk_by(|one, other| one.0 == other.0) {
        if alike.len() < 2 {
            continue;
        }
        let mut by_name: BTreeMap<_, Vec<EntityId>> = BTreeMap::new();
        for (_, id) in alike {
            if let Some(label) = bench.reader.entity_label(*id)? {
                by_name.entry(bearing(&label)).or_default().push(*id);
            }
        }
        by_name
            .into_values()
            .for_each(|ids| steps.extend(steps_among(&ids)));
    }
    Ok(steps)
}

fn bearing(label: &EntityLabel) -> (onrecord_pipeline::entities::EntityKind, String) {
    (label.kind, label.name.to_lowercase())
}

fn steps_among(ids: &[EntityId]) -> Vec<TieRow> {
    let ids = &ids[..ids.len().min(MOST_NAMESAKES)];
    let steps = ids.iter().enumerate().flat_map(|(at, &one)| {
        let others = ids[at + 1..].iter();
        others.map(move |&other| graph::TieRow::same_name(one, other))
    });
    steps.collect()
}
