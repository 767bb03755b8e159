package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// watch is the system's clock, which a test moves.
type watch struct {
	mu sync.Mutex
	at time.Time
}

func (w *watch) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *watch) forward(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// bench is a database with two people, each in a post of their own.
type bench struct {
	*watch
	t  *testing.T
	db *db.DB
}

var (
	ann = Owner{PersonID: 1, PostID: 1}
	ben = Owner{PersonID: 2, PostID: 2}
)

// each runs a test on both engines.
func each(t *testing.T, f func(t *testing.T, b *bench)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &bench{&watch{at: time.Date(2021, 11, 8, 7, 0, 0, 0, time.UTC)}, t, d}
		b.write(func(tx *gorm.DB) error {
			err := tx.Exec(`INSERT INTO institutions (id, country, code, name, short_name, kind, valid_from) VALUES (1, 'LS', 'MSD', 'M', 'M', 'government', '2020-01-01')`).Error
			for id := 1; id <= 3 && err == nil; id++ {
				err = tx.Exec(`INSERT INTO posts (id, institution_id, title, role) VALUES (?, 1, ?, 'coordinator')`, id, fmt.Sprint("P", id)).Error
				if err == nil {
					err = tx.Exec(`INSERT INTO people (id, email, post_id, created_at) VALUES (?, ?, ?, ?)`, id, fmt.Sprintf("p%d@tracker.example", id), id, b.now()).Error
				}
			}
			return err
		})
		f(t, b)
	})
}

func (b *bench) write(f func(tx *gorm.DB) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) ask(o Owner, kind string) (id int64) {
	b.t.Helper()
	b.write(func(tx *gorm.DB) error {
		j, err := Ask(tx, b.now(), o, "LS", kind, map[string]string{"query": "as_of=2021-11-08"})
		id = j.ID
		return err
	})
	return id
}

func (b *bench) job(o Owner, id int64) (j Job, err error) {
	b.t.Helper()
	err = b.db.Read(b.t.Context(), func(tx *gorm.DB) error {
		j, err = Find(tx, b.now(), o, id)
		return err
	})
	return j, err
}

func (b *bench) content(o Owner, id int64) (string, error) {
	var content []byte
	err := b.db.Read(b.t.Context(), func(tx *gorm.DB) (err error) {
		_, content, err = Content(tx, b.now(), o, id)
		return err
	})
	return string(content), err
}

// is fails the test unless ann's job is in a state, for a reason where it failed.
func (b *bench) is(id int64, state State, reason string) Job {
	b.t.Helper()
	j, err := b.job(ann, id)
	if err != nil || j.State != state || j.ErrorKey != reason {
		b.t.Errorf("job %d is %q %q (%v), want %q %q", id, j.State, j.ErrorKey, err, state, reason)
	}
	return j
}

func (b *bench) worker(kinds map[string]Run) *Worker { return NewWorker(b.db, b.now, kinds) }

// works does all that is due and returns what was said to the log.
func (b *bench) works(w *Worker) string {
	b.t.Helper()
	var said []string
	if err := w.WorkDue(b.t.Context(), func(err error) { said = append(said, err.Error()) }); err != nil {
		b.t.Error(err)
	}
	return strings.Join(said, "\n")
}

// paper is a kind whose job makes a file of these words.
func paper(words string) Run {
	return func(context.Context, Job, Tell) (Made, error) {
		return Made{File: File{Name: "paper.txt", Type: "text/plain", Content: []byte(words)}}, nil
	}
}

