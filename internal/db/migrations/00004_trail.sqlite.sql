-- +goose Up
-- The trail is only added to; of a free text nothing but its value can go.
-- +goose StatementBegin
CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_texts_update BEFORE UPDATE ON audit_texts
WHEN NEW.value <> '' OR NEW.seq <> OLD.seq OR NEW.field <> OLD.field OR NEW.salt <> OLD.salt
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_texts_delete BEFORE DELETE ON audit_texts
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
