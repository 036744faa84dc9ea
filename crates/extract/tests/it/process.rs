//! Workers that misbehave: each is ended and reported, and its parent goes on.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use onrecord_extract::process::{Process, ProcessLimits, WorkerProgram};
use onrecord_extract::{Event, InProcess, Job, Kind, Limits, NoSpool, Outcome, Worker};
use onrecord_record::{Effect, ProblemCode};

use crate::archives::{self, Entry};
use crate::tree::{Item, job, tree_of};

/// The example that obeys orders; built here, since a test binary cannot ask for it.
fn program(how: &str) -> WorkerProgram {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let path = PROGRAM.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "onrecord-extract"])
            .args(["--example", "misbehaving_worker"])
            .status();
        assert!(built.expect("cargo is installed").success());
        let test = std::env::current_exe().expect("a test has a path");
        let folder = test
            .parent()
            .and_then(|deps| deps.parent())
            .expect("a folder of builds");
        folder.join("examples/misbehaving_worker")
    });
    WorkerProgram {
        path: path.clone(),
        arguments: vec![OsString::from(how)],
    }
}

fn limits() -> ProcessLimits {
    ProcessLimits {
        cpu: Duration::from_secs(1),
        quiet: Duration::from_secs(3),
        ..ProcessLimits::default()
    }
}

fn start(limits: ProcessLimits) -> Process<'static> {
    Process::start(program("obey"), limits, tempfile::tempfile).expect("it starts")
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("it has room");
    file
}

fn read_by(worker: &mut dyn Worker, job: &Job, bytes: &[u8]) -> Item {
    tree_of(&job.limits, &mut |sink| {
        let outcome = worker.extract(job, &mut file(bytes), sink);
        assert_eq!(outcome, Outcome::Complete);
    })
}

fn read(worker: &mut dyn Worker, name: &str, bytes: &[u8]) -> Item {
    read_by(worker, &job(name), bytes)
}

fn messages(item: &Item) -> Vec<String> {
    item.problems
        .iter()
        .map(|problem| problem.message.clone())
        .collect()
}

#[test]
fn a_worker_tells_what_a_reader_in_this_process_tells() {
    let mut there = start(limits());
    assert!(there.sandbox().is_full(), "{:?}", there.sandbox());
    let inner = archives::zip(&[
        Entry::plain("a.txt", b"one"),
        Entry::plain("b.html", b"<p>two</p>"),
    ]);
    let files: [(&str, &[u8]); 5] = [
        ("a.txt", b"Anna met Jo.\r\n"),
        ("a.zip", &inner),
        (
            "a.mbox",
            include_bytes!("../../../../corpora/extract/box.mbox"),
        ),
        (
            "a.eml",
            include_bytes!("../../../../corpora/extract/newsletter.eml"),
        ),
        ("empty", b""),
    ];
    for (name, bytes) in files {
        let collect = |worker: &mut dyn Worker| {
            let mut events = Vec::new();
            worker.extract(&job(name), &mut file(bytes), &mut |event| {
                events.push(event);
                ControlFlow::Continue(())
            });
            events
        };
        let mut here = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
        assert_eq!(collect(&mut there), collect(&mut here), "{name}");
    }
    let mut worker = start(limits());
    let item = tree_of(&Limits::default(), &mut |sink| {
        worker.extract(&job("a.txt"), &mut Cursor::new("no file"), sink);
    });
    assert_eq!(item.text(), "no file");
}

