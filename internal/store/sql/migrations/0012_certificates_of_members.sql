-- SPDX-License-Identifier: Apache-2.0
-- Certificates that were issued before have no member: nobody recorded for whom they were.

-- +goose Up
ALTER TABLE certificates ADD COLUMN member TEXT NOT NULL DEFAULT '';
CREATE INDEX certificates_member ON certificates (member) WHERE member <> '';

-- +goose Down
DROP INDEX certificates_member;
ALTER TABLE certificates DROP COLUMN member;
