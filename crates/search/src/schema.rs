//! How documents lie in Tantivy: two fields of words, and columns for dates, ids and facets.
//!
//! `text` holds what a bare word searches, one stretch of positions a value. `named` holds every field and
//! header: each token stands behind the key of its field, so that one dictionary serves them all and the
//! tokens of a field are neighbors in it. A document gives `named` one value for all its fields, laid out by
//! [`NamedValue`]: a value of its own for each would cost more than indexing its words.

use std::collections::HashMap;

use tantivy::schema::{
    BytesOptions, Field as Column, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::fields::{FIELDS, Field};
use crate::query::{MAX_NEAR, Scope};
use crate::tokenize::{Tokens, cut_opaque, fnv};

/// Raised whenever the same document would be indexed otherwise; older indexes are then built again.
const WORDS_TOKENIZER: &str = "onrecord_words_1";
const NAMED_TOKENIZER: &str = "onrecord_named_1";

/// Free positions before each value, so that neither phrases nor `near` reach over from one to the next.
const GAP: usize = MAX_NEAR as usize;

/// Longest key in bytes; of longer header names the beginning and a hash are kept.
const MAX_KEY: usize = 120;

/// Ends a key or a value in a [`NamedValue`], and the key of a token where it is a header's whole name.
const END: char = '\0';

/// Most header names whose keys are kept at hand.
const MAX_KEYS: usize = 10_000;

/// Begins the key of a header that has no code.
const HEADER_MARK: char = '.';

/// Headers of nearly every message: their key is one byte, counted down from the last of ASCII.
/// The order is part of the index: a change needs a new version of the tokenizer.
const CODED_HEADERS: &[&str] = &[
    "received",
    "dkim-signature",
    "references",
    "x-received",
    "x-google-dkim-signature",
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "sender",
    "reply-to",
    "return-path",
    "delivered-to",
    "errors-to",
    "list-id",
    "list-post",
    "list-help",
    "list-archive",
    "list-subscribe",
    "list-unsubscribe",
    "precedence",
    "content-type",
    "content-transfer-encoding",
    "mime-version",
    "user-agent",
    "x-mailer",
    "x-antiabuse",
    "x-beenthere",
    "x-original-to",
    "authentication-results",
    "received-spf",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "thread-index",
    "thread-topic",
    "x-spam-status",
    "x-spam-level",
    "x-mailman-version",
    "x-originating-ip",
    "x-forefront-antispam-report",
];

/// The columns of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) id: Column,
    pub(crate) id_high: Column,
    pub(crate) id_low: Column,
    pub(crate) date: Column,
    pub(crate) text: Column,
    pub(crate) named: Column,
    pub(crate) kind: Column,
    pub(crate) sender: Column,
    pub(crate) domain: Column,
    pub(crate) custodian: Column,
    pub(crate) language: Column,
    pub(crate) tag: Column,
}

pub(crate) fn schema() -> (Schema, Columns) {
    let mut builder = Schema::builder();
    let words = |tokenizer: &str, lengths: bool| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(lengths);
        TextOptions::default().set_indexing_options(indexing)
    };
    let number = NumericOptions::default().set_fast();
    let value = TextOptions::default().set_fast("raw");
    let columns = Columns {
        id: builder.add_bytes_field("id", BytesOptions::default().set_indexed()),
        id_high: builder.add_u64_field("id_high", number.clone()),
        id_low: builder.add_u64_field("id_low", number.clone()),
        date: builder.add_i64_field("date", number),
        text: builder.add_text_field("text", words(WORDS_TOKENIZER, true)),
        named: builder.add_text_field("named", words(NAMED_TOKENIZER, false)),
        kind: builder.add_text_field("kind", value.clone()),
        sender: builder.add_text_field("sender", value.clone()),
        domain: builder.add_text_field("domain", value.clone()),
        custodian: builder.add_text_field("custodian", value.clone()),
        language: builder.add_text_field("language", value.clone()),
        tag: builder.add_text_field("tag", value),
    };
    (builder.build(), columns)
}

pub(crate) fn register_tokenizers(index: &tantivy::Index) {
    let manager = index.tokenizers();
    manager.register(
        WORDS_TOKENIZER,
        TextAnalyzer::from(WordTokenizer { named: false }),
    );
    manager.register(
        NAMED_TOKENIZER,
        TextAnalyzer::from(WordTokenizer { named: true }),
    );
}

/// What stands before every token of a scope in `named`; `None` for what lies in `text`.
pub(crate) fn key_of(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Everywhere => None,
        Scope::Field(field) => Some(field_key(*field)),
        Scope::Header(name) => Some(header_key(name)),
    }
}

/// One byte, counted up from the first of ASCII that is not [`END`].
pub(crate) fn field_key(field: Field) -> String {
    String::from(char::from(field as u8 + 1))
}

/// One byte for common headers; for others the name between [`HEADER_MARK`] and [`END`].
pub(crate) fn header_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let code = (0u8..)
        .zip(CODED_HEADERS)
        .find(|(_, coded)| **coded == lower);
    if let Some((code, _)) = code {
        return String::from(char::from(0x7f - code));
    }
    let mut key = String::with_capacity(lower.len() + 2);
    key.push(HEADER_MARK);
    key.extend(lower.chars().filter(|c| *c != END));
    if key.len() > MAX_KEY {
        let hash = fnv(key.as_bytes());
        let mut keep = MAX_KEY - 16;
        while !key.is_char_boundary(keep) {
            keep -= 1;
        }
        key.truncate(keep);
        key.push_str(&format!("{hash:016x}"));
    }
    key.push(END);
    key
}

