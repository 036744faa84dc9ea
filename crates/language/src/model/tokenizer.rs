//! The files `tokenizer` and `vocab/lookups.bin`.

use std::collections::HashMap;

use super::each_table;
use super::files::Files;
use super::msgpack::{Item, Reader};
use crate::error::LoadError;
use crate::text::lexemes::Norms;
use crate::text::pattern::{Acceptor, Pattern, PatternError};
use crate::text::strings::string_id;
use crate::text::tokenizer::{Part, Tokenizer};

const FILE: &str = "tokenizer";
/// Attribute numbers in exceptions.
const ORTH: u64 = 65;
const NORM: u64 = 67;

pub(super) fn read(files: &Files<'_>) -> Result<Tokenizer, LoadError> {
    let bytes = files.read(FILE)?;
    let mut r = Reader::new(&bytes, FILE);
    let (mut prefix, mut suffix, mut infix, mut url, mut whole) = (None, None, None, None, None);
    let mut exceptions = HashMap::new();
    for _ in 0..r.map_len()? {
        match r.text()? {
            "prefix_search" => prefix = compiled(&mut r, Pattern::new)?,
            "suffix_search" => suffix = compiled(&mut r, Pattern::new)?,
            "infix_finditer" => infix = compiled(&mut r, Pattern::new)?,
            "url_match" => url = compiled(&mut r, Acceptor::new)?,
            "token_match" => whole = compiled(&mut r, Acceptor::new)?,
            "exceptions" => exceptions = read_exceptions(&mut r)?,
            "faster_heuristics" => {
                if r.item()? != Item::Bool(true) {
                    return Err(LoadError::unsupported(
                        FILE,
                        "a tokenizer without faster_heuristics",
                    ));
                }
            }
            _ => r.skip()?,
        }
    }
    Ok(Tokenizer::new(
        prefix, suffix, infix, url, whole, exceptions,
    ))
}

fn compiled<T>(
    r: &mut Reader<'_>,
    new: impl Fn(&str) -> Result<T, PatternError>,
) -> Result<Option<T>, LoadError> {
    match r.item()? {
        Item::Nil => Ok(None),
        Item::Str(source) => new(source)
            .map(Some)
            .map_err(|e| LoadError::unsupported(FILE, e.0)),
        _ => Err(r.error("a pattern that is not text")),
    }
}

fn read_exceptions(r: &mut Reader<'_>) -> Result<HashMap<Box<str>, Vec<Part>>, LoadError> {
    let mut out = HashMap::new();
    for _ in 0..r.map_len()? {
        let key = r.text()?;
        let mut parts = Vec::new();
        let mut joined = String::new();
        for _ in 0..r.array_len()? {
            let (mut orth, mut norm) = ("", None);
            for _ in 0..r.map_len()? {
                match r.number()? {
                    ORTH => orth = r.text()?,
                    NORM => norm = Some(string_id(r.text()?)),
                    _ => return Err(r.error("an exception that sets more than ORTH and NORM")),
                }
            }
            joined.push_str(orth);
            parts.push(Part {
                len: orth.len() as u32,
                norm,
            });
        }
        if joined != key || key.is_empty() {
            return Err(r.error(format!(
                "the parts of the exception {key:?} are not the exception"
            )));
        }
        out.insert(key.into(), parts);
    }
    Ok(out)
}

/// Norms of single words, by id; the file may be absent or empty.
pub(super) fn norms(files: &Files<'_>) -> Result<Norms, LoadError> {
    const FILE: &str = "vocab/lookups.bin";
    let mut norms = Norms::new();
    let Some(bytes) = files.read_optional(FILE)? else {
        return Ok(norms);
    };
    each_table(&bytes, FILE, |name, r| {
        if name != "lexeme_norm" {
            return r.skip();
        }
        for _ in 0..r.map_len()? {
            let key = r.number()?;
            norms.insert(key, string_id(r.text()?));
        }
        Ok(())
    })?;
    Ok(norms)
}
