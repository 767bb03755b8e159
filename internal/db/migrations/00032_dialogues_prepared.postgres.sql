-- +goose Up
-- dialogues: prepared and followed up are states of their own; how it is met, and who sits on both sides, by
-- office. An agenda item is a recommendation, a commitment or a point of its own. What is written on it is kept
-- text by text, with all that was written before.
ALTER TABLE dialogues ADD COLUMN format {{text}} NOT NULL DEFAULT '' CHECK (format IN ('', 'in_person', 'online', 'mixed'));
ALTER TABLE dialogues ADD COLUMN our_side {{text}} NOT NULL DEFAULT '';
ALTER TABLE dialogues ADD COLUMN their_side {{text}} NOT NULL DEFAULT '';
ALTER TABLE dialogues DROP CONSTRAINT dialogues_state_check;
ALTER TABLE dialogues ADD CONSTRAINT dialogues_state_check CHECK (state IN ('planned', 'prepared', 'held', 'followed_up'));
CREATE TABLE agenda_texts (
  id             {{id}},
  agenda_item_id {{int}} NOT NULL REFERENCES agenda_items (id),
  field          {{text}} NOT NULL CHECK (field IN ('position', 'talking_points', 'questions', 'asks', 'notes', 'said', 'heard', 'agreed')),
  text           {{text}} NOT NULL,
  written_at     {{time}} NOT NULL,
  by_id          {{int}}
);
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'talking_points', talking_points, edited_at, edited_by_id FROM agenda_items WHERE talking_points <> '' ORDER BY id;
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'asks', asks, edited_at, edited_by_id FROM agenda_items WHERE asks <> '' ORDER BY id;
INSERT INTO agenda_texts (agenda_item_id, field, text, written_at, by_id) SELECT id, 'notes', notes, edited_at, edited_by_id FROM agenda_items WHERE notes <> '' ORDER BY id;
ALTER TABLE agenda_items DROP COLUMN talking_points;
ALTER TABLE agenda_items DROP COLUMN asks;
ALTER TABLE agenda_items DROP COLUMN notes;
ALTER TABLE agenda_items DROP COLUMN edited_at;
ALTER TABLE agenda_items DROP COLUMN edited_by_id;
ALTER TABLE agenda_items ALTER COLUMN recommendation_id DROP NOT NULL;
ALTER TABLE agenda_items ADD COLUMN commitment_id {{int}} REFERENCES commitments (id);
ALTER TABLE agenda_items ADD COLUMN title {{text}} NOT NULL DEFAULT '';
ALTER TABLE agenda_items ADD CONSTRAINT agenda_items_one_commitment UNIQUE (dialogue_id, commitment_id);
ALTER TABLE agenda_items ADD CONSTRAINT agenda_items_kind CHECK ((recommendation_id IS NOT NULL)::int + (commitment_id IS NOT NULL)::int + (title <> '')::int = 1);
CREATE INDEX agenda_items_commitment ON agenda_items (commitment_id);
CREATE INDEX agenda_texts_item ON agenda_texts (agenda_item_id, field);
