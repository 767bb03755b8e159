// Package dialogues holds the meetings with partners about what was asked and
// done: when they are held, which recommendations stand on their agenda, and
// what the government means to say and to ask there.
package dialogues

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// State says whether a dialogue is still to come.
type State string

// The states. What was held keeps its agenda as it was.
const (
	Planned State = "planned"
	Held    State = "held"
)

// Dialogue is a meeting with partners on a day. All of it is internal to the
// government.
type Dialogue struct {
	ID      int64 `gorm:"primaryKey"`
	Country string
	Title   string
	HeldOn  calendar.Date // the day of the meeting, planned or past
	Place   string
	Note    string
	SinceOn calendar.Date // the day that the briefing compares with, where one was chosen
	State   State
	SeedKey string // the row of a seed file that it came from
	Version int64
}

// TableName is the table of dialogues.
func (Dialogue) TableName() string { return "dialogues" }

// AgendaItem is a recommendation on a dialogue's agenda. EditedByID is empty
// until somebody writes one of its texts.
type AgendaItem struct {
	ID               int64 `gorm:"primaryKey"`
	DialogueID       int64
	RecommendationID int64
	Position         int // orders the agenda; it need not be without gaps
	TalkingPoints    string
	Asks             string // of the partner
	Notes            string
	EditedAt         *time.Time
	EditedByID       *int64
	Version          int64
}

// TableName is the table of agenda items.
func (AgendaItem) TableName() string { return "agenda_items" }

// Texts are what is written on an agenda item.
type Texts struct{ TalkingPoints, Asks, Notes string }

// Texts are the item's.
func (i AgendaItem) Texts() Texts { return Texts{i.TalkingPoints, i.Asks, i.Notes} }

// Store is the way in for pages and commands.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store of a database whose domain time the clock tells.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// read runs f on a snapshot for an actor who reads dialogues; to others
// nothing of this package exists.
func (s *Store) read(ctx context.Context, actor accounts.Actor, f func(tx *gorm.DB) error) error {
	if !MayRead(actor) {
		return problem.Missing()
	}
	return s.db.Read(ctx, f)
}

// MayRead says whether the actor reads dialogues: those in government who read
// the whole plan, and the auditor.
func MayRead(actor accounts.Actor) bool { return actor.CanReadWholePlan() }
