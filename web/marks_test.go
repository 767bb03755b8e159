package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tracker/internal/progress"
)

// late is what a test tells of a day whose deadline has passed.
func late(done string) progress.Text {
	return progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: done}
}

// certified is a plan with a deadline that was certified between an update of
// NSF 3.1.1 and the approval of its correction; one of NSF 3.1.2 waits.
func certified(t *testing.T) *planned {
	p := newPlanned(t)
	store, ctx := p.s.Progress, t.Context()
	first, err := store.Log(ctx, p.msd.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"], Text: late("Adopted on the second day.")}, 0, 0, false)
	must(t, err)
	p.attach(p.msd, first, "internal")
	_, err = store.Log(ctx, p.msd.actor, newKey(), progress.NewUpdate{Text: late("Adopted on the second day.")}, first, 1, true)
	must(t, err)
	must(t, store.Approve(ctx, p.one.actor, newKey(), first, 3))
	fix, err := store.Log(ctx, p.msd.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"], CorrectsID: first, Text: late("Adopted on the third day.")}, 0, 0, false)
	must(t, err)
	p.attach(p.msd, fix, "internal")
	_, err = store.Log(ctx, p.msd.actor, newKey(), progress.NewUpdate{Text: late("Adopted on the third day.")}, fix, 1, true)
	must(t, err)
	p.log(p.msd, "NSF 3.1.2", late("The draft was sent."), nil)
	must(t, store.CloseDeadline(ctx, p.one.actor, newKey(), 1, 1, true))
	must(t, store.CertifyDeadline(ctx, p.two.actor, newKey(), 1, 2))
	p.one.get("/review").is(http.StatusOK).says("main", "addendum", "correction", "Late 24 d")
	for _, row := range p.csvRowsOf(p.one, "/review.csv") {
		if marks := row[8]; !strings.HasPrefix(marks, "Late 24 d, addendum") || strings.Contains(marks, "correction") != strings.Contains(row[2], "third") {
			t.Errorf("the queue leaves with %q", row)
		}
	}
	must(t, store.Approve(ctx, p.one.actor, newKey(), fix, 3))
	return p
}

// csvRowsOf are the rows of a list's file without its heads.
func (p *planned) csvRowsOf(v *visitor, path string) [][]string {
	p.t.Helper()
	rows := v.csvRowsPlain(path)
	if len(rows) < 2 {
		p.t.Fatalf("%s is empty", path)
	}
	return rows[1:]
}

// Late, addendum and what was corrected after its approval stand wherever
// updates are listed, on pages and in files; outside government neither of the
// last two is told.
func TestLateAddendumAndCorrectedStandInEveryListAndFile(t *testing.T) {
	p := certified(t)
	story := textOf(p.one.get("/commitments/NSF%203.1.1").is(http.StatusOK).find("ol.tl")[0])
	for _, words := range []string{"Late 24 d addendum correction", "Late 24 d corrected"} {
		if !strings.Contains(strings.Join(strings.Fields(story), " "), words) {
			t.Errorf("the story does not say %q: %s", words, story)
		}
	}
	p.one.get("/").is(http.StatusOK).says("#review", "Late 24 d", "addendum")
	p.msd.get("/").is(http.StatusOK).says("#waiting", "Late 24 d", "addendum")
	p.one.get("/discipline/commitments").is(http.StatusOK).says("table", "Late 24 d addendum correction")
	if rows := p.csvRowsOf(p.one, "/discipline/commitments.csv"); !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == "NSF 3.1.1" && r[6] == "24" && r[7] == "addendum, correction" }) {
		t.Errorf("the list behind the matrix leaves with %q", rows)
	}
	p.one.get("/evidence").is(http.StatusOK).says("tbody tr:nth-child(1)", "Late addendum correction").says("tbody tr:nth-child(3)", "Late corrected")
	if rows := p.csvRowsOf(p.one, "/evidence.csv"); rows[0][12] != "Late, addendum, correction" || rows[2][12] != "Late, corrected" {
		t.Errorf("the register leaves with %q", rows)
	}
	if rows := p.csvRowsOf(p.one, "/commitments.csv"); !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == "NSF 3.1.1" && strings.Contains(r[4], "Late") }) {
		t.Errorf("the list of commitments leaves with %q", rows)
	}
	p.one.get("/reports").is(http.StatusOK).says("#updates", "Late Addendum Correction")
	json := p.one.get("/reports/status.json?section=updates").is(http.StatusOK).body
	for _, member := range []string{`"late":true`, `"addendum":true`, `"correction":true`} {
		if !strings.Contains(strings.ReplaceAll(json, ": ", ":"), member) {
			t.Errorf("the report does not hold %s", member)
		}
	}
	json = p.one.get("/reports/status.json?section=updates&audience=partner").is(http.StatusOK).body
	for _, member := range []string{`"addendum":true`, `"correction":true`} {
		if strings.Contains(strings.ReplaceAll(json, ": ", ":"), member) {
			t.Errorf("a partner's report holds %s", member)
		}
	}
}
