//! What people protect: it is withheld from every export, picture, print and citation.

use std::collections::BTreeSet;

use onrecord_case::Verb;
use onrecord_record::DocumentId;

use crate::error::Error;
use crate::open::Workbench;

/// Documents and custodians that are protected.
#[derive(Debug, Default)]
pub(crate) struct Protection {
    documents: BTreeSet<DocumentId>,
    /// Names of custodians, in lower case.
    custodians: BTreeSet<String>,
}

impl Protection {
    /// Whether anything is.
    pub(crate) fn is_any(&self) -> bool {
        !self.documents.is_empty() || !self.custodians.is_empty()
    }

    pub(crate) fn holds_document(&self, document: DocumentId) -> bool {
        self.documents.contains(&document)
    }

    /// Names of protected custodians, in lower case.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.custodians.iter().map(String::as_str)
    }

    /// Whether somebody of this name is a protected custodian.
    pub(crate) fn holds_name(&self, name: &str) -> bool {
        !self.custodians.is_empty() && self.custodians.contains(&name.trim().to_lowercase())
    }
}

impl Workbench {
    /// What is protected now: documents with what is inside of them, custodians with all that they gave.
    pub(crate) fn protection(&self) -> Result<Protection, Error> {
        let mut protection = Protection::default();
        let mut custodians = BTreeSet::new();
        let decided = self
            .reader
            .standing_judgements(&[Verb::Protect, Verb::Unprotect])?;
        for judgement in decided {
            let protects = judgement.verb == Verb::Protect;
            if let Some(name) = judgement.target.strip_prefix("custodian:") {
                set(&mut custodians, name.to_owned(), protects);
            } else if let Some(Ok(id)) = judgement
                .target
                .strip_prefix("document:")
                .map(str::parse::<DocumentId>)
            {
                set(&mut protection.documents, id, protects);
            }
        }
        if !custodians.is_empty() {
            for document in self.reader.read_documents()? {
                let origins = self.reader.origins(document)?;
                let is_theirs = |name: &Option<String>| {
                    name.as_ref().is_some_and(|name| custodians.contains(name))
                };
                if origins.iter().any(|origin| is_theirs(&origin.custodian)) {
                    protection.documents.insert(document);
                }
            }
        }
        self.add_children(&mut protection.documents)?;
        protection.custodians = custodians.iter().map(|name| name.to_lowercase()).collect();
        Ok(protection)
    }

    /// Attachments and members of what is protected are protected with it.
    fn add_children(&self, documents: &mut BTreeSet<DocumentId>) -> Result<(), Error> {
        let mut waiting: Vec<DocumentId> = documents.iter().copied().collect();
        while let Some(document) = waiting.pop() {
            for (child, _) in self.reader.children(document)? {
                if documents.insert(child) {
                    waiting.push(child);
                }
            }
        }
        Ok(())
    }
}

/// Adds or takes away.
fn set<T: Ord>(all: &mut BTreeSet<T>, one: T, is_in: bool) {
    if is_in {
        all.insert(one);
    } else {
        all.remove(&one);
    }
}
