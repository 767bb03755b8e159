package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
	"tracker/internal/workbook"
	"tracker/seeds/large"
	"tracker/seeds/seedstest"
)

// world is data that pages are measured on, with the day and the people who look at them.
type world struct {
	data   *dbtest.Template
	at     time.Time
	people map[string]string // e-mail by role; "outside" is a focal point outside government
}

var demonstration = world{seedstest.Lesotho, testDay, map[string]string{"coordinator": "coordinator.one@tracker.example", "focal": "focal.msd@tracker.example",
	"outside": "focal.bds@tracker.example", "countersigner": "ps.mha@tracker.example", "auditor": "auditor@tracker.example",
	"administrator": "admin@tracker.example", "partner": "partner.use@tracker.example"}}

func largeWorld(size large.Size) world {
	return world{dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error { return large.Load(ctx, d, size) }), large.Now,
		map[string]string{"coordinator": large.Coordinator, "focal": large.FocalPoint, "outside": large.FocalOutside, "countersigner": large.Countersigner,
			"auditor": large.Auditor, "administrator": large.Administrator, "partner": large.Partner}}
}

var small, hundredfold = largeWorld(large.Small), largeWorld(large.Hundredfold)

// sights are the rows whose pages are measured: one with much to show of each kind.
type sights struct {
	Commitment     string // led by the focal point's institution
	Institution    string
	Update         int64 // in review
	Recommendation int64
	Edition        int
	Dialogue       int64  // with 12 agenda items
	Publication    string // to the partner, with one of 100 days before beside it
	Import         int64  // a file of the coordinator's, one of many
	Node           string
	Earlier        calendar.Date
}

// measured is a page with who asks for it. Queries is the most that it may ask of the database, however much there is, when no
// ledger is kept.
type measured struct {
	name, who string
	queries   int
	path      func(p sights) string
}

func at(path string) func(sights) string { return func(sights) string { return path } }

