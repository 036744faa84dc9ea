//! The token of the printed address, the session in the cookie, the proof in forms.

use axum::http::{HeaderMap, Uri, header};
use subtle::ConstantTimeEq;

use crate::error::Error;

/// The parameter of the printed address.
const TOKEN: &str = "token";

/// What is secret while a server runs. Each is random of its own, so that one that leaks gives no other.
#[derive(Clone)]
pub(crate) struct Secrets {
    token: String,
    session: String,
    /// The proof in every form.
    pub(crate) csrf: String,
    /// Cookies know no ports: each server has its own names.
    session_name: String,
    /// Name of the cookie with the theme.
    pub(crate) theme_cookie: String,
}

impl Secrets {
    pub(crate) fn new(port: u16) -> Result<Self, Error> {
        Ok(Self {
            token: random()?,
            session: random()?,
            csrf: random()?,
            session_name: format!("onrecord-{port}"),
            theme_cookie: format!("onrecord-theme-{port}"),
        })
    }

    /// The address that opens the case.
    pub(crate) fn address(&self, listen: std::net::SocketAddr) -> String {
        format!("http://{listen}/?{TOKEN}={}", self.token)
    }

    pub(super) fn is_token(&self, given: &str) -> bool {
        same(given, &self.token)
    }

    /// Whether the browser has the cookie.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        cookie(headers, &self.session_name).is_some_and(|given| same(given, &self.session))
    }

    /// Whether a form bears the proof.
    pub(crate) fn is_proof(&self, given: &str) -> bool {
        same(given, &self.csrf)
    }

    pub(super) fn session_cookie(&self) -> String {
        set_cookie(&self.session_name, &self.session)
    }
}

/// A cookie that scripts cannot read and other sites do not cause to be sent.
pub(crate) fn set_cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/")
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter();
    let mut pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value)
}

/// The token in an address.
pub(super) fn token_of(uri: &Uri) -> Option<String> {
    let pairs = pairs(uri);
    let token = pairs.into_iter().find(|(name, _)| name == TOKEN);
    token.map(|(_, value)| value)
}

/// Path and query without the token.
pub(super) fn without_token(uri: &Uri) -> String {
    let mut rest = pairs(uri);
    rest.retain(|(name, _)| name != TOKEN);
    let query = serde_html_form::to_string(&rest).unwrap_or_default();
    // Two slashes at the start would name another machine.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    serde_html_form::from_str(uri.query().unwrap_or_default()).unwrap_or_default()
}

fn same(given: &str, secret: &str) -> bool {
    given.as_bytes().ct_eq(secret.as_bytes()).into()
}

/// 256 bits in hexadecimal.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::System(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
