-- Why does a mail still wait, and which ones were given up?
-- `last_error` is a code such as `recipient 550 5.1.1`: no address, no text of the mail server.
ALTER TABLE mail_queue ADD COLUMN last_error TEXT;
-- Set when nobody tries any more; the text is gone then, the row stays until it expires.
ALTER TABLE mail_queue ADD COLUMN failed_at BIGINT;
