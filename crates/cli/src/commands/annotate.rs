//! `onrecord annotate`: the same code as a case runs, on texts of one's own.

use std::io::{BufRead, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use onrecord_workbench::{
    AnnotateOptions, AnnotationView, InputDocument, TextShape, annotate_document, detect_language,
};

use crate::args::Shared;
use crate::models::{HOW_TO_GET_ONE, Shelf};
use crate::out::{Found, json_line, one_line, stdout};

/// Sentences, words and names of a text; no case is touched.
#[derive(Debug, Args)]
pub(crate) struct Annotate {
    /// The text, or - for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Words too, with tag, lemma, head and label: spaCy's own answer
    #[arg(long)]
    tokens: bool,
    /// Lines {"id","text"} in, an object a line out, in the same order
    #[arg(long)]
    jsonl: bool,
    /// What offsets count
    #[arg(long, value_enum, default_value_t = Offsets::Bytes)]
    offsets: Offsets,
    /// Re-join wrapped lines and divide into segments first, as a case does
    #[arg(long = "as", value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// The language, if it is not to be found out
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Documents at a time, with --jsonl
    #[arg(long, value_name = "N", default_value_t = 1)]
    workers: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Offsets {
    /// UTF-8 bytes
    Bytes,
    /// Unicode code points
    Chars,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// The body of a message
    Mail,
    /// A line is a paragraph
    Article,
    /// By what the text looks like
    Auto,
}

impl Annotate {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let shelf = Shelf::open()?;
        if shelf.is_empty() {
            anyhow::bail!("{HOW_TO_GET_ONE}");
        }
        if self.jsonl {
            return self.run_lines(&shelf);
        }
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes)?;
        // What is not UTF-8 is replaced, so that offsets are those of the text that is printed.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let view = self.annotate(
            InputDocument {
                text,
                ..InputDocument::default()
            },
            &shelf,
        );
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &view)?;
        } else {
            print(&mut out, &view)?;
        }
        out.flush()?;
        Ok(Found::from(!view.sentences.is_empty()))
    }

    fn open(&self) -> anyhow::Result<Box<dyn BufRead>> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(std::io::stdin().lock()));
        }
        let file = std::fs::File::open(&self.file)
            .with_context(|| format!("{}: cannot open it", self.file.display()))?;
        Ok(Box::new(std::io::BufReader::new(file)))
    }

    fn annotate(&self, document: InputDocument, shelf: &Shelf) -> AnnotationView {
        let language = self
            .language
            .as_deref()
            .or_else(|| detect_language(&document.text));
        let pipeline = match &self.language {
            Some(asked) => shelf.get(Some(asked)),
            None => shelf.get_or_any(language),
        };
        let shape = match self.kind {
            None => TextShape::Raw,
            Some(Kind::Mail) => TextShape::Mail { flowed: false },
            Some(Kind::Article) => TextShape::Article,
            Some(Kind::Auto) => guess(&document.text),
        };
        let options = AnnotateOptions {
            shape,
            tokens: self.tokens,
            chars: self.offsets == Offsets::Chars,
        };
        let language = language.map(str::to_owned);
        annotate_document(document, language, pipeline.as_deref(), &options)
    }

    /// So many lines at a time that every worker has some.
    fn run_lines(&self, shelf: &Shelf) -> anyhow::Result<Found> {
        let workers = self.workers.max(1);
        let mut lines = self.open()?.split(b'\n').enumerate();
        let mut out = stdout();
        let mut any = false;
        loop {
            let batch = lines
                .by_ref()
                .take(LINES_A_WORKER * workers)
                .map(|(number, line)| Ok((number, line?)))
                .collect::<std::io::Result<Vec<_>>>()?;
            if batch.is_empty() {
                break;
            }
            let documents = batch
                .iter()
                .filter(|(_, line)| !line.trim_ascii().is_empty())
                .map(|(number, line)| parse_line(*number, line))
                .collect::<anyhow::Result<Vec<_>>>()?;
            for view in self.annotate_batch(documents, shelf, workers)? {
                any = true;
                json_line(&mut out, &view)?;
            }
        }
        out.flush()?;
        Ok(Found::from(any))
    }

    fn annotate_batch(
        &self,
        documents: Vec<InputDocument>,
        shelf: &Shelf,
        workers: usize,
    ) -> anyhow::Result<Vec<AnnotationView>> {
        let share = documents.len().div_ceil(workers).max(1);
        std::thread::scope(|scope| {
            let running: Vec<_> = documents
                .chunks(share)
                .map(|part| {
                    let annotate =
                        |document: &InputDocument| self.annotate(document.clone(), shelf);
                    scope.spawn(move || part.iter().map(annotate).collect::<Vec<_>>())
                })
                .collect();
            let mut views = Vec::with_capacity(documents.len());
            for worker in running {
                views.extend(worker.join().map_err(|_| {
                    anyhow::anyhow!("a worker failed; report the text that it failed on")
                })?);
            }
            Ok(views)
        })
    }
}

const LINES_A_WORKER: usize = 128;

fn parse_line(number: usize, line: &[u8]) -> anyhow::Result<InputDocument> {
    serde_json::from_str(&String::from_utf8_lossy(line)).with_context(|| {
        format!(
            "line {}: write an object {{\"id\":\"…\",\"text\":\"…\"}} a line",
            number + 1
        )
    })
}

/// Text with quote marks, headers or a signature mark is mail; text with very long lines is an article.
fn guess(text: &str) -> TextShape {
    const MAIL: [&str; 3] = [">", "From: ", "-- "];
    let lines = || text.lines().take(400);
    if lines().any(|line| MAIL.iter().any(|mark| line.starts_with(mark))) {
        TextShape::Mail { flowed: false }
    } else if lines().any(|line| line.len() > 200) {
        TextShape::Article
    } else {
        TextShape::Plain
    }
}

fn print(out: &mut impl Write, view: &AnnotationView) -> anyhow::Result<()> {
    for problem in &view.problems {
        eprintln!("{}: {}", problem.code, problem.message);
    }
    for mention in &view.mentions {
        writeln!(
            out,
            "{}\t{}\t{}\t{}",
            mention.start,
            mention.end,
            mention.label,
            one_line(&mention.text)
        )?;
    }
    for token in view.tokens.iter().flatten() {
        let words = &view
            .text
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default();
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            token.start,
            token.end,
            one_line(words),
            token.tag,
            token.pos,
            one_line(&token.lemma),
            token.head,
            token.dep
        )?;
    }
    Ok(())
}
