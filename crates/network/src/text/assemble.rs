//! From what the patterns found to ties: stance, amount, dates, evidence, each tie once.

use std::ops::Range;

use onrecord_record::{PartialDate, Place, Span};
use onrecord_statements::Statement;
use onrecord_statements::entities::Document;

use super::amount::{FoundAmount, PERCENT, amounts, may_hold_amount};
use super::clause::verb_above;
use super::date::{Calendar, FoundDate, Side};
use super::ends::{Ends, Mentions};
use super::found::Found;
use super::lexicon::{LinkType, Measure, lexicon};
use super::stance::{Holders, Worded, Wording};
use super::tree::Tree;
use crate::{Amount, Link, LinkStance};

/// Words of a sentence in which amounts and dates are looked for.
const MOST_WORDS: u32 = 2_000;

/// Collects the ties of a document.
pub(crate) struct Assembler<'a> {
    mentions: &'a Mentions<'a>,
    holders: Holders<'a>,
    calendar: Calendar,
    links: Vec<Link>,
}

/// A sentence with the amounts and dates in it, each with its words.
struct Sentence<'a> {
    tree: &'a Tree<'a>,
    is_question: bool,
    amounts: Vec<(Range<u32>, FoundAmount)>,
    dates: Vec<(Range<u32>, FoundDate)>,
    dates_ahead: Vec<(Range<u32>, FoundDate)>,
}

impl<'a> Assembler<'a> {
    pub(crate) fn new(
        document: &Document<'_>,
        mentions: &'a Mentions<'a>,
        statements: &'a [Statement],
    ) -> Self {
        Self {
            mentions,
            holders: Holders::new(document, statements),
            calendar: Calendar::new(document.facts),
            links: Vec::new(),
        }
    }

    pub(crate) fn add_sentence(
        &mut self,
        segment: u32,
        ends: Ends<'_>,
        words: Range<u32>,
        found: Vec<Found>,
    ) {
        if found.is_empty() {
            return;
        }
        let sentence = Sentence::new(ends.tree, &self.calendar, words);
        let first = self.links.len();
        for one in found {
            if let Some(link) = self.link(segment, ends, &sentence, one) {
                self.add(first, link);
            }
        }
    }

    /// The ties, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Link> {
        self.links.sort_by(|a, b| {
            let key = |link: &Link| (link.evidence.first().copied(), link.from, link.to);
            key(a).cmp(&key(b)).then_with(|| a.kind.cmp(&b.kind))
        });
        self.links
    }

    /// Of two ties of one sentence that say the same the fuller one stays.
    fn add(&mut self, first: usize, link: Link) {
        let entities = self.mentions.entities();
        let entity = |mention: u32| entities.mentions[mention as usize].entity;
        let is_symmetric = lexicon()
            .types
            .iter()
            .any(|known| known.name == link.kind && known.symmetric);
        let same = |known: &&mut Link| {
            let (from, to) = (entity(known.from), entity(known.to));
            let is_forward = (from, to) == (entity(link.from), entity(link.to));
            let is_backward = is_symmetric && (to, from) == (entity(link.from), entity(link.to));
            known.kind == link.kind && known.stance == link.stance && (is_forward || is_backward)
        };
        let fullness = |link: &Link| {
            [
                link.amount.is_some(),
                link.since.is_some(),
                link.until.is_some(),
                link.role.is_some(),
            ]
        };
        match self.links[first..].iter_mut().find(same) {
            Some(known) if fullness(known) < fullness(&link) => *known = link,
            Some(_) => {}
            None => self.links.push(link),
        }
    }

    fn link(
        &self,
        segment: u32,
        ends: Ends<'_>,
        sentence: &Sentence<'_>,
        found: Found,
    ) -> Option<Link> {
        let tree = ends.tree;
        let of_type = &lexicon().types[found.kind];
        let worded = Wording::of(tree, found.anchor, found.verb);
        let holder = match found.verb {
            Some(verb) if !is_known(tree, verb) => self.holders.holder(segment, found.anchor),
            _ => self.holders.holder_of_known(segment, found.anchor),
        };
        let asked = sentence.asked(&found, worded);
        let stance = refused(tree, of_type, worded, self.holders.stance(holder, asked)?);
        let amount = sentence.amount(of_type, &found);
        if !fulfills(found.needs, amount.as_ref().map(|(_, amount)| amount)) {
            return None;
        }
        let dates = sentence.dates(of_type, &found, stance, ends);
        let of_amount = amount.as_ref().map(|(words, _)| words.clone());
        let parts = [of_amount, worded.by.map(|at| at..at + 1)];
        let words = parts
            .into_iter()
            .flatten()
            .fold(span_of(ends, &found), |all, part| {
                all.start.min(part.start)..all.end.max(part.end)
            });
        // A heading and the paragraph below it are no sentence.
        if tree.words(words.clone()).contains("\n\n") {
            return None;
        }
        Some(Link {
            from: found.from,
            to: found.to,
            kind: of_type.name.clone(),
            role: found.role,
            amount: amount.map(|(_, amount)| amount),
            since: dates.0,
            until: dates.1,
            statement: holder,
            stance,
            evidence: vec![place(tree, segment, words)],
        })
    }
}

