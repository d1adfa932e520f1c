-- What keeps SMS from becoming somebody's income: what they may cost a day, and whether the codes are ever entered.

CREATE TABLE messaging.sms_spending (
    day      date    NOT NULL,
    subject  text    NOT NULL, -- tenant/UUID or country/XX
    messages integer NOT NULL,
    cents    bigint  NOT NULL,
    PRIMARY KEY (day, subject)
);

CREATE TABLE messaging.sms_conversion (
    country text        NOT NULL,
    slot    timestamptz NOT NULL, -- ten minutes
    sent    integer     NOT NULL,
    entered integer     NOT NULL,
    PRIMARY KEY (country, slot)
);

CREATE TABLE messaging.sms_stops (
    country    text        PRIMARY KEY,
    stopped_at timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    sent       bigint      NOT NULL,
    entered    bigint      NOT NULL
);

ALTER TABLE messaging.sms_spending   ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging.sms_spending   FORCE ROW LEVEL SECURITY;
ALTER TABLE messaging.sms_conversion ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging.sms_conversion FORCE ROW LEVEL SECURITY;
ALTER TABLE messaging.sms_stops      ENABLE ROW LEVEL SECURITY;
ALTER TABLE messaging.sms_stops      FORCE ROW LEVEL SECURITY;

-- A company sees what it spent itself, and the countries that all of them share.
CREATE POLICY sms_spending_own ON messaging.sms_spending TO palisade_app
    USING ((SELECT palisade.is_system()) OR subject = 'tenant/' || (SELECT palisade.tenant())::text
        OR ((SELECT palisade.tenant()) IS NOT NULL AND starts_with(subject, 'country/')))
    WITH CHECK ((SELECT palisade.is_system()) OR subject = 'tenant/' || (SELECT palisade.tenant())::text
        OR ((SELECT palisade.tenant()) IS NOT NULL AND starts_with(subject, 'country/')));
CREATE POLICY sms_conversion_any_scope ON messaging.sms_conversion TO palisade_app
    USING ((SELECT palisade.is_system()) OR (SELECT palisade.tenant()) IS NOT NULL)
    WITH CHECK ((SELECT palisade.is_system()) OR (SELECT palisade.tenant()) IS NOT NULL);
CREATE POLICY sms_stops_written ON messaging.sms_stops TO palisade_app
    USING ((SELECT palisade.is_system())) WITH CHECK ((SELECT palisade.is_system()));
CREATE POLICY sms_stops_read ON messaging.sms_stops FOR SELECT TO palisade_app
    USING ((SELECT palisade.tenant()) IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON messaging.sms_spending, messaging.sms_conversion, messaging.sms_stops TO palisade_app;
