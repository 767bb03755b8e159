package reports

import (
	"slices"
	"testing"
	"time"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// The months of a report end in the status that its commitments have, and
// tell of those that answer a newest edition, at most as many as a page holds.
func TestTheMonthsOfAReportEndInItsStatus(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := drive(t, d, 0)
		for range 200 {
			r.step()
		}
		s, err := Build(t.Context(), d, About{}, StatusQuery{Query: r.query("one", r.clock().Today(), time.Time{}, false)})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Months) == 0 || len(s.Months) > monthsShown {
			t.Fatalf("%d commitments month by month", len(s.Months))
		}
		var refs []string
		for _, m := range s.Months {
			refs = append(refs, m.Ref)
			i := slices.IndexFunc(s.Commitments, func(c CommitmentStatus) bool { return c.Ref == m.Ref })
			last := m.Months[len(m.Months)-1]
			if c := s.Commitments[i]; last.On != s.D || last.Status != c.Status || m.Title != c.Title {
				t.Errorf("%s ends on %s as %s, and is %s", m.Ref, last.On, last.Status, c.Status)
			}
		}
		if !slices.IsSortedFunc(refs, func(a, b string) int {
			at := func(ref string) int {
				return slices.IndexFunc(s.Commitments, func(c CommitmentStatus) bool { return c.Ref == ref })
			}
			return at(a) - at(b)
		}) {
			t.Errorf("%v are not in the order of the plan", refs)
		}
	})
}
