-- What names rows whose owners a table must not tell, now that master keys can change?
-- Sealed under them; NULL until this version first uses it.
ALTER TABLE installation ADD COLUMN mac_key BYTEA;
