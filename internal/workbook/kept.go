package workbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// Kept is how long a file that was sent stays, with what was answered about it.
const Kept = 24 * time.Hour

// MostKept is how many files of one person stay at a time.
const MostKept = 20

// State says how far a file is.
type State string

// The states of a file: Sent waits to be read, Read tells what would become of
// it, Taken what became of it.
const (
	Sent  State = "sent"
	Read  State = "read"
	Taken State = "taken"
)

// Import is a file that a person sent, without its bytes. Instants are the
// system's.
type Import struct {
	ID         int64 `gorm:"primaryKey"`
	Country    string
	Kind       string // a name of the kinds
	About      string // what it is for, where its kind needs that
	PersonID   int64
	PostID     int64
	FileName   string
	FileSize   int64
	FileSHA256 string `gorm:"column:file_sha256"`
	State      State
	Answers    Answers `gorm:"serializer:json"`
	Outcome    Outcome `gorm:"serializer:json"`
	JobID      *int64  // that reads or takes it
	CreatedAt  time.Time
	TakenAt    *time.Time
	Version    int64
}

// TableName is the table of imports.
func (Import) TableName() string { return "imports" }

// KeptUntil is when the file is deleted.
func (i Import) KeptUntil() time.Time { return i.CreatedAt.Add(Kept) }

func (i Import) object() string { return "import " + strconv.FormatInt(i.ID, 10) }

// content is a file's bytes.
type content struct {
	ImportID int64 `gorm:"primaryKey"`
	Content  []byte
}

// TableName is the table of what was sent.
func (content) TableName() string { return "import_files" }

// Kind is a kind of file: its name, who may send one, for what, and how it is
// taken.
type Kind struct {
	Name string
	May  func(actor accounts.Actor, about string) bool
	Take Take
}

// Store keeps files that were sent, and takes them.
type Store struct {
	db     *db.DB
	clock  calendar.Clock
	system func() time.Time
	kinds  []Kind
}

// NewStore makes a Store of the kinds. clock tells the day of what is taken, system
// the machine's, for how long files are kept.
func NewStore(d *db.DB, clock calendar.Clock, system func() time.Time, kinds []Kind) *Store {
	return &Store{db: d, clock: clock, system: system, kinds: kinds}
}

func (s *Store) now() time.Time { return s.system().UTC().Truncate(time.Microsecond) }

// KindFor is the kind of a name for a person who may send one; to everybody
// else there is none.
func (s *Store) KindFor(actor accounts.Actor, name, about string) (Kind, error) {
	i := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 || !s.kinds[i].May(actor, about) {
		return Kind{}, problem.Missing()
	}
	return s.kinds[i], nil
}

// Given is a file as it was sent.
type Given struct {
	Kind, About, Country string
	Name                 string
	Content              []byte
}

// open reads the book of a file, and sums its bytes up.
func (g Given) open() (File, error) {
	b, err := sheet.Open(bytes.NewReader(g.Content), int64(len(g.Content)), g.Name)
	sum := sha256.Sum256(g.Content)
	return File{Name: g.Name, SHA256: hex.EncodeToString(sum[:]), Book: b}, err
}

// Rows is how many rows with a value a file has, or why it cannot be read.
func (g Given) Rows() (n int, err error) {
	f, err := g.open()
	for _, one := range f.Book.Sheets {
		n += len(one.Rows)
	}
	return n, err
}

// opened is the kind of a file for a person who may send it, and its book.
func (s *Store) opened(actor accounts.Actor, g Given) (Kind, File, error) {
	k, err := s.KindFor(actor, g.Kind, g.About)
	if err != nil {
		return k, File{}, err
	}
	f, err := g.open()
	return k, f, err
}

// Tell tells what would become of a file with these answers, and keeps nothing.
func (s *Store) Tell(ctx context.Context, actor accounts.Actor, g Given, a Answers, tell func(done, total int)) (o Outcome, err error) {
	k, f, err := s.opened(actor, g)
	if err != nil {
		return o, err
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		o, err = k.Take(tx, In{Clock: s.clock, Actor: actor, Country: g.Country, About: g.About, File: f, Answers: a, Tell: tell})
		return err
	})
	return o, err
}

// TakeNow takes a file with these answers, all of it or nothing, and keeps no
// copy of it. One that is Blocked is told and not taken.
func (s *Store) TakeNow(ctx context.Context, actor accounts.Actor, key string, g Given, a Answers) (o Outcome, err error) {
	k, f, err := s.opened(actor, g)
	if err != nil {
		return o, err
	}
	_, err = s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		if o, err = s.take(tx, k, actor, g, f, a); err != nil {
			return "", err
		}
		return "", s.note(tx, actor, "import.take", "import "+f.SHA256[:16], g, f.SHA256, o)
	})
	if errors.Is(err, errBlocked) {
		err = nil
	}
	return o, err
}

