//! Giving a document a tag, or taking it away.

use onrecord_workbench::Decision;
use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;

/// Tags a document.
pub(super) const ACT: Act = Act {
    path: "/documents/{id}/tag",
    run,
};

#[derive(Deserialize)]
struct Form {
    id: String,
    tag: String,
    #[serde(default)]
    remove: bool,
}

fn run(deed: &Deed) -> Result<Done, Fault> {
    let form: Form = deed.parse()?;
    deed.decide(&Decision::Tag {
        document: form.id,
        tag: form.tag,
        remove: form.remove,
    })
}
