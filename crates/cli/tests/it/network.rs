//! The network of the demo leak: export, ownership, payments. Needs a language pipeline.

use std::collections::BTreeSet;
use std::time::Instant;

use onrecord_workbench::{CaseFolder, NetworkQuestion, NetworkView, Workbench};
use serde_json::Value;

use crate::analysis::demo;
use crate::support::{Bench, program};

const PADR: &str = "Pellmore Audience Data Research Limited";

fn around(bench: &Bench, question: &NetworkQuestion) -> NetworkView {
    let workbench = Workbench::open(&CaseFolder::new(bench.case())).expect("a case");
    workbench.network_around(question).expect("a network")
}

fn close(value: &Value, expected: f64) -> bool {
    value
        .as_f64()
        .is_some_and(|value| (value - expected).abs() < 1e-6)
}

#[test]
fn a_graph_leaves_out_what_is_not_established_and_what_is_protected() {
    let Some(bench) = demo() else { return };
    let gexf = bench.ok(&["export", "gexf"]);
    assert_eq!(gexf, bench.ok(&["export", "gexf"]), "same in, same out");
    assert!(gexf.contains("asserted by"));
    let all = bench.ok(&["export", "gexf", "--all"]);
    assert!(all.len() > gexf.len());
    assert!(all.contains("denied by") && all.contains("for=\"established\" value=\"false\""));
    assert!(!gexf.contains("for=\"established\" value=\"false\""));

    let file = bench.path("around.graphml");
    let name = file.to_string_lossy().into_owned();
    bench.ok(&[
        "export", "graphml", "--of", PADR, "--depth", "1", "-o", &name,
    ]);
    let graphml = std::fs::read_to_string(&file).expect("the file is written");
    assert!(graphml.contains(PADR) && !graphml.contains("Brackwell Estates"));

    assert!(gexf.contains("Kestrin Partners LP"));
    let links = bench.json(&[
        "links",
        "--of",
        "Kestrin Partners LP",
        "--type",
        "Ownership",
    ]);
    let documents: BTreeSet<&str> = links
        .iter()
        .filter_map(|link| link["document"].as_str())
        .collect();
    for document in documents {
        bench.ok(&["protect", document, "--by", "a tester"]);
    }
    let after = bench.run(&["export", "gexf"]);
    let text = String::from_utf8(after.stdout).expect("UTF-8");
    assert!(
        !text.contains("Kestrin Partners LP"),
        "it rests on protected tables alone"
    );
    assert!(text.contains("Something was withheld"));
    assert!(String::from_utf8_lossy(&after.stderr).contains("withheld to protect"));
}

