//! `onrecord problems`

use std::io::Write;

use clap::Args;

use crate::args::Shared;
use crate::out::{Found, json_line, one_line, stdout};

/// What was not read or only in part, why, and what to do about it.
#[derive(Debug, Args)]
pub(crate) struct Problems {
    /// Only problems with this code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
}

impl Problems {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        if let Some(code) = &self.code {
            let known = code.parse::<onrecord_record::ProblemCode>();
            known.map_err(|message| anyhow::anyhow!("{message}; known are: {}", codes()))?;
        }
        let workbench = shared.open()?;
        let mut out = stdout();
        let mut any = false;
        let mut result = Ok(());
        workbench.problems(self.code.as_deref(), &mut |view| {
            any = true;
            result = if shared.json {
                json_line(&mut out, &view)
            } else {
                let line = &view.line;
                let path = one_line(&line.path);
                let (code, message) = (&line.code, one_line(&line.message));
                writeln!(
                    out,
                    "{path}\n    {code}: {message}\n    {}",
                    line.what_to_do
                )
                .map_err(Into::into)
            };
            result.is_ok()
        })?;
        result?;
        out.flush()?;
        Ok(Found::from(any))
    }
}

fn codes() -> String {
    let codes: Vec<&str> = onrecord_record::PROBLEM_CODES
        .iter()
        .map(|(_, info)| info.code)
        .collect();
    codes.join(", ")
}
