//! What a person does by sending a form: one list. A page shows, an act changes.

mod document;
mod imports;
mod judge;
mod list;
mod tag;
mod theme;
mod who;

use std::sync::Arc;

use axum::extract::RawPathParams;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use onrecord_workbench::{Annotate, CaseFolder, Decision, ImportBoard, WorkerProgram};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::applying::Applier;
use crate::asked::parse;
use crate::fault::Fault;
use crate::frame::who;

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
    judge::ACT,
    list::ACT,
    tag::ACT,
    theme::ACT,
    who::ACT,
];

/// An act as it was sent.
pub(crate) struct Deed {
    case: CaseFolder,
    worker: Option<WorkerProgram>,
    pipeline: fn() -> Option<Arc<Annotate>>,
    imports: Arc<ImportBoard>,
    who: String,
    theme_cookie: String,
    who_cookie: String,
    applier: Applier,
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
    pub(crate) fn new(
        app: &App,
        names: &RawPathParams,
        headers: &HeaderMap,
        form: &[u8],
    ) -> Result<Self, Fault> {
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
            who: who(headers, &app.secrets.who_cookie).unwrap_or_else(|| app.who.clone()),
            theme_cookie: app.secrets.theme_cookie.clone(),
            who_cookie: app.secrets.who_cookie.clone(),
            applier: app.applier.clone(),
            back: local(&common.back),
            fields: format!("{names}&{form}"),
        })
    }

    /// Names in the path and fields of the form, as an act's own struct.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        parse(&self.fields)
    }

    /// Records a decision and leads back, where it is told with a way to take it back; what rests on it
    /// is derived meanwhile.
    pub(crate) fn decide(&self, decision: &Decision) -> Result<Done, Fault> {
        let recorded = decision.log(&self.case, &self.who)?;
        self.applier.wake();
        Ok(self.told(&recorded.judgement.id))
    }

    /// Leads back to a page that tells of a judgement.
    pub(crate) fn told(&self, judgement: &str) -> Done {
        let (path, place) = match self.back.split_once('#') {
            Some((path, place)) => (path, format!("#{place}")),
            None => (self.back.as_str(), String::new()),
        };
        let joint = if path.contains('?') { '&' } else { '?' };
        Done {
            back: format!("{path}{joint}done={judgement}{place}"),
            cookie: None,
        }
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
