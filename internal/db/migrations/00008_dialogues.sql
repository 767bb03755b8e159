-- +goose Up
-- dialogues: meetings with partners about what was asked and done.
CREATE TABLE dialogues (
  id       {{id}},
  country  {{text}} NOT NULL,
  title    {{text}} NOT NULL,
  held_on  {{date}} NOT NULL,
  place    {{text}} NOT NULL DEFAULT '',
  note     {{text}} NOT NULL DEFAULT '',
  since_on {{date}},
  state    {{text}} NOT NULL CHECK (state IN ('planned', 'held')),
  seed_key {{text}} NOT NULL DEFAULT '',
  version  {{int}} NOT NULL DEFAULT 1,
  CHECK (since_on IS NULL OR since_on < held_on)
);
CREATE INDEX dialogues_held_on ON dialogues (country, held_on);
CREATE UNIQUE INDEX dialogues_seed ON dialogues (seed_key) WHERE seed_key <> '';
-- An agenda item is a recommendation chosen for a dialogue, with what is to be
-- said of it. The position orders the agenda and need not be without gaps.
CREATE TABLE agenda_items (
  id                {{id}},
  dialogue_id       {{int}} NOT NULL REFERENCES dialogues (id),
  recommendation_id {{int}} NOT NULL REFERENCES recommendations (id),
  position          {{int}} NOT NULL CHECK (position > 0),
  talking_points    {{text}} NOT NULL DEFAULT '',
  asks              {{text}} NOT NULL DEFAULT '',
  notes             {{text}} NOT NULL DEFAULT '',
  edited_at         {{time}},
  edited_by_id      {{int}},
  version           {{int}} NOT NULL DEFAULT 1,
  UNIQUE (dialogue_id, recommendation_id)
);
CREATE INDEX agenda_items_recommendation ON agenda_items (recommendation_id);
