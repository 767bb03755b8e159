-- +goose Up
-- reports: publications. The frozen value of one never changes; number and
-- label come when it is published, and with them its files.
CREATE TABLE publications (
  id              {{id}},
  country         {{text}} NOT NULL,
  number          {{int}},
  label           {{text}} NOT NULL DEFAULT '',
  kind            {{text}} NOT NULL CHECK (kind IN ('status')),
  audience        {{text}} NOT NULL CHECK (audience IN ('internal', 'partner', 'public')),
  title           {{text}} NOT NULL,
  as_of           {{date}} NOT NULL,
  known_at        {{time}} NOT NULL,
  since           {{date}},
  query           {{text}} NOT NULL,
  value           {{text}} NOT NULL,
  sha256          {{text}} NOT NULL,
  state           {{text}} NOT NULL CHECK (state IN ('prepared', 'withdrawn', 'published', 'recalled')),
  prepared_by_id  {{int}} NOT NULL,
  prepared_at     {{time}} NOT NULL,
  withdrawn_by_id {{int}},
  withdrawn_at    {{time}},
  published_by_id {{int}},
  published_at    {{time}},
  signed_as       {{text}} NOT NULL DEFAULT '',
  audit_seq       {{int}} NOT NULL DEFAULT 0,
  audit_head      {{text}} NOT NULL DEFAULT '',
  recalled_by_id  {{int}},
  recalled_at     {{time}},
  recall_reason   {{text}} NOT NULL DEFAULT '',
  replaced_by_id  {{int}} REFERENCES publications (id),
  version         {{int}} NOT NULL DEFAULT 1,
  UNIQUE (country, number),
  CHECK ((number IS NULL) = (state IN ('prepared', 'withdrawn'))),
  CHECK ((number IS NULL) = (label = '')),
  CHECK ((number IS NULL) = (published_at IS NULL)),
  CHECK (published_by_id IS NULL OR published_by_id <> prepared_by_id),
  CHECK ((state = 'recalled') = (recalled_at IS NOT NULL))
);
CREATE UNIQUE INDEX publications_label ON publications (label) WHERE label <> '';
-- The institutions that a publication for partners is addressed to.
CREATE TABLE publication_readers (
  publication_id {{int}} NOT NULL REFERENCES publications (id),
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  PRIMARY KEY (publication_id, institution_id)
);
CREATE INDEX publication_readers_institution ON publication_readers (institution_id);
CREATE TABLE publication_files (
  publication_id {{int}} NOT NULL REFERENCES publications (id),
  format         {{text}} NOT NULL,
  name           {{text}} NOT NULL,
  body           {{bytes}} NOT NULL,
  sha256         {{text}} NOT NULL,
  size           {{int}} NOT NULL,
  pages          {{int}} NOT NULL DEFAULT 0,
  PRIMARY KEY (publication_id, format)
);
CREATE INDEX publication_files_sha256 ON publication_files (sha256);
-- Who took which file on which day, and how often. Reader 0 is the public.
CREATE TABLE publication_downloads (
  publication_id {{int}} NOT NULL REFERENCES publications (id),
  format         {{text}} NOT NULL,
  reader_id      {{int}} NOT NULL,
  taken_on       {{date}} NOT NULL,
  times          {{int}} NOT NULL,
  last_at        {{time}} NOT NULL,
  PRIMARY KEY (publication_id, format, reader_id, taken_on)
);
