package progress

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/files"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

// paper is a file to add, spooled.
func (l *life) paper(name, content string, change ...func(*Paper)) Paper {
	l.t.Helper()
	f, err := files.Spool(strings.NewReader(content), files.MostBytes)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { f.Close() }) //nolint:errcheck // it has no name
	p := Paper{Row: 1, Name: name, Title: "Register", Kind: "training_register", Share: "internal", DatedOn: day("2021-09-28"), Source: "Police college", Content: f}
	for _, c := range change {
		c(&p)
	}
	return p
}

func shared(with string) func(*Paper) { return func(p *Paper) { p.Share = with } }

func (l *life) store() *Store { return New(l.DB, l.clock) }

func (l *life) key() string {
	l.later()
	return fmt.Sprintf("key-%020d", l.clock.Now().UnixNano())
}

func (l *life) attach(who string, u Update, papers ...Paper) error {
	return l.store().Attach(l.t.Context(), l.Actors[who], l.key(), u.ID, papers)
}

// attached adds a file and gives its evidence.
func (l *life) attached(who string, u Update, p Paper) Evidence {
	l.t.Helper()
	if err := l.attach(who, u, p); err != nil {
		l.t.Fatal(err)
	}
	var e []Evidence
	l.Read(l.t, func(tx *gorm.DB) error {
		if err := tx.Where("update_id = ?", u.ID).Order("id DESC").Limit(1).Find(&e).Error; err != nil {
			return err
		}
		return nameFiles(tx, e)
	})
	return e[0]
}

func (l *life) open(who string, e Evidence) (string, error) {
	f, err := l.store().Open(l.t.Context(), l.Actors[who], e.UpdateID, e.ID)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(f)
	return string(b), errors.Join(err, f.Close())
}

// large is a text of several chunks.
var large = strings.Repeat("Twelve officers were trained in Maseru.\n", 20_000)

func TestAFileComesBackAsItCame(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words()))
		e := l.attached("mha", u, l.paper("../Register.TXT", large))
		if got, err := l.open("mha2", e); got != large || err != nil {
			t.Errorf("%d bytes came back of %d (%v)", len(got), len(large), err)
		}
		if e.File.Name != "Register.txt" || e.Source != "Police college" || e.ReceivedOn != day("2021-11-08") || e.DatedOn != day("2021-09-28") || e.File.Size != int64(len(large)) {
			t.Errorf("stored %+v of %+v", e, e.File)
		}
		// Saving the texts leaves the files, and keeps the day that a link was received on.
		link := words(func(t *Text) {
			t.Evidence = []Evidence{{Title: "Law", URL: "https://papers.example/law", Kind: "law", Share: "public"}}
		})
		u = l.must(l.save("mha", u, link))
		l.on("2021-11-10")
		u = l.must(l.save("mha", u, link))
		told, err := l.store().Update(t.Context(), l.Actors["mha"], plantest.Country, u.ID)
		if err != nil || len(told.Evidence) != 2 || told.Evidence[0].File == nil || told.Evidence[1].ReceivedOn != day("2021-11-08") {
			t.Errorf("the update has %+v (%v)", told.Evidence, err)
		}
		// Whoever added a file is an author, and so may not approve.
		u = l.must(l.submit("mha", u))
		if n := l.Count(t, "SELECT count(*) FROM audit_entries WHERE action = 'update.submit' AND details LIKE ?", "%"+e.File.SHA256+"%"); n != 1 {
			t.Errorf("%d entries of the submission name the file", n)
		}
		l.must(l.approve("one", u))
		wrong(t, "after approval", l.attach("mha", u, l.paper("b.txt", "b")), problem.Conflict)
		wrong(t, "after approval", l.store().Detach(t.Context(), l.Actors["mha"], l.key(), u.ID, e.ID, 1), problem.Conflict)
		// A correction names the file again, and its content is there once.
		fix := l.must(l.correct("mha", u, link))
		l.must(l.approve("one", l.must(l.submit("mha", fix))))
		if files, chunks := l.Count(t, "SELECT count(*) FROM evidence_files"), l.Count(t, "SELECT count(*) FROM evidence WHERE file_id IS NOT NULL"); files != 1 || chunks != 2 {
			t.Errorf("%d files are named %d times", files, chunks)
		}
	})
}

func wrong(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if problem.KindOf(err) != kind || err == nil {
		t.Errorf("%s: %v", what, err)
	}
}

