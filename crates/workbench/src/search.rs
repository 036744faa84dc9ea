//! Searching, page by page.

use std::time::Instant;

use onrecord_record::{DocumentId, FORMAT_VERSION};
use onrecord_search::{Options, Parsed, Query, Sort, Warning, count_matches};
use serde::Serialize;

use crate::error::Error;
use crate::indexing::origin_path;
use crate::open::Workbench;

/// How a search is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// Most hits on the page; there is no cap.
    pub limit: usize,
    /// The cursor that the page before gave.
    pub after: Option<String>,
    /// Order.
    pub sort: Sort,
    /// Whether facets are counted.
    pub facets: bool,
    /// Whether snippets are made.
    pub snippets: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 20,
            after: None,
            sort: Sort::Relevance,
            facets: true,
            snippets: true,
        }
    }
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchPage {
    /// Version of this object.
    pub format_version: u32,
    /// Documents that match, exactly.
    pub total: u64,
    /// Milliseconds that the search took.
    pub took_ms: f64,
    /// The query as understood.
    pub query: String,
    /// Gives the next page; `null` on the last.
    pub cursor: Option<String>,
    /// Counts that follow the query, by facet.
    pub facets: serde_json::Map<String, serde_json::Value>,
    /// What is wrong with the query, and where.
    pub warnings: Vec<SearchWarning>,
    /// The hits, best first.
    #[serde(skip)]
    pub hits: Vec<SearchHit>,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchWarning {
    /// Byte of the query.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

/// A document that matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchHit {
    /// Version of this object.
    pub format_version: u32,
    /// Its id.
    pub document: String,
    /// Its title.
    pub title: String,
    /// What a person calls it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its date.
    pub date: Option<String>,
    /// How well it matches; comparable within one search only.
    pub score: f32,
    /// The stretch that shows why it matches.
    pub snippet: String,
    /// The matching words in `snippet`: UTF-8 bytes, half-open.
    pub highlights: Vec<(u32, u32)>,
    /// Where it was found first.
    pub path: String,
}

/// What can follow a field in a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The value.
    pub value: String,
    /// In how many documents.
    pub documents: u64,
}

/// Where a document stands among the hits of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultPlace {
    /// Its number, from 1.
    pub number: usize,
    /// Hits in all.
    pub total: u64,
    /// The hit before.
    pub before: Option<String>,
    /// The hit after.
    pub after: Option<String>,
}

/// How often one line of a list is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListHit {
    /// The line.
    pub query: String,
    /// The line as understood.
    pub understood: String,
    /// Documents that match.
    pub documents: u64,
    /// Places in their texts that match: of a word, a phrase, or the left side of a `near`.
    pub hits: u64,
    /// What is wrong with the line.
    pub warnings: Vec<SearchWarning>,
}

/// Suggestions at a time.
const SUGGESTIONS: usize = 10;
/// First hits among which a document's place is sought.
const PLACED: usize = 1_000;
/// Bytes of a snippet.
const SNIPPET_BYTES: usize = 280;
/// Bytes of a text in which a snippet is sought; further in, its beginning is shown.
const SNIPPET_WITHIN: usize = 1 << 20;

impl Workbench {
    /// Searches; any number of hits can be had page by page.
    ///
    /// # Errors
    /// When the index is gone or the cursor is none. A wrong query is tried and warned about.
    pub fn search(&self, query: &str, options: &SearchOptions) -> Result<SearchPage, Error> {
        let began = Instant::now();
        let parsed = self.parse_query(query)?;
        let index = self.index()?;
        let facets = if options.facets {
            onrecord_search::FACETS
                .iter()
                .map(|(facet, _)| *facet)
                .collect()
        } else {
            Vec::new()
        };
        let result = index.search(
            &parsed.query,
            &Options {
                limit: options.limit,
                after: options.after.clone(),
                sort: options.sort,
                facets,
                ..Options::default()
            },
        )?;
        let mut hits = Vec::with_capacity(result.hits.len());
        for hit in &result.hits {
            hits.extend(self.hit(&parsed.query, hit, options.snippets)?);
        }
        let facets = result
            .facets
            .iter()
            .map(|counts| {
                let values = serde_json::to_value(&counts.values).unwrap_or_default();
                (counts.facet.name().to_owned(), values)
            })
            .collect();
        Ok(SearchPage {
            format_version: FORMAT_VERSION,
            total: result.total,
            took_ms: (began.elapsed().as_secs_f64() * 1e5).round() / 100.0,
            cursor: result.cursor,
            facets,
            warnings: warnings(&parsed),
            query: parsed.understood,
            hits,
        })
    }

