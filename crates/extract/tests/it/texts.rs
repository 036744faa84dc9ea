//! Plain text, tables, JSON, XML: the text as the file has it, in any character set.

use std::io::Cursor;

use onrecord_extract::{Limits, When};
use onrecord_record::ProblemCode;

use crate::tree::{Item, job, read, run};

fn charset(item: &Item) -> &str {
    item.end.charset.as_deref().unwrap_or_default()
}

#[test]
fn text_is_read_in_the_set_it_is_written_in() {
    let czech = "Příliš žluťoučký kůň úpěl ďábelské ódy. Žižkov mlčí.\n".repeat(3);
    let russian = "Директор фирмы не ответил на вопросы редакции.\n".repeat(3);
    let japanese = "理事長は会議の議事録について何も知らないと述べた。\n".repeat(3);
    for (text, encoding) in [
        (&czech, encoding_rs::WINDOWS_1250),
        (&russian, encoding_rs::KOI8_R),
        (&russian, encoding_rs::WINDOWS_1251),
        (&japanese, encoding_rs::SHIFT_JIS),
        (&japanese, encoding_rs::EUC_JP),
        (&japanese, encoding_rs::ISO_2022_JP),
    ] {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable);
        let item = read("a.txt", &bytes);
        assert_eq!(&item.text(), text, "{}", encoding.name());
        assert_eq!(item.problems, []);
    }
    let wide: Vec<u8> = "Žižkov mlčí, nic víc."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let item = read("a.txt", &wide);
    assert_eq!(
        (item.text().as_str(), charset(&item)),
        ("Žižkov mlčí, nic víc.", "UTF-16LE")
    );
}

#[test]
fn long_text_is_cut_into_parts_at_line_ends() {
    let mut small = job("a.txt");
    small.limits = Limits {
        text_part_bytes: 1_000,
        in_memory: 4_096,
        ..Limits::default()
    };
    // The first megabyte is ASCII, so that the set is decided long after the first part has gone.
    let text = "A plain line of words\r\n".repeat(60_000) + &"Žižkov mlčí\r\n".repeat(100);
    let item = run(&small, &mut Cursor::new(&text));
    assert_eq!(item.text(), text.replace('\r', ""));
    assert!(item.texts.len() > 1_000);
    assert!(item.texts.iter().all(|part| part.text.ends_with('\n')));
    let hashes = read("a.txt", text.as_bytes()).end;
    assert_eq!(
        (item.end.size, item.end.sha256, item.end.blake3),
        (hashes.size, hashes.sha256, hashes.blake3)
    );
}

#[test]
fn tables_keep_their_text_and_tell_their_shape() {
    insta::assert_snapshot!(
        read(
            "owners.csv",
            include_bytes!("../../../../corpora/extract/owners.csv")
        )
        .show()
    );
    let item = read("a.tsv", b"a\tb\n1\t2\n");
    assert_eq!(item.metadata[0], ("delimiter".to_owned(), "tab".to_owned()));
}

#[test]
fn json_is_kept_as_it_is_and_its_faults_are_told() {
    let sound = read("a.json", b"{\"name\": \"Orla\"}\n");
    assert_eq!(
        (sound.text().as_str(), sound.problems.len()),
        ("{\"name\": \"Orla\"}\n", 0)
    );
    let broken = read("a.json", b"{\"name\": \n");
    assert_eq!(
        (broken.text().as_str(), broken.codes()),
        ("{\"name\": \n", vec![ProblemCode::WrongType])
    );
    assert_eq!(read("noname", b"[1, 2]").end.media_type, "application/json");
    let lines = read("a.jsonl", b"{}\n\n{}\n");
    assert_eq!(lines.metadata, [("rows".to_owned(), "2".to_owned())]);
}

#[test]
fn xml_is_read_in_its_declared_set_and_nothing_is_expanded() {
    let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>Привет &b;</a>";
    let item = read("a.xml", &encoding_rs::WINDOWS_1251.encode(text).0);
    assert_eq!(
        (item.text().as_str(), charset(&item), item.problems.len()),
        (text, "windows-1251", 0)
    );
}

#[test]
fn markdown_has_a_title() {
    let item = read("a.md", b"---\nx: y\n---\n\n# Ledger of *debts*\n\nText\n");
    assert_eq!(item.end.title.as_deref(), Some("Ledger of *debts*"));
    assert_eq!(item.end.media_type, "text/markdown");
}

#[test]
fn empty_and_foreign_files_are_named() {
    assert_eq!(read("a.txt", b"").codes(), [ProblemCode::Empty]);
    for (name, bytes, code, words) in [
        (
            "a.pst",
            &b"!BDN\0\0\0\0SM"[..],
            ProblemCode::MailStore,
            "Outlook mail store",
        ),
        (
            "a.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            ProblemCode::PictureWithoutText,
            "a PNG picture; letters on it are not read",
        ),
        (
            "a.asc",
            b"-----BEGIN PGP MESSAGE-----\n\nhQEM\n",
            ProblemCode::Encrypted,
            "PGP-encrypted file",
        ),
    ] {
        let item = read(name, bytes);
        assert_eq!(
            (item.problems[0].code, item.problems[0].message.as_str()),
            (code, words),
            "{name}"
        );
    }
    let cut = read("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    assert_eq!(cut.codes(), [ProblemCode::Unreadable]);
    let lie = read("letter.pdf", b"Dear Anna,\n");
    assert_eq!(
        (lie.text().as_str(), lie.codes()),
        ("Dear Anna,\n", vec![ProblemCode::WrongType])
    );
}

#[test]
fn dates_survive_their_written_form() {
    let when = When::Period("2001-05".parse().expect("a month"));
    let json = serde_json::to_string(&when).expect("plain data");
    assert_eq!(json, "{\"period\":\"2001-05\"}");
}
