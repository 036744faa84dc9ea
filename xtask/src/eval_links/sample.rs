//! Ties of real articles for a blind judge, and what the judge found.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, Input, annotate, extract, quote, rate};
use crate::run::unpacked;

/// Stances that are shown without being asked for.
const SHOWN: &[&str] = &["asserts", "alleges"];
/// Bytes of text on either side of the quote that a judge sees.
const CONTEXT: usize = 400;

/// A tie to judge. A judge adds `verdict`, `right` or `wrong`, and `why`.
#[derive(Debug, Serialize, Deserialize)]
struct Case {
    number: usize,
    document: String,
    from: String,
    #[serde(rename = "type")]
    kind: String,
    to: String,
    role: Option<String>,
    stance: String,
    amount: Option<Value>,
    since: Option<String>,
    until: Option<String>,
    quote: String,
    context: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Prints so many ties, drawn with a seed from all that are shown by default, a line each.
pub(super) fn draw(program: &Path, n: usize, seed: u64) -> anyhow::Result<()> {
    let inputs = articles(program)?;
    let answers = annotate(program, &inputs)?;
    let mut cases = Vec::new();
    for (input, answer) in inputs.iter().zip(&answers) {
        let shown = answer
            .links
            .iter()
            .filter(|link| SHOWN.contains(&link.stance.as_str()));
        cases.extend(shown.map(|link| case(input, answer, link)));
    }
    eprintln!(
        "{} ties shown by default in {} articles: {:.2} an article",
        cases.len(),
        inputs.len(),
        cases.len() as f64 / inputs.len().max(1) as f64
    );
    shuffle(&mut cases, seed);
    for (number, mut case) in cases.into_iter().take(n).enumerate() {
        case.number = number + 1;
        println!("{}", serde_json::to_string(&case)?);
    }
    Ok(())
}

/// Prints how many of the judged ties are right.
pub(super) fn count(judged: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(judged).with_context(|| judged.display().to_string())?;
    let cases: Vec<Case> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(|| {
            format!(
                "{}: not ties of --sample with a verdict each",
                judged.display()
            )
        })?;
    let mut by_type: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for case in &cases {
        let verdict = case
            .verdict
            .as_deref()
            .with_context(|| format!("tie {} has no verdict", case.number))?;
        for kind in [case.kind.as_str(), "all"] {
            let counts = by_type.entry(kind).or_default();
            counts[0] += 1;
            counts[1] += usize::from(verdict == "right");
        }
    }
    println!(
        "{:<16}{:>8}{:>8}{:>11}   95 % interval",
        "type", "judged", "right", "precision"
    );
    for (kind, [n, right]) in by_type {
        let (low, high) = interval(right, n);
        println!(
            "{kind:<16}{n:>8}{right:>8}{:>11}   {low:.3}–{high:.3}",
            rate(right, n)
        );
    }
    Ok(())
}

/// The articles of the shared data, as the program extracts them.
fn articles(program: &Path) -> anyhow::Result<Vec<Input>> {
    let folder = unpacked("articles/articles.tar.zst")?.join("article_sh");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".html.gz"));
    files.sort();
    let mut inputs = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let page = extract(program, &file)?.into_iter().find(|item| {
            item["media_type"] == "text/html"
                && item["text"].as_str().is_some_and(|text| !text.is_empty())
        });
        let Some(page) = page else {
            continue;
        };
        let text_of = |value: &Value| value.as_str().map(str::to_owned);
        inputs.push(Input {
            id: name.chars().take(8).collect(),
            text: text_of(&page["text"]).unwrap_or_default(),
            date: text_of(&page["metadata"]["date"])
                .or_else(|| text_of(&page["metadata"]["published"])),
            author: None,
            kind: "article".to_owned(),
        });
    }
    Ok(inputs)
}

fn case(input: &Input, answer: &Answer, link: &super::Link) -> Case {
    let (start, end) = link.evidence.first().copied().unwrap_or_default();
    let text = &answer.text;
    let floor = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0)
    };
    let context = &text[floor(start.saturating_sub(CONTEXT))..floor(end + CONTEXT)];
    Case {
        number: 0,
        document: input.id.clone(),
        from: answer.entities[link.from].name.clone(),
        kind: link.kind.clone(),
        to: answer.entities[link.to].name.clone(),
        role: link.role.clone(),
        stance: link.stance.clone(),
        amount: link.amount.clone(),
        since: link.since.clone(),
        until: link.until.clone(),
        quote: quote(answer, link).to_owned(),
        context: context.to_owned(),
        verdict: None,
        why: None,
    }
}

/// Fisher and Yates with the numbers of SplitMix64.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    for at in (1..items.len()).rev() {
        items.swap(at, (next() % (at as u64 + 1)) as usize);
    }
}

/// Wilson's interval at 95 %.
fn interval(right: usize, n: usize) -> (f64, f64) {
    let (n, z) = (n.max(1) as f64, 1.96_f64);
    let p = right as f64 / n;
    let middle = p + z * z / (2.0 * n);
    let width = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let of = 1.0 + z * z / n;
    ((middle - width) / of, (middle + width) / of)
}