/// "will not meet" refuses a contact; of any other tie it says that there will be none.
fn refused(tree: &Tree<'_>, of_type: &LinkType, worded: Worded, stance: LinkStance) -> LinkStance {
    let is_by_modal = worded.by.is_some_and(|at| tree.tag(at) == "MD");
    if stance == LinkStance::Failed && is_by_modal && of_type.name != "Contact" {
        return LinkStance::Denies;
    }
    stance
}

/// Whether a verb stands in a clause that only says more of a noun ("A, who leads B, denied …").
fn is_known(tree: &Tree<'_>, verb: u32) -> bool {
    let last = tree
        .upward(verb)
        .find(|&at| !matches!(tree.dep(at), "conj" | "xcomp" | "dobj" | "prep" | "pobj"));
    last.is_some_and(|at| tree.dep(at) == "relcl" || tree.dep(at) == "acl" && tree.tag(at) != "VB")
}

fn fulfills(needs: Option<Measure>, amount: Option<&Amount>) -> bool {
    let is_share = amount.is_some_and(|amount| amount.currency.as_deref() == Some(PERCENT));
    match needs {
        None => true,
        Some(Measure::Sum) => amount.is_some() && !is_share,
        Some(Measure::Share) => is_share,
    }
}

/// From the first to the last word of ends, role and the word that ties them.
fn span_of(ends: Ends<'_>, found: &Found) -> Range<u32> {
    let to = found.adjective.map(|at| at..at + 1);
    let parts = [
        found.words.clone(),
        ends.words(found.from),
        to.unwrap_or_else(|| ends.words(found.to)),
    ];
    let start = parts
        .iter()
        .map(|words| words.start)
        .min()
        .unwrap_or(found.anchor);
    let end = parts
        .iter()
        .map(|words| words.end.max(end_of_owned(ends.tree, words)))
        .max()
        .unwrap_or(found.anchor + 1);
    start..end
}

/// Words between an owner and what is owned, at most.
const MOST_OWNED: u32 = 6;

/// The end of what a possessor has: "Berg's extradition", of which "Berg" alone would say nothing.
fn end_of_owned(tree: &Tree<'_>, words: &Range<u32>) -> u32 {
    let owned = words.clone().filter(|&at| tree.dep(at) == "poss");
    let owned = owned.filter_map(|at| tree.head(at));
    let is_near = |at: &u32| *at >= words.end && at - words.end < MOST_OWNED;
    owned.filter(is_near).max().map_or(0, |at| at + 1)
}

fn place(tree: &Tree<'_>, segment: u32, words: Range<u32>) -> Place {
    let bytes = tree
        .segment()
        .annotated
        .bytes(words.start as usize..words.end as usize);
    Place {
        segment,
        span: Span::new(bytes.start as u32, bytes.end as u32),
    }
}

fn iso(date: PartialDate) -> String {
    let mut text = format!("{:04}", date.year);
    for part in [date.month, date.day].into_iter().flatten() {
        text.push_str(&format!("-{part:02}"));
    }
    text
}

