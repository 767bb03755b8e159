-- +goose Up
-- imports: a file that a person sent to be taken in, what they answered about
-- it and what would become of it, until a day after. All instants are the
-- system's. Its bytes stand apart, so that a list of them reads none.
CREATE TABLE imports (
  id          {{id}},
  country     {{text}} NOT NULL,
  kind        {{text}} NOT NULL,
  about       {{text}} NOT NULL,
  person_id   {{int}} NOT NULL REFERENCES people (id),
  post_id     {{int}} NOT NULL REFERENCES posts (id),
  file_name   {{text}} NOT NULL,
  file_size   {{int}} NOT NULL,
  file_sha256 {{text}} NOT NULL,
  state       {{text}} NOT NULL CHECK (state IN ('sent', 'read', 'taken')),
  answers     {{text}} NOT NULL,
  outcome     {{text}} NOT NULL,
  job_id      {{int}},
  created_at  {{time}} NOT NULL,
  taken_at    {{time}},
  version     {{int}} NOT NULL,
  CHECK ((state = 'taken') = (taken_at IS NOT NULL))
);
CREATE INDEX imports_person ON imports (person_id);
CREATE TABLE import_files (
  import_id {{int}} PRIMARY KEY REFERENCES imports (id),
  content   {{bytes}} NOT NULL
);
-- import_words: what a person told of a heading or of an institution's name in
-- a sheet, so that the next sheet is read so by itself.
CREATE TABLE import_words (
  country    {{text}} NOT NULL,
  kind      {{text}} NOT NULL CHECK (kind IN ('column', 'institution')),
  word       {{text}} NOT NULL,
  meaning    {{text}} NOT NULL,
  told_at    {{time}} NOT NULL,
  told_by_id {{int}} REFERENCES people (id),
  PRIMARY KEY (country, kind, word)
);
