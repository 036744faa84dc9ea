//! `onrecord timeline`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{EventKind, TimelineEvent, TimelineFilter};

use super::entities::word_of;
use crate::args::{Shared, word};
use crate::out::{Found, json_line, one_line, stdout};

/// Dated ties, statements and mail on one line of time; uncertain dates are marked "~".
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// Only what this one takes part in: a name, address or id
    #[arg(long, value_name = "NAME")]
    of: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only to this day
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only this kind: begins, ends, message, statement; may be repeated
    #[arg(long, value_name = "KIND", value_parser = word::<EventKind>)]
    kind: Vec<EventKind>,
}

impl Timeline {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let filter = TimelineFilter {
            of: self.of.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            kinds: self.kind.clone(),
        };
        let events = shared.open()?.timeline(&filter)?;
        let mut out = stdout();
        for event in &events {
            if shared.json {
                json_line(&mut out, event)?;
            } else {
                print(&mut out, event)?;
            }
        }
        out.flush()?;
        Ok(Found::from(!events.is_empty()))
    }
}

fn print(out: &mut impl Write, event: &TimelineEvent) -> anyhow::Result<()> {
    let mark = if event.uncertain { "~" } else { " " };
    let stance = event
        .stance
        .as_ref()
        .map_or(String::new(), |stance| format!(" [{stance}]"));
    writeln!(
        out,
        "{mark}{:<25}  {:<9}  {}{stance}  {}",
        event.date,
        word_of(&event.kind),
        one_line(&event.what),
        &event.document[..12]
    )?;
    Ok(())
}
