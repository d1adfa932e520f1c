-- A client that neither says what it is nor shows that it is a browser.
ALTER TABLE sessions.sessions DROP CONSTRAINT sessions_client_check, ADD CHECK (client IN ('browser', 'native', 'unsaid'));
ALTER TABLE mfa.challenges DROP CONSTRAINT challenges_client_check, ADD CHECK (client IN ('browser', 'native', 'unsaid'));
