package publications

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// Verdict of a partner on a record: it stands, or something is to be changed.
const (
	VerdictCleared = "cleared"
	VerdictChanges = "changes"
)

// Clearance is what a partner said of a record that was published to it. The
// newest counts; a record that was cleared is closed.
type Clearance struct {
	ID            int64 `gorm:"primaryKey"`
	PublicationID int64
	Verdict       string
	Remark        string
	Post          string // as it was called then
	GivenAt       time.Time
	ByID          int64
}

// TableName is the table of clearances.
func (Clearance) TableName() string { return "record_clearances" }

// askedOfDialogue is what a publication of a dialogue was made from. ClearedAs
// is the record that both sides cleared, of its cleared form.
type askedOfDialogue struct {
	Dialogue  int64  `json:"dialogue"`
	Pack      string `json:"pack"`
	ClearedAs string `json:"cleared_as"`
}

// ClearedAs is the label of the record of which this is the cleared form; empty
// for every other publication.
func (p Publication) ClearedAs() string {
	var a askedOfDialogue
	if p.Kind != OfRecord || json.Unmarshal([]byte(p.Query), &a) != nil {
		return ""
	}
	return a.ClearedAs
}

// WaitsForClearance says whether a record is with the partner: published, not
// cleared, and no change asked for.
func (t Told) WaitsForClearance() bool {
	return t.Kind == OfRecord && t.State == Published && t.ClearedAs() == "" && t.Clearance == nil
}

// PrepareDialogue builds a partner's pack or a record of a dialogue and freezes
// it for the dialogue's partner alone, to be signed by a second person. Only
// one record of a dialogue waits at a time.
func (s *Store) PrepareDialogue(ctx context.Context, actor accounts.Actor, key string, about reports.About, q reports.Query, id int64, pack dialogues.Pack) (int64, error) {
	kind, leaves := kindOf[pack]
	switch {
	case !actor.CanPrepare():
		return 0, problem.Denied("problem.coordinators_only")
	case !leaves:
		return 0, problem.New(problem.Invalid, "packs.error.pack")
	}
	q.K, q.Now = time.Time{}, false
	b, err := reports.BuildPack(ctx, s.db, about, q, id, pack)
	if err != nil {
		return 0, err
	}
	return s.keep(ctx, actor, key, kind, b, askedOfDialogue{Dialogue: id, Pack: string(pack)})
}

// PrepareCleared freezes a record that its partner cleared anew, with the posts
// of both sides that cleared it and else as it was.
func (s *Store) PrepareCleared(ctx context.Context, actor accounts.Actor, key, country, label string) (int64, error) {
	t, err := s.Published(ctx, actor, country, label)
	switch {
	case err != nil:
		return 0, err
	case t.Kind != OfRecord:
		return 0, problem.Missing()
	case !actor.CanPrepare():
		return 0, problem.Denied("problem.coordinators_only")
	case t.State != Published || t.Clearance == nil || t.Clearance.Verdict != VerdictCleared:
		return 0, problem.New(problem.Conflict, "record.error.not_cleared")
	}
	v, err := s.Value(ctx, actor, t)
	if err != nil {
		return 0, err
	}
	b := *v.Dialogue
	b.Publication = nil
	b.Cleared = []reports.ClearedStatus{{Post: t.SignedAs, On: s.on(t.PublishedAt)}, {Institution: b.Partner.Name, Post: t.Clearance.Post, On: s.on(&t.Clearance.GivenAt)}}
	return s.keep(ctx, actor, key, OfRecord, b, askedOfDialogue{Dialogue: *t.DialogueID, Pack: string(dialogues.OfRecord), ClearedAs: label})
}

