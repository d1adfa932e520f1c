-- Companies, people, and what limits the guessing of their passwords.

CREATE SCHEMA tenancy;
CREATE SCHEMA accounts;

CREATE TABLE tenancy.tenants (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL
);

-- One row at most, ever: the first set-up wins, whatever runs beside it.
CREATE TABLE tenancy.installation (
    singleton    boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    completed_at timestamptz NOT NULL
);

CREATE TABLE tenancy.setup_tokens (
    hash       bytea       PRIMARY KEY,
    created_at timestamptz NOT NULL
);

CREATE TABLE accounts.users (
    id                   uuid        PRIMARY KEY,
    tenant_id            uuid        NOT NULL REFERENCES tenancy.tenants (id),
    email                text        NOT NULL,
    email_key            text        NOT NULL,
    name                 text        NOT NULL,
    role                 text        NOT NULL,
    status               text        NOT NULL CHECK (status IN ('pending', 'active', 'locked', 'disabled')),
    password_hash        text,
    password_changed_at  timestamptz,
    email_verified_at    timestamptz,
    session_version      integer     NOT NULL DEFAULT 1,
    last_login_at        timestamptz,
    last_login_ip        inet,
    created_at           timestamptz NOT NULL,
    created_by           uuid,
    updated_at           timestamptz NOT NULL,
    CHECK (status = 'pending' OR password_hash IS NOT NULL)
);
COMMENT ON COLUMN accounts.users.email IS 'personal: to reach and to recognise the account holder';
COMMENT ON COLUMN accounts.users.email_key IS 'personal: the same address in its comparison form';
COMMENT ON COLUMN accounts.users.name IS 'personal: how colleagues know the account holder';
COMMENT ON COLUMN accounts.users.last_login_ip IS 'personal: where the account holder was';

-- Unique over all tenants: an address signs in without naming its company.
CREATE UNIQUE INDEX users_email_key ON accounts.users (email_key);
CREATE INDEX users_by_tenant ON accounts.users (tenant_id, id);
CREATE INDEX users_by_status ON accounts.users (tenant_id, status);

CREATE TABLE accounts.invitations (
    hash        bytea       PRIMARY KEY,
    tenant_id   uuid        NOT NULL REFERENCES tenancy.tenants (id),
    user_id     uuid        NOT NULL REFERENCES accounts.users (id) ON DELETE CASCADE,
    expires_at  timestamptz NOT NULL,
    accepted_at timestamptz
);

-- A lane counts the failures of whatever its key stands for. The key is a keyed hash, so the table tells nobody which
-- addresses were tried, and an address without an account has its lane like any other.
--
--   free --reserve--> pending --wrong--> failure --the last one allowed--> locked --time--> free
--                        |--right--> free
--                        '--the process died--> failure
CREATE TABLE accounts.attempt_lanes (
    lane           bytea         PRIMARY KEY,
    failures       integer       NOT NULL DEFAULT 0,
    window_ends_at timestamptz   NOT NULL DEFAULT '-infinity',
    locked_until   timestamptz   NOT NULL DEFAULT '-infinity',
    pending        timestamptz[] NOT NULL DEFAULT '{}'
);

