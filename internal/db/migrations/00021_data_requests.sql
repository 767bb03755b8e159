-- +goose Up
-- progress: what a request for information asks, what was answered, and that
-- the answers were handed over. Nothing is deleted: a question said anew is a
-- new row with its number, and the newest answer of a question counts.
CREATE TABLE request_questions (
  id             {{id}},
  deadline_id    {{int}} NOT NULL REFERENCES deadlines (id),
  number         {{int}} NOT NULL,
  text           {{text}} NOT NULL CHECK (text <> ''),
  institution_id {{int}} REFERENCES institutions (id),
  taken_from_id  {{int}} REFERENCES request_questions (id),
  asked_on       {{date}} NOT NULL,
  asked_at       {{time}} NOT NULL,
  asked_by_id    {{int}} NOT NULL,
  ended_on       {{date}},
  ended_at       {{time}},
  ended_by_id    {{int}},
  version        {{int}} NOT NULL,
  UNIQUE (deadline_id, number, version)
);
CREATE INDEX request_questions_asked ON request_questions (asked_at);
CREATE INDEX request_questions_ended ON request_questions (ended_at);
CREATE INDEX request_questions_institution ON request_questions (institution_id);
CREATE INDEX request_questions_taken ON request_questions (taken_from_id);
CREATE TABLE request_answers (
  id             {{id}},
  question_id    {{int}} NOT NULL REFERENCES request_questions (id),
  text           {{text}} NOT NULL CHECK (text <> ''),
  answered_on    {{date}} NOT NULL,
  answered_at    {{time}} NOT NULL,
  answered_by_id {{int}} NOT NULL
);
CREATE INDEX request_answers_question ON request_answers (question_id);
CREATE INDEX request_answers_answered ON request_answers (answered_at);
CREATE TABLE request_submissions (
  id             {{id}},
  deadline_id    {{int}} NOT NULL REFERENCES deadlines (id),
  handed_on      {{date}} NOT NULL,
  note           {{text}} NOT NULL,
  asked          {{int}} NOT NULL,
  answered       {{int}} NOT NULL,
  recorded_at    {{time}} NOT NULL,
  recorded_by_id {{int}} NOT NULL
);
CREATE INDEX request_submissions_deadline ON request_submissions (deadline_id);
CREATE INDEX request_submissions_recorded ON request_submissions (recorded_at);
