//! Whose page a request comes from.

use std::net::SocketAddr;

use axum::http::{HeaderMap, StatusCode, header};

use crate::fault::Fault;

/// Names of this machine; a name that DNS could point elsewhere is not among them.
const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Port of an address that names none.
const HTTP_PORT: u16 = 80;

/// Refuses other names than this machine's: a page of the web may have its own name resolve to 127.0.0.1.
pub(super) fn check_host(headers: &HeaderMap, listen: SocketAddr) -> Result<(), Fault> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_ours(host, listen)) && hosts.next().is_none() {
        return Ok(());
    }
    Err(Fault::new(
        StatusCode::FORBIDDEN,
        "this address is not the one that the case is served at",
        "open the address that `onrecord serve` printed in its terminal",
    ))
}

/// Refuses forms that other pages send; browsers name the origin of every such request.
pub(super) fn check_origin(headers: &HeaderMap, listen: SocketAddr) -> Result<(), Fault> {
    let origin = headers.get(header::ORIGIN);
    let origin = origin.and_then(|origin| origin.to_str().ok());
    let host = origin.and_then(|origin| origin.strip_prefix("http://"));
    // Under `Referrer-Policy: no-referrer` browsers write "null" for our own forms too, and say in a
    // header that no page can set whether they are; for a sandboxed frame they say "cross-site".
    let site = headers.get("sec-fetch-site");
    let is_own_null = origin == Some("null") && site.is_some_and(|site| site == "same-origin");
    if is_own_null || host.is_some_and(|host| is_ours(host, listen)) {
        return Ok(());
    }
    Err(Fault::new(
        StatusCode::FORBIDDEN,
        "this form was not sent from a page of the case",
        "open the page again and repeat what you did there",
    ))
}

/// Browsers leave the port out where it is the one of HTTP.
fn is_ours(host: &str, listen: SocketAddr) -> bool {
    let port = listen.port();
    let is_port = |rest: &str| (rest.is_empty() && port == HTTP_PORT) || rest == format!(":{port}");
    HOSTS
        .iter()
        .any(|known| host.strip_prefix(known).is_some_and(is_port))
}
