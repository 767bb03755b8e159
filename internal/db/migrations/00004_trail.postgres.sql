-- +goose Up
-- The trail is only added to; of a free text nothing but its value can go.
-- +goose StatementBegin
CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is only added to';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_entries_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_texts_update BEFORE UPDATE ON audit_texts FOR EACH ROW
  WHEN (NEW.value <> '' OR NEW.seq <> OLD.seq OR NEW.field <> OLD.field OR NEW.salt <> OLD.salt) EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_texts_delete BEFORE DELETE ON audit_texts FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_texts_truncate BEFORE TRUNCATE ON audit_texts FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added();
