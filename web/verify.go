package web

import (
	"errors"
	"io"
	"net/http"
	"os"

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
	p := s.verifyPage(c)
	file, err := s.uploaded(c)
	if refusal, bad := invalid(err); bad {
		p.Errors = Problems(s.t, refusal, "file")
		return s.showAs(c, http.StatusUnprocessableEntity, "publications/verify", p)
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it is gone with that
	select {
	case s.verifying <- struct{}{}: // one at a time: it is hard work for some files
		defer func() { <-s.verifying }()
	case <-c.Request().Context().Done():
		return problem.New(problem.Unavailable, "problem.unavailable")
	}
	b, err := spooled(file)
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

// uploaded spools the file of a form to the disk, in a file that has no name
// any more: slow senders hold no memory, and nothing is left of it.
func (s *Server) uploaded(c echo.Context) (*os.File, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, publications.FileMax+64<<10)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, noFile("verify.error.file")
	}
	for {
		part, err := parts.NextPart()
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return nil, noFile("verify.error.too_large", "max", publications.FileMax>>20)
		}
		if err != nil {
			return nil, noFile("verify.error.file")
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return spool(part)
		}
	}
}

func noFile(key string, args ...any) error {
	var k problem.Check
	k.Add("file", key, args...)
	return k.Err()
}

// spool writes what comes in to a file without a name.
func spool(in io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "tracker-verify-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	n, err := io.Copy(f, io.LimitReader(in, publications.FileMax+1))
	switch tooLarge := new(http.MaxBytesError); {
	case n > publications.FileMax || errors.As(err, &tooLarge):
		err = noFile("verify.error.too_large", "max", publications.FileMax>>20)
	case err != nil: // the sender went away, or sends what is no form
		err = noFile("verify.error.file")
	case n == 0:
		err = noFile("verify.error.file")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// spooled reads a spooled file.
func spooled(f *os.File) ([]byte, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}
