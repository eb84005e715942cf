-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
CREATE TABLE mails (id TEXT PRIMARY KEY, state TEXT NOT NULL, next_try BIGINT NOT NULL, done_at BIGINT NOT NULL, data TEXT NOT NULL);
CREATE INDEX mails_due ON mails (state, next_try);

-- +goose Down
DROP TABLE mails;
