//! What ties out of text cost beside the language engine: a text a line on standard input.
//!
//! `cargo run --release --example cost -p onrecord-network -- MODEL < texts.txt`
#![allow(clippy::disallowed_methods)] // reads a model and the clock: that is its work

use std::io::BufRead;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use onrecord_network::links_of_document;
use onrecord_network::statements::entities::language::{LoadOptions, Pipeline};
use onrecord_network::statements::entities::{
    Document, Facts, Name, Segment, entities_of_document,
};
use onrecord_network::statements::statements_of_document;
use onrecord_record::{SegmentKind, Span};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::args_os().nth(1).map(PathBuf::from);
    let model = model.ok_or("name the folder of a model")?;
    let pipeline = Pipeline::load(&model, &LoadOptions::default())?;
    let mut workspace = pipeline.workspace();
    let mut spent = [Duration::ZERO; 4];
    let (mut n_tokens, mut n_links) = (0, 0);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let text = line.as_str();
        let mut last = Instant::now();
        let mut lap = |step: usize| {
            let now = Instant::now();
            spent[step] += now - last;
            last = now;
        };
        let annotated = pipeline.annotate(text, &mut workspace);
        lap(0);
        let names = annotated.entities().map(|entity| {
            let bytes = annotated.bytes(entity.first as usize..entity.last as usize);
            Name {
                span: Span::new(bytes.start as u32, bytes.end as u32),
                label: annotated.label(entity.label).to_owned(),
            }
        });
        let facts = Facts::default();
        let names = names.collect();
        let segment = Segment {
            kind: SegmentKind::Prose,
            text,
            annotated: &annotated,
            names,
            quoted: None,
        };
        let document = Document {
            facts: &facts,
            segments: vec![segment],
        };
        let entities = entities_of_document(&document);
        lap(1);
        let statements = statements_of_document(&document, &entities);
        lap(2);
        n_links += links_of_document(&document, &entities, &statements).len();
        lap(3);
        n_tokens += annotated.tokens().len();
    }
    println!("{n_tokens} tokens, {n_links} ties");
    for (step, spent) in ["language", "entities", "statements", "ties"]
        .iter()
        .zip(spent)
    {
        println!("{step:<12}{:>9.3} s", spent.as_secs_f64());
    }
    Ok(())
}
