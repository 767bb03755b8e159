package progress_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

var (
	on          = calendar.MustParse
	coordinator = accounts.Actor{PersonID: 7, Post: "Coordinator", Role: accounts.Coordinator, Institution: "MSC"}
)

// standing is a clock that stands on a day.
func standing(day string) calendar.Clock { return calendar.FixedClock(on(day).Time().Add(9 * 3600e9)) }

// reporting is a reporting deadline of the year 2021-22.
func reporting(title, from, to, due string) progress.Deadline {
	return progress.Deadline{Title: title, Purpose: progress.Reporting, CoversFrom: on(from), CoversTo: on(to), DueOn: on(due)}
}

func halves() []progress.Deadline {
	return []progress.Deadline{reporting("First half", "2021-04-01", "2021-09-30", "2021-10-15"), reporting("Second half", "2021-10-01", "2022-03-31", "2022-04-15"),
		{Title: "Dialogue", Purpose: progress.Dialogue, DueOn: on("2021-11-18")}}
}

func year(label, from, to string, deadlines ...progress.Deadline) progress.Period {
	return progress.Period{Country: "LS", Label: label, StartsOn: on(from), EndsOn: on(to), Answers: "TIP 2021", JudgedBy: "TIP 2022", Deadlines: deadlines}
}

// said is what a refusal says: its key, or its fields with theirs.
func said(err error) string {
	if err == nil {
		return ""
	}
	var p *problem.Error
	if !errors.As(err, &p) {
		return err.Error()
	}
	if len(p.Fields) == 0 {
		return p.Key
	}
	var list []string
	for _, f := range p.FieldNames() {
		list = append(list, f+" "+p.Fields[f].Key)
	}
	return strings.Join(list, ", ")
}

// write runs one step and gives what it says.
func write(t *testing.T, d *db.DB, f func(tx *gorm.DB) error) string {
	t.Helper()
	return said(d.Write(t.Context(), f))
}

// planned adds the year 2021-22 with its halves and gives it back.
func planned(t *testing.T, d *db.DB) (p progress.Period) {
	t.Helper()
	if refused := write(t, d, func(tx *gorm.DB) (err error) {
		p, err = progress.AddPeriod(tx, standing("2021-04-01"), coordinator, year("2021-22", "2021-04-01", "2022-03-31", halves()...))
		return err
	}); refused != "" {
		t.Fatal(refused)
	}
	return p
}

// stored reads a deadline as it stands.
func stored(t *testing.T, d *db.DB, id int64) (out progress.Deadline) {
	t.Helper()
	ps, err := progress.New(d, standing("2021-11-08")).Periods(t.Context(), "LS")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		for _, one := range p.Deadlines {
			if one.ID == id {
				out = one
			}
		}
	}
	return out
}

func entries(t *testing.T, d *db.DB) (list []string) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT action FROM audit_entries ORDER BY seq").Scan(&list).Error
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAnUpdateBelongsToTheDeadlineWhoseRangeHoldsItsDay(t *testing.T) {
	s := progress.Schedule(halves())
	s = append(s, progress.Deadline{Title: "Interim", Purpose: progress.Interim, CoversFrom: on("2021-04-01"), CoversTo: on("2021-09-30"), DueOn: on("2021-09-30")})
	for _, c := range []struct {
		asOf, submitted string
		title           string
		late            bool
	}{
		{"2021-03-31", "2022-01-01", "", false},
		{"2021-04-01", "2021-10-15", "First half", false},
		{"2021-09-30", "2021-10-15", "First half", false},
		{"2021-09-30", "2021-10-16", "First half", true},
		{"2021-10-01", "2021-10-16", "Second half", false},
		{"2022-03-31", "2022-04-16", "Second half", true},
		{"2022-03-31", "", "Second half", false},
		{"2022-04-01", "2022-05-01", "", false},
	} {
		submitted, err := calendar.Parse(c.submitted)
		if err != nil {
			t.Fatal(err)
		}
		if d, _ := s.For(on(c.asOf)); d.Title != c.title {
			t.Errorf("%s belongs to %q, want %q", c.asOf, d.Title, c.title)
		}
		if late := s.Late(on(c.asOf), submitted); late != c.late {
			t.Errorf("as of %s, submitted on %q: late %t", c.asOf, c.submitted, late)
		}
	}
}

