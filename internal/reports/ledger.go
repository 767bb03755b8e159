// Package reports tells: it computes where everything stands at (D, K) once,
// as a Ledger, and every page, list, chart, export and report takes its
// numbers from there, so that they cannot differ.
package reports

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Rules are the thresholds of the computed flags, in days.
type Rules struct {
	DueSoonDays int `json:"due_soon_days"` // due within so many days
	StaleDays   int `json:"stale_days"`    // no approved update as of so many days
}

// DefaultRules are the thresholds where no setting says otherwise.
var DefaultRules = Rules{DueSoonDays: 30, StaleDays: 90}

// Query says whose ledger, of which day, known at which instant.
type Query struct {
	Actor   accounts.Actor
	Country string
	Rules   Rules
	D       calendar.Date
	// K is the instant of knowledge. The zero instant means "all that is
	// known": what pages show.
	K time.Time
	// Now says that D is today and that all that is known counts: the ledger
	// then reads the rows that approvals keep up to date instead of history.
	// The answer is the same, sooner.
	Now bool
}

// now is the instant to use where a query needs one.
func (q Query) now() time.Time {
	if q.K.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return q.K
}

// ReportState says how a commitment stands to the reporting deadline that
// passed last. The four are kept apart in every count.
type ReportState string

// The report states.
const (
	NotDue      ReportState = "not_due" // not active in the deadline's range
	OnTime      ReportState = "on_time"
	Late        ReportState = "late"
	NotReported ReportState = "not_reported"
)

// Line is one commitment as it stands at (D, K).
type Line struct {
	ID         int64
	Ref        string
	Title      string
	Origin     string
	NodeID     int64
	LeadID     int64
	Supporting []int64
	StartsOn   calendar.Date
	BegunOn    calendar.Date // its start, or its entry into the plan where that came later or no start is given
	DueOn      calendar.Date
	SortKey    string

	Status   progress.Status // not started when nothing was approved yet
	AsOf     calendar.Date   // of the update that decides the status; zero: never reported
	UpdateID int64
	Proof    progress.Proof // of that update; empty when there is none

	Active      bool
	Overdue     int // days since the due date, 0 when not overdue
	DueIn       int // days until the due date when due soon, else -1
	Stale       bool
	Report      ReportState
	InReview    bool // an update waits for review, as far as the actor may know
	Answers     []int64
	AnswersText string // references of the recommendations that it answers
}

// Orphan says whether the commitment answers nothing.
func (l Line) Orphan() bool { return len(l.Answers) == 0 }

// Unverified says whether the commitment is completed by its lead's word alone.
func (l Line) Unverified() bool {
	return l.Status == progress.Completed && l.Proof != progress.Verified
}

// hideProof leaves of the proof only what was judged, for a reader outside
// government of another institution's claim: they may not see all its papers,
// so they are not told whether there are any.
func (l *Line) hideProof(actor accounts.Actor) {
	if judged := l.Proof == progress.Verified || l.Proof == progress.Disputed; !judged && !actor.CanReadWholePlan() && actor.InstitutionID != l.LeadID {
		l.Proof = ""
	}
}

// Flag names a computed flag of a commitment.
type Flag string

// The computed flags, in the order in which lists show them.
const (
	FlagOverdue     Flag = "overdue"
	FlagNotReported Flag = "not_reported"
	FlagLate        Flag = "late"
	FlagDueSoon     Flag = "due_soon"
	FlagStale       Flag = "stale"
	FlagUnverified  Flag = "unverified" // completed, and nobody verified it
	FlagInReview    Flag = "in_review"
	FlagOrphan      Flag = "orphan"
)

// Flags lists the computed flags.
var Flags = []Flag{FlagOverdue, FlagNotReported, FlagLate, FlagDueSoon, FlagStale, FlagUnverified, FlagInReview, FlagOrphan}

// Has says whether the commitment bears a flag.
func (l Line) Has(f Flag) bool {
	switch f {
	case FlagOverdue:
		return l.Overdue > 0
	case FlagNotReported:
		return l.Report == NotReported
	case FlagLate:
		return l.Report == Late
	case FlagDueSoon:
		return l.DueIn >= 0
	case FlagStale:
		return l.Stale
	case FlagUnverified:
		return l.Unverified()
	case FlagInReview:
		return l.InReview
	case FlagOrphan:
		return l.Orphan()
	}
	return false
}

// flag computes the flags of a line by the rules of its day: this is the one
// place that knows them.
func (l *Line) flag(d calendar.Date, rules Rules) {
	open := !l.Status.Closed()
	l.Active = open && (l.StartsOn.IsZero() || !l.StartsOn.After(d))
	l.DueIn = -1
	if open && !l.DueOn.IsZero() {
		if days := l.DueOn.Sub(d); days < 0 {
			l.Overdue = -days
		} else if days <= rules.DueSoonDays {
			l.DueIn = days
		}
	}
	l.Stale = l.Active && (l.AsOf.IsZero() || l.AsOf.Before(d.AddDays(-rules.StaleDays)))
}

