//! What is to be checked, and what was: the list, and the sheet that is printed of it.

use askama::Template;
use onrecord_workbench::{CheckSheet, SheetLine, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::cards::span_href;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::words;

/// The list takes no parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CheckedQuery {}

/// The list.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct CheckedView(CheckSheet);

/// The sheet, without what is withheld.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct SheetView(CheckSheet);

impl View for CheckedView {
    type Query = CheckedQuery;

    fn look_up(bench: &Workbench, _: &CheckedQuery) -> Result<Self, Fault> {
        Ok(Self(bench.check_sheet()?))
    }

    fn html(&self, _: &CheckedQuery, frame: Frame) -> askama::Result<String> {
        CheckedHtml {
            frame,
            view: &self.0,
            is_sheet: false,
        }
        .render()
    }
}

impl View for SheetView {
    type Query = CheckedQuery;

    fn look_up(bench: &Workbench, _: &CheckedQuery) -> Result<Self, Fault> {
        let mut sheet = bench.check_sheet()?;
        // What leaves the case tells that something was withheld, not what, nor how much.
        sheet.lines.retain(|line| line.withheld.is_none());
        let checked = sheet.lines.iter().filter(|line| !line.checked.is_empty());
        sheet.checked = checked.count() as u64;
        Ok(Self(sheet))
    }

    fn html(&self, _: &CheckedQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/checked";
        CheckedHtml {
            frame,
            view: &self.0,
            is_sheet: true,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "checked.html")]
struct CheckedHtml<'a> {
    frame: Frame,
    view: &'a CheckSheet,
    is_sheet: bool,
}

impl CheckedHtml<'_> {
    fn href(&self, line: &SheetLine) -> String {
        span_href(&line.document, line.start, line.end)
    }

    /// "Helena Corvick denies that", "The document, stated".
    fn says(&self, line: &SheetLine) -> String {
        let speaker = line.speaker.as_deref().unwrap_or("The document");
        match (line.stance, line.tie_stance) {
            (Some(stance), _) => format!("{speaker} {}", words::said(stance)),
            (None, Some(stance)) => format!("{speaker}: {}", words::tie(stance)),
            (None, None) => "The whole document".to_owned(),
        }
    }
}
