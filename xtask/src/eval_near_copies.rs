//! How many near-copies are found among edited real articles, and how much of what is found is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::random::Random;
use crate::run::{example, fed, option, unpacked};

/// Articles that are edited; the others lend sentences and stand as they are.
const EDITED: usize = 60;
/// Editions of an edited article, at most.
const EDITIONS: usize = 5;
const MAILS: usize = 60;
const NOTICES: usize = 20;

/// What is done to an article, and how.
type Edit = fn(&Article, &mut Lender, &mut Random) -> String;

/// Those that make a version of it.
const EDITS: &[(&str, Edit)] = &[
    ("form only", form),
    ("cut", cut),
    ("new lead", new_lead),
    ("moved", moved),
    ("reworded", reworded),
    ("updated", updated),
    ("forward", forward),
    ("quoted", quoted),
];
const PASTED: &str = "pasted in";

/// A legal notice, of which a hundred words are the same below many articles.
const NOTICE: &str = "This material may not be published, broadcast, rewritten or redistributed without permission. \
The views expressed are those of the author and do not necessarily reflect those of the publisher. Readers who \
believe that something is wrong may write to the standards desk, which answers within ten working days. Subscribers \
may pass on five articles a month. Prices are delayed by fifteen minutes. By using this site you accept our terms \
of use and our policy on cookies, both of which were last changed in spring.";
const FOOTERS: &[&str] = &[
    "_______________________________________________\nharbor-users mailing list\nharbor-users@lists.example\n\
To leave the list, write to harbor-users-leave@lists.example. The archive is open to members and is kept for ten \
years. Please do not send attachments of more than one megabyte, and trim what you quote.",
    "This e-mail and any files with it are confidential and meant only for the person to whom they are addressed. \
If you have had it in error, please tell the sender and delete it; you must not copy it or show it to anyone. No \
contract is made by this message, and the company takes no responsibility for viruses that it may carry.",
    "--\nSent on behalf of the Members' Office, 14 Quay Street. The office is open on weekdays from nine to five and \
on the first Saturday of the month. For lost property call the porter.",
];
const FORM: &str = "Dear {name}, we write about your account {number} at our branch in {place}. On {day} we took \
{amount} euros for the period that ended in {month}. If this is not what you expected, call {number} before {day} \
and ask for {name}. The next amount of {amount} euros will be taken in {month}. Yours, {name}, {place}.";

struct Article {
    sentences: Vec<String>,
}

/// Hands out sentences of articles that are used for nothing else: each once as it stands; after that with
/// its words in another order each time, so that no passage is in two documents by chance.
struct Lender {
    sentences: Vec<String>,
    next: usize,
}

impl Lender {
    fn take(&mut self, n: usize) -> Vec<String> {
        let taken = (self.next..self.next + n).map(|at| {
            let sentence = &self.sentences[at % self.sentences.len()];
            if at < self.sentences.len() {
                return sentence.clone();
            }
            let mut words: Vec<&str> = sentence.split_whitespace().collect();
            Random::new(at as u64).shuffle(&mut words);
            words.join(" ")
        });
        let taken = taken.collect();
        self.next += n;
        taken
    }
}

struct Made {
    text: String,
    edit: &'static str,
    /// Number of the article whose version this is.
    version_of: Option<usize>,
    /// Number of the article of which a part is in it.
    holds: Option<usize>,
    is_message: bool,
}

#[derive(Deserialize)]
struct Found {
    clusters: Vec<Cluster>,
    held: Vec<Held>,
}

#[derive(Deserialize)]
struct Cluster {
    documents: Vec<String>,
}

#[derive(Deserialize)]
struct Held {
    original: String,
    copy: String,
}

#[derive(Default)]
struct Score {
    found: usize,
    right: usize,
    wanted: usize,
    by_edit: BTreeMap<String, (usize, usize)>,
    wrong: Vec<String>,
}

