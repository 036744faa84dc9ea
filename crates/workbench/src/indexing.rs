//! From rows of the store to entries of the index.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use onrecord_case::{Reader, StoredDocument, Writer};
use onrecord_pipeline::{DocumentRow, HeaderField, Mailbox, MessageInfo, When};
use onrecord_record::DocumentId;
use onrecord_search::{Index, IndexDocument, IndexWriter, SearchError};

use crate::error::Error;

/// Memory of the index writer, in bytes; an import as a whole stays under 400 MB.
const WRITER_MEMORY: usize = 48 << 20;
/// Text after which the index is committed, so that a search meanwhile finds what is there.
const COMMIT_BYTES: u64 = 192 << 20;
/// Documents replayed from the store at a time.
const REPLAY_BATCH: usize = 1_000;

/// Keeps the index in step with the store.
pub(crate) struct Indexer {
    writer: IndexWriter,
    since_commit: u64,
    indexed_to: u64,
}

impl Indexer {
    /// Opens the index and takes what the store has and the index has not: what was written when
    /// the process was killed, or everything when the index is gone.
    pub(crate) fn open(case: &Writer) -> Result<(Self, u64), Error> {
        let folder = case.folder().index();
        let index = match Index::open_or_create(&folder) {
            Err(SearchError::Rebuild { .. }) => Index::rebuild(&folder)?,
            other => other?,
        };
        let indexed_to = index.last_change()?;
        let writer = index.writer(WRITER_MEMORY)?;
        let mut indexer = Self {
            writer,
            since_commit: 0,
            indexed_to,
        };
        let replayed = indexer.replay(case)?;
        Ok((indexer, replayed))
    }

    fn replay(&mut self, case: &Writer) -> Result<u64, Error> {
        let reader = case.reader();
        let mut replayed = 0;
        loop {
            let batch = reader.changed_since(self.indexed_to, REPLAY_BATCH)?;
            let Some((_, last)) = batch.last() else { break };
            let last = *last;
            for (id, _) in &batch {
                self.take_stored(&reader, *id)?;
            }
            replayed += batch.len() as u64;
            self.indexed_to = last;
        }
        if replayed > 0 {
            self.commit()?;
        }
        Ok(replayed)
    }

    /// Takes all that changed in the store since the last time; `fresh` holds new documents still
    /// in memory, with the file they came from.
    pub(crate) fn take_changes(
        &mut self,
        case: &mut Writer,
        fresh: &BTreeMap<DocumentId, FreshDocument>,
    ) -> Result<(), Error> {
        let dirty = case.take_dirty();
        let reader = case.reader();
        for id in dirty {
            match fresh.get(&id) {
                Some(fresh) if fresh.row.texts.iter().all(|text| text.text.is_some()) => {
                    self.take_fresh(fresh)?;
                }
                _ => self.take_stored(&reader, id)?,
            }
        }
        self.indexed_to = case.last_change();
        if self.since_commit >= COMMIT_BYTES {
            self.commit()?;
        }
        Ok(())
    }

    /// Makes what was taken findable, and notes up to which change it goes.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        self.writer.commit(self.indexed_to)?;
        self.since_commit = 0;
        Ok(())
    }

    /// Commits and waits for the index to settle.
    pub(crate) fn close(mut self) -> Result<(), Error> {
        self.commit()?;
        Ok(self.writer.close()?)
    }

    fn take_fresh(&mut self, fresh: &FreshDocument) -> Result<(), Error> {
        let row = &fresh.row;
        let texts: Vec<(&str, &str)> = row
            .texts
            .iter()
            .map(|text| (text.role.as_str(), text.text.as_deref().unwrap_or_default()))
            .collect();
        let message = row.message.as_deref();
        let entry = Entry {
            paths: vec![origin_path(&fresh.shown, &row.trail)],
            custodians: fresh.custodian.iter().cloned().collect(),
            tags: Vec::new(),
            people: message.map_or_else(
                || People::of_document(&row.metadata),
                |message| People::of(message, &message.headers),
            ),
        };
        let date = match row.date {
            Some(When::Moment(moment)) => Some(moment.unix),
            Some(When::Period(period)) => Some(period.first_second()),
            None => None,
        };
        let about = About {
            id: row.id,
            kind: &row.kind,
            media_type: &row.media_type,
            title: &row.title,
            date,
            language: row.language.as_deref(),
            has_attachment: message.is_some_and(|message| message.n_attachments > 0),
        };
        self.upsert(&about, &texts, &entry)
    }

    fn take_stored(&mut self, reader: &Reader<'_>, id: DocumentId) -> Result<(), Error> {
        let document = reader.document(id)?;
        let stored = reader.texts(id)?;
        let texts: Vec<(&str, &str)> = stored
            .iter()
            .map(|text| (text.role.as_str(), text.text.as_str()))
            .collect();
        let message = reader.message(id)?;
        let copies = if message.is_some() {
            reader.message_copies(id)?
        } else {
            Vec::new()
        };
        let mut entry = stored_entry(reader, &document)?;
        if message.is_none() {
            entry.people = People::of_document(&document.metadata);
        }
        if let Some(message) = &message {
            let shown = copies.first().map_or(&[][..], |(_, headers)| headers);
            entry.people = People::of(message, shown);
            for (_, headers) in copies.iter().skip(1) {
                entry.people.add_copy(headers);
            }
        }
        let about = About {
            id,
            kind: &document.kind,
            media_type: &document.media_type,
            title: &document.title,
            date: document.date,
            language: document.language.as_deref(),
            has_attachment: message
                .as_ref()
                .is_some_and(|message| message.n_attachments > 0),
        };
        self.upsert(&about, &texts, &entry)
    }

    fn upsert(
        &mut self,
        about: &About<'_>,
        texts: &[(&str, &str)],
        entry: &Entry<'_>,
    ) -> Result<(), Error> {
        let people = &entry.people;
        let headers: Vec<(&str, &str)> = people
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_ref()))
            .collect();
        let extension = entry
            .paths
            .first()
            .and_then(|path| Path::new(path).extension()?.to_str());
        self.since_commit += texts.iter().map(|(_, text)| text.len() as u64).sum::<u64>();
        self.writer.upsert(&IndexDocument {
            id: about.id,
            kind: about.kind,
            media_type: Some(about.media_type),
            extension,
            title: about.title,
            texts,
            from: &borrowed(&people.from),
            to: &borrowed(&people.to),
            cc: &borrowed(&people.cc),
            bcc: &borrowed(&people.bcc),
            headers: &headers,
            date: about.date,
            paths: &borrowed(&entry.paths),
            custodians: &borrowed(&entry.custodians),
            has_attachment: about.has_attachment,
            language: about.language,
            tags: &borrowed(&entry.tags),
        })?;
        Ok(())
    }
}

