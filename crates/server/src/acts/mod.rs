//! What a person does by sending a form: one list. A page shows, an act changes.

mod document;
mod imports;
mod tag;
mod theme;

use std::sync::Arc;

use axum::extract::RawPathParams;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use onrecord_workbench::{Annotate, CaseFolder, Decision, ImportBoard, WorkerProgram};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::asked::parse;
use crate::fault::Fault;

/// Something that a form does.
pub(crate) struct Act {
    /// Where forms send it, with names in braces.
    pub(crate) path: &'static str,
    /// What it does, on a thread that may block.
    pub(crate) run: fn(&Deed) -> Result<Done, Fault>,
}

/// All acts.
pub(crate) const ACTS: &[Act] = &[
    document::CHECKED,
    document::NOTE,
    document::PROTECT,
    imports::ADD,
    imports::PAUSE,
    imports::RESUME,
    tag::ACT,
    theme::ACT,
];

/// An act as it was sent.
pub(crate) struct Deed {
    case: CaseFolder,
    worker: Option<WorkerProgram>,
    pipeline: fn() -> Option<Arc<Annotate>>,
    imports: Arc<ImportBoard>,
    who: String,
    theme_cookie: String,
    back: String,
    fields: String,
}

/// What every form holds besides its own fields.
#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    back: String,
}

impl Deed {
    /// Reads a form, which must bear the proof that a page of ours holds.
    pub(crate) fn new(app: &App, names: &RawPathParams, form: &[u8]) -> Result<Self, Fault> {
        let form = std::str::from_utf8(form).map_err(|_| Fault::bad("the form is not UTF-8"))?;
        let common: Common = parse(form)?;
        if !app.secrets.is_proof(&common.csrf) {
            return Err(Fault::new(
                StatusCode::FORBIDDEN,
                "this form is from before the server was last started, or from elsewhere",
                "open the page again and repeat what you did there",
            ));
        }
        let names: Vec<(&str, &str)> = names.iter().collect();
        let names = serde_html_form::to_string(&names).unwrap_or_default();
        Ok(Self {
            case: app.case.clone(),
            worker: app.worker.clone(),
            pipeline: app.pipeline,
            imports: Arc::clone(&app.imports),
            who: app.who.clone(),
            theme_cookie: app.secrets.theme_cookie.clone(),
            back: local(&common.back),
            fields: format!("{names}&{form}"),
        })
    }

    /// Names in the path and fields of the form, as an act's own struct.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        parse(&self.fields)
    }

    /// Records a decision and leads back.
    pub(crate) fn decide(&self, decision: &Decision) -> Result<Done, Fault> {
        decision.record(&self.case, &self.who)?;
        Ok(self.done())
    }

    pub(crate) fn done(&self) -> Done {
        Done {
            back: self.back.clone(),
            cookie: None,
        }
    }
}

/// An act that is done: where the browser goes next.
pub(crate) struct Done {
    back: String,
    cookie: Option<String>,
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let to = [(header::LOCATION, self.back)];
        match self.cookie {
            Some(cookie) => {
                (StatusCode::SEE_OTHER, to, [(header::SET_COOKIE, cookie)]).into_response()
            }
            None => (StatusCode::SEE_OTHER, to).into_response(),
        }
    }
}

/// An address of ours, or the first page: a form leads nowhere else.
fn local(back: &str) -> String {
    let is_local = back.starts_with('/')
        && !back.starts_with("//")
        && back
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { back } else { "/" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_form_leads_back_to_ours_only() {
        assert_eq!(local("/search?q=a%20b"), "/search?q=a%20b");
        for elsewhere in [
            "//example.org",
            "https://example.org",
            "/\\example.org",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local(elsewhere), "/");
        }
    }
}
