-- What strangers ask of an address: written alike for every address, done behind the answer.

CREATE TABLE accounts.inbox (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL,
    wish       jsonb       NOT NULL,
    request_id text        NOT NULL,
    method     text        NOT NULL,
    route      text,
    ip         inet,
    user_agent text,
    due_at     timestamptz NOT NULL
);
COMMENT ON COLUMN accounts.inbox.wish IS 'personal: what somebody asks for; gone once it is done';
COMMENT ON COLUMN accounts.inbox.ip IS 'personal: where the wish came from, for the audit log';
COMMENT ON COLUMN accounts.inbox.user_agent IS 'personal: what the wish came from, for the audit log';
CREATE INDEX inbox_by_due ON accounts.inbox (due_at, id);

ALTER TABLE accounts.inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_system ON accounts.inbox TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts.inbox TO palisade_app;
