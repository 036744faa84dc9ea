//! mail-parser's own corpus, with the answers that its authors checked.

use std::collections::BTreeMap;

use onrecord_mail::{Content, Message};
use serde_json::Value;

use crate::data::{files, folded, without_cr};

/// Contents of all leaves in the answer, messages within messages included.
fn expected_leaves(message: &Value, leaves: &mut Vec<String>) {
    for part in message["parts"].as_array().into_iter().flatten() {
        let body = &part["body"];
        for kind in ["Text", "Html"] {
            leaves.extend(body[kind].as_str().map(folded));
        }
        for kind in ["Binary", "InlineBinary"] {
            if let Some(bytes) = body[kind].as_array() {
                let bytes: Vec<u8> = bytes
                    .iter()
                    .filter_map(Value::as_u64)
                    .map(|byte| byte as u8)
                    .collect();
                leaves.push(folded(&file_text(&bytes)));
            }
        }
        if body["Message"].is_object() {
            expected_leaves(&body["Message"], leaves);
        }
    }
}

fn our_leaves(raw: &[u8], depth: u32, leaves: &mut Vec<String>) {
    for part in Message::parse(raw)
        .map(|message| message.parts)
        .unwrap_or_default()
    {
        match &part.content {
            Content::Text(text) => leaves.push(folded(text)),
            Content::Bytes(bytes) => leaves.push(folded(&file_text(bytes))),
            Content::Message(bytes) if depth < 8 => our_leaves(bytes, depth + 1, leaves),
            Content::Message(_) | Content::Absent => {}
        }
    }
}

/// A file's bytes, which are no text yet; the answers decode those that are declared as text.
fn file_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn header<'v>(message: &'v Value, name: &str) -> Option<&'v Value> {
    let headers = message["parts"][0]["headers"].as_array()?;
    headers
        .iter()
        .find(|header| header["name"] == name)
        .map(|header| &header["value"])
}

fn expected_addresses(value: &Value) -> Vec<String> {
    let list = value["Address"]["List"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    list.iter()
        .filter_map(|one| one["address"].as_str())
        .map(str::to_owned)
        .collect()
}

#[test]
fn leaves_and_headers_are_those_of_the_answers() {
    let Some(files) = files("mail-formats.tar.zst", "mail-parser-resources/eml/") else {
        return;
    };
    let answers: BTreeMap<&str, &[u8]> = files
        .iter()
        .filter_map(|(name, bytes)| Some((name.strip_suffix(".json")?, bytes.as_slice())))
        .filter(|(name, _)| !name.ends_with(".crlf"))
        .collect();
    let (mut n_leaves, mut n_found, mut n_headers, mut n_same) = (0, 0, 0, 0);
    for (name, raw) in files
        .iter()
        .filter_map(|(name, raw)| Some((name.strip_suffix(".eml")?, raw)))
    {
        let raw = without_cr(raw);
        let answer: Value = serde_json::from_slice(answers[name]).expect("an answer in JSON");
        let message = Message::parse(&raw).unwrap_or_else(|| panic!("{name} is a message"));
        let (mut expected, mut ours) = (Vec::new(), Vec::new());
        expected_leaves(&answer, &mut expected);
        our_leaves(&raw, 0, &mut ours);
        n_leaves += expected.len();
        for leaf in expected {
            match ours.iter().position(|own| *own == leaf) {
                Some(index) => {
                    ours.swap_remove(index);
                    n_found += 1;
                }
                None => eprintln!("{name}: lacks {:.120}", leaf),
            }
        }
        if let Some(subject) = header(&answer, "subject").and_then(|value| value["Text"].as_str()) {
            n_headers += 1;
            let own = message.subject.as_deref().unwrap_or_default();
            n_same += u32::from(folded(own) == folded(subject));
            if folded(own) != folded(subject) {
                eprintln!("{name}: subject {own:?}, not {subject:?}");
            }
        }
        if let Some(from) = header(&answer, "from") {
            n_headers += 1;
            let own: Vec<_> = message
                .from
                .iter()
                .filter_map(|one| one.address.clone())
                .collect();
            n_same += u32::from(own == expected_addresses(from));
            if own != expected_addresses(from) {
                eprintln!("{name}: from {own:?}, not {from}");
            }
        }
    }
    eprintln!("{n_found} of {n_leaves} leaves, {n_same} of {n_headers} headers");
    // The rest are damaged on purpose, and read otherwise: uuencoded parts decoded, boundaries by the
    // letter of RFC 2046, false character sets mended, attached messages that are none.
    assert!(n_found * 100 >= n_leaves * 87, "{n_found} of {n_leaves}");
    assert!(n_same * 100 >= n_headers * 95, "{n_same} of {n_headers}");
}
