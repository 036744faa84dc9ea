//! Style and islands, embedded; an address holds the hash of its content, so browsers may keep it for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An embedded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asset {
    /// The style sheet.
    Style,
    /// Keys for lists and search.
    Keys,
    /// The icon of the browser's tab.
    Icon,
    /// Judging: waits for what rests on a judgement, reads lists.
    Judging,
    /// Completion of names.
    Names,
    /// The picture of a network.
    Network,
    /// Reading a document.
    Reading,
    /// Names offered in the search box.
    Complete,
    /// How far an import is.
    Imports,
}

/// `(asset, stem, ending, media type, content)`, in the order of [`Asset`].
const ASSETS: &[(Asset, &str, &str, &str, &str)] = &[
    (
        Asset::Style,
        "style",
        "css",
        "text/css; charset=utf-8",
        include_str!("../assets/style.css"),
    ),
    (
        Asset::Keys,
        "keys",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/keys.js"),
    ),
    (
        Asset::Icon,
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../assets/icon.svg"),
    ),
    (
        Asset::Judging,
        "judging",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/judging.js"),
    ),
    (
        Asset::Names,
        "names",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/names.js"),
    ),
    (
        Asset::Network,
        "network",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/network.js"),
    ),
    (
        Asset::Reading,
        "reading",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/reading.js"),
    ),
    (
        Asset::Complete,
        "complete",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/complete.js"),
    ),
    (
        Asset::Imports,
        "imports",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/imports.js"),
    ),
];

/// Addresses in the order of [`ASSETS`].
static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let address = |(_, stem, ending, _, content): &(_, &str, &str, &str, &str)| {
        let hash = blake3::hash(content.as_bytes()).to_hex();
        format!("/assets/{stem}.{}.{ending}", &hash[..16])
    };
    ASSETS.iter().map(address).collect()
});

/// Where pages find an asset.
pub(crate) fn address(asset: Asset) -> &'static str {
    &ADDRESSES[asset as usize]
}

/// Answers with an asset; an address of another version's content has none.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let addresses = ADDRESSES.iter();
    let found = addresses
        .zip(ASSETS)
        .find(|(address, _)| address.strip_prefix("/assets/") == Some(name.as_str()));
    match found {
        Some((_, (_, _, _, media_type, content))) => (
            [
                (header::CONTENT_TYPE, *media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            *content,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
