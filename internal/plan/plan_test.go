package plan

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func TestNumbersSortAsNumbers(t *testing.T) {
	for _, pair := range [][2]string{{"NSF 3.9", "NSF 3.10"}, {"MSD-2", "MSD-10"}, {"3", "3.1"}, {"3.1.2", "3.2"}, {"AP-1", "NSF 1"}} {
		if !(SortKey(pair[0]) < SortKey(pair[1])) {
			t.Errorf("%s does not come before %s: %q %q", pair[0], pair[1], SortKey(pair[0]), SortKey(pair[1]))
		}
	}
}

func TestSearchIgnoresAccentsAndCase(t *testing.T) {
	for in, want := range map[string]string{" Ministère  de l'INTÉRIEUR ": "ministere de l'interieur", "Sefotho sa 'Nete": "sefotho sa 'nete", "": ""} {
		if got := Fold(in); got != want {
			t.Errorf("%q folds to %q, want %q", in, got, want)
		}
	}
}

// Guards 3.10 after 3.9 and every node after its parent.
func TestTheTreeIsInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		trees, err := New(d, at("2021-11-08")).Frameworks(t.Context(), coordinator, "LS")
		if err != nil || len(trees) != 1 {
			t.Fatal(trees, err)
		}
		var numbers []string
		for _, n := range trees[0].Nodes {
			numbers = append(numbers, n.Number)
		}
		if got := strings.Join(numbers, " "); got != "3 3.1 3.1.1 3.9 3.10 10" {
			t.Errorf("the tree is %s", got)
		}
		var path []string
		if err := d.Read(t.Context(), func(tx *gorm.DB) error {
			way, err := Path(tx, h.nodes["3.1.1"])
			for _, n := range way {
				path = append(path, n.Number)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(path, " "); got != "3 3.1 3.1.1" {
			t.Errorf("the path is %s", got)
		}
		if _, err := New(d, at("2021-11-08")).Frameworks(t.Context(), accounts.Actor{Role: accounts.FocalPoint, InstitutionKind: accounts.NonGovernment}, "LS"); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a focal point outside government reads the framework: %v", err)
		}
	})
}

func TestAFirstRevisionHoldsFromTheStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		c := h.add(t, "NSF 3.1.1", h.terms("MSD", "MHA", "BDS"))
		later := h.terms("MHA")
		later.StartsOn = day("2021-06-01")
		h.add(t, "NSF 3.1.2", later)
		recorded := at("2021-04-20").Now()
		for _, x := range []struct {
			d    string
			k    time.Time
			want int
		}{{"2021-03-31", recorded, 0}, {"2021-04-01", recorded, 1}, {"2021-04-19", recorded, 1}, {"2021-04-20", recorded, 2},
			{"2021-11-08", recorded.Add(-time.Microsecond), 0}} {
			if got := len(h.inForce(t, x.d, x.k)); got != x.want {
				t.Errorf("at (%s, %s) %d commitments exist, want %d", x.d, x.k, got, x.want)
			}
		}
		r := h.inForce(t, "2021-11-08", recorded)[c.ID]
		if r.Budget[0].AmountCents != 18000000 || r.Milestones[0].DueOn != day("2021-05-28") || h.codes(r.Supporting...) != "BDS MHA" || r.SDG[0] != "16.2" || r.Indicia[0] != 2 || r.Share != Public {
			t.Errorf("read back: %+v", r)
		}
		if got := h.commitment(t, "NSF 3.1.1"); got.Search != "nsf 3.1.1 draft the sops a text" || got.LeadID != h.institutions["MSD"] || !got.CreatedAt.Equal(recorded) {
			t.Errorf("the commitment reads %+v", got)
		}
	})
}

