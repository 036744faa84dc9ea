//! The tokens of HTML: a reading that never fails and never looks at a byte more than a few times.

use std::borrow::Cow;

use super::entities;

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'h> {
    /// Text with its character references as they stand.
    Text(&'h str),
    /// A start tag.
    Open(Tag<'h>),
    /// An end tag.
    Close(Tag<'h>),
    /// What stands between the tags of `script`, `style` and their like, where no tags count.
    Raw {
        element: &'static str,
        content: &'h str,
    },
}

/// A tag's inside: name and attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'h> {
    inside: &'h str,
    name_length: usize,
}

/// Elements whose content holds no tags.
const RAW_ELEMENTS: &[&str] = &[
    "script",
    "style",
    "title",
    "textarea",
    "iframe",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
];
/// Attributes of one tag that are looked at.
const MAX_ATTRIBUTES: usize = 128;

impl<'h> Tag<'h> {
    fn new(inside: &'h str) -> Self {
        let is_end = |byte: u8| byte.is_ascii_whitespace() || byte == b'/' || byte == b'>';
        let name_length = inside.bytes().position(is_end).unwrap_or(inside.len());
        Self {
            inside,
            name_length,
        }
    }

    /// The name as written.
    pub(crate) fn name(&self) -> &'h str {
        &self.inside[..self.name_length]
    }

    /// Bytes between its angle brackets.
    pub(crate) fn inside_length(&self) -> usize {
        self.inside.len()
    }

    /// The value of an attribute given in lower case, its references replaced.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'h, str>> {
        let mut rest = &self.inside[self.name_length..];
        for _ in 0..MAX_ATTRIBUTES {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .bytes()
                .position(|byte| byte == b'=' || byte == b'/' || byte.is_ascii_whitespace());
            // A stray equals sign begins a name.
            let end = end.unwrap_or(rest.len()).max(1);
            let end = (end..=rest.len())
                .find(|at| rest.is_char_boundary(*at))
                .unwrap_or(rest.len());
            let found = &rest[..end];
            let (value, after) = attribute_value(&rest[end..]);
            if found.eq_ignore_ascii_case(name) {
                return Some(entities::decode(value));
            }
            rest = after;
        }
        None
    }
}

/// The value after an attribute's name, and what follows it.
fn attribute_value(after_name: &str) -> (&str, &str) {
    let Some(value) = after_name.trim_ascii_start().strip_prefix('=') else {
        return ("", after_name);
    };
    let value = value.trim_ascii_start();
    match value.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => {
            let inner = &value[1..];
            let end = memchr::memchr(*quote, inner.as_bytes()).unwrap_or(inner.len());
            (&inner[..end], inner.get(end + 1..).unwrap_or_default())
        }
        _ => {
            let end = value
                .bytes()
                .position(|byte| byte.is_ascii_whitespace())
                .unwrap_or(value.len());
            value.split_at(end)
        }
    }
}

/// Yields the tokens of a page.
pub(crate) struct Tokens<'h> {
    html: &'h str,
    at: usize,
    /// The raw element whose start tag came last, by its place in [`RAW_ELEMENTS`].
    raw: Option<usize>,
    /// From where on there is no end tag of a raw element.
    no_raw_end: [usize; RAW_ELEMENTS.len()],
    /// From where on there is no more of these, so that none is sought twice in vain.
    no_double_quote: usize,
    no_single_quote: usize,
    no_comment_end: usize,
}

impl<'h> Tokens<'h> {
    pub(crate) fn new(html: &'h str) -> Self {
        let never = usize::MAX;
        Self {
            html,
            at: 0,
            raw: None,
            no_raw_end: [never; RAW_ELEMENTS.len()],
            no_double_quote: never,
            no_single_quote: never,
            no_comment_end: never,
        }
    }

