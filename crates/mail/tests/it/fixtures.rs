//! Messages written for these tests, read in every detail.

use onrecord_mail::{BodyKind, Content, Disposition, Encryption, Message};
use onrecord_record::ProblemCode;

const NESTED: &[u8] = include_bytes!("../../../../corpora/mail/nested.eml");
const ODD: &[u8] = include_bytes!("../../../../corpora/mail/odd-headers.eml");
const UUENCODED: &[u8] = include_bytes!("../../../../corpora/mail/uuencoded.eml");

#[test]
fn the_header_of_a_nested_message() {
    let message = Message::parse(NESTED).expect("a message");
    assert_eq!(message.subject.as_deref(), Some("The café ledger"));
    let to: Vec<_> = message
        .to
        .iter()
        .filter_map(|one| one.address.as_deref())
        .collect();
    assert_eq!(to, ["bert@example.org", "c@example.org", "d@example.org"]);
    assert_eq!(message.from[0].name.as_deref(), Some("Anna Bérg"));
    assert_eq!(message.cc[0].name.as_deref(), Some("Å"));
    assert_eq!(
        message.references,
        ["a@example.org", "b@example.org", "0@example.org"]
    );
    assert_eq!(message.in_reply_to, ["0@example.org"]);
    assert_eq!(message.thread_index.map(|index| index.len()), Some(19));
    assert_eq!(
        message.date.map(|date| date.to_string()).as_deref(),
        Some("2001-05-14T16:39:00+02:00")
    );
    let subject = message
        .headers
        .iter()
        .find(|header| header.name == "Subject")
        .expect("a subject");
    assert!(NESTED[subject.raw.clone()].starts_with(b"Subject: =?utf-8?Q?The_caf=C3?="));
    assert!(NESTED[subject.raw.clone()].ends_with(b"\n"));
}

#[test]
fn the_parts_of_a_nested_message() {
    let message = Message::parse(NESTED).expect("a message");
    let paths: Vec<_> = message
        .parts
        .iter()
        .map(|part| (part.path.as_str(), part.media_type.as_str()))
        .collect();
    assert_eq!(
        paths,
        [
            ("1.1", "text/plain"),
            ("1.2", "text/html"),
            ("2", "application/pdf"),
            ("3", "message/rfc822"),
            ("4", "message/external-body"),
            ("5", "text/plain"),
            ("e", "text/plain"),
        ]
    );
    let [text, html, pdf, inner, external, notes, footer] = message.parts.as_slice() else {
        panic!("seven parts")
    };
    assert_eq!(
        text.content,
        Content::Text("The café paid 10 percent. ".into())
    );
    assert!(
        text.flowed && text.body == Some(BodyKind::Text) && text.charset == Some("windows-1252")
    );
    assert_eq!(html.problems[0].code, ProblemCode::WrongCharset);
    assert_eq!(
        (pdf.file_name.as_deref(), pdf.disposition),
        (Some("café.pdf"), Disposition::Attachment)
    );
    let Content::Message(inner) = &inner.content else {
        panic!("a message")
    };
    assert_eq!(
        Message::parse(inner)
            .and_then(|inner| inner.subject)
            .as_deref(),
        Some("inner")
    );
    assert_eq!(external.problems[0].code, ProblemCode::ExternalPart);
    assert!(
        external.problems[0]
            .message
            .contains("https://example.org/ledger")
    );
    let read = b"notes on the meeting of Monday about the ledger\n".as_slice();
    assert_eq!(
        (&notes.content, notes.body),
        (&Content::Bytes(read.into()), None)
    );
    assert_eq!(notes.problems[0].code, ProblemCode::Damaged);
    assert!(matches!(&footer.content, Content::Text(text) if text.contains("mailing list")));
    assert!(message.problems.is_empty() && message.encryption == Encryption::None);
}

#[test]
fn odd_headers_are_read_as_far_as_they_go() {
    let message = Message::parse(ODD).expect("a message");
    assert_eq!(message.from[0].name.as_deref(), Some("Anna Berg"));
    assert_eq!(message.subject.as_deref(), Some("café"));
    assert_eq!(
        message.message_id.as_deref(),
        Some("no-brackets@example.org")
    );
    assert_eq!(message.date.map(|date| date.unix), Some(989_858_340));
    let codes: Vec<_> = message
        .problems
        .iter()
        .map(|problem| problem.code)
        .collect();
    assert_eq!(codes, [ProblemCode::WrongCharset, ProblemCode::Damaged]);
    // The header breaks off at an empty line; what follows is text, so that nothing is lost.
    let Content::Text(text) = &message.parts[0].content else {
        panic!("a text")
    };
    assert!(text.contains("two") && text.contains("garçon"), "{text}");
}

#[test]
fn a_uuencoded_file_is_a_part_and_the_text_stays() {
    let message = Message::parse(UUENCODED).expect("a message");
    assert_eq!(message.parts.len(), 2);
    assert!(
        matches!(&message.parts[0].content, Content::Text(text) if text.contains("begin 644") && text.ends_with("Anna\n"))
    );
    let file = &message.parts[1];
    assert_eq!(
        (file.path.as_str(), file.file_name.as_deref()),
        ("1.u1", Some("list.txt"))
    );
    assert_eq!(file.content, Content::Bytes(b"Anna".as_slice().into()));
}

#[test]
fn encrypted_text_is_locked() {
    let armored = b"From: anna@example.org\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n";
    let message = Message::parse(armored).expect("a message");
    assert_eq!(message.encryption, Encryption::PgpInline);
    assert_eq!(message.problems[0].code, ProblemCode::Encrypted);
    let signed =
        b"From: anna@example.org\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nText\n";
    assert_eq!(
        Message::parse(signed).map(|message| message.encryption),
        Some(Encryption::None)
    );
}

#[test]
fn broken_multiparts_are_kept() {
    let read = |raw: &str| {
        let raw = raw.as_bytes().to_vec();
        let message = Message::parse(&raw).expect("a message");
        let texts: Vec<String> = message
            .parts
            .iter()
            .filter_map(|part| match &part.content {
                Content::Text(text) => Some(text.trim().to_owned()),
                _ => None,
            })
            .collect();
        let codes: Vec<_> = message
            .problems
            .iter()
            .chain(message.parts.iter().flat_map(|part| &part.problems))
            .map(|problem| problem.code)
            .collect();
        (texts.join("|"), codes)
    };
    let damaged = vec![ProblemCode::Damaged];
    let header = "Content-Type: multipart/mixed; boundary=b\n\n";
    assert_eq!(
        read(&format!("{header}--b\n\nOne\n--b\n\nTwo")),
        ("One|Two".to_owned(), damaged.clone())
    );
    assert_eq!(
        read(&format!("{header}No boundary")),
        ("No boundary".to_owned(), damaged)
    );
    let wrong = format!("{header}--other\nContent-Type: text/plain\n\nOne\n--other--\n");
    assert_eq!(read(&wrong), ("One".to_owned(), Vec::new()));
    assert_eq!(
        read(&format!("{header}Kept\n--b\n\nOne\n--b--\nFooter\n")).0,
        "Kept|One|Footer"
    );
    assert!(Message::parse(b"no header at all\n\ntext").is_none());
    assert!(Message::parse(b"").is_none());
}

#[test]
fn the_parts_of_a_digest_are_messages() {
    let raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nText\n--b--\n";
    let message = Message::parse(raw).expect("a message");
    assert!(
        matches!(&message.parts[0].content, Content::Message(inner) if inner.starts_with(b"Subject: one"))
    );
}
