//! The demo leak against its answer key.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{Bench, assert_adds_up, key, leak, root};

fn demo() -> Bench {
    let bench = Bench::new();
    bench.add(&leak());
    bench
}

#[test]
fn the_ledger_is_the_keys() {
    let bench = demo();
    let status = bench.status();
    assert_adds_up(&status);
    let key = key();
    for (name, expected) in key["inventory"]["files"].as_object().expect("counts") {
        if let Some(found) = status["ledger"]["files"].get(name) {
            assert_eq!(found, expected, "files: {name}");
        }
    }
    let distinct = key["inventory"]["messages"]["distinct"].as_u64();
    assert_eq!(
        status["messages"].as_u64(),
        distinct,
        "one message, one document"
    );
    let leak = leak().canonicalize().expect("the leak is there");
    let mut ended: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in bench.json(&["files"]) {
        let path = Path::new(line["path"].as_str().expect("a path"));
        let path = path.strip_prefix(&leak).expect("a file of the leak");
        let outcome = line["outcome"].as_str().expect("an outcome").to_owned();
        let paths = ended.entry(outcome).or_default();
        paths.insert(path.to_string_lossy().into_owned());
    }
    let listed = |list: &str| -> BTreeSet<String> {
        let entries = key["ledger"][list].as_array().expect("a list").iter();
        entries
            .map(|entry| entry["path"].as_str().expect("a path").to_owned())
            .collect()
    };
    for (outcome, list) in [
        ("partly", "partly"),
        ("unread", "unread"),
        ("copy", "copies"),
    ] {
        assert_eq!(ended.get(outcome), Some(&listed(list)), "{list}");
    }
    assert!(listed("read_with_remark").is_subset(&ended["read"]));
}

#[test]
fn what_is_locked_is_named_and_unlocked_with_the_right_password() {
    let bench = demo();
    let locked = |bench: &Bench| bench.json(&["problems", "--code", "locked"]).len();
    assert_eq!(locked(&bench), 2);
    let before = bench.status()["documents"].as_u64().expect("a number");
    let passwords = root().join("corpora/demo/passwords.txt");
    bench.ok(&[
        "unlock",
        "--quiet",
        "--passwords",
        &passwords.to_string_lossy(),
    ]);
    assert_eq!(locked(&bench), 0);
    let status = bench.status();
    assert_adds_up(&status);
    assert_eq!(status["documents"].as_u64(), Some(before + 2));
    let again = bench.run(&["unlock", "--passwords", &passwords.to_string_lossy()]);
    assert_eq!(again.status.code(), Some(1), "nothing is locked any more");
}

#[test]
fn threads_hold_the_keys_messages_and_gaps() {
    let bench = demo();
    let threads = bench.json(&["mail", "threads"]);
    let key = key();
    let inventory = &key["inventory"]["threads"];
    assert_eq!(
        threads.len() as u64,
        inventory["all"].as_u64().expect("a number")
    );
    let ids_of = |name: &Value| -> String {
        let messages = key["messages"]
            .as_object()
            .map(|map| map[name.as_str().expect("a name")].clone());
        let message = messages.unwrap_or_else(|| {
            let list = key["messages"].as_array().expect("a list");
            list.iter()
                .find(|message| message["id"] == *name)
                .expect("a message")
                .clone()
        });
        message["message_id"]
            .as_str()
            .expect("an id")
            .trim_matches(['<', '>'])
            .to_owned()
    };
    let found: Vec<BTreeSet<String>> = threads
        .iter()
        .map(|thread| {
            let messages = thread["messages"].as_array().expect("messages").iter();
            messages
                .filter(|message| !message["document"].is_null())
                .map(|message| {
                    message["message_id"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned()
                })
                .collect()
        })
        .collect();
    for expected in inventory["list"].as_array().expect("a list") {
        let expected: BTreeSet<String> = expected
            .as_array()
            .expect("a thread")
            .iter()
            .map(ids_of)
            .collect();
        assert!(found.contains(&expected), "no thread is {expected:?}");
    }
    let missing: BTreeSet<String> = threads
        .iter()
        .flat_map(|thread| thread["messages"].as_array().cloned().unwrap_or_default())
        .filter(|message| message["document"].is_null())
        .filter_map(|message| Some(format!("<{}>", message["message_id"].as_str()?)))
        .collect();
    for absent in inventory["absent_message_ids"].as_array().expect("a list") {
        assert!(
            missing.contains(absent.as_str().expect("an id")),
            "{absent} is not shown as a gap"
        );
    }
}

#[test]
fn one_message_in_three_mailboxes_is_one_document_with_its_differences() {
    let bench = demo();
    let key = key();
    for (name, places) in key["inventory"]["copies"].as_object().expect("copies") {
        let first = places[0].as_str().expect("a place");
        let file = first
            .split(['#', '!'])
            .next()
            .filter(|file| first.contains("#") == file.ends_with("mbox"));
        let Some(file) = file.filter(|_| !first.contains("!rfc822")) else {
            continue;
        };
        let number: Option<usize> = first
            .rsplit('#')
            .next()
            .and_then(|number| number.parse().ok());
        let lines = bench.json(&["files", "--inside", file]);
        let wanted = number.map(|number| format!("message {number}"));
        let line = lines.iter().find(|line| {
            let path = line["path"].as_str().unwrap_or_default();
            wanted
                .as_ref()
                .is_none_or(|wanted| path.ends_with(wanted.as_str()))
        });
        let Some(id) = line.and_then(|line| line["document"].as_str()) else {
            continue;
        };
        let page = bench.json(&["show", id]).remove(0);
        let origins = page["origins"].as_array().expect("origins").len();
        assert!(
            origins >= places.as_array().expect("places").len(),
            "{name}: {origins} origins"
        );
    }
}

#[test]
fn adding_again_changes_nothing() {
    let bench = demo();
    let before = crate::support::content(&bench);
    bench.add(&leak());
    assert_eq!(before, crate::support::content(&bench));
}

#[test]
fn tags_are_searched_and_taken_back() {
    let bench = demo();
    let hit = bench
        .json(&["search", "type:article", "--limit", "1"])
        .remove(1);
    let id = hit["document"].as_str().expect("an id").to_owned();
    let tagged = bench
        .json(&["tag", &id, "key document", "--by", "ada"])
        .remove(0);
    let total = |bench: &Bench| bench.json(&["search", "tag:\"key document\""])[0]["total"].clone();
    assert_eq!(total(&bench), 1);
    bench.ok(&[
        "judge",
        "undo",
        tagged["id"].as_str().expect("an id"),
        "--by",
        "ada",
    ]);
    assert_eq!(total(&bench), 0);
    assert_eq!(bench.json(&["judge", "log"]).len(), 2, "the log keeps both");
}

#[test]
fn words_inside_attachments_and_nested_archives_are_found() {
    let bench = demo();
    for path in ["desk-note.txt", "old.mbox/message 1", "inventory.txt"] {
        let lines = bench.json(&["files", "--inside", path]);
        let line = lines
            .iter()
            .find(|line| !line["document"].is_null())
            .expect(path);
        let found = bench.json(&[
            "search",
            &format!("path:\"{}\"", path.split('/').next_back().unwrap_or(path)),
        ]);
        let ids: Vec<&Value> = found.iter().skip(1).map(|hit| &hit["document"]).collect();
        assert!(
            ids.contains(&&line["document"]),
            "{path} is not found by its path"
        );
    }
}
