package audit

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// Fault is the way in which an entry is broken.
type Fault string

// The faults that Verify tells apart.
const (
	FaultNone    Fault = ""
	FaultGap     Fault = "gap"     // the entry is missing, or has no place in the count
	FaultLink    Fault = "link"    // it does not hold the hash of the one before
	FaultHash    Fault = "hash"    // a column was altered
	FaultDetails Fault = "details" // its changes cannot be read
	FaultText    Fault = "text"    // a free text is missing, added or not what was written
	FaultHead    Fault = "head"    // the head says otherwise: the tail was cut off or added to
)

// Report is what Verify found. Seq and Why name the first broken entry.
type Report struct {
	Entries int64  // entries read
	Purged  int64  // free texts purged since, which is no fault
	Seq     int64  // the first broken entry
	Fault   Fault  // empty when the chain is whole
	Why     string // the fault in a sentence
	Head    string // the hash of the newest entry
}

// OK says whether the chain is whole.
func (r Report) OK() bool { return r.Fault == FaultNone }

// verifyBatch is how many entries are read at a time, verifyTold after how many
// it is told how far the check is.
const (
	verifyBatch = 500
	verifyTold  = 20 * verifyBatch
)

type head struct {
	Seq  int64
	Hash string
}

// Verify computes the whole chain again, in one snapshot, and names the first
// entry that is not as it was written. A cut of the tail together with a
// forged head, and a chain that was computed anew from some entry on, only
// show against a head that was written down elsewhere.
func Verify(ctx context.Context, d *db.DB) (Report, error) {
	return VerifyTelling(ctx, d, func(done, total int64) error { return nil })
}

// VerifyTelling is Verify, and tells now and then how many entries of all it
// has read. An error of tell ends it.
func VerifyTelling(ctx context.Context, d *db.DB, tell func(done, total int64) error) (Report, error) {
	var r Report
	err := d.Read(ctx, func(tx *gorm.DB) error {
		r = Report{}
		return r.walk(tx, tell)
	})
	if err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	return r, nil
}

// VerifyIn is Verify of what the caller's transaction sees, also of what it
// wrote itself: a restore that brings a broken trail is taken back.
func VerifyIn(tx *gorm.DB) (Report, error) {
	var r Report
	err := r.walk(tx, func(done, total int64) error { return nil })
	return r, err
}

func (r *Report) walk(tx *gorm.DB, tell func(done, total int64) error) error {
	var h head
	if err := tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&h).Error; err != nil {
		return err
	}
	var last head
	for from := int64(math.MinInt64); ; from = last.Seq {
		var list []Entry
		if err := tx.Where("seq > ?", from).Order("seq").Limit(verifyBatch).Find(&list).Error; err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		if r.Entries%verifyTold == 0 {
			if err := tell(r.Entries, h.Seq); err != nil {
				return err
			}
		}
		texts, err := textsBetween(tx, list[0].Seq, list[len(list)-1].Seq)
		if err != nil {
			return err
		}
		for _, e := range list {
			if r.check(e, last, texts[e.Seq]); !r.OK() {
				return nil
			}
			last = head{e.Seq, e.Hash}
			r.Entries++
		}
	}
	r.Head = last.Hash
	r.checkHead(h, last)
	return nil
}

// check holds one entry against the one before and against its free texts.
func (r *Report) check(e Entry, last head, texts []Text) {
	switch {
	case e.Seq <= last.Seq:
		r.broken(e.Seq, FaultGap, "the entry was added: the first one is number 1")
	case e.Seq != last.Seq+1:
		r.broken(last.Seq+1, FaultGap, "the entry is missing: entry %d follows entry %d", e.Seq, last.Seq)
	case e.PrevHash != last.Hash:
		r.broken(e.Seq, FaultLink, "it does not hold the hash of entry %d", last.Seq)
	case e.computeHash() != e.Hash:
		r.broken(e.Seq, FaultHash, "its hash does not match what it says: a column was altered")
	default:
		r.checkTexts(e, texts)
	}
}

func (r *Report) checkTexts(e Entry, texts []Text) {
	details, err := e.details()
	if err != nil {
		r.broken(e.Seq, FaultDetails, "its changes cannot be read")
		return
	}
	byField := map[string]Text{}
	for _, t := range texts {
		byField[t.Field] = t
	}
	for _, d := range details {
		if d.SHA256 == "" {
			continue
		}
		t, ok := byField[d.Field]
		delete(byField, d.Field)
		switch {
		case !ok:
			r.broken(e.Seq, FaultText, "the text of %q is missing", d.Field)
			return
		case t.commitment() == d.SHA256:
		case t.Value == "":
			r.Purged++
		default:
			r.broken(e.Seq, FaultText, "the text of %q is not the one that was written", d.Field)
			return
		}
	}
	for field := range byField {
		r.broken(e.Seq, FaultText, "the text of %q was added", field)
		return
	}
}

func (r *Report) checkHead(h, last head) {
	switch {
	case h.Seq > last.Seq:
		r.broken(last.Seq+1, FaultHead, "the head names entry %d, the last entry is %d: the tail was cut off", h.Seq, last.Seq)
	case h.Seq < last.Seq:
		r.broken(h.Seq+1, FaultHead, "the head names entry %d, later entries were added past it", h.Seq)
	case h.Hash != last.Hash:
		r.broken(last.Seq, FaultHead, "the head holds another hash than the last entry")
	}
}

func (r *Report) broken(seq int64, f Fault, format string, args ...any) {
	r.Seq, r.Fault, r.Why = seq, f, fmt.Sprintf(format, args...)
}

func textsBetween(tx *gorm.DB, first, last int64) (map[int64][]Text, error) {
	var texts []Text
	if err := tx.Where("seq BETWEEN ? AND ?", first, last).Order("seq, field").Find(&texts).Error; err != nil {
		return nil, err
	}
	out := map[int64][]Text{}
	for _, t := range texts {
		out[t.Seq] = append(out[t.Seq], t)
	}
	return out, nil
}
