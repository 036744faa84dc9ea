//! The list of pages. A page is one file here, one template, one line in [`PAGES`].

mod complete;
mod document;
mod files;
mod help;
mod home;
mod imports;
mod leaving;
mod problems;
mod search;
mod thread;
mod threads;

use onrecord_workbench::Workbench;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::Frame;

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
