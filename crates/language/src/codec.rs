//! Annotations as bytes, small enough to keep for every document, and readable without a pipeline.
//!
//! A version byte; the id of the labels; the counts of tokens and lemmas; the lemmas, each once; then for each token, as
//! variable-length numbers: its place, its analysis (numbered as they first occur), head, dependency label, lemma, and
//! a byte for sentence start and entity. About 11 bytes a token for a long text, 13 for a short one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::annotated::{Annotated, EntityIob, Token};
use crate::labels::Labels;

const VERSION: u8 = 1;
/// Says that gap and length of a token follow as numbers of their own.
const LONG: u8 = u8::MAX;

/// Why bytes are not an annotation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes were written by another version of this crate.
    #[error(
        "the annotation has format version {found}, and this program reads {VERSION}; annotate the document again"
    )]
    Version {
        /// The version found.
        found: u8,
    },
    /// The labels are not those that the annotation was written with.
    #[error(
        "the annotation belongs to the labels {found:016x}, not to {given:016x}; give the labels kept with it"
    )]
    OtherLabels {
        /// The id in the bytes.
        found: u64,
        /// The id of the labels given.
        given: u64,
    },
    /// The bytes are cut off, or hold numbers that cannot be.
    #[error("the annotation is damaged at byte {offset}; annotate the document again")]
    Damaged {
        /// Where reading stopped.
        offset: usize,
    },
}

