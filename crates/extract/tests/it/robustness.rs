//! Whatever the bytes: no panic, a well-formed stream, the same each time; and stopping is stopping.

use std::cell::Cell;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

use onrecord_extract::{Event, InProcess, Limits, NoSpool, Outcome, Worker};
use onrecord_record::ProblemCode;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::archives::{self, Entry};
use crate::tree::{job, read, run};

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let inner = archives::zip(&[
        Entry::plain("a.txt", b"one"),
        Entry::plain("b/c.html", b"<p>two</p>"),
    ]);
    vec![
        ("a.zip", inner.clone()),
        (
            "a.tar",
            archives::tar(&[("x.txt", b'0', b"three"), ("inner.zip", b'0', &inner)]),
        ),
        (
            "a.tgz",
            archives::gzip(&archives::tar(&[("x.txt", b'0', b"three")])),
        ),
        (
            "a.eml",
            include_bytes!("../../../../corpora/extract/newsletter.eml").to_vec(),
        ),
        (
            "a.mbox",
            include_bytes!("../../../../corpora/extract/box.mbox").to_vec(),
        ),
        (
            "a.html",
            include_bytes!("../../../../corpora/extract/article.html").to_vec(),
        ),
        (
            "a.csv",
            include_bytes!("../../../../corpora/extract/owners.csv").to_vec(),
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_give_a_stream(bytes in prop::collection::vec(any::<u8>(), 0..600), extension in "(txt|zip|eml|html|tar|gz|7z|csv|json)?") {
        read(&format!("x.{extension}"), &bytes);
    }

    #[test]
    fn damaged_files_give_a_stream(seed in 0_usize..7, cut in 0.0_f64..1.0, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)) {
        let (name, mut bytes) = seeds().swap_remove(seed);
        bytes.truncate(((bytes.len() as f64) * (0.2 + 0.8 * cut)) as usize);
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let first = read(name, &bytes).show();
        assert_eq!(first, read(name, &bytes).show(), "same in, same out");
    }
}

#[test]
fn after_a_break_nothing_comes() {
    for (name, bytes) in seeds() {
        let total = Cell::new(0_usize);
        let mut all = |_: Event| {
            total.set(total.get() + 1);
            ControlFlow::Continue(())
        };
        let mut worker = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
        worker.extract(&job(name), &mut Cursor::new(&bytes), &mut all);
        for stop_at in 1..=total.get() {
            let mut n = 0;
            let outcome = worker.extract(&job(name), &mut Cursor::new(&bytes), &mut |_| {
                n += 1;
                if n == stop_at {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            assert_eq!((outcome, n), (Outcome::Stopped, stop_at), "{name}");
        }
    }
}

#[test]
fn a_panic_of_the_receiver_is_its_own() {
    let caught = std::panic::catch_unwind(|| {
        let mut worker = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
        worker.extract(&job("a.txt"), &mut Cursor::new("x"), &mut |event| {
            assert!(!matches!(event, Event::Text(_)), "the receiver's own fault");
            ControlFlow::Continue(())
        });
    });
    assert!(caught.is_err());
}

#[test]
fn time_is_counted_for_readers_and_not_for_receivers() {
    let archive = archives::zip(&[Entry::plain("a.txt", &[b'a'; 4_000])]);
    let reading = |step: u64, in_sink: u64| {
        let now = Rc::new(Cell::new(0));
        let clock = Rc::clone(&now);
        let mut worker = InProcess::new(Box::new(NoSpool), move || {
            clock.set(clock.get() + step);
            Duration::from_secs(clock.get())
        });
        let mut codes = Vec::new();
        worker.extract(&job("a.zip"), &mut Cursor::new(&archive), &mut |event| {
            now.set(now.get() + in_sink);
            if let Event::Problem(problem) = event {
                codes.push(problem.code);
            }
            ControlFlow::Continue(())
        });
        codes
    };
    assert_eq!(reading(0, 1_000), []);
    assert!(reading(100, 0).contains(&ProblemCode::TimedOut));
}

#[test]
fn what_fits_neither_memory_nor_disk_is_told() {
    let inner = archives::zip(&[Entry::plain("deep.txt", &noise(200_000))]);
    let outer = archives::zip(&[Entry::plain("inner.zip", &inner)]);
    let mut small = job("outer.zip");
    small.limits = Limits {
        in_memory: 100_000,
        ..Limits::default()
    };
    let item = run(&small, &mut Cursor::new(&outer));
    assert_eq!(
        item.named("deep.txt").end.size,
        200_000,
        "a member too large for memory goes through a temporary file"
    );
    let mut codes = Vec::new();
    let mut worker = InProcess::new(Box::new(NoSpool), || Duration::ZERO);
    worker.extract(&small, &mut Cursor::new(&outer), &mut |event| {
        if let Event::Problem(problem) = event {
            codes.push(problem.code);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(codes, [ProblemCode::ReadFailed]);
}

/// Bytes that do not compress: a linear congruential generator's high bits.
fn noise(n: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..n).map(|_| next()).collect()
}
