//! How two are connected: ranked ways, told in sentences, each with the words that show it.

use onrecord_case::StoredEntity;
use onrecord_pipeline::network::graph::{
    Connections, Cut, Filter, Hop, PathAnswer, Question, SAME_NAME, Tie, first_day, last_day,
};
use onrecord_pipeline::network::{Amount, LinkStance};
use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::Named;
use crate::telling::Telling;
use crate::timeline::word;
use crate::web::Web;

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
    /// Newer material is in the case, and its ties are being taken in.
    pub is_behind: bool,
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
    /// Who says so; `None` where the document itself does, or where nothing names who does.
    pub speaker: Option<Named>,
    /// Whether who says so is not named.
    pub unnamed: bool,
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
        let asked = self.asked(question, (&from, &to))?;
        let held = self.web(question.mail)?;
        match self.answer(&asked, (&from, &to), &held.value, held.is_behind)? {
            Some(page) => Ok(page),
            // A person judged, or the material changed, since the ties were gathered.
            None => {
                let ties = self.shelf().web_now(self, question.mail)?;
                let page = self.answer(&asked, (&from, &to), &ties, false)?;
                page.ok_or_else(|| {
                    Error::Usage("the case is changing under way; ask again".to_owned())
                })
            }
        }
    }

    /// `None` where a step that was found is in the store no longer.
    fn answer(
        &self,
        asked: &Question,
        (from, to): (&StoredEntity, &StoredEntity),
        ties: &Web,
        is_behind: bool,
    ) -> Result<Option<PathPage>, Error> {
        let answer = ties.network.connections(asked);
        let mut telling = Telling::new(self, ties);
        let mut tell = |ways: &[PathAnswer]| -> Result<Option<Vec<PathView>>, Error> {
            let ways = ways.iter();
            ways.map(|way| tell_way(way, &mut telling)).collect()
        };
        let told = (tell(&answer.established)?, tell(&answer.not_established)?);
        let (Some(established), Some(not_established)) = told else {
            return Ok(None);
        };
        Ok(Some(PathPage {
            near: match answer.established.is_empty() {
                true => Some(self.near((from, to), &answer)?),
                false => None,
            },
            established,
            not_established,
            cut: answer.cut.iter().map(cut).collect(),
            from: named(from),
            to: named(to),
            is_behind,
        }))
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
        let since = question.since.as_deref();
        let until = question.until.as_deref();
        Ok(Question {
            k: question.k,
            max_hops: Some(question.max_hops),
            filter: Filter {
                types: question.types.clone(),
                stances: question.stances.clone(),
                from_day: day_of(since, first_day)?,
                to_day: day_of(until, last_day)?,
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
    ) -> Result<NearView, Error> {
        let (common, n_common) = self.reader.common_documents(from.id, to.id, MOST_NEAR)?;
        let mut documents = Vec::new();
        for id in common {
            let document = self.reader.document(id)?;
            documents.push(DocumentView {
                document: id.to_hex(),
                date: document.shown_date(),
                title: document.title,
            });
        }
        let near = answer.near.as_ref();
        let neighbors = near.map_or(&[][..], |near| &near.common_neighbors);
        let mut named = Vec::new();
        for &id in neighbors.iter().take(MOST_NEAR) {
            let label = self.reader.entity_label(id)?;
            named.extend(label.map(|label| Named {
                id: id.to_hex(),
                name: label.name,
            }));
        }
        Ok(NearView {
            documents,
            n_documents: n_common,
            neighbors: named,
            n_neighbors: near.map_or(0, |near| near.n_common_neighbors as u64),
        })
    }
}

/// A day that a person gave, as the network counts them.
pub(crate) fn day_of(
    date: Option<&str>,
    side: fn(&str) -> Option<i32>,
) -> Result<Option<i32>, Error> {
    let Some(date) = date else {
        return Ok(None);
    };
    side(date).map(Some).ok_or_else(|| {
        Error::Usage(format!(
            "\"{date}\" is not a date; write 2001, 2001-05 or 2001-05-14"
        ))
    })
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

fn tell_way(way: &PathAnswer, telling: &mut Telling<'_>) -> Result<Option<PathView>, Error> {
    let hops = way.hops.iter().map(|hop| tell_hop(hop, telling));
    let Some(hops) = hops.collect::<Result<Option<Vec<HopView>>, Error>>()? else {
        return Ok(None);
    };
    let weakest = hops.get(way.weakest.hop).map_or(String::new(), |hop| {
        format!("{} – {}: {}", hop.from_name, hop.to_name, way.weakest.why)
    });
    Ok(Some(PathView {
        format_version: FORMAT_VERSION,
        from: way.from.to_hex(),
        from_name: telling.name(way.from)?,
        to: way.to.to_hex(),
        to_name: telling.name(way.to)?,
        hops,
        weakest,
        established: way.established,
        independent_sources: way.independent_sources.into(),
    }))
}

/// `None` where the tie is in the store no longer, or is there otherwise than it was found.
fn tell_hop(hop: &Hop, telling: &mut Telling<'_>) -> Result<Option<HopView>, Error> {
    let tie = telling.tie(hop.from, hop.to, hop.tie)?;
    let is_found = tie
        .as_ref()
        .is_some_and(|tie| tie.established == hop.established);
    if !is_found && hop.kind != SAME_NAME {
        return Ok(None);
    }
    let evidence = match &tie {
        Some(tie) => telling.evidence(tie)?,
        None => Vec::new(),
    };
    let (from_name, to_name) = (telling.name(hop.from)?, telling.name(hop.to)?);
    let ends = match hop.forward {
        true => (from_name.as_str(), to_name.as_str()),
        false => (to_name.as_str(), from_name.as_str()),
    };
    Ok(Some(HopView {
        told: told(&hop.kind, ends, tie.as_ref()),
        from: hop.from.to_hex(),
        to: hop.to.to_hex(),
        kind: hop.kind.clone(),
        forward: hop.forward,
        stance: hop.stances.first().and_then(word).unwrap_or_default(),
        stances: hop.stances.clone(),
        since: tie.as_ref().and_then(|tie| tie.since.clone()),
        until: tie.as_ref().and_then(|tie| tie.until.clone()),
        role: tie.as_ref().and_then(|tie| tie.role.clone()),
        amount: tie.and_then(|tie| tie.amount),
        established: hop.established,
        independent_sources: hop.independent_sources.into(),
        evidence,
        from_name,
        to_name,
    }))
}

/// A tie in words, from its own beginning to its end, with role and amount.
pub(crate) fn told(kind: &str, (from, to): (&str, &str), tie: Option<&Tie>) -> String {
    let verb = verb(kind);
    let mut detail: Vec<String> = tie.and_then(|tie| tie.role.clone()).into_iter().collect();
    let amount = tie.and_then(|tie| tie.amount.as_ref());
    detail.extend(amount.map(ToString::to_string));
    match detail.as_slice() {
        [] => format!("{from} {verb} {to}"),
        detail => format!("{from} {verb} {to} ({})", detail.join(", ")),
    }
}

/// How a tie of a type is told.
pub(crate) fn verb(kind: &str) -> &'static str {
    let verb = TOLD.iter().find(|(told, _)| *told == kind);
    verb.map_or("is tied to", |(_, verb)| *verb)
}
