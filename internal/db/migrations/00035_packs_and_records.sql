-- +goose Up
-- dialogues: with which partner, and the parts that were chosen for each of its packs.
ALTER TABLE dialogues ADD COLUMN partner_id {{int}} REFERENCES institutions (id);
CREATE TABLE dialogue_packs (
  id          {{id}},
  dialogue_id {{int}} NOT NULL REFERENCES dialogues (id),
  pack        {{text}} NOT NULL CHECK (pack IN ('internal', 'partner', 'record')),
  parts       {{text}} NOT NULL,
  chosen_at   {{time}} NOT NULL,
  by_id       {{int}},
  UNIQUE (dialogue_id, pack)
);
-- reports: what a publication tells may be a partner's pack, or the record of a dialogue.
ALTER TABLE publications ADD COLUMN tells {{text}} NOT NULL DEFAULT 'status' CHECK (tells IN ('status', 'pack', 'record'));
ALTER TABLE publications DROP COLUMN kind;
ALTER TABLE publications RENAME COLUMN tells TO kind;
ALTER TABLE publications ADD COLUMN dialogue_id {{int}} REFERENCES dialogues (id);
CREATE INDEX publications_dialogue ON publications (dialogue_id);
-- What a partner says of a record that was published to it: that it stands, or what is to be changed.
CREATE TABLE record_clearances (
  id             {{id}},
  publication_id {{int}} NOT NULL REFERENCES publications (id),
  verdict        {{text}} NOT NULL CHECK (verdict IN ('cleared', 'changes')),
  remark         {{text}} NOT NULL,
  post           {{text}} NOT NULL,
  given_at       {{time}} NOT NULL,
  by_id          {{int}} NOT NULL
);
CREATE INDEX record_clearances_publication ON record_clearances (publication_id);
