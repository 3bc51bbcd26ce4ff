-- How many signed in otherwise than with a password alone, and how? Those with one need no entry: they are
-- what is left of all. With the kind in front, SQLite prefers it to the index of kinds.
CREATE INDEX audit_events_by_method ON audit_events (kind, id, details)
    WHERE kind = 'session.started' AND substr(details, 1, 13) <> '{"amr":"pwd",';

-- How many accounts signed in from one address within an hour? The wider index answers what the former did.
DROP INDEX sessions_by_address;
CREATE INDEX sessions_by_address ON sessions (address, id, account);
