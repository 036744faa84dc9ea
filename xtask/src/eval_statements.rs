//! How many attributions are found, with which words, by whom and how firmly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::run::{data, onrecord, option, output, root, target, unpacked};

/// Characters of the text, half-open.
type Spans = Vec<(usize, usize)>;

/// A statement as `onrecord annotate` gives it, or as a set labels it.
#[derive(Debug, Clone, Default, Deserialize)]
struct Statement {
    #[serde(default)]
    source: Spans,
    #[serde(default)]
    cue: Spans,
    #[serde(default)]
    content: Spans,
    #[serde(default)]
    stance: String,
    #[serde(default)]
    certainty: String,
    #[serde(default)]
    polarity: String,
    #[serde(default)]
    source_entity: Option<usize>,
    #[serde(default)]
    parent: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct Entity {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    statements: Vec<Statement>,
    #[serde(default)]
    entities: Vec<Entity>,
}

/// A text with its id.
#[derive(Debug, Clone, Deserialize)]
struct Text {
    id: String,
    text: String,
}

/// Rows of the scorer that are printed.
const ROWS: &[&str] = &[
    "source.exact",
    "cue.exact",
    "content.exact",
    "link.cue_overlap",
    "link.source_soft",
    "link.content_soft",
    "link.quote_exact",
    "link.quote_soft",
    "content_source",
];

/// `cargo xtask eval statements [--program ONRECORD] [--story demo|second] [--missed]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let program = match option(arguments, "--program") {
        Some(program) => PathBuf::from(program),
        None => onrecord(true)?,
    };
    let missed = arguments.iter().any(|argument| argument == "--missed");
    if let Some(story) = option(arguments, "--story") {
        return story_figures(&program, story, missed);
    }
    if data().is_some() {
        let folder = unpacked("language/language.tar.zst")?;
        political_news(&program, &folder)?;
        discourse(&program, &folder)?;
        appeals(&program, &folder)?;
        novels(&program, &folder)?;
    } else {
        println!("the shared data is not here: its four sets are skipped");
    }
    stances(&program)?;
    story_figures(&program, "demo", missed)?;
    story_figures(&program, "second", false)
}

/// What the program answers to texts, in their order.
fn answers(program: &Path, texts: &[Text]) -> anyhow::Result<Vec<Answer>> {
    let folder = target().join("statements");
    std::fs::create_dir_all(&folder)?;
    let input = folder.join("input.jsonl");
    let lines: String = texts
        .iter()
        .map(|text| json!({ "id": text.id, "text": text.text }).to_string() + "\n")
        .collect();
    std::fs::write(&input, lines)?;
    let input = input.to_string_lossy();
    let answered = output(
        program,
        &[
            "annotate",
            &input,
            "--jsonl",
            "--offsets",
            "chars",
            "--language",
            "en",
        ],
    )?;
    let answers: Vec<Answer> = answered
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .context("onrecord annotate did not answer as docs/json.md says")?;
    ensure!(
        answers.len() == texts.len(),
        "{} answers to {} texts",
        answers.len(),
        texts.len()
    );
    Ok(answers)
}

/// Reads a set, one document a line.
fn read<T: for<'de> Deserialize<'de>>(file: &Path) -> anyhow::Result<Vec<T>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let lines = text.lines().map(serde_json::from_str);
    lines
        .collect::<Result<_, _>>()
        .with_context(|| file.display().to_string())
}

/// Statements as the flat sets know them: with a cue, not within the content of another, not the
/// author's own view.
fn flat(answer: &Answer) -> Vec<&Statement> {
    let is_flat =
        |one: &&Statement| one.parent.is_none() && !one.cue.is_empty() && !one.content.is_empty();
    answer.statements.iter().filter(is_flat).collect()
}

