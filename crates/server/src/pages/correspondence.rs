//! Mail as ties: who wrote to whom, who takes part, who brought whom together.

use askama::Template;
use onrecord_workbench::{
    IntroductionLine, LetterFilter, LetterPage, PairLine, ParticipantLine, Workbench,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::assets::{self, Asset};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::telling::given;

/// Lines on a page.
const LINES: usize = 50;

/// Which part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Part {
    /// Who wrote to whom.
    #[default]
    Pairs,
    /// Who takes part.
    People,
    /// Who brought whom together.
    Introductions,
}

/// Which part, and of whom.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct CorrespondenceQuery {
    /// Which part.
    #[serde(default)]
    show: Part,
    /// Only of this person or address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    of: String,
    /// Lines to pass over.
    #[serde(default)]
    skip: usize,
}

/// A page of one part.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CorrespondenceView {
    /// Who wrote to whom.
    Pairs(LetterPage<PairLine>),
    /// Who takes part.
    People(LetterPage<ParticipantLine>),
    /// Who brought whom together.
    Introductions(LetterPage<IntroductionLine>),
}

impl CorrespondenceQuery {
    fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.skip = 0;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/correspondence?{parameters}")
    }
}

impl View for CorrespondenceView {
    type Query = CorrespondenceQuery;

    fn look_up(bench: &Workbench, query: &CorrespondenceQuery) -> Result<Self, Fault> {
        let filter = LetterFilter {
            of: given(&query.of),
            skip: query.skip,
            limit: LINES,
        };
        Ok(match query.show {
            Part::Pairs => Self::Pairs(bench.letter_pairs(&filter)?),
            Part::People => Self::People(bench.letter_people(&filter)?),
            Part::Introductions => Self::Introductions(bench.letter_introductions(&filter)?),
        })
    }

    fn html(&self, query: &CorrespondenceQuery, frame: Frame) -> askama::Result<String> {
        let (total, shown) = match self {
            Self::Pairs(page) => (page.total, page.lines.len()),
            Self::People(page) => (page.total, page.lines.len()),
            Self::Introductions(page) => (page.total, page.lines.len()),
        };
        let end = query.skip.saturating_add(shown);
        let page = |skip| query.href(|query| query.skip = skip);
        CorrespondenceHtml {
            frame,
            view: self,
            parts: parts(query),
            total,
            before: (query.skip > 0).then(|| page(query.skip.saturating_sub(LINES))),
            after: ((end as u64) < total && shown > 0).then(|| page(end)),
            query,
        }
        .render()
    }
}

/// `(label, address, whether it is the present one)`.
fn parts(query: &CorrespondenceQuery) -> [(&'static str, String, bool); 3] {
    let parts = [
        ("Who wrote to whom", Part::Pairs),
        ("Who takes part", Part::People),
        ("Introductions", Part::Introductions),
    ];
    parts.map(|(label, part)| {
        let href = query.href(|query| query.show = part);
        (label, href, query.show == part)
    })
}

#[derive(Template)]
#[template(path = "correspondence.html")]
struct CorrespondenceHtml<'a> {
    frame: Frame,
    view: &'a CorrespondenceView,
    query: &'a CorrespondenceQuery,
    parts: [(&'static str, String, bool); 3],
    total: u64,
    before: Option<String>,
    after: Option<String>,
}

impl CorrespondenceHtml<'_> {
    fn names_script(&self) -> &'static str {
        assets::address(Asset::Names)
    }

    fn is_behind(&self) -> bool {
        match self.view {
            CorrespondenceView::Pairs(page) => page.is_behind,
            CorrespondenceView::People(page) => page.is_behind,
            CorrespondenceView::Introductions(page) => page.is_behind,
        }
    }

    /// The letters of somebody.
    fn of(&self, id: &str) -> String {
        self.query.href(|query| {
            query.show = Part::Pairs;
            id.clone_into(&mut query.of);
        })
    }
}