    /// Reads a query, and finds out in which documents those are spoken of whom it names.
    fn parse_query(&self, query: &str) -> Result<Parsed, Error> {
        let mut parsed = Query::parse(query);
        let mut warnings = Vec::new();
        parsed.query.fill_entities(&mut |name| {
            let (documents, warning) = self.spoken_of_in(name)?;
            warnings.extend(warning.map(|message| Warning {
                at: query.find(name).unwrap_or(0),
                message,
            }));
            Ok::<_, Error>(documents)
        })?;
        parsed.warnings.extend(warnings);
        Ok(parsed)
    }

    /// The documents that speak of whoever is called this, and what a person must know about that.
    fn spoken_of_in(&self, name: &str) -> Result<(Vec<DocumentId>, Option<String>), Error> {
        let entities = match self.find_entity(name) {
            Ok(entity) => vec![entity],
            Err(error) if error.is_ambiguous() => self.reader.entities_named(name)?,
            Err(error) if error.is_not_found() => Vec::new(),
            Err(error) => return Err(error),
        };
        let warning = match entities.len() {
            0 => Some(format!(
                "nobody in the case is called \"{name}\"; search for the words without entity:"
            )),
            1 => None,
            several => Some(format!(
                "{several} in the case are called \"{name}\", and all are meant; an id means one of them"
            )),
        };
        let mut documents = Vec::new();
        for entity in &entities {
            documents.extend(self.reader.documents_of_entity(entity.id)?);
        }
        Ok((documents, warning))
    }

    /// What can follow `field:` in a query when these letters are written already.
    ///
    /// # Errors
    /// When the index or the store cannot be read.
    pub fn complete(&self, field: &str, beginning: &str) -> Result<Vec<Suggestion>, Error> {
        let beginning = beginning.trim().trim_matches('"');
        if beginning.is_empty() {
            return Ok(Vec::new());
        }
        match field {
            "entity" => {
                let found = self.reader.entities_beginning(beginning, SUGGESTIONS)?;
                let lines = found.into_iter().map(|entity| Suggestion {
                    value: entity.name,
                    documents: entity.documents,
                });
                Ok(lines.collect())
            }
            "from" => self.complete_sender(beginning),
            _ => Ok(Vec::new()),
        }
    }

    fn complete_sender(&self, beginning: &str) -> Result<Vec<Suggestion>, Error> {
        let words = beginning.replace('"', " ");
        let query = Query::parse(&format!("from:\"{words}*\"")).query;
        let options = Options {
            limit: 0,
            facets: vec![onrecord_search::Facet::From],
            ..Options::default()
        };
        let found = self.index()?.search(&query, &options)?;
        let values = found.facets.into_iter().flat_map(|counts| counts.values);
        let suggestions = values.take(SUGGESTIONS).map(|count| Suggestion {
            value: count.value,
            documents: count.count,
        });
        Ok(suggestions.collect())
    }

    /// Where a document stands among the first thousand hits of a search; `None` further on.
    ///
    /// # Errors
    /// When the index or the store cannot be read.
    pub fn result_place(
        &self,
        query: &str,
        sort: Sort,
        document: &str,
    ) -> Result<Option<ResultPlace>, Error> {
        let id = self.reader.find_document(document)?;
        let options = Options {
            limit: PLACED,
            sort,
            ..Options::default()
        };
        let found = self
            .index()?
            .search(&self.parse_query(query)?.query, &options)?;
        let at = found.hits.iter().position(|hit| hit.id == id);
        Ok(at.map(|at| {
            let hex = |hit: &onrecord_search::Hit| hit.id.to_hex();
            ResultPlace {
                number: at + 1,
                total: found.total,
                before: at.checked_sub(1).and_then(|at| found.hits.get(at)).map(hex),
                after: found.hits.get(at + 1).map(hex),
            }
        }))
    }

