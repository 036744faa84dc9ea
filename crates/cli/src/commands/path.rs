//! `onrecord path`

use std::io::Write;

use clap::Args;
use onrecord_workbench::{LinkStance, PathPage, PathQuestion, PathView};

use super::entities::word_of;
use crate::args::{Shared, word};
use crate::out::{Found, json_line, one_line, quoted, stdout};

/// How are two connected? The best ways, in sentences, each step with the words that show it.
#[derive(Debug, Args)]
pub(crate) struct Path {
    /// One end: a name, address or id
    from: String,
    /// The other end
    to: String,
    /// How many ways
    #[arg(short, value_name = "N", default_value_t = 5)]
    k: usize,
    /// At most so many steps
    #[arg(long, value_name = "N", default_value_t = 4)]
    max_hops: u8,
    /// Only ties of this type; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    kind: Vec<String>,
    /// Only ties to which somebody takes this stance; may be repeated
    #[arg(long, value_name = "STANCE", value_parser = word::<LinkStance>)]
    stance: Vec<LinkStance>,
    /// Only ties that held or happened on this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only ties that held or happened on this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only ways that pass this one; may be repeated
    #[arg(long, value_name = "NAME")]
    via: Vec<String>,
    /// Only ways that do not touch this one; may be repeated
    #[arg(long, value_name = "NAME")]
    avoid: Vec<String>,
    /// Rank all ways together, whether established or not
    #[arg(long)]
    all: bool,
    /// Mail counts as a tie
    #[arg(long)]
    mail: bool,
}

impl Path {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let page = shared.open()?.path(&PathQuestion {
            from: self.from.clone(),
            to: self.to.clone(),
            k: self.k,
            max_hops: self.max_hops,
            types: self.kind.clone(),
            stances: self.stance.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            via: self.via.clone(),
            avoid: self.avoid.clone(),
            all: self.all,
            mail: self.mail,
        })?;
        let mut out = stdout();
        if shared.json {
            for way in page.established.iter().chain(&page.not_established) {
                json_line(&mut out, way)?;
            }
        } else {
            print(&mut out, &page)?;
        }
        out.flush()?;
        for cut in &page.cut {
            eprintln!("note: {cut}");
        }
        let any = !page.established.is_empty() || !page.not_established.is_empty();
        Ok(Found::from(any))
    }
}

fn print(out: &mut impl Write, page: &PathPage) -> anyhow::Result<()> {
    let (from, to) = (one_line(&page.from.name), one_line(&page.to.name));
    for (number, way) in page.established.iter().enumerate() {
        print_way(out, number + 1, way)?;
    }
    if page.established.is_empty() {
        writeln!(out, "No way between {from} and {to} is established.")?;
    }
    if !page.not_established.is_empty() {
        writeln!(
            out,
            "\nNot established: each of these needs a step that nobody asserts\n"
        )?;
    }
    for (number, way) in page.not_established.iter().enumerate() {
        print_way(out, number + 1, way)?;
    }
    let Some(near) = &page.near else {
        return Ok(());
    };
    writeln!(out, "\nDocuments that speak of both: {}", near.n_documents)?;
    for document in &near.documents {
        let day = document
            .date
            .as_deref()
            .map_or("no date", |date| &date[..date.len().min(10)]);
        let title = one_line(&document.title);
        writeln!(out, "  {}  {day}  {title}", &document.document[..12])?;
    }
    writeln!(out, "Tied to both: {}", near.n_neighbors)?;
    for neighbor in &near.neighbors {
        writeln!(out, "  {}", one_line(&neighbor.name))?;
    }
    Ok(())
}

fn print_way(out: &mut impl Write, number: usize, way: &PathView) -> anyhow::Result<()> {
    let names: Vec<String> = way.hops.iter().map(|hop| one_line(&hop.to_name)).collect();
    writeln!(
        out,
        "{number}. {} – {}",
        one_line(&way.from_name),
        names.join(" – ")
    )?;
    writeln!(out, "   weakest: {}", one_line(&way.weakest))?;
    for hop in &way.hops {
        let [min, max] = hop.independent_sources;
        let sources = match (min, max) {
            (1, 1) => "1 source".to_owned(),
            (min, max) if min == max => format!("{min} sources"),
            (min, max) => format!("{min} to {max} sources"),
        };
        let stances: Vec<String> = hop.stances.iter().map(word_of).collect();
        writeln!(
            out,
            "   {} [{}; {sources}]",
            one_line(&hop.told),
            stances.join(", ")
        )?;
        for piece in hop.evidence.iter().take(3) {
            let day = piece
                .date
                .as_deref()
                .map_or("no date", |date| &date[..date.len().min(10)]);
            writeln!(
                out,
                "      {}{}: \"{}\"  {} {day}",
                word_of(&piece.stance),
                if piece.withdrawn {
                    " (since corrected)"
                } else {
                    ""
                },
                quoted(&piece.quote),
                &piece.document[..12]
            )?;
        }
    }
    Ok(())
}
