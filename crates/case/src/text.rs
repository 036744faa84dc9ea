//! Texts and headers as they lie in the database: zstd, since a case is read far oftener than written.

use onrecord_pipeline::HeaderField;
use onrecord_record::PlacedSpan;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::zstd_safe::CParameter;

use crate::error::Error;

/// One of zstd's fast levels: on mail a third faster than level 1, for a tenth more bytes.
const LEVEL: i32 = -3;
/// 128 kB, more than most texts have.
const WINDOW_LOG: u32 = 17;
/// Entries of its table, which is cleared for every text: few, for most texts are short.
const HASH_LOG: u32 = 12;

pub(crate) fn pack(text: &str) -> Vec<u8> {
    compress(text.as_bytes())
}

pub(crate) fn unpack(data: &[u8], length: usize) -> Result<String, Error> {
    let bytes = zstd::bulk::decompress(data, length).map_err(|_| Error::Damaged("text"))?;
    String::from_utf8(bytes).map_err(|_| Error::Damaged("text"))
}

pub(crate) fn pack_headers(headers: &[HeaderField]) -> Vec<u8> {
    pack_json(&headers)
}

pub(crate) fn unpack_headers(data: &[u8]) -> Result<Vec<HeaderField>, Error> {
    unpack_json(data, "list of headers")
}

/// Nothing at all for the many texts that have no pages or rows.
pub(crate) fn pack_places(places: &[PlacedSpan]) -> Option<Vec<u8>> {
    (!places.is_empty()).then(|| pack_json(&places))
}

pub(crate) fn unpack_places(data: Option<&[u8]>) -> Result<Vec<PlacedSpan>, Error> {
    data.map_or(Ok(Vec::new()), |data| unpack_json(data, "list of pages"))
}

fn pack_json(value: &impl Serialize) -> Vec<u8> {
    let json = serde_json::to_vec(value).expect("its keys are strings");
    let mut packed = (json.len() as u32).to_le_bytes().to_vec();
    packed.extend(compress(&json));
    packed
}

fn unpack_json<T: DeserializeOwned>(data: &[u8], what: &'static str) -> Result<T, Error> {
    let damaged = || Error::Damaged(what);
    let (length, packed) = data.split_first_chunk().ok_or_else(damaged)?;
    let json = unpack(packed, u32::from_le_bytes(*length) as usize)?;
    serde_json::from_str(&json).map_err(|_| damaged())
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    thread_local! {
        static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
            const { std::cell::RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = new_compressor();
        }
        compressor
            .as_mut()
            .and_then(|compressor| compressor.compress(bytes).ok())
            .expect("zstd compresses any bytes in memory")
    })
}

/// With a fixed window its tables keep their size, and are not made anew for every text.
fn new_compressor() -> Option<zstd::bulk::Compressor<'static>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).ok()?;
    compressor
        .set_parameter(CParameter::WindowLog(WINDOW_LOG))
        .ok()?;
    compressor
        .set_parameter(CParameter::HashLog(HASH_LOG))
        .ok()?;
    Some(compressor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let text = "Ünïcode ".repeat(1000);
        assert_eq!(unpack(&pack(&text), text.len()).expect("sound"), text);
        assert!(unpack(b"junk", 10).is_err());
        let headers = vec![HeaderField {
            name: "Subject".into(),
            value: "a\tb: c".into(),
        }];
        assert_eq!(
            unpack_headers(&pack_headers(&headers)).expect("sound"),
            headers
        );
    }
}
