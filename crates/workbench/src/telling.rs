//! Telling ties: what the network found, with names, evidence and speakers from the store.

use std::collections::HashMap;

use onrecord_pipeline::network::graph::{Evidence, Tie};
use onrecord_record::{EntityId, TieId};

use crate::error::Error;
use crate::open::Workbench;
use crate::path::EvidenceView;
use crate::quoting::{Named, Quoting};
use crate::web::Web;

/// Most pieces of evidence told for a tie.
const MOST_EVIDENCE: usize = 5;

/// Looks up ties and names, each once.
pub(crate) struct Telling<'a> {
    bench: &'a Workbench,
    ties: &'a Web,
    quoting: Quoting<'a>,
    names: HashMap<EntityId, String>,
    between: HashMap<(EntityId, EntityId), Vec<Tie>>,
    /// Ways share steps: what was told once is not looked up again.
    told: HashMap<TieId, Vec<EvidenceView>>,
}

impl<'a> Telling<'a> {
    pub(crate) fn new(bench: &'a Workbench, ties: &'a Web) -> Self {
        Self {
            bench,
            ties,
            quoting: Quoting::new(&bench.reader),
            names: HashMap::new(),
            between: HashMap::new(),
            told: HashMap::new(),
        }
    }

    /// What an entity is called.
    pub(crate) fn name(&mut self, id: EntityId) -> Result<String, Error> {
        if let Some(name) = self.names.get(&id) {
            return Ok(name.clone());
        }
        let label = self.bench.reader.entity_label(id)?;
        let name = label.map_or_else(|| id.to_hex(), |label| label.name);
        self.names.insert(id, name.clone());
        Ok(name)
    }

    /// A tie between two as the store has it now.
    pub(crate) fn tie(
        &mut self,
        one: EntityId,
        other: EntityId,
        id: TieId,
    ) -> Result<Option<Tie>, Error> {
        let pair = (one.min(other), one.max(other));
        if !self.between.contains_key(&pair) {
            let ties = self.bench.ties_between(self.ties, one, other)?;
            self.between.insert(pair, ties);
        }
        let ties = self.between.get(&pair).map_or(&[][..], Vec::as_slice);
        Ok(ties.iter().find(|tie| tie.id == id).cloned())
    }

    /// The words that show a tie, those of each stance from the firmest on.
    pub(crate) fn evidence(&mut self, tie: &Tie) -> Result<Vec<EvidenceView>, Error> {
        if let Some(told) = self.told.get(&tie.id) {
            return Ok(told.clone());
        }
        let pieces = tie.evidence.iter().take(MOST_EVIDENCE);
        let told: Vec<EvidenceView> = pieces
            .map(|piece| self.piece(piece))
            .collect::<Result<_, Error>>()?;
        self.told.insert(tie.id, told.clone());
        Ok(told)
    }

    fn piece(&mut self, piece: &Evidence) -> Result<EvidenceView, Error> {
        let speaker = piece.source.as_deref().and_then(|id| id.parse().ok());
        let speaker = match speaker {
            Some(id) => Some(Named {
                id: EntityId::to_hex(id),
                name: self.name(id)?,
            }),
            None => None,
        };
        let context = self.quoting.context(piece.document)?;
        let document = &context.document;
        let (title, date) = (document.title.clone(), document.shown_date());
        let span = piece.at.span;
        let quote = self.quoting.quotes(&[span]).pop();
        Ok(EvidenceView {
            document: piece.document.to_hex(),
            title,
            date,
            start: span.start,
            end: span.end,
            quote: quote.map_or(String::new(), |quote| quote.quote),
            stance: piece.stance,
            speaker,
            unnamed: piece.unnamed,
            withdrawn: piece.withdrawn,
        })
    }
}
