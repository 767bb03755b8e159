package reports

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// covered is the ledger made by hand, with a government of three institutions,
// an item that names a fourth, and a second mechanism.
func covered() EditionList {
	l := hand()
	for id, i := range l.Institutions {
		if i.Kind = accounts.Government; i.Code == "MOH" {
			i.Kind = accounts.NonGovernment
		}
		l.Institutions[id] = i
	}
	l.demands["UPR"] = &recommendations.Demands{}
	l.addItem(recommendations.ItemRow{ID: 6, Mechanism: "UPR", Year: 2021, Number: 1, RecommendationID: 5, Title: "Other"})
	l.addAnswer(Answer{ID: 9, CommitmentID: 2, ItemID: 6})
	l.addAnswer(Answer{ID: 10, CommitmentID: 5, ItemID: 6})
	l.Items[3].LeadID = 4                                                                   // TIP 2021/2
	l.Items[4].LeadID = 2                                                                   // TIP 2021/3, which MSD answers
	e := EditionList{Ledger: l, Support: map[int64][]string{l.Items[4].ID: {"MOH", "MSD"}}} // of which MSD leads the answer
	for i, row := range []struct {
		mechanism   string
		year, asked int
	}{{"UPR", 2022, 1}, {"TIP", 2022, 0}, {"TIP", 2021, 3}, {"UPR", 2021, 1}, {"TIP", 2020, 1}} {
		e.Editions = append(e.Editions, recommendations.EditionRow{Edition: recommendations.Edition{ID: int64(i + 1), Year: row.year}, Mechanism: row.mechanism, Recommendations: row.asked})
	}
	return e
}

// tabled writes a coverage down, "!" where an institution is expected.
func tabled(v Coverage) (heads, rows string) {
	for _, i := range v.Columns {
		heads += i.Code + " "
	}
	for _, r := range v.Rows {
		rows += cmp.Or(r.Ref, r.Theme) + ":"
		for _, c := range r.Cells {
			mark := ""
			if c.Expected {
				mark = "!"
			}
			rows += fmt.Sprintf(" %d/%d%s", c.Leads, c.Supports, mark)
		}
		rows += fmt.Sprintf(" = %d, %d open\n", r.Answers, r.Open)
	}
	return heads, rows
}

func TestWhoAnswersWhat(t *testing.T) {
	for _, c := range []struct{ edition, by, heads, rows string }{
		{"", "", "IDLE MHA MOH MSD ", "TIP 2021/1: 0/0 2/0 0/1 0/1 = 2, 1 open\nTIP 2021/2: 0/0! 0/0 0/0 0/0 = 0, 1 open\nTIP 2021/3: 0/0 0/0 0/0! 1/0 = 1, 0 open\n"},
		{"TIP 2021", ByTheme, "IDLE MHA MOH MSD ", "prosecution: 0/0 0/0 0/0! 1/0 = 1, 0 open\nprotection: 0/0 2/0 0/1 0/1 = 2, 1 open\nprevention: 0/0! 0/0 0/0 0/0 = 0, 1 open\npartnership: 0/0 0/0 0/0 0/0 = 0, 0 open\n"},
		{"TIP 2020", ByRecommendation, "MHA MOH MSD ", "TIP 2020/1: 1/0 0/1 0/1 = 1, 0 open\n"},
		{"UPR 2021", "colour", "MHA MOH MSD ", "UPR 2021/1: 1/0 1/0 0/0 = 2, 0 open\n"},
		{"UPR 2021", ByTheme, "MHA MOH MSD ", "prosecution: 0/0 0/0 0/0 = 0, 0 open\nprotection: 0/0 0/0 0/0 = 0, 0 open\nprevention: 0/0 0/0 0/0 = 0, 0 open\npartnership: 0/0 0/0 0/0 = 0, 0 open\n: 1/0 1/0 0/0 = 2, 0 open\n"},
		{"TIP 2022", "", "MHA MSD ", ""}, // of which nothing is held
	} {
		heads, rows := tabled(covered().Coverage(c.edition, c.by))
		if heads != c.heads || rows != c.rows {
			t.Errorf("%q by %q: %q\n%swant %q\n%s", c.edition, c.by, heads, rows, c.heads, c.rows)
		}
	}
	v := covered().Coverage("TIP 2021", "")
	if got := fmt.Sprintf("%+v", v.CoverageFacts); got != "{Recommendations:3 NoAnswer:1 ItemsAsked:4 OpenItems:2 Commitments:7 Answering:3 NoneOf:4 Other:1 Orphans:3 Several:1 Idle:["+fmt.Sprintf("%+v", v.Columns[0])+"]}" {
		t.Errorf("the facts are %s", got)
	}
	if none := (EditionList{Ledger: hand()}).Coverage("", ""); none.Edition.ID != 0 || len(none.Rows) != 0 {
		t.Errorf("without editions there are %d rows", len(none.Rows))
	}
}

