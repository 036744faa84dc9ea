//! The files of the attribute ruler and of the lemmatizer.

use std::collections::HashMap;

use super::each_table;
use super::files::Files;
use super::msgpack::{Item, Reader};
use crate::error::LoadError;
use crate::labels::Labels;
use crate::rules::lemmatizer::{Lemmatizer, Mode, PosRules};
use crate::rules::ruler::{Outcome, Rule, Ruler, Test, TokenPattern};

pub(super) fn ruler(
    files: &Files<'_>,
    component: &str,
    labels: &mut Labels,
) -> Result<Ruler, LoadError> {
    let file = format!("{component}/patterns");
    let bytes = files.read(&file)?;
    let mut r = Reader::new(&bytes, &file);
    let mut rules = Vec::new();
    let mut lemmas: Vec<Box<str>> = Vec::new();
    for _ in 0..r.array_len()? {
        let mut rule = Rule {
            patterns: Vec::new(),
            outcome: Outcome::default(),
            index: 0,
        };
        for _ in 0..r.map_len()? {
            match r.text()? {
                "patterns" => {
                    for _ in 0..r.array_len()? {
                        let n = r.array_len()?;
                        rule.patterns.push(
                            (0..n)
                                .map(|_| token_pattern(&mut r, &file))
                                .collect::<Result<_, _>>()?,
                        );
                    }
                }
                "attrs" => rule.outcome = outcome(&mut r, labels, &mut lemmas, &file)?,
                "index" => match r.item()? {
                    Item::UInt(n) => rule.index = i32::try_from(n).unwrap_or(i32::MAX),
                    Item::Int(n) => rule.index = i32::try_from(n).unwrap_or(i32::MIN),
                    _ => return Err(r.error("an index that is no number")),
                },
                _ => r.skip()?,
            }
        }
        rules.push(rule);
    }
    if rules.len() > usize::from(u16::MAX) || lemmas.len() > usize::from(u16::MAX) {
        return Err(LoadError::unsupported(&file, "more than 65,535 rules"));
    }
    let all: Vec<&str> = (0..labels.len()).map(|n| labels.text(n as u16)).collect();
    Ruler::new(&rules, &all, lemmas).map_err(|e| LoadError::unsupported(&file, e.0))
}

fn token_pattern(r: &mut Reader<'_>, file: &str) -> Result<TokenPattern, LoadError> {
    let mut pattern = TokenPattern::default();
    for _ in 0..r.map_len()? {
        match r.text()? {
            "TAG" => pattern.tag.extend(tests(r, file)?),
            "POS" => pattern.pos.extend(tests(r, file)?),
            "DEP" => pattern.dep.extend(tests(r, file)?),
            "LOWER" => pattern.lower.extend(tests(r, file)?),
            "IS_SPACE" => match r.item()? {
                Item::Bool(b) => pattern.is_space = Some(b),
                _ => return Err(r.error("IS_SPACE with a value other than true and false")),
            },
            other => return Err(LoadError::unsupported(file, format!("a rule on {other}"))),
        }
    }
    Ok(pattern)
}

fn tests(r: &mut Reader<'_>, file: &str) -> Result<Vec<Test>, LoadError> {
    match r.item()? {
        Item::Str(s) => Ok(vec![Test::Is(s.to_owned())]),
        Item::Map(n) => (0..n)
            .map(|_| match r.text()? {
                "IN" => Ok(Test::In(strings(r)?)),
                "NOT_IN" => Ok(Test::NotIn(strings(r)?)),
                "REGEX" => Ok(Test::Regex(r.text()?.to_owned())),
                other => Err(LoadError::unsupported(
                    file,
                    format!("the condition {other}"),
                )),
            })
            .collect(),
        _ => Err(r.error("a condition that is neither text nor a map")),
    }
}

fn strings(r: &mut Reader<'_>) -> Result<Vec<String>, LoadError> {
    (0..r.array_len()?)
        .map(|_| r.text().map(str::to_owned))
        .collect()
}

fn outcome(
    r: &mut Reader<'_>,
    labels: &mut Labels,
    lemmas: &mut Vec<Box<str>>,
    file: &str,
) -> Result<Outcome, LoadError> {
    let mut outcome = Outcome::default();
    for _ in 0..r.map_len()? {
        let key = r.text()?;
        let value = r.text()?;
        match key {
            "TAG" => outcome.tag = Some(labels.add(value)),
            "POS" => outcome.pos = Some(labels.add(value)),
            "DEP" => outcome.dep = Some(labels.add(value)),
            "MORPH" => outcome.morph = Some(labels.add(&normal_morph(value))),
            "LEMMA" => {
                outcome.lemma = Some(lemmas.len() as u16);
                lemmas.push(value.into());
            }
            other => {
                return Err(LoadError::unsupported(
                    file,
                    format!("a rule that sets {other}"),
                ));
            }
        }
    }
    Ok(outcome)
}

