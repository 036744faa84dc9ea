//! Keeping a list with the case, compared with its entities.

use onrecord_workbench::keep_list;
use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;

/// Keeps a list.
pub(super) const ACT: Act = Act {
    path: "/xref/lists",
    run,
};

#[derive(Deserialize)]
struct Form {
    name: String,
    text: String,
    /// Lines of `COLUMN=ROLE`.
    #[serde(default)]
    columns: String,
}

fn run(deed: &Deed) -> Result<Done, Fault> {
    let form: Form = deed.parse()?;
    let mut mapped = Vec::new();
    for line in form.columns.lines().filter(|line| !line.trim().is_empty()) {
        let (column, role) = line
            .split_once('=')
            .ok_or_else(|| Fault::bad(format!("\"{line}\" is no COLUMN=ROLE")))?;
        mapped.push((column.trim().to_owned(), role.trim().to_owned()));
    }
    if form.text.trim().is_empty() {
        return Err(Fault::bad("the list is empty"));
    }
    let kept = keep_list(&deed.case, &form.name, &form.text, &mapped)?;
    Ok(Done {
        back: format!("/xref/{}", kept.id),
        cookie: None,
    })
}
