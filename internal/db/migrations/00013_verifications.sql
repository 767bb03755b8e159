-- +goose Up
-- What a coordinator judged of the claim that an update makes, on which of its
-- papers. The newest verdict on an update counts; the older stay.
CREATE TABLE verifications (
  id            {{id}},
  update_id     {{int}} NOT NULL REFERENCES updates (id),
  verdict       {{text}} NOT NULL CHECK (verdict IN ('verified', 'disputed', 'withdrawn')),
  reason        {{text}} NOT NULL CHECK (reason <> ''),
  judged_at     {{time}} NOT NULL,
  judged_by_id  {{int}} NOT NULL
);
CREATE INDEX verifications_update ON verifications (update_id);
CREATE INDEX verifications_judged ON verifications (judged_at);

CREATE TABLE verification_papers (
  verification_id {{int}} NOT NULL REFERENCES verifications (id),
  evidence_id     {{int}} NOT NULL REFERENCES evidence (id),
  PRIMARY KEY (verification_id, evidence_id)
);
