package recommendations

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// RemarkKind says what is said of a recommendation as a whole.
type RemarkKind string

// The kinds: how the government responded, in one of its mechanism's words, and
// what became of what is asked no longer.
const (
	Response RemarkKind = "response"
	Outcome  RemarkKind = "outcome"
)

// RemarkKinds lists them.
var RemarkKinds = []RemarkKind{Response, Outcome}

// Outcomes are what can have become of what is asked no longer.
var Outcomes = []string{"met", "dropped"}

// Remark is what was said of a recommendation. Until EndedAt it counts.
type Remark struct {
	ID               int64 `gorm:"primaryKey"`
	RecommendationID int64
	Kind             RemarkKind
	Word             string
	Statement        string
	GivenOn          calendar.Date
	SaidOn           calendar.Date
	SaidAt           time.Time
	SaidByID         *int64
	EndedOn          calendar.Date
	EndedAt          *time.Time
	EndedByID        *int64
}

// TableName is the table of remarks.
func (Remark) TableName() string { return "remarks" }

// RemarkSaid is what is said of a recommendation. Was is the remark that
// counted when the form was opened, 0 for none; the empty Word takes it back.
type RemarkSaid struct {
	RecommendationID int64
	Kind             RemarkKind
	Word, Statement  string
	GivenOn          calendar.Date // today when it is not given
	Was              int64
}

// SayRemark says something of a recommendation in place of what was said
// before. An outcome needs a reason, and an edition after it that is complete
// and asks nothing that continues it.
func SayRemark(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, in RemarkSaid) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	r, err := ByID(tx, country, in.RecommendationID, clock.Today())
	if err != nil {
		return err
	}
	var now Remark
	if err := tx.Where("recommendation_id = ? AND kind = ? AND ended_at IS NULL", r.ID, in.Kind).Limit(1).Find(&now).Error; err != nil {
		return err
	}
	if now.ID != in.Was {
		return problem.Stale()
	}
	if in.GivenOn.IsZero() {
		in.GivenOn = clock.Today()
	}
	if err := in.check(tx, clock, r, now); err != nil {
		return err
	}
	by := personID(actor)
	if now.ID != 0 {
		if err := endSaid(tx, clock, "remarks", now.ID, by); err != nil {
			return err
		}
	}
	if in.Word != "" {
		said := Remark{RecommendationID: r.ID, Kind: in.Kind, Word: in.Word, Statement: in.Statement, GivenOn: in.GivenOn, SaidOn: clock.Today(), SaidAt: clock.Now(), SaidByID: by}
		if err := tx.Create(&said).Error; err != nil {
			return err
		}
	}
	return note(tx, clock, actor, "recommendation.remark", "recommendation "+r.Ref(), audit.Change{Field: "kind", New: string(in.Kind)},
		audit.Change{Field: "word", Old: now.Word, New: in.Word}, audit.Change{Field: "statement", Old: now.Statement, New: in.Statement, Free: true},
		audit.Change{Field: "given_on", Old: now.GivenOn.String(), New: in.GivenOn.String()})
}

// check holds a remark to the rules of its kind.
func (in RemarkSaid) check(tx *gorm.DB, clock calendar.Clock, r RecommendationRow, now Remark) error {
	words := Outcomes
	if in.Kind == Response {
		m, err := mechanism(tx, r.Mechanism)
		if err != nil {
			return err
		}
		words = m.Responses
	}
	var c problem.Check
	c.Require(slices.Contains(RemarkKinds, in.Kind), "word", "remark.error.word")
	c.Require(in.Word != "" || now.ID != 0, "word", "remark.error.word")
	c.Require(in.Word == "" || slices.Contains(words, in.Word), "word", "remark.error.word")
	checkText(&c, "statement", in.Statement, 0, 2000)
	c.Require(in.Kind != Outcome || in.Word == "" || strings.TrimSpace(in.Statement) != "", "statement", "remark.error.reason")
	c.Require(!in.GivenOn.After(clock.Today()), "given_on", "remark.error.later")
	c.Require(!in.GivenOn.Before(r.ReleasedOn), "given_on", "remark.error.before", "date", r.ReleasedOn)
	if in.Kind == Outcome && in.Word != "" {
		all, err := DemandsOf(tx, r.Country, clock.Today(), clock.Now())
		if err != nil {
			return err
		}
		c.Require(all[r.Mechanism].IsNoLongerAsked(r.ID), "word", "remark.error.asked")
	}
	return c.Err()
}

// personID is who a row says did it; nil for the system.
func personID(actor accounts.Actor) *int64 {
	if actor.PersonID == 0 {
		return nil
	}
	return &actor.PersonID
}

// remarksAt joins what was said by day D, as known at instant K, to
// recommendations r. Arguments: D, K, D, K.
const remarksAt = `LEFT JOIN remarks s ON s.recommendation_id = r.id AND s.said_on <= ? AND s.said_at <= ?
	AND NOT (s.ended_at IS NOT NULL AND s.ended_on <= ? AND s.ended_at <= ?) `

// SayRemark says something of a recommendation, once for a form's key.
func (s *Store) SayRemark(ctx context.Context, actor accounts.Actor, key, country string, in RemarkSaid) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", SayRemark(tx, s.clock, actor, country, in)
	})
	return err
}
