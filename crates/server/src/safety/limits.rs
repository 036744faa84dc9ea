//! How much a request may be, and how long it may take.

use std::future::Future;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{StatusCode, header};

use crate::fault::Fault;

/// Bytes of an address; a query of a thousand words fits.
const MOST_ADDRESS: usize = 16 * 1024;
/// Bytes of a form.
const MOST_FORM: u64 = 256 * 1024;
/// Seconds for an answer.
const MOST_TIME: Duration = Duration::from_secs(30);

/// Refuses what is too large before anything reads it. A form without a length is cut off by the
/// framework at its own limit (2 MB).
pub(super) fn check(request: &Request) -> Result<(), Fault> {
    let uri = request.uri();
    let address = uri.path().len() + uri.query().map_or(0, str::len);
    if address > MOST_ADDRESS {
        return Err(Fault::new(
            StatusCode::URI_TOO_LONG,
            format!("the address has {address} bytes, more than {MOST_ADDRESS}"),
            "search for less at once; `onrecord search --list` takes a file of queries",
        ));
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_FORM) {
        return Err(Fault::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the form is larger than {MOST_FORM} bytes"),
            "send less at once",
        ));
    }
    Ok(())
}

/// An answer within the time limit.
pub(super) async fn timed<T>(answer: impl Future<Output = T>) -> Result<T, Fault> {
    let timed = tokio::time::timeout(MOST_TIME, answer).await;
    timed.map_err(|_| {
        Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("this took more than {} seconds", MOST_TIME.as_secs()),
            "ask for less, or try again when an import has ended",
        )
    })
}
