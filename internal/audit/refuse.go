package audit

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// RefusalsPerMinute is how many refusals of one source get an entry each in a
// calendar minute; those beyond are summed up in one entry when the minute is
// over.
const RefusalsPerMinute = 20

// ActionSummed is the action of an entry that sums up refusals.
const ActionSummed = "refusals.summed"

// refusals counts one source's refusals of one minute.
type refusals struct {
	Source      string `gorm:"primaryKey"`
	Minute      time.Time
	Count       int64
	ActorID     int64
	Actor       string
	Role        string
	Institution string
	Object      string
}

// TableName is the table of counters.
func (refusals) TableName() string { return "audit_refusals" }

// Refuse records an attempt that was refused, in a transaction of its own,
// since the attempt's was rolled back. A source is a person; where nobody is
// signed in, it is what the attempt was aimed at.
func Refuse(ctx context.Context, d *db.DB, at time.Time, ev Event) error {
	ev.Outcome = Refused
	err := d.Write(ctx, func(tx *gorm.DB) error {
		minute := at.UTC().Truncate(time.Minute)
		if err := SumUp(tx, at); err != nil {
			return err
		}
		counter := refusals{Source: ev.source(), Minute: minute, Count: 1, ActorID: ev.Who.ID,
			Actor: ev.Who.Post, Role: ev.Who.Role, Institution: ev.Who.Institution, Object: ev.Object}
		if err := tx.Exec(`INSERT INTO audit_refusals (source, minute, count, actor_id, actor, role, institution, object)
			VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET count = audit_refusals.count + 1`,
			counter.Source, minute, counter.ActorID, counter.Actor, counter.Role, counter.Institution, counter.Object).Error; err != nil {
			return err
		}
		var count int64
		if err := tx.Raw("SELECT count FROM audit_refusals WHERE source = ?", counter.Source).Scan(&count).Error; err != nil {
			return err
		}
		if count > RefusalsPerMinute {
			return nil
		}
		return Append(tx, at, ev)
	})
	if err != nil {
		return fmt.Errorf("audit: refuse: %w", err)
	}
	return nil
}

// SumUp writes the entries for refusals beyond the limit in minutes that are
// over, and forgets those minutes. Refuse does so first; call it now and then
// besides, so that a burst at the end of a day is in the trail soon.
func SumUp(tx *gorm.DB, at time.Time) error {
	minute := at.UTC().Truncate(time.Minute)
	// The head's lock first: two processes never sum up the same minute.
	if err := tx.Exec("UPDATE audit_head SET seq = seq WHERE id = 1").Error; err != nil {
		return err
	}
	var over []refusals
	if err := tx.Where("minute < ?", minute).Order("minute, source").Find(&over).Error; err != nil || len(over) == 0 {
		return err
	}
	if err := tx.Where("minute < ?", minute).Delete(&refusals{}).Error; err != nil {
		return err
	}
	for _, r := range over {
		if r.Count <= RefusalsPerMinute {
			continue
		}
		ev := Event{Who: Who{ID: r.ActorID, Post: r.Actor, Role: r.Role, Institution: r.Institution},
			Action: ActionSummed, Outcome: Refused, Changes: []Change{
				{Field: "minute", New: r.Minute.UTC().Format(time.RFC3339)},
				{Field: "count", New: strconv.FormatInt(r.Count-RefusalsPerMinute, 10)}}}
		if r.ActorID == 0 {
			ev.Object = r.Object
		}
		if err := Append(tx, at, ev); err != nil {
			return err
		}
	}
	return nil
}

func (ev Event) source() string {
	if ev.Who.ID != 0 {
		return "person " + strconv.FormatInt(ev.Who.ID, 10)
	}
	return "object " + ev.Object
}

// Settle sums up the refusals of minutes that are over, in a transaction of
// its own: the housekeeping's call.
func Settle(ctx context.Context, d *db.DB, at time.Time) error {
	return d.Write(ctx, func(tx *gorm.DB) error { return SumUp(tx, at) })
}
