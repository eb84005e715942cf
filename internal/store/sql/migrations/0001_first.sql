-- SPDX-License-Identifier: Apache-2.0
-- Records are JSON in data; the columns beside it are what is looked up, ordered by or kept unique.

-- +goose Up
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE organizations (id TEXT PRIMARY KEY, data TEXT NOT NULL);

CREATE TABLE certificates (
  org TEXT NOT NULL, serial TEXT NOT NULL, holder TEXT NOT NULL, purpose TEXT NOT NULL,
  revoked BOOLEAN NOT NULL, issued_at BIGINT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (org, serial)
);
CREATE INDEX certificates_holder ON certificates (org, holder, purpose, revoked, issued_at);

CREATE TABLE applications (org TEXT NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (org, name));

CREATE TABLE nodes (id TEXT PRIMARY KEY, org TEXT NOT NULL, data TEXT NOT NULL);

CREATE TABLE channels (name TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE channel_members (
  channel TEXT NOT NULL, org TEXT NOT NULL, position BIGINT NOT NULL, joined BOOLEAN NOT NULL,
  PRIMARY KEY (channel, org)
);
CREATE INDEX channel_members_org ON channel_members (org, channel);

CREATE TABLE deployments (channel TEXT NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (channel, name));

CREATE TABLE operations (
  id TEXT PRIMARY KEY, actor TEXT NOT NULL, idempotency_key TEXT NOT NULL, subject TEXT NOT NULL,
  state TEXT NOT NULL, data TEXT NOT NULL
);
CREATE UNIQUE INDEX operations_key ON operations (actor, idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX operations_subject ON operations (subject, id);
CREATE INDEX operations_state ON operations (state, id);
CREATE TABLE operation_orgs (operation TEXT NOT NULL, org TEXT NOT NULL, PRIMARY KEY (org, operation));

CREATE TABLE credentials (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, org TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  expires_at BIGINT NOT NULL, data TEXT NOT NULL
);

CREATE TABLE envelopes (
  actor TEXT NOT NULL, idempotency_key TEXT NOT NULL, created_at BIGINT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (actor, idempotency_key)
);
CREATE INDEX envelopes_age ON envelopes (created_at);

CREATE TABLE answers (
  actor TEXT NOT NULL, idempotency_key TEXT NOT NULL, created_at BIGINT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (actor, idempotency_key)
);
CREATE INDEX answers_age ON answers (created_at);

-- +goose Down
DROP TABLE answers;
DROP TABLE envelopes;
DROP TABLE credentials;
DROP TABLE operation_orgs;
DROP TABLE operations;
DROP TABLE deployments;
DROP TABLE channel_members;
DROP TABLE channels;
DROP TABLE nodes;
DROP TABLE applications;
DROP TABLE certificates;
DROP TABLE organizations;
DROP TABLE settings;
