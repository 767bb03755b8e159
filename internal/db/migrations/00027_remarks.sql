-- +goose Up
-- recommendations: how often a mechanism asks and with which words governments
-- respond to it; and what is said of a recommendation as a whole: how the
-- government responded, and what became of what is asked no longer. Nothing is
-- deleted: what is said anew ends what was said before.
ALTER TABLE mechanisms ADD COLUMN cycle_months {{int}} NOT NULL DEFAULT 0 CHECK (cycle_months BETWEEN 0 AND 240);
ALTER TABLE mechanisms ADD COLUMN responses {{text}} NOT NULL DEFAULT '[]';
CREATE TABLE remarks (
  id                {{id}},
  recommendation_id {{int}} NOT NULL REFERENCES recommendations (id),
  kind              {{text}} NOT NULL CHECK (kind IN ('response', 'outcome')),
  word              {{text}} NOT NULL CHECK (word <> ''),
  statement         {{text}} NOT NULL,
  given_on          {{date}} NOT NULL,
  said_on           {{date}} NOT NULL,
  said_at           {{time}} NOT NULL,
  said_by_id        {{int}},
  ended_on          {{date}},
  ended_at          {{time}},
  ended_by_id       {{int}}
);
CREATE UNIQUE INDEX remarks_once ON remarks (recommendation_id, kind) WHERE ended_at IS NULL;
CREATE INDEX remarks_recommendation ON remarks (recommendation_id);
