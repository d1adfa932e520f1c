-- Passkeys, and the challenges of ceremonies under way.

CREATE TABLE mfa.passkeys (
    credential_id   bytea       PRIMARY KEY,
    id              uuid        NOT NULL UNIQUE,
    tenant_id       uuid        NOT NULL REFERENCES tenancy.tenants (id),
    user_id         uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    name            text        NOT NULL,
    public_key      bytea       NOT NULL,
    sign_count      bigint      NOT NULL,
    transports      text[]      NOT NULL,
    aaguid          uuid        NOT NULL,
    backup_eligible boolean     NOT NULL,
    backed_up       boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz
);
COMMENT ON COLUMN mfa.passkeys.name IS 'personal: how its holder tells one passkey from another';
CREATE INDEX passkeys_by_user ON mfa.passkeys (user_id);

CREATE TABLE mfa.passkey_ceremonies (
    hash       bytea       PRIMARY KEY,
    purpose    text        NOT NULL CHECK (purpose IN ('register', 'sign_in', 'challenge', 'step_up')),
    binding    text        NOT NULL,
    user_id    uuid        REFERENCES accounts.users (id) ON DELETE CASCADE,
    state      text        NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN mfa.passkey_ceremonies.state IS 'personal: name and address of who registers a passkey, for five minutes';
CREATE INDEX passkey_ceremonies_by_expiry ON mfa.passkey_ceremonies (expires_at);

ALTER TABLE mfa.passkeys           ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.passkeys           FORCE ROW LEVEL SECURITY;
ALTER TABLE mfa.passkey_ceremonies ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.passkey_ceremonies FORCE ROW LEVEL SECURITY;

CREATE POLICY passkeys_own ON mfa.passkeys TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY passkey_ceremonies_system ON mfa.passkey_ceremonies TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT SELECT, INSERT, UPDATE, DELETE ON mfa.passkeys TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa.passkey_ceremonies TO palisade_app;
