package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// bounded gives a cost bounds of the test's own.
func (h *house) bounded(of cost, b bound) *watch {
	w := &watch{at: testDay}
	b.name = bounds[of].name
	h.s.limits[of] = newTurnstile(b, 1, w.now)
	return w
}

// Guards against a route that nobody weighed: what makes a file, takes one or
// searches is not taken for a page, and the table names no route that is gone.
func TestWhatARouteTakesIsSaidInTheTable(t *testing.T) {
	s := newHouse(t, testDay).s
	known := map[string]bool{}
	for _, r := range s.routes() {
		known[r.method+" "+r.path] = true
		c, last := echo.New().NewContext(httptest.NewRequest(r.method, r.path, nil), nil), r.path[strings.LastIndexByte(r.path, '/')+1:]
		c.Request().Header.Set("Content-Type", "multipart/form-data; boundary=x")
		switch {
		case r.method == post && takesFiles(c) && r.cost() != costUpload && r.cost() != costVerify:
			t.Errorf("%s takes files and is %s", r.path, bounds[r.cost()].name)
		case r.method == get && strings.Contains(last, ".") && r.cost() != costFile && !strings.HasPrefix(r.path, "/schemas/"):
			t.Errorf("%s is a file and is %s", r.path, bounds[r.cost()].name)
		case r.method == get && known[get+" "+r.path] && slices.ContainsFunc(s.files(), func(f route) bool { return f.path == r.path+".csv" }) && r.cost() != costList:
			t.Errorf("%s is a list and is %s", r.path, bounds[r.cost()].name)
		}
	}
	for c, routes := range costly {
		for _, r := range routes {
			if !known[r] {
				t.Errorf("there is no route %s", r)
			}
		}
		if b := bounds[c]; c != costNothing && (b.name == "" || b.mine < 1 || b.all < b.mine || b.wait <= 0) {
			t.Errorf("%+v is no bound", b)
		}
	}
}

// Guards against one visitor who asks without end: for a search, a list as a
// file, a sign-in, a file to check. Others notice nothing, and who waited may
// ask again.
func TestWhoAsksTooMuchIsToldWhenToComeAgain(t *testing.T) {
	p := newPlanned(t)
	stranger := func(address string) func(r *http.Request) *answer {
		return func(r *http.Request) *answer {
			r.RemoteAddr = address + ":4711"
			return p.stranger().send(r)
		}
	}
	form := func(path string, fields url.Values) func() *http.Request {
		return func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
			r.Header.Set("Content-Type", echo.MIMEApplicationForm)
			return r
		}
	}
	read := func(path string) func() *http.Request {
		return func() *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }
	}
	upload := func(path string) func() *http.Request {
		return func() *http.Request {
			b, kind := body(t, part{"file", "a.pdf", "%PDF-1.7"}, part{"what", "", "plan"})
			r := httptest.NewRequest(http.MethodPost, path, b)
			r.Header.Set("Content-Type", kind)
			return r
		}
	}
	for _, c := range []struct {
		of       cost
		ask      func() *http.Request
		one, two func(*http.Request) *answer
		people   int
	}{
		{costList, read("/commitments?q=court"), p.msd.send, p.mha.send, 1},
		{costFile, read("/commitments.csv"), p.msd.send, p.mha.send, 1},
		{costFile, read("/reports/status.pdf"), p.one.send, p.two.send, 1},
		{costUpload, upload("/import"), p.one.send, p.two.send, 1},
		{costSignIn, form("/account/password", url.Values{"password": {"x"}}), p.msd.send, p.mha.send, 1},
		{costSignIn, func() *http.Request {
			return form("/sign-in", url.Values{"email": {newKey() + "@tracker.example"}, "password": {"x"}})() // each has a bound of its own besides
		}, stranger("192.0.2.8"), stranger("192.0.2.9"), sharing},
		{costSignIn, form("/links/none", url.Values{"password": {"x"}}), stranger("2001:db8::1"), stranger("2001:db8:0:1::1"), sharing},
		{costVerify, upload("/verify"), stranger("192.0.2.8"), stranger("192.0.2.9"), sharing},
	} {
		clock := p.bounded(c.of, bound{every: time.Duration(c.people) * time.Minute, burst: 2, mine: 3, all: 9, wait: time.Second})
		for range 2 * c.people {
			if a := c.one(c.ask()); a.status == http.StatusTooManyRequests {
				t.Fatalf("%s: refused within what is allowed", a.path)
			}
		}
		a := c.one(c.ask()).is(http.StatusTooManyRequests).says("main", "Wait 60 seconds", p.s.t.Msg("limits."+bounds[c.of].name))
		if a.header.Get("Retry-After") != "60" {
			t.Errorf("%s: Retry-After %q", a.path, a.header.Get("Retry-After"))
		}
		if a := c.two(c.ask()); a.status == http.StatusTooManyRequests {
			t.Errorf("%s: another visitor is refused", a.path)
		}
		clock.pass(59 * time.Second)
		c.one(c.ask()).is(http.StatusTooManyRequests)
		clock.pass(time.Second) // what was refused counts for nothing
		if a := c.one(c.ask()); a.status == http.StatusTooManyRequests {
			t.Errorf("%s: who waited is refused", a.path)
		}
	}
	p.msd.get("/healthz").is(http.StatusOK)
}

