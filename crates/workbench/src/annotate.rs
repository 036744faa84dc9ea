//! One document annotated on its own; no case is touched.

use onrecord_pipeline::entities::{DocumentKind, EntityKind, Facts, Form, Gender, Party, Role};
use onrecord_pipeline::network::{Amount, Link, LinkStance};
use onrecord_pipeline::statements::{Certainty, Manner, Polarity, SourceKind, Stance, Statement};
use onrecord_pipeline::{Annotate, AnnotateInput, AnnotatedText, Reading, TextShape};
use onrecord_record::{FORMAT_VERSION, PartialDate, Place, Problem, ProblemCode, Span};
use serde::{Deserialize, Serialize};

/// A document to annotate; unknown keys are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct InputDocument {
    /// Its name, given back as it is.
    #[serde(default)]
    pub id: serde_json::Value,
    /// Its text.
    pub text: String,
    /// When it was written: an ISO 8601 date or moment.
    #[serde(default)]
    pub date: Option<String>,
    /// Who wrote it: a name, `Name <address>`, an address.
    #[serde(default)]
    pub author: Option<String>,
    /// Who received it, written like the author.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// What it is: `article`, `message`, `table`.
    #[serde(default)]
    pub kind: Option<String>,
}

/// How to annotate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnotateOptions {
    /// How the text is divided first; [`TextShape::Raw`] takes it as it is.
    pub shape: TextShape,
    /// Whether tokens are given.
    pub tokens: bool,
    /// Whether offsets count Unicode code points in place of UTF-8 bytes.
    pub chars: bool,
}

/// An annotated document. Offsets are half-open, into `text`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnotationView {
    /// Version of this object.
    pub format_version: u32,
    /// Its name.
    pub id: serde_json::Value,
    /// Its text, as given.
    pub text: String,
    /// Code of its language, where it could be told.
    pub language: Option<String>,
    /// Sentences.
    pub sentences: Vec<(u32, u32)>,
    /// Tokens: spaCy's own answer, unfiltered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<TokenView>>,
    /// Names worth showing.
    pub mentions: Vec<MentionView>,
    /// Who and what the text speaks of.
    pub entities: Vec<EntityView>,
    /// Who says what.
    pub statements: Vec<StatementView>,
    /// Ties that the text states.
    pub links: Vec<LinkView>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A token, as spaCy gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenView {
    /// First byte or code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Fine-grained tag.
    pub tag: String,
    /// Universal part of speech.
    pub pos: String,
    /// Lemma.
    pub lemma: String,
    /// Number of the token that it depends on; its own for a root.
    pub head: u32,
    /// Relation to the head.
    pub dep: String,
    /// `B`, `I` or `O`.
    pub ent_iob: &'static str,
    /// Label of the entity; empty outside.
    pub ent_type: String,
}

/// A place where an entity is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionView {
    /// First byte or code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
    /// Name, description or pronoun.
    pub form: Form,
    /// The exact quote.
    pub text: String,
    /// Number of the entity; `null` where it cannot be told safely.
    pub entity: Option<u32>,
}

/// Somebody or something that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityView {
    /// What it is.
    pub kind: EntityKind,
    /// The fullest name; of an unnamed one its description.
    pub name: String,
    /// All names as found.
    pub names: Vec<String>,
    /// Numbers of its mentions; none of one whom `author` or `recipients` alone name.
    pub mentions: Vec<u32>,
    /// Mail addresses, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// What it is said to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleView>,
    /// Of a person, where the text shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Whether the text never names it: it is joined to nobody.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
}

/// What somebody is said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// The words.
    pub text: String,
    /// Number of the entity that the role is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

/// Who says what, how firmly. Spans are half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementView {
    /// Who says it.
    pub source: Vec<(u32, u32)>,
    /// The words that mark it as said.
    pub cue: Vec<(u32, u32)>,
    /// What is said.
    pub content: Vec<(u32, u32)>,
    /// How the source stands to it.
    pub stance: Stance,
    /// How sure the source is.
    pub certainty: Certainty,
    /// Whether the content is affirmed.
    pub polarity: Polarity,
    /// Word for word or not.
    pub manner: Manner,
    /// What kind of source it is.
    pub source_kind: SourceKind,
    /// Number of the source's entity.
    pub source_entity: Option<u32>,
    /// Number of the statement that directly holds this one.
    pub parent: Option<u32>,
    /// Numbers of the statements that pass it on, outermost first.
    pub via: Vec<u32>,
}

