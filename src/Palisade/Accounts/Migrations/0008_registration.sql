-- Who registered and has not yet shown that the address is theirs, and who wants to move to another address.

-- One row per waiting account. The link that is mailed carries what was typed with it: whoever proves the address decides the
-- password, not whoever was first to name somebody else's address.
CREATE TABLE accounts.registrations (
    user_id       uuid        PRIMARY KEY REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id     uuid        NOT NULL REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
    token_hash    bytea       NOT NULL,
    name          text        NOT NULL,
    company       text        NOT NULL,
    password_hash text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
COMMENT ON COLUMN accounts.registrations.name IS 'personal: how colleagues will know the account holder';
CREATE UNIQUE INDEX registrations_by_token ON accounts.registrations (token_hash);
CREATE INDEX registrations_by_expiry ON accounts.registrations (expires_at);

-- One wish per account; a new one replaces it, with both of its links.
CREATE TABLE accounts.email_changes (
    user_id      uuid        PRIMARY KEY REFERENCES accounts.users (id) ON DELETE CASCADE,
    tenant_id    uuid        NOT NULL REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
    email        text        NOT NULL,
    email_key    text        NOT NULL,
    confirm_hash bytea       NOT NULL,
    object_hash  bytea       NOT NULL,
    expires_at   timestamptz NOT NULL
);
COMMENT ON COLUMN accounts.email_changes.email IS 'personal: the address the account holder wants to be reached at';
COMMENT ON COLUMN accounts.email_changes.email_key IS 'personal: the same address in its comparison form';
CREATE UNIQUE INDEX email_changes_by_confirmation ON accounts.email_changes (confirm_hash);
CREATE UNIQUE INDEX email_changes_by_objection ON accounts.email_changes (object_hash);

ALTER TABLE accounts.registrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.registrations FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts.email_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.email_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY registrations_system ON accounts.registrations TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
CREATE POLICY email_changes_system ON accounts.email_changes TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts.registrations, accounts.email_changes TO palisade_app;

-- A registration that nobody confirmed goes, with the company it would have made. The application may delete nothing else here.
CREATE POLICY users_unconfirmed ON accounts.users AS RESTRICTIVE FOR DELETE TO palisade_app
    USING ((SELECT palisade.is_system()) AND status = 'pending' AND EXISTS (SELECT FROM accounts.registrations r WHERE r.user_id = id));
CREATE POLICY tenants_unconfirmed ON tenancy.tenants AS RESTRICTIVE FOR DELETE TO palisade_app
    USING ((SELECT palisade.is_system()) AND NOT EXISTS (SELECT FROM accounts.users u WHERE u.tenant_id = tenants.id));
GRANT DELETE ON accounts.users, tenancy.tenants TO palisade_app;