/// Measured by the scorer that came with the data; nothing is trained on this set.
fn political_news(program: &Path, folder: &Path) -> anyhow::Result<()> {
    let gold = folder.join("polnear_dev_measure_only/dev.jsonl");
    let texts: Vec<Text> = read(&gold)?;
    let found = answers(program, &texts)?;
    let lines: String = texts
        .iter()
        .zip(&found)
        .map(|(text, answer)| {
            let all: Vec<Value> = flat(answer)
                .iter()
                .map(|one| json!({ "source": one.source, "cue": one.cue, "content": one.content }))
                .collect();
            json!({ "id": text.id, "attributions": all }).to_string() + "\n"
        })
        .collect();
    let predicted = target().join("statements/political-news.jsonl");
    std::fs::write(&predicted, lines)?;
    let scorer = data()
        .context("the shared data is here")?
        .join("language/eval/eval_attribution.py");
    let arguments = [&scorer, &gold, &predicted].map(|path| path.to_string_lossy().into_owned());
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.push("--json");
    let scores: Value = serde_json::from_str(&output("python3", &arguments)?)?;
    println!("political news, {} articles (measured only)", texts.len());
    println!("{:<22}{:>7}{:>7}{:>7}", "", "P", "R", "F1");
    for row in ROWS {
        let score = |which: &str| scores[*row][which].as_f64().unwrap_or_default();
        println!(
            "{row:<22}{:>7.1}{:>7.1}{:>7.1}",
            score("p"),
            score("r"),
            score("f")
        );
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Discourse {
    id: String,
    genre: String,
    text: String,
    attributions: Vec<DiscourseAttribution>,
}

#[derive(Debug, Deserialize)]
struct DiscourseAttribution {
    attribution_segment: Spans,
    content: Spans,
}

/// GUM: source and cue are one stretch, and only clauses are content: so recall alone says something.
fn discourse(program: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut documents: Vec<Discourse> = Vec::new();
    for part in ["dev", "test"] {
        documents.extend(read::<Discourse>(
            &folder.join(format!("gum_attribution/{part}.jsonl")),
        )?);
    }
    let texts: Vec<Text> = documents
        .iter()
        .map(|d| Text {
            id: d.id.clone(),
            text: d.text.clone(),
        })
        .collect();
    let found = answers(program, &texts)?;
    let mut by_genre: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (document, answer) in documents.iter().zip(&found) {
        for gold in &document.attributions {
            let cues = |one: &&Statement| {
                one.cue
                    .iter()
                    .any(|cue| within(*cue, &gold.attribution_segment))
            };
            let content =
                |one: &Statement| likeness(&document.text, &one.content, &gold.content) >= 0.5;
            let counts = by_genre.entry(&document.genre).or_default();
            counts[0] += 1;
            counts[1] += usize::from(answer.statements.iter().any(|one| cues(&one)));
            counts[2] += usize::from(answer.statements.iter().filter(cues).any(content));
        }
    }
    println!(
        "\nGUM attribution, held back (dev and test; text with spaces between its tokens, as it comes)"
    );
    println!(
        "{:<22}{:>8}{:>8}{:>14}",
        "", "labeled", "found", "with content"
    );
    for (genre, [all, cue, content]) in by_genre {
        println!("{genre:<22}{all:>8}{cue:>8}{content:>14}");
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Appeal {
    id: String,
    text: String,
    spans: Vec<AppealSpan>,
}

#[derive(Debug, Deserialize)]
struct AppealSpan {
    label: String,
    span: (usize, usize),
}

/// FactAppeal: sentences with sources and what they are called upon for.
fn appeals(program: &Path, folder: &Path) -> anyhow::Result<()> {
    let sentences: Vec<Appeal> = read(&folder.join("factappeal/test.jsonl"))?;
    let texts: Vec<Text> = sentences
        .iter()
        .map(|s| Text {
            id: s.id.clone(),
            text: s.text.clone(),
        })
        .collect();
    let found = answers(program, &texts)?;
    let [mut labeled, mut content, mut both, mut predicted, mut right] = [0_usize; 5];
    for (sentence, answer) in sentences.iter().zip(&found) {
        let of = |label: &str| -> Spans {
            let spans = sentence.spans.iter().filter(|s| s.label == label);
            spans.map(|s| s.span).collect()
        };
        let (source, appeal) = (of("Source"), of("Fact_Appeal"));
        let like = |one: &&Statement| likeness(&sentence.text, &one.content, &appeal) >= 0.5;
        let by = |one: &&Statement| one.source.iter().any(|span| within(*span, &source));
        let flat = flat(answer);
        predicted += flat.len();
        if appeal.is_empty() || source.is_empty() {
            continue;
        }
        labeled += 1;
        content += usize::from(flat.iter().any(like));
        both += usize::from(flat.iter().any(|one| like(one) && by(one)));
        right += flat.iter().filter(|one| like(one) && by(one)).count();
    }
    println!(
        "\nFactAppeal test, {} sentences, {labeled} with a source and a fact that it stands for",
        sentences.len()
    );
    println!(
        "content found {content}, with its source {both}; statements found in all sentences {predicted}, of them such {right}"
    );
    println!("(opinions, plans and what is called fact without a source are not labeled there)");
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Novel {
    id: String,
    text: String,
    quotes: Vec<Quote>,
}

#[derive(Debug, Deserialize)]
struct Quote {
    span: (usize, usize),
    speaker: String,
}

/// `LitBank`: who speaks each quotation of a novel.
fn novels(program: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut novels: Vec<Novel> = read(&folder.join("litbank_quotes/all.jsonl"))?;
    novels.retain(|novel| !novel.quotes.is_empty());
    let texts: Vec<Text> = novels
        .iter()
        .map(|n| Text {
            id: n.id.clone(),
            text: n.text.clone(),
        })
        .collect();
    let found = answers(program, &texts)?;
    let [mut all, mut held, mut sourced, mut right] = [0_usize; 4];
    for (novel, answer) in novels.iter().zip(&found) {
        for quote in &novel.quotes {
            all += 1;
            let holds = |one: &&Statement| {
                likeness(
                    &novel.text,
                    &clip(&one.content, quote.span),
                    &vec![quote.span],
                ) >= 0.5
            };
            let Some(one) = answer.statements.iter().find(holds) else {
                continue;
            };
            held += 1;
            let entity = one
                .source_entity
                .and_then(|number| answer.entities.get(number));
            let mut names: BTreeSet<String> =
                words(&entity.map_or(String::new(), |e| e.name.clone()));
            names.extend(words(&quoted(&novel.text, &one.source)));
            sourced += usize::from(!one.source.is_empty());
            right += usize::from(
                words(&quote.speaker.replace(['_', '-'], " "))
                    .intersection(&names)
                    .next()
                    .is_some(),
            );
        }
    }
    println!(
        "\nLitBank, {} novels, {all} quotations: {held} held by a statement, {sourced} with a source, {right} with a word of the speaker's name in it or in its entity",
        novels.len()
    );
    Ok(())
}

/// A labeled attribution of `corpora/statements`.
#[derive(Debug, Deserialize)]
struct StanceRow {
    text: String,
    origin: String,
    cue_span: Spans,
    content_span: Spans,
    stance: String,
    certainty: String,
    polarity: String,
    split: String,
}

/// The third that was held back from everybody who wrote rules.
fn stances(program: &Path) -> anyhow::Result<()> {
    let file = root().join("corpora/statements/stance.jsonl");
    if !file.is_file() {
        println!("\nno labeled stances yet: corpora/statements/stance.jsonl");
        return Ok(());
    }
    let rows: Vec<StanceRow> = read(&file)?;
    for split in ["tune", "held-back"] {
        let rows: Vec<&StanceRow> = rows.iter().filter(|row| row.split == split).collect();
        if !rows.is_empty() {
            stance_figures(program, split, &rows)?;
        }
    }
    Ok(())
}

fn stance_figures(program: &Path, split: &str, rows: &[&StanceRow]) -> anyhow::Result<()> {
    let texts: Vec<Text> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| Text {
            id: at.to_string(),
            text: row.text.clone(),
        })
        .collect();
    let found = answers(program, &texts)?;
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let [mut without, mut sure, mut polar] = [0_usize; 3];
    let mut fiction = [0_usize; 2];
    for (row, answer) in rows.iter().zip(&found) {
        let touches = |one: &&Statement| one.cue.iter().any(|span| within(*span, &row.cue_span));
        let like = |one: &Statement| {
            (likeness(&row.text, &one.content, &row.content_span) * 1000.0) as u32
        };
        let one = answer
            .statements
            .iter()
            .rev()
            .filter(touches)
            .max_by_key(|one| like(one));
        let one = one.or_else(|| around(&answer.statements, &row.cue_span));
        let said = one.map_or("none", |one| &one.stance);
        without += usize::from(one.is_none());
        sure += usize::from(one.is_some_and(|one| one.certainty == row.certainty));
        polar += usize::from(one.is_some_and(|one| one.polarity == row.polarity));
        if row.origin == "fiction" {
            fiction[0] += 1;
            fiction[1] += usize::from(said == row.stance);
        }
        counts.entry(row.stance.clone()).or_default()[0] += 1;
        counts.entry(said.to_owned()).or_default()[1] += 1;
        if said == row.stance {
            counts.entry(row.stance.clone()).or_default()[2] += 1;
        }
    }
    counts.remove("none");
    println!(
        "\nstance, {split}: {} attributions, {without} not found",
        rows.len()
    );
    println!("{:<22}{:>8}{:>7}{:>7}{:>7}", "", "labeled", "P", "R", "F1");
    let mut sum = 0.0;
    for (stance, [labeled, said, right]) in &counts {
        let rate = |of: usize| {
            if of == 0 {
                0.0
            } else {
                *right as f64 / of as f64
            }
        };
        let f1 = 2.0 * *right as f64 / (labeled + said).max(1) as f64;
        sum += f1;
        println!(
            "{stance:<22}{labeled:>8}{:>7.3}{:>7.3}{f1:>7.3}",
            rate(*said),
            rate(*labeled)
        );
    }
    println!(
        "{:<22}{:>29.3}",
        "macro F1",
        sum / counts.len().max(1) as f64
    );
    let right: usize = counts.values().map(|counts| counts[2]).sum();
    println!(
        "right: {} of {} lines of fiction, {} of {} of real text; certainty right {sure}, polarity {polar}, of {}",
        fiction[1],
        fiction[0],
        right - fiction[1],
        rows.len() - fiction[0],
        rows.len() - without
    );
    Ok(())
}

/// The least statement whose content holds a cue: "said [that the claims were baseless]" for a cue "were
/// baseless".
fn around<'a>(statements: &'a [Statement], cue: &Spans) -> Option<&'a Statement> {
    let size = |one: &&Statement| {
        one.content
            .iter()
            .map(|(start, end)| end - start)
            .sum::<usize>()
    };
    let holds = |one: &&Statement| {
        let held =
            |span: &(usize, usize)| one.content.iter().any(|c| c.0 <= span.0 && span.1 <= c.1);
        !one.cue.is_empty() && cue.iter().any(held)
    };
    statements.iter().filter(holds).min_by_key(size)
}

/// What the key of a story says was said.
struct Told {
    id: String,
    speaker: String,
    cue: String,
    content: String,
    stances: Vec<String>,
    kind: String,
}

/// Statements of a case made from a story, against its answer key.
fn story_figures(program: &Path, story: &str, missed: bool) -> anyhow::Result<()> {
    let folder = root().join("corpora").join(story);
    let key: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("key.json"))?)?;
    let told: Vec<Told> = key["statements"]
        .as_array()
        .context("a key has statements")?
        .iter()
        .map(told)
        .collect();
    let case = target().join("statements").join(format!("{story}.case"));
    if case.exists() {
        std::fs::remove_dir_all(&case)?;
    }
    let (case, leak) = (
        case.to_string_lossy().into_owned(),
        folder.join("leak").to_string_lossy().into_owned(),
    );
    output(program, &["add", &leak, "--case", &case])?;
    let lines = output(program, &["statements", "--case", &case, "--json"])?;
    let found: Vec<Value> = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let (mut by_others, mut own) = (Figures::default(), Figures::default());
    for told in &told {
        let figures = if told.kind == "self" {
            &mut own
        } else {
            &mut by_others
        };
        figures.add(told, &found, missed);
    }
    println!("\nstory {story}: {} statements found", found.len());
    println!(
        "{:<22}{:>8}{:>8}{:>13}{:>13}",
        "in the key", "", "found", "right source", "right stance"
    );
    by_others.print("of others");
    own.print("of the author");
    Ok(())
}

