-- Recoveries of lost factors: asked for, waited for, objected to, approved by a second person, completed; and then the probation.

CREATE TABLE mfa.recoveries (
    id              uuid        PRIMARY KEY,
    tenant_id       uuid        NOT NULL REFERENCES tenancy.tenants (id),
    user_id         uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    kind            text        NOT NULL CHECK (kind IN ('self', 'administrator', 'machine')),
    -- Nobody for 'machine': whoever is at the machine's command line.
    requested_by    uuid,
    state           text        NOT NULL CHECK (state IN ('waiting', 'completed', 'cancelled', 'rejected', 'expired')),
    needs_approval  boolean     NOT NULL,
    approved_by     uuid,
    approved_at     timestamptz,
    created_at      timestamptz NOT NULL,
    ready_at        timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    object_hash     bytea,
    complete_hash   bytea,
    complete_until  timestamptz,
    completed_at    timestamptz,
    -- From the first new factor on; NULL until there is one.
    probation_until timestamptz,
    CHECK (approved_by IS NULL OR (approved_by <> user_id AND approved_by IS DISTINCT FROM requested_by))
);
CREATE UNIQUE INDEX recoveries_one_waiting ON mfa.recoveries (user_id) WHERE state = 'waiting';
CREATE INDEX recoveries_by_user ON mfa.recoveries (user_id, state);
CREATE INDEX recoveries_by_tenant ON mfa.recoveries (tenant_id, id DESC);
CREATE UNIQUE INDEX recoveries_by_objection ON mfa.recoveries (object_hash);
CREATE UNIQUE INDEX recoveries_by_completion ON mfa.recoveries (complete_hash);

ALTER TABLE mfa.recoveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE mfa.recoveries FORCE ROW LEVEL SECURITY;
CREATE POLICY recoveries_own ON mfa.recoveries TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
GRANT SELECT, INSERT, UPDATE ON mfa.recoveries TO palisade_app;
