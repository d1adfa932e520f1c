-- Browsers and apps on which somebody has signed in completely. A device is known by a secret that only it has; one secret may
-- stand for several people's accounts, as on a shared computer.

CREATE SCHEMA devices;

CREATE TABLE devices.devices (
    id             uuid        PRIMARY KEY,
    tenant_id      uuid        NOT NULL REFERENCES tenancy.tenants (id),
    user_id        uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    secret_hash    bytea       NOT NULL,
    name           text        NOT NULL,
    ip             inet,
    created_at     timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    -- Until then no second factor is asked for here, as long as the account's sessions have not all been ended since.
    trusted_until   timestamptz,
    trusted_version integer,
    revoked_at     timestamptz
);
COMMENT ON COLUMN devices.devices.ip IS 'personal: shown to the account holder to recognise a device';
COMMENT ON COLUMN devices.devices.name IS 'personal: shown to the account holder to recognise a device';

CREATE UNIQUE INDEX devices_by_secret ON devices.devices (secret_hash, user_id);
CREATE INDEX devices_by_user ON devices.devices (user_id, last_seen_at DESC);

ALTER TABLE devices.devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices.devices FORCE ROW LEVEL SECURITY;
CREATE POLICY devices_own ON devices.devices TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));

GRANT USAGE ON SCHEMA devices TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON devices.devices TO palisade_app;
