//! Damaged and hostile bytes: no panic, no waste, and nothing that grows without need.

use onrecord_mail::body::{rejoin, structure};
use onrecord_mail::mbox::Reader;
use onrecord_mail::{Content, Message, emlx, looks_like_message};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use crate::data::files;

const MESSAGES: &[&[u8]] = &[
    include_bytes!("../../../../corpora/mail/nested.eml"),
    include_bytes!("../../../../corpora/mail/odd-headers.eml"),
    include_bytes!("../../../../corpora/mail/uuencoded.eml"),
];

fn read_all_of(raw: &[u8]) {
    if let Some(message) = Message::parse(raw) {
        for header in &message.headers {
            assert!(header.raw.end <= raw.len());
        }
        for part in &message.parts {
            assert!(part.raw.end <= raw.len());
            if let Content::Text(text) = &part.content {
                let blocks = structure(text);
                assert!(rejoin(text, &blocks, part.flowed).len() <= blocks.len());
            }
        }
    }
    let length: usize = Reader::new(raw)
        .map(|one| one.expect("memory can be read"))
        .map(|one| one.separator.len() + one.bytes.len())
        .sum();
    assert_eq!(length, raw.len());
    if let Some(ranges) = emlx::ranges(raw) {
        assert_eq!(ranges.message.end, ranges.metadata.start);
    }
    assert!(!looks_like_message(raw) || Message::parse(raw).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn mutated_messages_are_read(
        which in 0..MESSAGES.len(),
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3u8), 1..12)
    ) {
        let mut raw = MESSAGES[which].to_vec();
        for (index, byte, kind) in cuts {
            if raw.is_empty() { break; }
            let at = index.index(raw.len());
            match kind {
                0 => raw[at] = byte,
                1 => { raw.remove(at); }
                _ => raw.truncate(at + 1),
            }
        }
        read_all_of(&raw);
    }

    #[test]
    fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all_of(&raw);
        prop_assert_eq!(Message::parse(&raw), Message::parse(&raw));
    }

    #[test]
    fn parsing_gives_the_same_for_both_line_ends(which in 0..MESSAGES.len()) {
        let unix: Vec<u8> = MESSAGES[which].iter().copied().filter(|byte| *byte != b'\r').collect();
        let dos: Vec<u8> = unix.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] }).collect();
        let (unix, dos) = (Message::parse(&unix).expect("a message"), Message::parse(&dos).expect("a message"));
        prop_assert_eq!(&unix.subject, &dos.subject);
        prop_assert_eq!(&unix.references, &dos.references);
        prop_assert!(unix.parts.iter().map(|part| (&part.path, &part.file_name)).eq(dos.parts.iter().map(|part| (&part.path, &part.file_name))));
    }
}

#[test]
fn every_file_of_the_corpora_is_read_whole_and_damaged() {
    let Some(files) = files("mail-formats.tar.zst", "formats/") else {
        return;
    };
    for (_, raw) in &files {
        read_all_of(raw);
        for (number, at) in (0..raw.len()).step_by(raw.len() / 8 + 1).enumerate() {
            let mut damaged = raw.clone();
            damaged[at] = damaged[at].wrapping_add(number as u8 + 1);
            read_all_of(&damaged);
            read_all_of(&raw[..at]);
            read_all_of(&raw[at..]);
        }
    }
}

/// Each of these would take minutes if some step were not linear; here they are over at once.
#[test]
fn hostile_inputs_cost_no_more_than_their_size() {
    let deep: String = (0..20_000)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"))
        .collect();
    let inputs = [
        format!("A: 1\n{deep}"),
        format!(
            "Content-Type: multipart/mixed; boundary=\"-\"\n\n{}",
            "-".repeat(1 << 20)
        ),
        format!(
            "Content-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\n\n".repeat(200_000)
        ),
        format!("Subject: {}\n\n", "=?aa?Q?".repeat(100_000)),
        format!("References: {}\n\n", "<a".repeat(200_000)),
        format!("To: {}\n\n", "(".repeat(200_000)),
        format!("Content-Type: a/b; {}\n\n", "x*1*=%41;".repeat(50_000)),
        format!("A: 1\n\n{}", "begin 644 a\n".repeat(100_000)),
        format!("A: 1\n\n{}", "=ybegin line=1 name=a\n".repeat(20_000)),
        format!("A: 1\n\n{}", "--\n".repeat(100_000)),
        format!("A: 1\n\n{}", "-----Original Message-----\n".repeat(50_000)),
        format!("A: 1\n\n{}", "From: a\nTo: b,\n".repeat(50_000)),
        format!(
            "A: 1\n\n{}",
            "On 1 Jan 2001 10:00, a wrote:\nx\n".repeat(50_000)
        ),
        format!("A: 1\n\n{}", ">".repeat(1 << 20)),
        format!("A: 1\n\n{}", "On x\n".repeat(100_000)),
        format!("A: 1\n\n{}", "> a\n\n".repeat(100_000)),
        "From a Mon May 14 16:39:00 2001\nContent-Length: 900000\n\n".repeat(20_000),
        "\n\nFrom ".repeat(100_000),
    ];
    for input in &inputs {
        read_all_of(input.as_bytes());
    }
}
