package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/problem"
)

// How a Worker goes about its work.
const (
	AtOnce = 2               // jobs that one server does at the same time
	Every  = 5 * time.Second // between looks for jobs that another server was asked for
	beat   = Lease / 6       // between signs of life
)

// Made is what came of a job: a file, a result, or both.
type Made struct {
	File
	Result any // kept as JSON; nil for none
}

// File is a file that a job makes; without a name it is none.
type File struct {
	Name    string
	Type    string // media type
	Content []byte
}

// Tell notes what a job is doing, for who waits for it. A total of 0 says that
// nobody knows how much there is to do.
type Tell func(step string, done, total int) error

// Run does the jobs of one kind. It looks up anew what the person may do, ends
// soon after ctx does, and may be run again for the same job when a server
// died: what changes something finds by a key of its own that it is done. A
// problem that it returns is told to the person.
type Run func(ctx context.Context, j Job, tell Tell) (Made, error)

// Worker does the jobs. Any number of them may work on one database: each job
// is held by one at a time.
type Worker struct {
	db     *db.DB
	kinds  map[string]Run
	system func() time.Time
	every  time.Duration
	beat   time.Duration
	wake   chan struct{}
}

// NewWorker makes a Worker of the kinds by their names.
func NewWorker(d *db.DB, system func() time.Time, kinds map[string]Run) *Worker {
	return &Worker{db: d, kinds: kinds, system: system, every: Every, beat: beat, wake: make(chan struct{}, AtOnce)}
}

// Wake has the worker look for jobs now instead of a little later.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run does jobs, AtOnce at a time, until ctx ends; then those under way are
// put back, so that the next server begins them anew. failed is told what went
// wrong with the database or inside a job.
func (w *Worker) Run(ctx context.Context, failed func(error)) {
	var places sync.WaitGroup
	for range AtOnce {
		places.Go(func() { w.stand(ctx, failed) })
	}
	places.Wait()
}

func (w *Worker) stand(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for {
		if err := w.WorkDue(ctx, failed); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.wake:
		}
	}
}

// WorkDue does all jobs that are due, one after the other.
func (w *Worker) WorkDue(ctx context.Context, failed func(error)) error {
	for ctx.Err() == nil {
		j, found, err := w.take(ctx)
		if err != nil || !found {
			return err
		}
		if err := w.do(ctx, j, failed); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) now() time.Time { return instant(w.system()) }

// due are the jobs that nobody works on: not begun, or left by a worker that
// gave no sign of life for a lease.
const due = "(state = 'queued' OR state = 'running' AND heartbeat_at <= ?)"

// take takes the job that has waited for longest. Looking costs no writing
// transaction; the conditional update lets one of several workers have it.
func (w *Worker) take(ctx context.Context) (j Job, found bool, err error) {
	now := w.now()
	var ids []int64
	err = w.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM jobs WHERE "+due+" ORDER BY id", now.Add(-Lease)).Scan(&ids).Error
	})
	for _, id := range ids {
		if err != nil || found || ctx.Err() != nil {
			break
		}
		j, found, err = w.claim(ctx, id, now)
	}
	return j, found, err
}

// claim takes one job, unless another worker was quicker. One that was taken
// up too often is given up: it may be what ends its workers.
func (w *Worker) claim(ctx context.Context, id int64, now time.Time) (Job, bool, error) {
	var rows []Job
	err := w.db.Write(ctx, func(tx *gorm.DB) error {
		gone := tx.Exec("UPDATE jobs SET state = ?, error_key = ?, finished_at = ?, holder = '' WHERE id = ? AND attempts >= ? AND "+due,
			Failed, "jobs.error.given_up", now, id, Tries, now.Add(-Lease))
		if gone.Error != nil || gone.RowsAffected > 0 {
			return gone.Error
		}
		return tx.Raw("UPDATE jobs SET state = ?, holder = ?, attempts = attempts + 1, started_at = ?, heartbeat_at = ?, step = '', step_done = 0, step_total = 0 WHERE id = ? AND "+due+" RETURNING *",
			Running, rand.Text(), now, now, id, now.Add(-Lease)).Scan(&rows).Error
	})
	if err != nil || len(rows) == 0 {
		return Job{}, false, err
	}
	return rows[0], true, nil
}

