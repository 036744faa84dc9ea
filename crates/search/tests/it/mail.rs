//! Real mail from the shared data, where it is at hand.

use std::io::Read;
use std::path::{Path, PathBuf};

use mail_parser::MessageParser;

use crate::corpus::Document;

/// Every `step`-th message of an archive in the shared data; `None`, with a word about it, where it is absent.
pub fn messages(archive: &str, step: usize) -> Option<Vec<Document>> {
    let path = data_folder().join("mail").join(archive);
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: no {archive}; set ONRECORD_DATA to the folder of shared data");
        return None;
    };
    let decoder = ruzstd::decoding::StreamingDecoder::new(file).expect("the archive is zstd");
    let mut archive = tar::Archive::new(decoder);
    let mut documents = Vec::new();
    for (number, entry) in archive.entries().expect("the archive is tar").enumerate() {
        let mut entry = entry.expect("the archive is sound");
        if number % step != 0 || !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry
            .path()
            .expect("its names are paths")
            .display()
            .to_string();
        let mut raw = Vec::new();
        entry.read_to_end(&mut raw).expect("the archive is sound");
        documents.extend(document(name, &raw));
    }
    Some(documents)
}

fn data_folder() -> PathBuf {
    match std::env::var_os("ONRECORD_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    }
}

fn document(path: String, raw: &[u8]) -> Option<Document> {
    let parsed = MessageParser::default().parse(raw)?;
    let bodies = (0..parsed.text_body_count()).filter_map(|index| parsed.body_text(index));
    let headers = parsed
        .headers_raw()
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = headers.collect();
    let header = |name: &str| -> Vec<String> {
        let found = headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone()).collect()
    };
    Some(Document {
        kind: "email",
        media_type: Some("message/rfc822"),
        title: parsed.subject().unwrap_or("").to_owned(),
        texts: bodies.map(|body| body.into_owned()).collect(),
        from: header("from"),
        to: header("to"),
        date: parsed.date().map(mail_parser::DateTime::to_timestamp),
        custodian: "a list",
        has_attachment: parsed.attachment_count() > 0,
        name: path.clone(),
        path,
        headers,
        ..Document::default()
    })
}
