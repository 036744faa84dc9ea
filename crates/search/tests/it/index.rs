//! Writing, replacing, committing, opening again, and indexes that are damaged.

use std::path::Path;

use onrecord_search::{Index, Options, Query, SearchError};

use crate::corpus::{Document, synthetic};

fn titled(name: &str, title: &str) -> Document {
    Document {
        name: name.to_owned(),
        kind: "file",
        title: title.to_owned(),
        ..Document::default()
    }
}

fn total(index: &Index, query: &str) -> u64 {
    let query = Query::parse(query).query;
    index
        .search(&query, &Options::default())
        .expect("the query runs")
        .total
}

#[test]
fn a_document_is_replaced_by_id_and_only_commits_count() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = Index::open_or_create(dir.path()).expect("an index");
    assert_eq!(
        (index.last_change().expect("readable"), total(&index, "*")),
        (0, 0)
    );
    let mut writer = index.writer(24_000_000).expect("a writer");
    titled("a", "first version").upsert(&mut writer);
    titled("b", "other").upsert(&mut writer);
    assert_eq!(total(&index, "*"), 0);
    writer.commit(7).expect("committed");
    titled("a", "second version").upsert(&mut writer);
    titled("a", "third version").upsert(&mut writer);
    writer.delete(titled("b", "").id());
    assert_eq!((total(&index, "first"), total(&index, "version")), (1, 1));
    writer.commit(9).expect("committed");
    assert_eq!(
        (
            total(&index, "first"),
            total(&index, "second"),
            total(&index, "third")
        ),
        (0, 0, 1)
    );
    assert_eq!(
        (total(&index, "*"), index.last_change().expect("readable")),
        (1, 9)
    );
    titled("c", "lost").upsert(&mut writer);
    drop(writer);
    let again = Index::open_or_create(dir.path()).expect("the same index");
    assert_eq!(
        (total(&again, "*"), again.last_change().expect("readable")),
        (1, 9)
    );
}

#[test]
fn there_is_one_writer() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = Index::open_or_create(dir.path()).expect("an index");
    let writer = index.writer(24_000_000).expect("a writer");
    assert!(matches!(
        index.writer(24_000_000),
        Err(SearchError::Locked { .. })
    ));
    writer.close().expect("closed");
    assert!(index.writer(24_000_000).is_ok());
}

#[test]
fn a_commit_of_another_opening_is_seen_after_refresh() {
    let dir = tempfile::tempdir().expect("a folder");
    let (one, other) = (open(dir.path()), open(dir.path()));
    let mut writer = one.writer(24_000_000).expect("a writer");
    titled("a", "word").upsert(&mut writer);
    writer.commit(1).expect("committed");
    assert_eq!(total(&other, "word"), 0);
    other.refresh().expect("refreshed");
    assert_eq!(total(&other, "word"), 1);
}

fn open(dir: &Path) -> Index {
    Index::open_or_create(dir).expect("an index")
}

#[test]
fn many_small_commits_are_merged_and_nothing_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = open(dir.path());
    let mut writer = index.writer(24_000_000).expect("a writer");
    let documents = synthetic(60);
    for (number, document) in documents.iter().enumerate() {
        document.upsert(&mut writer);
        writer.commit(number as u64).expect("committed");
    }
    writer.close().expect("closed");
    assert_eq!(total(&index, "*"), 60);
    assert!(index.stats().expect("readable").segments < 20);
    assert_eq!(index.verify().expect("readable"), Vec::<String>::new());
}

#[test]
fn a_large_document_passes_a_small_queue() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = open(dir.path());
    let mut writer = index.writer(24_000_000).expect("a writer");
    for number in 0..3 {
        let text = format!("needle{number} {}", "hay ".repeat(3_000_000));
        Document {
            texts: vec![text],
            ..titled(&number.to_string(), "")
        }
        .upsert(&mut writer);
    }
    writer.commit(1).expect("committed");
    assert_eq!((total(&index, "needle1"), total(&index, "hay")), (1, 3));
}

#[test]
fn words_that_are_too_long_are_still_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = open(dir.path());
    let mut writer = index.writer(24_000_000).expect("a writer");
    let long = "x".repeat(70_000);
    Document {
        texts: vec![format!("before {long} after")],
        ..titled("a", "")
    }
    .upsert(&mut writer);
    writer.commit(1).expect("committed");
    assert_eq!(total(&index, &format!("\"before {long} after\"")), 1);
    assert_eq!(
        (total(&index, &format!("{long}x")), total(&index, "xxxxxx*")),
        (0, 1)
    );
}

#[test]
fn damage_is_told_from_absence_and_mended_by_a_rebuild() {
    let dir = tempfile::tempdir().expect("a folder");
    let index = open(dir.path());
    let mut writer = index.writer(24_000_000).expect("a writer");
    titled("a", "word").upsert(&mut writer);
    writer.commit(5).expect("committed");
    drop((writer, index));
    let files = std::fs::read_dir(dir.path()).expect("a folder").flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    let meta = dir.path().join("meta.json");
    let sound = std::fs::read(&meta).expect("readable");
    for wrong in [
        &b"{"[..],
        b"",
        b"{\"segments\":[],\"schema\":[],\"opstamp\":1}",
    ] {
        std::fs::write(&meta, wrong).expect("written");
        assert!(matches!(
            Index::open_or_create(dir.path()),
            Err(SearchError::Rebuild { .. })
        ));
    }
    std::fs::write(&meta, &sound).expect("written");
    let terms = files
        .iter()
        .find(|file| file.extension().is_some_and(|end| end == "term"));
    let terms = terms.expect("a dictionary");
    let bytes = std::fs::read(terms).expect("readable");
    let mut turned = bytes.clone();
    turned[0] ^= 0x55;
    std::fs::write(terms, &turned).expect("written");
    assert_eq!(open(dir.path()).verify().expect("readable").len(), 1);
    std::fs::remove_file(terms).expect("removed");
    assert!(matches!(
        Index::open_or_create(dir.path()),
        Err(SearchError::Rebuild { .. })
    ));
    let index = Index::rebuild(dir.path()).expect("built again");
    assert_eq!(
        (index.last_change().expect("readable"), total(&index, "*")),
        (0, 0)
    );
}
