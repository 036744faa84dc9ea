//! A model package of any bytes: loaded or refused, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord_language::{LoadOptions, Pipeline, Trust};

fuzz_target!(|data: &[u8]| {
    let options = LoadOptions { trust: Trust::Any, ..LoadOptions::default() };
    let _ = Pipeline::from_wheel(data, &options);
});
