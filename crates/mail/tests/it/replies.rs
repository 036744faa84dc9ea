//! Talon's fixtures: what is left of a reply when quotes are taken away.

use onrecord_mail::body::{BlockKind, structure};
use onrecord_mail::{BodyKind, Content, Message};

use crate::data::{files, folded};

/// The sender's own words: all but quotes and what announces them.
fn reply(text: &str) -> String {
    let is_own = |kind: &BlockKind| {
        !matches!(
            kind,
            BlockKind::Quote { .. }
                | BlockKind::AttributionLine { .. }
                | BlockKind::ForwardHeader { .. }
        )
    };
    structure(text)
        .iter()
        .filter(|block| is_own(&block.kind))
        .map(|block| &text[block.span.range()])
        .collect()
}

#[test]
fn replies_of_many_programs() {
    let Some(files) = files("mail-formats.tar.zst", "talon-fixtures/standard_replies/") else {
        return;
    };
    let (mut n_replies, mut n_right) = (0, 0);
    for (name, raw) in files.iter().filter(|(name, _)| name.ends_with(".eml")) {
        let expected_name = name.replace(".eml", "_reply_text");
        let expected = files.iter().find(|(other, _)| *other == expected_name);
        let expected = expected.map_or_else(
            || "Hello".to_owned(),
            |(_, text)| String::from_utf8_lossy(text).into_owned(),
        );
        let message = Message::parse(raw).unwrap_or_else(|| panic!("{name} is a message"));
        let text = message.parts.iter().find_map(|part| match &part.content {
            Content::Text(text) if part.body == Some(BodyKind::Text) => Some(text.as_ref()),
            _ => None,
        });
        let own = reply(text.unwrap_or_else(|| panic!("{name} has a text")));
        n_replies += 1;
        n_right += usize::from(folded(&own) == folded(&expected));
        if folded(&own) != folded(&expected) {
            eprintln!("{name}: {own:?}, not {expected:?}");
        }
    }
    eprintln!("{n_right} of {n_replies} replies");
    assert!(
        n_replies >= 10 && n_right + 1 >= n_replies,
        "{n_right} of {n_replies}"
    );
}

#[test]
fn signatures_without_a_mark() {
    let Some(files) = files(
        "mail-formats.tar.zst",
        "talon-fixtures/signature/emails/stripped/",
    ) else {
        return;
    };
    let (mut n_right, mut n_found, mut n_expected) = (0, 0, 0);
    for (name, body) in files.iter().filter(|(name, _)| name.ends_with("_body")) {
        let text = String::from_utf8_lossy(body);
        let expected = files
            .iter()
            .find(|(other, _)| *other == name.replace("_body", "_signature"));
        let expected = expected.map(|(_, signature)| folded(&String::from_utf8_lossy(signature)));
        let blocks = structure(&text);
        let found: String = blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Signature)
            .map(|block| &text[block.span.range()])
            .collect();
        n_expected += usize::from(expected.is_some());
        n_found += usize::from(!found.is_empty());
        n_right += usize::from(!found.is_empty() && Some(folded(&found)) == expected);
        eprintln!("{name}: {:?}", folded(&found));
    }
    eprintln!("{n_right} right of {n_found} found, {n_expected} to be found");
    assert!(n_found >= 1 && n_right == n_found, "{n_right} of {n_found}");
}
