//! From a string to tokens with spaCy's features.

pub(crate) mod lexemes;
pub(crate) mod pattern;
pub(crate) mod strings;
pub(crate) mod tokenizer;
pub(crate) mod unicode;
