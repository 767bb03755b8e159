-- +goose Up
-- What the program itself remembers: checksums of migrations, facts of this
-- database (demonstration, clock), settings, keys of forms already posted.
CREATE TABLE schema_checksums (
  version {{int}} PRIMARY KEY,
  sha256  {{text}} NOT NULL
);
CREATE TABLE settings (
  name    {{text}} PRIMARY KEY,
  value   {{text}} NOT NULL,
  version {{int}} NOT NULL DEFAULT 1
);
CREATE TABLE once_keys (
  actor_id   {{int}} NOT NULL,
  key        {{text}} NOT NULL,
  created_at {{time}} NOT NULL,
  result     {{text}} NOT NULL,
  PRIMARY KEY (actor_id, key)
);
CREATE INDEX once_keys_created ON once_keys (created_at);

-- accounts: institutions, posts, people, and how they sign in.
CREATE TABLE institutions (
  id         {{id}},
  country    {{text}} NOT NULL,
  code       {{text}} NOT NULL UNIQUE,
  name       {{text}} NOT NULL,
  short_name {{text}} NOT NULL,
  kind       {{text}} NOT NULL CHECK (kind IN ('government', 'non_government', 'partner')),
  valid_from {{date}},
  valid_to   {{date}},
  note       {{text}} NOT NULL DEFAULT '',
  version    {{int}} NOT NULL DEFAULT 1
);
CREATE TABLE successions (
  id             {{id}},
  from_id        {{int}} NOT NULL REFERENCES institutions (id),
  to_id          {{int}} NOT NULL REFERENCES institutions (id),
  kind           {{text}} NOT NULL CHECK (kind IN ('rename', 'merge', 'split')),
  effective_on   {{date}} NOT NULL,
  reason         {{text}} NOT NULL,
  recorded_at    {{time}} NOT NULL,
  recorded_by_id {{int}},
  CHECK (from_id <> to_id),
  UNIQUE (from_id, to_id, effective_on)
);
CREATE TABLE posts (
  id             {{id}},
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  title          {{text}} NOT NULL,
  role           {{text}} NOT NULL CHECK (role IN ('focal_point', 'coordinator', 'countersigner', 'partner', 'auditor', 'administrator')),
  closed_on      {{date}},
  version        {{int}} NOT NULL DEFAULT 1,
  UNIQUE (institution_id, title)
);
CREATE TABLE people (
  id            {{id}},
  email         {{text}} NOT NULL UNIQUE,
  password_hash {{text}} NOT NULL DEFAULT '',
  post_id       {{int}} NOT NULL REFERENCES posts (id),
  demo          {{bool}} NOT NULL DEFAULT FALSE,
  disabled_at   {{time}},
  created_at    {{time}} NOT NULL,
  last_sign_in  {{time}},
  version       {{int}} NOT NULL DEFAULT 1
);
CREATE INDEX people_post ON people (post_id);
CREATE TABLE holdings (
  id        {{id}},
  person_id {{int}} NOT NULL REFERENCES people (id),
  post_id   {{int}} NOT NULL REFERENCES posts (id),
  from_on   {{date}} NOT NULL,
  to_on     {{date}}
);
CREATE INDEX holdings_post ON holdings (post_id);
CREATE INDEX holdings_person ON holdings (person_id);
CREATE TABLE sessions (
  token_hash {{text}} PRIMARY KEY,
  public_id  {{text}} NOT NULL UNIQUE,
  person_id  {{int}} NOT NULL REFERENCES people (id),
  created_at {{time}} NOT NULL,
  seen_at    {{time}} NOT NULL,
  device     {{text}} NOT NULL,
  by_link    {{bool}} NOT NULL DEFAULT FALSE,
  flash      {{text}} NOT NULL DEFAULT ''
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE TABLE links (
  token_hash {{text}} PRIMARY KEY,
  person_id  {{int}} NOT NULL REFERENCES people (id),
  purpose    {{text}} NOT NULL CHECK (purpose IN ('invite', 'reset', 'sign_in')),
  created_at {{time}} NOT NULL,
  expires_at {{time}} NOT NULL,
  used_at    {{time}}
);
CREATE INDEX links_person ON links (person_id);
-- Failed sign-ins only; what is older than the window is swept away. account
-- is a hash of the e-mail typed; browser is set for one that signed in before.
CREATE TABLE sign_in_failures (
  id         {{id}},
  account    {{text}} NOT NULL,
  address    {{text}} NOT NULL,
  browser    {{text}} NOT NULL DEFAULT '',
  at         {{time}} NOT NULL
);
CREATE INDEX sign_in_failures_account ON sign_in_failures (account, at);
CREATE INDEX sign_in_failures_address ON sign_in_failures (address, at);
-- Browsers that signed in before: strangers cannot lock them out.
CREATE TABLE known_browsers (
  token_hash {{text}} NOT NULL,
  person_id  {{int}} NOT NULL REFERENCES people (id),
  seen_at    {{time}} NOT NULL,
  PRIMARY KEY (token_hash, person_id)
);

-- mail: the outbox.
CREATE TABLE outbox (
  id              {{id}},
  recipient       {{text}} NOT NULL,
  subject         {{text}} NOT NULL,
  body            {{text}} NOT NULL,
  created_at      {{time}} NOT NULL,
  not_before      {{time}} NOT NULL,
  attempts        {{int}} NOT NULL DEFAULT 0,
  last_error      {{text}} NOT NULL DEFAULT '',
  sent_at         {{time}},
  given_up_at     {{time}}
);
CREATE INDEX outbox_waiting ON outbox (not_before) WHERE sent_at IS NULL AND given_up_at IS NULL;

-- audit: the chain, its head, and the free texts that it holds as hashes.
CREATE TABLE audit_entries (
  seq         {{int}} PRIMARY KEY,
  at          {{time}} NOT NULL,
  actor_id    {{int}} NOT NULL,
  actor       {{text}} NOT NULL,
  role        {{text}} NOT NULL,
  institution {{text}} NOT NULL,
  request     {{text}} NOT NULL,
  action      {{text}} NOT NULL,
  object      {{text}} NOT NULL,
  outcome     {{text}} NOT NULL CHECK (outcome IN ('done', 'refused')),
  details     {{text}} NOT NULL,
  prev_hash   {{text}} NOT NULL,
  hash        {{text}} NOT NULL UNIQUE
);
CREATE INDEX audit_entries_object ON audit_entries (object, seq);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, seq);
CREATE TABLE audit_texts (
  seq   {{int}} NOT NULL REFERENCES audit_entries (seq),
  field {{text}} NOT NULL,
  salt  {{text}} NOT NULL,
  value {{text}} NOT NULL,
  PRIMARY KEY (seq, field)
);
-- Refusals of the minute that is not over yet, by who or what they came from.
CREATE TABLE audit_refusals (
  source      {{text}} PRIMARY KEY,
  minute      {{time}} NOT NULL,
  count       {{int}} NOT NULL,
  actor_id    {{int}} NOT NULL,
  actor       {{text}} NOT NULL,
  role        {{text}} NOT NULL,
  institution {{text}} NOT NULL,
  object      {{text}} NOT NULL
);
CREATE TABLE audit_head (
  id   {{int}} PRIMARY KEY CHECK (id = 1),
  seq  {{int}} NOT NULL,
  hash {{text}} NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
