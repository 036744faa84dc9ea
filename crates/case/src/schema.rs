//! Migrations: numbered SQL files, each applied once, in order.

use rusqlite::Connection;

use crate::error::Error;

/// Every migration, oldest first; a released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
];

/// Brings the database to the newest schema.
pub(crate) fn migrate(db: &mut Connection) -> Result<(), Error> {
    let version = version(db)?;
    if version > MIGRATIONS.len() {
        return Err(Error::NewerCase {
            version,
            known: MIGRATIONS.len(),
        });
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(version) {
        let transaction = db.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The schema that the database has.
pub(crate) fn version(db: &Connection) -> Result<usize, Error> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Whether this program knows all of the database's schema and the other way round.
pub(crate) fn check_current(db: &Connection) -> Result<(), Error> {
    match version(db)? {
        version if version == MIGRATIONS.len() => Ok(()),
        version if version > MIGRATIONS.len() => Err(Error::NewerCase {
            version,
            known: MIGRATIONS.len(),
        }),
        version => Err(Error::OlderCase {
            version,
            known: MIGRATIONS.len(),
        }),
    }
}