#[test]
fn whoever_breaks_down_is_reported_and_the_next_file_is_read() {
    let expected = [
        ("abort", ProblemCode::Crashed),
        ("exit", ProblemCode::Crashed),
        ("overflow the stack", ProblemCode::Crashed),
        ("spin", ProblemCode::TimedOut),
        ("sleep", ProblemCode::TimedOut),
        ("eat memory", ProblemCode::OutOfMemory),
        ("write", ProblemCode::Misbehaved),
        ("append", ProblemCode::Misbehaved),
        ("connect", ProblemCode::Misbehaved),
        ("listen", ProblemCode::Misbehaved),
        ("become a program", ProblemCode::Misbehaved),
    ];
    let mut worker = start(limits());
    for (order, code) in expected {
        let item = read(&mut worker, "a.txt", format!("!{order}").as_bytes());
        assert_eq!(item.codes(), [code], "{order}: {:?}", messages(&item));
        assert_eq!(
            (item.end.kind, item.outcome()),
            (Kind::None, Effect::Unread),
            "{order}"
        );
        assert!(
            item.end.sha256.is_some(),
            "{order}: what is not read is known by its bytes"
        );
        assert_eq!(item.end.media_type, "text/plain", "{order}");
        assert!(
            !messages(&item)[0].contains("99"),
            "{order}: {:?}",
            messages(&item)
        );
        assert_eq!(
            read(&mut worker, "b.txt", b"fine").text(),
            "fine",
            "after {order}"
        );
    }
}

#[test]
fn what_a_library_may_try_fails_and_is_no_problem() {
    let mut worker = start(limits());
    for order in [
        "read",
        "list",
        "remove",
        "start a program",
        "start a thread",
        "print",
        "shout",
    ] {
        let item = read(&mut worker, "a.txt", format!("!{order}").as_bytes());
        assert_eq!(messages(&item), Vec::<String>::new(), "{order}");
        assert_eq!(item.text(), format!("!{order}"));
    }
    let item = read(&mut worker, "a.txt", b"!panic");
    assert_eq!(item.codes(), [ProblemCode::Crashed]);
}

#[test]
fn one_bad_attachment_costs_nothing_but_itself() {
    let message = |n: usize, attachment: &str| {
        format!(
            "From a@x.example Mon May 14 16:39:00 2001\nFrom: a@x.example\nSubject: letter {n}\n\
             MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Type: text/plain\n\nbody {n}\n--b\n\
             Content-Type: text/plain; name=note{n}.txt\n\
             Content-Disposition: attachment; filename=note{n}.txt\n\n{attachment}\n--b--\n\n"
        )
    };
    let orders = ["fine", "!abort", "fine", "!spin", "fine"];
    let mailbox: String = orders
        .iter()
        .enumerate()
        .map(|(n, text)| message(n, text))
        .collect();
    let mut worker = start(limits());
    let root = read(&mut worker, "box.mbox", mailbox.as_bytes());
    assert_eq!(root.children.len(), 5);
    assert_eq!(root.end.kind, Kind::Container);
    for (n, text) in orders.iter().enumerate() {
        let letter = &root.children[n];
        assert_eq!(
            letter.end.title.as_deref(),
            Some(format!("letter {n}").as_str())
        );
        assert_eq!(letter.text().trim(), format!("body {n}"));
        let note = letter.named(&format!("note{n}.txt"));
        let is_read = note.end.kind == Kind::Document;
        assert_eq!(is_read, !text.starts_with('!'), "{}", root.show());
    }
    let mut here = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
    let whole = read(&mut here, "box.mbox", mailbox.as_bytes());
    assert_eq!(
        root.all().len(),
        whole.all().len(),
        "nothing is lost, nothing told twice"
    );
}

#[test]
fn an_item_that_was_told_in_part_is_kept_in_part() {
    // The second part of the text gives the order, when the first was handed on long ago.
    let mut text = "words\n".repeat(200_000);
    text.push_str("!abort");
    let limits_of_text = Limits {
        text_part_bytes: 1_200_000,
        ..Limits::default()
    };
    let job = Job {
        limits: limits_of_text,
        ..job("long.txt")
    };
    let mut worker = start(limits());
    let item = read_by(&mut worker, &job, text.as_bytes());
    assert_eq!(item.texts.len(), 1, "{}", item.show());
    assert_eq!(item.texts[0].text.len(), 1_200_000);
    assert_eq!(
        (item.end.kind, item.outcome()),
        (Kind::Document, Effect::Partly)
    );
    assert_eq!(item.codes(), [ProblemCode::Crashed]);
}

