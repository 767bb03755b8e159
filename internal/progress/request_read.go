package progress

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// QuestionTold is a question with whom it is asked of and what was answered.
type QuestionTold struct {
	RequestQuestion
	Institution     string       // code; empty: the coordinators
	InstitutionName string       // its short name
	Answers         []AnswerTold `gorm:"-"` // the newest first
}

// Answered says whether there is an answer.
func (q QuestionTold) Answered() bool { return len(q.Answers) > 0 }

// Answer is the answer that counts: the newest.
func (q QuestionTold) Answer() AnswerTold {
	if !q.Answered() {
		return AnswerTold{}
	}
	return q.Answers[0]
}

// QuestionState says how a question stands.
type QuestionState string

// The states of a question.
const (
	QuestionAnswered   QuestionState = "answered"
	QuestionWaiting    QuestionState = "waiting"
	QuestionUnanswered QuestionState = "unanswered" // the due day has passed: silence counts as not done
)

// QuestionStates lists them.
var QuestionStates = []QuestionState{QuestionAnswered, QuestionWaiting, QuestionUnanswered}

// Stands says how a question of a request stands on a day.
func (q QuestionTold) Stands(d Deadline, day calendar.Date) QuestionState {
	switch {
	case q.Answered():
		return QuestionAnswered
	case d.Passed(day):
		return QuestionUnanswered
	}
	return QuestionWaiting
}

// Late says whether the first answer came after a day.
func (q QuestionTold) Late(due calendar.Date) bool {
	return q.Answered() && q.Answers[len(q.Answers)-1].AnsweredOn.After(due)
}

// AnswerTold is an answer with the post of who gave it.
type AnswerTold struct {
	RequestAnswer
	Post string
}

// SubmissionTold is a handing over with the post of who recorded it.
type SubmissionTold struct {
	RequestSubmission
	Post string
}

// RequestView is a data request as somebody sees it.
type RequestView struct {
	Deadline
	Period      string           `gorm:"-"` // its label; left out where many are read
	Questions   []QuestionTold   `gorm:"-"` // by number
	Submissions []SubmissionTold `gorm:"-"` // the newest first
}

// Answered counts the questions that have an answer.
func (v RequestView) Answered() (n int) {
	for _, q := range v.Questions {
		if q.Answered() {
			n++
		}
	}
	return n
}

// Late counts the questions first answered after the due day.
func (v RequestView) Late() (n int) {
	for _, q := range v.Questions {
		if q.Late(v.DueOn) {
			n++
		}
	}
	return n
}

// Handed is the day on which answers were first handed over; zero for never.
func (v RequestView) Handed() (first calendar.Date) {
	for _, s := range v.Submissions {
		if first.IsZero() || s.HandedOn.Before(first) {
			first = s.HandedOn
		}
	}
	return first
}

// HandedLate says on a day whether the answers were handed over after the due
// day, or not at all though it has passed: silence counts as not done.
func (v RequestView) HandedLate(day calendar.Date) bool {
	if handed := v.Handed(); !handed.IsZero() {
		return handed.After(v.DueOn)
	}
	return v.Passed(day)
}

// Question finds a question by its number.
func (v RequestView) Question(number int) (QuestionTold, bool) {
	for _, q := range v.Questions {
		if q.Number == number {
			return q, true
		}
	}
	return QuestionTold{}, false
}

