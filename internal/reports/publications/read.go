package publications

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// Told is a publication with all that pages say about it, but for what it
// tells: Value and the bodies of its files stay in the database.
type Told struct {
	Publication
	PreparedBy  string       // post
	RecalledBy  string       // post
	Replacement string       // label of what replaced it, where the actor may see that
	Files       []File       `gorm:"-"`
	Readers     []ReaderTold `gorm:"-"`
	ReaderIDs   []int64      `gorm:"-"`
	Clearance   *Clearance   `gorm:"-"` // of a record: what its partner said last
}

// ReaderTold is an institution that a publication is addressed to.
type ReaderTold struct {
	PublicationID, InstitutionID int64
	Code, Name                   string
}

// File is the file of a format, where there is one.
func (t Told) File(format string) (File, bool) {
	i := slices.IndexFunc(t.Files, func(f File) bool { return f.Format == format })
	if i < 0 {
		return File{}, false
	}
	return t.Files[i], true
}

const toldColumns = `SELECT p.id, p.country, p.number, p.label, p.kind, p.audience, p.title, p.as_of, p.known_at, p.since, p.query, p.sha256, p.state,
	p.prepared_by_id, p.prepared_at, p.withdrawn_by_id, p.withdrawn_at, p.published_by_id, p.published_at, p.signed_as, p.audit_seq, p.audit_head,
	p.recalled_by_id, p.recalled_at, p.recall_reason, p.replaced_by_id, p.version, p.dialogue_id, p.purged_at, p.purged_by_id, p.purge_reason,
	COALESCE(tp.title, '') AS prepared_by, COALESCE(tr.title, '') AS recalled_by
	FROM publications p LEFT JOIN people hp ON hp.id = p.prepared_by_id LEFT JOIN posts tp ON tp.id = hp.post_id
	LEFT JOIN people hr ON hr.id = p.recalled_by_id LEFT JOIN posts tr ON tr.id = hr.post_id `

// tell reads the publications of a condition that the actor may see.
func tell(tx *gorm.DB, actor accounts.Actor, where string, args ...any) ([]Told, error) {
	var list []Told
	if err := tx.Raw(toldColumns+where, args...).Scan(&list).Error; err != nil || len(list) == 0 {
		return list, err
	}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var readers []ReaderTold
	if err := tx.Raw(`SELECT r.publication_id, r.institution_id, i.code, i.short_name AS name FROM publication_readers r JOIN institutions i ON i.id = r.institution_id
		WHERE r.publication_id IN ? ORDER BY i.short_name, i.id`, ids).Scan(&readers).Error; err != nil {
		return nil, err
	}
	var files []File
	if err := tx.Raw("SELECT publication_id, format, name, sha256, size, pages FROM publication_files WHERE publication_id IN ?", ids).Scan(&files).Error; err != nil {
		return nil, err
	}
	for i := range list {
		list[i].gather(readers, files)
	}
	list = slices.DeleteFunc(list, func(t Told) bool { return !Visible(actor, t.Publication, t.ReaderIDs) })
	if err := clearances(tx, list); err != nil {
		return nil, err
	}
	return list, replacements(tx, actor, list)
}

// gather takes what is the publication's, files in the order of forms.
func (t *Told) gather(readers []ReaderTold, files []File) {
	for _, r := range readers {
		if r.PublicationID == t.ID {
			t.Readers, t.ReaderIDs = append(t.Readers, r), append(t.ReaderIDs, r.InstitutionID)
		}
	}
	for _, form := range t.forms() {
		for _, f := range files {
			if f.PublicationID == t.ID && f.Format == form {
				t.Files = append(t.Files, f)
			}
		}
	}
}

// replacements names what replaced the recalled ones of a list. Whoever may
// see a publication may see the one that replaced it.
func replacements(tx *gorm.DB, actor accounts.Actor, list []Told) error {
	var ids []int64
	for _, t := range list {
		if t.ReplacedByID != nil {
			ids = append(ids, *t.ReplacedByID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var newer []Publication
	if err := tx.Raw("SELECT id, label FROM publications WHERE id IN ?", ids).Scan(&newer).Error; err != nil {
		return err
	}
	for i := range list {
		for _, n := range newer {
			if by := list[i].ReplacedByID; by != nil && *by == n.ID {
				list[i].Replacement = n.Label
			}
		}
	}
	return nil
}

// load reads one publication; one that the actor may not see is missing.
func load(tx *gorm.DB, actor accounts.Actor, condition string, args ...any) (Told, error) {
	list, err := tell(tx, actor, "WHERE "+condition, args...)
	if err == nil && len(list) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Told{}, err
	}
	return list[0], nil
}

// List reads what was published in a country and the actor may see, newest
// first; nobody sees what is public.
func (s *Store) List(ctx context.Context, actor accounts.Actor, country string) (list []Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err = tell(tx, actor, "WHERE p.country = ? AND p.number IS NOT NULL ORDER BY p.number DESC", country)
		return err
	})
	return list, err
}

