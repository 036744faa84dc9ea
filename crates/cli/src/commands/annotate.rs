//! `onrecord annotate`: sentences, words and names of texts as they are given; no case is touched.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use onrecord_language::{Annotated, Pipeline, TextKind, detect, filter_mentions};
use serde_json::{Value, json};

use super::model::installed;
use crate::args::Shared;
use crate::out::{Found, one_line, stdout};

/// Sentences, words and names of a text; no case is touched.
#[derive(Debug, Args)]
pub(crate) struct Annotate {
    /// The text, or `-` for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Also print every word with tag, lemma, head and label
    #[arg(long)]
    tokens: bool,
    /// Read lines {"id","text"} and write one object a line
    #[arg(long)]
    jsonl: bool,
    /// What offsets count
    #[arg(long, value_enum, default_value = "bytes")]
    offsets: Offsets,
    /// Threads
    #[arg(long, default_value_t = 1, value_name = "N")]
    workers: usize,
    /// The language, if it is not to be found out
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Offsets {
    Bytes,
    Chars,
}

/// Texts that are read before they are annotated and written.
const BATCH: usize = 512;

impl Annotate {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let pipelines: Vec<Pipeline> = installed()?.into_iter().map(|p| p.1).collect();
        let mut input = self.open()?;
        let mut out = stdout();
        if !self.jsonl {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let value = self.annotated(&json!({ "text": text }), &pipelines, &mut Vec::new());
            if shared.json {
                writeln!(out, "{value}")?;
            } else {
                print(&mut out, &value)?;
            }
            out.flush()?;
            return Ok(Found::Something);
        }
        let mut any = false;
        let mut lines = input.lines();
        loop {
            let batch: Vec<String> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
            if batch.is_empty() {
                break;
            }
            any = true;
            for line in self.batch(&batch, &pipelines)? {
                writeln!(out, "{line}")?;
            }
        }
        out.flush()?;
        Ok(Found::from(any))
    }

    fn open(&self) -> anyhow::Result<Box<dyn BufRead>> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(BufReader::new(std::io::stdin())));
        }
        let file = std::fs::File::open(&self.file)
            .with_context(|| format!("{}: cannot open it", self.file.display()))?;
        Ok(Box::new(BufReader::new(file)))
    }

    /// The results of a batch in its order, whatever the number of workers.
    fn batch(&self, lines: &[String], pipelines: &[Pipeline]) -> anyhow::Result<Vec<Value>> {
        let documents: Vec<Value> = lines
            .iter()
            .map(|line| {
                serde_json::from_str(line)
                    .with_context(|| format!("not a JSON object: {}", one_line(line)))
            })
            .collect::<Result<_, _>>()?;
        let size = documents.len().div_ceil(self.workers.max(1));
        std::thread::scope(|scope| {
            let workers: Vec<_> = documents
                .chunks(size)
                .map(|part| {
                    scope.spawn(move || {
                        let mut workspaces = Vec::new();
                        part.iter()
                            .map(|d| self.annotated(d, pipelines, &mut workspaces))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut all = Vec::new();
            for worker in workers {
                all.extend(worker.join().map_err(|_| {
                    anyhow::anyhow!("a worker failed; report the text it failed on")
                })?);
            }
            Ok(all)
        })
    }

    fn annotated(
        &self,
        document: &Value,
        pipelines: &[Pipeline],
        workspaces: &mut Vec<onrecord_language::Workspace>,
    ) -> Value {
        let text = document["text"].as_str().unwrap_or_default();
        let found = self.language.clone().or_else(|| {
            detect(text)
                .filter(|d| d.is_reliable)
                .map(|d| d.code.to_owned())
        });
        // A text too short to tell is read as English, which does least harm: names are found, or nothing is.
        let language = found.clone().unwrap_or_else(|| "en".to_owned());
        let mut value = json!({
            "format_version": 1, "id": document["id"], "text": text, "language": found,
            "sentences": [], "mentions": [], "entities": [], "statements": [], "links": [], "problems": [],
        });
        let Some(i) = pipelines.iter().position(|p| p.info().language == language) else {
            let message = format!(
                "not annotated: no pipeline for {language}; add one with `onrecord model add WHEEL`"
            );
            value["problems"] = json!([{ "code": "no-pipeline", "message": message }]);
            return value;
        };
        while workspaces.len() < pipelines.len() {
            workspaces.push(pipelines[workspaces.len()].workspace());
        }
        let annotated = pipelines[i].annotate(text, &mut workspaces[i]);
        self.fill(&mut value, text, &annotated);
        value
    }

    fn fill(&self, value: &mut Value, text: &str, a: &Annotated) {
        let mut at = Places {
            text,
            bytes: 0,
            chars: 0,
            count: self.offsets == Offsets::Chars,
        };
        let places: Vec<(usize, usize)> = a
            .tokens()
            .iter()
            .map(|t| (at.of(t.start as usize), at.of(t.end as usize)))
            .collect();
        let sentences = a
            .sentences()
            .map(|s| json!([places[s.start].0, places[s.end - 1].1]));
        value["sentences"] = sentences.collect();
        let mut at = Places {
            text,
            bytes: 0,
            chars: 0,
            count: self.offsets == Offsets::Chars,
        };
        let mentions = filter_mentions(a, text, TextKind::Prose);
        let mentions = mentions.iter().map(|m| {
            let words = &text[m.start as usize..m.end as usize];
            json!({ "start": at.of(m.start as usize), "end": at.of(m.end as usize), "label": a.label(m.label),
                    "form": "name", "text": words, "entity": null })
        });
        value["mentions"] = mentions.collect();
        if self.tokens {
            let tokens = a.tokens().iter().zip(&places).map(|(t, place)| {
                json!({ "start": place.0, "end": place.1, "tag": a.label(t.tag), "pos": a.label(t.pos),
                        "lemma": a.lemma(t), "head": t.head, "dep": a.label(t.dep), "ent_iob": t.ent_iob as u8,
                        "ent_type": a.label(t.ent_type) })
            });
            value["tokens"] = tokens.collect();
        }
    }
}

/// Offsets as they were asked for; places are asked for in ascending order.
struct Places<'a> {
    text: &'a str,
    bytes: usize,
    chars: usize,
    count: bool,
}

impl Places<'_> {
    fn of(&mut self, bytes: usize) -> usize {
        if !self.count {
            return bytes;
        }
        self.chars += self.text[self.bytes..bytes].chars().count();
        self.bytes = bytes;
        self.chars
    }
}

fn print(out: &mut impl Write, value: &Value) -> anyhow::Result<()> {
    for problem in value["problems"].as_array().into_iter().flatten() {
        eprintln!("{}", problem["message"].as_str().unwrap_or_default());
    }
    for mention in value["mentions"].as_array().into_iter().flatten() {
        let text = one_line(mention["text"].as_str().unwrap_or_default());
        writeln!(
            out,
            "{}\t{}\t{}\t{text}",
            mention["start"],
            mention["end"],
            mention["label"].as_str().unwrap_or_default()
        )?;
    }
    for token in value["tokens"].as_array().into_iter().flatten() {
        let field = |name: &str| one_line(token[name].as_str().unwrap_or_default());
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            token["start"],
            token["end"],
            field("tag"),
            field("pos"),
            field("lemma"),
            token["head"],
            field("dep")
        )?;
    }
    Ok(())
}
