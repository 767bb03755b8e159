package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// ActionPurge is the action of an entry that says that a free text of another
// entry was purged.
const ActionPurge = "trail.purge"

// ReasonMost is how many characters the reason of a purge may have.
const ReasonMost = 500

// Purge empties a free text of an entry for good and says so in an entry of
// its own; the chain stays whole. A text that was emptied with no entry that
// says so may be purged after the fact. The same text is not purged twice.
func Purge(tx *gorm.DB, at time.Time, who Who, seq int64, field, reason string) error {
	reason = strings.TrimSpace(reason)
	var k problem.Check
	k.Require(reason != "", "reason", "audit.purge.error.reason")
	k.Require(utf8.RuneCountInString(reason) <= ReasonMost, "reason", "problem.too_long", "max", ReasonMost)
	k.Require(utf8.ValidString(reason) && !strings.ContainsRune(reason, 0), "reason", "problem.encoding")
	var list []Entry
	if err := tx.Where("seq = ?", seq).Find(&list).Error; err != nil {
		return err
	}
	lines, err := linesOf(tx, list)
	if err != nil {
		return err
	}
	k.Require(len(lines) == 1, "entry", "audit.purge.error.entry")
	if err := k.Err(); err != nil {
		return err
	}
	var free []string
	for _, c := range lines[0].Changes {
		if c.Free {
			free = append(free, c.Field)
		}
		if c.Free && c.Field == field {
			if c.PurgedBy > 0 || c.New == "" && !c.Purged {
				return problem.New(problem.Conflict, "audit.purge.error.gone")
			}
			return purge(tx, at, who, seq, field, reason)
		}
	}
	if len(free) == 0 {
		k.Require(false, "entry", "audit.purge.error.none")
	} else {
		k.Require(false, "field", "audit.purge.error.field", "fields", strings.Join(free, ", "))
	}
	return k.Err()
}

func purge(tx *gorm.DB, at time.Time, who Who, seq int64, field, reason string) error {
	// The head's lock first: nobody purges the same text at the same time.
	if err := tx.Exec("UPDATE audit_head SET seq = seq WHERE id = 1").Error; err != nil {
		return err
	}
	purges, err := purgesOf(tx, []int64{seq})
	if err != nil {
		return err
	}
	if _, again := purges[textKey{seq, field}]; again {
		return problem.New(problem.Conflict, "audit.purge.error.gone")
	}
	if err := tx.Exec("UPDATE audit_texts SET value = '' WHERE seq = ? AND field = ?", seq, field).Error; err != nil {
		return fmt.Errorf("audit: purge: %w", err)
	}
	return Append(tx, at, Event{Who: who, Action: ActionPurge, Object: entryObject(seq), Changes: []Change{
		{Field: "field", New: field}, {Field: "reason", New: reason, Free: true}}})
}

// entryObject is an entry as the object of another.
func entryObject(seq int64) string { return "entry " + strconv.FormatInt(seq, 10) }

// purged is the text that a purging entry tells of.
func (e *Entry) purged(details []detail) (p Purged, ok bool) {
	number, isEntry := strings.CutPrefix(e.Object, "entry ")
	seq, err := strconv.ParseInt(number, 10, 64)
	p = Purged{Seq: seq, At: e.At, By: e.Seq}
	for _, d := range details {
		if d.Field == "field" {
			p.Field = d.New
		}
	}
	return p, isEntry && err == nil && p.Field != ""
}

// purgesOf are the purges of texts of some entries.
func purgesOf(tx *gorm.DB, seqs []int64) (map[textKey]Purged, error) {
	out := map[textKey]Purged{}
	if len(seqs) == 0 {
		return out, nil
	}
	objects := make([]string, len(seqs))
	for i, seq := range seqs {
		objects[i] = entryObject(seq)
	}
	var list []Entry
	if err := tx.Where("object IN ? AND action = ? AND outcome = ?", objects, ActionPurge, string(Done)).Order("seq").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("audit: purges: %w", err)
	}
	for i := range list {
		details, err := list[i].details()
		if err != nil {
			continue // altered: Verify names it
		}
		if p, ok := list[i].purged(details); ok {
			out[textKey{p.Seq, p.Field}] = p
		}
	}
	return out, nil
}
