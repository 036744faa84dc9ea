//! How far the readers of a case's files were locked in.

use onrecord_case::{Reader, Writer};
use onrecord_pipeline::Fingerprint;
use onrecord_pipeline::extract::process::Sandbox;

use crate::error::Error;

/// Where the case keeps it.
const STAGE: &str = "sandbox";
/// Changes when the form does in which it is kept.
const VERSION: u32 = 1;

/// What held whenever files were read; `None` before any were.
pub(crate) fn of_case(reader: &Reader) -> Result<Option<Sandbox>, Error> {
    let kept = reader.stage_state(STAGE)?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

/// Keeps it; inside a transaction.
pub(crate) fn keep(writer: &mut Writer, sandbox: Sandbox) -> Result<(), Error> {
    let state = serde_json::json!(sandbox).to_string();
    let form = Fingerprint::new(STAGE, VERSION, &[]);
    Ok(writer.set_stage(STAGE, &form, &state)?)
}

/// What a person should know of it; nothing where all held.
pub(crate) fn notice(sandbox: Sandbox) -> Option<String> {
    let lacking = match sandbox {
        Sandbox { limits: false, .. } => {
            "files were read in the program's own process, without a sandbox"
        }
        Sandbox {
            files: false,
            calls: false,
            ..
        } => {
            "files were read in processes with limits on memory and time, which this system cannot lock in further"
        }
        Sandbox { files: false, .. } | Sandbox { calls: false, .. } => {
            "files were read in processes that this system can lock in only in part (Landlock or seccomp is missing)"
        }
        _ => return None,
    };
    Some(format!(
        "{lacking}; read material that may be hostile on a machine made for that"
    ))
}
