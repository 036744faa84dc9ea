//! How two are connected: ranked ways, told in sentences, each with the words that show it.

use std::collections::BTreeSet;

use onrecord_case::StoredEntity;
use onrecord_pipeline::network::graph::{
    Connections, Cut, Filter, Hop, PathAnswer, Question, SAME_NAME, first_day, last_day,
};
use onrecord_pipeline::network::{Amount, LinkStance};
use onrecord_record::{EntityId, FORMAT_VERSION, Span};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::{Named, Quoting};
use crate::ties::Ties;
use crate::timeline::word;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathQuestion {
    /// One end: name, address or id.
    pub from: String,
    /// The other end.
    pub to: String,
    /// How many ways of each kind.
    pub k: usize,
    /// Most steps of a way.
    pub max_hops: u8,
    /// Only ties of these types; all where empty.
    pub types: Vec<String>,
    /// Only ties to which somebody takes one of these stances.
    pub stances: Vec<LinkStance>,
    /// Only ties that held or happened on this day or later.
    pub since: Option<String>,
    /// Only ties that held or happened on this day or earlier.
    pub until: Option<String>,
    /// Every way passes these.
    pub via: Vec<String>,
    /// No way touches these.
    pub avoid: Vec<String>,
    /// Rank all ways together, whether established or not.
    pub all: bool,
    /// Mail counts as a tie.
    pub mail: bool,
}

/// How two are connected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathPage {
    /// The one end.
    pub from: Named,
    /// The other end.
    pub to: Named,
    /// Established ways, best first; with `all` every way.
    pub established: Vec<PathView>,
    /// Ways that need a step that is not established, best first.
    pub not_established: Vec<PathView>,
    /// How near the two come, where no way is established.
    pub near: Option<NearView>,
    /// What was left out of the answer.
    pub cut: Vec<String>,
}

/// How near two come that no established way joins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearView {
    /// Documents that speak of both.
    pub documents: Vec<DocumentView>,
    /// How many there are.
    pub n_documents: u64,
    /// Entities that have a tie with both.
    pub neighbors: Vec<Named>,
    /// How many there are.
    pub n_neighbors: u64,
}

/// A document by its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentView {
    /// Its id.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
}

/// A way between two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathView {
    /// Version of this object.
    pub format_version: u32,
    /// Id of the one end.
    pub from: String,
    /// What it is called.
    pub from_name: String,
    /// Id of the other end.
    pub to: String,
    /// What it is called.
    pub to_name: String,
    /// Its steps.
    pub hops: Vec<HopView>,
    /// The least sure step, and why it is.
    pub weakest: String,
    /// Whether every step is established.
    pub established: bool,
    /// Independent sources along the way: the fewest and the most that a step has.
    pub independent_sources: [u32; 2],
}

/// A step of a way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HopView {
    /// Id of where the step begins.
    pub from: String,
    /// What that is called.
    pub from_name: String,
    /// Id of where it ends.
    pub to: String,
    /// What that is called.
    pub to_name: String,
    /// Type of the tie.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the tie itself points in the direction of the step.
    pub forward: bool,
    /// In which role.
    pub role: Option<String>,
    /// The firmest stance taken.
    pub stance: String,
    /// All stances taken, the firmest first.
    pub stances: Vec<LinkStance>,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// Independent sources that assert or allege it, fewest and most.
    pub independent_sources: [u32; 2],
    /// The step in words.
    pub told: String,
    /// The words that show it.
    pub evidence: Vec<EvidenceView>,
}

/// Words that show a tie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// The document.
    pub document: String,
    /// What it is called.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// First byte in its main text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The words, exactly.
    pub quote: String,
    /// How firmly.
    pub stance: LinkStance,
    /// Whether a corrected version no longer says so: it supports nothing.
    pub withdrawn: bool,
}

