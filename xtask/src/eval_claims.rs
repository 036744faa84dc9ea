//! Claims, contradictions and independent sources against the answer key of a story.

mod key;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::run::{example, fed, option, root};
use key::{Key, Link, Statement};

/// What the program says of a claim.
#[derive(Deserialize)]
struct Found {
    content: String,
    statements: Vec<String>,
    independent_sources: [u32; 2],
    contradicted_by: Vec<String>,
    #[serde(default)]
    groups: Vec<Value>,
}

#[derive(Deserialize)]
struct Independence {
    range: [u32; 2],
}

/// Ties by which somebody stands for somebody.
const STANDS_FOR: &[&str] = &["Directorship", "Employment", "Representation"];
const SPOKEN_FOR: &[&str] = &["spokeswoman for", "spokesman for", "spokesperson for"];
const NEGATIONS: &[&str] = &[
    "did not",
    "does not",
    "do not",
    "was not",
    "were not",
    "is not",
    "are not",
    "had not",
    "has not",
    "have not",
    "would not",
    "will not",
    "could not",
    "never",
    "no such",
    "had no",
];

/// `cargo xtask eval claims [--corpus demo|second] [--all]`: the key's statements go in, as if all had been found.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let corpus = option(arguments, "--corpus").unwrap_or("demo");
    let folder = root().join("corpora").join(corpus);
    let text = std::fs::read_to_string(folder.join("key.json"))?;
    let key = Key::read(&text).context("the key's form has changed")?;
    let program = example("onrecord-statements", "claims")?;
    let answer = fed(&program, &[], &input(&folder, &key)?)?;
    let lines: Vec<&str> = answer.lines().collect();
    let (claims, ranges) = lines.split_at(lines.len().saturating_sub(key.claims.len()));
    let names: BTreeMap<String, &str> = key
        .statements
        .iter()
        .map(|s| (id(&s.id), s.id.as_str()))
        .collect();
    let found: Vec<Found> = claims
        .iter()
        .map(|line| serde_json::from_str(line))
        .collect::<Result<_, _>>()?;
    print_pairs(&key, &found, &names);
    print_ranges(&key, ranges, &found, &names)?;
    if arguments.iter().any(|argument| argument == "--all") {
        print_all(&found, &names);
    }
    Ok(())
}

