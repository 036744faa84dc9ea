//! Claims: statements with the same content, across documents.

mod answers;
mod claim;
mod corrections;
mod features;
mod grouping;
mod matching;
mod numbers;
mod row;
pub(crate) mod side;
#[cfg(test)]
mod tests;
pub(crate) mod vocabulary;

pub use claim::{Claim, Retracted, claims};
pub use corrections::Correction;
pub use row::{Mentioned, StatementRow};