/// Type → how a step along it is told, from the tie's own beginning to its end.
const TOLD: &[(&str, &str)] = &[
    ("Directorship", "holds or held an office at the head of"),
    ("Ownership", "owns or owned, in whole or in part,"),
    ("Employment", "works or worked for"),
    ("Membership", "is or was a member of"),
    ("Payment", "paid or gave money to"),
    ("Family", "is family of"),
    ("Associate", "is an associate of"),
    ("Representation", "represents or represented"),
    ("Contact", "was in contact with"),
    ("Support", "supports or supported"),
    ("Conflict", "is or was in conflict with"),
    ("Mail", "wrote to"),
    ("Location", "is placed in"),
    ("Event", "took part in"),
    (SAME_NAME, "has the same name as"),
];
/// Most pieces of evidence told for a step.
const MOST_EVIDENCE: usize = 8;
/// Most documents and neighbors listed where there is no way.
const MOST_NEAR: usize = 20;

impl Workbench {
    /// How two are connected.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, a date is none, or the store cannot be read.
    pub fn path(&self, question: &PathQuestion) -> Result<PathPage, Error> {
        let from = self.find_entity(&question.from)?;
        let to = self.find_entity(&question.to)?;
        if from.id == to.id {
            return Err(Error::Usage(format!(
                "\"{}\" and \"{}\" are one entity in this case: {}",
                question.from, question.to, from.name
            )));
        }
        let ties = self.ties(question.mail)?;
        let answer = ties
            .network
            .connections(&self.asked(question, (&from, &to))?);
        let mut quoting = Quoting::new(&self.reader);
        let mut tell = |ways: &[PathAnswer]| -> Result<Vec<PathView>, Error> {
            let ways = ways.iter();
            ways.map(|way| tell_way(way, &ties, &mut quoting)).collect()
        };
        Ok(PathPage {
            established: tell(&answer.established)?,
            not_established: tell(&answer.not_established)?,
            near: match answer.established.is_empty() {
                true => Some(self.near((&from, &to), &answer, &ties)?),
                false => None,
            },
            cut: answer.cut.iter().map(cut).collect(),
            from: named(&from),
            to: named(&to),
        })
    }

    fn asked(
        &self,
        question: &PathQuestion,
        (from, to): (&StoredEntity, &StoredEntity),
    ) -> Result<Question, Error> {
        let ids = |names: &[String]| -> Result<Vec<EntityId>, Error> {
            let names = names.iter();
            names.map(|name| Ok(self.find_entity(name)?.id)).collect()
        };
        let day = |date: &Option<String>, side: fn(&str) -> Option<i32>| match date {
            None => Ok(None),
            Some(date) => side(date).map(Some).ok_or_else(|| {
                Error::Usage(format!(
                    "\"{date}\" is not a date; write 2001, 2001-05 or 2001-05-14"
                ))
            }),
        };
        Ok(Question {
            k: question.k,
            max_hops: Some(question.max_hops),
            filter: Filter {
                types: question.types.clone(),
                stances: question.stances.clone(),
                from_day: day(&question.since, first_day)?,
                to_day: day(&question.until, last_day)?,
                ..Filter::default()
            },
            via: ids(&question.via)?,
            avoid: ids(&question.avoid)?,
            mix: question.all,
            ..Question::between(from.id, to.id)
        })
    }

    fn near(
        &self,
        (from, to): (&StoredEntity, &StoredEntity),
        answer: &Connections,
        ties: &Ties,
    ) -> Result<NearView, Error> {
        let documents = |entity: &StoredEntity| -> Result<BTreeSet<_>, Error> {
            let actors = self.reader.actors_of_entity(entity.id)?;
            Ok(actors.into_iter().map(|actor| actor.document).collect())
        };
        let (one, other) = (documents(from)?, documents(to)?);
        let common: Vec<_> = one.intersection(&other).copied().collect();
        let mut views = Vec::new();
        for &id in common.iter().take(MOST_NEAR) {
            let document = self.reader.document(id)?;
            views.push(DocumentView {
                document: id.to_hex(),
                date: document.shown_date(),
                title: document.title,
            });
        }
        let near = answer.near.as_ref();
        let neighbors = near.map_or(&[][..], |near| &near.common_neighbors);
        Ok(NearView {
            documents: views,
            n_documents: common.len() as u64,
            neighbors: neighbors
                .iter()
                .take(MOST_NEAR)
                .map(|&id| Named {
                    id: id.to_hex(),
                    name: ties.name(id),
                })
                .collect(),
            n_neighbors: near.map_or(0, |near| near.n_common_neighbors as u64),
        })
    }
}

