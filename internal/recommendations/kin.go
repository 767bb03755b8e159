package recommendations

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Kin is how a recommendation continues one of an earlier edition.
type Kin string

// The kins: asked again in the same words or in others, one of several that an
// earlier one became, one that several became, or, as a person found, none.
const (
	Repeated  Kin = "repeated"
	Reworded  Kin = "reworded"
	Split     Kin = "split"
	Merged    Kin = "merged"
	Unrelated Kin = "unrelated"
)

// Kins lists them in the order in which forms offer them.
var Kins = []Kin{Repeated, Reworded, Split, Merged, Unrelated}

// Continues says whether the demand goes on.
func (k Kin) Continues() bool { return k != Unrelated && k != "" }

// Lineage is what a person said of two recommendations of a mechanism: that the
// newer continues the older, or does not. Until EndedAt it counts.
type Lineage struct {
	ID        int64 `gorm:"primaryKey"`
	OlderID   int64
	NewerID   int64
	Kin       Kin
	SaidOn    calendar.Date
	SaidAt    time.Time
	SaidByID  *int64
	EndedOn   calendar.Date
	EndedAt   *time.Time
	EndedByID *int64
}

// TableName is the table of lineages.
func (Lineage) TableName() string { return "lineages" }

// KinSaid is what is said of a pair. Was is what counted when the form was
// opened, empty for nothing; the empty Kin takes it back.
type KinSaid struct {
	OlderID, NewerID int64
	Kin, Was         Kin
}

// SayKin says how recommendations continue earlier ones of the same mechanism
// and country, all or none of it. What is said as it was already changes
// nothing; where another person said something else meanwhile, nothing is
// written (conflict). It returns how many were changed.
func SayKin(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, said []KinSaid) (changed int, err error) {
	if err := mayChange(actor); err != nil {
		return 0, err
	}
	for _, in := range said {
		if in.Kin == in.Was {
			continue
		}
		if err := sayKin(tx, clock, actor, country, in); err != nil {
			return 0, err
		}
		changed++
	}
	return changed, nil
}

func sayKin(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, in KinSaid) error {
	older, newer, err := pair(tx, clock, actor, country, in)
	if err != nil {
		return err
	}
	if in.Kin != "" && !slices.Contains(Kins, in.Kin) {
		return problem.New(problem.Invalid, "lineage.error.kin")
	}
	now, err := lineageOf(tx, in.OlderID, in.NewerID)
	if err != nil {
		return err
	}
	if now.Kin != in.Was {
		return problem.Stale()
	}
	by := personID(actor)
	if now.ID != 0 {
		if err := endSaid(tx, clock, "lineages", now.ID, by); err != nil {
			return err
		}
	}
	if in.Kin != "" {
		l := Lineage{OlderID: older.ID, NewerID: newer.ID, Kin: in.Kin, SaidOn: clock.Today(), SaidAt: clock.Now(), SaidByID: by}
		if err := tx.Create(&l).Error; err != nil {
			return err
		}
	}
	return note(tx, clock, actor, "lineage.say", "recommendation "+newer.Ref(), audit.Change{Field: "older", New: older.Ref()},
		audit.Change{Field: "kin", Old: string(in.Was), New: string(in.Kin)})
}

// endSaid ends what was said before, of a table that keeps what was said.
func endSaid(tx *gorm.DB, clock calendar.Clock, table string, id int64, by *int64) error {
	return db.Changed(tx.Table(table).Where("id = ? AND ended_at IS NULL", id).
		Updates(map[string]any{"ended_on": clock.Today(), "ended_at": clock.Now(), "ended_by_id": by}))
}

func lineageOf(tx *gorm.DB, olderID, newerID int64) (l Lineage, err error) {
	return l, tx.Where("older_id = ? AND newer_id = ? AND ended_at IS NULL", olderID, newerID).Limit(1).Find(&l).Error
}

// KinOf reads what is said now of a pair, empty for nothing.
func KinOf(tx *gorm.DB, olderID, newerID int64) (Kin, error) {
	l, err := lineageOf(tx, olderID, newerID)
	return l.Kin, err
}

// farOff is a day after every release: reference files and the command line may
// hold editions before their day.
var farOff = calendar.Of(2200, time.December, 31)

// pair finds the two recommendations: of one mechanism, the older in an earlier year.
func pair(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, in KinSaid) (older, newer RecommendationRow, err error) {
	day := clock.Today()
	if actor.Is(accounts.System) {
		day = farOff
	}
	if older, err = ByID(tx, country, in.OlderID, day); err != nil {
		return older, newer, err
	}
	if newer, err = ByID(tx, country, in.NewerID, day); err != nil {
		return older, newer, err
	}
	if older.Mechanism != newer.Mechanism || older.Year >= newer.Year {
		err = problem.New(problem.Invalid, "lineage.error.order")
	}
	return older, newer, err
}

// kinRow is a pair of which something is said.
type kinRow struct {
	OlderID, NewerID int64
	Kin              Kin
	Mechanism        string // code
}

// kinsAt reads what was said by day D, as known at instant K, of a country's
// recommendations, what does not continue included.
func kinsAt(tx *gorm.DB, country string, d calendar.Date, k time.Time) (list []kinRow, err error) {
	return list, tx.Raw(`SELECT l.older_id, l.newer_id, l.kin, m.code AS mechanism FROM lineages l JOIN recommendations r ON r.id = l.newer_id
		JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id WHERE e.country = ? AND e.released_on <= ? AND l.said_on <= ?
			AND l.said_at <= ? AND NOT (l.ended_at IS NOT NULL AND l.ended_on <= ? AND l.ended_at <= ?) ORDER BY l.newer_id, l.older_id, l.id`,
		country, d, d, k.UTC(), d, k.UTC()).Scan(&list).Error
}

// SayKin says how recommendations continue earlier ones, once for a form's key.
func (s *Store) SayKin(ctx context.Context, actor accounts.Actor, key, country string, said []KinSaid) (changed int, err error) {
	_, err = s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		changed, err = SayKin(tx, s.clock, actor, country, said)
		return "", err
	})
	return changed, err
}
