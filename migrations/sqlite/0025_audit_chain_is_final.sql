-- Can anybody rewrite what happened? Only what a cut covers may go, and events before their place in the chain.
DROP TRIGGER audit_events_no_delete;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.event = OLD.id
    AND c.seq <= (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts))
BEGIN SELECT RAISE(ABORT, 'audit events are final'); END;

CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit chain is final'); END;
CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
WHEN OLD.seq > (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts)
BEGIN SELECT RAISE(ABORT, 'the audit chain is final'); END;
CREATE TRIGGER audit_chain_no_replace BEFORE INSERT ON audit_chain
WHEN EXISTS (SELECT 1 FROM audit_chain WHERE seq = NEW.seq OR event = NEW.event)
BEGIN SELECT RAISE(ABORT, 'the audit chain is final'); END;

CREATE TRIGGER audit_cuts_no_update BEFORE UPDATE ON audit_cuts
BEGIN SELECT RAISE(ABORT, 'cuts of the audit chain are final'); END;
CREATE TRIGGER audit_cuts_no_delete BEFORE DELETE ON audit_cuts
BEGIN SELECT RAISE(ABORT, 'cuts of the audit chain are final'); END;
CREATE TRIGGER audit_cuts_no_replace BEFORE INSERT ON audit_cuts
WHEN EXISTS (SELECT 1 FROM audit_cuts WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'cuts of the audit chain are final'); END;

-- Which events wait for their place in the chain?
CREATE TRIGGER audit_events_pending AFTER INSERT ON audit_events
BEGIN INSERT INTO audit_pending (event) VALUES (NEW.id); END;
INSERT INTO audit_pending (event) SELECT id FROM audit_events;
