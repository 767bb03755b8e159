-- +goose Up
-- dialogues: prepared and followed up are states of their own; how it is met, and who sits on both sides, by
-- office. An agenda item is a recommendation, a commitment or a point of its own. What is written on it is kept
-- text by text, with all that was written before. SQLite changes a table by making it anew.
CREATE TABLE dialogues_new (
  id         {{id}},
  country    {{text}} NOT NULL,
  title      {{text}} NOT NULL,
  held_on    {{date}} NOT NULL,
  place      {{text}} NOT NULL DEFAULT '',
  note       {{text}} NOT NULL DEFAULT '',
  since_on   {{date}},
  state      {{text}} NOT NULL CHECK (state IN ('planned', 'prepared', 'held', 'followed_up')),
  seed_key   {{text}} NOT NULL DEFAULT '',
  version    {{int}} NOT NULL DEFAULT 1,
  format     {{text}} NOT NULL DEFAULT '' CHECK (format IN ('', 'in_person', 'online', 'mixed')),
  our_side   {{text}} NOT NULL DEFAULT '',
  their_side {{text}} NOT NULL DEFAULT '',
  CHECK (since_on IS NULL OR since_on < held_on)
);
CREATE TABLE agenda_items_new (
  id                {{id}},
  dialogue_id       {{int}} NOT NULL REFERENCES dialogues_new (id),
  recommendation_id {{int}} REFERENCES recommendations (id),
  position          {{int}} NOT NULL CHECK (position > 0),
  version           {{int}} NOT NULL DEFAULT 1,
  commitment_id     {{int}} REFERENCES commitments (id),
  title             {{text}} NOT NULL DEFAULT '',
  UNIQUE (dialogue_id, recommendation_id),
  UNIQUE (dialogue_id, commitment_id),
  CHECK ((recommendation_id IS NOT NULL) + (commitment_id IS NOT NULL) + (title <> '') = 1)
);
CREATE TABLE agenda_texts (
  id             {{id}},
  agenda_item_id {{int}} NOT NULL REFERENCES agenda_items_new (id),
  field          {{text}} NOT NULL CHECK (field IN ('position', 'talking_points', 'questions', 'asks', 'notes', 'said', 'heard', 'agreed')),
  text           {{text}} NOT NULL,
  written_at     {{time}} NOT NULL,
  by_id          {{int}}
);
INSERT INTO dialogues_new (id, country, title, held_on, place, note, since_on, state, seed_key, version)
  SELECT id, country, title, held_on, place, note, since_on, state, seed_key, version FROM dialogues;
INSERT INTO agenda_items_new (id, dialogue_id, recommendation_id, position, version) SELECT id, dialogue_id, recommendation_id, position, version FROM agenda_items;
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'talking_points', talking_points, edited_at, edited_by_id FROM agenda_items WHERE talking_points <> '' ORDER BY id;
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'asks', asks, edited_at, edited_by_id FROM agenda_items WHERE asks <> '' ORDER BY id;
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'notes', notes, edited_at, edited_by_id FROM agenda_items WHERE notes <> '' ORDER BY id;
DROP TABLE agenda_items;
DROP TABLE dialogues;
ALTER TABLE dialogues_new RENAME TO dialogues;
ALTER TABLE agenda_items_new RENAME TO agenda_items;
CREATE INDEX dialogues_held_on ON dialogues (country, held_on);
CREATE UNIQUE INDEX dialogues_seed ON dialogues (seed_key) WHERE seed_key <> '';
CREATE INDEX agenda_items_recommendation ON agenda_items (recommendation_id);
CREATE INDEX agenda_items_commitment ON agenda_items (commitment_id);
CREATE INDEX agenda_texts_item ON agenda_texts (agenda_item_id, field);
