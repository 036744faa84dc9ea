//! Killed at any instant, an import goes on where it was.

use std::time::Duration;

use crate::support::{Bench, assert_adds_up, content, leak};

/// Delays before the kill, in microseconds, from a fixed sequence over the length of an import.
fn delays(longest: u64, number: u64) -> impl Iterator<Item = u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..number).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % longest
    })
}

#[test]
fn the_case_equals_one_that_was_never_killed() {
    let whole = Bench::new();
    let began = std::time::Instant::now();
    whole.add(&leak());
    let length = began.elapsed().as_micros() as u64;
    let expected = content(&whole);

    let mut interrupted = 0;
    for (round, delay) in delays(length + length / 4, 24).enumerate() {
        let bench = Bench::new();
        // Each round kills a first run, then a second one that goes on, then finishes.
        for delay in [delay, delay / 3] {
            let leak = leak();
            let mut child = bench
                .command(&["add", "--quiet", &leak.to_string_lossy()])
                .spawn()
                .expect("the program starts");
            std::thread::sleep(Duration::from_micros(delay));
            interrupted += usize::from(child.try_wait().expect("a child").is_none());
            child.kill().expect("it is our child");
            child.wait().expect("it is our child");
        }
        bench.add(&leak());
        assert_adds_up(&bench.status());
        assert_eq!(
            content(&bench),
            expected,
            "round {round}, killed after {delay} µs"
        );
    }
    assert!(
        interrupted >= 8,
        "only {interrupted} runs were killed before they ended"
    );
}

#[test]
fn judgements_outlive_a_kill_and_a_new_reading() {
    let bench = Bench::new();
    let leak = leak();
    bench.add(&leak);
    let hit = bench
        .json(&["search", "type:message", "--limit", "1"])
        .remove(1);
    let id = hit["document"].as_str().expect("an id").to_owned();
    bench.ok(&["note", &id, "ask the clerk", "--by", "ada"]);
    std::fs::remove_dir_all(bench.case().join("index")).expect("the index is derived");
    let mut child = bench
        .command(&["add", "--quiet", &leak.to_string_lossy()])
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_millis(30));
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
    bench.add(&leak);
    let page = bench.json(&["show", &id]).remove(0);
    assert_eq!(page["judgements"]["notes"][0]["body"], "ask the clerk");
    let found = bench.json(&["search", "type:message", "--limit", "1"]);
    assert_eq!(
        found[0]["total"],
        bench.status()["messages"],
        "the index is whole again"
    );
}
