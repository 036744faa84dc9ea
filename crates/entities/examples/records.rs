//! Finds records of one bearer in tables and prints the pairs: `records dedupe FILE [COLUMN=ROLE]...` or
//! `records link LEFT RIGHT [COLUMN=ROLE]...`, as `cargo xtask eval records` runs it. Lines: left id, right id, score.
#![allow(clippy::disallowed_methods)] // reads the files that it is given

use std::io::{BufReader, Write};

use onrecord_entities::names::NameKind;
use onrecord_entities::records::{
    Candidate, List, Roles, cluster, deduplicate, link, one_to_one, read_csv,
};

/// Score from which two records count as one.
const FROM: f32 = 0.5;
/// The same for the best pairs of two lists without doubles, whose rivals are out of the way.
const FROM_ONE_TO_ONE: f32 = 0.02;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mapped, arguments): (Vec<String>, Vec<String>) = arguments
        .into_iter()
        .partition(|argument| argument.contains('='));
    let mut roles = Roles::default();
    for mapping in &mapped {
        let (column, role) = mapping.split_once('=').unwrap_or_default();
        roles.say(column, role)?;
    }
    let read = |file: &str| read(file, &roles);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["dedupe", file] => {
            let list = read(file)?;
            let found = deduplicate(&list, NameKind::Person);
            print_groups(&mut out, &list, &cluster(&found, list.records.len(), FROM))?;
        }
        ["link", left, right] => {
            let (left, right) = (read(left)?, read(right)?);
            let found = link(&left, &right, NameKind::Person);
            let best: Vec<Candidate> = one_to_one(&found).into_iter().cloned().collect();
            print_pairs(&mut out, &left, &right, &best)?;
        }
        _ => return Err("records dedupe FILE | link LEFT RIGHT, and COLUMN=ROLE for columns whose name does not say what they hold".into()),
    }
    Ok(out.flush()?)
}

fn read(file: &str, roles: &Roles) -> Result<List, Box<dyn std::error::Error>> {
    Ok(read_csv(BufReader::new(std::fs::File::open(file)?), roles)?)
}

fn print_pairs(
    out: &mut impl Write,
    left: &List,
    right: &List,
    found: &[Candidate],
) -> std::io::Result<()> {
    for pair in found.iter().filter(|pair| pair.score >= FROM_ONE_TO_ONE) {
        let (one, other) = (
            &left.records[pair.left as usize].id,
            &right.records[pair.right as usize].id,
        );
        writeln!(out, "{one}\t{other}\t{:.3}", pair.score)?;
    }
    Ok(())
}

/// All pairs within each group.
fn print_groups(out: &mut impl Write, list: &List, groups: &[u32]) -> std::io::Result<()> {
    let mut members: std::collections::BTreeMap<u32, Vec<&str>> = std::collections::BTreeMap::new();
    for (record, group) in groups.iter().enumerate() {
        members
            .entry(*group)
            .or_default()
            .push(&list.records[record].id);
    }
    for group in members.values() {
        for (at, one) in group.iter().enumerate() {
            for other in &group[at + 1..] {
                writeln!(out, "{one}\t{other}\t1")?;
            }
        }
    }
    Ok(())
}
