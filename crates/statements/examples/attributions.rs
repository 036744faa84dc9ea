//! Finds the attributions of texts, one JSON object `{"id","text"}` a line, in the format of the scorer.
//!
//! `attributions MODEL TEXTS.jsonl [--cost]`: with `--cost`, what each step takes instead, one thread.

use std::time::{Duration, Instant};

use onrecord_entities::{Document, Facts, Segment, entities_of_document};
use onrecord_language::{LoadOptions, Pipeline};
use onrecord_record::SegmentKind;
use onrecord_statements::statements_of_document;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, texts, rest @ ..] = args.as_slice() else {
        return Err("give a model and a file of texts".into());
    };
    let is_measured = rest.iter().any(|argument| argument == "--cost");
    let mut spent = [Duration::ZERO; 3];
    let mut n_tokens = 0;
    let pipeline = Pipeline::load(model.as_ref(), &LoadOptions::default())?;
    let mut workspace = pipeline.workspace();
    #[allow(clippy::disallowed_methods, reason = "an example reads its input")]
    let file = std::fs::read_to_string(texts)?;
    for line in file.lines() {
        let value: Value = serde_json::from_str(line)?;
        let text = value["text"].as_str().unwrap_or_default();
        let start = now();
        let annotated = pipeline.annotate(text, &mut workspace);
        let annotated_at = now();
        n_tokens += annotated.tokens().len();
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
        let resolved_at = now();
        let statements = statements_of_document(&document, &entities);
        let times = [
            annotated_at - start,
            resolved_at - annotated_at,
            resolved_at.elapsed(),
        ];
        for (all, one) in spent.iter_mut().zip(times) {
            *all += one;
        }
        if is_measured {
            continue;
        }
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
    if is_measured {
        let [annotate, entities, statements] = spent.map(|time| time.as_secs_f64());
        println!(
            "{n_tokens} tokens; annotate {annotate:.3} s, entities {entities:.3} s, statements {statements:.3} s"
        );
        println!(
            "statements cost {:.1} % of the language engine",
            100.0 * statements / annotate
        );
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "it measures time")]
fn now() -> Instant {
    Instant::now()
}