// Institution is one as lists need it.
type Institution struct {
	ID    int64
	Code  string
	Name  string
	Short string
	Kind  accounts.Kind
}

// Node is a node of a framework as lists need it.
type Node struct {
	ID        int64
	ParentID  int64
	Framework string // its code
	Level     string
	Number    string
	Title     string
	Theme     string
	TopID     int64  // the node of the first level above it, or itself
	Key       string // by which filters name it: its number, after the framework's code where two frameworks use that number
	Label     string // its title, with the framework's code where two first levels share it
}

// Answer is an answer in force.
type Answer struct {
	ID           int64
	CommitmentID int64
	ItemID       int64
	Extent       string
	Reason       string
	LinkedOn     calendar.Date
}

// Ledger is where everything stands at (D, K), already cut to what the actor
// may see. Lines are in the order of the plan.
type Ledger struct {
	Query
	Lines        []*Line // shared with other ledgers: they do not change
	Institutions map[int64]Institution
	Nodes        map[int64]Node
	NodeOrder    []int64
	Items        []recommendations.ItemRow // released by D and not retired, in order
	Answers      []Answer
	Schedule     progress.Schedule
	LastDue      progress.Deadline // zero when none has passed yet
	HasLastDue   bool

	byID      map[int64]int
	itemIndex map[int64]int
	itemRefs  []itemRefs                          // of the items, in their order
	demands   map[string]*recommendations.Demands // by mechanism
	asked     *counted                            // once it was asked for
	of        *whole                              // that it was cut from
}

// itemRefs are the references of an item, and of what it stands in.
type itemRefs struct{ item, recommendation, edition string }

func (r itemRefs) has(ref string) bool {
	return r.edition == ref || r.recommendation == ref || r.item == ref
}

// Line finds a commitment's line.
func (l *Ledger) Line(id int64) (Line, bool) {
	i, ok := l.byID[id]
	if !ok {
		return Line{}, false
	}
	return *l.Lines[i], true
}

// Item finds an item.
func (l *Ledger) Item(id int64) (recommendations.ItemRow, bool) {
	i, ok := l.itemIndex[id]
	if !ok {
		return recommendations.ItemRow{}, false
	}
	return l.Items[i], true
}

// Load computes the ledger. The number of queries does not depend on how much
// there is.
func Load(tx *gorm.DB, q Query) (*Ledger, error) {
	w, err := loadWhole(tx, q)
	if err != nil {
		return nil, err
	}
	return w.as(q), nil
}

func (l *Ledger) loadInstitutions(tx *gorm.DB) error {
	var list []Institution
	err := tx.Raw("SELECT id, code, name, short_name AS short, kind FROM institutions WHERE country = ?", l.Country).Scan(&list).Error
	l.Institutions = make(map[int64]Institution, len(list))
	for _, i := range list {
		l.Institutions[i.ID] = i
	}
	return err
}

func (l *Ledger) loadNodes(tx *gorm.DB) error {
	var list []Node
	err := tx.Raw(`SELECT n.id, COALESCE(n.parent_id, 0) AS parent_id, f.code AS framework, n.level, n.number, n.title, n.theme FROM nodes n
		JOIN frameworks f ON f.id = n.framework_id WHERE f.country = ? ORDER BY f.starts_on DESC, f.code, n.sort_key, n.id`, l.Country).Scan(&list).Error
	l.Nodes = make(map[int64]Node, len(list))
	numbers, tops := map[string]int{}, map[string]int{}
	for _, n := range list {
		l.Nodes[n.ID] = n
		l.NodeOrder = append(l.NodeOrder, n.ID)
		numbers[n.Number]++
		if n.ParentID == 0 {
			tops[n.Title]++
		}
	}
	for id, n := range l.Nodes {
		n.TopID, n.Key, n.Label = id, n.Number, n.Title
		if numbers[n.Number] > 1 {
			n.Key = n.Framework + " " + n.Number
		}
		if n.ParentID == 0 && tops[n.Title] > 1 {
			n.Label += " (" + n.Framework + ")"
		}
		for up := n; up.ParentID != 0 && up.ParentID != n.ID; {
			up = l.Nodes[up.ParentID]
			n.TopID = up.ID
		}
		l.Nodes[id] = n
	}
	return err
}

// begin notes from which day on something is expected of a commitment that
// entered the plan on a day.
func (l *Line) begin(entered calendar.Date) {
	l.BegunOn = l.StartsOn
	if entered.After(l.BegunOn) {
		l.BegunOn = entered
	}
}

func (l Line) involves(institutionID int64) bool {
	return l.LeadID == institutionID || slices.Contains(l.Supporting, institutionID)
}

// loadStandings reads from history what the lines of today came with.
func (l *Ledger) loadStandings(tx *gorm.DB, only []int64) error {
	if l.Now {
		return nil
	}
	standings, err := progress.StatusAt(tx, l.D, l.now(), only...)
	for i := range l.Lines {
		if s, ok := standings[l.Lines[i].ID]; ok {
			l.Lines[i].Status, l.Lines[i].AsOf, l.Lines[i].UpdateID = s.Status, s.AsOf, s.UpdateID
		}
	}
	return err
}

