-- Sessions, and the refresh-token family that keeps each of them alive. Only hashes of what opens them are here.

CREATE SCHEMA sessions;

CREATE TABLE sessions.sessions (
    id               uuid        PRIMARY KEY,
    tenant_id        uuid        NOT NULL REFERENCES tenancy.tenants (id),
    user_id          uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    handle_hash      bytea       NOT NULL,
    version          integer     NOT NULL,
    level            text        NOT NULL CHECK (level IN ('password', 'mfa')),
    client           text        NOT NULL CHECK (client IN ('browser', 'native')),
    ip               inet,
    user_agent       text,
    created_at       timestamptz NOT NULL,
    last_seen_at     timestamptz NOT NULL,
    idle_seconds     integer     NOT NULL,
    cookie_ends_at   timestamptz NOT NULL,
    revoked_at       timestamptz,
    revoke_reason    text,
    -- The refresh family: one row, a generation number, and the only two hashes that can still be honest.
    family_generation     integer     NOT NULL DEFAULT 1,
    refresh_hash          bytea       NOT NULL,
    refresh_previous_hash bytea,
    refreshed_at          timestamptz NOT NULL,
    refresh_ends_at       timestamptz NOT NULL,
    absolute_ends_at      timestamptz NOT NULL
);
COMMENT ON COLUMN sessions.sessions.ip IS 'personal: shown to the account holder to recognise a session';
COMMENT ON COLUMN sessions.sessions.user_agent IS 'personal: shown to the account holder to recognise a session';

CREATE UNIQUE INDEX sessions_by_handle ON sessions.sessions (handle_hash);
CREATE INDEX sessions_by_user ON sessions.sessions (user_id, revoked_at, created_at DESC);
CREATE INDEX sessions_by_end ON sessions.sessions (absolute_ends_at);

ALTER TABLE sessions.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions.sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY sessions_own ON sessions.sessions TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));

GRANT USAGE ON SCHEMA sessions TO palisade_app;
GRANT SELECT, INSERT, UPDATE ON sessions.sessions TO palisade_app;
