//! Adding material, and how far that is.

use askama::Template;
use onrecord_workbench::{ImportPhase, ImportView, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Imports take no parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ImportsQuery {}

/// The import of this process, and what waits in the case.
#[derive(Debug, Serialize)]
pub(crate) struct ImportsView {
    #[serde(flatten)]
    import: ImportView,
    /// Files that are found and not read yet.
    waiting: u64,
}

impl View for ImportsView {
    type Query = ImportsQuery;

    fn look_up(bench: &Workbench, _: &ImportsQuery) -> Result<Self, Fault> {
        Ok(Self {
            import: bench.import_view(),
            waiting: bench.files_waiting()?,
        })
    }

    fn html(&self, _: &ImportsQuery, frame: Frame) -> askama::Result<String> {
        ImportsHtml { frame, view: self }.render()
    }
}

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsHtml<'a> {
    frame: Frame,
    view: &'a ImportsView,
}

impl ImportsHtml<'_> {
    fn is_at_work(&self) -> bool {
        let phase = self.view.import.phase;
        matches!(phase, ImportPhase::Running | ImportPhase::Pausing)
    }

    fn phase(&self) -> &'static str {
        match self.view.import.phase {
            ImportPhase::Idle => "No import was begun from this page.",
            ImportPhase::Running => {
                "An import runs. You can search meanwhile, and close this page: nothing is lost."
            }
            ImportPhase::Pausing => "The import ends what it has begun, and pauses.",
            ImportPhase::Paused => "The import is paused. What was read is kept.",
            ImportPhase::Done => "The import is done.",
            ImportPhase::Failed => "The import could not go on.",
        }
    }
}
