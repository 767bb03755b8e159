package progress

import (
	"context"
	"database/sql"
	"slices"
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
)

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

	CertifiedAt   *time.Time // what was approved by this instant is certified, later entries are addenda
	CertifiedByID *int64
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

// LoadSchedule reads the country's deadlines, by due date. Nearly every page asks
// for them: they are read by a column each.
func LoadSchedule(tx *gorm.DB, country string) (s Schedule, err error) {
	err = db.Each(tx.Raw(`SELECT d.id, d.period_id, d.title, d.purpose, d.covers_from, d.covers_to, d.due_on, d.note, d.closed_at, d.closed_by_id, d.version, d.certified_at, d.certified_by_id
		FROM deadlines d JOIN periods p ON p.id = d.period_id WHERE p.country = ? ORDER BY d.due_on, d.id`, country), func(rows *sql.Rows) error {
		var d Deadline
		err := rows.Scan(&d.ID, &d.PeriodID, &d.Title, &d.Purpose, &d.CoversFrom, &d.CoversTo, &d.DueOn, &d.Note, &d.ClosedAt, &d.ClosedByID, &d.Version, &d.CertifiedAt, &d.CertifiedByID)
		s = append(s, d)
		return err
	})
	return s, err
}

func (d *Deadline) tidy() {
	d.Title, d.Note = strings.TrimSpace(d.Title), strings.TrimSpace(d.Note)
}

// check notes what is wrong with a deadline of a period beside the others of
// it. The fields' names begin with the prefix.
func (d Deadline) check(c *problem.Check, p Period, others []Deadline, prefix string) {
	c.Require(d.Title != "", prefix+"title", "deadline.error.title")
	c.Require(utf8.RuneCountInString(d.Title) <= 200, prefix+"title", "problem.too_long", "max", 200)
	c.Require(utf8.RuneCountInString(d.Note) <= 1000, prefix+"note", "problem.too_long", "max", 1000)
	c.Require(slices.Contains(Purposes, d.Purpose), prefix+"purpose", "deadline.error.purpose")
	c.Require(!d.DueOn.IsZero(), prefix+"due_on", "deadline.error.due")
	if d.Purpose == Reporting || !d.CoversFrom.IsZero() || !d.CoversTo.IsZero() {
		c.Require(!d.CoversFrom.IsZero() && p.Holds(d.CoversFrom), prefix+"covers_from", "deadline.error.from")
		c.Require(!d.CoversTo.Before(d.CoversFrom) && p.Holds(d.CoversTo), prefix+"covers_to", "deadline.error.to")
	}
	if d.Purpose == Reporting {
		c.Require(!d.DueOn.Before(d.CoversTo), prefix+"due_on", "deadline.error.due_before_end")
	}
	for _, other := range others {
		if other.ID != 0 && other.ID == d.ID {
			continue
		}
		c.Require(d.Title != other.Title, prefix+"title", "deadline.error.same_title")
		overlaps := !d.CoversFrom.After(other.CoversTo) && !d.CoversTo.Before(other.CoversFrom)
		c.Require(d.Purpose != Reporting || other.Purpose != Reporting || !overlaps, prefix+"covers_from", "deadline.error.overlap", "title", other.Title)
	}
}

// AddDeadline adds a deadline to a period. Coordinators only.
func AddDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, periodID int64, d Deadline) (Deadline, error) {
	if !actor.CanChangePlan() {
		return d, problem.Denied("problem.coordinators_only")
	}
	p, err := lockPeriod(tx, periodID)
	if err != nil {
		return d, err
	}
	var c problem.Check
	d.tidy()
	d.check(&c, p, p.Deadlines, "")
	if err := c.Err(); err != nil {
		return d, err
	}
	if d, err = insert(tx, p, d); err != nil {
		return d, err
	}
	return d, added(tx, clock, actor, p, d)
}

// lockPeriod reads a period with its deadlines; until the transaction ends,
// nobody else adds or moves one of them.
func lockPeriod(tx *gorm.DB, id int64) (Period, error) {
	var p Period
	if err := tx.Exec("UPDATE periods SET version = version WHERE id = ?", id).Error; err != nil {
		return p, err
	}
	if err := tx.Where("id = ?", id).Take(&p).Error; err != nil {
		return p, missing(err)
	}
	return p, tx.Where("period_id = ?", id).Order("due_on, id").Find(&p.Deadlines).Error
}

func insert(tx *gorm.DB, p Period, d Deadline) (Deadline, error) {
	d.PeriodID, d.Version = p.ID, 1
	return d, tx.Create(&d).Error
}

