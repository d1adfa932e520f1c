-- Mails and SMS that are owed. A row is written in the transaction of the act it tells of, so it is there if and only if the act is.

CREATE SCHEMA messaging;

-- waiting --taken and sent--> sent
--    |  '--failed--> waiting (later)
--    '--no longer of use, or refused for good--> given_up
--
-- Who takes a row moves next_attempt_at beyond the time a send may last; a process that dies in between leaves a row that is due again.
CREATE TABLE messaging.outbox (
    id              uuid        PRIMARY KEY,
    tenant_id       uuid        REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
    user_id         uuid        REFERENCES accounts.users (id) ON DELETE CASCADE,
    channel         text        NOT NULL CHECK (channel IN ('mail', 'sms')),
    template        text        NOT NULL,
    locale          text        NOT NULL,
    sealed          bytea,
    state           text        NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    last_problem    text,
    dedupe_key      text,
    -- Address and one-time link are gone as soon as nobody will send them any more.
    CHECK ((state = 'waiting') = (sealed IS NOT NULL)),
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
COMMENT ON COLUMN messaging.outbox.sealed IS 'personal: address and values of a message until it is sent';

CREATE INDEX outbox_due ON messaging.outbox (channel, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_ended ON messaging.outbox (ended_at) WHERE state <> 'waiting';
CREATE UNIQUE INDEX outbox_once ON messaging.outbox (dedupe_key);

-- How many of one kind went to one mailbox within the last hour. The mailbox is a keyed hash: the table tells nobody who was written to.
CREATE TABLE messaging.mailbox_caps (
    mailbox bytea         NOT NULL,
    kind    text          NOT NULL,
    sent    timestamptz[] NOT NULL,
    last_at timestamptz   NOT NULL,
    PRIMARY KEY (mailbox, kind)
);
CREATE INDEX mailbox_caps_by_age ON messaging.mailbox_caps (last_at);

-- In which language somebody is written to; NULL is the installation's.
ALTER TABLE accounts.users ADD COLUMN locale text;

ALTER TABLE messaging.outbox       ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging.outbox       FORCE ROW LEVEL SECURITY;
ALTER TABLE messaging.mailbox_caps ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging.mailbox_caps FORCE ROW LEVEL SECURITY;

CREATE POLICY outbox_own ON messaging.outbox TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
-- A mailbox is no tenant's: whoever writes to it, the cap is one.
CREATE POLICY mailbox_caps_any_scope ON messaging.mailbox_caps TO palisade_app
    USING ((SELECT palisade.is_system()) OR (SELECT palisade.tenant()) IS NOT NULL)
    WITH CHECK ((SELECT palisade.is_system()) OR (SELECT palisade.tenant()) IS NOT NULL);

GRANT USAGE ON SCHEMA messaging TO palisade_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON messaging.outbox, messaging.mailbox_caps TO palisade_app;
