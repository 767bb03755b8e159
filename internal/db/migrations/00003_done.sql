-- +goose Up
-- progress: what was done.
CREATE TABLE periods (
  id         {{id}},
  country    {{text}} NOT NULL,
  label      {{text}} NOT NULL,
  starts_on  {{date}} NOT NULL,
  ends_on    {{date}} NOT NULL,
  answers    {{text}} NOT NULL DEFAULT '',
  judged_by  {{text}} NOT NULL DEFAULT '',
  version    {{int}} NOT NULL DEFAULT 1,
  UNIQUE (country, label),
  CHECK (ends_on > starts_on)
);
CREATE TABLE deadlines (
  id           {{id}},
  period_id    {{int}} NOT NULL REFERENCES periods (id),
  title        {{text}} NOT NULL,
  purpose      {{text}} NOT NULL CHECK (purpose IN ('reporting', 'interim', 'request', 'dialogue', 'end')),
  covers_from  {{date}},
  covers_to    {{date}},
  due_on       {{date}} NOT NULL,
  note         {{text}} NOT NULL DEFAULT '',
  closed_at    {{time}},
  closed_by_id {{int}},
  version      {{int}} NOT NULL DEFAULT 1,
  UNIQUE (period_id, title),
  CHECK (purpose <> 'reporting' OR (covers_from IS NOT NULL AND covers_to IS NOT NULL AND covers_to >= covers_from))
);
-- An update says what an institution did on a commitment. A contribution is
-- the update of a supporting institution: it carries no delivery status.
CREATE TABLE updates (
  id                 {{id}},
  commitment_id      {{int}} NOT NULL REFERENCES commitments (id),
  institution_id     {{int}} NOT NULL REFERENCES institutions (id),
  kind               {{text}} NOT NULL CHECK (kind IN ('update', 'contribution')),
  as_of              {{date}} NOT NULL,
  status             {{text}} NOT NULL DEFAULT '' CHECK (status IN ('', 'not_started', 'in_progress', 'completed', 'stalled', 'cancelled')),
  done               {{text}} NOT NULL DEFAULT '',
  no_progress        {{text}} NOT NULL DEFAULT '',
  blocker            {{text}} NOT NULL DEFAULT '' CHECK (blocker IN ('', 'money', 'law_or_cabinet', 'staff', 'waiting_for_others', 'data', 'security', 'covid_19', 'other')),
  obstacles          {{text}} NOT NULL DEFAULT '',
  next_step          {{text}} NOT NULL DEFAULT '',
  shared_summary     {{text}} NOT NULL DEFAULT '',
  internal_note      {{text}} NOT NULL DEFAULT '',
  milestone          {{int}} NOT NULL DEFAULT 0,
  corrects_id        {{int}} REFERENCES updates (id),
  on_behalf          {{bool}} NOT NULL DEFAULT FALSE,
  state              {{text}} NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'approved')),
  drafted_by_id      {{int}} NOT NULL,
  drafted_at         {{time}} NOT NULL,
  first_submitted_on {{date}},
  submitted_at       {{time}},
  approved_at        {{time}},
  approved_by_id     {{int}},
  own_institution    {{bool}} NOT NULL DEFAULT FALSE,
  seed_key           {{text}} NOT NULL DEFAULT '',
  version            {{int}} NOT NULL DEFAULT 1,
  CHECK (kind = 'contribution' OR state = 'draft' OR status <> ''),
  CHECK (kind = 'update' OR status = ''),
  CHECK (state <> 'approved' OR (approved_at IS NOT NULL AND first_submitted_on IS NOT NULL))
);
CREATE INDEX updates_commitment ON updates (commitment_id, as_of);
CREATE INDEX updates_as_of ON updates (as_of, kind, state, commitment_id, first_submitted_on);
-- What is not approved is little, and an index of all states would lead the
-- other queries astray: nearly all updates are approved.
CREATE INDEX updates_open ON updates (institution_id, as_of) WHERE state <> 'approved';
CREATE INDEX updates_returned ON updates (commitment_id) WHERE state = 'returned';
CREATE INDEX updates_waiting ON updates (state, submitted_at, institution_id, on_behalf, commitment_id, first_submitted_on) WHERE state = 'submitted';
CREATE INDEX updates_approved ON updates (commitment_id, as_of, approved_at, id) WHERE state = 'approved' AND kind = 'update';
CREATE INDEX updates_closing ON updates (status, as_of, commitment_id) WHERE state = 'approved' AND kind = 'update';
CREATE INDEX updates_corrects ON updates (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE UNIQUE INDEX updates_corrected ON updates (corrects_id) WHERE corrects_id IS NOT NULL AND state = 'approved';
CREATE UNIQUE INDEX updates_seed ON updates (seed_key) WHERE seed_key <> '';
-- Everybody who edited an update: none of them may approve it.
CREATE TABLE update_authors (
  update_id {{int}} NOT NULL REFERENCES updates (id),
  person_id {{int}} NOT NULL,
  PRIMARY KEY (update_id, person_id)
);
-- What happened to an update, for ever; as_of is the day that it was true on
-- then, which its writer may change when it is returned.
CREATE TABLE decisions (
  id        {{id}},
  update_id {{int}} NOT NULL REFERENCES updates (id),
  kind      {{text}} NOT NULL CHECK (kind IN ('submitted', 'returned', 'approved')),
  as_of     {{date}} NOT NULL,
  at        {{time}} NOT NULL,
  by_id     {{int}} NOT NULL,
  reason    {{text}} NOT NULL DEFAULT ''
);
CREATE INDEX decisions_update ON decisions (update_id, at);
CREATE INDEX decisions_at ON decisions (at);
CREATE INDEX decisions_submitted ON decisions (as_of, update_id, at) WHERE kind = 'submitted';
CREATE INDEX decisions_again ON decisions (update_id, at) WHERE kind = 'submitted';
CREATE TABLE evidence (
  id        {{id}},
  update_id {{int}} NOT NULL REFERENCES updates (id),
  title     {{text}} NOT NULL,
  url       {{text}} NOT NULL,
  kind      {{text}} NOT NULL CHECK (kind IN ('law', 'budget', 'training_register', 'statistics', 'photograph', 'other')),
  dated_on  {{date}},
  share     {{text}} NOT NULL DEFAULT 'internal' CHECK (share IN ('internal', 'partner', 'public'))
);
CREATE INDEX evidence_update ON evidence (update_id);
-- The current status of each commitment, kept by the approving transaction.
CREATE TABLE current_status (
  commitment_id {{int}} PRIMARY KEY REFERENCES commitments (id),
  update_id     {{int}} NOT NULL REFERENCES updates (id),
  status        {{text}} NOT NULL,
  as_of         {{date}} NOT NULL,
  approved_at   {{time}} NOT NULL
);