fn id(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    digest[..16].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn input(folder: &Path, key: &Key) -> anyhow::Result<String> {
    let mut lines = String::new();
    let mut facts: BTreeMap<&str, (Option<String>, Option<String>)> = BTreeMap::new();
    for message in &key.messages {
        let date = message
            .date
            .as_ref()
            .and_then(|date| date.get(..10))
            .map(str::to_owned);
        facts.insert(&message.id, (date, None));
    }
    for (name, document) in key
        .documents
        .iter()
        .filter(|(_, document)| document.kind == "article")
    {
        let file = folder
            .join("leak")
            .join(document.files.first().context("an article has a file")?);
        let page = std::fs::read(&file).with_context(|| file.display().to_string())?;
        let page = String::from_utf8_lossy(&page).into_owned();
        let (date, publisher) = (date_of(&file.to_string_lossy()), publisher(&page, key));
        let text = plain(&page);
        let row = json!({"id": id(name), "date": date, "publisher": publisher.as_deref().map(id), "text": text});
        writeln!(lines, "{}", json!({"document": row}))?;
        facts.insert(name, (date, publisher));
    }
    let officers: Vec<&Link> = key
        .links
        .iter()
        .filter(|link| STANDS_FOR.contains(&link.kind.as_str()) && link.stance == "asserts")
        .filter(|link| link.from.starts_with("p-"))
        .collect();
    for link in &officers {
        writeln!(
            lines,
            "{}",
            json!({"stands_for": [id(&link.from), id(&link.to)]})
        )?;
    }
    for (position, statement) in key.statements.iter().enumerate() {
        let (date, publisher) = facts
            .get(statement.doc.as_str())
            .cloned()
            .unwrap_or_default();
        let mut row = row(statement, key, &officers);
        row["position"] = json!(position);
        row["date"] = json!(date);
        row["publisher"] = json!(publisher.as_deref().map(id));
        writeln!(lines, "{}", json!({"statement": row}))?;
    }
    for claim in &key.claims {
        let ids: Vec<String> = claim.statements.iter().map(|name| id(name)).collect();
        writeln!(lines, "{}", json!({"together": ids}))?;
    }
    Ok(lines)
}

fn row(statement: &Statement, key: &Key, officers: &[&Link]) -> Value {
    let quote = statement.content.join(" ");
    let speaker = statement.speaker_entity.as_deref();
    let entity = key
        .entities
        .iter()
        .find(|entity| Some(entity.id.as_str()) == speaker);
    let described = entity
        .map(|entity| entity.name.to_lowercase())
        .unwrap_or_default();
    let unnamed = statement.source_kind == "unnamed";
    let speaks_for = SPOKEN_FOR
        .iter()
        .find_map(|mark| described.split_once(mark))
        .and_then(|(_, whom)| mentions(whom.trim(), key).into_iter().next());
    let negates = || {
        NEGATIONS
            .iter()
            .any(|mark| quote.to_lowercase().contains(mark))
    };
    let negative = statement
        .polarity
        .as_ref()
        .map_or_else(negates, |polarity| polarity == "negative");
    let entities = entities(&quote, statement, key, officers);
    let entities: Vec<Value> = entities
        .into_iter()
        .map(|(start, end, entity)| json!({"entity": id(&entity), "start": start, "end": end}))
        .collect();
    json!({
        "id": id(&statement.id),
        "document": id(&statement.doc),
        "source": speaker.map(id),
        "source_kind": statement.source_kind,
        "speaks_for": speaks_for.filter(|_| unnamed).map(|(_, _, entity)| id(&entity)),
        "source_count": if unnamed && described.starts_with("two ") { 2 } else { 1 },
        "via": statement.via.iter().map(|(_, entity)| id(entity)).collect::<Vec<_>>(),
        "stance": statement.stance,
        "polarity": if negative { "negative" } else { "positive" },
        "quote": quote,
        "entities": entities,
    })
}

type Mention = (usize, usize, String);

/// Names in the content, and its pronouns that stand for the speaker.
fn entities(quote: &str, statement: &Statement, key: &Key, officers: &[&Link]) -> Vec<Mention> {
    let mut found = mentions(quote, key);
    let Some(speaker) = statement
        .speaker_entity
        .clone()
        .filter(|speaker| !speaker.starts_with("u-"))
    else {
        return found;
    };
    let house = officers
        .iter()
        .find(|link| link.from == speaker)
        .map(|link| link.to.clone());
    let mut start = 0;
    for word in quote.split_inclusive(|char: char| !char.is_alphanumeric()) {
        let bare = word.trim_end_matches(|char: char| !char.is_alphanumeric());
        let entity = match bare.to_lowercase().as_str() {
            "i" | "my" | "me" => Some(speaker.clone()),
            "we" | "our" | "us" => Some(house.clone().unwrap_or_else(|| speaker.clone())),
            "he" | "she" | "it" | "his" | "her" | "its" if statement.manner == "indirect" => {
                Some(speaker.clone())
            }
            _ => None,
        };
        if let Some(entity) = entity {
            found.push((start, start + bare.len(), entity));
        }
        start += word.len();
    }
    found.sort();
    found
}

/// The longest names first; of two entities with one name the key's first.
fn mentions(text: &str, key: &Key) -> Vec<Mention> {
    let named = key
        .entities
        .iter()
        .filter(|entity| matches!(entity.kind.as_str(), "person" | "organization"));
    let mut names: Vec<(&str, &str)> = named
        .flat_map(|entity| {
            entity
                .names
                .iter()
                .map(move |name| (name.as_str(), entity.id.as_str()))
        })
        .collect();
    names.sort_by_key(|(name, _)| usize::MAX - name.len());
    let mut found: Vec<Mention> = Vec::new();
    let lower = text.to_lowercase();
    for (name, entity) in names {
        let whole = lower.len() == text.len();
        let (place, wanted) = if whole {
            (lower.as_str(), name.to_lowercase())
        } else {
            (text, name.to_owned())
        };
        for (start, _) in place.match_indices(&wanted) {
            let end = start + wanted.len();
            let letter = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
            let inside =
                letter(place[..start].chars().next_back()) || letter(place[end..].chars().next());
            if !inside
                && found
                    .iter()
                    .all(|&(from, to, _)| end <= from || to <= start)
            {
                found.push((start, end, entity.to_owned()));
            }
        }
    }
    found.sort();
    found
}

fn date_of(file: &str) -> Option<String> {
    let bytes = file.as_bytes();
    let is_date = |at: &usize| {
        bytes[*at..*at + 10]
            .iter()
            .enumerate()
            .all(|(n, byte)| match n {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    (0..bytes.len().saturating_sub(9))
        .find(is_date)
        .map(|at| file[at..at + 10].to_owned())
}

/// As the page states it; of a plain text the first organization in its first three lines.
fn publisher(page: &str, key: &Key) -> Option<String> {
    let stated = [
        ("og:site_name\"", "content=\""),
        ("\"publisher\"", "\"name\": \""),
    ];
    let stated = stated.iter().find_map(|(field, value)| {
        let rest = page.split_once(field)?.1;
        rest.split_once(value)?.1.split('"').next()
    });
    let head: String = page.lines().take(3).collect::<Vec<_>>().join("\n");
    let place = stated.unwrap_or(&head);
    mentions(place, key)
        .into_iter()
        .map(|(_, _, entity)| entity)
        .find(|entity| entity.starts_with("o-"))
}

/// The text of an article without its tags.
fn plain(page: &str) -> String {
    let body = page.split_once("<article").map_or(page, |(_, rest)| rest);
    let body = body.split_once("</article>").map_or(body, |(body, _)| body);
    if body.len() == page.len() {
        return page.to_owned();
    }
    let mut text = String::new();
    let mut inside = true;
    for char in body.chars() {
        match char {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(char),
            _ => {}
        }
    }
    text
}

type Pairs = BTreeSet<(String, String)>;

fn pairs_within(statements: &[String]) -> Pairs {
    let mut pairs = Pairs::new();
    for a in statements {
        pairs.extend(
            statements
                .iter()
                .filter(|b| a < *b)
                .map(|b| (a.clone(), b.clone())),
        );
    }
    pairs
}

fn pairs_across(left: &[String], right: &[String]) -> Pairs {
    left.iter()
        .flat_map(|a| right.iter().map(move |b| (a.clone(), b.clone())))
        .collect()
}

fn print_pairs(key: &Key, found: &[Found], names: &BTreeMap<String, &str>) {
    let name = |ids: &[String]| -> Vec<String> {
        ids.iter()
            .filter_map(|id| names.get(id))
            .map(|name| (*name).to_owned())
            .collect()
    };
    let labeled: BTreeSet<&String> = key
        .claims
        .iter()
        .flat_map(|claim| claim.statements.iter().chain(&claim.contradicted_by))
        .collect();
    let judged = |pairs: Pairs| -> Pairs {
        pairs
            .into_iter()
            .filter(|(a, b)| labeled.contains(a) && labeled.contains(b))
            .collect()
    };
    // Those who deny one thing are one claim too, of which the key says nothing.
    let denials: Pairs = key
        .claims
        .iter()
        .flat_map(|claim| pairs_within(&claim.contradicted_by))
        .collect();
    let judged_within = |pairs: Pairs| judged(pairs.difference(&denials).cloned().collect());
    let gold = key
        .claims
        .iter()
        .flat_map(|claim| pairs_within(&claim.statements))
        .collect();
    let all: Pairs = found
        .iter()
        .flat_map(|claim| pairs_within(&name(&claim.statements)))
        .collect();
    report("same claim", &gold, &judged_within(all.clone()), all.len());
    let gold: Pairs = key
        .claims
        .iter()
        .flat_map(|claim| pairs_across(&claim.statements, &claim.contradicted_by))
        .collect();
    let both = |(a, b): (String, String)| [(a.clone(), b.clone()), (b, a)];
    let all: Pairs = found
        .iter()
        .flat_map(|claim| pairs_across(&name(&claim.statements), &name(&claim.contradicted_by)))
        .flat_map(both)
        .collect();
    let gold: Pairs = gold.into_iter().flat_map(both).collect();
    let once = |pairs: Pairs| -> Pairs { pairs.into_iter().filter(|(a, b)| a < b).collect() };
    report(
        "contradicts",
        &once(gold),
        &judged(once(all.clone())),
        all.len() / 2,
    );
}

fn report(what: &str, gold: &Pairs, found: &Pairs, all: usize) {
    let right = gold.intersection(found).count();
    let share = |of: usize| {
        if of == 0 {
            1.0
        } else {
            right as f64 / of as f64
        }
    };
    println!(
        "{what}: {} pairs in the key; {} found among its statements, {right} right: precision {:.3}, recall {:.3}; \
         {all} found in all",
        gold.len(),
        found.len(),
        share(found.len()),
        share(gold.len())
    );
    for (a, b) in found.difference(gold) {
        println!("  not in the key: {a} {b}");
    }
}

/// Ranges when the key's statements are put together as the key does.
fn print_ranges(
    key: &Key,
    ranges: &[&str],
    found: &[Found],
    names: &BTreeMap<String, &str>,
) -> anyhow::Result<()> {
    let mut right = 0;
    let mut whole = 0;
    for (claim, line) in key.claims.iter().zip(ranges) {
        let answer: Independence = serde_json::from_str(line)?;
        right += usize::from(answer.range == claim.independent_sources);
        let best = found.iter().max_by_key(|found| {
            let common = found.statements.iter().filter_map(|id| names.get(id));
            common
                .filter(|name| claim.statements.iter().any(|wanted| wanted == *name))
                .count()
        });
        let best = best
            .map(|best| best.independent_sources)
            .unwrap_or_default();
        whole += usize::from(best == claim.independent_sources);
        println!(
            "  {:<5}key {:?}, from the key's statements {:?}, from the claim as found {best:?}: {}",
            claim.id, claim.independent_sources, answer.range, claim.content
        );
    }
    println!(
        "independent sources: {right} of {} ranges right from the key's statements, {whole} from the claims as found",
        key.claims.len()
    );
    Ok(())
}

fn print_all(found: &[Found], names: &BTreeMap<String, &str>) {
    let name = |ids: &[String]| {
        ids.iter()
            .filter_map(|id| names.get(id))
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    };
    for claim in found
        .iter()
        .filter(|claim| claim.statements.len() > 1 || !claim.contradicted_by.is_empty())
    {
        println!(
            "{} | {} | against: {}",
            claim.content,
            name(&claim.statements),
            name(&claim.contradicted_by)
        );
        println!(
            "    {:?} {}",
            claim.independent_sources,
            serde_json::json!(claim.groups.len())
        );
    }
}
