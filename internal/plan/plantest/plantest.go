// Package plantest makes a small plan with the people who work on it, for
// tests of what stands on a plan. It is made through the rules of the slices.
package plantest

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/recommendations"
)

// Country is the country of the plan.
const Country = "LS"

// Zone is the country's time zone.
var Zone = time.FixedZone("SAST", 2*3600)

// Day is the day of a text such as 2021-11-08.
var Day = calendar.MustParse

// At is the clock that stands at nine in the morning of a day.
func At(day string) calendar.Clock {
	d := Day(day)
	return calendar.FixedClock(time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, Zone))
}

// House is a plan in a database: ids by code of institution, by reference of
// commitment and by reference of item, and people by a short name.
type House struct {
	DB           *db.DB
	Institutions map[string]int64
	Commitments  map[string]int64
	Items        map[string]int64
	Actors       map[string]accounts.Actor
}

var institutions = []struct {
	code string
	kind accounts.Kind
}{{"MHA", accounts.Government}, {"MSD", accounts.Government}, {"MOH", accounts.Government}, {"MSC", accounts.Government},
	{"BDS", accounts.NonGovernment}, {"USE", accounts.PartnerOutside}}

// people are two of a kind where four eyes need two: mha and mha2 are focal
// points of one ministry, one and two coordinators of the secretariat MSC,
// and home is a coordinator of a ministry that leads.
var people = []struct {
	name, institution string
	role              accounts.Role
}{{"mha", "MHA", accounts.FocalPoint}, {"mha2", "MHA", accounts.FocalPoint}, {"msd", "MSD", accounts.FocalPoint}, {"moh", "MOH", accounts.FocalPoint},
	{"bds", "BDS", accounts.FocalPoint}, {"home", "MHA", accounts.Coordinator}, {"one", "MSC", accounts.Coordinator}, {"two", "MSC", accounts.Coordinator},
	{"sign", "MSC", accounts.Countersigner}, {"auditor", "MSC", accounts.Auditor}, {"admin", "MHA", accounts.Administrator}, {"use", "USE", accounts.Partner}}

var commitments = []struct {
	ref, node, lead string
	supporting      []string
	starts, due     string
}{{"NSF 1.1.1", "1.1", "MHA", []string{"MSD", "BDS"}, "2021-04-01", "2021-09-30"}, {"NSF 1.1.2", "1.1", "MSD", nil, "2021-04-01", "2022-03-31"},
	{"NSF 2.1.1", "2.1", "BDS", []string{"MSD"}, "2021-04-01", "2021-12-31"}, {"NSF 2.1.2", "2.1", "MOH", nil, "", ""},
	{"AP-1", "", "MHA", []string{"MOH"}, "2021-06-01", "2021-11-20"}}

// New makes the plan on an empty database, as of April 2021.
func New(tb testing.TB, d *db.DB) *House {
	tb.Helper()
	h := &House{DB: d, Institutions: map[string]int64{}, Commitments: map[string]int64{}, Items: map[string]int64{}, Actors: map[string]accounts.Actor{}}
	h.Do(tb, h.addPeople)
	h.Do(tb, h.addAsked)
	h.Do(tb, h.addPlan)
	return h
}

// Do runs a write and fails the test when it is refused.
func (h *House) Do(tb testing.TB, f func(tx *gorm.DB) error) {
	tb.Helper()
	if err := h.DB.Write(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

// Read runs a read and fails the test when it fails.
func (h *House) Read(tb testing.TB, f func(tx *gorm.DB) error) {
	tb.Helper()
	if err := h.DB.Read(tb.Context(), f); err != nil {
		tb.Fatal(err)
	}
}

// Count runs a query for one number.
func (h *House) Count(tb testing.TB, query string, args ...any) (n int) {
	tb.Helper()
	h.Read(tb, func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&n).Error })
	return n
}

func (h *House) addPeople(tx *gorm.DB) error {
	at, system := At("2021-03-31"), accounts.CommandLine()
	kinds := map[string]accounts.Kind{}
	if err := accounts.SeedSettings(tx, at.Now(), map[string]string{"country_code": Country}); err != nil {
		return err
	}
	for _, i := range institutions {
		made, err := accounts.CreateInstitution(tx, system, at.Now(), accounts.InstitutionChange{Code: i.code, Name: "Name of " + i.code, ShortName: i.code, Kind: i.kind})
		if err != nil {
			return err
		}
		h.Institutions[i.code], kinds[i.code] = made.ID, i.kind
	}
	for _, p := range people {
		title := "Post of " + p.name
		made, err := accounts.CreatePerson(tx, system, at.Now(), at.Today(), accounts.NewPerson{Email: p.name + "@tracker.example",
			Institution: p.institution, Role: p.role, Title: title})
		if err != nil {
			return err
		}
		h.Actors[p.name] = accounts.Actor{PersonID: made.ID, Email: made.Email, PostID: made.PostID, Post: title, Role: p.role,
			InstitutionID: h.Institutions[p.institution], Institution: p.institution, InstitutionName: "Name of " + p.institution, InstitutionKind: kinds[p.institution]}
	}
	return nil
}

