//! Writing: documents go to a thread of Tantivy's through a queue that is bounded in bytes.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use onrecord_record::DocumentId;
use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::Document;
use tantivy::{IndexReader, TantivyDocument, TantivyError, Term};

use crate::document::IndexDocument;
use crate::error::{Result, SearchError};
use crate::fields::Field;
use crate::merge::BySize;
use crate::schema::{Columns, NamedValue};

/// Least memory that Tantivy's writer works with.
const LEAST_ARENA: usize = 15_000_000;
/// Most memory that is of use to it here.
const MOST_ARENA: usize = 1_000_000_000;

/// The one writer of an index. Dropping it loses what is not committed.
pub struct IndexWriter {
    inner: tantivy::IndexWriter<Queued>,
    reader: IndexReader,
    columns: Columns,
    queue: Arc<Queue>,
    named: NamedValue,
}

impl IndexWriter {
    pub(crate) fn new(
        index: &tantivy::Index,
        reader: IndexReader,
        columns: Columns,
        memory: usize,
        dir: PathBuf,
    ) -> Result<Self> {
        let index_dir = dir.clone();
        let waiting = memory / 8;
        let arena = (memory - waiting).clamp(LEAST_ARENA, MOST_ARENA);
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(arena)
            .build();
        let inner = index
            .writer_with_options(options)
            .map_err(|error| match error {
                TantivyError::LockFailure(..) => SearchError::Locked { dir },
                other => writing(other),
            })?;
        inner.set_merge_policy(Box::new(BySize { dir: index_dir }));
        let queue = Arc::new(Queue {
            limit: waiting,
            bytes: Mutex::new(0),
            freed: Condvar::new(),
        });
        Ok(Self {
            inner,
            reader,
            columns,
            queue,
            named: NamedValue::default(),
        })
    }

    /// Adds a document, in place of the one with the same id.
    ///
    /// Waits while the documents that are not yet indexed take more than their share of memory.
    ///
    /// # Errors
    /// When writing failed, now or before.
    pub fn upsert(&mut self, document: &IndexDocument<'_>) -> Result<()> {
        let size = self.queue.enter(size_of_document(document));
        let document = self.lay_out(document, size.bytes);
        self.delete_id(document.id);
        let queued = Queued {
            document: document.fields,
            _size: size,
        };
        self.inner.add_document(queued).map_err(writing)?;
        Ok(())
    }

    /// Removes a document; one that is not there is no error.
    pub fn delete(&mut self, id: DocumentId) {
        self.delete_id(id);
    }

    /// Makes all since the last commit durable and visible, in one step, with the number of the last change.
    ///
    /// # Errors
    /// When writing failed; then nothing since the last commit is kept.
    pub fn commit(&mut self, last_change: u64) -> Result<()> {
        let mut commit = self.inner.prepare_commit().map_err(writing)?;
        commit.set_payload(&last_change.to_string());
        commit.commit().map_err(writing)?;
        self.reader.reload().map_err(writing)
    }

    /// Waits for merges under way, and gives the lock back.
    ///
    /// # Errors
    /// When a merge failed; what was committed is safe all the same.
    pub fn close(self) -> Result<()> {
        let Self { inner, reader, .. } = self;
        inner.wait_merging_threads().map_err(writing)?;
        reader.reload().map_err(writing)
    }

    fn delete_id(&mut self, id: DocumentId) {
        let term = Term::from_field_bytes(self.columns.id, id.as_bytes());
        self.inner.delete_term(term);
    }

    fn lay_out(&mut self, document: &IndexDocument<'_>, size: usize) -> LaidOut {
        let columns = self.columns;
        let mut fields = TantivyDocument::with_capacity(size);
        let (high, low) = halves(document.id);
        fields.add_bytes(columns.id, document.id.as_bytes());
        fields.add_u64(columns.id_high, high);
        fields.add_u64(columns.id_low, low);
        if let Some(date) = document.date {
            fields.add_i64(columns.date, date);
        }
        self.add_words(&mut fields, document);
        self.add_named(&mut fields, document);
        add_facets(&mut fields, columns, document);
        LaidOut {
            id: document.id,
            fields,
        }
    }

    fn add_words(&self, fields: &mut TantivyDocument, document: &IndexDocument<'_>) {
        let text = self.columns.text;
        let people = [document.from, document.to, document.cc, document.bcc];
        let texts = document.texts.iter().map(|(_, text)| *text);
        let values = std::iter::once(document.title)
            .chain(people.into_iter().flatten().copied())
            .chain(texts);
        for value in values.filter(|value| !value.is_empty()) {
            fields.add_text(text, value);
        }
    }

