-- Can anybody rewrite what happened? Only what a cut covers may go, and events before their place in the chain.
CREATE FUNCTION refuse_audit_removal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cut BIGINT := (SELECT COALESCE(MAX(seq), 0) FROM audit_cuts);
BEGIN
    IF TG_TABLE_NAME = 'audit_chain' THEN
        IF OLD.seq > cut THEN
            RAISE EXCEPTION 'the audit chain is final';
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.event = OLD.id AND c.seq <= cut) THEN
        RAISE EXCEPTION 'audit events are final';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER audit_events_no_change ON audit_events;
CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_removal BEFORE DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION refuse_audit_removal();
CREATE TRIGGER audit_chain_no_change BEFORE UPDATE OR TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_chain_no_removal BEFORE DELETE ON audit_chain
FOR EACH ROW EXECUTE FUNCTION refuse_audit_removal();
CREATE TRIGGER audit_cuts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_cuts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Which events wait for their place in the chain? From here on no event is written before this is kept.
CREATE FUNCTION await_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (event) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_events_pending AFTER INSERT ON audit_events
FOR EACH ROW EXECUTE FUNCTION await_audit_chain();
INSERT INTO audit_pending (event) SELECT id FROM audit_events;
