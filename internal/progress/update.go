// Package progress holds what was done: reporting periods and their
// deadlines, the updates that institutions log and coordinators review, and
// the status of every commitment as of a day, as it was known at an instant.
package progress

import (
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// Status is the delivery status that a lead institution reports.
type Status string

// The delivery statuses, in the order in which charts and lists show them.
const (
	Completed  Status = "completed"
	InProgress Status = "in_progress"
	NotStarted Status = "not_started"
	Stalled    Status = "stalled"
	Cancelled  Status = "cancelled"
)

// Statuses lists the delivery statuses in chart order.
var Statuses = []Status{Completed, InProgress, NotStarted, Stalled, Cancelled}

// Place is where the status stands among Statuses, -1 for none of them.
func (s Status) Place() int {
	switch s {
	case Completed:
		return 0
	case InProgress:
		return 1
	case NotStarted:
		return 2
	case Stalled:
		return 3
	case Cancelled:
		return 4
	}
	return -1
}

// Closed says whether nothing more is expected: completed or cancelled.
func (s Status) Closed() bool { return s == Completed || s == Cancelled }

// State is where an update stands between its writer and its reviewer.
type State string

// The review states.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Returned  State = "returned"
	Approved  State = "approved"
)

// Kind tells the lead institution's update, which carries a delivery status,
// from a supporting institution's contribution, which does not.
type Kind string

// The two kinds.
const (
	LeadUpdate   Kind = "update"
	Contribution Kind = "contribution"
)

// Blockers are the categories of "no progress, because".
var Blockers = []string{"money", "law_or_cabinet", "staff", "waiting_for_others", "data", "security", "covid_19", "other"}

// EvidenceKinds are the kinds of papers that support an update.
var EvidenceKinds = []string{"law", "budget", "training_register", "statistics", "photograph", "other"}

// Audiences are those a text, a paper or a commitment may be shared with,
// each wider than the one before.
var Audiences = []string{"internal", "partner", "public"}

// Update is what one institution says it did on one commitment, true on AsOf.
// Done and NoProgress exclude each other: "no progress, because" is an answer.
type Update struct {
	ID               int64 `gorm:"primaryKey"`
	CommitmentID     int64
	InstitutionID    int64
	Kind             Kind
	AsOf             calendar.Date
	Status           Status
	Done             string
	NoProgress       string
	Blocker          string
	Obstacles        string
	NextStep         string
	SharedSummary    string // the only text of an update that may leave
	InternalNote     string
	Money            []Money `gorm:"serializer:json"`
	Milestone        int     // number of the milestone that this update completes, 0 for none
	CorrectsID       *int64  // the approved update that this one replaces once it is approved
	OnBehalf         bool    // written by a coordinator, to be confirmed by the institution's focal point
	State            State
	DraftedByID      int64
	DraftedAt        time.Time
	FirstSubmittedOn calendar.Date // decides lateness; a return does not make an update late
	SubmittedAt      *time.Time
	ApprovedAt       *time.Time
	ApprovedByID     *int64
	OwnInstitution   bool   // approved by somebody of the institution that wrote it
	SeedKey          string // the row of a seed file that it came from
	Version          int64
}

// BeforeCreate writes an update that says nothing of money as one with no lines
// of it.
func (u *Update) BeforeCreate(*gorm.DB) error {
	u.Money = tidyMoney(u.Money)
	return nil
}

// Author is a person who edited an update, and so may not approve it.
type Author struct {
	UpdateID int64 `gorm:"primaryKey"`
	PersonID int64 `gorm:"primaryKey"`
}

// TableName is the table of authors.
func (Author) TableName() string { return "update_authors" }

// Decision is one step of an update's review, kept for ever. AsOf is the
// update's at that step: its writer may change it when it is returned.
type Decision struct {
	ID       int64 `gorm:"primaryKey"`
	UpdateID int64
	Kind     State // Submitted, Returned or Approved
	AsOf     calendar.Date
	At       time.Time
	ByID     int64
	Reason   string
	Wording  string // of a return: what the institution could write instead, empty for none
}

// Evidence is a paper that supports an update: a link, by its address, or a
// file. DatedOn is the date on the paper, ReceivedOn the day it was added.
type Evidence struct {
	ID         int64 `gorm:"primaryKey"`
	UpdateID   int64
	Title      string
	URL        string // empty for a file
	Kind       string
	DatedOn    calendar.Date
	Share      string
	Source     string
	ReceivedOn calendar.Date
	FileID     *int64
	File       *File `gorm:"-"` // as read for a page; nil for a link
}

// TableName is the table of evidence, which has no plural.
func (Evidence) TableName() string { return "evidence" }

// Current is the row of current_status: the update that decides a
// commitment's status now.
type Current struct {
	CommitmentID int64 `gorm:"primaryKey"`
	UpdateID     int64
	Status       Status
	AsOf         calendar.Date
	ApprovedAt   time.Time
}

// TableName is the table of current statuses.
func (Current) TableName() string { return "current_status" }
