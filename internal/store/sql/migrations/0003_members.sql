-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
CREATE TABLE members (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, state TEXT NOT NULL, data TEXT NOT NULL);

CREATE TABLE memberships (
  member TEXT NOT NULL, org TEXT NOT NULL, role TEXT NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (member, org)
);
CREATE INDEX memberships_org ON memberships (org, member);

CREATE TABLE identities (
  provider TEXT NOT NULL, subject TEXT NOT NULL, member TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (provider, subject)
);
CREATE INDEX identities_member ON identities (member);

CREATE TABLE member_secrets (member TEXT PRIMARY KEY, data TEXT NOT NULL);

CREATE TABLE member_codes (
  hash TEXT PRIMARY KEY, kind TEXT NOT NULL, member TEXT NOT NULL, org TEXT NOT NULL, expires_at BIGINT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX member_codes_member ON member_codes (member, kind, org);

CREATE TABLE sign_in_failures (subject TEXT PRIMARY KEY, updated_at BIGINT NOT NULL, data TEXT NOT NULL);

ALTER TABLE credentials ADD COLUMN member TEXT NOT NULL DEFAULT '';
CREATE INDEX credentials_member ON credentials (member, kind, id);

-- +goose Down
DROP INDEX credentials_member;
ALTER TABLE credentials DROP COLUMN member;
DROP TABLE sign_in_failures;
DROP TABLE member_codes;
DROP TABLE member_secrets;
DROP TABLE identities;
DROP TABLE memberships;
DROP TABLE members;
