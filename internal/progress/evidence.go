package progress

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/files"
	"tracker/internal/problem"
)

// MostFiles is how many files an update may have.
const MostFiles = 20

// chunkBytes is how much of a file one row holds.
const chunkBytes = 256 << 10

// File is what is known of an uploaded file. Its content lies apart, in
// chunks. Whoever may read one of the updates that name it may have it.
type File struct {
	ID               int64 `gorm:"primaryKey"`
	InstitutionID    int64 // on whose room it counts
	Name             string
	MediaType        string
	Size             int64
	SHA256           string `gorm:"column:sha256"`
	ReceivedAt       time.Time
	ReceivedByID     int64
	QuarantinedAt    *time.Time // from when on it is not given out
	QuarantinedByID  *int64
	QuarantineReason string
	PurgedAt         *time.Time // from when on it has no content
	PurgedByID       *int64
	Version          int64
}

// TableName is the table of files.
func (File) TableName() string { return "evidence_files" }

// chunk is a part of a file's content.
type chunk struct {
	FileID  int64 `gorm:"primaryKey"`
	N       int   `gorm:"primaryKey"` // from 0
	Content []byte
}

// TableName is the table of chunks.
func (chunk) TableName() string { return "evidence_chunks" }

// Paper is a file to add, with what is said of it. Row is its place in the
// form, from 1, for what has to be corrected.
type Paper struct {
	Row     int
	Name    string
	Title   string // empty: the file's name
	Kind    string
	DatedOn calendar.Date
	Source  string
	Share   string
	Content *files.Spooled
}

// check says what is wrong with a paper, and of which type it is.
func (p *Paper) check(k *problem.Check, today calendar.Date) (files.Type, error) {
	n := "_" + strconv.Itoa(p.Row)
	p.Name, p.Title, p.Source = files.SafeName(p.Name), strings.TrimSpace(p.Title), strings.TrimSpace(p.Source)
	if p.Title == "" {
		p.Title = strings.TrimSuffix(p.Name, path.Ext(p.Name))
	}
	checkText(k, "title"+n, p.Title, 300)
	checkText(k, "source"+n, p.Source, 200)
	k.Require(slices.Contains(EvidenceKinds, p.Kind), "kind"+n, "update.error.evidence_kind")
	k.Require(slices.Contains(Audiences, p.Share), "share"+n, "update.error.evidence_share")
	k.Require(!p.DatedOn.After(today), "dated_on"+n, "update.error.future")
	t, err := files.Check(p.Content, p.Content.Size, p.Name)
	if no, ok := err.(files.Refused); ok {
		k.Add("file"+n, no.Key, no.Args...)
		err = nil
	}
	return t, err
}

// CheckPapers says what is wrong with papers before a transaction is opened,
// and of which types they are: looking into files takes its time.
func CheckPapers(clock calendar.Clock, papers []Paper) ([]files.Type, error) {
	var k problem.Check
	types := make([]files.Type, len(papers))
	for i := range papers {
		var err error
		if types[i], err = papers[i].check(&k, clock.Today()); err != nil {
			return nil, err
		}
	}
	return types, k.Err()
}

// attach adds papers that were checked to a draft or a returned update.
// Whoever adds one is an author of the update. As with its texts, a change of
// a returned update is in the trail, and a draft's files are named there when
// it is submitted.
func attach(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID int64, papers []Paper, types []files.Type) error {
	u, c, err := editable(tx, actor, updateID)
	if err != nil {
		return err
	}
	if err := stillOpen(tx, u); err != nil {
		return err
	}
	if err := hasRoom(tx, u, papers); err != nil {
		return err
	}
	var names []string
	for i, p := range papers {
		f, err := store(tx, clock, actor, u, p, types[i])
		if err != nil {
			return err
		}
		names = append(names, f.SHA256)
		e := Evidence{UpdateID: u.ID, Title: p.Title, Kind: p.Kind, DatedOn: p.DatedOn, Source: p.Source, Share: p.Share, ReceivedOn: clock.Today(), FileID: &f.ID}
		if err := tx.Create(&e).Error; err != nil {
			return err
		}
	}
	if err := author(tx, u.ID, actor.PersonID); err != nil || u.State == Draft {
		return err
	}
	return record(tx, clock.Now(), actor, "evidence.add", u, c, audit.Change{Field: "files", New: strings.Join(names, " ")})
}

