//! Lists cut into pages: never more is read than a page shows, however large the case is.

use onrecord_pipeline::entities::EntityKind;
use onrecord_record::{DocumentId, EntityId, MentionId, StatementId};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params_from_iter};

use crate::claims::StoredCopy;
use crate::entities::{COLUMNS as ENTITY_COLUMNS, StoredEntity, asked, stored_entity};
use crate::error::Error;
use crate::reader::{Reader, document_id};
use crate::readings::{
    ACTOR_COLUMNS, LINK_COLUMNS, STATEMENT_COLUMNS, StoredActor, StoredLink, StoredStatement,
    mention_id, name_of, stored_actor, stored_link, stored_statement, word,
};

/// A document's date as lists are sorted by it: one without a date comes before all others. The same
/// words as in the index `documents_by_day`.
const DAY: &str = "ifnull(d.date, -99999999999)";
/// Statements of rarer stances than this are sorted; those of others are met by walking along the dates.
const RARE: i64 = 5_000;

/// Which entities, the weightiest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityChoice {
    /// Only of this kind.
    pub kind: Option<EntityKind>,
    /// Also those that nothing names.
    pub unnamed: bool,
    /// Only those of whose names each of these is the beginning of a word.
    pub words: String,
    /// Only those after this one.
    pub after: Option<EntityId>,
    /// At most so many.
    pub limit: usize,
}

/// Which statements, those of the latest documents first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementChoice {
    /// Only those of this source.
    pub by: Option<EntityId>,
    /// Only those whose content speaks of this entity.
    pub about: Option<EntityId>,
    /// Only those that this entity passes on.
    pub via: Option<EntityId>,
    /// Only those of these stances, as they are stored.
    pub stances: Vec<String>,
    /// Only those of this document.
    pub document: Option<DocumentId>,
    /// Only those in documents of this second or later.
    pub from: Option<i64>,
    /// Only those in documents before this second.
    pub before: Option<i64>,
    /// Only those after this one.
    pub after: Option<StatementId>,
    /// At most so many.
    pub limit: usize,
}

/// Which claims, those with the most independent sources first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimChoice {
    /// Only those that speak of this entity.
    pub about: Option<EntityId>,
    /// Only those to which this entity makes a statement.
    pub by: Option<EntityId>,
    /// Only those that somebody contradicts.
    pub contested: bool,
    /// Only those that this many or more statements support.
    pub at_least: u64,
    /// Only those after this one.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A number that is counted up to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many were counted.
    pub n: u64,
    /// Whether there are more.
    pub more: bool,
}

/// A tie with the date for which it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedLink {
    /// Whether the date is its end.
    pub ends: bool,
    /// The tie.
    pub link: StoredLink,
}

/// A condition that grows, with its arguments.
#[derive(Default)]
struct Where {
    sql: String,
    arguments: Vec<Value>,
}

impl Where {
    /// Adds a condition in which each `?` stands for one of the arguments.
    fn and(&mut self, condition: &str, arguments: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.arguments.extend(arguments);
    }
}

fn blob(bytes: &[u8]) -> Value {
    Value::Blob(bytes.to_vec())
}

/// The actors of an entity.
const ACTORS_OF: &str = "(SELECT id FROM actors WHERE entity = ?)";

/// The least text that sorts after every one that begins with `word`.
fn after_prefix(word: &str) -> String {
    format!("{word}\u{10ffff}")
}

