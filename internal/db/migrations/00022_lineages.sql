-- +goose Up
-- recommendations: what a person said of how a recommendation continues one of
-- an earlier edition of its mechanism. Nothing is deleted: what is said anew
-- ends what was said before.
CREATE TABLE lineages (
  id          {{id}},
  older_id    {{int}} NOT NULL REFERENCES recommendations (id),
  newer_id    {{int}} NOT NULL REFERENCES recommendations (id),
  kin         {{text}} NOT NULL CHECK (kin IN ('repeated', 'reworded', 'split', 'merged', 'unrelated')),
  said_on     {{date}} NOT NULL,
  said_at     {{time}} NOT NULL,
  said_by_id  {{int}},
  ended_on    {{date}},
  ended_at    {{time}},
  ended_by_id {{int}},
  CHECK (older_id <> newer_id)
);
CREATE UNIQUE INDEX lineages_once ON lineages (older_id, newer_id) WHERE ended_at IS NULL;
CREATE INDEX lineages_newer ON lineages (newer_id);
