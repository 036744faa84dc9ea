//! Query latency on a case of many documents: p50 and p99 by kind of query, with and without snippets.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::run::{folder_bytes, onrecord, option, output, target};

/// Kinds of query and the pattern of each; `{a}`, `{b}`, `{c}` are words of the corpus.
const KINDS: &[(&str, &str)] = &[
    ("term", "{a}"),
    ("phrase", "\"{a} {b}\""),
    ("boolean", "({a} OR {b}) AND NOT {c}"),
    ("fuzzy", "{a}~"),
    ("prefix", "{p}*"),
    ("near", "{a} near/5 {b}"),
    ("field", "subject:{a} AND {b}"),
];

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let documents: usize = option(arguments, "--documents")
        .unwrap_or("100000")
        .parse()
        .context("--documents N")?;
    let program = onrecord(true)?;
    let work = target().join("bench").join("search");
    let case = work.join("search.case");
    let corpus = corpus(&work, documents)?;
    let case_name = case.display().to_string();
    crate::run::run(
        &program,
        &[
            "--case",
            &case_name,
            "add",
            "--quiet",
            "--no-derive",
            &corpus.display().to_string(),
        ],
    )?;
    println!(
        "{documents} documents, index and store {} MB",
        folder_bytes(&case) / 1_000_000
    );
    println!(
        "{:<10}{:>10}{:>12}{:>12}{:>22}{:>12}",
        "", "queries", "p50 ms", "p99 ms", "with snippets: p50", "p99"
    );
    for (kind, pattern) in KINDS {
        let list = queries(&work, kind, pattern)?;
        let plain = latencies(&program, &case_name, &list, false)?;
        let snippets = latencies(&program, &case_name, &list, true)?;
        println!(
            "{kind:<10}{:>10}{:>12.2}{:>12.2}{:>22.2}{:>12.2}",
            plain.len(),
            percentile(&plain, 0.50),
            percentile(&plain, 0.99),
            percentile(&snippets, 0.50),
            percentile(&snippets, 0.99)
        );
    }
    Ok(())
}

/// Latencies in milliseconds, sorted; the program answers all queries in one process, as a server does.
fn latencies(program: &Path, case: &str, list: &Path, snippets: bool) -> anyhow::Result<Vec<f64>> {
    let list = list.display().to_string();
    let mut arguments = vec!["--case", case, "search", "--time", &list];
    if snippets {
        arguments.push("--snippets");
    }
    let text = output(program, &arguments)?;
    let mut times: Vec<f64> = text.lines().filter_map(|line| line.parse().ok()).collect();
    times.sort_by(f64::total_cmp);
    Ok(times)
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(f64::NAN)
}

const QUERIES: u64 = 300;

fn queries(work: &Path, kind: &str, pattern: &str) -> anyhow::Result<PathBuf> {
    let mut random = Random(7);
    let mut text = String::new();
    for _ in 0..QUERIES {
        let words: Vec<String> = (0..3).map(|_| word(random.zipf())).collect();
        let prefix = &words[0][..words[0].len().min(4)];
        let query = pattern
            .replace("{a}", &words[0])
            .replace("{b}", &words[1])
            .replace("{c}", &words[2])
            .replace("{p}", prefix);
        writeln!(text, "{query}")?;
    }
    let path = work.join(format!("{kind}.txt"));
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Messages of words drawn by Zipf's law, in mailboxes of a thousand: the shape of real text, any size.
fn corpus(work: &Path, documents: usize) -> anyhow::Result<PathBuf> {
    if work.exists() {
        std::fs::remove_dir_all(work)?;
    }
    let folder = work.join("corpus");
    std::fs::create_dir_all(&folder)?;
    let mut random = Random(1);
    for mailbox in 0..documents.div_ceil(1_000) {
        let mut text = String::new();
        for number in 0..1_000.min(documents - mailbox * 1_000) {
            message(&mut text, &mut random, mailbox * 1_000 + number)?;
        }
        std::fs::write(folder.join(format!("{mailbox:04}.mbox")), text)?;
    }
    Ok(folder)
}

fn message(text: &mut String, random: &mut Random, number: usize) -> anyhow::Result<()> {
    let (sender, day, year) = (
        random.below(500),
        1 + random.below(28),
        2000 + random.below(20),
    );
    writeln!(
        text,
        "From s{sender}@bench.example Thu Jan  1 00:00:00 {year}"
    )?;
    writeln!(text, "From: Sender {sender} <s{sender}@bench.example>")?;
    writeln!(
        text,
        "Date: {day} Mar {year} 10:00:00 +0000\nMessage-ID: <{number}@bench.example>"
    )?;
    writeln!(
        text,
        "Subject: {} {}\n",
        word(random.zipf()),
        word(random.zipf())
    )?;
    for _ in 0..12 {
        let line: Vec<String> = (0..12).map(|_| word(random.zipf())).collect();
        writeln!(text, "{}", line.join(" "))?;
    }
    writeln!(text)?;
    Ok(())
}

/// The n-th word of an invented language, as pronounceable as any.
fn word(mut number: u64) -> String {
    const SYLLABLES: [&str; 20] = [
        "ka", "lo", "mi", "ter", "sun", "ra", "vel", "dor", "ni", "pa", "ster", "gu", "li", "ban",
        "che", "mo", "rit", "fa", "zen", "dal",
    ];
    let mut word = String::new();
    number += 20;
    while number > 0 {
        word.push_str(SYLLABLES[(number % 20) as usize]);
        number /= 20;
    }
    word
}

/// xorshift with a fixed seed: the same corpus on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Ranks to 50,000 with a frequency that falls as 1/rank.
    fn zipf(&mut self) -> u64 {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (50_000f64.powf(share) - 1.0) as u64
    }
}
