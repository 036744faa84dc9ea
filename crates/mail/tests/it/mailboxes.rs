//! Mailboxes: nothing is lost, and messages are told apart.

use onrecord_mail::mbox::{Reader, looks_like, unescape};
use onrecord_mail::{Message, emlx};
use onrecord_record::ProblemCode;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

/// A reader that hands out a few bytes at a time, as a pipe does.
struct Trickle<'b>(&'b [u8], usize);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n_bytes = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n_bytes].copy_from_slice(&self.0[..n_bytes]);
        self.0 = &self.0[n_bytes..];
        Ok(n_bytes)
    }
}

fn messages(mailbox: &[u8]) -> Vec<onrecord_mail::mbox::RawMessage> {
    Reader::new(mailbox)
        .collect::<Result<_, _>>()
        .expect("memory can be read")
}

fn whole(mailbox: &[u8]) -> Vec<u8> {
    messages(mailbox)
        .into_iter()
        .flat_map(|message| [message.separator, message.bytes].concat())
        .collect()
}

const SEPARATOR: &str = "From anna@example.org Mon May 14 16:39:00 2001\n";

#[test]
fn a_body_line_that_begins_with_from_stays_in_the_body() {
    let body = "Subject: one\n\nFrom here on we know.\n\nFrom Anna: a letter\n\nFrom Monday May 14 2001 on.\n>From the board\n\n";
    let mailbox = [SEPARATOR, body, SEPARATOR, "Subject: two\n\nText\n"].concat();
    let found = messages(mailbox.as_bytes());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].bytes, body.as_bytes());
    assert_eq!(
        found[1].offset as usize,
        mailbox.len() - "Subject: two\n\nText\n".len()
    );
    assert_eq!(found[1].number, 2);
}

#[test]
fn a_separator_needs_a_blank_line_above_and_a_field_below() {
    for middle in [
        format!("Text\n{SEPARATOR}Subject: x\n\n"),
        format!("Text\n\n{SEPARATOR}Text\n"),
    ] {
        let mailbox = [SEPARATOR, "Subject: one\n\n", &middle].concat();
        assert_eq!(messages(mailbox.as_bytes()).len(), 1, "{middle}");
    }
}

#[test]
fn a_true_content_length_protects_what_looks_like_a_separator() {
    let inner = format!("See:\n\n{SEPARATOR}Subject: inner\n\nText\n");
    for (length, n_messages) in [(inner.len(), 2), (inner.len() - 3, 3), (3, 3)] {
        let header = format!("Subject: one\nContent-Length: {length}\n\n");
        let mailbox = [
            SEPARATOR,
            &header,
            &inner,
            "\n",
            SEPARATOR,
            "Subject: two\n\nText\n",
        ]
        .concat();
        assert_eq!(messages(mailbox.as_bytes()).len(), n_messages, "{length}");
        assert_eq!(whole(mailbox.as_bytes()), mailbox.as_bytes());
    }
}

#[test]
fn what_precedes_the_first_separator_is_kept() {
    let mailbox = [
        "\u{feff}\r\n\r\n",
        SEPARATOR,
        "Subject: one\r\n\r\nText\r\n",
    ]
    .concat();
    assert!(looks_like(mailbox.as_bytes()));
    let found = messages(mailbox.as_bytes());
    assert_eq!(
        (found.len(), found[0].separator.len()),
        (1, 7 + SEPARATOR.len())
    );
    assert!(found[0].problems.is_empty());
    let odd = ["Some text\n\n", SEPARATOR, "Subject: one\n\nText\n"].concat();
    let found = messages(odd.as_bytes());
    assert_eq!(
        (found.len(), found[0].bytes.as_slice()),
        (2, b"Some text\n\n".as_slice())
    );
    assert_eq!(found[0].problems[0].code, ProblemCode::Damaged);
    assert!(messages(b"").is_empty());
}

