package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// stretch is some entries that follow each other, with all that they are held
// against.
type stretch struct {
	entries []Entry
	texts   map[int64][]Text
	claims  []claim
	before  head
}

// finding is what was found in a stretch.
type finding struct {
	Report
	entries              int64
	checkpoints, anchors int
	signers              []claim
	emptied, purges      []Purged
	keys                 []newKey
}

// readStretch reads the next entries and their texts, row by row: two million
// entries are too many to look at through their model.
func readStretch(tx *gorm.DB, from int64) (s stretch, err error) {
	rows, err := tx.Raw(`SELECT seq, at, actor_id, actor, role, institution, request, action, object, outcome, details, prev_hash, hash
		FROM audit_entries WHERE seq > ? ORDER BY seq LIMIT ?`, from, verifyBatch).Rows()
	if err != nil {
		return s, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	s.entries = make([]Entry, 0, verifyBatch)
	for rows.Next() {
		s.entries = append(s.entries, Entry{})
		e := &s.entries[len(s.entries)-1]
		if err := rows.Scan(&e.Seq, &e.At, &e.ActorID, &e.Actor, &e.Role, &e.Institution, &e.Request, &e.Action, &e.Object, &e.Outcome, &e.Details, &e.PrevHash, &e.Hash); err != nil {
			return s, err
		}
	}
	if err := rows.Err(); err != nil || len(s.entries) == 0 {
		return s, err
	}
	s.texts, err = textsBetween(tx, s.entries[0].Seq, s.entries[len(s.entries)-1].Seq)
	return s, err
}

func textsBetween(tx *gorm.DB, first, last int64) (map[int64][]Text, error) {
	rows, err := tx.Raw("SELECT seq, field, salt, value FROM audit_texts WHERE seq BETWEEN ? AND ? ORDER BY seq, field", first, last).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64][]Text{}
	for rows.Next() {
		var t Text
		if err := rows.Scan(&t.Seq, &t.Field, &t.Salt, &t.Value); err != nil {
			return nil, err
		}
		out[t.Seq] = append(out[t.Seq], t)
	}
	return out, rows.Err()
}

// compute holds each entry against the one before, its texts and the claims on
// it, up to the first that is broken.
func (s stretch) compute() (f finding) {
	last := s.before
	var buffer []byte
	for i := range s.entries {
		e := &s.entries[i]
		var sum [2 * sha256.Size]byte
		buffer = e.hashInto(buffer, &sum)
		if f.check(e, last, sum[:]); f.OK() {
			f.checkTexts(e, s.texts[e.Seq])
		}
		for ; f.OK() && len(s.claims) > 0 && s.claims[0].seq <= e.Seq; s.claims = s.claims[1:] {
			f.checkClaim(e, s.claims[0])
		}
		if !f.OK() {
			return f
		}
		last = head{e.Seq, e.Hash}
		f.entries++
	}
	return f
}

// check holds one entry against the one before.
func (f *finding) check(e *Entry, last head, sum []byte) {
	switch {
	case e.Seq <= last.Seq:
		f.broken(e.Seq, FaultGap, "the entry was added: the first one is number 1")
	case e.Seq != last.Seq+1:
		f.broken(last.Seq+1, FaultGap, "the entry is missing: entry %d follows entry %d", e.Seq, last.Seq)
	case e.PrevHash != last.Hash:
		f.broken(e.Seq, FaultLink, "it does not hold the hash of entry %d", last.Seq)
	case string(sum) != e.Hash:
		f.broken(e.Seq, FaultHash, "its hash does not match what it says: a column was altered")
	}
}

