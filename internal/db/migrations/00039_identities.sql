-- +goose Up
-- accounts: who somebody is at an issuer of OpenID Connect. Issuer and subject
-- together name one account there, and it belongs to one person here.
CREATE TABLE identities (
  id        {{id}},
  issuer    {{text}} NOT NULL,
  subject   {{text}} NOT NULL,
  person_id {{int}} NOT NULL REFERENCES people (id),
  linked_at {{time}} NOT NULL,
  last_used {{time}},
  UNIQUE (issuer, subject)
);
CREATE INDEX identities_person ON identities (person_id);
-- A browser that was sent to the issuer and is not back yet: for ten minutes,
-- and once. Bound is the hash of the session or the one-time link that must
-- still be there when it comes back.
CREATE TABLE identity_trips (
  token_hash {{text}} PRIMARY KEY,
  purpose    {{text}} NOT NULL CHECK (purpose IN ('sign_in', 'link', 'invite')),
  person_id  {{int}} REFERENCES people (id),
  bound      {{text}} NOT NULL,
  next       {{text}} NOT NULL,
  address    {{text}} NOT NULL,
  created_at {{time}} NOT NULL
);
CREATE INDEX identity_trips_address ON identity_trips (address, created_at);
-- With which identity a session was opened, or waits for a second factor: it
-- ends with it.
ALTER TABLE sessions ADD COLUMN identity_id {{int}} REFERENCES identities (id);
ALTER TABLE sign_in_steps ADD COLUMN identity_id {{int}} REFERENCES identities (id);
