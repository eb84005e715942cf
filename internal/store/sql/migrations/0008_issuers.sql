-- SPDX-License-Identifier: Apache-2.0

-- +goose Up
CREATE TABLE issuers (
  org TEXT NOT NULL, purpose TEXT NOT NULL, generation BIGINT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (org, purpose, generation)
);

-- +goose Down
DROP TABLE issuers;
