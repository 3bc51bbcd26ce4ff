-- What was decided at first start, which keys sign, and what waits to be mailed?
CREATE TABLE installation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    issuer TEXT NOT NULL,
    rp_id TEXT NOT NULL,
    pairwise_salt TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- `kid` is the RFC 7638 thumbprint; `sealed_private` goes when the key stops signing.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private BYTEA,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    signs_until BIGINT,
    published_until BIGINT
);

CREATE TABLE mail_queue (
    id TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT
);
CREATE INDEX mail_queue_by_attempt ON mail_queue (next_attempt_at);
CREATE INDEX mail_queue_by_expiry ON mail_queue (expires_at);