// Waiting reads what is prepared and not published, oldest first.
func (s *Store) Waiting(ctx context.Context, actor accounts.Actor, country string) (list []Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err = tell(tx, actor, "WHERE p.country = ? AND p.state = 'prepared' ORDER BY p.id", country)
		return err
	})
	return list, err
}

// ToDo counts what waits for an actor: updates and figures to decide on, prepared
// publications to sign, and what their institution wants cleared.
type ToDo struct{ Review, Sign, Clearance int }

// ToDo counts what waits for an actor.
func (s *Store) ToDo(ctx context.Context, actor accounts.Actor, country string) (n ToDo, err error) {
	if !actor.CanSign() && !actor.Is(accounts.FocalPoint) {
		return n, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		query, args := progress.CountReview(actor)
		figures, of := indicators.CountReview(actor)
		args = append(args, of...)
		clearance, post := progress.CountClearance(actor)
		counted, again := indicators.CountClearance(actor)
		args = slices.Concat(args, []any{country, actor.PersonID, actor.CanSign()}, post, again)
		return tx.Raw("SELECT ("+query+") + ("+figures+") AS review, (SELECT count(*) FROM publications WHERE country = ? AND state = 'prepared' AND prepared_by_id <> ? AND ?) AS sign, ("+
			clearance+") + ("+counted+") AS clearance", args...).Scan(&n).Error
	})
	return n, err
}

// Published reads a publication by its label.
func (s *Store) Published(ctx context.Context, actor accounts.Actor, country, label string) (t Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		t, err = load(tx, actor, "p.country = ? AND p.label = ? AND p.label <> ''", country, label)
		return err
	})
	return t, err
}

// Prepared reads what was prepared by its id; one that was published since is
// there too.
func (s *Store) Prepared(ctx context.Context, actor accounts.Actor, country string, id int64) (t Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if t, err = load(tx, actor, "p.country = ? AND p.id = ?", country, id); err != nil {
			return err
		}
		if !actor.CanSign() && !actor.CanReadAudit() {
			return problem.Missing()
		}
		return nil
	})
	return t, err
}

// Take gives a file of the publication with a label, if the actor may read
// it, and counts that.
func (s *Store) Take(ctx context.Context, actor accounts.Actor, country, label, format string) (f File, err error) {
	now := s.clock.Now()
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		t, err := load(tx, actor, "p.country = ? AND p.label = ? AND p.label <> ''", country, label)
		if err != nil {
			return err
		}
		if _, there := t.File(format); !there {
			return problem.Missing()
		}
		if !Readable(actor, t.Publication) {
			return problem.New(problem.Conflict, "publications.error.recalled")
		}
		if err := tx.Where("publication_id = ? AND format = ?", t.ID, format).Take(&f).Error; err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO publication_downloads (publication_id, format, reader_id, taken_on, times, last_at) VALUES (?, ?, ?, ?, 1, ?)
			ON CONFLICT (publication_id, format, reader_id, taken_on) DO UPDATE SET times = publication_downloads.times + 1, last_at = excluded.last_at`,
			t.ID, format, actor.PersonID, s.clock.DayOf(now), now).Error
	})
	return f, err
}

// DownloadTold is a line of the log of downloads.
type DownloadTold struct {
	Format      string
	Post        string // empty for the public
	Institution string
	TakenOn     calendar.Date
	Times       int
	LastAt      time.Time
}

// Downloads reads who took files of a publication, the last first.
func (s *Store) Downloads(ctx context.Context, actor accounts.Actor, t Told) (list []DownloadTold, err error) {
	if !actor.CanPrepare() && !actor.CanReadAudit() {
		return nil, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT d.format, COALESCE(o.title, '') AS post, COALESCE(i.short_name, '') AS institution, d.taken_on, d.times, d.last_at
			FROM publication_downloads d LEFT JOIN people h ON h.id = d.reader_id LEFT JOIN posts o ON o.id = h.post_id LEFT JOIN institutions i ON i.id = o.institution_id
			WHERE d.publication_id = ? ORDER BY d.last_at DESC, d.format, d.reader_id LIMIT 500`, t.ID).Scan(&list).Error
	})
	return list, err
}
