//! Negative controls: an engine that leaves out a step must not pass the comparison with spaCy.

use std::cell::Cell;
use std::path::PathBuf;

use serde_json::Value;

use crate::{LoadOptions, Pipeline};

thread_local! {
    /// Pads are set to zero after each layer.
    pub(crate) static ZERO_PADS: Cell<bool> = const { Cell::new(false) };
    /// Strings with small fixed ids are hashed like all others.
    pub(crate) static SKIP_SYMBOLS: Cell<bool> = const { Cell::new(false) };
}

#[allow(clippy::disallowed_methods)] // a test reads the environment and its fixture
fn differences(change: impl Fn(&mut Pipeline)) -> Option<usize> {
    let Some(folder) = std::env::var_os("ONRECORD_MODEL").map(PathBuf::from) else {
        println!("skipped: set ONRECORD_MODEL to the folder of the English pipeline");
        return None;
    };
    let mut pipeline = Pipeline::load(&folder, &LoadOptions::default()).unwrap();
    change(&mut pipeline);
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpora/language/en.jsonl");
    let mut workspace = pipeline.workspace();
    let mut n = 0;
    for line in std::fs::read_to_string(fixture).unwrap().lines() {
        let expected: Value = serde_json::from_str(line).unwrap();
        let a = pipeline.annotate(expected["text"].as_str().unwrap(), &mut workspace);
        for (t, e) in a
            .tokens()
            .iter()
            .zip(expected["tokens"].as_array().unwrap())
        {
            let same = a.label(t.tag) == e[2]
                && e[6] == t.head
                && a.label(t.dep) == e[7]
                && e[8] == t.ent_iob as u8
                && a.label(t.ent_type) == e[9];
            n += usize::from(!same);
        }
    }
    Some(n)
}

#[test]
fn the_engine_as_it_is_has_no_difference() {
    assert!(differences(|_| {}).is_none_or(|n| n == 0));
}

#[test]
fn a_changed_weight_is_noticed() {
    let change = |p: &mut Pipeline| {
        if let Some((ner, _)) = &mut p.parts.ner {
            ner.net.upper.bias[0] += 2.0;
        }
    };
    assert!(differences(change).is_none_or(|n| n > 0));
}

#[test]
fn zero_pads_are_noticed() {
    ZERO_PADS.set(true);
    let n = differences(|_| {});
    ZERO_PADS.set(false);
    assert!(n.is_none_or(|n| n > 0));
}

#[test]
fn skipped_symbols_are_noticed() {
    SKIP_SYMBOLS.set(true);
    let n = differences(|_| {});
    SKIP_SYMBOLS.set(false);
    assert!(n.is_none_or(|n| n > 0));
}

#[test]
fn skipped_deprojectivization_is_noticed() {
    assert!(differences(|p| p.parts.decorations.fill(None)).is_none_or(|n| n > 0));
}
