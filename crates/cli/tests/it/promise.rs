//! The shapes, exit statuses and messages that other programs rely on.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Bench, leak, program, root};

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn assert_has(value: &Value, wanted: &[&str]) {
    let keys = keys(value);
    for key in wanted {
        assert!(keys.contains(key), "{key} is missing in {keys:?}");
    }
}

#[test]
fn each_verb_prints_the_promised_shape() {
    let bench = Bench::new();
    bench.add(&leak());
    let status = bench.status();
    assert_has(
        &status,
        &[
            "format_version",
            "ledger",
            "documents",
            "messages",
            "mentions",
            "entities",
            "statements",
            "links",
            "stages",
        ],
    );
    assert_has(
        &status["ledger"]["files"],
        &["found", "read", "partly", "unread", "copies", "excluded"],
    );
    assert_has(
        &status["stages"][0],
        &["name", "done", "total", "per_second", "seconds_left"],
    );
    let found = bench.json(&["search", "consent", "--limit", "3"]);
    assert_has(
        &found[0],
        &[
            "format_version",
            "total",
            "took_ms",
            "query",
            "cursor",
            "facets",
            "warnings",
        ],
    );
    assert_has(
        &found[1],
        &[
            "document",
            "title",
            "type",
            "date",
            "score",
            "snippet",
            "highlights",
        ],
    );
    assert_has(&found[0]["facets"]["type"][0], &["value", "count"]);
    assert_has(
        &bench.json(&["problems"])[0],
        &["path", "code", "kind", "message", "what_to_do"],
    );
    let thread = &bench.json(&["mail", "threads"])[0];
    assert_has(thread, &["id", "subject", "messages", "missing"]);
    assert_has(
        &thread["messages"][0],
        &["document", "message_id", "date", "from", "depth"],
    );
}

#[test]
fn highlights_are_bytes_of_the_snippet() {
    let bench = Bench::new();
    bench.write(
        "a.txt",
        "Über Ärger: the ministre Müller met Ms Müller again.",
    );
    bench.add(&bench.material());
    let found = bench.json(&["search", "muller"]);
    let snippet = found[1]["snippet"].as_str().expect("a snippet");
    let words: Vec<&str> = found[1]["highlights"]
        .as_array()
        .expect("highlights")
        .iter()
        .map(|span| {
            let at = |index: usize| span[index].as_u64().expect("a number") as usize;
            &snippet[at(0)..at(1)]
        })
        .collect();
    assert_eq!(words, ["Müller", "Müller"]);
}

#[test]
fn cursors_reach_every_hit_once() {
    let bench = Bench::new();
    for number in 0..57 {
        bench.write(&format!("{number}.txt"), format!("harbor note {number}"));
    }
    bench.add(&bench.material());
    let mut seen = std::collections::BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["search", "harbor", "--limit", "10"];
        if let Some(cursor) = &after {
            arguments.extend(["--after", cursor]);
        }
        let page = bench.json(&arguments);
        assert_eq!(page[0]["total"], 57);
        for hit in &page[1..] {
            assert!(seen.insert(hit["document"].to_string()), "a hit came twice");
        }
        after = page[0]["cursor"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 57);
}

