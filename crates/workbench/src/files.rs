//! Files and problems, a line each.

use onrecord_case::{FileFilter, FileLine, ProblemLine};
use onrecord_record::FORMAT_VERSION;
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;

/// A line of the list of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// Version of this object.
    pub format_version: u32,
    /// The line.
    #[serde(flatten)]
    pub line: FileLine,
}

/// A line of the list of problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemView {
    /// Version of this object.
    pub format_version: u32,
    /// The line.
    #[serde(flatten)]
    pub line: ProblemLine,
}

impl Workbench {
    /// Lists files in the order of paths; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn files(
        &self,
        filter: &FileFilter,
        sink: &mut dyn FnMut(FileView) -> bool,
    ) -> Result<(), Error> {
        Ok(self.reader.files(filter, &mut |line| {
            sink(FileView {
                format_version: FORMAT_VERSION,
                line,
            })
        })?)
    }

    /// Lists problems in the order of paths, those with `code` only where it is given.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn problems(
        &self,
        code: Option<&str>,
        sink: &mut dyn FnMut(ProblemView) -> bool,
    ) -> Result<(), Error> {
        Ok(self.reader.problems(code, &mut |line| {
            sink(ProblemView {
                format_version: FORMAT_VERSION,
                line,
            })
        })?)
    }
}