// addAsked adds the editions of 2021, with the items 1a, 1b and 2a, and of
// 2022, released on 19 July 2022 with the item 1a.
func (h *House) addAsked(tx *gorm.DB) error {
	at, system := At("2021-03-31"), accounts.CommandLine()
	_, err := recommendations.AddMechanism(tx, at, system, recommendations.MechanismNew{Code: "TIP", Name: "TIP Report", ShortName: "TIP", Scale: []string{"fully", "substantially", "partially", "not_implemented", "no_evidence"}, Responses: []string{"accepted", "noted"}})
	if err != nil {
		return err
	}
	for _, e := range []struct {
		year     int
		released string
		items    [][]recommendations.ItemNew
	}{{2021, "2021-07-01", [][]recommendations.ItemNew{{{Text: "Adopt the guidelines", Lead: "MSD"}, {Text: "Train on them"}}, {{Text: "Fund the shelter"}}}},
		{2022, "2022-07-19", [][]recommendations.ItemNew{{{Text: "Fund the shelter still"}}}}} {
		in := recommendations.EditionNew{Country: Country, Mechanism: "TIP", Year: e.year}
		in.ReleasedOn, in.Completeness, in.Tier = Day(e.released), recommendations.Complete, "Tier 2"
		edition, err := recommendations.AddEdition(tx, at, system, in)
		if err != nil {
			return err
		}
		for n, list := range e.items {
			r := recommendations.RecommendationNew{EditionID: edition.ID, Items: list}
			r.Number, r.Title, r.Text, r.Basis, r.Theme = n+1, "Title of "+list[0].Text, list[0].Text, recommendations.Restated, "protection"
			made, err := recommendations.AddRecommendation(tx, at, system, r)
			if err != nil {
				return err
			}
			items, err := recommendations.ItemsOf(tx, []int64{made.ID})
			if err != nil {
				return err
			}
			for _, i := range items {
				h.Items[i.Ref()] = i.ID
			}
		}
	}
	return nil
}

func (h *House) addPlan(tx *gorm.DB) error {
	at, system, nodes := At("2021-04-01"), accounts.CommandLine(), map[string]int64{}
	f, err := plan.AddFramework(tx, at, system, plan.Framework{Country: Country, Code: "NSF", Title: "Plan", ShortName: "Plan", Basis: "illustrative",
		StartsOn: Day("2021-04-01"), EndsOn: Day("2026-03-31")})
	for _, n := range [][2]string{{"1"}, {"1.1", "1"}, {"2"}, {"2.1", "2"}} {
		if err != nil {
			return err
		}
		var node plan.Node
		node, err = plan.AddNode(tx, at, system, plan.NodeNew{FrameworkID: f.ID, ParentID: nodes[n[1]], Level: "objective", Number: n[0], Title: "Node " + n[0]})
		nodes[n[0]] = node.ID
	}
	for _, c := range commitments {
		if err != nil {
			return err
		}
		terms := plan.Terms{Title: "Title of " + c.ref, Text: "Text of " + c.ref, LeadID: h.Institutions[c.lead], Share: plan.Public,
			Milestones: []plan.Milestone{{Title: "Draft", DueOn: Day("2021-06-30")}, {Title: "Adopted", DueOn: Day("2021-09-30")}}}
		if err := terms.StartsOn.UnmarshalText([]byte(c.starts)); err != nil {
			return err
		}
		if err := terms.DueOn.UnmarshalText([]byte(c.due)); err != nil {
			return err
		}
		for _, code := range c.supporting {
			terms.Supporting = append(terms.Supporting, h.Institutions[code])
		}
		origin := plan.FromActionPlan
		if id, ok := nodes[c.node]; ok {
			origin, terms.NodeID = plan.FromFramework, &id
		}
		var made plan.Commitment
		made, err = plan.Add(tx, at, h.Actors["one"], plan.CommitmentNew{Country: Country, Ref: c.ref, Origin: origin, Terms: terms})
		h.Commitments[c.ref] = made.ID
	}
	return err
}
