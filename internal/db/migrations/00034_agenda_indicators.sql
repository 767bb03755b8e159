-- +goose Up
-- dialogues: the indicators that are fixed for an agenda item before the dialogue, at most three, in their order.
CREATE TABLE agenda_indicators (
  agenda_item_id {{int}} NOT NULL REFERENCES agenda_items (id),
  place          {{int}} NOT NULL CHECK (place BETWEEN 1 AND 3),
  indicator_id   {{int}} NOT NULL REFERENCES indicators (id),
  PRIMARY KEY (agenda_item_id, place),
  UNIQUE (agenda_item_id, indicator_id)
);
