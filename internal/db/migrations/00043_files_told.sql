-- +goose Up
-- The files of publications are listed without their bodies, behind which the columns that a list tells lie.
CREATE INDEX publication_files_told ON publication_files (publication_id, format, name, sha256, size, pages);
