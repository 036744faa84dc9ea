//! Mail as conversations on screen: a list of them, and one with its messages' own words and quotes apart.

use std::collections::BTreeMap;

use onrecord_case::{StoredNode, ThreadLine, ThreadOrder};
use onrecord_pipeline::MessageInfo;
use onrecord_pipeline::mail_body::{Block, BlockKind, structure};
use onrecord_record::{DateTime, DocumentId, FORMAT_VERSION};
use serde::Serialize;

use crate::document::AttachmentView;
use crate::error::Error;
use crate::indexing::written;
use crate::open::Workbench;
use crate::quoting::main_text;

/// Bytes of a message that a conversation shows.
const MOST_BODY: usize = 20_000;
/// Messages of a conversation on one page.
const MESSAGES: usize = 60;
/// Messages in which references to missing ones are sought.
const MOST_SEARCHED: usize = 2_000;

/// Which conversations, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only those with missing messages.
    pub missing: bool,
    /// Those with at least so many messages, the missing ones counted.
    pub at_least: u64,
    /// The order.
    pub order: ThreadOrder,
    /// How many to pass over.
    pub skip: usize,
    /// How many to list.
    pub limit: usize,
}

/// A page of the list of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationList {
    /// Version of this object.
    pub format_version: u32,
    /// How many there are of this choice.
    pub total: u64,
    /// Some of them.
    pub conversations: Vec<ConversationLine>,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationLine {
    /// Its id.
    pub id: String,
    /// Subject of its first message.
    pub subject: String,
    /// When it began, in UTC.
    pub started: Option<String>,
    /// Messages that the case holds.
    pub messages: u64,
    /// Messages that others refer to and that the case does not hold.
    pub missing: u64,
}

/// A conversation, page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationPage {
    /// Version of this object.
    pub format_version: u32,
    /// What a list shows of it.
    #[serde(flatten)]
    pub line: ConversationLine,
    /// Places in it, missing messages among them.
    pub total: usize,
    /// Places before the page.
    pub skip: usize,
    /// Messages of the page, in reading order.
    pub places: Vec<ConversationPlace>,
}

/// A message in a conversation, or the gap where one is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationPlace {
    /// The message; `null` when it is missing.
    pub document: Option<String>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its author.
    pub from: Option<String>,
    /// Its recipients, those of copies among them.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Depth of the reply, from 0.
    pub depth: u32,
    /// What it consists of: the author's own words, quotes, signatures.
    pub parts: Vec<BodyPart>,
    /// Whether there is more of it than is shown.
    pub is_cut: bool,
    /// What is attached.
    pub attachments: Vec<AttachmentView>,
    /// How often it was found: more than once where there are copies.
    pub found: u64,
    /// Of a missing message: the documents that refer to it.
    pub referenced_by: Vec<Reference>,
}

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BodyPart {
    /// Whose words they are.
    pub kind: PartKind,
    /// First byte in the message's main text.
    pub start: usize,
    /// The words.
    pub text: String,
}

/// Whose words a stretch of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// The author's own.
    Own,
    /// Taken from another message, with the line that announces it.
    Quoted,
    /// A signature, a legal notice, what a list adds.
    Ending,
}

/// A message that refers to a missing one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The document.
    pub document: String,
    /// Its date.
    pub date: Option<String>,
    /// Its author.
    pub from: Option<String>,
}

