//! `onrecord export`

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValue;
use onrecord_workbench::{
    GRAPH_FORMATS, GraphFormat, GraphOptions, GraphView, LinkStance, NetworkQuestion,
};

use crate::args::{Shared, word};
use crate::out::{Found, stdout};

/// Write the network of the case, or the part of it around somebody, for other programs.
///
/// Every tie bears its dates and who takes which stance. What is not established is left out unless
/// asked for; what is protected is withheld, and the file says so.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The format
    #[arg(value_name = "FORMAT", value_parser = Formats)]
    format: &'static GraphFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what is around this one: a name, address or id; may be repeated
    #[arg(long, value_name = "NAME")]
    of: Vec<String>,
    /// How many steps around it
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: u8,
    /// Ties that are not established as well, marked as such
    #[arg(long)]
    all: bool,
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
    /// Mail counts as a tie
    #[arg(long)]
    mail: bool,
    /// The words that show each tie
    #[arg(long)]
    quotes: bool,
}

/// The list of formats as clap asks for it.
#[derive(Debug, Clone)]
struct Formats;

impl clap::builder::TypedValueParser for Formats {
    type Value = &'static GraphFormat;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let names = GRAPH_FORMATS.iter().map(|format| format.name);
        let parser = clap::builder::PossibleValuesParser::new(names);
        let name = parser.parse_ref(command, argument, value)?;
        GraphFormat::named(&name)
            .ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = GRAPH_FORMATS
            .iter()
            .map(|format| PossibleValue::new(format.name).help(format.title));
        Some(Box::new(values))
    }
}

impl Export {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let view = shared.open()?.graph(&self.question(), self.quotes)?;
        let options = GraphOptions {
            not_established: self.all,
            quotes: self.quotes,
        };
        match &self.output {
            None => {
                let mut out = stdout();
                self.format.write(&view.graph, options, &mut out)?;
                out.flush()?;
            }
            Some(file) => self.write_file(file, &view, options)?,
        }
        self.say(&view);
        let n_nodes = view.graph.nodes.iter().filter(|node| !node.protected);
        Ok(Found::from(n_nodes.count() > 0))
    }

    fn question(&self) -> NetworkQuestion {
        NetworkQuestion {
            of: self.of.clone(),
            depth: self.depth,
            types: self.kind.clone(),
            stances: self.stance.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            all: self.all,
            mail: self.mail,
            most_entities: usize::MAX,
            most_ties: usize::MAX,
        }
    }

    /// Writes beside the file first, so that one that is there stays whole until the new one is.
    fn write_file(
        &self,
        file: &std::path::Path,
        view: &GraphView,
        options: GraphOptions,
    ) -> anyhow::Result<()> {
        let shown = || file.display().to_string();
        let folder = file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let folder = folder.unwrap_or(std::path::Path::new("."));
        let mut beside = tempfile::NamedTempFile::new_in(folder).with_context(shown)?;
        let mut out = std::io::BufWriter::new(&mut beside);
        self.format.write(&view.graph, options, &mut out)?;
        out.flush().with_context(shown)?;
        drop(out);
        beside.persist(file).with_context(shown)?;
        Ok(())
    }

    fn say(&self, view: &GraphView) {
        if !self.all && view.n_not_established > 0 {
            eprintln!(
                "note: {} ties that nobody asserts were left out; --all writes them, marked as such",
                view.n_not_established
            );
        }
        if view.withheld {
            eprintln!("note: something was withheld to protect a person");
        }
        for cut in &view.cut {
            eprintln!("note: {cut}");
        }
    }
}