// Who may not read an update may not have its files, nor learn that there are any.
func TestAFileIsReachedThroughItsUpdate(t *testing.T) {
	each(t, func(l *life) {
		mine, other := l.must(l.start("mha", "NSF 1.1.1", words())), l.must(l.start("msd", "NSF 1.1.1", words()))
		e := l.attached("mha", mine, l.paper("a.txt", "content"))
		for who, kind := range map[string]problem.Kind{"msd": problem.NotFound, "one": problem.NotFound, "auditor": problem.NotFound, "bds": problem.NotFound, "use": problem.NotFound, "admin": problem.NotFound} {
			_, err := l.open(who, e)
			wrong(t, who+" opens a file of a draft", err, kind)
			wrong(t, who+" removes it", l.store().Detach(t.Context(), l.Actors[who], l.key(), mine.ID, e.ID, 1), kind)
			wrong(t, who+" adds one", l.attach(who, mine, l.paper("b.txt", "b")), kind)
		}
		foreign := e
		foreign.UpdateID = other.ID
		_, err := l.open("msd", foreign)
		wrong(t, "through another update", err, problem.NotFound)
		wrong(t, "removed through another update", l.store().Detach(t.Context(), l.Actors["msd"], l.key(), other.ID, e.ID, 1), problem.NotFound)
		if err := l.store().Detach(t.Context(), l.Actors["mha2"], l.key(), mine.ID, e.ID, 1); err != nil {
			t.Error(err)
		}
		l.attached("mha", mine, l.paper("a.txt", "content"))
		l.must(l.discard("mha", mine))
		if n := l.Count(t, "SELECT (SELECT count(*) FROM evidence_files) + (SELECT count(*) FROM evidence_chunks) + (SELECT count(*) FROM audit_entries WHERE action LIKE 'evidence.%')"); n != 0 {
			t.Errorf("%d rows are left of a draft's files", n)
		}
	})
}

// Outside government a file tells nothing of who made it, and what is kept
// internal does not exist.
func TestWhatLeavesIsCleaned(t *testing.T) {
	l := begin(t, dbtest.SQLite(t))
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	photo := b.String()[:33] + "\x00\x00\x00\x06eXIfsecret\x00\x00\x00\x00" + b.String()[33:]
	u := l.must(l.start("mha", "NSF 1.1.1", words()))
	kept, lent := l.attached("mha", u, l.paper("a.txt", "content")), l.attached("mha", u, l.paper("photo.png", photo, shared("partner")))
	u = l.must(l.submit("mha", u))
	l.must(l.approve("one", u))
	_, err := l.open("bds", kept)
	wrong(t, "an internal file outside", err, problem.NotFound)
	if got, err := l.open("bds", lent); err != nil || got != b.String() {
		t.Errorf("outside the photograph is %q (%v)", got, err)
	}
	if got, err := l.open("msd", lent); err != nil || got != photo {
		t.Errorf("inside the photograph is %q (%v)", got, err)
	}
}

