//! How many of the names in labeled texts are found, and how much of what is found is a name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::run::{onrecord, option, output, root, target};

/// Labels of the program, and what they count as; others are not judged.
const CLASSES: &[(&str, &str)] = &[
    ("PERSON", "PERSON"),
    ("PER", "PERSON"),
    ("ORG", "ORG"),
    ("GPE", "PLACE"),
    ("LOC", "PLACE"),
    ("FAC", "PLACE"),
    ("PLACE", "PLACE"),
    ("OPTIONAL", OPTIONAL),
];
/// What may be called a name or not: finding it is neither right nor wrong.
const OPTIONAL: &str = "OPTIONAL";
/// The form of a mention that is a name.
const NAME_FORM: &str = "name";
/// In the order in which they are printed.
const REGIONS: &[&str] = &["prose", "quote", "header", "signature", "table", "notice"];
const LABELS: &[&str] = &["PERSON", "ORG", "PLACE"];
/// Not part of a name, whoever puts it there.
const ARTICLES: &[&str] = &["the ", "The ", "THE "];
const POSSESSIVES: &[&str] = &["'s", "’s"];

/// A labeled document, as `corpora/names/README.md` describes it.
#[derive(Debug, Deserialize)]
struct Document {
    id: String,
    text: String,
    #[serde(rename = "as")]
    kind: String,
    names: Vec<Name>,
    #[serde(default)]
    regions: Vec<(usize, usize, String)>,
}

/// A name, labeled or found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Name {
    start: usize,
    end: usize,
    label: String,
    /// `name`, or what else a mention is: a pronoun or a description, which is no name.
    #[serde(default = "name_form")]
    form: String,
}

/// Labels and the model's own names say no form: they are names all.
fn name_form() -> String {
    NAME_FORM.to_owned()
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    mentions: Vec<Name>,
    #[serde(default)]
    tokens: Vec<Token>,
    #[serde(default)]
    problems: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Token {
    start: usize,
    end: usize,
    ent_iob: String,
    ent_type: String,
}

/// `cargo xtask eval names [--file FILE] [--program ONRECORD] [--wrong]`: precision, recall and F1 by
/// region and label, of the program as a case runs it, and of the model alone on the text as it is.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let default = root().join("corpora/names/demo.jsonl");
    let file = option(arguments, "--file").map_or(default, PathBuf::from);
    let program = match option(arguments, "--program") {
        Some(program) => PathBuf::from(program),
        None => onrecord(true)?,
    };
    let documents = read(&file)?;
    let found = answers(&program, &documents, true)?;
    let raw = answers(&program, &documents, false)?;
    let names: usize = documents.iter().map(|d| d.names.len()).sum();
    println!("{} documents, {names} labeled names", documents.len());
    print("as a case reads them", &score(&documents, &found));
    print("the model alone", &score(&documents, &raw));
    if arguments.iter().any(|argument| argument == "--wrong") {
        print_wrong(&documents, &found);
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<Document>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let documents: Vec<Document> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{}: not a file of labeled names", file.display()))?;
    for document in &documents {
        let bad = document
            .names
            .iter()
            .find(|name| class(&name.label).is_none() || quote(document, name).is_none());
        if let Some(bad) = bad {
            bail!("{}: {}: {bad:?} is no name", file.display(), document.id);
        }
    }
    Ok(documents)
}

/// The names found in each document, in the order of the documents.
fn answers(
    program: &Path,
    documents: &[Document],
    divided: bool,
) -> anyhow::Result<Vec<Vec<Name>>> {
    let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        let kind = if divided { &document.kind } else { "" };
        by_kind.entry(kind).or_default().push(at);
    }
    let mut found = vec![Vec::new(); documents.len()];
    for (kind, members) in by_kind {
        let answered = annotate(program, documents, &members, kind)?;
        for (at, answer) in members.into_iter().zip(answered) {
            let problem = answer.problems.first().map(ToString::to_string);
            ensure!(
                !answer.mentions.is_empty() || !answer.tokens.is_empty() || problem.is_none(),
                "{}: {}: add the model with `cargo xtask model`",
                documents[at].id,
                problem.unwrap_or_default()
            );
            let names = if divided {
                answer.mentions
            } else {
                entities(&answer.tokens)
            };
            found[at] = names
                .into_iter()
                .filter(|name| is_judged(&documents[at].text, name))
                .map(|name| bare(&documents[at].text, name))
                .collect();
        }
    }
    Ok(found)
}

/// Whether an answer is a name of a class that counts: no pronoun, no description, no mail address.
fn is_judged(text: &str, name: &Name) -> bool {
    let is_address = || {
        text.get(name.start..name.end)
            .is_some_and(|name| name.contains('@'))
    };
    name.form == NAME_FORM && class(&name.label).is_some() && !is_address()
}

