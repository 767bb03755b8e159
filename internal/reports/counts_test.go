package reports

import (
	"testing"

	"tracker/internal/progress"
)

// countsAgree holds every count of a ledger against the length of the list
// that it leads to.
func countsAgree(t *testing.T, l *Ledger) {
	t.Helper()
	length := func(f Filter) int { return len(l.Select(f, nil).Lines) }
	same := func(what string, count, list int) {
		t.Helper()
		if count != list {
			t.Errorf("%s: counted %d, the list holds %d", what, count, list)
		}
	}
	row := func(what string, r StatusRow, f Filter) {
		t.Helper()
		same(what, r.Total, length(f))
		for i, s := range progress.Statuses {
			f.Statuses = []progress.Status{s}
			same(what+" "+string(s), r.Counts[i], length(f))
		}
	}
	all := l.ByStatus()
	row("all", all, Filter{})
	nodes, leads, reports := 0, 0, 0
	for _, r := range l.ByNode() {
		row("node "+r.Key, r, Filter{Node: r.Key})
		nodes += r.Total
	}
	for _, r := range l.ByInstitution() {
		row("institution "+r.Key, r, Filter{Institution: r.Key, LeadOnly: true})
		leads += r.Total
	}
	for _, r := range l.Reporting() {
		for state, n := range map[ReportState]int{OnTime: r.OnTime, Late: r.Late, NotReported: r.NotReported, NotDue: r.NotDue} {
			same(r.Key+" "+string(state), n, length(Filter{Institution: r.Key, LeadOnly: true, Report: state}))
		}
		same(r.Key+" due", r.Due, r.OnTime+r.Late+r.NotReported)
		reports += r.Due + r.NotDue
	}
	same("all nodes", nodes, all.Total)
	same("all institutions", leads, all.Total)
	same("all that report or need not", reports, all.Total)
	for _, f := range Flags {
		same(string(f), l.Count(f), length(Filter{Flags: []Flag{f}}))
	}
	same("lines", all.Total, len(l.Lines))
}
