//! Who may ask, from where, how much, and what every answer says about itself.
//!
//! A case is served on loopback, where three others can reach it: other users of the machine (kept out by
//! the token), pages of the web in the same browser (kept out by `SameSite`, `Host`, `Origin` and the
//! forms' proof), and the material itself (kept inert by the content security policy).

mod headers;
mod limits;
mod origin;
mod secrets;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub(crate) use secrets::{Secrets, cookie, set_cookie};

use crate::app::App;
use crate::asked::{here, wants_json};
use crate::fault::Fault;
use crate::frame::Frame;

/// Stands before every route.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let as_json = wants_json(request.uri(), request.headers());
    let place = here(request.uri());
    let mut response = match admit(&app, request) {
        Ok(Entry::Known(request)) => match limits::timed(next.run(*request)).await {
            Ok(response) => response,
            Err(fault) => fault.respond(Frame::bare(place), as_json),
        },
        Ok(Entry::WithToken(response)) => *response,
        Err(fault) => fault.respond(Frame::bare(String::new()), as_json),
    };
    headers::add(&mut response);
    response
}

/// How a request comes in.
enum Entry {
    /// From a browser that has shown the token before, or for an asset, which holds no secret.
    Known(Box<Request>),
    /// With the token of the printed address: the browser gets its cookie.
    WithToken(Box<Response>),
}

fn admit(app: &App, request: Request) -> Result<Entry, Fault> {
    limits::check(&request)?;
    origin::check_host(request.headers(), app.listen)?;
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && request.uri().path().starts_with("/assets/") {
        return Ok(Entry::Known(Box::new(request)));
    }
    if !reads {
        origin::check_origin(request.headers(), app.listen)?;
    }
    if app.secrets.is_known(request.headers()) {
        return Ok(Entry::Known(Box::new(request)));
    }
    match secrets::token_of(request.uri()) {
        Some(token) if reads && app.secrets.is_token(&token) => Ok(Entry::WithToken(Box::new(
            welcome(app, &secrets::without_token(request.uri())),
        ))),
        _ => Err(Fault::new(
            StatusCode::FORBIDDEN,
            "this browser has not shown the key to the case",
            "open the address that `onrecord serve` printed in its terminal",
        )),
    }
}

/// Gives the cookie, and leads to the address without the token, so that it stays out of the history.
fn welcome(app: &App, to: &str) -> Response {
    let set = [
        (header::SET_COOKIE, app.secrets.session_cookie()),
        (header::LOCATION, to.to_owned()),
    ];
    (StatusCode::SEE_OTHER, set).into_response()
}