#[test]
fn a_message_over_the_limit_is_cut_and_counted() {
    let long = "a line of text\n".repeat(100_000);
    let mailbox = [
        SEPARATOR,
        "Subject: long\n\n",
        &long,
        "\n",
        SEPARATOR,
        "Subject: two\n\nText\n",
    ]
    .concat();
    for limit in [100, 300_000, 1_000_000] {
        let found: Vec<_> = Reader::with_limit(mailbox.as_bytes(), limit)
            .map(|one| one.expect("memory can be read"))
            .collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].bytes.len(), limit);
        assert_eq!(
            found[0].length as usize,
            "Subject: long\n\n".len() + long.len() + 1
        );
        assert_eq!(found[0].problems[0].code, ProblemCode::TooLarge);
        assert_eq!(found[1].bytes, b"Subject: two\n\nText\n");
    }
}

#[test]
fn a_failing_disk_ends_the_mailbox_after_what_was_read() {
    struct Failing<'b>(&'b [u8]);
    impl std::io::Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match std::io::Read::read(&mut self.0, buffer)? {
                0 => Err(std::io::Error::other("disk")),
                n_bytes => Ok(n_bytes),
            }
        }
    }
    let mailbox = [
        SEPARATOR,
        "Subject: one\n\nText\n\n",
        SEPARATOR,
        "Subject: two\n\nTe",
    ]
    .concat();
    let found: Vec<_> = Reader::new(std::io::BufReader::new(Failing(mailbox.as_bytes()))).collect();
    assert_eq!(found.len(), 3);
    assert!(found[0].is_ok() && found[1].is_ok() && found[2].is_err());
}

#[test]
fn unescaping_is_a_view() {
    assert_eq!(
        unescape("a\n>From b\n>>From c\n> From d\n"),
        "a\nFrom b\n>From c\n> From d\n"
    );
}

#[test]
fn emlx_is_taken_apart() {
    let message = "Subject: one\nFrom: anna@example.org\n\nText\n";
    let file = format!(
        "{}      \n{message}<?xml version=\"1.0\"?><plist/>\n",
        message.len()
    );
    let ranges = emlx::ranges(file.as_bytes()).expect("an emlx file");
    assert_eq!(&file[ranges.message], message);
    assert!(file[ranges.metadata].starts_with("<?xml"));
    assert!(!ranges.is_cut_off);
    assert!(emlx::ranges(&file.as_bytes()[..30]).is_some_and(|ranges| ranges.is_cut_off));
    assert!(emlx::ranges(b"1234\nDear Anna,\n").is_none());
    assert!(Message::parse(message.as_bytes()).is_some());
}

const PIECES: &[&str] = &[
    SEPARATOR,
    "\n",
    "\r\n",
    "Subject: x\n",
    "From here\n",
    ">From here\n",
    "Text\n",
    "From ",
    "\u{feff}",
    "Content-Length: 40\n",
    "Content-Length: 5\r\n",
    "From a Mon May 14 16:39:00 2001\r\n",
    "From MAILER-DAEMON\n",
    "x",
    "\nFrom b@c Tue May 15 16:39 2001\nTo: y\n\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn separators_and_bytes_are_the_file(
        picks in proptest::collection::vec(0..PIECES.len(), 0..60), chunk in 1..50usize, limit in 0..80usize
    ) {
        let mailbox: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        let bytes = mailbox.as_bytes();
        prop_assert_eq!(whole(bytes), bytes);
        let trickled: Vec<_> = Reader::new(std::io::BufReader::with_capacity(7, Trickle(bytes, chunk)))
            .collect::<Result<_, _>>()
            .expect("memory can be read");
        prop_assert_eq!(&trickled, &messages(bytes));
        let mut at = 0;
        for message in Reader::with_limit(bytes, limit) {
            let message = message.expect("memory can be read");
            prop_assert_eq!(message.offset, at + message.separator.len() as u64);
            at = message.offset + message.length;
            prop_assert!(message.bytes.len() <= limit || message.bytes.len() as u64 == message.length);
        }
        prop_assert_eq!(at, bytes.len() as u64);
    }
}
