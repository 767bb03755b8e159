-- +goose Up
-- What a job did, when that is more than a file: JSON, as its kind reads it;
-- empty for nothing. And what the message of a failure names, as a JSON list.
ALTER TABLE jobs ADD COLUMN result {{text}} NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN error_args {{text}} NOT NULL DEFAULT '';
