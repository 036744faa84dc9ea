//! Descriptions and pronouns: whom they mean, where one alone can be meant.
//!
//! The text is gone through once. What was heard last is kept in a short list, so that each
//! reference costs the same however long the text is.

mod nominals;
mod pronouns;

use std::collections::{BTreeMap, HashMap, VecDeque};

use onrecord_record::{Place, SegmentKind, Span};

use super::draft::Draft;
use super::tables::NAMES;
use super::view::View;
use super::{EntityKind, Form, JoinedBy, Mention, Role};
use crate::document::{Document, DocumentKind, Segment};
pub(crate) use nominals::is_role_noun;

/// Most mentions that are remembered.
const MEMORY: usize = 48;
/// Most entities that one description is remembered of; where more bear it, it tells nobody apart.
const MOST_BEARERS: usize = 16;
/// Most roles that are kept of one entity.
const MOST_ROLES: usize = 64;

/// Adds the descriptions and pronouns of a document to its draft.
pub(crate) fn resolve(document: &Document<'_>, draft: &mut Draft) {
    let mut by_segment: Vec<Vec<u32>> = vec![Vec::new(); document.segments.len()];
    for (number, mention) in draft.mentions.iter().enumerate() {
        by_segment[mention.place.segment as usize].push(number as u32);
    }
    let mut listener = Listener {
        document,
        draft,
        heard: VecDeque::new(),
        described: HashMap::new(),
        organizations: BTreeMap::new(),
        sentences: 0,
        present: Vec::new(),
        voice: None,
    };
    for (number, names) in by_segment.into_iter().enumerate() {
        listener.segment(number, &names);
    }
}

/// A mention that was heard not long ago.
#[derive(Debug, Clone, Copy)]
struct Heard {
    entity: u32,
    /// Of the whole document.
    sentence: u32,
    token: u32,
    /// The verb that it is the subject of.
    subject_of: Option<u32>,
    is_quoted: bool,
}

/// One who was described by a noun.
#[derive(Debug, Clone)]
struct Described {
    entity: u32,
    /// The words of the description.
    words: Vec<String>,
    /// Whose, where it says so.
    of: Option<u32>,
    is_several: bool,
}

struct Listener<'d, 'a> {
    document: &'d Document<'a>,
    draft: &'d mut Draft,
    /// The latest last.
    heard: VecDeque<Heard>,
    /// By the noun.
    described: HashMap<String, Vec<Described>>,
    /// Organizations spoken of so far, by class; under the empty name those of unknown class.
    organizations: BTreeMap<String, Vec<u32>>,
    /// Sentences of the segments before.
    sentences: u32,
    /// Those who speak here, and those who are greeted: "he" is neither.
    present: Vec<u32>,
    /// Whose words these are.
    voice: Option<(SegmentKind, u32, Option<u32>)>,
}

/// The mention that each token of a segment is in, and that each noun heads.
struct Spots {
    /// By token: a name that covers it.
    covered: Vec<Option<u32>>,
    /// By token: the mention whose governing word it is.
    headed: Vec<Option<u32>>,
}

impl Spots {
    fn of(mentions: &[Mention], names: &[u32], tokens: usize) -> Self {
        let mut spots = Self {
            covered: vec![None; tokens],
            headed: vec![None; tokens],
        };
        for &number in names {
            let mention = &mentions[number as usize];
            for at in mention.tokens.clone() {
                if let Some(slot) = spots.covered.get_mut(at as usize) {
                    *slot = Some(number);
                }
            }
            if let Some(slot) = spots.headed.get_mut(mention.head as usize) {
                *slot = Some(number);
            }
        }
        spots
    }
}

impl Listener<'_, '_> {
    fn segment(&mut self, number: usize, names: &[u32]) {
        let document = self.document;
        let segment = &document.segments[number];
        self.change_voice(number, segment);
        match segment.kind {
            SegmentKind::Prose | SegmentKind::Quote => self.running_text(number, segment, names),
            SegmentKind::Signature => self.signature(number, segment, names),
            SegmentKind::Header | SegmentKind::Cell => {}
        }
    }

    /// What one voice said is not what the next one's pronouns mean.
    fn change_voice(&mut self, number: usize, segment: &Segment<'_>) {
        let level = segment.quoted.as_ref().map_or(0, |quoted| quoted.level);
        let author = self.draft.quoted.get(number).copied().flatten();
        let voice = Some((segment.kind, level, author));
        if self.voice != voice {
            self.heard.clear();
            self.voice = voice;
            self.present.clear();
            if self.document.facts.kind == DocumentKind::Message {
                self.present.extend(self.author(number));
            }
        }
    }

    fn running_text(&mut self, number: usize, segment: &Segment<'_>, names: &[u32]) {
        let view = View::of(segment);
        let mut spots = Spots::of(&self.draft.mentions, names, view.tokens().len());
        let mut names = names.iter().copied().peekable();
        for at in 0..view.tokens().len() as u32 {
            while let Some(name) =
                names.next_if(|&name| self.draft.mentions[name as usize].tokens.start <= at)
            {
                self.name(&view, &spots, name);
            }
            if spots.covered[at as usize].is_some() {
                continue;
            }
            let found = match view.pos(at) {
                "PRON" => self.pronoun(&view, &spots, at, number),
                "NOUN" | "PROPN" => self.nominal(&view, &spots, at, number),
                _ => None,
            };
            if let Some(mention) = found {
                spots.headed[at as usize] = Some(mention);
            }
        }
        let last = view.tokens().len().checked_sub(1);
        self.sentences += last.map_or(0, |last| view.sentence(last as u32)) + 1;
    }

