//! What is wrong with one request: one shape on pages, one in JSON.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use onrecord_workbench::ErrorKind;
use serde::Serialize;

use crate::frame::Frame;

/// A request that cannot be answered as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// HTTP status.
    #[serde(serialize_with = "as_number")]
    pub(crate) status: StatusCode,
    /// What is wrong.
    pub(crate) what: String,
    /// Which address it is about; filled in when it is answered.
    #[serde(rename = "where")]
    pub(crate) place: String,
    /// What the person can do next.
    pub(crate) what_next: String,
}

/// A fault in JSON.
#[derive(Serialize)]
struct FaultJson<'a> {
    format_version: u32,
    error: &'a Fault,
}

impl Fault {
    pub(crate) fn new(status: StatusCode, what: impl Into<String>, next: &str) -> Self {
        Self {
            status,
            what: what.into(),
            place: String::new(),
            what_next: next.to_owned(),
        }
    }

    /// Something in the request cannot be used.
    pub(crate) fn bad(what: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            what,
            "mend the address, or go back",
        )
    }

    /// The program is at fault.
    pub(crate) fn broken(what: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            what,
            "try again; if it stays, run `onrecord check`",
        )
    }

    /// No page has this address.
    pub(crate) fn no_page() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is no such page",
            "start again from the first page",
        )
    }

    /// Answers with a page, or with JSON where that was asked for.
    pub(crate) fn respond(mut self, frame: Frame, as_json: bool) -> Response {
        self.place.clone_from(&frame.here);
        let status = self.status;
        if as_json {
            let body = serde_json::to_string(&FaultJson {
                format_version: 1,
                error: &self,
            });
            return (status, json_type(), body.unwrap_or_default()).into_response();
        }
        let page = FaultHtml { frame, fault: self };
        let body = askama::Template::render(&page).unwrap_or_else(|_| page.fault.what.clone());
        (status, html_type(), body).into_response()
    }
}

/// The page of a fault.
#[derive(askama::Template)]
#[template(path = "fault.html")]
struct FaultHtml {
    frame: Frame,
    fault: Fault,
}

impl From<onrecord_workbench::Error> for Fault {
    /// Messages of the program end in what to do, after the last semicolon.
    fn from(error: onrecord_workbench::Error) -> Self {
        let status = match error.kind() {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Ambiguous | ErrorKind::Busy => StatusCode::CONFLICT,
            ErrorKind::Input => StatusCode::BAD_REQUEST,
            ErrorKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let message = error.to_string();
        let (what, next) = message
            .rsplit_once("; ")
            .unwrap_or((&message, "go back, or search for it"));
        Self::new(status, what, next)
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::broken(format!("the page could not be drawn ({error})"))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::broken(format!("the answer could not be written ({error})"))
    }
}

pub(crate) fn json_type() -> [(header::HeaderName, &'static str); 1] {
    [(header::CONTENT_TYPE, "application/json")]
}

pub(crate) fn html_type() -> [(header::HeaderName, &'static str); 1] {
    [(header::CONTENT_TYPE, "text/html; charset=utf-8")]
}

fn as_number<S: serde::Serializer>(status: &StatusCode, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u16(status.as_u16())
}
