-- Which browsers are signed in, as whom, since when, and what has been revoked before its time?
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    key_hash BYTEA NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    persistent BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    absolute_until BIGINT NOT NULL,
    address BYTEA NOT NULL,
    user_agent TEXT NOT NULL,
    browser_hash BYTEA
);
CREATE INDEX sessions_by_account ON sessions (account, last_seen_at);
CREATE INDEX sessions_by_idle ON sessions (idle_until);

-- No foreign key: a revocation outlives what it revokes, until that would have expired anyway.
CREATE TABLE revocations (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (kind, value)
);
CREATE INDEX revocations_by_expiry ON revocations (expires_at);
