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
	if err := CheckPurge(tx, seq, field, reason); err != nil {
		return err
	}
	return purge(tx, at, who, seq, field, strings.TrimSpace(reason))
}

// CheckPurge says what stands against purging a text of an entry, as Purge
// would, and changes nothing.
func CheckPurge(tx *gorm.DB, seq int64, field, reason string) error {
	var k problem.Check
	CheckReason(&k, reason)
	h, found, err := held(tx, seq)
	if err != nil {
		return err
	}
	k.Require(found, "entry", "audit.purge.error.entry")
	if !found {
		return k.Err()
	}
	var names []string
	for _, t := range h.Texts {
		if names = append(names, t.Field); t.Field != field {
			continue
		}
		if err := k.Err(); err != nil {
			return err
		}
		if t.Gone() {
			return problem.New(problem.Conflict, "audit.purge.error.gone")
		}
		return nil
	}
	switch {
	case len(names) == 0:
		k.Add("entry", "audit.purge.error.none")
	case field == "":
		k.Add("field", "audit.purge.error.choose")
	default:
		k.Add("field", "audit.purge.error.field", "fields", strings.Join(names, ", "))
	}
	return k.Err()
}

// CheckReason notes what is wrong with the reason of a purge: it is asked for,
// and short.
func CheckReason(k *problem.Check, reason string) {
	reason = strings.TrimSpace(reason)
	k.Require(reason != "", "reason", "audit.purge.error.reason")
	k.Require(utf8.RuneCountInString(reason) <= ReasonMost, "reason", "problem.too_long", "max", ReasonMost)
	k.Require(utf8.ValidString(reason) && !strings.ContainsRune(reason, 0), "reason", "problem.encoding")
}

// Holding is an entry as whoever purges sees it, who does not read the trail:
// when it was written, by which action, and which texts of which length it has.
// It tells neither what it says nor of whom and what.
type Holding struct {
	Seq    int64
	At     time.Time
	Action string
	Texts  []HeldText
}

// HeldText is a free text of an entry, without its words.
type HeldText struct {
	Field    string
	Length   int       // in characters
	Purged   bool      // it is not the one that was written
	PurgedAt time.Time // where an entry says so
	PurgedBy int64     // that entry
}

// Gone says whether there is nothing to purge: an entry says so, or nothing was
// ever written.
func (t HeldText) Gone() bool { return t.PurgedBy > 0 || t.Length == 0 && !t.Purged }

// Held is an entry with the texts that it holds; one that is not there is
// Missing.
func Held(tx *gorm.DB, seq int64) (Holding, error) {
	h, found, err := held(tx, seq)
	if err == nil && !found {
		err = problem.Missing()
	}
	return h, err
}

func held(tx *gorm.DB, seq int64) (h Holding, found bool, err error) {
	var list []Entry
	if err := tx.Where("seq = ?", seq).Find(&list).Error; err != nil {
		return h, false, err
	}
	lines, err := linesOf(tx, list)
	if err != nil || len(lines) == 0 {
		return h, false, err
	}
	h = Holding{Seq: seq, At: lines[0].At, Action: lines[0].Action}
	for _, c := range lines[0].Changes {
		if c.Free {
			h.Texts = append(h.Texts, HeldText{Field: c.Field, Length: utf8.RuneCountInString(c.New), Purged: c.Purged, PurgedAt: c.PurgedAt, PurgedBy: c.PurgedBy})
		}
	}
	return h, true, nil
}

// PurgesShown is how many purges Purges lists.
const PurgesShown = 50

// Purges lists the newest entries that say that a text or what a publication
// tells was purged, newest first.
func Purges(tx *gorm.DB) ([]Line, error) {
	var list []Entry
	// The objects' beginnings find them in the index; the columns sort by byte.
	if err := tx.Where(`(action = ? AND object >= 'entry ' AND object < 'entry!' OR action = 'publication.purge' AND object >= 'publication ' AND object < 'publication!')
		AND outcome = ?`, ActionPurge, string(Done)).Order("seq DESC").Limit(PurgesShown).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("audit: purges: %w", err)
	}
	return linesOf(tx, list)
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
