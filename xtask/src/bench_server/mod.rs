//! First bytes of every page, at 100,000 documents and a million mentions, with readers side by side while
//! an import runs; and the memory of the server.

pub(crate) mod client;
mod corpus;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Context;

use self::client::{Client, Served};
use crate::random::Random;
use crate::run::{onrecord, option, target};

/// What must be reached: milliseconds to the first byte, and megabytes of the server.
const MOST_MS: f64 = 30.0;
const MOST_MB: u64 = 300;
/// Addresses of each page that names something.
const ADDRESSES: usize = 40;
/// Messages that are added while the pages are read.
const ADDED: usize = 5_000;

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let number = |name: &str, default: usize| -> anyhow::Result<usize> {
        option(arguments, name).map_or(Ok(default), |given| given.parse().context(name.to_owned()))
    };
    let (documents, readers) = (number("--documents", 100_000)?, number("--readers", 20)?);
    let seconds = number("--seconds", 60)?;
    let program = match option(arguments, "--program") {
        Some(given) => PathBuf::from(given),
        None => onrecord(true)?,
    };
    let work = target().join("bench/server");
    let case = match option(arguments, "--case") {
        Some(given) => PathBuf::from(given),
        None => new_case(&program, &work, documents)?,
    };
    let added = work.join("added");
    corpus::write(&added, ADDED, 9)?;
    let served = Served::start(&program, &case)?;
    let addresses = addresses(&served)?;
    let import = (!arguments.iter().any(|argument| argument == "--no-import"))
        .then(|| importing(&program, &case, &added))
        .transpose()?;
    let times = load(
        &served,
        &addresses,
        readers,
        Duration::from_secs(seconds as u64),
    )?;
    let memory = served.peak_megabytes()?;
    if let Some(mut import) = import {
        import.kill()?;
        import.wait()?;
    }
    report(&times, memory)
}

fn new_case(program: &Path, work: &Path, documents: usize) -> anyhow::Result<PathBuf> {
    let (case, leak) = (work.join("server.case"), work.join("leak"));
    if case.exists() {
        return Ok(case);
    }
    corpus::write(&leak, documents, 8)?;
    let (case_name, leak) = (case.display().to_string(), leak.display().to_string());
    crate::run::run(program, &["--case", &case_name, "add", "--quiet", &leak])?;
    Ok(case)
}