// held changes a job that this worker still holds, and says whether it did.
func (w *Worker) held(ctx context.Context, j Job, set map[string]any) (bool, error) {
	var n int64
	err := w.db.Write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&Job{}).Where("id = ? AND holder = ?", j.ID, j.Holder).Updates(set)
		n = done.RowsAffected
		return done.Error
	})
	return n > 0, err
}

var errLost = errors.New("jobs: another worker has the job")

// do runs a job with signs of life and writes down how it ended.
func (w *Worker) do(ctx context.Context, j Job, failed func(error)) error {
	inside, stop := context.WithCancelCause(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { w.live(inside, j, stop) })
	made, err := w.run(inside, j)
	lost := context.Cause(inside) == errLost || errors.Is(err, errLost)
	stop(nil)
	beating.Wait()
	if lost {
		return nil
	}
	if err != nil && ctx.Err() == nil && problem.KindOf(err) == problem.Internal {
		failed(fmt.Errorf("job %d (%s): %w", j.ID, j.Kind, err))
	}
	return w.settle(ctx, j, made, err)
}

// live gives signs of life until ctx ends, and stops the work when another
// worker has taken the job.
func (w *Worker) live(ctx context.Context, j Job, stop context.CancelCauseFunc) {
	tick := time.NewTicker(w.beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if mine, err := w.held(ctx, j, map[string]any{"heartbeat_at": w.now()}); err == nil && !mine {
				stop(errLost)
			}
		}
	}
}

// run runs a job; a panic in it is an error like another.
func (w *Worker) run(ctx context.Context, j Job) (made Made, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	run, ok := w.kinds[j.Kind]
	if !ok {
		return Made{}, errors.New("no such kind")
	}
	return run(ctx, j, func(step string, done, total int) error {
		mine, err := w.held(ctx, j, map[string]any{"step": step, "step_done": done, "step_total": total, "heartbeat_at": w.now()})
		if err == nil && !mine {
			err = errLost
		}
		return err
	})
}

// settle writes down how a job ended, also when the server is stopping: what
// is finished is kept, what was broken off waits for the next server.
func (w *Worker) settle(ctx context.Context, j Job, made Made, failure error) error {
	stopping := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	over, err := w.over(made)
	switch {
	case failure != nil && stopping:
		over = map[string]any{"state": Queued, "holder": "", "attempts": gorm.Expr("attempts - 1"), "step": ""}
	case failure != nil:
		over = w.failed(failure)
	case err != nil:
		over = w.failed(err)
	case len(made.Content) > MostFile:
		over = w.failed(problem.New(problem.Unavailable, "jobs.error.too_large"))
	}
	return w.db.Write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&Job{}).Where("id = ? AND holder = ?", j.ID, j.Holder).Updates(over)
		if done.Error != nil || done.RowsAffected == 0 || over["state"] != Done || made.Name == "" {
			return done.Error
		}
		return tx.Create(&file{JobID: j.ID, Content: append([]byte{}, made.Content...)}).Error
	})
}

// over is the end of a job that made something.
func (w *Worker) over(made Made) (map[string]any, error) {
	set := map[string]any{"state": Done, "finished_at": w.now(), "holder": ""}
	if made.Name != "" {
		set["file_name"], set["file_type"], set["file_size"], set["file_sha256"] = made.Name, made.Type, len(made.Content), sum(made.Content)
	}
	if made.Result == nil {
		return set, nil
	}
	text, err := json.Marshal(made.Result)
	set["result"] = string(text)
	return set, err
}

// failed is the end of a job that failed.
func (w *Worker) failed(err error) map[string]any {
	key, args := reason(err)
	set := map[string]any{"state": Failed, "finished_at": w.now(), "holder": "", "error_key": key, "error_args": ""}
	if text, err := json.Marshal(args); err == nil && len(args) > 0 {
		set["error_args"] = string(text)
	}
	return set
}

// reason is the message for who asked: what they may no longer see has gone
// from under the job, what cannot be made as asked says so, what is refused
// says why in its own words, and the rest is ours.
func reason(err error) (key string, args []any) {
	switch problem.KindOf(err) {
	case problem.NotFound:
		return "jobs.error.rights", nil
	case problem.Invalid:
		return "jobs.error.invalid", nil
	case problem.Forbidden, problem.Conflict, problem.Unavailable:
		var p *problem.Error
		errors.As(err, &p)
		return p.Key, p.Args
	}
	return "jobs.error.failed", nil
}
