-- What was done with each token of a refresh family, so that its owner can see where two holders of one token parted.

CREATE SCHEMA tokens;

CREATE TABLE tokens.refresh_history (
    session_id uuid        NOT NULL REFERENCES sessions.sessions (id) ON DELETE CASCADE,
    -- Of the token that was presented. Each is rotated once and ends its family at most once: the key says so too.
    generation integer     NOT NULL,
    outcome    text        NOT NULL CHECK (outcome IN ('rotated', 'retried', 'reused')),
    tenant_id  uuid        NOT NULL REFERENCES tenancy.tenants (id),
    token_hash bytea       NOT NULL,
    at         timestamptz NOT NULL,
    ip         inet,
    user_agent text,
    PRIMARY KEY (session_id, generation, outcome)
);
COMMENT ON COLUMN tokens.refresh_history.ip IS 'personal: shown to the account holder to recognise a session';
COMMENT ON COLUMN tokens.refresh_history.user_agent IS 'personal: shown to the account holder to recognise a session';

ALTER TABLE tokens.refresh_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE tokens.refresh_history FORCE ROW LEVEL SECURITY;
CREATE POLICY refresh_history_own ON tokens.refresh_history TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));

GRANT USAGE ON SCHEMA tokens TO palisade_app;
GRANT SELECT, INSERT ON tokens.refresh_history TO palisade_app;

-- A session whose tokens are good for the holder of a key, or of a certificate, alone: SHA-256 in base64url.
ALTER TABLE sessions.sessions
    ADD COLUMN bound_key         text,
    ADD COLUMN bound_certificate text;

-- Proofs of possession that were used (RFC 9449 section 11.1): each is good once, at whichever server.
CREATE TABLE tokens.used_proofs (
    hash       bytea       PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_proofs_by_end ON tokens.used_proofs (expires_at);

ALTER TABLE tokens.used_proofs ENABLE ROW LEVEL SECURITY;
ALTER TABLE tokens.used_proofs FORCE ROW LEVEL SECURITY;
CREATE POLICY used_proofs_system ON tokens.used_proofs TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT SELECT, INSERT, UPDATE, DELETE ON tokens.used_proofs TO palisade_app;
