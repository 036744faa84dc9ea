//! The fields that a query can name and the facets that a search can count: one table each,
//! from which the parser, the help and the documentation are drawn.

use serde::Serialize;

/// How a field is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Words, with positions; a bare word also finds its other forms.
    Prose,
    /// Words, with positions, exactly as written (accents and letter case apart).
    Words,
    /// A period of time.
    Date,
    /// Somebody or something that documents speak of, by name; the case knows in which.
    Entity,
}

/// One field of the query language.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// What a query writes before the colon.
    pub name: &'static str,
    /// How it is searched.
    pub kind: FieldKind,
    /// What it holds, for help and documentation.
    pub help: &'static str,
    /// A query that uses it.
    pub example: &'static str,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident $name:literal $kind:ident $help:literal $example:literal;)*) => {
        /// A field of the query language, other than the headers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        /// Every field, in the order of [`Field`]; `header.NAME:` is a family of its own ([`HEADER_PREFIX`]).
        pub const FIELDS: &[(Field, FieldInfo)] = &[$((
            Field::$variant,
            FieldInfo { name: $name, kind: FieldKind::$kind, help: $help, example: $example },
        ),)*];
    };
}

fields! {
    /// Senders.
    From "from" Words "who sent it: names and addresses" "from:\"ken lay\"";
    /// Recipients.
    To "to" Words "to whom it was sent" "to:legal@example.org";
    /// Recipients of copies.
    Cc "cc" Words "who got a copy" "cc:press";
    /// Recipients of blind copies.
    Bcc "bcc" Words "who got a blind copy" "bcc:counsel";
    /// Subject line or title.
    Subject "subject" Prose "the subject of a message, the title of a page, the name of an attached file" "subject:(budget OR invoice)";
    /// Date.
    Date "date" Date "a day, a month, a year, or a range of them; either end may be left open" "date:2001-05..2002";
    /// Kind, media type, extension.
    Type "type" Words "the kind of document, its media type, or the extension of its file name" "type:pdf";
    /// Where it was found.
    Path "path" Words "where it was found: folders and file names" "path:inbox/2001";
    /// Whose mailbox or folder.
    Custodian "custodian" Words "whose mailbox or folder it came from" "custodian:\"m. lokay\"";
    /// What it has.
    Has "has" Words "has:attachment finds what has something attached" "has:attachment";
    /// Language.
    Language "lang" Words "the language of its main text, as a code of two letters" "lang:de";
    /// Tags.
    Tag "tag" Words "the tags that people gave it" "tag:important";
    /// Who is spoken of.
    Entity "entity" Entity "documents that speak of this person, organization or place, under any of its names; a name or an id" "entity:\"Kenneth Lay\"";
}

/// Opens a header field in a query: `header.x-mailer:outlook`.
pub const HEADER_PREFIX: &str = "header.";

/// One form of the query language besides the fields.
#[derive(Debug, Clone, Copy)]
pub struct SyntaxInfo {
    /// A query that uses it.
    pub example: &'static str,
    /// What it finds.
    pub help: &'static str,
}

/// The forms of the query language besides [`FIELDS`], for help and documentation.
pub const SYNTAX: &[SyntaxInfo] = &[
    SyntaxInfo {
        example: "payment",
        help: "the word and its other English forms (payments), accents and letter case apart; in texts, titles, senders and recipients",
    },
    SyntaxInfo {
        example: "=payment",
        help: "the word in exactly this form",
    },
    SyntaxInfo {
        example: "\"gas price\"",
        help: "these words in this order, each in exactly this form; the last may end in *",
    },
    SyntaxInfo {
        example: "gas price",
        help: "both words, anywhere",
    },
    SyntaxInfo {
        example: "gas AND price",
        help: "both; the same as without AND",
    },
    SyntaxInfo {
        example: "gas OR price",
        help: "at least one; AND binds tighter than OR",
    },
    SyntaxInfo {
        example: "gas NOT (price OR market)",
        help: "the first without what follows; -market is the same as NOT market",
    },
    SyntaxInfo {
        example: "pay*",
        help: "words that begin with this",
    },
    SyntaxInfo {
        example: "kenneth~",
        help: "words that differ by a letter, or by two letters where they have more than five; ~1 and ~2 say so",
    },
    SyntaxInfo {
        example: "gas near/5 (price OR \"market share\")",
        help: "both sides in either order, at most five words apart (1 for neighbors); w/5 is the same",
    },
    SyntaxInfo {
        example: "*",
        help: "everything; after a field, whatever has that field (tag:*)",
    },
    SyntaxInfo {
        example: "header.x-mailer:outlook",
        help: "words of any header of a message",
    },
    SyntaxInfo {
        example: "header.author:berg",
        help: "what a document or picture says of itself: author, company, application, gps",
    },
];

impl Field {
    /// The field of this name, in any letter case; `title` is another name of `subject`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("title") {
            return Some(Self::Subject);
        }
        FIELDS
            .iter()
            .find(|(_, info)| info.name.eq_ignore_ascii_case(name))
            .map(|(field, _)| *field)
    }

    /// Its row of the table.
    #[must_use]
    pub fn info(self) -> &'static FieldInfo {
        &FIELDS[self as usize].1
    }
}

/// One facet.
#[derive(Debug, Clone, Copy)]
pub struct FacetInfo {
    /// Its name.
    pub name: &'static str,
    /// What its values are, for help and documentation.
    pub help: &'static str,
}

macro_rules! facets {
    ($($(#[$doc:meta])* $variant:ident $name:literal $help:literal;)*) => {
        /// A property whose values a search can count.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Facet { $($(#[$doc])* $variant,)* }

        /// Every facet, in the order of [`Facet`].
        pub const FACETS: &[(Facet, FacetInfo)] = &[$((
            Facet::$variant,
            FacetInfo { name: $name, help: $help },
        ),)*];
    };
}

facets! {
    /// Kind of document.
    Type "type" "kind of document";
    /// Year of its date in UTC.
    Year "year" "year of its date, in UTC";
    /// Address of the first sender.
    From "from" "address of the first sender, in lower case";
    /// Domain of the first sender.
    Domain "domain" "domain of the first sender";
    /// Custodian.
    Custodian "custodian" "whose mailbox or folder it came from";
    /// Language.
    Language "lang" "language of the main text";
    /// Tag.
    Tag "tag" "tags that people gave it";
}

impl Facet {
    /// The facet of this name, in any letter case.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        FACETS
            .iter()
            .find(|(_, info)| info.name.eq_ignore_ascii_case(name))
            .map(|(facet, _)| *facet)
    }

    /// Its row of the table.
    #[must_use]
    pub fn info(self) -> &'static FacetInfo {
        &FACETS[self as usize].1
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;

    #[test]
    fn tables_are_in_order_and_their_examples_are_understood() {
        for (index, (field, info)) in FIELDS.iter().enumerate() {
            assert_eq!(
                (*field as usize, Field::by_name(info.name)),
                (index, Some(*field))
            );
        }
        for (index, (facet, info)) in FACETS.iter().enumerate() {
            assert_eq!(
                (*facet as usize, Facet::by_name(info.name)),
                (index, Some(*facet))
            );
        }
        let fields = FIELDS.iter().map(|(_, info)| info.example);
        for example in fields.chain(SYNTAX.iter().map(|info| info.example)) {
            assert_eq!(Query::parse(example).warnings, [], "{example}");
        }
    }
}
