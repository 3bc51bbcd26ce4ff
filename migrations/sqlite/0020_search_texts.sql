-- By which text is a person found? Name and addresses, folded by the program.
-- `number` is what an index of the text calls a row: VACUUM leaves it alone.
CREATE TABLE search_texts (
    number INTEGER NOT NULL PRIMARY KEY,
    account TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);
-- How the texts were folded; 0: those of before are still to be written.
INSERT INTO counters (name, value) VALUES ('search_texts', 0);
