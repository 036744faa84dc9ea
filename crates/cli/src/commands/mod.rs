//! One file a verb; a verb that is not built does not exist.

mod add;
mod annotate;
mod backup;
mod check;
mod claims;
mod delete;
mod entities;
mod export;
mod extract;
mod files;
mod generate;
mod judge;
mod link_views;
mod links;
mod mail;
mod match_names;
mod model;
mod path;
mod problems;
mod resolve;
mod search;
mod serve;
mod show;
mod statements;
mod status;
mod timeline;
mod unlock;
mod xref;

use clap::Subcommand;

use crate::args::Shared;
use crate::out::Found;

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import files and folders, or go on with an import
    Add(add::Add),
    /// Counts, ledger, what was not read
    Status(status::Status),
    /// What was not read, and why
    Problems(problems::Problems),
    /// Find documents
    Search(search::Search),
    /// Show a document
    Show(show::Show),
    /// List files, with what became of them
    Files(files::Files),
    /// People, organizations and places, those that matter most first
    Entities(entities::Entities),
    /// One entity: names, where it is spoken of, with whom it appears
    Entity(entities::Entity),
    /// Who says what, how firmly
    Statements(statements::Statements),
    /// What is claimed, by how many independent sources
    Claims(claims::Claims),
    /// Documents that hold the words of others
    NearCopies(claims::NearCopies),
    /// Ties between entities, with the words that show them
    Links(links::Links),
    /// Entities of the case beside a list
    Xref(xref::Xref),
    /// How are two connected?
    Path(path::Path),
    /// Dated ties, statements and mail on one line of time
    Timeline(timeline::Timeline),
    /// The network for other programs
    Export(export::Export),
    /// Conversations, and the messages that are missing
    Mail(mail::Mail),
    /// Give a document a tag
    Tag(judge::Tag),
    /// Write a note on a document
    Note(judge::Note),
    /// Withhold a document or a custodian from whatever leaves the case
    Protect(judge::Protect),
    /// State that you have checked a document by eye
    Checked(judge::Checked),
    /// What people decided, and taking it back
    Judge(judge::Judge),
    /// Read again what is locked, with passwords
    Unlock(unlock::Unlock),
    /// Hash all originals again, and look for damage
    Check(check::Check),
    /// Write a whole copy of the case's database
    Backup(backup::Backup),
    /// Delete a case
    Delete(delete::Delete),
    /// Read one file and print what is in it; no case is touched
    Extract(extract::Extract),
    /// Sentences, words and names of a text; no case is touched
    Annotate(annotate::Annotate),
    /// Say which mentions of many documents are one; no case is touched
    Resolve(resolve::Resolve),
    /// How well pairs of names fit; no case is touched
    MatchNames(match_names::MatchNames),
    /// Open the case in the browser
    Serve(serve::Serve),
    /// Language pipelines
    Model(model::Model),
    /// Write the manual page or shell completions
    #[command(hide = true)]
    Generate(generate::Generate),
}

impl Command {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        match self {
            Command::Add(verb) => verb.run(shared),
            Command::Status(verb) => verb.run(shared),
            Command::Problems(verb) => verb.run(shared),
            Command::Search(verb) => verb.run(shared),
            Command::Show(verb) => verb.run(shared),
            Command::Files(verb) => verb.run(shared),
            Command::Entities(verb) => verb.run(shared),
            Command::Entity(verb) => verb.run(shared),
            Command::Statements(verb) => verb.run(shared),
            Command::Claims(verb) => verb.run(shared),
            Command::NearCopies(verb) => verb.run(shared),
            Command::Links(verb) => verb.run(shared),
            Command::Xref(verb) => verb.run(shared),
            Command::Path(verb) => verb.run(shared),
            Command::Timeline(verb) => verb.run(shared),
            Command::Export(verb) => verb.run(shared),
            Command::Mail(verb) => verb.run(shared),
            Command::Tag(verb) => verb.run(shared),
            Command::Note(verb) => verb.run(shared),
            Command::Protect(verb) => verb.run(shared),
            Command::Checked(verb) => verb.run(shared),
            Command::Judge(verb) => verb.run(shared),
            Command::Unlock(verb) => verb.run(shared),
            Command::Check(verb) => verb.run(shared),
            Command::Backup(verb) => verb.run(shared),
            Command::Delete(verb) => verb.run(shared),
            Command::Extract(verb) => verb.run(shared),
            Command::Annotate(verb) => verb.run(shared),
            Command::Resolve(verb) => verb.run(shared),
            Command::MatchNames(verb) => verb.run(shared),
            Command::Serve(verb) => verb.run(shared),
            Command::Model(verb) => verb.run(shared),
            Command::Generate(verb) => verb.run(),
        }
    }
}
