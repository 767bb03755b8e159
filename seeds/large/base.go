package large

import (
	"fmt"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// place is a node that commitments hang on.
type place struct {
	id     int64
	number string
	theme  string
}

// asked is an item that commitments can answer.
type asked struct {
	id         int64
	releasedOn calendar.Date
}

func (c *country) settings() error {
	return accounts.SeedSettings(c.tx, base().Now(), map[string]string{"country_code": Country, "country_name": "Largeland",
		"owner": "National Committee on Trafficking in Persons", "zone": "Africa/Maseru", "demonstration": "yes"})
}

// institutions adds a secretariat, 30 ministries, 6 organisations outside government and 3 partners.
func (c *country) institutions() error {
	add := func(code, name, short string, kind accounts.Kind) error {
		_, err := accounts.CreateInstitution(c.tx, accounts.CommandLine(), base().Now(),
			accounts.InstitutionChange{Code: code, Name: name, ShortName: short, Kind: kind})
		return err
	}
	if err := add("SEC", "Secretariat of the National Committee", "Secretariat", accounts.Government); err != nil {
		return err
	}
	for i := range 39 {
		field := fields[i%len(fields)]
		code, name, short, kind := fmt.Sprintf("M%02d", i), "Ministry of "+field, field, accounts.Government
		switch {
		case i >= 36:
			code, name, short, kind = fmt.Sprintf("P%02d", i), "Embassy "+fmt.Sprint(i-35), "Embassy "+fmt.Sprint(i-35), accounts.PartnerOutside
		case i >= 30:
			code, name, short, kind = fmt.Sprintf("N%02d", i), "Association for "+field, "Association "+fmt.Sprint(i-29), accounts.NonGovernment
		case i >= len(fields):
			name, short = "Department of "+field, field+" department"
		}
		if err := add(code, name, short, kind); err != nil {
			return err
		}
	}
	return accounts.SeedSettings(c.tx, base().Now(), map[string]string{"secretariat": "SEC"})
}

func (c *country) people() error {
	for _, p := range []accounts.NewPerson{
		{Email: Coordinator, Institution: "SEC", Role: accounts.Coordinator, Title: "Coordinator"},
		{Email: SecondCoordinator, Institution: "SEC", Role: accounts.Coordinator, Title: "Deputy coordinator"},
		{Email: Countersigner, Institution: "M00", Role: accounts.Countersigner, Title: "Principal Secretary"},
		{Email: Auditor, Institution: "M01", Role: accounts.Auditor, Title: "Auditor"},
		{Email: Administrator, Institution: "SEC", Role: accounts.Administrator, Title: "System administrator"},
		{Email: Partner, Institution: "P36", Role: accounts.Partner, Title: "Partner"},
	} {
		if err := c.person(p); err != nil {
			return err
		}
	}
	for i := range 36 {
		code := fmt.Sprintf("M%02d", i)
		if i >= 30 {
			code = fmt.Sprintf("N%02d", i)
		}
		email := "focal." + strings.ToLower(code) + "@tracker.example"
		if err := c.person(accounts.NewPerson{Email: email, Institution: code, Role: accounts.FocalPoint, Title: "Focal point"}); err != nil {
			return err
		}
		c.leads = append(c.leads, c.actors[email])
	}
	c.coordinators = []accounts.Actor{c.actors[Coordinator], c.actors[SecondCoordinator]}
	return nil
}

func (c *country) person(n accounts.NewPerson) error {
	p, err := accounts.CreatePerson(c.tx, accounts.CommandLine(), base().Now(), base().Today(), n)
	if err != nil {
		return err
	}
	i, err := accounts.InstitutionByCode(c.tx, n.Institution)
	c.actors[n.Email] = accounts.Actor{PersonID: p.ID, Email: n.Email, PostID: p.PostID, Post: n.Title, Role: n.Role,
		InstitutionID: i.ID, Institution: i.Code, InstitutionName: i.Name, InstitutionKind: i.Kind}
	return err
}

// framework adds 4 pillars, 20 objectives and 160 outcomes, of which a small country uses the first only.
func (c *country) framework() error {
	f, err := plan.AddFramework(c.tx, base(), accounts.CommandLine(), plan.Framework{Country: Country, Code: "NAP", Title: "National Action Plan 2021-2026",
		ShortName: "National plan", StartsOn: begin, EndsOn: calendar.MustParse("2026-03-31"), Basis: "illustrative", Note: "Invented for measurements."})
	if err != nil {
		return err
	}
	add := func(parent int64, level, number, title, theme string) (int64, error) {
		n, err := plan.AddNode(c.tx, base(), accounts.CommandLine(), plan.NodeNew{FrameworkID: f.ID, ParentID: parent, Level: level, Number: number, Title: title, Theme: theme})
		return n.ID, err
	}
	outcomes := max(1, min(8, c.size.Commitments/500))
	for p, theme := range plan.Themes {
		pillar, err := add(0, "pillar", fmt.Sprint(p+1), "Pillar of "+theme, theme)
		if err != nil {
			return err
		}
		for o := range 5 {
			number := fmt.Sprintf("%d.%d", p+1, o+1)
			objective, err := add(pillar, "objective", number, "Objective: "+one(c, works), theme)
			if err != nil {
				return err
			}
			for k := range outcomes {
				number := fmt.Sprintf("%s.%d", number, k+1)
				id, err := add(objective, "outcome", number, "Outcome: "+one(c, works), theme)
				if err != nil {
					return err
				}
				c.outcomes = append(c.outcomes, place{id, number, theme})
			}
		}
	}
	return nil
}

// ask adds five editions of the TIP report and two each of two treaty bodies.
func (c *country) ask() error {
	for _, m := range []struct {
		code    string
		years   []int
		asks    int
		release string
	}{{"TIP", []int{2021, 2022, 2023, 2024, 2025}, 14, "-07-01"}, {"CEDAW", []int{2020, 2024}, 20, "-03-10"}, {"UPR", []int{2020, 2024}, 24, "-02-20"}} {
		if _, err := recommendations.AddMechanism(c.tx, base(), accounts.CommandLine(), recommendations.MechanismNew{Code: m.code, Name: m.code + " mechanism", ShortName: m.code + " report",
			Scale: []string{"fully", "substantially", "partially", "not implemented", "no evidence"}}); err != nil {
			return err
		}
		for _, year := range m.years {
			if err := c.edition(m.code, year, m.asks, calendar.MustParse(fmt.Sprint(year)+m.release)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *country) edition(mechanism string, year, asks int, released calendar.Date) error {
	e, err := recommendations.AddEdition(c.tx, base(), accounts.CommandLine(), recommendations.EditionNew{Country: Country, Mechanism: mechanism, Year: year,
		EditionFields: recommendations.EditionFields{Tier: "Tier 2", ReleasedOn: released, Completeness: recommendations.Complete, Source: "https://papers.example/" + mechanism}})
	if err != nil {
		return err
	}
	for number := 1; number <= asks; number++ {
		n := recommendations.RecommendationNew{EditionID: e.ID, Number: number, RecommendationFields: recommendations.RecommendationFields{Title: one(c, works),
			Text: c.sentences(2, 4), Basis: recommendations.Restated, Source: "https://papers.example/source", Theme: one(c, recommendations.Themes)}}
		for range 1 + c.rnd.IntN(4) {
			item := recommendations.ItemNew{Text: one(c, works)}
			if c.chance(40) {
				item.Lead = one(c, c.leads).Institution
			}
			n.Items = append(n.Items, item)
		}
		if _, err := recommendations.AddRecommendation(c.tx, base(), accounts.CommandLine(), n); err != nil {
			return err
		}
	}
	var ids []int64
	err = c.tx.Raw("SELECT i.id FROM items i JOIN recommendations r ON r.id = i.recommendation_id WHERE r.edition_id = ? ORDER BY i.id", e.ID).Scan(&ids).Error
	for _, id := range ids {
		c.items = append(c.items, asked{id, released})
	}
	return err
}

// periods adds five years, each with a reporting deadline a quarter and the dates of the mechanism.
func (c *country) periods() error {
	for y := 2021; y < 2026; y++ {
		p := progress.Period{Country: Country, Label: fmt.Sprintf("%d-%02d", y, (y+1)%100), StartsOn: calendar.Of(y, 4, 1), EndsOn: calendar.Of(y+1, 3, 31),
			Answers: recommendations.EditionRef("TIP", y), JudgedBy: recommendations.EditionRef("TIP", y+1)}
		for q := range 4 {
			from := calendar.Of(y, 4, 1).Time().AddDate(0, 3*q, 0)
			to := calendar.From(from.AddDate(0, 3, -1))
			p.Deadlines = append(p.Deadlines, progress.Deadline{Title: fmt.Sprintf("Quarter %d of %s", q+1, p.Label), Purpose: progress.Reporting,
				CoversFrom: calendar.From(from), CoversTo: to, DueOn: to.AddDays(dueDays)})
		}
		p.Deadlines = append(p.Deadlines, progress.Deadline{Title: "Dialogue", Purpose: progress.Dialogue, DueOn: calendar.Of(y, 11, 18)},
			progress.Deadline{Title: "Interim assessment", Purpose: progress.Interim, DueOn: calendar.Of(y+1, 2, 1)},
			progress.Deadline{Title: "End of the period", Purpose: progress.End, DueOn: calendar.Of(y+1, 3, 31)})
		if _, err := progress.AddPeriod(c.tx, base(), accounts.CommandLine(), p); err != nil {
			return err
		}
	}
	return nil
}

// dueDays is how long after a quarter its updates are due.
const dueDays = 15

// dueOn is the day on which an update as of a day is due.
func dueOn(asOf calendar.Date) calendar.Date {
	quarter := calendar.Of(asOf.Year(), asOf.Month()-(asOf.Month()-1)%3+3, 1)
	return quarter.AddDays(dueDays - 1)
}