    /// A name is heard; the titles before it are roles.
    fn name(&mut self, view: &View<'_, '_>, spots: &Spots, number: u32) {
        let mention = self.draft.mentions[number as usize].clone();
        let Some(entity) = mention.entity else { return };
        if is_greeted(view.segment.text, mention.place.span) {
            self.present.push(entity);
            return;
        }
        self.hear(view, entity, mention.head);
        let known = &self.draft.entities[entity as usize];
        let is_open = known.kind == EntityKind::Organization && known.classes.is_empty();
        for class in known
            .classes
            .iter()
            .cloned()
            .chain(is_open.then(String::new))
            .collect::<Vec<_>>()
        {
            let all = self.organizations.entry(class).or_default();
            if all.len() < MOST_BEARERS && !all.contains(&entity) {
                all.push(entity);
            }
        }
        if known.kind == EntityKind::Person {
            self.roles_before(view, spots, &mention, entity);
        }
    }

    fn hear(&mut self, view: &View<'_, '_>, entity: u32, head: u32) {
        if self.heard.len() == MEMORY {
            self.heard.pop_front();
        }
        if head as usize >= view.tokens().len() {
            return;
        }
        let is_subject = view.dep(head).starts_with("nsubj");
        self.heard.push_back(Heard {
            entity,
            sentence: self.sentences + view.sentence(head),
            token: head,
            subject_of: view.above(head).filter(|_| is_subject),
            is_quoted: view.is_quoted(head),
        });
    }

    /// The lines of a signature: a name, and below it what its bearer is.
    fn signature(&mut self, number: usize, segment: &Segment<'_>, names: &[u32]) {
        let person = names.iter().rev().find_map(|&name| {
            let entity = self.draft.mentions[name as usize].entity?;
            let is_person = self.draft.entities[entity as usize].kind == EntityKind::Person;
            is_person.then_some(entity)
        });
        if let Some(entity) = person {
            let view_sentence = self.sentences;
            self.heard.clear();
            self.heard.push_back(Heard {
                entity,
                sentence: view_sentence,
                token: 0,
                subject_of: None,
                is_quoted: false,
            });
            return;
        }
        let line = segment.text.trim();
        let is_role = line.len() <= 80
            && line
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .any(|word| nominals::is_role_noun(&word.to_lowercase()));
        if let (true, Some(owner)) = (is_role, self.heard.back().map(|heard| heard.entity)) {
            let of = names
                .iter()
                .find_map(|&name| self.draft.mentions[name as usize].entity)
                .filter(|&of| self.draft.entities[of as usize].kind == EntityKind::Organization);
            let span = Span::new(0, segment.text.len() as u32);
            self.role(owner, line.trim_end_matches(','), of, number, span);
        }
    }

    fn role(&mut self, entity: u32, text: &str, of: Option<u32>, segment: usize, span: Span) {
        let known = &mut self.draft.entities[entity as usize];
        let is_new = |role: &Role| role.text != text || role.of != of;
        if known.roles.len() < MOST_ROLES && known.roles.iter().all(is_new) && !text.is_empty() {
            let place = Place {
                segment: segment as u32,
                span,
            };
            known.roles.push(Role {
                text: text.to_owned(),
                of,
                place,
            });
        }
    }

    fn mention(
        &mut self,
        view: &View<'_, '_>,
        segment: usize,
        tokens: std::ops::Range<u32>,
        head: u32,
        form: Form,
        (kind, entity): (EntityKind, Option<u32>),
    ) -> u32 {
        let bytes = view
            .segment
            .annotated
            .bytes(tokens.start as usize..tokens.end as usize);
        let kind = entity.map_or(kind, |entity| self.draft.entities[entity as usize].kind);
        if let Some(entity) = entity {
            self.hear(view, entity, head);
        }
        self.draft.mentions.push(Mention {
            place: Place {
                segment: segment as u32,
                span: Span::new(bytes.start as u32, bytes.end as u32),
            },
            tokens,
            head,
            label: super::draft::label_of(kind).to_owned(),
            form,
            entity,
            joined_by: match form {
                Form::Pronoun => JoinedBy::Pronoun,
                _ => JoinedBy::Description,
            },
        });
        self.draft.mentions.len() as u32 - 1
    }

    /// The entity of the mention that a token heads or is in.
    fn entity_at(&self, spots: &Spots, at: u32) -> Option<u32> {
        let at = at as usize;
        let mention = spots.headed[at].or(spots.covered[at])?;
        self.draft.mentions[mention as usize].entity
    }

    /// The one who says "I" outside of quotation marks.
    fn author(&self, number: usize) -> Option<u32> {
        let segment = &self.document.segments[number];
        if segment.quoted.is_some() {
            return self.draft.quoted.get(number).copied().flatten();
        }
        match (&self.draft.authors[..], self.document.facts.kind) {
            (&[author], DocumentKind::Message | DocumentKind::Article) => author,
            _ => None,
        }
    }
}

/// Whether a name stands alone in its line before a comma, perhaps after a word of greeting.
fn is_greeted(text: &str, name: Span) -> bool {
    let (before, behind) = (&text[..name.start as usize], &text[name.end as usize..]);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let ends = behind.starts_with([',', ':', '!', '.', ';'])
        || behind.trim_start_matches(' ').starts_with('\n');
    let rest = behind.trim_start_matches([',', ':', '!', '.', ';', ' ']);
    ends && line.split_whitespace().count() <= 2 && (rest.is_empty() || rest.starts_with('\n'))
}

/// Whether a title says what somebody is, and not only how they are greeted.
fn is_office(title: &str) -> bool {
    NAMES.titles.other.contains(title) && nominals::is_role_noun(title)
}
