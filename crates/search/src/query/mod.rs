//! The query language: text in, a tree of conditions out, with warnings that say where.

mod ast;
mod parse;
mod pieces;
mod understood;

use onrecord_record::DocumentId;

pub(crate) use parse::MAX_NEAR;

pub use ast::{Condition, DateRange, Match, Pattern, Scope, Word};

/// A query that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    root: Condition,
}

/// Something in a query that could not be taken as written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// Where in the query, in UTF-8 bytes.
    pub at: usize,
    /// What, and how it was read instead.
    pub message: String,
}

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What will be run.
    pub query: Query,
    /// The query in full: every group in parentheses, every operator written. Parsing it gives the same query.
    pub understood: String,
    /// What could not be taken as written, in order.
    pub warnings: Vec<Warning>,
}

impl Query {
    /// Reads a query; never fails: what is wrong is said in the warnings, and read in the most sensible way.
    #[must_use]
    pub fn parse(text: &str) -> Parsed {
        let (query, warnings) = parse::parse(text);
        let understood = query.to_string();
        Parsed {
            query,
            understood,
            warnings,
        }
    }

    /// A query for documents that fulfill a condition.
    #[must_use]
    pub fn new(root: Condition) -> Self {
        Self { root }
    }

    /// Asks `find` for the documents that speak of each name that the query has after `entity:`. The
    /// index does not know who is who: without this, no document speaks of anybody.
    ///
    /// # Errors
    /// What `find` fails with.
    pub fn fill_entities<E>(
        &mut self,
        find: &mut dyn FnMut(&str) -> Result<Vec<DocumentId>, E>,
    ) -> Result<(), E> {
        fill(&mut self.root, find)
    }

    /// The condition that documents must fulfill.
    #[must_use]
    pub fn root(&self) -> &Condition {
        &self.root
    }
}

fn fill<E>(
    condition: &mut Condition,
    find: &mut dyn FnMut(&str) -> Result<Vec<DocumentId>, E>,
) -> Result<(), E> {
    match condition {
        Condition::Entity { name, documents } => {
            *documents = find(name)?;
            documents.sort_unstable();
            documents.dedup();
            Ok(())
        }
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter_mut().try_for_each(|part| fill(part, find))
        }
        Condition::Not(inner) => fill(inner, find),
        _ => Ok(()),
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        understood::Understood(&self.root).fmt(f)
    }
}

#[cfg(test)]
mod tests;
