package reports

import (
	"slices"
	"testing"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/seeds/large"
)

// What a report tells of who answers what is what its own commitments say, for
// every audience: a commitment that is not told of gives nothing away.
func TestCoverageInAReportIsOfTheCommitmentsThatItTellsOf(t *testing.T) {
	eachKept(t, func(t *testing.T, d *db.DB) {
		actor, told := keptActor(t, d, large.Coordinator), map[plan.Audience]int{}
		for _, audience := range plan.Audiences {
			q := StatusQuery{Query: Query{Actor: actor, Country: large.Country, Rules: DefaultRules, D: calendar.From(large.Now)}, Audience: audience}
			s, err := Build(t.Context(), d, About{Country: large.Country}, q)
			if err != nil {
				t.Fatal(err)
			}
			newest := map[string]bool{}
			for _, r := range s.Recommendations {
				newest[r.Ref] = r.Newest
			}
			leads, supports, there := map[string][]string{}, map[string][]string{}, map[string]bool{}
			for _, c := range s.Commitments {
				there[c.Lead] = true
				for _, ref := range c.Answers {
					if newest[ref] {
						leads[c.Lead] = append(leads[c.Lead], ref)
					}
				}
			}
			for _, c := range s.Commitments {
				for _, code := range c.Supporting {
					there[code] = true
					for _, ref := range c.Answers {
						if newest[ref] && !slices.Contains(leads[code], ref) {
							supports[code] = append(supports[code], ref)
						}
					}
				}
			}
			if len(s.Coverage) != len(there) {
				t.Errorf("%s: %d institutions of %d", audience, len(s.Coverage), len(there))
			}
			for _, c := range s.Coverage {
				told[audience] += len(c.Leads) + len(c.Supports)
				if !sameSet(c.Leads, leads[c.Institution]) || !sameSet(c.Supports, supports[c.Institution]) {
					t.Errorf("%s: %s leads %v and supports %v, want %v and %v", audience, c.Institution, c.Leads, c.Supports, leads[c.Institution], supports[c.Institution])
				}
			}
		}
		if told[plan.Internal] <= told[plan.Public] || told[plan.Public] == 0 {
			t.Errorf("told: %v", told)
		}
	})
}

// The report of a country and the page that anybody of its government opens
// count the same.
func TestCoverageInAReportIsThatOfItsPage(t *testing.T) {
	eachKept(t, func(t *testing.T, d *db.DB) {
		actor := keptActor(t, d, large.Coordinator)
		s, err := Build(t.Context(), d, About{Country: large.Country}, StatusQuery{Query: Query{Actor: actor, Country: large.Country, Rules: DefaultRules, D: calendar.From(large.Now)}, Audience: plan.Internal})
		if err != nil {
			t.Fatal(err)
		}
		e, err := New(d).Editions(t.Context(), keptQuery(actor))
		if err != nil {
			t.Fatal(err)
		}
		leads, supports := map[string][]string{}, map[string][]string{}
		for _, edition := range e.Editions {
			v := e.Coverage(edition.Ref(), ByRecommendation)
			if !v.Newest {
				continue
			}
			for _, row := range v.Rows {
				for i, cell := range row.Cells {
					if code := v.Columns[i].Code; cell.Leads > 0 {
						leads[code] = append(leads[code], row.Ref)
					} else if cell.Supports > 0 {
						supports[code] = append(supports[code], row.Ref)
					}
				}
			}
		}
		if len(leads) < 3 {
			t.Errorf("the page knows of %d institutions that answer", len(leads))
		}
		for _, c := range s.Coverage {
			if !sameSet(c.Leads, leads[c.Institution]) || !sameSet(c.Supports, supports[c.Institution]) {
				t.Errorf("%s: the report says %v and %v, the page %v and %v", c.Institution, c.Leads, c.Supports, leads[c.Institution], supports[c.Institution])
			}
		}
	})
}

// sameSet says whether a list holds what another does, once each.
func sameSet(got, want []string) bool {
	want = slices.Compact(slices.Sorted(slices.Values(want)))
	return slices.Equal(slices.Sorted(slices.Values(got)), want)
}
