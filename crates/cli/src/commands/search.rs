//! `onrecord search`

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use onrecord_workbench::{ListHit, SearchHit, SearchOptions, SearchPage, Sort, Workbench};

use crate::args::Shared;
use crate::out::{Found, count, grouped, json_line, marked, one_line, stdout};

/// Find documents.
///
/// Words, "phrases", AND OR NOT ( ), prefix*, fuzzy~, near/5, and fields: from: to: cc: bcc:
/// subject: date:2001..2002 type: path: custodian: has:attachment lang: tag: header.x-mailer:
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for
    #[arg(required_unless_present_any = ["list", "time"], num_args = 1..)]
    query: Vec<String>,
    /// Hits on the page; there is no cap
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Go on after the page that gave this cursor
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// Leave out facets
    #[arg(long)]
    no_facets: bool,
    /// Run each line of a file as a query; CSV out: query, documents, hits
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "after"])]
    list: Option<PathBuf>,
    /// Run each line of a file as a query and print how many milliseconds it took
    #[arg(long, value_name = "FILE", hide = true)]
    time: Option<PathBuf>,
    /// With --time: make snippets too
    #[arg(long, hide = true)]
    snippets: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// Best first
    Relevance,
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
}

impl Search {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let workbench = shared.open()?;
        match (&self.list, &self.time) {
            (Some(list), _) => run_list(&workbench, list, shared),
            (_, Some(list)) => self.run_timed(&workbench, list),
            _ => self.run_query(&workbench, shared),
        }
    }

    /// One process for all queries, as a server has; the first pass warms the caches.
    fn run_timed(&self, workbench: &Workbench, list: &PathBuf) -> anyhow::Result<Found> {
        let text = std::fs::read_to_string(list)
            .with_context(|| format!("{}: cannot read the list", list.display()))?;
        let options = SearchOptions {
            limit: self.limit,
            facets: false,
            snippets: self.snippets,
            ..SearchOptions::default()
        };
        let mut out = stdout();
        for pass in 0..2 {
            for query in text.lines() {
                let page = workbench.search(query, &options)?;
                if pass == 1 {
                    writeln!(out, "{}", page.took_ms)?;
                }
            }
        }
        out.flush()?;
        Ok(Found::Something)
    }

    fn run_query(&self, workbench: &Workbench, shared: &Shared) -> anyhow::Result<Found> {
        let options = SearchOptions {
            limit: self.limit,
            after: self.after.clone(),
            sort: match self.sort {
                Order::Relevance => Sort::Relevance,
                Order::Newest => Sort::DateDescending,
                Order::Oldest => Sort::DateAscending,
            },
            facets: !self.no_facets,
            snippets: true,
        };
        let page = workbench.search(&self.query.join(" "), &options)?;
        let mut out = stdout();
        if shared.json {
            json_line(&mut out, &page)?;
            for hit in &page.hits {
                json_line(&mut out, hit)?;
            }
        } else {
            print(&mut out, &page)?;
        }
        out.flush()?;
        Ok(Found::from(page.total > 0))
    }
}

fn print(out: &mut impl Write, page: &SearchPage) -> anyhow::Result<()> {
    for warning in &page.warnings {
        eprintln!("warning: at {}: {}", warning.at + 1, warning.message);
    }
    writeln!(
        out,
        "{} for {} ({} ms)",
        count(page.total, "document", "documents"),
        page.query,
        page.took_ms
    )?;
    for hit in &page.hits {
        print_hit(out, hit)?;
    }
    if !page.hits.is_empty() {
        print_facets(out, page)?;
    }
    if let Some(cursor) = &page.cursor {
        writeln!(out, "\nmore: --after {cursor}")?;
    }
    Ok(())
}

fn print_hit(out: &mut impl Write, hit: &SearchHit) -> anyhow::Result<()> {
    let day = hit
        .date
        .as_deref()
        .map_or("no date", |date| &date[..date.len().min(10)]);
    writeln!(
        out,
        "\n{}  {day}  {}: {}",
        &hit.document[..12],
        hit.kind,
        one_line(&hit.title)
    )?;
    writeln!(out, "    {}", one_line(&hit.path))?;
    if !hit.snippet.is_empty() {
        writeln!(
            out,
            "    {}",
            marked(&hit.snippet, &hit.highlights).replace('\n', " ")
        )?;
    }
    Ok(())
}

/// Values of a facet on the terminal; `--json` has more.
const FACET_VALUES: usize = 5;

fn print_facets(out: &mut impl Write, page: &SearchPage) -> anyhow::Result<()> {
    let mut began = false;
    for (name, values) in &page.facets {
        let shown: Vec<String> = values
            .as_array()
            .into_iter()
            .flatten()
            .take(FACET_VALUES)
            .filter_map(|value| {
                let name = value.get("value")?.as_str()?;
                Some(format!(
                    "{} ({})",
                    one_line(name),
                    grouped(value.get("count")?.as_u64()?)
                ))
            })
            .collect();
        if !shown.is_empty() {
            if !std::mem::replace(&mut began, true) {
                writeln!(out)?;
            }
            writeln!(out, "{name}: {}", shown.join(", "))?;
        }
    }
    Ok(())
}

fn run_list(workbench: &Workbench, list: &PathBuf, shared: &Shared) -> anyhow::Result<Found> {
    let text = std::fs::read_to_string(list)
        .with_context(|| format!("{}: cannot read the list", list.display()))?;
    let lines: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let mut table = csv::Writer::from_writer(stdout());
    let mut json = stdout_for(shared.json);
    if !shared.json {
        table.write_record(["query", "understood", "documents", "hits", "warnings"])?;
    }
    let mut any = false;
    let mut result = Ok(());
    workbench.search_list(&lines, &mut |hit| {
        any |= hit.documents > 0;
        result = match &mut json {
            Some(out) => json_line(out, &hit),
            None => write_row(&mut table, &hit),
        };
        result.is_ok()
    })?;
    result?;
    table.flush()?;
    Ok(Found::from(any))
}

/// JSON goes past the table writer, which then writes nothing.
fn stdout_for(json: bool) -> Option<std::io::Stdout> {
    json.then(std::io::stdout)
}

fn write_row<W: Write>(table: &mut csv::Writer<W>, hit: &ListHit) -> anyhow::Result<()> {
    let warnings: Vec<&str> = hit.warnings.iter().map(|w| w.message.as_str()).collect();
    table.write_record([
        hit.query.as_str(),
        &hit.understood,
        &hit.documents.to_string(),
        &hit.hits.to_string(),
        &warnings.join("; "),
    ])?;
    Ok(())
}
