-- +goose Up
-- progress: evidence that was uploaded. A file is kept in chunks beside what is
-- known of it, and a correction names the files of what it corrects again, so
-- that a file may support several updates of its institution. One that is
-- quarantined is not given out any more; purged, its chunks are gone.
CREATE TABLE evidence_files (
  id                {{id}},
  institution_id    {{int}} NOT NULL REFERENCES institutions (id),
  name              {{text}} NOT NULL,
  media_type        {{text}} NOT NULL,
  size              {{int}} NOT NULL CHECK (size > 0),
  sha256            {{text}} NOT NULL,
  received_at       {{time}} NOT NULL,
  received_by_id    {{int}} NOT NULL,
  quarantined_at    {{time}},
  quarantined_by_id {{int}},
  quarantine_reason {{text}} NOT NULL DEFAULT '',
  purged_at         {{time}},
  purged_by_id      {{int}},
  version           {{int}} NOT NULL DEFAULT 1,
  CHECK (quarantined_at IS NULL OR quarantine_reason <> ''),
  CHECK (purged_at IS NULL OR quarantined_at IS NOT NULL)
);
CREATE INDEX evidence_files_institution ON evidence_files (institution_id);
CREATE TABLE evidence_chunks (
  file_id {{int}} NOT NULL REFERENCES evidence_files (id),
  n       {{int}} NOT NULL,
  content {{bytes}} NOT NULL,
  PRIMARY KEY (file_id, n)
);
-- What the nightly reading of all files found. All instants are the system's.
CREATE TABLE evidence_checks (
  day      {{date}} PRIMARY KEY NOT NULL,
  began_at {{time}} NOT NULL,
  ended_at {{time}},
  files    {{int}} NOT NULL DEFAULT 0,
  faults   {{text}} NOT NULL DEFAULT ''
);
-- The day that a paper was received on is not known of what was named before.
ALTER TABLE evidence ADD COLUMN source {{text}} NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN received_on {{date}};
ALTER TABLE evidence ADD COLUMN file_id {{int}} REFERENCES evidence_files (id) CHECK ((file_id IS NULL) = (url <> ''));
CREATE INDEX evidence_file ON evidence (file_id) WHERE file_id IS NOT NULL;
