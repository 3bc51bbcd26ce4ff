-- Who has been invited and hasn't come yet?
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    lookup_key TEXT NOT NULL UNIQUE,
    name TEXT,
    role TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);