    /// `None` when the store lost the document since the index was committed.
    fn hit(
        &self,
        query: &Query,
        hit: &onrecord_search::Hit,
        with_snippet: bool,
    ) -> Result<Option<SearchHit>, Error> {
        let document = match self.reader.document(hit.id) {
            Ok(document) => document,
            Err(onrecord_case::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (snippet, highlights) = if with_snippet {
            self.snippet(query, hit.id)?
        } else {
            (String::new(), Vec::new())
        };
        let located = document.continues.map_or(document.id, |(first, _)| first);
        let path = self.reader.first_origin(located)?.unwrap_or_default();
        Ok(Some(SearchHit {
            format_version: FORMAT_VERSION,
            document: hit.id.to_hex(),
            date: document.shown_date(),
            title: document.title,
            kind: document.kind,
            score: hit.score,
            snippet,
            highlights,
            path: origin_path(&path.0, &path.1),
        }))
    }

    fn snippet(
        &self,
        query: &Query,
        id: onrecord_record::DocumentId,
    ) -> Result<(String, Vec<(u32, u32)>), Error> {
        let mut fallback = None;
        for text in self.reader.texts(id)? {
            let within = &text.text[..text.text.floor_char_boundary(SNIPPET_WITHIN)];
            let snippet = onrecord_search::snippet(query, within, SNIPPET_BYTES);
            let spans: Vec<(u32, u32)> = snippet
                .highlights
                .iter()
                .map(|span| (span.start, span.end))
                .collect();
            if !spans.is_empty() {
                return Ok((snippet.text, spans));
            }
            fallback.get_or_insert(snippet.text);
        }
        Ok((fallback.unwrap_or_default(), Vec::new()))
    }

    /// Runs each line of a list as a query.
    ///
    /// # Errors
    /// When the index or the store cannot be read.
    pub fn search_list(
        &self,
        lines: &[String],
        sink: &mut dyn FnMut(ListHit) -> bool,
    ) -> Result<(), Error> {
        let index = self.index()?;
        for line in lines {
            let parsed = self.parse_query(line)?;
            let mut found = ListHit {
                query: line.clone(),
                understood: parsed.understood.clone(),
                documents: 0,
                hits: 0,
                warnings: warnings(&parsed),
            };
            let mut after = None;
            loop {
                let options = Options {
                    limit: 500,
                    after: after.take(),
                    ..Options::default()
                };
                let page = index.search(&parsed.query, &options)?;
                found.documents = page.total;
                for hit in &page.hits {
                    found.hits += self.count_matches(&parsed.query, hit.id)?;
                }
                after = page.cursor;
                if after.is_none() {
                    break;
                }
            }
            if !sink(found) {
                break;
            }
        }
        Ok(())
    }

    /// How often a query matches in a document's texts; the article of a page is part of its full text.
    fn count_matches(&self, query: &Query, id: DocumentId) -> Result<u64, Error> {
        let texts = self.reader.texts(id)?;
        let is_page = texts.iter().any(|text| text.role == "full");
        Ok(texts
            .iter()
            .filter(|text| !(is_page && text.role == "main"))
            .map(|text| count_matches(query, &text.text))
            .sum())
    }
}

/// One thing that a query can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueryHelp {
    /// How it is written.
    pub example: String,
    /// What it finds.
    pub help: String,
}

/// Everything that a query can say, operators first.
#[must_use]
pub fn query_help() -> Vec<QueryHelp> {
    let operators = onrecord_search::SYNTAX
        .iter()
        .map(|row| (row.example, row.help));
    let fields = onrecord_search::FIELDS
        .iter()
        .map(|(_, info)| (info.example, info.help));
    operators
        .chain(fields)
        .map(|(example, help)| QueryHelp {
            example: example.to_owned(),
            help: help.to_owned(),
        })
        .collect()
}

fn warnings(parsed: &Parsed) -> Vec<SearchWarning> {
    parsed
        .warnings
        .iter()
        .map(|warning| SearchWarning {
            at: warning.at,
            message: warning.message.clone(),
        })
        .collect()
}
