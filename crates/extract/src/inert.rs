//! The layout of a page or a message's web version, made inert: nothing in it runs, loads or leads
//! anywhere. What it would have loaded is counted and named.
//!
//! Cleaning is left to [ammonia](https://docs.rs/ammonia), which builds the tree that a browser would
//! build; what is shown is shown in a frame without scripts and without the right to load anything,
//! so that either alone would do.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use onrecord_mail::{BodyKind, Content, Message};
use serde::{Deserialize, Serialize};

use crate::charset::{TextDecoder, choose};
use crate::html::{Style, Tag, Token, Tokens, convert};

/// Bytes of HTML that are laid out; of more the beginning is shown.
const MOST_HTML: usize = 2 << 20;
/// Links and addresses that are listed, of each.
const MOST_LISTED: usize = 500;
/// Bytes of an address, and of a link's words, that are kept.
const MOST_ADDRESS: usize = 4_096;
const MOST_WORDS: usize = 200;
/// Pictures at most so wide and high show nothing: they tell their sender that they were loaded.
const PIXEL: u32 = 3;

/// A page without anything that acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InertPage {
    /// What can be shown of it: HTML without scripts, forms, addresses.
    pub html: String,
    /// Where its links lead, in order.
    pub links: Vec<InertLink>,
    /// How many links it has.
    pub n_links: u64,
    /// What it would have loaded, in order.
    pub remote: Vec<RemoteLoad>,
    /// How often it would have loaded something.
    pub n_remote: u64,
    /// How many of these are pictures too small to be seen.
    pub n_pixels: u64,
    /// Pictures that it brings along and that are not shown.
    pub n_inline: u64,
    /// Scripts, and attributes that run one.
    pub n_scripts: u64,
    /// Forms.
    pub n_forms: u64,
    /// Whether it is longer than what is shown.
    pub is_cut: bool,
    /// Whether it nests too deeply for a layout; then nothing is shown.
    pub is_wild: bool,
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InertLink {
    /// Its words.
    pub words: String,
    /// Where it leads.
    pub address: String,
}

/// Something that a page would have loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteLoad {
    /// What: `picture`, `tracking pixel`, `style sheet`, `frame`, `media`, `other`.
    pub what: String,
    /// From where.
    pub address: String,
}

/// The web version of a message; `None` where it has none.
pub(crate) fn of_message(bytes: &[u8]) -> Option<InertPage> {
    let message = Message::parse(bytes)?;
    let mut bodies = message.parts.iter().filter_map(|part| match &part.content {
        Content::Text(text) if part.body == Some(BodyKind::Html) => Some(text.as_ref()),
        _ => None,
    });
    let html = bodies.next()?;
    Some(of_html(html))
}

/// A web page, in the character set that its container or the page itself states.
pub(crate) fn of_page(bytes: &[u8], charset: Option<&str>) -> InertPage {
    let head = &bytes[..bytes.len().min(MOST_HTML)];
    let choice = choose(head, head.len() == bytes.len(), charset);
    let mut html = String::with_capacity(head.len());
    let body = head.get(choice.mark_length..).unwrap_or_default();
    TextDecoder::new(choice.charset).decode(body, true, &mut html);
    let mut page = of_html(&html);
    page.is_cut |= head.len() < bytes.len();
    page
}

fn of_html(html: &str) -> InertPage {
    let shown = &html[..html.floor_char_boundary(MOST_HTML)];
    let mut page = listed(shown);
    page.is_cut = shown.len() < html.len();
    page.is_wild = !convert(shown, Style::Page).outline.is_tame();
    if !page.is_wild {
        page.html = CLEANER.clean(shown).to_string();
    }
    page
}

/// Properties of style that a layout needs; none of them can load anything.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "clear",
    "color",
    "direction",
    "display",
    "float",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
];

/// Attributes of layout, for any element.
const ATTRIBUTES: &[&str] = &[
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "lang",
    "rowspan",
    "size",
    "style",
    "title",
    "valign",
    "width",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .add_tags(["center", "font", "big", "u", "tt"])
        // A picture is what it says it shows; a link is its words.
        .rm_tags(["img"])
        .generic_attributes(ATTRIBUTES.iter().copied().collect())
        .tag_attributes(HashMap::new())
        .url_schemes(HashSet::new())
        .link_rel(None)
        .filter_style_properties(PROPERTIES.iter().copied().collect());
    cleaner
});

