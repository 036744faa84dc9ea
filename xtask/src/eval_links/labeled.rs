//! Recall on real articles of which every tie was labeled. The labels quote publishers' text, so they are
//! kept outside of the repository: `--labels FILE`, or `articles/links-labeled.jsonl` of the shared data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use super::key::SYMMETRIC;
use super::{Answer, Entity, Input, Link, annotate, rate};
use crate::run::{data, option, unpacked};

/// An article with its ties.
#[derive(Debug, Deserialize)]
struct Article {
    /// Its key in the truth of the article benchmark.
    article: String,
    links: Vec<Label>,
}

/// A tie as a person labeled it; `alt_…` is right as well.
#[derive(Debug, Deserialize)]
struct Label {
    from: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    stance: String,
    #[serde(default)]
    alt_from: OneOrMore,
    #[serde(default)]
    alt_to: OneOrMore,
    #[serde(default)]
    alt_types: OneOrMore,
    #[serde(default)]
    alt_stance: OneOrMore,
    /// A careful reader may leave it out: not asked for, and no error when found.
    #[serde(default)]
    optional: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    #[default]
    None,
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

/// Words of names that tell nothing.
const EMPTY_WORDS: &[&str] = &["the", "of", "a", "an", "mr", "ms", "mrs"];
/// Columns: ends, type, direction, stance, each with the ones before.
const N_COLUMNS: usize = 4;

/// Where the labels are: `None` where they are not here.
pub(super) fn labels(arguments: &[String]) -> Option<PathBuf> {
    let given = option(arguments, "--labels").map(PathBuf::from);
    given.or_else(|| {
        let kept = data()?.join("articles/links-labeled.jsonl");
        kept.is_file().then_some(kept)
    })
}

/// Prints the recall by type.
pub(super) fn measure(program: &Path, labels: &Path) -> anyhow::Result<()> {
    let shown = || labels.display().to_string();
    let text = std::fs::read_to_string(labels).with_context(shown)?;
    let articles: Vec<Article> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .with_context(shown)?;
    let answers = annotate(program, &inputs(&articles)?)?;
    let mut counts: BTreeMap<&str, (usize, [usize; N_COLUMNS])> = BTreeMap::new();
    let (mut n_found, mut n_right) = (0, 0);
    for (article, answer) in articles.iter().zip(&answers) {
        let mut right = BTreeSet::new();
        n_found += answer.links.len();
        for label in &article.links {
            let level = label.best(answer, &mut right);
            for kind in [label.kind.as_str(), "all"]
                .into_iter()
                .filter(|_| !label.optional)
            {
                let (n, columns) = counts.entry(kind).or_default();
                *n += 1;
                columns[..level].iter_mut().for_each(|column| *column += 1);
            }
        }
        n_right += right.len();
    }
    println!("\n{} articles, completely labeled", articles.len());
    println!(
        "{:<18}{:>8}{:>8}{:>8}{:>11}{:>8}",
        "recall by", "labeled", "ends", "type", "direction", "stance"
    );
    for (kind, (n, columns)) in counts {
        let [ends, of_type, direction, stance] = columns.map(|found| rate(found, n));
        println!("{kind:<18}{n:>8}{ends:>8}{of_type:>8}{direction:>11}{stance:>8}");
    }
    println!("{n_found} ties found, {n_right} of them as a label has them, optional ones included");
    Ok(())
}

/// The texts that the labels are of.
fn inputs(articles: &[Article]) -> anyhow::Result<Vec<Input>> {
    let file = unpacked("articles/articles.tar.zst")?.join("article_sh/ground-truth.json");
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    let input = |article: &Article| {
        let text = truth[&article.article]["articleBody"].as_str();
        Ok(Input {
            id: article.article.clone(),
            text: text
                .with_context(|| format!("{} is not in {}", article.article, file.display()))?
                .to_owned(),
            date: None,
            author: None,
            kind: "article".to_owned(),
        })
    };
    articles.iter().map(input).collect()
}

impl Label {
    /// How many columns the best of the found ties fulfills; those that fulfill all are added to `right`.
    fn best(&self, answer: &Answer, right: &mut BTreeSet<usize>) -> usize {
        let levels = answer.links.iter().enumerate().map(|(number, link)| {
            let level = self.level(answer, link);
            if level == N_COLUMNS {
                right.insert(number);
            }
            level
        });
        levels.max().unwrap_or_default()
    }

    fn level(&self, answer: &Answer, link: &Link) -> usize {
        let ends = [&answer.entities[link.from], &answer.entities[link.to]];
        let is_from = |end: &Entity| is_named(end, &self.from, &self.alt_from);
        let is_to = |end: &Entity| is_named(end, &self.to, &self.alt_to);
        let forward = is_from(ends[0]) && is_to(ends[1]);
        let backward = is_from(ends[1]) && is_to(ends[0]);
        let of_type = self.kind == link.kind || self.alt_types.all().contains(&link.kind);
        let direction = forward || SYMMETRIC.contains(&link.kind.as_str());
        let stance = self.stance == link.stance || self.alt_stance.all().contains(&link.stance);
        let steps = [forward || backward, of_type, direction, stance];
        steps.iter().take_while(|step| **step).count()
    }
}

/// Whether one of an entity's names holds all words of a labeled one, or the other way round.
fn is_named(entity: &Entity, name: &str, others: &OneOrMore) -> bool {
    let names = [&entity.name].into_iter().chain(&entity.names);
    let found: Vec<BTreeSet<String>> = names.map(|name| words(name)).collect();
    let wanted = [name]
        .into_iter()
        .chain(others.all().iter().map(String::as_str));
    let mut wanted = wanted.map(words);
    wanted.any(|wanted| {
        let fits = |found: &BTreeSet<String>| {
            !found.is_empty()
                && !wanted.is_empty()
                && (found.is_subset(&wanted) || wanted.is_subset(found))
        };
        found.iter().any(fits)
    })
}

fn words(name: &str) -> BTreeSet<String> {
    let name = name
        .to_lowercase()
        .replace("u.s.", "united states")
        .replace('’', "'")
        .replace("'s", "");
    name.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_another_or_does_not() {
        let entity = |name: &str| Entity {
            name: name.to_owned(),
            names: Vec::new(),
        };
        let none = OneOrMore::None;
        assert!(is_named(
            &entity("the Harbor Trust’s"),
            "Harbor Trust",
            &none
        ));
        assert!(is_named(&entity("Berg"), "Anna Berg", &none));
        assert!(!is_named(&entity("Carl Berg"), "Anna Berg", &none));
        let alias = OneOrMore::One("HT".to_owned());
        assert!(is_named(&entity("HT"), "Harbor Trust", &alias));
    }
}
