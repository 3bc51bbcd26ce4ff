-- What waits at the door: sign-ups to be confirmed, links in mails, social sign-ins under way, failed attempts?
CREATE TABLE registrations (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    lookup_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    phc TEXT NOT NULL,
    browser_hash BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX registrations_by_expiry ON registrations (expires_at);

CREATE TABLE one_time_links (
    hash BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    target TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_links_by_target ON one_time_links (target);
CREATE INDEX one_time_links_by_expiry ON one_time_links (expires_at);

CREATE TABLE flows (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    intent TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier BYTEA NOT NULL,
    next TEXT,
    browser_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX flows_by_expiry ON flows (expires_at);

-- Keyed by HMAC, so that the table names nobody; in the database, so that one node and three behave alike.
CREATE TABLE throttles (
    key_hmac BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX throttles_by_expiry ON throttles (expires_at);

CREATE TABLE replays (
    key_hmac BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX replays_by_expiry ON replays (expires_at);