// Guards reports of an earlier day, and of an earlier state of knowledge,
// against revisions that come later or are dated back.
func TestRevisionsDatedBackLeaveTheNewestInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		id := h.add(t, "NSF 3.1.1", h.terms("MSD", "MHA")).ID
		due := func(s string) func(*Terms) { return func(terms *Terms) { terms.DueOn = day(s) } }
		if err := h.revise(t, "2021-09-06", "2021-09-06", "NSF 3.1.1", due("2021-10-31")); err != nil {
			t.Fatal(err)
		}
		if err := h.revise(t, "2021-10-04", "2021-08-01", "NSF 3.1.1", func(terms *Terms) { terms.DueOn, terms.Supporting = day("2021-10-15"), nil }); err != nil {
			t.Fatal(err)
		}
		first, second, third := at("2021-04-20").Now(), at("2021-09-06").Now(), at("2021-10-04").Now()
		for _, x := range []struct {
			d    string
			k    time.Time
			want string
		}{
			{"2021-07-31", third, "2021-09-30"}, {"2021-08-01", third, "2021-10-15"}, {"2021-09-05", third, "2021-10-15"}, {"2021-09-06", third, "2021-10-31"},
			{"2021-11-08", third, "2021-10-31"}, {"2021-11-08", second, "2021-10-31"}, {"2021-08-15", second, "2021-09-30"}, {"2021-11-08", first, "2021-09-30"},
		} {
			if got := h.inForce(t, x.d, x.k)[id].DueOn.String(); got != x.want {
				t.Errorf("at (%s, %s) due on %s, want %s", x.d, x.k.Format(time.DateOnly), got, x.want)
			}
		}
		if got := h.commitment(t, "NSF 3.1.1"); got.DueOn != day("2021-10-31") || got.Version != 3 {
			t.Errorf("the commitment repeats %+v, not the newest revision", got)
		}
		if _, supports, err := commitmentsOf(t, d, h.institutions["MHA"]); err != nil || len(supports) != 1 {
			t.Errorf("a revision dated back took the support away: %v, %v", supports, err)
		}
		var steps []RevisionStep
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { steps, err = History(tx, id); return err }); err != nil {
			t.Fatal(err)
		}
		if len(steps) != 3 || len(steps[0].Changed) != 0 || steps[1].Changed[0] != (Difference{"due_on", "2021-09-30", "2021-10-31"}) {
			t.Errorf("history: %+v", steps)
		}
		if got := steps[2].Changed; len(got) != 2 || got[0] != (Difference{"supporting", "MHA", ""}) || got[1] != (Difference{"due_on", "2021-09-30", "2021-10-15"}) {
			t.Errorf("the revision dated back changed %+v", got)
		}
	})
}

// commitmentsOf reads what an institution leads and supports by the newest
// revisions.
func commitmentsOf(t *testing.T, d *db.DB, institutionID int64) (leads, supports []Commitment, err error) {
	t.Helper()
	err = d.Read(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Where("lead_id = ?", institutionID).Find(&leads).Error; err != nil {
			return err
		}
		return tx.Where("id IN (SELECT commitment_id FROM supports WHERE institution_id = ?)", institutionID).Find(&supports).Error
	})
	return leads, supports, err
}

func TestWhatARevisionMustSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 3.1.1", h.terms("MSD"))
		future := h.terms("MSD")
		future.StartsOn = day("2021-12-01")
		future.DueOn = day("2022-03-31")
		h.add(t, "NSF 3.1.2", future)
		change := func(ref, effective, reason string, version int64) CommitmentChange {
			terms := h.terms("MSD")
			terms.StartsOn, terms.DueOn = day("2021-12-01"), day("2022-01-31")
			return CommitmentChange{Ref: ref, Version: version, EffectiveOn: day(effective), Reason: reason, Terms: terms}
		}
		for name, c := range map[string]struct {
			in   CommitmentChange
			kind problem.Kind
			want string
		}{
			"begun, without a reason": {change("NSF 3.1.1", "2021-11-08", " ", 1), problem.Invalid, "reason"},
			"tomorrow":                {change("NSF 3.1.1", "2021-11-09", "x", 1), problem.Invalid, "effective_on"},
			"before the commitment":   {change("NSF 3.1.1", "2021-03-31", "x", 1), problem.Invalid, "effective_on"},
			"an old version":          {change("NSF 3.1.1", "2021-11-08", "x", 2), problem.Conflict, ""},
			"no such commitment":      {change("NSF 9", "2021-11-08", "x", 1), problem.NotFound, ""},
		} {
			err := d.Write(t.Context(), func(tx *gorm.DB) error { return Revise(tx, at("2021-11-08"), coordinator, c.in) })
			if problem.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			} else if c.kind == problem.Invalid && fields(t, err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		h.do(t, func(tx *gorm.DB) error {
			return Revise(tx, at("2021-11-08"), coordinator, change("NSF 3.1.2", "2021-11-08", "", 1))
		}) // not begun
		if err := h.revise(t, "2021-11-08", "2021-11-08", "NSF 3.1.1", func(*Terms) {}); problem.KindOf(err) != problem.Invalid {
			t.Errorf("a change that changes nothing was recorded: %v", err)
		}
		if got := h.commitment(t, "NSF 3.1.1"); got.Version != 1 {
			t.Errorf("what was refused moved the version to %d", got.Version)
		}
	})
}

func TestWhatTermsMustHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 3.1.1", h.terms("MSD"))
		unknown := int64(99)
		for name, c := range map[string]struct {
			ref    string
			change func(*Terms)
			want   string
		}{
			"a reference with a slash":    {"NSF/1", func(*Terms) {}, "ref"},
			"a reference in use":          {"NSF 3.1.1", func(*Terms) {}, "ref"},
			"no node":                     {"NSF 1", func(t *Terms) { t.NodeID = nil }, "node"},
			"an unknown node":             {"NSF 1", func(t *Terms) { t.NodeID = &unknown }, "node"},
			"a partner leads":             {"NSF 1", func(t *Terms) { t.LeadID = h.institutions["USE"] }, "lead"},
			"a partner supports":          {"NSF 1", func(t *Terms) { t.Supporting = []int64{h.institutions["USE"]} }, "supporting"},
			"the lead supports":           {"NSF 1", func(t *Terms) { t.Supporting = []int64{t.LeadID} }, "supporting"},
			"a ministry not yet there":    {"NSF 1", func(t *Terms) { t.LeadID = h.institutions["NEW"] }, "lead"},
			"due before the start":        {"NSF 1", func(t *Terms) { t.DueOn = day("2021-03-01") }, "due_on"},
			"no audience":                 {"NSF 1", func(t *Terms) { t.Share = "world" }, "share"},
			"a milestone without a day":   {"NSF 1", func(t *Terms) { t.Milestones = append(t.Milestones, Milestone{Title: "x"}) }, "milestones.1.due_on"},
			"money below zero":            {"NSF 1", func(t *Terms) { t.Budget[0].AmountCents = -1 }, "budget.0.amount"},
			"a currency in small letters": {"NSF 1", func(t *Terms) { t.Budget[0].Currency = "lsl" }, "budget.0.currency"},
			"a fifth P":                   {"NSF 1", func(t *Terms) { t.Themes = []string{"policy"} }, "themes"},
			"a thirteenth indicium":       {"NSF 1", func(t *Terms) { t.Indicia = []int{13} }, "indicia"},
			"an eighteenth goal":          {"NSF 1", func(t *Terms) { t.SDG = []string{"18.1"} }, "sdg"},
			"no words":                    {"NSF 1", func(t *Terms) { t.Title, t.Text = "", " " }, "text title"},
		} {
			terms := h.terms("MSD")
			c.change(&terms)
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				_, err := Add(tx, at("2021-04-20"), coordinator, CommitmentNew{Country: "LS", Ref: c.ref, Origin: FromFramework, Terms: terms})
				return err
			})
			if got := fields(t, err); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		ended := h.terms("MJC")
		ended.StartsOn = day("2021-07-01")
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			_, err := Add(tx, at("2021-07-20"), coordinator, CommitmentNew{Country: "LS", Ref: "NSF 1", Origin: FromFramework, Terms: ended})
			return err
		})
		if got := fields(t, err); got != "lead" {
			t.Errorf("a ministry that ended leads: %q", got)
		}
	})
}