fn told(value: &Value) -> Told {
    let text = |key: &str| match &value[key] {
        Value::Array(parts) => parts
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" "),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let speaker = if value["speaker"].is_null() {
        text("source")
    } else {
        text("speaker")
    };
    let more = ["accept_stance", "also_accept"]
        .iter()
        .filter_map(|key| value[*key].as_array());
    let mut stances: Vec<String> = more
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    stances.push(text("stance"));
    Told {
        id: text("id"),
        speaker,
        cue: text("cue"),
        content: text("content"),
        stances,
        kind: text("source_kind"),
    }
}

#[derive(Debug, Default)]
struct Figures {
    all: usize,
    found: usize,
    source: usize,
    stance: usize,
}

impl Figures {
    fn add(&mut self, told: &Told, found: &[Value], missed: bool) {
        self.all += 1;
        let best = found.iter().filter_map(|one| Some((fit(told, one)?, one)));
        let Some((_, one)) = best.max_by(|a, b| a.0.total_cmp(&b.0)) else {
            if missed {
                println!(
                    "missed {}: {} | {} | {}",
                    told.id, told.speaker, told.cue, told.content
                );
            }
            return;
        };
        self.found += 1;
        let stance = one["stance"].as_str().unwrap_or_default();
        let source = is_source(told, one);
        self.source += usize::from(source);
        self.stance += usize::from(told.stances.iter().any(|known| known == stance));
        if missed && !told.stances.iter().any(|known| known == stance) {
            println!(
                "stance {}: {stance}, not {:?}: {} | {}",
                told.id, told.stances, told.cue, told.content
            );
        }
        if missed && !source {
            println!(
                "source {}: {:?}, not {:?}",
                told.id,
                text_of(one, "source"),
                told.speaker
            );
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<22}{:>8}{:>8}{:>13}{:>13}",
            self.all, self.found, self.source, self.stance
        );
    }
}

