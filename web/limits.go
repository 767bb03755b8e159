package web

import (
	"context"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// cost is what a route takes. Each has bounds of its own: how much one person
// may ask for, and how much this process does at the same time.
type cost int

const (
	costPage    cost = iota // a page or a form: whatever is none of the others
	costNothing             // static files and signs of life: never refused
	costSignIn              // what computes or guards a password
	costList                // searches and long lists
	costFile                // files that are made while their reader waits
	costUpload              // files that are sent in and read
	costVerify              // files that anybody may send in
	costs                   // how many there are
)

// bound is what a cost is held to.
type bound struct {
	name  string        // in messages and metrics
	every time.Duration // in the long run one request of a person in this time; 0: as many as they like
	burst int           // and so many before that counts
	mine  int           // of one person at the same time
	all   int           // of everybody at the same time
	wait  time.Duration // for a place, before somebody is refused
}

// bounds is the table of all limits. They are wide: whoever works with both
// hands meets none of them. docs/adr/0033 says how they were chosen.
var bounds = [costs]bound{
	costPage:   {"page", 0, 0, 12, 32, 2 * time.Second},
	costSignIn: {"sign_in", 6 * time.Second, 20, 4, 32, 10 * time.Second},
	costList:   {"list", 100 * time.Millisecond, 200, 8, 16, 5 * time.Second},
	costFile:   {"file", 2 * time.Second, 60, 3, 6, 10 * time.Second},
	costUpload: {"upload", 5 * time.Second, 30, 3, 128, 2 * time.Second},
	costVerify: {"verify", 10 * time.Second, 10, 1, 32, 2 * time.Second},
}

const (
	// sharing is how many people may share an address: who is not signed in is
	// counted by it, and has so many times what a person has.
	sharing = 10
	// mostCounted is how many visitors of a cost are remembered, twice: whoever
	// comes from very many addresses takes no memory with them.
	mostCounted = 4096
)

// limits counts who asks for what. It is of one process: two servers on one
// database allow twice as much.
type limits [costs]*turnstile

// turnstile is where the requests of a cost pass.
type turnstile struct {
	bound
	times      int // what the table says, so many times
	now        func() time.Time
	everybody  *semaphore.Weighted
	sync.Mutex                      // guards what follows
	young, old map[string]*visiting // the last mostCounted visitors, and those before them
}

// visiting is what a turnstile knows of a visitor.
type visiting struct {
	rate   *rate.Limiter
	inside *semaphore.Weighted
}

// newLimits are the limits of the table, times over.
func newLimits(times int, now func() time.Time) (l limits) {
	for c, b := range bounds {
		l[c] = newTurnstile(b, max(times, 1), now)
	}
	return l
}

func newTurnstile(b bound, times int, now func() time.Time) *turnstile {
	return &turnstile{bound: b, times: times, now: now, everybody: semaphore.NewWeighted(int64(b.all * times)), young: map[string]*visiting{}}
}

// of is what is known of a visitor. Whoever has not come for long is
// forgotten, and begins anew.
func (g *turnstile) of(who string, people int) *visiting {
	g.Lock()
	defer g.Unlock()
	v := g.young[who]
	if v == nil {
		v = g.old[who]
	}
	if v == nil {
		people *= g.times
		pace := rate.Inf
		if g.every > 0 {
			pace = rate.Every(g.every) * rate.Limit(people)
		}
		v = &visiting{rate.NewLimiter(pace, g.burst*people), semaphore.NewWeighted(int64(g.mine * people))}
	}
	if len(g.young) >= mostCounted {
		g.old, g.young = g.young, map[string]*visiting{}
	}
	g.young[who] = v
	return v
}

// refusal is what somebody is told who asks for too much, or for what
// everybody asks for right now. It is an error.
type refusal struct {
	own  bool // they asked for too much themselves
	of   bound
	wait time.Duration
}

// Error names the limit for logs.
func (r refusal) Error() string {
	if r.own {
		return "too much of " + r.of.name + " by one visitor"
	}
	return "too much of " + r.of.name + " by everybody"
}

func (r refusal) status() int {
	if r.own {
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}

// enter lets a visitor pass when the bounds allow it, at the latest after the
// turnstile's wait. Call what it gives when the work is done.
func (g *turnstile) enter(ctx context.Context, who string, people int) (leave func(), err error) {
	v := g.of(who, people)
	asked := v.rate.ReserveN(g.now(), 1)
	if after := asked.DelayFrom(g.now()); after > 0 {
		asked.CancelAt(g.now())
		return nil, refusal{true, g.bound, after}
	}
	ctx, stop := context.WithTimeout(ctx, g.wait)
	defer stop()
	if !take(ctx, v.inside) {
		return nil, refusal{true, g.bound, g.wait}
	}
	if !take(ctx, g.everybody) {
		v.inside.Release(1)
		return nil, refusal{false, g.bound, g.wait}
	}
	return func() {
		g.everybody.Release(1)
		v.inside.Release(1)
	}, nil
}

// take takes a place that is free, also where nobody waits any more, or waits
// for one.
func take(ctx context.Context, places *semaphore.Weighted) bool {
	return places.TryAcquire(1) || places.Acquire(ctx, 1) == nil
}

// limited holds a route to the bounds of its cost.
func (s *Server) limited(of cost, next echo.HandlerFunc) echo.HandlerFunc {
	if of == costNothing {
		return next
	}
	return func(c echo.Context) error {
		who, people := visitorOf(c)
		leave, err := s.limits[of].enter(c.Request().Context(), who, people)
		if err != nil {
			return err
		}
		leave = sync.OnceFunc(leave)
		defer leave()
		c.Set(keyPlace, leave) // what is made may go out slowly, and takes nothing then
		return next(c)
	}
}

// visitorOf is who is counted, and for how many people they may stand: the
// person, or where nobody is signed in the address.
func visitorOf(c echo.Context) (who string, people int) {
	if id := actorOf(c).PersonID; id != 0 {
		return "person " + itoa(id), 1
	}
	return "address " + networkOf(c.RealIP()), sharing
}

// networkOf is an address as it is counted: of IPv6 the half that is one
// customer's, since each of them has more addresses than can be counted.
func networkOf(address string) string {
	ip := net.ParseIP(address)
	if ip == nil || ip.To4() != nil {
		return address
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

// seconds is a wait as Retry-After says it.
func (r refusal) seconds() int { return max(1, int(math.Ceil(r.wait.Seconds()))) }

// The routes that take more than a page. Files that are made need no line:
// their address ends with the form of the file.
var costly = map[cost][]string{
	costNothing: {"GET /healthz", "GET /readyz", "GET /static/:name"},
	costSignIn:  {"POST /sign-in", "POST /links/:token", "POST /forgotten", "POST /account/password"},
	costList: {"GET /commitments", "GET /recommendations", "GET /indicators", "GET /evidence", "GET /audit", "GET /review", "GET /money", "GET /reports", "GET /reports/changes",
		"GET /recommendations/coverage", "GET /recommendations/editions/:mechanism/:year", "GET /recommendations/editions/:mechanism/:year/lineage", "GET /recommendations/editions/:mechanism/:year/classification",
		"GET /framework", "GET /institutions", "GET /periods", "GET /periods/deadlines/:id/request", "GET /discipline", "GET /discipline/commitments", "GET /discipline/not-reported", "GET /ratings", "GET /undertakings", "GET /admin/people", "GET /admin/permissions",
		"GET /dialogues/:id/agenda/new", "GET /commitments/:ref/answers", "GET /recommendations/:id/answers/new", "GET /outbox", "GET /publications/:number/differences", "GET /publications/prepare"},
	costFile: {"POST /reports/files", "GET /institutions/:code/workbook", "POST /publications/prepare", "POST /publications/prepared/:id/files", "POST /publications/prepared/:id/publish",
		"POST /dialogues/:id/packs/publish", "POST /audit/verify"},
	costUpload: {"POST /import", "POST /import/:id", "POST /updates/:id/evidence/new", "POST /recommendations/editions/:mechanism/:year/import", "POST /recommendations/editions/:mechanism/:year/import/list"},
	costVerify: {"POST /verify"},
}

// costOf says what a route takes.
func costOf(method, path string) cost {
	for c, routes := range costly {
		for _, r := range routes {
			if r == method+" "+path {
				return c
			}
		}
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	_, form, isFile := strings.Cut(last, ".")
	switch {
	case method == post && (strings.HasPrefix(path, "/sign-in/") || strings.HasPrefix(path, secondPath)):
		return costSignIn // the second step of it, and what a code or a password opens
	case method == get && (isFile && form != "" || last == ":format") && !strings.HasPrefix(path, "/schemas/"):
		return costFile
	}
	return costPage
}

// retryAfter says in the header how long to wait.
func retryAfter(c echo.Context, seconds int) {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
}
