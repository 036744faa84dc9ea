//! Where a link of a document leads: told in full, and followed only by whoever wants to.

use askama::Template;
use onrecord_workbench::Workbench;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::frame::Frame;

/// An address.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LeavingQuery {
    /// The address, as the document has it.
    #[serde(default)]
    to: String,
}

/// An address taken apart.
#[derive(Debug, Serialize)]
pub(crate) struct LeavingView {
    format_version: u32,
    /// The address.
    to: String,
    /// `https`, `mailto`.
    scheme: String,
    /// The machine that it names.
    host: Option<String>,
    /// What is odd about it.
    remarks: Vec<&'static str>,
}

impl View for LeavingView {
    type Query = LeavingQuery;

    fn look_up(_: &Workbench, query: &LeavingQuery) -> Result<Self, Fault> {
        let to = query.to.trim();
        let scheme = to.split_once(':').map_or("", |(scheme, _)| scheme);
        let scheme = scheme.to_ascii_lowercase();
        let host = host(to);
        Ok(Self {
            format_version: 1,
            remarks: remarks(to, &scheme, host.as_deref()),
            to: to.to_owned(),
            scheme,
            host,
        })
    }

    fn html(&self, _: &LeavingQuery, frame: Frame) -> askama::Result<String> {
        LeavingHtml { frame, view: self }.render()
    }
}

/// What stands between `//` and the path, without a name before an at sign and without the port.
fn host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("//")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_lowercase())
}

fn remarks(address: &str, scheme: &str, host: Option<&str>) -> Vec<&'static str> {
    let mut remarks = Vec::new();
    let host = host.unwrap_or_default();
    let authority = address.split_once("//").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if matches!(scheme, "javascript" | "data" | "vbscript") {
        remarks.push("it would run a script or show a page of its own; it leads nowhere");
    }
    if authority.contains('@') {
        remarks.push("what stands before the at sign is no part of where it leads");
    }
    if host.split('.').any(|part| part.starts_with("xn--")) || !host.is_ascii() {
        remarks.push("the name has letters other than English ones, which can look like others");
    }
    if !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ':'))
    {
        remarks.push("it names a machine by number");
    }
    if address.len() > 200 {
        remarks.push("it is long: it may say who follows it");
    }
    remarks
}

#[derive(Template)]
#[template(path = "leaving.html")]
struct LeavingHtml<'a> {
    frame: Frame,
    view: &'a LeavingView,
}

#[cfg(test)]
mod tests {
    use super::{host, remarks};

    #[test]
    fn the_machine_is_told_from_what_stands_before_it() {
        assert_eq!(
            host("https://bank.example@evil.example:8/x").as_deref(),
            Some("evil.example")
        );
        assert_eq!(host("HTTP://[::1]:80/").as_deref(), Some("::1"));
        assert_eq!(host("mailto:a@b.example"), None);
        let said = remarks(
            "https://bank.example@evil.example/",
            "https",
            Some("evil.example"),
        );
        assert_eq!(said.len(), 1);
        assert_eq!(remarks("javascript:alert(1)", "javascript", None).len(), 1);
    }
}
