//! Statements on their way: who holds whom, who says it, in which order.

use onrecord_record::Place;

use super::blocks::Run;
use super::candidate::Candidate;
use super::nesting;
use super::quotes::Quotations;
use super::select;
use super::stance::{Firmness, firmness};
use super::tree::{Tree, Words};
use super::who::{Mentions, Source};
use crate::statement::{Manner, Statement};

/// A statement whose source is not known yet.
struct Draft {
    /// The attribution; `None` for words of the author.
    found: Option<Candidate>,
    content: Vec<Words>,
    firmness: Firmness,
    parent: Option<usize>,
}

impl Draft {
    fn start(&self) -> u32 {
        let source_and_cue = self.found.iter().map(|found| found.frame().start);
        source_and_cue
            .chain(self.content.iter().map(|part| part.start))
            .min()
            .unwrap_or(0)
    }
}

/// The statements of a segment.
pub(crate) struct Drafts {
    all: Vec<Draft>,
}

impl Drafts {
    pub(crate) fn of_attributions(tree: &Tree<'_>, quotations: &Quotations) -> Self {
        let found = select::attributions(tree, quotations);
        let parents = nesting::parents(&found);
        let all = found.into_iter().zip(parents).map(|(one, parent)| Draft {
            content: one.content.clone(),
            firmness: firmness(tree, quotations, &one),
            parent: parent.map(|parent| parent as usize),
            found: Some(one),
        });
        Self { all: all.collect() }
    }

    /// Adds the author's own words, which hold the attributions in them.
    pub(crate) fn add_runs(&mut self, runs: Vec<Run>) {
        let first = self.all.len();
        for draft in self.all.iter_mut().filter(|draft| draft.parent.is_none()) {
            let head = draft.found.as_ref().map_or(0, |found| found.head);
            let run = runs.partition_point(|run| run.words.end <= head);
            let holds = runs.get(run).is_some_and(|run| run.words.start <= head);
            draft.parent = holds.then_some(first + run);
        }
        self.all.extend(runs.into_iter().map(draft_of_run));
    }

    /// Adds the author's own sentences that touch no attribution.
    pub(crate) fn add_free(&mut self, mut runs: Vec<Run>) {
        let mut taken: Vec<Words> = Vec::new();
        for draft in &self.all {
            taken.extend(draft.content.iter().cloned());
            taken.extend(draft.found.iter().map(Candidate::frame));
        }
        taken.sort_by_key(|words| (words.start, words.end));
        // The furthest end up to each: contents may hold one another.
        let mut furthest = 0;
        let ends: Vec<u32> = taken
            .iter()
            .map(|words| {
                furthest = words.end.max(furthest);
                furthest
            })
            .collect();
        runs.retain(|run| {
            let before = taken.partition_point(|words| words.start < run.words.end);
            before == 0 || ends[before - 1] <= run.words.start
        });
        self.all.extend(runs.into_iter().map(draft_of_run));
    }

    /// Sources, order and places.
    pub(crate) fn finish(
        self,
        tree: &Tree<'_>,
        segment: u32,
        mentions: &Mentions<'_>,
        author: Source,
        statements: &mut Vec<Statement>,
    ) {
        let order = order(&self.all);
        let first = statements.len();
        let mut number = vec![0; self.all.len()];
        let mut sources: Vec<Source> = Vec::with_capacity(order.len());
        for (position, &at) in order.iter().enumerate() {
            let draft = &self.all[at];
            number[at] = first + position;
            let parent = draft.parent.map(|parent| number[parent]);
            let around = parent.map(|parent| sources[parent - first]);
            let source = match &draft.found {
                None => author,
                Some(found) => {
                    let quoted = found.inside.is_some();
                    let speaker = around.filter(|_| quoted).unwrap_or(author);
                    mentions.source(tree, segment, found, speaker)
                }
            };
            sources.push(source);
            let via = parent.map_or(Vec::new(), |parent| {
                let outer: &Statement = &statements[parent];
                outer
                    .via
                    .iter()
                    .copied()
                    .chain([parent as u32])
                    .take(MAX_VIA)
                    .collect()
            });
            statements.push(statement(tree, segment, draft, source, parent, via));
        }
    }
}

/// Deeper nesting is cut: nobody follows it, and each statement lists all that hold it.
const MAX_VIA: usize = 32;

fn draft_of_run(run: Run) -> Draft {
    Draft {
        found: None,
        content: vec![run.words],
        firmness: Firmness {
            stance: run.stance,
            certainty: run.certainty,
            polarity: run.polarity,
            manner: Manner::Direct,
        },
        parent: None,
    }
}

/// In the order of the text, what holds before what is held.
fn order(drafts: &[Draft]) -> Vec<usize> {
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut by_start: Vec<usize> = (0..drafts.len()).collect();
    by_start.sort_by_key(|&at| (drafts[at].start(), at));
    for &at in by_start.iter().rev() {
        match drafts[at].parent {
            Some(parent) => held[parent].push(at),
            None => open.push(at),
        }
    }
    let mut order = Vec::with_capacity(drafts.len());
    while let Some(at) = open.pop() {
        order.push(at);
        open.append(&mut held[at]);
    }
    order
}

fn statement(
    tree: &Tree<'_>,
    segment: u32,
    draft: &Draft,
    source: Source,
    parent: Option<usize>,
    via: Vec<u32>,
) -> Statement {
    let places = |parts: &[Words]| {
        let spans = parts.iter().filter_map(|words| tree.span(words));
        spans.map(|span| Place { segment, span }).collect()
    };
    let found = draft.found.as_ref();
    Statement {
        source: found.map_or(Vec::new(), |found| places(&found.source)),
        cue: found.map_or(Vec::new(), |found| places(&found.cue)),
        content: places(&draft.content),
        stance: draft.firmness.stance,
        certainty: draft.firmness.certainty,
        polarity: draft.firmness.polarity,
        manner: draft.firmness.manner,
        source_kind: source.kind,
        source_entity: source.entity,
        parent: parent.map(|parent| parent as u32),
        via,
    }
}
