-- What every node must hear of within a second: that a session or an account is not what it was when it was last read. Written
-- by triggers in the transaction of the change itself, so that neither an older binary nor a statement typed by hand forgets it.

CREATE TABLE sessions.changes (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Ids are given out before the commit and become visible in any order. The transaction tells a reader what may still come.
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    -- Either a session, or all of an account's.
    session_id uuid,
    user_id    uuid,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (num_nonnulls(session_id, user_id) = 1)
);
CREATE INDEX changes_by_transaction ON sessions.changes (xid);
CREATE INDEX changes_by_time ON sessions.changes (written_at);

CREATE FUNCTION sessions.account_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO sessions.changes (user_id) VALUES (OLD.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION sessions.session_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO sessions.changes (session_id) VALUES (OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER account_changed AFTER UPDATE OR DELETE ON accounts.users FOR EACH ROW EXECUTE FUNCTION sessions.account_changed();
-- All but activity and the refresh family: those change with every use, and nothing that is kept in memory says them.
CREATE TRIGGER session_changed
    AFTER UPDATE OF tenant_id, user_id, handle_hash, version, level, idle_seconds, cookie_ends_at, absolute_ends_at, revoked_at,
        authenticated_at, probation_until, device_id OR DELETE
    ON sessions.sessions FOR EACH ROW EXECUTE FUNCTION sessions.session_changed();

ALTER TABLE sessions.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions.changes FORCE ROW LEVEL SECURITY;
CREATE POLICY changes_system ON sessions.changes TO palisade_app USING ((SELECT palisade.is_system()));
CREATE POLICY changes_written ON sessions.changes FOR INSERT TO palisade_owner WITH CHECK (true);
GRANT SELECT, DELETE ON sessions.changes TO palisade_app;

-- What a session was last used for: the route's template, never the address.
ALTER TABLE sessions.sessions
    ADD COLUMN last_ip     inet,
    ADD COLUMN last_method text,
    ADD COLUMN last_route  text;
COMMENT ON COLUMN sessions.sessions.last_ip IS 'personal: shown to the account holder to recognise a session';
-- Room on each page for the newer version of a row whose activity is written again and again.
ALTER TABLE sessions.sessions SET (fillfactor = 80);

-- Until then nobody works as this account, whatever its status; it ends by itself.
ALTER TABLE accounts.users ADD COLUMN held_until timestamptz;