fn annotate(
    program: &Path,
    documents: &[Document],
    members: &[usize],
    kind: &str,
) -> anyhow::Result<Vec<Answer>> {
    let folder = target().join("names");
    std::fs::create_dir_all(&folder)?;
    let input = folder.join("input.jsonl");
    let lines: String = members
        .iter()
        .map(|at| &documents[*at])
        .map(|document| json!({ "id": document.id, "text": document.text }).to_string() + "\n")
        .collect();
    std::fs::write(&input, lines)?;
    let input = input.to_string_lossy();
    let mut arguments = vec!["annotate", &input, "--jsonl"];
    if kind.is_empty() {
        arguments.push("--tokens");
    } else {
        arguments.extend(["--as", kind]);
    }
    let answers: Vec<Answer> = output(program, &arguments)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .context("onrecord annotate did not answer as docs/json.md says")?;
    ensure!(
        answers.len() == members.len(),
        "{} answers to {} documents",
        answers.len(),
        members.len()
    );
    Ok(answers)
}

/// The recognizer's own names, before any filter.
fn entities(tokens: &[Token]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for token in tokens {
        match (token.ent_iob.as_str(), names.last_mut()) {
            ("B", _) => names.push(Name {
                start: token.start,
                end: token.end,
                label: token.ent_type.clone(),
                form: name_form(),
            }),
            ("I", Some(last)) => last.end = token.end,
            _ => {}
        }
    }
    names
}

fn class(label: &str) -> Option<&'static str> {
    let found = CLASSES.iter().find(|(known, _)| *known == label);
    found.map(|(_, class)| *class)
}

fn quote<'d>(document: &'d Document, name: &Name) -> Option<&'d str> {
    document.text.get(name.start..name.end)
}

/// Without article and possessive ending.
fn bare(text: &str, mut name: Name) -> Name {
    let Some(quote) = text.get(name.start..name.end) else {
        return name;
    };
    let article = ARTICLES.iter().find(|word| quote.starts_with(*word));
    name.start += article.map_or(0, |word| word.len());
    let ending = POSSESSIVES.iter().find(|word| quote.ends_with(*word));
    name.end -= ending.map_or(0, |word| word.len());
    name
}

/// What was found and what should have been.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    labeled: usize,
    found: usize,
    /// Found names with span and class of a labeled one.
    exact: usize,
    /// Found names that overlap one of their class; each labeled name counts once.
    near: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.labeled += other.labeled;
        self.found += other.found;
        self.exact += other.exact;
        self.near += other.near;
    }
}

/// Counts by region and label.
type Table = BTreeMap<(usize, usize), Counts>;

fn score(documents: &[Document], found: &[Vec<Name>]) -> Table {
    let mut table = Table::new();
    for (document, found) in documents.iter().zip(found) {
        let judged = judge(document, found);
        for (name, verdict) in found.iter().zip(judged) {
            let counts = cell(&mut table, document, name);
            match verdict {
                Verdict::Exact => {
                    counts.found += 1;
                    counts.exact += 1;
                    counts.near += 1;
                }
                Verdict::Near => {
                    counts.found += 1;
                    counts.near += 1;
                }
                Verdict::Wrong => counts.found += 1,
                Verdict::Neither => {}
            }
        }
        for name in document.names.iter().filter(|name| name.label != OPTIONAL) {
            cell(&mut table, document, name).labeled += 1;
        }
    }
    table
}

fn cell<'t>(table: &'t mut Table, document: &Document, name: &Name) -> &'t mut Counts {
    let region = document
        .regions
        .iter()
        .find(|(start, end, _)| (*start..*end).contains(&name.start));
    let region = region.map_or("prose", |(_, _, region)| region);
    let place = |list: &[&str], item: &str| list.iter().position(|known| *known == item);
    let row = place(REGIONS, region).unwrap_or(0);
    let column = class(&name.label).and_then(|class| place(LABELS, class));
    table.entry((row, column.unwrap_or(0))).or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Exact,
    Near,
    Wrong,
    /// It is one that may be found or not.
    Neither,
}

fn judge(document: &Document, found: &[Name]) -> Vec<Verdict> {
    let same = |a: &Name, b: &Name| class(&a.label) == class(&b.label);
    let overlap = |a: &Name, b: &Name| a.start < b.end && b.start < a.end;
    let mut taken = vec![false; document.names.len()];
    let mut verdicts = vec![Verdict::Wrong; found.len()];
    let mut take = |is_match: &dyn Fn(&Name, &Name) -> bool, verdict: Verdict| {
        for (name, judged) in found.iter().zip(&mut verdicts) {
            let at =
                (0..taken.len()).find(|at| !taken[*at] && is_match(name, &document.names[*at]));
            if let Some(at) = at.filter(|_| *judged == Verdict::Wrong) {
                taken[at] = true;
                *judged = verdict;
            }
        }
    };
    let exact = |a: &Name, b: &Name| same(a, b) && (a.start, a.end) == (b.start, b.end);
    take(&exact, Verdict::Exact);
    take(&|a, b| same(a, b) && overlap(a, b), Verdict::Near);
    for (name, judged) in found.iter().zip(&mut verdicts) {
        let mut optional = document.names.iter().filter(|n| n.label == OPTIONAL);
        if *judged == Verdict::Wrong && optional.any(|n| overlap(name, n)) {
            *judged = Verdict::Neither;
        }
    }
    verdicts
}

