-- Keys that sign take turns: each is published before it signs, and verifies until its last token is over.

ALTER TABLE encryption.keys
    ADD COLUMN algorithm  text,         -- null: the one there was before there was a choice
    ADD COLUMN signs_from timestamptz;  -- null: from its creation
