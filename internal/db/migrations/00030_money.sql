-- +goose Up
-- What an update says of money: by financial year and funder what was released and spent up to its day, in
-- hundredths, as JSON. It is reviewed, corrected and told as of a day with the update.
ALTER TABLE updates ADD COLUMN money {{text}} NOT NULL DEFAULT '[]';
CREATE INDEX updates_money ON updates (commitment_id) WHERE money <> '[]';
