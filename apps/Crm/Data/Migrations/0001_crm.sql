-- The CRM's own tables. No policy here knows the platform's system scope: only a tenant's own transaction sees its rows.

CREATE SCHEMA crm;

CREATE TABLE crm.estates (
    id          uuid        PRIMARY KEY,
    tenant_id   uuid        NOT NULL REFERENCES tenancy.tenants (id),
    owner_id    uuid        NOT NULL,
    name        text        NOT NULL CHECK (length(name) BETWEEN 3 AND 100),
    location    text        NOT NULL CHECK (length(location) BETWEEN 5 AND 255),
    description text        CHECK (length(description) <= 1000),
    total_units integer     NOT NULL CHECK (total_units BETWEEN 1 AND 1000),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    deleted_at  timestamptz
);
CREATE INDEX estates_by_tenant ON crm.estates (tenant_id, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE crm.customers (
    id              uuid        PRIMARY KEY,
    tenant_id       uuid        NOT NULL REFERENCES tenancy.tenants (id),
    name            text        NOT NULL,
    email           text        NOT NULL,
    email_key       text        NOT NULL,
    phone           text,
    country         text        NOT NULL CHECK (length(country) = 2),
    passport_number text,
    notes           text,
    created_by      uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    deleted_at      timestamptz
);
COMMENT ON COLUMN crm.customers.name IS 'personal: to know whom we serve';
COMMENT ON COLUMN crm.customers.email IS 'personal: to reach the customer';
COMMENT ON COLUMN crm.customers.email_key IS 'personal: to find the customer by address';
COMMENT ON COLUMN crm.customers.phone IS 'personal: to reach the customer';
COMMENT ON COLUMN crm.customers.passport_number IS 'personal: to identify the customer in a contract';
COMMENT ON COLUMN crm.customers.notes IS 'personal: what the customer told us';

CREATE UNIQUE INDEX customers_email ON crm.customers (tenant_id, email_key) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_tenant ON crm.customers (tenant_id, id DESC) WHERE deleted_at IS NULL;

-- The caller chooses the id: it is one only within the company, so that it tells nothing of another's.
CREATE TABLE crm.imports (
    id          uuid        NOT NULL,
    tenant_id   uuid        NOT NULL REFERENCES tenancy.tenants (id),
    started_by  uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    total       integer     NOT NULL,
    done        integer     NOT NULL DEFAULT 0,
    imported    integer,
    rejected    integer,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);

ALTER TABLE crm.estates   ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.estates   FORCE ROW LEVEL SECURITY;
ALTER TABLE crm.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.customers FORCE ROW LEVEL SECURITY;
ALTER TABLE crm.imports   ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.imports   FORCE ROW LEVEL SECURITY;
CREATE POLICY estates_own ON crm.estates TO palisade_app
    USING (tenant_id = (SELECT palisade.tenant())) WITH CHECK (tenant_id = (SELECT palisade.tenant()));
CREATE POLICY customers_own ON crm.customers TO palisade_app
    USING (tenant_id = (SELECT palisade.tenant())) WITH CHECK (tenant_id = (SELECT palisade.tenant()));
CREATE POLICY imports_own ON crm.imports TO palisade_app
    USING (tenant_id = (SELECT palisade.tenant())) WITH CHECK (tenant_id = (SELECT palisade.tenant()));

GRANT USAGE ON SCHEMA crm TO palisade_app, palisade_readonly;
GRANT SELECT, INSERT, UPDATE ON crm.estates, crm.customers, crm.imports TO palisade_app;
-- Analytics see no personal column (R255).
GRANT SELECT (id, tenant_id, owner_id, name, location, total_units, created_at, updated_at, deleted_at) ON crm.estates TO palisade_readonly;
GRANT SELECT (id, tenant_id, country, created_by, created_at, updated_at, deleted_at) ON crm.customers TO palisade_readonly;
CREATE POLICY estates_readonly ON crm.estates FOR SELECT TO palisade_readonly USING (true);
CREATE POLICY customers_readonly ON crm.customers FOR SELECT TO palisade_readonly USING (true);