func TestSilenceIsCountedAgainstTheReportingDeadlineThatPassedLast(t *testing.T) {
	s := progress.Schedule(halves())
	for _, c := range []struct{ day, last, next string }{
		{"2021-10-15", "", "First half"},
		{"2021-10-16", "First half", "Second half"},
		{"2021-12-01", "First half", "Second half"},
		{"2022-04-15", "First half", "Second half"},
		{"2022-04-16", "Second half", ""},
	} {
		last, hasLast := s.LastDue(on(c.day))
		next, hasNext := s.Next(on(c.day))
		if last.Title != c.last || hasLast != (c.last != "") || next.Title != c.next || hasNext != (c.next != "") {
			t.Errorf("on %s the last is %q and the next %q", c.day, last.Title, next.Title)
		}
	}
	if _, ok := (progress.Schedule{}).LastDue(on("2022-01-01")); ok {
		t.Error("an empty schedule has a deadline that passed")
	}
}

func TestThePeriodThatComesNextIsSuggested(t *testing.T) {
	for _, c := range []struct {
		name  string
		there []progress.Period
		day   string
		label string
		span  string
		asked string
	}{
		{"after the last one", []progress.Period{year("2021-22", "2021-04-01", "2022-03-31")}, "2021-11-08", "2022-23", "2022-04-01 2023-03-31", "TIP 2022 TIP 2023"},
		{"the first one, in spring", nil, "2021-04-01", "2021-22", "2021-04-01 2022-03-31", "TIP 2021 TIP 2022"},
		{"the first one, in winter", nil, "2021-03-31", "2020-21", "2020-04-01 2021-03-31", "TIP 2020 TIP 2021"},
		{"of another mechanism", []progress.Period{{EndsOn: on("2021-12-31"), JudgedBy: "GRETA 2022"}}, "2021-11-08", "2022", "2022-01-01 2022-12-31", "GRETA 2022 GRETA 2023"},
	} {
		p := progress.Suggest(c.there, on(c.day))
		if p.Label != c.label || p.StartsOn.String()+" "+p.EndsOn.String() != c.span || p.Answers+" "+p.JudgedBy != c.asked {
			t.Errorf("%s: suggested %s from %s to %s, %s, %s", c.name, p.Label, p.StartsOn, p.EndsOn, p.Answers, p.JudgedBy)
		}
	}
	var days []string
	for _, d := range progress.Suggest(nil, on("2021-06-01")).Deadlines {
		days = append(days, string(d.Purpose)+" "+d.CoversFrom.String()+" "+d.CoversTo.String()+" "+d.DueOn.String())
	}
	want := []string{"reporting 2021-04-01 2021-06-30 2021-07-15", "reporting 2021-07-01 2021-09-30 2021-10-15", "reporting 2021-10-01 2021-12-31 2022-01-15",
		"reporting 2022-01-01 2022-03-31 2022-04-15", "interim 2021-04-01 2021-09-30 2021-09-30", "request 2021-04-01 2022-02-28 2022-02-28", "end 2021-04-01 2022-03-31 2022-03-31"}
	if !slices.Equal(days, want) {
		t.Errorf("suggested deadlines %q", days)
	}
}

