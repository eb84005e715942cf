-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
ALTER TABLE organizations ADD COLUMN administration TEXT NOT NULL DEFAULT 'managed';

CREATE TABLE operations_authorities (org TEXT PRIMARY KEY, certificate TEXT NOT NULL);

CREATE TABLE signature_requests (
  id TEXT PRIMARY KEY, org TEXT NOT NULL, operation TEXT NOT NULL, ledger TEXT NOT NULL, state TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX signature_requests_org ON signature_requests (org, state, id);
CREATE INDEX signature_requests_operation ON signature_requests (operation, id);

-- +goose Down
DROP TABLE signature_requests;
DROP TABLE operations_authorities;
ALTER TABLE organizations DROP COLUMN administration;
