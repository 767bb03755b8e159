package progress

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
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

// Purpose says what a deadline is for.
type Purpose string

// The purposes. Only reporting deadlines make an update late.
const (
	Reporting Purpose = "reporting" // the ministries' own; ranges do not overlap
	Interim   Purpose = "interim"   // interim cut-off or assessment
	Request   Purpose = "request"   // the embassy's data request
	Dialogue  Purpose = "dialogue"  // a meeting with partners
	End       Purpose = "end"       // the period's last day
)

// Purposes lists the purposes of deadlines.
var Purposes = []Purpose{Reporting, Interim, Request, Dialogue, End}

// Deadline is a day on which something is due. A reporting deadline covers a
// range of days; an update belongs to the one whose range holds its as_of.
type Deadline struct {
	ID         int64 `gorm:"primaryKey"`
	PeriodID   int64
	Title      string
	Purpose    Purpose
	CoversFrom calendar.Date
	CoversTo   calendar.Date
	DueOn      calendar.Date
	Note       string
	ClosedAt   *time.Time // once closed, entries come only through a coordinator
	ClosedByID *int64
	Version    int64
}

// Open says whether the institutions themselves may still submit.
func (d Deadline) Open() bool { return d.ClosedAt == nil }

// Covers says whether a reporting deadline's range holds the day.
func (d Deadline) Covers(day calendar.Date) bool {
	return d.Purpose == Reporting && !day.Before(d.CoversFrom) && !day.After(d.CoversTo)
}

// Passed says whether the due date lies before the day.
func (d Deadline) Passed(day calendar.Date) bool { return d.DueOn.Before(day) }

// Schedule is the country's deadlines, by due date.
type Schedule []Deadline

// For is the reporting deadline that an update as of a day belongs to.
func (s Schedule) For(asOf calendar.Date) (Deadline, bool) {
	for _, d := range s {
		if d.Covers(asOf) {
			return d, true
		}
	}
	return Deadline{}, false
}

// Late says whether an update as of a day, first submitted on another, came
// after the due date of its deadline: whenever it is approved.
func (s Schedule) Late(asOf, firstSubmittedOn calendar.Date) bool {
	d, ok := s.For(asOf)
	return ok && !firstSubmittedOn.IsZero() && firstSubmittedOn.After(d.DueOn)
}

// LastDue is the reporting deadline whose due date passed last before the
// day: silence is counted against it.
func (s Schedule) LastDue(day calendar.Date) (Deadline, bool) {
	var last Deadline
	found := false
	for _, d := range s {
		if d.Purpose == Reporting && d.Passed(day) && (!found || d.DueOn.After(last.DueOn)) {
			last, found = d, true
		}
	}
	return last, found
}

// Next is the reporting deadline that comes next, on the day itself included.
func (s Schedule) Next(day calendar.Date) (Deadline, bool) {
	for _, d := range s {
		if d.Purpose == Reporting && !d.Passed(day) {
			return d, true
		}
	}
	return Deadline{}, false
}

// LoadSchedule reads the country's deadlines, by due date.
func LoadSchedule(tx *gorm.DB, country string) (Schedule, error) {
	var s Schedule
	err := tx.Raw(`SELECT d.* FROM deadlines d JOIN periods p ON p.id = d.period_id WHERE p.country = ?
		ORDER BY d.due_on, d.id`, country).Scan(&s).Error
	return s, err
}