/// `cargo xtask eval near-copies [--seed N] [--seeds N] [--wrong]`: pairs of documents, recall and precision.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let first: u64 = option(arguments, "--seed")
        .unwrap_or("101")
        .parse()
        .context("--seed N")?;
    let seeds: u64 = option(arguments, "--seeds")
        .unwrap_or("5")
        .parse()
        .context("--seeds N")?;
    let program = example("onrecord-statements", "near_copies")?;
    let articles = articles()?;
    let mut total = Score::default();
    for seed in first..first + seeds {
        let made = make(&articles, &mut Random::new(seed));
        let mut lines = String::new();
        for (at, document) in made.iter().enumerate() {
            writeln!(
                lines,
                "{}",
                json!({"id": id(at), "is_message": document.is_message, "text": document.text})
            )?;
        }
        let found: Found = serde_json::from_str(&fed(&program, &[], &lines)?)?;
        let documents = made.len();
        let score = score(&made, &pairs(&found)?);
        print(&format!("seed {seed}, {documents} documents"), &score);
        total.add(score);
    }
    print("all", &total);
    for (edit, (found, wanted)) in &total.by_edit {
        println!(
            "  {edit:<24}{found:>6} of {wanted:>6}  {:.3}",
            ratio(*found, *wanted)
        );
    }
    if arguments.iter().any(|argument| argument == "--wrong") {
        for line in &total.wrong {
            println!("{line}");
        }
    }
    Ok(())
}

impl Score {
    fn add(&mut self, other: Self) {
        self.found += other.found;
        self.right += other.right;
        self.wanted += other.wanted;
        self.wrong.extend(other.wrong);
        for (edit, (found, wanted)) in other.by_edit {
            let sum = self.by_edit.entry(edit).or_default();
            *sum = (sum.0 + found, sum.1 + wanted);
        }
    }
}

