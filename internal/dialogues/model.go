// Package dialogues holds the meetings with partners about what was asked and
// done: when they are held, what stands on their agenda, what the government
// means to say and to ask there, what was said, and what both sides agreed.
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

// State says how far a dialogue is.
type State string

// The states, in their order. What was held keeps its agenda as it was; what
// is followed up is done with.
const (
	Planned    State = "planned"
	Prepared   State = "prepared"
	Held       State = "held"
	FollowedUp State = "followed_up"
)

// Formats are the ways in which a dialogue is met; empty is not said.
var Formats = []string{"in_person", "online", "mixed"}

// Dialogue is a meeting with partners on a day. All of it is internal to the
// government.
type Dialogue struct {
	ID        int64         `gorm:"primaryKey" json:"-"`
	Country   string        `json:"-"`
	Title     string        `json:"title"`
	HeldOn    calendar.Date `json:"held_on"` // the day of the meeting, planned or past
	Place     string        `json:"place"`
	Format    string        `json:"format"`
	OurSide   string        `json:"our_side"`   // who sits there, by office and capacity, one a line: never by name
	TheirSide string        `json:"their_side"` // of the partner, likewise
	Note      string        `json:"-"`
	SinceOn   calendar.Date `json:"-"` // the day that the briefing compares with, where one was chosen
	State     State         `json:"state"`
	SeedKey   string        `json:"-"` // the row of a seed file that it came from
	Version   int64         `json:"-"`
	PartnerID *int64        `json:"-"` // the institution with which it is held, where one is named: its pack and its record go there alone

	MechanismID *int64 `json:"-"` // of which it is an edition; nil until something was recommended in the room
}

// TableName is the table of dialogues.
func (Dialogue) TableName() string { return "dialogues" }

// Told is the dialogue's title and day, by which what came of it names it.
func (d Dialogue) Told() string { return d.Title + ", " + d.HeldOn.String() }

// Past says whether the dialogue took place.
func (d Dialogue) Past() bool { return d.State == Held || d.State == FollowedUp }

// Kind says what an agenda item is.
type Kind string

// The kinds.
const (
	OfRecommendation Kind = "recommendation"
	OfCommitment     Kind = "commitment"
	OfPoint          Kind = "point" // of its own
)

// AgendaItem is a recommendation or a commitment on a dialogue's agenda, or a
// point of its own, which has a title.
type AgendaItem struct {
	ID               int64 `gorm:"primaryKey"`
	DialogueID       int64
	RecommendationID *int64
	CommitmentID     *int64
	Title            string
	Position         int // orders the agenda; it need not be without gaps
	Version          int64

	Texts     Texts               `gorm:"-"` // as they were written last
	Revisions map[Field]int64     `gorm:"-"` // the newest writing of each text
	WrittenAt map[Field]time.Time `gorm:"-"` // its instant
	EditedAt  *time.Time          `gorm:"-"` // when one was written last; nil until then
	EditedBy  string              `gorm:"-"` // the post of who wrote it
}

// TableName is the table of agenda items.
func (AgendaItem) TableName() string { return "agenda_items" }

// Kind says what the item is.
func (i AgendaItem) Kind() Kind {
	switch {
	case i.RecommendationID != nil:
		return OfRecommendation
	case i.CommitmentID != nil:
		return OfCommitment
	}
	return OfPoint
}

// Is says whether the item is the recommendation or the commitment of an id.
func (i AgendaItem) Is(kind Kind, id int64) bool {
	of := map[Kind]*int64{OfRecommendation: i.RecommendationID, OfCommitment: i.CommitmentID}[kind]
	return of != nil && *of == id
}

// Field is a text of an agenda item.
type Field string

// The texts: what is prepared, then what is noted of the meeting itself.
const (
	Stance        Field = "position" // of the government
	TalkingPoints Field = "talking_points"
	Questions     Field = "questions" // that are likely, with their answers
	Asks          Field = "asks"      // of the partner
	Notes         Field = "notes"     // for those who speak alone
	Said          Field = "said"      // by the government
	Heard         Field = "heard"     // of the partner
	Agreed        Field = "agreed"
)

// Before are the texts that prepare a dialogue, written until it is held;
// Record are those of what happened there, written from its day on.
var (
	Before = []Field{Stance, TalkingPoints, Questions, Asks, Notes}
	Record = []Field{Said, Heard, Agreed}
)

// Texts are what is written on an agenda item.
type Texts struct {
	Stance        string `json:"position"`
	TalkingPoints string `json:"-"`
	Questions     string `json:"-"`
	Asks          string `json:"asks"`
	Notes         string `json:"-"`
	Said          string `json:"said"`
	Heard         string `json:"heard"`
	Agreed        string `json:"agreed"`
}

// At is where the text of a field stands.
func (t *Texts) At(f Field) *string {
	return map[Field]*string{Stance: &t.Stance, TalkingPoints: &t.TalkingPoints, Questions: &t.Questions, Asks: &t.Asks, Notes: &t.Notes,
		Said: &t.Said, Heard: &t.Heard, Agreed: &t.Agreed}[f]
}

// Revision is a text of an agenda item as somebody wrote it: the newest one
// of each field counts, and those before it stay.
type Revision struct {
	ID           int64 `gorm:"primaryKey"`
	AgendaItemID int64
	Field        Field
	Text         string
	WrittenAt    time.Time
	ByID         *int64
}

// TableName is the table of the texts.
func (Revision) TableName() string { return "agenda_texts" }

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
