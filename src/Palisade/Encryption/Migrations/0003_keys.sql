-- Keys, wrapped by the master key, which is never here.

CREATE SCHEMA encryption;

CREATE TABLE encryption.keys (
    id         uuid        PRIMARY KEY,
    purpose    text        NOT NULL,
    active     boolean     NOT NULL,
    wrapped    bytea       NOT NULL,
    wrapped_by text        NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);

CREATE UNIQUE INDEX keys_one_active ON encryption.keys (purpose) WHERE active;

ALTER TABLE encryption.keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE encryption.keys FORCE ROW LEVEL SECURITY;
CREATE POLICY keys_system ON encryption.keys TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT USAGE ON SCHEMA encryption TO palisade_app;
GRANT SELECT, INSERT, UPDATE ON encryption.keys TO palisade_app;
