//! One conversation: its messages in reading order, quotes folded, what is missing as gaps.

use askama::Template;
use onrecord_workbench::{ConversationPage, ConversationPlace, PartKind, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Deepest reply that is moved in; deeper ones stand at the same place.
const DEEPEST: u32 = 6;

/// Which conversation.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ThreadQuery {
    /// Its id, or that of a message in it.
    id: String,
    /// Messages to pass over.
    #[serde(default)]
    skip: usize,
}

/// A page of a conversation.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct ThreadView {
    page: ConversationPage,
}

impl View for ThreadView {
    type Query = ThreadQuery;

    fn look_up(bench: &Workbench, query: &ThreadQuery) -> Result<Self, Fault> {
        let page = bench.conversation(&query.id, query.skip)?;
        Ok(Self { page })
    }

    fn html(&self, _: &ThreadQuery, frame: Frame) -> askama::Result<String> {
        let page = &self.page;
        let end = page.skip.saturating_add(page.places.len());
        let href = |skip: usize| format!("/threads/{}?skip={skip}", page.line.id);
        ThreadHtml {
            frame,
            page,
            before: (page.skip > 0)
                .then(|| href(page.skip.saturating_sub(page.places.len().max(1)))),
            after: (end < page.total).then(|| href(end)),
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "thread.html")]
struct ThreadHtml<'a> {
    frame: Frame,
    page: &'a ConversationPage,
    before: Option<String>,
    after: Option<String>,
}

impl ThreadHtml<'_> {
    fn depth(&self, place: &ConversationPlace) -> u32 {
        place.depth.min(DEEPEST)
    }

    fn is_own(&self, kind: &PartKind) -> bool {
        *kind == PartKind::Own
    }

    /// What is folded away, in words.
    fn folded(&self, kind: &PartKind, text: &str) -> String {
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        let what = match kind {
            PartKind::Quoted => "Quoted",
            PartKind::Own | PartKind::Ending => "Signature or notice",
        };
        let noun = if lines == 1 { "line" } else { "lines" };
        format!("{what}: {lines} {noun}")
    }
}
