-- Each TOTP factor keeps the hash it was enrolled with: a change of the setting leaves the phones of others alone.

ALTER TABLE mfa.totp_factors ADD COLUMN algorithm text NOT NULL DEFAULT 'SHA1' CHECK (algorithm IN ('SHA1', 'SHA256'));
