-- What happened, when, by whom? Nothing personal stands in an event, so that a person's deletion leaves it whole.
CREATE TABLE audit_events (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT,
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,
    side_digest BYTEA
);
CREATE INDEX audit_events_by_subject ON audit_events (subject, id);

-- Address, e-mail and browser: can be erased, its salted digest stays in the event.
CREATE TABLE audit_sides (
    event TEXT NOT NULL PRIMARY KEY REFERENCES audit_events (id),
    salt BYTEA NOT NULL,
    body TEXT NOT NULL
);

-- Written by the one chainer after the fact: chaining inside a unit would serialise everything.
CREATE TABLE audit_chain (
    seq BIGINT NOT NULL PRIMARY KEY,
    event TEXT NOT NULL UNIQUE REFERENCES audit_events (id),
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
