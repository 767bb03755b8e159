package progress

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Store is what package web calls: each method is one transaction.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store on a database with the domain's clock.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// MaxText is the most runes that a text field of an update holds.
const MaxText = 4000

// Text is what a person writes in an update.
type Text struct {
	AsOf          calendar.Date
	Status        Status
	Done          string
	NoProgress    string
	Blocker       string
	Obstacles     string
	NextStep      string
	SharedSummary string
	InternalNote  string
	Milestone     int
	Money         []Money
	Evidence      []Evidence // links: Title, URL, Kind, DatedOn and Share count
}

// NewUpdate starts an update. InstitutionID names the institution that it is
// of; 0 means the actor's own, or the lead's when a coordinator writes for it.
// CorrectsID names the approved update that it is to replace, 0 for none.
type NewUpdate struct {
	CommitmentID  int64
	InstitutionID int64
	CorrectsID    int64
	SeedKey       string
	Text
}

// commitment is what an update needs to know of what it is about.
type commitment struct {
	ID         int64
	Ref        string
	LeadID     int64
	StartsOn   calendar.Date
	Supporting []int64 `gorm:"-"`
	Milestones int     `gorm:"-"`
}

func (c commitment) involves(institutionID int64) bool {
	return c.LeadID == institutionID || slices.Contains(c.Supporting, institutionID)
}

// loadCommitment reads a commitment that the actor may see, else NotFound.
func loadCommitment(tx *gorm.DB, actor accounts.Actor, id int64) (commitment, error) {
	var c commitment
	found := tx.Raw("SELECT id, ref, lead_id, starts_on FROM commitments WHERE id = ?", id).Scan(&c)
	if found.Error != nil {
		return c, found.Error
	}
	if err := tx.Raw("SELECT institution_id FROM supports WHERE commitment_id = ?", id).Scan(&c.Supporting).Error; err != nil {
		return c, err
	}
	if found.RowsAffected == 0 || !actor.CanReadPlan() || !actor.CanReadWholePlan() && !c.involves(actor.InstitutionID) {
		return c, problem.Missing()
	}
	revision, err := plan.CurrentRevision(tx, id)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return c, err
	}
	c.Milestones = len(revision.Milestones)
	return c, nil
}

// Start makes a draft. It is seen by its institution alone until it is
// submitted; a coordinator's draft on behalf of an institution by coordinators.
func Start(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, n NewUpdate) (Update, error) {
	u, _, err := start(tx, clock, actor, n)
	return u, err
}

func start(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, n NewUpdate) (Update, commitment, error) {
	u, c, err := begun(tx, clock, actor, n)
	if err != nil {
		return u, c, err
	}
	if err := u.check(clock.Today(), c, n.Evidence, false); err != nil {
		return u, c, err
	}
	if err := tx.Create(&u).Error; err != nil {
		return u, c, err
	}
	if err := carryFiles(tx, u); err != nil {
		return u, c, err
	}
	return u, c, writeParts(tx, clock, u.ID, actor.PersonID, n.Evidence)
}

// begun is the draft that an actor starts, before its texts are held to any
// rule and before it is kept.
func begun(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, n NewUpdate) (Update, commitment, error) {
	c, err := loadCommitment(tx, actor, n.CommitmentID)
	if err != nil {
		return Update{}, c, err
	}
	u := Update{CommitmentID: c.ID, InstitutionID: n.InstitutionID, State: Draft, DraftedByID: actor.PersonID,
		DraftedAt: clock.Now(), SeedKey: n.SeedKey, Version: 1, Kind: LeadUpdate}
	if u.InstitutionID == 0 {
		u.InstitutionID = c.LeadID
		if actor.Is(accounts.FocalPoint) || c.involves(actor.InstitutionID) {
			u.InstitutionID = actor.InstitutionID
		}
	}
	if !actor.CanLogFor(u.InstitutionID) {
		return u, c, problem.Denied("update.error.not_yours")
	}
	if !c.involves(u.InstitutionID) {
		return u, c, problem.Denied("update.error.not_involved")
	}
	if u.InstitutionID != c.LeadID {
		u.Kind = Contribution
	}
	u.OnBehalf = actor.InstitutionID != u.InstitutionID
	if n.CorrectsID != 0 {
		if err := corrects(tx, &u, n.CorrectsID, &n.Text); err != nil {
			return u, c, err
		}
	}
	u.take(n.Text)
	return u, c, nil
}

