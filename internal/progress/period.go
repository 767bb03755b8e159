package progress

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// Period is a year of reporting, 1 April to 31 March for the TIP Report
// (22 U.S.C. 7107(b)(1)). It answers one edition and is judged by the next.
type Period struct {
	ID        int64 `gorm:"primaryKey"`
	Country   string
	Label     string // such as 2021-22
	StartsOn  calendar.Date
	EndsOn    calendar.Date
	Answers   string // reference of the edition that it answers, such as "TIP 2021"
	JudgedBy  string // reference of the edition that judges it
	Version   int64
	Deadlines []Deadline `gorm:"-"`
}

// Holds says whether a day lies in the period.
func (p Period) Holds(day calendar.Date) bool {
	return !day.Before(p.StartsOn) && !day.After(p.EndsOn)
}

// Periods reads the country's periods, newest first, with their deadlines.
func Periods(tx *gorm.DB, country string) ([]Period, error) {
	ps, err := periods(tx, "country = ?", country)
	if err != nil {
		return nil, err
	}
	schedule, err := LoadSchedule(tx, country)
	for i := range ps {
		for _, d := range schedule {
			if d.PeriodID == ps[i].ID {
				ps[i].Deadlines = append(ps[i].Deadlines, d)
			}
		}
	}
	return ps, err
}

// Begun reads the country's periods that have begun by a day, the newest first,
// without their deadlines.
func Begun(tx *gorm.DB, country string, day calendar.Date) ([]Period, error) {
	return periods(tx, "country = ? AND starts_on <= ?", country, day)
}

// periods reads those that a condition chooses, the newest first, by a column
// each.
func periods(tx *gorm.DB, where string, args ...any) (list []Period, err error) {
	err = db.Each(tx.Raw("SELECT id, country, label, starts_on, ends_on, answers, judged_by, version FROM periods WHERE "+where+" ORDER BY starts_on DESC", args...), func(rows *sql.Rows) error {
		var p Period
		err := rows.Scan(&p.ID, &p.Country, &p.Label, &p.StartsOn, &p.EndsOn, &p.Answers, &p.JudgedBy, &p.Version)
		list = append(list, p)
		return err
	})
	return list, err
}

// PeriodOn picks the period that holds a day.
func PeriodOn(ps []Period, day calendar.Date) (Period, bool) {
	for _, p := range ps {
		if p.Holds(day) {
			return p, true
		}
	}
	return Period{}, false
}

// reportingDays is how many days after a quarter's end its suggested
// reporting deadline is due.
const reportingDays = 15

// Suggest proposes the period that follows those there, or the one that holds
// the day when there is none: a year from 1 April on, with a reporting
// deadline for each quarter, the interim cut-off at the half, the embassy's
// request at the end of the eleventh month, and the period's last day. The
// titles of the deadlines are left to whoever shows them.
func Suggest(there []Period, day calendar.Date) Period {
	from, mechanism := YearOn(nil, day).From, "TIP"
	if len(there) > 0 {
		from = there[0].EndsOn.AddDays(1)
		if ref, err := recommendations.ParseRef(there[0].JudgedBy); err == nil {
			mechanism = ref.Mechanism
		}
	}
	month := func(n int) calendar.Date { return calendar.Of(from.Year(), from.Month()+time.Month(n), from.Day()) }
	last := func(n int) calendar.Date { return month(n).AddDays(-1) }
	p := Period{StartsOn: from, EndsOn: last(12), Label: label(from, last(12)),
		Answers: recommendations.EditionRef(mechanism, from.Year()), JudgedBy: recommendations.EditionRef(mechanism, from.Year()+1)}
	for n := 0; n < 12; n += 3 {
		p.Deadlines = append(p.Deadlines, Deadline{Purpose: Reporting, CoversFrom: month(n), CoversTo: last(n + 3), DueOn: last(n + 3).AddDays(reportingDays)})
	}
	p.Deadlines = append(p.Deadlines,
		Deadline{Purpose: Interim, CoversFrom: from, CoversTo: last(6), DueOn: last(6)},
		Deadline{Purpose: Request, CoversFrom: from, CoversTo: last(11), DueOn: last(11)},
		Deadline{Purpose: End, CoversFrom: from, CoversTo: p.EndsOn, DueOn: p.EndsOn})
	return p
}

// Year is a reporting year, whether or not a period was set up for it: figures
// of earlier years are told by years that nobody reported on here.
type Year struct {
	From, To calendar.Date
	Label    string // such as 2021-22
}

// Holds says whether a day lies in the year.
func (y Year) Holds(day calendar.Date) bool { return !day.Before(y.From) && !day.After(y.To) }

// YearOn is the year that holds a day: the period's, where there is one, else
// the twelve months from 1 April (22 U.S.C. 7107(b)(1)).
func YearOn(periods []Period, day calendar.Date) Year {
	if p, ok := PeriodOn(periods, day); ok {
		return Year{p.StartsOn, p.EndsOn, p.Label}
	}
	from := calendar.Of(day.Year(), 4, 1)
	if day.Before(from) {
		from = calendar.Of(day.Year()-1, 4, 1)
	}
	to := calendar.Of(from.Year()+1, 4, 1).AddDays(-1)
	return Year{from, to, label(from, to)}
}

// label names a period by its years: 2021-22, or 2021 within one year.
func label(from, to calendar.Date) string {
	if from.Year() == to.Year() {
		return strconv.Itoa(from.Year())
	}
	return strconv.Itoa(from.Year()) + "-" + strconv.Itoa(to.Year())[2:]
}