fn print(title: &str, table: &Table) {
    println!("\n{title}");
    println!(
        "{:<22}{:>8}{:>8}   precision recall    F1     by overlap",
        "", "labeled", "found"
    );
    for (row, region) in REGIONS.iter().enumerate() {
        for (column, label) in LABELS.iter().enumerate() {
            if let Some(counts) = table.get(&(row, column)) {
                print_row(&format!("{region} {label}"), *counts);
            }
        }
        let of_region = sum(table, |(r, _)| r == row);
        if of_region.labeled + of_region.found > 0 {
            print_row(&format!("{region} all"), of_region);
        }
    }
    for (column, label) in LABELS.iter().enumerate() {
        print_row(&format!("all {label}"), sum(table, |(_, c)| c == column));
    }
    print_row("all", sum(table, |_| true));
}

fn sum(table: &Table, is_part: impl Fn((usize, usize)) -> bool) -> Counts {
    let mut counts = Counts::default();
    for (_, part) in table.iter().filter(|(key, _)| is_part(**key)) {
        counts.add(*part);
    }
    counts
}

fn print_row(name: &str, counts: Counts) {
    let [p, r, f] = rates(counts.exact, counts);
    let [near_p, near_r, near_f] = rates(counts.near, counts);
    println!(
        "{name:<22}{:>8}{:>8}      {p}  {r}  {f}     {near_p}  {near_r}  {near_f}",
        counts.labeled, counts.found
    );
}

/// Precision, recall and F1, as printed; a dash where there is nothing to divide by.
fn rates(right: usize, counts: Counts) -> [String; 3] {
    let rate = |of: usize| match of {
        0 => "  - ".to_owned(),
        of => format!("{:.3}", right as f64 / of as f64),
    };
    let both = counts.found + counts.labeled;
    let f1 = match both {
        0 => "  - ".to_owned(),
        both => format!("{:.3}", 2.0 * right as f64 / both as f64),
    };
    [rate(counts.found), rate(counts.labeled), f1]
}

/// Every name that is wrong or missing, for those who mend it.
fn print_wrong(documents: &[Document], found: &[Vec<Name>]) {
    for (document, found) in documents.iter().zip(found) {
        let verdicts = judge(document, found);
        let shown =
            |name: &Name| format!("{} {:?}", name.label, quote(document, name).unwrap_or(""));
        for (name, verdict) in found.iter().zip(verdicts) {
            if matches!(verdict, Verdict::Wrong | Verdict::Near) {
                println!(
                    "{verdict:?}\t{}\t{}\t{}",
                    document.id,
                    name.start,
                    shown(name)
                );
            }
        }
        let is_found = |name: &Name| {
            let mut equal = found
                .iter()
                .filter(|f| (f.start, f.end) == (name.start, name.end));
            equal.any(|f| class(&f.label) == class(&name.label))
        };
        for name in document
            .names
            .iter()
            .filter(|n| n.label != OPTIONAL && !is_found(n))
        {
            println!("Missed\t{}\t{}\t{}", document.id, name.start, shown(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(start: usize, end: usize, label: &str) -> Name {
        Name {
            start,
            end,
            label: label.to_owned(),
            form: name_form(),
        }
    }

    #[test]
    fn a_name_counts_once_and_optional_ones_not_at_all() {
        let document = Document {
            id: String::new(),
            text: "Anna Berg of the Harbor Office in Ward Nine".to_owned(),
            kind: "mail".to_owned(),
            names: vec![
                name(0, 9, "PERSON"),
                name(17, 30, "ORG"),
                name(34, 43, "OPTIONAL"),
            ],
            regions: vec![(0, 43, "quote".to_owned())],
        };
        let found = vec![
            bare(&document.text, name(13, 30, "ORG")),
            name(0, 4, "PERSON"),
            name(5, 9, "PERSON"),
            name(34, 43, "FAC"),
        ];
        let verdicts = judge(&document, &found);
        assert_eq!(
            verdicts,
            [
                Verdict::Exact,
                Verdict::Near,
                Verdict::Wrong,
                Verdict::Neither
            ]
        );
        let all = sum(&score(&document_list(document), &[found]), |(row, _)| {
            row == 1
        });
        assert_eq!((all.labeled, all.found, all.exact, all.near), (2, 3, 1, 2));
    }

    fn document_list(document: Document) -> Vec<Document> {
        vec![document]
    }
}
