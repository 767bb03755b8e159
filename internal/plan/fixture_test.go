package plan

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

var (
	day         = calendar.MustParse
	sast        = time.FixedZone("SAST", 2*3600)
	coordinator = accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	system      = accounts.CommandLine()
)

// at is the clock of nine in the morning of a day.
func at(s string) calendar.Clock {
	d := day(s)
	return calendar.FixedClock(time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, sast))
}

// house is a small plan to test on: ids by code of institution, by number of
// node and by letter of item.
type house struct {
	d            *db.DB
	institutions map[string]int64
	nodes        map[string]int64
	items        map[string]int64
}

// build makes institutions, a framework and an edition of two items.
func build(t *testing.T, d *db.DB) house {
	t.Helper()
	h := house{d: d, institutions: map[string]int64{}, nodes: map[string]int64{}, items: map[string]int64{}}
	h.do(t, func(tx *gorm.DB) error {
		for i, row := range [][4]string{{"MSD", "government"}, {"MHA", "government"}, {"MPPS", "government"}, {"MJC", "government", "", "2021-06-30"},
			{"MLJ", "government"}, {"NEW", "government", "2021-10-01"}, {"BDS", "non_government"}, {"USE", "partner"}} {
			from, _ := calendar.Parse(row[2])
			to, _ := calendar.Parse(row[3])
			err := tx.Exec("INSERT INTO institutions (id, country, code, name, short_name, kind, valid_from, valid_to) VALUES (?, 'LS', ?, ?, ?, ?, ?, ?)",
				i+1, row[0], row[0], row[0], row[1], from, to).Error
			if err != nil {
				return err
			}
			h.institutions[row[0]] = int64(i + 1)
		}
		return h.framework(tx)
	})
	h.do(t, h.edition)
	return h
}

func (h house) framework(tx *gorm.DB) error {
	f, err := AddFramework(tx, at("2021-04-01"), system, Framework{Country: "LS", Code: "NSF", Title: "Plan", ShortName: "Plan", Basis: "illustrative",
		StartsOn: day("2021-04-01"), EndsOn: day("2026-03-31")})
	for _, n := range [][2]string{{"3"}, {"3.10", "3"}, {"3.9", "3"}, {"3.1", "3"}, {"3.1.1", "3.1"}, {"10"}} {
		if err != nil {
			return err
		}
		var node Node
		node, err = AddNode(tx, at("2021-04-01"), system, NodeNew{FrameworkID: f.ID, ParentID: h.nodes[n[1]], Level: "objective", Number: n[0], Title: "Node " + n[0]})
		h.nodes[n[0]] = node.ID
	}
	return err
}

func (h house) edition(tx *gorm.DB) error {
	if _, err := recommendations.AddMechanism(tx, at("2021-04-01"), system, recommendations.MechanismNew{Code: "TIP", Name: "TIP", ShortName: "TIP", Scale: []string{"fully"}}); err != nil {
		return err
	}
	in := recommendations.EditionNew{Country: "LS", Mechanism: "TIP", Year: 2021}
	in.ReleasedOn, in.Completeness = day("2021-07-01"), recommendations.Partial
	e, err := recommendations.AddEdition(tx, at("2021-07-01"), system, in)
	if err != nil {
		return err
	}
	r := recommendations.RecommendationNew{EditionID: e.ID, Items: []recommendations.ItemNew{{Text: "First"}, {Text: "Second"}}}
	r.Title, r.Text, r.Basis = "Asked", "Asked", recommendations.Restated
	made, err := recommendations.AddRecommendation(tx, at("2021-07-01"), system, r)
	if err != nil {
		return err
	}
	items, err := recommendations.ItemsOf(tx, []int64{made.ID})
	for _, i := range items {
		h.items[i.Letter] = i.ID
	}
	return err
}

// do runs a write and fails the test when it is refused.
func (h house) do(t *testing.T, f func(tx *gorm.DB) error) {
	t.Helper()
	if err := h.d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// terms are complete terms led by an institution.
func (h house) terms(lead string, supporting ...string) Terms {
	node := h.nodes["3.1"]
	t := Terms{Title: "Draft the SOPs", Text: "A text", NodeID: &node, LeadID: h.institutions[lead], StartsOn: day("2021-04-01"), DueOn: day("2021-09-30"), Share: Public,
		Milestones: []Milestone{{"Draft", day("2021-05-28")}}, Budget: []BudgetLine{{2021, 18000000, "LSL", "Government"}},
		Themes: []string{"protection"}, Indicia: []int{2}, SDG: []string{"16.2"}}
	for _, code := range supporting {
		t.Supporting = append(t.Supporting, h.institutions[code])
	}
	return t
}

// add makes a commitment of the framework on 20 April 2021.
func (h house) add(t *testing.T, ref string, terms Terms) Commitment {
	t.Helper()
	var c Commitment
	h.do(t, func(tx *gorm.DB) (err error) {
		c, err = Add(tx, at("2021-04-20"), coordinator, CommitmentNew{Country: "LS", Ref: ref, Origin: FromFramework, Terms: terms})
		return err
	})
	return c
}

// commitment reads one by its reference.
func (h house) commitment(t *testing.T, ref string) Commitment {
	t.Helper()
	var c Commitment
	if err := h.d.Read(t.Context(), func(tx *gorm.DB) (err error) { c, err = CommitmentByRef(tx, ref); return err }); err != nil {
		t.Fatal(err)
	}
	return c
}

// revise changes a commitment as the newest form would, on a day, with effect
// from another.
func (h house) revise(t *testing.T, today, effective, ref string, change func(*Terms)) error {
	t.Helper()
	return h.d.Write(t.Context(), func(tx *gorm.DB) error {
		c, err := CommitmentByRef(tx, ref)
		if err != nil {
			return err
		}
		r, err := CurrentRevision(tx, c.ID)
		if err != nil {
			return err
		}
		change(&r.Terms)
		return Revise(tx, at(today), coordinator, CommitmentChange{Ref: ref, Version: c.Version, EffectiveOn: day(effective), Reason: "because", Terms: r.Terms})
	})
}

// inForce reads what holds of every commitment at (D, K).
func (h house) inForce(t *testing.T, d string, k time.Time) map[int64]Revision {
	t.Helper()
	var out map[int64]Revision
	if err := h.d.Read(t.Context(), func(tx *gorm.DB) (err error) {
		if out, err = RevisionsInForce(tx, day(d), k); err != nil {
			return err
		}
		for id, r := range out {
			one, err := RevisionInForce(tx, id, day(d), k)
			if err != nil {
				return err
			}
			if !reflect.DeepEqual(one, r) {
				t.Errorf("among all the revision of commitment %d is\n%+v\nand by itself\n%+v", id, r, one)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// codes turns ids of institutions into their codes.
func (h house) codes(ids ...int64) string {
	var out []string
	for _, id := range ids {
		for code, other := range h.institutions {
			if other == id {
				out = append(out, code)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// fields lists the fields of an Invalid problem, and holds that each message
// has a text.
func fields(t *testing.T, err error) string {
	t.Helper()
	var e *problem.Error
	if !errors.As(err, &e) || e.Kind != problem.Invalid {
		t.Fatalf("%v is no Invalid problem", err)
	}
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range e.Fields {
		if strings.HasPrefix(m.Key, "plan.") && !texts.Has(m.Key) {
			t.Errorf("no text for %s", m.Key)
		}
	}
	return strings.Join(e.FieldNames(), " ")
}
