//! A query of any characters: it is understood as something, and that reads back as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord_search::Query;

fuzz_target!(|text: &str| {
    let parsed = Query::parse(text);
    for warning in &parsed.warnings {
        assert!(warning.at <= text.len());
    }
    let again = Query::parse(&parsed.understood);
    assert_eq!(again.understood, parsed.understood);
});
