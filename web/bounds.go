package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"tracker/internal/problem"
)

// The bounds of every request, whatever its method and address. What a form
// with files may hold besides stands in upload.go.
const (
	maxBody     = "1M"    // bytes that a form may send
	mostAddress = 8 << 10 // bytes of an address with its query
	mostHeaders = 200     // lines of a head, of which net/http takes 64 kB
	mostValues  = 8000    // values of a form
)

// bounded refuses what no page of the tracker asks a browser to send.
func (s *Server) bounded(next echo.HandlerFunc) echo.HandlerFunc {
	limit := middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: maxBody, Skipper: takesFiles})(func(c echo.Context) error {
		if err := formOf(c); err != nil {
			return err
		}
		return next(c)
	})
	return func(c echo.Context) error {
		r, lines := c.Request(), 0
		for _, values := range r.Header {
			lines += len(values)
		}
		switch packed := r.Header.Get(echo.HeaderContentEncoding); {
		case len(r.URL.RequestURI()) > mostAddress:
			return echo.NewHTTPError(http.StatusRequestURITooLong)
		case lines > mostHeaders:
			return echo.NewHTTPError(http.StatusRequestHeaderFieldsTooLarge)
		case packed != "" && !strings.EqualFold(packed, "identity"):
			return echo.NewHTTPError(http.StatusUnsupportedMediaType)
		}
		return limit(c)
	}
}

// formOf reads a form without files, before anybody works with it.
func formOf(c echo.Context) error {
	r := c.Request()
	if r.Method != post || mediaType(r) != echo.MIMEApplicationForm {
		return nil
	}
	err := parseForm(r)
	n := 0
	for _, values := range r.PostForm {
		n += len(values)
	}
	if n > mostValues {
		return echo.ErrStatusRequestEntityTooLarge
	}
	if err != nil {
		return err
	}
	_, err = typedOf(c)
	return err
}

// mediaType is what a request says that it sends.
func mediaType(r *http.Request) string {
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	return kind
}

// takesFiles says whether a request is a form with files at an address that
// takes them; it has bounds of its own then.
func takesFiles(c echo.Context) bool {
	p := c.Request().URL.Path
	return mediaType(c.Request()) == echo.MIMEMultipartForm && (p == "/verify" || p == importsPath || strings.HasPrefix(p, "/updates/") && strings.HasSuffix(p, "/evidence/new") ||
		strings.HasPrefix(p, "/recommendations/editions/") && strings.HasSuffix(p, "/import"))
}

// pace is how slowly a file may come in: a line that is slow is waited for, one
// that only holds a place is cut.
type pace struct {
	grace     time.Duration // from the beginning
	perSecond int64         // bytes that must have come after it, on average
	most      time.Duration // for all of it
}

var slowLine = pace{30 * time.Second, 8 << 10, slowUpload}

// paced is a body that must come at a pace.
type paced struct {
	io.ReadCloser
	pace
	line  *http.ResponseController
	begun time.Time
	bytes int64
}

func (p *paced) Read(b []byte) (int, error) {
	until := p.most
	if due := p.grace + time.Duration(p.bytes)*time.Second/time.Duration(p.perSecond); due < until {
		until = due
	}
	p.line.SetReadDeadline(p.begun.Add(until)) //nolint:errcheck // a test's recorder has none
	n, err := p.ReadCloser.Read(b)
	if p.bytes += int64(n); err == io.EOF { // nothing more comes: who waits for the answer is not to be cut
		p.line.SetReadDeadline(p.begun.Add(p.most)) //nolint:errcheck // likewise
	}
	return n, err
}

// unhurried gives a request the time that a slow line needs, where every other
// has half a minute. What it does is not broken off when its sender goes away.
// Cancel gives back the request as it was: what is answered to an error is
// written after it.
func (s *Server) unhurried(c echo.Context) (cancel func()) {
	line, now, before := http.NewResponseController(c.Response()), time.Now(), c.Request()
	until := now.Add(s.pace.most + time.Minute)
	line.SetWriteDeadline(until) //nolint:errcheck // a test's recorder has none
	ctx, stop := context.WithDeadline(context.WithoutCancel(before.Context()), until)
	r := before.WithContext(ctx)
	r.Body = &paced{ReadCloser: r.Body, pace: s.pace, line: line, begun: now}
	c.SetRequest(r)
	return func() {
		stop()
		c.SetRequest(before)
	}
}

// made lets go of the place that a request had among those of its cost, and
// gives its reader the time that so many bytes take on a slow line. Call it
// when what is to be sent is made.
func (s *Server) made(c echo.Context, bytes int) {
	if leave, ok := c.Get(keyPlace).(func()); ok {
		leave()
	}
	most := min(time.Minute+time.Duration(bytes)*time.Second/time.Duration(s.pace.perSecond), s.pace.most)
	http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(most)) //nolint:errcheck // a test's recorder has none
}

// ofOurs refuses what another site's page makes a browser load as a part of
// itself: a picture, a frame, a script. Links from elsewhere lead here, and what
// sends no Sec-Fetch headers is held by sameOrigin and the cookies' SameSite.
func ofOurs(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Request().Header
		from := h.Get("Sec-Fetch-Site")
		follows := h.Get("Sec-Fetch-Mode") == "navigate" && h.Get("Sec-Fetch-Dest") == "document"
		if c.Request().Method != post && (from == "cross-site" || from == "same-site") && !follows {
			return problem.New(problem.Forbidden, "problem.embedded")
		}
		return next(c)
	}
}
