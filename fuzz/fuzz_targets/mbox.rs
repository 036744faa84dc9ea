//! A mailbox of any bytes: no line of it is lost.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord_mail::mbox::Reader;

fuzz_target!(|data: &[u8]| {
    let mut restored = Vec::new();
    for message in Reader::new(data) {
        let message = message.expect("reading from memory does not fail");
        restored.extend_from_slice(&message.separator);
        restored.extend_from_slice(&message.bytes);
    }
    assert_eq!(restored, data);
});