// pages are what is measured: home, lists, details, review and reports.
var pages = []measured{
	{"home of a coordinator", "coordinator", 28, at("/")},
	{"home of a focal point", "focal", 34, at("/")},
	{"home outside government", "outside", 34, at("/")},
	{"home of a countersigner", "countersigner", 23, at("/")},
	{"home of an auditor", "auditor", 22, at("/")},
	{"home of an administrator", "administrator", 24, at("/")},
	{"home of a partner", "partner", 6, at("/")},
	{"publication", "partner", 5, func(p sights) string { return publicationPath(p.Publication) }},
	{"differences of publications", "partner", 7, func(p sights) string { return publicationPath(p.Publication, "differences") }},
	{"commitments", "coordinator", 18, at("/commitments")},
	{"commitments filtered", "coordinator", 18, func(p sights) string {
		return "/commitments?status=in_progress&flag=overdue&institution=" + p.Institution
	}},
	{"commitments searched", "coordinator", 19, at("/commitments?q=training")},
	{"commitments, last page", "coordinator", 18, at("/commitments?sort=due&page=99999")},
	{"commitments on an earlier day", "coordinator", 18, func(p sights) string { return "/commitments?as_of=" + p.Earlier.String() }},
	{"commitments outside government", "outside", 18, at("/commitments")},
	{"commitment", "coordinator", 27, func(p sights) string { return commitmentPath(p.Commitment) }},
	{"framework", "coordinator", 20, at("/framework")},
	{"recommendations", "coordinator", 20, at("/recommendations")},
	{"edition", "coordinator", 19, func(p sights) string { return editionPath("TIP", p.Edition) }},
	{"coverage", "coordinator", 20, at("/recommendations/coverage")},
	{"recommendation", "coordinator", 32, func(p sights) string { return recommendationPath(p.Recommendation) }},
	{"changes of a recommendation", "coordinator", 61, func(p sights) string {
		return recommendationPath(p.Recommendation) + "/changes?since=day&since_day=" + p.Earlier.String()
	}},
	{"institutions", "coordinator", 19, at("/institutions")},
	{"institution", "coordinator", 25, func(p sights) string { return institutionPath(p.Institution) }},
	{"workbook of an institution", "coordinator", 17, func(p sights) string { return institutionPath(p.Institution) + "/workbook" }},
	{"discipline", "coordinator", 25, at("/discipline")},
	{"ratings", "coordinator", 23, at("/ratings")},
	{"ratings, all of them", "coordinator", 23, at("/ratings?show=all")},
	{"evidence", "coordinator", 5, at("/evidence")},
	{"review", "coordinator", 11, at("/review")},
	{"figures", "coordinator", 16, at("/indicators")},
	{"money", "coordinator", 20, at("/money?by=commitment&year=all")},
	{"figures outside government", "outside", 16, at("/indicators")},
	{"update in review", "coordinator", 30, func(p sights) string { return "/updates/" + itoa(p.Update) }},
	{"form of an update", "focal", 23, func(p sights) string { return commitmentPath(p.Commitment, "updates", "new") }},
	{"form of a commitment", "coordinator", 14, func(p sights) string { return commitmentPath(p.Commitment, "revise") }},
	{"trail", "auditor", 6, at("/audit")},
	{"what can be purged", "administrator", 7, at(purgePath)},
	{"people", "administrator", 3, at("/admin/people")},
	{"second factor", "coordinator", 7, at("/account/second-factor")},
	{"permissions", "administrator", 3, at(permissionsPath)},
	{"files to bring in", "coordinator", 4, at("/import")},
	{"file to bring in", "coordinator", 4, func(p sights) string { return importPath(p.Import) }},
	{"report of a file", "coordinator", 4, func(p sights) string { return importPath(p.Import) + "/report.xlsx" }},
	{"lists in and out", "coordinator", 3, at("/lists")},
	{"list of commitments as a workbook", "coordinator", 7, at("/lists/commitments.xlsx")},
	{"list of measurements as CSV", "focal", 8, at("/lists/measurements.csv")},
	{"what changed of the plan", "coordinator", 81, at("/reports/changes?since=day&since_day=30+September+2021")},
	{"report", "coordinator", 46, at("/reports")},
	{"periods", "coordinator", 24, at("/periods")},
	{"report as PDF", "coordinator", 41, at("/reports/status.pdf")},
	{"report as workbook", "coordinator", 41, at("/reports/status.xlsx")},
	{"dialogue", "coordinator", 63, func(p sights) string { return dialoguePath(p.Dialogue) }},
	{"briefing as PDF", "coordinator", 63, func(p sights) string { return dialoguePath(p.Dialogue, "briefing.pdf") }},
	{"briefing as workbook", "coordinator", 63, func(p sights) string { return dialoguePath(p.Dialogue, "briefing.xlsx") }},
	{"packs of a dialogue", "coordinator", 11, func(p sights) string { return dialoguePath(p.Dialogue, "packs") }},
	{"partner's pack as PDF", "coordinator", 62, func(p sights) string { return dialoguePath(p.Dialogue, "packs", "partner", "pdf") }},
	{"partner's pack as workbook", "coordinator", 62, func(p sights) string { return dialoguePath(p.Dialogue, "packs", "partner", "xlsx") }},
}

// stage is a server on some data with everybody signed in, and a count of what it asks of the database.
type stage struct {
	*house
	sights
	people   map[string]string
	visitors map[string]*visitor
	queries  *atomic.Int64
}

