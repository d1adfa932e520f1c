-- The audit log. The application may add and read; nobody may change. The owner cannot log in; what the owner or a superuser
-- could still do inside the database is what checkpoints outside of it are for.

CREATE SCHEMA audit;

CREATE TABLE audit.events (
    id          uuid        PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    tenant_id   uuid,
    type        text        NOT NULL,
    ocsf_class  integer     NOT NULL,
    severity    smallint    NOT NULL,
    outcome     text        NOT NULL CHECK (outcome IN ('success', 'refused')),
    reason      text,
    actor_id    uuid,
    actor_role  text,
    session_ref text,
    auth_level  text,
    entity_type text,
    entity_id   text,
    before      jsonb,
    after       jsonb,
    details     jsonb,
    ip          inet,
    user_agent  text,
    request_id  text        NOT NULL,
    method      text        NOT NULL,
    route       text
);

CREATE INDEX events_by_time   ON audit.events (tenant_id, id DESC);
CREATE INDEX events_by_actor  ON audit.events (tenant_id, actor_id, id DESC);
CREATE INDEX events_by_type   ON audit.events (tenant_id, type, id DESC);
CREATE INDEX events_by_entity ON audit.events (tenant_id, entity_id, id DESC);

ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.events FORCE ROW LEVEL SECURITY;
CREATE POLICY events_written ON audit.events FOR INSERT TO palisade_app
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY events_read ON audit.events FOR SELECT TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit.events is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON audit.events
    FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
-- Row triggers do not see TRUNCATE; this one does.
CREATE TRIGGER events_never_truncated BEFORE TRUNCATE ON audit.events
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

GRANT USAGE ON SCHEMA audit TO palisade_app, palisade_retention;
GRANT SELECT, INSERT ON audit.events TO palisade_app;
