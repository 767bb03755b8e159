package accounts

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/jobs"
	"tracker/internal/problem"
)

// ownerOf is whose an actor's jobs are. Jobs tell of the whole plan: to who
// does not read that, they do not exist.
func ownerOf(actor Actor) (jobs.Owner, error) {
	if !actor.CanReadWholePlan() || actor.PersonID == 0 {
		return jobs.Owner{}, problem.Missing()
	}
	return jobs.Owner{PersonID: actor.PersonID, PostID: actor.PostID}, nil
}

func jobObject(id int64) string { return "job " + strconv.FormatInt(id, 10) }

// AskJob asks for a job and returns its id; a form posted twice asks once.
func (s *Store) AskJob(ctx context.Context, actor Actor, key, country, kind string, params any) (int64, error) {
	o, err := ownerOf(actor)
	if err != nil {
		return 0, err
	}
	id, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		j, err := jobs.Ask(tx, s.system(), o, country, kind, params)
		if err != nil {
			return "", err
		}
		return strconv.FormatInt(j.ID, 10), audit.Append(tx, s.clock.Now(), event(actor, "job.ask", jobObject(j.ID),
			audit.Change{Field: "kind", New: kind}, audit.Change{Field: "params", New: j.Params}))
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(id, 10, 64)
}

// JobAgain has one of the actor's own jobs that failed tried again.
func (s *Store) JobAgain(ctx context.Context, actor Actor, key string, id int64) error {
	o, err := ownerOf(actor)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		if _, err := jobs.Again(tx, s.system(), o, id); err != nil {
			return "", err
		}
		return "", audit.Append(tx, s.clock.Now(), event(actor, "job.again", jobObject(id)))
	})
	return err
}

// Jobs lists the actor's own jobs, the newest first: those not over, and those
// that ended within a day.
func (s *Store) Jobs(ctx context.Context, actor Actor) (list []jobs.Job, err error) {
	err = s.ownJobs(ctx, actor, func(tx *gorm.DB, o jobs.Owner) error {
		list, err = jobs.List(tx, s.system(), o)
		return err
	})
	return list, err
}

// Job is one of the actor's own jobs; another's is NotFound.
func (s *Store) Job(ctx context.Context, actor Actor, id int64) (j jobs.Job, err error) {
	err = s.ownJobs(ctx, actor, func(tx *gorm.DB, o jobs.Owner) error {
		j, err = jobs.Find(tx, s.system(), o, id)
		return err
	})
	return j, err
}

// JobFile is one of the actor's own jobs with what it made; NotFound before it
// is done.
func (s *Store) JobFile(ctx context.Context, actor Actor, id int64) (j jobs.Job, content []byte, err error) {
	err = s.ownJobs(ctx, actor, func(tx *gorm.DB, o jobs.Owner) error {
		j, content, err = jobs.Content(tx, s.system(), o, id)
		return err
	})
	return j, content, err
}

func (s *Store) ownJobs(ctx context.Context, actor Actor, f func(tx *gorm.DB, o jobs.Owner) error) error {
	o, err := ownerOf(actor)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *gorm.DB) error { return f(tx, o) })
}

// JobActor is the person of a job as they are now. NotFound when they were
// disabled or moved to another post since they asked.
func (s *Store) JobActor(ctx context.Context, j jobs.Job) (Actor, error) {
	var found []actorRow
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT "+actorColumns+" FROM "+actorTables+" WHERE p.id = ? AND p.post_id = ? AND p.disabled_at IS NULL", j.PersonID, j.PostID).Scan(&found).Error
	})
	if err != nil {
		return Actor{}, err
	}
	if len(found) == 0 {
		return Actor{}, problem.Missing()
	}
	actor := found[0].actor(jobObject(j.ID))
	_, err = ownerOf(actor)
	return actor, err
}