fn print(name: &str, score: &Score) {
    println!(
        "{name}: {} pairs wanted, {} found, precision {:.3}, recall {:.3}",
        score.wanted,
        score.found,
        ratio(score.right, score.found),
        ratio(score.right, score.wanted)
    );
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

fn id(at: usize) -> String {
    // Numbers that say nothing about the order, as real ids do.
    format!("{:016x}{at:016x}", Random::new(at as u64).next())
}

fn place(id: &str) -> anyhow::Result<usize> {
    usize::from_str_radix(id.get(16..).unwrap_or_default(), 16).context("an id that was not given")
}

fn pairs(found: &Found) -> anyhow::Result<BTreeSet<(usize, usize)>> {
    let mut pairs = BTreeSet::new();
    for cluster in &found.clusters {
        let members: Vec<usize> = cluster
            .documents
            .iter()
            .map(|id| place(id))
            .collect::<Result<_, _>>()?;
        for (at, &a) in members.iter().enumerate() {
            pairs.extend(members[at + 1..].iter().map(|&b| (a.min(b), a.max(b))));
        }
    }
    for held in &found.held {
        let (a, b) = (place(&held.original)?, place(&held.copy)?);
        pairs.insert((a.min(b), a.max(b)));
    }
    Ok(pairs)
}

/// Whether a pair is to be found; `None` where either answer will do.
fn wanted(a: &Made, b: &Made) -> Option<bool> {
    let same = a.version_of.is_some() && a.version_of == b.version_of;
    let holds = |x: &Made, y: &Made| x.holds.is_some() && x.holds == y.version_of;
    if same {
        return Some(true);
    }
    if a.holds.is_some() && a.holds == b.holds {
        return None;
    }
    if holds(a, b) || holds(b, a) {
        // The article as it stood is in it; of an edited one a part may be.
        let whole = if a.holds.is_some() { b } else { a };
        return (whole.edit == "as it stood").then_some(true);
    }
    Some(false)
}

fn score(made: &[Made], found: &BTreeSet<(usize, usize)>) -> Score {
    let mut score = Score::default();
    for (at, a) in made.iter().enumerate() {
        for (to, b) in made.iter().enumerate().skip(at + 1) {
            let is_found = found.contains(&(at, to));
            match wanted(a, b) {
                None => continue,
                Some(false) if is_found => score
                    .wrong
                    .push(format!("not one: {} / {}", a.edit, b.edit)),
                Some(false) => {}
                Some(true) => {
                    score.wanted += 1;
                    score.right += usize::from(is_found);
                    for edit in BTreeSet::from([a.edit, b.edit]) {
                        let sum = score.by_edit.entry(edit.to_owned()).or_default();
                        *sum = (sum.0 + usize::from(is_found), sum.1 + 1);
                    }
                    if !is_found {
                        score.wrong.push(format!("missed: {} / {}", a.edit, b.edit));
                    }
                }
            }
            score.found += usize::from(is_found);
        }
    }
    score
}

fn articles() -> anyhow::Result<Vec<Article>> {
    let file = unpacked("articles/articles.tar.zst")?.join("article_sh/ground-truth.json");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let truth: BTreeMap<String, Value> = serde_json::from_str(&text)?;
    let articles = truth
        .values()
        .filter_map(|article| article["articleBody"].as_str())
        .map(|body| Article {
            sentences: body
                .split_inclusive(['.', '?', '!', '\n'])
                .map(str::trim)
                .filter(|sentence| sentence.len() > 40)
                .map(str::to_owned)
                .collect(),
        });
    Ok(articles
        .filter(|article: &Article| article.sentences.len() >= 8)
        .collect())
}

fn make(articles: &[Article], random: &mut Random) -> Vec<Made> {
    let mut order: Vec<usize> = (0..articles.len()).collect();
    random.shuffle(&mut order);
    let (edited, others) = order.split_at(EDITED.min(order.len() / 3 * 2));
    // The second half of each further article is lent; its first half stands as it is.
    let mut lender = Lender {
        sentences: Vec::new(),
        next: 0,
    };
    let mut made = Vec::new();
    for &at in others {
        let sentences = &articles[at].sentences;
        let (own, lent) = sentences.split_at(sentences.len() / 2);
        let (first, second) = own.split_at(own.len() / 2);
        made.push(plain("unrelated", first.join(" ")));
        made.push(plain(
            "notice below",
            format!("{}\n\n{NOTICE}", second.join(" ")),
        ));
        lender.sentences.extend(lent.iter().cloned());
    }
    random.shuffle(&mut lender.sentences);
    for &at in edited {
        editions(at, &articles[at], &mut lender, random, &mut made);
    }
    share_quotes(articles, edited, &mut lender, random, &mut made);
    mails(&mut lender, random, &mut made);
    made.extend((0..NOTICES).map(|_| plain("form", form_letter(random))));
    made
}

fn plain(edit: &'static str, text: String) -> Made {
    Made {
        text,
        edit,
        version_of: None,
        holds: None,
        is_message: false,
    }
}

fn editions(
    at: usize,
    article: &Article,
    lender: &mut Lender,
    random: &mut Random,
    made: &mut Vec<Made>,
) {
    let original = article.sentences.join(" ");
    made.push(Made {
        version_of: Some(at),
        ..plain("as it stood", original)
    });
    let mut edits: Vec<usize> = (0..EDITS.len()).collect();
    random.shuffle(&mut edits);
    let n = 1 + random.below(EDITIONS);
    for &(edit, make) in edits.iter().take(n).map(|&edit| &EDITS[edit]) {
        let text = make(article, lender, random);
        let is_message = matches!(edit, "forward" | "quoted");
        made.push(Made {
            version_of: Some(at),
            is_message,
            ..plain(edit, text)
        });
    }
    if random.below(3) == 0 {
        let text = pasted(article, lender, random);
        made.push(Made {
            holds: Some(at),
            ..plain(PASTED, text)
        });
    }
}

fn form(article: &Article, _: &mut Lender, _: &mut Random) -> String {
    article
        .sentences
        .join("\n\n")
        .replace('"', "“")
        .replace('\'', "’")
        .replace(", ", " , ")
}

/// A quarter to a half of the sentences gone, mostly at the end.
fn cut(article: &Article, _: &mut Lender, random: &mut Random) -> String {
    let n = article.sentences.len();
    let gone = n / 4 + random.below(n / 4 + 1);
    let mut kept: Vec<&String> = article.sentences.iter().take(n - gone * 2 / 3).collect();
    for _ in 0..gone / 3 {
        kept.remove(random.below(kept.len()));
    }
    join(&kept)
}

/// One to three sentences of its own in place of the first one or two, and a third of the end gone.
fn new_lead(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let n = article.sentences.len();
    let mut text = lender.take(1 + random.below(3)).join(" ");
    text.push(' ');
    text.push_str(&article.sentences[1 + random.below(2)..n - random.below(n / 3)].join(" "));
    text
}

fn moved(article: &Article, _: &mut Lender, random: &mut Random) -> String {
    let mut blocks: Vec<Vec<&String>> = article
        .sentences
        .chunks(2)
        .map(|block| block.iter().collect())
        .collect();
    for _ in 0..3 {
        let (a, b) = (random.below(blocks.len()), random.below(blocks.len()));
        blocks.swap(a, b);
    }
    join(&blocks.concat())
}

/// One word in twelve replaced, dropped or doubled by one from elsewhere.
fn reworded(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let text = article.sentences.join(" ");
    let foreign = lender.take(6).join(" ");
    let foreign: Vec<&str> = foreign.split_whitespace().collect();
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        match random.below(36) {
            0 => {}
            1 => words.push(foreign[random.below(foreign.len())]),
            2 => words.extend([word, foreign[random.below(foreign.len())]]),
            _ => words.push(word),
        }
    }
    words.join(" ")
}

