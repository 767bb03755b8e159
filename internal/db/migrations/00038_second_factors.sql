-- +goose Up
-- accounts: the second factor. The secret of a person's authenticator app is sealed with a key that the database does
-- not hold; of each code the time step is kept, so that no code works twice.
CREATE TABLE second_factors (
  person_id {{int}} PRIMARY KEY REFERENCES people (id),
  sealed    {{bytes}} NOT NULL,
  made_at   {{time}} NOT NULL,
  last_step {{int}} NOT NULL DEFAULT 0
);
-- Codes for when the app is not at hand: each works once, and only its hash is kept.
CREATE TABLE recovery_codes (
  person_id {{int}} NOT NULL REFERENCES people (id),
  code_hash {{text}} NOT NULL,
  made_at   {{time}} NOT NULL,
  used_at   {{time}},
  PRIMARY KEY (person_id, code_hash)
);
-- A sign-in whose first factor was right and whose second is still awaited: for minutes, and for few wrong codes.
CREATE TABLE sign_in_steps (
  token_hash {{text}} PRIMARY KEY,
  person_id  {{int}} NOT NULL REFERENCES people (id),
  way        {{text}} NOT NULL,
  tries      {{int}} NOT NULL DEFAULT 0,
  created_at {{time}} NOT NULL
);
CREATE INDEX sign_in_steps_person ON sign_in_steps (person_id);
-- How a session was opened, by which first factor and by which second.
ALTER TABLE sessions ADD COLUMN way {{text}} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN second {{text}} NOT NULL DEFAULT '';
-- What a person sees of the browsers that signed in to their account, and whether they were told of each.
ALTER TABLE known_browsers ADD COLUMN device {{text}} NOT NULL DEFAULT '';
ALTER TABLE known_browsers ADD COLUMN first_at {{time}};
ALTER TABLE known_browsers ADD COLUMN told {{bool}} NOT NULL DEFAULT FALSE;
UPDATE known_browsers SET first_at = seen_at, told = TRUE;
