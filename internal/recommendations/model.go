// Package recommendations holds what was asked: the mechanisms that ask, their
// yearly editions, the recommendations in them and the items that each
// recommendation consists of.
package recommendations

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Completeness says how much of an edition's list is held.
type Completeness string

// How much of an edition's list is held.
const (
	Complete Completeness = "complete"
	Partial  Completeness = "partial"
	NotHeld  Completeness = "not_held"
)

// Completenesses lists them in the order in which forms offer them.
var Completenesses = []Completeness{Complete, Partial, NotHeld}

// Basis says where the wording of a recommendation comes from.
type Basis string

// The bases: the mechanism's own words, put in other words from a named
// source, or concluded from a narrative that lists nothing.
const (
	Official Basis = "official"
	Restated Basis = "restated"
	Inferred Basis = "inferred"
)

// Bases lists them in the order in which forms offer them.
var Bases = []Basis{Official, Restated, Inferred}

// Themes are the four P; the empty theme is none.
var Themes = []string{"prosecution", "protection", "prevention", "partnership"}

// Mechanism asks: the TIP report, an action plan, a treaty body. Scale lists
// its ratings, best first; Responses the words with which a government responds
// to what it asks, none where governments do not; CycleMonths is after how many
// months it asks again, 0 where nothing is fixed.
type Mechanism struct {
	ID        int64 `gorm:"primaryKey"`
	Code      string
	Name      string
	ShortName string
	URL       string
	Scale     []string `gorm:"serializer:json"`
	Note      string

	CycleMonths int
	Responses   []string `gorm:"serializer:json"`

	Version int64
}

// TableName is the table of mechanisms.
func (Mechanism) TableName() string { return "mechanisms" }

// Edition is one year's list of a mechanism for a country. Before ReleasedOn
// it does not exist for any page or report.
type Edition struct {
	ID           int64 `gorm:"primaryKey"`
	MechanismID  int64
	Country      string
	Year         int
	Tier         string
	ReleasedOn   calendar.Date
	Completeness Completeness
	Source       string
	Note         string
	Version      int64
}

// TableName is the table of editions.
func (Edition) TableName() string { return "editions" }

// Recommendation is one entry of an edition's list. Cut says that the source's
// text went on.
type Recommendation struct {
	ID        int64 `gorm:"primaryKey"`
	EditionID int64
	Number    int
	Title     string
	Text      string
	Basis     Basis
	Cut       bool
	Source    string
	Theme     string
	Indicium  int // of 22 U.S.C. 7106(b), 0 for none
	// NotDoneYears is for how many years NotDoneSource says that it was not
	// done, 0 where nothing is said. It is never computed.
	NotDoneYears  int
	NotDoneSource string
	Version       int64
}

// TableName is the table of recommendations.
func (Recommendation) TableName() string { return "recommendations" }

// Item is a part of a recommendation that can be answered by itself: from
// AddedOn, or from its edition's release where that is zero. From RetiredOn it
// is asked no longer; items are never deleted.
type Item struct {
	ID               int64 `gorm:"primaryKey"`
	RecommendationID int64
	Letter           string
	Text             string
	LeadID           *int64
	AddedOn          calendar.Date
	AddedAt          *time.Time // when that was known; nil: always
	RetiredOn        calendar.Date
	RetiredAt        *time.Time // likewise
	Version          int64
}

// TableName is the table of items.
func (Item) TableName() string { return "items" }

// Store is the way in for pages and commands.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store of a database whose domain time the clock tells.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// read runs f on a snapshot for an actor who reads plan pages; to others
// nothing of this package exists.
func (s *Store) read(ctx context.Context, actor accounts.Actor, f func(tx *gorm.DB) error) error {
	if !actor.CanReadPlan() {
		return problem.Missing()
	}
	return s.db.Read(ctx, f)
}
