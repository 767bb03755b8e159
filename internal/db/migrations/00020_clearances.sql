-- +goose Up
-- accounts: the post whose holder clears what the institution sends, where it
-- wants that.
ALTER TABLE institutions ADD COLUMN clearing_post_id {{int}};
-- progress: what was asked of that post of a draft, and what came of it. A
-- request holds for the version of the update that it names.
CREATE TABLE clearances (
  id        {{id}},
  update_id {{int}} NOT NULL REFERENCES updates (id),
  kind      {{text}} NOT NULL CHECK (kind IN ('asked', 'cleared', 'refused')),
  version   {{int}} NOT NULL,
  reason    {{text}} NOT NULL,
  at        {{time}} NOT NULL,
  by_id     {{int}} NOT NULL
);
CREATE INDEX clearances_update ON clearances (update_id);
