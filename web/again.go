package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
)

// again says how a form is shown once more after it was sent: 422 with what
// has to be corrected, or 409 when the row moved on meanwhile. ok is false
// when the form went through and for every other error.
func (s *Server) again(err error, order ...string) (status int, errors FieldErrors, ok bool) {
	p, is := asProblem(err)
	if !is || p.Kind != problem.Invalid && p.Kind != problem.Conflict {
		return 0, nil, false
	}
	return kindStatus[p.Kind], Problems(s.t, p, order...), true
}

// differences lists the fields whose stored text is not what was typed. Each
// field is three texts: the key of its name, what is stored, what was typed.
func (s *Server) differences(fields ...[3]string) []Change {
	var list []Change
	for _, f := range fields {
		if strings.TrimSpace(f[1]) != strings.TrimSpace(f[2]) {
			list = append(list, Change{Field: s.t.Msg(f[0]), Old: f[1], New: f[2]})
		}
	}
	return list
}

// confirmPage asks once more before something is taken away.
type confirmPage struct {
	Page
	Ref, Heading string
	Question     string // the h1
	Quote        string // the words that it is about
	Points       []string
	Links        []Link // below them
	Button       string
	Action       string
	Cancel       string
	Key          string
	Version      int64
}

// showConfirm shows the question, with what stands against an answer given before.
func (s *Server) showConfirm(c echo.Context, status int, p confirmPage) error {
	p.Key, p.Action, p.Narrow = newKey(), c.Request().URL.Path, true
	p.Title = p.Question
	return s.showAs(c, status, "confirm", p)
}
