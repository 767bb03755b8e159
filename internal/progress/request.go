package progress

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// The longest texts of a data request, in runes, and how many questions are
// added at once.
const (
	QuestionMax  = 500
	AnswerMax    = 2000
	QuestionsMax = 50
)

// RequestQuestion is one question of a data request: a deadline of purpose
// Request. It is never changed: one said anew ends this row and begins another
// with its number.
type RequestQuestion struct {
	ID            int64 `gorm:"primaryKey"`
	DeadlineID    int64
	Number        int // within the request, never used again
	Text          string
	InstitutionID *int64 // asked; nil: the coordinators answer themselves
	TakenFromID   *int64 // the question of the period before that it repeats
	AskedOn       calendar.Date
	AskedAt       time.Time
	AskedByID     int64
	EndedOn       calendar.Date
	EndedAt       *time.Time // once it was said anew or removed
	EndedByID     *int64
	Version       int64
}

// RequestAnswer is what was answered to a question. The newest takes the place
// of those before it, and all are kept.
type RequestAnswer struct {
	ID           int64 `gorm:"primaryKey"`
	QuestionID   int64
	Text         string
	AnsweredOn   calendar.Date
	AnsweredAt   time.Time
	AnsweredByID int64
}

// RequestSubmission records that the answers were handed over.
type RequestSubmission struct {
	ID           int64 `gorm:"primaryKey"`
	DeadlineID   int64
	HandedOn     calendar.Date
	Note         string
	Asked        int // questions then
	Answered     int // of them, with an answer
	RecordedAt   time.Time
	RecordedByID int64
}

// Seen says whether the actor may know of the question: readers of the whole
// plan, and the institution that was asked.
func (q RequestQuestion) Seen(actor accounts.Actor) bool {
	return actor.CanReadWholePlan() || actor.CanReadPlan() && q.InstitutionID != nil && *q.InstitutionID == actor.InstitutionID
}

// CanAnswer says whether the actor may answer a question of a request, and if
// not, why: the focal point of the institution asked until the deadline is
// closed, and coordinators.
func CanAnswer(actor accounts.Actor, d Deadline, q RequestQuestion) error {
	switch {
	case !q.Seen(actor):
		return problem.Missing()
	case actor.CanChangePlan():
		return nil
	case !actor.Is(accounts.FocalPoint) || q.InstitutionID == nil || *q.InstitutionID != actor.InstitutionID:
		return problem.Denied("request.error.not_yours")
	case !d.Open():
		return problem.New(problem.Conflict, "request.error.closed")
	}
	return nil
}

// lockRequest reads a data request for who changes what it asks.
func lockRequest(tx *gorm.DB, actor accounts.Actor, id int64) (d Deadline, p Period, err error) {
	if !actor.CanChangePlan() {
		return d, p, problem.Denied("problem.coordinators_only")
	}
	if d, p, err = lockDeadline(tx, id); err == nil && d.Purpose != Request {
		err = problem.Missing()
	}
	return d, p, err
}

// loadQuestion reads a question as it is asked now.
func loadQuestion(tx *gorm.DB, deadlineID int64, number int) (q RequestQuestion, err error) {
	err = tx.Where("deadline_id = ? AND number = ? AND ended_at IS NULL", deadlineID, number).Take(&q).Error
	return q, missing(err)
}

// asks names whom a question is asked of in the audit trail: the code of the
// institution, empty for the coordinators. What cannot be asked is noted.
func asks(tx *gorm.DB, c *problem.Check, id *int64, day calendar.Date) (code string, err error) {
	if id == nil {
		return "", nil
	}
	there, err := accounts.InstitutionsInForce(tx, day)
	for _, i := range there {
		if i.ID == *id && i.Kind != accounts.PartnerOutside {
			return i.Code, err
		}
	}
	c.Add("institution", "request.error.institution")
	return "", err
}

// QuestionsNew are questions to add.
type QuestionsNew struct {
	Text          string // one a line
	InstitutionID *int64 // asked of all of them; nil: of the coordinators
}

