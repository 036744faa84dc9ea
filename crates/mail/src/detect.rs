//! Whether bytes are a message, for files whose name does not say so.

use memchr::memchr;

use crate::fields::RawHeader;

/// How much of a file decides.
const HEAD: usize = 64 << 10;

/// Fields that only mail has, or that mail nearly always has, with their weight.
const WEIGHTS: &[(&str, u32)] = &[
    ("received", 3),
    ("return-path", 3),
    ("message-id", 3),
    ("mime-version", 3),
    ("delivered-to", 3),
    ("dkim-signature", 3),
    ("x-mailer", 2),
    ("from", 2),
    ("to", 1),
    ("date", 1),
    ("subject", 1),
    ("cc", 1),
    ("reply-to", 2),
    ("sender", 1),
    ("in-reply-to", 2),
    ("references", 2),
    ("content-type", 1),
    ("content-transfer-encoding", 2),
    ("list-id", 3),
    ("x-originating-ip", 2),
    ("envelope-to", 2),
    ("x-received", 2),
    ("user-agent", 0),
    ("content-disposition", 1),
    ("bcc", 1),
    ("errors-to", 2),
    ("precedence", 1),
];

/// Enough weight to be a message.
const ENOUGH: u32 = 4;

/// Whether a file that begins with these bytes is a message.
///
/// The header must stand at the very start and hold nothing but fields, among them several of
/// mail: either one that only mail transport writes, or an author with an address. Web responses,
/// control files, typed memos and ordinary text do not pass. 64 KiB of the file are enough. A mailbox may
/// pass as well: ask [`crate::mbox::looks_like`] first.
#[must_use]
pub fn looks_like_message(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD)];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if head
        .iter()
        .take(1_000)
        .any(|byte| *byte < b' ' && !byte.is_ascii_whitespace())
    {
        return false;
    }
    let header = RawHeader::read(head, 0..head.len());
    let mut seen = 0u64;
    let (mut weight, mut n_kinds, mut is_certain) = (0, 0, false);
    for field in &header.fields {
        let name = &head[field.name.clone()];
        let known = WEIGHTS
            .iter()
            .position(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        let Some(index) = known.filter(|index| seen & 1 << index == 0) else {
            continue;
        };
        seen |= 1 << index;
        weight += WEIGHTS[index].1;
        n_kinds += 1;
        let has_address = || memchr(b'@', &head[field.value.clone()]).is_some();
        is_certain |= WEIGHTS[index].1 == 3 || (WEIGHTS[index].0 == "from" && has_address());
    }
    let is_whole = header.is_ended || header.body == head.len() || header.fields.len() >= 5;
    is_certain && is_whole && n_kinds >= 2 && weight >= ENOUGH && header.n_odd_lines <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_header() {
        for text in [
            "Return-Path: <a@example.org>\nReceived: from x\n\tby y\nSubject: z\n\nText",
            "From: Anna Berg <anna@example.org>\r\nTo: b@example.org\r\nSubject: z\r\n\r\nText",
            "Message-ID: <1@x>\nDate: Mon, 14 May 2001 16:39:00 +0000\n\n",
        ] {
            assert!(looks_like_message(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn other_files_are_no_messages() {
        for text in [
            "",
            "Dear Anna,\n\nFrom: now on we meet at ten.\nTo: all\n",
            "From: Anna Berg\nTo: The board\nDate: 14 May\nSubject: Offices\n\nA memo.",
            "HTTP/1.1 200 OK\nDate: Mon\nContent-Type: text/html\n\n",
            "Package: ledger\nVersion: 1\nDescription: books\n",
            "use std::fmt;\n\nfn main() {}\n",
            "from: a\nto: b\nsubject: c\n",
            "BEGIN:VCARD\nFN:Anna\nEND:VCARD\n",
            "Subject: only a subject\n\nText",
        ] {
            assert!(!looks_like_message(text.as_bytes()), "{text}");
        }
    }
}