// requestsAt reads what stood of data requests on day d, as known at instant k.
func requestsAt(tx *gorm.DB, deadlines []Deadline, d calendar.Date, k time.Time) ([]RequestView, error) {
	views, at, ids := make([]RequestView, len(deadlines)), map[int64]int{}, make([]int64, len(deadlines))
	for i, one := range deadlines {
		views[i].Deadline, ids[i], at[one.ID] = one, one.ID, i
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var questions []QuestionTold
	err := tx.Raw(`SELECT q.*, COALESCE(i.code, '') AS institution, COALESCE(i.short_name, '') AS institution_name FROM request_questions q
		LEFT JOIN institutions i ON i.id = q.institution_id WHERE q.deadline_id IN ? AND q.asked_on <= ? AND q.asked_at <= ?
			AND (q.ended_at IS NULL OR q.ended_on > ? OR q.ended_at > ?) ORDER BY q.number, q.id`, ids, d, k, d, k).Scan(&questions).Error
	if err != nil {
		return nil, err
	}
	var answers []AnswerTold
	err = tx.Raw(`SELECT a.*, COALESCE(o.title, '') AS post FROM request_answers a JOIN request_questions q ON q.id = a.question_id
		LEFT JOIN people w ON w.id = a.answered_by_id LEFT JOIN posts o ON o.id = w.post_id
		WHERE q.deadline_id IN ? AND a.answered_on <= ? AND a.answered_at <= ? ORDER BY a.id DESC`, ids, d, k).Scan(&answers).Error
	if err != nil {
		return nil, err
	}
	of := map[int64][]AnswerTold{}
	for _, a := range answers {
		of[a.QuestionID] = append(of[a.QuestionID], a)
	}
	for _, q := range questions {
		q.Answers = of[q.ID]
		v := &views[at[q.DeadlineID]]
		v.Questions = append(v.Questions, q)
	}
	var handed []SubmissionTold
	err = tx.Raw(`SELECT s.*, COALESCE(o.title, '') AS post FROM request_submissions s
		LEFT JOIN people w ON w.id = s.recorded_by_id LEFT JOIN posts o ON o.id = w.post_id
		WHERE s.deadline_id IN ? AND s.handed_on <= ? AND s.recorded_at <= ? ORDER BY s.id DESC`, ids, d, k).Scan(&handed).Error
	for _, s := range handed {
		v := &views[at[s.DeadlineID]]
		v.Submissions = append(v.Submissions, s)
	}
	return views, err
}

// RequestsAt reads the data requests of a period that asked something, as they
// stood on day d and were known at instant k, by due day.
func RequestsAt(tx *gorm.DB, p Period, d calendar.Date, k time.Time) ([]RequestView, error) {
	var requests []Deadline
	for _, one := range p.Deadlines {
		if one.Purpose == Request {
			requests = append(requests, one)
		}
	}
	views, err := requestsAt(tx, requests, d, k)
	return slices.DeleteFunc(views, func(v RequestView) bool { return len(v.Questions) == 0 }), err
}

// DataRequest reads a data request on a day with what the actor may know of
// it: readers of the whole plan everything, the focal point of an organisation
// what was asked of it.
func DataRequest(tx *gorm.DB, actor accounts.Actor, country string, id int64, day calendar.Date) (v RequestView, err error) {
	var d struct {
		Deadline
		Label string
	}
	err = tx.Raw(`SELECT d.*, p.label FROM deadlines d JOIN periods p ON p.id = d.period_id WHERE d.id = ? AND p.country = ? AND d.purpose = 'request'`, id, country).Scan(&d).Error
	if err != nil {
		return v, err
	}
	if d.ID == 0 || !actor.CanReadPlan() {
		return v, problem.Missing()
	}
	views, err := requestsAt(tx, []Deadline{d.Deadline}, day, farthest)
	if err != nil {
		return v, err
	}
	v = views[0]
	v.Period = d.Label
	if actor.CanReadWholePlan() {
		return v, nil
	}
	v.Questions = slices.DeleteFunc(v.Questions, func(q QuestionTold) bool { return !q.Seen(actor) })
	if v.Note, v.Submissions = "", nil; len(v.Questions) == 0 {
		return v, problem.Missing()
	}
	return v, nil
}

// unanswered is what asks for questions without an answer that no later period
// has taken over.
const unanswered = `FROM request_questions q JOIN deadlines d ON d.id = q.deadline_id JOIN periods p ON p.id = d.period_id
	WHERE q.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM request_answers a WHERE a.question_id = q.id)
		AND NOT EXISTS (SELECT 1 FROM request_questions t WHERE t.taken_from_id = q.id)`

// OpenRequest is a data request with questions that wait for an answer.
type OpenRequest struct {
	DeadlineID int64
	Title      string
	DueOn      calendar.Date
	N          int // questions without an answer
}

// OpenRequests reads the data requests that wait for the actor's answer: for a
// focal point those that ask their institution something and are not closed,
// for coordinators all. Nobody else has any.
func (s *Store) OpenRequests(ctx context.Context, actor accounts.Actor, country string) (list []OpenRequest, err error) {
	query, args := `SELECT d.id AS deadline_id, d.title, d.due_on, count(*) AS n `+unanswered+` AND p.country = ?`, []any{country}
	switch {
	case actor.Is(accounts.FocalPoint):
		query, args = query+" AND q.institution_id = ? AND d.closed_at IS NULL", append(args, actor.InstitutionID)
	case !actor.CanChangePlan():
		return nil, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(query+" GROUP BY d.id, d.title, d.due_on ORDER BY d.due_on, d.id", args...).Scan(&list).Error
	})
	return list, err
}