/// What the page would do, told from its tokens.
fn listed(html: &str) -> InertPage {
    let mut page = InertPage::default();
    // Words of the link that is open.
    let mut open: Option<InertLink> = None;
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => {
                if let Some(link) = &mut open {
                    link.words.push_str(text);
                }
            }
            Token::Open(tag) => {
                note_tag(&mut page, &tag);
                if tag.name().eq_ignore_ascii_case("a") {
                    close_link(&mut page, open.take());
                    open = tag.attribute("href").map(|address| InertLink {
                        words: String::new(),
                        address: short(&address, MOST_ADDRESS),
                    });
                }
            }
            Token::Close(tag) if tag.name().eq_ignore_ascii_case("a") => {
                close_link(&mut page, open.take());
            }
            Token::Close(_) => {}
            Token::Raw {
                element: "script", ..
            } => page.n_scripts += 1,
            Token::Raw { content, .. } => note_style(&mut page, content),
        }
    }
    close_link(&mut page, open);
    page
}

fn close_link(page: &mut InertPage, link: Option<InertLink>) {
    let Some(mut link) = link.filter(|link| !link.address.is_empty()) else {
        return;
    };
    page.n_links += 1;
    if page.links.len() < MOST_LISTED {
        let words: Vec<&str> = link.words.split_whitespace().collect();
        link.words = short(&words.join(" "), MOST_WORDS);
        page.links.push(link);
    }
}

/// `(element, attribute, what it loads)`.
const LOADS: &[(&str, &str, &str)] = &[
    ("img", "src", "picture"),
    ("image", "href", "picture"),
    ("input", "src", "picture"),
    ("link", "href", "style sheet"),
    ("script", "src", "script"),
    ("iframe", "src", "frame"),
    ("frame", "src", "frame"),
    ("embed", "src", "media"),
    ("object", "data", "media"),
    ("video", "src", "media"),
    ("video", "poster", "picture"),
    ("audio", "src", "media"),
    ("source", "src", "media"),
    ("base", "href", "other"),
];

/// Attributes that run a script.
const HANDLERS: &[&str] = &[
    "onload",
    "onerror",
    "onclick",
    "onmouseover",
    "onfocus",
    "onsubmit",
];

fn note_tag(page: &mut InertPage, tag: &Tag<'_>) {
    let name = tag.name().to_ascii_lowercase();
    if name == "form" {
        page.n_forms += 1;
    }
    page.n_scripts += HANDLERS
        .iter()
        .filter(|name| tag.attribute(name).is_some())
        .count() as u64;
    for (_, attribute, what) in LOADS.iter().filter(|(element, ..)| *element == name) {
        let Some(address) = tag.attribute(attribute) else {
            continue;
        };
        let is_picture = *what == "picture";
        if !is_remote(&address) {
            page.n_inline += u64::from(is_picture);
        } else if is_picture && is_pixel(tag) {
            page.n_pixels += 1;
            note_load(page, "tracking pixel", &address);
        } else {
            note_load(page, what, &address);
        }
    }
    for attribute in ["background", "srcset"] {
        if let Some(address) = tag
            .attribute(attribute)
            .filter(|address| is_remote(address))
        {
            note_load(page, "picture", &address);
        }
    }
    if let Some(style) = tag.attribute("style") {
        note_style(page, &style);
    }
}

/// Addresses that a style would load.
fn note_style(page: &mut InertPage, style: &str) {
    let lower = style.to_ascii_lowercase();
    for (at, _) in lower.match_indices("url(") {
        let address = style[at + 4..].split(')').next().unwrap_or_default();
        let address = address.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        if is_remote(address) {
            note_load(page, "picture or font of a style", address);
        }
    }
}

fn note_load(page: &mut InertPage, what: &str, address: &str) {
    page.n_remote += 1;
    if page.remote.len() < MOST_LISTED {
        page.remote.push(RemoteLoad {
            what: what.to_owned(),
            address: short(address.trim(), MOST_ADDRESS),
        });
    }
}

fn is_remote(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    let schemes = ["http:", "https:", "//", "ftp:", "ws:", "wss:", "file:"];
    schemes.iter().any(|scheme| address.starts_with(scheme))
}