// corrects ties a draft to the approved update that it is to replace: of the
// same commitment and institution, and not replaced already. The correction
// keeps the as_of unless it says otherwise.
func corrects(tx *gorm.DB, u *Update, id int64, text *Text) error {
	var old Update
	if err := tx.Where("id = ? AND commitment_id = ? AND institution_id = ? AND state = ?", id, u.CommitmentID, u.InstitutionID, string(Approved)).
		Take(&old).Error; err != nil {
		return missing(err)
	}
	if err := notCorrected(tx, &id); err != nil {
		return err
	}
	u.CorrectsID, u.Kind = &id, old.Kind
	if text.AsOf.IsZero() {
		text.AsOf = old.AsOf
	}
	return nil
}

var errCorrected = problem.New(problem.Conflict, "update.error.already_corrected")

// notCorrected refuses an update that an approved correction replaced; nil
// names none.
func notCorrected(tx *gorm.DB, id *int64) error {
	var replaced int64
	err := tx.Raw("SELECT count(*) FROM updates WHERE corrects_id = ? AND state = 'approved'", id).Scan(&replaced).Error
	if err == nil && replaced > 0 {
		return errCorrected
	}
	return err
}

// Save writes the texts of a draft or of a returned update anew. Whoever
// saves becomes one of its authors. Others have seen a returned update, so a
// change of it is in the trail, as one of a draft is not.
func Save(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, text Text) (Update, error) {
	u, c, err := save(tx, clock, actor, id, version, text)
	if err != nil || u.State == Draft {
		return u, err
	}
	return u, record(tx, clock.Now(), actor, "update.change", u, c, u.said()...)
}

func save(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, text Text) (Update, commitment, error) {
	u, c, err := editable(tx, actor, id)
	if err != nil {
		return u, c, err
	}
	if u.Version != version {
		return u, c, problem.Stale()
	}
	if u.CorrectsID != nil && text.AsOf.IsZero() {
		text.AsOf = u.AsOf
	}
	u.take(text)
	if err := u.check(clock.Today(), c, text.Evidence, false); err != nil {
		return u, c, err
	}
	u.Version++
	done := tx.Model(&Update{}).Where("id = ? AND version = ?", id, version).
		Select("as_of", "status", "done", "no_progress", "blocker", "obstacles", "next_step", "shared_summary", "internal_note", "milestone", "money", "version").
		Updates(u)
	if err := db.Changed(done); err != nil {
		return u, c, err
	}
	return u, c, writeParts(tx, clock, id, actor.PersonID, text.Evidence)
}

// said is what an update says, for the trail.
func (u Update) said() []audit.Change {
	return []audit.Change{{Field: "as_of", New: u.AsOf.String()}, {Field: "status", New: string(u.Status)},
		{Field: "done", New: u.Done, Free: true}, {Field: "no_progress", New: u.NoProgress, Free: true},
		{Field: "obstacles", New: u.Obstacles, Free: true}, {Field: "next_step", New: u.NextStep, Free: true},
		{Field: "shared_summary", New: u.SharedSummary, Free: true}, {Field: "internal_note", New: u.InternalNote, Free: true}, {Field: "money", New: saidOfMoney(u.Money), Free: true}}
}

// Discard deletes a draft that was never submitted. It leaves no trace, since
// nobody outside its institution has seen it.
func Discard(tx *gorm.DB, actor accounts.Actor, id, version int64) error {
	u, _, err := editable(tx, actor, id)
	if err != nil {
		return err
	}
	if u.State != Draft || !u.FirstSubmittedOn.IsZero() {
		return problem.Denied("update.error.was_submitted")
	}
	if err := dropEvidence(tx, id); err != nil {
		return err
	}
	for _, parts := range []string{"update_authors", "clearances"} {
		if err := tx.Exec("DELETE FROM "+parts+" WHERE update_id = ?", id).Error; err != nil {
			return err
		}
	}
	gone := tx.Exec("DELETE FROM updates WHERE id = ? AND version = ? AND state = 'draft'", id, version)
	return db.Changed(gone)
}

