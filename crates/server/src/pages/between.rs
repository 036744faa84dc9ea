//! All that ties two, each with the words that show it.

use askama::Template;
use onrecord_workbench::{BetweenPage, TieView, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::connections::period;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::telling::{EvidenceLine, evidence_line, sources};

/// Which two.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct BetweenQuery {
    /// The one: name, address or id.
    #[serde(default)]
    from: String,
    /// The other.
    #[serde(default)]
    to: String,
    /// Mail counts as a tie.
    #[serde(default)]
    mail: bool,
}

/// What ties two; nothing where nobody is named yet.
#[derive(Debug, Serialize)]
pub(crate) struct BetweenView {
    format_version: u32,
    #[serde(flatten)]
    page: Option<BetweenPage>,
}

impl View for BetweenView {
    type Query = BetweenQuery;

    fn look_up(bench: &Workbench, query: &BetweenQuery) -> Result<Self, Fault> {
        let is_asked = !query.from.trim().is_empty() && !query.to.trim().is_empty();
        let page = match is_asked {
            true => Some(bench.between(&query.from, &query.to, query.mail)?),
            false => None,
        };
        Ok(Self {
            format_version: 1,
            page,
        })
    }

    fn html(&self, _: &BetweenQuery, frame: Frame) -> askama::Result<String> {
        let ties = self.page.iter().flat_map(|page| &page.ties);
        let lines = ties.map(|tie| TieLine {
            sources: sources(tie.independent_sources),
            period: period(tie.since.as_deref(), tie.until.as_deref()),
            evidence: tie.evidence.iter().map(evidence_line).collect(),
            tie,
        });
        BetweenHtml {
            frame,
            page: self.page.as_ref(),
            lines: lines.collect(),
        }
        .render()
    }
}

struct TieLine<'a> {
    tie: &'a TieView,
    sources: String,
    period: String,
    evidence: Vec<EvidenceLine<'a>>,
}

#[derive(Template)]
#[template(path = "between.html")]
struct BetweenHtml<'a> {
    frame: Frame,
    page: Option<&'a BetweenPage>,
    lines: Vec<TieLine<'a>>,
}
