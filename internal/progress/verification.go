package progress

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Proof says how far what an institution claims is shown: the verification of
// a commitment's progress. It belongs to the update that decides the status:
// the next one is a new claim.
type Proof string

// The proofs. Claimed and Evidenced are computed, the other two are judged.
const (
	Claimed   Proof = "claimed"   // no paper supports it
	Evidenced Proof = "evidenced" // one or more do
	Verified  Proof = "verified"
	Disputed  Proof = "disputed"
)

// Proofs lists them in order.
var Proofs = []Proof{Claimed, Evidenced, Verified, Disputed}

// VerdictWithdrawn takes a verdict back: the proof is computed again.
const VerdictWithdrawn = "withdrawn"

// Verdicts lists what can be judged.
var Verdicts = []string{string(Verified), string(Disputed), VerdictWithdrawn}

// Verification is a coordinator's verdict on the claim that an update makes.
// The newest of an update counts; the older are kept.
type Verification struct {
	ID         int64 `gorm:"primaryKey"`
	UpdateID   int64
	Verdict    string // of Verdicts
	Reason     string
	JudgedAt   time.Time
	JudgedByID int64
}

// VerificationPaper is a paper on which a verdict rests.
type VerificationPaper struct {
	VerificationID int64 `gorm:"primaryKey"`
	EvidenceID     int64 `gorm:"primaryKey"`
}

// VerificationTold is a verdict with the post of who gave it and the papers on
// which it rests.
type VerificationTold struct {
	Verification
	Post   string
	Papers []int64 `gorm:"-"` // ids
}

// CanVerify says whether the actor may judge the claim of an update, and if
// not, why: a coordinator who had no hand in it.
func CanVerify(actor accounts.Actor, u Update, authors []int64) error {
	switch {
	case !actor.CanReview():
		return problem.Denied("problem.coordinators_only")
	case slices.Contains(authors, actor.PersonID):
		return problem.Denied("verification.error.four_eyes")
	case u.State != Approved || u.Kind != LeadUpdate:
		return problem.New(problem.Conflict, "verification.error.no_claim")
	}
	return nil
}

// Judgement is what a coordinator says of a claim.
type Judgement struct {
	Verdict string
	Reason  string
	Papers  []int64 // of the update, on which it rests
}

// ReasonMax is how many characters a reason may have.
const ReasonMax = 1000

// Verify judges the claim of the update that decides a commitment's status
// now. Verified is only what rests on papers of that update; every verdict has
// its reason.
func Verify(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, j Judgement) error {
	u, err := visible(tx, actor, id)
	if err != nil {
		return err
	}
	authors, err := Authors(tx, id)
	if err != nil {
		return err
	}
	if err := CanVerify(actor, u, authors); err != nil {
		return err
	}
	var deciding int64
	if err := tx.Raw("SELECT update_id FROM current_status WHERE commitment_id = ?", u.CommitmentID).Scan(&deciding).Error; err != nil {
		return err
	}
	if deciding != u.ID {
		return problem.New(problem.Conflict, "verification.error.not_current")
	}
	was, err := proofOf(tx, u)
	if err != nil {
		return err
	}
	if err := j.check(tx, u, was); err != nil {
		return err
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return err
	}
	if err := moveOn(tx, u, version); err != nil {
		return err
	}
	return j.write(tx, actor, u, was, at)
}

// check tidies the judgement and says what is wrong with it.
func (j *Judgement) check(tx *gorm.DB, u Update, was Proof) error {
	j.Reason = strings.TrimSpace(j.Reason)
	var papers []int64
	if err := tx.Raw(`SELECT e.id FROM evidence e LEFT JOIN evidence_files f ON f.id = e.file_id
		WHERE e.update_id = ? AND f.quarantined_at IS NULL ORDER BY e.id`, u.ID).Scan(&papers).Error; err != nil {
		return err
	}
	var k problem.Check
	k.Require(slices.Contains(Verdicts, j.Verdict), "verdict", "verification.error.verdict")
	k.Require(j.Verdict != VerdictWithdrawn || was == Verified || was == Disputed, "verdict", "verification.error.nothing_to_withdraw")
	k.Require(j.Reason != "", "reason", "verification.error.reason")
	k.Require(utf8.RuneCountInString(j.Reason) <= ReasonMax, "reason", "problem.too_long", "max", ReasonMax)
	k.Require(utf8.ValidString(j.Reason) && !strings.ContainsRune(j.Reason, 0), "reason", "problem.encoding")
	if j.Verdict == VerdictWithdrawn {
		j.Papers = nil
	}
	slices.Sort(j.Papers)
	j.Papers = slices.Compact(j.Papers)
	for _, id := range j.Papers {
		k.Require(slices.Contains(papers, id), "papers", "verification.error.paper")
	}
	k.Require(j.Verdict != string(Verified) || len(papers) > 0, "verdict", "verification.error.no_papers")
	k.Require(j.Verdict != string(Verified) || len(papers) == 0 || len(j.Papers) > 0, "papers", "verification.error.papers")
	return k.Err()
}

