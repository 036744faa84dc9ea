//! The whole text of a page, as a reader sees it without styles.

use super::entities;
use super::facts::Facts;
use super::tokens::{Tag, Token, Tokens};

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A page.
    Page,
    /// A message: quotations get `> `, as in plain mail.
    Mail,
}

/// What the tokens show of a page's tree.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outline {
    n_tags: usize,
    depth: usize,
    max_depth: usize,
    longest_tag: usize,
}

/// Deepest nesting, most tags and longest tag for which building a tree is safe; real pages stay far below.
const TAME_DEPTH: usize = 400;
const TAME_TAGS: usize = 200_000;
const TAME_TAG_BYTES: usize = 256 << 10;

impl Outline {
    /// Whether a tree can be built without harm.
    pub(crate) fn is_tame(&self) -> bool {
        self.max_depth <= TAME_DEPTH
            && self.n_tags <= TAME_TAGS
            && self.longest_tag <= TAME_TAG_BYTES
    }

    fn open(&mut self, role: Role, tag_bytes: usize) {
        self.n_tags += 1;
        self.longest_tag = self.longest_tag.max(tag_bytes);
        if !role.closes_itself() {
            self.depth += 1;
            self.max_depth = self.max_depth.max(self.depth);
        }
    }

    fn close(&mut self, role: Role) {
        self.n_tags += 1;
        if !role.closes_itself() {
            self.depth = self.depth.saturating_sub(1);
        }
    }
}

/// What an element does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Inline,
    /// A line of its own.
    Block,
    /// Lines of its own, with an empty line around.
    Paragraph,
    /// The same, ended by the next block.
    P,
    Quote,
    List,
    NumberedList,
    Item,
    Row,
    CellOfRow,
    Preformatted,
    LineBreak,
    Image,
    /// Nothing to show, and no end tag.
    Void,
}

impl Role {
    /// Elements without an end tag, or which the next of their kind ends.
    fn closes_itself(self) -> bool {
        matches!(
            self,
            Role::P
                | Role::Item
                | Role::Row
                | Role::CellOfRow
                | Role::LineBreak
                | Role::Image
                | Role::Void
        )
    }
}

/// The elements that are more than inline.
const ROLES: &[(&str, Role)] = &[
    ("p", Role::P),
    ("h1", Role::Paragraph),
    ("h2", Role::Paragraph),
    ("h3", Role::Paragraph),
    ("h4", Role::Paragraph),
    ("h5", Role::Paragraph),
    ("h6", Role::Paragraph),
    ("table", Role::Paragraph),
    ("dl", Role::Paragraph),
    ("figure", Role::Paragraph),
    ("hr", Role::LineBreak),
    ("br", Role::LineBreak),
    ("div", Role::Block),
    ("section", Role::Block),
    ("article", Role::Block),
    ("header", Role::Block),
    ("footer", Role::Block),
    ("main", Role::Block),
    ("nav", Role::Block),
    ("aside", Role::Block),
    ("form", Role::Block),
    ("fieldset", Role::Block),
    ("address", Role::Block),
    ("center", Role::Block),
    ("body", Role::Block),
    ("head", Role::Block),
    ("html", Role::Block),
    ("tbody", Role::Block),
    ("thead", Role::Block),
    ("tfoot", Role::Block),
    ("caption", Role::Block),
    ("figcaption", Role::Block),
    ("details", Role::Block),
    ("summary", Role::Block),
    ("option", Role::Row),
    ("dt", Role::Row),
    ("dd", Role::Row),
    ("legend", Role::Block),
    ("noscript", Role::Block),
    ("select", Role::Block),
    ("blockquote", Role::Quote),
    ("ul", Role::List),
    ("menu", Role::List),
    ("ol", Role::NumberedList),
    ("li", Role::Item),
    ("tr", Role::Row),
    ("td", Role::CellOfRow),
    ("th", Role::CellOfRow),
    ("pre", Role::Preformatted),
    ("img", Role::Image),
    ("meta", Role::Void),
    ("link", Role::Void),
    ("input", Role::Void),
    ("base", Role::Void),
    ("col", Role::Void),
    ("area", Role::Void),
    ("wbr", Role::Void),
    ("source", Role::Void),
    ("embed", Role::Void),
    ("param", Role::Void),
    ("track", Role::Void),
];
/// Longest name in [`ROLES`].
const MAX_ROLE_NAME: usize = 10;