// AddPeriod makes a period with its deadlines. Coordinators only. Periods of
// a country must not overlap, and neither must the ranges of its reporting
// deadlines. What is wrong with the deadline of index 2 is told of the fields
// "deadlines.2.title" and so on. What the data requests of the period before
// left without an answer is asked again in the first data request of this one.
func AddPeriod(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, p Period) (Period, error) {
	if !actor.CanChangePlan() {
		return p, problem.Denied("problem.coordinators_only")
	}
	there, err := Periods(tx, p.Country)
	if err != nil {
		return p, err
	}
	var c problem.Check
	p.Label = strings.TrimSpace(p.Label)
	p.Answers, p.JudgedBy = editions(&c, p.Answers, p.JudgedBy)
	p.check(&c, there)
	for i := range p.Deadlines {
		p.Deadlines[i].tidy()
		p.Deadlines[i].check(&c, p, p.Deadlines[:i], "deadlines."+strconv.Itoa(i)+".")
	}
	if err := c.Err(); err != nil {
		return p, err
	}
	p.Version = 1
	if err := tx.Create(&p).Error; err != nil {
		return p, db.Taken(err, "label", "period.error.same_label")
	}
	for i := range p.Deadlines {
		if p.Deadlines[i], err = insert(tx, p, p.Deadlines[i]); err != nil {
			return p, err
		}
	}
	err = audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "period.add", Object: p.object(), Changes: []audit.Change{
		{Field: "starts_on", New: p.StartsOn.String()}, {Field: "ends_on", New: p.EndsOn.String()}, {Field: "answers", New: p.Answers}, {Field: "judged_by", New: p.JudgedBy}}})
	for i := 0; err == nil && i < len(p.Deadlines); i++ {
		err = added(tx, clock, actor, p, p.Deadlines[i])
	}
	if err != nil {
		return p, err
	}
	return p, p.takeOver(tx, clock, actor, there)
}

// check notes what is wrong with a new period beside those there.
func (p Period) check(c *problem.Check, there []Period) {
	c.Require(p.Label != "" && utf8.RuneCountInString(p.Label) <= 40, "label", "period.error.label")
	c.Require(!p.StartsOn.IsZero(), "starts_on", "period.error.date")
	c.Require(p.EndsOn.After(p.StartsOn), "ends_on", "period.error.order")
	for _, other := range there {
		c.Require(p.Label != other.Label, "label", "period.error.same_label")
		c.Require(p.StartsOn.After(other.EndsOn) || p.EndsOn.Before(other.StartsOn), "starts_on", "period.error.overlap", "label", other.Label)
	}
}

// editions brings the references of the edition that a period answers and of
// the one that judges it to their usual form. Either may be empty, and need
// not be released yet; of one mechanism, the judging one is later.
func editions(c *problem.Check, answers, judgedBy string) (string, string) {
	read := func(field, text string) recommendations.Ref {
		if strings.TrimSpace(text) == "" {
			return recommendations.Ref{}
		}
		ref, err := recommendations.ParseRef(text)
		c.Require(err == nil && ref == ref.Edition(), field, "period.error.edition")
		return ref
	}
	a, j := read("answers", answers), read("judged_by", judgedBy)
	c.Require(a.Year == 0 || a.Mechanism != j.Mechanism || j.Year > a.Year, "judged_by", "period.error.judged_by")
	text := func(r recommendations.Ref) string {
		if r.Year == 0 {
			return ""
		}
		return r.String()
	}
	return text(a), text(j)
}

// ChangePeriod says anew which edition a period answers and which judges it.
// Coordinators only.
func ChangePeriod(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, answers, judgedBy string) error {
	if !actor.CanChangePlan() {
		return problem.Denied("problem.coordinators_only")
	}
	var p Period
	if err := tx.Where("id = ?", id).Take(&p).Error; err != nil {
		return missing(err)
	}
	var c problem.Check
	answers, judgedBy = editions(&c, answers, judgedBy)
	if err := c.Err(); err != nil {
		return err
	}
	done := tx.Model(&Period{}).Where("id = ? AND version = ?", id, version).
		Updates(map[string]any{"answers": answers, "judged_by": judgedBy, "version": version + 1})
	if err := db.Changed(done); err != nil {
		return err
	}
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "period.change", Object: p.object(), Changes: []audit.Change{
		{Field: "answers", Old: p.Answers, New: answers}, {Field: "judged_by", Old: p.JudgedBy, New: judgedBy}}})
}

// object names a period in the audit trail.
func (p Period) object() string { return "period " + p.Label }

// Periods reads the country's periods for a page.
func (s *Store) Periods(ctx context.Context, country string) (ps []Period, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		ps, err = Periods(tx, country)
		return err
	})
	return ps, err
}

// AddPeriod makes a period with its deadlines.
func (s *Store) AddPeriod(ctx context.Context, actor accounts.Actor, key string, p Period) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		p, err := AddPeriod(tx, s.clock, actor, p)
		return p.ID, err
	})
	return err
}

// ChangePeriod says anew which edition a period answers and which judges it.
func (s *Store) ChangePeriod(ctx context.Context, actor accounts.Actor, key string, id, version int64, answers, judgedBy string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, ChangePeriod(tx, s.clock, actor, id, version, answers, judgedBy)
	})
	return err
}
