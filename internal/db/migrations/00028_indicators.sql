-- +goose Up
-- indicators: what is counted, by dated definitions; what was measured for a
-- reporting year, under the review of updates; and which of several values for
-- one year counts. An amount is in hundredths, so that money keeps its cents.
CREATE TABLE indicators (
  id            {{id}},
  country       {{text}} NOT NULL,
  ref           {{text}} NOT NULL,
  created_at    {{time}} NOT NULL,
  created_by_id {{int}},
  version       {{int}} NOT NULL DEFAULT 1,
  UNIQUE (country, ref)
);
CREATE TABLE indicator_definitions (
  id             {{id}},
  indicator_id   {{int}} NOT NULL REFERENCES indicators (id),
  effective_on   {{date}} NOT NULL,
  recorded_at    {{time}} NOT NULL,
  recorded_by_id {{int}},
  reason         {{text}} NOT NULL,
  breaks         {{bool}} NOT NULL DEFAULT FALSE,
  title          {{text}} NOT NULL,
  text           {{text}} NOT NULL,
  statistic      {{text}} NOT NULL DEFAULT '',
  unit           {{text}} NOT NULL,
  currency       {{text}} NOT NULL DEFAULT '',
  scale          {{text}} NOT NULL DEFAULT '[]',
  direction      {{text}} NOT NULL CHECK (direction IN ('up', 'down', 'none')),
  source         {{text}} NOT NULL DEFAULT '',
  frequency      {{text}} NOT NULL CHECK (frequency IN ('quarter', 'half', 'year')),
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  baseline       {{int}},
  baseline_year  {{int}} NOT NULL DEFAULT 0,
  headline       {{text}} NOT NULL DEFAULT '',
  dimensions     {{text}} NOT NULL DEFAULT '[]',
  crossed        {{bool}} NOT NULL DEFAULT FALSE,
  targets        {{text}} NOT NULL DEFAULT '[]',
  sdg            {{text}} NOT NULL DEFAULT '[]',
  nodes          {{text}} NOT NULL DEFAULT '[]',
  commitments    {{text}} NOT NULL DEFAULT '[]',
  items          {{text}} NOT NULL DEFAULT '[]'
);
CREATE INDEX indicator_definitions_indicator ON indicator_definitions (indicator_id, effective_on, recorded_at, id);
CREATE INDEX indicator_definitions_recorded ON indicator_definitions (recorded_at);
CREATE TABLE measurements (
  id                 {{id}},
  indicator_id       {{int}} NOT NULL REFERENCES indicators (id),
  institution_id     {{int}} NOT NULL REFERENCES institutions (id),
  year_from          {{date}} NOT NULL,
  covers_from        {{date}} NOT NULL,
  covers_to          {{date}} NOT NULL,
  as_of              {{date}} NOT NULL,
  basis              {{text}} NOT NULL CHECK (basis IN ('logged', 'reported', 'restated')),
  edition_id         {{int}} REFERENCES editions (id),
  attribution        {{text}} NOT NULL CHECK (attribution IN ('government', 'non_government', 'partner')),
  qualifier          {{text}} NOT NULL CHECK (qualifier IN ('exact', 'at_least', 'estimated')),
  source             {{text}} NOT NULL DEFAULT '',
  note               {{text}} NOT NULL DEFAULT '',
  parts_reason       {{text}} NOT NULL DEFAULT '',
  corrects_id        {{int}} REFERENCES measurements (id),
  on_behalf          {{bool}} NOT NULL DEFAULT FALSE,
  state              {{text}} NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'approved')),
  drafted_by_id      {{int}},
  drafted_at         {{time}} NOT NULL,
  first_submitted_on {{date}},
  approved_at        {{time}},
  approved_by_id     {{int}},
  own_institution    {{bool}} NOT NULL DEFAULT FALSE,
  version            {{int}} NOT NULL DEFAULT 1,
  CHECK (state <> 'approved' OR approved_at IS NOT NULL),
  CHECK (basis = 'logged' OR edition_id IS NOT NULL)
);
CREATE INDEX measurements_indicator ON measurements (indicator_id, year_from);
CREATE INDEX measurements_approved ON measurements (approved_at) WHERE state = 'approved';
CREATE INDEX measurements_waiting ON measurements (institution_id) WHERE state <> 'approved';
CREATE UNIQUE INDEX measurements_corrected ON measurements (corrects_id) WHERE corrects_id IS NOT NULL AND state = 'approved';
-- A cell is one answer of a measurement: place is '' for the whole, else what
-- it is a part of, such as novelty=new;form=forced_labour.
CREATE TABLE measurement_cells (
  measurement_id {{int}} NOT NULL REFERENCES measurements (id),
  place          {{text}} NOT NULL,
  answer         {{text}} NOT NULL CHECK (answer IN ('number', 'zero', 'not_reported', 'not_collected')),
  amount         {{int}},
  PRIMARY KEY (measurement_id, place),
  CHECK ((answer = 'number' AND amount > 0) OR (answer = 'zero' AND amount = 0) OR (answer IN ('not_reported', 'not_collected') AND amount IS NULL))
);
CREATE TABLE measurement_authors (
  measurement_id {{int}} NOT NULL REFERENCES measurements (id),
  person_id      {{int}} NOT NULL REFERENCES people (id),
  PRIMARY KEY (measurement_id, person_id)
);
CREATE TABLE measurement_decisions (
  id             {{id}},
  measurement_id {{int}} NOT NULL REFERENCES measurements (id),
  kind           {{text}} NOT NULL CHECK (kind IN ('submitted', 'returned', 'approved')),
  covers_to      {{date}} NOT NULL,
  at             {{time}} NOT NULL,
  by_id          {{int}},
  reason         {{text}} NOT NULL DEFAULT ''
);
CREATE INDEX measurement_decisions_measurement ON measurement_decisions (measurement_id);
CREATE INDEX measurement_decisions_at ON measurement_decisions (at);
-- Which of several values for one year counts, and why.
CREATE TABLE measurement_choices (
  id             {{id}},
  indicator_id   {{int}} NOT NULL REFERENCES indicators (id),
  year_from      {{date}} NOT NULL,
  measurement_id {{int}} NOT NULL REFERENCES measurements (id),
  reason         {{text}} NOT NULL,
  chosen_at      {{time}} NOT NULL,
  chosen_by_id   {{int}},
  ended_at       {{time}}
);
CREATE UNIQUE INDEX measurement_choices_once ON measurement_choices (indicator_id, year_from) WHERE ended_at IS NULL;
CREATE INDEX measurement_choices_chosen ON measurement_choices (chosen_at);