    fn add_named(&mut self, fields: &mut TantivyDocument, document: &IndexDocument<'_>) {
        let has: &[&str] = if document.has_attachment {
            &["attachment"]
        } else {
            &[]
        };
        let (media_type, extension) = (document.media_type, document.extension);
        let lists: [(Field, &[&str]); 12] = [
            (Field::From, document.from),
            (Field::To, document.to),
            (Field::Cc, document.cc),
            (Field::Bcc, document.bcc),
            (Field::Subject, &[document.title]),
            (Field::Type, &[document.kind]),
            (Field::Type, media_type.as_slice()),
            (Field::Type, extension.as_slice()),
            (Field::Path, document.paths),
            (Field::Custodian, document.custodians),
            (Field::Has, has),
            (Field::Language, document.language.as_slice()),
        ];
        let tags = (Field::Tag, document.tags);
        self.named.clear();
        for (field, values) in lists.into_iter().chain([tags]) {
            for value in values {
                self.named.add_field(field, value);
            }
        }
        for (name, value) in document.headers {
            self.named.add_header(name, value);
        }
        fields.add_text(self.columns.named, self.named.as_str());
    }
}

impl std::fmt::Debug for IndexWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexWriter").finish_non_exhaustive()
    }
}

struct LaidOut {
    id: DocumentId,
    fields: TantivyDocument,
}

/// An id as two numbers whose order is that of its bytes.
pub(crate) fn halves(id: DocumentId) -> (u64, u64) {
    let wide = u128::from_be_bytes(id.0);
    ((wide >> 64) as u64, wide as u64)
}

fn add_facets(fields: &mut TantivyDocument, columns: Columns, document: &IndexDocument<'_>) {
    fields.add_text(columns.kind, document.kind);
    if let Some(address) = document.from.first().and_then(|from| address_in(from)) {
        if let Some((_, domain)) = address.rsplit_once('@') {
            fields.add_text(columns.domain, domain);
        }
        fields.add_text(columns.sender, &address);
    }
    if let Some(language) = document.language {
        fields.add_text(columns.language, language);
    }
    for (column, values) in [
        (columns.custodian, document.custodians),
        (columns.tag, document.tags),
    ] {
        for (index, value) in values.iter().enumerate() {
            if !values[..index].contains(value) {
                fields.add_text(column, value);
            }
        }
    }
}

/// The address in `Ken Lay <klay@example.org>` or `klay@example.org (Ken Lay)`, in lower case.
fn address_in(from: &str) -> Option<String> {
    let quoted = from
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split('>').next());
    let word = quoted
        .filter(|address| address.contains('@'))
        .or_else(|| from.split_whitespace().find(|word| word.contains('@')))?;
    let address = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    (!address.is_empty()).then(|| address.to_lowercase())
}

/// About how many bytes the document takes while it waits.
fn size_of_document(document: &IndexDocument<'_>) -> usize {
    let lists = [
        document.from,
        document.to,
        document.cc,
        document.bcc,
        document.paths,
        document.custodians,
        document.tags,
    ];
    let listed: usize = lists
        .into_iter()
        .flatten()
        .map(|value| value.len() + 32)
        .sum();
    let texts: usize = document.texts.iter().map(|(_, text)| text.len() + 32).sum();
    let headers = document.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.len() + value.len() + 32)
        .sum();
    texts + headers + 2 * (listed + document.title.len()) + 512
}

/// A document on its way to the writing thread, which drops it when it is indexed.
struct Queued {
    document: TantivyDocument,
    _size: Size,
}

impl Document for Queued {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }
}

/// Tantivy's queue is bounded in documents, which says nothing about memory: this one is bounded in bytes.
struct Queue {
    limit: usize,
    bytes: Mutex<usize>,
    freed: Condvar,
}

impl Queue {
    /// Waits for room; a document larger than the limit enters alone.
    fn enter(self: &Arc<Self>, bytes: usize) -> Size {
        let mut used = self.lock();
        while *used > 0 && *used + bytes > self.limit {
            used = self
                .freed
                .wait(used)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *used += bytes;
        let queue = Arc::clone(self);
        Size { bytes, queue }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room taken in the queue, given back on drop.
struct Size {
    bytes: usize,
    queue: Arc<Queue>,
}

impl Drop for Size {
    fn drop(&mut self) {
        *self.queue.lock() -= self.bytes;
        self.queue.freed.notify_one();
    }
}

pub(crate) fn writing(error: TantivyError) -> SearchError {
    match error {
        TantivyError::IoError(error) => {
            SearchError::Io(std::io::Error::new(error.kind(), error.to_string()))
        }
        other => SearchError::Stopped(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_senders() {
        for (from, address) in [
            ("Ken Lay <KLay@Example.org>", Some("klay@example.org")),
            ("klay@example.org (Ken Lay)", Some("klay@example.org")),
            ("<a@b> <c@d>", Some("c@d")),
            ("Ken Lay", None),
            ("a < b@c", Some("b@c")),
            ("@", None),
        ] {
            assert_eq!(address_in(from).as_deref(), address, "{from}");
        }
    }
}