/// A tie that a text states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkView {
    /// Number of the entity at the one end.
    pub from: u32,
    /// Number of the entity at the other end.
    pub to: u32,
    /// Type of the tie.
    #[serde(rename = "type")]
    pub kind: String,
    /// In which role.
    pub role: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Since when.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Number of the innermost statement that holds it.
    pub statement: Option<u32>,
    /// How firmly it is stated.
    pub stance: LinkStance,
    /// The words that show it.
    pub evidence: Vec<(u32, u32)>,
}

/// Annotates a document with a pipeline, by the same code as a case; without one, the view says
/// what is lacking. `language` is that of the text, as far as it could be told.
#[must_use]
pub fn annotate_document(
    document: InputDocument,
    language: Option<String>,
    annotate: Option<&Annotate>,
    options: &AnnotateOptions,
) -> AnnotationView {
    let mut view = AnnotationView {
        format_version: FORMAT_VERSION,
        id: document.id.clone(),
        text: document.text.clone(),
        language,
        sentences: Vec::new(),
        tokens: options.tokens.then(Vec::new),
        mentions: Vec::new(),
        entities: Vec::new(),
        statements: Vec::new(),
        links: Vec::new(),
        problems: Vec::new(),
    };
    let used = annotate.map(|annotate| annotate.pipeline().info().language.as_str());
    view.problems
        .extend(pipeline_problem(view.language.as_deref(), used));
    if let Some(annotate) = annotate {
        let input = AnnotateInput {
            text: &view.text,
            shape: options.shape,
        };
        let annotated = annotate.run_on(input);
        fill(&mut view, &annotated);
        read(&mut view, &annotated, &facts(&document, options.shape));
        if options.chars {
            count_chars(&mut view);
        }
    }
    view
}

fn pipeline_problem(language: Option<&str>, used: Option<&str>) -> Option<Problem> {
    let message = match (language, used) {
        (Some(language), None) => format!("not annotated: no pipeline for {language}"),
        (None, None) => "not annotated: no pipeline has been added".to_owned(),
        (Some(language), Some(used)) if language != used => {
            format!(
                "the text reads as {language}, for which there is no pipeline; annotated as {used}"
            )
        }
        _ => return None,
    };
    Some(Problem::new(ProblemCode::NoPipeline, message))
}

fn fill(view: &mut AnnotationView, annotated: &AnnotatedText) {
    let mut first_token = 0;
    for segment in &annotated.segments {
        let lead_back =
            |start: u32, end: u32| segment.segment.view.stored_span(Span::new(start, end));
        let annotation = &segment.annotated;
        for sentence in annotation.sentences() {
            let bytes = annotation.bytes(sentence);
            let span = lead_back(bytes.start as u32, bytes.end as u32);
            view.sentences.push((span.start, span.end));
        }
        if let Some(tokens) = &mut view.tokens {
            tokens.extend(annotation.tokens().iter().map(|token| {
                let span = lead_back(token.start, token.end);
                TokenView {
                    start: span.start,
                    end: span.end,
                    tag: annotation.label(token.tag).to_owned(),
                    pos: annotation.label(token.pos).to_owned(),
                    lemma: annotation.lemma(token).to_owned(),
                    head: token.head + first_token,
                    dep: annotation.label(token.dep).to_owned(),
                    ent_iob: match token.ent_iob as u8 {
                        3 => "B",
                        1 => "I",
                        _ => "O",
                    },
                    ent_type: annotation.label(token.ent_type).to_owned(),
                }
            }));
        }
        first_token += annotation.tokens().len() as u32;
    }
}

/// What the document says of itself.
fn facts(document: &InputDocument, shape: TextShape) -> Facts {
    let kind = match document.kind.as_deref() {
        Some("article") => DocumentKind::Article,
        Some("message" | "mail") => DocumentKind::Message,
        Some("table") => DocumentKind::Table,
        _ => match shape {
            TextShape::Mail { .. } => DocumentKind::Message,
            TextShape::Article => DocumentKind::Article,
            TextShape::Table { .. } => DocumentKind::Table,
            TextShape::Plain | TextShape::Raw => DocumentKind::Text,
        },
    };
    Facts {
        kind,
        date: document.date.as_deref().and_then(day),
        authors: document.author.as_deref().map(party).into_iter().collect(),
        recipients: document
            .recipients
            .iter()
            .map(|written| party(written))
            .collect(),
        ..Facts::default()
    }
}

