-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
ALTER TABLE certificates ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE certificates SET ends_at = unixepoch(json_extract(data, '$.NotAfter'));
CREATE INDEX certificates_end ON certificates (ends_at);

ALTER TABLE issuers ADD COLUMN crl TEXT NOT NULL DEFAULT '';

CREATE TABLE revocation_lists (
  org TEXT NOT NULL, purpose TEXT NOT NULL, generation BIGINT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (org, purpose, generation)
);

CREATE TABLE watched_certificates (id TEXT PRIMARY KEY, org TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX watched_certificates_org ON watched_certificates (org, id);

CREATE TABLE expiry_notices (
  org TEXT NOT NULL, serial TEXT NOT NULL, days BIGINT NOT NULL, sent_at BIGINT NOT NULL,
  PRIMARY KEY (org, serial, days)
);

-- +goose Down
DROP TABLE expiry_notices;
DROP TABLE watched_certificates;
DROP TABLE revocation_lists;
ALTER TABLE issuers DROP COLUMN crl;
DROP INDEX certificates_end;
ALTER TABLE certificates DROP COLUMN ends_at;