// DataRequest reads a data request for a page.
func (s *Store) DataRequest(ctx context.Context, actor accounts.Actor, country string, id int64) (v RequestView, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		v, err = DataRequest(tx, actor, country, id, s.clock.Today())
		return err
	})
	return v, err
}

// UnansweredOf reads the questions of a period's data requests that have no
// answer and were not taken over yet, by number.
func UnansweredOf(tx *gorm.DB, period int64) (list []RequestQuestion, err error) {
	return list, tx.Raw("SELECT q.* "+unanswered+" AND p.id = ? ORDER BY d.due_on, d.id, q.number", period).Scan(&list).Error
}

// TakenOver counts, by period, the questions that its data requests took over
// from the period before.
func TakenOver(tx *gorm.DB, country string) (map[int64]int, error) {
	var rows []struct {
		PeriodID int64
		N        int
	}
	err := tx.Raw(`SELECT d.period_id, count(*) AS n FROM request_questions q JOIN deadlines d ON d.id = q.deadline_id JOIN periods p ON p.id = d.period_id
		WHERE p.country = ? AND q.taken_from_id IS NOT NULL AND q.ended_at IS NULL GROUP BY d.period_id`, country).Scan(&rows).Error
	out := map[int64]int{}
	for _, r := range rows {
		out[r.PeriodID] = r.N
	}
	return out, err
}

// Before is the period that ended last before a day, of a list with the newest
// first.
func Before(ps []Period, day calendar.Date) (Period, bool) {
	for _, p := range ps {
		if p.EndsOn.Before(day) {
			return p, true
		}
	}
	return Period{}, false
}

// takeOver copies what the data requests of the period before left without an
// answer into the first data request of a new period.
func (p Period) takeOver(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, there []Period) error {
	at := slices.IndexFunc(p.Deadlines, func(d Deadline) bool { return d.Purpose == Request })
	before, found := Before(there, p.StartsOn)
	if at < 0 || !found {
		return nil
	}
	open, err := UnansweredOf(tx, before.ID)
	if err != nil || len(open) == 0 {
		return err
	}
	var list []RequestQuestion
	from := map[int64]RequestQuestion{}
	for _, q := range open {
		from[q.ID] = q
		list = append(list, RequestQuestion{Text: q.Text, InstitutionID: q.InstitutionID, TakenFromID: &q.ID})
	}
	return p.Deadlines[at].ask(tx, clock, actor, list, func(q RequestQuestion) []audit.Change {
		return []audit.Change{{Field: "taken_from", New: from[*q.TakenFromID].ref(before)}}
	})
}

// ref names a question of a period in the audit trail.
func (q RequestQuestion) ref(p Period) string {
	for _, d := range p.Deadlines {
		if d.ID == q.DeadlineID {
			return p.Label + ", " + d.Title + ", " + strconv.Itoa(q.Number)
		}
	}
	return p.Label + ", " + strconv.Itoa(q.Number)
}

// InReview counts the updates that wait for a decision.
func InReview(tx *gorm.DB, country string) (n int, err error) {
	return n, tx.Raw(`SELECT count(*) FROM updates u JOIN commitments c ON c.id = u.commitment_id
		WHERE u.state = 'submitted' AND c.country = ?`, country).Scan(&n).Error
}
