//! A request as pages and acts see it: its address and what it names.

use axum::extract::RawPathParams;
use axum::http::{HeaderMap, Uri, header};
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// What ends the address of a twin.
pub(crate) const TWIN: &str = ".json";

/// The address that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Path and query, as sent.
    pub(crate) here: String,
    /// Whether the twin in JSON is wanted.
    pub(crate) as_json: bool,
    /// Names in the path and parameters, as a query string.
    parameters: String,
}

impl Asked {
    /// Joins names in the path with the query; a twin's ending is no part of a name.
    pub(crate) fn new(uri: &Uri, names: &RawPathParams) -> Self {
        let as_json = wants_json(uri, &HeaderMap::new());
        let mut pairs: Vec<(&str, &str)> = names.iter().collect();
        if let Some((_, last)) = pairs.last_mut().filter(|_| as_json) {
            *last = last.strip_suffix(TWIN).unwrap_or(last);
        }
        let mut parameters = serde_html_form::to_string(&pairs).unwrap_or_default();
        if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
            if !parameters.is_empty() {
                parameters.push('&');
            }
            parameters.push_str(query);
        }
        Self {
            here: here(uri),
            as_json,
            parameters,
        }
    }

    /// The parameters as a page's own struct.
    ///
    /// # Errors
    /// When one is lacking, given twice, or none of its kind.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        parse(&self.parameters)
    }
}

/// Parameters or a form as a struct.
pub(crate) fn parse<T: DeserializeOwned>(encoded: &str) -> Result<T, Fault> {
    serde_html_form::from_str(encoded)
        .map_err(|error| Fault::bad(format!("a parameter cannot be used: {error}")))
}

/// Path and query as sent.
pub(crate) fn here(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned()
}

/// Whether an answer, or a fault, is to be JSON.
pub(crate) fn wants_json(uri: &Uri, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    uri.path().ends_with(TWIN) || accept.is_some_and(|kinds| kinds.starts_with("application/json"))
}