// keep freezes what is told of a dialogue.
func (s *Store) keep(ctx context.Context, actor accounts.Actor, key string, kind Kind, b reports.Briefing, from askedOfDialogue) (int64, error) {
	p, err := s.frozen(actor, Value{Dialogue: &b}, kind, from)
	if err != nil {
		return 0, err
	}
	p.DialogueID = &from.Dialogue
	id, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		if kind == OfRecord {
			var waiting int64
			if err := tx.Raw("SELECT count(*) FROM publications WHERE dialogue_id = ? AND kind = 'record' AND state = 'prepared'", from.Dialogue).Scan(&waiting).Error; err != nil {
				return "", err
			}
			if waiting > 0 {
				return "", problem.New(problem.Conflict, "record.error.waiting")
			}
		}
		err := s.insert(tx, actor, &p, []string{b.Partner.Code})
		return strconv.FormatInt(p.ID, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(id, 10, 64)
}

// replaceRecords recalls the records of a dialogue that a newer one, just
// published, replaces.
func (s *Store) replaceRecords(tx *gorm.DB, actor accounts.Actor, p Publication) error {
	if p.Kind != OfRecord {
		return nil
	}
	newer, err := load(tx, actor, "p.id = ?", p.ID)
	if err != nil {
		return err
	}
	older, err := tell(tx, actor, "WHERE p.dialogue_id = ? AND p.kind = 'record' AND p.state = 'published' AND p.id <> ?", *p.DialogueID, p.ID)
	if err != nil {
		return err
	}
	reason := s.t.Msg("record.replaced.changed")
	if p.ClearedAs() != "" {
		reason = s.t.Msg("record.replaced.cleared")
	}
	for _, old := range older {
		by, label := (*int64)(nil), ""
		if Replaces(newer, old) {
			by, label = &p.ID, p.Label
		}
		done := tx.Exec("UPDATE publications SET state = 'recalled', recalled_by_id = ?, recalled_at = ?, recall_reason = ?, replaced_by_id = ?, version = version + 1 WHERE id = ? AND version = ?",
			actor.PersonID, *p.PublishedAt, reason, by, old.ID, old.Version)
		if err := db.Changed(done); err != nil {
			return err
		}
		if err := record(tx, *p.PublishedAt, actor, "publication.recall", old.Publication, audit.Change{Field: "state", Old: string(Published), New: string(Recalled)},
			audit.Change{Field: "number", New: old.Label}, audit.Change{Field: "replaced_by", New: label}, audit.Change{Field: "reason", New: reason, Free: true}); err != nil {
			return err
		}
	}
	return nil
}

// Clear says for the partner that a record stands, or what is to be changed.
// It is for those to whom the record was published; what was cleared is closed.
func (s *Store) Clear(ctx context.Context, actor accounts.Actor, key, country, label, verdict, remark string) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		t, err := load(tx, actor, "p.country = ? AND p.label = ? AND p.label <> ''", country, label)
		switch {
		case err != nil:
			return "", err
		case t.Kind != OfRecord:
			return "", problem.Missing()
		case !actor.Is(accounts.Partner):
			return "", problem.Denied("record.error.partner")
		case t.State != Published || t.ClearedAs() != "" || t.Clearance != nil && t.Clearance.Verdict == VerdictCleared:
			return "", problem.New(problem.Conflict, "record.error.closed")
		}
		remark = strings.TrimSpace(remark)
		var k problem.Check
		k.Require(verdict == VerdictCleared || verdict == VerdictChanges, "verdict", "record.error.verdict")
		k.Require(verdict != VerdictChanges || remark != "", "remark", "record.error.remark")
		k.Require(utf8.RuneCountInString(remark) <= RemarkMax, "remark", "problem.too_long", "max", RemarkMax)
		k.Require(utf8.ValidString(remark) && !strings.ContainsRune(remark, 0), "remark", "problem.encoding")
		if err := k.Err(); err != nil {
			return "", err
		}
		at := s.clock.Now()
		if err := tx.Create(&Clearance{PublicationID: t.ID, Verdict: verdict, Remark: remark, Post: actor.Post, GivenAt: at, ByID: actor.PersonID}).Error; err != nil {
			return "", err
		}
		changes := []audit.Change{{Field: "number", New: t.Label}, {Field: "remark", New: remark, Free: true}}
		if verdict == VerdictChanges {
			return "", record(tx, at, actor, "record.changes", t.Publication, changes...)
		}
		return "", record(tx, at, actor, "record.cleared", t.Publication, changes...)
	})
	return err
}

// RemarkMax is how many characters a partner's remark on a record may have.
const RemarkMax = 2000

// OfDialogue reads what was prepared and published of a dialogue and the actor
// may see, the newest first.
func (s *Store) OfDialogue(ctx context.Context, actor accounts.Actor, country string, id int64) (list []Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err = tell(tx, actor, "WHERE p.country = ? AND p.dialogue_id = ? AND p.state <> 'withdrawn' ORDER BY p.id DESC", country, id)
		return err
	})
	return list, err
}

// clearances puts beside the records of a list what their partner said last.
func clearances(tx *gorm.DB, list []Told) error {
	var ids []int64
	for _, t := range list {
		if t.Kind == OfRecord {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var given []Clearance
	err := tx.Where("publication_id IN ?", ids).Order("id").Find(&given).Error
	for i := range list {
		for _, c := range given {
			if c.PublicationID == list[i].ID {
				list[i].Clearance = &c
			}
		}
	}
	return err
}
