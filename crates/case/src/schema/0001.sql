-- What is kept for good: where material came from, what was read from it, what people decided.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A folder or file that a person named.
CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    shown TEXT NOT NULL,
    excluded INTEGER NOT NULL DEFAULT 0,
    added_at TEXT NOT NULL
) STRICT;

-- A file (or a folder that could not be read) as it was at one time; a changed file is a new version.
-- state: 0 waits to be read, 1 is read. The rows that wait are the durable queue of an import.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    root INTEGER NOT NULL REFERENCES roots,
    path BLOB NOT NULL,
    shown TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    current INTEGER NOT NULL DEFAULT 1,
    state INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    altered INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,
    modified_ns INTEGER,
    custodian TEXT,
    sha256 BLOB,
    blake3 BLOB,
    UNIQUE (path, version)
) STRICT;
CREATE INDEX files_waiting ON files (id) WHERE state = 0;

-- One occurrence of a content: the file itself (sequence 0), or a member or part inside of it.
-- level: 0 file, 1 member, 2 part. kind: 0 document, 1 message, 2 container, 3 body, 4 none.
-- trail: names from the file down to this item.
-- outcome: 0 read, 1 partly, 2 unread.
CREATE TABLE origins (
    file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    parent INTEGER,
    level INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    name TEXT NOT NULL,
    trail TEXT NOT NULL,
    locator TEXT NOT NULL,
    media_type TEXT,
    charset TEXT,
    size INTEGER NOT NULL,
    sha256 BLOB,
    blake3 BLOB,
    content BLOB,
    found_children INTEGER NOT NULL DEFAULT 0,
    unreached INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (file, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_by_content ON origins (content) WHERE content IS NOT NULL;

-- The origin that stands for a content; every other one is a copy. rank sorts by level, path, sequence,
-- so that the choice never depends on what was read first.
CREATE TABLE contents (
    id BLOB PRIMARY KEY,
    rank BLOB NOT NULL,
    file INTEGER NOT NULL,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
    file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (file, sequence, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX problems_by_code ON problems (code);

-- change counts every write of a document; the search index says up to which change it has come.
CREATE TABLE documents (
    id BLOB PRIMARY KEY,
    rank BLOB NOT NULL,
    kind TEXT NOT NULL,
    media_type TEXT NOT NULL,
    title TEXT NOT NULL,
    date INTEGER,
    date_offset INTEGER,
    language TEXT,
    metadata TEXT NOT NULL,
    continues BLOB,
    part INTEGER,
    change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX documents_by_change ON documents (change);
CREATE INDEX documents_by_language ON documents (language);

-- zstd-compressed UTF-8; length is that of the text itself.
CREATE TABLE texts (id BLOB PRIMARY KEY, length INTEGER NOT NULL, data BLOB NOT NULL) STRICT;

CREATE TABLE document_texts (
    document BLOB NOT NULL,
    number INTEGER NOT NULL,
    role TEXT NOT NULL,
    text BLOB NOT NULL,
    PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_texts_by_text ON document_texts (text);

CREATE TABLE messages (
    document BLOB PRIMARY KEY,
    message_id TEXT,
    info TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_message_id ON messages (message_id) WHERE message_id IS NOT NULL;

-- Rows with long values keep their row numbers: an index holds a quarter of a page, and spills the rest
-- of each row into a page of its own.
--
-- Each distinct copy of a message as it came, with all its headers: what differs between copies.
CREATE TABLE message_copies (
    raw BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    headers BLOB NOT NULL
) STRICT;
CREATE INDEX message_copies_by_document ON message_copies (document);

-- What people decided: append-only.
CREATE TABLE judgements (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    time TEXT NOT NULL,
    who TEXT NOT NULL,
    verb TEXT NOT NULL,
    target TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX judgements_by_target ON judgements (target);
CREATE TRIGGER judgements_are_kept BEFORE DELETE ON judgements
BEGIN SELECT RAISE(ABORT, 'judgements are never deleted'); END;
CREATE TRIGGER judgements_are_not_changed BEFORE UPDATE ON judgements
BEGIN SELECT RAISE(ABORT, 'judgements are never changed'); END;

-- Which version of a stage made what is in the derived tables.
CREATE TABLE stages (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Derived: mail threads.
CREATE TABLE threads (
    id BLOB PRIMARY KEY,
    subject TEXT NOT NULL,
    started INTEGER,
    messages INTEGER NOT NULL,
    missing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE thread_nodes (
    thread BLOB NOT NULL,
    position INTEGER NOT NULL,
    parent INTEGER,
    depth INTEGER NOT NULL,
    document BLOB,
    message_id TEXT,
    PRIMARY KEY (thread, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_nodes_by_document ON thread_nodes (document) WHERE document IS NOT NULL;

-- Derived: annotations of a text, in the compact form of the language engine, made by one fingerprint.
CREATE TABLE annotations (
    text BLOB PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    labels TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX annotations_by_fingerprint ON annotations (fingerprint);

-- The strings that the numbers in annotations stand for, once for each pipeline.
CREATE TABLE labels (id TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;
