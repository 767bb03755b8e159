package progress

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan/plantest"
)

// request is the id of the data request of 2021-22.
func (l *life) request() int64 {
	return int64(l.Count(l.t, "SELECT id FROM deadlines WHERE purpose = 'request' ORDER BY id"))
}

// of is an institution to ask.
func (l *life) of(who string) *int64 {
	id := l.Actors[who].InstitutionID
	return &id
}

// try runs one step of somebody as its own transaction, a moment later.
func (l *life) try(f func(tx *gorm.DB) error) error {
	l.t.Helper()
	l.later()
	return l.DB.Write(l.t.Context(), f)
}

func (l *life) askedBy(who string, deadline int64, text string, of *int64) error {
	return l.try(func(tx *gorm.DB) error {
		_, err := AskQuestions(tx, l.clock, l.Actors[who], deadline, QuestionsNew{Text: text, InstitutionID: of})
		return err
	})
}

func (l *life) answered(who string, number int, text string) error {
	return l.try(func(tx *gorm.DB) error {
		_, err := AnswerQuestion(tx, l.clock, l.Actors[who], l.request(), number, text)
		return err
	})
}

func (l *life) reworded(who string, number int, version int64, text string, of *int64) error {
	return l.try(func(tx *gorm.DB) error {
		return RewordQuestion(tx, l.clock, l.Actors[who], QuestionChange{DeadlineID: l.request(), Number: number, Version: version, Text: text, InstitutionID: of})
	})
}

func (l *life) removed(who string, number int, version int64) error {
	return l.try(func(tx *gorm.DB) error {
		return RemoveQuestion(tx, l.clock, l.Actors[who], l.request(), number, version)
	})
}

func (l *life) handed(who, on, note string) error {
	return l.try(func(tx *gorm.DB) error {
		var handed calendar.Date
		if on != "" {
			handed = day(on)
		}
		_, err := SubmitRequest(tx, l.clock, l.Actors[who], l.request(), handed, note)
		return err
	})
}

// told writes a data request as one line: number, institution, text and
// answer of each question, and the days of handing over.
func (v RequestView) told() string {
	var words []string
	for _, q := range v.Questions {
		words = append(words, fmt.Sprintf("%d %s %s=%s", q.Number, q.Institution, q.Text, q.Answer().Text))
	}
	for _, s := range v.Submissions {
		words = append(words, fmt.Sprintf("handed %s %d of %d", s.HandedOn, s.Answered, s.Asked))
	}
	return strings.Join(words, "; ")
}

// sees is what somebody sees of the data request.
func (l *life) sees(who string) (v RequestView, err error) {
	l.t.Helper()
	return v, l.DB.Read(l.t.Context(), func(tx *gorm.DB) error {
		v, err = DataRequest(tx, l.Actors[who], plantest.Country, l.request(), l.clock.Today())
		return err
	})
}

// stood is what stood of the request on a day, as known at an instant.
func (l *life) stood(d calendar.Date, k time.Time) (told string) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) error {
		ps, err := Periods(tx, plantest.Country)
		if err != nil {
			return err
		}
		views, err := RequestsAt(tx, ps[len(ps)-1], d, k)
		for _, v := range views {
			told += v.told()
		}
		return err
	})
	return told
}