impl Reader<'_> {
    /// A page of entities.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entity_page(&self, choice: &EntityChoice) -> Result<Vec<StoredEntity>, Error> {
        let mut condition = entity_condition(choice);
        if let Some(after) = choice.after {
            let weight: Option<f64> = self
                .db()
                .prepare_cached("SELECT weight FROM entities WHERE id = ?1")?
                .query_row([after.as_bytes()], |row| row.get(0))
                .optional()?;
            if let Some(weight) = weight {
                condition.and(
                    "(weight < ? OR (weight = ? AND id > ?))",
                    [
                        Value::Real(weight),
                        Value::Real(weight),
                        blob(after.as_bytes()),
                    ],
                );
            }
        }
        let sql = format!(
            "SELECT {ENTITY_COLUMNS} FROM entities WHERE 1{} ORDER BY weight DESC, id LIMIT {}",
            condition.sql, choice.limit
        );
        self.select(&sql, condition.arguments, stored_entity)
    }

    /// How many entities there are of each kind, as far as `choice` otherwise has them.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entity_kinds(&self, choice: &EntityChoice) -> Result<Vec<(EntityKind, u64)>, Error> {
        let condition = entity_condition(&EntityChoice {
            kind: None,
            ..choice.clone()
        });
        let sql = format!(
            "SELECT kind, count(*) FROM entities WHERE 1{} GROUP BY kind ORDER BY 2 DESC, 1",
            condition.sql
        );
        self.select(&sql, condition.arguments, |row| {
            Ok((word(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })
    }

    /// A page of statements.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn statement_page(&self, choice: &StatementChoice) -> Result<Vec<StoredStatement>, Error> {
        let mut condition = statement_condition(choice);
        if let Some(after) = choice.after
            && let Some((day, document, number)) = self.place_of_statement(after)?
        {
            condition.and(
                &format!("{DAY} <= ? AND ({DAY} < ? OR d.id < ? OR (d.id = ? AND s.number > ?))"),
                [
                    Value::Integer(day),
                    Value::Integer(day),
                    blob(document.as_bytes()),
                    blob(document.as_bytes()),
                    Value::Integer(number),
                ],
            );
        }
        let columns = prefixed(STATEMENT_COLUMNS, "s");
        let from = self.statement_tables(choice)?;
        let sql = format!(
            "SELECT {columns} FROM {from} WHERE 1{}
             ORDER BY {DAY} DESC, d.id DESC, s.number LIMIT {}",
            condition.sql, choice.limit
        );
        self.select(&sql, condition.arguments, stored_statement)
    }

    /// How many statements a choice has, counted up to `most`.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn statement_count(&self, choice: &StatementChoice, most: u64) -> Result<Tally, Error> {
        let condition = statement_condition(choice);
        let from = self.statement_tables(choice)?;
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {from} WHERE 1{} LIMIT {})",
            condition.sql,
            most + 1
        );
        let counted = self.select(&sql, condition.arguments, |row| Ok(row.get::<_, i64>(0)?))?;
        let n = counted.first().map_or(0, |n| n.unsigned_abs());
        Ok(Tally {
            n: n.min(most),
            more: n > most,
        })
    }

    fn place_of_statement(&self, id: StatementId) -> Result<Option<(i64, DocumentId, i64)>, Error> {
        let sql = format!(
            "SELECT {DAY}, d.id, s.number FROM statements s JOIN documents d ON d.id = s.document
             WHERE s.id = ?1"
        );
        let place = self
            .db()
            .prepare_cached(&sql)?
            .query_row([id.as_bytes()], |row| {
                Ok((row.get(0)?, document_id(row, 1)?, row.get(2)?))
            });
        Ok(place.optional()?)
    }

    /// The tables in the order in which they are walked: along the dates, or from the few that are wanted.
    fn statement_tables(&self, choice: &StatementChoice) -> Result<&'static str, Error> {
        let is_narrow = choice.by.is_some()
            || choice.about.is_some()
            || choice.via.is_some()
            || choice.document.is_some()
            || self.is_rare(&choice.stances)?;
        Ok(if is_narrow {
            "statements s CROSS JOIN documents d ON d.id = s.document"
        } else {
            "documents d CROSS JOIN statements s ON s.document = d.id"
        })
    }

    fn is_rare(&self, stances: &[String]) -> Result<bool, Error> {
        if stances.is_empty() {
            return Ok(false);
        }
        let mut condition = Where::default();
        stances_condition(&mut condition, stances);
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM statements s WHERE 1{} LIMIT {RARE})",
            condition.sql
        );
        let counted = self.select(&sql, condition.arguments, |row| Ok(row.get::<_, i64>(0)?))?;
        Ok(counted.first().is_some_and(|&n| n < RARE))
    }

    /// Details of a page of claims.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn claim_page(&self, choice: &ClaimChoice) -> Result<Vec<String>, Error> {
        let mut condition = Where::default();
        let of_statements = |which: &str| {
            format!("c.id IN (SELECT claim FROM claim_statements WHERE statement IN ({which}))")
        };
        if let Some(by) = choice.by {
            let which = format!("SELECT id FROM statements WHERE source IN {ACTORS_OF}");
            condition.and(&of_statements(&which), [blob(by.as_bytes())]);
        }
        if let Some(about) = choice.about {
            let which = format!("SELECT statement FROM statement_about WHERE actor IN {ACTORS_OF}");
            condition.and(&of_statements(&which), [blob(about.as_bytes())]);
        }
        if choice.contested {
            condition.and(
                "json_extract(detail, '$.contradicted_by[0]') IS NOT NULL",
                [],
            );
        }
        if choice.at_least > 1 {
            let least = i64::try_from(choice.at_least).unwrap_or(i64::MAX);
            condition.and("c.statements >= ?", [Value::Integer(least)]);
        }
        if let Some(after) = &choice.after {
            condition.and(
                "EXISTS (SELECT 1 FROM claims a WHERE a.id = ?
                 AND (-c.sources_min, -c.sources_max, -c.statements, c.id)
                 > (-a.sources_min, -a.sources_max, -a.statements, a.id))",
                [blob(&hex_bytes(after))],
            );
        }
        let sql = format!(
            "SELECT c.detail FROM claims c WHERE 1{}
             ORDER BY c.sources_min DESC, c.sources_max DESC, c.statements DESC, c.id LIMIT {}",
            condition.sql, choice.limit
        );
        self.select(&sql, condition.arguments, |row| Ok(row.get(0)?))
    }

    /// How many claims there are, and how many of them somebody contradicts.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn claim_counts(&self) -> Result<(u64, u64), Error> {
        let sql = "SELECT count(*) FROM claims
            WHERE json_extract(detail, '$.contradicted_by[0]') IS NOT NULL";
        let contested: i64 = self.db().query_row(sql, [], |row| row.get(0))?;
        Ok((self.claim_count()?, contested.unsigned_abs()))
    }

    /// Ties that begin or end at `since` (the beginning of an ISO date) or later, of one entity where
    /// one is given, in the order of that date.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn dated_links(
        &self,
        of: Option<EntityId>,
        ends: bool,
        since: &str,
        limit: usize,
    ) -> Result<Vec<DatedLink>, Error> {
        let field = if ends { "until" } else { "since" };
        let date = format!("json_extract(l.detail, '$.{field}')");
        let mut condition = Where::default();
        condition.and(
            &format!("{date} IS NOT NULL AND {date} >= ?"),
            [since.to_owned().into()],
        );
        if let Some(of) = of {
            condition.and(
                &format!("(l.from_actor IN {ACTORS_OF} OR l.to_actor IN {ACTORS_OF})"),
                [blob(of.as_bytes()), blob(of.as_bytes())],
            );
        }
        let sql = format!(
            "SELECT {LINK_COLUMNS} WHERE 1{} ORDER BY {date}, l.id LIMIT {limit}",
            condition.sql
        );
        let links = self.select(&sql, condition.arguments, stored_link)?;
        Ok(links
            .into_iter()
            .map(|link| DatedLink { ends, link })
            .collect())
    }

    /// Statements in documents of second `from` or later, by and about one entity where one is given, in
    /// the order of the dates.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn dated_statements(
        &self,
        of: Option<EntityId>,
        from: i64,
        limit: usize,
    ) -> Result<Vec<StoredStatement>, Error> {
        let columns = prefixed(STATEMENT_COLUMNS, "s");
        let mut arguments = vec![Value::Integer(from)];
        let (tables, of_entity) = match of {
            Some(of) => {
                arguments.extend([blob(of.as_bytes()), blob(of.as_bytes())]);
                (
                    "statements s CROSS JOIN documents d ON d.id = s.document",
                    format!(
                        "AND (s.source IN {ACTORS_OF} OR s.id IN
                         (SELECT statement FROM statement_about WHERE actor IN {ACTORS_OF}))"
                    ),
                )
            }
            None => (
                "documents d CROSS JOIN statements s ON s.document = d.id",
                String::new(),
            ),
        };
        let sql = format!(
            "SELECT {columns} FROM {tables} WHERE {DAY} >= ? {of_entity}
             ORDER BY {DAY}, d.id, s.number LIMIT {limit}"
        );
        self.select(&sql, arguments, stored_statement)
    }

    /// Messages of second `from` or later, those of one entity's addresses where one is given, in the
    /// order of the dates.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn dated_messages(
        &self,
        of: Option<EntityId>,
        from: i64,
        limit: usize,
    ) -> Result<Vec<DocumentId>, Error> {
        let mut arguments = vec![Value::Integer(from)];
        let of_entity = match of {
            Some(of) => {
                arguments.push(blob(of.as_bytes()));
                "AND d.id IN (SELECT document FROM actors WHERE entity = ? AND addresses <> '[]')"
            }
            None => "",
        };
        let sql = format!(
            "SELECT d.id FROM documents d WHERE {DAY} >= ? AND d.kind = 'message' {of_entity}
             ORDER BY {DAY}, d.id LIMIT {limit}"
        );
        self.select(&sql, arguments, |row| Ok(document_id(row, 0)?))
    }

    /// Documents that speak most of an entity, each with how many mentions.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn top_documents(
        &self,
        entity: EntityId,
        limit: usize,
    ) -> Result<Vec<(DocumentId, u64)>, Error> {
        let sql = format!(
            "SELECT document, sum(mentions) FROM actors WHERE entity = ?
             GROUP BY document ORDER BY 2 DESC, 1 LIMIT {limit}"
        );
        self.select(&sql, vec![blob(entity.as_bytes())], |row| {
            Ok((document_id(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })
    }

    /// The first of the actors that an entity consists of.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn some_actors_of_entity(
        &self,
        entity: EntityId,
        limit: usize,
    ) -> Result<Vec<StoredActor>, Error> {
        let sql = format!(
            "SELECT {ACTOR_COLUMNS} FROM actors WHERE entity = ? ORDER BY id LIMIT {limit}"
        );
        self.select(&sql, vec![blob(entity.as_bytes())], stored_actor)
    }

    /// Why the parts of an entity are held to be one, each reason with how many parts it holds.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn join_reasons(&self, entity: EntityId) -> Result<Vec<(String, u64)>, Error> {
        let sql = "SELECT joined, count(*) FROM actors WHERE entity = ?
             GROUP BY joined ORDER BY 2 DESC, 1";
        self.select(sql, vec![blob(entity.as_bytes())], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })
    }

    /// Named people and organizations in a document, each with whether a header or sheet gives an address
    /// of theirs.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn company_in(&self, document: DocumentId) -> Result<Vec<(EntityId, bool)>, Error> {
        let (low, high) = MentionId::range_of(document);
        let sql = "SELECT entity, max(addresses <> '[]') FROM actors
             WHERE id BETWEEN ? AND ? AND NOT unnamed AND kind IN ('person', 'organization')
             GROUP BY entity";
        let ends = vec![blob(low.as_bytes()), blob(high.as_bytes())];
        self.select(sql, ends, |row| {
            Ok((mention_id(row, 0)?.into(), row.get(1)?))
        })
    }

    /// Entities of a kind in whose names this word stands, the weightiest first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn entities_with_word(
        &self,
        kind: EntityKind,
        word: &str,
        limit: usize,
    ) -> Result<Vec<StoredEntity>, Error> {
        let sql = format!(
            "SELECT {ENTITY_COLUMNS} FROM entities WHERE kind = ? AND NOT unnamed AND id IN
             (SELECT entity FROM entity_words WHERE word = ?) ORDER BY weight DESC, id LIMIT {limit}"
        );
        let arguments = vec![name_of(&kind).into(), asked(word).into()];
        self.select(&sql, arguments, stored_entity)
    }

    /// A page of originals with near-copies, quoted blocks of answers left out unless they are asked for;
    /// and how many such originals there are.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn near_copy_page(
        &self,
        with_quotes: bool,
        skip: u64,
        limit: usize,
    ) -> Result<(Vec<DocumentId>, u64), Error> {
        let kinds = if with_quotes {
            ""
        } else {
            "WHERE kind <> 'quoted-block'"
        };
        let sql = format!(
            "SELECT n.original FROM (SELECT DISTINCT original FROM near_copies {kinds}) n
             JOIN documents d ON d.id = n.original
             ORDER BY {DAY}, d.id LIMIT {limit} OFFSET {}",
            i64::try_from(skip).unwrap_or(i64::MAX)
        );
        let page = self.select(&sql, Vec::new(), |row| Ok(document_id(row, 0)?))?;
        let sql = format!("SELECT count(DISTINCT original) FROM near_copies {kinds}");
        let number: i64 = self.db().query_row(&sql, [], |row| row.get(0))?;
        Ok((page, number.unsigned_abs()))
    }

    /// Near-copies of which a document is the original or the copy.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn copies_around(&self, document: DocumentId) -> Result<Vec<StoredCopy>, Error> {
        let sql = "SELECT original, copy, kind, resemblance, containment, held FROM near_copies
             WHERE original = ? OR copy = ? ORDER BY held, original, copy";
        let ends = vec![blob(document.as_bytes()), blob(document.as_bytes())];
        self.select(sql, ends, crate::claims::stored_copy)
    }

    /// Custodians from whom a document came.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn custodians_of(&self, document: DocumentId) -> Result<Vec<String>, Error> {
        let origins = self.origins(document)?;
        let mut names: Vec<String> = origins.into_iter().filter_map(|o| o.custodian).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn select<T>(
        &self,
        sql: &str,
        arguments: Vec<Value>,
        make: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.db().prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(arguments))?;
        let mut made = Vec::new();
        while let Some(row) = rows.next()? {
            made.push(make(row)?);
        }
        Ok(made)
    }
}

