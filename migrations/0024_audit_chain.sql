-- Which events are not in the chain yet, and from where on is the rest kept?
-- Without a foreign key: that an event is gone is for the chain to tell.
DROP TABLE audit_chain;
CREATE TABLE audit_chain (
    seq BIGINT NOT NULL PRIMARY KEY,
    event TEXT NOT NULL UNIQUE,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

-- A trigger writes it beside each event, so that no event is left out whose id is older than that of one
-- which was committed before it. The chainer deletes it.
CREATE TABLE audit_pending (
    event TEXT NOT NULL PRIMARY KEY
);

-- Up to which place were old events removed, by whose word? The chain begins behind the last of these.
CREATE TABLE audit_cuts (
    seq BIGINT NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    signed TEXT NOT NULL
);

-- Whoever writes to the chain changes it first, and waits for whoever did before.
INSERT INTO counters (name, value) VALUES ('audit', 0);

-- What did somebody do, where did this happen, what was refused?
CREATE INDEX audit_events_by_actor ON audit_events (actor, id);
CREATE INDEX audit_events_by_kind ON audit_events (kind, id);
CREATE INDEX audit_events_by_outcome ON audit_events (outcome, id);
