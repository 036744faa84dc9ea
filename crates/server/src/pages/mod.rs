//! The list of pages. A page is one file here, one template, one line in [`PAGES`].

mod between;
mod checked;
mod claim;
mod claims;
mod compare;
mod complete;
mod connections;
mod correspondence;
mod document;
mod entities;
mod entity;
mod files;
mod help;
mod home;
mod imports;
mod judge;
mod judgements;
mod leaving;
mod money;
mod names;
mod near_copies;
pub(crate) mod network;
mod problems;
mod same;
mod search;
mod statement;
mod statements;
mod thread;
mod threads;
mod timeline;
mod xref;
mod xref_list;

use onrecord_workbench::Workbench;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::Frame;

pub(crate) use judge::JudgeQuery;

/// A page and its twin.
pub struct Page {
    /// Its name, also in the OpenAPI description.
    pub name: &'static str,
    /// Its path, with names in braces; the twin has `.json` at its end.
    pub path: &'static str,
    /// Its place in the navigation.
    pub nav: Option<&'static str>,
    /// What it shows.
    pub about: &'static str,
    pub(crate) query: fn() -> Schema,
    pub(crate) answer: fn(&Workbench, &Asked, Frame) -> Result<String, Fault>,
}

/// All pages.
pub const PAGES: &[Page] = &[
    Page::new::<home::HomeView>(
        "home",
        "/",
        Some("Case"),
        "The case at a glance, what was not read first",
    ),
    Page::new::<search::SearchView>(
        "search",
        "/search",
        Some("Search"),
        "Documents that match a query",
    ),
    Page::new::<document::DocumentView>("document", "/documents/{id}", None, "A document"),
    Page::new::<threads::ThreadsView>("threads", "/threads", Some("Mail"), "Mail as conversations"),
    Page::new::<thread::ThreadView>("thread", "/threads/{id}", None, "A conversation"),
    Page::new::<leaving::LeavingView>(
        "leaving",
        "/leaving",
        None,
        "Where a link of a document leads",
    ),
    Page::new::<entities::EntitiesView>(
        "entities",
        "/entities",
        Some("Names"),
        "People, organizations and places, those that matter most first",
    ),
    Page::new::<entity::EntityView>(
        "entity",
        "/entities/{entity}",
        None,
        "A person, organization or place",
    ),
    Page::new::<statements::StatementsView>(
        "statements",
        "/statements",
        Some("Statements"),
        "Who says what, how firmly",
    ),
    Page::new::<statement::StatementView>(
        "statement",
        "/statements/{statement}",
        None,
        "A statement with what hangs on it",
    ),
    Page::new::<claims::ClaimsView>(
        "claims",
        "/claims",
        Some("Claims"),
        "What is claimed, by how many independent sources",
    ),
    Page::new::<claim::ClaimView>(
        "claim",
        "/claims/{claim}",
        None,
        "A claim, with what speaks against it",
    ),
    Page::new::<near_copies::NearCopiesView>(
        "near-copies",
        "/near-copies",
        None,
        "Documents that hold the words of others",
    ),
    Page::new::<timeline::TimelineView>(
        "timeline",
        "/timeline",
        Some("Timeline"),
        "Dated ties, statements and mail on one line of time",
    ),
    Page::new::<judgements::JudgementsView>(
        "judgements",
        "/judgements",
        Some("Judging"),
        "What people decided",
    ),
    Page::new::<judge::JudgeView>("judge", "/judge", None, "A judgement before it is recorded"),
    Page::new::<compare::CompareView>("compare", "/compare", None, "Two entities side by side"),
    Page::new::<same::SameView>("same", "/same", None, "Pairs of the case that may be one"),
    Page::new::<xref::XrefView>("xref", "/xref", None, "Lists beside the case"),
    Page::new::<xref_list::XrefListView>(
        "xref-list",
        "/xref/{list}",
        None,
        "A list beside the case, pair by pair",
    ),
    Page::new::<checked::CheckedView>(
        "checked",
        "/checked",
        Some("To check"),
        "What is to be checked, and what was",
    ),
    Page::new::<checked::SheetView>("sheet", "/checked/sheet", None, "The fact-check sheet"),
    Page::new::<connections::ConnectionsView>(
        "connections",
        "/connections",
        Some("Connections"),
        "How two are connected",
    ),
    Page::new::<between::BetweenView>("between", "/between", None, "All that ties two"),
    Page::new::<network::NetworkPage>(
        "network",
        "/network/{entity}",
        None,
        "The network around somebody",
    ),
    Page::new::<money::MoneyView>(
        "money",
        "/money/{entity}",
        None,
        "What somebody owns, is owned by, paid and was paid",
    ),
    Page::new::<correspondence::CorrespondenceView>(
        "correspondence",
        "/correspondence",
        Some("Correspondence"),
        "Who wrote to whom, how often, and who brought whom together",
    ),
    Page::new::<names::NamesView>("names", "/names", None, "Names that begin so"),
    Page::new::<problems::ProblemsView>(
        "problems",
        "/problems",
        Some("Problems"),
        "What was not read, and why",
    ),
    Page::new::<files::FilesView>("files", "/files", None, "Every file, and what became of it"),
    Page::new::<imports::ImportsView>(
        "imports",
        "/imports",
        Some("Add"),
        "Adding material, and how far that is",
    ),
    Page::new::<complete::CompleteView>(
        "complete",
        "/complete",
        None,
        "Values that can follow a field in a query",
    ),
    Page::new::<help::HelpView>(
        "help",
        "/help",
        Some("Help"),
        "Keys, the query language, and what words mean",
    ),
];

/// What a page shows: looked up once, serialized as the twin, or drawn by a template.
pub(crate) trait View: Serialize + Sized {
    /// Names in the path and parameters. Unknown ones are ignored.
    type Query: DeserializeOwned + JsonSchema;

    /// Reads the case.
    fn look_up(bench: &Workbench, query: &Self::Query) -> Result<Self, Fault>;

    /// Draws the page.
    fn html(&self, query: &Self::Query, frame: Frame) -> askama::Result<String>;
}

impl Page {
    const fn new<V: View>(
        name: &'static str,
        path: &'static str,
        nav: Option<&'static str>,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            path,
            nav,
            about,
            query: schema::<V>,
            answer: answer::<V>,
        }
    }
}

/// The same lookup for the page and its twin.
fn answer<V: View>(bench: &Workbench, asked: &Asked, frame: Frame) -> Result<String, Fault> {
    let query: V::Query = asked.parse()?;
    let view = V::look_up(bench, &query)?;
    if asked.as_json {
        return Ok(serde_json::to_string(&view)?);
    }
    Ok(view.html(&query, frame)?)
}

fn schema<V: View>() -> Schema {
    schemars::schema_for!(V::Query)
}
