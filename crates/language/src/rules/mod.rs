//! What is decided by rules after the nets: the attribute ruler and the lemmatizers.

pub(crate) mod lemmatizer;
pub(crate) mod ruler;
pub(crate) mod tables;