// countsOpen holds every number of a coverage against the list that it opens.
func countsOpen(t *testing.T, v Coverage) (cells int) {
	t.Helper()
	length := func(f Filter) int { return len(v.Select(f, nil).Lines) }
	same := func(what string, count int, f Filter) {
		t.Helper()
		if n := length(f); n != count {
			t.Errorf("%s by %s, %s: counted %d, the list holds %d", v.Edition.Ref(), v.By, what, count, n)
		}
	}
	edition := v.Edition.Ref()
	for _, r := range v.Rows {
		same(r.Ref+r.Theme, r.Answers, r.Filter(edition))
		for i, c := range r.Cells {
			leads, supports := r.Filter(edition), r.Filter(edition)
			leads.Institution, leads.LeadOnly = v.Columns[i].Code, true
			supports.Institution, supports.SupportOnly = v.Columns[i].Code, true
			same(r.Ref+r.Theme+" leads", c.Leads, leads)
			same(r.Ref+r.Theme+" supports", c.Supports, supports)
			cells += c.Leads + c.Supports
		}
	}
	for i, n := range v.Leads {
		same("all leads", n, Filter{Answers: edition, Institution: v.Columns[i].Code, LeadOnly: true})
	}
	same("answering", v.Answering, Filter{Answers: edition})
	same("none of it", v.NoneOf, Filter{Answers: AnswersNoneOf + edition})
	same("others", v.Other, Filter{Answers: AnswersOther + edition})
	same("orphans", v.Orphans, Filter{Answers: AnswersNothing})
	same("several", v.Several, Filter{Answers: AnswersSeveral})
	for answered, n := range map[string]int{AnsweredNone: v.NoAnswer, "": v.Recommendations} {
		if got := len(v.SelectAsked(AskedFilter{Edition: edition, Answered: answered}).List); got != n {
			t.Errorf("%s, answered %q: counted %d, the list holds %d", edition, answered, n, got)
		}
	}
	return cells
}

func TestACoverageCountsTheListsThatItOpens(t *testing.T) {
	for _, edition := range []string{"TIP 2021", "TIP 2020", "UPR 2021"} {
		for _, by := range CoverageKinds {
			if countsOpen(t, covered().Coverage(edition, by)) == 0 {
				t.Errorf("%s by %s counts nothing", edition, by)
			}
		}
	}
}

// Both engines tell the same coverage; a focal point outside government, who
// may not see all of the plan, is told of none.
func TestACoverageIsForReadersOfTheWholePlan(t *testing.T) {
	var told []string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		for _, ref := range []string{"NSF 1.1.1", "AP-1"} {
			r.Do(t, func(tx *gorm.DB) error {
				_, err := plan.Link(tx, r.clock(), r.Actors["one"], plan.AnswerNew{Ref: ref, ItemID: r.Items["TIP 2021/2a"], Extent: plan.Wholly, Reason: "It does"})
				return err
			})
		}
		for _, who := range []string{"bds", "use"} {
			if _, err := New(d).Editions(t.Context(), r.query(who, r.clock().Today(), time.Time{}, true)); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s is told who answers what: %v", who, err)
			}
		}
		for _, now := range []bool{true, false} {
			e, err := New(d).Editions(t.Context(), r.query("mha", r.clock().Today(), time.Time{}, now))
			if err != nil {
				t.Fatal(err)
			}
			v := e.Coverage("", "")
			if countsOpen(t, v) == 0 || countsOpen(t, e.Coverage("", ByTheme)) == 0 {
				t.Errorf("nothing is counted (now: %t)", now)
			}
			heads, rows := tabled(v)
			told = append(told, heads+rows)
		}
	})
	if len(told) != 4 || told[0] != told[1] || told[0] != told[2] || told[0] != told[3] {
		t.Errorf("the engines, now and from history, tell %q", told)
	}
}