// stillOpen keeps an update from being submitted while its papers change. One
// that waits for clearance waits no more: what is cleared is what was laid
// before the post.
func stillOpen(tx *gorm.DB, u Update) error {
	held := tx.Exec(`UPDATE updates SET version = version + (SELECT count(*) FROM clearances k WHERE k.update_id = updates.id AND k.kind = 'asked' AND k.version = updates.version)
		WHERE id = ? AND state IN ('draft', 'returned')`, u.ID)
	if held.Error == nil && held.RowsAffected == 0 {
		return problem.New(problem.Conflict, "update.error.not_editable")
	}
	return held.Error
}

// hasRoom holds papers against what an update and an institution may have,
// and refuses a file that the update has already.
func hasRoom(tx *gorm.DB, u Update, papers []Paper) error {
	var k problem.Check
	has := map[string]bool{}
	var sums []string
	if err := tx.Raw("SELECT f.sha256 FROM evidence e JOIN evidence_files f ON f.id = e.file_id WHERE e.update_id = ?", u.ID).Scan(&sums).Error; err != nil {
		return err
	}
	for _, sum := range sums {
		has[sum] = true
	}
	settings, err := accounts.LoadSettings(tx)
	if err != nil {
		return err
	}
	used, err := room(tx, u.InstitutionID)
	if err != nil {
		return err
	}
	for i, p := range papers {
		field := "file_" + strconv.Itoa(p.Row)
		k.Require(len(sums)+i < MostFiles, field, "evidence.error.many", "max", MostFiles)
		k.Require(!has[p.Content.SHA256], field, "evidence.error.twice")
		has[p.Content.SHA256] = true
		used += p.Content.Size
		k.Require(used <= int64(settings.EvidenceMB)<<20, field, "evidence.error.quota", "max", settings.EvidenceMB)
	}
	return k.Err()
}

// store writes a file with its chunks.
func store(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, u Update, p Paper, t files.Type) (File, error) {
	f := File{InstitutionID: u.InstitutionID, Name: p.Name, MediaType: t.Media, Size: p.Content.Size, SHA256: p.Content.SHA256,
		ReceivedAt: clock.Now(), ReceivedByID: actor.PersonID, Version: 1}
	if err := tx.Create(&f).Error; err != nil {
		return f, err
	}
	in, b := io.NewSectionReader(p.Content, 0, p.Content.Size), make([]byte, chunkBytes)
	for n := 0; ; n++ {
		size, err := io.ReadFull(in, b)
		if err == io.EOF {
			return f, nil
		}
		if err != nil && err != io.ErrUnexpectedEOF {
			return f, err
		}
		if err := tx.Exec("INSERT INTO evidence_chunks (file_id, n, content) VALUES (?, ?, ?)", f.ID, n, b[:size]).Error; err != nil {
			return f, err
		}
	}
}

// carryFiles gives a correction the files of the update that it is to replace.
func carryFiles(tx *gorm.DB, u Update) error {
	if u.CorrectsID == nil {
		return nil
	}
	return tx.Exec(`INSERT INTO evidence (update_id, title, url, kind, dated_on, share, source, received_on, file_id)
		SELECT ?, e.title, e.url, e.kind, e.dated_on, e.share, e.source, e.received_on, e.file_id FROM evidence e
		JOIN evidence_files f ON f.id = e.file_id WHERE e.update_id = ? AND f.quarantined_at IS NULL ORDER BY e.id`, u.ID, *u.CorrectsID).Error
}

// dropEvidence takes all evidence from an update, and files that no other names.
func dropEvidence(tx *gorm.DB, updateID int64) error {
	var ids []int64
	if err := tx.Raw("SELECT file_id FROM evidence WHERE update_id = ? AND file_id IS NOT NULL", updateID).Scan(&ids).Error; err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM evidence WHERE update_id = ?", updateID).Error; err != nil {
		return err
	}
	return dropFiles(tx, ids)
}