func TestWhatIsWrongWithAPeriodIsSaidOfItsField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		planned(t, d)
		for _, c := range []struct {
			name   string
			period progress.Period
			want   string
		}{
			{"the same name", year("2021-22", "2022-04-01", "2023-03-31"), "label period.error.same_label"},
			{"no name", year(" ", "2022-04-01", "2023-03-31"), "label period.error.label"},
			{"one day shared", year("2022-23", "2022-03-31", "2023-03-31"), "starts_on period.error.overlap"},
			{"the other within", year("2020-23", "2020-04-01", "2023-03-31"), "starts_on period.error.overlap"},
			{"the end first", year("2022-23", "2022-04-01", "2022-04-01"), "ends_on period.error.order"},
			{"no days", progress.Period{Country: "LS", Label: "2022-23"}, "ends_on period.error.order, starts_on period.error.date"},
			{"no edition", progress.Period{Country: "LS", Label: "2022-23", StartsOn: on("2022-04-01"), EndsOn: on("2023-03-31"), Answers: "2022", JudgedBy: "TIP 2023/1"},
				"answers period.error.edition, judged_by period.error.edition"},
			{"judged before asked", progress.Period{Country: "LS", Label: "2022-23", StartsOn: on("2022-04-01"), EndsOn: on("2023-03-31"), Answers: "TIP 2022", JudgedBy: "tip 2022"},
				"judged_by period.error.judged_by"},
			{"deadlines that overlap", year("2022-23", "2022-04-01", "2023-03-31", reporting("One", "2022-04-01", "2022-06-30", "2022-07-15"), reporting("Two", "2022-06-30", "2022-09-30", "2022-10-15")),
				"deadlines.1.covers_from deadline.error.overlap"},
			{"a deadline of another year", year("2022-23", "2022-04-01", "2023-03-31", reporting("One", "2021-04-01", "2021-06-30", "2022-07-15")),
				"deadlines.0.covers_from deadline.error.from, deadlines.0.covers_to deadline.error.to"},
		} {
			got := write(t, d, func(tx *gorm.DB) error {
				_, err := progress.AddPeriod(tx, standing("2021-11-08"), coordinator, c.period)
				return err
			})
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if refused := write(t, d, func(tx *gorm.DB) error {
			_, err := progress.AddPeriod(tx, standing("2021-11-08"), coordinator, year("2022-23", "2022-04-01", "2023-03-31", reporting("First half", "2022-04-01", "2022-09-30", "2022-10-15")))
			return err
		}); refused != "" {
			t.Errorf("the year that follows is refused: %s", refused)
		}
	})
}

func TestWhatIsWrongWithADeadlineIsSaidOfItsField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := planned(t, d)
		for _, c := range []struct {
			name     string
			deadline progress.Deadline
			want     string
		}{
			{"nothing typed", progress.Deadline{}, "due_on deadline.error.due, purpose deadline.error.purpose, title deadline.error.title"},
			{"an unknown purpose", progress.Deadline{Title: "X", Purpose: "party", DueOn: on("2021-09-30")}, "purpose deadline.error.purpose"},
			{"a title there already", progress.Deadline{Title: " Dialogue ", Purpose: progress.Dialogue, DueOn: on("2022-01-18")}, "title deadline.error.same_title"},
			{"reporting without days", progress.Deadline{Title: "X", Purpose: progress.Reporting, DueOn: on("2021-09-30")},
				"covers_from deadline.error.from, covers_to deadline.error.to"},
			{"reporting on days taken", reporting("X", "2021-07-01", "2021-07-31", "2021-08-15"), "covers_from deadline.error.overlap"},
			{"due before its range ends", reporting("X", "2021-07-01", "2021-07-31", "2021-07-30"), "covers_from deadline.error.overlap, due_on deadline.error.due_before_end"},
			{"a range half said", progress.Deadline{Title: "X", Purpose: progress.Interim, CoversFrom: on("2021-04-01"), DueOn: on("2021-09-30")}, "covers_to deadline.error.to"},
			{"a long title", progress.Deadline{Title: strings.Repeat("ö", 201), Purpose: progress.End, DueOn: on("2021-09-30")}, "title problem.too_long"},
			{"another purpose on days taken", progress.Deadline{Title: "Cut-off", Purpose: progress.Interim, CoversFrom: on("2021-04-01"), CoversTo: on("2021-09-30"), DueOn: on("2021-09-30")}, ""},
		} {
			got := write(t, d, func(tx *gorm.DB) error {
				_, err := progress.AddDeadline(tx, standing("2021-11-08"), coordinator, p.ID, c.deadline)
				return err
			})
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if got := write(t, d, func(tx *gorm.DB) error {
			_, err := progress.AddDeadline(tx, standing("2021-11-08"), coordinator, p.ID+9, progress.Deadline{Title: "X"})
			return err
		}); got != "problem.not_found" {
			t.Errorf("a deadline of no period: %q", got)
		}
	})
}

// Of deadlines added at once over the same days, one stands.
func TestDeadlinesAddedAtOnceDoNotOverlap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var p progress.Period
		if refused := write(t, d, func(tx *gorm.DB) (err error) {
			p, err = progress.AddPeriod(tx, standing("2021-04-01"), coordinator, year("2021-22", "2021-04-01", "2022-03-31"))
			return err
		}); refused != "" {
			t.Fatal(refused)
		}
		var all sync.WaitGroup
		answers := make([]string, 8)
		for i := range answers {
			all.Go(func() {
				answers[i] = said(d.Write(t.Context(), func(tx *gorm.DB) error {
					_, err := progress.AddDeadline(tx, standing("2021-11-08"), coordinator, p.ID, reporting("Quarter "+string(rune('a'+i)), "2021-04-01", "2021-06-30", "2021-07-15"))
					return err
				}))
			})
		}
		all.Wait()
		slices.Sort(answers)
		if answers[0] != "" || answers[1] != "covers_from deadline.error.overlap" || answers[7] != answers[1] {
			t.Errorf("eight at once: %q", answers)
		}
	})
}