func TestAJobIsDoneAndItsFileIsItsOwnersForADay(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		w := b.worker(map[string]Run{"paper": func(_ context.Context, j Job, tell Tell) (Made, error) {
			if err := tell("writing", 2, 3); err != nil {
				return Made{}, err
			}
			var params struct{ Query string }
			if now, err := b.job(ann, j.ID); err != nil || now.State != Running || now.Step != "writing" || now.StepDone != 2 || now.StepTotal != 3 || now.HeartbeatAt == nil {
				t.Errorf("under way it is %+v (%v)", now, err)
			}
			err := j.Read(&params)
			return Made{File: File{Name: "paper.txt", Type: "text/plain", Content: []byte(params.Query)}}, err
		}})
		id := b.ask(ann, "paper")
		if _, err := b.content(ann, id); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a file before it is made: %v", err)
		}
		if said := b.works(w); said != "" {
			t.Error(said)
		}
		if j := b.is(id, Done, ""); j.FileName != "paper.txt" || j.FileType != "text/plain" || j.FileSize != 16 || len(j.FileSHA256) != 64 || !j.KeptUntil().Equal(b.now().Add(24*time.Hour)) {
			t.Errorf("done: %+v", j)
		}
		if got, err := b.content(ann, id); got != "as_of=2021-11-08" || err != nil {
			t.Errorf("the file holds %q (%v)", got, err)
		}
		for name, o := range map[string]Owner{"another": ben, "the same person in another post": {ann.PersonID, 3}, "a successor in the post": {3, ann.PostID}} {
			_, seen := b.job(o, id)
			_, had := b.content(o, id)
			if problem.KindOf(seen) != problem.NotFound || problem.KindOf(had) != problem.NotFound {
				t.Errorf("%s: %v, %v", name, seen, had)
			}
		}
		b.forward(Kept - time.Second)
		b.is(id, Done, "")
		b.forward(time.Second)
		if _, err := b.content(ann, id); problem.KindOf(err) != problem.NotFound {
			t.Errorf("after a day: %v", err)
		}
		b.write(func(tx *gorm.DB) error { return Sweep(tx, b.now()) })
		if n := b.count("jobs") + b.count("job_files"); n != 0 {
			t.Errorf("%d rows are left after the day", n)
		}
	})
}

func (b *bench) count(table string) (n int) {
	b.t.Helper()
	if err := b.db.Read(b.t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM " + table).Scan(&n).Error }); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestTwentyWorkersDoEachJobOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const jobs, workers = 40, 20
		b.write(func(tx *gorm.DB) error { // past the bound of one person
			for range jobs {
				if err := tx.Create(&Job{Country: "LS", Kind: "paper", Params: "{}", PersonID: 1, PostID: 1, State: Queued, CreatedAt: b.now()}).Error; err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		done := map[int64]int{}
		var working sync.WaitGroup
		for range workers {
			w := b.worker(map[string]Run{"paper": func(_ context.Context, j Job, _ Tell) (Made, error) {
				mu.Lock()
				defer mu.Unlock()
				done[j.ID]++
				return Made{File: File{Name: "x", Content: []byte("x")}}, nil
			}})
			working.Go(func() {
				if err := w.WorkDue(t.Context(), func(err error) { t.Error(err) }); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		for id, n := range done {
			if n != 1 {
				t.Errorf("job %d was done %d times", id, n)
			}
		}
		if files := b.count("job_files"); len(done) != jobs || files != jobs {
			t.Errorf("%d jobs were done, %d files made, want %d", len(done), files, jobs)
		}
	})
}

// A server that was killed leaves a running job without signs of life.
func TestAJobOfAWorkerThatDiedIsTakenUpAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		id, w := b.ask(ann, "paper"), b.worker(map[string]Run{"paper": paper("second")})
		dead, found, err := w.take(t.Context())
		if err != nil || !found {
			t.Fatalf("take: %v %v", found, err)
		}
		b.forward(Lease - time.Second)
		b.works(w)
		b.is(id, Running, "")
		b.forward(time.Second)
		b.works(w)
		if j := b.is(id, Done, ""); j.Attempts != 2 {
			t.Errorf("taken up %d times", j.Attempts)
		}
		// It was not dead but asleep: what it brings late is not wanted.
		if err := w.settle(t.Context(), dead, Made{File: File{Name: "late.txt", Content: []byte("first")}}, nil); err != nil {
			t.Error(err)
		}
		if got, err := b.content(ann, id); got != "second" || err != nil {
			t.Errorf("the file holds %q (%v)", got, err)
		}
	})
}

func TestAJobThatEndsItsWorkersIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		id, w := b.ask(ann, "paper"), b.worker(map[string]Run{"paper": paper("done")})
		for range Tries {
			if _, found, err := w.take(t.Context()); err != nil || !found {
				t.Fatalf("take: %v %v", found, err)
			}
			b.is(id, Running, "")
			b.forward(Lease)
		}
		b.works(w)
		b.is(id, Failed, "jobs.error.given_up")
		for _, o := range []Owner{ben, {ann.PersonID, 3}} {
			if err := b.again(o, id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("another tries it again: %v", err)
			}
		}
		if err := b.again(ann, id); err != nil {
			t.Error(err)
		}
		if err := b.again(ann, id); problem.KindOf(err) != problem.Conflict {
			t.Errorf("again while it waits: %v", err)
		}
		b.works(w)
		b.is(id, Done, "")
		if err := b.again(ann, id); problem.KindOf(err) != problem.Conflict {
			t.Errorf("again when it is done: %v", err)
		}
	})
}

