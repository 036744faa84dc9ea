//! `onrecord check`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{CheckReport, check_originals};

use crate::args::Shared;
use crate::out::{Found, count, json_line, one_line, stdout};

/// Hash all originals again, and look for damage in the case; exit 1 when something differs.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let report = check_originals(&shared.folder(), &mut |_| {})?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &report)?;
        } else {
            print(&mut out, &report)?;
        }
        out.flush()?;
        Ok(Found::from(report.is_sound()))
    }
}

fn print(out: &mut impl Write, report: &CheckReport) -> anyhow::Result<()> {
    writeln!(
        out,
        "{} as they were read",
        count(report.same, "original is", "originals are")
    )?;
    let lists = [
        ("altered since it was read", &report.altered),
        ("gone", &report.vanished),
        ("cannot be read now", &report.unreadable),
        ("damage in the case", &report.damage),
    ];
    for (what, paths) in lists {
        for path in paths {
            writeln!(out, "{what}: {}", one_line(path))?;
        }
    }
    Ok(())
}
