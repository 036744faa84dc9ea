//! Web pages: the article to read, and the whole text beside it.

use std::io::{BufReader, Seek, SeekFrom};

use onrecord_record::ProblemCode;
use trafilatura::{HtmlDateMode, Options};

use super::{Format, Probe, ReadBy, text, xml};
use crate::content::{CHUNK, Content};
use crate::event::{Kind, Role};
use crate::html::{Converted, Facts, Outline, Style, convert};
use crate::item::Hint;
use crate::reading::{Flow, Reading};
use crate::retry::Engine;

pub(super) const FORMAT: Format = Format {
    name: "web page",
    media_type: "text/html",
    extensions: &["html", "htm", "xhtml", "shtml"],
    kind: Kind::Document,
    is_text: true,
    detect: |probe| probe.is_text() && is_html(probe),
    read: ReadBy::Content(read),
};

/// How a page begins.
const BEGINNINGS: &[&str] = &["<!doctype html", "<html", "<head", "<body", "<title"];
/// How much of the start may state the character set.
const PRESCAN: usize = 4_096;
/// Fewer characters are no article, but a caption or a notice.
const MIN_ARTICLE: usize = 250;

fn is_html(probe: &Probe<'_>) -> bool {
    let start = probe.readable();
    if BEGINNINGS
        .iter()
        .any(|beginning| start.starts_with(beginning))
    {
        return true;
    }
    let opens = start.starts_with("<?xml") || start.starts_with("<!--");
    let is_promised = probe.has_extension(FORMAT.extensions)
        || probe.is_declared(&["text/html", "application/xhtml+xml"]);
    opens && (start.contains("<html") || start.contains("<!doctype html"))
        || is_promised && start.contains('<')
}

fn read(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    let Some(bytes) = content.in_memory() else {
        return read_as_text(reading, content, hint);
    };
    let stated = stated_charset(&bytes[..bytes.len().min(PRESCAN)]);
    let html = text::decode(reading, bytes, hint.charset.or(stated.as_deref()))?;
    let page = convert(&html, Style::Page);
    tell_facts(reading, &page.facts)?;
    let is_long = page.text.len() >= MIN_ARTICLE;
    // The second engine is our own converter alone: a page that ended the one that seeks articles is
    // kept with its whole text.
    let is_sought = is_long && reading.engine() == Engine::First;
    let article = if is_sought && may_hold_article(reading, &html, page.outline)? {
        article(&html)
    } else {
        None
    };
    let Converted { text, .. } = page;
    match article.filter(|article| article.text.trim() != text.trim()) {
        Some(article) => {
            if page.facts.author().is_none() {
                reading.metadata("author", article.author)?;
            }
            if page.facts.site().is_none() {
                reading.metadata("site", article.site)?;
            }
            reading.text(Role::Main, article.text)?;
            reading.text(Role::Full, text)
        }
        None => reading.text(Role::Main, text),
    }
}

/// A page larger than memory allows: its source, since a converter would have to hold it.
fn read_as_text(reading: &mut Reading<'_, '_>, content: &mut Content<'_>, hint: &Hint<'_>) -> Flow {
    let size = content.len();
    reading.problem(
        ProblemCode::TooLarge,
        format!("a page of {size} bytes is kept as its source"),
    )?;
    if content.seek(SeekFrom::Start(0)).is_err() {
        return reading.problem(ProblemCode::ReadFailed, "its bytes could not be read again");
    }
    text::read(
        reading,
        &mut BufReader::with_capacity(CHUNK, content),
        hint.charset,
        &mut |_| {},
    )
}

fn tell_facts(reading: &mut Reading<'_, '_>, facts: &Facts) -> Flow {
    let end = reading.end();
    end.title = facts.title().map(str::to_owned);
    end.date = facts.date();
    let told = [
        ("author", facts.author()),
        ("site", facts.site()),
        ("description", facts.description()),
    ];
    for (key, value) in told {
        reading.metadata(key, value.unwrap_or_default())?;
    }
    Flow::Continue(())
}

/// Whether a tree may be built of the page; says so when it may not.
fn may_hold_article(
    reading: &mut Reading<'_, '_>,
    html: &str,
    outline: Outline,
) -> std::ops::ControlFlow<(), bool> {
    let limit = reading.limits.html_bytes;
    let refused = if html.len() > limit {
        Some(format!(
            "the page has more than {limit} bytes; its whole text is kept, no article was sought"
        ))
    } else if outline.is_tame() {
        None
    } else {
        Some("the page is nested deeper than pages are; its whole text is kept, no article was sought".to_owned())
    };
    let may = refused.is_none();
    if let Some(message) = refused {
        reading.problem(ProblemCode::TooLarge, message)?;
    }
    std::ops::ControlFlow::Continue(may)
}

struct Article {
    text: String,
    author: String,
    site: String,
}

/// The article, by trafilatura. Dates are read elsewhere, since it judges them by today's clock.
fn article(html: &str) -> Option<Article> {
    let options = Options::default()
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    let found = trafilatura::extract(html, &options).ok()?;
    // Its plain text has no paragraphs; its cleaned page has them.
    let text = convert(&found.content_html, Style::Page).text;
    if text.chars().count() < MIN_ARTICLE {
        return None;
    }
    Some(Article {
        text,
        author: found.metadata.author,
        site: found.metadata.sitename,
    })
}

/// The character set that a `meta` or an XML declaration states.
fn stated_charset(head: &[u8]) -> Option<String> {
    if let Some(label) = xml::stated_charset(head) {
        return Some(label);
    }
    let lower = head.to_ascii_lowercase();
    let metas = memchr::memmem::find_iter(&lower, b"<meta");
    metas
        .filter_map(|start| charset_of_meta(&lower[start..]))
        .next()
}

fn charset_of_meta(meta: &[u8]) -> Option<String> {
    let tag = &meta[..memchr::memchr(b'>', meta)?];
    let at = memchr::memmem::find(tag, b"charset")? + "charset".len();
    let value = tag[at..]
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value);
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'/');
    let length = value.iter().position(is_end).unwrap_or(value.len());
    let label = std::str::from_utf8(&value[..length]).ok()?;
    // A page whose ASCII can be read bytewise cannot be UTF-16 (HTML standard, 13.2.3.2).
    Some(if label.starts_with("utf-16") {
        "utf-8".to_owned()
    } else {
        label.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_character_set_is_found() {
        for (head, label) in [
            ("<meta charset=windows-1251>", "windows-1251"),
            (
                "<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>",
                "koi8-r",
            ),
            (
                "<?xml version='1.0' encoding='iso-8859-2'?><html>",
                "iso-8859-2",
            ),
            ("<meta name=x><meta charset = \"UTF-16\">", "utf-8"),
        ] {
            assert_eq!(stated_charset(head.as_bytes()).as_deref(), Some(label));
        }
        assert_eq!(stated_charset(b"<p>charset=x</p>"), None);
    }
}
