-- The words at each mention that a judgement names, in JSON.
ALTER TABLE judgements ADD COLUMN anchors TEXT;

-- Derived: what reading a document found. Ids of mentions begin with the first 8 bytes of their document.

-- mentions: zstd-compressed JSON of length bytes. change: that of the document when it was read.
CREATE TABLE readings (
    document BLOB PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    change INTEGER NOT NULL,
    length INTEGER NOT NULL,
    mentions BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- An entity of one document, named by its least mention; entity: the one of the case that it is part of.
-- joined: how it came to be part of it.
CREATE TABLE actors (
    id BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    entity BLOB NOT NULL,
    joined TEXT NOT NULL,
    kind TEXT NOT NULL,
    unnamed INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    name TEXT NOT NULL,
    names TEXT NOT NULL,
    addresses TEXT NOT NULL,
    gender TEXT,
    roles TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX actors_by_entity ON actors (entity);

-- An entity of the case, named by its least mention.
CREATE TABLE entities (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    unnamed INTEGER NOT NULL,
    name TEXT NOT NULL,
    names TEXT NOT NULL,
    addresses TEXT NOT NULL,
    roles TEXT NOT NULL,
    documents INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    first_seen INTEGER,
    last_seen INTEGER,
    weight REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entities_by_weight ON entities (weight DESC, id);

-- Names and addresses in lower case, by which a person asks for an entity.
CREATE TABLE entity_names (
    name TEXT NOT NULL,
    entity BLOB NOT NULL,
    PRIMARY KEY (name, entity)
) STRICT, WITHOUT ROWID;

-- source: an actor. detail: everything else, in JSON.
CREATE TABLE statements (
    id BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    number INTEGER NOT NULL,
    source BLOB,
    stance TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX statements_by_document ON statements (document, number);
CREATE INDEX statements_by_source ON statements (source) WHERE source IS NOT NULL;

-- The actors that a statement's content speaks of.
CREATE TABLE statement_about (
    actor BLOB NOT NULL,
    statement BLOB NOT NULL,
    PRIMARY KEY (actor, statement)
) STRICT, WITHOUT ROWID;

-- from_actor, to_actor: actors. detail: everything else, in JSON.
CREATE TABLE links (
    id BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    number INTEGER NOT NULL,
    from_actor BLOB NOT NULL,
    to_actor BLOB NOT NULL,
    kind TEXT NOT NULL,
    stance TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_document ON links (document, number);
CREATE INDEX links_by_from ON links (from_actor);
CREATE INDEX links_by_to ON links (to_actor);

-- Documents that hold the words of another. held: the copy holds much besides, so that the two are no
-- versions of one text.
CREATE TABLE near_copies (
    original BLOB NOT NULL,
    copy BLOB NOT NULL,
    kind TEXT NOT NULL,
    resemblance REAL NOT NULL,
    containment REAL NOT NULL,
    held INTEGER NOT NULL,
    PRIMARY KEY (original, copy)
) STRICT, WITHOUT ROWID;

-- Statements with the same content. detail: what stands behind and against it, in JSON.
CREATE TABLE claims (
    id BLOB PRIMARY KEY,
    statements INTEGER NOT NULL,
    sources_min INTEGER NOT NULL,
    sources_max INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_by_support ON claims (sources_min DESC, sources_max DESC, statements DESC, id);
CREATE TABLE claim_statements (
    statement BLOB NOT NULL,
    claim BLOB NOT NULL,
    PRIMARY KEY (statement, claim)
) STRICT, WITHOUT ROWID;

-- Counts every reading that was kept, so that what is grouped from them knows whether it is current.
INSERT INTO meta (key, value) VALUES ('readings', '0');
