package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// Another history: go test ./internal/reports -run RandomHistory -seed 7 -steps 1000.
var (
	seed  = flag.Uint64("seed", 20211108, "of the random history")
	steps = flag.Int("steps", 300, "of the random history")
)

// record is what was told of (D, K) when K was now.
type record struct {
	step, d string
	k       time.Time
	report  []byte // the status report for one audience, as JSON
	status  map[int64]progress.Standing
}

// What was told of (D, K) once is told again, byte for byte, whatever
// happened since; and both engines tell the same.
func TestARandomHistoryIsToldTheSameAgain(t *testing.T) {
	var engines [][]record
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Logf("seed %d, %d steps", *seed, *steps)
		r := drive(t, d, *seed)
		var told []record
		for n := 0; n < *steps || len(r.missing()) > 0 && n < 4**steps; n++ {
			step := r.step()
			d := r.clock().Today()
			if n%3 == 0 {
				d = r.back(120)
			}
			told = append(told, r.tell(step, d, r.now))
			r.agree(n, step)
			r.keptAgree(step)
		}
		t.Logf("%d steps: %v", len(told), r.done)
		if renewed := r.done["renewed"]; renewed < *steps/4 {
			t.Errorf("only %d ledgers were renewed", renewed)
		}
		if poor := r.missing(); len(poor) > 0 {
			t.Errorf("the history is too poor in %v: %v", poor, r.done)
		}
		for _, audience := range plan.Audiences {
			if r.audiences[audience] < len(told)/6 {
				t.Errorf("of %d reports %d are for %s", len(told), r.audiences[audience], audience)
			}
		}
		for n, was := range told {
			is := r.tell(was.step, day(was.d), was.k)
			if !bytes.Equal(was.report, is.report) {
				t.Errorf("after step %d, %s, the report of (%s, %s) was\n%s\nand at the end is\n%s", n, was.step, was.d, was.k, differing(was.report, is.report), differing(is.report, was.report))
			}
			if !maps.Equal(was.status, is.status) {
				t.Errorf("after step %d, %s, the status at (%s, %s) was %v and at the end is %v", n, was.step, was.d, was.k, was.status, is.status)
			}
			if t.Failed() {
				return
			}
		}
		engines = append(engines, told)
	})
	if len(engines) != 2 {
		t.Fatal("the history was not told on both engines")
	}
	for n, one := range engines[0] {
		two := engines[1][n]
		if one.step != two.step || one.d != two.d || !one.k.Equal(two.k) || !bytes.Equal(one.report, two.report) {
			t.Fatalf("seed %d, step %d (%s, %s): the engines tell\n%s\nand\n%s", *seed, n, one.step, two.step, differing(one.report, two.report), differing(two.report, one.report))
		}
	}
}

// tell asks what stood on day d, as known at k.
func (r *driver) tell(step string, d calendar.Date, k time.Time) record {
	r.t.Helper()
	// Each day and instant have their audience: three reports of every step would take
	// three times as long and tell little more.
	audience := plan.Audiences[(d.Day()+k.Hour()+k.Minute())%len(plan.Audiences)]
	out := record{step: step, d: d.String(), k: k}
	q := StatusQuery{Query: r.query("auditor", d, k, false), Audience: audience, Since: d.AddDays(-60)}
	status, err := Build(r.t.Context(), r.DB, About{Country: plantest.Country}, q)
	if err != nil {
		r.t.Fatal(err)
	}
	if out.report, err = Canonical(status); err != nil {
		r.t.Fatal(err)
	}
	r.audiences[audience]++
	r.countedAgree(status)
	if audience != plan.Internal && slices.ContainsFunc(status.Commitments, func(c CommitmentStatus) bool { return c.Done != "" }) {
		r.done["told outside"]++
	}
	r.Read(r.t, func(tx *gorm.DB) (err error) { out.status, err = progress.StatusAt(tx, d, k); return err })
	return out
}

func (r *driver) query(who string, d calendar.Date, k time.Time, now bool) Query {
	return Query{Actor: r.Actors[who], Country: plantest.Country, Rules: DefaultRules, D: d, K: k, Now: now}
}

