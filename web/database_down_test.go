package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// road is the way to a PostgreSQL: a proxy that a test closes, stalls and
// opens again.
type road struct {
	t       testing.TB
	at      string // where it listens
	to      [2]string
	mu      sync.Mutex
	open    *sync.Cond
	stalled bool
	losing  int // so many COMMITs from now on the answer is lost with its connection; less than 0: never
	closed  net.Listener
	cars    map[net.Conn]bool
}

// newRoad leads to the server of an address, and gives the address with the
// road's own place.
func newRoad(t testing.TB, address string) (*road, string) {
	t.Helper()
	settings, err := pgx.ParseConfig(address)
	must(t, err)
	kind, place := pgconn.NetworkAddress(settings.Host, settings.Port)
	r := &road{t: t, at: "127.0.0.1:0", to: [2]string{kind, place}, cars: map[net.Conn]bool{}, losing: -1}
	r.open = sync.NewCond(&r.mu)
	r.reopen()
	t.Cleanup(r.shut)
	u, err := url.Parse(address)
	must(t, err)
	query := u.Query()
	query.Del("host")
	u.Host, u.RawQuery = r.at, query.Encode()
	return r, u.String()
}

func (r *road) reopen() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.at)
	must(r.t, err)
	r.at, r.closed = l.Addr().String(), l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.drive(c)
		}
	}()
}

