//! What readers make of documents, against other programs and gold.

mod compare;
mod pdf;
pub(crate) mod peers;

pub(crate) use pdf::files as pdf_files;

/// `cargo xtask eval extract`: each kind of document in turn.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    pdf::run(arguments)
}