fn role(name: &str) -> Role {
    if name.len() > MAX_ROLE_NAME {
        return Role::Inline;
    }
    let known = ROLES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map_or(Role::Inline, |(_, role)| *role)
}

/// What one pass over a page yields.
pub(crate) struct Converted {
    /// The whole text.
    pub(crate) text: String,
    /// What its head and its markup say of it.
    pub(crate) facts: Facts,
    pub(crate) outline: Outline,
}

/// Reads a page in one pass.
pub(crate) fn convert(html: &str, style: Style) -> Converted {
    let mut writer = Writer::new(style, html.len());
    let mut facts = Facts::default();
    let mut outline = Outline::default();
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => writer.text(&entities::decode(text)),
            Token::Open(tag) => {
                let role = role(tag.name());
                outline.open(role, tag.inside_length());
                facts.see_tag(&tag);
                writer.open(role, &tag);
            }
            Token::Close(tag) => {
                let role = role(tag.name());
                outline.close(role);
                writer.close(role);
            }
            Token::Raw {
                element: "textarea" | "xmp" | "plaintext",
                content,
            } => writer.text(&entities::decode(content)),
            Token::Raw { element, content } => facts.see_raw(element, content),
        }
    }
    facts.finish();
    Converted {
        text: writer.finish(),
        facts,
        outline,
    }
}

/// Deepest quotation that is marked; deeper ones are marked as this one.
const MAX_QUOTES: usize = 20;
/// Deepest list whose numbers are kept.
const MAX_LISTS: usize = 32;

/// Writes text with the white space that blocks make.
struct Writer {
    out: String,
    style: Style,
    /// Line ends due before the next character.
    breaks: usize,
    has_space: bool,
    /// Ends of cells due before the next character.
    tabs: usize,
    at_line_start: bool,
    n_quotes: usize,
    n_preformatted: usize,
    /// Numbers of the open lists; `None` for one with bullets.
    lists: Vec<Option<u32>>,
    mark: Option<String>,
}

impl Writer {
    fn new(style: Style, n_bytes: usize) -> Self {
        Self {
            out: String::with_capacity(n_bytes / 3),
            style,
            breaks: 0,
            has_space: false,
            tabs: 0,
            at_line_start: true,
            n_quotes: 0,
            n_preformatted: 0,
            lists: Vec::new(),
            mark: None,
        }
    }

    fn open(&mut self, role: Role, tag: &Tag<'_>) {
        match role {
            Role::Inline | Role::Void => {}
            Role::Block | Role::Row => self.break_line(1),
            Role::Paragraph | Role::P => self.break_line(2),
            Role::Quote => {
                self.break_line(2);
                self.n_quotes += 1;
            }
            Role::List => self.open_list(None),
            Role::NumberedList => self.open_list(Some(0)),
            Role::Item => self.open_item(),
            Role::CellOfRow => self.open_cell(),
            Role::Preformatted => {
                self.break_line(2);
                self.n_preformatted += 1;
            }
            Role::LineBreak => self.hard_break(),
            Role::Image => self.image(tag),
        }
    }

    fn close(&mut self, role: Role) {
        match role {
            Role::Inline | Role::Void | Role::Image | Role::CellOfRow => {}
            Role::Block | Role::Row | Role::Item => self.break_line(1),
            Role::Paragraph | Role::P => self.break_line(2),
            Role::Quote => {
                self.break_line(2);
                self.n_quotes = self.n_quotes.saturating_sub(1);
            }
            Role::List | Role::NumberedList => {
                self.break_line(if self.lists.len() > 1 { 1 } else { 2 });
                self.lists.pop();
            }
            Role::Preformatted => {
                self.break_line(2);
                self.n_preformatted = self.n_preformatted.saturating_sub(1);
            }
            Role::LineBreak => self.hard_break(),
        }
    }

    fn open_list(&mut self, number: Option<u32>) {
        self.break_line(if self.lists.is_empty() { 2 } else { 1 });
        if self.lists.len() < MAX_LISTS {
            self.lists.push(number);
        }
    }