#[test]
fn the_second_engine_reads_what_the_first_breaks_down_at() {
    let page = include_str!("../../../../corpora/extract/article.html");
    // The whole text of a page is told as such only by the first engine.
    let at = page
        .find("<body")
        .and_then(|at| Some(at + page[at..].find('>')? + 1))
        .expect("a body");
    let page = format!("{}<p>?abort</p>{}", &page[..at], &page[at..]);
    let mut here = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
    let by_first = read(&mut here, "a.html", page.as_bytes());
    assert_eq!(by_first.texts.len(), 2, "{}", by_first.show());
    let mut worker = start(limits());
    let item = read(&mut worker, "a.html", page.as_bytes());
    assert_eq!(messages(&item), messages(&by_first));
    assert_eq!(
        item.text(),
        by_first.texts[1].text,
        "the whole text, without an article"
    );
}

#[test]
fn members_too_large_for_memory_go_through_files_of_the_parent() {
    let inner = archives::zip(&[Entry::plain("a.txt", &b"word ".repeat(40_000))]);
    let archive = archives::gzip(&inner);
    let job = Job {
        limits: Limits {
            in_memory: 100,
            ..Limits::default()
        },
        ..job("a.zip.gz")
    };
    let n_spools = Cell::new(0);
    let spool = || {
        n_spools.set(n_spools.get() + 1);
        tempfile::tempfile()
    };
    let mut worker = Process::start(program("obey"), limits(), spool).expect("it starts");
    let item = read_by(&mut worker, &job, &archive);
    assert!(
        item.named("a.txt").text().starts_with("word word"),
        "{}",
        item.show()
    );
    drop(worker);
    let no_room = || Err(std::io::ErrorKind::StorageFull.into());
    let mut worker = Process::start(program("obey"), limits(), no_room).expect("it starts");
    let item = read_by(&mut worker, &job, &archive);
    let codes: Vec<_> = item.all().into_iter().flat_map(Item::codes).collect();
    assert!(
        codes.contains(&ProblemCode::ReadFailed) || n_spools.get() == 0,
        "{}",
        item.show()
    );
}

#[test]
fn whoever_is_no_worker_is_no_worker() {
    for how in ["garbage", "gone", "mute"] {
        let began = Instant::now();
        let started = Process::start(program(how), limits(), tempfile::tempfile);
        assert!(started.is_err(), "{how}");
        assert!(began.elapsed() < Duration::from_secs(20), "{how}");
    }
    let nothing = WorkerProgram {
        path: PathBuf::from("/nowhere/at/all"),
        arguments: Vec::new(),
    };
    assert!(Process::start(nothing, limits(), tempfile::tempfile).is_err());
}

#[test]
fn a_worker_is_replaced_after_so_many_files() {
    let few = ProcessLimits {
        files: 2,
        ..limits()
    };
    let mut worker = start(few);
    for n in 0..7 {
        let text = format!("text {n}");
        assert_eq!(read(&mut worker, "a.txt", text.as_bytes()).text(), text);
    }
}

#[test]
fn stopping_does_not_wait_for_a_stuck_reader() {
    let stop = AtomicBool::new(false);
    let patient = ProcessLimits {
        cpu: Duration::from_secs(60),
        quiet: Duration::from_secs(60),
        ..limits()
    };
    let worker = Process::start(program("obey"), patient, tempfile::tempfile).expect("it starts");
    let mut worker = worker.stopping_at(&stop);
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
        });
        let mut n_events = 0;
        let outcome = worker.extract(&job("a.txt"), &mut file(b"!spin"), &mut |_: Event| {
            n_events += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(outcome, Outcome::Stopped);
    });
    assert!(began.elapsed() < Duration::from_secs(20));
    stop.store(false, Ordering::Relaxed);
    assert_eq!(read(&mut worker, "a.txt", b"next").text(), "next");
}
