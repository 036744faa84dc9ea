//! Finds the attributions of texts, one JSON object `{"id","text"}` a line, in the format of the scorer.
//!
//! `attributions MODEL TEXTS.jsonl`

use onrecord_entities::{Document, Facts, Segment, entities_of_document};
use onrecord_language::{LoadOptions, Pipeline};
use onrecord_record::SegmentKind;
use onrecord_statements::statements_of_document;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, texts] = args.as_slice() else {
        return Err("give a model and a file of texts".into());
    };
    let pipeline = Pipeline::load(model.as_ref(), &LoadOptions::default())?;
    let mut workspace = pipeline.workspace();
    #[allow(clippy::disallowed_methods, reason = "an example reads its input")]
    let file = std::fs::read_to_string(texts)?;
    for line in file.lines() {
        let value: Value = serde_json::from_str(line)?;
        let text = value["text"].as_str().unwrap_or_default();
        let annotated = pipeline.annotate(text, &mut workspace);
        let facts = Facts::default();
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
        let entities = entities_of_document(&document);
        let statements = statements_of_document(&document, &entities);
        let chars = |places: &[onrecord_record::Place]| {
            let count = |byte: u32| text[..byte as usize].chars().count();
            let spans = places
                .iter()
                .map(|p| [count(p.span.start), count(p.span.end)]);
            spans.collect::<Vec<_>>()
        };
        let found: Vec<Value> = statements
            .iter()
            .map(|one| {
                json!({"source": chars(&one.source), "cue": chars(&one.cue), "content": chars(&one.content),
                       "parent": one.parent, "stance": one.stance, "source_kind": one.source_kind, "certainty": one.certainty,
                       "polarity": one.polarity, "manner": one.manner})
            })
            .collect();
        println!("{}", json!({"id": value["id"], "attributions": found}));
    }
    Ok(())
}
