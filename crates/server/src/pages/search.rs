//! Search: hits, facets and chips, with all state in the address.

use askama::Template;
use onrecord_workbench::{SearchHit, SearchOptions, SearchPage, Sort, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// Hits on a page, and the most that an address can ask for.
const HITS: usize = 20;
const MOST_HITS: usize = 200;

/// `(facet, what people call it, field of the query language that finds it)`.
const FACETS: &[(&str, &str, &str)] = &[
    ("type", "Kind", "type"),
    ("year", "Year", "date"),
    ("from", "Sender", "from"),
    ("domain", "Sender's domain", "from"),
    ("custodian", "Whose material", "custodian"),
    ("lang", "Language", "lang"),
    ("tag", "Tag", "tag"),
];

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// Best first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct SearchQuery {
    /// What to look for, in the query language.
    #[serde(default)]
    pub(crate) q: String,
    /// Values of facets that hits must have, as in `type:message`.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// Values of facets that hits must not have.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// The order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) sort: Order,
    /// The cursor that the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// Hits on the page, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
}

impl Order {
    /// As the index knows it.
    pub(crate) fn of_index(self) -> Sort {
        match self {
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::DateDescending,
            Order::Oldest => Sort::DateAscending,
        }
    }
}

pub(crate) fn is_default(order: &Order) -> bool {
    *order == Order::default()
}

/// A page of hits.
#[derive(Debug, Serialize)]
pub(crate) struct SearchView {
    #[serde(flatten)]
    page: SearchPage,
    hits: Vec<SearchHit>,
}

impl SearchQuery {
    /// Whether anything is sought.
    pub(crate) fn is_asked(&self) -> bool {
        !self.q.trim().is_empty() || !self.with.is_empty() || !self.without.is_empty()
    }

    /// What stands before the person's own words: conditions from facets.
    fn conditions(&self) -> String {
        let with = self.with.iter().filter_map(|value| condition("", value));
        let without = self.without.iter();
        with.chain(without.filter_map(|value| condition("-", value)))
            .collect()
    }

    /// The query with its conditions, as the index is asked.
    pub(crate) fn in_full(&self) -> String {
        self.whole(&self.conditions())
    }

    fn whole(&self, conditions: &str) -> String {
        match (conditions, self.q.trim()) {
            ("", _) => self.q.clone(),
            (_, "") => format!("{conditions}*"),
            (_, words) => format!("{conditions}({words})"),
        }
    }

    /// A document with this search kept in its address, so that it leads to its neighbors and back.
    pub(crate) fn document_href(&self, document: &str) -> String {
        let parameters = serde_html_form::to_string(self).unwrap_or_default();
        format!("/documents/{document}?{parameters}")
    }

    /// The list of hits, at a document's line.
    pub(crate) fn list_href(&self, document: &str) -> String {
        let parameters = serde_html_form::to_string(self).unwrap_or_default();
        format!("/search?{parameters}#r-{document}")
    }

    /// This search, changed, on its first page.
    pub(crate) fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.after = None;
        change(&mut changed);
        let parameters = serde_html_form::to_string(&changed).unwrap_or_default();
        format!("/search?{parameters}")
    }
}

/// A facet's value as a condition; quotation marks in it would end it.
fn condition(sign: &str, value: &str) -> Option<String> {
    let (facet, value) = value.split_once(':')?;
    let (_, _, field) = FACETS.iter().find(|(name, _, _)| *name == facet)?;
    let value = value.replace(['"', '\\'], " ");
    Some(if *field == "date" {
        format!("{sign}date:{} ", value.trim())
    } else {
        format!("{sign}{field}:\"{value}\" ")
    })
}

impl View for SearchView {
    type Query = SearchQuery;

    fn look_up(bench: &Workbench, query: &SearchQuery) -> Result<Self, Fault> {
        let conditions = query.conditions();
        let options = SearchOptions {
            limit: match query.is_asked() {
                true => query.limit.unwrap_or(HITS).min(MOST_HITS),
                false => 0,
            },
            after: query.after.clone(),
            sort: query.sort.of_index(),
            ..SearchOptions::default()
        };
        let mut page = bench.search(&query.whole(&conditions), &options)?;
        // Places of warnings are those in the person's own words.
        let before = if conditions.is_empty() {
            0
        } else {
            conditions.len() + 1
        };
        for warning in &mut page.warnings {
            warning.at = warning.at.saturating_sub(before);
        }
        let hits = std::mem::take(&mut page.hits);
        Ok(Self { page, hits })
    }

    fn html(&self, query: &SearchQuery, mut frame: Frame) -> askama::Result<String> {
        frame.q.clone_from(&query.q);
        SearchHtml {
            frame,
            view: self,
            query,
            hits: self.hits.iter().map(|hit| hit_line(hit, query)).collect(),
            facets: facets(&self.page, query),
            chips: chips(query),
            orders: orders(query),
            next: next(&self.page, query),
        }
        .render()
    }
}

