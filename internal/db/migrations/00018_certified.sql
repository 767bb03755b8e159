-- +goose Up
-- progress: a closed deadline is certified by a second person, once and for
-- ever.
ALTER TABLE deadlines ADD COLUMN certified_at {{time}};
ALTER TABLE deadlines ADD COLUMN certified_by_id {{int}};
