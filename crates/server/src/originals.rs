//! Originals: saved as they are, or shown in a frame in which nothing acts.
//!
//! Neither is a page: a file has no twin, and a frame holds what a document's author wrote.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::mpsc::channel;

use crate::app::App;
use crate::asked::here;
use crate::fault::Fault;
use crate::frame::Frame;

/// Nothing loads, runs, is sent or leads anywhere; only the layout's own style counts.
const INERT: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; \
    form-action 'none'; base-uri 'none'";
/// Bytes of a file that are sent at a time.
const CHUNK: usize = 64 << 10;

/// The layout of a document, for a sandboxed frame.
pub(crate) async fn frame(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let shown = app.readers.read(move |bench| Ok(bench.layout(&id)?)).await;
    match shown {
        Ok(layout) => {
            let html = layout.page.map(|page| page.html).unwrap_or_default();
            (frame_headers(), framed(&html)).into_response()
        }
        Err(fault) => fault.respond(Frame::new(&app, &headers, here(&uri)), false),
    }
}

fn frame_headers() -> [(header::HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, INERT),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ]
}

/// A page around what was cleaned. Paper, since most mail is written for it.
fn framed(html: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Original layout</title>\
         <style>html{{background:#fff;color:#1b1b19;font:15px/1.5 sans-serif;overflow-wrap:anywhere}}\
         body{{margin:12px}}</style></head><body dir=\"auto\">{html}</body></html>"
    )
}

/// The original of a document, to save.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let found = app
        .readers
        .read(move |bench| Ok(bench.original(&id)?))
        .await;
    match found {
        Ok(original) => {
            let set = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (header::CONTENT_LENGTH, original.size.to_string()),
                (header::CONTENT_DISPOSITION, attachment(&original.name)),
            ];
            (StatusCode::OK, set, body_of(original.file)).into_response()
        }
        Err(fault) => gone(fault).respond(Frame::new(&app, &headers, here(&uri)), false),
    }
}

/// An original that is not where it was is nothing that the address could mend.
fn gone(mut fault: Fault) -> Fault {
    if fault.status == StatusCode::BAD_REQUEST {
        fault.status = StatusCode::NOT_FOUND;
    }
    fault
}

/// A file, read as fast as it is taken.
fn body_of(mut file: File) -> Body {
    let (give, take) = channel::<std::io::Result<Bytes>>(4);
    tokio::task::spawn_blocking(move || {
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match file.read(&mut chunk) {
                Ok(0) => return,
                Ok(n) => Ok(Bytes::copy_from_slice(&chunk[..n])),
                Err(error) => Err(error),
            };
            let is_over = read.is_err();
            // Whoever hung up needs no more of it.
            if give.blocking_send(read).is_err() || is_over {
                return;
            }
        }
    });
    Body::from_stream(unfold(take, |mut take| async move {
        let next = take.recv().await?;
        Some((next, take))
    }))
}

/// `Content-Disposition` (RFC 6266): the name in ASCII for old programs, and whole for the others (RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' | '/' | ';' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn names_of_files_cannot_leave_their_header() {
        assert_eq!(
            attachment("Bericht \"Übersicht\".pdf"),
            "attachment; filename=\"Bericht __bersicht_.pdf\"; \
             filename*=UTF-8''Bericht%20%22%C3%9Cbersicht%22.pdf"
        );
        assert!(attachment("a\r\nSet-Cookie: x").is_ascii());
        assert!(!attachment("a\r\nSet-Cookie: x").contains(['\r', '\n']));
    }
}