/// A new document whose rows are still in memory.
pub(crate) struct FreshDocument {
    pub(crate) row: Box<DocumentRow>,
    pub(crate) shown: String,
    pub(crate) custodian: Option<String>,
}

struct About<'a> {
    id: DocumentId,
    kind: &'a str,
    media_type: &'a str,
    title: &'a str,
    date: Option<i64>,
    language: Option<&'a str>,
    has_attachment: bool,
}

struct Entry<'a> {
    paths: Vec<String>,
    custodians: Vec<String>,
    tags: Vec<String>,
    people: People<'a>,
}

#[derive(Default)]
struct People<'a> {
    from: Vec<String>,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    headers: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> People<'a> {
    fn of(message: &MessageInfo, headers: &'a [HeaderField]) -> Self {
        Self {
            from: message
                .from
                .iter()
                .chain(&message.sender)
                .map(written)
                .collect(),
            to: message.to.iter().map(written).collect(),
            cc: message.cc.iter().map(written).collect(),
            bcc: message.bcc.iter().map(written).collect(),
            headers: headers.iter().map(searchable_header).collect(),
        }
    }

    /// What a document says of itself is searched like the headers of a message.
    fn of_document(metadata: &'a [(String, String)]) -> Self {
        let said = metadata.iter();
        Self {
            headers: said
                .map(|(key, value)| (key.as_str(), Cow::Borrowed(value.as_str())))
                .collect(),
            ..Self::default()
        }
    }

    /// What another copy says and this one does not: a hidden recipient, other transport headers.
    fn add_copy(&mut self, headers: &'a [HeaderField]) {
        for header in headers {
            let entry = searchable_header(header);
            if self.headers.contains(&entry) {
                continue;
            }
            if header.name.eq_ignore_ascii_case("bcc") {
                self.bcc.push(header.value.clone());
            }
            self.headers.push(entry);
        }
    }
}

fn stored_entry<'a>(reader: &Reader<'_>, document: &StoredDocument) -> Result<Entry<'a>, Error> {
    // A later part of a long text lies where its first part lies.
    let located = document.continues.map_or(document.id, |(first, _)| first);
    let origins = reader.origins(located)?;
    let mut custodians: Vec<String> = origins
        .iter()
        .filter_map(|origin| origin.custodian.clone())
        .collect();
    custodians.sort_unstable();
    custodians.dedup();
    let tags = reader.standing(&format!("document:{}", document.id))?.tags;
    Ok(Entry {
        paths: origins
            .iter()
            .map(|origin| origin_path(&origin.shown, &origin.trail))
            .collect(),
        custodians,
        tags: tags.into_iter().collect(),
        people: People::default(),
    })
}

/// Headers of which only these tags are words; the rest is a signature in base64, unlike any other.
const SIGNED_TAGS: &[(&str, &[&str])] = &[
    ("dkim-signature", &["a", "d", "i", "s"]),
    ("x-google-dkim-signature", &["a", "d", "i", "s"]),
    ("arc-seal", &["a", "d", "i", "s", "cv"]),
    ("arc-message-signature", &["a", "d", "i", "s"]),
];
/// Headers that are one sealed box for the program that wrote them.
const SEALED: &[&str] = &[
    "x-gm-message-state",
    "x-google-smtp-source",
    "x-ms-exchange-antispam-messagedata",
    "x-microsoft-antispam-message-info",
];

/// What of a header a search can ask for; `show --headers` has all of it.
fn searchable_header(header: &HeaderField) -> (&str, Cow<'_, str>) {
    let named = |name: &&str| header.name.eq_ignore_ascii_case(name);
    if SEALED.iter().any(named) {
        return (&header.name, Cow::Borrowed(""));
    }
    let Some((_, tags)) = SIGNED_TAGS.iter().find(|(name, _)| named(name)) else {
        return (&header.name, Cow::Borrowed(&header.value));
    };
    let kept = header.value.split(';').filter(|part| {
        part.split_once('=')
            .is_some_and(|(tag, _)| tags.contains(&tag.trim()))
    });
    (&header.name, Cow::Owned(kept.collect::<Vec<_>>().join(";")))
}

/// The path of a file and the names from there down to the item.
pub(crate) fn origin_path(shown: &str, trail: &str) -> String {
    if trail.is_empty() {
        shown.to_owned()
    } else {
        format!("{shown}/{trail}")
    }
}

/// An address as a person writes it.
pub(crate) fn written(mailbox: &Mailbox) -> String {
    match (&mailbox.name, &mailbox.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(name), None) => name.clone(),
        (None, Some(address)) => address.clone(),
        (None, None) => String::new(),
    }
}

fn borrowed(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}
