//! What a case says of people, statements and ties, on the demo leak. Needs a language pipeline.

use serde_json::Value;

use crate::support::{Bench, leak, program};

/// The demo as a case; `None` (said aloud) where no pipeline is installed.
pub fn demo() -> Option<Bench> {
    let listed = program().args(["model", "list"]).output().ok()?;
    if !listed.status.success() {
        println!("skipped: no language pipeline; `cargo xtask model` gets the English one");
        return None;
    }
    let bench = Bench::new();
    bench.add(&leak());
    Some(bench)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn strings(value: &Value) -> Vec<&str> {
    let all = value.as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter_map(Value::as_str).collect()
}

/// The entity with this mail address.
fn with_address(entities: &[Value], address: &str) -> Value {
    let mut having = entities
        .iter()
        .filter(|one| strings(&one["addresses"]).contains(&address));
    let one = having
        .next()
        .unwrap_or_else(|| panic!("{address} is somebody's"));
    assert!(having.next().is_none(), "{address} is one person's");
    one.clone()
}

#[test]
fn people_are_one_or_two_as_they_should_be() {
    let Some(bench) = demo() else { return };
    let entities = bench.json(&["entities", "--limit", "10000", "--unnamed"]);
    assert_eq!(
        text(&entities[0], "name"),
        "Pellmore Audience Data Research Limited",
        "what the case turns on comes first"
    );
    assert!(strings(&entities[0]["names"]).contains(&"PADR"));
    let ferrow = with_address(&entities, "d.ferrow@padr.example");
    assert!(!strings(&ferrow["addresses"]).contains(&"dan.ferrow@pilots.example"));
    let son = with_address(&entities, "magnus.jr@brackwell.example");
    let father = with_address(&entities, "chairman@skerrow.example");
    assert_ne!(son["id"], father["id"], "father and son are two");
    let one = with_address(&entities, "lucian@pellmore-data.example");
    assert!(strings(&one["addresses"]).contains(&"l.ardrey@padr.example"));
    for unnamed in entities.iter().filter(|one| one["unnamed"] == true) {
        assert_eq!(
            unnamed["documents"], 1,
            "{unnamed}: an unnamed source is of one document"
        );
    }
    let advisers: Vec<&Value> = entities
        .iter()
        .filter(|one| {
            strings(&one["names"])
                .iter()
                .any(|name| name.contains("former adviser"))
        })
        .collect();
    assert!(!advisers.is_empty());
    for adviser in advisers {
        assert_eq!(
            adviser["unnamed"], true,
            "{adviser}: the adviser has no name"
        );
    }
}

#[test]
fn a_person_decides_and_takes_it_back() {
    let Some(bench) = demo() else { return };
    let documents = |name: &str| {
        let pages = bench.json(&["entity", name]);
        pages[0]["documents"].as_u64().unwrap_or_default()
    };
    let before = documents("Petra Koslin");
    let judged = bench.json(&[
        "judge",
        "merge",
        "Petra Koslin",
        "Ines Quarrendon",
        "--by",
        "ada",
    ]);
    assert_eq!(text(&judged[0], "verb"), "same");
    assert!(documents("Petra Koslin") > before);
    bench.add(&leak());
    assert!(
        documents("Petra Koslin") > before,
        "a machine never undoes it"
    );
    bench.ok(&["judge", "undo", text(&judged[0], "id")]);
    assert_eq!(documents("Petra Koslin"), before);
    bench.ok(&["judge", "rename", "Petra Koslin", "P. K."]);
    assert_eq!(documents("P. K."), before);
    let page = &bench.json(&["entity", "P. K."])[0];
    let apart = text(&page["mentions_in"][0], "document").to_owned();
    bench.ok(&["judge", "split", "P. K.", &apart]);
    let id = text(page, "id");
    let left = bench.json(&["entity", id])[0]["documents"].as_u64();
    assert!(left.is_some_and(|left| left < before));
    let refused = bench.run(&["judge", "grade", id, "X"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_wire_copy_and_a_corrected_article_are_found() {
    let Some(bench) = demo() else { return };
    let pages = bench.json(&["near-copies"]);
    let kinds = |title: &str| -> Vec<String> {
        let of = |page: &&Value| text(&page["original"], "title").contains(title);
        let copies = pages
            .iter()
            .filter(of)
            .flat_map(|page| page["copies"].as_array().cloned().unwrap_or_default());
        copies.map(|copy| text(&copy, "kind").to_owned()).collect()
    };
    assert_eq!(kinds("Donor who paid party"), ["corrected"]);
    let reprints: Vec<String> = pages
        .iter()
        .flat_map(|page| page["copies"].as_array().cloned().unwrap_or_default())
        .map(|copy| text(&copy, "kind").to_owned())
        .filter(|kind| kind == "reprint")
        .collect();
    assert_eq!(reprints.len(), 2, "one wire copy in two papers");
}

#[test]
fn a_denied_payment_is_shown_as_denied() {
    let Some(bench) = demo() else { return };
    let denials = bench.json(&["statements", "--by", "Maud Elverton", "--stance", "denies"]);
    assert!(!denials.is_empty());
    for line in &denials {
        assert_eq!(text(line, "stance"), "denies");
        assert!(!line["content"].as_array().expect("spans").is_empty());
    }
    let entities = bench.json(&["entities", "--limit", "10000"]);
    let father = with_address(&entities, "chairman@skerrow.example");
    let ways = bench.json(&["path", text(&father, "id"), "Lantern Party", "-k", "20"]);
    assert!(ways.iter().any(|way| way["established"] == false));
    for way in ways.iter().filter(|way| way["established"] == true) {
        for hop in way["hops"].as_array().expect("hops") {
            assert_eq!(hop["established"], true);
            let is_payment = hop["type"] == "Payment" && text(hop, "to_name") == "Lantern Party";
            assert!(!is_payment, "nobody named says that it was paid: {hop}");
        }
    }
}

#[test]
fn owners_in_a_table_are_ties_with_their_row() {
    let Some(bench) = demo() else { return };
    let links = bench.json(&[
        "links",
        "--of",
        "Tidewater Lane Holdings Limited",
        "--type",
        "Ownership",
    ]);
    let of_table = links.iter().find(|link| {
        text(link, "title") == "owners.csv" && text(link, "from_name") == "Kestrin Partners LP"
    });
    let link = of_table.expect("a quarter of Tidewater Lane is Kestrin's");
    assert_eq!(link["amount"]["max"], 25.0);
    assert_eq!(text(link, "since"), "2019-09-12");
    let quote = text(&link["evidence"][0], "quote");
    assert!(
        quote.starts_with("Kestrin Partners LP,Tidewater"),
        "{quote}"
    );
}

#[test]
fn evidence_is_the_exact_words() {
    let Some(bench) = demo() else { return };
    let mut seen = 0;
    for verb in ["links", "statements"] {
        for line in bench.json(&[verb]).iter().take(60) {
            let page = &bench.json(&["show", text(line, "document")])[0];
            let main = text(&page["texts"][0], "text");
            let lists = [
                &line["evidence"],
                &line["cue"],
                &line["content"],
                &line["source"],
            ];
            for quote in lists.into_iter().filter_map(Value::as_array).flatten() {
                let at = |key: &str| quote[key].as_u64().expect("an offset") as usize;
                assert_eq!(&main[at("start")..at("end")], text(quote, "quote"));
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} quotes");
}

#[test]
fn a_name_of_several_is_refused_with_the_candidates() {
    let Some(bench) = demo() else { return };
    let refused = bench.run(&["entity", "Magnus Oldershaw"]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        told.contains("ambiguous") && told.matches("Magnus Oldershaw").count() > 2,
        "{told}"
    );
    assert_eq!(
        bench.run(&["entity", "Nobody At All"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_list_is_laid_beside_the_case() {
    let Some(bench) = demo() else { return };
    let list = bench.write(
        "list.csv",
        "id,name,country\n7,\"Brandreth, Sunniva\",XX\n8,Nobody Known,XX\n",
    );
    let list = list.to_string_lossy().into_owned();
    let pairs = bench.json(&["xref", &list]);
    assert_eq!(text(&pairs[0], "entity_name"), "Sunniva Brandreth");
    assert_eq!(text(&pairs[0], "record"), "7");
    assert!(pairs.iter().all(|pair| text(pair, "record") != "8"));
}
