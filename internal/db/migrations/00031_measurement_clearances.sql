-- +goose Up
-- indicators: what was asked of the post that clears what its institution sends, of a draft of figures, and what
-- came of it. A request holds for the version of the measurement that it names.
CREATE TABLE measurement_clearances (
  id             {{id}},
  measurement_id {{int}} NOT NULL REFERENCES measurements (id),
  kind           {{text}} NOT NULL CHECK (kind IN ('asked', 'cleared', 'refused')),
  version        {{int}} NOT NULL,
  reason         {{text}} NOT NULL,
  at             {{time}} NOT NULL,
  by_id          {{int}} NOT NULL
);
CREATE INDEX measurement_clearances_measurement ON measurement_clearances (measurement_id);