fn named(entity: &StoredEntity) -> Named {
    Named {
        id: entity.id.to_hex(),
        name: entity.name.clone(),
    }
}

fn cut(cut: &Cut) -> String {
    match cut {
        Cut::TiesLookedAt(n) => format!(
            "the search was ended after {n} ties: the ways given are the best of those, but there may be more; ask for fewer steps or types"
        ),
        Cut::TooManyVias(n) => {
            format!("{n} names were given to pass; only the first three count")
        }
    }
}

fn tell_way(way: &PathAnswer, ties: &Ties, quoting: &mut Quoting<'_>) -> Result<PathView, Error> {
    let hops: Vec<HopView> = way
        .hops
        .iter()
        .map(|hop| tell_hop(hop, ties, quoting))
        .collect::<Result<_, _>>()?;
    let weakest = hops.get(way.weakest.hop).map_or(String::new(), |hop| {
        format!("{} – {}: {}", hop.from_name, hop.to_name, way.weakest.why)
    });
    Ok(PathView {
        format_version: FORMAT_VERSION,
        from: way.from.to_hex(),
        from_name: ties.name(way.from),
        to: way.to.to_hex(),
        to_name: ties.name(way.to),
        hops,
        weakest,
        established: way.established,
        independent_sources: way.independent_sources.into(),
    })
}

fn tell_hop(hop: &Hop, ties: &Ties, quoting: &mut Quoting<'_>) -> Result<HopView, Error> {
    let tie = ties.by_id.get(&hop.tie);
    let (from_name, to_name) = (ties.name(hop.from), ties.name(hop.to));
    let mut evidence = Vec::new();
    for piece in tie.iter().flat_map(|tie| &tie.evidence).take(MOST_EVIDENCE) {
        let context = quoting.context(piece.document)?;
        let (title, date) = (
            context.document.title.clone(),
            context.document.shown_date(),
        );
        let span: Span = piece.at.span;
        let quote = quoting.quotes(&[span]).pop();
        evidence.push(EvidenceView {
            document: piece.document.to_hex(),
            title,
            date,
            start: span.start,
            end: span.end,
            quote: quote.map_or(String::new(), |quote| quote.quote),
            stance: piece.stance,
            withdrawn: piece.withdrawn,
        });
    }
    let role = tie.and_then(|tie| tie.role.clone());
    let amount = tie.and_then(|tie| tie.amount.clone());
    Ok(HopView {
        told: told(
            hop,
            (&from_name, &to_name),
            role.as_deref(),
            amount.as_ref(),
        ),
        from: hop.from.to_hex(),
        from_name,
        to: hop.to.to_hex(),
        to_name,
        kind: hop.kind.clone(),
        forward: hop.forward,
        role,
        stance: hop.stances.first().and_then(word).unwrap_or_default(),
        stances: hop.stances.clone(),
        since: tie.and_then(|tie| tie.since.clone()),
        until: tie.and_then(|tie| tie.until.clone()),
        amount,
        established: hop.established,
        independent_sources: hop.independent_sources.into(),
        evidence,
    })
}

/// A step in words, from the tie's own beginning to its end, with role and amount.
fn told(
    hop: &Hop,
    (from, to): (&str, &str),
    role: Option<&str>,
    amount: Option<&Amount>,
) -> String {
    let (from, to) = if hop.forward { (from, to) } else { (to, from) };
    let verb = TOLD.iter().find(|(kind, _)| *kind == hop.kind);
    let verb = verb.map_or("is tied to", |(_, verb)| *verb);
    let mut detail: Vec<String> = role.map(str::to_owned).into_iter().collect();
    detail.extend(amount.map(ToString::to_string));
    match detail.as_slice() {
        [] => format!("{from} {verb} {to}"),
        detail => format!("{from} {verb} {to} ({})", detail.join(", ")),
    }
}