fn text_of(one: &Value, part: &str) -> String {
    let parts = one[part].as_array().map_or(&[][..], Vec::as_slice);
    parts
        .iter()
        .filter_map(|part| part["quote"].as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// How well a found statement fits one of the key; `None` where it is another.
fn fit(told: &Told, one: &Value) -> Option<f64> {
    let (content, cue) = (words(&text_of(one, "content")), words(&text_of(one, "cue")));
    let (wanted, wanted_cue) = (words(&told.content), words(&told.cue));
    let same = wanted.intersection(&content).count() as f64;
    let of_author = one["source_kind"] == "self" && cue.is_empty();
    if told.kind == "self" {
        // A run of sentences holds the key's sentence.
        let share = same / wanted.len().max(1) as f64;
        return (of_author && share >= 0.8).then(|| share / (1.0 + content.len() as f64 / 1000.0));
    }
    if of_author {
        return None;
    }
    let like = if wanted.is_empty() {
        0.5
    } else {
        same / wanted.union(&content).count().max(1) as f64
    };
    let cued = cue.intersection(&wanted_cue).next().is_some() || wanted_cue.is_empty();
    let bonus = f64::from(u8::from(is_source(told, one)));
    (like >= 0.5 && cued).then_some(like + bonus)
}

fn is_source(told: &Told, one: &Value) -> bool {
    if told.kind == "self" {
        return one["source_kind"] == "self";
    }
    let entity = one["source_entity"]["name"].as_str().unwrap_or_default();
    let found: BTreeSet<String> = words(&text_of(one, "source"))
        .into_iter()
        .chain(words(entity))
        .collect();
    words(&told.speaker).intersection(&found).next().is_some()
}

/// Words in lower case, without articles and the like.
fn words(text: &str) -> BTreeSet<String> {
    let all = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let all = all.map(str::to_lowercase);
    all.filter(|word| !matches!(word.as_str(), "the" | "a" | "an" | "of" | "to" | "that"))
        .collect()
}

fn quoted(text: &str, spans: &Spans) -> String {
    let chars: Vec<char> = text.chars().collect();
    let parts = spans
        .iter()
        .filter_map(|&(start, end)| chars.get(start..end));
    parts
        .map(|part| part.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

fn within(span: (usize, usize), spans: &Spans) -> bool {
    spans
        .iter()
        .any(|&(start, end)| span.0 < end && start < span.1)
}

fn clip(spans: &Spans, to: (usize, usize)) -> Spans {
    let clipped = spans
        .iter()
        .map(|&(start, end)| (start.max(to.0), end.min(to.1)));
    clipped.filter(|(start, end)| start < end).collect()
}

/// Jaccard of the letters and digits that two sets of spans cover.
fn likeness(text: &str, a: &Spans, b: &Spans) -> f64 {
    let covered = |spans: &Spans| -> BTreeSet<usize> {
        let all = spans.iter().flat_map(|&(start, end)| start..end);
        all.collect()
    };
    let (a, b) = (covered(a), covered(b));
    let is_word: Vec<bool> = text.chars().map(char::is_alphanumeric).collect();
    let count = |set: &mut dyn Iterator<Item = &usize>| {
        set.filter(|at| is_word.get(**at).copied().unwrap_or_default())
            .count() as f64
    };
    let both = count(&mut a.intersection(&b));
    let any = count(&mut a.union(&b));
    if any == 0.0 { 0.0 } else { both / any }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_letters_alone() {
        let text = "he said “so it is”";
        assert!((likeness(text, &vec![(8, 18)], &vec![(9, 17)]) - 1.0).abs() < 1e-9);
        assert!(likeness(text, &vec![(0, 2)], &vec![(9, 17)]) < 1e-9);
        assert_eq!(clip(&vec![(0, 10), (12, 20)], (8, 15)), [(8, 10), (12, 15)]);
    }
}