    /// What stands before the end tag; without one the rest is read as if the element were not raw.
    fn raw_content(&mut self, element: usize) -> Option<Token<'h>> {
        let start = self.at;
        if start >= self.no_raw_end[element] {
            return None;
        }
        let name = RAW_ELEMENTS[element];
        match find_end_tag(&self.html[start..], name) {
            Some(length) => {
                self.at = start + length;
                Some(Token::Raw {
                    element: name,
                    content: &self.html[start..self.at],
                })
            }
            None => {
                self.no_raw_end[element] = start;
                None
            }
        }
    }

    /// The markup at `<`; `None` when it is only a character, or says nothing.
    fn markup(&mut self) -> Option<Token<'h>> {
        let start = self.at + 1;
        let rest = &self.html.as_bytes()[start..];
        match rest.first() {
            Some(b'!') if rest.starts_with(b"!--") => {
                self.at = self.comment_end(start + 3);
                None
            }
            Some(b'!' | b'?') => {
                self.at = memchr::memchr(b'>', rest).map_or(self.html.len(), |n| start + n + 1);
                None
            }
            Some(b'/') if rest.get(1).is_some_and(u8::is_ascii_alphabetic) => {
                let end = self.tag_end(start + 1);
                Some(Token::Close(Tag::new(self.take_tag(start + 1, end))))
            }
            Some(b'/') => {
                self.at = memchr::memchr(b'>', rest).map_or(self.html.len(), |n| start + n + 1);
                None
            }
            Some(first) if first.is_ascii_alphabetic() => {
                let end = self.tag_end(start);
                let tag = Tag::new(self.take_tag(start, end));
                self.raw = RAW_ELEMENTS
                    .iter()
                    .position(|name| tag.name().eq_ignore_ascii_case(name));
                Some(Token::Open(tag))
            }
            _ => {
                let text_end = memchr::memchr(b'<', rest).map_or(self.html.len(), |n| start + n);
                let text = &self.html[self.at..text_end];
                self.at = text_end;
                Some(Token::Text(text))
            }
        }
    }

    fn take_tag(&mut self, start: usize, end: usize) -> &'h str {
        self.at = (end + 1).min(self.html.len());
        &self.html[start..end]
    }

    /// Where the `>` of a tag stands that is not inside quotes.
    fn tag_end(&mut self, start: usize) -> usize {
        let bytes = self.html.as_bytes();
        let mut at = start;
        let mut after_equals = false;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'>' => return at,
                b'"' | b'\'' if after_equals => match self.quote_end(*byte, at + 1) {
                    Some(end) => at = end,
                    // A quote that never closes would swallow the page: it counts as a letter.
                    None => after_equals = false,
                },
                b'=' => after_equals = true,
                byte if byte.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            at += 1;
        }
        bytes.len()
    }

    fn quote_end(&mut self, quote: u8, from: usize) -> Option<usize> {
        let known = if quote == b'"' {
            &mut self.no_double_quote
        } else {
            &mut self.no_single_quote
        };
        if from >= *known {
            return None;
        }
        let found = memchr::memchr(quote, &self.html.as_bytes()[from..]);
        if found.is_none() {
            *known = from;
        }
        found.map(|n| from + n)
    }

    /// A comment that never ends is taken for one that ends at the next `>`, lest it swallow the page.
    fn comment_end(&mut self, from: usize) -> usize {
        let rest = &self.html.as_bytes()[from..];
        if rest.starts_with(b">") {
            return from + 1;
        }
        if from < self.no_comment_end {
            // `-->` and `--!>` both end a comment.
            let is_end = |at: &usize| rest[..*at].ends_with(b"--") || rest[..*at].ends_with(b"--!");
            if let Some(end) = memchr::memchr_iter(b'>', rest).find(is_end) {
                return from + end + 1;
            }
            self.no_comment_end = from;
        }
        memchr::memchr(b'>', rest).map_or(self.html.len(), |n| from + n + 1)
    }
}

/// Where the end tag of a raw element begins.
fn find_end_tag(html: &str, element: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    memchr::memmem::find_iter(bytes, b"</").find(|at| {
        let name = &bytes[at + 2..];
        let after = name.get(element.len()).copied();
        name.len() >= element.len()
            && name[..element.len()].eq_ignore_ascii_case(element.as_bytes())
            && after.is_none_or(|byte| byte.is_ascii_whitespace() || byte == b'>' || byte == b'/')
    })
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        let raw = self
            .raw
            .take()
            .and_then(|element| self.raw_content(element));
        if raw.is_some() {
            return raw;
        }
        while self.at < self.html.len() {
            if self.html.as_bytes()[self.at] == b'<' {
                if let Some(token) = self.markup() {
                    return Some(token);
                }
                continue;
            }
            let start = self.at;
            let rest = &self.html.as_bytes()[start..];
            self.at = memchr::memchr(b'<', rest).map_or(self.html.len(), |n| start + n);
            return Some(Token::Text(&self.html[start..self.at]));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> Vec<String> {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Open(tag) => format!("<{}>", tag.name()),
                Token::Close(tag) => format!("</{}>", tag.name()),
                Token::Raw { element, content } => format!("{element}:{content}"),
            })
            .collect()
    }

    #[test]
    fn tags_comments_and_scripts_are_told_apart() {
        assert_eq!(
            show("a<b title=\"1 > 0\">x</b><!-- <i> --><script>if (a<b) '</i>'</script>y < z"),
            [
                "a",
                "<b>",
                "x",
                "</b>",
                "<script>",
                "script:if (a<b) '</i>'",
                "</script>",
                "y ",
                "< z"
            ]
        );
    }

    #[test]
    fn what_never_closes_swallows_nothing() {
        assert_eq!(
            show("<a href=\"x>one</a><p>two"),
            ["<a>", "one", "</a>", "<p>", "two"]
        );
        assert_eq!(show("<!-- one <b>two</b>"), ["two", "</b>"]);
        assert_eq!(show("<title>one"), ["<title>", "one"]);
        assert_eq!(show("<"), ["<"]);
        assert_eq!(show("</ x>y"), ["y"]);
    }

    #[test]
    fn attributes_are_read_in_any_quotes() {
        let html = "<meta NAME=author content='Anna &amp; B' x / charset=utf-8 ===y>";
        let Some(Token::Open(tag)) = Tokens::new(html).next() else {
            panic!("a tag")
        };
        assert_eq!(tag.attribute("name").as_deref(), Some("author"));
        assert_eq!(tag.attribute("content").as_deref(), Some("Anna & B"));
        assert_eq!(tag.attribute("charset").as_deref(), Some("utf-8"));
        assert_eq!(tag.attribute("x").as_deref(), Some(""));
        assert_eq!(tag.attribute("none"), None);
    }
}