    fn open_item(&mut self) {
        self.break_line(1);
        self.mark = Some(match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        });
    }

    fn open_cell(&mut self) {
        // Layout tables hold blocks in their cells; a mark is due only between words of one line.
        if !self.at_line_start && self.breaks == 0 {
            self.tabs += 1;
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let Some(words) = tag.attribute("alt").filter(|alt| !alt.trim().is_empty()) else {
            return;
        };
        self.text(" [");
        self.text(words.trim());
        self.text("] ");
    }

    /// Line ends that two blocks ask for are not added up.
    fn break_line(&mut self, n: usize) {
        self.breaks = self.breaks.max(n);
        self.drop_blanks();
    }

    /// A line end that stands even at the start of a line; more than one empty line says nothing.
    fn hard_break(&mut self) {
        self.breaks = (self.breaks + 1).min(2);
        self.drop_blanks();
    }

    fn drop_blanks(&mut self) {
        self.has_space = false;
        self.tabs = 0;
    }

    fn text(&mut self, text: &str) {
        if self.n_preformatted > 0 {
            self.preformatted(text);
            return;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && !is_blank(bytes[at]) {
                at += 1;
            }
            self.run(&text[start..at]);
            self.has_space |= at < bytes.len();
            at += 1;
        }
    }

    /// A run without ASCII blanks; the no-break space is one for the reader.
    fn run(&mut self, run: &str) {
        if run.is_ascii() {
            return self.word(run);
        }
        for (index, word) in run.split('\u{a0}').enumerate() {
            self.has_space |= index > 0;
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        self.start_word();
        if word.is_ascii() || !word.contains(is_invisible) {
            self.out.push_str(word);
        } else {
            self.out.extend(word.chars().filter(|c| !is_invisible(*c)));
        }
    }

    fn preformatted(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.drop_blanks();
                self.start_word();
                self.out.push_str(line);
            }
        }
    }

    /// Writes what is due before a word.
    fn start_word(&mut self) {
        if self.breaks > 0 && !self.out.is_empty() {
            for _ in 0..self.breaks {
                self.end_line();
            }
        }
        self.breaks = 0;
        if self.at_line_start {
            if self.style == Style::Mail {
                let depth = self.n_quotes.min(MAX_QUOTES);
                self.out.extend(std::iter::repeat_n("> ", depth));
            }
            if let Some(mark) = self.mark.take() {
                self.out.push_str(&mark);
            }
        } else if self.tabs > 0 {
            self.out.extend(std::iter::repeat_n('\t', self.tabs));
        } else if self.has_space {
            self.out.push(' ');
        }
        self.drop_blanks();
        self.at_line_start = false;
    }

    fn end_line(&mut self) {
        while self.out.ends_with([' ', '\t']) {
            self.out.pop();
        }
        self.out.push('\n');
        self.at_line_start = true;
    }

    fn finish(mut self) -> String {
        let end = self.out.trim_end().len();
        self.out.truncate(end);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

/// White space that is folded.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Characters that show nothing and cut names in two for a search.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> String {
        convert(html, Style::Page).text
    }

    #[test]
    fn blocks_become_lines() {
        assert_eq!(
            page(
                "<title>T</title><h1>Head</h1><p>One <b>two</b>\n three<br>four<div>five</div>six"
            ),
            "Head\n\nOne two three\nfour\nfive\nsix\n"
        );
        assert_eq!(
            page("a<script>x</script>b<style>y</style>c<!-- z -->d"),
            "abcd\n"
        );
    }

    #[test]
    fn lists_and_tables_keep_their_marks() {
        assert_eq!(
            page("<ul><li>a<li>b<ol><li>c</ol></ul>d"),
            "- a\n- b\n1. c\n\nd\n"
        );
        assert_eq!(
            page("<table><tr><td>a</td><td> b <tr><td>c<td>d</table>"),
            "a\tb\nc\td\n"
        );
    }

    #[test]
    fn quotations_in_mail_are_marked() {
        let html = "hi<blockquote>one<br>two<blockquote>three</blockquote></blockquote>bye";
        assert_eq!(
            convert(html, Style::Mail).text,
            "hi\n\n> one\n> two\n\n> > three\n\nbye\n"
        );
    }

    #[test]
    fn preformatted_text_keeps_its_lines() {
        assert_eq!(page("<pre>a  b\n  c</pre>d"), "a  b\n  c\n\nd\n");
    }

    #[test]
    fn hostile_nesting_is_not_tame() {
        let outline = convert(&"<div>".repeat(100_000), Style::Page).outline;
        assert!(!outline.is_tame());
        let outline = convert(&"<p><b><i><a>".repeat(10_000), Style::Page).outline;
        assert!(!outline.is_tame());
        let outline = convert(&"<p>x<br><li>y".repeat(10_000), Style::Page).outline;
        assert!(
            outline.is_tame(),
            "elements that the next one ends do not nest"
        );
        assert!(convert("<p>x</p>", Style::Page).outline.is_tame());
    }
}
