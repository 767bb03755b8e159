-- +goose Up
-- jobs: work asked for by a person and done behind the pages. All instants are
-- the system's. The holder is the worker that has it now; only that one may
-- write down how it ended.
CREATE TABLE jobs (
  id           {{id}},
  country      {{text}} NOT NULL,
  kind         {{text}} NOT NULL,
  params       {{text}} NOT NULL,
  person_id    {{int}} NOT NULL REFERENCES people (id),
  post_id      {{int}} NOT NULL REFERENCES posts (id),
  state        {{text}} NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  step         {{text}} NOT NULL DEFAULT '',
  step_done    {{int}} NOT NULL DEFAULT 0,
  step_total   {{int}} NOT NULL DEFAULT 0,
  error_key    {{text}} NOT NULL DEFAULT '',
  attempts     {{int}} NOT NULL DEFAULT 0,
  holder       {{text}} NOT NULL DEFAULT '',
  file_name    {{text}} NOT NULL DEFAULT '',
  file_type    {{text}} NOT NULL DEFAULT '',
  file_size    {{int}} NOT NULL DEFAULT 0,
  file_sha256  {{text}} NOT NULL DEFAULT '',
  created_at   {{time}} NOT NULL,
  started_at   {{time}},
  heartbeat_at {{time}},
  finished_at  {{time}},
  CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
  CHECK (state <> 'running' OR (holder <> '' AND heartbeat_at IS NOT NULL))
);
CREATE INDEX jobs_person ON jobs (person_id);
CREATE INDEX jobs_due ON jobs (state, id);
-- What a job made, apart from it, so that a list of jobs does not read files.
CREATE TABLE job_files (
  job_id  {{int}} PRIMARY KEY REFERENCES jobs (id),
  content {{bytes}} NOT NULL
);
