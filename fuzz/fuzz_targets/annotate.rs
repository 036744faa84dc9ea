//! Any text through the whole chain: tokens that lie in it, in order. Needs ONRECORD_MODEL.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use onrecord_language::{LoadOptions, Pipeline};

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let folder = std::env::var_os("ONRECORD_MODEL").expect("name the folder of a model with ONRECORD_MODEL");
    Pipeline::load(folder.as_ref(), &LoadOptions::default()).expect("a sound model")
});

fuzz_target!(|text: &str| {
    let mut workspace = PIPELINE.workspace();
    let annotated = PIPELINE.annotate(text, &mut workspace);
    let mut at = 0;
    for token in annotated.tokens() {
        assert!(token.start >= at && token.end > token.start);
        assert!(text.get(token.start as usize..token.end as usize).is_some());
        at = token.end;
    }
});