// write stores the verdict with its papers and its entry in the trail.
func (j Judgement) write(tx *gorm.DB, actor accounts.Actor, u Update, was Proof, at time.Time) error {
	v := Verification{UpdateID: u.ID, Verdict: j.Verdict, Reason: j.Reason, JudgedAt: at, JudgedByID: actor.PersonID}
	if err := tx.Create(&v).Error; err != nil {
		return err
	}
	for _, id := range j.Papers {
		if err := tx.Create(&VerificationPaper{VerificationID: v.ID, EvidenceID: id}).Error; err != nil {
			return err
		}
	}
	is, err := proofOf(tx, u)
	if err != nil {
		return err
	}
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	if err != nil {
		return err
	}
	changes := []audit.Change{{Field: "verification", Old: string(was), New: string(is)}, {Field: "reason", New: j.Reason, Free: true}}
	var titles []string
	if err := tx.Raw("SELECT title FROM evidence WHERE id IN ? ORDER BY id", j.Papers).Scan(&titles).Error; err != nil {
		return err
	}
	if len(titles) > 0 {
		changes = append(changes, audit.Change{Field: "evidence", New: strings.Join(titles, "; "), Free: true})
	}
	return record(tx, at, actor, "update.verify", u, c, changes...)
}

// proofOf is the proof of one update as it stands now.
func proofOf(tx *gorm.DB, u Update) (Proof, error) {
	all, err := ProofsOf(tx, farthest, u.ID)
	return all.Of(u.ID), err
}

// ProofTable holds what is known of the claims of updates.
type ProofTable struct {
	papers   map[int64]bool
	verdicts map[int64]Proof
}

// Of is the proof of an update that was approved.
func (p ProofTable) Of(update int64) Proof {
	switch verdict, judged := p.verdicts[update]; {
	case update == 0:
		return ""
	case judged && verdict != VerdictWithdrawn:
		return verdict
	case p.papers[update]:
		return Evidenced
	}
	return Claimed
}

// ProofsOf reads the proofs of updates as they were known at instant k, of all
// or only of those named.
func ProofsOf(tx *gorm.DB, k time.Time, only ...int64) (ProofTable, error) {
	p := ProofTable{papers: map[int64]bool{}, verdicts: map[int64]Proof{}}
	papers, ids := plan.Only("e.update_id", only)
	verdicts, _ := plan.Only("v.update_id", only)
	var rows []Verification
	err := tx.Raw(`SELECT update_id, verdict FROM (SELECT DISTINCT e.update_id, 'evidenced' AS verdict, 0 AS id FROM evidence e WHERE TRUE`+papers+`
		UNION ALL SELECT v.update_id, v.verdict, v.id FROM verifications v WHERE v.judged_at <= ?`+verdicts+`) known ORDER BY id`,
		slices.Concat(ids, []any{k}, ids)...).Scan(&rows).Error
	for _, v := range rows { // the newest last
		if v.Verdict == string(Evidenced) {
			p.papers[v.UpdateID] = true
		} else {
			p.verdicts[v.UpdateID] = Proof(v.Verdict)
		}
	}
	return p, err
}

// Verifications reads the verdicts on updates, the oldest first.
func Verifications(tx *gorm.DB, updates []int64) ([]VerificationTold, error) {
	if len(updates) == 0 {
		return nil, nil
	}
	var rows []struct {
		VerificationTold
		EvidenceID int64
	}
	err := tx.Raw(`SELECT v.*, COALESCE(p.title, '') AS post, COALESCE(e.evidence_id, 0) AS evidence_id FROM verifications v
		LEFT JOIN verification_papers e ON e.verification_id = v.id LEFT JOIN people w ON w.id = v.judged_by_id LEFT JOIN posts p ON p.id = w.post_id
		WHERE v.update_id IN ? ORDER BY v.id, e.evidence_id`, updates).Scan(&rows).Error
	var list []VerificationTold
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].ID != r.ID {
			list = append(list, r.VerificationTold)
		}
		if last := &list[len(list)-1]; r.EvidenceID != 0 {
			last.Papers = append(last.Papers, r.EvidenceID)
		}
	}
	return list, err
}

// Proof is how far the claim of an approved update of the lead is shown now;
// empty for every other.
func (t Told) Proof() Proof {
	if t.State != Approved || t.Kind != LeadUpdate {
		return ""
	}
	p := ProofTable{papers: map[int64]bool{t.ID: len(t.Evidence) > 0}, verdicts: map[int64]Proof{}}
	for _, v := range t.Verifications {
		p.verdicts[t.ID] = Proof(v.Verdict)
	}
	return p.Of(t.ID)
}

// Verify judges the claim that an update makes.
func (s *Store) Verify(ctx context.Context, actor accounts.Actor, key string, id, version int64, j Judgement) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, Verify(tx, s.clock, actor, id, version, j)
	})
	return err
}