// Guards the server against being filled: with work of one visitor, with work
// of all, and by a place that is never given back.
func TestPlacesAreBoundedAndGivenBack(t *testing.T) {
	p := newPlanned(t)
	p.bounded(costFile, bound{mine: 1, all: 2, wait: 20 * time.Millisecond})
	inside, end := make(chan bool), make(chan bool)
	p.s.echo.GET("/slow", p.s.guard(signedIn, p.s.limited(costFile, func(c echo.Context) error {
		inside <- true
		if !<-end {
			panic("on the way")
		}
		return c.NoContent(http.StatusNoContent)
	})))
	for _, well := range []bool{true, false, true} {
		var work sync.WaitGroup
		for _, v := range []*visitor{p.msd, p.mha} {
			work.Go(func() {
				if a := v.get("/slow"); well != (a.status == http.StatusNoContent) {
					t.Errorf("%d", a.status)
				}
			})
			<-inside
		}
		p.msd.get("/slow").is(http.StatusTooManyRequests).says("main", "many files")
		if a := p.one.get("/slow").is(http.StatusServiceUnavailable).says("main", "load this page again"); a.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
		p.one.get("/commitments").is(http.StatusOK) // other work goes on
		end <- well
		end <- well
		work.Wait()
	}
}

// Guards what a person wrote against a refusal for now: the page holds it, and
// however often it is sent on, it counts once.
func TestWhatIsSentAndRefusedForNowIsKept(t *testing.T) {
	p := newPlanned(t)
	before := p.s.limits[costPage]
	p.bounded(costPage, bound{mine: 0, all: 1, wait: time.Millisecond})
	typed := report("send", "0", "key", newKey(), "done", "Held <two> \"workshops\"\nin the north.")
	p.msd.post(newUpdatePath, typed).is(http.StatusTooManyRequests).says("main", "counts once")
	p.bounded(costPage, bound{mine: 9, all: 0, wait: time.Millisecond})
	a := p.msd.post(newUpdatePath, typed).is(http.StatusServiceUnavailable).says("main", "counts once")
	p.s.limits[costPage] = before
	kept := url.Values{}
	for _, field := range a.find("main form input[type=hidden]") {
		kept.Add(attr(field, "name"), attr(field, "value"))
	}
	if action := attr(a.find("main form")[0], "action"); kept.Encode() != typed.Encode() || action != newUpdatePath {
		t.Fatalf("%s keeps %v, not %v", action, kept, typed)
	}
	for range 2 {
		p.msd.post(newUpdatePath, kept).is(http.StatusSeeOther)
	}
	if n := p.count("SELECT count(*) FROM updates"); n != 1 {
		t.Errorf("%d updates", n)
	}
	p.bounded(costSignIn, bound{mine: 0, all: 1, wait: time.Millisecond})
	p.stranger().post("/sign-in", url.Values{"email": {"one@tracker.example"}, "password": {"a secret of mine"}}).is(http.StatusTooManyRequests).
		says("main", "load this page again").hides("a secret of mine", "one@tracker.example")
}

