//! Stage `annotate`: words, sentences, trees and names of a text, kept compactly.

mod bounds;
mod carried;
mod form;
mod names;
mod technical;
pub(crate) mod words;

use std::sync::{Arc, Mutex, PoisonError};

use onrecord_entities::Name;
use onrecord_language::{Annotated, DecodeError, Labels, Pipeline, Workspace};
use onrecord_record::{SegmentKind, Span};

use crate::segments::{Segment, TextShape, segments};
use crate::stage::{Fingerprint, STAGES, Stage, StageInfo};

/// Raised whenever the division into segments or the filter of mentions changes.
const VERSION: u32 = 4;
/// Version of the bytes of [`AnnotatedText::encode`].
const FORMAT: u8 = 1;

/// A text to annotate.
#[derive(Debug, Clone, Copy)]
pub struct AnnotateInput<'a> {
    /// The stored text.
    pub text: &'a str,
    /// What it is, as far as its lines go.
    pub shape: TextShape,
}

/// A text's segments with their annotations.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotatedText {
    /// In the order of the text.
    pub segments: Vec<AnnotatedSegment>,
}

/// A segment with its annotation, whose positions are bytes of the segment's view.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotatedSegment {
    /// The segment.
    pub segment: Segment,
    /// Tokens, tree and names of its view.
    pub annotated: Annotated,
}

/// A name worth showing, in the stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionRow {
    /// Where it stands in the stored text; the quote is exactly these bytes.
    pub span: Span,
    /// `PERSON`, `ORG`, `GPE`, …
    pub label: String,
    /// The name with re-joined lines, as a person would write it.
    pub name: String,
    /// What kind of segment it stands in.
    pub segment: SegmentKind,
}

/// Annotates with one pipeline. Workspaces are reused, so that many threads share one `Annotate`.
pub struct Annotate {
    pipeline: Pipeline,
    idle: Mutex<Vec<Workspace>>,
}

impl Annotate {
    /// A stage that annotates with this pipeline.
    #[must_use]
    pub fn new(pipeline: Pipeline) -> Self {
        Self {
            pipeline,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// The pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Annotates one piece of text as it is given.
    #[must_use]
    pub fn annotate(&self, text: &str) -> Annotated {
        let mut workspace = self.take_workspace();
        let annotated = self.pipeline.annotate(text, &mut workspace);
        self.give_back(workspace);
        annotated
    }

    fn take_workspace(&self) -> Workspace {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.unwrap_or_else(|| self.pipeline.workspace())
    }

    fn give_back(&self, workspace: Workspace) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(workspace);
    }
}

impl Stage for Annotate {
    type Input = AnnotateInput<'static>;
    type Output = AnnotatedText;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("annotate").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        let info = self.pipeline.info();
        let mut depends_on = vec![info.name.as_str(), &info.version];
        depends_on.extend(info.files.iter().map(|(_, hash)| hash.as_str()));
        Fingerprint::new("annotate", VERSION, &depends_on)
    }

    fn run(&self, input: &AnnotateInput<'static>) -> AnnotatedText {
        self.run_on(*input)
    }

    fn merge(&self, parts: Vec<AnnotatedText>) -> AnnotatedText {
        AnnotatedText {
            segments: parts.into_iter().flat_map(|part| part.segments).collect(),
        }
    }
}

impl Annotate {
    /// [`Stage::run`] for a text that is borrowed for a short time.
    #[must_use]
    pub fn run_on(&self, input: AnnotateInput<'_>) -> AnnotatedText {
        let mut workspace = self.take_workspace();
        let segments = segments(input.text, input.shape)
            .into_iter()
            .map(|segment| AnnotatedSegment {
                annotated: self.pipeline.annotate(segment.view.text(), &mut workspace),
                segment,
            })
            .collect();
        self.give_back(workspace);
        AnnotatedText { segments }
    }
}

impl AnnotatedSegment {
    fn mention(&self, name: &Name) -> MentionRow {
        let view = &self.segment.view;
        let words = view.text().get(name.span.range()).unwrap_or_default();
        MentionRow {
            span: view.stored_span(name.span),
            label: name.label.clone(),
            name: words.split_whitespace().collect::<Vec<_>>().join(" "),
            segment: self.segment.kind,
        }
    }
}

impl AnnotatedText {
    /// Number of tokens.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.segments
            .iter()
            .map(|segment| segment.annotated.tokens().len())
            .sum()
    }

    /// The names worth showing of each segment, in the order of its view.
    #[must_use]
    pub fn names(&self) -> Vec<Vec<Name>> {
        names::names(&self.segments)
    }

    /// The names worth showing, in the order of the text.
    #[must_use]
    pub fn mentions(&self) -> Vec<MentionRow> {
        let names = self.names();
        let rows = self
            .segments
            .iter()
            .zip(&names)
            .flat_map(|(segment, names)| names.iter().map(|name| segment.mention(name)));
        rows.collect()
    }

    /// The annotations as bytes; the segments are found again from the text.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        out.extend((self.segments.len() as u32).to_le_bytes());
        for segment in &self.segments {
            let bytes = segment.annotated.encode();
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend(bytes);
        }
        out
    }

    /// Reads back what [`Self::encode`] wrote; needs no nets.
    ///
    /// # Errors
    /// Bytes of another version, of other labels, or that are no annotation of this text.
    pub fn decode(
        bytes: &[u8],
        input: AnnotateInput<'_>,
        labels: &Arc<Labels>,
    ) -> Result<Self, DecodeError> {
        let damaged = |rest: &[u8]| DecodeError::Damaged {
            offset: bytes.len() - rest.len(),
        };
        let (&version, rest) = bytes
            .split_first()
            .ok_or(DecodeError::Damaged { offset: 0 })?;
        if version != FORMAT {
            return Err(DecodeError::Version { found: version });
        }
        let (count, mut rest) = rest.split_first_chunk().ok_or(damaged(rest))?;
        let segments = segments(input.text, input.shape);
        if u32::from_le_bytes(*count) as usize != segments.len() {
            return Err(damaged(rest));
        }
        let mut annotated = Vec::with_capacity(segments.len());
        for segment in segments {
            let (length, after) = rest.split_first_chunk().ok_or(damaged(rest))?;
            let length = u32::from_le_bytes(*length) as usize;
            let (own, after) = after.split_at_checked(length).ok_or(damaged(after))?;
            rest = after;
            annotated.push(AnnotatedSegment {
                annotated: Annotated::decode(own, labels)?,
                segment,
            });
        }
        Ok(Self {
            segments: annotated,
        })
    }
}
