//! Annotations: which texts wait for them, and keeping them.

use onrecord_pipeline::extract::table::Dialect;
use onrecord_pipeline::{Fingerprint, TextShape};
use onrecord_record::{DocumentId, TextId};
use rusqlite::params;

use crate::error::Error;
use crate::reader::{Reader, document_id};
use crate::text;
use crate::writer::Writer;

/// A text that waits to be annotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextToAnnotate {
    /// Its name.
    pub id: TextId,
    /// The text.
    pub text: String,
    /// What it is, as far as its lines go.
    pub shape: TextShape,
}

/// An annotation to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationRow {
    /// The text.
    pub text: TextId,
    /// Number of tokens.
    pub tokens: u64,
    /// Number of names worth showing.
    pub mentions: u64,
    /// The annotation as bytes.
    pub data: Vec<u8>,
}

/// Documents in a language that no pipeline reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLanguage {
    /// Code of the language.
    pub language: String,
    /// How many documents.
    pub documents: u64,
}

/// How far annotation has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnnotationCounts {
    /// Distinct texts that can be annotated: running text and tables, not data.
    pub texts: u64,
    /// Those that are annotated.
    pub texts_done: u64,
    /// Mentions in them.
    pub mentions: u64,
}

/// Texts that people read, in a language that is `?1` or unknown.
const ANNOTATED_TEXTS: &str = "FROM document_texts t JOIN documents d ON d.id = t.document
    WHERE t.role = 'main' AND d.kind <> 'data' AND (d.language IS NULL OR d.language = ?1)";

impl Reader<'_> {
    /// Texts after `after` without an annotation of this fingerprint, in the order of their names.
    /// A text of several documents has the shape of the one with the least id.
    ///
    /// # Errors
    /// When SQLite fails, or a text is damaged.
    pub fn texts_to_annotate(
        &self,
        language: &str,
        fingerprint: &Fingerprint,
        after: Option<TextId>,
        limit: usize,
    ) -> Result<Vec<TextToAnnotate>, Error> {
        let mut statement = self.db().prepare_cached(&format!(
            "SELECT t.text, min(d.id), x.length, x.data FROM (SELECT t.text, t.document {ANNOTATED_TEXTS}
                AND t.text > ?2 AND NOT EXISTS
                (SELECT 1 FROM annotations a WHERE a.text = t.text AND a.fingerprint = ?3)) t
             JOIN documents d ON d.id = t.document JOIN texts x ON x.id = t.text
             GROUP BY t.text ORDER BY t.text LIMIT ?4"
        ))?;
        let after = after.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let mut rows =
            statement.query(params![language, after, fingerprint.as_str(), limit as i64])?;
        let mut texts = Vec::new();
        while let Some(row) = rows.next()? {
            let id = TextId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default());
            let length = row.get::<_, i64>(2)?.unsigned_abs() as usize;
            texts.push(TextToAnnotate {
                id: id.ok_or(Error::Damaged("text id"))?,
                text: text::unpack(row.get_ref(3)?.as_blob().unwrap_or_default(), length)?,
                shape: self.shape(document_id(row, 1)?)?,
            });
        }
        Ok(texts)
    }

    /// How many texts lack an annotation of this fingerprint.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn texts_waiting(&self, language: &str, fingerprint: &Fingerprint) -> Result<u64, Error> {
        let sql = format!(
            "SELECT count(DISTINCT t.text) {ANNOTATED_TEXTS} AND NOT EXISTS
             (SELECT 1 FROM annotations a WHERE a.text = t.text AND a.fingerprint = ?2)"
        );
        let number: i64 =
            self.db()
                .query_row(&sql, params![language, fingerprint.as_str()], |row| {
                    row.get(0)
                })?;
        Ok(number.unsigned_abs())
    }

    /// How the text of a document is to be divided.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn shape(&self, id: DocumentId) -> Result<TextShape, Error> {
        let document = self.document(id)?;
        Ok(match document.kind.as_str() {
            "message" => {
                let flowed = self.message(id)?.is_some_and(|message| message.flowed);
                TextShape::Mail { flowed }
            }
            "article" | "page" => TextShape::Article,
            "table" => {
                let stated = document.metadata.iter().find(|(key, _)| key == "delimiter");
                let delimiter = stated.and_then(|(_, name)| Dialect::delimiter_named(name));
                TextShape::Table {
                    delimiter: delimiter.unwrap_or(','),
                }
            }
            _ => TextShape::Plain,
        })
    }

    /// How a text is divided: as that of the document with the least id that has it.
    pub(crate) fn shape_of_text(&self, text: TextId) -> Result<TextShape, Error> {
        let document = self
            .db()
            .prepare_cached(
                "SELECT min(d.id) FROM document_texts t JOIN documents d ON d.id = t.document
                 WHERE t.text = ?1 AND t.role = 'main' AND d.kind <> 'data'",
            )?
            .query_row([text.as_bytes()], |row| document_id(row, 0))?;
        self.shape(document)
    }

    /// Texts to annotate, texts annotated, and the mentions in them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn annotation_counts(&self, language: &str) -> Result<AnnotationCounts, Error> {
        let number = |sql: &str| -> Result<u64, Error> {
            let number: i64 = self.db().query_row(sql, [language], |row| row.get(0))?;
            Ok(number.unsigned_abs())
        };
        Ok(AnnotationCounts {
            texts: number(&format!("SELECT count(DISTINCT t.text) {ANNOTATED_TEXTS}"))?,
            texts_done: number("SELECT count(*) FROM annotations WHERE ?1 <> ''")?,
            mentions: number("SELECT coalesce(sum(mentions), 0) FROM annotations WHERE ?1 <> ''")?,
        })
    }

    /// Languages of documents that are not annotated for want of a pipeline, most documents first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn unread_languages(&self, language: &str) -> Result<Vec<UnreadLanguage>, Error> {
        let languages = self
            .db()
            .prepare(
                "SELECT language, count(*) FROM documents
                 WHERE language IS NOT NULL AND language <> ?1 AND kind <> 'data'
                 GROUP BY language ORDER BY 2 DESC, 1",
            )?
            .query_map([language], |row| {
                Ok(UnreadLanguage {
                    language: row.get(0)?,
                    documents: row.get::<_, i64>(1)?.unsigned_abs(),
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(languages)
    }
}

impl Writer {
    /// Keeps annotations; what another fingerprint made of the same texts is replaced.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn put_annotations(
        &mut self,
        fingerprint: &Fingerprint,
        labels: (&str, &[u8]),
        rows: &[AnnotationRow],
    ) -> Result<(), Error> {
        self.db()
            .prepare_cached("INSERT OR IGNORE INTO labels (id, data) VALUES (?1, ?2)")?
            .execute(params![labels.0, labels.1])?;
        let mut statement = self.db().prepare_cached(
            "INSERT OR REPLACE INTO annotations (text, fingerprint, labels, tokens, mentions, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for row in rows {
            statement.execute(params![
                row.text.as_bytes(),
                fingerprint.as_str(),
                labels.0,
                row.tokens as i64,
                row.mentions as i64,
                row.data
            ])?;
        }
        Ok(())
    }
}
