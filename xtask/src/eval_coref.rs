//! How well names and pronouns of one text are joined: texts whose coreference is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::clusters::{COLUMNS, Fit};
use crate::run::{feed, option, program, unpacked};

/// How many characters a labeled name may have more than a found one: an article, a title.
const SLACK: usize = 12;
/// Pronouns that are counted together.
const PRONOUNS: &[(&str, &[&str])] = &[
    (
        "he, she",
        &[
            "he", "him", "his", "himself", "she", "her", "hers", "herself",
        ],
    ),
    ("I", &["i", "me", "my", "mine", "myself"]),
    ("it", &["it", "its", "itself"]),
    ("they", &["they", "them", "their", "theirs", "themselves"]),
];

/// A labeled text.
struct Labeled {
    name: String,
    text: String,
    /// `(first character, one past the last)` of each mention, and its chain.
    spans: HashMap<(usize, usize), usize>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    mentions: Vec<Mention>,
}

#[derive(Debug, Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    form: String,
    text: String,
    entity: Option<u32>,
}

#[derive(Debug, Default)]
struct Tally {
    all: usize,
    /// Of a chain that holds a name or description that was found.
    known: usize,
    resolved: usize,
    right: usize,
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let folder = match option(arguments, "--folder") {
        Some(folder) => PathBuf::from(folder),
        None => unpacked("entities/entities.tar.zst")?.join("gum"),
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let labeled: Vec<Labeled> = files
        .iter()
        .map(|file| read(file))
        .collect::<Result<_, _>>()?;
    let lines: String = labeled
        .iter()
        .map(|one| {
            format!(
                "{}\n",
                json!({ "id": one.name, "text": one.text, "kind": "article" })
            )
        })
        .collect();
    let program = program(arguments)?;
    let answers = feed(
        &program,
        &["annotate", "--jsonl", "--offsets", "chars", "-"],
        &lines,
    )?;
    let mut names = Vec::new();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut answers = answers.lines();
    for one in &labeled {
        let answer: Answer = serde_json::from_str(answers.next().context("an answer a line")?)?;
        score(one, &answer, &mut names, &mut tallies);
    }
    println!("{} texts", labeled.len());
    println!(
        "| {COLUMNS}\n|---|---|---|---|---|---|\n| names {}",
        Fit::of(&names)
    );
    println!("\n| pronouns | all | could be told | told | right | precision | recall |");
    println!("|---|---|---|---|---|---|---|");
    for (what, tally) in &tallies {
        println!(
            "| {what} | {} | {} | {} | {} | {:.3} | {:.3} |",
            tally.all,
            tally.known,
            tally.resolved,
            tally.right,
            tally.right as f64 / tally.resolved.max(1) as f64,
            tally.right as f64 / tally.known.max(1) as f64,
        );
    }
    Ok(())
}

fn score(
    one: &Labeled,
    answer: &Answer,
    names: &mut Vec<(String, String)>,
    tallies: &mut BTreeMap<&'static str, Tally>,
) {
    let mut chains_of: HashMap<u32, BTreeSet<usize>> = HashMap::new();
    let mut known: BTreeSet<usize> = BTreeSet::new();
    for mention in answer
        .mentions
        .iter()
        .filter(|mention| mention.form != "pronoun")
    {
        let (Some(entity), Some(chain)) = (mention.entity, one.chain(mention)) else {
            continue;
        };
        if mention.form == "name" {
            names.push((
                format!("{} {chain}", one.name),
                format!("{} {entity}", one.name),
            ));
        }
        chains_of.entry(entity).or_default().insert(chain);
        known.insert(chain);
    }
    for mention in answer
        .mentions
        .iter()
        .filter(|mention| mention.form == "pronoun")
    {
        let word = mention.text.to_lowercase();
        let Some((class, _)) = PRONOUNS
            .iter()
            .find(|(_, words)| words.contains(&word.as_str()))
        else {
            continue;
        };
        let chain = one.spans.get(&(mention.start, mention.end)).copied();
        let tally = tallies.entry(class).or_default();
        tally.all += 1;
        tally.known += usize::from(chain.is_some_and(|chain| known.contains(&chain)));
        if let Some(entity) = mention.entity {
            let chains = chains_of.get(&entity);
            tally.resolved += 1;
            tally.right += usize::from(
                chain.is_some_and(|chain| chains.is_some_and(|all| all.contains(&chain))),
            );
        }
    }
}

impl Labeled {
    /// The chain of a mention: the labeled one with its span, or for a name the least around it.
    fn chain(&self, mention: &Mention) -> Option<usize> {
        let own = (mention.start, mention.end);
        if let Some(chain) = self.spans.get(&own) {
            return Some(*chain);
        }
        let around = (0..=SLACK).flat_map(|more| (0..=more).map(move |left| (left, more - left)));
        let mut around = around.filter_map(|(left, right)| {
            let start = mention.start.checked_sub(left)?;
            self.spans.get(&(start, mention.end + right)).copied()
        });
        (mention.form == "name").then(|| around.next()).flatten()
    }
}

/// A token of the table: its id, and its characters in the text.
struct Token {
    id: String,
    start: usize,
    end: usize,
}

/// Reads WebAnno TSV 3: a line a token; column 3 holds the mentions that it is in, columns 8 and 9
/// the links from one mention to another of its chain.
fn read(file: &Path) -> anyhow::Result<Labeled> {
    let table = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (mut text, mut length, mut at) = (String::new(), 0, 0);
    let mut tokens: Vec<Token> = Vec::new();
    let mut mentions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut links: Vec<(usize, String, String)> = Vec::new();
    for line in table.lines() {
        if let Some(sentence) = line.strip_prefix("#Text=") {
            if !text.is_empty() {
                text.push(' ');
                length += 1;
            }
            (at, length) = (length, length + sentence.chars().count());
            text.push_str(sentence);
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, _, word, found, ..] = columns[..] else {
            continue;
        };
        let from: String = text.chars().skip(at).collect();
        let skipped = from.find(word).context("a token stands in its sentence")?;
        at += from[..skipped].chars().count();
        let start = at;
        at += word.chars().count();
        for mention in found.split('|').filter(|mention| *mention != "_") {
            mentions
                .entry(number(mention, id))
                .or_default()
                .push(tokens.len());
        }
        if let (Some(kinds), Some(targets)) = (columns.get(8), columns.get(9)) {
            let pairs = kinds.split('|').zip(targets.split('|'));
            let same = pairs.filter(|(kind, _)| {
                !["_", "disc", "split"].contains(kind) && !kind.starts_with("bridge")
            });
            links.extend(same.map(|(_, to)| (tokens.len(), id.to_owned(), to.to_owned())));
        }
        tokens.push(Token {
            id: id.to_owned(),
            start,
            end: at,
        });
    }
    let chains = chains(&mentions, &links, &tokens)?;
    let spans = mentions.iter().map(|(name, own)| {
        let (first, last) = (own[0], own[own.len() - 1]);
        ((tokens[first].start, tokens[last].end), chains[name])
    });
    Ok(Labeled {
        name: file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        spans: spans.collect(),
        text,
    })
}

/// `person[3]` is mention 3; one without a number is its token alone.
fn number(mention: &str, token: &str) -> String {
    match mention.split_once('[') {
        Some((_, number)) => number.trim_end_matches(']').to_owned(),
        None => format!("token {token}"),
    }
}

/// The chain of each mention. `3-5[13_1]` links to mention 13 at token 3-5 from mention 1 here; 0 is
/// the token alone.
fn chains(
    mentions: &BTreeMap<String, Vec<usize>>,
    links: &[(usize, String, String)],
    tokens: &[Token],
) -> anyhow::Result<BTreeMap<String, usize>> {
    let names: Vec<&String> = mentions.keys().collect();
    let mut parent: Vec<usize> = (0..names.len()).collect();
    let at_token: HashMap<&str, usize> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| (token.id.as_str(), at))
        .collect();
    let find = |number: Option<&str>, token: &str| {
        let by_number = number.filter(|number| *number != "0").map(str::to_owned);
        let stands = |name: &String| {
            let at = at_token.get(token);
            mentions
                .get(name)
                .is_some_and(|own| at.is_some_and(|at| own.contains(at)))
        };
        let alone = format!("token {token}");
        let name = by_number
            .filter(stands)
            .or_else(|| mentions.contains_key(&alone).then_some(alone))?;
        names.binary_search(&&name).ok()
    };
    for (_, from, to) in links {
        let (token, numbers) = to.split_once('[').unwrap_or((to, ""));
        let mut numbers = numbers.trim_end_matches(']').split('_');
        let (there, here) = (numbers.next(), numbers.next());
        if let (Some(a), Some(b)) = (find(here, from), find(there, token)) {
            let (a, b) = (root(&parent, a), root(&parent, b));
            parent[a] = b;
        }
    }
    let chains: BTreeMap<String, usize> = names
        .iter()
        .enumerate()
        .map(|(at, name)| ((*name).clone(), root(&parent, at)))
        .collect();
    ensure!(chains.len() == mentions.len(), "a chain a mention");
    Ok(chains)
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while parent[at] != at {
        at = parent[at];
    }
    at
}
