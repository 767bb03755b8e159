package web

import (
	"reflect"
	"strings"
	"testing"

	"tracker/internal/db"
	"tracker/internal/reports"
	reporthtml "tracker/internal/reports/html"
	"tracker/internal/reports/wording"
	"tracker/seeds/seedstest"
)

// shownOf is all that the page of a report shows of it.
func (h *house) shownOf(status reports.Status) (shown []any) {
	h.t.Helper()
	body, err := reporthtml.Body(h.s.t, status, reporthtml.Marks{Site: true, Most: reportRows, Few: reportFew, More: "More"})
	must(h.t, err)
	months := wording.Months(h.s.t, status)
	months.Rows = months.Rows[:min(len(months.Rows), reportRows)]
	for _, line := range strings.Split(string(body), "\n") {
		shown = append(shown, line)
	}
	return append(shown, status.Figures, status.ByStatus, status.ByNode, status.ByInstitution, wording.Figures(h.s.t, status), wording.Facts(h.s.t, status), months)
}

// The page reads only what it shows of a report, and shows what the whole report tells: whatever is asked, from the
// ledgers that pages keep, and from them again once something was approved.
func TestThePageOfAReportShowsWhatTheWholeReportTells(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		w    world
		open func(testing.TB) *db.DB
	}{"SQLite": {demonstration, seedstest.Lesotho.SQLite}, "PostgreSQL": {demonstration, seedstest.Lesotho.Postgres}, "ten times as much": {small, small.data.SQLite}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := of.w.stage(t, of.open(t))
			approve := s.approving(t)
			v := s.visitors["coordinator"]
			set, err := s.s.Accounts.Settings(t.Context())
			must(t, err)
			node := ""
			l, err := s.s.Reports.Ledger(t.Context(), reports.Query{Actor: v.actor, Country: set.CountryCode, D: s.clock.Today(), Now: true})
			must(t, err)
			if rows := l.ByNode(); len(rows) > 0 {
				node = rows[0].Key
			}
			day := s.Earlier.String()
			for _, query := range []string{"", "audience=partner", "audience=public", "since=day&since_day=" + day, "since=day&audience=partner&since_day=" + day, "institution=" + s.Institution,
				"node=" + node + "&since=year", "mechanism=TIP", "section=updates&section=money", "section=commitments", "section=evidence&institution=" + s.Institution, "as_of=" + day, "known=" + day} {
				for range 2 {
					q, err := s.s.askedReport(t.Context(), v.actor, set, parsed(query))
					must(t, err)
					whole, err := s.s.Reports.Status(t.Context(), s.s.about(set), q)
					must(t, err)
					preview, err := s.s.buildReport(t.Context(), v.actor, set, parsed(query), reports.Preview{Rows: reportRows, Few: reportFew})
					must(t, err)
					want, got := s.shownOf(whole), s.shownOf(preview)
					for i := range want {
						if i >= len(got) || !reflect.DeepEqual(got[i], want[i]) {
							t.Fatalf("of %q the page shows\n%v\nwhere the report tells\n%v", query, got[min(i, len(got)-1)], want[i])
						}
					}
					if query == "" && (len(preview.Commitments) >= len(whole.Commitments) && name != "SQLite" && name != "PostgreSQL" || len(preview.Updates) >= len(whole.Updates)) {
						t.Errorf("the page reads %d of %d commitments and %d of %d updates", len(preview.Commitments), len(whole.Commitments), len(preview.Updates), len(whole.Updates))
					}
					approve()
				}
			}
		})
	}
}
