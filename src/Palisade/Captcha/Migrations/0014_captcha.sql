-- Solutions that were taken once, until they would be too old anyway.

CREATE SCHEMA captcha;

CREATE TABLE captcha.spent (
    hash       bytea       PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX spent_by_end ON captcha.spent (expires_at);

ALTER TABLE captcha.spent ENABLE ROW LEVEL SECURITY;
ALTER TABLE captcha.spent FORCE ROW LEVEL SECURITY;
CREATE POLICY spent_system ON captcha.spent TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT USAGE ON SCHEMA captcha TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON captcha.spent TO palisade_app;
