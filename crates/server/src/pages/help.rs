//! Help: keys, the query language, and what the words on these pages mean.

use askama::Template;
use onrecord_workbench::{QueryHelp, Workbench, query_help};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::frame::Frame;

/// Help takes no parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HelpQuery {}

/// A key or a word with what it does or means.
#[derive(Debug, Clone, Copy, Serialize)]
struct Line {
    /// The key or word.
    name: &'static str,
    /// What it does or means.
    means: &'static str,
}

/// Help.
#[derive(Debug, Serialize)]
pub(crate) struct HelpView {
    format_version: u32,
    /// The query language.
    query: Vec<QueryHelp>,
    /// Keys.
    keys: &'static [Line],
    /// Words.
    words: &'static [Line],
}

const KEYS: &[Line] = &[
    Line {
        name: "/",
        means: "go to the search box",
    },
    Line {
        name: "j, k",
        means: "next and previous line of a list",
    },
    Line {
        name: "Enter",
        means: "open the line",
    },
    Line {
        name: "Esc",
        means: "leave the search box; from a document, back to the same place in the results",
    },
    Line {
        name: "n, p",
        means: "next and previous hit in a document",
    },
    Line {
        name: "], [",
        means: "next and previous result, from inside a document",
    },
    Line {
        name: "?",
        means: "show the keys",
    },
];

const WORDS: &[Line] = &[
    Line {
        name: "says that",
        means: "the speaker states it; whether it is so is another question",
    },
    Line {
        name: "confirms that",
        means: "the speaker says that something already said is so; it is confirmed by that speaker, not established",
    },
    Line {
        name: "alleges that",
        means: "the speaker says so without vouching for it, or accuses somebody",
    },
    Line {
        name: "denies that",
        means: "the speaker says that it is not so",
    },
    Line {
        name: "disputes that",
        means: "the speaker contests it without denying it outright",
    },
    Line {
        name: "will not comment on whether",
        means: "the speaker declined; that is neither a yes nor a no",
    },
    Line {
        name: "reports no evidence that",
        means: "the speaker has looked and found nothing",
    },
    Line {
        name: "speaks of what might be",
        means: "a condition, a plan, a fear or a hope; not something that is",
    },
    Line {
        name: "asks whether",
        means: "a question; it asserts nothing",
    },
    Line {
        name: "takes back that",
        means: "the speaker withdraws what was said; what was withdrawn supports nothing",
    },
    Line {
        name: "independent",
        means: "sources that do not draw on one another. Two count as one where one cites the other, where both come from one release, or where their words or documents are near copies. An unnamed source never raises the lower number, which is why a range can be shown: 1 to 2",
    },
    Line {
        name: "not established",
        means: "denied, disputed, unproven, hypothetical, asked about or failed: drawn with a broken line, told in words, and left out of pictures unless you ask for it",
    },
    Line {
        name: "read by machine",
        means: "a program found it in the text; no person has checked it yet. It can be wrong: open the sentence",
    },
    Line {
        name: "checked",
        means: "a person has looked at it; the page says who and when",
    },
    Line {
        name: "possibly the same",
        means: "two that share only a name; they are not joined unless a person says so",
    },
    Line {
        name: "protected",
        means: "withheld from exports, prints and citations, which say that something was withheld",
    },
    Line {
        name: "near-copy",
        means: "a document with the words of another: wire copy, a forward, a reprint. What it repeats counts once",
    },
    Line {
        name: "missing message",
        means: "others refer to it, and nothing that was read holds it",
    },
];

impl View for HelpView {
    type Query = HelpQuery;

    fn look_up(_: &Workbench, _: &HelpQuery) -> Result<Self, Fault> {
        Ok(Self {
            format_version: 1,
            query: query_help(),
            keys: KEYS,
            words: WORDS,
        })
    }

    fn html(&self, _: &HelpQuery, frame: Frame) -> askama::Result<String> {
        HelpHtml { frame, view: self }.render()
    }
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpHtml<'a> {
    frame: Frame,
    view: &'a HelpView,
}
