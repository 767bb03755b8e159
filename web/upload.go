package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/files"
	"tracker/internal/problem"
)

// The bounds of a form with files.
const (
	mostUpload = 5 * files.MostBytes // bytes of all of a form with evidence
	mostParts  = 64
	mostField  = 256 << 10        // bytes of a field that is no file: a country's narrative has some 30 kB
	slowUpload = 15 * time.Minute // for 20 MB on a slow line
)

// upload is a form with files, as it came in.
type upload struct {
	typed
	files map[string]sent // by the field's name
}

// sent is a file of a form: spooled, or what is wrong with it.
type sent struct {
	name    string
	content *files.Spooled
	wrong   problem.Message
}

// close lets go of the files.
func (u upload) close() {
	for _, f := range u.files {
		if f.content != nil {
			f.content.Close() //nolint:errcheck // it is gone with that
		}
	}
}

var errCut = problem.New(problem.Invalid, "files.error.cut")

// errLongField refuses a field that would have to be cut.
var errLongField = problem.New(problem.Invalid, "files.error.field", "max", mostField>>10)

// uploadOf reads a form with files, no more than most bytes of each and total
// bytes of all. Files are spooled to the disk. Close what it returns.
func uploadOf(c echo.Context, most, total int64) (upload, error) {
	u, r := upload{typed{}, map[string]sent{}}, c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, total)
	parts, err := r.MultipartReader()
	if err != nil {
		return u, errCut
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			return u, nil
		}
		if err == nil && n < mostParts && takesField(c.Path(), part.FormName()) {
			err = u.take(part, part.FormName(), part.FileName(), most)
		}
		if large := new(http.MaxBytesError); errors.As(err, &large) {
			return u, problem.New(problem.Invalid, "files.error.together", "max", total>>20)
		}
		if errors.Is(err, errDisk) || errors.Is(err, errLongField) {
			return u, err
		}
		if err != nil || n >= mostParts {
			return u, errCut
		}
	}
}

// errDisk is in what goes wrong while a file is written.
var errDisk = errors.New("web: a file cannot be spooled")

// take reads one part of a form. An empty file field was left empty.
func (u upload) take(in io.Reader, field, name string, most int64) error {
	if name == "" {
		b, err := io.ReadAll(io.LimitReader(in, mostField+1))
		if url.Values(u.typed).Add(field, string(b)); err == nil && len(b) > mostField {
			err = errLongField
		}
		return err
	}
	if _, twice := u.files[field]; twice {
		return errCut
	}
	f := sent{name: name}
	var err error
	switch f.content, err = files.Spool(in, most); {
	case errors.Is(err, files.ErrTooLarge):
		f.wrong = problem.Message{Key: "files.error.large", Args: []any{"max", most >> 20}}
	case errors.Is(err, files.ErrEmpty):
		f.wrong = problem.Message{Key: "files.error.empty"}
	case errors.Is(err, files.ErrCut):
		return err
	case err != nil:
		return errors.Join(errDisk, err)
	}
	u.files[field] = f
	return nil
}

// filePolicy leaves a file no right at all.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// giveOut answers with a file that somebody uploaded: to be kept, never to be
// shown, and without any right where a browser shows it all the same.
func (s *Server) giveOut(c echo.Context, name, kind string, size int64, in io.Reader) error {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	disposition := `attachment; filename="` + plain + `"`
	if plain != name {
		disposition += "; filename*=UTF-8''" + url.PathEscape(name)
	}
	if _, _, err := mime.ParseMediaType(disposition); err != nil {
		disposition = "attachment"
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", disposition)
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	s.made(c, int(size))
	return c.Stream(http.StatusOK, kind, in)
}
