-- SMS as a second factor: the number, sealed; and the codes sent to it, each for one request.

CREATE TABLE mfa.sms_factors (
    user_id      uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id    uuid        NOT NULL REFERENCES tenancy.tenants (id),
    state        text        NOT NULL CHECK (state IN ('pending', 'active')),
    sealed_phone bytea       NOT NULL,
    last_sent_at timestamptz,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    PRIMARY KEY (user_id, state)
);
COMMENT ON COLUMN mfa.sms_factors.sealed_phone IS 'personal: where the account holder gets codes; sealed';

CREATE TABLE mfa.sms_codes (
    binding     text        PRIMARY KEY,
    user_id     uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id   uuid        NOT NULL REFERENCES tenancy.tenants (id),
    hash        bytea       NOT NULL,
    attempts    integer     NOT NULL DEFAULT 0,
    expires_at  timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX sms_codes_by_user ON mfa.sms_codes (user_id);

ALTER TABLE mfa.sms_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.sms_factors FORCE ROW LEVEL SECURITY;
ALTER TABLE mfa.sms_codes   ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.sms_codes   FORCE ROW LEVEL SECURITY;
CREATE POLICY sms_factors_own ON mfa.sms_factors TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY sms_codes_own ON mfa.sms_codes TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa.sms_factors, mfa.sms_codes TO palisade_app;