func TestADeadlineIsClosedAfterItsDueDayAndOpenedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := planned(t, d).Deadlines[0]
		step := func(clock calendar.Clock, actor accounts.Actor, version int64, closed bool) string {
			return write(t, d, func(tx *gorm.DB) error { return progress.CloseDeadline(tx, clock, actor, first.ID, version, closed) })
		}
		focal, auditor := accounts.Actor{PersonID: 8, Role: accounts.FocalPoint}, accounts.Actor{PersonID: 9, Role: accounts.Auditor}
		for _, c := range []struct {
			name    string
			day     string
			actor   accounts.Actor
			version int64
			closed  bool
			want    string
		}{
			{"by a focal point", "2021-11-08", focal, 1, true, "problem.coordinators_only"},
			{"by an auditor", "2021-11-08", auditor, 1, true, "problem.coordinators_only"},
			{"on its due day", "2021-10-15", coordinator, 1, true, "deadline.error.not_due"},
			{"from an old form", "2021-10-16", coordinator, 0, true, "problem.conflict"},
			{"opened while it is open", "2021-10-16", coordinator, 1, false, "problem.conflict"},
			{"the day after", "2021-10-16", coordinator, 1, true, ""},
			{"twice", "2021-10-16", coordinator, 2, true, "problem.conflict"},
			{"opened from an old form", "2021-10-17", coordinator, 1, false, "problem.conflict"},
		} {
			if got := step(standing(c.day), c.actor, c.version, c.closed); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if s := stored(t, d, first.ID); s.Open() || *s.ClosedByID != coordinator.PersonID || !s.ClosedAt.Equal(standing("2021-10-16").Now()) {
			t.Errorf("closed: %+v", s)
		}
		if got := step(standing("2021-10-17"), coordinator, 2, false); got != "" {
			t.Errorf("opened again: %q", got)
		}
		if s := stored(t, d, first.ID); !s.Open() || s.ClosedByID != nil || s.Version != 3 {
			t.Errorf("opened again: %+v", s)
		}
		if list := entries(t, d); !slices.Equal(list[len(list)-2:], []string{"deadline.closed", "deadline.open"}) {
			t.Errorf("the trail says %q", list)
		}
	})
}

func TestADeadlineIsChangedUnlessItIsClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := planned(t, d).Deadlines[0]
		same := progress.DeadlineChange{Title: first.Title, CoversFrom: first.CoversFrom, CoversTo: first.CoversTo, DueOn: first.DueOn}
		change := func(actor accounts.Actor, version int64, f func(c *progress.DeadlineChange)) string {
			in := same
			f(&in)
			return write(t, d, func(tx *gorm.DB) error {
				return progress.ChangeDeadline(tx, standing("2021-11-08"), actor, first.ID, version, in)
			})
		}
		for _, c := range []struct {
			name    string
			version int64
			change  func(c *progress.DeadlineChange)
			want    string
		}{
			{"an old form", 4, func(*progress.DeadlineChange) {}, "problem.conflict"},
			{"no title", 1, func(c *progress.DeadlineChange) { c.Title = "" }, "title deadline.error.title"},
			{"the title of another", 1, func(c *progress.DeadlineChange) { c.Title = "Dialogue" }, "title deadline.error.same_title"},
			{"into the next range", 1, func(c *progress.DeadlineChange) { c.CoversTo = on("2021-10-01") }, "covers_from deadline.error.overlap"},
			{"due too early", 1, func(c *progress.DeadlineChange) { c.DueOn = on("2021-09-29") }, "due_on deadline.error.due_before_end"},
			{"moved", 1, func(c *progress.DeadlineChange) {
				c.Title, c.DueOn, c.Note = "Half one", on("2021-10-20"), "Moved by a week"
			}, ""},
		} {
			if got := change(coordinator, c.version, c.change); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if got := change(accounts.Actor{PersonID: 8, Role: accounts.FocalPoint}, 2, func(*progress.DeadlineChange) {}); got != "problem.coordinators_only" {
			t.Errorf("a focal point changes a deadline: %q", got)
		}
		if s := stored(t, d, first.ID); s.Title != "Half one" || s.DueOn != on("2021-10-20") || s.Note != "Moved by a week" || s.Version != 2 || s.Purpose != progress.Reporting {
			t.Errorf("changed: %+v", s)
		}
		same.DueOn = on("2021-10-20")
		if got := write(t, d, func(tx *gorm.DB) error {
			return progress.CloseDeadline(tx, standing("2021-11-08"), coordinator, first.ID, 2, true)
		}); got != "" {
			t.Fatal(got)
		}
		if got := change(coordinator, 3, func(c *progress.DeadlineChange) { c.DueOn = on("2021-12-01") }); got != "due_on deadline.error.closed" {
			t.Errorf("a closed deadline is moved: %q", got)
		}
		if got := change(coordinator, 3, func(c *progress.DeadlineChange) { c.Note = "Closed as agreed" }); got != "" {
			t.Errorf("the note of a closed deadline: %q", got)
		}
	})
}

func TestThePeriodsEditionsAreChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := planned(t, d)
		change := func(actor accounts.Actor, version int64, answers, judgedBy string) string {
			return write(t, d, func(tx *gorm.DB) error {
				return progress.ChangePeriod(tx, standing("2021-11-08"), actor, p.ID, version, answers, judgedBy)
			})
		}
		for _, c := range []struct {
			actor             accounts.Actor
			version           int64
			answers, judgedBy string
			want              string
		}{
			{accounts.Actor{PersonID: 8, Role: accounts.FocalPoint}, 1, "TIP 2021", "", "problem.coordinators_only"},
			{coordinator, 7, "TIP 2021", "", "problem.conflict"},
			{coordinator, 1, "the last one", "", "answers period.error.edition"},
			{coordinator, 1, "TIP 2023", "TIP 2022", "judged_by period.error.judged_by"},
			{coordinator, 1, " tip  2020", "", ""},
			{coordinator, 2, "TIP 2021", "GRETA 2021", ""},
		} {
			if got := change(c.actor, c.version, c.answers, c.judgedBy); got != c.want {
				t.Errorf("%q, %q: %q, want %q", c.answers, c.judgedBy, got, c.want)
			}
		}
		ps, err := progress.New(d, standing("2021-11-08")).Periods(t.Context(), "LS")
		if err != nil || len(ps) != 1 || ps[0].Answers != "TIP 2021" || ps[0].JudgedBy != "GRETA 2021" || ps[0].Version != 3 {
			t.Errorf("%+v, %v", ps, err)
		}
		if ps, err := progress.New(d, standing("2021-11-08")).Periods(t.Context(), "BW"); err != nil || len(ps) != 0 {
			t.Errorf("another country has %d periods (%v)", len(ps), err)
		}
	})
}

// Every change of the calendar has its entry, the note apart from the chain,
// and the chain holds.
func TestTheCalendarsChangesAreInTheTrail(t *testing.T) {
	d := dbtest.SQLite(t)
	p := planned(t, d)
	if list := entries(t, d); !slices.Equal(list, []string{"period.add", "deadline.add", "deadline.add", "deadline.add"}) {
		t.Errorf("the trail says %q", list)
	}
	store := progress.New(d, standing("2021-11-08"))
	in := progress.DeadlineChange{Title: "Half one", CoversFrom: on("2021-04-01"), CoversTo: on("2021-09-30"), DueOn: on("2021-10-15"), Note: "Agreed in the committee"}
	for range 2 { // a repeated post has one effect
		if err := store.ChangeDeadline(t.Context(), coordinator, "0123456789abcdef", p.Deadlines[0].ID, 1, in); err != nil {
			t.Fatal(err)
		}
	}
	if list := entries(t, d); len(list) != 5 || list[4] != "deadline.change" {
		t.Errorf("the trail says %q", list)
	}
	var details []string
	if err := d.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT details FROM audit_entries WHERE action = 'deadline.change'").Scan(&details).Error
	}); err != nil || !strings.Contains(details[0], "Half one") || strings.Contains(details[0], "committee") {
		t.Errorf("the entry says %q (%v)", details, err)
	}
	if v, err := audit.Verify(t.Context(), d); err != nil || !v.OK() {
		t.Errorf("the trail does not hold: %+v, %v", v, err)
	}
}
