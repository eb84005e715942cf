-- SPDX-License-Identifier: Apache-2.0
-- The sign-in settings are one row; a sign-in that was used stays marked until nobody could try it again.

-- +goose Up
CREATE TABLE signin_settings (id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE signins_used (id TEXT PRIMARY KEY, until BIGINT NOT NULL);
CREATE INDEX signins_used_age ON signins_used (until);

-- +goose Down
DROP TABLE signins_used;
DROP TABLE signin_settings;