/// A hit, with what the template cannot make itself.
struct HitLine<'a> {
    hit: &'a SearchHit,
    href: String,
    pieces: Vec<Piece<'a>>,
}

/// A stretch of a snippet.
struct Piece<'a> {
    text: &'a str,
    is_match: bool,
}

fn hit_line<'a>(hit: &'a SearchHit, query: &SearchQuery) -> HitLine<'a> {
    HitLine {
        hit,
        href: query.document_href(&hit.document),
        pieces: pieces(&hit.snippet, &hit.highlights),
    }
}

/// A text cut at its highlights; one that does not fit the text is passed over.
fn pieces<'a>(text: &'a str, highlights: &[(u32, u32)]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for &(start, end) in highlights {
        let (start, end) = (start as usize, end as usize);
        if let (Some(before), Some(word)) = (text.get(at..start), text.get(start..end)) {
            pieces.push(Piece {
                text: before,
                is_match: false,
            });
            pieces.push(Piece {
                text: word,
                is_match: true,
            });
            at = end;
        }
    }
    pieces.push(Piece {
        text: &text[at..],
        is_match: false,
    });
    pieces
}

/// A facet with its values.
struct FacetBox {
    title: &'static str,
    values: Vec<FacetLine>,
}

/// A value of a facet.
struct FacetLine {
    value: String,
    count: u64,
    with: String,
    without: String,
    is_chosen: bool,
}

fn facets(page: &SearchPage, query: &SearchQuery) -> Vec<FacetBox> {
    let boxes = FACETS.iter().map(|(name, title, _)| FacetBox {
        title,
        values: page
            .facets
            .get(*name)
            .and_then(serde_json::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|value| facet_line(name, value, query))
            .collect(),
    });
    boxes.filter(|facet| !facet.values.is_empty()).collect()
}

fn facet_line(facet: &str, value: &serde_json::Value, query: &SearchQuery) -> Option<FacetLine> {
    let count = value.get("count")?.as_u64()?;
    let value = value.get("value")?.as_str()?;
    let named = format!("{facet}:{value}");
    Some(FacetLine {
        value: value.to_owned(),
        count,
        is_chosen: query.with.contains(&named),
        with: query.href(|query| query.with.push(named.clone())),
        without: query.href(|query| query.without.push(named.clone())),
    })
}

/// A condition that can be taken away.
struct Chip {
    words: String,
    is_not: bool,
    remove: String,
}

fn chips(query: &SearchQuery) -> Vec<Chip> {
    let with = query.with.iter().map(|value| Chip {
        words: in_words(value),
        is_not: false,
        remove: query.href(|query| query.with.retain(|kept| kept != value)),
    });
    let without = query.without.iter().map(|value| Chip {
        words: in_words(value),
        is_not: true,
        remove: query.href(|query| query.without.retain(|kept| kept != value)),
    });
    with.chain(without).collect()
}

/// `type:message` is "Kind: message".
fn in_words(value: &str) -> String {
    let Some((facet, value)) = value.split_once(':') else {
        return value.to_owned();
    };
    let title = FACETS.iter().find(|(name, _, _)| *name == facet);
    format!("{}: {value}", title.map_or(facet, |(_, title, _)| title))
}

/// `(label, address, whether it is the present one)`.
fn orders(query: &SearchQuery) -> [(&'static str, String, bool); 3] {
    let orders = [
        ("Best first", Order::Relevance),
        ("Newest first", Order::Newest),
        ("Oldest first", Order::Oldest),
    ];
    orders.map(|(label, order)| {
        let href = query.href(|query| query.sort = order);
        (label, href, query.sort == order)
    })
}

fn next(page: &SearchPage, query: &SearchQuery) -> Option<String> {
    let cursor = page.cursor.clone().filter(|_| query.is_asked())?;
    Some(query.href(|query| query.after = Some(cursor)))
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchHtml<'a> {
    frame: Frame,
    view: &'a SearchView,
    query: &'a SearchQuery,
    hits: Vec<HitLine<'a>>,
    facets: Vec<FacetBox>,
    chips: Vec<Chip>,
    orders: [(&'static str, String, bool); 3],
    next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{SearchQuery, pieces};

    #[test]
    fn facets_become_conditions_that_cannot_escape() {
        let query = SearchQuery {
            q: "gas OR oil".to_owned(),
            with: vec!["type:mes\"sage) OR (x".to_owned(), "nonsense".to_owned()],
            without: vec!["year:2019".to_owned()],
            ..SearchQuery::default()
        };
        assert_eq!(
            query.whole(&query.conditions()),
            "type:\"mes sage) OR (x\" -date:2019 (gas OR oil)"
        );
    }

    #[test]
    fn highlights_that_do_not_fit_are_passed_over() {
        let found = pieces("über uns", &[(0, 5), (1, 3), (6, 900)]);
        let found: Vec<_> = found.iter().map(|p| (p.text, p.is_match)).collect();
        assert_eq!(found, [("", false), ("über", true), (" uns", false)]);
    }
}
