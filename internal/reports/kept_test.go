package reports

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/progress"
	"tracker/seeds/large"
)

var keptCountry = dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error {
	return large.Load(ctx, d, large.Size{Commitments: 30, Updates: 300})
})

func eachKept(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { f(t, keptCountry.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, keptCountry.Postgres(t)) })
}

func keptActor(t *testing.T, d *db.DB, email string) (a accounts.Actor) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		p, err := accounts.PersonByEmail(tx, email)
		if err != nil {
			return err
		}
		i, err := accounts.InstitutionByCode(tx, p.Institution)
		a = accounts.Actor{PersonID: p.ID, Email: p.Email, Post: p.Post, Role: p.Role, InstitutionID: i.ID, Institution: i.Code, InstitutionName: i.Name, InstitutionKind: i.Kind}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func keptQuery(a accounts.Actor) Query {
	return Query{Actor: a, Country: large.Country, Rules: DefaultRules, D: calendar.From(large.Now), Now: true}
}

// sameLedger fails unless what a store keeps is what the database holds in the same snapshot, and gives it.
func sameLedger(t *testing.T, d *db.DB, s *Store, q Query) (kept *Ledger) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *gorm.DB) (err error) {
		if kept, err = s.kept.load(tx, q); err != nil {
			return err
		}
		fresh, err := Load(tx, q)
		if err == nil && !reflect.DeepEqual(withoutWhatCameIn(kept), withoutWhatCameIn(fresh)) {
			t.Errorf("what is kept for %s of %s (now: %t) differs from what is there", q.Actor.Post, q.D, q.Now)
		}
		if err != nil {
			return err
		}
		return samePast(t, tx, kept, fresh)
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// withoutWhatCameIn is a ledger without what came in for deadlines, which is
// read when a matrix asks for it (sameMatrix).
func withoutWhatCameIn(l *Ledger) Ledger {
	c := *l
	c.of, c.asked = nil, &counted{list: l.count().list, newest: l.count().newest}
	return c
}

// sameMatrix fails unless the matrix of discipline of a store is the one of a
// store that keeps nothing.
func sameMatrix(t *testing.T, d *db.DB, s *Store, q Query) {
	t.Helper()
	var of [2]Discipline
	for i, store := range []*Store{s, New(d)} {
		m, err := store.Discipline(t.Context(), q, "", "")
		if err != nil {
			t.Fatal(err)
		}
		m.Ledger = nil
		m.All.tidy()
		for i := range m.Rows {
			m.Rows[i].tidy()
		}
		for i := range m.entries {
			slices.Sort(m.entries[i].rounds)
		}
		of[i] = m
	}
	if !reflect.DeepEqual(of[0], of[1]) {
		t.Errorf("the matrix that is kept for %s of %s is\n%+v\nwhere the database holds\n%+v", q.Actor.Post, q.D, of[0].Rows, of[1].Rows)
	}
}

// tidy puts the days of a row in order, which depends on nothing a reader sees.
func (r *DisciplineRow) tidy() {
	slices.Sort(r.Whole.days)
	for i := range r.Cells {
		slices.Sort(r.Cells[i].days)
	}
}

// sameFrame tells whether two ledgers were read at once but for some commitments.
func sameFrame(a, b *Ledger) bool {
	return reflect.ValueOf(a.Institutions).Pointer() == reflect.ValueOf(b.Institutions).Pointer()
}

// sameReports fails unless the rows of today and history say the same of what was reported.
func sameReports(t *testing.T, d *db.DB, q Query) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		now, err := Load(tx, q)
		if err != nil {
			return err
		}
		q.Now = false
		history, err := Load(tx, q)
		for i := range now.Lines {
			if a, b := now.Lines[i], history.Lines[i]; a.Report != b.Report || a.UpdateID != b.UpdateID {
				t.Errorf("%s is %s now and %s in history", a.Ref, a.Report, b.Report)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of two replicas of the server, either writes and both show it at once, to everybody what is theirs. What hangs on
// commitments is read by itself then; only what changes more has all read anew.
func TestWhatIsKeptIsWhatIsThereAfterEveryWriteOfAnyReplica(t *testing.T) {
	eachKept(t, func(t *testing.T, d *db.DB) {
		w := keptWorld(t, d)
		one, two := New(d), New(d)
		coordinator, outside := keptActor(t, d, large.Coordinator), keptActor(t, d, large.FocalOutside)
		earlier, late := keptQuery(coordinator), keptQuery(coordinator)
		earlier.Now, earlier.D = false, earlier.D.AddDays(-200)
		late.Now, late.K = false, large.Now.AddDate(1, 0, 0)
		known := map[*Store]map[Query]*Ledger{one: {}, two: {}}
		check := func(what string, anew bool) {
			t.Helper()
			sameReports(t, d, keptQuery(coordinator))
			for _, q := range []Query{keptQuery(coordinator), earlier, late, keptQuery(w.focal), keptQuery(outside)} {
				for s, before := range known {
					l := sameLedger(t, d, s, q)
					if was := before[q]; was != nil && sameFrame(was, l) == anew {
						t.Errorf("after %s the ledger of %s is read anew: %t", what, q.D, !anew)
					}
					before[q] = l
				}
			}
		}
		check("the beginning", true)
		for _, write := range w.writes() {
			if err := d.Write(t.Context(), write.do); err != nil {
				t.Fatalf("%s: %v", write.what, err)
			}
			check(write.what, write.anew)
		}
		l, err := two.Ledger(t.Context(), keptQuery(w.focal))
		if line, _ := l.Line(w.line.ID); err != nil || line.UpdateID != w.update || l.Institutions[w.focal.InstitutionID].Short != "Another name" {
			t.Errorf("%+v of %+v (%v)", line, l.Institutions[w.focal.InstitutionID], err)
		}
	})
}

// A draft is nobody's business: it moves no head and no ledger, and what is kept stays.
func TestADraftLeavesTheKeptLedgerAlone(t *testing.T) {
	d := keptCountry.SQLite(t)
	s, focal, clock := New(d), keptActor(t, d, large.FocalPoint), calendar.FixedClock(large.Now)
	loaded := func() *loading {
		t.Helper()
		sameLedger(t, d, s, keptQuery(focal))
		return s.kept.ledgers[0]
	}
	before := loaded()
	if err := d.Write(t.Context(), func(tx *gorm.DB) error {
		var c int64
		if err := tx.Raw("SELECT id FROM commitments WHERE lead_id = ? ORDER BY id LIMIT 1", focal.InstitutionID).Scan(&c).Error; err != nil {
			return err
		}
		_, err := progress.Start(tx, clock, focal, progress.NewUpdate{CommitmentID: c, Text: progress.Text{AsOf: clock.Today(), Done: "A draft"}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if loaded() != before {
		t.Error("the ledger was computed again for a draft")
	}
}

// While people write, every page shows what its own snapshot holds.
func TestReadersBesideWritersSeeTheirOwnSnapshot(t *testing.T) {
	eachKept(t, func(t *testing.T, d *db.DB) {
		s, coordinator := New(d), keptActor(t, d, large.Coordinator)
		clock := calendar.FixedClock(large.Now)
		var ids []int64
		if err := d.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Raw("SELECT id FROM updates u WHERE state = 'submitted' AND NOT on_behalf ORDER BY id LIMIT 8").Scan(&ids).Error
		}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		written := make(chan struct{})
		for range 4 {
			all.Go(func() {
				for {
					sameLedger(t, d, s, keptQuery(coordinator))
					select {
					case <-written:
						return
					default:
					}
				}
			})
		}
		for _, id := range ids {
			if err := d.Write(t.Context(), func(tx *gorm.DB) error {
				var version int64
				if err := tx.Raw("SELECT version FROM updates WHERE id = ?", id).Scan(&version).Error; err != nil {
					return err
				}
				_, err := progress.Approve(tx, clock, coordinator, id, version)
				return err
			}); err != nil {
				t.Error(err)
			}
		}
		close(written)
		all.Wait()
		sameLedger(t, d, s, keptQuery(coordinator))
		if len(ids) == 0 {
			t.Error("nothing was written")
		}
	})
}

// Whoever loads for others may leave; those who wait are answered all the same, and nothing broken is kept.
func TestAReaderWhoLeavesTakesNoLedgerAlong(t *testing.T) {
	d := keptCountry.SQLite(t)
	var k kept
	q := keptQuery(keptActor(t, d, large.Coordinator))
	gone, leave := context.WithCancel(t.Context())
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		leave()
		_, err := k.load(tx.WithContext(gone), q)
		return err
	})
	if !errors.Is(err, context.Canceled) || len(k.ledgers) != 0 {
		t.Errorf("%v, and %d are kept", err, len(k.ledgers))
	}
	var seq int64
	var hash string
	if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { seq, hash, err = audit.Head(tx); return err }); err != nil {
		t.Fatal(err)
	}
	l, _, mine := k.turn(head{seq, hash}, q)
	if !mine {
		t.Fatal("somebody else loads it already")
	}
	answered := make(chan error, 1)
	go func() {
		answered <- d.Read(t.Context(), func(tx *gorm.DB) error {
			got, err := k.load(tx, q)
			if err == nil && len(got.Lines) != 30 {
				err = errors.New("no lines")
			}
			return err
		})
	}()
	close(l.done) // it could not be loaded
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("who waits is left waiting")
	}
}

// What the trail does not lead to from what is kept, be it that another backup was put in place, is read anew.
func TestALedgerOfAnotherTrailIsReadAnew(t *testing.T) {
	d := keptCountry.SQLite(t)
	s, q := New(d), keptQuery(keptActor(t, d, large.Coordinator))
	for what, other := range map[string]func(at head) head{
		"another entry in its place":            func(at head) head { return head{at.seq, "another"} },
		"another entry before it":               func(at head) head { return head{at.seq - 1, "another"} },
		"an entry that the trail does not hold": func(head) head { return head{} },
	} {
		before := sameLedger(t, d, s, q)
		l := s.kept.ledgers[0]
		l.at = other(l.at)
		if sameFrame(sameLedger(t, d, s, q), before) {
			t.Errorf("with %s it is not read anew", what)
		}
	}
}

// Whoever was to renew a ledger for others and leaves, leaves them the earlier one.
func TestAReaderWhoLeavesTakesNoEarlierLedgerAlong(t *testing.T) {
	d := keptCountry.SQLite(t)
	s, q := New(d), keptQuery(keptActor(t, d, large.Coordinator))
	before := sameLedger(t, d, s, q)
	if err := d.Write(t.Context(), func(tx *gorm.DB) error {
		return audit.Append(tx, large.Now, audit.Event{Action: "sign_in", Object: "person 1"})
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(t.Context(), func(tx *gorm.DB) error {
		seq, hash, err := audit.Head(tx)
		if err != nil {
			return err
		}
		l, earlier, mine := s.kept.turn(head{seq, hash}, q)
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.kept.fill(l, earlier, tx.WithContext(gone)); !mine || !errors.Is(err, context.Canceled) {
			t.Errorf("the ledger of one who left is loaded (%v)", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !sameFrame(sameLedger(t, d, s, q), before) {
		t.Error("the ledger is read anew")
	}
}

// A few ledgers are kept, those of another day as long as no others are asked for.
func TestFewLedgersAreKept(t *testing.T) {
	d := keptCountry.SQLite(t)
	s, q := New(d), keptQuery(keptActor(t, d, large.Coordinator))
	now := sameLedger(t, d, s, q)
	for days := range 9 {
		earlier := q
		earlier.Now, earlier.D = false, q.D.AddDays(-days-1)
		sameLedger(t, d, s, earlier)
		if n := len(s.kept.ledgers); n > keptLedgers {
			t.Fatalf("%d ledgers are kept", n)
		}
	}
	if !sameFrame(sameLedger(t, d, s, q), now) {
		t.Error("the present was given up for a past day")
	}
}
