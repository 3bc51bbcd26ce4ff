-- Whose text has these three characters in it, and the next? `search_index('"phrase"')` answers, as
-- the table of that name does on SQLite; who asks checks the whole phrase.
-- No extension: it would want rights and a locale that knows all letters.
CREATE FUNCTION search_trigrams(TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT substr($1, place, 3) COLLATE "C")
    FROM generate_series(1, length($1) - 2) AS place
$$;
CREATE INDEX search_texts_trigrams ON search_texts USING gin (search_trigrams(text) COLLATE "C");
CREATE FUNCTION search_index(phrase TEXT) RETURNS TABLE (account TEXT, text TEXT)
LANGUAGE sql STABLE AS $$
    SELECT t.account, t.text FROM search_texts t
    WHERE search_trigrams(t.text) COLLATE "C"
        @> search_trigrams(replace(substr($1, 2, length($1) - 2), '""', '"')) COLLATE "C"
$$;
