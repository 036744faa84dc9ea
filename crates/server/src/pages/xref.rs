//! Lists beside the case.

use askama::Template;
use onrecord_workbench::{KeptList, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// The page of lists takes no parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct XrefQuery {}

/// Lists that are kept with the case.
#[derive(Debug, Serialize)]
pub(crate) struct XrefView {
    format_version: u32,
    lists: Vec<KeptList>,
}

impl View for XrefView {
    type Query = XrefQuery;

    fn look_up(bench: &Workbench, _: &XrefQuery) -> Result<Self, Fault> {
        Ok(Self {
            format_version: 1,
            lists: bench.kept_lists()?,
        })
    }

    fn html(&self, _: &XrefQuery, mut frame: Frame) -> askama::Result<String> {
        frame.current = "/judgements";
        XrefHtml { frame, view: self }.render()
    }
}

#[derive(Template)]
#[template(path = "xref.html")]
struct XrefHtml<'a> {
    frame: Frame,
    view: &'a XrefView,
}
