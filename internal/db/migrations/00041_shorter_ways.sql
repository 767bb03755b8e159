-- +goose Up
-- What an institution told of money is found by its name; by commitment, updates_commitment leads there. What a person wrote is found by theirs.
DROP INDEX updates_money;
CREATE INDEX updates_money ON updates (institution_id, commitment_id) WHERE money <> '[]';
CREATE INDEX update_authors_person ON update_authors (person_id, update_id);
CREATE INDEX answers_commitment ON answers (commitment_id);
CREATE INDEX updates_institution ON updates (institution_id, as_of);
CREATE INDEX updates_queue ON updates (institution_id, kind, corrects_id, version, status, milestone, money, no_progress, on_behalf, as_of, first_submitted_on, submitted_at, state, commitment_id)
  WHERE state <> 'approved' AND state <> 'draft';
