package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/reports/publications"
)

// verifyPage takes a file and says whether it was published here.
type verifyPage struct {
	Page
	Verdict *publications.Verdict
	Digest  []string // of the file, in groups of four
	MaxMB   int
}

func (s *Server) verifyPage(c echo.Context) verifyPage {
	p := verifyPage{Page: s.page(c, s.t.Msg("verify.title")), MaxMB: publications.FileMax >> 20}
	p.Narrow = true
	return p
}

// verifyForm answers GET /verify.
func (s *Server) verifyForm(c echo.Context) error {
	return s.show(c, "publications/verify", s.verifyPage(c))
}

// verify answers POST /verify. Anybody may ask; nothing of the file is kept.
func (s *Server) verify(c echo.Context) error {
	defer s.unhurried(c)()
	p := s.verifyPage(c)
	in, err := uploadOf(c, publications.FileMax, publications.FileMax+64<<10)
	defer in.close()
	file := in.files["file"]
	if refusal, bad := invalid(err); bad {
		file.wrong, err = problem.Message{Key: refusal.Key}, nil
	}
	if err == nil && (file.content == nil || file.wrong.Key != "") {
		err = noFile(file)
	}
	if refusal, bad := invalid(err); bad {
		p.Errors = Problems(s.t, refusal, "file")
		return s.showAs(c, http.StatusUnprocessableEntity, "publications/verify", p)
	}
	if err != nil {
		return err
	}
	place, stop := context.WithTimeout(c.Request().Context(), 30*time.Second)
	defer stop()
	select {
	case s.verifying <- struct{}{}: // one at a time: it is hard work for some files
		defer func() { <-s.verifying }()
	case <-place.Done():
		return problem.New(problem.Unavailable, "problem.unavailable")
	}
	b, err := io.ReadAll(file.content)
	if err != nil {
		return err
	}
	verdict, err := s.Publications.Verify(c.Request().Context(), b)
	if err != nil {
		return err
	}
	p.Verdict, p.Digest = &verdict, groups(verdict.SHA256)
	return s.show(c, "publications/verify", p)
}

// noFile says what is wrong with the file of a form, or that there is none.
func noFile(f sent) error {
	var k problem.Check
	switch f.wrong.Key {
	case "files.error.large", "files.error.together":
		k.Add("file", "verify.error.too_large", "max", publications.FileMax>>20)
	default:
		k.Add("file", "verify.error.file")
	}
	return k.Err()
}
