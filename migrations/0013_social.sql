-- What does a sign-in under way need to know besides, who waits to finish signing up, and which
-- provider vouches for whom?
ALTER TABLE flows ADD COLUMN account TEXT;
ALTER TABLE flows ADD COLUMN stay BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE flows ADD COLUMN arrival TEXT;

-- No earlier version wrote an identity.
DROP TABLE identities;
CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (issuer, subject)
);
CREATE INDEX identities_by_account ON identities (account);

-- Somebody whom a provider vouches for, and whom no account knows yet.
CREATE TABLE arrivals (
    id TEXT NOT NULL PRIMARY KEY,
    browser_hash BYTEA NOT NULL,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    name TEXT,
    email TEXT,
    vouched BOOLEAN NOT NULL,
    stay BOOLEAN NOT NULL,
    next TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX arrivals_by_expiry ON arrivals (expires_at);

-- A sign-up brings a password or an identity. A column can't become optional on both databases.
CREATE TABLE sign_ups (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    lookup_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    phc TEXT,
    provider TEXT,
    issuer TEXT,
    subject TEXT,
    label TEXT,
    browser_hash BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO sign_ups (id, email, lookup_key, name, phc, browser_hash, created_at, expires_at)
    SELECT id, email, lookup_key, name, phc, browser_hash, created_at, expires_at FROM registrations;
DROP TABLE registrations;
ALTER TABLE sign_ups RENAME TO registrations;
CREATE INDEX registrations_by_expiry ON registrations (expires_at);