var (
	errBlocked = problem.New(problem.Invalid, "workbook.error.blocked")
	errMoved   = problem.New(problem.Conflict, "workbook.error.moved")
)

// take writes what comes of a file. One that is Blocked, and one that fails on
// the way, leaves nothing.
func (s *Store) take(tx *gorm.DB, k Kind, actor accounts.Actor, g Given, f File, a Answers) (Outcome, error) {
	o, err := k.Take(tx, In{Clock: s.clock, Actor: actor, Country: g.Country, About: g.About, File: f, Answers: a, Keep: true})
	if err == nil && o.Blocked() {
		err = errBlocked
	}
	return o, err
}

// note is the entry of a file in the trail.
func (s *Store) note(tx *gorm.DB, actor accounts.Actor, action, object string, g Given, sum string, o Outcome) error {
	changes := []audit.Change{{Field: "kind", New: g.Kind}, {Field: "file", New: g.Name, Free: true}, {Field: "sha256", New: sum}}
	if g.About != "" {
		changes = append(changes, audit.Change{Field: "about", New: g.About})
	}
	for _, fate := range []Fate{New, Changed, Same} {
		changes = append(changes, audit.Change{Field: string(fate), New: strconv.Itoa(o.Count(fate))})
	}
	return audit.Append(tx, s.clock.Now(), audit.Event{Who: actor.Who(), Action: action, Object: object, Changes: changes})
}

// Send keeps a file and what was told of it; without an outcome it waits to be
// read. A form posted twice keeps it once. A person keeps MostKept at a time:
// the oldest make room.
func (s *Store) Send(ctx context.Context, actor accounts.Actor, key string, g Given, o *Outcome) (int64, error) {
	if _, err := s.KindFor(actor, g.Kind, g.About); err != nil {
		return 0, err
	}
	sum := sha256.Sum256(g.Content)
	i := Import{Country: g.Country, Kind: g.Kind, About: g.About, PersonID: actor.PersonID, PostID: actor.PostID, FileName: g.Name, FileSize: int64(len(g.Content)),
		FileSHA256: hex.EncodeToString(sum[:]), State: Sent, Answers: Answers{}, CreatedAt: s.now(), Version: 1}
	if o != nil {
		i.State, i.Outcome = Read, *o
	}
	id, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		if err := tx.Create(&i).Error; err != nil {
			return "", err
		}
		if err := tx.Create(&content{i.ID, g.Content}).Error; err != nil {
			return "", err
		}
		if err := remove(tx, "person_id = ? AND id NOT IN (SELECT id FROM imports WHERE person_id = ? ORDER BY id DESC LIMIT ?)", i.PersonID, i.PersonID, MostKept); err != nil {
			return "", err
		}
		return strconv.FormatInt(i.ID, 10), s.note(tx, actor, "import.send", i.object(), g, i.FileSHA256, i.Outcome)
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(id, 10, 64)
}

// own finds an import of the actor's in their post. To everybody else it does
// not exist, and after Kept to nobody.
func (s *Store) own(tx *gorm.DB, actor accounts.Actor) *gorm.DB {
	return tx.Where("person_id = ? AND post_id = ? AND created_at > ?", actor.PersonID, actor.PostID, s.now().Add(-Kept))
}

// List is the actor's own files, the newest first, without what was told of them.
func (s *Store) List(ctx context.Context, actor accounts.Actor) (list []Import, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return s.own(tx, actor).Omit("answers", "outcome").Order("id DESC").Find(&list).Error
	})
	return list, err
}

// Import is one of the actor's own files, or NotFound.
func (s *Store) Import(ctx context.Context, actor accounts.Actor, id int64) (i Import, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		i, err = s.find(tx, actor, id)
		return err
	})
	return i, err
}

func (s *Store) find(tx *gorm.DB, actor accounts.Actor, id int64) (i Import, err error) {
	if err := s.own(tx, actor).Where("id = ?", id).Limit(1).Find(&i).Error; err != nil {
		return i, err
	}
	if i.ID == 0 {
		return i, problem.Missing()
	}
	_, err = s.KindFor(actor, i.Kind, i.About)
	return i, err
}

// given is a kept file as it was sent.
func given(tx *gorm.DB, i Import) (Given, error) {
	var c content
	err := tx.Where("import_id = ?", i.ID).Take(&c).Error
	return Given{Kind: i.Kind, About: i.About, Country: i.Country, Name: i.FileName, Content: c.Content}, err
}

// sent is one of the actor's own files with its bytes.
func (s *Store) sent(ctx context.Context, actor accounts.Actor, id int64) (i Import, g Given, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if i, err = s.find(tx, actor, id); err != nil {
			return err
		}
		g, err = given(tx, i)
		return err
	})
	return i, g, err
}

