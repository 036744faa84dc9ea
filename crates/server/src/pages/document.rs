//! A document: its text with what is marked in it, what it says of itself, where it was found.

use askama::Template;
use onrecord_workbench::{
    CopyView, HeaderView, LayoutView, LinkLine, NearCopyLine, ReadingPage, ReadingQuestion,
    ResultPlace, StatementLine, Workbench,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use super::search::{Order, SearchQuery, is_default};
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;
use crate::marks::{self, Cutter, Mark, MarkedPiece};
use crate::words;

/// Which side of a document is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Side {
    /// Its text.
    #[default]
    Text,
    /// As its author laid it out, made inert.
    Layout,
    /// All headers of a message.
    Headers,
    /// What it says of itself.
    Metadata,
    /// Where it was found: origins, copies, versions.
    Found,
}

/// What is marked in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Names of people, organizations and places.
    Names,
    /// Who says what.
    Statements,
    /// Hits of the search.
    Hits,
}

/// Which document, and what of it; and the search that led here.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub(crate) struct DocumentQuery {
    /// Its id, or the beginning of it.
    #[serde(skip_serializing)]
    id: String,
    /// Which side of it: its text, its original layout, headers, metadata, or where it was found.
    #[serde(default, skip_serializing_if = "is_text")]
    view: Side,
    /// Which of its texts: `main`, `full`, `html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Byte of the text at which the page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    /// Words that are marked and shown, as in `120-164`: UTF-8 bytes, half-open.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<String>,
    /// Page of the original, or row of the table, that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// Hit that is shown, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    hit: Option<usize>,
    /// What is not marked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hide: Vec<Kind>,
    /// The search that led here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
    /// Its conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    with: Vec<String>,
    /// Its exceptions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    without: Vec<String>,
    /// Its order.
    #[serde(default, skip_serializing_if = "is_default")]
    sort: Order,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Hits on that page.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

fn is_text(side: &Side) -> bool {
    *side == Side::Text
}

impl DocumentQuery {
    fn search(&self) -> SearchQuery {
        SearchQuery {
            q: self.q.clone(),
            with: self.with.clone(),
            without: self.without.clone(),
            sort: self.sort,
            after: self.after.clone(),
            limit: self.limit,
        }
    }

    /// The bytes of `span`.
    fn span(&self) -> Result<Option<(usize, usize)>, Fault> {
        let Some(span) = &self.span else {
            return Ok(None);
        };
        let ends = span.split_once('-');
        let ends = ends.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
        let ends = ends.filter(|(start, end)| start < end);
        ends.map(Some).ok_or_else(|| {
            Fault::bad(format!(
                "\"{span}\" is no span; write two bytes, as in 120-164"
            ))
        })
    }

    fn shows(&self, kind: Kind) -> bool {
        !self.hide.contains(&kind)
    }

    /// This page, changed.
    fn href(&self, document: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        change(&mut changed);
        match serde_html_form::to_string(&changed).unwrap_or_default() {
            none if none.is_empty() => format!("/documents/{document}"),
            parameters => format!("/documents/{document}?{parameters}"),
        }
    }

    /// This page at another place of the text.
    fn place_href(&self, document: &str, change: impl FnOnce(&mut Self)) -> String {
        self.href(document, |query| {
            (query.from, query.span, query.page, query.hit) = (None, None, None, None);
            change(query);
        })
    }
}

/// A document, and its place among the hits of the search that led here.
#[derive(Debug, Serialize)]
pub(crate) struct DocumentView {
    #[serde(flatten)]
    page: ReadingPage,
    result: Option<ResultPlace>,
    /// Its layout, where that is asked for.
    layout: Option<LayoutView>,
}

impl View for DocumentView {
    type Query = DocumentQuery;

    fn look_up(bench: &Workbench, query: &DocumentQuery) -> Result<Self, Fault> {
        let page = bench.read_document(&ReadingQuestion {
            document: query.id.clone(),
            role: query.text.clone(),
            from: query.from,
            span: query.span()?,
            page: query.page,
            hit: query.hit,
            query: query.q.clone(),
        })?;
        let search = query.search();
        let result = match search.is_asked() {
            true => bench.result_place(
                &search.in_full(),
                search.sort.of_index(),
                &page.document.document,
            )?,
            false => None,
        };
        let layout = match query.view {
            Side::Layout => Some(bench.layout(&page.document.document)?),
            _ => None,
        };
        Ok(Self {
            page,
            result,
            layout,
        })
    }

