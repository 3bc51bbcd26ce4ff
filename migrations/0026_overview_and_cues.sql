-- How many signed in otherwise than with a password alone, and how? Those with one need no entry: they are
-- what is left of all. With the kind in front, SQLite prefers it to the index of kinds.
CREATE INDEX audit_events_by_method ON audit_events (kind, id, details)
    WHERE kind = 'session.started' AND substr(details, 1, 13) <> '{"amr":"pwd",';
