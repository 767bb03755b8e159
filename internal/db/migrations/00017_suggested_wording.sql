-- +goose Up
-- progress: what the institution could write instead, of a return.
ALTER TABLE decisions ADD COLUMN wording {{text}} NOT NULL DEFAULT '';
