package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/seeds/large"
)

// people are those who ask for pages, by what they do. Coordinators are more than the country has: they share the reviewing.
const (
	coordinator   = "coordinator"
	focal         = "focal point"
	outside       = "focal point outside government"
	countersigner = "countersigner"
	auditor       = "auditor"
	administrator = "administrator"
	partner       = "partner"
)

// moreCoordinators are added to the country's two.
const moreCoordinators = 6

// visitor is a person with an open session.
type visitor struct{ email, institution, cookie string }

// world is who asks, and of what.
type world struct {
	visitors map[string][]visitor
	today    string
}

// prepare fills the database where it is empty, sets its clock to the day of the data, and opens a session for everybody.
func prepare(ctx context.Context, p plan) (*world, error) {
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{Path: filepath.Join(p.data, "tracker.sqlite"), URL: p.database})
	if err != nil {
		return nil, err
	}
	w, err := fill(ctx, d)
	return w, errors.Join(err, d.Close())
}

func fill(ctx context.Context, d *db.DB) (*world, error) {
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	messages, err := i18n.English()
	if err != nil {
		return nil, err
	}
	open := func() (*accounts.Store, calendar.Clock, error) {
		settings, err := accounts.ReadSettings(ctx, d)
		if err != nil {
			return nil, calendar.Clock{}, err
		}
		clock, err := settings.Clock()
		if err != nil {
			return nil, clock, err
		}
		store, err := accounts.New(d, clock, time.Now, accounts.Config{Address: "http://localhost", Texts: i18n.New(messages, clock.Zone())})
		return store, clock, err
	}
	if store, _, err := open(); err != nil {
		return nil, err
	} else if list, err := store.Institutions(ctx); err != nil {
		return nil, err
	} else if len(list) == 0 {
		if err := makeCountry(ctx, d); err != nil {
			return nil, err
		}
	}
	store, clock, err := open()
	if err != nil {
		return nil, err
	}
	w := &world{visitors: map[string][]visitor{}, today: i18n.New(messages, clock.Zone()).Date(clock.Today())}
	return w, w.enter(ctx, store)
}

// makeCountry fills the database and sets its clock.
func makeCountry(ctx context.Context, d *db.DB) error {
	start := time.Now()
	if err := errors.Join(large.Load(ctx, d, large.Hundredfold), large.SetClock(ctx, d)); err != nil {
		return err
	}
	fmt.Printf("%d commitments and %d updates made in %s\n", large.Hundredfold.Commitments, large.Hundredfold.Updates, time.Since(start).Round(time.Second))
	return nil
}

// enter opens a session for everybody, through one-time links.
func (w *world) enter(ctx context.Context, store *accounts.Store) error {
	emails := map[string][]string{countersigner: {large.Countersigner}, auditor: {large.Auditor}, administrator: {large.Administrator}, partner: {large.Partner}}
	for n := range 2 + moreCoordinators {
		emails[coordinator] = append(emails[coordinator], fmt.Sprintf("coordinator.%d@tracker.example", n+1))
	}
	for n := range 36 {
		if n < 30 {
			emails[focal] = append(emails[focal], fmt.Sprintf("focal.m%02d@tracker.example", n))
		} else {
			emails[outside] = append(emails[outside], fmt.Sprintf("focal.n%02d@tracker.example", n))
		}
	}
	for role, list := range emails {
		for _, email := range list {
			p, err := store.PersonByEmail(ctx, accounts.CommandLine(), email)
			if problem.KindOf(err) == problem.NotFound && role == coordinator {
				if _, err = store.Invite(ctx, accounts.CommandLine(), "", accounts.NewPerson{Email: email, Institution: "SEC", Role: accounts.Coordinator, Title: "Post of " + email}); err == nil {
					p, err = store.PersonByEmail(ctx, accounts.CommandLine(), email)
				}
			}
			if err != nil {
				return fmt.Errorf("%s: %w", email, err)
			}
			link, err := store.Link(ctx, accounts.CommandLine(), "", p.ID, accounts.SignInLink)
			if err != nil {
				return err
			}
			in, err := store.UseLink(ctx, accounts.LinkForm{Token: link.Token, Device: "soak"})
			if err != nil {
				return err
			}
			w.visitors[role] = append(w.visitors[role], visitor{email, in.Actor.Institution, in.Session})
		}
	}
	return nil
}

// server is the program as a child process.
type server struct {
	cmd     *exec.Cmd
	ended   chan error
	address string
	data    string
}

// serve builds the program as it is given out, and starts it.
func serve(ctx context.Context, p plan) (*server, error) {
	program := filepath.Join(p.data, "tracker-soaked")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", program, "./cmd/tracker")
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(p.data, "server.log"))
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(program, "serve", "--data", p.data, "--addr", address), ended: make(chan error, 1), address: "http://" + address, data: p.data}
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.Env = []string{"GOMAXPROCS=" + strconv.Itoa(p.cores), "TRACKER_PUBLIC_URL=" + s.address, "TRACKER_DATABASE_URL=" + p.database, "TMPDIR=" + p.data, "PATH=" + os.Getenv("PATH")}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	return s, s.ready(ctx)
}

// stop ends the server as its manager would. One that ended before, or does not end well, is an error.
func (s *server) stop() error {
	select {
	case err := <-s.ended:
		return fmt.Errorf("the server ended by itself: %v", err)
	default:
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(40 * time.Second):
		return errors.Join(errors.New("the server does not end"), s.cmd.Process.Kill())
	}
}

// use is what the server uses of the machine at a moment.
type use struct {
	at             time.Duration // since the load began
	memory, peak   int64         // bytes
	processor, wal int64         // hundredths of a second; bytes of the write-ahead log
}

func (s *server) use() (u use) {
	pid := strconv.Itoa(s.cmd.Process.Pid)
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			u.memory = n << 10
		case "VmHWM":
			u.peak = n << 10
		}
	}
	u.processor = ticks("/proc/" + pid + "/stat")
	if info, err := os.Stat(filepath.Join(s.data, "tracker.sqlite-wal")); err == nil {
		u.wal = info.Size()
	}
	return u
}

// ticks is the processor time of a process in hundredths of a second.
func ticks(stat string) int64 {
	b, _ := os.ReadFile(stat)
	_, rest, _ := strings.Cut(string(b), ") ") // its name may hold blanks
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(f[11], 10, 64)
	system, _ := strconv.ParseInt(f[12], 10, 64)
	return user + system
}

// busy is what all processors of the machine have worked, and all the time they had, in hundredths of a second.
func busy() (worked, had int64) {
	b, _ := os.ReadFile("/proc/stat")
	first, _, _ := strings.Cut(string(b), "\n")
	for i, s := range strings.Fields(first) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || i > 8 { // guests are in their hosts' time already
			continue
		}
		had += n
		if i != 4 && i != 5 { // idle, and waiting for a disk
			worked += n
		}
	}
	return worked, had
}
