package audit

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// PageSize is how many entries a page of the trail holds.
const PageSize = 50

// Filter says which entries are wanted; an empty field wants all. Actor
// matches a post's title or an institution's code in part, Action its
// beginning ("update." finds all that was done to updates), Text any part of
// action, object or change. From is the first instant, To the first that is
// too late. Page counts from 1.
type Filter struct {
	Actor   string
	ActorID int64
	Object  string
	Action  string
	Outcome Outcome
	From    time.Time
	To      time.Time
	Text    string
	Page    int
}

// Line is an entry as people read it: with its changes, and with the free
// texts that were not purged put back in their places. Unreadable says that
// its changes were altered beyond reading; Verify names such an entry.
type Line struct {
	Entry
	Changes    []Shown
	Unreadable bool
}

// Shown is one change of a line. Purged says that the free text that was
// written is kept no longer.
type Shown struct {
	Field    string
	Old, New string
	Free     bool
	Purged   bool
	PurgedAt time.Time // where an entry says so
	PurgedBy int64     // that entry
}

// matching asks for the entries of a filter, on all of its pages.
func matching(tx *gorm.DB, f Filter) *gorm.DB {
	q := tx.Model(&Entry{})
	if f.Actor != "" {
		like := likePattern(f.Actor)
		q = q.Where(`(lower(actor) LIKE ? ESCAPE '\' OR lower(institution) LIKE ? ESCAPE '\')`, like, like)
	}
	if f.ActorID != 0 {
		q = q.Where("actor_id = ?", f.ActorID)
	}
	if f.Object != "" {
		q = q.Where("object = ?", f.Object)
	}
	if f.Action != "" {
		q = q.Where(`action LIKE ? ESCAPE '\'`, escapeLike(f.Action)+"%")
	}
	if f.Outcome != "" {
		q = q.Where("outcome = ?", string(f.Outcome))
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From.UTC())
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", f.To.UTC())
	}
	if f.Text != "" {
		like := likePattern(f.Text)
		q = q.Where(`(lower(action) LIKE ? ESCAPE '\' OR lower(object) LIKE ? ESCAPE '\' OR lower(details) LIKE ? ESCAPE '\')`, like, like, like)
	}
	return q
}

// Entries lists the entries of a filter's page, newest first, and counts all
// that match.
func Entries(tx *gorm.DB, f Filter) ([]Line, int, error) {
	q := matching(tx, f)
	var total int64
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("audit: count: %w", err)
	}
	var list []Entry
	page := min(max(f.Page, 1), 1_000_000)
	if err := q.Order("seq DESC").Limit(PageSize).Offset((page - 1) * PageSize).Find(&list).Error; err != nil {
		return nil, 0, fmt.Errorf("audit: list: %w", err)
	}
	lines, err := linesOf(tx, list)
	return lines, int(total), err
}

// MostInFile is how many entries of a filter can be read in one go.
const MostInFile = 100_000

// Each gives all entries of a filter to a function, newest first, whatever its
// page; an error of the function ends it. More than MostInFile are refused.
func Each(tx *gorm.DB, f Filter, give func(Line) error) error {
	const batch = 1000
	q := matching(tx, f).Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return fmt.Errorf("audit: count: %w", err)
	}
	if total > MostInFile {
		return problem.New(problem.Invalid, "audit.error.too_many", "n", int(total), "most", MostInFile)
	}
	for before := int64(math.MaxInt64); ; {
		var list []Entry
		if err := q.Where("seq < ?", before).Order("seq DESC").Limit(batch).Find(&list).Error; err != nil {
			return fmt.Errorf("audit: list: %w", err)
		}
		lines, err := linesOf(tx, list)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if err := give(line); err != nil {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
		before = list[batch-1].Seq
	}
}

// History lists everything that was done to an object, oldest first.
func History(tx *gorm.DB, object string) ([]Line, error) {
	var list []Entry
	if err := tx.Where("object = ?", object).Order("seq").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("audit: history: %w", err)
	}
	return linesOf(tx, list)
}

// Head is the number and hash of the newest entry, 0 and empty at first: what
// is written down outside the database to prove later that nothing was cut.
func Head(tx *gorm.DB) (seq int64, hash string, err error) {
	var h head
	err = tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&h).Error
	return h.Seq, h.Hash, err
}

// Since lists what was recorded after an entry, oldest first, by action, object
// and outcome. It gives false where the trail does not hold the entry with that
// hash, or holds more than most after it.
func Since(tx *gorm.DB, seq int64, hash string, most int) ([]Entry, bool, error) {
	var list []Entry
	err := tx.Select("seq", "hash", "action", "object", "outcome").Where("seq >= ?", seq).Order("seq").Limit(most + 2).Find(&list).Error
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("audit: since: %w", err)
	case len(list) == 0 || len(list) > most+1 || list[0].Seq != seq || list[0].Hash != hash:
		return nil, false, nil
	}
	return list[1:], true, nil
}

func linesOf(tx *gorm.DB, list []Entry) ([]Line, error) {
	texts, err := textsOf(tx, list)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(list))
	for i, e := range list {
		lines[i].Entry = e
		details, err := e.details()
		lines[i].Unreadable = err != nil
		for _, d := range details {
			s := Shown{Field: d.Field, Old: d.Old, New: d.New, Free: d.SHA256 != ""}
			if s.Free {
				t := texts[textKey{e.Seq, d.Field}]
				s.New, s.Purged = t.Value, t.Value == "" && t.commitment() != d.SHA256
			}
			lines[i].Changes = append(lines[i].Changes, s)
		}
	}
	return lines, sayPurged(tx, lines)
}

// sayPurged puts beside each purged text when that was, and which entry says
// so.
func sayPurged(tx *gorm.DB, lines []Line) error {
	var seqs []int64
	for _, l := range lines {
		if slices.ContainsFunc(l.Changes, func(s Shown) bool { return s.Purged }) {
			seqs = append(seqs, l.Seq)
		}
	}
	purges, err := purgesOf(tx, seqs)
	for i := range lines {
		for j, s := range lines[i].Changes {
			if p, ok := purges[textKey{lines[i].Seq, s.Field}]; ok && s.Purged {
				lines[i].Changes[j].PurgedAt, lines[i].Changes[j].PurgedBy = p.At, p.By
			}
		}
	}
	return err
}

type textKey struct {
	seq   int64
	field string
}

// textsOf reads the free texts of entries that follow each other in the list.
func textsOf(tx *gorm.DB, list []Entry) (map[textKey]Text, error) {
	out := map[textKey]Text{}
	if len(list) == 0 {
		return out, nil
	}
	seqs := make([]int64, len(list))
	for i, e := range list {
		seqs[i] = e.Seq
	}
	var texts []Text
	if err := tx.Where("seq IN ?", seqs).Find(&texts).Error; err != nil {
		return nil, fmt.Errorf("audit: texts: %w", err)
	}
	for _, t := range texts {
		out[textKey{t.Seq, t.Field}] = t
	}
	return out, nil
}

func (e Entry) details() ([]detail, error) {
	var list []detail
	if err := json.Unmarshal([]byte(e.Details), &list); err != nil {
		return nil, fmt.Errorf("audit: entry %d: details: %w", e.Seq, err)
	}
	return list, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

func likePattern(s string) string { return "%" + escapeLike(strings.ToLower(s)) + "%" }
