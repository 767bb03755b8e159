-- +goose Up
-- recommendations: what was asked.
CREATE TABLE mechanisms (
  id      {{id}},
  code    {{text}} NOT NULL UNIQUE,
  name    {{text}} NOT NULL,
  short_name {{text}} NOT NULL,
  url     {{text}} NOT NULL DEFAULT '',
  scale   {{text}} NOT NULL,
  note    {{text}} NOT NULL DEFAULT '',
  version {{int}} NOT NULL DEFAULT 1
);
CREATE TABLE editions (
  id           {{id}},
  mechanism_id {{int}} NOT NULL REFERENCES mechanisms (id),
  country      {{text}} NOT NULL,
  year         {{int}} NOT NULL CHECK (year BETWEEN 1990 AND 2200),
  tier         {{text}} NOT NULL DEFAULT '',
  released_on  {{date}} NOT NULL,
  completeness {{text}} NOT NULL CHECK (completeness IN ('complete', 'partial', 'not_held')),
  source       {{text}} NOT NULL DEFAULT '',
  note         {{text}} NOT NULL DEFAULT '',
  version      {{int}} NOT NULL DEFAULT 1,
  UNIQUE (mechanism_id, country, year)
);
CREATE TABLE recommendations (
  id         {{id}},
  edition_id {{int}} NOT NULL REFERENCES editions (id),
  number     {{int}} NOT NULL CHECK (number > 0),
  title      {{text}} NOT NULL,
  text       {{text}} NOT NULL,
  basis      {{text}} NOT NULL CHECK (basis IN ('official', 'restated', 'inferred')),
  cut        {{bool}} NOT NULL DEFAULT FALSE,
  source     {{text}} NOT NULL DEFAULT '',
  theme      {{text}} NOT NULL DEFAULT '' CHECK (theme IN ('', 'prosecution', 'protection', 'prevention', 'partnership')),
  version    {{int}} NOT NULL DEFAULT 1,
  UNIQUE (edition_id, number)
);
CREATE TABLE items (
  id                {{id}},
  recommendation_id {{int}} NOT NULL REFERENCES recommendations (id),
  letter            {{text}} NOT NULL,
  text              {{text}} NOT NULL,
  lead_id           {{int}} REFERENCES institutions (id),
  retired_on        {{date}},
  version           {{int}} NOT NULL DEFAULT 1,
  UNIQUE (recommendation_id, letter)
);