func (b *bench) again(o Owner, id int64) error {
	return b.db.Write(b.t.Context(), func(tx *gorm.DB) error {
		_, err := Again(tx, b.now(), o, id)
		return err
	})
}

func TestWhatGoesWrongIsToldInWords(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for kind, c := range map[string]struct {
			run    Run
			reason string
			logged string
		}{
			"panic":   {func(context.Context, Job, Tell) (Made, error) { panic("a nil map") }, "jobs.error.failed", "a nil map"},
			"ours":    {func(context.Context, Job, Tell) (Made, error) { return Made{}, errors.New("disk full") }, "jobs.error.failed", "disk full"},
			"unknown": {nil, "jobs.error.failed", "no such kind"},
			"rights":  {func(context.Context, Job, Tell) (Made, error) { return Made{}, problem.Missing() }, "jobs.error.rights", ""},
			"invalid": {func(context.Context, Job, Tell) (Made, error) {
				return Made{}, problem.New(problem.Invalid, "problem.invalid")
			}, "jobs.error.invalid", ""},
			"busy": {func(context.Context, Job, Tell) (Made, error) {
				return Made{}, problem.New(problem.Unavailable, "problem.unavailable")
			}, "problem.unavailable", ""},
			"refused": {func(context.Context, Job, Tell) (Made, error) {
				return Made{}, problem.New(problem.Conflict, "publications.error.closed", "ref", "AP-1")
			}, "publications.error.closed", ""},
			"mute":  {func(context.Context, Job, Tell) (Made, error) { return Made{Result: func() {}}, nil }, "jobs.error.failed", ""},
			"large": {paper(strings.Repeat("x", MostFile+1)), "jobs.error.too_large", ""},
		} {
			kinds := map[string]Run{}
			if c.run != nil {
				kinds[kind] = c.run
			}
			id := b.ask(ann, kind)
			if said := b.works(b.worker(kinds)); !strings.Contains(said, c.logged) || c.logged == "" && said != "" {
				t.Errorf("%s: logged %q", kind, said)
			}
			j := b.is(id, Failed, c.reason)
			if _, args := j.Reason(); (len(args) == 2 && args[0] == "ref" && args[1] == "AP-1") != (kind == "refused") {
				t.Errorf("%s: it names %v", kind, args)
			}
			if _, err := b.content(ann, id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s: a file of a job that failed: %v", kind, err)
			}
		}
	})
}

// A job that makes no file keeps what it came to, and nothing to download.
func TestAJobMayComeToAResultAlone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		type result struct{ Number string }
		id := b.ask(ann, "sign")
		b.works(b.worker(map[string]Run{"sign": func(context.Context, Job, Tell) (Made, error) { return Made{Result: result{"LS-2021-0007"}}, nil }}))
		var got result
		if err := b.is(id, Done, "").ReadResult(&got); err != nil || got.Number != "LS-2021-0007" {
			t.Errorf("it came to %+v (%v)", got, err)
		}
		if _, err := b.content(ann, id); problem.KindOf(err) != problem.NotFound || b.count("job_files") != 0 {
			t.Errorf("a file of a job that made none: %v", err)
		}
	})
}

