package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// sample is one request: which, how long from when it was due, and what came.
type sample struct {
	name   string
	took   time.Duration
	status int
	write  bool
}

// load is a run under way.
type load struct {
	plan    plan
	world   *world
	server  *server
	client  *http.Client
	mix     *mix
	open    chan *story // that wait for their next page
	ready   chan *story // that wait to be sent
	mu      sync.Mutex
	rnd     *rand.Rand
	samples []sample
	wrong   map[string]int // answers that were not the ones expected
	uses    []use
	late    []time.Duration // how late the load itself was
	missed  int             // writes for which no form was ready
	others  float64         // the share of the machine that other programs had
	own     time.Duration   // the processor time of this program
}

func newLoad(p plan, w *world, s *server) *load {
	l := &load{plan: p, world: w, server: s, open: make(chan *story, stories), ready: make(chan *story, stories), wrong: map[string]int{},
		rnd: rand.New(rand.NewPCG(9, uint64(p.rate)))}
	l.client = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return l
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// ready waits until the server answers that it is.
func (s *server) ready(ctx context.Context) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		if answer, err := http.Get(s.address + "/readyz"); err == nil {
			answer.Body.Close() //nolint:errcheck // only the status counts
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	return errors.Join(errors.New("the server is not ready within a minute: see server.log"), s.stop())
}

// answer is what came of a request.
type answer struct {
	status int
	to     string // where it leads on
	body   string // of pages that are looked into
}

// ask sends a request of a visitor. A form makes it a POST; look says that the page is wanted, not only its bytes.
func (l *load) ask(ctx context.Context, v visitor, path string, form url.Values, look bool) (answer, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, l.server.address+path, body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	r.AddCookie(&http.Cookie{Name: "session", Value: v.cookie})
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	got, err := l.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close() //nolint:errcheck // read to its end
	a := answer{status: got.StatusCode, to: got.Header.Get("Location")}
	if !look {
		_, err = io.Copy(io.Discard, got.Body)
		return a, err
	}
	in := io.Reader(got.Body)
	if got.Header.Get("Content-Encoding") == "gzip" {
		if in, err = gzip.NewReader(in); err != nil {
			return a, err
		}
	}
	b, err := io.ReadAll(in)
	a.body = string(b)
	return a, err
}

// request is one of the load: due at an instant, expected to answer with a status.
func (l *load) request(ctx context.Context, due time.Time, name string, v visitor, path string, form url.Values, look bool, want int) (answer, bool) {
	a, err := l.ask(ctx, v, path, form, look)
	took := time.Since(due)
	if ctx.Err() != nil {
		return a, false // the run was broken off
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.samples = append(l.samples, sample{name, took, a.status, form != nil})
	if err != nil || a.status != want {
		what := fmt.Sprintf("%s: %d", name, a.status)
		if err != nil {
			what = fmt.Sprintf("%s: %v", name, err)
		}
		if l.wrong[what]++; l.wrong[what] == 1 {
			fmt.Printf("  unexpected: %s (%s)%s\n", what, path, complaint(a.body))
		}
		return a, false
	}
	return a, true
}

// run sends what is due when it is due.
func (l *load) run(ctx context.Context) {
	worked, had := busy()
	own := ticks("/proc/self/stat")
	first := l.server.use()
	start := time.Now()
	done, watched := make(chan struct{}), make(chan struct{})
	go func() { l.watch(start, done); close(watched) }()
	var sent sync.WaitGroup
	step := time.Second / time.Duration(l.plan.rate)
	for n := 0; n < int(l.plan.long/step) && ctx.Err() == nil; n++ {
		due := start.Add(time.Duration(n) * step)
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		l.late = append(l.late, time.Since(due))
		sent.Go(func() { l.one(ctx, n, due) })
	}
	sent.Wait()
	close(done)
	<-watched
	last := l.server.use()
	nowWorked, nowHad := busy()
	ours := last.processor - first.processor + ticks("/proc/self/stat") - own
	l.others = float64(nowWorked-worked-ours) / float64(max(1, nowHad-had))
	l.own = time.Duration(ticks("/proc/self/stat")-own) * 10 * time.Millisecond
	if n := len(l.uses); n > 1 {
		last.memory = l.uses[n-1].memory
	}
	last.at = time.Since(start)
	l.uses = append(l.uses, last)
	l.uses[0] = first
}

// watch looks at the server every second, and notes every fifth time what it
// uses, of memory the least since: between two collections it swings, and where
// the last second fell in that says nothing.
func (l *load) watch(start time.Time, done chan struct{}) {
	l.uses = append(l.uses, use{})
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	least := int64(0)
	for n := 1; ; n++ {
		select {
		case <-done:
			return
		case <-tick.C:
			u := l.server.use()
			if least == 0 || u.memory < least {
				least = u.memory
			}
			if n%5 == 0 {
				u.at, u.memory, least = time.Since(start), least, 0
				l.uses = append(l.uses, u)
			}
		}
	}
}

// one is the request of a number: every tenth writes, the others read what a story waits for, or a page of the mix.
func (l *load) one(ctx context.Context, n int, due time.Time) {
	if n%10 == 9 {
		select {
		case s := <-l.ready:
			l.send(ctx, due, s)
			return
		default:
			l.mu.Lock()
			l.missed++
			l.mu.Unlock()
		}
	}
	if len(l.ready) < stories/2 {
		select {
		case s := <-l.open:
			l.read(ctx, due, s)
			return
		default:
		}
	}
	l.mu.Lock()
	p, v, path := l.mix.pick(l.rnd, l.world)
	l.mu.Unlock()
	l.request(ctx, due, p.name, v, path, nil, false, http.StatusOK)
}
