-- Which keys sign, which tokens are out, and what was revoked before its time?
-- No earlier version wrote a key or a revocation.
DROP TABLE signing_keys;
-- `kid` is the RFC 7638 thumbprint. Of one purpose and algorithm, one generation follows the other;
-- `sealed_private` goes when a key stops signing.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    generation BIGINT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private BYTEA,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    signs_until BIGINT NOT NULL,
    published_until BIGINT,
    UNIQUE (purpose, algorithm, generation)
);

-- What followers poll. A row is changed in the unit that changes what it counts, so that whoever
-- reads a number has seen everything up to it.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('keys', 0), ('revocations', 0);

-- Without a foreign key: a revocation outlives what it revokes. `entry` is what the feed says of it.
DROP TABLE revocations;
CREATE TABLE revocations (
    entry BYTEA NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revocations_by_seq ON revocations (seq);
CREATE INDEX revocations_by_expiry ON revocations (expires_at);

-- What a person lets a client do. `session`: the public id of the one that it ends with.
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    session TEXT,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    absolute_until BIGINT NOT NULL
);
CREATE INDEX grants_by_account ON grants (account);
CREATE INDEX grants_by_session ON grants (session);
CREATE INDEX grants_by_end ON grants (absolute_until);

CREATE TABLE refresh_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    -- The one that was given back for it.
    parent BYTEA,
    state TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (parent);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (idle_until);

-- Tokens that people made for themselves. `id` is the `jti`; the token itself is not kept.
CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    kid TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    warned_at BIGINT,
    last_used_at BIGINT,
    last_used_address BYTEA
);
CREATE INDEX api_tokens_by_account ON api_tokens (account, id);
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);
CREATE INDEX api_tokens_by_kid ON api_tokens (kid, expires_at);

-- Calls of our own API by day (days since 1970-01-01, UTC).
CREATE TABLE token_calls (
    token TEXT NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (token, day)
);