// editable loads an update that the actor may edit: one of their institution,
// or a coordinator's on behalf of one, while it is a draft or returned.
func editable(tx *gorm.DB, actor accounts.Actor, id int64) (Update, commitment, error) {
	u, err := visible(tx, actor, id)
	if err != nil {
		return u, commitment{}, err
	}
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	if err != nil {
		return u, c, err
	}
	if !Writes(actor, u) {
		return u, c, problem.Denied("update.error.not_yours")
	}
	if !u.entry().Editable() {
		return u, c, problem.New(problem.Conflict, "update.error.not_editable")
	}
	return u, c, nil
}

// Writes says whether the actor is on the writing side of an update.
func Writes(actor accounts.Actor, u Update) bool { return u.entry().WrittenBy(actor) }

func (u *Update) take(t Text) {
	u.AsOf, u.Status, u.Milestone, u.Money = t.AsOf, t.Status, t.Milestone, tidyMoney(t.Money)
	u.Done, u.NoProgress, u.Blocker = strings.TrimSpace(t.Done), strings.TrimSpace(t.NoProgress), t.Blocker
	u.Obstacles, u.NextStep = strings.TrimSpace(t.Obstacles), strings.TrimSpace(t.NextStep)
	u.SharedSummary, u.InternalNote = strings.TrimSpace(t.SharedSummary), strings.TrimSpace(t.InternalNote)
	if u.NoProgress == "" {
		u.Blocker = ""
	}
	if u.Kind == Contribution {
		u.Status, u.Milestone = "", 0
	}
}

// check says what is wrong with an update: little for a draft, everything
// when it is to be submitted.
func (u *Update) check(today calendar.Date, c commitment, evidence []Evidence, whole bool) error {
	var k problem.Check
	k.Require(!u.AsOf.IsZero(), "as_of", "update.error.as_of")
	k.Require(!u.AsOf.After(today), "as_of", "update.error.future")
	k.Require(u.Status == "" || slices.Contains(Statuses, u.Status), "status", "update.error.status")
	k.Require(u.Blocker == "" || slices.Contains(Blockers, u.Blocker), "blocker", "update.error.blocker")
	k.Require(u.Milestone >= 0 && u.Milestone <= c.Milestones, "milestone", "update.error.milestone")
	for field, text := range map[string]string{"done": u.Done, "no_progress": u.NoProgress, "obstacles": u.Obstacles,
		"next_step": u.NextStep, "shared_summary": u.SharedSummary, "internal_note": u.InternalNote} {
		checkText(&k, field, text, MaxText)
	}
	k.Require(u.Done == "" || u.NoProgress == "", "done", "update.error.both")
	checkEvidence(&k, evidence, today)
	checkMoney(&k, u.Money, u.AsOf)
	if whole {
		k.Require(u.Done != "" || u.NoProgress != "", "done", "update.error.nothing_said")
		k.Require(u.NoProgress == "" || u.Blocker != "", "blocker", "update.error.blocker")
		k.Require(u.Kind == Contribution || u.Status != "", "status", "update.error.status")
		k.Require(c.StartsOn.IsZero() || !u.AsOf.Before(c.StartsOn) || u.Status == NotStarted || u.Done != "", "as_of", "update.error.before_start")
	}
	return k.Err()
}

func checkEvidence(k *problem.Check, evidence []Evidence, today calendar.Date) {
	k.Require(len(evidence) <= 20, "evidence", "update.error.evidence_many")
	for i, e := range evidence {
		n := strconv.Itoa(i + 1)
		k.Require(strings.TrimSpace(e.Title) != "", "evidence_title_"+n, "update.error.evidence_title")
		checkText(k, "evidence_title_"+n, e.Title, 300)
		k.Require(webAddress(e.URL), "evidence_url_"+n, "update.error.evidence_url")
		k.Require(slices.Contains(EvidenceKinds, e.Kind), "evidence_kind_"+n, "update.error.evidence_kind")
		k.Require(slices.Contains(Audiences, e.Share), "evidence_share_"+n, "update.error.evidence_share")
		k.Require(!e.DatedOn.After(today), "evidence_dated_on_"+n, "update.error.future")
		k.Require(len(e.URL) <= 2000, "evidence_url_"+n, "problem.too_long", "max", 2000)
	}
}

