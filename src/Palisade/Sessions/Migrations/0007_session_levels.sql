-- What a session stands on: when its holder last proved who they are, by which factor, from which known device, and until when
-- a factor that was just recovered may do nothing privileged. An older binary writes none of it: then the session began with it.

ALTER TABLE sessions.sessions
    ADD COLUMN authenticated_at timestamptz,
    ADD COLUMN factor           text,
    ADD COLUMN device_id        uuid,
    ADD COLUMN probation_until  timestamptz;

ALTER TABLE sessions.sessions DROP CONSTRAINT sessions_level_check;
ALTER TABLE sessions.sessions ADD CONSTRAINT sessions_level_check CHECK (level IN ('password', 'mfa', 'phishingresistant'));