// Reread tells anew what would become of a kept file, with the answers given
// so far and these, and keeps what it told; a form posted twice does so once.
// One that is none of its kind with them is Invalid and stays as it was.
func (s *Store) Reread(ctx context.Context, actor accounts.Actor, key string, id int64, a Answers, tell func(done, total int)) (Outcome, error) {
	i, g, err := s.sent(ctx, actor, id)
	if err != nil {
		return Outcome{}, err
	}
	if i.State == Taken {
		return i.Outcome, problem.Stale()
	}
	if i.Answers == nil {
		i.Answers = Answers{}
	}
	maps.Copy(i.Answers, a)
	o, err := s.Tell(ctx, actor, g, i.Answers, tell)
	if err != nil {
		return o, err
	}
	_, err = s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) { return "", s.keep(tx, i, o, Read) })
	return o, err
}

// TakeKept takes a kept file with the answers given, all of it or nothing. It
// is read once more in the writing transaction: what others wrote meanwhile
// counts. One that is Blocked keeps what was told and is Invalid; one of whose
// rows something else would become now than what was told keeps that and is a
// Conflict, for nobody saw it. Asked for twice it is taken once.
func (s *Store) TakeKept(ctx context.Context, actor accounts.Actor, id int64) (o Outcome, err error) {
	i, g, err := s.sent(ctx, actor, id)
	if err != nil {
		return o, err
	}
	k, f, err := s.opened(actor, g)
	if err != nil {
		return o, err
	}
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		if i, err = s.find(tx, actor, id); err != nil || i.State == Taken {
			o = i.Outcome
			return err
		}
		if o, err = s.take(tx, k, actor, g, f, i.Answers); err != nil {
			return err
		}
		if o.Differs(i.Outcome) {
			return errMoved
		}
		if err := s.keep(tx, i, o, Taken); err != nil {
			return err
		}
		return s.note(tx, actor, "import.take", i.object(), g, i.FileSHA256, o)
	})
	if errors.Is(err, errBlocked) || errors.Is(err, errMoved) {
		err = errors.Join(err, s.db.Write(ctx, func(tx *gorm.DB) error { return s.keep(tx, i, o, Read) }))
	}
	return o, err
}

// keep writes down what was told of a file, with the answers that it was told with.
func (s *Store) keep(tx *gorm.DB, i Import, o Outcome, state State) error {
	now := Import{State: state, Answers: i.Answers, Outcome: o, Version: i.Version + 1}
	if state == Taken {
		at := s.now()
		now.TakenAt = &at
	}
	return db.Changed(tx.Model(&Import{}).Where("id = ? AND version = ?", i.ID, i.Version).Select("state", "answers", "outcome", "taken_at", "version").Updates(now))
}

// WorkedBy notes the job that reads or takes a file.
func (s *Store) WorkedBy(ctx context.Context, actor accounts.Actor, id, job int64) error {
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		if _, err := s.find(tx, actor, id); err != nil {
			return err
		}
		return tx.Model(&Import{}).Where("id = ?", id).Update("job_id", job).Error
	})
}

// Discard deletes one of the actor's own files that was not taken; what was
// taken stands.
func (s *Store) Discard(ctx context.Context, actor accounts.Actor, key string, id int64) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		i, err := s.find(tx, actor, id)
		if err != nil {
			return "", err
		}
		if err := remove(tx, "id = ?", i.ID); err != nil {
			return "", err
		}
		return "", audit.Append(tx, s.clock.Now(), audit.Event{Who: actor.Who(), Action: "import.discard", Object: i.object()})
	})
	return err
}

// Refused keeps why a file that waited to be read is none of its kind.
func (s *Store) Refused(ctx context.Context, actor accounts.Actor, id int64, why *problem.Error) error {
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		i, err := s.find(tx, actor, id)
		if err != nil || i.State == Taken {
			return err
		}
		return s.keep(tx, i, Outcome{Problems: []Problem{{Key: why.Key, Args: why.Args, Blocks: true}}}, Read)
	})
}

// Book is a kept file as it was read.
func (s *Store) Book(ctx context.Context, actor accounts.Actor, id int64) (Import, sheet.Book, error) {
	i, g, err := s.sent(ctx, actor, id)
	if err != nil {
		return i, sheet.Book{}, err
	}
	f, err := g.open()
	return i, f.Book, err
}

// Sweep deletes the files that were sent a day before the system's now.
func Sweep(ctx context.Context, d *db.DB, now time.Time) error {
	return d.Write(ctx, func(tx *gorm.DB) error {
		return remove(tx, "created_at <= ?", now.UTC().Truncate(time.Microsecond).Add(-Kept))
	})
}

// remove deletes files with their bytes.
func remove(tx *gorm.DB, where string, args ...any) error {
	if err := tx.Exec("DELETE FROM import_files WHERE import_id IN (SELECT id FROM imports WHERE "+where+")", args...).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM imports WHERE "+where, args...).Error
}
