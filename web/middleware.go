package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/problem"
)

// contentPolicy lets pages load nothing but the tracker's own files, run no
// script at all and send forms nowhere else.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; script-src 'none'; frame-src 'none'"

// standing are the headers of every answer, whatever it is. A file and a static
// one replace a line or two.
var standing = map[string]string{
	"Content-Security-Policy":      contentPolicy,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY", // what frame-ancestors says, for old browsers
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Cache-Control":                "no-store",
}

// use puts what every request passes through in front of the routes.
func (s *Server) use() {
	s.echo.Pre(s.metrics.measure, s.headers)
	// The time limit comes first: it ends the request's context, which the
	// answer to an error still needs.
	s.echo.Use(middleware.ContextTimeout(30*time.Second), echo.WrapMiddleware(packed), s.logged, middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true, LogErrorFunc: s.panicked}), s.bounded, ofOurs, s.sameOrigin())
}

// packed sends text from 1 kB on packed to browsers that unpack it. By what an
// answer is, not by its address: a page that says that something is missing
// looks the same wherever it is missing. Static files know how they are packed.
func packed(next http.Handler) http.Handler { return packing(next) }

var packing = func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(6), gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"text/html", "text/plain", "text/csv", "text/calendar", "application/json"}))
	if err != nil {
		panic(err) // the settings above are wrong
	}
	return wrap
}()

func (s *Server) panicked(c echo.Context, err error, stack []byte) error {
	s.Log.Error("panic", "request", requestOf(c), "route", c.Path(), "error", err, "stack", string(stack))
	return err
}

// headers are on every answer, errors and files included.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := make([]byte, 8)
		rand.Read(id) //nolint:errcheck // never fails
		c.Set(keyRequest, hex.EncodeToString(id))
		h := c.Response().Header()
		h.Set("X-Request-Id", requestOf(c))
		for name, value := range standing {
			h.Set(name, value)
		}
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		switch c.Request().Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
			return next(c)
		}
		h.Set("Allow", "GET, HEAD, POST")
		return echo.NewHTTPError(http.StatusMethodNotAllowed)
	}
}

// requestOf is the request's id.
func requestOf(c echo.Context) string {
	id, _ := c.Get(keyRequest).(string)
	return id
}

// logged writes one line a request: no names, e-mails, queries or form values.
// Who signed in stands in the line of that request, and that a person asked for
// what is not theirs; what was typed stands nowhere.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		level := slog.LevelInfo
		if c.Path() == "/static/:name" || c.Path() == "/healthz" {
			level = slog.LevelDebug
		}
		line := []any{"id", requestOf(c), "method", c.Request().Method, "route", c.Path(), "status", c.Response().Status, "ms", time.Since(start).Milliseconds(), "actor", actorOf(c).PersonID}
		if c.Get("refused") != nil {
			line = append(line, "refused", true)
		}
		s.Log.Log(c.Request().Context(), level, "request", line...)
		return nil
	}
}

// sameOrigin refuses unsafe requests that another site's page made a browser
// send (Sec-Fetch-Site, else Origin against Host).
func (s *Server) sameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.BaseURL); err == nil && u.Host != "" {
		protection.AddTrustedOrigin(u.Scheme + "://" + u.Host) //nolint:errcheck // a bad address trusts nobody
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return problem.New(problem.Forbidden, "problem.cross_site")
			}
			return next(c)
		}
	}
}

