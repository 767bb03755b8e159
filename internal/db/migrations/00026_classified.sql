-- +goose Up
-- recommendations: the indicium of serious and sustained efforts that a person
-- found it to be about (22 U.S.C. 7106(b)), 0 for none; and for how many years
-- its own source says that it was not done, 0 where it says nothing.
ALTER TABLE recommendations ADD COLUMN indicium {{int}} NOT NULL DEFAULT 0 CHECK (indicium BETWEEN 0 AND 12);
ALTER TABLE recommendations ADD COLUMN not_done_years {{int}} NOT NULL DEFAULT 0 CHECK (not_done_years BETWEEN 0 AND 60);
ALTER TABLE recommendations ADD COLUMN not_done_source {{text}} NOT NULL DEFAULT '';