-- plan: what was promised.
CREATE TABLE frameworks (
  id         {{id}},
  country    {{text}} NOT NULL,
  code       {{text}} NOT NULL UNIQUE,
  title      {{text}} NOT NULL,
  short_name {{text}} NOT NULL,
  starts_on  {{date}} NOT NULL,
  ends_on    {{date}} NOT NULL,
  basis      {{text}} NOT NULL CHECK (basis IN ('official', 'illustrative')),
  note       {{text}} NOT NULL DEFAULT '',
  version    {{int}} NOT NULL DEFAULT 1
);
CREATE TABLE nodes (
  id           {{id}},
  framework_id {{int}} NOT NULL REFERENCES frameworks (id),
  parent_id    {{int}} REFERENCES nodes (id),
  level        {{text}} NOT NULL,
  number       {{text}} NOT NULL,
  title        {{text}} NOT NULL,
  theme        {{text}} NOT NULL DEFAULT '' CHECK (theme IN ('', 'prosecution', 'protection', 'prevention', 'partnership')),
  sort_key     {{text}} NOT NULL,
  version      {{int}} NOT NULL DEFAULT 1,
  UNIQUE (framework_id, number)
);
-- A commitment's identity. What was promised stands in its revisions; the
-- columns here repeat the newest one, for lists.
CREATE TABLE commitments (
  id          {{id}},
  country     {{text}} NOT NULL,
  ref         {{text}} NOT NULL UNIQUE,
  origin      {{text}} NOT NULL CHECK (origin IN ('framework', 'ministry', 'action_plan', 'dialogue')),
  node_id     {{int}} REFERENCES nodes (id),
  title       {{text}} NOT NULL,
  lead_id     {{int}} NOT NULL REFERENCES institutions (id),
  starts_on   {{date}},
  due_on      {{date}},
  search      {{text}} NOT NULL,
  sort_key    {{text}} NOT NULL,
  created_at  {{time}} NOT NULL,
  version     {{int}} NOT NULL DEFAULT 1
);
CREATE INDEX commitments_lead ON commitments (lead_id);
CREATE INDEX commitments_node ON commitments (node_id);
CREATE TABLE commitment_revisions (
  id                    {{id}},
  commitment_id         {{int}} NOT NULL REFERENCES commitments (id),
  effective_on          {{date}} NOT NULL,
  recorded_at           {{time}} NOT NULL,
  recorded_by_id        {{int}},
  reason                {{text}} NOT NULL,
  title                 {{text}} NOT NULL,
  text                  {{text}} NOT NULL,
  node_id               {{int}} REFERENCES nodes (id),
  lead_id               {{int}} NOT NULL REFERENCES institutions (id),
  starts_on             {{date}},
  due_on                {{date}},
  means_of_verification {{text}} NOT NULL DEFAULT '',
  assumptions           {{text}} NOT NULL DEFAULT '',
  share                 {{text}} NOT NULL CHECK (share IN ('internal', 'partner', 'public')),
  supporting            {{text}} NOT NULL DEFAULT '[]',
  milestones            {{text}} NOT NULL DEFAULT '[]',
  budget                {{text}} NOT NULL DEFAULT '[]',
  themes                {{text}} NOT NULL DEFAULT '[]',
  indicia               {{text}} NOT NULL DEFAULT '[]',
  sdg                   {{text}} NOT NULL DEFAULT '[]'
);
CREATE INDEX commitment_revisions_commitment ON commitment_revisions (commitment_id, effective_on, recorded_at, id);
CREATE INDEX commitment_revisions_recorded ON commitment_revisions (recorded_at);
-- The institutions that support a commitment by its newest revision.
CREATE TABLE supports (
  commitment_id  {{int}} NOT NULL REFERENCES commitments (id),
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  PRIMARY KEY (commitment_id, institution_id)
);
CREATE INDEX supports_institution ON supports (institution_id);
CREATE TABLE transfers (
  id             {{id}},
  commitment_id  {{int}} NOT NULL REFERENCES commitments (id),
  part           {{text}} NOT NULL CHECK (part IN ('lead', 'supporting')),
  from_id        {{int}} NOT NULL REFERENCES institutions (id),
  to_id          {{int}} NOT NULL REFERENCES institutions (id),
  effective_on   {{date}} NOT NULL,
  reason         {{text}} NOT NULL,
  recorded_at    {{time}} NOT NULL,
  recorded_by_id {{int}},
  CHECK (from_id <> to_id)
);
CREATE INDEX transfers_commitment ON transfers (commitment_id);
-- An answer: a commitment answering an item. It is ended, never deleted.
CREATE TABLE answers (
  id            {{id}},
  commitment_id {{int}} NOT NULL REFERENCES commitments (id),
  item_id       {{int}} NOT NULL REFERENCES items (id),
  extent        {{text}} NOT NULL CHECK (extent IN ('wholly', 'in_part')),
  reason        {{text}} NOT NULL,
  linked_on     {{date}} NOT NULL,
  linked_at     {{time}} NOT NULL,
  linked_by_id  {{int}},
  ended_on      {{date}},
  ended_at      {{time}},
  ended_by_id   {{int}},
  ended_reason  {{text}} NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX answers_once ON answers (commitment_id, item_id) WHERE ended_at IS NULL;
CREATE INDEX answers_item ON answers (item_id);
CREATE INDEX answers_linked ON answers (linked_at);
CREATE INDEX answers_ended ON answers (ended_at) WHERE ended_at IS NOT NULL;
