//! A document that is a zip archive: its parts by name, and what they refer to.

use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::rc::Rc;

use onrecord_record::{Problem, ProblemCode};
use zip::ZipArchive;

use super::xml::{Node, Xml};
use crate::budget::{Budget, Flawed, Metered};
use crate::content::{CHUNK, Content};
use crate::item::{Hint, Input};
use crate::names;
use crate::reading::{Child, Flow, Reading};

/// Buffer for the small reads of headers.
const HEADER_BUFFER: usize = 16 << 10;
/// Longest part that is held whole, in bytes.
const MAX_WHOLE: u64 = 16 << 20;
/// Most references of one part.
const MAX_REFERENCES: usize = 100_000;

/// An open document.
pub(crate) struct Package<'c, 'd> {
    archive: ZipArchive<BufReader<&'c mut Content<'d>>>,
    /// Index of each part by its name in lower case: names differ in letter case from their references.
    parts: BTreeMap<String, usize>,
    budget: Rc<Budget>,
    /// What went wrong with the parts read so far.
    flaws: Vec<Problem>,
}

/// Where a part refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Last step of its type: `image`, `oleObject`, `hyperlink`.
    pub(crate) kind: String,
    /// Name of a part, or an address outside.
    pub(crate) target: String,
    /// Whether the target lies outside of the document.
    pub(crate) is_external: bool,
}

impl<'c, 'd> Package<'c, 'd> {
    /// Opens a document; the reason where its table of contents cannot be read.
    pub(crate) fn open(content: &'c mut Content<'d>, budget: &Rc<Budget>) -> Result<Self, String> {
        let source = BufReader::with_capacity(HEADER_BUFFER, content);
        let archive = ZipArchive::new(source).map_err(|error| names::reason(&error))?;
        let mut parts = BTreeMap::new();
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                let name = name.trim_start_matches('/').replace('\\', "/");
                parts.entry(name.to_lowercase()).or_insert(index);
            }
        }
        Ok(Self {
            archive,
            parts,
            budget: Rc::clone(budget),
            flaws: Vec::new(),
        })
    }

    /// Whether there is a part of this name, in any letter case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&name.to_lowercase())
    }

    /// Names of the parts that begin with this, in lower case, in their order.
    pub(crate) fn names_below(&self, prefix: &str) -> Vec<String> {
        let names = self.parts.range(prefix.to_owned()..);
        names
            .map(|(name, _)| name)
            .take_while(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    /// Reads a part as XML with `read`; tells of its damage. `None` where there is no such part.
    pub(crate) fn xml<T>(&mut self, name: &str, read: impl FnOnce(&mut Xml<'_>) -> T) -> Option<T> {
        let index = *self.parts.get(&name.to_lowercase())?;
        let budget = Rc::clone(&self.budget);
        let file = match self.archive.by_index(index) {
            Ok(file) => file,
            Err(error) => {
                self.flaws.push(broken(name, &names::reason(&error)));
                return None;
            }
        };
        let mut metered = Metered::expanding(file, &budget);
        let (value, flaw) = {
            let mut xml = Xml::new(Box::new(BufReader::with_capacity(CHUNK, &mut metered)));
            let value = read(&mut xml);
            (value, xml.flaw())
        };
        let problem = metered
            .flaw()
            .or_else(|| flaw.map(|flaw| broken(name, &flaw)));
        self.flaws.extend(problem);
        Some(value)
    }

    /// The bytes of a part, up to a limit.
    pub(crate) fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let index = *self.parts.get(&name.to_lowercase())?;
        let budget = Rc::clone(&self.budget);
        let file = self.archive.by_index(index).ok()?;
        let mut metered = Metered::expanding(file, &budget);
        let mut bytes = Vec::new();
        let read = (&mut metered).take(MAX_WHOLE).read_to_end(&mut bytes);
        self.flaws.extend(metered.flaw());
        read.ok().map(|_| bytes)
    }

    /// Reads a part as a child of the open item, under the name that its document gives it.
    pub(crate) fn child(&mut self, reading: &mut Reading<'_, '_>, name: &str, label: &str) -> Flow {
        let Some(index) = self.parts.get(&name.to_lowercase()).copied() else {
            return Flow::Continue(());
        };
        let child = Child::member(label);
        let extension = names::extension(label);
        let hint = Hint {
            name: Some(label),
            extension: extension.as_deref(),
            ..Hint::default()
        };
        let budget = Rc::clone(&reading.budget);
        match self.archive.by_index(index) {
            Ok(file) => reading.child(
                &child,
                &hint,
                Input::Stream(&mut Metered::expanding(file, &budget)),
            ),
            Err(error) => {
                let problem = broken(name, &names::reason(&error));
                reading.unread_child(&child, 0, problem)
            }
        }
    }

    /// What a part refers to, by the ids that it uses.
    pub(crate) fn references(&mut self, part: &str) -> BTreeMap<String, Reference> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let separator = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{separator}_rels/{file}.rels");
        self.xml(&name, |xml| references(xml, folder))
            .unwrap_or_default()
    }

    /// What went wrong with the parts that were read.
    pub(crate) fn flaws(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.flaws)
    }
}

fn broken(name: &str, reason: &str) -> Problem {
    Problem::new(
        ProblemCode::Damaged,
        format!("its part {name} is damaged ({reason}); what comes before is kept"),
    )
}

fn references(xml: &mut Xml<'_>, folder: &str) -> BTreeMap<String, Reference> {
    let mut references = BTreeMap::new();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "Relationship" && references.len() < MAX_REFERENCES => {
                let (Some(id), Some(target)) = (xml.attribute("Id"), xml.attribute("Target"))
                else {
                    continue;
                };
                let kind = xml.attribute("Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let is_external = xml.attribute("TargetMode").as_deref() == Some("External");
                let target = if is_external {
                    target
                } else {
                    resolve(folder, &target)
                };
                let reference = Reference {
                    kind,
                    target,
                    is_external,
                };
                references.insert(id, reference);
            }
            Node::End => return references,
            _ => {}
        }
    }
}

/// The name of the part that a reference inside `folder` means.
pub(crate) fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|step| !step.is_empty()).collect()
    };
    for step in target.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_within_the_document() {
        assert_eq!(resolve("word", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("ppt/slides", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(resolve("word", "/docProps/core.xml"), "docProps/core.xml");
        assert_eq!(resolve("a", "../../../etc/passwd"), "etc/passwd");
    }
}
