package publications

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// Guards what two publications tell differently against the database's
// present: it is of the two frozen reports, though all was changed since.
func TestOnlyWhatIsFrozenIsCompared(t *testing.T) {
	eachPress(t, func(p *press) {
		first := p.out(plan.Partner, "USE")
		p.did("NSF 1.1.1", "The committee met.")
		second := p.out(plan.Partner, "USE")
		tell := func() string {
			c, err := p.Compare(p.t.Context(), p.Actors["use"], plantest.Country, second, first)
			p.must(err)
			if len(c.Is.Commitments) != 1 || c.Is.Rows() != 1 {
				p.t.Fatalf("%d commitments, %d rows differ", len(c.Is.Commitments), c.Is.Rows())
			}
			return fmt.Sprintf("%s %s %+v %+v", c.Two.Was.Label, c.Two.Is.Label, c.Is.Commitments, c.Is.Is.Figures)
		}
		before := tell()
		if !strings.HasPrefix(before, first+" "+second) || !strings.Contains(before, "The committee met.") || strings.Contains(before, "Inside") {
			p.t.Errorf("it tells %s", before)
		}
		p.did("NSF 1.1.1", "The committee met again.")
		u := p.did("AP-1", "Another step.")
		p.Do(p.t, func(tx *gorm.DB) error { return progress.WithdrawSummary(tx, p.clock, p.Actors["two"], u.ID, 3) })
		p.Do(p.t, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE commitments SET title = 'Another title', lead_id = 1").Error
		})
		if after := tell(); after != before {
			p.t.Errorf("after all was changed it tells\n%s\nnot\n%s", after, before)
		}
		c, err := p.Compare(p.t.Context(), p.Actors["use"], plantest.Country, first, second)
		if p.must(err); c.Of.Label != first || c.Two.Was.Label != first || len(c.Is.Commitments) != 1 {
			p.t.Error("named the other way round, then and now changed places")
		}
	})
}

// Each of the two is read by its own permission, and what may not be read is
// missing as what is not there.
func TestEachOfTwoIsReadByItsOwnPermission(t *testing.T) {
	eachPress(t, func(p *press) {
		labels := map[string]string{"internal": p.out(plan.Internal), "use": p.out(plan.Partner, "USE"), "bds": p.out(plan.Partner, "BDS"), "public": p.out(plan.Public), "recalled": p.out(plan.Partner, "USE"), "none": "LS-2021-9999"}
		p.must(p.Recall(p.t.Context(), p.Actors["one"], p.key(), labels["recalled"], 2, "Wrong", ""))
		for who, want := range map[string]map[string]string{
			"nobody":  {"internal": "-", "use": "-", "bds": "-", "public": "y", "recalled": "-"},
			"use":     {"internal": "-", "use": "y", "bds": "-", "public": "y", "recalled": "c"},
			"bds":     {"internal": "-", "use": "-", "bds": "y", "public": "y", "recalled": "-"},
			"mha":     {"internal": "y", "use": "y", "bds": "y", "public": "y", "recalled": "c"},
			"one":     {"internal": "y", "use": "y", "bds": "y", "public": "y", "recalled": "y"},
			"auditor": {"internal": "y", "use": "y", "bds": "y", "public": "y", "recalled": "y"},
		} {
			want["none"] = "-"
			for name, one := range want {
				for _, pair := range [][2]string{{labels["public"], labels[name]}, {labels[name], labels["public"]}} {
					c, err := p.Compare(p.t.Context(), p.Actors[who], plantest.Country, pair[0], pair[1])
					got := map[string]string{"": "y", "problem.not_found": "-", "publications.error.recalled": "c"}[said(err)]
					if got != one || err == nil && c.Is == nil || err != nil && c.Is != nil {
						p.t.Errorf("%s compares %s with %s: %q, want %s", who, pair[0], pair[1], said(err), one)
					}
				}
			}
			if _, err := p.Compare(p.t.Context(), p.Actors[who], "ZZ", labels["public"], labels["public"]); said(err) != "problem.not_found" {
				p.t.Errorf("%s compares in another country: %v", who, err)
			}
			_, others, err := p.Beside(p.t.Context(), p.Actors[who], plantest.Country, labels["public"])
			p.must(err)
			for name, label := range labels {
				offered := false
				for _, t := range others {
					offered = offered || t.Label == label
				}
				if offered != (want[name] == "y" && name != "public") {
					p.t.Errorf("%s is offered %s to compare: %t", who, name, offered)
				}
			}
		}
		if _, others, err := p.Beside(p.t.Context(), p.Actors["use"], plantest.Country, labels["recalled"]); err != nil || len(others) > 0 {
			p.t.Errorf("a recalled one is compared with %d, %v", len(others), err)
		}
		if _, _, err := p.Beside(p.t.Context(), p.Actors["use"], plantest.Country, labels["internal"]); said(err) != "problem.not_found" {
			p.t.Errorf("what they may not see: %v", err)
		}
	})
}

