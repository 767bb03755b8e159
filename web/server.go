// Package web shows the tracker to people: it reads forms, calls one slice,
// and writes pages. It knows HTTP and no rule of the domain.
package web

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/jobs"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
	"tracker/internal/workbook"
	"tracker/internal/workbook/kinds"
	"tracker/internal/workbook/lists"
	"tracker/internal/workbook/round"
)

// databaseWait is how long a request waits for the database to say whose it is: a
// database that hangs is told to people within 5 seconds.
const databaseWait = 4 * time.Second

// Options is what a server is made of.
type Options struct {
	DB      *db.DB
	Clock   calendar.Clock
	Log     *slog.Logger
	BaseURL string       // address under which people reach the tracker, for links in mails; https makes cookies Secure
	Proxies []*net.IPNet // networks of proxies whose word on a visitor's address is believed; none: the socket's
	Version string
	Limits  int // how many times the limits of the table count, for measurements; less than 1: once

	Accounts        *accounts.Store
	Plan            *plan.Store
	Recommendations *recommendations.Store
	Progress        *progress.Store
	Indicators      *indicators.Store
	Dialogues       *dialogues.Store
	Reports         *reports.Store
	Rounds          *round.Store

	Trail audit.Signer // signs a checkpoint with each publication; the zero one signs none
}

// Server is the web application.
type Server struct {
	Options
	kit
	echo    *echo.Echo
	worker  *jobs.Worker
	direct  int   // up to how many commitments a report is written while its reader waits
	checked int64 // up to how many entries the trail is checked while its auditor waits

	Publications *publications.Store
	Workbooks    *workbook.Store
	readNow      int // up to how many rows a file is read and taken while its sender waits
	Lists        *lists.Store
	verifying    chan struct{} // one file is verified at a time
	looking      chan struct{} // and two of evidence are looked into
	limits       limits
	metrics      *metrics
	patience     time.Duration                     // how long a request waits for the database to say whose it is
	pace         pace                              // of what is sent in
	site         atomic.Pointer[accounts.Settings] // as they were read last, for pages that must do without the database
}

// New makes the server. A template that does not parse and a page of the
// manual that cannot be read stop it here.
func New(o Options) (*Server, error) {
	k, err := newKit(o.Clock.Zone())
	if err != nil {
		return nil, err
	}
	return newServer(o, k), nil
}

// kit is what pages are made of: files, words, templates and the manual. It
// is the same for every server of a time zone, and only read.
type kit struct {
	assets *Assets
	t      *i18n.T
	render *Renderer
	manual *Manual
}

func newKit(zone *time.Location) (k kit, err error) {
	if k.assets, err = NewAssets(); err != nil {
		return k, err
	}
	messages, err := i18n.English()
	if err != nil {
		return k, err
	}
	k.t = i18n.New(messages, zone)
	if k.render, err = NewRenderer(k.assets, k.t); err != nil {
		return k, err
	}
	k.manual, err = NewManual(k.t.Lang(), k.assets)
	return k, err
}

func newServer(o Options, k kit) *Server {
	s := &Server{Options: o, kit: k, echo: echo.New(), direct: writtenAtOnce, checked: checkedAtOnce, readNow: readAtOnce,
		verifying: make(chan struct{}, 1), looking: make(chan struct{}, 2), Publications: publications.New(o.DB, o.Clock, k.t).Signing(o.Trail),
		Workbooks: workbook.NewStore(o.DB, o.Clock, time.Now, kinds.All()), Lists: lists.New(o.DB, o.Clock),
		limits: newLimits(o.Limits, time.Now), metrics: newMetrics(o), patience: databaseWait, pace: slowLine}
	s.worker = jobs.NewWorker(o.DB, time.Now, s.kinds())
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.answerError
	s.echo.IPExtractor = echo.ExtractIPDirect()
	if len(o.Proxies) > 0 {
		s.echo.IPExtractor = trusting(o.Proxies)
	}
	s.use()
	s.register()
	return s
}

// Handler is what an http.Server serves.
func (s *Server) Handler() http.Handler { return s.echo }

// HTTPServer is an http.Server for the handler with bounds on every wait, so
// that a slow client holds nothing up.
func (s *Server) HTTPServer() *http.Server { return s.bound(s.echo) }

// MetricsServer is an http.Server for what a Prometheus asks; it is never the
// one that people reach.
func (s *Server) MetricsServer() *http.Server { return s.bound(s.metrics.handler()) }

func (s *Server) bound(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}

// trusting reads the visitor's address from X-Forwarded-For as far as the
// named proxies wrote it, and believes nobody else.
func trusting(proxies []*net.IPNet) echo.IPExtractor {
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range proxies {
		options = append(options, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// newKey is the key of a form: a repeated post of it has one effect.
func newKey() string {
	b := make([]byte, 16)
	rand.Read(b) //nolint:errcheck // never fails
	return hex.EncodeToString(b)
}
