-- Which address is an account's own, and which sessions are over?
CREATE UNIQUE INDEX emails_one_primary ON emails (account) WHERE is_primary;
CREATE INDEX sessions_by_absolute ON sessions (absolute_until);
