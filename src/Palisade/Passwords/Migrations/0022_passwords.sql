-- Links that replace a forgotten password, and the hashes of passwords that must not come again.

CREATE SCHEMA passwords;

-- One link per account: a new one replaces it.
CREATE TABLE passwords.resets (
    user_id    uuid        PRIMARY KEY REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id  uuid        NOT NULL REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
    hash       bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX resets_by_hash ON passwords.resets (hash);

-- Filled under a profile that remembers passwords, and nowhere else.
CREATE TABLE passwords.previous (
    id            uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id     uuid        NOT NULL REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
    password_hash text        NOT NULL,
    replaced_at   timestamptz NOT NULL
);
CREATE INDEX previous_by_user ON passwords.previous (user_id, replaced_at);

ALTER TABLE passwords.resets   ENABLE ROW LEVEL SECURITY;
ALTER TABLE passwords.resets   FORCE ROW LEVEL SECURITY;
ALTER TABLE passwords.previous ENABLE ROW LEVEL SECURITY;
ALTER TABLE passwords.previous FORCE ROW LEVEL SECURITY;
CREATE POLICY resets_system ON passwords.resets TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
CREATE POLICY previous_system ON passwords.previous TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
GRANT USAGE ON SCHEMA passwords TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON passwords.resets TO palisade_app;
GRANT SELECT, INSERT, DELETE ON passwords.previous TO palisade_app;

-- A right password that is too old is answered with a challenge that only a change of it takes.
ALTER TABLE mfa.challenges DROP CONSTRAINT challenges_purpose_check;
ALTER TABLE mfa.challenges ADD CONSTRAINT challenges_purpose_check CHECK (purpose IN ('verify', 'enroll', 'change_password'));