// checkText holds a text to a length in characters, and to what both engines
// can store.
func checkText(k *problem.Check, field, text string, most int) {
	k.Require(utf8.RuneCountInString(text) <= most, field, "problem.too_long", "max", most)
	k.Require(utf8.ValidString(text) && !strings.ContainsRune(text, 0), field, "problem.encoding")
}

// webAddress accepts http and https addresses with a host, and nothing else.
func webAddress(s string) bool {
	a, err := url.Parse(s)
	return err == nil && utf8.ValidString(s) && (a.Scheme == "http" || a.Scheme == "https") && a.Host != "" && a.User == nil
}

// writeParts notes the editor as an author and replaces the links of the
// evidence. Its files are added and taken away one by one.
func writeParts(tx *gorm.DB, clock calendar.Clock, updateID, personID int64, links []Evidence) error {
	if err := author(tx, updateID, personID); err != nil {
		return err
	}
	var old []Evidence
	if err := tx.Where("update_id = ? AND file_id IS NULL", updateID).Find(&old).Error; err != nil {
		return err
	}
	received := map[string]calendar.Date{}
	for _, e := range old {
		received[e.URL] = e.ReceivedOn
	}
	if err := tx.Exec("DELETE FROM evidence WHERE update_id = ? AND file_id IS NULL", updateID).Error; err != nil || len(links) == 0 {
		return err
	}
	rows := slices.Clone(links)
	for i := range rows {
		on, there := received[rows[i].URL]
		if !there {
			on = clock.Today()
		}
		rows[i].ID, rows[i].UpdateID, rows[i].ReceivedOn = 0, updateID, on
	}
	return tx.Create(&rows).Error
}

func author(tx *gorm.DB, updateID, personID int64) error {
	return tx.Exec("INSERT INTO update_authors (update_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", updateID, personID).Error
}

// missing turns "no such row" into the problem that says so.
func missing(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.Missing()
	}
	return err
}

// NextInstant is now, or the instant right after the newest approval when the
// clock stands still or went back: K must tell any two approvals apart.
func NextInstant(tx *gorm.DB, clock calendar.Clock) (time.Time, error) {
	now := clock.Now()
	newest, err := Known(tx)
	if err != nil {
		return now, fmt.Errorf("progress: newest instant: %w", err)
	}
	if !now.After(newest) {
		now = newest.Add(time.Microsecond)
	}
	return now, nil
}

// Instants gives the steps of one transaction their instants, one after the
// other. The data is asked for its newest at the first two only: from the entry
// of the first on, the lock of the trail's head keeps everybody else out. Nil
// asks every time.
type Instants struct {
	asked int
	last  time.Time
}

func (i *Instants) next(tx *gorm.DB, clock calendar.Clock) (at time.Time, err error) {
	if i == nil {
		return NextInstant(tx, clock)
	}
	if i.asked < 2 {
		i.asked++
		i.last, err = NextInstant(tx, clock)
		return i.last, err
	}
	if at = clock.Now(); !at.After(i.last) {
		at = i.last.Add(time.Microsecond)
	}
	i.last = at
	return at, nil
}

// object names an update in the audit trail.
func object(u Update) string { return "update " + strconv.FormatInt(u.ID, 10) }

// record adds an update's audit entry, naming its commitment.
func record(tx *gorm.DB, at time.Time, actor accounts.Actor, action string, u Update, c commitment, changes ...audit.Change) error {
	changes = append(changes, audit.Change{Field: "commitment", New: c.Ref})
	return audit.Append(tx, at, audit.Event{Who: actor.Who(), Action: action, Object: object(u), Changes: changes})
}

// once runs a form's work with its key and returns the id that it made or changed.
func (s *Store) once(ctx context.Context, actor accounts.Actor, key string, run func(tx *gorm.DB) (int64, error)) (int64, error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		id, err := run(tx)
		return strconv.FormatInt(id, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(result, 10, 64)
}
