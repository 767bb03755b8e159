// Leakwalk starts the Lesotho demonstration, signs in as each of its people
// and as nobody, and asks for every route with the name of every row that there
// is. Each answer is held against an oracle of plain SQL that shares nothing
// with the program's own rules: what is not a person's to see must answer as
// what is not there, and no text that they may not read may stand in any answer.
//
//	make leak-walk
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

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
	"tracker/seeds"
	"tracker/seeds/published"
	"tracker/web"
)

func main() {
	began, o := time.Now(), options{}
	flag.BoolVar(&o.timing, "time", false, "measure how long the hidden and the missing take, and walk nothing")
	flag.Func("people", "who walks, by e-mail, divided by commas; otherwise everybody", func(list string) error { o.only = strings.Split(list, ","); return nil })
	flag.Parse()
	requests, people, leaks, err := run(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "leakwalk:", err)
		os.Exit(1)
	}
	if o.timing {
		return
	}
	for _, leak := range leaks {
		fmt.Println(leak)
	}
	fmt.Printf("%d requests as %d people, %d leaks (%s)\n", requests, people, len(leaks), time.Since(began).Round(time.Second))
	if len(leaks) > 0 {
		os.Exit(1)
	}
}

// stage is the demonstration and who walks it.
type stage struct {
	db      *db.DB
	clock   calendar.Clock
	people  *accounts.Store
	reports *reports.Store
	server  *web.Server
}

// options are what a run does otherwise. Instead puts another handler in the
// place of the server's own, which gets the cookies of all by e-mail: a test
// lets one person in as another. Only names who walks, all when it is empty;
// inTurns has them walk one after the other.
type options struct {
	timing  bool
	inTurns bool
	only    []string
	instead func(http.Handler, map[string]string) http.Handler
}

// run walks the demonstration.
func run(ctx context.Context, o options) (requests, people int, leaks []string, err error) {
	dir, err := os.MkdirTemp("", "leakwalk-")
	if err != nil {
		return 0, 0, nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	s, err := open(ctx, filepath.Join(dir, "demo.sqlite"))
	if err != nil {
		return 0, 0, nil, err
	}
	defer s.db.Close() //nolint:errcheck // it is thrown away
	list, cookies, err := s.signIn(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	if o.timing {
		return 0, 0, nil, compareTimes(ctx, s, cookies, os.Stdout)
	}
	handler := s.server.Handler()
	if o.instead != nil {
		handler = o.instead(handler, cookies)
	}
	walkers, err := s.walkers(ctx, o, handler, list, cookies)
	if err != nil {
		return 0, 0, nil, err
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	if o.inTurns {
		group.SetLimit(1)
	}
	for _, w := range walkers {
		group.Go(func() error { w.walk(s.server.Routes()); return nil })
	}
	group.Wait() //nolint:errcheck // none fails
	for _, w := range walkers {
		requests += w.requests
		leaks = append(leaks, w.leaks...)
		if w.cookie != "" && len(w.opened) < 2 {
			leaks = append(leaks, w.who+" could open next to nothing: the walk proves nothing")
		}
	}
	return requests, len(walkers), leaks, nil
}

// walkers are those who walk, with what the oracle says of them.
func (s stage) walkers(ctx context.Context, o options, handler http.Handler, list []person, cookies map[string]string) (walkers []*walker, err error) {
	for _, p := range append(list, person{Email: "nobody"}) {
		if len(o.only) > 0 && !slices.Contains(o.only, p.Email) {
			continue
		}
		w := &walker{handler: handler, cookie: cookies[p.Email], who: p.Email}
		if err := s.db.Read(ctx, func(tx *gorm.DB) (err error) { w.known, err = knownTo(tx, p, told(tx, p)); return err }); err != nil {
			return nil, err
		}
		walkers = append(walkers, w)
	}
	return walkers, nil
}

// told is what the publications that a person may read tell.
func told(tx *gorm.DB, p person) string {
	var values []string
	if err := tx.Raw("SELECT CAST(value AS TEXT) FROM ("+inPrint+") a", p.args()).Scan(&values).Error; err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.Join(values, "\n"), `\"`, `"`)
}

// open makes the demonstration and a server on it.
func open(ctx context.Context, path string) (s stage, err error) {
	if s.db, err = db.Open(ctx, db.Config{Path: path}); err != nil {
		return s, err
	}
	if err = s.db.Migrate(ctx); err != nil {
		return s, err
	}
	if _, err = seeds.Load(ctx, s.db, seeds.Lesotho()); err != nil {
		return s, err
	}
	set, err := accounts.ReadSettings(ctx, s.db)
	if err != nil {
		return s, err
	}
	if s.clock, err = set.Clock(); err != nil {
		return s, err
	}
	messages, err := i18n.English()
	if err != nil {
		return s, err
	}
	words := i18n.New(messages, s.clock.Zone())
	about := reports.About{Country: set.CountryCode, CountryName: set.CountryName, Owner: set.Owner, Product: words.Msg("product"), Demonstration: set.Demonstration, Zone: s.clock.Zone()}
	if err = published.Load(ctx, s.db, seeds.Lesotho(), s.clock, words, about, reports.Rules{DueSoonDays: set.DueSoonDays, StaleDays: set.StaleDays}); err != nil {
		return s, err
	}
	if s.people, err = accounts.New(s.db, s.clock, time.Now, accounts.Config{Texts: words}); err != nil {
		return s, err
	}
	s.reports = reports.New(s.db)
	s.server, err = web.New(web.Options{DB: s.db, Clock: s.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "http://tracker.example", Version: "leakwalk", Limits: 1000, Accounts: s.people,
		Plan: plan.New(s.db, s.clock), Recommendations: recommendations.New(s.db, s.clock), Progress: progress.New(s.db, s.clock), Indicators: indicators.New(s.db, s.clock), Dialogues: dialogues.New(s.db, s.clock),
		Reports: s.reports, Rounds: round.New(s.db, s.clock)})
	return s, err
}

// signIn signs in as everybody, and leaves of each a second session, a chosen
// report and a job, so that there is something to find.
func (s stage) signIn(ctx context.Context) (list []person, cookies map[string]string, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT p.id, p.email, p.post_id, o.role, o.institution_id, i.code AS institution, i.kind FROM people p JOIN posts o ON o.id = p.post_id JOIN institutions i ON i.id = o.institution_id WHERE p.disabled_at IS NULL ORDER BY p.id`).Scan(&list).Error
	})
	if err != nil {
		return nil, nil, err
	}
	cookies = map[string]string{}
	for _, p := range list {
		for n := range 2 {
			link, err := s.people.Link(ctx, accounts.CommandLine(), "", p.ID, accounts.SignInLink)
			if err != nil {
				return nil, nil, err
			}
			in, err := s.people.UseLink(ctx, accounts.LinkForm{Token: link.Token})
			if err != nil {
				return nil, nil, err
			}
			cookies[p.Email] = in.Session
			if n > 0 || !in.Actor.CanReadWholePlan() {
				continue
			}
			key := fmt.Sprintf("leakwalk %024d", p.ID)
			if err := s.reports.SaveChoice(ctx, s.clock, in.Actor, key+"c", "Choice of "+p.Email, ""); err != nil {
				return nil, nil, err
			}
			if _, err := s.people.AskJob(ctx, in.Actor, key+"j", "LS", "report", map[string]string{"query": "as_of=soon", "form": "pdf"}); err != nil {
				return nil, nil, err
			}
		}
	}
	return list, cookies, nil
}
