-- +goose Up
-- A report asks for every milestone that is done; few updates report one.
CREATE INDEX updates_milestone ON updates (commitment_id, milestone, state, as_of, approved_at) WHERE milestone > 0;