func TestWhoSeesWhichCommitment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 1", h.terms("BDS"))
		h.add(t, "NSF 2", h.terms("MSD", "BDS"))
		h.add(t, "NSF 3", h.terms("MSD", "MHA"))
		person := func(role accounts.Role, kind accounts.Kind, institution string) accounts.Actor {
			return accounts.Actor{PersonID: 9, Role: role, InstitutionKind: kind, InstitutionID: h.institutions[institution]}
		}
		s := New(d, at("2021-11-08"))
		for name, c := range map[string]struct {
			actor accounts.Actor
			want  string
		}{
			"coordinator":                     {coordinator, "NSF 1 NSF 2 NSF 3"},
			"auditor":                         {person(accounts.Auditor, accounts.Government, "MHA"), "NSF 1 NSF 2 NSF 3"},
			"focal point of another ministry": {person(accounts.FocalPoint, accounts.Government, "MPPS"), "NSF 1 NSF 2 NSF 3"},
			"focal point outside government":  {person(accounts.FocalPoint, accounts.NonGovernment, "BDS"), "NSF 1 NSF 2"},
			"partner":                         {person(accounts.Partner, accounts.PartnerOutside, "USE"), ""},
			"partner named as the lead's own": {person(accounts.Partner, accounts.PartnerOutside, "BDS"), ""},
			"nobody":                          {accounts.Actor{}, ""},
		} {
			list, err := s.Commitments(t.Context(), c.actor)
			var seen []string
			for _, com := range list {
				seen = append(seen, com.Ref)
			}
			if got := strings.Join(seen, " "); got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("%s lists %q, %v", name, got, err)
			}
			for _, ref := range []string{"NSF 1", "NSF 2", "NSF 3", "NSF 4"} {
				_, err := s.Commitment(t.Context(), c.actor, ref)
				if open := strings.Contains(c.want, ref); open != (err == nil) || !open && problem.KindOf(err) != problem.NotFound {
					t.Errorf("%s opens %s: %v", name, ref, err)
				}
			}
		}
	})
}

func TestWhoMayChangeThePlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 1", h.terms("MSD"))
		s := New(d, at("2021-11-08"))
		in := CommitmentNew{Country: "LS", Ref: "NSF 2", Origin: FromFramework, Terms: h.terms("MSD")}
		for actor, want := range map[accounts.Actor]problem.Kind{{}: problem.NotFound, {Role: accounts.Partner}: problem.NotFound,
			{Role: accounts.FocalPoint, InstitutionID: h.institutions["MSD"], InstitutionKind: accounts.Government}: problem.Forbidden,
			{Role: accounts.Auditor}: problem.Forbidden, {Role: accounts.Administrator}: problem.Forbidden, {Role: accounts.Countersigner}: problem.Forbidden} {
			for name, err := range map[string]error{
				"add":      second(s.Add(t.Context(), actor, "0123456789abcdef", in)),
				"revise":   s.Revise(t.Context(), actor, "0123456789abcdef", CommitmentChange{Ref: "NSF 1", Version: 1, Reason: "x", Terms: h.terms("MHA")}),
				"transfer": second(s.MakeTransfers(t.Context(), actor, "0123456789abcdef", TransferNew{})),
				"link":     s.Link(t.Context(), actor, "0123456789abcdef", AnswerNew{Ref: "NSF 1", ItemID: h.items["a"]}),
				"end":      s.End(t.Context(), actor, "0123456789abcdef", AnswerEnd{ID: 1}),
				"node":     s.AddNode(t.Context(), actor, "0123456789abcdef", NodeNew{}),
			} {
				if problem.KindOf(err) != want {
					t.Errorf("%q may %s: %v", actor.Role, name, err)
				}
			}
		}
		for range 2 { // the second is the repeated post
			if ref, err := s.Add(t.Context(), coordinator, "0123456789abcdef", in); err != nil || ref != "NSF 2" {
				t.Errorf("%q, %v", ref, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
