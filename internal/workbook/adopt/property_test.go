package adopt_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/workbook"
)

// said is what cells of a column may say, the likely and the odd.
var said = map[string][]string{
	"Pillar":     {"1. Prevention", "2. Protection", "Prosecution", "", "", "3", "Pillar 1: Prevention"},
	"Objective":  {"1.1 Inform the public", "2.1 Care for victims", "Care for all victims", "", ""},
	"No.":        {"", "1.1.1", "1.1.2", "2.1.1", "1", "2", "a)", "1.1.1.1.1.1.1.1.1.1.1", "II", "2.1.9"},
	"Activity":   {"Broadcast radio programmes", "Print leaflets", "Open a shelter", "Train the police of every district", "Train the judges", "Meet journalists", "Total", "Note: see annex", strings.Repeat("word ", 60)},
	"Indicator":  {"", "Programmes broadcast", "Shelters open", "Number; of those trained"},
	"Lead":       {"MHA", "Name of MSD", "MSD, BDS", "USE", "", "Ministry of Works", "N/A", "Min. of Works (MOW)"},
	"Supporting": {"", "MOH", "BDS / MSD", "USE", "World Vision"},
	"Timeframe":  {"2022", "Q1 2022", "by June 2023", "Jan 2022 - Dec 2022", "mid term", "continuous", "", "31/12/2021", "2023-2022"},
	"Budget":     {"", "20 000", "1,500,000.50 LSL", "25 000 000 FCFA", "about two", "-", "USD 40"},
	"Means":      {"", "Attendance lists", "Reports"},
	"Anything":   {"", "x", "?"},
}

// randomMatrix is a small table of some of the columns, as a CSV.
func randomMatrix(r *rand.Rand) string {
	heads := []string{"Activity", "Lead"}
	for _, head := range []string{"Pillar", "Objective", "No.", "Indicator", "Supporting", "Timeframe", "Budget", "Means", "Anything"} {
		if r.IntN(3) > 0 {
			heads = append(heads, head)
		}
	}
	if r.IntN(4) > 0 { // as ministries order them, more often than not
		slices.SortStableFunc(heads, func(a, b string) int {
			order := []string{"Pillar", "Objective", "No.", "Activity", "Indicator", "Lead", "Supporting", "Timeframe", "Budget", "Means", "Anything"}
			return slices.Index(order, a) - slices.Index(order, b)
		})
	} else {
		r.Shuffle(len(heads), func(i, j int) { heads[i], heads[j] = heads[j], heads[i] })
	}
	lines := []string{strings.Join(heads, "|")}
	for range 1 + r.IntN(7) {
		cells := make([]string, len(heads))
		for i, head := range heads {
			cells[i] = said[head][r.IntN(len(said[head]))]
			if r.IntN(3) > 0 && head != "No." { // mostly what can be taken
				cells[i] = said[head][r.IntN(min(3, len(said[head])))]
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.ReplaceAll(strings.ReplaceAll(strings.Join(lines, "\n"), ";", ","), "|", ";") + "\n"
}

// answered gives every open question the answer that is proposed, a framework
// of its own, and who leads what nobody does.
func answered(o workbook.Outcome, code string) workbook.Answers {
	a := with(newPlan, "target.code", code)
	for _, q := range o.Questions {
		if q.Open && q.ID != "target" {
			a[q.ID] = q.Answer
		}
		if q.ID == "lead.none" {
			a[q.ID] = "MHA"
		}
	}
	return a
}

// For any matrix and whatever was taken before: nothing panics, what is refused
// has a reason, a dry run writes nothing, one that is not blocked is taken with
// the same fates, and the same file again changes nothing.
func TestAnyMatrixIsTakenAsItWasTold(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	r := rand.New(rand.NewPCG(8, 23)) //nolint:gosec // the same each time
	entries := func() int { return h.Count(t, "SELECT count(*) FROM audit_entries") }
	refused, blocked, taken := 0, 0, 0
	for n := range 200 {
		text, code := randomMatrix(r), fmt.Sprintf("R%d", n)
		before := entries()
		o, err := take(t, h, "random.csv", text, nil, false)
		if err != nil {
			if problem.KindOf(err) != problem.Invalid {
				t.Fatalf("%d: %v of\n%s", n, err, text)
			}
			refused++
			continue
		}
		a := answered(o, code)
		for range 2 { // what is answered can ask for more
			if o, err = take(t, h, "random.csv", text, a, false); err != nil {
				t.Fatalf("%d: answered, %v of\n%s", n, err, text)
			}
			if !o.Blocked() {
				break
			}
			a = answered(o, code)
		}
		if entries() != before {
			t.Fatalf("%d: a dry run wrote of\n%s", n, text)
		}
		kept, err := take(t, h, "random.csv", text, a, true)
		if err != nil || fates(kept) != fates(o) {
			t.Fatalf("%d: told %s\nthen %s, %v of\n%s", n, fates(o), fates(kept), err, text)
		}
		if o.Blocked() {
			if blocked++; entries() != before {
				t.Fatalf("%d: what is blocked wrote of\n%s", n, text)
			}
			continue
		}
		taken++
		before = entries()
		a = with(a, "target", code)
		for id := range a { // who was made is there now
			if answer := a[id]; strings.HasPrefix(id, "institution.") && strings.HasPrefix(answer, "new") {
				delete(a, id)
			}
		}
		again, err := take(t, h, "random.csv", text, a, true)
		if err != nil || again.Blocked() || again.Writes() || entries() != before {
			t.Fatalf("%d: again %s, %v, %+v of\n%s", n, fates(again), err, again.Problems, text)
		}
	}
	t.Logf("%d refused, %d blocked, %d taken", refused, blocked, taken)
	if taken < 40 || blocked < 20 {
		t.Errorf("%d refused, %d blocked, %d taken: the matrices say little", refused, blocked, taken)
	}
}