// Periods reads the country's periods, newest first, with their deadlines.
func Periods(tx *gorm.DB, country string) ([]Period, error) {
	var ps []Period
	if err := tx.Where("country = ?", country).Order("starts_on DESC").Find(&ps).Error; err != nil {
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

// PeriodOn picks the period that holds a day.
func PeriodOn(ps []Period, day calendar.Date) (Period, bool) {
	for _, p := range ps {
		if !day.Before(p.StartsOn) && !day.After(p.EndsOn) {
			return p, true
		}
	}
	return Period{}, false
}

// AddPeriod makes a period with its deadlines. Coordinators only. Periods of
// a country must not overlap, and neither must the ranges of its reporting
// deadlines.
func AddPeriod(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, p Period) (Period, error) {
	if !actor.CanChangePlan() {
		return p, problem.Denied("problem.coordinators_only")
	}
	var c problem.Check
	c.Require(p.Label != "", "label", "period.error.label")
	c.Require(!p.StartsOn.IsZero(), "starts_on", "period.error.date")
	c.Require(p.EndsOn.After(p.StartsOn), "ends_on", "period.error.order")
	if err := c.Err(); err != nil {
		return p, err
	}
	var clash int64
	err := tx.Raw("SELECT count(*) FROM periods WHERE country = ? AND (label = ? OR starts_on <= ? AND ends_on >= ?)",
		p.Country, p.Label, p.EndsOn, p.StartsOn).Scan(&clash).Error
	if err != nil {
		return p, err
	}
	c.Require(clash == 0, "starts_on", "period.error.overlap")
	if err := c.Err(); err != nil {
		return p, err
	}
	p.Version = 1
	if err := tx.Create(&p).Error; err != nil {
		return p, err
	}
	for i := range p.Deadlines {
		p.Deadlines[i].PeriodID = p.ID
		if p.Deadlines[i], err = addDeadline(tx, p, p.Deadlines[i]); err != nil {
			return p, err
		}
	}
	return p, audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "period.add", Object: "period " + p.Label,
		Changes: []audit.Change{{Field: "starts_on", New: p.StartsOn.String()}, {Field: "ends_on", New: p.EndsOn.String()}}})
}

// AddDeadline adds a deadline to a period. Coordinators only.
func AddDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, periodID int64, d Deadline) (Deadline, error) {
	if !actor.CanChangePlan() {
		return d, problem.Denied("problem.coordinators_only")
	}
	var p Period
	if err := tx.Where("id = ?", periodID).Take(&p).Error; err != nil {
		return d, missing(err)
	}
	d.PeriodID = p.ID
	d, err := addDeadline(tx, p, d)
	if err != nil {
		return d, err
	}
	return d, audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "deadline.add", Object: "period " + p.Label,
		Changes: []audit.Change{{Field: "title", New: d.Title}, {Field: "purpose", New: string(d.Purpose)}, {Field: "due_on", New: d.DueOn.String()}}})
}

func addDeadline(tx *gorm.DB, p Period, d Deadline) (Deadline, error) {
	var c problem.Check
	c.Require(d.Title != "", "title", "deadline.error.title")
	c.Require(!d.DueOn.IsZero(), "due_on", "deadline.error.due")
	if d.Purpose == Reporting {
		c.Require(!d.CoversFrom.IsZero() && !d.CoversFrom.Before(p.StartsOn), "covers_from", "deadline.error.range")
		c.Require(!d.CoversTo.Before(d.CoversFrom) && !d.CoversTo.After(p.EndsOn), "covers_to", "deadline.error.range")
	}
	if err := c.Err(); err != nil {
		return d, err
	}
	var clash int64
	err := tx.Raw(`SELECT count(*) FROM deadlines WHERE period_id = ? AND (title = ?
		OR purpose = 'reporting' AND ? = 'reporting' AND covers_from <= ? AND covers_to >= ?)`,
		p.ID, d.Title, string(d.Purpose), d.CoversTo.String(), d.CoversFrom.String()).Scan(&clash).Error
	if err != nil {
		return d, err
	}
	c.Require(clash == 0, "covers_from", "deadline.error.overlap")
	if err := c.Err(); err != nil {
		return d, err
	}
	d.Version = 1
	return d, tx.Create(&d).Error
}

// CloseDeadline ends the institutions' own entries for a deadline, or opens
// it again when closed is false. Coordinators only; a reporting deadline is
// not closed before its due date.
func CloseDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, closed bool) error {
	if !actor.CanChangePlan() {
		return problem.Denied("problem.coordinators_only")
	}
	var d Deadline
	if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
		return missing(err)
	}
	if closed && !d.Passed(clock.Today()) {
		return problem.New(problem.Invalid, "deadline.error.not_due")
	}
	change := map[string]any{"closed_at": nil, "closed_by_id": nil, "version": version + 1}
	was, is := "closed", "open"
	if closed {
		change["closed_at"], change["closed_by_id"] = clock.Now(), actor.PersonID
		was, is = "open", "closed"
	}
	done := tx.Model(&Deadline{}).Where("id = ? AND version = ?", id, version).Updates(change)
	if done.Error != nil || done.RowsAffected == 0 {
		return staleOr(done.Error)
	}
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "deadline." + is, Object: "deadline " + d.Title,
		Changes: []audit.Change{{Field: "state", Old: was, New: is}}})
}

// Periods reads the country's periods for a page.
func (s *Store) Periods(ctx context.Context, country string) (ps []Period, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		ps, err = Periods(tx, country)
		return err
	})
	return ps, err
}
