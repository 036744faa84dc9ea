-- Where stretches of a text lie in the original (pages, sheets, rows): a compressed list; NULL for one running text.
ALTER TABLE document_texts ADD COLUMN places BLOB;