/// Morphology as spaCy prints it: fields in order, values of a field in order, `_` for none.
pub(super) fn normal_morph(text: &str) -> String {
    if text == "_" {
        return String::new();
    }
    let mut fields: Vec<String> = text
        .split('|')
        .filter_map(|field| {
            let (name, values) = field.split_once('=')?;
            let mut values: Vec<&str> = values.split(',').collect();
            values.sort_unstable();
            Some(format!("{name}={}", values.join(",")))
        })
        .collect();
    fields.sort_unstable();
    fields.join("|")
}

/// Languages whose lemmatizer has rules of its own in code, which only spaCy runs.
const OWN_RULES: [&str; 11] = [
    "ca", "el", "es", "ga", "ht", "it", "mk", "nl", "pl", "ru", "uk",
];

pub(super) fn lemmatizer_mode(language: &str, mode: &str) -> Result<Mode, LoadError> {
    match (language, mode) {
        (l, _) if OWN_RULES.contains(&l) => Err(LoadError::unsupported(
            super::CONFIG,
            format!("the lemmatizer of the language {l}"),
        )),
        (_, "lookup") => Ok(Mode::Lookup),
        ("en", "rule") => Ok(Mode::EnglishRules),
        ("fr", "rule") => Ok(Mode::FrenchRules),
        (_, "rule") => Ok(Mode::Rules),
        (_, other) => Err(LoadError::unsupported(
            super::CONFIG,
            format!("a lemmatizer of the mode {other}"),
        )),
    }
}

pub(super) fn lemmatizer(
    files: &Files<'_>,
    component: &str,
    mode: Mode,
) -> Result<Lemmatizer, LoadError> {
    let file = format!("{component}/lookups/lookups.bin");
    let bytes = files.read(&file)?;
    let mut out = Lemmatizer {
        mode,
        by_pos: HashMap::new(),
        lookup: HashMap::new(),
        lists: Vec::new(),
    };
    each_table(&bytes, &file, |name, r| match name {
        "lemma_lookup" => {
            for _ in 0..r.map_len()? {
                let key = r.number()?;
                let list = list_or_text(r)?;
                out.lookup.insert(key, out.lists.len() as u32);
                out.lists.push(list);
            }
            Ok(())
        }
        "lemma_rules" | "lemma_exc" | "lemma_index" => {
            for _ in 0..r.map_len()? {
                let rules = out.by_pos.entry(r.number()?).or_default();
                match name {
                    "lemma_rules" => read_suffixes(r, rules)?,
                    "lemma_index" => read_index(r, rules)?,
                    _ => read_form_exceptions(r, rules, &mut out.lists)?,
                }
            }
            Ok(())
        }
        _ => r.skip(),
    })?;
    Ok(out)
}

fn list_or_text(r: &mut Reader<'_>) -> Result<Vec<Box<str>>, LoadError> {
    match r.item()? {
        Item::Str(s) => Ok(vec![s.into()]),
        Item::Array(n) => (0..n).map(|_| r.text().map(Box::from)).collect(),
        _ => Err(r.error("a lemma that is neither text nor a list")),
    }
}

fn read_suffixes(r: &mut Reader<'_>, rules: &mut PosRules) -> Result<(), LoadError> {
    for _ in 0..r.array_len()? {
        if r.array_len()? != 2 {
            return Err(r.error("a rule that is no pair"));
        }
        let old = r.text()?;
        rules.suffixes.push((old.into(), r.text()?.into()));
    }
    Ok(())
}

fn read_index(r: &mut Reader<'_>, rules: &mut PosRules) -> Result<(), LoadError> {
    for _ in 0..r.array_len()? {
        rules.has_index = true;
        if !rules.index.insert(r.text()?, 0) {
            return Err(r.error("more than 4 GiB of words"));
        }
    }
    Ok(())
}

fn read_form_exceptions(
    r: &mut Reader<'_>,
    rules: &mut PosRules,
    lists: &mut Vec<Vec<Box<str>>>,
) -> Result<(), LoadError> {
    for _ in 0..r.map_len()? {
        rules.has_exceptions = true;
        let form = r.text()?;
        if !rules.exceptions.insert(form, lists.len() as u32) {
            return Err(r.error("more than 4 GiB of words"));
        }
        lists.push(list_or_text(r)?);
    }
    Ok(())
}
