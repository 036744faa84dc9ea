//! Files and problems, a line each.

use onrecord_case::{
    FileFilter, FileLine, FilePlace, PlacedProblem, ProblemCount, ProblemLine, ProblemPlace,
};
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

/// A page of problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemPage {
    /// Version of this object.
    pub format_version: u32,
    /// How many there are of each kind, in the whole case.
    pub counts: Vec<ProblemCount>,
    /// Some of them, file by file.
    pub problems: Vec<PlacedProblem>,
    /// Gives the next page; `null` on the last.
    pub cursor: Option<String>,
}

/// A page of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilePage {
    /// Version of this object.
    pub format_version: u32,
    /// Some of them, in the order of paths.
    pub files: Vec<FileLine>,
    /// Gives the next page; `null` on the last.
    pub cursor: Option<String>,
}

impl Workbench {
    /// A page of problems; `after` is the cursor of the page before.
    ///
    /// # Errors
    /// When the cursor is none, or the store cannot be read.
    pub fn problem_page(
        &self,
        code: Option<&str>,
        path: Option<&str>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ProblemPage, Error> {
        let after = match after {
            Some(cursor) => problem_place(cursor).ok_or_else(|| no_cursor(cursor))?,
            None => (-1, -1, -1),
        };
        let (problems, last) = self.reader.problems_after(code, path, after, limit)?;
        Ok(ProblemPage {
            format_version: FORMAT_VERSION,
            counts: self.reader.problem_counts()?,
            problems,
            cursor: last.map(|(file, item, number)| format!("{file}.{item}.{number}")),
        })
    }

    /// A page of files; `after` is the cursor of the page before.
    ///
    /// # Errors
    /// When the cursor is none, or the store cannot be read.
    pub fn file_page(
        &self,
        filter: &FileFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FilePage, Error> {
        let after = match after {
            Some(cursor) => file_place(cursor).ok_or_else(|| no_cursor(cursor))?,
            None => (Vec::new(), -1, -1),
        };
        let (files, last) = self.reader.files_after(filter, &after, limit)?;
        let cursor = |(path, version, item): (Vec<u8>, i64, i64)| {
            let path: String = path.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{path}.{version}.{item}")
        };
        Ok(FilePage {
            format_version: FORMAT_VERSION,
            files,
            cursor: last.map(cursor),
        })
    }

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

fn no_cursor(given: &str) -> Error {
    Error::Usage(format!("\"{given}\" is no cursor; begin again without one"))
}

fn problem_place(cursor: &str) -> Option<ProblemPlace> {
    let mut parts = cursor.split('.').map(str::parse);
    let place = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    parts.next().is_none().then_some(place)
}

/// The path stands in hexadecimal digits, since it may be any bytes.
fn file_place(cursor: &str) -> Option<FilePlace> {
    let mut parts = cursor.split('.');
    let digits = parts.next()?.as_bytes();
    if digits.len() % 2 != 0 {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let path = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?;
    let place = (
        path,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    parts.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::{file_place, problem_place};

    #[test]
    fn cursors_that_are_none_are_refused() {
        assert_eq!(problem_place("3.0.12"), Some((3, 0, 12)));
        assert_eq!(file_place("2f61.1.0"), Some((b"/a".to_vec(), 1, 0)));
        for wrong in ["", "1.2", "1.2.3.4", "x.1.2"] {
            assert_eq!(problem_place(wrong), None);
        }
        for wrong in ["", "2.1.0", "zz.1.0", "2f.1", "2f.1.0.0"] {
            assert_eq!(file_place(wrong), None);
        }
    }
}
