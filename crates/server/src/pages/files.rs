//! Every file of the case, and what became of it.

use askama::Template;
use onrecord_workbench::{FileFilter, FilePage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Lines on a page.
const LINES: usize = 100;

/// How a file can have ended.
const OUTCOMES: &[&str] = &["read", "partly", "unread", "copy", "waiting"];

/// Which files.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct FilesQuery {
    /// Only those that ended so: `read`, `partly`, `unread`, `copy`, `waiting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Only where the path contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// What is inside of files too.
    #[serde(default)]
    inside: bool,
    /// The cursor that the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl FilesQuery {
    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.after = None;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/files?{parameters}")
    }
}

/// A page of files.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct FilesView {
    page: FilePage,
}

impl View for FilesView {
    type Query = FilesQuery;

    fn look_up(bench: &Workbench, query: &FilesQuery) -> Result<Self, Fault> {
        let given = |field: &Option<String>| field.clone().filter(|given| !given.is_empty());
        let filter = FileFilter {
            inside: query.inside,
            outcome: given(&query.outcome),
            path: given(&query.path),
        };
        let page = bench.file_page(&filter, query.after.as_deref(), LINES)?;
        Ok(Self { page })
    }

    fn html(&self, query: &FilesQuery, frame: Frame) -> askama::Result<String> {
        let mut choices = vec![(
            "all",
            query.href(|query| query.outcome = None),
            query.outcome.is_none(),
        )];
        choices.extend(OUTCOMES.iter().map(|outcome| {
            let href = query.href(|query| query.outcome = Some((*outcome).to_owned()));
            (*outcome, href, query.outcome.as_deref() == Some(outcome))
        }));
        FilesHtml {
            frame,
            page: &self.page,
            query,
            choices,
            inside: query.href(|query| query.inside = !query.inside),
            after: self
                .page
                .cursor
                .clone()
                .map(|cursor| query.href(|query| query.after = Some(cursor))),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "files.html")]
struct FilesHtml<'a> {
    frame: Frame,
    page: &'a FilePage,
    query: &'a FilesQuery,
    /// `(outcome, address, whether it is the present one)`.
    choices: Vec<(&'static str, String, bool)>,
    inside: String,
    after: Option<String>,
}