// dropFiles deletes those of some files that no evidence names any more.
func dropFiles(tx *gorm.DB, ids []int64) error {
	for _, id := range ids {
		var named int64
		if err := tx.Raw("SELECT count(*) FROM evidence WHERE file_id = ?", id).Scan(&named).Error; err != nil {
			return err
		}
		if named > 0 {
			continue
		}
		if err := tx.Exec("DELETE FROM evidence_chunks WHERE file_id = ?", id).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM evidence_files WHERE id = ?", id).Error; err != nil {
			return err
		}
	}
	return nil
}

// nameFiles puts what is known of their files beside pieces of evidence.
func nameFiles(tx *gorm.DB, list []Evidence) error {
	var ids []int64
	for _, e := range list {
		if e.FileID != nil {
			ids = append(ids, *e.FileID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []File
	if err := tx.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return err
	}
	byID := map[int64]*File{}
	for i := range rows {
		byID[rows[i].ID] = &rows[i]
	}
	for i, e := range list {
		if e.FileID != nil {
			list[i].File = byID[*e.FileID]
		}
	}
	return nil
}

// fileOf loads a file that supports an update which the actor may read. One
// kept inside government does not exist for who stands outside.
func fileOf(tx *gorm.DB, actor accounts.Actor, updateID, evidenceID int64) (Update, Evidence, error) {
	u, err := visible(tx, actor, updateID)
	if err != nil {
		return u, Evidence{}, err
	}
	var list []Evidence
	if err := tx.Where("id = ? AND update_id = ? AND file_id IS NOT NULL", evidenceID, updateID).Find(&list).Error; err != nil {
		return u, Evidence{}, err
	}
	if len(list) == 0 || !MaySee(actor, u, list[0]) {
		return u, Evidence{}, problem.Missing()
	}
	return u, list[0], nameFiles(tx, list)
}

// detach takes a file from a draft or a returned update.
func detach(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID, evidenceID, version int64) error {
	u, c, err := editable(tx, actor, updateID)
	if err != nil {
		return err
	}
	_, e, err := fileOf(tx, actor, updateID, evidenceID)
	if err != nil {
		return err
	}
	if err := stillOpen(tx, u); err != nil {
		return err
	}
	if e.File.Version != version {
		return problem.Stale()
	}
	if err := tx.Exec("DELETE FROM evidence WHERE id = ?", e.ID).Error; err != nil {
		return err
	}
	if err := dropFiles(tx, []int64{*e.FileID}); err != nil {
		return err
	}
	if err := author(tx, u.ID, actor.PersonID); err != nil || u.State == Draft {
		return err
	}
	return record(tx, clock.Now(), actor, "evidence.remove", u, c, audit.Change{Field: "files", Old: e.File.SHA256})
}

// CanQuarantine says whether the actor may keep a file from being given out.
func CanQuarantine(actor accounts.Actor, f File) bool {
	return actor.Is(accounts.Coordinator, accounts.Administrator) && f.QuarantinedAt == nil
}

// CanPurge says whether the actor may delete the content of a file.
func CanPurge(actor accounts.Actor, f File) bool {
	return actor.CanAdminister() && f.QuarantinedAt != nil && f.PurgedAt == nil
}

// quarantine keeps a file from being given out any more, wherever it is named.
func quarantine(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID, evidenceID, version int64, reason string) error {
	u, e, err := fileOf(tx, actor, updateID, evidenceID)
	if err != nil {
		return err
	}
	if !actor.Is(accounts.Coordinator, accounts.Administrator) {
		return problem.Denied("evidence.error.quarantine_role")
	}
	var k problem.Check
	reason = strings.TrimSpace(reason)
	k.Require(reason != "", "reason", "evidence.error.reason")
	checkText(&k, "reason", reason, MaxText)
	if err := k.Err(); err != nil {
		return err
	}
	at := clock.Now()
	if err := db.Changed(tx.Exec(`UPDATE evidence_files SET quarantined_at = ?, quarantined_by_id = ?, quarantine_reason = ?, version = version + 1
		WHERE id = ? AND version = ? AND quarantined_at IS NULL`, at, actor.PersonID, reason, e.File.ID, version)); err != nil {
		return err
	}
	return noteFile(tx, at, actor, "evidence.quarantine", u, e, audit.Change{Field: "reason", New: reason, Free: true})
}

// purge deletes the content of a quarantined file. What it was called, how
// large it was and its SHA-256 stay.
func purge(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID, evidenceID, version int64) error {
	u, e, err := fileOf(tx, actor, updateID, evidenceID)
	if err != nil {
		return err
	}
	switch {
	case !actor.CanAdminister():
		return problem.Denied("evidence.error.purge_role")
	case e.File.QuarantinedAt == nil:
		return problem.New(problem.Conflict, "evidence.error.not_quarantined")
	}
	at := clock.Now()
	if err := db.Changed(tx.Exec("UPDATE evidence_files SET purged_at = ?, purged_by_id = ?, version = version + 1 WHERE id = ? AND version = ? AND purged_at IS NULL",
		at, actor.PersonID, e.File.ID, version)); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM evidence_chunks WHERE file_id = ?", e.File.ID).Error; err != nil {
		return err
	}
	return noteFile(tx, at, actor, "evidence.purge", u, e)
}

func noteFile(tx *gorm.DB, at time.Time, actor accounts.Actor, action string, u Update, e Evidence, changes ...audit.Change) error {
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	if err != nil {
		return err
	}
	return record(tx, at, actor, action, u, c, append(changes, audit.Change{Field: "files", New: e.File.SHA256})...)
}

// filesSaid names the files of an update for the trail of its submission.
func filesSaid(tx *gorm.DB, u Update) (audit.Change, error) {
	var sums []string
	err := tx.Raw("SELECT f.sha256 FROM evidence e JOIN evidence_files f ON f.id = e.file_id WHERE e.update_id = ? ORDER BY e.id", u.ID).Scan(&sums).Error
	return audit.Change{Field: "files", New: strings.Join(sums, " ")}, err
}

// Attach adds papers to a draft or a returned update: all of them, or none.
func (s *Store) Attach(ctx context.Context, actor accounts.Actor, key string, updateID int64, papers []Paper) error {
	types, err := CheckPapers(s.clock, papers)
	if err != nil {
		return err
	}
	_, err = s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return updateID, attach(tx, s.clock, actor, updateID, papers, types)
	})
	return err
}

