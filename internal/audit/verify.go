package audit

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// Fault is the way in which an entry is broken.
type Fault string

// The faults that Verify tells apart.
const (
	FaultNone       Fault = ""
	FaultGap        Fault = "gap"        // the entry is missing, or has no place in the count
	FaultLink       Fault = "link"       // it does not hold the hash of the one before
	FaultHash       Fault = "hash"       // a column was altered
	FaultDetails    Fault = "details"    // its changes cannot be read
	FaultText       Fault = "text"       // a free text is missing, added, emptied without an entry or not what was written
	FaultHead       Fault = "head"       // the head says otherwise: the tail was cut off or added to
	FaultCheckpoint Fault = "checkpoint" // a checkpoint tells of another entry, or was altered itself
	FaultKey        Fault = "key"        // a checkpoint is signed with a key that is not this trail's
	FaultAnchor     Fault = "anchor"     // what was kept outside tells of another entry, or of one that is gone
)

// Report is what Verify found. Seq and Why name the first broken entry.
type Report struct {
	Entries     int64    `json:"entries"`     // read
	Purged      int64    `json:"purged"`      // free texts purged since, which is no fault
	Purges      []Purged `json:"purges"`      // the entries that say so
	Checkpoints int      `json:"checkpoints"` // whose signature and entry hold
	Anchors     int      `json:"anchors"`     // whose entry holds
	Seq         int64    `json:"broken"`      // the first broken entry
	Fault       Fault    `json:"fault"`       // empty when the chain is whole
	Why         string   `json:"why"`         // the fault in a sentence
	Head        string   `json:"head"`        // the hash of the newest entry
}

// Purged is a free text that was purged: which one, when, and by which entry.
type Purged struct {
	Seq   int64     `json:"entry"`
	Field string    `json:"field"`
	At    time.Time `json:"at"`
	By    int64     `json:"by"`
}

// OK says whether the chain is whole.
func (r Report) OK() bool { return r.Fault == FaultNone }

// verifyBatch is how many entries are read at a time, verifyTold after how many
// it is told how far the check is.
const (
	verifyBatch = 2000
	verifyTold  = 5 * verifyBatch
)

type head struct {
	Seq  int64
	Hash string
}

// Check is what a verification holds the chain against, and whom it tells how
// far it is.
type Check struct {
	Key     string   // public key of the newest checkpoint; empty takes the one that it names
	Anchors []Anchor // heads that were kept outside
	Tell    func(done, total int64) error
}

// Verify computes the whole chain again, in one snapshot, and names the first
// entry that is not as it was written. A cut of the tail together with a
// forged head, and a chain that was computed anew from some entry on, only
// show against a checkpoint, or a head that was written down elsewhere.
func Verify(ctx context.Context, d *db.DB) (Report, error) { return VerifyAgainst(ctx, d, Check{}) }

// VerifyAgainst is Verify, against more than the database itself holds.
func VerifyAgainst(ctx context.Context, d *db.DB, c Check) (Report, error) {
	var r Report
	err := d.Read(ctx, func(tx *gorm.DB) error {
		r = Report{}
		return r.walk(tx, c)
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
	err := r.walk(tx, Check{})
	return r, err
}

// walk reads the chain stretch by stretch; while one is read, the one before
// is computed.
func (r *Report) walk(tx *gorm.DB, c Check) error {
	var h, last head
	if err := tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&h).Error; err != nil {
		return err
	}
	claims, err := claimsOf(tx, c.Anchors)
	if err != nil {
		return err
	}
	seen := seen{claims: claims}
	var computing chan finding
	for from := int64(math.MinInt64); ; from = last.Seq {
		s, err := readStretch(tx, from)
		if err != nil {
			return err
		}
		if computing != nil {
			if seen.take(r, <-computing); !r.OK() {
				return nil
			}
		}
		if len(s.entries) == 0 {
			break
		}
		if c.Tell != nil && r.Entries%verifyTold == 0 {
			if err := c.Tell(r.Entries, h.Seq); err != nil {
				return err
			}
		}
		s.claims, s.before = seen.claimsUpTo(s.entries[len(s.entries)-1].Seq), last
		computing = make(chan finding, 1)
		go func(s stretch, to chan finding) { to <- s.compute() }(s, computing)
		newest := s.entries[len(s.entries)-1]
		last = head{newest.Seq, newest.Hash}
	}
	r.Head = last.Hash
	if r.checkHead(h, last); r.OK() {
		seen.end(r, last, c.Key)
	}
	return nil
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

// seen is what the stretches told that only shows at the end.
type seen struct {
	claims  []claim // not met yet, by number
	signers []claim // checkpoints that were met
	emptied []Purged
	purges  []Purged
	keys    []newKey
}

// take adds what was found in a stretch.
func (s *seen) take(r *Report, f finding) {
	r.Entries += f.entries
	r.Checkpoints += f.checkpoints
	r.Anchors += f.anchors
	s.emptied, s.purges, s.keys = append(s.emptied, f.emptied...), append(s.purges, f.purges...), append(s.keys, f.keys...)
	s.signers = append(s.signers, f.signers...)
	if !f.OK() {
		r.Seq, r.Fault, r.Why = f.Seq, f.Fault, f.Why
	}
}

// claimsUpTo takes the claims on entries up to a number.
func (s *seen) claimsUpTo(seq int64) []claim {
	n := slices.IndexFunc(s.claims, func(c claim) bool { return c.seq > seq })
	if n < 0 {
		n = len(s.claims)
	}
	some := s.claims[:n]
	s.claims = s.claims[n:]
	return some
}

// end judges what is left when all was read.
func (s *seen) end(r *Report, last head, key string) {
	said := map[textKey]bool{}
	for _, p := range s.purges {
		said[textKey{p.Seq, p.Field}] = true
	}
	r.Purged, r.Purges = int64(len(s.emptied)), s.purges
	for _, p := range s.emptied {
		if !said[textKey{p.Seq, p.Field}] {
			r.broken(p.Seq, FaultText, "the text of %q was emptied, and no entry says that it was purged", p.Field)
			return
		}
	}
	if len(s.claims) > 0 {
		c := s.claims[0]
		r.broken(last.Seq+1, c.fault(), "%s tells of entry %d, the last entry is %d: the tail was cut off, or an older backup was restored", c.name, c.seq, last.Seq)
		return
	}
	s.checkKeys(r, key)
}

// newKey is an entry from which on another key signs.
type newKey struct {
	seq      int64
	old, new string
}

// checkKeys follows the keys of the checkpoints from the first to the newest:
// each is the one before, or the one that an entry between them names.
func (s *seen) checkKeys(r *Report, wanted string) {
	key := ""
	for _, c := range s.signers {
		for ; len(s.keys) > 0 && s.keys[0].seq <= c.seq; s.keys = s.keys[1:] {
			if key == s.keys[0].old {
				key = s.keys[0].new
			}
		}
		if key == "" {
			key = c.checkpoint.PublicKey
		}
		if c.checkpoint.PublicKey != key {
			r.broken(c.seq, FaultKey, "its checkpoint is signed with another key than the one before, and no entry says so")
			return
		}
	}
	if n := len(s.signers); n > 0 && wanted != "" && key != wanted {
		r.broken(s.signers[n-1].seq, FaultKey, "the newest checkpoint is signed with the key %s, not with %s", key, wanted)
	}
}
