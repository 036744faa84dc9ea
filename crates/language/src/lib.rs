//! Text to sentences, tokens, tags, dependency trees and names: spaCy's CNN pipelines, natively, with spaCy's answers.

mod annotated;
mod codec;
#[cfg(test)]
mod controls;
mod detect;
mod error;
mod labels;
mod mentions;
mod model;
mod nets;
mod pieces;
mod pipeline;
mod rules;
mod text;

pub use annotated::{Annotated, Entity, EntityIob, Token};
pub use codec::DecodeError;
pub use detect::{Detected, detect};
pub use error::LoadError;
pub use labels::Labels;
pub use mentions::{Mention, TextKind, filter_mentions};
pub use model::known::{KNOWN_WHEELS, KnownWheel};
pub use model::{LoadOptions, ModelInfo, Package, Trust, package_files};
pub use nets::kernels::Isa;
pub use pieces::MAX_CHARS;
pub use pipeline::{Pipeline, Workspace};