// Attach adds papers in the caller's transaction.
func Attach(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID int64, papers []Paper) error {
	types, err := CheckPapers(clock, papers)
	if err != nil {
		return err
	}
	return attach(tx, clock, actor, updateID, papers, types)
}

// Detach takes a file from a draft or a returned update.
func (s *Store) Detach(ctx context.Context, actor accounts.Actor, key string, updateID, evidenceID, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return updateID, detach(tx, s.clock, actor, updateID, evidenceID, version)
	})
	return err
}

// Quarantine keeps a file from being given out any more.
func (s *Store) Quarantine(ctx context.Context, actor accounts.Actor, key string, updateID, evidenceID, version int64, reason string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return updateID, quarantine(tx, s.clock, actor, updateID, evidenceID, version, reason)
	})
	return err
}

// Purge deletes the content of a quarantined file.
func (s *Store) Purge(ctx context.Context, actor accounts.Actor, key string, updateID, evidenceID, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return updateID, purge(tx, s.clock, actor, updateID, evidenceID, version)
	})
	return err
}

// Room is how many bytes an institution's files take.
func (s *Store) Room(ctx context.Context, institutionID int64) (used int64, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		used, err = room(tx, institutionID)
		return err
	})
	return used, err
}

func room(tx *gorm.DB, institutionID int64) (used int64, err error) {
	err = tx.Raw("SELECT COALESCE(sum(size), 0) FROM evidence_files WHERE institution_id = ? AND purged_at IS NULL", institutionID).Scan(&used).Error
	return used, err
}

// damage names a file that is not whole: its update and itself.
func (e Evidence) damage() string {
	return fmt.Sprintf("update %d, %s (file %d)", e.UpdateID, e.File.Name, e.File.ID)
}
