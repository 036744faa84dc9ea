//! One document annotated on its own; no case is touched.

use onrecord_pipeline::{Annotate, AnnotateInput, AnnotatedText, MentionRow, TextShape};
use onrecord_record::{FORMAT_VERSION, Problem, ProblemCode, Span};
use serde::{Deserialize, Serialize};

/// A document to annotate; unknown keys are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct InputDocument {
    /// Its name, given back as it is.
    #[serde(default)]
    pub id: serde_json::Value,
    /// Its text.
    pub text: String,
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
    /// Empty until entities are resolved.
    pub entities: Vec<serde_json::Value>,
    /// Empty until statements are read.
    pub statements: Vec<serde_json::Value>,
    /// Empty until ties are read.
    pub links: Vec<serde_json::Value>,
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

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionView {
    /// First byte or code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
    /// `name`.
    pub form: &'static str,
    /// The exact quote.
    pub text: String,
    /// The entity; `null` until entities are resolved.
    pub entity: Option<u32>,
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
        id: document.id,
        text: document.text,
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
    view.mentions = annotated
        .mentions()
        .into_iter()
        .map(|row| mention(&view.text, row))
        .collect();
}

fn mention(text: &str, row: MentionRow) -> MentionView {
    MentionView {
        start: row.span.start,
        end: row.span.end,
        label: row.label,
        form: "name",
        text: text.get(row.span.range()).unwrap_or_default().to_owned(),
        entity: None,
    }
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
}