// added is the audit entry of a new deadline.
func added(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, p Period, d Deadline) error {
	changes := []audit.Change{{Field: "period", New: p.Label}, {Field: "purpose", New: string(d.Purpose)}}
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "deadline.add", Object: d.object(), Changes: append(changes, d.changesFrom(Deadline{})...)})
}

// DeadlineChange is what may be said anew about a deadline.
type DeadlineChange struct {
	Title      string
	CoversFrom calendar.Date
	CoversTo   calendar.Date
	DueOn      calendar.Date
	Note       string
}

// ChangeDeadline says anew what a deadline is called, what it covers, when it
// is due and what is noted about it. Coordinators only. A closed deadline's
// days stay as they are. Who was late follows from the days in force.
func ChangeDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, in DeadlineChange) error {
	if !actor.CanChangePlan() {
		return problem.Denied("problem.coordinators_only")
	}
	old, p, err := lockDeadline(tx, id)
	if err != nil {
		return err
	}
	if old.Version != version {
		return problem.Stale()
	}
	now := old
	now.Title, now.CoversFrom, now.CoversTo, now.DueOn, now.Note = in.Title, in.CoversFrom, in.CoversTo, in.DueOn, in.Note
	now.tidy()
	var c problem.Check
	for field, moved := range map[string]bool{"covers_from": now.CoversFrom != old.CoversFrom, "covers_to": now.CoversTo != old.CoversTo, "due_on": now.DueOn != old.DueOn} {
		c.Require(old.Open() || !moved, field, "deadline.error.closed")
	}
	now.check(&c, p, p.Deadlines, "")
	if err := c.Err(); err != nil {
		return err
	}
	done := tx.Model(&Deadline{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"title": now.Title, "note": now.Note,
		"covers_from": now.CoversFrom, "covers_to": now.CoversTo, "due_on": now.DueOn, "version": version + 1})
	if err := db.Changed(done); err != nil {
		return err
	}
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "deadline.change", Object: now.object(), Changes: now.changesFrom(old)})
}

func lockDeadline(tx *gorm.DB, id int64) (d Deadline, p Period, err error) {
	if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
		return d, p, missing(err)
	}
	if p, err = lockPeriod(tx, d.PeriodID); err != nil {
		return d, p, err
	}
	return d, p, tx.Where("id = ?", id).Take(&d).Error
}

// CloseDeadline ends the institutions' own entries for a deadline, or opens
// it again when closed is false. Coordinators only; a deadline is not closed
// before its due date has passed.
func CloseDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, closed bool) error {
	if !actor.CanChangePlan() {
		return problem.Denied("problem.coordinators_only")
	}
	var d Deadline
	if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
		return missing(err)
	}
	if d.Version != version || d.Open() != closed {
		return problem.Stale()
	}
	if d.Certified() {
		return problem.New(problem.Conflict, "deadline.error.certified")
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
	if err := db.Changed(done); err != nil {
		return err
	}
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "deadline." + is, Object: d.object(),
		Changes: []audit.Change{{Field: "title", New: d.Title}, {Field: "state", Old: was, New: is}}})
}

// object names a deadline in the audit trail.
func (d Deadline) object() string { return "deadline " + strconv.FormatInt(d.ID, 10) }

func (d Deadline) changesFrom(old Deadline) []audit.Change {
	return []audit.Change{{Field: "title", Old: old.Title, New: d.Title}, {Field: "covers_from", Old: old.CoversFrom.String(), New: d.CoversFrom.String()},
		{Field: "covers_to", Old: old.CoversTo.String(), New: d.CoversTo.String()}, {Field: "due_on", Old: old.DueOn.String(), New: d.DueOn.String()},
		{Field: "note", Old: old.Note, New: d.Note, Free: true}}
}

// AddDeadline adds a deadline to a period.
func (s *Store) AddDeadline(ctx context.Context, actor accounts.Actor, key string, periodID int64, d Deadline) (int64, error) {
	return s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		d, err := AddDeadline(tx, s.clock, actor, periodID, d)
		return d.ID, err
	})
}

// ChangeDeadline says anew what a deadline is and when it is due.
func (s *Store) ChangeDeadline(ctx context.Context, actor accounts.Actor, key string, id, version int64, in DeadlineChange) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, ChangeDeadline(tx, s.clock, actor, id, version, in)
	})
	return err
}

// CloseDeadline closes a deadline, or opens it again.
func (s *Store) CloseDeadline(ctx context.Context, actor accounts.Actor, key string, id, version int64, closed bool) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, CloseDeadline(tx, s.clock, actor, id, version, closed)
	})
	return err
}
