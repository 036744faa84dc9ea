//! `onrecord generate`: the manual page and completions, from the same list as the help.

use clap::{Args, CommandFactory, Subcommand};
use clap_complete::Shell;

use crate::args::Cli;
use crate::out::{Found, stdout};

/// Write the manual page or shell completions.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The manual page, in roff
    Man,
    /// Completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// The reference of all verbs and options, in Markdown
    Markdown,
}

impl Generate {
    pub(crate) fn run(&self) -> anyhow::Result<Found> {
        let mut command = Cli::command();
        let mut out = stdout();
        match self.what {
            What::Man => clap_mangen::Man::new(command).render(&mut out)?,
            What::Completions { shell } => {
                clap_complete::generate(shell, &mut command, "onrecord", &mut out);
            }
            What::Markdown => markdown(&mut command, &mut out)?,
        }
        Ok(Found::Something)
    }
}

fn markdown(command: &mut clap::Command, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "# Commands\n\nWritten by `cargo xtask docs` from the program's own help.\n"
    )?;
    command.build();
    for verb in command
        .get_subcommands_mut()
        .filter(|verb| !verb.is_hide_set())
    {
        section(verb, out)?;
    }
    Ok(())
}

fn section(verb: &mut clap::Command, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    let help = verb.clone().term_width(100).render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let name = verb.get_bin_name().unwrap_or(verb.get_name());
    writeln!(
        out,
        "## {name}\n\n```text\n{}\n```\n",
        lines.join("\n").trim()
    )?;
    for inner in verb
        .get_subcommands_mut()
        .filter(|inner| !inner.is_hide_set())
    {
        section(inner, out)?;
    }
    Ok(())
}