/// Whether a picture is too small to be seen, or hidden.
fn is_pixel(tag: &Tag<'_>) -> bool {
    let small = |name| {
        let value = tag.attribute(name);
        value.is_some_and(|value| {
            let number: String = value
                .trim()
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            number.parse().is_ok_and(|number: u32| number <= PIXEL)
        })
    };
    let style = tag
        .attribute("style")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let style: String = style.split_whitespace().collect();
    let is_hidden = [
        "display:none",
        "visibility:hidden",
        "width:1px",
        "height:1px",
        "width:0",
        "height:0",
    ]
    .iter()
    .any(|hidden| style.contains(hidden));
    small("width") && small("height") || is_hidden
}

fn short(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{InertPage, of_html, of_message, of_page};

    /// Whatever is shown of a page, none of this may be in it.
    fn assert_inert(page: &InertPage) {
        let html = page.html.to_ascii_lowercase();
        for forbidden in [
            "<script",
            "<img",
            "<form",
            "<iframe",
            "<svg",
            "<link",
            "<base",
            "<object",
            "<input",
            "<meta",
            "<style",
            "javascript:",
            "href=",
            "src=",
            "url(",
            " on",
            "action=",
            "http",
        ] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }

    #[test]
    fn what_acts_is_taken_out_and_counted() {
        let page = of_html(
            r#"<html><head><base href="https://evil.example/"><link rel=stylesheet href=https://css.example/a.css>
            <style>body{background:url(https://bg.example/x.png)}</style><script>alert(1)</script></head>
            <body onload=alert(2) background="//wall.example/p.gif"><h1 style="color:red;background-image:url(http://a.example/b)">Offer</h1>
            <img src="https://px.example/t.gif" width=1 height="1"><IMG SRC=http://pics.example/cat.jpg alt=Cat>
            <img src=cid:logo><form action=https://steal.example><input name=pw><button>Go</button></form>
            <svg onload=alert(3)><script>alert(4)</script></svg>
            <a href="javascript:alert(5)">now</a> <a href='https://shop.example/?id=7'>our <b>shop</b></a>
            <iframe src="https://frame.example"></iframe><table width=600><tr><td align=center>Cell</td></tr></table></body>"#,
        );
        assert_inert(&page);
        assert!(
            page.html.contains("Offer")
                && page.html.contains("Cell")
                && page.html.contains("color")
        );
        assert_eq!((page.n_pixels, page.n_forms, page.n_inline), (1, 1, 1));
        assert!(page.n_scripts >= 3, "{}", page.n_scripts);
        let addresses: Vec<(&str, &str)> = page
            .remote
            .iter()
            .map(|load| (load.what.as_str(), load.address.as_str()))
            .collect();
        for expected in [
            ("tracking pixel", "https://px.example/t.gif"),
            ("picture", "http://pics.example/cat.jpg"),
            ("style sheet", "https://css.example/a.css"),
            ("picture or font of a style", "https://bg.example/x.png"),
            ("picture", "//wall.example/p.gif"),
        ] {
            assert!(
                addresses.contains(&expected),
                "{expected:?} in {addresses:?}"
            );
        }
        assert_eq!(page.links.len(), 2);
        assert_eq!(page.links[1].words, "our shop");
        assert_eq!(page.links[1].address, "https://shop.example/?id=7");
    }

    #[test]
    fn odd_pages_stay_inert() {
        for html in [
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<a href=\"java\tscript:alert(1)\">x</a><a href='&#106;avascript:alert(1)'>y</a>",
            "<p style=\"width:expression(alert(1));background:u\\72l(http://x)\">z</p>",
            "<plaintext><script>",
            "<!--><script>alert(1)</script>-->",
            "<svg><foreignObject><form>",
            "\u{0}<scr\u{0}ipt>alert(1)</script>",
        ] {
            assert_inert(&of_html(html));
        }
    }

    #[test]
    fn a_page_that_nests_without_end_is_not_laid_out() {
        let page = of_html(&"<div>".repeat(100_000));
        assert!(page.is_wild && page.html.is_empty());
        let long = of_html(&"<p>word</p>\n".repeat(400_000));
        assert!(long.is_cut);
    }

    #[test]
    fn messages_and_pages_are_told_apart() {
        let plain = b"From: a@a.example\nSubject: x\n\nOnly words.\n";
        assert_eq!(of_message(plain), None);
        let web =
            b"From: a@a.example\nContent-Type: text/html; charset=iso-8859-1\n\n<p>caf\xe9</p>";
        assert!(of_message(web).is_some_and(|page| page.html.contains("café")));
        assert!(
            of_page(b"<p>caf\xe9</p>", Some("iso-8859-1"))
                .html
                .contains("café")
        );
    }
}
