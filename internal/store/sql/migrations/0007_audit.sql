-- SPDX-License-Identifier: Apache-2.0
-- The audit trail. data is the entry as it was hashed; the columns beside it only find it.

-- +goose Up
CREATE TABLE audit_entries (
  sequence BIGINT PRIMARY KEY, time BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  hash TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX audit_entries_time ON audit_entries (time);
CREATE INDEX audit_entries_actor ON audit_entries (actor, sequence);
CREATE INDEX audit_entries_action ON audit_entries (action, sequence);
CREATE TABLE audit_orgs (org TEXT NOT NULL, sequence BIGINT NOT NULL, PRIMARY KEY (org, sequence));
CREATE TABLE audit_intents (id TEXT PRIMARY KEY, applied BOOLEAN NOT NULL, data TEXT NOT NULL);

-- +goose Down
DROP TABLE audit_intents;
DROP TABLE audit_orgs;
DROP TABLE audit_entries;