impl Workbench {
    /// A page of the list of conversations.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn conversations(&self, filter: &ConversationFilter) -> Result<ConversationList, Error> {
        let page = filter.skip..filter.skip.saturating_add(filter.limit);
        let (total, lines) =
            self.reader
                .thread_lines(filter.missing, filter.at_least, filter.order, page)?;
        Ok(ConversationList {
            format_version: FORMAT_VERSION,
            total,
            conversations: lines.iter().map(conversation_line).collect(),
        })
    }

    /// A conversation by its id, or by a document in it; a page of it from place `skip` on.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn conversation(&self, prefix: &str, skip: usize) -> Result<ConversationPage, Error> {
        let id = self.reader.find_document(prefix)?;
        let id = self.reader.thread_of(id)?.unwrap_or(id);
        let line = self.reader.thread_line(id)?;
        let nodes = self.reader.thread_nodes(id)?;
        let shown = nodes.iter().skip(skip).take(MESSAGES);
        let references = match shown.clone().any(|node| node.document.is_none()) {
            true => self.references(&nodes)?,
            false => BTreeMap::new(),
        };
        let places = shown.map(|node| self.place(node, &references));
        Ok(ConversationPage {
            format_version: FORMAT_VERSION,
            line: conversation_line(&line),
            total: nodes.len(),
            skip,
            places: places.collect::<Result<_, _>>()?,
        })
    }

    /// Who refers to each Message-ID.
    fn references(&self, nodes: &[StoredNode]) -> Result<BTreeMap<String, Vec<Reference>>, Error> {
        let mut references: BTreeMap<String, Vec<Reference>> = BTreeMap::new();
        for node in nodes.iter().take(MOST_SEARCHED) {
            let Some(id) = node.document else { continue };
            let Some(info) = self.reader.message(id)? else {
                continue;
            };
            let mut named: Vec<&String> = info.references.iter().collect();
            named.extend(&info.in_reply_to);
            named.sort_unstable();
            named.dedup();
            for message_id in named {
                let by = Reference {
                    document: id.to_hex(),
                    date: node.date.map(|date| date.to_string()),
                    from: info.from.first().map(written),
                };
                references.entry(message_id.clone()).or_default().push(by);
            }
        }
        Ok(references)
    }

    fn place(
        &self,
        node: &StoredNode,
        references: &BTreeMap<String, Vec<Reference>>,
    ) -> Result<ConversationPlace, Error> {
        let mut place = ConversationPlace {
            document: node.document.map(DocumentId::to_hex),
            message_id: node.message_id.clone(),
            date: node.date.map(|date| date.to_string()),
            from: None,
            to: Vec::new(),
            subject: node.title.clone(),
            depth: node.depth,
            parts: Vec::new(),
            is_cut: false,
            attachments: Vec::new(),
            found: 0,
            referenced_by: Vec::new(),
        };
        match node.document {
            Some(id) => self.fill(&mut place, id)?,
            None => {
                let by = node.message_id.as_ref().and_then(|id| references.get(id));
                place.referenced_by = by.cloned().unwrap_or_default();
            }
        }
        Ok(place)
    }

    fn fill(&self, place: &mut ConversationPlace, id: DocumentId) -> Result<(), Error> {
        if let Some(info) = self.reader.message(id)? {
            place.from = info.from.first().map(written);
            place.to = recipients(&info);
        }
        let text = main_text(&self.reader, id)?;
        let shown = &text[..text.floor_char_boundary(MOST_BODY)];
        place.is_cut = shown.len() < text.len();
        place.parts = body_parts(shown);
        place.attachments = self.attachments(id)?;
        place.found = self.reader.origin_count(id)?;
        Ok(())
    }
}

fn conversation_line(line: &ThreadLine) -> ConversationLine {
    ConversationLine {
        id: line.id.to_hex(),
        subject: line.subject.clone(),
        started: line.started.map(|unix| DateTime::utc(unix).to_string()),
        messages: line.messages,
        missing: line.missing,
    }
}

fn recipients(info: &MessageInfo) -> Vec<String> {
    let lists = [&info.to, &info.cc, &info.bcc];
    lists.into_iter().flatten().map(written).collect()
}

/// A body cut where the words of one end and those of another begin; nothing is left out but empty lines.
fn body_parts(text: &str) -> Vec<BodyPart> {
    let mut parts: Vec<BodyPart> = Vec::new();
    for Block { span, kind } in structure(text) {
        let kind = part_kind(&kind);
        let words = text.get(span.range()).unwrap_or_default();
        match parts.last_mut().filter(|part| part.kind == kind) {
            Some(part) => part.text.push_str(words),
            None => parts.push(BodyPart {
                kind,
                start: span.start as usize,
                text: words.to_owned(),
            }),
        }
    }
    parts.retain(|part| !part.text.trim().is_empty());
    parts
}

fn part_kind(kind: &BlockKind) -> PartKind {
    match kind {
        BlockKind::Quote { .. }
        | BlockKind::AttributionLine { .. }
        | BlockKind::ForwardHeader { .. } => PartKind::Quoted,
        BlockKind::Signature | BlockKind::Disclaimer | BlockKind::ListFooter => PartKind::Ending,
        BlockKind::Prose | BlockKind::Table | BlockKind::Code => PartKind::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::{PartKind, body_parts};

    #[test]
    fn quotes_stand_apart_from_the_authors_own_words() {
        let body =
            "Agreed.\n\nOn Mon, 2 Mar 2020, Ada wrote:\n> Shall we meet?\n> Ada\n\nBest,\nBen\n";
        let parts = body_parts(body);
        let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(whole, body);
        assert_eq!(parts[0].kind, PartKind::Own);
        assert_eq!(parts[0].text.trim(), "Agreed.");
        assert_eq!(parts[1].kind, PartKind::Quoted);
        assert!(parts[1].text.contains("Shall we meet?"));
    }
}
