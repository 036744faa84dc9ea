//! Import and index, against `notmuch`, `mu` and `recollindex`, on the same Maildir in one run.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::run::{Usage, folder_bytes, has, measure, onrecord, option, target, unpacked};

/// Real mail that is measured: `(name, archive of the shared data)`.
const CORPORA: &[(&str, &str)] = &[
    ("usrp-users-1500", "mail/usrp-users-1500.tar.zst"),
    ("sa-easy1-hard1-spam1", "mail/sa-easy1-hard1-spam1.tar.zst"),
];

/// A program that imports mail.
struct Peer {
    name: &'static str,
    program: &'static str,
    package: &'static str,
    prepare: fn(&Path, &Path) -> anyhow::Result<()>,
    arguments: fn(&Path, &Path) -> Vec<String>,
    index: &'static str,
}

const PEERS: &[Peer] = &[
    Peer {
        name: "notmuch new",
        program: "notmuch",
        package: "notmuch",
        prepare: prepare_notmuch,
        arguments: |_, work| {
            vec![
                format!("--config={}", work.join("notmuch.cfg").display()),
                "new".into(),
            ]
        },
        index: "notmuch",
    },
    Peer {
        name: "mu index",
        program: "mu",
        package: "maildir-utils",
        prepare: |maildir, work| {
            let home = format!("--muhome={}", work.join("mu").display());
            crate::run::measure(
                "mu",
                &["init", &home, &format!("--maildir={}", maildir.display())],
            )
            .map(|_| ())
        },
        arguments: |_, work| {
            vec![
                "index".into(),
                format!("--muhome={}", work.join("mu").display()),
            ]
        },
        index: "mu",
    },
    Peer {
        name: "recollindex",
        program: "recollindex",
        package: "recollcmd",
        prepare: |maildir, work| {
            let folder = work.join("recoll");
            std::fs::create_dir_all(&folder)?;
            let config = format!("topdirs = {}\n", maildir.display());
            Ok(std::fs::write(folder.join("recoll.conf"), config)?)
        },
        arguments: |_, work| {
            vec![
                "-c".into(),
                work.join("recoll").display().to_string(),
                "-z".into(),
            ]
        },
        index: "recoll",
    },
];

fn prepare_notmuch(maildir: &Path, work: &Path) -> anyhow::Result<()> {
    let config = format!(
        "[database]\npath={}\nmail_root={}\n[user]\nname=x\nprimary_email=x@x.example\n[new]\ntags=new\n",
        work.join("notmuch").display(),
        maildir.display()
    );
    std::fs::create_dir_all(work.join("notmuch"))?;
    Ok(std::fs::write(work.join("notmuch.cfg"), config)?)
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let runs: usize = option(arguments, "--runs")
        .unwrap_or("3")
        .parse()
        .context("--runs N")?;
    let program = onrecord(true)?;
    for (name, archive) in CORPORA {
        let maildir = maildir(name, &unpacked(archive)?)?;
        let work = target().join("bench").join(name);
        println!(
            "\n{name}: {} bytes, least CPU of {runs} runs",
            folder_bytes(&maildir)
        );
        println!(
            "{:<16}{:>9}{:>9}{:>10}{:>11}{:>22}",
            "", "CPU s", "wall s", "peak MB", "index MB", "CPU / onrecord's CPU"
        );
        let ours = best(runs, &work, |work| {
            let case = work.join("bench.case").display().to_string();
            // Import and index are measured; without a model in reach nothing is annotated.
            let usage = measure(
                &program.to_string_lossy(),
                &[
                    "--case",
                    &case,
                    "add",
                    "--quiet",
                    &maildir.display().to_string(),
                ],
            )?;
            Ok((usage, folder_bytes(&work.join("bench.case"))))
        })?;
        row("onrecord add", ours, ours.0.cpu_seconds);
        for peer in PEERS {
            if !has(peer.program) {
                println!(
                    "{:<16}not installed: apt-get install {}",
                    peer.name, peer.package
                );
                continue;
            }
            let theirs = best(runs, &work, |work| {
                (peer.prepare)(&maildir, work)?;
                let arguments = (peer.arguments)(&maildir, work);
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                let usage = measure(peer.program, &arguments)?;
                Ok((usage, folder_bytes(&work.join(peer.index))))
            })?;
            row(peer.name, theirs, ours.0.cpu_seconds);
        }
    }
    Ok(())
}

fn best(
    runs: usize,
    work: &Path,
    mut once: impl FnMut(&Path) -> anyhow::Result<(Usage, u64)>,
) -> anyhow::Result<(Usage, u64)> {
    let mut best: Option<(Usage, u64)> = None;
    for _ in 0..runs.max(1) {
        if work.exists() {
            std::fs::remove_dir_all(work)?;
        }
        std::fs::create_dir_all(work)?;
        let this = once(work)?;
        if best.is_none_or(|(least, _)| this.0.cpu_seconds < least.cpu_seconds) {
            best = Some(this);
        }
    }
    best.context("at least one run")
}

fn row(name: &str, (usage, bytes): (Usage, u64), ours: f64) {
    println!(
        "{name:<16}{:>9.2}{:>9.2}{:>10.0}{:>11.1}{:>22.2}",
        usage.cpu_seconds,
        usage.wall_seconds,
        usage.peak_mb,
        bytes as f64 / 1e6,
        usage.cpu_seconds / ours
    );
}

/// The corpus as a Maildir, which all of the peers read.
fn maildir(name: &str, corpus: &Path) -> anyhow::Result<PathBuf> {
    let folder = target().join("data").join(format!("{name}.maildir"));
    if folder.join(".complete").is_file() {
        return Ok(folder.join("mail"));
    }
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join("mail").join(part))?;
    }
    let mut files = Vec::new();
    collect(corpus, &mut files)?;
    files.sort();
    for (number, file) in files.iter().enumerate() {
        std::fs::copy(
            file,
            folder
                .join("mail/cur")
                .join(format!("{number:06}.bench:2,S")),
        )?;
    }
    std::fs::write(folder.join(".complete"), "")?;
    Ok(folder.join("mail"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.file_name().is_some_and(|name| name != ".complete") {
            files.push(path);
        }
    }
    Ok(())
}
