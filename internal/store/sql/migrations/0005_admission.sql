-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
CREATE TABLE access_requests (
  id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, state TEXT NOT NULL, kind TEXT NOT NULL, assignee TEXT NOT NULL,
  identifier TEXT NOT NULL, next_at BIGINT NOT NULL, revision BIGINT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX access_requests_state ON access_requests (state, id);
CREATE INDEX access_requests_identifier ON access_requests (identifier) WHERE identifier <> '';
CREATE INDEX access_requests_due ON access_requests (next_at) WHERE next_at <> 0;

CREATE TABLE access_numbers (year BIGINT PRIMARY KEY, last BIGINT NOT NULL);

CREATE TABLE access_secrets (hash TEXT PRIMARY KEY, request TEXT NOT NULL, purpose TEXT NOT NULL);
CREATE INDEX access_secrets_request ON access_secrets (request);

CREATE TABLE ledger_invitations (
  id TEXT PRIMARY KEY, ledger TEXT NOT NULL, inviter TEXT NOT NULL, org TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  data TEXT NOT NULL
);
CREATE INDEX ledger_invitations_org ON ledger_invitations (org, id);
CREATE INDEX ledger_invitations_inviter ON ledger_invitations (inviter, id);

-- +goose Down
DROP TABLE ledger_invitations;
DROP TABLE access_secrets;
DROP TABLE access_numbers;
DROP TABLE access_requests;