/// A fifth to two fifths of new sentences between the old ones, a tenth gone, numbers counted up.
fn updated(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let n = article.sentences.len();
    let mut sentences = article.sentences.clone();
    for _ in 0..n / 10 {
        sentences.remove(random.below(sentences.len()));
    }
    for sentence in lender.take(n / 5 + random.below(n / 5 + 1)) {
        sentences.insert(random.below(sentences.len()), sentence);
    }
    sentences
        .join(" ")
        .replace(" two ", " three ")
        .replace('7', "8")
}

fn forward(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let own = lender.take(1 + random.below(2)).join(" ");
    let text = article.sentences.join(" ");
    format!(
        "{own}\n\n---------- Forwarded message ---------\nFrom: Desk <desk@paper.example>\nDate: Tue, 3 Mar 2026\n\
         Subject: the story\nTo: <list@readers.example>\n\n{}",
        wrapped(&text, "")
    )
}

fn quoted(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let own = lender.take(2 + random.below(3)).join(" ");
    let text = wrapped(&article.sentences.join(" "), "> ");
    format!("{own}\n\nOn Tuesday, Desk <desk@paper.example> wrote:\n{text}")
}

/// A good half or more of it in an article of others.
fn pasted(article: &Article, lender: &mut Lender, random: &mut Random) -> String {
    let n = article.sentences.len();
    let length = n * 3 / 5 + random.below(n * 2 / 5);
    let start = random.below(n - length + 1);
    let own = lender.take(n * 2);
    let (before, after) = own.split_at(n / 2);
    format!(
        "{} {} {}",
        before.join(" "),
        article.sentences[start..start + length].join(" "),
        after.join(" ")
    )
}

/// Articles of one event quote the same two or three sentences, and are not copies.
fn share_quotes(
    articles: &[Article],
    edited: &[usize],
    lender: &mut Lender,
    random: &mut Random,
    made: &mut Vec<Made>,
) {
    for &at in edited.iter().take(20) {
        let quoted = &articles[at].sentences;
        let start = random.below(quoted.len() - 2);
        let mut sentences = lender.take(12);
        for (offset, sentence) in quoted[start..start + 2].iter().enumerate() {
            sentences.insert(3 + offset * 4, sentence.clone());
        }
        made.push(plain("shares two sentences", sentences.join(" ")));
    }
}

fn mails(lender: &mut Lender, random: &mut Random, made: &mut Vec<Made>) {
    for at in 0..MAILS {
        let body = lender.take(2 + random.below(3)).join(" ");
        let text = format!(
            "Hello,\n\n{}\n\nRegards\n{}",
            wrapped(&body, ""),
            FOOTERS[at % FOOTERS.len()]
        );
        made.push(Made {
            is_message: true,
            ..plain("mail with a footer", text)
        });
    }
}

fn form_letter(random: &mut Random) -> String {
    const NAMES: &[&str] = &[
        "Ms Ode",
        "Mr Tarn Vell",
        "Dr Iris Quay",
        "Mrs Bo Lund",
        "Mr Amos Reed",
    ];
    const PLACES: &[&str] = &[
        "Averell",
        "North Quay",
        "Pell Street",
        "Lower Marsh",
        "Corrow",
    ];
    const MONTHS: &[&str] = &["March", "April", "June", "October", "December"];
    let mut text = FORM.to_owned();
    for slot in [
        "{name}", "{number}", "{place}", "{day}", "{amount}", "{month}",
    ] {
        while text.contains(slot) {
            let value = match slot {
                "{name}" => NAMES[random.below(NAMES.len())].to_owned(),
                "{place}" => PLACES[random.below(PLACES.len())].to_owned(),
                "{month}" => MONTHS[random.below(MONTHS.len())].to_owned(),
                "{day}" => format!(
                    "{} {}",
                    1 + random.below(28),
                    MONTHS[random.below(MONTHS.len())]
                ),
                _ => random.below(90_000).to_string(),
            };
            text = text.replacen(slot, &value, 1);
        }
    }
    text
}

fn join(sentences: &[&String]) -> String {
    let parts: Vec<&str> = sentences.iter().map(|sentence| sentence.as_str()).collect();
    parts.join(" ")
}

fn wrapped(text: &str, prefix: &str) -> String {
    let mut lines = vec![prefix.to_owned()];
    for word in text.split_whitespace() {
        if lines.last().is_none_or(|line| line.len() + word.len() > 72) {
            lines.push(prefix.to_owned());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
            line.push(' ');
        }
    }
    lines.join("\n")
}
