//! What was not read, or not whole, and why.

use askama::Template;
use onrecord_workbench::{ProblemPage, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Lines on a page.
const LINES: usize = 100;

/// Which problems.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct ProblemsQuery {
    /// Only those with this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Only where the path contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The cursor that the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl ProblemsQuery {
    /// Empty fields of a form are no conditions.
    fn given(field: Option<&String>) -> Option<&str> {
        field.map(String::as_str).filter(|given| !given.is_empty())
    }

    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.after = None;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/problems?{parameters}")
    }
}

/// A page of problems, and how many there are of each kind.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ProblemsView {
    page: ProblemPage,
}

impl View for ProblemsView {
    type Query = ProblemsQuery;

    fn look_up(bench: &Workbench, query: &ProblemsQuery) -> Result<Self, Fault> {
        let page = bench.problem_page(
            ProblemsQuery::given(query.code.as_ref()),
            ProblemsQuery::given(query.path.as_ref()),
            query.after.as_deref(),
            LINES,
        )?;
        Ok(Self { page })
    }

    fn html(&self, query: &ProblemsQuery, frame: Frame) -> askama::Result<String> {
        let groups = self.page.counts.iter().map(|count| Group {
            code: &count.code,
            count: count.count,
            what_to_do: &count.what_to_do,
            href: query.href(|query| query.code = Some(count.code.clone())),
            is_chosen: query.code.as_deref() == Some(&count.code),
        });
        ProblemsHtml {
            frame,
            page: &self.page,
            query,
            total: self.page.counts.iter().map(|count| count.count).sum(),
            groups: groups.collect(),
            all: query.href(|query| query.code = None),
            after: self
                .page
                .cursor
                .clone()
                .map(|cursor| query.href(|query| query.after = Some(cursor))),
        }
        .render()
    }
}

/// Problems of one code.
struct Group<'a> {
    code: &'a str,
    count: u64,
    what_to_do: &'a str,
    href: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsHtml<'a> {
    frame: Frame,
    page: &'a ProblemPage,
    query: &'a ProblemsQuery,
    total: u64,
    groups: Vec<Group<'a>>,
    all: String,
    after: Option<String>,
}
