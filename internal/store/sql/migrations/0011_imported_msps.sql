-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
CREATE TABLE imported_msps (org TEXT PRIMARY KEY, data TEXT NOT NULL);

-- +goose Down
DROP TABLE imported_msps;