// checkTexts holds the free texts of an entry against what it says of them. Its
// changes are read only where that matters.
func (f *finding) checkTexts(e *Entry, texts []Text) {
	if e.Details == "[]" && len(texts) == 0 {
		return
	}
	if len(texts) == 0 && e.Action != ActionPurge && e.Action != ActionNewKey && !strings.Contains(e.Details, `"sha256"`) {
		if !strings.HasPrefix(e.Details, "[") || !json.Valid([]byte(e.Details)) {
			f.broken(e.Seq, FaultDetails, "its changes cannot be read")
		}
		return
	}
	details, err := e.details()
	if err != nil {
		f.broken(e.Seq, FaultDetails, "its changes cannot be read")
		return
	}
	f.note(e, details)
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
			f.broken(e.Seq, FaultText, "the text of %q is missing", d.Field)
			return
		case t.commitment() == d.SHA256:
		case t.Value == "":
			f.emptied = append(f.emptied, Purged{Seq: e.Seq, Field: d.Field})
		default:
			f.broken(e.Seq, FaultText, "the text of %q is not the one that was written", d.Field)
			return
		}
	}
	for field := range byField {
		f.broken(e.Seq, FaultText, "the text of %q was added", field)
		return
	}
}

// note keeps what an entry says of other entries and of keys.
func (f *finding) note(e *Entry, details []detail) {
	if e.Outcome != string(Done) {
		return
	}
	switch e.Action {
	case ActionPurge:
		if p, ok := e.purged(details); ok {
			f.purges = append(f.purges, p)
		}
	case ActionNewKey:
		for _, d := range details {
			if d.Field == "public_key" {
				f.keys = append(f.keys, newKey{e.Seq, d.Old, d.New})
			}
		}
	}
}

// checkClaim holds what is said elsewhere of an entry against it.
func (f *finding) checkClaim(e *Entry, c claim) {
	switch {
	case c.checkpoint != nil && !c.checkpoint.signed():
		f.broken(c.seq, FaultCheckpoint, "%s was altered: its signature does not hold", c.name)
	case c.seq != e.Seq:
		f.broken(c.seq, c.fault(), "%s tells of an entry that there cannot be", c.name)
	case c.hash != e.Hash:
		f.broken(c.seq, c.fault(), "%s tells of another entry %d: it, or one before it, was written anew", c.name, c.seq)
	case c.checkpoint != nil:
		f.checkpoints++
		f.signers = append(f.signers, c)
	default:
		f.anchors++
	}
}

// hashInto hashes every column but the hash itself, each with its length
// before it, so that no two different rows share an encoding. It gives the
// buffer back for the next.
func (e *Entry) hashInto(b []byte, into *[2 * sha256.Size]byte) []byte {
	b = b[:0]
	var scratch [40]byte
	b = put(b, "audit-v1")
	b = put(b, string(strconv.AppendInt(scratch[:0], e.Seq, 10)))
	b = put(b, string(e.At.UTC().AppendFormat(scratch[:0], timeFormat)))
	b = put(b, string(strconv.AppendInt(scratch[:0], e.ActorID, 10)))
	for _, s := range [...]string{e.Actor, e.Role, e.Institution, e.Request, e.Action, e.Object, e.Outcome, e.Details, e.PrevHash} {
		b = put(b, s)
	}
	sum := sha256.Sum256(b)
	hex.Encode(into[:], sum[:])
	return b
}

// claim is what a checkpoint or an anchor says of an entry.
type claim struct {
	seq        int64
	hash       string
	name       string
	checkpoint *Checkpoint // nil for an anchor
}

func (c claim) fault() Fault {
	if c.checkpoint != nil {
		return FaultCheckpoint
	}
	return FaultAnchor
}

// claimsOf are all claims, by number: the checkpoints that the database keeps
// and the anchors.
func claimsOf(tx *gorm.DB, anchors []Anchor) ([]claim, error) {
	var kept []Checkpoint
	if err := tx.Raw("SELECT * FROM audit_checkpoints ORDER BY seq").Scan(&kept).Error; err != nil {
		return nil, err
	}
	list := make([]claim, 0, len(kept)+len(anchors))
	for i, c := range kept {
		list = append(list, claim{c.Seq, c.Hash, fmt.Sprintf("the checkpoint of entry %d", c.Seq), &kept[i]})
	}
	for _, a := range anchors {
		list = append(list, claim{a.Seq, a.Hash, a.Name, nil})
	}
	slices.SortStableFunc(list, func(a, b claim) int { return cmp.Compare(a.seq, b.seq) })
	return list, nil
}
