-- Which programs may sign people in or act for themselves, and what did people let them do?
CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- Whose it is; administrators' if nobody's.
    owner TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    authentication TEXT NOT NULL,
    -- Lists in one column, with spaces between.
    redirect_uris TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    scope TEXT NOT NULL,
    pairwise BOOLEAN NOT NULL,
    first_party BOOLEAN NOT NULL,
    require_pkce BOOLEAN NOT NULL,
    jwks TEXT,
    jwks_uri TEXT,
    home_uri TEXT,
    policy_uri TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX clients_by_owner ON clients (owner, id);

-- At most two of a client, so that one can follow the other.
CREATE TABLE client_secrets (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX client_secrets_by_client ON client_secrets (client);

-- `grant_id` is set when a code is redeemed; the row stays a day longer, so that a second use is known
-- for one.
CREATE TABLE authorization_codes (
    hash BYTEA NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_uri_sent BOOLEAN NOT NULL,
    challenge TEXT,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    nonce TEXT,
    claims TEXT,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    grant_id TEXT
);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_client ON authorization_codes (client);
CREATE INDEX authorization_codes_by_account ON authorization_codes (account);

-- What a person lets a client have without being asked again.
CREATE TABLE consents (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    claims TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    PRIMARY KEY (account, client)
);
CREATE INDEX consents_by_client ON consents (client);

-- Access tokens that clients have, until they expire. `id` is the `jti`; no `grant_id`: the client acts
-- for itself.
CREATE TABLE access_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    grant_id TEXT REFERENCES grants (id) ON DELETE CASCADE,
    client TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_by_client ON access_tokens (client);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

-- What ID tokens and userinfo say of a grant besides its scopes.
ALTER TABLE grants ADD COLUMN amr TEXT;
ALTER TABLE grants ADD COLUMN claims TEXT;
-- The session in which it was given, which ID tokens name; `session` is the one that it ends with.
ALTER TABLE grants ADD COLUMN given_in TEXT;
CREATE INDEX grants_by_client ON grants (client_id, account);