// lines are the questions, without empty lines.
func (n QuestionsNew) lines() (list []string) {
	for line := range strings.Lines(n.Text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// AskQuestions adds questions to a data request. Coordinators only.
func AskQuestions(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, deadlineID int64, in QuestionsNew) ([]RequestQuestion, error) {
	d, _, err := lockRequest(tx, actor, deadlineID)
	if err != nil {
		return nil, err
	}
	var c problem.Check
	lines := in.lines()
	c.Require(len(lines) > 0, "questions", "request.error.questions")
	c.Require(len(lines) <= QuestionsMax, "questions", "request.error.many", "max", QuestionsMax)
	for _, line := range lines {
		checkText(&c, "questions", line, QuestionMax)
	}
	code, err := asks(tx, &c, in.InstitutionID, clock.Today())
	if err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	var list []RequestQuestion
	for _, line := range lines {
		list = append(list, RequestQuestion{Text: line, InstitutionID: in.InstitutionID})
	}
	return list, d.ask(tx, clock, actor, list, func(RequestQuestion) []audit.Change { return []audit.Change{{Field: "institution", New: code}} })
}

// ask numbers questions after those that were ever asked, adds them and their
// audit entries.
func (d Deadline) ask(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, list []RequestQuestion, about func(RequestQuestion) []audit.Change) error {
	var last int
	if err := tx.Raw("SELECT COALESCE(max(number), 0) FROM request_questions WHERE deadline_id = ?", d.ID).Scan(&last).Error; err != nil {
		return err
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return err
	}
	for i := range list {
		q := &list[i]
		q.DeadlineID, q.Number, q.AskedOn, q.AskedAt, q.AskedByID, q.Version = d.ID, last+i+1, clock.Today(), at, actor.PersonID, 1
		if err := tx.Create(q).Error; err != nil {
			return err
		}
		changes := append([]audit.Change{{Field: "number", New: strconv.Itoa(q.Number)}, {Field: "question", New: q.Text, Free: true}}, about(*q)...)
		if err := d.note(tx, at, actor, "ask", changes...); err != nil {
			return err
		}
	}
	return nil
}

// note adds an audit entry about a data request.
func (d Deadline) note(tx *gorm.DB, at time.Time, actor accounts.Actor, what string, changes ...audit.Change) error {
	return audit.Append(tx, at, audit.Event{Who: actor.Who(), Action: "data_request." + what, Object: d.object(), Changes: changes})
}

// end ends a question that nobody has answered, which then is said anew or not
// asked any more.
func (d Deadline) end(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, q RequestQuestion, version int64) (time.Time, error) {
	at, err := NextInstant(tx, clock)
	if err != nil {
		return at, err
	}
	var answers int
	if err := tx.Raw("SELECT count(*) FROM request_answers WHERE question_id = ?", q.ID).Scan(&answers).Error; err != nil {
		return at, err
	}
	if answers > 0 {
		return at, problem.New(problem.Conflict, "request.error.answered")
	}
	return at, db.Changed(tx.Model(&RequestQuestion{}).Where("id = ? AND version = ? AND ended_at IS NULL", q.ID, version).
		Updates(map[string]any{"ended_on": clock.Today(), "ended_at": at, "ended_by_id": actor.PersonID}))
}

// QuestionChange says a question anew.
type QuestionChange struct {
	DeadlineID    int64
	Number        int
	Version       int64
	Text          string
	InstitutionID *int64
}

// RewordQuestion says anew a question that has no answer, and whom it is asked
// of. Coordinators only.
func RewordQuestion(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in QuestionChange) error {
	d, _, err := lockRequest(tx, actor, in.DeadlineID)
	if err != nil {
		return err
	}
	old, err := loadQuestion(tx, d.ID, in.Number)
	if err != nil {
		return err
	}
	now := RequestQuestion{DeadlineID: d.ID, Number: old.Number, Text: strings.Join(strings.Fields(in.Text), " "), InstitutionID: in.InstitutionID,
		TakenFromID: old.TakenFromID, AskedOn: clock.Today(), AskedByID: actor.PersonID, Version: in.Version + 1}
	var c problem.Check
	c.Require(now.Text != "", "text", "request.error.text")
	checkText(&c, "text", now.Text, QuestionMax)
	is, err := asks(tx, &c, now.InstitutionID, clock.Today())
	if err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	var was string
	if old.InstitutionID != nil {
		if err := tx.Raw("SELECT code FROM institutions WHERE id = ?", *old.InstitutionID).Scan(&was).Error; err != nil {
			return err
		}
	}
	if now.AskedAt, err = d.end(tx, clock, actor, old, in.Version); err != nil {
		return err
	}
	if err := tx.Create(&now).Error; err != nil {
		return err
	}
	return d.note(tx, now.AskedAt, actor, "reword", audit.Change{Field: "number", New: strconv.Itoa(now.Number)},
		audit.Change{Field: "question", Old: old.Text, New: now.Text, Free: true}, audit.Change{Field: "institution", Old: was, New: is})
}

// RemoveQuestion takes back a question that has no answer. Coordinators only.
func RemoveQuestion(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, deadlineID int64, number int, version int64) error {
	d, _, err := lockRequest(tx, actor, deadlineID)
	if err != nil {
		return err
	}
	q, err := loadQuestion(tx, d.ID, number)
	if err != nil {
		return err
	}
	at, err := d.end(tx, clock, actor, q, version)
	if err != nil {
		return err
	}
	return d.note(tx, at, actor, "remove", audit.Change{Field: "number", New: strconv.Itoa(q.Number)}, audit.Change{Field: "question", Old: q.Text, Free: true})
}

// AnswerQuestion answers a question, or says its answer anew.
func AnswerQuestion(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, deadlineID int64, number int, text string) (RequestAnswer, error) {
	a := RequestAnswer{Text: strings.TrimSpace(text), AnsweredOn: clock.Today(), AnsweredByID: actor.PersonID}
	d, _, err := lockDeadline(tx, deadlineID)
	if err != nil {
		return a, err
	}
	q, err := loadQuestion(tx, d.ID, number)
	if err != nil {
		return a, err
	}
	if err := CanAnswer(actor, d, q); err != nil {
		return a, err
	}
	var c problem.Check
	c.Require(a.Text != "", "answer", "request.error.answer")
	checkText(&c, "answer", a.Text, AnswerMax)
	if err := c.Err(); err != nil {
		return a, err
	}
	var before string
	if err := tx.Raw("SELECT text FROM request_answers WHERE question_id = ? ORDER BY id DESC LIMIT 1", q.ID).Scan(&before).Error; err != nil {
		return a, err
	}
	if a.AnsweredAt, err = NextInstant(tx, clock); err != nil {
		return a, err
	}
	a.QuestionID = q.ID
	if err := tx.Create(&a).Error; err != nil {
		return a, err
	}
	return a, d.note(tx, a.AnsweredAt, actor, "answer", audit.Change{Field: "number", New: strconv.Itoa(q.Number)}, audit.Change{Field: "answer", Old: before, New: a.Text, Free: true})
}

// SubmitRequest records that the answers to a data request were handed over.
// Coordinators only. How much was asked and answered then is kept.
func SubmitRequest(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, deadlineID int64, handedOn calendar.Date, note string) (RequestSubmission, error) {
	s := RequestSubmission{DeadlineID: deadlineID, HandedOn: handedOn, Note: strings.TrimSpace(note), RecordedByID: actor.PersonID}
	d, p, err := lockRequest(tx, actor, deadlineID)
	if err != nil {
		return s, err
	}
	v, err := requestsAt(tx, []Deadline{d}, clock.Today(), farthest)
	if err != nil {
		return s, err
	}
	s.Asked, s.Answered = len(v[0].Questions), v[0].Answered()
	var c problem.Check
	c.Require(!handedOn.IsZero(), "handed_on", "request.error.handed_on")
	c.Require(!handedOn.After(clock.Today()), "handed_on", "request.error.future")
	c.Require(handedOn.IsZero() || !handedOn.Before(p.StartsOn), "handed_on", "request.error.before", "date", p.StartsOn)
	c.Require(s.Asked > 0, "handed_on", "request.error.nothing_asked")
	checkText(&c, "note", s.Note, 1000)
	if err := c.Err(); err != nil {
		return s, err
	}
	if s.RecordedAt, err = NextInstant(tx, clock); err != nil {
		return s, err
	}
	if err := tx.Create(&s).Error; err != nil {
		return s, err
	}
	return s, d.note(tx, s.RecordedAt, actor, "submit", audit.Change{Field: "handed_on", New: s.HandedOn.String()}, audit.Change{Field: "asked", New: strconv.Itoa(s.Asked)},
		audit.Change{Field: "answered", New: strconv.Itoa(s.Answered)}, audit.Change{Field: "note", New: s.Note, Free: true})
}

// AskQuestions adds questions to a data request and says how many.
func (s *Store) AskQuestions(ctx context.Context, actor accounts.Actor, key string, deadlineID int64, in QuestionsNew) (int64, error) {
	return s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		list, err := AskQuestions(tx, s.clock, actor, deadlineID, in)
		return int64(len(list)), err
	})
}

// RewordQuestion says a question anew.
func (s *Store) RewordQuestion(ctx context.Context, actor accounts.Actor, key string, in QuestionChange) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return in.DeadlineID, RewordQuestion(tx, s.clock, actor, in)
	})
	return err
}

// RemoveQuestion takes a question back.
func (s *Store) RemoveQuestion(ctx context.Context, actor accounts.Actor, key string, deadlineID int64, number int, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return deadlineID, RemoveQuestion(tx, s.clock, actor, deadlineID, number, version)
	})
	return err
}

// AnswerQuestion answers a question.
func (s *Store) AnswerQuestion(ctx context.Context, actor accounts.Actor, key string, deadlineID int64, number int, text string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		a, err := AnswerQuestion(tx, s.clock, actor, deadlineID, number, text)
		return a.ID, err
	})
	return err
}

// SubmitRequest records that the answers were handed over.
func (s *Store) SubmitRequest(ctx context.Context, actor accounts.Actor, key string, deadlineID int64, handedOn calendar.Date, note string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		r, err := SubmitRequest(tx, s.clock, actor, deadlineID, handedOn, note)
		return r.ID, err
	})
	return err
}