// What holds no status report is neither offered nor taken.
func TestOnlyStatusReportsAreCompared(t *testing.T) {
	number := int64(7)
	one := Told{Publication: Publication{ID: 1, Country: "LS", Label: "LS-2021-0001", Kind: "status", Audience: plan.Public, State: Published}}
	pack, foreign := one, one
	pack.ID, pack.Label, pack.Kind, pack.Number = 2, "LS-2021-0007", "pack", &number
	foreign.ID, foreign.Label, foreign.Country = 3, "ZZ-2021-0001", "ZZ"
	list := []Told{pack, foreign, one}
	if with := Comparable(accounts.Actor{}, list, one); len(with) > 0 {
		t.Errorf("%s is offered", with[0].Label)
	}
	if with := Comparable(accounts.Actor{}, list, pack); len(with) > 0 {
		t.Errorf("a pack is compared with %s", with[0].Label)
	}
	if _, err := statusIn(list, pack.Label); said(err) != "problem.not_found" {
		t.Errorf("a pack is taken: %v", err)
	}
	if got, err := statusIn(list, one.Label); err != nil || got.ID != one.ID {
		t.Errorf("the report is not found: %v", err)
	}
}

// The one before is of the same edition and the same part of the plan, by the
// day of which it tells; a day that two tell of goes by their numbers.
func TestTheOneBeforeIsOfTheSameEditionAndPart(t *testing.T) {
	eachPress(t, func(p *press) {
		out := func(day string, audience plan.Audience, change func(in *Preparation)) string {
			in := p.preparation("one", audience, "USE")
			in.Status.D = plantest.Day(day)
			if change != nil {
				change(&in)
			}
			id, err := p.Prepare(p.t.Context(), p.Actors["one"], p.key(), about, in)
			p.must(err)
			return p.publish("sign", id)
		}
		october, part := out("2021-10-15", plan.Partner, nil), out("2021-10-16", plan.Partner, func(in *Preparation) { in.Status.Scope.Institutions = []string{"MHA"} })
		public, november := out("2021-10-17", plan.Public, nil), out("2021-11-01", plan.Partner, nil)
		late, again := out("2021-10-10", plan.Partner, nil), out("2021-11-01", plan.Partner, nil)
		for label, want := range map[string]string{october: late, part: "", public: "", november: october, late: "", again: november} {
			told, others, err := p.Beside(p.t.Context(), p.Actors["use"], plantest.Country, label)
			p.must(err)
			before, there := Before(others, told)
			if before.Label != want || there != (want != "") {
				p.t.Errorf("before %s of %s comes %q, want %q", label, told.AsOf, before.Label, want)
			}
			c, err := p.Compare(p.t.Context(), p.Actors["use"], plantest.Country, label, "")
			if p.must(err); (c.Is != nil) != there || there && (c.Two.Was.Label != want || c.Two.Is.Label != label || !c.Is.Alike()) {
				p.t.Errorf("%s is compared with %q", label, c.Two.Was.Label)
			}
		}
		c, err := p.Compare(p.t.Context(), p.Actors["use"], plantest.Country, october, part)
		if p.must(err); !c.Is.Scopes || c.Is.Audiences || len(c.Is.GoneCommitments) > 0 {
			p.t.Errorf("a part of the plan is compared as the whole: %v", c.Is.GoneCommitments)
		}
	})
}
