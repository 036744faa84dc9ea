//! Imports in the background: begun, paused, gone on with.

use std::path::PathBuf;

use onrecord_workbench::ImportOptions;
use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;

/// Adds a file or folder.
pub(super) const ADD: Act = Act {
    path: "/imports/add",
    run: add,
};

/// Goes on with what waits.
pub(super) const RESUME: Act = Act {
    path: "/imports/resume",
    run: resume,
};

/// Stops, and keeps what was read.
pub(super) const PAUSE: Act = Act {
    path: "/imports/pause",
    run: pause,
};

#[derive(Deserialize)]
struct Add {
    path: String,
    #[serde(default)]
    custodian: String,
    #[serde(default)]
    copy: bool,
}

fn add(deed: &Deed) -> Result<Done, Fault> {
    let form: Add = deed.parse()?;
    let path = form.path.trim();
    if path.is_empty() {
        return Err(Fault::bad("no file or folder is named"));
    }
    begin(deed, vec![PathBuf::from(path)], form)
}

fn resume(deed: &Deed) -> Result<Done, Fault> {
    let nothing_new = Add {
        path: String::new(),
        custodian: String::new(),
        copy: false,
    };
    begin(deed, Vec::new(), nothing_new)
}

fn begin(deed: &Deed, paths: Vec<PathBuf>, form: Add) -> Result<Done, Fault> {
    let options = ImportOptions {
        paths,
        custodian: Some(form.custodian.trim().to_owned()).filter(|name| !name.is_empty()),
        copy: form.copy,
        worker: deed.worker.clone(),
        annotate: (deed.pipeline)(),
        ..ImportOptions::default()
    };
    deed.imports.start(&deed.case, options)?;
    Ok(deed.done())
}

fn pause(deed: &Deed) -> Result<Done, Fault> {
    deed.imports.pause();
    Ok(deed.done())
}