// Everything that was asked, answered, said anew, removed and handed over is
// kept, and what was known at an instant stays known as it was.
func TestADataRequestIsKept(t *testing.T) {
	each(t, func(l *life) {
		var instants []time.Time
		var days []calendar.Date
		then := func(err error) {
			l.t.Helper()
			l.ok(err)
			instants, days = append(instants, l.clock.Now()), append(days, l.clock.Today())
		}
		l.on("2021-07-20")
		then(l.askedBy("one", l.request(), " Trainings held? \n\n Is the procedure adopted?\r\n", l.of("mha")))
		then(l.askedBy("two", l.request(), "Who coordinates?", nil))
		l.on("2021-07-21")
		then(l.answered("mha", 1, "Two."))
		l.on("2021-08-02")
		then(l.reworded("one", 2, 1, "Is it adopted, and when?", l.of("msd")))
		then(l.answered("one", 1, "Three: one more was reported."))
		then(l.removed("two", 3, 1))
		then(l.handed("one", "2021-08-01", "By letter"))
		then(l.answered("msd", 2, "Not reported yet."))
		want := []string{
			"1 MHA Trainings held?=; 2 MHA Is the procedure adopted?=",
			"1 MHA Trainings held?=; 2 MHA Is the procedure adopted?=; 3  Who coordinates?=",
			"1 MHA Trainings held?=Two.; 2 MHA Is the procedure adopted?=; 3  Who coordinates?=",
			"1 MHA Trainings held?=Two.; 2 MSD Is it adopted, and when?=; 3  Who coordinates?=",
			"1 MHA Trainings held?=Three: one more was reported.; 2 MSD Is it adopted, and when?=; 3  Who coordinates?=",
			"1 MHA Trainings held?=Three: one more was reported.; 2 MSD Is it adopted, and when?=",
			"1 MHA Trainings held?=Three: one more was reported.; 2 MSD Is it adopted, and when?=; handed 2021-08-01 1 of 2",
			"1 MHA Trainings held?=Three: one more was reported.; 2 MSD Is it adopted, and when?=Not reported yet.; handed 2021-08-01 1 of 2",
		}
		for i := range want {
			if got := l.stood(days[i], instants[i]); got != want[i] {
				l.t.Errorf("as known after %d it is\n%s, want\n%s", i, got, want[i])
			}
		}
		if got := l.stood(day("2021-07-21"), instants[7]); got != want[2] {
			l.t.Errorf("of an earlier day it is %q", got)
		}
		v, err := l.sees("one")
		l.ok(err)
		if v.told() != want[7] || v.Answered() != 2 || v.Late() != 1 || v.Handed() != day("2021-08-01") || !v.HandedLate(l.clock.Today()) || v.Period != "2021-22" {
			l.t.Errorf("now it is %s: %d answered, %d late, handed %s", v.told(), v.Answered(), v.Late(), v.Handed())
		}
		if q, _ := v.Question(1); len(q.Answers) != 2 || q.Answers[1].Text != "Two." || q.Answers[1].Post != "Post of mha" || q.Late(v.DueOn) {
			l.t.Errorf("the first question is %+v", q)
		}
		for action, n := range map[string]int{"ask": 3, "answer": 3, "reword": 1, "remove": 1, "submit": 1} {
			if got := l.Count(l.t, "SELECT count(*) FROM audit_entries WHERE action = ? AND object = ?", "data_request."+action, fmt.Sprint("deadline ", l.request())); got != n {
				l.t.Errorf("the trail has %d of %d %s", got, n, action)
			}
		}
		l.Read(l.t, func(tx *gorm.DB) error {
			known, err := Known(tx)
			if !known.Equal(instants[7]) {
				l.t.Errorf("known is %s, the newest answer of %s", known, instants[7])
			}
			return err
		})
	})
}

// Silence counts as not done: what was not handed over is late once the due
// day has passed.
func TestSilenceIsLate(t *testing.T) {
	v := RequestView{Deadline: Deadline{DueOn: day("2021-07-31")}}
	if v.HandedLate(day("2021-07-31")) || !v.HandedLate(day("2021-08-01")) {
		t.Error("nothing handed over is not late from the day after on")
	}
	v.Submissions = []SubmissionTold{{RequestSubmission: RequestSubmission{HandedOn: day("2021-08-20")}}, {RequestSubmission: RequestSubmission{HandedOn: day("2021-07-31")}}}
	if v.HandedLate(day("2021-08-20")) {
		t.Error("what came again later makes the first handing over late")
	}
}