// agree holds what is kept for today against what history tells of it: the
// status after every step, and after some all that one person may see, by
// turns.
func (r *driver) agree(n int, step string) {
	r.t.Helper()
	today := r.clock().Today()
	r.Read(r.t, func(tx *gorm.DB) error {
		current, err := progress.StatusNow(tx)
		if err != nil {
			return err
		}
		history, err := progress.StatusAt(tx, today, r.now)
		if !maps.Equal(current, history) {
			r.t.Fatalf("step %d, %s: the table of today holds %v, history tells %v", n, step, current, history)
		}
		return err
	})
	if n%3 == 0 {
		l := r.ledgersAgree([]string{"one", "bds", "mha", "auditor", "admin"}[n%5], today, step)
		countsAgree(r.t, l)
		if n%7 == 0 { // three, five and seven have no divisor in common: each person's turn comes
			r.filesAgree(l)
		}
	}
}

// keptAgree holds a store that is asked for the same ledgers after every step
// against the database: for one of today's kind, of a past day and of a late
// instant.
func (r *driver) keptAgree(step string) {
	r.t.Helper()
	d := day("2021-11-08")
	for _, q := range []Query{r.query("auditor", d, time.Time{}, true), r.query("auditor", d.AddDays(-30), time.Time{}, false),
		r.query("auditor", d, plantest.At("2021-12-24").Now(), false)} {
		l := sameLedger(r.t, r.DB, r.watched, q)
		if before := r.seen[q]; before != nil && sameFrame(before, l) && !reflect.DeepEqual(before.Lines, l.Lines) {
			r.done["renewed"]++
		}
		r.seen[q] = l
	}
	if r.steps++; r.steps%3 == 0 {
		sameMatrix(r.t, r.DB, r.watched, r.query("auditor", d, time.Time{}, true))
	}
	if r.t.Failed() {
		r.t.Fatalf("after %s", step)
	}
}

// ledgersAgree holds a person's ledger of now, by a store that keeps ledgers,
// against the one of history, and gives the former.
func (r *driver) ledgersAgree(who string, today calendar.Date, step string) *Ledger {
	r.t.Helper()
	kept, err := r.store.Ledger(r.t.Context(), r.query(who, today, time.Time{}, true))
	if err != nil {
		r.t.Fatal(err)
	}
	var told *Ledger
	r.Read(r.t, func(tx *gorm.DB) (err error) { told, err = Load(tx, r.query(who, today, r.now, false)); return err })
	if a, b := plain(kept), plain(told); !bytes.Equal(a, b) {
		r.t.Fatalf("%s: for %s the ledger of now is\n%s\nand that of history\n%s", step, who, differing(a, b), differing(b, a))
	}
	return kept
}

// filesAgree holds the page of each commitment against its line.
func (r *driver) filesAgree(l *Ledger) {
	r.t.Helper()
	for _, line := range l.Lines {
		f, err := r.store.Commitment(r.t.Context(), l.Query, line.Ref)
		if err != nil {
			r.t.Fatal(err)
		}
		f.Line.AnswersText, f.Line.Supporting = line.AnswersText, append([]int64(nil), f.Line.Supporting...)
		slices.Sort(f.Line.Answers)
		if !reflect.DeepEqual(*line, f.Line) {
			r.t.Fatalf("for %s the page of %s says\n%+v\nand the list\n%+v", l.Actor.Post, line.Ref, f.Line, *line)
		}
	}
}

// plain is what a ledger says, without how it was asked.
func plain(l *Ledger) []byte {
	c := *l
	c.Query = Query{}
	c.Lines = slices.Clone(l.Lines)
	for i := range c.Lines {
		line := *l.Lines[i]
		line.Supporting = append([]int64{}, line.Supporting...)
		c.Lines[i] = &line
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a ledger is plain data
	}
	return b
}

// differing is the part of a text around the place where it differs from
// another.
func differing(a, b []byte) []byte {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return a[max(0, at-200):min(len(a), at+200)]
}
