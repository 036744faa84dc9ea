//! What is derived when all is read.

use onrecord_case::Writer;
use onrecord_pipeline::{Stage, Threads};

use super::Import;
use crate::annotating::annotate_waiting;
use crate::claiming::derive_claims;
use crate::error::Error;
use crate::reading::read_waiting;
use crate::resolving::resolve_entities;

impl Import<'_> {
    pub(super) fn derive(&mut self, writer: &mut Writer) -> Result<(), Error> {
        self.derive_threads(writer)?;
        if let Some(annotate) = &self.options.annotate {
            let workers = self.workers();
            annotate_waiting(writer, annotate, workers, self.stop, &mut self.reporter)?;
            let annotated_by = annotate.fingerprint();
            read_waiting(
                writer,
                &annotated_by,
                workers,
                self.stop,
                &mut self.reporter,
            )?;
            if !self.stopped() {
                resolve_entities(writer, &mut self.reporter)?;
                derive_claims(writer, &mut self.reporter)?;
            }
            self.report.stopped = self.stopped();
        }
        Ok(())
    }

    fn derive_threads(&mut self, writer: &mut Writer) -> Result<(), Error> {
        let stage = Threads;
        let state = format!("{}@{}", stage.fingerprint(), writer.last_change());
        if writer.reader().stage_state("threads")?.as_deref() == Some(state.as_str()) {
            return Ok(());
        }
        let inputs = writer.reader().thread_inputs()?;
        self.reporter
            .begin_stage("threads", Some(inputs.len() as u64));
        let threads = stage.run(&inputs);
        writer.begin()?;
        writer.replace_threads(&threads)?;
        writer.set_stage("threads", &stage.fingerprint(), &state)?;
        writer.commit()?;
        self.reporter.advance(inputs.len() as u64);
        Ok(())
    }
}