#[test]
fn extract_nests_what_lies_inside() {
    let archive = root().join("corpora/demo/leak/files/handover.zip");
    let output = program()
        .args(["extract", "--json"])
        .arg(&archive)
        .output()
        .expect("starts");
    let tree: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_has(
        &tree,
        &[
            "format_version",
            "path",
            "media_type",
            "charset",
            "sha256",
            "text",
            "pages",
            "metadata",
            "children",
            "problems",
        ],
    );
    let names = |node: &Value| -> Vec<String> {
        let children = node["children"].as_array().expect("children");
        children
            .iter()
            .map(|child| child["path"].as_str().expect("a path").to_owned())
            .collect()
    };
    assert_eq!(
        names(&tree),
        ["handover.zip/inventory.txt", "handover.zip/old-mail.tar.gz"]
    );
    let lines = program()
        .args(["extract", "--jsonl"])
        .arg(&archive)
        .output()
        .expect("starts");
    let lines: Vec<Value> = String::from_utf8_lossy(&lines.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert!(lines.iter().any(|line| line["parent"] == "handover.zip"));
}

#[test]
fn exit_statuses_say_found_nothing_and_error() {
    let bench = Bench::new();
    assert_eq!(bench.run(&["status"]).status.code(), Some(2), "no case");
    bench.write("a.txt", "harbor");
    bench.add(&bench.material());
    assert_eq!(bench.run(&["search", "harbor"]).status.code(), Some(0));
    assert_eq!(bench.run(&["search", "absent"]).status.code(), Some(1));
    assert_eq!(bench.run(&["show", "00000000"]).status.code(), Some(2));
    assert_eq!(bench.run(&["add", "/no/such/path"]).status.code(), Some(2));
    assert_eq!(bench.run(&["no-such-verb"]).status.code(), Some(2));
    let wrong = bench.run(&["search", "harbor AND (", "--json"]);
    assert_eq!(wrong.status.code(), Some(0), "a wrong query is tried");
    let head: Value = serde_json::from_slice(
        wrong
            .stdout
            .split(|b| *b == b'\n')
            .next()
            .unwrap_or_default(),
    )
    .expect("JSON");
    assert!(
        head["warnings"]
            .as_array()
            .is_some_and(|warnings| !warnings.is_empty())
    );
}

#[test]
fn a_second_writer_is_told_who_holds_the_case() {
    let bench = Bench::new();
    bench.write("a.txt", "harbor");
    bench.add(&bench.material());
    // A writer that waits: it holds the case as long as its lock is held.
    let lock = std::fs::File::options()
        .read(true)
        .write(true)
        .open(bench.case().join("writer.lock"))
        .expect("the lock");
    lock.lock().expect("nobody else holds it");
    let refused = bench.run(&["add", &bench.material().to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        message.contains("process ") && message.contains("onrecord add"),
        "{message}"
    );
    assert_eq!(
        bench.run(&["search", "harbor"]).status.code(),
        Some(0),
        "readers go on"
    );
}

#[test]
fn a_closed_pipe_is_success() {
    let bench = Bench::new();
    for number in 0..2_000 {
        bench.write(&format!("{number}.txt"), "x");
    }
    bench.add(&bench.material());
    let mut child = bench
        .command(&["files"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    let mut some = [0; 10];
    stdout.read_exact(&mut some).expect("some output");
    drop(stdout);
    assert_eq!(child.wait().expect("our child").code(), Some(0));
}

#[test]
fn help_shows_every_verb_that_works() {
    let help = program().arg("--help").output().expect("starts");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for verb in [
        "add", "status", "problems", "search", "show", "files", "mail", "tag", "note", "protect",
        "checked", "unlock", "check", "backup", "delete", "extract",
    ] {
        let listed = help.lines().any(|line| line.trim_start().starts_with(verb));
        assert!(listed, "{verb} is not in the help");
        let own = program().args([verb, "--help"]).output().expect("starts");
        assert_eq!(own.status.code(), Some(0), "{verb}");
    }
}

#[test]
fn a_list_of_names_is_searched_line_by_line() {
    let bench = Bench::new();
    bench.write("a.txt", "harbor harbor bridge");
    bench.write("b.txt", "harbor");
    bench.add(&bench.material());
    let list = bench.path("names.txt");
    std::fs::write(&list, "harbor\n\"harbor bridge\"\nabsent\n").expect("a list");
    let table = bench.ok(&["search", "--list", &list.to_string_lossy()]);
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let counts: Vec<(&str, &str)> = rows.iter().map(|row| (row[2], row[3])).collect();
    assert_eq!(counts[0], ("2", "3"));
    assert_eq!(counts[1].0, "1");
    assert_eq!(counts[2], ("0", "0"));
}
