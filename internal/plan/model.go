// Package plan holds what was promised: the national framework as a tree of
// nodes, the commitments with their dated revisions, the transfers of
// responsibility, and the answers that commitments give to items.
package plan

import (
	"strconv"
	"time"

	"tracker/internal/calendar"
)

// Origin says where a commitment comes from.
type Origin string

// The origins of commitments.
const (
	FromFramework  Origin = "framework"
	FromMinistry   Origin = "ministry"
	FromActionPlan Origin = "action_plan"
	FromDialogue   Origin = "dialogue"
)

// Origins lists them in the order in which forms offer them.
var Origins = []Origin{FromFramework, FromMinistry, FromActionPlan, FromDialogue}

// Audience says how far something may go: each audience reads what the wider
// ones read too.
type Audience string

// The audiences, from the narrowest.
const (
	Internal Audience = "internal"
	Partner  Audience = "partner"
	Public   Audience = "public"
)

// Audiences lists them from the narrowest to the widest.
var Audiences = []Audience{Internal, Partner, Public}

// Extent says how far an answer goes.
type Extent string

// How far an answer goes.
const (
	Wholly Extent = "wholly"
	InPart Extent = "in_part"
)

// Extents lists them in the order in which forms offer them.
var Extents = []Extent{Wholly, InPart}

// Themes are the four P, a tag of nodes and commitments.
var Themes = []string{"prosecution", "protection", "prevention", "partnership"}

// FrameworkBases says whose words a framework holds: those of the plan itself,
// or invented ones where its text is not held.
var FrameworkBases = []string{"official", "illustrative"}

// Framework is a national plan with its period; Basis is one of FrameworkBases.
type Framework struct {
	ID        int64 `gorm:"primaryKey"`
	Country   string
	Code      string
	Title     string
	ShortName string
	StartsOn  calendar.Date
	EndsOn    calendar.Date
	Basis     string
	Note      string
	Version   int64
}

// TableName is the table of frameworks.
func (Framework) TableName() string { return "frameworks" }

// Node is a place in a framework's own tree, under its own name of level and
// number. SortKey puts all nodes of a framework in the order of the tree.
type Node struct {
	ID          int64 `gorm:"primaryKey"`
	FrameworkID int64
	ParentID    *int64
	Level       string
	Number      string
	Title       string
	Theme       string
	SortKey     string
	Version     int64
}

// TableName is the table of nodes.
func (Node) TableName() string { return "nodes" }

// Commitment is the unit that progress is logged against. Title, node, lead
// and dates repeat its newest revision, for lists of today; whatever is asked
// as of a day reads the revisions.
type Commitment struct {
	ID        int64 `gorm:"primaryKey"`
	Country   string
	Ref       string
	Origin    Origin
	NodeID    *int64
	Title     string
	LeadID    int64
	StartsOn  calendar.Date
	DueOn     calendar.Date
	Search    string
	SortKey   string
	CreatedAt time.Time
	Version   int64
}

// TableName is the table of commitments.
func (Commitment) TableName() string { return "commitments" }

// Milestone is a dated step of a commitment.
type Milestone struct {
	Title string        `json:"title"`
	DueOn calendar.Date `json:"due_on"`
}

// BudgetLine is the money foreseen for one financial year, named by the
// calendar year in which it begins.
type BudgetLine struct {
	Year        int    `json:"year"`
	AmountCents int64  `json:"amount_cents"`
	Currency    string `json:"currency"`
	Funder      string `json:"funder"`
}

// Terms are what is promised: everything about a commitment that a revision
// may change. Supporting holds ids of institutions in ascending order; Share
// is the widest audience that may read of the commitment.
type Terms struct {
	Title               string
	Text                string
	NodeID              *int64
	LeadID              int64
	StartsOn            calendar.Date
	DueOn               calendar.Date
	MeansOfVerification string
	Assumptions         string
	Share               Audience
	Supporting          []int64      `gorm:"serializer:json"`
	Milestones          []Milestone  `gorm:"serializer:json"`
	Budget              []BudgetLine `gorm:"serializer:json"`
	Themes              []string     `gorm:"serializer:json"`
	Indicia             []int        `gorm:"serializer:json"`
	SDG                 []string     `gorm:"serializer:json;column:sdg"`
}

// Involves says whether an institution leads or supports.
func (t Terms) Involves(institutionID int64) bool {
	return t.LeadID == institutionID || t.Supports(institutionID)
}

// Supports says whether an institution supports.
func (t Terms) Supports(institutionID int64) bool {
	for _, id := range t.Supporting {
		if id == institutionID {
			return true
		}
	}
	return false
}

// Node is the id of the node, 0 for none.
func (t Terms) Node() int64 {
	if t.NodeID == nil {
		return 0
	}
	return *t.NodeID
}

// Revision is the terms of a commitment from EffectiveOn on, as recorded at
// an instant. It never changes; a later one takes its place.
type Revision struct {
	ID           int64 `gorm:"primaryKey"`
	CommitmentID int64
	EffectiveOn  calendar.Date
	RecordedAt   time.Time
	RecordedByID *int64
	Reason       string
	Terms
}

// TableName is the table of revisions.
func (Revision) TableName() string { return "commitment_revisions" }

// The parts that an institution can have in a commitment, as transfers name them.
const (
	Lead       = "lead"
	Supporting = "supporting"
)

// Transfer is a dated move of a part in a commitment from one institution to
// another.
type Transfer struct {
	ID           int64 `gorm:"primaryKey"`
	CommitmentID int64
	Part         string
	FromID       int64
	ToID         int64
	EffectiveOn  calendar.Date
	Reason       string
	RecordedAt   time.Time
	RecordedByID *int64
}

// TableName is the table of transfers.
func (Transfer) TableName() string { return "transfers" }

// Answer links a commitment to an item that it answers: by whom, why, how far.
// It is ended, never deleted.
type Answer struct {
	ID           int64 `gorm:"primaryKey"`
	CommitmentID int64
	ItemID       int64
	Extent       Extent
	Reason       string
	LinkedOn     calendar.Date
	LinkedAt     time.Time
	LinkedByID   *int64
	EndedOn      calendar.Date
	EndedAt      *time.Time
	EndedByID    *int64
	EndedReason  string
}

// TableName is the table of answers.
func (Answer) TableName() string { return "answers" }

// by is the person behind a row, none for the command line.
func by(personID int64) *int64 {
	if personID == 0 {
		return nil
	}
	return &personID
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
