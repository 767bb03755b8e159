package web

import (
	"context"
	"errors"

	"tracker/internal/jobs"
	"tracker/internal/problem"
)

// importAsked is what a job that reads or takes a file was asked for.
type importAsked struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// readImport reads a file that was sent, for a person with the rights that they
// have now. One that is none of its kind is kept with the reason.
func (s *Server) readImport(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[importAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("reading", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	_, err = s.Workbooks.Reread(ctx, actor, "import read by job "+itoa(j.ID), asked.ID, nil, func(done, total int) {
		tell("reading", done, total) //nolint:errcheck // the next sign of life tells
	})
	var p *problem.Error
	if errors.As(err, &p) && p.Kind == problem.Invalid {
		err = s.Workbooks.Refused(ctx, actor, asked.ID, p)
	}
	return jobs.Made{Result: asked}, err
}

// takeImport takes a file as the person who pressed the button.
func (s *Server) takeImport(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[importAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("writing", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	o, err := s.Workbooks.TakeKept(ctx, actor, asked.ID)
	if _, wrong := invalid(err); wrong && o.Blocked() {
		err = nil // its page says what stops it
	}
	return jobs.Made{Result: asked}, err
}

// importWords says which file is read or taken.
func (s *Server) importWords(v *jobView) {
	var asked importAsked
	if v.Read(&asked) != nil {
		return
	}
	v.What, v.Ended = s.t.Msg("jobs.kind."+v.Kind, "file", asked.Name), s.t.Msg("jobs.done."+v.Kind)
	v.Made = Link{s.t.Msg("jobs.made.import"), importPath(asked.ID)}
}
