-- Which indexes does every sign-in pay for that nobody asks?
-- A session falls idle at its absolute end at the latest, so one of the two tells which are over.
UPDATE sessions SET idle_until = absolute_until WHERE idle_until > absolute_until;
DROP INDEX sessions_by_absolute;
-- Nearly every event is a success: who looks for those walks.
DROP INDEX audit_events_by_outcome;
CREATE INDEX audit_events_by_outcome ON audit_events (outcome, id) WHERE outcome <> 'success';
DROP INDEX refresh_tokens_by_parent;
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (parent) WHERE parent IS NOT NULL;