-- Counts first, verifies later: nothing is hashed without a reservation, and the lock on the lane's row makes two parallel
-- callers stand in line. Answers 'reserved', 'full' (as many attempts are under way as may still fail) or 'locked'.
CREATE FUNCTION accounts.reserve_attempt(
    p_lane bytea, p_now timestamptz, p_limit integer, p_window interval, p_lock interval, p_dies_at timestamptz,
    OUT verdict text, OUT until timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    l     accounts.attempt_lanes;
    alive timestamptz[];
    dead  integer;
BEGIN
    -- Made or found, and locked, in one step: a lane may be swept away between two.
    INSERT INTO accounts.attempt_lanes (lane) VALUES (p_lane) ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane RETURNING * INTO l;

    SELECT coalesce(array_agg(dies) FILTER (WHERE dies > p_now), '{}'), count(*) FILTER (WHERE dies <= p_now)
        INTO alive, dead FROM unnest(l.pending) AS dies;
    IF l.window_ends_at <= p_now THEN
        l.failures := 0;
    END IF;
    IF dead > 0 THEN
        l.window_ends_at := CASE WHEN l.failures = 0 THEN p_now + p_window ELSE l.window_ends_at END;
        l.failures := l.failures + dead;
        IF l.failures >= p_limit AND l.locked_until <= p_now THEN
            l.locked_until := p_now + p_lock;
            l.window_ends_at := l.locked_until;
        END IF;
    END IF;

    IF l.locked_until > p_now THEN
        verdict := 'locked';
        until := l.locked_until;
    ELSIF l.failures + cardinality(alive) >= p_limit THEN
        verdict := 'full';
    ELSE
        verdict := 'reserved';
        alive := alive || p_dies_at;
    END IF;
    UPDATE accounts.attempt_lanes
        SET failures = l.failures, window_ends_at = l.window_ends_at, locked_until = l.locked_until, pending = alive
        WHERE lane = p_lane;
END
$$;

-- Ends a reservation: 'failed' counts it, 'released' forgets it, 'succeeded' forgets it and the failures before it.
-- A success never lifts a lock: only its time does, or an administrator. Answers whether this very failure locked the lane.
CREATE FUNCTION accounts.settle_attempt(
    p_lane bytea, p_now timestamptz, p_limit integer, p_window interval, p_lock interval, p_dies_at timestamptz, p_outcome text,
    OUT locked_now boolean)
LANGUAGE plpgsql AS $$
DECLARE
    l     accounts.attempt_lanes;
    place integer;
BEGIN
    locked_now := false;
    SELECT * INTO l FROM accounts.attempt_lanes WHERE lane = p_lane FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    place := array_position(l.pending, p_dies_at);
    IF place IS NOT NULL THEN
        l.pending := l.pending[:place - 1] || l.pending[place + 1:];
    END IF;
    IF p_outcome = 'failed' THEN
        IF l.window_ends_at <= p_now THEN
            l.failures := 0;
            l.window_ends_at := p_now + p_window;
        END IF;
        l.failures := l.failures + 1;
        IF l.failures >= p_limit AND l.locked_until <= p_now THEN
            l.locked_until := p_now + p_lock;
            l.window_ends_at := l.locked_until;
            locked_now := true;
        END IF;
    ELSIF p_outcome = 'succeeded' AND l.locked_until <= p_now THEN
        l.failures := 0;
        l.window_ends_at := '-infinity';
    END IF;
    UPDATE accounts.attempt_lanes
        SET failures = l.failures, window_ends_at = l.window_ends_at, locked_until = l.locked_until, pending = l.pending
        WHERE lane = p_lane;
END
$$;

ALTER TABLE tenancy.tenants       ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.tenants       FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.installation  ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.installation  FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.setup_tokens  ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.setup_tokens  FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts.users        ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.users        FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts.invitations  ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.invitations  FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts.attempt_lanes ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.attempt_lanes FORCE ROW LEVEL SECURITY;

CREATE POLICY tenants_own ON tenancy.tenants TO palisade_app
    USING ((SELECT palisade.is_system()) OR id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR id = (SELECT palisade.tenant()));
CREATE POLICY installation_system ON tenancy.installation TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
CREATE POLICY setup_tokens_system ON tenancy.setup_tokens TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
CREATE POLICY users_own ON accounts.users TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY invitations_own ON accounts.invitations TO palisade_app
    USING ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()))
    WITH CHECK ((SELECT palisade.is_system()) OR tenant_id = (SELECT palisade.tenant()));
CREATE POLICY attempt_lanes_system ON accounts.attempt_lanes TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));

GRANT USAGE ON SCHEMA tenancy, accounts TO palisade_app;
GRANT SELECT, INSERT, UPDATE ON tenancy.tenants, accounts.users, accounts.invitations, accounts.attempt_lanes TO palisade_app;
GRANT DELETE ON accounts.attempt_lanes TO palisade_app;
GRANT SELECT, INSERT ON tenancy.installation TO palisade_app;
GRANT SELECT, INSERT, DELETE ON tenancy.setup_tokens TO palisade_app;
