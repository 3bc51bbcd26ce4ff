-- Which sessions were used last, which began somewhere, and who is disabled, among millions?
CREATE INDEX sessions_by_use ON sessions (last_seen_at, id);
CREATE INDEX sessions_by_address ON sessions (address);
CREATE INDEX accounts_disabled ON accounts (disabled_at) WHERE disabled_at IS NOT NULL;
