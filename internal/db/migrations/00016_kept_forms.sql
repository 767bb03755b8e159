-- +goose Up
-- accounts: forms that were sent after their session had ended, sealed with a
-- secret that only the browser holds; deleted after a day.
CREATE TABLE kept_forms (
  secret_hash {{text}} PRIMARY KEY,
  person_id   {{int}} NOT NULL REFERENCES people (id),
  sealed      {{bytes}} NOT NULL,
  created_at  {{time}} NOT NULL
);
CREATE INDEX kept_forms_person ON kept_forms (person_id, created_at);