/// A name, `Name <address>`, or an address.
fn party(written: &str) -> Party {
    let (name, address) = match written.split_once('<') {
        Some((name, rest)) => (name, Some(rest.split('>').next().unwrap_or(rest))),
        None if written.contains('@') => ("", Some(written)),
        None => (written, None),
    };
    let name = name.trim().trim_matches('"');
    Party {
        name: (!name.is_empty()).then(|| name.to_owned()),
        address: address.map(|address| address.trim().to_lowercase()),
    }
}

/// The day of an ISO 8601 date or moment.
fn day(text: &str) -> Option<PartialDate> {
    text.split(['T', ' ']).next()?.parse().ok()
}

/// Adds entities, statements and ties.
fn read(view: &mut AnnotationView, annotated: &AnnotatedText, facts: &Facts) {
    let reading = Reading::of(annotated, facts);
    let entities = &reading.entities;
    let mentions = entities.mentions.iter().map(|mention| {
        let span = annotated.stored(mention.place);
        MentionView {
            start: span.start,
            end: span.end,
            label: mention.label.clone(),
            form: mention.form,
            text: view.text.get(span.range()).unwrap_or_default().to_owned(),
            entity: mention.entity,
        }
    });
    view.mentions = mentions.collect();
    let known = entities.entities.iter().map(|entity| EntityView {
        kind: entity.kind,
        name: entity.name.clone(),
        names: entity.names.clone(),
        mentions: entity.mentions.clone(),
        addresses: entity.addresses.clone(),
        roles: entity.roles.iter().map(role).collect(),
        gender: entity.gender,
        unnamed: entity.unnamed,
    });
    view.entities = known.collect();
    let statements = reading.statements.iter();
    view.statements = statements.map(|one| statement(annotated, one)).collect();
    let links = reading.links.iter();
    view.links = links
        .filter_map(|one| link(annotated, &reading, one))
        .collect();
}

fn role(role: &Role) -> RoleView {
    RoleView {
        text: role.text.clone(),
        of: role.of,
    }
}

fn spans(annotated: &AnnotatedText, places: &[Place]) -> Vec<(u32, u32)> {
    let spans = places.iter().map(|&place| annotated.stored(place));
    spans.map(|span| (span.start, span.end)).collect()
}

fn statement(annotated: &AnnotatedText, statement: &Statement) -> StatementView {
    StatementView {
        source: spans(annotated, &statement.source),
        cue: spans(annotated, &statement.cue),
        content: spans(annotated, &statement.content),
        stance: statement.stance,
        certainty: statement.certainty,
        polarity: statement.polarity,
        manner: statement.manner,
        source_kind: statement.source_kind,
        source_entity: statement.source_entity,
        parent: statement.parent,
        via: statement.via.clone(),
    }
}

/// `None` where an end is nobody's mention.
fn link(annotated: &AnnotatedText, reading: &Reading, link: &Link) -> Option<LinkView> {
    let end = |mention: u32| reading.entities.mentions.get(mention as usize)?.entity;
    Some(LinkView {
        from: end(link.from)?,
        to: end(link.to)?,
        kind: link.kind.clone(),
        role: link.role.clone(),
        amount: link.amount.clone(),
        since: link.since.clone(),
        until: link.until.clone(),
        statement: link.statement,
        stance: link.stance,
        evidence: spans(annotated, &link.evidence),
    })
}

/// Offsets in bytes become offsets in code points.
fn count_chars(view: &mut AnnotationView) {
    let mut starts = vec![0u32; view.text.len() + 1];
    let mut number = 0;
    for (at, c) in view.text.char_indices() {
        starts[at..at + c.len_utf8()].fill(number);
        number += 1;
    }
    starts[view.text.len()] = number;
    let chars = |byte: &mut u32| *byte = starts[*byte as usize];
    for (start, end) in &mut view.sentences {
        chars(start);
        chars(end);
    }
    for token in view.tokens.iter_mut().flatten() {
        chars(&mut token.start);
        chars(&mut token.end);
    }
    for mention in &mut view.mentions {
        chars(&mut mention.start);
        chars(&mut mention.end);
    }
    let statements = view.statements.iter_mut();
    let parts = statements.flat_map(|one| [&mut one.source, &mut one.cue, &mut one.content]);
    let evidence = view.links.iter_mut().map(|link| &mut link.evidence);
    for (start, end) in parts.chain(evidence).flatten() {
        chars(start);
        chars(end);
    }
}
