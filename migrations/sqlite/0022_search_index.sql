-- Whose text has these three characters in it, and the next? `search_index('"phrase"')` answers.
CREATE VIRTUAL TABLE search_index USING fts5(
    account UNINDEXED, text,
    content='search_texts', content_rowid='number', tokenize='trigram case_sensitive 1'
);
INSERT INTO search_index (search_index) VALUES ('rebuild');
CREATE TRIGGER search_texts_insert AFTER INSERT ON search_texts BEGIN
    INSERT INTO search_index (rowid, account, text) VALUES (NEW.number, NEW.account, NEW.text);
END;
CREATE TRIGGER search_texts_delete AFTER DELETE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, account, text)
        VALUES ('delete', OLD.number, OLD.account, OLD.text);
END;
CREATE TRIGGER search_texts_update AFTER UPDATE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, account, text)
        VALUES ('delete', OLD.number, OLD.account, OLD.text);
    INSERT INTO search_index (rowid, account, text) VALUES (NEW.number, NEW.account, NEW.text);
END;