func TestWhatAPaperMustBe(t *testing.T) {
	l := begin(t, dbtest.SQLite(t))
	u := l.must(l.start("mha", "NSF 1.1.1", words()))
	l.attached("mha", u, l.paper("first.txt", "the same"))
	for want, p := range map[string]Paper{
		"title_1: problem.too_long":            l.paper("a.txt", "a", func(p *Paper) { p.Title = strings.Repeat("ö", 301) }),
		"source_1: problem.too_long":           l.paper("a.txt", "a", func(p *Paper) { p.Source = strings.Repeat("ö", 201) }),
		"kind_1: update.error.evidence_kind":   l.paper("a.txt", "a", func(p *Paper) { p.Kind = "secret" }),
		"share_1: update.error.evidence_share": l.paper("a.txt", "a", shared("world")),
		"dated_on_1: update.error.future":      l.paper("a.txt", "a", func(p *Paper) { p.DatedOn = day("2021-11-09") }),
		"file_1: files.error.type":             l.paper("a.exe", "a"),
		"file_1: files.error.content":          l.paper("a.pdf", "<html>"),
		"file_1: evidence.error.twice":         l.paper("b.txt", "the same"),
		"file_1: evidence.error.quota":         l.paper("c.txt", strings.Repeat("x", 1<<20)),
		"":                                     l.paper("d.txt", "no title", func(p *Paper) { p.Title = " " }),
	} {
		l.Do(t, func(tx *gorm.DB) error {
			s, err := accounts.LoadSettings(tx)
			if err != nil {
				return err
			}
			return accounts.ChangeSettings(tx, accounts.CommandLine(), l.clock.Now(), s.Version, map[string]string{"evidence_mb": "1"})
		})
		var refusal *problem.Error
		got := ""
		if err := l.attach("mha", u, p); errors.As(err, &refusal) {
			for _, f := range refusal.FieldNames() {
				got += f + ": " + refusal.Fields[f].Key
			}
		} else if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n := l.Count(t, "SELECT count(*) FROM evidence_files"); n != 2 || l.Count(t, "SELECT count(*) FROM evidence WHERE title = 'd'") != 1 {
		t.Errorf("%d files are stored", n)
	}
}

func TestQuarantineAndPurge(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words()))
		e := l.attached("mha", u, l.paper("a.txt", large))
		u = l.must(l.submit("mha", u))
		u = l.must(l.approve("one", u))
		s, ctx := l.store(), t.Context()
		wrong(t, "by a focal point", s.Quarantine(ctx, l.Actors["mha"], l.key(), u.ID, e.ID, 1, "It names a victim"), problem.Forbidden)
		wrong(t, "without a reason", s.Quarantine(ctx, l.Actors["one"], l.key(), u.ID, e.ID, 1, " "), problem.Invalid)
		wrong(t, "purged before", s.Purge(ctx, l.Actors["admin"], l.key(), u.ID, e.ID, 1), problem.Conflict)
		if err := s.Quarantine(ctx, l.Actors["one"], l.key(), u.ID, e.ID, 1, "It names a victim"); err != nil {
			t.Fatal(err)
		}
		wrong(t, "twice", s.Quarantine(ctx, l.Actors["two"], l.key(), u.ID, e.ID, 2, "Again"), problem.Conflict)
		for _, who := range []string{"mha", "one", "auditor", "admin"} {
			_, err := l.open(who, e)
			wrong(t, who+" opens it", err, problem.Conflict)
		}
		wrong(t, "purged by a coordinator", s.Purge(ctx, l.Actors["one"], l.key(), u.ID, e.ID, 2), problem.Forbidden)
		if err := s.Purge(ctx, l.Actors["admin"], l.key(), u.ID, e.ID, 2); err != nil {
			t.Fatal(err)
		}
		told, err := s.Update(ctx, l.Actors["auditor"], plantest.Country, u.ID)
		if f := told.Evidence[0].File; err != nil || f.PurgedAt == nil || f.SHA256 != e.File.SHA256 || f.QuarantineReason != "It names a victim" || l.Count(t, "SELECT count(*) FROM evidence_chunks") != 0 {
			t.Errorf("what is left: %+v (%v)", f, err)
		}
		if n := l.Count(t, "SELECT count(*) FROM audit_entries WHERE action IN ('evidence.quarantine', 'evidence.purge') AND object = ?", object(u)); n != 2 {
			t.Errorf("the trail tells %d steps", n)
		}
		if c, err := CheckFiles(ctx, l.DB); err != nil || !c.Whole() || c.Files != 0 {
			t.Errorf("a purged file is checked: %+v (%v)", c, err)
		}
	})
}

// A byte flipped in the database is found on read and by the reading of all
// files, which names the update.
func TestAFlippedByteIsFound(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words()))
		good, e := l.attached("mha", u, l.paper("good.txt", "good")), l.attached("mha", u, l.paper("a.txt", large))
		now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
		if c, ran, err := CheckDue(t.Context(), l.DB, l.clock, now); !ran || !c.Whole() || c.Files != 2 || err != nil {
			t.Errorf("before: %+v, %v (%v)", c, ran, err)
		}
		l.Do(t, func(tx *gorm.DB) error {
			var part []chunk
			if err := tx.Where("file_id = ? AND n = 2", e.File.ID).Find(&part).Error; err != nil {
				return err
			}
			part[0].Content[7] ^= 1
			return tx.Exec("UPDATE evidence_chunks SET content = ? WHERE file_id = ? AND n = 2", part[0].Content, e.File.ID).Error
		})
		if _, err := l.open("mha", e); !errors.Is(err, ErrDamaged) || problem.KindOf(err) != problem.Unavailable {
			t.Errorf("on read: %v", err)
		}
		if got, err := l.open("mha", good); got != "good" || err != nil {
			t.Errorf("the other file: %q (%v)", got, err)
		}
		if _, ran, err := CheckDue(t.Context(), l.DB, l.clock, now.Add(time.Hour)); ran || err != nil {
			t.Errorf("a second reading on one day: %v (%v)", ran, err)
		}
		c, ran, err := CheckDue(t.Context(), l.DB, l.clock, now.Add(24*time.Hour))
		if want := fmt.Sprintf("update %d, a.txt (file %d)", u.ID, e.File.ID); !ran || err != nil || c.Faults != want || c.Files != 2 {
			t.Errorf("at night: %+v, %v (%v), want %s", c, ran, err, want)
		}
		if last, err := LastCheck(t.Context(), l.DB); err != nil || last.Faults != c.Faults || last.Day != day("2026-01-06") {
			t.Errorf("kept: %+v (%v)", last, err)
		}
		if n := l.Count(t, "SELECT count(*) FROM audit_entries WHERE action = 'evidence.damaged'"); n != 2 {
			t.Errorf("the trail tells it %d times", n)
		}
		l.Do(t, func(tx *gorm.DB) error {
			return tx.Exec("DELETE FROM evidence_chunks WHERE file_id = ? AND n = 2", e.File.ID).Error
		})
		if _, err := l.open("mha", e); !errors.Is(err, ErrDamaged) {
			t.Errorf("a chunk that is gone: %v", err)
		}
	})
}

