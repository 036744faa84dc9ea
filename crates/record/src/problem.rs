//! What could not be read, and what to do about it: one list for the ledger, the pages and the docs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a problem does to the file it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The file is read in full; this is worth knowing.
    Note,
    /// Something of the file is lacking.
    Partly,
    /// Nothing of the file is read.
    Unread,
}

/// One row of the list of problems.
#[derive(Debug, Clone, Copy)]
pub struct ProblemInfo {
    /// The code that programs see.
    pub code: &'static str,
    /// The group it is listed under.
    pub kind: &'static str,
    /// What it does to the file.
    pub effect: Effect,
    /// What a person can do next.
    pub what_to_do: &'static str,
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $kind:literal $effect:ident $what:literal;)*) => {
        /// Every problem that the program can report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode { $($(#[$doc])* $variant,)* }

        /// The list of problems, in the order of [`ProblemCode`].
        pub const PROBLEM_CODES: &[(ProblemCode, ProblemInfo)] = &[$((
            ProblemCode::$variant,
            ProblemInfo { code: $code, kind: $kind, effect: Effect::$effect, what_to_do: $what },
        ),)*];
    };
}

problem_codes! {
    /// No reader for this kind of file.
    NoReader "no-reader" "unsupported" Unread "keep the original; a reader for this kind may come with a later version";
    /// A mail store without a reader yet.
    MailStore "mail-store" "unsupported" Unread "export the mailbox as mbox or eml files with the program it came from, and add those";
    /// Locked by a password.
    Locked "locked" "locked" Unread "write the passwords you know into a file, one a line, and run `onrecord unlock --passwords FILE`";
    /// Encrypted to a key that only the recipient has.
    Encrypted "encrypted" "locked" Partly "decrypt the message with its recipient's key and add the result";
    /// The system refused to open it.
    PermissionDenied "permission-denied" "input-output" Unread "give yourself the right to read it, and add the folder again";
    /// Reading failed.
    ReadFailed "read-failed" "input-output" Unread "check the disk, copy the file to a sound one, and add it again";
    /// It changed while it was read.
    ChangedWhileRead "changed-while-read" "input-output" Partly "wait until nothing writes to it, and add the folder again";
    /// It was there when the folder was listed, and is gone.
    Vanished "vanished" "input-output" Unread "find out who removed it; if it comes back, add the folder again";
    /// A link whose target lies outside of what was added, or is a folder.
    SymbolicLink "symbolic-link" "not-followed" Unread "if its target belongs to the material, add the target itself";
    /// A pipe, socket or device.
    SpecialFile "special-file" "not-followed" Unread "nothing: pipes, sockets and devices hold no file to read";
    /// Another case lies here.
    CaseFolder "case-folder" "not-followed" Unread "a case is never imported into a case; add the material it was made from";
    /// The path's name is not UTF-8.
    NameNotUtf8 "name-not-utf8" "names" Note "nothing: the file is read; its name is shown with replacement characters";
    /// A member's name tries to leave its container.
    UnsafeName "unsafe-name" "names" Note "nothing: names inside containers are labels here and never become paths";
    /// Broken off or damaged, read as far as it goes.
    Damaged "damaged" "damaged" Partly "ask for a sound copy; what could be read is searchable";
    /// So damaged that nothing is read.
    Unreadable "unreadable" "damaged" Unread "ask for a sound copy, and keep this one as evidence";
    /// The stated kind is not what the bytes are.
    WrongType "wrong-type" "damaged" Note "nothing: it was read as what its bytes are";
    /// The stated character set is not what the bytes are.
    WrongCharset "wrong-charset" "damaged" Note "compare with the original if letters look odd";
    /// Bytes that no character set explains were replaced.
    ReplacedBytes "replaced-bytes" "damaged" Partly "look at the original: some characters could not be read";
    /// The date that it states cannot be read.
    UnreadableDate "unreadable-date" "damaged" Note "look at the original: it is listed without a date";
    /// Empty: there is nothing in it.
    Empty "empty" "damaged" Note "nothing, unless it should have held something";
    /// More levels of containers than the limit.
    TooDeep "too-deep" "limit" Partly "unpack it by hand and add what comes out";
    /// Expands to more than the limit.
    TooLarge "too-large" "limit" Partly "unpack it by hand on a disk with room, and add what comes out";
    /// Holds more members than the limit.
    TooMany "too-many" "limit" Partly "unpack it by hand and add what comes out in portions";
    /// Members share the same bytes, as in an archive made to explode.
    Overlapping "overlapping" "limit" Partly "treat the archive as hostile; open it only on a machine made for that";
    /// Took longer than the limit.
    TimedOut "timed-out" "limit" Partly "add it again alone; if it fails again, keep the original";
    /// A member of a container is a link or a device.
    MemberNotAFile "member-not-a-file" "not-followed" Unread "nothing: links and devices inside containers are listed, never followed";
    /// A part of a message is stored elsewhere.
    ExternalPart "external-part" "not-followed" Unread "ask for the file that the message refers to; nothing is ever fetched";
    /// The reader failed in a way it should not.
    ReaderFailed "reader-failed" "failure" Unread "report it with the file's kind; the original is untouched";
    /// The process that read it broke down.
    Crashed "crashed" "failure" Partly "nothing was harmed: it was read in a process of its own; look at the original on a machine made for that, and report its kind";
    /// The process that read it asked for more memory than one may have.
    OutOfMemory "out-of-memory" "limit" Partly "treat it as hostile or damaged; split it, or convert it on a machine made for that, and add what comes out";
    /// The process that read it tried what no reader needs.
    Misbehaved "misbehaved" "failure" Partly "treat the file as hostile: its reader tried what is forbidden to it and was ended; keep it as evidence";
    /// The language has no pipeline.
    NoPipeline "no-pipeline" "not-annotated" Note "add a pipeline for the language with `onrecord model add`; the text is searchable as it is";
}

impl ProblemCode {
    /// Its row of the list.
    #[must_use]
    pub fn info(self) -> &'static ProblemInfo {
        &PROBLEM_CODES[self as usize].1
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().code)
    }
}

impl FromStr for ProblemCode {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        PROBLEM_CODES
            .iter()
            .find(|(_, info)| info.code == code)
            .map(|(found, _)| *found)
            .ok_or_else(|| format!("no problem has the code \"{code}\""))
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.info().code)
    }
}

impl<'de> Deserialize<'de> for ProblemCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// Something that went wrong with one file, member or part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which of the known problems.
    pub code: ProblemCode,
    /// What and where, in a sentence without a full stop.
    pub message: String,
}

impl Problem {
    /// A problem with its message.
    pub fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// What it does to the file.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.code.info().effect
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_its_codes_and_has_no_double() {
        for (index, (code, info)) in PROBLEM_CODES.iter().enumerate() {
            assert_eq!(*code as usize, index);
            assert_eq!(info.code.parse(), Ok(*code));
            assert!(!info.what_to_do.ends_with('.'), "{}", info.code);
        }
    }
}
