//! Claims and near-copies, as grouping found them.

use onrecord_pipeline::Fingerprint;
use onrecord_pipeline::statements::copies::{CopyKind, NearCopies, NearCopy};
use onrecord_record::{ClaimId, DocumentId, StatementId};
use rusqlite::{OptionalExtension, Row, params};

use crate::error::Error;
use crate::reader::{Reader, document_id};
use crate::readings::{name_of, word};
use crate::writer::Writer;

/// A claim as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Its name.
    pub id: ClaimId,
    /// The statements that say so, and those that speak against it or of it.
    pub statements: Vec<StatementId>,
    /// How many of them say so.
    pub n_supporting: u64,
    /// The least and the greatest number of independent sources.
    pub independent_sources: [u32; 2],
    /// Everything, in JSON.
    pub detail: String,
}

/// A pair of near-copies.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCopy {
    /// The pair.
    pub pair: NearCopy,
    /// Whether the copy holds much besides.
    pub held: bool,
}

impl Reader<'_> {
    /// Details of claims, those with most independent sources first; `sink` says whether it wants more.
    ///
    /// # Errors
    /// When SQLite fails, or `sink` does.
    pub fn claims<E: From<Error>>(
        &self,
        sink: &mut dyn FnMut(&str) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut statement = self
            .db()
            .prepare(
                "SELECT detail FROM claims
                 ORDER BY sources_min DESC, sources_max DESC, statements DESC, id",
            )
            .map_err(Error::from)?;
        let mut rows = statement.query([]).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let detail = row.get_ref(0).map_err(Error::from)?;
            if !sink(detail.as_str().unwrap_or_default())? {
                break;
            }
        }
        Ok(())
    }

    /// Details of the claims in which a statement takes part.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn claims_of(&self, statement: StatementId) -> Result<Vec<String>, Error> {
        let details = self
            .db()
            .prepare_cached(
                "SELECT c.detail FROM claim_statements s JOIN claims c ON c.id = s.claim
                 WHERE s.statement = ?1 ORDER BY c.id",
            )?
            .query_map([statement.as_bytes()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(details)
    }

    /// The detail of the claim of this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn claim(&self, id: &str) -> Result<String, Error> {
        let missing = || Error::NotFound {
            what: "claim",
            given: id.to_owned(),
        };
        let known: ClaimId = id.parse().map_err(|_| missing())?;
        let detail = self
            .db()
            .prepare_cached("SELECT detail FROM claims WHERE id = ?1")?
            .query_row([known.as_bytes()], |row| row.get(0))
            .optional()?;
        detail.ok_or_else(missing)
    }

    /// How many claims there are.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn claim_count(&self) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM claims";
        let number: i64 = self.db().query_row(sql, [], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Near-copies, by original and copy.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn near_copies(&self) -> Result<Vec<StoredCopy>, Error> {
        let mut statement = self.db().prepare(
            "SELECT original, copy, kind, resemblance, containment, held
             FROM near_copies ORDER BY held, original, copy",
        )?;
        let mut rows = statement.query([])?;
        let mut copies = Vec::new();
        while let Some(row) = rows.next()? {
            copies.push(stored_copy(row)?);
        }
        Ok(copies)
    }

    /// Near-copies of one document: those that hold its words, and those whose words it holds.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn near_copies_of(&self, id: DocumentId) -> Result<Vec<StoredCopy>, Error> {
        let mut statement = self.db().prepare_cached(
            "SELECT original, copy, kind, resemblance, containment, held FROM near_copies
             WHERE original = ?1 OR copy = ?1 ORDER BY held, original, copy",
        )?;
        let mut rows = statement.query([id.as_bytes()])?;
        let mut copies = Vec::new();
        while let Some(row) = rows.next()? {
            copies.push(stored_copy(row)?);
        }
        Ok(copies)
    }

    /// A number that grows with every reading that is kept.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn readings_version(&self) -> Result<u64, Error> {
        let sql = "SELECT value FROM meta WHERE key = 'readings'";
        let value: String = self.db().query_row(sql, [], |row| row.get(0))?;
        Ok(value.parse().unwrap_or(0))
    }
}

pub(crate) fn stored_copy(row: &Row<'_>) -> Result<StoredCopy, Error> {
    let kind: CopyKind = word(row, 2)?;
    Ok(StoredCopy {
        pair: NearCopy {
            original: document_id(row, 0)?,
            copy: document_id(row, 1)?,
            kind,
            resemblance: row.get(3)?,
            containment: row.get(4)?,
        },
        held: row.get(5)?,
    })
}

impl Writer {
    /// Keeps what grouping found in place of what was kept before.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn replace_claims(
        &mut self,
        fingerprint: &Fingerprint,
        state: &str,
        rows: &[ClaimRow],
    ) -> Result<(), Error> {
        self.db()
            .execute_batch("DELETE FROM claim_statements; DELETE FROM claims;")?;
        let mut claim = self.db().prepare_cached(
            "INSERT INTO claims (id, statements, sources_min, sources_max, detail)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut member = self.db().prepare_cached(
            "INSERT OR IGNORE INTO claim_statements (statement, claim) VALUES (?1, ?2)",
        )?;
        for row in rows {
            let [min, max] = row.independent_sources;
            claim.execute(params![
                row.id.as_bytes(),
                row.n_supporting as i64,
                min,
                max,
                row.detail
            ])?;
            for statement in &row.statements {
                member.execute([statement.as_bytes(), row.id.as_bytes()])?;
            }
        }
        drop((claim, member));
        self.set_stage("claims", fingerprint, state)
    }

    /// Keeps the near-copies in place of those kept before.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn replace_near_copies(
        &mut self,
        fingerprint: &Fingerprint,
        state: &str,
        found: &NearCopies,
    ) -> Result<(), Error> {
        self.db().execute_batch("DELETE FROM near_copies;")?;
        let versions = found.clusters.iter().flat_map(|cluster| &cluster.copies);
        for copy in versions {
            self.put_near_copy(copy, false)?;
        }
        for copy in &found.held {
            self.put_near_copy(copy, true)?;
        }
        self.set_stage("copies", fingerprint, state)
    }

    fn put_near_copy(&mut self, copy: &NearCopy, held: bool) -> Result<(), Error> {
        let ends: [DocumentId; 2] = [copy.original, copy.copy];
        self.db()
            .prepare_cached(
                "INSERT OR REPLACE INTO near_copies
                 (original, copy, kind, resemblance, containment, held)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                ends[0].as_bytes(),
                ends[1].as_bytes(),
                name_of(&copy.kind),
                copy.resemblance,
                copy.containment,
                held
            ])?;
        Ok(())
    }
}
