-- +goose Up
-- From when on, and until when, the shared summary of an approved update may
-- leave. A release that was withdrawn stays: a report of an instant before
-- that still tells what could leave then.
CREATE TABLE summary_releases (
  id              {{id}},
  update_id       {{int}} NOT NULL REFERENCES updates (id),
  released_at     {{time}} NOT NULL,
  released_by_id  {{int}} NOT NULL,
  withdrawn_at    {{time}},
  withdrawn_by_id {{int}},
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))
);
CREATE UNIQUE INDEX summary_releases_now ON summary_releases (update_id) WHERE withdrawn_at IS NULL;
CREATE INDEX summary_releases_released ON summary_releases (released_at);
CREATE INDEX summary_releases_withdrawn ON summary_releases (withdrawn_at) WHERE withdrawn_at IS NOT NULL;
