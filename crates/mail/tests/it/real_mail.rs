//! Real mail: every message is one, and what is odd is said.

use std::collections::BTreeMap;

use onrecord_mail::body::{BlockKind, rejoin, structure};
use onrecord_mail::mbox::Reader;
use onrecord_mail::{Content, Encryption, Message, ThreadInput, group_threads, looks_like_message};
use onrecord_record::{Digest, DocumentId};

use crate::data::files;

fn thread_input(message: &Message<'_>, raw: &[u8]) -> ThreadInput {
    ThreadInput {
        id: DocumentId::of_content(&Digest::of(raw)),
        message_id: message.message_id.clone(),
        references: message.references.clone(),
        in_reply_to: message.in_reply_to.clone(),
        thread_index: message.thread_index.clone(),
        subject: message.subject.clone(),
        date: message.date,
        from: message
            .from
            .first()
            .and_then(|author| author.name.clone().or_else(|| author.address.clone())),
    }
}

fn check_all(archive: &str) {
    let Some(files) = files(archive, "") else {
        return;
    };
    let mut mailbox = Vec::new();
    let (mut n_known, mut n_dated, mut n_authored, mut inputs) = (0, 0, 0, Vec::new());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, raw) in &files {
        n_known += usize::from(looks_like_message(raw));
        let message = Message::parse(raw).unwrap_or_else(|| panic!("{name} is a message"));
        n_dated += usize::from(message.date.is_some());
        n_authored += usize::from(!message.from.is_empty());
        assert!(!message.parts.is_empty(), "{name} has parts");
        inputs.push(thread_input(&message, raw));
        for part in &message.parts {
            let Content::Text(text) = &part.content else {
                continue;
            };
            let blocks = structure(text);
            assert_eq!(
                blocks
                    .iter()
                    .map(|block| block.span.len() as usize)
                    .sum::<usize>(),
                text.len(),
                "{name}"
            );
            for block in &blocks {
                *kinds.entry(kind_name(&block.kind)).or_default() += 1;
            }
            assert!(rejoin(text, &blocks, part.flowed).len() <= blocks.len());
        }
        mailbox.extend_from_slice(b"From anna@example.org Mon May 14 16:39:00 2001\n");
        mailbox.extend_from_slice(raw);
        mailbox.extend_from_slice(b"\n\n");
    }
    let threads = group_threads(&inputs);
    let n_missing: usize = threads.iter().map(|thread| thread.missing).sum();
    eprintln!(
        "{archive}: {} files, {n_known} known, {n_dated} dated, {n_authored} with author",
        files.len()
    );
    eprintln!(
        "{} threads, {n_missing} missing; blocks: {kinds:?}",
        threads.len()
    );
    assert!(n_known * 1_000 >= files.len() * 999);
    assert!(n_dated * 100 >= files.len() * 99);
    assert!(n_authored * 100 >= files.len() * 99);
    assert!(threads.len() < files.len());
    let read: Vec<_> = Reader::new(mailbox.as_slice())
        .map(|one| one.expect("memory can be read"))
        .collect();
    assert_eq!(read.len(), files.len());
    assert!(
        read.iter()
            .zip(&files)
            .all(|(one, (_, raw))| one.bytes[..raw.len()] == **raw)
    );
}

fn kind_name(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Prose => "prose",
        BlockKind::Quote {
            attribution: Some(_),
            ..
        } => "quote with author",
        BlockKind::Quote {
            attribution: None, ..
        } => "quote",
        BlockKind::AttributionLine { .. } => "attribution",
        BlockKind::ForwardHeader { .. } => "header",
        BlockKind::Signature => "signature",
        BlockKind::Disclaimer => "disclaimer",
        BlockKind::ListFooter => "list footer",
        BlockKind::Table => "table",
        BlockKind::Code => "code",
    }
}

#[test]
fn a_mailing_list_is_read_whole() {
    check_all("usrp-users-1500.tar.zst");
}

#[test]
fn old_mail_and_spam_are_read_whole() {
    check_all("sa-easy1-hard1-spam1.tar.zst");
}

#[test]
fn encrypted_mail_is_locked_and_signed_mail_is_read() {
    let Some(files) = files("mail-formats.tar.zst", "notmuch-corpora/") else {
        return;
    };
    let read = |name: &str| {
        let (_, raw) = files
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .unwrap_or_else(|| panic!("{name}"));
        let message = Message::parse(raw).unwrap_or_else(|| panic!("{name} is a message"));
        let has_text = message
            .parts
            .iter()
            .any(|part| matches!(&part.content, Content::Text(text) if !text.trim().is_empty()));
        (message.encryption, has_text)
    };
    assert_eq!(
        read("crypto/basic-encrypted.eml"),
        (Encryption::PgpMime, false)
    );
    assert_eq!(
        read("protected-headers/smime-sign+enc.eml").0,
        Encryption::SMimeEncrypted
    );
    assert_eq!(
        read("protected-headers/smime-onepart-signed.eml"),
        (Encryption::None, true)
    );
    assert_eq!(
        read("pkcs7/smime-onepart-signed.eml"),
        (Encryption::None, true)
    );
    assert_eq!(
        read("protected-headers/smime-multipart-signed.eml"),
        (Encryption::None, true)
    );
    assert_eq!(
        read("protected-headers/simple-signed-mail.eml"),
        (Encryption::None, true)
    );
}

#[test]
fn threads_of_the_notmuch_corpora() {
    let Some(files) = files("mail-formats.tar.zst", "notmuch-corpora/") else {
        return;
    };
    let of = |folder: &str| {
        let inputs: Vec<ThreadInput> = files
            .iter()
            .filter(|(path, _)| path.contains(folder))
            .filter_map(|(_, raw)| Some(thread_input(&Message::parse(raw)?, raw)))
            .collect();
        (inputs.len(), group_threads(&inputs))
    };
    let (n_looping, looping) = of("broken/loop/");
    assert!(n_looping >= 2);
    assert_eq!(looping.len(), 1);
    assert_eq!(
        looping[0]
            .messages
            .iter()
            .filter(|node| node.document.is_some())
            .count(),
        n_looping
    );
    let (_, ghosts) = of("threading/ghost-root/");
    let roots: Vec<_> = ghosts
        .iter()
        .map(|thread| thread.messages[0].message_id.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(roots.len(), 2);
    assert!(roots.contains(&"000-real-root@example.org"), "{roots:?}");
    assert_eq!(
        ghosts
            .iter()
            .map(|thread| thread.missing)
            .collect::<Vec<_>>(),
        [1, 1]
    );
    let (_, priority) = of("threading/parent-priority/");
    let depths: Vec<_> = priority[0].messages.iter().map(|node| node.depth).collect();
    // The message that only one header names is a gap beside them.
    assert_eq!(
        (depths.as_slice(), priority[0].missing),
        ([0, 1, 2, 0].as_slice(), 1)
    );
    let (n_default, default) = of("notmuch-corpora/default/");
    eprintln!("{n_default} messages in {} threads", default.len());
    assert_eq!((n_default, default.len()), (53, 24));
}