impl Annotated {
    /// The annotation as bytes; [`Labels::to_bytes`] must be kept once beside all that one pipeline wrote.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend(self.labels.id().to_le_bytes());
        put(&mut out, self.tokens.len() as u64);
        put(&mut out, self.lemma_ends.len() as u64);
        let mut from = 0;
        for &end in &self.lemma_ends {
            put(&mut out, u64::from(end - from));
            out.extend(&self.lemmas.as_bytes()[from as usize..end as usize]);
            from = end;
        }
        let mut analyses: HashMap<(u16, u16, u16), u64> = HashMap::new();
        let mut at = 0;
        for (i, token) in self.tokens.iter().enumerate() {
            put_place(&mut out, token.start - at, token.end - token.start);
            at = token.end;
            let analysis = (token.tag, token.pos, token.morph);
            let next = analyses.len() as u64;
            let number = *analyses.entry(analysis).or_insert(next);
            put(&mut out, number);
            if number == next {
                [token.tag, token.pos, token.morph]
                    .into_iter()
                    .for_each(|n| put(&mut out, u64::from(n)));
            }
            let distance = i64::from(token.head) - i as i64;
            put(&mut out, (distance << 1 ^ distance >> 63) as u64);
            put(&mut out, u64::from(token.dep));
            put(&mut out, u64::from(token.lemma));
            out.push(token.ent_iob as u8 | u8::from(token.starts_sentence) << 2);
            if token.ent_iob != EntityIob::Outside {
                put(&mut out, u64::from(token.ent_type));
            }
        }
        out
    }

    /// Reads back what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Bytes of another version, of other labels, or that are no annotation.
    pub fn decode(bytes: &[u8], labels: &Arc<Labels>) -> Result<Self, DecodeError> {
        let mut r = Reader { bytes, at: 0 };
        let version = r.byte()?;
        if version != VERSION {
            return Err(DecodeError::Version { found: version });
        }
        let id = r
            .take(8)?
            .iter()
            .rev()
            .fold(0, |n, &b| n << 8 | u64::from(b));
        if id != labels.id() {
            return Err(DecodeError::OtherLabels {
                found: id,
                given: labels.id(),
            });
        }
        let (n, n_lemmas) = (r.count()?, r.count()?);
        let mut out = Self::empty(Arc::clone(labels));
        for _ in 0..n_lemmas {
            let len = r.count()?;
            let lemma = r.take(len)?;
            out.lemmas
                .push_str(std::str::from_utf8(lemma).map_err(|_| r.damaged())?);
            out.lemma_ends.push(out.lemmas.len() as u32);
        }
        let mut analyses: Vec<[u16; 3]> = Vec::new();
        let mut at = 0;
        out.tokens.reserve_exact(n);
        for i in 0..n {
            let token = r.token(i, n, &mut at, &mut analyses)?;
            let label_max = [token.tag, token.pos, token.morph, token.dep, token.ent_type]
                .into_iter()
                .max();
            if label_max.is_some_and(|l| usize::from(l) >= labels.len())
                || token.lemma as usize >= n_lemmas
            {
                return Err(r.damaged());
            }
            out.tokens.push(token);
        }
        if r.at < bytes.len() {
            Err(r.damaged())
        } else {
            Ok(out)
        }
    }
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn put_place(out: &mut Vec<u8>, gap: u32, len: u32) {
    if gap < 2 && len < 127 {
        out.push((len << 1 | gap) as u8);
    } else {
        out.push(LONG);
        put(out, u64::from(gap));
        put(out, u64::from(len));
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self) -> DecodeError {
        DecodeError::Damaged { offset: self.at }
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        let part = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..n))
            .ok_or_else(|| self.damaged())?;
        self.at += n;
        Ok(part)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u64, DecodeError> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(self.damaged())
    }

    /// A number of things that each take a byte at least.
    fn count(&mut self) -> Result<usize, DecodeError> {
        let n = self.number()?;
        if n > (self.bytes.len() - self.at) as u64 {
            Err(self.damaged())
        } else {
            Ok(n as usize)
        }
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Result<T, DecodeError> {
        let n = self.number()?;
        T::try_from(n).map_err(|_| self.damaged())
    }

    fn token(
        &mut self,
        i: usize,
        n: usize,
        at: &mut u32,
        analyses: &mut Vec<[u16; 3]>,
    ) -> Result<Token, DecodeError> {
        let (gap, len) = match self.byte()? {
            LONG => (self.small::<u32>()?, self.small::<u32>()?),
            place => (u32::from(place & 1), u32::from(place >> 1)),
        };
        let start = at.checked_add(gap).ok_or_else(|| self.damaged())?;
        let end = start.checked_add(len).ok_or_else(|| self.damaged())?;
        *at = end;
        let analysis = self.small::<usize>()?;
        if analysis == analyses.len() {
            analyses.push([self.small()?, self.small()?, self.small()?]);
        }
        let &[tag, pos, morph] = analyses.get(analysis).ok_or_else(|| self.damaged())?;
        let distance = self.number()?;
        let distance = (distance >> 1) as i64 ^ -((distance & 1) as i64);
        let head = usize::try_from(distance.wrapping_add(i as i64))
            .ok()
            .filter(|&h| h < n);
        let head = head.ok_or_else(|| self.damaged())? as u32;
        let (dep, lemma) = (self.small()?, self.small()?);
        let flags = self.byte()?;
        let ent_iob = match flags & 3 {
            1 => EntityIob::Inside,
            2 => EntityIob::Outside,
            3 => EntityIob::Begins,
            _ => return Err(self.damaged()),
        };
        let ent_type = if ent_iob == EntityIob::Outside {
            0
        } else {
            self.small()?
        };
        let starts_sentence = flags & 4 != 0;
        Ok(Token {
            start,
            end,
            head,
            lemma,
            tag,
            pos,
            morph,
            dep,
            ent_type,
            ent_iob,
            starts_sentence,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    fn labels() -> Arc<Labels> {
        let mut labels = Labels::new();
        for i in 0..300 {
            labels.add(&format!("label {i}"));
        }
        Arc::new(labels.seal())
    }

    fn sample(seeds: &[(u8, u16, u8)]) -> Annotated {
        let mut out = Annotated::empty(labels());
        let n = seeds.len() as u32;
        for lemma in ["a", "", "lémme"] {
            out.lemmas.push_str(lemma);
            out.lemma_ends.push(out.lemmas.len() as u32);
        }
        let mut at = 0u32;
        for (i, &(a, b, c)) in seeds.iter().enumerate() {
            let start = at + u32::from(a % 4);
            at = start + u32::from(b);
            let ent_iob =
                [EntityIob::Inside, EntityIob::Outside, EntityIob::Begins][usize::from(c) % 3];
            out.tokens.push(Token {
                start,
                end: at,
                head: (i as u32 + u32::from(b)) % n,
                lemma: u32::from(c) % 3,
                tag: b % 301,
                pos: u16::from(a),
                morph: u16::from(c % 2),
                dep: b % 7,
                ent_type: if ent_iob == EntityIob::Outside {
                    0
                } else {
                    u16::from(a)
                },
                ent_iob,
                starts_sentence: c & 1 == 1,
            });
        }
        out
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seeds in prop::collection::vec(any::<(u8, u16, u8)>(), 0..50)) {
            let annotated = sample(&seeds);
            prop_assert_eq!(Annotated::decode(&annotated.encode(), &labels()), Ok(annotated));
        }

        #[test]
        fn damage_is_an_error_or_another_annotation(
            seeds in prop::collection::vec(any::<(u8, u16, u8)>(), 1..9), at in any::<usize>(), flip in 1u8..
        ) {
            let annotated = sample(&seeds);
            let mut bytes = annotated.encode();
            for cut in 0..bytes.len() {
                prop_assert!(Annotated::decode(&bytes[..cut], &labels()).is_err());
            }
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let _ = Annotated::decode(&bytes, &labels());
        }
    }

    #[test]
    fn other_labels_and_versions_are_refused() {
        let mut bytes = sample(&[(1, 2, 3)]).encode();
        let others = Arc::new(Labels::new().seal());
        assert!(matches!(
            Annotated::decode(&bytes, &others),
            Err(DecodeError::OtherLabels { .. })
        ));
        bytes[0] = 9;
        assert_eq!(
            Annotated::decode(&bytes, &labels()),
            Err(DecodeError::Version { found: 9 })
        );
    }
}
