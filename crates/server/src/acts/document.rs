//! What a person notes on a document: a remark, that it was checked, that it must not leave the case.

use onrecord_workbench::Decision;
use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;

/// Writes a note.
pub(super) const NOTE: Act = Act {
    path: "/documents/{id}/note",
    run: note,
};

/// States that it was checked by eye.
pub(super) const CHECKED: Act = Act {
    path: "/documents/{id}/checked",
    run: checked,
};

/// Withholds it from what leaves the case, or ends that.
pub(super) const PROTECT: Act = Act {
    path: "/documents/{id}/protect",
    run: protect,
};

#[derive(Deserialize)]
struct Note {
    id: String,
    text: String,
}

fn note(deed: &Deed) -> Result<Done, Fault> {
    let form: Note = deed.parse()?;
    if form.text.trim().is_empty() {
        return Err(Fault::bad("a note needs at least one letter"));
    }
    deed.decide(&Decision::Note {
        target: form.id,
        text: form.text.trim().to_owned(),
    })
}

#[derive(Deserialize)]
struct Checked {
    id: String,
    #[serde(default)]
    remark: String,
}

fn checked(deed: &Deed) -> Result<Done, Fault> {
    let form: Checked = deed.parse()?;
    deed.decide(&Decision::Checked {
        target: form.id,
        remark: form.remark.trim().to_owned(),
    })
}

#[derive(Deserialize)]
struct Protect {
    id: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    remove: bool,
}

fn protect(deed: &Deed) -> Result<Done, Fault> {
    let form: Protect = deed.parse()?;
    deed.decide(&Decision::Protect {
        target: form.id,
        reason: form.reason.trim().to_owned(),
        remove: form.remove,
    })
}
