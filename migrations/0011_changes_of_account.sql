-- Which address is to take the place of which, and until when can that be undone?
-- A former address belongs to nobody else until then.
ALTER TABLE emails ADD COLUMN held_until BIGINT;
CREATE INDEX emails_by_hold ON emails (held_until);

CREATE TABLE email_changes (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    lookup_key TEXT NOT NULL,
    former TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- To be confirmed until then; once it counts, to be undone until then.
    expires_at BIGINT NOT NULL,
    changed_at BIGINT
);
CREATE INDEX email_changes_by_account ON email_changes (account);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);

-- Which accounts go, and when? Signing in before then keeps them.
ALTER TABLE accounts ADD COLUMN delete_at BIGINT;
CREATE INDEX accounts_by_deletion ON accounts (delete_at);