    fn html(&self, query: &DocumentQuery, mut frame: Frame) -> askama::Result<String> {
        frame.q.clone_from(&query.q);
        let marks = marks::sorted(marks_of(&self.page, query));
        DocumentHtml {
            frame,
            view: self,
            page: &self.page,
            query,
            blocks: blocks(&self.page, query, &marks),
            cite: cite(&self.page, query),
        }
        .render()
    }
}

fn marks_of(page: &ReadingPage, query: &DocumentQuery) -> Vec<Mark> {
    let mut marks = Vec::new();
    if query.shows(Kind::Names) {
        marks.extend(marks::of_names(&page.names));
    }
    if query.shows(Kind::Statements) {
        marks.extend(marks::of_statements(&page.statements));
    }
    if query.shows(Kind::Hits) {
        marks.extend(marks::of_hits(&page.hits.places, page.hits.current));
    }
    // That a span can be read was found out when the page was looked up.
    marks.extend(query.span().ok().flatten().map(marks::of_span));
    marks
}

/// A paragraph, or a row of a table.
struct Block<'a> {
    /// Its first byte in the text, which names it in addresses.
    start: usize,
    /// The page or row of the original that begins here, and its address.
    place: Option<(&'a str, String)>,
    pieces: Vec<MarkedPiece<'a>>,
}

/// The stretch cut at empty lines, and where a page or row begins.
fn blocks<'a>(page: &'a ReadingPage, query: &DocumentQuery, marks: &'a [Mark]) -> Vec<Block<'a>> {
    let text = page.document.texts.first().map_or("", |text| &text.text);
    let base = page.stretch.start;
    let mut places = page.places.iter().peekable();
    let mut cutter = Cutter::new(marks);
    let mut blocks = Vec::new();
    let starts: Vec<usize> = page
        .places
        .iter()
        .map(|place| place.start as usize)
        .collect();
    for (start, shown) in paragraphs(text, base, &starts) {
        let mut place = None;
        while let Some(begun) = places.next_if(|place| place.start as usize <= start) {
            let href = query.place_href(&page.document.document, |query| {
                query.page = Some(begun.number);
            });
            place = Some((begun.label.as_str(), format!("{href}#b{start}")));
        }
        blocks.push(Block {
            start,
            place,
            pieces: cutter.cut(shown, start),
        });
    }
    blocks
}

/// `(first byte, text)` of the stretches between empty lines, also cut at `cuts`.
fn paragraphs<'a>(text: &'a str, base: usize, cuts: &[usize]) -> Vec<(usize, &'a str)> {
    let mut ends: Vec<usize> = text.match_indices("\n\n").map(|(at, _)| at).collect();
    ends.extend(cuts.iter().filter_map(|cut| cut.checked_sub(base)));
    ends.retain(|end| text.is_char_boundary(*end));
    ends.push(text.len());
    ends.sort_unstable();
    let mut found = Vec::new();
    let mut start = 0;
    for end in ends {
        let piece = &text[start..end];
        let lead = piece.len() - piece.trim_start_matches(['\n', '\r']).len();
        let shown = piece[lead..].trim_end_matches(['\n', '\r']);
        if !shown.trim().is_empty() {
            found.push((base + start + lead, shown));
        }
        start = end;
    }
    found
}

/// What is copied when the document is cited.
struct Cite {
    /// The citation; `None` for what is protected.
    text: Option<String>,
    /// The words that are quoted.
    has_quote: bool,
}

fn cite(page: &ReadingPage, query: &DocumentQuery) -> Cite {
    let document = &page.document;
    let quote = query.span().ok().flatten().and_then(|(start, end)| {
        let text = &document.texts.first()?.text;
        let base = page.stretch.start;
        text.get(start.checked_sub(base)?..end.checked_sub(base)?)
    });
    let has_quote = quote.is_some();
    if document.judgements.protected.is_some() {
        return Cite {
            text: None,
            has_quote,
        };
    }
    let mut lines = Vec::new();
    if let Some(quote) = quote {
        lines.push(format!(
            "“{}”",
            quote.split_whitespace().collect::<Vec<_>>().join(" ")
        ));
    }
    let mut source: Vec<String> = document.from.first().cloned().into_iter().collect();
    source.push(match document.title.trim() {
        "" => "untitled".to_owned(),
        title => format!("“{title}”"),
    });
    source.push(document.kind.clone());
    source.push(
        document
            .date
            .clone()
            .unwrap_or_else(|| "no date".to_owned()),
    );
    source.extend(place_of(page, query));
    lines.push(source.join(", "));
    let hash = document
        .origins
        .first()
        .and_then(|origin| origin.sha256.clone());
    lines.extend(hash.map(|hash| format!("SHA-256 {hash}")));
    let link = match &query.span {
        Some(span) => format!("/documents/{}?span={span}#span", document.document),
        None => format!("/documents/{}", document.document),
    };
    lines.push(format!("OnRecord {link}"));
    Cite {
        text: Some(lines.join("\n")),
        has_quote,
    }
}