// Of an upload that the program was killed in, all is there or nothing: a
// child stores files one after the other and is killed 50 times.
func TestKilledDuringUploadsNothingIsHalfDone(t *testing.T) {
	if at := os.Getenv("EVIDENCE_TEST_DB"); at != "" {
		uploadUntilKilled(t, at)
		return
	}
	for engine, cfg := range map[string]db.Config{"sqlite": {Path: filepath.Join(t.TempDir(), "tracker.sqlite")}, "postgres": {URL: dbtest.PostgresURL(t)}} {
		t.Run(engine, func(t *testing.T) {
			d, err := db.Open(t.Context(), cfg)
			if err == nil {
				err = d.Migrate(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			l := begin(t, d)
			u := l.must(l.start("mha", "NSF 1.1.1", words()))
			temporary, acknowledged := t.TempDir(), 0
			for round := range 25 {
				acknowledged += killed(t, cfg, l.Actors["mha"].PersonID, u.ID, temporary, time.Duration(round*7%60)*time.Millisecond)
			}
			c, err := CheckFiles(t.Context(), d)
			if err != nil || !c.Whole() || c.Files < acknowledged || acknowledged == 0 {
				t.Errorf("%d acknowledged, %+v (%v)", acknowledged, c, err)
			}
			if n := l.Count(t, `SELECT count(*) FROM evidence_files f WHERE size <> (SELECT COALESCE(sum(length(content)), 0) FROM evidence_chunks c WHERE c.file_id = f.id)
				OR NOT EXISTS (SELECT 1 FROM evidence e WHERE e.file_id = f.id)`); n != 0 {
				t.Errorf("%d files are half there", n)
			}
			t.Setenv("TMPDIR", temporary)
			if err := files.Sweep(); err != nil { // as the next server does
				t.Error(err)
			}
			if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
			if whole, err := d.Integrity(t.Context()); !whole || err != nil {
				t.Errorf("the database is damaged (%v)", err)
			}
			if r, err := audit.Verify(t.Context(), d); !r.OK() || err != nil {
				t.Errorf("the trail: %+v (%v)", r, err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// killed runs a child for a moment after its first file, kills it and gives
// how many files it said that it had stored.
func killed(t *testing.T, cfg db.Config, person, update int64, temporary string, moment time.Duration) (stored int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run", "^TestKilledDuringUploadsNothingIsHalfDone$")
	child.Env = append(os.Environ(), "EVIDENCE_TEST_DB="+cfg.Path+cfg.URL, "EVIDENCE_TEST_AS="+fmt.Sprint(person, " ", update), "TMPDIR="+temporary)
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if stored++; stored == 1 {
			time.AfterFunc(moment, func() { child.Process.Kill() }) //nolint:errcheck // it is gone
		}
	}
	if child.Wait() == nil || stored == 0 {
		t.Fatal("the child ended by itself")
	}
	return stored
}

// uploadUntilKilled stores files for ever, and writes a line for each.
func uploadUntilKilled(t *testing.T, at string) {
	cfg := db.Config{URL: at}
	if !strings.HasPrefix(at, "postgres") {
		cfg = db.Config{Path: at}
	}
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var actor accounts.Actor
	var update int64
	if _, err := fmt.Sscan(os.Getenv("EVIDENCE_TEST_AS"), &actor.PersonID, &update); err != nil {
		t.Fatal(err)
	}
	clock := plantest.At("2021-11-08")
	for n := 0; ; n++ {
		content, err := files.Spool(strings.NewReader(large+strconv.Itoa(os.Getpid())+" "+strconv.Itoa(n)), files.MostBytes)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(context.Background(), func(tx *gorm.DB) error {
			f, err := store(tx, clock, actor, Update{ID: update, InstitutionID: 1}, Paper{Name: "a.txt", Content: content}, files.Type{Media: "text/plain"})
			if err != nil {
				return err
			}
			return tx.Create(&Evidence{UpdateID: update, Title: "Killed", Kind: "other", Share: "internal", FileID: &f.ID}).Error
		})
		if err := errors.Join(err, content.Close()); err != nil {
			t.Fatal(err)
		}
		fmt.Println(n)
	}
}