// A server that stops waits for its jobs: one that heeds it is put back and
// costs no try, one that was at its end is kept.
func TestAStopPutsJobsBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		slow, quick := b.ask(ann, "slow"), b.ask(ann, "quick")
		ctx, stop := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Add(2)
		w := b.worker(map[string]Run{
			"slow": func(ctx context.Context, _ Job, _ Tell) (Made, error) {
				both.Done()
				<-ctx.Done()
				return Made{}, ctx.Err()
			},
			"quick": func(ctx context.Context, _ Job, _ Tell) (Made, error) {
				both.Done()
				<-ctx.Done()
				return Made{File: File{Name: "x", Content: []byte("x")}}, nil
			},
		})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.Run(ctx, func(err error) { t.Error(err) })
		}()
		both.Wait()
		stop()
		<-ended
		b.is(quick, Done, "")
		if j := b.is(slow, Queued, ""); j.Attempts != 0 || j.Holder != "" {
			t.Errorf("put back: %+v", j)
		}
	})
}

// A job asked for on this server begins at once, not at the next look.
func TestAWorkerThatIsWokenLooks(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		begun, ended := make(chan int64, 1), make(chan struct{})
		first := b.ask(ann, "paper")
		w := b.worker(map[string]Run{"paper": func(_ context.Context, j Job, _ Tell) (Made, error) {
			begun <- j.ID
			return Made{File: File{Name: "x"}}, nil
		}})
		w.every = time.Hour
		go func() {
			defer close(ended)
			w.Run(ctx, func(err error) { t.Error(err) })
		}()
		if got := <-begun; got != first {
			t.Errorf("began %d, want %d", got, first)
		}
		id := b.ask(ann, "paper")
		w.Wake()
		if got := <-begun; got != id {
			t.Errorf("began %d, want %d", got, id)
		}
		stop()
		<-ended
	})
}

// Signs of life keep a long job; when another worker has it all the same, the
// work stops.
func TestALongJobLivesUntilItIsLost(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		id := b.ask(ann, "long")
		w := b.worker(map[string]Run{"long": func(ctx context.Context, j Job, tell Tell) (Made, error) {
			first := *j.HeartbeatAt
			b.forward(Lease / 2)
			for now := first; !now.After(first); {
				row, err := b.job(ann, id)
				if err != nil {
					return Made{}, err
				}
				now = *row.HeartbeatAt
			}
			b.write(func(tx *gorm.DB) error { return tx.Model(&Job{}).Where("id = ?", id).Update("holder", "another").Error })
			<-ctx.Done()
			if err := tell("writing", 0, 0); err == nil {
				t.Error("it still tells how far it is")
			}
			return Made{}, ctx.Err()
		}})
		w.beat = time.Millisecond
		if said := b.works(w); said != "" {
			t.Errorf("logged %q", said)
		}
		if j := b.is(id, Running, ""); j.Holder != "another" {
			t.Errorf("held by %q", j.Holder)
		}
	})
}

func TestAPersonWaitsForAFewJobsOnly(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var first int64
		for i := range Most {
			if id := b.ask(ann, "paper"); i == 0 {
				first = id
			}
		}
		err := b.db.Write(t.Context(), func(tx *gorm.DB) error {
			_, err := Ask(tx, b.now(), ann, "LS", "paper", nil)
			return err
		})
		if problem.KindOf(err) != problem.Invalid {
			t.Errorf("one more: %v", err)
		}
		b.ask(ben, "paper")
		b.works(b.worker(map[string]Run{"paper": paper("x")}))
		b.ask(ann, "paper")
		var list []Job
		if err := b.db.Read(t.Context(), func(tx *gorm.DB) (err error) {
			list, err = List(tx, b.now(), ann)
			return err
		}); err != nil || len(list) != Most+1 || list[Most].ID != first {
			t.Errorf("%d jobs are listed (%v)", len(list), err)
		}
	})
}

// What lies in the table is what the worker wrote, or no file at all.
func TestAFileThatWasAlteredIsNotHandedOut(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		id := b.ask(ann, "paper")
		b.works(b.worker(map[string]Run{"paper": paper("right")}))
		b.write(func(tx *gorm.DB) error {
			return tx.Model(&file{}).Where("job_id = ?", id).Update("content", []byte("wrong")).Error
		})
		if got, err := b.content(ann, id); err == nil || got != "" || problem.KindOf(err) != problem.Internal {
			t.Errorf("got %q (%v)", got, err)
		}
	})
}
