//! Annotation in the background of an import: each distinct text once, resumable between batches.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use onrecord_case::{AnnotationRow, TextToAnnotate, Writer};
use onrecord_pipeline::{Annotate, AnnotateInput, Stage};

use crate::error::Error;
use crate::progress::Reporter;

/// Texts and bytes taken at a time; after each such batch all is on the disk.
const BATCH: usize = 256;
/// Language of texts whose language could not be told: too short, most of them names and greetings.
pub(crate) const DEFAULT_LANGUAGE: &str = "en";

/// Annotates every text that waits.
pub(crate) fn annotate_waiting(
    writer: &mut Writer,
    annotate: &Annotate,
    workers: usize,
    stop: &AtomicBool,
    reporter: &mut Reporter<'_>,
) -> Result<(), Error> {
    let language = annotate.pipeline().info().language.clone();
    let fingerprint = annotate.fingerprint();
    let labels = annotate.pipeline().labels();
    let (labels_id, labels_bytes) = (format!("{:016x}", labels.id()), labels.to_bytes());
    let total = writer.reader().texts_waiting(&language, &fingerprint)?;
    if total == 0 {
        return Ok(());
    }
    reporter.begin_stage("annotate", Some(total));
    let mut after = None;
    while !stop.load(Ordering::Relaxed) {
        let texts = writer
            .reader()
            .texts_to_annotate(&language, &fingerprint, after, BATCH)?;
        let Some(last) = texts.last() else { break };
        after = Some(last.id);
        let rows = annotate_batch(annotate, &texts, workers);
        writer.begin()?;
        writer.put_annotations(&fingerprint, (&labels_id, &labels_bytes), &rows)?;
        writer.commit()?;
        reporter.advance(rows.len() as u64);
    }
    Ok(())
}

/// Annotates texts on several threads; the order of the rows does not matter to the store.
fn annotate_batch(
    annotate: &Annotate,
    texts: &[TextToAnnotate],
    workers: usize,
) -> Vec<AnnotationRow> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::with_capacity(texts.len()));
    std::thread::scope(|scope| {
        for _ in 0..workers.min(texts.len()) {
            scope.spawn(|| {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = annotate_text(annotate, text);
                    rows.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(row);
                }
            });
        }
    });
    rows.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn annotate_text(annotate: &Annotate, text: &TextToAnnotate) -> AnnotationRow {
    let annotated = annotate.run_on(AnnotateInput {
        text: &text.text,
        shape: text.shape,
    });
    AnnotationRow {
        text: text.id,
        tokens: annotated.tokens() as u64,
        mentions: annotated.mentions().len() as u64,
        data: annotated.encode(),
    }
}
