-- +goose Up
-- dialogues: what was agreed. The government's part is a commitment like every other, tied to the agenda item under
-- which it was agreed; the partner's is an undertaking of its own kind, which no count of the plan holds.
CREATE TABLE agreed_actions (
  id             {{id}},
  agenda_item_id {{int}} NOT NULL REFERENCES agenda_items (id),
  commitment_id  {{int}} NOT NULL UNIQUE REFERENCES commitments (id),
  agreed_at      {{time}} NOT NULL,
  by_id          {{int}}
);
CREATE INDEX agreed_actions_item ON agreed_actions (agenda_item_id);
CREATE TABLE undertakings (
  id             {{id}},
  agenda_item_id {{int}} NOT NULL REFERENCES agenda_items (id),
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  text           {{text}} NOT NULL CHECK (text <> ''),
  due_on         {{date}},
  state          {{text}} NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
  made_at        {{time}} NOT NULL,
  by_id          {{int}},
  version        {{int}} NOT NULL DEFAULT 1
);
CREATE INDEX undertakings_item ON undertakings (agenda_item_id);
CREATE INDEX undertakings_institution ON undertakings (institution_id);
-- What the partner says of it, and what a coordinator makes of that.
CREATE TABLE undertaking_steps (
  id             {{id}},
  undertaking_id {{int}} NOT NULL REFERENCES undertakings (id),
  kind           {{text}} NOT NULL CHECK (kind IN ('logged', 'acknowledged', 'done', 'withdrawn')),
  text           {{text}} NOT NULL,
  at             {{time}} NOT NULL,
  by_id          {{int}}
);
CREATE INDEX undertaking_steps_undertaking ON undertaking_steps (undertaking_id);