impl<'a> Sentence<'a> {
    fn new(tree: &'a Tree<'a>, calendar: &Calendar, words: Range<u32>) -> Self {
        let looked_at = words.start..words.end.min(words.start + MOST_WORDS);
        let bytes = tree
            .segment()
            .annotated
            .bytes(looked_at.start as usize..looked_at.end as usize);
        let text = tree.segment().text.get(bytes.clone()).unwrap_or_default();
        let words_of = |range: &Range<usize>| {
            let span = Span::new(
                (bytes.start + range.start) as u32,
                (bytes.start + range.end) as u32,
            );
            tree.segment().tokens(span)
        };
        let found_amounts = if may_hold_amount(text) {
            amounts(text)
        } else {
            Vec::new()
        };
        let dated = |ahead: bool| {
            let found = calendar.dates(text, ahead).into_iter();
            found.map(|date| (words_of(&date.bytes), date)).collect()
        };
        let last = words.clone().rev().take(4).find(|&at| {
            !tree.word(at).trim().is_empty() && !matches!(tree.word(at), "\"" | "”" | "’" | "'")
        });
        Self {
            tree,
            is_question: last.is_some_and(|at| tree.word(at).ends_with('?')),
            amounts: found_amounts
                .into_iter()
                .map(|amount| (words_of(&amount.bytes), amount))
                .collect(),
            dates: dated(false),
            dates_ahead: dated(true),
        }
    }

    /// In a question nothing is asserted save what is taken as known.
    fn asked(&self, found: &Found, worded: Worded) -> Worded {
        if self.is_question && found.verb.is_some() && worded.stance == LinkStance::Asserts {
            return Worded {
                stance: LinkStance::Asked,
                ..worded
            };
        }
        worded
    }

    /// Whether a word belongs to the clause of a tie: no other verb and no more than one other noun stands between.
    fn is_of_clause(&self, words: &Range<u32>, found: &Found) -> bool {
        let is_target = |at: u32| at == found.anchor || Some(at) == found.verb;
        words.clone().any(|word| {
            let mut n_nouns = 0;
            for at in self.tree.upward(word) {
                if is_target(at) {
                    return true;
                }
                let is_outside = !words.contains(&at);
                n_nouns += usize::from(is_outside && self.tree.is_noun(at));
                if n_nouns > 1 || is_outside && self.tree.is_verb(at) {
                    return false;
                }
            }
            false
        })
    }

    fn amount(&self, of_type: &LinkType, found: &Found) -> Option<(Range<u32>, Amount)> {
        let measure = of_type.money?;
        let belongs = |(words, _): &&(Range<u32>, FoundAmount)| {
            self.is_of_clause(words, found) || self.is_near(words, found)
        };
        let is_share = |amount: &FoundAmount| amount.amount.currency.as_deref() == Some(PERCENT);
        let own = || self.amounts.iter().filter(belongs);
        let share = own().find(|(_, amount)| is_share(amount));
        let sum = own().find(|(_, amount)| !is_share(amount));
        let chosen = match measure {
            Measure::Sum => sum,
            Measure::Share => share.or(sum),
        };
        chosen.map(|(words, amount)| (words.clone(), amount.amount.clone()))
    }

    /// Beside the word that states the tie, whatever the tree says.
    fn is_near(&self, words: &Range<u32>, found: &Found) -> bool {
        let next = words.start == found.anchor + 1 || words.end == found.anchor;
        next && verb_above(self.tree, words.start) == verb_above(self.tree, found.anchor)
    }

    fn dates(
        &self,
        of_type: &LinkType,
        found: &Found,
        stance: LinkStance,
        ends: Ends<'_>,
    ) -> (Option<String>, Option<String>) {
        if !of_type.dated {
            return (None, None);
        }
        let dates = match stance {
            LinkStance::Hypothetical => &self.dates_ahead,
            _ => &self.dates,
        };
        // "The Daily Today" is no day.
        let is_name = |words: &Range<u32>| words.clone().all(|at| ends.name(at).is_some());
        let own = dates
            .iter()
            .filter(|(words, _)| self.is_of_clause(words, found) && !is_name(words));
        let (mut since, mut until) = (None, None);
        for (_, date) in own {
            let value = iso(date.date);
            match date.side {
                Side::Until => until = until.or(Some(value)),
                Side::At if found.ends => until = until.or(Some(value)),
                Side::Since | Side::At => since = since.or(Some(value)),
            }
        }
        (since, until)
    }
}
