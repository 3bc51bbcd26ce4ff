-- By which text is a person found? Name and addresses, folded by the program.
CREATE TABLE search_texts (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);
-- How the texts were folded; 0: those of before are still to be written.
INSERT INTO counters (name, value) VALUES ('search_texts', 0);