func TestWhoAsksAndWhoAnswers(t *testing.T) {
	each(t, func(l *life) {
		l.on("2021-07-20")
		l.ok(l.askedBy("one", l.request(), "Trainings held?\nSheet in use?", l.of("mha")))
		l.ok(l.askedBy("one", l.request(), "Sheltered by whom?", l.of("bds")))
		l.ok(l.askedBy("one", l.request(), "Who coordinates?", nil))
		reporting := int64(l.Count(l.t, "SELECT id FROM deadlines WHERE purpose = 'reporting' ORDER BY id LIMIT 1"))
		for _, c := range []struct {
			what string
			err  error
			want string
		}{
			{"a focal point asks", l.askedBy("mha", l.request(), "More?", nil), "forbidden problem.coordinators_only"},
			{"for a reporting deadline", l.askedBy("one", reporting, "More?", nil), "missing"},
			{"for none", l.askedBy("one", 99999, "More?", nil), "missing"},
			{"nothing", l.askedBy("one", l.request(), " \n ", nil), "invalid questions: request.error.questions"},
			{"too long", l.askedBy("one", l.request(), strings.Repeat("é", QuestionMax+1), nil), "invalid questions: problem.too_long"},
			{"too many", l.askedBy("one", l.request(), strings.Repeat("x\n", QuestionsMax+1), nil), "invalid questions: request.error.many"},
			{"no text", l.askedBy("one", l.request(), "a\xff", nil), "invalid questions: problem.encoding"},
			{"a partner is asked", l.askedBy("one", l.request(), "More?", l.of("use")), "invalid institution: request.error.institution"},
			{"another institution answers", l.answered("msd", 1, "Two."), "forbidden request.error.not_yours"},
			{"an auditor answers", l.answered("auditor", 1, "Two."), "forbidden request.error.not_yours"},
			{"the organisation answers another's", l.answered("bds", 1, "Two."), "missing"},
			{"a partner answers", l.answered("use", 1, "Two."), "missing"},
			{"a focal point answers the coordinators'", l.answered("mha", 4, "They."), "forbidden request.error.not_yours"},
			{"the organisation answers its own", l.answered("bds", 3, "By us."), ""},
			{"a coordinator answers", l.answered("two", 4, "We."), ""},
			{"nothing is answered", l.answered("mha", 1, " "), "invalid answer: request.error.answer"},
			{"too much is answered", l.answered("mha", 1, strings.Repeat("é", AnswerMax+1)), "invalid answer: problem.too_long"},
			{"no text is answered", l.answered("mha", 1, "a\x00"), "invalid answer: problem.encoding"},
			{"an answer to no question", l.answered("mha", 9, "Two."), "missing"},
			{"one answered is reworded", l.reworded("one", 3, 1, "Other?", nil), "conflict request.error.answered"},
			{"one answered is removed", l.removed("one", 3, 1), "conflict request.error.answered"},
			{"an older one is reworded", l.reworded("one", 1, 7, "Other?", nil), "conflict problem.conflict"},
			{"an older one is removed", l.removed("one", 1, 7), "conflict problem.conflict"},
			{"reworded to nothing", l.reworded("one", 1, 1, " ", nil), "invalid text: request.error.text"},
			{"a focal point removes", l.removed("mha", 1, 1), "forbidden problem.coordinators_only"},
			{"handed over by a focal point", l.handed("mha", "2021-07-20", ""), "forbidden problem.coordinators_only"},
			{"handed over on no day", l.handed("one", "", ""), "invalid handed_on: request.error.handed_on"},
			{"handed over tomorrow", l.handed("one", "2021-07-21", ""), "invalid handed_on: request.error.future"},
			{"handed over before the period", l.handed("one", "2021-03-31", ""), "invalid handed_on: request.error.before"},
			{"handed over with a long note", l.handed("one", "2021-07-20", strings.Repeat("x", 1001)), "invalid note: problem.too_long"},
		} {
			if got := said(c.err); got != c.want {
				l.t.Errorf("%s: %q, want %q", c.what, got, c.want)
			}
		}
		l.on("2021-08-05")
		l.ok(l.DB.Write(l.t.Context(), func(tx *gorm.DB) error { return CloseDeadline(tx, l.clock, l.Actors["one"], l.request(), 1, true) }))
		if got := said(l.answered("mha", 1, "Two.")); got != "conflict request.error.closed" {
			l.t.Errorf("once it is closed the institution is told %q", got)
		}
		l.ok(l.answered("one", 1, "Two, said by telephone."))
		if v, err := l.sees("bds"); err != nil || v.told() != "3 BDS Sheltered by whom?=By us." {
			l.t.Errorf("the organisation sees %q, %v", v.told(), err)
		}
		if v, err := l.sees("auditor"); err != nil || len(v.Questions) != 4 {
			l.t.Errorf("the auditor sees %d, %v", len(v.Questions), err)
		}
		if _, err := l.sees("use"); said(err) != "missing" {
			l.t.Errorf("a partner is told %v", err)
		}
	})
}

