//! Messages and mailboxes: the text to read, every part counted, one id for one message.

use onrecord_extract::{Encryption, Kind, Level, Role};
use onrecord_record::{Locator, ProblemCode};

use crate::tree::{Item, read};

const NEWSLETTER: &[u8] = include_bytes!("../../../../corpora/extract/newsletter.eml");
const BOX: &[u8] = include_bytes!("../../../../corpora/extract/box.mbox");

#[test]
fn a_message_with_everything() {
    insta::assert_snapshot!(read("newsletter.eml", NEWSLETTER).show());
}

#[test]
fn the_same_message_has_one_id_in_any_container() {
    let bare = read("newsletter.eml", NEWSLETTER);
    let crlf: Vec<u8> = String::from_utf8_lossy(NEWSLETTER)
        .replace('\n', "\r\n")
        .into_bytes();
    let windows = read("copy", &crlf);
    let emlx = [
        format!("{}\n", NEWSLETTER.len()).as_bytes(),
        NEWSLETTER,
        b"<?xml version=\"1.0\"?><plist/>\n",
    ]
    .concat();
    let apple = read("1.emlx", &emlx);
    assert_eq!(bare.end.document, windows.end.document);
    assert_eq!(bare.end.document, apple.end.document);
    assert_ne!(
        bare.end.blake3, windows.end.blake3,
        "the bytes differ, and that is kept"
    );
    assert_eq!(
        bare.message.as_ref().map(|m| m.raw),
        apple.message.as_ref().map(|m| m.raw)
    );
}

#[test]
fn mailboxes_give_each_message_its_place() {
    let item = read("box.mbox", BOX);
    insta::assert_snapshot!(item.show());
    for member in &item.children {
        let Locator::Message { offset, .. } = member.begin.locator else {
            panic!("a message's place")
        };
        let start = usize::try_from(offset).expect("a small file");
        let bytes = &BOX[start..start + usize::try_from(member.end.size).expect("a small file")];
        assert_eq!(
            member.message.as_ref().map(|m| m.raw),
            Some(onrecord_record::Digest::of(bytes))
        );
    }
}

fn alternative(plain: &str, html: &str) -> Item {
    let message = format!(
        "From: Anna <anna@example.org>\nDate: Mon, 14 May 2001 16:39:00 +0000\nSubject: s\nMIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{plain}\n--b\n\
         Content-Type: text/html\n\n{html}\n--b--\n"
    );
    read("a.eml", message.as_bytes())
}

#[test]
fn plain_text_is_preferred_unless_it_is_a_stub() {
    let words = "The ledger was closed on Friday, and nobody asked who had signed it. ".repeat(10);
    let same = alternative(&words, &format!("<p>{words}</p>"));
    assert_eq!(same.texts.len(), 1);
    let stub = alternative("Your program shows no HTML.", &format!("<p>{words}</p>"));
    assert_eq!(stub.text().trim(), words.trim());
    assert_eq!(
        stub.metadata,
        [(
            "plain-text-stub".to_owned(),
            "Your program shows no HTML.".to_owned()
        )]
    );
    let table: String = (0..60)
        .map(|n| format!("<tr><td>Owner{n}<td>{n}%</tr>"))
        .collect();
    let more = alternative(&words, &format!("<p>{words}</p><table>{table}</table>"));
    assert_eq!(
        more.texts.iter().map(|text| text.role).collect::<Vec<_>>(),
        [Role::Main, Role::Html]
    );
    assert!(more.texts[1].text.contains("Owner59\t59%"));
}

#[test]
fn a_list_footer_beside_html_does_not_hide_it() {
    let message = "From: a@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Type: text/html\n\n<p>The words that matter.</p>\n--b\nContent-Type: text/plain\n\n_____\nlist footer\n--b--\n";
    assert_eq!(
        read("a.eml", message.as_bytes()).text(),
        "The words that matter.\n_____\nlist footer"
    );
}

#[test]
fn locked_words_are_told() {
    let message = "From: a@example.org\nSubject: s\nMIME-Version: 1.0\n\
        Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n\
        --b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream\n\n\
        -----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n--b--\n";
    let item = read("a.eml", message.as_bytes());
    assert_eq!(
        item.message.as_ref().map(|message| message.encryption),
        Some(Encryption::PgpMime)
    );
    assert_eq!(
        item.codes()
            .iter()
            .filter(|code| **code == ProblemCode::Encrypted)
            .count(),
        1,
        "{}",
        item.show()
    );
}

#[test]
fn every_leaf_part_is_counted_once() {
    let item = read("newsletter.eml", NEWSLETTER);
    let parts: Vec<&Item> = item
        .all()
        .into_iter()
        .filter(|item| item.begin.level == Level::Part)
        .collect();
    let bodies = parts
        .iter()
        .filter(|part| part.end.kind == Kind::Body)
        .count();
    let attached = item
        .children
        .iter()
        .filter(|part| part.end.kind != Kind::Body)
        .count();
    assert_eq!(
        item.message
            .as_ref()
            .map(|message| message.n_attachments as usize),
        Some(attached)
    );
    assert!(bodies >= 3 && parts.len() > bodies);
}
