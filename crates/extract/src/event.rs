//! What a reader tells: a stream of events, never a tree in memory.
//!
//! Every [`Event::Begin`] has its [`Event::End`]; between the two lie the item's own texts, metadata
//! and problems, and the items inside it, depth first. What stands between a `Begin` and the next
//! `Begin` or `End` belongs to the innermost open item.

use std::fmt;
use std::str::FromStr;

use onrecord_record::{DateTime, Digest, DocumentId, Locator, PartialDate, PlacedSpan, Problem};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::inert::InertPage;

/// One thing that a reader found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An item begins; it lies inside the items that are open.
    Begin(Begin),
    /// The open item is an e-mail message, and this is what its headers say.
    Message(Box<MessageInfo>),
    /// A text of the open item, or a numbered part of one.
    Text(Text),
    /// Something that the open item says of itself.
    Metadata {
        /// What is said: `author`, `site`, `columns`.
        key: String,
        /// What it says.
        value: String,
    },
    /// Something that went wrong with the open item.
    Problem(Problem),
    /// The next bytes of the item that was wanted ([`Wanted`]).
    Bytes(Vec<u8>),
    /// The item that was wanted, its layout made inert.
    Inert(Box<InertPage>),
    /// The innermost open item ends.
    End(End),
}

/// An item of a file that is asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its number in the order in which items begin, from 0 for the file itself.
    pub item: u64,
    /// What of it.
    pub side: WantedSide,
    /// Most bytes of it.
    pub most: u64,
}

/// What is wanted of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedSide {
    /// Its bytes, as they are.
    Bytes,
    /// Its layout, made inert.
    Inert,
}

/// At which level of the ledger an item is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The file that the job names.
    File,
    /// A member of an archive, or a message of a mailbox.
    Member,
    /// A leaf MIME part of a message, or a message attached to it.
    Part,
}

/// An item begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// Where it is counted.
    pub level: Level,
    /// Position among the items of the same parent, from 0.
    pub ordinal: u32,
    /// What its container calls it: a label to show, never a path to open.
    pub name: String,
    /// Where it lies in its parent.
    pub locator: Locator,
}

/// A text of an item.
///
/// Line ends are LF: CR LF and lone CR are normalized when bytes become text. NUL and bytes that
/// the character set does not explain are U+FFFD, and a problem says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// `main` is the text to read; `full` is a web page's whole text; `html` is what a message's
    /// web version says beyond its plain one.
    pub role: Role,
    /// Number of the part, from 0; a text longer than the limit is cut at line ends.
    pub part: u32,
    /// UTF-8, at most [`crate::Limits::text_part_bytes`] long.
    pub text: String,
    /// Pages, sheets, rows: where stretches of this part lie in the original, in order of their
    /// starts. Empty for what is one running text.
    pub places: Vec<PlacedSpan>,
}

/// Which of an item's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The text to read.
    Main,
    /// The whole text of a web page whose article is `main`.
    Full,
    /// The web version of a message that says substantially more than its plain one.
    Html,
}

impl Role {
    /// The role as stores and programs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Main => "main",
            Role::Full => "full",
            Role::Html => "html",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an item turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A document of its own, with texts.
    Document,
    /// An e-mail message; it has an [`Event::Message`].
    Message,
    /// An archive or mailbox: what it says lies in its members.
    Container,
    /// A body part of a message, whose words are part of the message's texts.
    Body,
    /// Nothing of it was read: it counts as unread whatever its problems' effects are.
    None,
}

/// An item ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// What it is, by its bytes.
    pub kind: Kind,
    /// IANA media type, or `application/octet-stream`.
    pub media_type: String,
    /// WHATWG name of the character set that its text was read with.
    pub charset: Option<String>,
    /// Size in bytes, as far as it could be read.
    pub size: u64,
    /// SHA-256 of those bytes; `None` when they could not be read to their end, and for body parts,
    /// whose words are part of the message's texts.
    pub sha256: Option<Sha256>,
    /// BLAKE3 of those bytes; `None` where there is no SHA-256.
    pub blake3: Option<Digest>,
    /// The document it is; body parts and what has no bytes are none.
    pub document: Option<DocumentId>,
    /// Its own title or subject.
    pub title: Option<String>,
    /// When it says it was written.
    pub date: Option<When>,
    /// How many members its own table of contents declares, where it has one.
    pub declared_members: Option<u64>,
    /// How many items directly inside it began.
    pub found_children: u64,
    /// How many items directly inside it are known to exist and never began (limits, damage).
    pub unreached: u64,
}

/// A moment or a period, as precisely as an item states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// To the second.
    Moment(DateTime),
    /// To the day, month or year.
    Period(PartialDate),
}

/// SHA-256 of bytes as they came; what courts and archives compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

/// A text that is no SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a SHA-256 of 64 hexadecimal digits")]
pub struct InvalidSha256(pub String);

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A digest has the same written form; it differs only in how the bytes were made.
        Digest(self.0).fmt(f)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = InvalidSha256;

    fn from_str(text: &str) -> Result<Self, InvalidSha256> {
        text.parse::<Digest>()
            .map(|digest| Self(digest.0))
            .map_err(|_| InvalidSha256(text.to_owned()))
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return <[u8; 32]>::deserialize(deserializer).map(Self);
        }
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What the headers of a message say, and what names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageInfo {
    /// The document: the same message in another mailbox has the same.
    pub document: DocumentId,
    /// BLAKE3 of the message's bytes as they came: tells copies apart.
    pub raw: Digest,
    /// All headers, in order.
    pub headers: Vec<HeaderField>,
    /// Authors.
    pub from: Vec<Mailbox>,
    /// Who sent it for them.
    pub sender: Vec<Mailbox>,
    /// Addressees.
    pub to: Vec<Mailbox>,
    /// Copied.
    pub cc: Vec<Mailbox>,
    /// Copied without the others' knowledge; mostly present only in the sender's own mailbox.
    pub bcc: Vec<Mailbox>,
    /// Where answers should go.
    pub reply_to: Vec<Mailbox>,
    /// When its author says it was written.
    pub date: Option<DateTime>,
    /// Subject, decoded, without line breaks.
    pub subject: Option<String>,
    /// Message-ID without angle brackets; a hint only, since different messages can share one.
    pub message_id: Option<String>,
    /// Ids of In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// Ids of References, oldest first.
    pub references: Vec<String>,
    /// Outlook's Thread-Index: 22 bytes, then 5 for each reply.
    pub thread_index: Option<Vec<u8>>,
    /// Outlook's Thread-Topic.
    pub thread_topic: Option<String>,
    /// The mailing list.
    pub list_id: Option<String>,
    /// Whether the words are locked to a key.
    pub encryption: Encryption,
    /// Whether the main text is `format=flowed` (RFC 3676), so that its soft line ends are marked.
    pub flowed: bool,
    /// Number of parts that are not body parts.
    pub n_attachments: u32,
}

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderField {
    /// Name as written.
    pub name: String,
    /// Value, unfolded and decoded.
    pub value: String,
}

/// A name and address of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mailbox {
    /// Display name, decoded.
    pub name: Option<String>,
    /// Address as written.
    pub address: Option<String>,
}

/// How a message's words are locked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// They are not; a signature alone locks nothing.
    #[default]
    None,
    /// PGP/MIME (RFC 3156).
    PgpMime,
    /// PGP armor in the text.
    PgpInline,
    /// S/MIME enveloped data.
    SMime,
}
