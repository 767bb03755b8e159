package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/files"
	"tracker/internal/mail"
	"tracker/internal/progress"
	"tracker/internal/workbook"
	"tracker/web"
)

// serve answers browsers until it is told to stop.
func serve(ctx context.Context, c *call) error {
	if len(c.args) > 0 {
		return misused("serve takes no arguments")
	}
	if v := c.option("addr"); v != "" {
		c.cfg.Addr = v
	}
	release, err := c.claim(ctx)
	if err != nil {
		return err
	}
	defer release()
	a, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	if !a.keys.Given() {
		return errors.Join(misused("with PostgreSQL the secret stands in TRACKER_KEY, or in a file that TRACKER_KEY_FILE names: 64 hexadecimal digits, the same for every server of the database; 'openssl rand -hex 32' makes one"), a.db.Close())
	}
	link, made, err := a.accounts.EnsureFirstLink(ctx)
	if err != nil {
		return errors.Join(err, a.db.Close())
	}
	if made {
		fmt.Fprintf(c.out, "No administrator has set a password yet. This link works once, for 24 hours:\n  %s%s\n", c.cfg.PublicURL, link.Path())
	}
	collectSeldom()
	return errors.Join(a.listen(ctx, c, nil), a.db.Close())
}

// collectSeldom lets the heap grow to four times what is in use, some 60 MB on
// a large country, before it is collected: twice is what Go does, for an eighth
// of the server's processor time. GOGC and GOMEMLIMIT overrule it.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(320 << 20)
	}
}

// claim takes the serving place before anything is migrated, so that a second
// server neither migrates nor serves.
func (c *call) claim(ctx context.Context) (release func(), err error) {
	where, err := c.cfg.database()
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	release, err = d.Serve()
	return release, errors.Join(err, d.Close())
}

// listen serves until ctx ends, then lets requests under way finish, for 30
// seconds at most. ready is called with the address once it listens.
func (a *app) listen(ctx context.Context, c *call, ready func(net.Addr)) error {
	if err := a.checkKey(ctx); err != nil {
		return err
	}
	log := logger(c.err)
	if err := files.Sweep(); err != nil {
		log.Error("what a killed server left", "error", err)
	}
	s, err := a.server(log)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return err
	}
	metrics, err := a.metrics(s, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer metrics()
	if ready == nil {
		ready = func(at net.Addr) { fmt.Fprintf(c.out, "Serving on http://%s\n", at) }
	}
	ready(l.Addr())
	var work sync.WaitGroup
	background, stop := context.WithCancel(ctx)
	work.Go(func() { a.housekeeping(background, log) })
	work.Go(func() { s.Work(background) })
	work.Go(func() { a.nightly(background, log) })
	sender, err := a.sender()
	if err != nil {
		stop()
		return errors.Join(err, l.Close())
	}
	if sender != nil {
		work.Go(func() { sender.Run(background, func(err error) { log.Error("outbox", "error", err) }) })
	}
	h := s.HTTPServer()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		err = h.Shutdown(grace)
		cancel()
	}
	stop()
	work.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// metrics answers a Prometheus on a listener of its own, where one is set.
// Call what it gives to stop.
func (a *app) metrics(s *web.Server, log *slog.Logger) (stop func(), err error) {
	if a.cfg.MetricsAddr == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", a.cfg.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("TRACKER_METRICS_ADDR: %w", err)
	}
	log.Info("metrics", "address", l.Addr().String())
	if !isLoopback(a.cfg.MetricsAddr) {
		log.Warn(openMetrics)
	}
	h, ended := s.MetricsServer(), make(chan struct{})
	go func() {
		defer close(ended)
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics", "error", err)
		}
	}()
	return func() {
		h.Close() //nolint:errcheck // who asks, asks again
		<-ended
	}, nil
}

// openMetrics warns of metrics that others may reach.
const openMetrics = "metrics are given out beyond this machine: only the Prometheus should reach TRACKER_METRICS_ADDR"

// sender sends the outbox, nil where no mail server is set.
func (a *app) sender() (*mail.Sender, error) {
	if a.cfg.SMTPHost == "" {
		return nil, nil
	}
	server, err := a.cfg.mailServer()
	if err != nil {
		return nil, err
	}
	return mail.NewSender(a.db, server, time.Now)
}

// housekeeping sweeps away what is over, sums up refusals, signs the trail's
// head and mails it outside.
func (a *app) housekeeping(ctx context.Context, log *slog.Logger) {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for n := 0; ; n++ {
		err := errors.Join(audit.Settle(ctx, a.db, a.clock.Now()), a.checkpoint(ctx), a.mailCheckpoint(ctx))
		if n%60 == 0 {
			err = errors.Join(err, a.accounts.Sweep(ctx), workbook.Sweep(ctx, a.db, time.Now()), a.db.ForgetKeys(ctx, 48*time.Hour))
		}
		if err != nil && ctx.Err() == nil {
			log.Error("housekeeping", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-minute.C:
		}
	}
}

// nightly reads all files of evidence and verifies the audit trail once a day,
// in the first hour of the UTC day or when the server starts, and says which
// are not what came in.
func (a *app) nightly(ctx context.Context, log *slog.Logger) {
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	for {
		found, ran, err := progress.CheckDue(ctx, a.db, a.clock, time.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("files of evidence were not read", "error", err)
		case ran && !found.Whole():
			log.Error("files of evidence are not what came in", "files", found.Faults)
		}
		a.verifyDue(ctx, log)
		select {
		case <-ctx.Done():
			return
		case <-hour.C:
		}
	}
}

// migrate brings the schema up to this release.
func migrate(ctx context.Context, c *call) error {
	if len(c.args) > 0 {
		return misused("migrate takes no arguments")
	}
	where, err := c.cfg.database()
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, where)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is under way
	release, err := d.Serve()
	if err != nil {
		return err
	}
	defer release()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	v, err := d.SchemaVersion(ctx)
	if err == nil {
		_, err = fmt.Fprintf(c.out, "The schema is at version %d.\n", v)
	}
	return err
}

// isLoopback says whether an address to listen on is this machine's own.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// fileName makes sure that a file to write is named and its folder is there.
func fileName(path string) error {
	if path == "" {
		return misused("name the file to write with -o")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return misused("%s is a folder", path)
	}
	return nil
}
