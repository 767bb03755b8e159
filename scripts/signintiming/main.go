// Signintiming measures whether the time of an answer tells who has an account: wrong sign-ins and requests for a link,
// for accounts of each kind and for none, one after the other in a new order each round, through a server on loopback.
//
//	make timing
//	go run ./scripts/signintiming -database-url postgres://...   # an empty database
//
// No bound is lifted for it: the clock that failed attempts are counted by goes on by an hour after each, so that each is
// the first. It ends with 1 when a median is further than a tenth from the one of an unknown account, or an answer differs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/workbook/round"
	"tracker/web"
)

// What is measured: rounds of each, those before that do not count, and the promise.
const (
	rounds   = 200
	warm     = 10
	most     = 0.10
	password = "harbour-quilt-onion-lattice"
)

// kinds are the accounts that are tried; all addresses are as long. The first is nobody's.
var kinds = []struct{ name, email string }{{"unknown", "unknown@tracker.example"}, {"known", "account@tracker.example"}, {"disabled", "barred1@tracker.example"}, {"without a password", "invited@tracker.example"}}

func main() {
	address := flag.String("database-url", "", "an empty PostgreSQL database; without it, SQLite in a folder that is deleted")
	flag.Parse()
	if err := run(context.Background(), *address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address string) (err error) {
	folder, err := os.MkdirTemp("", "signintiming")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a folder of the system's own
	cfg := db.Config{Path: filepath.Join(folder, "timing.sqlite")}
	if address != "" {
		cfg = db.Config{URL: address}
	}
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	var hours atomic.Int64
	site, handler, err := serve(ctx, d, func() time.Time { return time.Now().Add(time.Duration(hours.Load()) * time.Hour) })
	if err != nil {
		return err
	}
	defer handler.Close() //nolint:errcheck // nothing is under way
	var wrong []error
	for _, form := range []struct {
		path   string
		status int
	}{{"/sign-in", http.StatusUnprocessableEntity}, {"/forgotten", http.StatusOK}} {
		wrong = append(wrong, measure(site, form.path, form.status, func() { hours.Add(1) }))
	}
	return errors.Join(wrong...)
}

// serve starts the whole server on loopback, with an account of each kind.
func serve(ctx context.Context, d *db.DB, system func() time.Time) (string, *http.Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	site, clock := "http://"+l.Addr().String(), calendar.NewClock(time.UTC, 0)
	messages, err := i18n.English()
	if err != nil {
		return "", nil, err
	}
	people, err := accounts.New(d, clock, system, accounts.Config{Address: site, Mail: true, Texts: i18n.New(messages, time.UTC)})
	if err != nil {
		return "", nil, err
	}
	if err := invite(ctx, people); err != nil {
		return "", nil, err
	}
	s, err := web.New(web.Options{DB: d, Limits: 1000, Clock: clock, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), BaseURL: site, Version: "timing", Accounts: people,
		Plan: plan.New(d, clock), Recommendations: recommendations.New(d, clock), Progress: progress.New(d, clock), Indicators: indicators.New(d, clock),
		Dialogues: dialogues.New(d, clock), Reports: reports.New(d), Rounds: round.New(d, clock)})
	if err != nil {
		return "", nil, err
	}
	h := s.HTTPServer()
	go h.Serve(l) //nolint:errcheck // it ends with the process
	return site, h, nil
}

func invite(ctx context.Context, people *accounts.Store) error {
	system := accounts.CommandLine()
	if _, err := people.CreateInstitution(ctx, system, "", accounts.InstitutionChange{Code: "MOX", Name: "Ministry", ShortName: "Ministry", Kind: accounts.Government}); err != nil {
		return err
	}
	for _, k := range kinds[1:] {
		link, err := people.Invite(ctx, system, "", accounts.NewPerson{Email: k.email, Institution: "MOX", Role: accounts.FocalPoint, Title: "Desk of " + k.name})
		if err != nil {
			return err
		}
		if k.name == "without a password" {
			continue
		}
		if _, err := people.UseLink(ctx, accounts.LinkForm{Token: link.Token, Password: password}); err != nil {
			return err
		}
		if k.name != "disabled" {
			continue
		}
		p, err := people.Person(ctx, system, link.PersonID)
		if err != nil {
			return err
		}
		if err := people.DisablePerson(ctx, system, "", p.ID, p.Version); err != nil {
			return err
		}
	}
	return nil
}

// measure asks for a page as every kind of account in turn, and says how long the answers took.
func measure(site, path string, status int, between func()) error {
	took, length := make([][]time.Duration, len(kinds)), map[int]bool{}
	for n := range warm + rounds {
		for _, i := range rand.Perm(len(kinds)) {
			between()
			t, size, err := ask(site, path, kinds[i].email, status)
			if err != nil {
				return err
			}
			if n >= warm {
				took[i], length[size] = append(took[i], t), true
			}
		}
	}
	base := median(took[0])
	fmt.Printf("%s, %d tries each:\n", path, rounds)
	var wrong []error
	for i, k := range kinds {
		ratio := float64(median(took[i])) / float64(base)
		fmt.Printf("  %-20s median %6.2f ms, %.3f of unknown\n", k.name, float64(median(took[i]).Microseconds())/1000, ratio)
		if ratio < 1-most || ratio > 1+most {
			wrong = append(wrong, fmt.Errorf("%s: an account that is %s answers in %.3f of the time", path, k.name, ratio))
		}
	}
	if len(length) != 1 {
		wrong = append(wrong, fmt.Errorf("%s: answers of %d lengths", path, len(length)))
	}
	return errors.Join(wrong...)
}

// ask sends a form with a wrong password and reads the whole answer.
func ask(site, path, email string, status int) (time.Duration, int, error) {
	form := url.Values{"email": {email}, "password": {"not-the-password-of-anybody"}}
	r, err := http.NewRequest(http.MethodPost, site+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", site)
	began := time.Now()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, 0, err
	}
	body, err := io.ReadAll(a.Body)
	took := time.Since(began)
	if err := errors.Join(err, a.Body.Close()); err != nil {
		return 0, 0, err
	}
	if a.StatusCode != status {
		return 0, 0, fmt.Errorf("%s answers %d, not %d", path, a.StatusCode, status)
	}
	return took, len(body), nil
}

func median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