#[test]
fn formats_are_offered_and_others_refused() {
    let help = program()
        .args(["export", "--help"])
        .output()
        .expect("it starts");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    for format in onrecord_workbench::GRAPH_FORMATS {
        assert!(
            help.contains(format.name) && help.contains(format.title),
            "{help}"
        );
    }
    let wrong = program()
        .args(["export", "dot"])
        .output()
        .expect("it starts");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn shares_run_through_chains_and_circles_are_told() {
    let Some(bench) = demo() else { return };
    let lines = bench.json(&["links", "--view", "ownership"]);
    let holding = |owner: &str, asset: &str| {
        let found = lines
            .iter()
            .find(|line| line["owner_name"] == owner && line["asset_name"] == asset);
        found.unwrap_or_else(|| panic!("{owner} holds some of {asset}"))
    };
    let through = holding("Magnus Oldershaw (born 1948)", PADR);
    assert!(close(&through["share"][0], 46.5) && close(&through["share"][1], 46.5));
    let chain = &through["chains"][0];
    assert_eq!(chain["entities"].as_array().map(Vec::len), Some(4));
    assert!(close(&chain["steps"][2][0], 62.0));
    let circles: Vec<&Value> = lines
        .iter()
        .filter(|line| line["circle"].is_array())
        .collect();
    assert_eq!(circles.len(), 1);
    assert_eq!(circles[0]["circle"].as_array().map(Vec::len), Some(3));
    let told = bench.ok(&[
        "links",
        "--view",
        "ownership",
        "--of",
        "Kestrin Partners LP",
    ]);
    assert!(
        told.contains("Kestrin Partners LP holds 15.5 % of Pellmore"),
        "{told}"
    );
}

#[test]
fn payments_are_added_up_and_nothing_twice() {
    let Some(bench) = demo() else { return };
    let total = |arguments: &[&str]| {
        let base = ["links", "--view", "payments", "--with", PADR];
        bench.json(&[&base, arguments].concat())
    };
    let campaign = total(&["--of", "Corvick for Lethmark"]);
    assert_eq!(campaign.len(), 1);
    assert!(close(&campaign[0]["min"], 960_000.0) && campaign[0]["n_payments"] == 4);
    let months = total(&["--of", "Corvick for Lethmark", "--by", "month"]);
    assert_eq!(months.len(), 4);
    let ship = total(&["--of", "Skerrow Shipping"]);
    assert!(
        close(&ship[0]["min"], 850_000.0),
        "an article tells two payments of the ledger together: {ship:?}"
    );
    let refused = bench.run(&["links", "--view", "payments", "--type", "Payment"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn neighbors_come_with_their_strongest_tie() {
    let Some(bench) = demo() else { return };
    let lines = bench.json(&["links", "--view", "neighbors", "--of", "Lucian Ardrey"]);
    assert_eq!(lines[0]["name"], PADR);
    assert_eq!(lines[0]["established"], true);
    let order: Vec<bool> = lines
        .iter()
        .map(|line| line["established"] == true)
        .collect();
    assert!(order.is_sorted_by(|a, b| a >= b), "established ones first");
    assert_eq!(
        bench.run(&["links", "--view", "neighbors"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_picture_is_the_same_each_time_and_says_what_was_cut() {
    let Some(bench) = demo() else { return };
    let question = NetworkQuestion {
        of: vec![PADR.to_owned()],
        depth: 2,
        ..NetworkQuestion::default()
    };
    let view = around(&bench, &question);
    assert_eq!(view, around(&bench, &question));
    assert_eq!(view.nodes[0].name, PADR);
    assert_eq!(view.nodes[0].distance, 0);
    assert!(view.n_not_established > 0 && view.edges.iter().all(|edge| edge.established));
    assert!(
        view.nodes
            .iter()
            .all(|node| node.x.is_finite() && node.y.is_finite())
    );
    let sum: u32 = view.communities.iter().sum();
    assert_eq!(sum as usize, view.nodes.len());
    let small = around(
        &bench,
        &NetworkQuestion {
            most_entities: 5,
            ..question.clone()
        },
    );
    assert_eq!(small.nodes.len(), 5);
    assert!(
        small.cut.iter().any(|cut| cut.contains("strongest ties")),
        "{:?}",
        small.cut
    );
    let whole = around(
        &bench,
        &NetworkQuestion {
            all: true,
            most_ties: 10,
            ..NetworkQuestion::default()
        },
    );
    assert_eq!(whole.edges.len(), 10);
}

#[test]
fn thousands_of_ties_are_a_picture_too() {
    if demo().is_none() {
        return;
    }
    let bench = Bench::new();
    let mut table = String::from("owner,company,share\n");
    for row in 0..6_000_u64 {
        let (owner, asset) = (row * 7_919 % 1_900, row * 104_729 % 1_700);
        table.push_str(&format!(
            "Firm{owner} Holdings Ltd,Plant{asset} Works Ltd,{}\n",
            row % 90 + 1
        ));
    }
    let file = bench.write("owners.csv", table);
    bench.add(&file);
    let started = Instant::now();
    let view = around(&bench, &NetworkQuestion::default());
    println!(
        "{} entities, {} ties: {:?}",
        view.nodes.len(),
        view.edges.len(),
        started.elapsed()
    );
    assert!(view.nodes.len() <= 2_000 && view.edges.len() <= 5_000);
    assert!(!view.cut.is_empty());
}
