-- +goose Up
-- recommendations: when an item came to be asked and when that was known, as
-- for its end; which items it came from by a split or a merge; and who is
-- expected to support its lead. An item without added_on was asked from its
-- edition's release.
ALTER TABLE items ADD COLUMN added_on {{date}};
ALTER TABLE items ADD COLUMN added_at {{time}};
ALTER TABLE items ADD COLUMN retired_at {{time}};
CREATE TABLE item_origins (
  item_id   {{int}} NOT NULL REFERENCES items (id),
  origin_id {{int}} NOT NULL REFERENCES items (id),
  PRIMARY KEY (item_id, origin_id),
  CHECK (item_id <> origin_id)
);
CREATE INDEX item_origins_origin ON item_origins (origin_id);
CREATE TABLE item_supports (
  item_id        {{int}} NOT NULL REFERENCES items (id),
  institution_id {{int}} NOT NULL REFERENCES institutions (id),
  PRIMARY KEY (item_id, institution_id)
);
CREATE INDEX item_supports_institution ON item_supports (institution_id);
-- The ends of these are instants that a report names where none is asked for.
CREATE INDEX items_added ON items (added_at) WHERE added_at IS NOT NULL;
CREATE INDEX items_ended ON items (retired_at) WHERE retired_at IS NOT NULL;
CREATE INDEX lineages_said ON lineages (said_at);
CREATE INDEX lineages_ended ON lineages (ended_at) WHERE ended_at IS NOT NULL;