// A new period takes over what the one before left without an answer, once.
func TestANewPeriodTakesOverOpenQuestions(t *testing.T) {
	each(t, func(l *life) {
		l.ok(l.askedBy("one", l.request(), "Answered?\nLeft open?\nWithdrawn?", l.of("mha")))
		l.ok(l.askedBy("one", l.request(), "Left open too?", nil))
		l.ok(l.answered("mha", 1, "Yes."))
		l.ok(l.removed("one", 3, 1))
		add := func(label, from, to string, deadlines ...Deadline) {
			l.t.Helper()
			l.later()
			l.Do(l.t, func(tx *gorm.DB) error {
				_, err := AddPeriod(tx, l.clock, l.Actors["one"], Period{Country: plantest.Country, Label: label, StartsOn: day(from), EndsOn: day(to), Deadlines: deadlines})
				return err
			})
		}
		add("2020-21", "2020-04-01", "2021-03-31", Deadline{Title: "Request", Purpose: Request, DueOn: day("2021-02-28")})
		if n := l.Count(l.t, "SELECT count(*) FROM request_questions WHERE taken_from_id IS NOT NULL"); n != 0 {
			l.t.Errorf("an earlier period took over %d", n)
		}
		add("2022-23", "2022-04-01", "2023-03-31", Deadline{Title: "Request", Purpose: Request, DueOn: day("2023-02-28")}, Deadline{Title: "Another", Purpose: Request, DueOn: day("2023-03-01")})
		var list []RequestQuestion
		l.Read(l.t, func(tx *gorm.DB) error {
			if err := tx.Where("taken_from_id IS NOT NULL").Order("id").Find(&list).Error; err != nil {
				return err
			}
			over, err := TakenOver(tx, plantest.Country)
			if len(over) != 1 {
				l.t.Errorf("taken over by period: %v", over)
			}
			return err
		})
		if len(list) != 2 || list[0].Text != "Left open?" || *list[0].InstitutionID != *l.of("mha") || list[0].Number != 1 || list[1].Text != "Left open too?" || list[1].InstitutionID != nil || list[1].Number != 2 {
			l.t.Fatalf("taken over is %+v", list)
		}
		if n := l.Count(l.t, "SELECT count(*) FROM audit_entries WHERE action = 'data_request.ask' AND object = ?", fmt.Sprint("deadline ", list[0].DeadlineID)); n != 2 {
			l.t.Errorf("the trail has %d of 2", n)
		}
		store := New(l.DB, l.clock)
		for who, want := range map[string]string{"one": "Request 2", "mha": "Request 1", "msd": "", "auditor": ""} {
			open, err := store.OpenRequests(l.t.Context(), l.Actors[who], plantest.Country)
			l.ok(err)
			var words []string
			for _, o := range open {
				words = append(words, fmt.Sprint(o.Title, " ", o.N))
			}
			if got := strings.Join(words, ", "); got != want {
				l.t.Errorf("open for %s is %q, want %q", who, got, want)
			}
		}
		add("2023-24", "2023-04-01", "2024-03-31") // without a data request nothing is taken over
		if n := l.Count(l.t, "SELECT count(*) FROM request_questions WHERE taken_from_id IS NOT NULL"); n != 2 {
			l.t.Errorf("%d are taken over", n)
		}
	})
}

// A form that is sent again has one effect.
func TestQuestionsSentTwiceAreAskedOnce(t *testing.T) {
	each(t, func(l *life) {
		store, actor := New(l.DB, l.clock), l.Actors["one"]
		for range 2 {
			n, err := store.AskQuestions(l.t.Context(), actor, "key-of-a-request-0001", l.request(), QuestionsNew{Text: "One?\nTwo?"})
			if l.ok(err); n != 2 {
				l.t.Errorf("%d were asked", n)
			}
		}
		l.ok(store.RewordQuestion(l.t.Context(), actor, "key-of-a-request-0002", QuestionChange{DeadlineID: l.request(), Number: 1, Version: 1, Text: "One, or more?"}))
		l.ok(store.RemoveQuestion(l.t.Context(), actor, "key-of-a-request-0003", l.request(), 2, 1))
		l.ok(store.AnswerQuestion(l.t.Context(), actor, "key-of-a-request-0004", l.request(), 1, "More."))
		l.ok(store.SubmitRequest(l.t.Context(), actor, "key-of-a-request-0005", l.request(), l.clock.Today(), ""))
		v, err := store.DataRequest(l.t.Context(), actor, plantest.Country, l.request())
		if l.ok(err); v.told() != "1  One, or more?=More.; handed 2021-11-08 1 of 1" {
			l.t.Errorf("it is %q", v.told())
		}
		if _, err := store.DataRequest(l.t.Context(), accounts.Actor{}, plantest.Country, l.request()); said(err) != "missing" {
			l.t.Errorf("nobody is told %v", err)
		}
	})
}
