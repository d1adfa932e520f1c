-- What every other migration stands on: the record of migrations and the scope of a transaction.

-- Backups read every table there will ever be, so that a new one cannot be forgotten. Under row-level security they pass as
-- the role itself (BYPASSRLS), not by policies: a table without one would be dumped empty, and nobody would notice.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO palisade_backup;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO palisade_backup;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO palisade_backup;

CREATE SCHEMA palisade;

CREATE TABLE palisade.schema_migrations (
    set        text        NOT NULL,
    number     integer     NOT NULL,
    name       text        NOT NULL,
    checksum   bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (set, number)
);

-- The tenant this transaction works for, or NULL. Set by the application at the start of each transaction, local to it.
CREATE FUNCTION palisade.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('palisade.scope', true) ~ '^[0-9a-f-]{36}$'
                THEN current_setting('palisade.scope', true)::uuid END
$$;

-- The platform itself at work, before a tenant is known. No policy of an application's table mentions it.
CREATE FUNCTION palisade.is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('palisade.scope', true) = 'system', false)
$$;

GRANT USAGE ON SCHEMA palisade TO palisade_app, palisade_readonly, palisade_retention;
GRANT SELECT ON palisade.schema_migrations TO palisade_app, palisade_readonly;
