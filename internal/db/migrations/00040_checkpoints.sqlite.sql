-- +goose Up
-- audit: the head of the chain, signed now and then with a key that the database does not hold; and what the nightly
-- verification found, by the system's clock.
CREATE TABLE audit_checkpoints (
  seq        {{int}} PRIMARY KEY,
  hash       {{text}} NOT NULL,
  at         {{time}} NOT NULL,
  origin     {{text}} NOT NULL,
  public_key {{text}} NOT NULL,
  signature  {{text}} NOT NULL
);
CREATE TABLE audit_checks (
  day      {{date}} PRIMARY KEY NOT NULL,
  began_at {{time}} NOT NULL,
  ended_at {{time}},
  entries  {{int}} NOT NULL DEFAULT 0,
  seq      {{int}} NOT NULL DEFAULT 0,
  fault    {{text}} NOT NULL DEFAULT ''
);
-- reports: the content of a publication can go for good; what it was, and why it went, stays.
ALTER TABLE publications ADD COLUMN purged_at {{time}};
ALTER TABLE publications ADD COLUMN purged_by_id {{int}};
ALTER TABLE publications ADD COLUMN purge_reason {{text}} NOT NULL DEFAULT '' CHECK (purged_at IS NULL OR purge_reason <> '');
-- The head goes forward only, to an entry that is there.
-- +goose StatementBegin
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head
WHEN NEW.id <> OLD.id OR NEW.seq < OLD.seq OR NEW.hash <> OLD.hash AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_checkpoints_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_checkpoints_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- REPLACE deletes what stands in its way, and no trigger on deleting hears of it.
-- +goose StatementBegin
CREATE TRIGGER audit_entries_replace BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq) OR EXISTS (SELECT 1 FROM audit_entries WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_texts_replace BEFORE INSERT ON audit_texts
WHEN EXISTS (SELECT 1 FROM audit_texts WHERE seq = NEW.seq AND field = NEW.field)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_replace BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_checkpoints_replace BEFORE INSERT ON audit_checkpoints
WHEN EXISTS (SELECT 1 FROM audit_checkpoints WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