/// The page or row of the original in which the quoted words begin.
fn place_of(page: &ReadingPage, query: &DocumentQuery) -> Option<String> {
    let (start, _) = query.span().ok().flatten()?;
    let mut places = page.places.iter();
    let before = places.rfind(|place| place.start as usize <= start);
    before.map(|place| place.label.clone())
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentHtml<'a> {
    frame: Frame,
    view: &'a DocumentView,
    page: &'a ReadingPage,
    query: &'a DocumentQuery,
    blocks: Vec<Block<'a>>,
    cite: Cite,
}

/// A link that may be the present one: `(label, address, whether it is)`.
type Choice = (&'static str, String, bool);

impl DocumentHtml<'_> {
    fn id(&self) -> &str {
        &self.page.document.document
    }

    /// `(label, people)` of a message, as far as there are any.
    fn people(&self) -> Vec<(&'static str, &[String])> {
        let document = &self.page.document;
        let fields = [
            ("From", &document.from),
            ("To", &document.to),
            ("Copy", &document.cc),
            ("Blind copy", &document.bcc),
        ];
        let fields = fields.map(|(label, people)| (label, people.as_slice()));
        let mut fields = fields.to_vec();
        fields.retain(|(_, people)| !people.is_empty());
        fields
    }

    /// The sides that this document has.
    fn sides(&self) -> Vec<Choice> {
        let document = &self.page.document;
        let mut sides = vec![(Side::Text, "Text"), (Side::Layout, "Original")];
        if !document.headers.is_empty() {
            sides.push((Side::Headers, "Headers"));
        }
        sides.push((Side::Metadata, "Metadata"));
        sides.push((Side::Found, "Where it was found"));
        let sides = sides.into_iter();
        sides
            .map(|(side, label)| {
                let href = self.query.href(self.id(), |query| query.view = side);
                (label, href, self.query.view == side)
            })
            .collect()
    }

    fn is_side(&self, name: &str) -> bool {
        let side = match self.query.view {
            Side::Text => "text",
            Side::Layout => "layout",
            Side::Headers => "headers",
            Side::Metadata => "metadata",
            Side::Found => "found",
        };
        side == name
    }

    /// Marks that can be shown and hidden.
    fn toggles(&self) -> Vec<Choice> {
        let kinds = [
            (Kind::Names, "Names", self.page.names.len()),
            (Kind::Statements, "Statements", self.page.statements.len()),
            (Kind::Hits, "Hits", self.page.hits.total),
        ];
        let kinds = kinds.into_iter().filter(|(_, _, number)| *number > 0);
        kinds
            .map(|(kind, label, _)| {
                let href = self.query.href(self.id(), |query| {
                    match query.hide.iter().position(|hidden| *hidden == kind) {
                        Some(at) => drop(query.hide.remove(at)),
                        None => query.hide.push(kind),
                    }
                });
                (label, href, self.query.shows(kind))
            })
            .collect()
    }

    /// The texts that can be chosen, where there are several.
    fn texts(&self) -> Vec<(String, String, bool)> {
        let roles = self.page.roles.iter();
        let texts = roles.map(|role| {
            let href = self.query.place_href(self.id(), |query| {
                query.text = Some(role.role.clone());
            });
            let label = match role.role.as_str() {
                "main" => "what is read".to_owned(),
                "full" => "everything on the page".to_owned(),
                "html" => "text of the HTML version".to_owned(),
                other => other.to_owned(),
            };
            (label, href, role.role == self.page.stretch.role)
        });
        texts.collect()
    }

    /// The address of a hit, from 1.
    fn hit_href(&self, number: usize) -> String {
        let href = self
            .query
            .place_href(self.id(), |query| query.hit = Some(number));
        format!("{href}#h{number}")
    }

    fn hit_before(&self) -> Option<String> {
        let current = self.page.hits.current?;
        (current > 1).then(|| self.hit_href(current - 1))
    }

    fn hit_after(&self) -> Option<String> {
        let hits = &self.page.hits;
        let current = hits.current.unwrap_or(0);
        (current < hits.total).then(|| self.hit_href(current + 1))
    }

    /// `(address, place in the whole text as a share of 1,000)` of each listed hit.
    fn ticks(&self) -> Vec<(String, usize)> {
        let length = self.page.stretch.length.max(1);
        let places = self.page.hits.places.iter().zip(1..);
        let ticks = places
            .map(|(&(start, _), number)| (self.hit_href(number), start as usize * 1_000 / length));
        ticks.collect()
    }

    /// The list of hits that led here, at this document's line.
    fn list(&self) -> Option<String> {
        let search = self.query.search();
        search.is_asked().then(|| search.list_href(self.id()))
    }

    /// `(what it is called, address)` of the neighbors among the hits.
    fn neighbor(&self, document: Option<&String>) -> Option<String> {
        document.map(|document| self.query.search().document_href(document))
    }

    fn before(&self) -> Option<String> {
        let start = self.page.stretch.start;
        (start > 0).then(|| {
            let from = start.saturating_sub(self.page.stretch.end - start);
            self.query
                .place_href(self.id(), |query| query.from = Some(from))
        })
    }

    fn after(&self) -> Option<String> {
        let Stretched { end, length } = self.stretched();
        (end < length).then(|| {
            self.query
                .place_href(self.id(), |query| query.from = Some(end))
        })
    }

    fn stretched(&self) -> Stretched {
        Stretched {
            end: self.page.stretch.end,
            length: self.page.stretch.length,
        }
    }

    /// The words of a statement or tie, in their place.
    fn span_href(&self, start: u32, end: u32) -> String {
        let href = self.query.place_href(self.id(), |query| {
            query.view = Side::Text;
            query.text = None;
            query.span = Some(format!("{start}-{end}"));
        });
        format!("{href}#span")
    }

    fn statement_href(&self, said: &StatementLine) -> String {
        let quotes = [&said.content, &said.cue, &said.source]
            .into_iter()
            .flatten();
        let first = quotes.map(|quote| (quote.start, quote.end)).next();
        first.map_or_else(String::new, |(start, end)| self.span_href(start, end))
    }

    fn tie_href(&self, tie: &LinkLine) -> String {
        let first = tie.evidence.first();
        first.map_or_else(String::new, |quote| self.span_href(quote.start, quote.end))
    }

    fn speaker(&self, said: &StatementLine) -> String {
        marks::speaker(said)
    }

    fn verb(&self, said: &StatementLine) -> &'static str {
        words::said(said.stance)
    }

    fn content(&self, said: &StatementLine) -> String {
        let quotes: Vec<&str> = said.content.iter().map(|q| q.quote.as_str()).collect();
        quotes.join(" … ")
    }

    fn tie_words(&self, tie: &LinkLine) -> &'static str {
        words::tie(tie.stance)
    }

    fn is_open(&self, tie: &LinkLine) -> bool {
        !words::is_established(tie.stance)
    }

    /// What only one of two copies of a message has.
    fn differences<'c>(&self, copy: &'c CopyView) -> [(&'static str, &'c [HeaderView]); 2] {
        [
            ("Only in this copy", &copy.only_here),
            ("Only in the one that is shown", &copy.only_in_shown),
        ]
    }

    fn copy_words(&self, copy: &NearCopyLine) -> String {
        let kind = serde_json::to_value(copy.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default().replace('-', " ");
        let percent = (copy.containment * 100.0).round();
        let order = if copy.is_original { "earlier" } else { "later" };
        format!("{kind}, {order}; {percent} % of the shorter one's words")
    }
}

/// Where a stretch ends, of how much.
struct Stretched {
    end: usize,
    length: usize,
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn a_paragraph_is_named_by_its_first_byte() {
        let text = "One.\n\nTwo\nlines.\n\n\n\nÜber.";
        assert_eq!(
            paragraphs(text, 100, &[]),
            [(100, "One."), (106, "Two\nlines."), (120, "Über.")]
        );
    }

    #[test]
    fn a_page_begins_a_paragraph() {
        let text = "End of one page.\nBeginning of the next.";
        assert_eq!(
            paragraphs(text, 50, &[50, 67]),
            [(50, "End of one page."), (67, "Beginning of the next.")]
        );
        assert_eq!(paragraphs("ü", 0, &[1, 400]), [(0, "ü")]);
    }
}
