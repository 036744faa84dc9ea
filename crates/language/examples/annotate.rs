//! Annotates texts, one JSON object `{"text"}` a line, and prints what parity and speed are measured on.
//!
//! `annotate MODEL TEXTS.jsonl [--isa NAME] [--trust] [--mentions | --quiet [--threads N] [--repeat N]]`

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow_free::Outcome;
use onrecord_language::{
    Annotated, EntityIob, Isa, LoadOptions, Pipeline, TextKind, Trust, filter_mentions,
};

mod anyhow_free {
    /// Any error, boxed: an example needs no more.
    pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
}

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        args.iter()
            .position(|a| a == name)
            .and_then(|i| args.get(i + 1))
    };
    let isa = match value("--isa") {
        Some(name) => Isa::from_name(name).ok_or("an unknown instruction set")?,
        None => Isa::best(),
    };
    let trust = if args.iter().any(|a| a == "--trust") {
        Trust::Any
    } else {
        Trust::KnownOnly
    };
    let [model, texts, ..] = args.as_slice() else {
        return Err("give a model and a file of texts".into());
    };
    let pipeline = Pipeline::load(model.as_ref(), &LoadOptions { isa, trust })?;
    #[allow(clippy::disallowed_methods, reason = "an example reads its input")]
    let file = std::fs::read_to_string(texts)?;
    let mut docs = Vec::new();
    for line in file.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        docs.push(value["text"].as_str().unwrap_or_default().to_owned());
    }
    let quiet = args.iter().any(|a| a == "--quiet");
    let threads: usize = value("--threads").map_or(Ok(1), |n| n.parse())?;
    let repeat: usize = value("--repeat").map_or(Ok(1), |n| n.parse())?;
    eprintln!("{} on {}", pipeline.info().name, pipeline.isa().name());
    if quiet {
        // Whoever is done takes the next text, as in a case: texts differ in length.
        let next = AtomicUsize::new(0);
        let work = || {
            let mut workspace = pipeline.workspace();
            let mut n = 0;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= docs.len() * repeat {
                    return n;
                }
                let text = &docs[at % docs.len()];
                n += pipeline.annotate(text, &mut workspace).tokens().len();
            }
        };
        let n: usize = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().map(|w| w.join().unwrap_or(0)).sum()
        });
        println!("{{\"tokens\":{n}}}");
        return Ok(());
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut workspace = pipeline.workspace();
    for text in &docs {
        let annotated = pipeline.annotate(text, &mut workspace);
        if args.iter().any(|a| a == "--mentions") {
            let kept = filter_mentions(&annotated, text, TextKind::Prose);
            for entity in annotated.entities() {
                let mention = kept.iter().find(|m| m.entity == entity);
                let bytes = annotated.bytes(entity.first as usize..entity.last as usize);
                let shown = mention.map(|m| &text[m.start as usize..m.end as usize]);
                writeln!(
                    out,
                    "{}\t{:?}\t{:?}",
                    annotated.label(entity.label),
                    &text[bytes],
                    shown
                )?;
            }
            continue;
        }
        writeln!(out, "{}", line(text, &annotated))?;
    }
    Ok(())
}

fn line(text: &str, a: &Annotated) -> serde_json::Value {
    let mut chars = 0;
    let mut at = 0;
    let tokens: Vec<_> = a
        .tokens()
        .iter()
        .map(|t| {
            chars += text[at..t.start as usize].chars().count();
            at = t.start as usize;
            let word = &text[t.start as usize..t.end as usize];
            serde_json::json!([
                chars,
                word.chars().count(),
                a.label(t.tag),
                a.label(t.pos),
                a.label(t.morph),
                a.lemma(t),
                t.head,
                a.label(t.dep),
                t.ent_iob as u8,
                if t.ent_iob == EntityIob::Outside {
                    ""
                } else {
                    a.label(t.ent_type)
                },
                u8::from(t.starts_sentence),
            ])
        })
        .collect();
    let ents: Vec<_> = a
        .entities()
        .map(|e| serde_json::json!([e.first, e.last, a.label(e.label)]))
        .collect();
    serde_json::json!({"text": text, "tokens": tokens, "ents": ents})
}
