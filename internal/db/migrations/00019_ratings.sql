-- +goose Up
-- progress: how a commitment or a recommendation stands, as a focal point, a
-- coordinator or a partner sees it for a period. All are kept; the newest of a
-- rater counts. A partner rates what a publication shows them.
CREATE TABLE ratings (
  id                {{id}},
  commitment_id     {{int}} REFERENCES commitments (id),
  recommendation_id {{int}} REFERENCES recommendations (id),
  period_id         {{int}} NOT NULL REFERENCES periods (id),
  rater             {{text}} NOT NULL CHECK (rater IN ('focal_point', 'coordinator', 'partner')),
  institution_id    {{int}} NOT NULL REFERENCES institutions (id),
  publication_id    {{int}} REFERENCES publications (id),
  value             {{text}} NOT NULL CHECK (value <> ''),
  reason            {{text}} NOT NULL CHECK (reason <> ''),
  rated_on          {{date}} NOT NULL,
  rated_at          {{time}} NOT NULL,
  rated_by_id       {{int}} NOT NULL,
  CHECK ((commitment_id IS NULL) <> (recommendation_id IS NULL)),
  CHECK ((rater = 'partner') = (publication_id IS NOT NULL))
);
CREATE INDEX ratings_period ON ratings (period_id, rated_at);
CREATE INDEX ratings_rated ON ratings (rated_at);
CREATE INDEX ratings_commitment ON ratings (commitment_id);
CREATE INDEX ratings_recommendation ON ratings (recommendation_id);
