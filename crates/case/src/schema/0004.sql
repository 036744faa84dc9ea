-- What pages of a large case are cut by: lists are read in their order, a page at a time.

-- Derived: words of the names of entities, by which a list of names is narrowed.
CREATE TABLE entity_words (
    word TEXT NOT NULL,
    entity BLOB NOT NULL,
    PRIMARY KEY (word, entity)
) STRICT, WITHOUT ROWID;
WITH RECURSIVE pieces (entity, word, rest) AS (
    SELECT entity, '', name || ' ' FROM entity_names
    UNION ALL
    SELECT entity, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
    FROM pieces WHERE rest <> ''
)
INSERT OR IGNORE INTO entity_words (word, entity) SELECT word, entity FROM pieces WHERE word <> '';

CREATE INDEX entities_by_kind ON entities (kind, unnamed, weight DESC, id);
-- A document without a date comes before all others.
CREATE INDEX documents_by_day ON documents (ifnull(date, -99999999999), id);
CREATE INDEX statements_by_stance ON statements (stance, document);
CREATE INDEX claims_contested ON claims (sources_min DESC, sources_max DESC, statements DESC, id)
WHERE json_extract(detail, '$.contradicted_by[0]') IS NOT NULL;
CREATE INDEX links_by_since ON links (json_extract(detail, '$.since'))
WHERE json_extract(detail, '$.since') IS NOT NULL;
CREATE INDEX links_by_until ON links (json_extract(detail, '$.until'))
WHERE json_extract(detail, '$.until') IS NOT NULL;
