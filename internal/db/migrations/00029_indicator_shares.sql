-- +goose Up
-- Whom the figures of an indicator may be told to. What was defined before stays in government.
ALTER TABLE indicator_definitions ADD COLUMN share {{text}} NOT NULL DEFAULT 'internal' CHECK (share IN ('internal', 'partner', 'public'));
