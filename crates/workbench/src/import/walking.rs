//! Lists the files below the roots into the case's queue.

use std::path::PathBuf;

use onrecord_case::{Noted, Selection, Writer, walk};

use super::Import;
use crate::error::Error;

/// Files found between two commits of the walk.
const WALK_BATCH: u64 = 20_000;

impl Import<'_> {
    pub(super) fn walk_roots(
        &mut self,
        writer: &mut Writer,
        roots: &[PathBuf],
        selection: &Selection,
    ) -> Result<(), Error> {
        if roots.is_empty() {
            return Ok(());
        }
        self.reporter.begin_stage("walk", None);
        let now = jiff::Timestamp::now().to_string();
        let own = writer.folder().path().to_path_buf();
        let own = own.canonicalize().unwrap_or(own);
        for root in roots {
            writer.begin()?;
            let id = writer.add_root(root, &now)?;
            let mut failure = None;
            let excluded = walk(root, &own, selection, &mut |found| match self
                .note(writer, id, &found)
            {
                Ok(()) => !self.stopped(),
                Err(error) => {
                    failure = Some(error);
                    false
                }
            });
            if let Some(error) = failure {
                return Err(error);
            }
            if !self.stopped() {
                writer.finish_root(id, excluded)?;
                self.report.excluded += excluded;
            }
            writer.commit()?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        writer: &mut Writer,
        root: i64,
        found: &onrecord_case::Found,
    ) -> Result<(), Error> {
        match writer.note_found(root, found, self.options.custodian.as_deref())? {
            Noted::Unchanged => self.report.unchanged += 1,
            Noted::Waits => self.report.new_files += 1,
            Noted::Unreadable => {
                self.report.new_files += 1;
                self.report.problems += 1;
                self.reporter.problems += 1;
            }
        }
        self.reporter.advance(1);
        if (self.report.new_files + 1).is_multiple_of(WALK_BATCH) {
            writer.commit()?;
            writer.begin()?;
        }
        Ok(())
    }
}
