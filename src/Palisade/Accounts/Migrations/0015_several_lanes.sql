-- One attempt, several lanes: a stranger's counts for the account, for the network it comes from, and for the two together; a
-- known device's counts for that device alone. The lanes of an account begin with the same 16 bytes, so that they are found by
-- range, whatever they stand for.
--
--     0            16                    32
--     +------------+---------------------+
--     | of account | of account          |   anybody, anywhere
--     | of account | of network          |   the pair
--     | of account | of a device         |   a known device
--     | of network                       |   any account, from there

-- Takes a place in every lane, or in none. MUST be given the lanes in the order of their bytes: two callers then never wait for
-- each other in a circle. Answers 'reserved', 'locked' (and until when), 'captcha' when more failures stand in a lane than its
-- p_asks_after and no captcha was solved for this attempt, or 'full'. Only 'reserved' leaves a trace.
CREATE FUNCTION accounts.reserve_attempts(
    p_lanes bytea[], p_limits integer[], p_asks_after integer[], p_solved boolean,
    p_now timestamptz, p_window interval, p_lock interval, p_dies_at timestamptz,
    OUT verdict text, OUT until timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    one   record;
    taken integer[] := '{}';
    asks  boolean := false;
    i     integer;
BEGIN
    verdict := 'reserved';
    FOR i IN 1..cardinality(p_lanes) LOOP
        SELECT * INTO one FROM accounts.reserve_attempt(p_lanes[i], p_now, p_limits[i], p_window, p_lock, p_dies_at);
        IF one.verdict = 'reserved' THEN
            taken := taken || i;
        ELSIF one.verdict = 'locked' THEN
            verdict := 'locked';
            until := greatest(until, one.until);
        ELSIF verdict = 'reserved' THEN
            verdict := 'full';
        END IF;
        IF NOT p_solved THEN
            asks := asks OR EXISTS (
                SELECT FROM accounts.attempt_lanes WHERE lane = p_lanes[i] AND window_ends_at > p_now AND failures > p_asks_after[i]);
        END IF;
    END LOOP;
    IF asks AND verdict <> 'locked' THEN
        verdict := 'captcha';
    END IF;
    IF verdict <> 'reserved' THEN
        FOREACH i IN ARRAY taken LOOP
            PERFORM accounts.settle_attempt(p_lanes[i], p_now, p_limits[i], p_window, p_lock, p_dies_at, 'released');
        END LOOP;
    END IF;
END
$$;

-- Ends the reservations, each with its own outcome; a lane without one (p_dies_at is null there) may still be forgiven.
-- The same order as above. Answers which lanes this attempt locked.
CREATE FUNCTION accounts.settle_attempts(
    p_lanes bytea[], p_limits integer[], p_dies_at timestamptz[], p_outcomes text[],
    p_now timestamptz, p_window interval, p_lock interval,
    OUT locked bytea[])
LANGUAGE plpgsql AS $$
BEGIN
    locked := '{}';
    FOR i IN 1..cardinality(p_lanes) LOOP
        IF accounts.settle_attempt(p_lanes[i], p_now, p_limits[i], p_window, p_lock, p_dies_at[i], p_outcomes[i]) THEN
            locked := locked || p_lanes[i];
        END IF;
    END LOOP;
END
$$;
