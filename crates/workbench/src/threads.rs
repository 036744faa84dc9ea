//! Mail as conversations, with the messages that are missing.

use onrecord_case::{StoredNode, StoredThread};
use onrecord_record::{DocumentId, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::indexing::written;
use crate::open::Workbench;

/// Which conversations.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Only those with missing messages.
    pub missing: bool,
    /// Those with at least so many messages, the missing ones counted.
    pub at_least: u64,
    /// Only the one that holds this document.
    pub of: Option<String>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadPage {
    /// Version of this object.
    pub format_version: u32,
    /// Its id.
    pub id: String,
    /// Subject of its first message.
    pub subject: String,
    /// Its messages in reading order; a missing one has no document.
    pub messages: Vec<ThreadMessage>,
    /// How many are missing.
    pub missing: u64,
}

/// A place in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreadMessage {
    /// The message; `null` when it is missing.
    pub document: Option<String>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its author.
    pub from: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Depth of the reply, from 0.
    pub depth: u32,
}

impl Workbench {
    /// Conversations in the order in which they began; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn threads(
        &self,
        filter: &ThreadFilter,
        sink: &mut dyn FnMut(ThreadPage) -> bool,
    ) -> Result<(), Error> {
        let only = match &filter.of {
            Some(prefix) => Some(self.reader.thread_of(self.reader.find_document(prefix)?)?),
            None => None,
        };
        let mut failure = None;
        self.reader
            .threads(filter.missing, filter.at_least, &mut |thread| {
                if only.is_some_and(|only| only != Some(thread.id)) {
                    return true;
                }
                match self.thread_page(&thread) {
                    Ok(page) => sink(page),
                    Err(error) => {
                        failure = Some(error);
                        false
                    }
                }
            })?;
        failure.map_or(Ok(()), Err)
    }

    fn thread_page(&self, thread: &StoredThread) -> Result<ThreadPage, Error> {
        let messages = thread
            .nodes
            .iter()
            .map(|node| self.thread_message(node))
            .collect::<Result<_, _>>()?;
        Ok(ThreadPage {
            format_version: FORMAT_VERSION,
            id: thread.id.to_hex(),
            subject: thread.subject.clone(),
            messages,
            missing: thread.missing,
        })
    }

    fn thread_message(&self, node: &StoredNode) -> Result<ThreadMessage, Error> {
        let from = match node.document {
            Some(id) => self
                .reader
                .message(id)?
                .and_then(|info| info.from.first().map(written)),
            None => None,
        };
        Ok(ThreadMessage {
            document: node.document.map(DocumentId::to_hex),
            message_id: node.message_id.clone(),
            date: node.date.map(|date| date.to_string()),
            from,
            subject: node.title.clone(),
            depth: node.depth,
        })
    }
}
