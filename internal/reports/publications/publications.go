// Package publications keeps the reports that were published: prepared by one
// person, frozen, looked at and signed by a second, numbered, and never
// changed again. What leaves the government leaves as a publication.
package publications

import (
	"fmt"
	"slices"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// State is where a publication stands.
type State string

// The states. What is prepared is withdrawn or published; what is published
// stays, or is recalled.
const (
	Prepared  State = "prepared"
	Withdrawn State = "withdrawn"
	Published State = "published"
	Recalled  State = "recalled"
)

// Publication is a report, or what is told of a dialogue, frozen for an audience. Value is its canonical
// JSON, SHA256 the fingerprint of that. Number and Label, such as
// LS-2021-0003, come when it is published: gapless in a country.
type Publication struct {
	ID            int64 `gorm:"primaryKey"`
	Country       string
	Number        *int64
	Label         string
	Kind          Kind
	Audience      reports.Audience
	Title         string
	AsOf          calendar.Date
	KnownAt       time.Time
	Since         calendar.Date
	Query         string // what was asked for, as JSON
	Value         string
	SHA256        string `gorm:"column:sha256"`
	State         State
	PreparedByID  int64
	PreparedAt    time.Time
	WithdrawnByID *int64
	WithdrawnAt   *time.Time
	PublishedByID *int64
	PublishedAt   *time.Time
	SignedAs      string // the post of who published, as it was called then
	AuditSeq      int64
	AuditHead     string
	RecalledByID  *int64
	RecalledAt    *time.Time
	RecallReason  string
	ReplacedByID  *int64
	Version       int64
	DialogueID    *int64 // of a pack or a record
	PurgedAt      *time.Time
	PurgedByID    *int64
	PurgeReason   string
}

// Reader is an institution that a publication for partners is addressed to.
type Reader struct {
	PublicationID int64 `gorm:"primaryKey"`
	InstitutionID int64 `gorm:"primaryKey"`
}

// TableName is the table of readers.
func (Reader) TableName() string { return "publication_readers" }

// File is a form of a publication, rendered once.
type File struct {
	PublicationID int64  `gorm:"primaryKey"`
	Format        string `gorm:"primaryKey"`
	Name          string
	Body          []byte
	SHA256        string `gorm:"column:sha256"`
	Size          int64
	Pages         int // of a document, 0 for other forms
}

// TableName is the table of files.
func (File) TableName() string { return "publication_files" }

// Download counts how often somebody took a file on a day. It lies outside
// the audit trail: reading changes nothing.
type Download struct {
	PublicationID int64         `gorm:"primaryKey"`
	Format        string        `gorm:"primaryKey"`
	ReaderID      int64         `gorm:"primaryKey"` // a person; 0 for the public
	TakenOn       calendar.Date `gorm:"primaryKey"`
	Times         int
	LastAt        time.Time
}

// TableName is the table of downloads.
func (Download) TableName() string { return "publication_downloads" }

// Label names the publication of a number in the country's zone.
func label(country string, on calendar.Date, number int64) string {
	return fmt.Sprintf("%s-%04d-%04d", country, on.Year(), number)
}

// Out says whether the publication left, recalled or not.
func (p Publication) Out() bool { return p.State == Published || p.State == Recalled }

// Visible says whether an actor, or nobody, may see that a publication exists
// and read its facts. What is prepared is for those who sign or audit; what is
// published for everyone in government, for the institutions that it is
// addressed to, and when it is public for everybody.
func Visible(actor accounts.Actor, p Publication, readers []int64) bool {
	switch {
	case !p.Out():
		return actor.CanSign() || actor.CanReadAudit()
	case p.Audience == "public" || actor.CanReadWholePlan():
		return true
	}
	return p.Audience == "partner" && actor.PersonID != 0 && slices.Contains(readers, actor.InstitutionID)
}

// Readable says whether an actor who sees a publication may read what it
// tells. What was recalled is offered to nobody but those who answer for it,
// what was purged to nobody.
func Readable(actor accounts.Actor, p Publication) bool {
	if p.PurgedAt != nil {
		return false
	}
	return p.State != Recalled || actor.Is(accounts.Coordinator) || actor.CanReadAudit()
}

// CanPublish says whether the actor may be the second person who signs, and
// if not, why.
func CanPublish(actor accounts.Actor, p Publication) error {
	switch {
	case !actor.CanSign():
		return problem.Denied("publications.error.not_a_signer")
	case actor.PersonID == p.PreparedByID:
		return problem.Denied("publications.error.four_eyes")
	case p.State != Prepared:
		return problem.New(problem.Conflict, "publications.error.not_prepared")
	}
	return nil
}

// Store is what package web calls.
type Store struct {
	db    *db.DB
	clock calendar.Clock
	t     *i18n.T
	trail audit.Signer
}

// Signing has each publication followed by a checkpoint of the trail, in its
// transaction.
func (s *Store) Signing(trail audit.Signer) *Store {
	s.trail = trail
	return s
}

// New makes the store; t writes the files.
func New(d *db.DB, clock calendar.Clock, t *i18n.T) *Store { return &Store{db: d, clock: clock, t: t} }
