// Package accounts knows the institutions, the posts in them and the people
// who hold the posts: who they are, how they sign in, and what each may do.
package accounts

import (
	"slices"

	"tracker/internal/audit"
)

// Role is the job that a post comes with.
type Role string

// The roles. A post has exactly one.
const (
	FocalPoint    Role = "focal_point"   // writes what their institution did
	Coordinator   Role = "coordinator"   // changes the plan, reviews, publishes
	Countersigner Role = "countersigner" // the second person for certifying and publishing, nothing else
	Partner       Role = "partner"       // reads what was published to them
	Auditor       Role = "auditor"       // reads everything but drafts, changes nothing
	Administrator Role = "administrator" // accounts, institutions, settings; no say on content
	System        Role = "system"        // the command line and the program itself; never a person
)

// Roles lists the roles a post can come with.
var Roles = []Role{FocalPoint, Coordinator, Countersigner, Partner, Auditor, Administrator}

// Kind says what sort of institution one is.
type Kind string

// The kinds of institutions.
const (
	Government     Kind = "government"
	NonGovernment  Kind = "non_government"
	PartnerOutside Kind = "partner"
)

// Actor is the person who acts, as they are at this very request. The zero
// value may do nothing.
type Actor struct {
	PersonID        int64
	Email           string
	PostID          int64
	Post            string // the post's title
	Role            Role
	InstitutionID   int64
	Institution     string // code
	InstitutionName string
	InstitutionKind Kind
	Request         string // id of the web request, for logs and the audit trail
}

// CommandLine is the actor of commands that name no person.
func CommandLine() Actor { return Actor{Post: "command line", Role: System} }

// Who is the actor as the audit trail names them.
func (a Actor) Who() audit.Who {
	return audit.Who{ID: a.PersonID, Post: a.Post, Role: string(a.Role), Institution: a.Institution, Request: a.Request}
}

// Is says whether the actor has one of the roles.
func (a Actor) Is(roles ...Role) bool { return slices.Contains(roles, a.Role) }

// CanReadPlan says whether the actor reads plan pages at all: everyone in
// government and the focal points of non-government institutions; partners
// read publications only.
func (a Actor) CanReadPlan() bool {
	return a.Is(FocalPoint, Coordinator, Countersigner, Auditor, Administrator, System)
}

// CanReadWholePlan is false for a focal point outside government, who reads
// only what their institution leads or supports.
func (a Actor) CanReadWholePlan() bool {
	return a.CanReadPlan() && !(a.Role == FocalPoint && a.InstitutionKind != Government)
}

// CanChangePlan says whether the actor may change framework, commitments,
// answers, editions, periods and deadlines.
func (a Actor) CanChangePlan() bool { return a.Is(Coordinator, System) }

// CanReview says whether the actor approves and returns updates.
func (a Actor) CanReview() bool { return a.Is(Coordinator) }

// CanPrepare says whether the actor prepares publications, and withdraws and
// recalls them.
func (a Actor) CanPrepare() bool { return a.Is(Coordinator) }

// CanSign says whether the actor may be the second person, who signs what
// another one prepared.
func (a Actor) CanSign() bool { return a.Is(Coordinator, Countersigner) }

// CanLogFor says whether the actor may write an update for an institution:
// its focal point may, and a coordinator may on its behalf.
func (a Actor) CanLogFor(institutionID int64) bool {
	return a.Is(Coordinator) || a.Is(FocalPoint) && a.InstitutionID == institutionID
}

// CanReadInReview says whether submitted and returned updates of every
// institution are open to the actor.
func (a Actor) CanReadInReview() bool { return a.Is(Coordinator, Auditor, System) }

// CanAdminister says whether the actor manages people, posts, institutions
// and settings.
func (a Actor) CanAdminister() bool { return a.Is(Administrator, System) }

// CanReadAudit says whether the actor reads the audit trail.
func (a Actor) CanReadAudit() bool { return a.Is(Auditor, System) }
