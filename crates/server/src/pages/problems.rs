//! What was not read, and why.

use askama::Template;
use onrecord_workbench::{ProblemView, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Lines on a page.
const LINES: usize = 100;

/// Which problems.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct ProblemsQuery {
    /// Only those with this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Lines to pass over.
    #[serde(default)]
    skip: usize,
}

/// A page of problems, in the order of paths.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemsView {
    format_version: u32,
    /// How many there are.
    total: usize,
    problems: Vec<ProblemView>,
}

impl View for ProblemsView {
    type Query = ProblemsQuery;

    fn look_up(bench: &Workbench, query: &ProblemsQuery) -> Result<Self, Fault> {
        let mut view = Self {
            format_version: 1,
            total: 0,
            problems: Vec::new(),
        };
        bench.problems(query.code.as_deref(), &mut |problem| {
            if view.total >= query.skip && view.problems.len() < LINES {
                view.problems.push(problem);
            }
            view.total += 1;
            true
        })?;
        Ok(view)
    }

    fn html(&self, query: &ProblemsQuery, frame: Frame) -> askama::Result<String> {
        let page = |skip| {
            let query = ProblemsQuery {
                code: query.code.clone(),
                skip,
            };
            let parameters = serde_html_form::to_string(&query).unwrap_or_default();
            format!("/problems?{parameters}")
        };
        let end = query.skip.saturating_add(self.problems.len());
        ProblemsHtml {
            frame,
            view: self,
            code: query.code.as_deref(),
            before: (query.skip > 0).then(|| page(query.skip.saturating_sub(LINES))),
            after: (end < self.total).then(|| page(end)),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsHtml<'a> {
    frame: Frame,
    view: &'a ProblemsView,
    code: Option<&'a str>,
    before: Option<String>,
    after: Option<String>,
}
