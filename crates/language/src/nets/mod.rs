//! The nets: vectors of tokens, and what is decided from them.

pub(crate) mod edges;
pub(crate) mod exact;
pub(crate) mod kernels;
pub(crate) mod ner;
pub(crate) mod parser;
pub(crate) mod tagger;
pub(crate) mod tok2vec;
pub(crate) mod transition;

/// Tokens are encoded this many at a time, so that their vectors stay in the processor's cache.
pub(crate) const BLOCK: usize = 256;