func (w world) stage(tb testing.TB, d *db.DB) stage {
	tb.Helper()
	s := stage{house: houseOn(tb, d, w.at), people: w.people, visitors: map[string]*visitor{}, queries: countQueries(tb, d)}
	s.s.direct = math.MaxInt // what files cost is measured where they are asked for, however large
	for role, email := range w.people {
		s.visitors[role] = s.signIn(email)
	}
	focal := s.visitors["focal"].actor
	s.Institution, s.Earlier = focal.Institution, calendar.From(w.at).AddDays(-100)
	must(tb, d.Read(tb.Context(), func(tx *gorm.DB) error {
		for query, into := range map[string]any{
			`SELECT c.ref FROM commitments c JOIN updates u ON u.commitment_id = c.id JOIN answers a ON a.commitment_id = c.id JOIN current_status s ON s.commitment_id = c.id
				WHERE c.lead_id = ` + itoa(focal.InstitutionID) + ` GROUP BY c.id, c.ref ORDER BY count(*) DESC, c.ref LIMIT 1`: &s.Commitment,
			"SELECT id FROM updates WHERE state = 'submitted' AND kind = 'update' AND NOT on_behalf ORDER BY submitted_at LIMIT 1": &s.Update,
			`SELECT r.id FROM answers a JOIN items i ON i.id = a.item_id JOIN recommendations r ON r.id = i.recommendation_id
				JOIN current_status s ON s.commitment_id = a.commitment_id GROUP BY r.id ORDER BY count(*) DESC, r.id LIMIT 1`: &s.Recommendation,
			"SELECT max(year) FROM editions WHERE released_on <= '" + calendar.From(w.at).String() + "'": &s.Edition,
		} {
			if err := tx.Raw(query).Scan(into).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	s.talk(w.at)
	s.print()
	s.bring()
	return s
}

// bring sends twenty plans of which one is shown: it asks of fifty names.
func (s *stage) bring() {
	s.t.Helper()
	one, country, text := s.visitors["coordinator"].actor, "", "Pillar;No.;Activity;Lead;Timeframe\n"
	must(s.t, s.db.Read(s.t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT country FROM commitments LIMIT 1").Scan(&country).Error }))
	for n := range 50 {
		text += fmt.Sprintf("1. Prevention;1.%d;Do the thing of number %d;Bureau of matter %d;2022\n", n+1, n+1, n+1)
	}
	g := workbook.Given{Kind: "plan", Country: country, Name: "plan.csv", Content: []byte(text)}
	o, err := s.s.Workbooks.Tell(s.t.Context(), one, g, nil, nil)
	must(s.t, err)
	for range workbook.MostKept {
		s.Import, err = s.s.Workbooks.Send(s.t.Context(), one, newKey(), g, &o)
		must(s.t, err)
	}
}

// print publishes two reports to the partner, without their files: one of today and one of an earlier day.
func (s *stage) print() {
	s.t.Helper()
	one, reader := s.visitors["coordinator"], s.visitors["partner"].actor.Institution
	country := ""
	must(s.t, s.db.Read(s.t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT country FROM commitments LIMIT 1").Scan(&country).Error }))
	for n, on := range []calendar.Date{s.Earlier, s.clock.Today()} {
		id, err := s.s.Publications.Prepare(s.t.Context(), one.actor, newKey(), reports.About{Country: country, Zone: s.clock.Zone()}, publications.Preparation{Readers: []string{reader},
			Status: reports.StatusQuery{Audience: plan.Partner, Query: reports.Query{Actor: one.actor, Country: country, D: on, Rules: reports.DefaultRules}}})
		must(s.t, err)
		s.Publication = fmt.Sprintf("%s-%d-%04d", country, on.Year(), n+1)
		s.write(func(tx *gorm.DB) error {
			return tx.Exec("UPDATE publications SET state = 'published', number = ?, label = ?, published_by_id = ?, published_at = prepared_at, version = 2 WHERE id = ?", n+1, s.Publication, s.visitors["countersigner"].actor.PersonID, id).Error
		})
	}
}

// talk plans a dialogue on twelve recommendations, those asked last.
func (s *stage) talk(at time.Time) {
	s.t.Helper()
	country := ""
	s.write(func(tx *gorm.DB) error {
		var asked []int64
		on := calendar.From(at)
		if err := tx.Raw("SELECT country FROM commitments LIMIT 1").Scan(&country).Error; err != nil {
			return err
		}
		if err := tx.Raw("SELECT r.id FROM recommendations r JOIN editions e ON e.id = r.edition_id WHERE e.country = ? AND e.released_on <= ? ORDER BY e.year DESC, r.number LIMIT 12", country, on).Scan(&asked).Error; err != nil {
			return err
		}
		var partner int64
		if err := tx.Raw("SELECT id FROM institutions WHERE kind = 'partner' ORDER BY id LIMIT 1").Scan(&partner).Error; err != nil {
			return err
		}
		d, err := dialogues.Add(tx, s.clock, accounts.CommandLine(), dialogues.DialogueNew{Country: country, Fields: dialogues.Fields{Title: "Talk", HeldOn: on, SinceOn: on.AddDays(-100), PartnerID: partner}})
		if err == nil {
			_, err = dialogues.Choose(tx, s.clock, accounts.CommandLine(), dialogues.Choice{Country: country, DialogueID: d.ID, Recommendations: asked})
		}
		s.Dialogue = d.ID
		return err
	})
}

// countQueries counts the statements of both handles of a database; the beginning and the end of a transaction are none.
func countQueries(tb testing.TB, d *db.DB) *atomic.Int64 {
	tb.Helper()
	n := new(atomic.Int64)
	count := func(*gorm.DB) { n.Add(1) }
	register := func(tx *gorm.DB) error {
		c := tx.Callback()
		if c.Query().Get("count") != nil { // PostgreSQL has one handle
			return nil
		}
		for _, register := range []func(string, func(*gorm.DB)) error{c.Create().Before("*").Register, c.Query().Before("*").Register,
			c.Update().Before("*").Register, c.Delete().Before("*").Register, c.Row().Before("*").Register, c.Raw().Before("*").Register} {
			if err := register("count", count); err != nil {
				return err
			}
		}
		return nil
	}
	must(tb, d.Read(tb.Context(), register))
	must(tb, d.Write(tb.Context(), register))
	return n
}

// request is one for a page, as a browser makes it.
func (v *visitor) request(method, path string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Encoding", "gzip")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.AddCookie(&http.Cookie{Name: v.house.s.cookieName(sessionCookie), Value: v.cookie})
	return r
}

// measure serves the requests that next makes, and reports for one of them the time, the processor time of this process (the
// database's, too, where it is embedded), the statements and the bytes sent.
func (s stage) measure(b *testing.B, status int, next func() *http.Request) {
	b.Helper()
	var cpu time.Duration
	var queries, bytes int64
	var took []time.Duration
	serve := func(r *http.Request) {
		w := httptest.NewRecorder()
		before, start, used := s.queries.Load(), time.Now(), processorTime()
		s.house.s.Handler().ServeHTTP(w, r)
		cpu, took = cpu+processorTime()-used, append(took, time.Since(start))
		queries, bytes = queries+s.queries.Load()-before, bytes+int64(w.Body.Len())
		if w.Code != status {
			b.Fatalf("%s answers %d: %s", r.URL, w.Code, w.Body)
		}
	}
	b.ReportAllocs()
	serve(next()) // the first one is not counted
	cpu, took, queries, bytes = 0, nil, 0, 0
	for b.Loop() {
		b.StopTimer()
		r := next()
		b.StartTimer()
		serve(r)
	}
	n := float64(len(took))
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(cpu.Microseconds())/1000/n, "cpu-ms/op")
	b.ReportMetric(float64(queries)/n, "queries/op")
	b.ReportMetric(float64(bytes)/n, "bytes/op")
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// eachWorld runs f on both engines, with the demonstration and with about a hundred times as much.
func eachWorld(b *testing.B, f func(b *testing.B, s stage)) {
	for _, w := range []struct {
		name string
		world
	}{{"demonstration", demonstration}, {"hundredfold", hundredfold}} {
		b.Run(w.name+"/sqlite", func(b *testing.B) { f(b, w.stage(b, w.data.SQLite(b))) })
		b.Run(w.name+"/postgres", func(b *testing.B) { f(b, w.stage(b, w.data.Postgres(b))) })
	}
}

func BenchmarkPages(b *testing.B) {
	eachWorld(b, func(b *testing.B, s stage) { s.pages(b, func() {}) })
}

// The first reader after an approval has the ledger renewed for all.
func BenchmarkPagesAfterAnApproval(b *testing.B) {
	eachWorld(b, func(b *testing.B, s stage) { s.pages(b, s.approving(b)) })
}

// A sign-in moves the trail's head on and changes nothing.
func BenchmarkPagesAfterASignIn(b *testing.B) {
	eachWorld(b, func(b *testing.B, s stage) { s.pages(b, func() { s.signIn(s.people["auditor"]) }) })
}

// Nothing is kept when the program starts, when a day begins, and after a change of what all commitments hang on.
func BenchmarkPagesOfAColdLedger(b *testing.B) {
	eachWorld(b, func(b *testing.B, s stage) { s.pages(b, s.forget) })
}

// pages measures every page, each after what goes before it.
func (s stage) pages(b *testing.B, before func()) {
	for _, p := range pages {
		v, path := s.visitors[p.who], p.path(s.sights)
		b.Run(strings.ReplaceAll(p.name, " ", "-"), func(b *testing.B) {
			s.measure(b, http.StatusOK, func() *http.Request {
				before()
				return v.request(get, path, nil)
			})
		})
	}
}

// approving logs and approves an update of a commitment of which no page is measured each time.
func (s stage) approving(b testing.TB) func() {
	var commitment int64
	focal, coordinator := s.visitors["focal"].actor, s.visitors["coordinator"].actor
	must(b, s.db.Read(b.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM commitments WHERE lead_id = ? AND ref <> ? ORDER BY ref LIMIT 1", focal.InstitutionID, s.Commitment).Scan(&commitment).Error
	}))
	return func() {
		id, err := s.s.Progress.Log(b.Context(), focal, newKey(), progress.NewUpdate{CommitmentID: commitment,
			Text: progress.Text{AsOf: s.clock.Today(), Status: progress.InProgress, Done: "The second course was held."}}, 0, 0, true)
		must(b, err)
		must(b, s.s.Progress.Approve(b.Context(), coordinator, newKey(), id, 2))
	}
}

// forget leaves no ledger kept, as a start of the program does.
func (s stage) forget() { s.house.s.Reports = reports.New(s.db) }

// An update is approved by its page's form: the rule, the row, the current status and the entry of the trail in one
// transaction, and the look for the next one that waits.
func BenchmarkApproving(b *testing.B) {
	eachWorld(b, func(b *testing.B, s stage) {
		focal, coordinator := s.visitors["focal"].actor, s.visitors["coordinator"]
		var commitment int64
		must(b, s.db.Read(b.Context(), func(tx *gorm.DB) error {
			return tx.Raw("SELECT id FROM commitments WHERE ref = ?", s.Commitment).Scan(&commitment).Error
		}))
		s.measure(b, http.StatusSeeOther, func() *http.Request {
			id, err := s.s.Progress.Log(b.Context(), focal, newKey(), progress.NewUpdate{CommitmentID: commitment,
				Text: progress.Text{AsOf: s.clock.Today(), Status: progress.InProgress, Done: "The second course was held."}}, 0, 0, true)
			must(b, err)
			return coordinator.request(post, "/updates/"+itoa(id)+"/approve", url.Values{"key": {newKey()}, "version": {"2"}})
		})
	})
}

// What a page asks of the database does not depend on how much there is, and a write makes it ask no more than a start.
func TestPagesAskAFixedNumberOfQueries(t *testing.T) {
	t.Parallel()
	few, many := demonstration.stage(t, seedstest.Lesotho.SQLite(t)), small.stage(t, small.data.SQLite(t))
	for _, p := range pages {
		ask := func(s stage, change func()) int {
			// Once a minute a session notes when it was seen: not in the request that is counted.
			s.house.s.Handler().ServeHTTP(httptest.NewRecorder(), s.visitors[p.who].request(get, "/help/rules", nil))
			change()
			before := s.queries.Load()
			w := httptest.NewRecorder()
			s.house.s.Handler().ServeHTTP(w, s.visitors[p.who].request(get, p.path(s.sights), nil))
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", p.path(s.sights), w.Code)
			}
			return int(s.queries.Load() - before)
		}
		a, b := ask(few, few.forget), ask(many, many.forget)
		t.Logf("%-32s %2d", p.name, b)
		if b > a+1 { // one is saved where a part of the page is empty
			t.Errorf("%s: %d queries on the demonstration, %d on ten times as much", p.name, a, b)
		}
		if b > p.queries {
			t.Errorf("%s: %d queries, want %d at most", p.name, b, p.queries)
		}
		if c := ask(many, many.approving(t)); c > b {
			t.Errorf("%s: %d queries after an approval, %d of a cold ledger", p.name, c, b)
		}
	}
}
