//! A message of any bytes, and the structure of its texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord_mail::{Content, Message, body};

fuzz_target!(|data: &[u8]| {
    let Some(message) = Message::parse(data) else { return };
    for part in &message.parts {
        if let Content::Text(text) = &part.content {
            let blocks = body::structure(text);
            for (_, view) in body::rejoin(text, &blocks, part.flowed) {
                let whole = whole_span(view.text().len());
                let stored = view.stored_span(whole);
                assert!(stored.end as usize <= text.len());
            }
        }
    }
});

fn whole_span(length: usize) -> onrecord_record::Span {
    onrecord_record::Span::new(0, length as u32)
}
