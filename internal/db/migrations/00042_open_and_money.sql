-- +goose Up
-- What an institution has not had approved is found by its state, and what was told of money by commitment: updates_institution and
-- updates_commitment lead to it too, and to ten times as many rows.
DROP INDEX updates_open;
CREATE INDEX updates_open ON updates (institution_id, state, as_of) WHERE state <> 'approved';
CREATE INDEX updates_money_commitment ON updates (commitment_id, as_of) WHERE money <> '[]';