// Guards ordinary work: an office behind one address that signs in within a
// minute, and a person who works as fast as hands do.
func TestOrdinaryWorkMeetsNoLimit(t *testing.T) {
	clock := &watch{at: testDay}
	l := newLimits(1, clock.now)
	work := func(of cost, who string, people, times int, every time.Duration) {
		t.Helper()
		for i := range times {
			leave, err := l[of].enter(t.Context(), who, people)
			if err != nil {
				t.Fatalf("%s: %d: %v", bounds[of].name, i, err)
			}
			leave()
			clock.pass(every)
		}
	}
	work(costSignIn, "address 192.0.2.1", sharing, 250, 240*time.Millisecond) // 250 people in a minute
	work(costSignIn, "person 1", 1, 10, 3*time.Second)                        // who mistypes and tries again
	work(costPage, "person 1", 1, 1000, 0)
	work(costList, "person 1", 1, 1000, 250*time.Millisecond) // through all pages of a list
	work(costFile, "person 1", 1, 50, 0)                      // each list as a file, one after the other
	work(costUpload, "person 1", 1, 30, time.Second)          // the papers of a year
	work(costVerify, "address 192.0.2.1", sharing, 60, time.Second)
}

// Guards memory against a crowd of addresses, and the count against a visitor
// with a network of their own.
func TestACrowdOfAddressesIsForgotten(t *testing.T) {
	g := newTurnstile(bound{every: time.Hour, burst: 1, mine: 1, all: 1, wait: time.Millisecond}, 1, time.Now)
	for i := range 5 * mostCounted {
		g.of(fmt.Sprint(i), 1)
		g.of("who comes often", 1)
	}
	if n := len(g.young) + len(g.old); n > 2*mostCounted {
		t.Errorf("%d visitors are remembered", n)
	}
	often := g.of("who comes often", 1)
	if !often.rate.Allow() || g.of("who comes often", 1).rate.Allow() {
		t.Error("who comes often is forgotten")
	}
	for a, b := range map[string]string{"2001:db8::1": "2001:db8::2", "2001:db8::": "2001:db8::ffff:1:2:3"} {
		if networkOf(a) != networkOf(b) {
			t.Errorf("%s and %s are two", a, b)
		}
	}
	for a, b := range map[string]string{"192.0.2.1": "192.0.2.2", "2001:db8::1": "2001:db8:0:1::1"} {
		if networkOf(a) == networkOf(b) {
			t.Errorf("%s and %s are one", a, b)
		}
	}
}

// Guards a measurement against the limits, and people against a measurement's:
// the setting multiplies every bound.
func TestLimitsCanBeRaisedForAMeasurement(t *testing.T) {
	for _, times := range []int{-1, 0, 1, 7} {
		l, want := newLimits(times, time.Now), max(times, 1)
		for of, g := range l {
			v := g.of("one", 1)
			if of == int(costNothing) {
				continue
			}
			if !v.inside.TryAcquire(int64(g.mine*want)) || v.inside.TryAcquire(1) || !g.everybody.TryAcquire(int64(g.all*want)) || g.everybody.TryAcquire(1) {
				t.Errorf("%d times %s: other places", times, g.name)
			}
			if g.every > 0 && v.rate.Burst() != g.burst*want {
				t.Errorf("%d times %s: %s at once", times, g.name, strconv.Itoa(v.rate.Burst()))
			}
		}
	}
}
