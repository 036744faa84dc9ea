//! Measures indexing and queries on a folder of messages, repeated up to a number of documents:
//! `cargo run --release --example measure -- FOLDER INDEX [DOCUMENTS [MEGABYTES [index-only]]]`.
//!
//! Attachments are left out.

#![allow(
    clippy::disallowed_methods,
    reason = "it measures time and reads files"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use onrecord_record::{Digest, DocumentId};
use onrecord_search::{FACETS, Index, IndexDocument, IndexWriter, Options, Query, Sort, snippet};

const QUERIES: &[(&str, &[&str])] = &[
    (
        "word",
        &[
            "usrp", "the", "sample", "payments", "gnuradio", "clock", "it", "of", "money", "free",
        ],
    ),
    (
        "exact",
        &["\"samples\"", "=clock", "\"the\"", "\"received\""],
    ),
    (
        "phrase",
        &[
            "\"clock source\"",
            "\"of the\"",
            "\"to the\"",
            "\"in the\"",
            "\"sample rate\"",
            "\"click here\"",
        ],
    ),
    (
        "boolean",
        &[
            "clock AND (rate OR sample) NOT gps",
            "the of and to",
            "error OR failed OR wrong -usrp",
        ],
    ),
    ("prefix", &["samp*", "uhd*", "con*", "a*"]),
    ("fuzzy", &["gnuradoi~", "recieve~2", "clok~1", "mony~2"]),
    (
        "near",
        &[
            "clock near/5 source",
            "the near/3 of",
            "sample near/10 rate",
            "(error OR failed) near/5 \"the device\"",
        ],
    ),
    (
        "field",
        &[
            "subject:clock",
            "from:marcus",
            "header.x-mailer:outlook",
            "subject:(re OR fwd) from:edu",
        ],
    ),
    ("date", &["date:2002..2019", "clock date:2019-05", "*"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, dir, rest @ ..] = arguments.as_slice() else {
        return Err("usage: measure FOLDER INDEX [DOCUMENTS [MEGABYTES [index-only]]]".into());
    };
    let messages = read_messages(Path::new(folder))?;
    let wanted = rest.first().map_or(Ok(messages.len()), |n| n.parse())?;
    let memory = rest.get(1).map_or(Ok(90), |n| n.parse::<usize>())? * 1_000_000;
    let bytes: usize = messages.iter().map(|message| message.body.len()).sum();
    let headers: usize = messages
        .iter()
        .flat_map(|message| &message.headers)
        .map(|(_, value)| value.len())
        .sum();
    println!(
        "{} messages, {bytes} bytes of text, {headers} of headers",
        messages.len()
    );

    let index = Index::rebuild(Path::new(dir))?;
    let (before, start) = (cpu_seconds(), Instant::now());
    let mut writer = index.writer(memory)?;
    for number in 0..wanted {
        messages[number % messages.len()].upsert(&mut writer, number)?;
    }
    writer.commit(wanted as u64)?;
    println!(
        "indexed {wanted} in {:.2} CPU s, {:.2} s",
        cpu_seconds() - before,
        start.elapsed().as_secs_f64()
    );
    let (before, start) = (cpu_seconds(), Instant::now());
    writer.close()?;
    println!(
        "merges: {:.2} CPU s, {:.2} s",
        cpu_seconds() - before,
        start.elapsed().as_secs_f64()
    );
    println!("{:?}, peak {}", index.stats()?, peak_memory());
    match rest.get(2) {
        Some(_) => Ok(()),
        None => measure_queries(&index, &messages),
    }
}

fn measure_queries(index: &Index, messages: &[Message]) -> Result<(), Box<dyn Error>> {
    let every: Vec<_> = FACETS.iter().map(|(facet, _)| *facet).collect();
    for (kind, queries) in QUERIES {
        for query in *queries {
            let parsed = Query::parse(query).query;
            let mut line = format!("{kind:8} {query:45}");
            for (sort, facets) in [
                (Sort::Relevance, Vec::new()),
                (Sort::DateDescending, Vec::new()),
                (Sort::Relevance, every.clone()),
            ] {
                let options = Options {
                    sort,
                    facets,
                    ..Options::default()
                };
                let mut times: Vec<f64> = Vec::new();
                let mut total = 0;
                for _ in 0..15 {
                    let start = Instant::now();
                    total = index.search(&parsed, &options)?.total;
                    times.push(start.elapsed().as_secs_f64() * 1e3);
                }
                times.sort_by(f64::total_cmp);
                line += &format!(" {:7.2}/{:.2}", times[7], times[14]);
                if sort == Sort::DateDescending {
                    line += &format!(" ({total})");
                }
            }
            let long = messages.iter().find(|message| message.body.len() > 10_000);
            if let Some(message) = long {
                let text: String = message.body.chars().take(10_000).collect();
                let start = Instant::now();
                let found = snippet(&parsed, &text, 200);
                line += &format!(
                    " snippet {:.2} ({})",
                    start.elapsed().as_secs_f64() * 1e3,
                    found.highlights.len()
                );
            }
            println!("{line}");
        }
    }
    Ok(())
}

struct Message {
    headers: Vec<(String, String)>,
    body: String,
    date: i64,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn upsert(&self, writer: &mut IndexWriter, number: usize) -> onrecord_search::Result<()> {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let id = DocumentId::of_content(&Digest::of(&number.to_le_bytes()));
        writer.upsert(&IndexDocument {
            title: self.header("subject"),
            texts: &[("main", &self.body)],
            from: &[self.header("from")],
            to: &[self.header("to")],
            cc: &[self.header("cc")],
            headers: &headers,
            date: Some(self.date + number as i64),
            paths: &["mail/inbox"],
            custodians: &["somebody"],
            language: Some("en"),
            ..IndexDocument::new(id, "email")
        })
    }
}

/// Headers as written, all text bodies, HTML as text.
fn parse(raw: &[u8]) -> Message {
    let parsed = mail_parser::MessageParser::default()
        .parse(raw)
        .unwrap_or_default();
    let headers = parsed.headers_raw();
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let bodies = (0..parsed.text_body_count()).filter_map(|index| parsed.body_text(index));
    let body = bodies.collect::<Vec<_>>().join("\n");
    let date = parsed.date().map_or(0, mail_parser::DateTime::to_timestamp);
    Message {
        headers,
        body,
        date,
    }
}

fn read_messages(folder: &Path) -> Result<Vec<Message>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: &PathBuf| Ok(parse(&std::fs::read(path)?));
    files.iter().map(read).collect()
}

/// Processor time of this process so far, in ticks of a hundredth of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|n| n.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("unknown").to_owned()
}
