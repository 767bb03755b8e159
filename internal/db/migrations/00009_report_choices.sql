-- +goose Up
-- report_choices: what a person asks of a status report, kept under a name for
-- that person alone. The query is the address of the page without its path.
CREATE TABLE report_choices (
  id        {{id}},
  person_id {{int}} NOT NULL REFERENCES people (id),
  name      {{text}} NOT NULL,
  query     {{text}} NOT NULL,
  saved_at  {{time}} NOT NULL,
  UNIQUE (person_id, name)
);
