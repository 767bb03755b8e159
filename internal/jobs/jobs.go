// Package jobs does what takes longer than a page may: a job is asked for in
// the transaction of a form, taken by a worker of any server on the database,
// and kept with what it made for the person who asked, until a day after it
// ended.
package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// State says how far a job is.
type State string

// The states. A job that is Done or Failed is over.
const (
	Queued  State = "queued"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// The bounds of jobs.
const (
	Kept     = 24 * time.Hour // how long a job stays after it was over
	Lease    = time.Minute    // without a sign of life for so long, a running job is taken up by another worker
	Tries    = 3              // how often a job whose worker died is taken up
	Most     = 5              // jobs of one person that are not over
	MostFile = 50 << 20       // bytes of a file
)

// Job is work that a person asked for, without its file's content. All
// instants are the system's.
type Job struct {
	ID          int64 `gorm:"primaryKey"`
	Country     string
	Kind        string // a name of the table of kinds that workers are given
	Params      string // JSON, as the kind reads it
	PersonID    int64
	PostID      int64 // which they held when they asked
	State       State
	Step        string // a short word for what is being done
	StepDone    int    // of StepTotal
	StepTotal   int    // 0: nobody knows how much there is to do
	ErrorKey    string // message key of why it failed
	ErrorArgs   string // what that message names, as a JSON list
	Attempts    int
	Holder      string // the worker that has it
	Result      string // JSON, as the kind reads it; empty for none
	FileName    string // empty for none
	FileType    string // media type
	FileSize    int
	FileSHA256  string `gorm:"column:file_sha256"`
	CreatedAt   time.Time
	StartedAt   *time.Time
	HeartbeatAt *time.Time
	FinishedAt  *time.Time
}

// TableName is the table of jobs.
func (Job) TableName() string { return "jobs" }

// Over says whether nothing more happens to the job by itself.
func (j Job) Over() bool { return j.State == Done || j.State == Failed }

// KeptUntil is when a job that is over is deleted.
func (j Job) KeptUntil() time.Time {
	if j.FinishedAt == nil {
		return time.Time{}
	}
	return j.FinishedAt.Add(Kept)
}

// Read reads the parameters into what the kind keeps them in.
func (j Job) Read(params any) error { return json.Unmarshal([]byte(j.Params), params) }

// ReadResult reads what the job came to into what the kind keeps it in. A job
// without a result leaves it as it is.
func (j Job) ReadResult(result any) error {
	if j.Result == "" {
		return nil
	}
	return json.Unmarshal([]byte(j.Result), result)
}

// Reason is why a job failed: a message with its arguments. Numbers among them
// are float64.
func (j Job) Reason() (key string, args []any) {
	if j.ErrorArgs != "" && json.Unmarshal([]byte(j.ErrorArgs), &args) != nil {
		args = nil
	}
	return j.ErrorKey, args
}

// file is what a job made.
type file struct {
	JobID   int64 `gorm:"primaryKey"`
	Content []byte
}

// TableName is the table of files.
func (file) TableName() string { return "job_files" }

// Owner is whose a job is: a person in a post. To the same person in another
// post it does not exist, since it may tell what they no longer may read.
type Owner struct{ PersonID, PostID int64 }

// Ask adds a job, in the caller's transaction. More than Most that are not
// over are Invalid.
func Ask(tx *gorm.DB, now time.Time, o Owner, country, kind string, params any) (Job, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return Job{}, err
	}
	var open int64
	if err := tx.Model(&Job{}).Where("person_id = ? AND finished_at IS NULL", o.PersonID).Count(&open).Error; err != nil {
		return Job{}, err
	}
	if open >= Most {
		return Job{}, problem.New(problem.Invalid, "jobs.error.most", "most", Most)
	}
	j := Job{Country: country, Kind: kind, Params: string(text), PersonID: o.PersonID, PostID: o.PostID, State: Queued, CreatedAt: instant(now)}
	return j, tx.Create(&j).Error
}

// own narrows to the jobs of an owner that were not over for too long.
func own(tx *gorm.DB, now time.Time, o Owner) *gorm.DB {
	return tx.Where("person_id = ? AND post_id = ? AND (finished_at IS NULL OR finished_at > ?)", o.PersonID, o.PostID, instant(now).Add(-Kept))
}

// List is an owner's jobs, the newest first.
func List(tx *gorm.DB, now time.Time, o Owner) ([]Job, error) {
	var list []Job
	err := own(tx, now, o).Order("id DESC").Find(&list).Error
	return list, err
}

// Find is one of an owner's jobs; another's is NotFound.
func Find(tx *gorm.DB, now time.Time, o Owner, id int64) (Job, error) {
	var list []Job
	err := own(tx, now, o).Where("id = ?", id).Find(&list).Error
	if err != nil || len(list) == 0 {
		return Job{}, missing(err)
	}
	return list[0], nil
}

// Content is the file that a job made. A job that is not done, or made none, has
// none: NotFound. Bytes that are not those that the worker wrote are an error.
func Content(tx *gorm.DB, now time.Time, o Owner, id int64) (Job, []byte, error) {
	j, err := Find(tx, now, o, id)
	if err != nil {
		return Job{}, nil, err
	}
	var files []file
	if err := tx.Where("job_id = ?", id).Find(&files).Error; err != nil || len(files) == 0 {
		return Job{}, nil, missing(err)
	}
	if sum(files[0].Content) != j.FileSHA256 {
		return Job{}, nil, fmt.Errorf("jobs: the file of job %d is not the one that was written", id)
	}
	return j, files[0].Content, nil
}

// Again has a job that failed tried again, in the caller's transaction. One
// that is under way or done is a Conflict.
func Again(tx *gorm.DB, now time.Time, o Owner, id int64) (Job, error) {
	j, err := Find(tx, now, o, id)
	if err != nil {
		return Job{}, err
	}
	again := tx.Exec("UPDATE jobs SET state = ?, attempts = 0, error_key = '', error_args = '', step = '', finished_at = NULL, created_at = ? WHERE id = ? AND state = ?",
		Queued, instant(now), id, Failed)
	if again.Error == nil && again.RowsAffected == 0 {
		return Job{}, problem.Stale()
	}
	return j, again.Error
}

// Sweep deletes the jobs that were over for a day, with their files.
func Sweep(tx *gorm.DB, now time.Time) error {
	before := instant(now).Add(-Kept)
	if err := tx.Exec("DELETE FROM job_files WHERE job_id IN (SELECT id FROM jobs WHERE finished_at <= ?)", before).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM jobs WHERE finished_at <= ?", before).Error
}

func missing(err error) error {
	if err != nil {
		return err
	}
	return problem.Missing()
}

// instant is a moment as both engines keep it.
func instant(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) }

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// Count is how many jobs there are in each state.
func Count(tx *gorm.DB) (map[State]int, error) {
	var rows []struct {
		State State
		N     int
	}
	n := map[State]int{Queued: 0, Running: 0, Done: 0, Failed: 0}
	err := tx.Raw("SELECT state, count(*) AS n FROM jobs GROUP BY state").Scan(&rows).Error
	for _, r := range rows {
		n[r.State] = r.N
	}
	return n, err
}