// secure says whether people reach the tracker over TLS.
func (s *Server) secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// guard lets in whom the permission names. Who is not signed in is asked to
// sign in; to others a page that is not theirs looks like one that is not
// there, and the attempt is noted.
func (s *Server) guard(may permission, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Path(), "/static/") || c.Path() == "/healthz" || c.Path() == "/readyz" {
			return next(c)
		}
		if err := s.identify(c); err != nil {
			return err
		}
		actor := actorOf(c)
		switch {
		case actor.PersonID == 0 && may&anybody == 0:
			return s.askToSignIn(c)
		case !may.allows(actor.Role):
			s.refused(c)
			return problem.Missing()
		case sessionOf(c).MustEnrol && !enrols(c.Path()):
			return s.askToEnrol(c)
		}
		if c.Request().Method == post { // before anybody reads it: fields that are not the form's are gone
			if _, err := typedOf(c); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// identify reads the settings and, when a session's cookie came with the
// request, who it is. It is the first to ask the database, and does not wait
// long for one that hangs.
func (s *Server) identify(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), s.patience)
	defer stop()
	settings, err := s.Accounts.Settings(ctx)
	if err != nil {
		return err
	}
	c.Set(keySite, settings)
	s.site.Store(&settings)
	cookie, err := c.Cookie(s.cookieName(sessionCookie))
	if err != nil || cookie.Value == "" {
		return nil
	}
	actor, info, err := s.Accounts.Session(ctx, cookie.Value, requestOf(c))
	if err != nil {
		if problem.KindOf(err) == problem.NotFound {
			return nil
		}
		return err
	}
	c.Set(keyActor, actor)
	c.Set(keySession, session{token: cookie.Value, SessionInfo: info})
	return nil
}

// session is the session behind a request and its secret.
type session struct {
	accounts.SessionInfo
	token string
}

func sessionOf(c echo.Context) session {
	v, _ := c.Get(keySession).(session)
	return v
}

func (s *Server) askToSignIn(c echo.Context) error {
	to := "/sign-in"
	switch {
	case c.Request().Method == get && c.Request().URL.Path != "/":
		to += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
	case s.keepForm(c):
		to += "?next=" + keptPath
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// refused notes that a signed-in person asked for what is not theirs, also
// when they did not wait for the answer.
func (s *Server) refused(c echo.Context) {
	actor := actorOf(c)
	if actor.PersonID == 0 || c.Get("refused") != nil {
		return
	}
	c.Set("refused", true)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), 10*time.Second)
	defer cancel()
	err := audit.Refuse(ctx, s.DB, s.Clock.Now(), audit.Event{Who: actor.Who(), Action: "request.refused",
		Object: c.Request().Method + " " + c.Path()})
	if err != nil {
		s.Log.Error("refusal not noted", "request", requestOf(c), "error", err)
	}
}

// The cookies: the session, the browser that signed in before, a sign-in that
// waits for its second factor, and a browser that was sent to the issuer.
const (
	sessionCookie = "session"
	browserCookie = "browser"
	stepCookie    = "step"
	tripCookie    = "trip"
)

// cookieName is bound to the host by its prefix where TLS allows that.
func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// cookie is the value of one of our cookies, empty when the browser sent none.
func (s *Server) cookie(c echo.Context, name string) string {
	cookie, err := c.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets a cookie for so long; 0 is until the browser closes, less
// than 0 deletes it.
func (s *Server) setCookie(c echo.Context, name, value string, age time.Duration) {
	cookie := &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode}
	if age != 0 {
		cookie.MaxAge = int(age.Seconds())
	}
	c.SetCookie(cookie)
}

// setFlash keeps a message for the next page of the session.
func (s *Server) setFlash(c echo.Context, message string) error {
	if message == "" || sessionOf(c).token == "" {
		return nil
	}
	return s.Accounts.SetFlash(c.Request().Context(), sessionOf(c).token, message)
}

// flash takes the message that waits for this page, if one does.
func (s *Server) flash(c echo.Context) []string {
	if sessionOf(c).Flash == "" || c.Request().Method != get {
		return nil
	}
	text, err := s.Accounts.TakeFlash(c.Request().Context(), sessionOf(c).token)
	if err != nil || text == "" {
		return nil
	}
	return []string{text}
}

// healthz says that the process lives.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyWait is how long the database may take to say that it is there.
const readyWait = 2 * time.Second

// readyz says whether the database answers and is of this release.
func (s *Server) readyz(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), readyWait)
	defer stop()
	if err := s.DB.CheckSchema(ctx); err != nil {
		retryAfter(c, 5)
		s.Log.Error("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// static serves the embedded files.
func (s *Server) static(c echo.Context) error { return s.assets.Serve(c) }

// localPath is a path on this very site, or "/" for anything else: a link
// after sign-in leads nowhere else.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") {
		return "/"
	}
	for _, path := range []string{next, u.Path} { // as written and as read
		if strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\t\r\n") {
			return "/"
		}
	}
	return next
}
