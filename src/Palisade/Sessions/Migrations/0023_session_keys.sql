-- The key of a browser that keeps one for its session, as a point: x and y, 32 bytes each. From the moment on at which it was
-- first proved, the session's cookies are good for nobody who cannot prove it again.

ALTER TABLE sessions.sessions
    ADD COLUMN proof_key         bytea CHECK (octet_length(proof_key) = 64),
    ADD COLUMN proof_demanded_at timestamptz,
    ADD CHECK (proof_demanded_at IS NULL OR proof_key IS NOT NULL);

DROP TRIGGER session_changed ON sessions.sessions;
CREATE TRIGGER session_changed
    AFTER UPDATE OF tenant_id, user_id, handle_hash, version, level, idle_seconds, cookie_ends_at, absolute_ends_at, revoked_at,
        authenticated_at, probation_until, device_id, proof_demanded_at OR DELETE
    ON sessions.sessions FOR EACH ROW EXECUTE FUNCTION sessions.session_changed();
