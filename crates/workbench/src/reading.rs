//! Reading in the background of an import: who is who, who says what, which ties, document by
//! document from the kept annotations.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use onrecord_case::{DocumentToRead, StoredDocument, Writer};
use onrecord_pipeline::entities::{DocumentKind, Facts, Party};
use onrecord_pipeline::language_engine::Labels;
use onrecord_pipeline::{
    AnnotateInput, AnnotatedText, Fingerprint, Mailbox, MessageInfo, Read, ReadInput, ReadingRow,
    Stage, TextShape,
};
use onrecord_record::{DateTime, DocumentId};

use crate::error::Error;
use crate::progress::Reporter;

/// Documents taken at a time; after each such batch all is on the disk.
const BATCH: usize = 256;

/// Reads every document that waits. Says whether anything was read.
pub(crate) fn read_waiting(
    writer: &mut Writer,
    annotated_by: &Fingerprint,
    workers: usize,
    stop: &AtomicBool,
    reporter: &mut Reporter<'_>,
) -> Result<bool, Error> {
    let stage = Read::new(annotated_by.clone());
    let fingerprint = stage.fingerprint();
    let total = writer
        .reader()
        .readings_waiting(annotated_by, &fingerprint)?;
    if total == 0 {
        return Ok(false);
    }
    reporter.begin_stage("read", Some(total));
    let mut labels = LabelShelf::default();
    let mut after = None;
    while !stop.load(Ordering::Relaxed) {
        let waiting =
            writer
                .reader()
                .documents_to_read(annotated_by, &fingerprint, after, BATCH)?;
        let Some(last) = waiting.last() else { break };
        after = Some(last.document.id);
        let inputs = inputs(writer, &waiting, &mut labels)?;
        let rows = read_batch(&stage, &inputs, workers);
        let changes: BTreeMap<DocumentId, u64> = waiting
            .iter()
            .map(|waiting| (waiting.document.id, waiting.document.change))
            .collect();
        writer.begin()?;
        for row in &rows {
            let change = changes.get(&row.document).copied().unwrap_or(0);
            writer.put_reading(&fingerprint, change, row)?;
        }
        writer.commit()?;
        reporter.advance(rows.len() as u64);
    }
    Ok(true)
}

/// Labels by name, each read once.
#[derive(Default)]
struct LabelShelf(BTreeMap<String, Arc<Labels>>);

impl LabelShelf {
    fn get(&mut self, writer: &Writer, name: &str) -> Result<Arc<Labels>, Error> {
        if let Some(labels) = self.0.get(name) {
            return Ok(Arc::clone(labels));
        }
        let bytes = writer.reader().labels(name)?;
        let labels =
            Labels::from_bytes(&bytes).ok_or(onrecord_case::Error::Damaged("annotation"))?;
        let labels = Arc::new(labels);
        self.0.insert(name.to_owned(), Arc::clone(&labels));
        Ok(labels)
    }
}

fn inputs(
    writer: &Writer,
    waiting: &[DocumentToRead],
    labels: &mut LabelShelf,
) -> Result<Vec<ReadInput>, Error> {
    let inputs = waiting.iter().map(|waiting| {
        let labels = labels.get(writer, &waiting.labels)?;
        let input = AnnotateInput {
            text: &waiting.text,
            shape: waiting.shape,
        };
        let text = AnnotatedText::decode(&waiting.annotation, input, &labels)
            .map_err(|_| onrecord_case::Error::Damaged("annotation"))?;
        let message = writer.reader().message(waiting.document.id)?;
        Ok(ReadInput {
            document: waiting.document.id,
            text,
            facts: facts(&waiting.document, message.as_ref()),
            table: matches!(waiting.shape, TextShape::Table { .. }).then(|| waiting.text.clone()),
        })
    });
    inputs.collect()
}

/// What is known about a document besides its text.
pub(crate) fn facts(document: &StoredDocument, message: Option<&MessageInfo>) -> Facts {
    let metadata = |wanted: &str| {
        let mut entries = document.metadata.iter();
        entries.find_map(|(key, value)| (key == wanted).then(|| value.clone()))
    };
    let kind = match document.kind.as_str() {
        "message" => DocumentKind::Message,
        "article" | "page" => DocumentKind::Article,
        "table" => DocumentKind::Table,
        _ => DocumentKind::Text,
    };
    let moment = document.date.map(|unix| DateTime {
        unix,
        offset_minutes: document.date_offset.unwrap_or(0),
    });
    let byline = metadata("author").unwrap_or_default();
    let authors = match message {
        Some(message) => parties(&message.from),
        None => byline.split(';').filter_map(named).collect(),
    };
    let recipients = message.map(|message| {
        let lists = [&message.to, &message.cc, &message.bcc];
        lists.into_iter().flat_map(|list| parties(list)).collect()
    });
    Facts {
        kind,
        title: Some(document.title.clone()).filter(|title| !title.is_empty()),
        date: moment.and_then(DateTime::day),
        authors,
        recipients: recipients.unwrap_or_default(),
        publisher: metadata("site"),
    }
}

fn named(name: &str) -> Option<Party> {
    let name = name.trim();
    (!name.is_empty()).then(|| Party {
        name: Some(name.to_owned()),
        address: None,
    })
}

fn parties(mailboxes: &[Mailbox]) -> Vec<Party> {
    let parties = mailboxes.iter().map(|mailbox| Party {
        name: mailbox.name.clone(),
        address: mailbox.address.as_deref().map(str::to_lowercase),
    });
    parties.collect()
}

/// Reads on several threads; the rows come in the order of the documents.
fn read_batch(stage: &Read, inputs: &[ReadInput], workers: usize) -> Vec<ReadingRow> {
    let next = AtomicUsize::new(0);
    let parts = Mutex::new(Vec::with_capacity(inputs.len()));
    std::thread::scope(|scope| {
        for _ in 0..workers.min(inputs.len()) {
            scope.spawn(|| {
                while let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let part = stage.run(input);
                    parts
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(part);
                }
            });
        }
    });
    stage.merge(parts.into_inner().unwrap_or_else(PoisonError::into_inner))
}