fn importing(program: &Path, case: &Path, folder: &Path) -> anyhow::Result<Child> {
    let import = Command::new(program)
        .arg("--case")
        .arg(case)
        .args(["add", "--quiet"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    import.context("cannot start an import")
}

/// Page → addresses of it, from the description of the pages, so that a new page is measured by itself.
fn addresses(served: &Served) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut client = Client::open(served)?;
    let description = client.json("/openapi.json")?;
    let paths = description["paths"].as_object().context("no paths")?;
    let documents = client.ids("/search.json?q=*&limit=200")?;
    let mut entities = Vec::new();
    for letters in ["an", "bo", "cl", "da", "el", "fr", "ma", "so"] {
        entities.extend(client.ids(&format!("/names.json?limit=20&q={letters}"))?);
    }
    let mut random = Random::new(3);
    let mut addresses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths.keys() {
        let page = path.trim_end_matches(".json");
        let of_page = match page.split_once("/{") {
            Some(("/documents", _)) => named(page, &documents, &mut random),
            Some(("/network" | "/money" | "/entities", _)) => named(page, &entities, &mut random),
            // Whatever else has names lists them on the page above.
            Some((list, _)) => match client.ids(&format!("{list}.json")) {
                Ok(ids) => named(page, &ids, &mut random),
                Err(_) => Vec::new(),
            },
            None => asked(page, &entities, &mut random),
        };
        if of_page.is_empty() {
            eprintln!("not measured, since nothing in the case has such a page: {page}");
        } else {
            addresses.insert(page.to_owned(), of_page);
        }
    }
    Ok(addresses)
}

/// A page with its name filled in.
fn named(page: &str, ids: &[String], random: &mut Random) -> Vec<String> {
    let Some((before, rest)) = page.split_once('{') else {
        return vec![page.to_owned()];
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let fill = |_| format!("{before}{}{after}", ids[random.below(ids.len())]);
    match ids {
        [] => Vec::new(),
        _ => (0..ADDRESSES).map(fill).collect(),
    }
}

/// A page with something asked of it.
fn asked(page: &str, entities: &[String], random: &mut Random) -> Vec<String> {
    let words = |random: &mut Random| corpus::word(random.below(400));
    let entity = |random: &mut Random| {
        entities
            .get(random.below(entities.len()))
            .cloned()
            .unwrap_or_default()
    };
    let ask = |_| match page {
        "/search" => match random.below(4) {
            0 => format!("/search?q={}", words(random)),
            1 => format!("/search?q=%22{}+{}%22", words(random), words(random)),
            2 => format!("/search?q={}+AND+NOT+{}", words(random), words(random)),
            _ => format!("/search?q=from:{}&with=type:message", words(random)),
        },
        "/connections" | "/between" => {
            format!("{page}?from={}&to={}", entity(random), entity(random))
        }
        "/names" => format!("/names?q={}", &words(random)[..2]),
        other => other.to_owned(),
    };
    (0..ADDRESSES).map(ask).collect()
}

type Times = BTreeMap<String, Vec<f64>>;

/// Readers side by side, each asking for pages at random, one after the other.
fn load(
    served: &Served,
    addresses: &BTreeMap<String, Vec<String>>,
    readers: usize,
    time: Duration,
) -> anyhow::Result<Times> {
    let all: Mutex<Times> = Mutex::default();
    // What is gathered from the whole case is gathered before: a server is started once, and read all day.
    for of_page in addresses.values() {
        Client::open(served)?.first_byte(&of_page[0])?;
    }
    let end = Instant::now() + time;
    let all_times = &all;
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let started: Vec<_> = (0..readers)
            .map(|reader| {
                scope.spawn(move || read_until(served, addresses, end, reader as u64, all_times))
            })
            .collect();
        for reader in started {
            reader
                .join()
                .map_err(|_| anyhow::anyhow!("a reader failed"))??;
        }
        Ok(())
    })?;
    Ok(all.into_inner().unwrap_or_default())
}

fn read_until(
    served: &Served,
    addresses: &BTreeMap<String, Vec<String>>,
    end: Instant,
    seed: u64,
    all: &Mutex<Times>,
) -> anyhow::Result<()> {
    let mut random = Random::new(100 + seed);
    let pages: Vec<_> = addresses.iter().collect();
    let mut client = Client::open(served)?;
    let mut own: Vec<(String, f64)> = Vec::new();
    while Instant::now() < end {
        let (page, of_page) = pages[random.below(pages.len())];
        let took = client.first_byte(&of_page[random.below(of_page.len())])?;
        own.push((page.clone(), took));
        // A person reads what came before asking again.
        std::thread::sleep(Duration::from_millis(50 + random.next() % 200));
    }
    if let Ok(mut all) = all.lock() {
        for (page, took) in own {
            all.entry(page).or_default().push(took);
        }
    }
    Ok(())
}

fn report(times: &Times, memory: u64) -> anyhow::Result<()> {
    println!(
        "{:<24}{:>10}{:>10}{:>10}{:>10}",
        "first byte", "requests", "p50 ms", "p99 ms", "most ms"
    );
    let mut slow = Vec::new();
    for (page, took) in times {
        let mut took = took.clone();
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
        println!(
            "{page:<24}{:>10}{:>10.1}{:>10.1}{:>10.1}",
            took.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
        if at(0.99) > MOST_MS {
            slow.push(page.as_str());
        }
    }
    println!("server, most memory: {memory} MB");
    if !slow.is_empty() || memory > MOST_MB {
        println!(
            "not reached ({MOST_MS} ms at p99, {MOST_MB} MB): {}",
            slow.join(", ")
        );
    }
    Ok(())
}
