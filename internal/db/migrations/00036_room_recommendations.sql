-- +goose Up
-- dialogues: a dialogue can be an edition of a mechanism, of which it holds what was recommended in the room. Each of
-- these is a recommendation like every other, tied to the agenda item under which it was made.
ALTER TABLE dialogues ADD COLUMN mechanism_id {{int}} REFERENCES mechanisms (id);
CREATE TABLE room_recommendations (
  recommendation_id {{int}} PRIMARY KEY REFERENCES recommendations (id),
  agenda_item_id    {{int}} NOT NULL REFERENCES agenda_items (id),
  made_at           {{time}} NOT NULL,
  by_id             {{int}}
);
CREATE INDEX room_recommendations_item ON room_recommendations (agenda_item_id);
