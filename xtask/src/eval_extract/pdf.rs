//! PDF texts against other engines and against gold.
//!
//! Real PDFs have no gold, so engines are judged by one another: the likeness of a text is the mean
//! of its likeness to what each *other* engine gives of the same file. A program is not compared
//! with one that shares its engine, which would only flatter both. Files count where two of the
//! engines find twenty words or more.

use std::path::Path;

use anyhow::Context;

use super::compare::{Likeness, likeness, words};
use super::peers::{PEERS, Peer};
use crate::run::{data, option, unpacked};

/// The PDF whose text somebody wrote down, and that text.
const GOLD: (&str, &str) = (
    "sample-files__GeoTopo-komprimiert.pdf",
    "documents/geotopo.gold.txt",
);
/// Words from which a text counts as one.
const LEAST_WORDS: usize = 20;

/// What a program gives of each file, as words.
struct Texts {
    peer: &'static Peer,
    words: Vec<Vec<String>>,
}

/// `cargo xtask eval extract [--program TEXTS] [--worst N]`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let files = files()?;
    let mut all = Vec::new();
    for peer in PEERS {
        let (out, _) = peer.texts(arguments, &files)?;
        let words = files.iter().map(|file| read(&out, file)).collect();
        all.push(Texts { peer, words });
    }
    let counted: Vec<usize> = (0..files.len())
        .filter(|file| is_counted(&all, *file))
        .collect();
    println!(
        "PDF: {} files of {}, the others have hardly a word",
        counted.len(),
        files.len()
    );
    println!(
        "{:<12}{:>10}{:>10}{:>14}{:>10}",
        "", "words F1", "order F1", "gold: words", "order"
    );
    let gold = gold()?;
    let gold_file = files.iter().position(|file| file.ends_with(GOLD.0));
    for texts in &all {
        let mean = mean(
            counted
                .iter()
                .map(|file| against_others(&all, texts, *file)),
        );
        let found = gold_file.map_or(Likeness::default(), |file| {
            likeness(&texts.words[file], &gold)
        });
        println!(
            "{:<12}{:>10.3}{:>10.3}{:>14.3}{:>10.3}",
            texts.peer.name, mean.words, mean.order, found.words, found.order
        );
    }
    let n_worst: usize = option(arguments, "--worst")
        .unwrap_or("0")
        .parse()
        .context("--worst N")?;
    show_worst(&all, &files, counted, n_worst);
    Ok(())
}

/// The PDFs of the shared data, in order.
pub(crate) fn files() -> anyhow::Result<Vec<String>> {
    let folder = unpacked("documents/documents.tar.zst")?.join("pdf");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        files.push(entry?.path().to_string_lossy().into_owned());
    }
    files.sort();
    Ok(files)
}

fn gold() -> anyhow::Result<Vec<String>> {
    let path = data()
        .context("the shared data is not here: name its folder with ONRECORD_DATA")?
        .join(GOLD.1);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(words(&text))
}

/// A file of which a program gave nothing is a file without words.
fn read(out: &Path, file: &str) -> Vec<String> {
    let name = Path::new(file)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let bytes = std::fs::read(out.join(format!("{name}.txt"))).unwrap_or_default();
    words(&String::from_utf8_lossy(&bytes))
}

fn is_counted(all: &[Texts], file: usize) -> bool {
    let others = all.iter().skip(1);
    others
        .filter(|texts| texts.words[file].len() >= LEAST_WORDS)
        .count()
        >= 2
}

fn against_others(all: &[Texts], texts: &Texts, file: usize) -> Likeness {
    let name = texts.peer.name;
    // What is ours is measured, and is no measure.
    let others = all.iter().filter(|other| {
        other.peer.name != name
            && other.peer.name != "onrecord"
            && !texts.peer.kin.contains(&other.peer.name)
    });
    mean(others.map(|other| likeness(&texts.words[file], &other.words[file])))
}

fn mean(all: impl Iterator<Item = Likeness>) -> Likeness {
    let (mut sum, mut n) = (Likeness::default(), 0.0);
    for one in all {
        sum.words += one.words;
        sum.order += one.order;
        n += 1.0;
    }
    Likeness {
        words: sum.words / n,
        order: sum.order / n,
    }
}

/// The files on which the first program is the least like the others.
fn show_worst(all: &[Texts], files: &[String], mut counted: Vec<usize>, n: usize) {
    let order = |file: &usize| against_others(all, &all[0], *file).order;
    counted.sort_by(|a, b| order(a).total_cmp(&order(b)));
    for file in counted.into_iter().take(n) {
        let found = against_others(all, &all[0], file);
        println!("{:>7.3}{:>7.3}  {}", found.words, found.order, files[file]);
    }
}
