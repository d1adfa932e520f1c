-- Second factors and the challenges that ask for them.

CREATE SCHEMA mfa;

CREATE TABLE mfa.totp_factors (
    user_id      uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id    uuid        NOT NULL REFERENCES tenancy.tenants (id),
    state        text        NOT NULL CHECK (state IN ('pending', 'active')),
    sealed_seed  bytea       NOT NULL,
    last_step    bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    -- A pending seed stands beside the active one: starting an enrolment weakens nothing.
    PRIMARY KEY (user_id, state)
);

CREATE TABLE mfa.backup_codes (
    user_id    uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id  uuid        NOT NULL REFERENCES tenancy.tenants (id),
    hash       bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE mfa.challenges (
    hash        bytea       PRIMARY KEY,
    user_id     uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id   uuid        NOT NULL REFERENCES tenancy.tenants (id),
    purpose     text        NOT NULL CHECK (purpose IN ('verify', 'enroll')),
    client      text        NOT NULL CHECK (client IN ('browser', 'native')),
    attempts    integer     NOT NULL DEFAULT 0,
    expires_at  timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX challenges_by_expiry ON mfa.challenges (expires_at);

ALTER TABLE mfa.totp_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.totp_factors FORCE ROW LEVEL SECURITY;
ALTER TABLE mfa.backup_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.backup_codes FORCE ROW LEVEL SECURITY;
ALTER TABLE mfa.challenges   ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.challenges   FORCE ROW LEVEL SECURITY;

CREATE POLICY totp_factors_own ON mfa.totp_factors TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY backup_codes_own ON mfa.backup_codes TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY challenges_system ON mfa.challenges TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT USAGE ON SCHEMA mfa TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa.totp_factors, mfa.backup_codes, mfa.challenges TO palisade_app;
