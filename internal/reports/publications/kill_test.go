package publications

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
)

// What the child is told: the database, who it is, and the statement at which
// it waits to be killed or only says that it is there.
type childOrders struct {
	Config db.Config
	Actor  accounts.Actor
	At     int64
	Waits  bool
}

const childVariable = "PUBLICATIONS_TEST_CHILD"

// onceKey is the same for whoever publishes an id, as that of a job is.
func onceKey(id int64) string { return fmt.Sprintf("publish %d, version 1", id) }

// TestTheChildPublishes is run as a process of its own by the test below: it
// publishes all that is prepared, and says when it comes to a statement. For
// who is told nothing there is nothing to do.
func TestTheChildPublishes(t *testing.T) {
	text := os.Getenv(childVariable)
	if text == "" {
		return
	}
	p, orders := &press{t: t}, childOrders{}
	p.must(json.Unmarshal([]byte(text), &orders))
	d, err := db.Open(t.Context(), orders.Config)
	p.must(err)
	p.Store = newStore(t, d)
	statements := int64(0)
	var ids []int64
	p.must(d.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM publications WHERE state = 'prepared' ORDER BY id").Scan(&ids).Error
	}))
	beforeEach(t, d, func(*gorm.DB) {
		if statements++; statements == orders.At {
			fmt.Println("here")
			if orders.Waits {
				select {} // to be killed
			}
		}
	})
	for _, id := range ids {
		_, err := p.Publish(t.Context(), orders.Actor, onceKey(id), id, 1)
		p.must(err)
	}
}

// killed runs the child and kills it when it says that it is there.
func (p *press) killed(orders childOrders) {
	p.t.Helper()
	text, err := json.Marshal(orders)
	p.must(err)
	child := exec.Command(os.Args[0], "-test.run=^TestTheChildPublishes$")
	child.Env = append(os.Environ(), childVariable+"="+string(text))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	p.must(err)
	p.must(child.Start())
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said = append(said, lines.Text()); lines.Text() == "here" {
			p.must(child.Process.Kill())
		}
	}
	if err := child.Wait(); err == nil || err.Error() != "signal: killed" {
		p.t.Fatalf("the child ended with %v and said %s", err, strings.Join(said, "\n"))
	}
}

// reopen opens the database anew, as the server that comes after.
func (p *press) reopen(cfg db.Config) {
	p.t.Helper()
	d, err := db.Open(p.t.Context(), cfg)
	p.must(err)
	p.DB, p.Store = d, newStore(p.t, d)
}

// settled fails unless every publication is either prepared, with nothing of
// it out, or published with all its files, and the trail says so. It gives the
// number of those published.
func (p *press) settled(checked map[int64]bool) int {
	p.t.Helper()
	var list []struct {
		ID, Files, Told int64
		Number          *int64
		State           State
		Label           string
	}
	p.Read(p.t, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT p.id, p.number, p.state, p.label, (SELECT count(*) FROM publication_files f WHERE f.publication_id = p.id) AS files,
			(SELECT count(*) FROM audit_entries e WHERE e.action = 'publication.publish' AND e.object = 'publication ' || p.id) AS told
			FROM publications p ORDER BY p.number IS NULL, p.number, p.id`).Scan(&list).Error
	})
	published := int64(0)
	for _, one := range list {
		switch {
		case one.State == Prepared && one.Number == nil && one.Label == "" && one.Files == 0 && one.Told == 0:
		case one.State == Published && one.Number != nil && *one.Number == published+1 && one.Files == 5 && one.Told == 1:
			published++
			if !checked[one.ID] {
				for format, file := range p.forms(one.Label) {
					if got := p.verdict(file); got != "genuine "+one.Label {
						p.t.Errorf("%s of %s is %s", format, one.Label, got)
					}
				}
			}
			checked[one.ID] = true
		default:
			p.t.Errorf("after %d published ones stands %+v", published, one)
		}
	}
	if r, err := audit.Verify(p.t.Context(), p.DB); err != nil || !r.OK() {
		p.t.Errorf("the trail: %+v, %v", r, err)
	}
	return int(published)
}

// A server that is killed while it publishes leaves each publication prepared
// or published, whole; the next one goes on. Of every two rounds the first is
// killed in the middle of a statement, the second while it runs on.
func TestKillLeavesAPublicationWholeOrPrepared(t *testing.T) {
	for name, config := range map[string]func(t *testing.T) db.Config{
		"sqlite":   func(t *testing.T) db.Config { return db.Config{Path: filepath.Join(t.TempDir(), "tracker.sqlite")} },
		"postgres": func(t *testing.T) db.Config { return db.Config{URL: dbtest.PostgresURL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(t)
			d, err := db.Open(t.Context(), cfg)
			if err == nil {
				err = d.Migrate(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			p, checked := newPress(t, d), map[int64]bool{}
			var ids []int64
			for round := range int64(12) {
				ids = append(ids, p.prepare("one", plan.Internal), p.prepare("one", plan.Public))
				p.must(p.DB.Close())
				p.killed(childOrders{Config: cfg, Actor: p.Actors["sign"], At: 2 + 3*round, Waits: round%2 == 0})
				p.reopen(cfg)
				p.settled(checked)
			}
			for i, id := range ids { // also those that are out: as a job that is taken up again
				if label, err := p.Publish(t.Context(), p.Actors["sign"], onceKey(id), id, 1); err != nil || label == "" {
					t.Errorf("%d of %d is published as %q (%v)", i, len(ids), label, err)
				}
			}
			if n := p.settled(checked); n != len(ids) {
				t.Errorf("%d of %d are published", n, len(ids))
			}
			p.must(p.DB.Close())
		})
	}
}
