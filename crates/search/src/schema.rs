//! How documents lie in Tantivy: two fields of words, and columns for dates, ids and facets.
//!
//! `text` holds what a bare word searches, one stretch of positions a value. `named` holds every field and
//! header: each token stands behind its field's key and a zero byte, so that one dictionary serves them all
//! and the tokens of a field are neighbors in it.

use tantivy::schema::{
    BytesOptions, Field as Column, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::fields::Field;
use crate::query::{MAX_NEAR, Scope};
use crate::tokenize::{Tokens, fnv};

/// Raised whenever the same document would be indexed otherwise; older indexes are then built again.
const WORDS_TOKENIZER: &str = "onrecord_words_1";
const NAMED_TOKENIZER: &str = "onrecord_named_1";

/// Free positions before each value, so that neither phrases nor `near` reach over from one to the next.
const GAP: usize = MAX_NEAR as usize;

/// Longest key in bytes; of longer header names the beginning and a hash are kept.
const MAX_KEY: usize = 120;

/// Ends the key of a `named` token.
const KEY_END: char = '\0';

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

pub(crate) fn field_key(field: Field) -> String {
    let mut key = field.info().name.to_owned();
    key.push(KEY_END);
    key
}

/// The dot tells headers from fields of the same name.
pub(crate) fn header_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 2);
    key.push('.');
    key.extend(
        name.chars()
            .flat_map(char::to_lowercase)
            .filter(|c| *c != KEY_END),
    );
    if key.len() > MAX_KEY {
        let hash = fnv(key.as_bytes());
        let mut keep = MAX_KEY - 16;
        while !key.is_char_boundary(keep) {
            keep -= 1;
        }
        key.truncate(keep);
        key.push_str(&format!("{hash:016x}"));
    }
    key.push(KEY_END);
    key
}

#[derive(Clone)]
struct WordTokenizer {
    /// Whether the text begins with a key that goes before each token.
    named: bool,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        let (key, text) = match text.split_once(KEY_END).filter(|_| self.named) {
            Some((key, rest)) => (&text[..=key.len()], rest),
            None => ("", text),
        };
        let token = Token {
            text: key.to_owned(),
            position: GAP - 1,
            ..Token::default()
        };
        WordStream {
            key_len: key.len(),
            tokens: Tokens::new(text),
            token,
        }
    }
}

struct WordStream<'a> {
    key_len: usize,
    tokens: Tokens<'a>,
    token: Token,
}

impl WordStream<'_> {
    #[inline]
    fn step(&mut self) -> bool {
        self.token.text.truncate(self.key_len);
        self.token.position += 1;
        self.tokens.next_into(&mut self.token.text).is_some()
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