// loadProofs reads how far the claims behind the lines are shown.
func (l *Ledger) loadProofs(tx *gorm.DB, only []int64) error {
	var updates []int64
	if len(only) > 0 {
		for _, line := range l.Lines {
			updates = append(updates, line.UpdateID)
		}
	}
	if len(only) > 0 && len(updates) == 0 {
		return nil
	}
	proofs, err := progress.ProofsOf(tx, l.now(), updates...)
	for i := range l.Lines {
		l.Lines[i].Proof = proofs.Of(l.Lines[i].UpdateID)
	}
	return err
}

func (l *Ledger) loadSchedule(tx *gorm.DB) (err error) {
	l.Schedule, err = progress.LoadSchedule(tx, l.Country)
	l.LastDue, l.HasLastDue = l.Schedule.LastDue(l.D)
	return err
}

// loadReporting holds every line against the reporting deadline that passed
// last: was the commitment active in the range, and was an update of the lead
// submitted for it by D, in time or late?
func (l *Ledger) loadReporting(tx *gorm.DB, only []int64) error {
	if !l.HasLastDue {
		for i := range l.Lines {
			l.Lines[i].Report = NotDue
		}
		return nil
	}
	first, err := l.submitted(tx, []progress.Deadline{l.LastDue}, only)
	if err != nil {
		return err
	}
	closed, err := progress.ClosedBefore(tx, l.LastDue.CoversFrom, l.now(), only...)
	if err != nil {
		return err
	}
	for i := range l.Lines {
		l.Lines[i].Report = l.Lines[i].against(l.LastDue, first[0], closed)
	}
	return nil
}

// submitted reads when something was first handed in for some deadlines, of
// all commitments or of those named.
func (l *Ledger) submitted(tx *gorm.DB, deadlines []progress.Deadline, only []int64) ([]map[int64]calendar.Date, error) {
	if l.Now {
		return progress.FirstSubmittedNow(tx, deadlines, l.D, l.now(), only...)
	}
	return progress.FirstSubmitted(tx, deadlines, l.D, l.now(), only...)
}

// against holds the line against a reporting deadline: first is the day on
// which the lead's first update for it was submitted, closed says which were
// closed already when its range began.
func (l *Line) against(d progress.Deadline, first map[int64]calendar.Date, closed map[int64]bool) ReportState {
	before := closed[l.ID]
	if l.AsOf.Before(d.CoversFrom) { // nothing has changed since
		before = l.Status.Closed()
	}
	return reportState(d, first[l.ID], before, l.BegunOn)
}

// reportState holds one commitment against a reporting deadline: first is the
// day on which the lead's first update for it was submitted, if one was;
// closed says that nothing was expected any more when the range began. What
// entered the plan after the range was not active in it.
func reportState(d progress.Deadline, first calendar.Date, closed bool, begunOn calendar.Date) ReportState {
	switch {
	case !first.IsZero() && first.After(d.DueOn):
		return Late
	case !first.IsZero():
		return OnTime
	case closed || begunOn.After(d.CoversTo):
		return NotDue
	}
	return NotReported
}

func (l *Ledger) loadItems(tx *gorm.DB) error {
	items, err := recommendations.AllItems(tx, l.Country, l.D, l.now())
	if err != nil {
		return err
	}
	for _, item := range items {
		l.addItem(item)
	}
	l.demands, err = recommendations.DemandsOf(tx, l.Country, l.D, l.now())
	return err
}

func (l *Ledger) addItem(item recommendations.ItemRow) {
	l.itemIndex[item.ID] = len(l.Items)
	l.Items = append(l.Items, item)
	l.itemRefs = append(l.itemRefs, itemRefs{item.Ref(), item.RecommendationRef(), item.EditionRef()})
}

func (l *Ledger) loadAnswers(tx *gorm.DB, only []int64) error {
	where, args := "ended_at IS NULL", []any(nil)
	if !l.Now {
		where, args = plan.AnsweredSQL(l.D, l.now())
	}
	some, ids := plan.Only("commitment_id", only)
	rows, err := tx.Raw("SELECT id, commitment_id, item_id, extent, reason, linked_on FROM answers WHERE "+where+some+" ORDER BY item_id, commitment_id, id",
		append(args, ids...)...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var a Answer
		if err := rows.Scan(&a.ID, &a.CommitmentID, &a.ItemID, &a.Extent, &a.Reason, &a.LinkedOn); err != nil {
			return err
		}
		l.addAnswer(a)
	}
	return rows.Err()
}

func (l *Ledger) addAnswer(a Answer) {
	at, ok := l.byID[a.CommitmentID]
	item, known := l.itemIndex[a.ItemID]
	if !ok || !known {
		return
	}
	l.Answers = append(l.Answers, a)
	line := l.Lines[at]
	line.Answers = append(line.Answers, a.ItemID)
	ref := l.itemRefs[item].recommendation
	if !slices.Contains(strings.Split(line.AnswersText, ", "), ref) {
		if line.AnswersText != "" {
			line.AnswersText += ", "
		}
		line.AnswersText += ref
	}
}
