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
    /// The list of problems, in Markdown
    Problems,
    /// The query language, in Markdown
    Query,
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
            What::Problems => problems(&mut out)?,
            What::Query => query(&mut out)?,
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

fn problems(out: &mut impl std::io::Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "# Problems\n\nEvery code that `onrecord problems` can show. Written by `cargo xtask docs`.\n"
    )?;
    writeln!(
        out,
        "| code | kind | the file is then | what to do |\n|---|---|---|---|"
    )?;
    for (_, info) in onrecord_record::PROBLEM_CODES {
        let effect = match info.effect {
            onrecord_record::Effect::Note => "read",
            onrecord_record::Effect::Partly => "partly read",
            onrecord_record::Effect::Unread => "not read",
        };
        writeln!(
            out,
            "| `{}` | {} | {effect} | {} |",
            info.code, info.kind, info.what_to_do
        )?;
    }
    Ok(())
}

fn query(out: &mut impl std::io::Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "# Query language\n\nWritten by `cargo xtask docs` from the list that the parser reads.\n"
    )?;
    writeln!(out, "| write | to find |\n|---|---|")?;
    for row in onrecord_workbench::query_help() {
        writeln!(
            out,
            "| `{}` | {} |",
            row.example.replace('|', "\\|"),
            row.help
        )?;
    }
    writeln!(
        out,
        "\nOf the signatures in DKIM and ARC headers only domain, selector and algorithm are searched, and nothing of \
         the headers that are sealed for the program that wrote them (`x-gm-message-state` and its like); \
         `onrecord show ID --headers` has all of them."
    )?;
    Ok(())
}
