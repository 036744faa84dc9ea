//! One judgement before it is recorded: in words, with what was decided meanwhile.

use askama::Template;
use onrecord_workbench::{Decision, JudgementLine, Named, Verdict, Workbench};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::View;
use crate::fault::Fault;
use crate::filters;
use crate::frame::Frame;

/// A judgement: what is done, about what.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
pub(crate) struct JudgeQuery {
    /// `same`, `different`, `unsure`, `split`, `rename`, `confirm`, `reject`, `grade`, `tag`, `untag`,
    /// `note`, `protect`, `unprotect`, `checked`, `pin`, `unpin` or `undo`.
    #[serde(default)]
    pub(crate) verb: String,
    /// Ids of what it is about, the kind before each where it is no document: `entity:ID`, `statement:ID`,
    /// `link:ID`, `custodian:NAME`.
    #[serde(default)]
    pub(crate) on: Vec<String>,
    /// The tag, note, name or reason.
    #[serde(default)]
    pub(crate) text: String,
    /// A to F, to grade a source.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) grade: String,
    /// Name of the list, where an entity is judged beside a record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) list: String,
    /// Id of the record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) record: String,
    /// Number of the last judgement that whoever judges has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<u64>,
    /// Where to go afterwards.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) then: String,
}

impl JudgeQuery {
    /// What it comes to.
    pub(crate) fn decision(&self) -> Result<Decision, Fault> {
        let first = || {
            let first = self.on.first().filter(|on| !on.trim().is_empty());
            first
                .cloned()
                .ok_or_else(|| Fault::bad("it is not said what the judgement is about"))
        };
        let bare = |given: &str| {
            let (_, id) = given.split_once(':').unwrap_or(("", given));
            id.to_owned()
        };
        let entities = || self.on.iter().map(|on| bare(on)).collect::<Vec<_>>();
        let reason = self.text.trim().to_owned();
        if !self.list.is_empty() {
            return self.about_record(bare(&first()?));
        }
        Ok(match self.verb.as_str() {
            "same" => Decision::Same {
                entities: entities(),
                reason,
            },
            "unsure" => Decision::Unsure {
                entities: entities(),
                reason,
            },
            "different" | "split" if self.on.len() < 2 => {
                return Err(Fault::bad("it is not said what is somebody else"));
            }
            "different" | "split" => Decision::Different {
                entity: bare(&first()?),
                others: entities().split_off(1),
                reason,
            },
            "rename" => Decision::Rename {
                entity: bare(&first()?),
                name: reason,
            },
            "grade" => Decision::Grade {
                entity: bare(&first()?),
                grade: self.grade.chars().next().unwrap_or(' '),
                reason,
            },
            "confirm" | "reject" => Decision::Reading {
                id: bare(&first()?),
                right: self.verb == "confirm",
                reason,
            },
            "tag" | "untag" => Decision::Tag {
                document: bare(&first()?),
                tag: reason,
                remove: self.verb == "untag",
            },
            "note" => Decision::Note {
                target: first()?,
                text: reason,
            },
            "protect" | "unprotect" => Decision::Protect {
                target: first()?,
                reason,
                remove: self.verb == "unprotect",
            },
            "checked" => Decision::Checked {
                target: first()?,
                remark: reason,
            },
            "pin" | "unpin" => Decision::Pin {
                target: first()?,
                remove: self.verb == "unpin",
            },
            "undo" => Decision::Undo {
                judgement: first()?,
            },
            other => {
                return Err(Fault::bad(format!(
                    "\"{other}\" is nothing that can be judged"
                )));
            }
        })
    }

    fn about_record(&self, entity: String) -> Result<Decision, Fault> {
        let verdict = match self.verb.as_str() {
            "same" => Verdict::Same,
            "different" => Verdict::Different,
            "unsure" => Verdict::Unsure,
            other => return Err(Fault::bad(format!("\"{other}\" is no answer to a pair"))),
        };
        Ok(Decision::Record {
            entity,
            list: self.list.clone(),
            record: self.record.clone(),
            verdict,
        })
    }

    /// The page that shows this judgement before it is recorded.
    pub(crate) fn href(&self, then: &str) -> String {
        let query = Self {
            then: then.to_owned(),
            ..self.clone()
        };
        let parameters = serde_html_form::to_string(&query).unwrap_or_default();
        format!("/judge?{parameters}")
    }
}

/// A judgement before it is recorded.
#[derive(Debug, Serialize)]
pub(crate) struct JudgeView {
    format_version: u32,
    /// What it is about, as far as these are entities.
    entities: Vec<Named>,
    /// What was decided on the same question since whoever judges last looked.
    meanwhile: Vec<JudgementLine>,
}

impl View for JudgeView {
    type Query = JudgeQuery;

    fn look_up(bench: &Workbench, query: &JudgeQuery) -> Result<Self, Fault> {
        let mut view = Self {
            format_version: 1,
            entities: Vec::new(),
            meanwhile: Vec::new(),
        };
        if query.verb.is_empty() {
            return Ok(view);
        }
        let decision = query.decision()?;
        if let Some(seen) = query.seen {
            view.meanwhile = bench.decided_meanwhile(&decision, seen)?;
        }
        for on in &query.on {
            let id = on.strip_prefix("entity:").unwrap_or(on);
            view.entities.extend(bench.entity_named(id));
        }
        Ok(view)
    }

    fn html(&self, query: &JudgeQuery, frame: Frame) -> askama::Result<String> {
        JudgeHtml {
            frame,
            view: self,
            query,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "judge.html")]
struct JudgeHtml<'a> {
    frame: Frame,
    view: &'a JudgeView,
    query: &'a JudgeQuery,
}

#[cfg(test)]
mod tests {
    use onrecord_workbench::Decision;

    use super::JudgeQuery;

    #[test]
    fn a_form_comes_to_a_decision_or_says_what_it_lacks() {
        let query = |verb: &str, on: &[&str]| JudgeQuery {
            verb: verb.to_owned(),
            on: on.iter().map(|&on| on.to_owned()).collect(),
            ..JudgeQuery::default()
        };
        let split = query("split", &["entity:aa", "bb", "cc"]).decision();
        assert_eq!(
            split,
            Ok(Decision::Different {
                entity: "aa".to_owned(),
                others: vec!["bb".to_owned(), "cc".to_owned()],
                reason: String::new(),
            })
        );
        assert!(query("split", &["aa"]).decision().is_err());
        assert!(query("rename", &[]).decision().is_err());
        assert!(query("burn", &["aa"]).decision().is_err());
    }
}