// shut refuses new connections and ends those that are.
func (r *road) shut() {
	r.closed.Close() //nolint:errcheck // it may be closed
	r.stall(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.cars {
		c.Close() //nolint:errcheck // likewise
	}
}

// stall lets nothing through any more, and keeps every connection.
func (r *road) stall(stalled bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stalled = stalled
	r.open.Broadcast()
}

// loseCommit loses the answer to a COMMIT, after so many others.
func (r *road) loseCommit(after int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.losing = after
}

func (r *road) drive(c net.Conn) {
	s, err := net.Dial(r.to[0], r.to[1])
	if err != nil {
		c.Close() //nolint:errcheck // the server is gone
		return
	}
	r.mu.Lock()
	r.cars[c], r.cars[s] = true, true
	r.mu.Unlock()
	lose := false // the answer that comes next
	pass := func(to, from net.Conn, asks bool) {
		defer to.Close()   //nolint:errcheck // likewise
		defer from.Close() //nolint:errcheck // likewise
		b := make([]byte, 64<<10)
		for {
			n, err := from.Read(b)
			if err != nil {
				return
			}
			r.mu.Lock()
			for r.stalled {
				r.open.Wait()
			}
			if asks && r.losing >= 0 && bytes.Equal(b[:n], []byte("Q\x00\x00\x00\x0bcommit\x00")) {
				lose = r.losing == 0
				r.losing--
			}
			lost := lose && !asks // the server has done it; that it has never arrives
			r.mu.Unlock()
			if lost {
				return
			}
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
	}
	go pass(s, c, true)
	pass(c, s, false)
}

// far is a plan on a PostgreSQL at the end of a road.
func far(t *testing.T) (*planned, *road) {
	t.Helper()
	r, address := newRoad(t, dbtest.PostgresURL(t))
	d, err := db.Open(t.Context(), db.Config{URL: address})
	must(t, err)
	t.Cleanup(func() { d.Close() }) //nolint:errcheck // the road may be shut
	must(t, d.Migrate(t.Context()))
	p := plannedOn(houseOn(t, d, testDay))
	return p, r
}

// down holds what is said while the database does not answer: the truth, when
// to come again, and nothing that needs the database.
func (p *planned) down(sent url.Values) {
	p.t.Helper()
	p.stranger().get("/healthz").is(http.StatusOK)
	p.stranger().get("/readyz").is(http.StatusServiceUnavailable)
	for _, a := range []*answer{p.msd.get("/commitments"), p.stranger().get("/sign-in"), p.msd.get("/nothing"), p.msd.post(newUpdatePath, sent)} {
		if a.path == "/nothing" {
			a.is(http.StatusNotFound)
			continue
		}
		a.is(http.StatusServiceUnavailable).says("main", "The tracker is busy", a.header.Get("X-Request-Id"))
		if a.header.Get("Retry-After") != "5" || len(a.find("nav a")) > 0 {
			p.t.Errorf("%s: Retry-After %q", a.path, a.header.Get("Retry-After"))
		}
		for _, word := range []string{"SQL", "pgx", "dial", "127.0.0.1", "refused", "deadline"} {
			if strings.Contains(a.text("body"), word) {
				p.t.Errorf("%s tells %q", a.path, word)
			}
		}
		if a.path == newUpdatePath && len(a.find("main form input[name=key]")) != 1 {
			p.t.Error("what was sent is lost")
		}
	}
}

// up holds that everything goes on by itself, and that what was sent counts once.
func (p *planned) up(sent url.Values) {
	p.t.Helper()
	p.stranger().get("/readyz").is(http.StatusOK)
	p.msd.get("/commitments").is(http.StatusOK)
	for range 2 {
		p.msd.post(newUpdatePath, sent).is(http.StatusSeeOther)
	}
	if n := p.count("SELECT count(*) FROM updates"); n != 1 {
		p.t.Errorf("%d updates of one form", n)
	}
	p.write(func(tx *gorm.DB) error { return tx.Exec("DELETE FROM once_keys").Error })
}

// Guards against a tracker that hangs, lies or has to be started again when its
// PostgreSQL is gone, stands still, or has no connection left.
func TestADatabaseThatIsGoneIsToldAndComesBack(t *testing.T) {
	if databaseWait+readyWait > 6*time.Second || databaseWait >= 5*time.Second {
		t.Error("people wait more than 5 seconds")
	}
	p, r := far(t)
	p.s.patience = 300 * time.Millisecond
	sent := report("send", "0", "key", newKey())
	p.msd.get("/commitments").is(http.StatusOK)
	r.shut()
	p.down(sent)
	r.reopen()
	r.stall(true) // from here on: whoever is answered was answered while it stood still
	p.down(sent)
	r.stall(false)

	var held []func()
	for range p.db.PoolStats()["all"].MaxOpenConnections {
		ctx, let := context.WithCancel(t.Context())
		in, out := make(chan bool), make(chan bool)
		go func() {
			p.db.Read(ctx, func(tx *gorm.DB) error { //nolint:errcheck // it may come too late
				close(in)
				<-ctx.Done()
				return nil
			})
			close(out)
		}()
		<-in
		held = append(held, func() { let(); <-out })
	}
	p.down(sent)
	for _, let := range held {
		let()
	}
	p.up(sent)
}

// Guards against a form that counts twice: its COMMIT went through, and the
// connection broke before the database could say so.
func TestAFormWhoseCommitWasNeverAnsweredCountsOnce(t *testing.T) {
	p, r := far(t)
	p.s.patience = time.Minute
	sent := report("send", "0", "key", newKey())
	p.msd.get("/commitments").is(http.StatusOK)
	lost := 0
	for ; p.count("SELECT count(*) FROM updates") == 0; lost++ { // of each transaction of the request by turns, until it is the writing one's
		r.loseCommit(lost)
		p.msd.post(newUpdatePath, sent).is(http.StatusServiceUnavailable).says("main", "counts once")
	}
	if lost < 2 {
		t.Errorf("only %d commits were lost", lost)
	}
	p.up(sent)
}

// Guards those who read against somebody who writes without end into the file
// of the embedded database, and those who write against losing what they sent.
func TestAFileThatSomebodyElseLocksIsReadAndToldToWriters(t *testing.T) {
	p := newPlanned(t)
	other, err := db.Open(t.Context(), db.Config{Path: p.db.Path()})
	must(t, err)
	defer other.Close() //nolint:errcheck // nothing is under way
	sent := report("send", "0", "key", newKey())
	in, out, let := make(chan bool), make(chan error), make(chan bool)
	go func() {
		out <- other.Write(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Exec("UPDATE settings SET value = value").Error; err != nil {
				return err
			}
			close(in)
			<-let
			return nil
		})
	}()
	<-in
	p.stranger().get("/readyz").is(http.StatusOK)
	p.msd.get("/commitments").is(http.StatusOK)
	p.msd.plain = true // the test itself cannot write either
	a := p.msd.post(newUpdatePath, sent).is(http.StatusServiceUnavailable)
	if a.header.Get("Retry-After") == "" || !strings.Contains(a.body, sent.Get("key")) {
		t.Error("nobody says when to come again, or what was sent is lost")
	}
	close(let)
	must(t, <-out)
	p.msd.plain = false
	p.up(sent)
}