fn entity_condition(choice: &EntityChoice) -> Where {
    let mut condition = Where::default();
    if let Some(kind) = choice.kind {
        condition.and("kind = ?", [name_of(&kind).into()]);
    }
    if !choice.unnamed {
        condition.and("unnamed = 0", []);
    }
    for word in asked(&choice.words)
        .split(' ')
        .filter(|word| !word.is_empty())
    {
        condition.and(
            "id IN (SELECT entity FROM entity_words WHERE word >= ? AND word < ?)",
            [word.to_owned().into(), after_prefix(word).into()],
        );
    }
    condition
}

fn statement_condition(choice: &StatementChoice) -> Where {
    let mut condition = Where::default();
    if let Some(document) = choice.document {
        condition.and("s.document = ?", [blob(document.as_bytes())]);
    }
    if let Some(by) = choice.by {
        condition.and(&format!("s.source IN {ACTORS_OF}"), [blob(by.as_bytes())]);
    }
    if let Some(about) = choice.about {
        condition.and(
            &format!("s.id IN (SELECT statement FROM statement_about WHERE actor IN {ACTORS_OF})"),
            [blob(about.as_bytes())],
        );
    }
    if let Some(via) = choice.via {
        let theirs = format!("SELECT * FROM statements WHERE source IN {ACTORS_OF}");
        condition.and(
            &format!(
                "s.document IN (SELECT document FROM ({theirs})) AND EXISTS
                 (SELECT 1 FROM json_each(s.detail, '$.via') v WHERE v.value IN
                 (SELECT lower(hex(id)) FROM ({theirs})))"
            ),
            [blob(via.as_bytes()), blob(via.as_bytes())],
        );
    }
    stances_condition(&mut condition, &choice.stances);
    if let Some(from) = choice.from {
        condition.and(&format!("{DAY} >= ?"), [Value::Integer(from)]);
    }
    if let Some(before) = choice.before {
        condition.and(
            &format!("{DAY} < ? AND d.date IS NOT NULL"),
            [Value::Integer(before)],
        );
    }
    condition
}

fn stances_condition(condition: &mut Where, stances: &[String]) {
    if !stances.is_empty() {
        let places = vec!["?"; stances.len()].join(", ");
        let stances = stances.iter().map(|stance| stance.clone().into());
        condition.and(&format!("s.stance IN ({places})"), stances);
    }
}

/// Columns of a table under its short name.
fn prefixed(columns: &str, table: &str) -> String {
    let columns = columns.split(", ");
    let columns: Vec<String> = columns.map(|column| format!("{table}.{column}")).collect();
    columns.join(", ")
}

/// The bytes of an id in hexadecimal; none where it is no id.
fn hex_bytes(id: &str) -> Vec<u8> {
    let id: Result<onrecord_record::ClaimId, _> = id.parse();
    id.map(|id| id.as_bytes().to_vec()).unwrap_or_default()
}