fn is_header(key: &str) -> bool {
    key.starts_with(HEADER_MARK)
        || key
            .as_bytes()
            .first()
            .is_some_and(|code| *code > FIELDS.len() as u8)
}

/// All that a document gives to `named`: keys and values in turn, each ended by [`END`].
#[derive(Debug, Default)]
pub(crate) struct NamedValue {
    laid_out: String,
    /// Keys of header names seen so far.
    keys: HashMap<String, String>,
}

impl NamedValue {
    pub(crate) fn clear(&mut self) {
        self.laid_out.clear();
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.laid_out
    }

    pub(crate) fn add_field(&mut self, field: Field, value: &str) {
        if !value.is_empty() {
            self.laid_out.push_str(&field_key(field));
            self.laid_out.push(END);
            self.add_value(value);
        }
    }

    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if let Some(key) = self.keys.get(name) {
            self.laid_out.push_str(key);
        } else {
            let key = header_key(name);
            self.laid_out.push_str(&key);
            if self.keys.len() < MAX_KEYS {
                self.keys.insert(name.to_owned(), key);
            }
        }
        if !self.laid_out.ends_with(END) {
            self.laid_out.push(END);
        }
        self.add_value(value);
    }

    fn add_value(&mut self, value: &str) {
        if value.as_bytes().contains(&(END as u8)) {
            self.laid_out.push_str(&value.replace(END, " "));
        } else {
            self.laid_out.push_str(value);
        }
        self.laid_out.push(END);
    }
}

#[derive(Clone)]
struct WordTokenizer {
    /// Whether the text begins with a key that goes before each token.
    named: bool,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        let (text, rest) = if self.named { ("", text) } else { (text, "") };
        let token = Token {
            position: GAP - 1,
            ..Token::default()
        };
        WordStream {
            rest,
            key_len: 0,
            in_header: false,
            tokens: Tokens::new(text),
            token,
        }
    }
}

struct WordStream<'a> {
    /// The keys and values that come after this one.
    rest: &'a str,
    key_len: usize,
    in_header: bool,
    tokens: Tokens<'a>,
    token: Token,
}

impl WordStream<'_> {
    #[inline]
    fn step(&mut self) -> bool {
        loop {
            self.token.text.truncate(self.key_len);
            self.token.position = self.token.position.wrapping_add(1);
            if self.tokens.next_into(&mut self.token.text).is_some() {
                if self.in_header {
                    cut_opaque(self.key_len, &mut self.token.text);
                }
                return true;
            }
            if self.rest.is_empty() {
                return false;
            }
            self.next_value();
        }
    }

    fn next_value(&mut self) {
        let (key, rest) = self.rest.split_once(END).unwrap_or((self.rest, ""));
        let (value, rest) = rest.split_once(END).unwrap_or((rest, ""));
        self.token.text.clear();
        self.token.text.push_str(key);
        if key.starts_with(HEADER_MARK) {
            self.token.text.push(END);
        }
        self.key_len = self.token.text.len();
        self.in_header = is_header(key);
        self.token.position += GAP;
        self.tokens = Tokens::new(value);
        self.rest = rest;
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.step()
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }

    fn process(&mut self, sink: &mut dyn FnMut(&Token)) {
        while self.step() {
            sink(&self.token);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_differ_and_none_begins_another() {
        let fields = FIELDS.iter().map(|(field, _)| field_key(*field));
        let coded = CODED_HEADERS.iter().map(|name| header_key(name));
        let named = ["x", "X-Long", "type", "é"].into_iter().map(header_key);
        let keys: Vec<String> = fields.chain(coded).chain(named).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        for (index, key) in keys.iter().enumerate() {
            let others = keys.iter().enumerate().filter(|(other, _)| *other != index);
            assert!(
                others
                    .into_iter()
                    .all(|(_, other)| !other.starts_with(key.as_str())),
                "{key:?}"
            );
        }
        assert!(
            keys.iter()
                .all(|key| !key.is_empty() && (key.len() == 1) != key.starts_with(HEADER_MARK))
        );
    }

    #[test]
    fn values_are_parted_and_keyed() {
        let mut value = NamedValue::default();
        value.add_field(Field::From, "Ken Lay");
        value.add_header("X-Odd", "a\0b");
        value.add_header("X-Odd", "c");
        let mut tokenizer = WordTokenizer { named: true };
        let mut stream = tokenizer.token_stream(value.as_str());
        let mut seen = Vec::new();
        while let Some(token) = stream.next() {
            seen.push((token.text.clone(), token.position));
        }
        let texts: Vec<&str> = seen.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "\u{1}ken",
                "\u{1}lay",
                ".x-odd\0a",
                ".x-odd\0b",
                ".x-odd\0c"
            ]
        );
        let gaps: Vec<usize> = seen.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        assert_eq!(gaps, [1, GAP + 2, 1, GAP + 2]);
    }
}
