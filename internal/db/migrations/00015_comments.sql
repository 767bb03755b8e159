-- +goose Up
-- progress: what the institution and the coordinators say to each other beside
-- an update. Internal, and never changed.
CREATE TABLE comments (
  id        {{id}},
  update_id {{int}} NOT NULL REFERENCES updates (id),
  at        {{time}} NOT NULL,
  by_id     {{int}} NOT NULL,
  text      {{text}} NOT NULL CHECK (text <> '')
);
CREATE INDEX comments_update ON comments (update_id, at);
-- What came back is little.
CREATE INDEX decisions_returned ON decisions (as_of, update_id) WHERE kind = 'returned';
