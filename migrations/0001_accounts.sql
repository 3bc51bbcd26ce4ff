-- Who has an account, how do they prove it, and what may they do?
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    webauthn_user_handle BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    locale TEXT,
    -- Counts up to cut off every token of the account at once.
    epoch BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE emails (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    lookup_key TEXT NOT NULL UNIQUE,
    is_primary BOOLEAN NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX emails_by_account ON emails (account);

CREATE TABLE passwords (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (issuer, subject)
);
CREATE INDEX identities_by_account ON identities (account);

-- Second factors and passkeys; `details` is JSON by kind, `secret` is sealed.
CREATE TABLE authenticators (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    credential_id BYTEA UNIQUE,
    secret BYTEA,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX authenticators_by_account ON authenticators (account);

CREATE TABLE role_grants (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account, role)
);

CREATE TABLE known_browsers (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    browser_hash BYTEA NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (account, browser_hash)
);
