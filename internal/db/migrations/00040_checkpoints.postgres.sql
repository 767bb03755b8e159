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
CREATE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.seq < OLD.seq OR NEW.hash <> OLD.hash AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq AND hash = NEW.hash) THEN
    RAISE EXCEPTION 'the audit trail is only added to';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_forward();
CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_head_truncate BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_checkpoints_update BEFORE UPDATE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_checkpoints_delete BEFORE DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_only_added();
CREATE TRIGGER audit_checkpoints_truncate BEFORE TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added();
