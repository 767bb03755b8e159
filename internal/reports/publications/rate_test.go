package publications

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// addPeriod adds the period that holds the day of the publications.
func (p *press) addPeriod() {
	p.Do(p.t, func(tx *gorm.DB) error {
		_, err := progress.AddPeriod(tx, p.clock, p.Actors["one"], progress.Period{Country: plantest.Country, Label: "2021-22", StartsOn: plantest.Day("2021-04-01"), EndsOn: plantest.Day("2022-03-31")})
		return err
	})
}

// another adds a second partner.
func (p *press) another() {
	p.Do(p.t, func(tx *gorm.DB) error {
		i, err := accounts.CreateInstitution(tx, accounts.CommandLine(), p.clock.Now(), accounts.InstitutionChange{Code: "EUD", Name: "Name of EUD", ShortName: "EUD", Kind: accounts.PartnerOutside})
		if err != nil {
			return err
		}
		person, err := accounts.CreatePerson(tx, accounts.CommandLine(), p.clock.Now(), p.clock.Today(), accounts.NewPerson{Email: "eud@tracker.example", Institution: "EUD", Role: accounts.Partner, Title: "Post of eud"})
		p.Actors["eud"] = accounts.Actor{PersonID: person.ID, Role: accounts.Partner, InstitutionID: i.ID, Institution: "EUD", InstitutionKind: accounts.PartnerOutside, Post: "Post of eud"}
		return err
	})
}

func (p *press) rate(who, label, ref, value string) error {
	name := "none"
	if sheet, err := p.sheet("use", label); err == nil {
		name = named(sheet, ref).Name
	}
	_, err := p.Rate(p.t.Context(), p.Actors[who], p.key(), plantest.Country, label, name, value, "Because of "+who)
	return err
}

// named finds the row of a reference.
func named(sheet RatingSheet, ref string) (row Rated) {
	for _, one := range sheet.Rows {
		if one.Ref == ref {
			row = one
		}
	}
	return row
}

func (p *press) sheet(who, label string) (RatingSheet, error) {
	return p.Ratings(p.t.Context(), p.Actors[who], plantest.Country, label)
}

// A partner rates what was published to them, for the period of its day, and
// learns of no other partner's rating; nobody else rates in a publication.
func TestPartnersRateInsideAPublication(t *testing.T) {
	eachPress(t, func(p *press) {
		p.addPeriod()
		p.another()
		to, public, other := p.out(plan.Partner, "USE"), p.out(plan.Public), p.out(plan.Partner, "BDS")
		for _, c := range []struct{ who, label, ref, value, want string }{
			{"use", to, "NSF 1.1.1", "at_risk", ""},
			{"use", to, "TIP 2021/1", "partially", ""},
			{"eud", public, "NSF 1.1.1", "off_track", ""},
			{"eud", to, "NSF 1.1.1", "at_risk", "problem.not_found"},
			{"use", other, "NSF 1.1.1", "at_risk", "problem.not_found"},
			{"use", to, "NSF 9.9.9", "at_risk", "problem.not_found"},
			{"use", to, "TIP 2022/1", "fully", "problem.not_found"}, // not released by its day
			{"use", to, "NSF 1.1.1", "fully", "problem.invalid value: ratings.error.value"},
			{"one", to, "NSF 1.1.1", "at_risk", "problem.not_found"},
			{"mha", public, "NSF 1.1.1", "at_risk", "problem.not_found"},
			{"nobody", public, "NSF 1.1.1", "at_risk", "problem.not_found"},
		} {
			if got := said(p.rate(c.who, c.label, c.ref, c.value)); got != c.want {
				p.t.Errorf("%s rates %s in %s: %q, want %q", c.who, c.ref, c.label, got, c.want)
			}
		}
		sheet, err := p.sheet("use", public) // its ratings are its own, in whatever publication
		p.must(err)
		row := named(sheet, "NSF 1.1.1")
		if rated, of := sheet.Count(reports.RatedRecommendation); rated != 1 || of != 2 || row.Mine == nil || row.Mine.Value != "at_risk" || row.Mine.Publication != to {
			p.t.Errorf("%d of %d recommendations are rated, the commitment %+v", rated, of, row.Mine)
		}
		theirs, err := p.sheet("eud", public)
		p.must(err)
		if row := named(theirs, "TIP 2021/1"); row.Mine != nil {
			p.t.Errorf("another partner's rating is shown: %+v", row.Mine)
		}
		p.Read(p.t, func(tx *gorm.DB) error {
			for who, want := range map[string]int{"one": 2, "mha": 2, "auditor": 2, "bds": 0, "use": 1, "eud": 1} {
				v, err := progress.Ratings(tx, p.Actors[who], progress.Rateable{CommitmentID: p.Commitments["NSF 1.1.1"]}, p.clock.Today())
				if err != nil || len(v.Ratings) != want {
					p.t.Errorf("%s knows of %d ratings, want %d, %v", who, len(v.Ratings), want, err)
				}
			}
			return nil
		})
		p.must(p.rate("use", public, "NSF 1.1.1", progress.RatingWithdrawn))
		if sheet, err = p.sheet("use", to); err != nil || sheet.Rows == nil {
			p.t.Fatal(err)
		}
		if row := named(sheet, "NSF 1.1.1"); row.Mine != nil {
			p.t.Errorf("what was taken back is shown: %+v", row.Mine)
		}
	})
}

// What is recalled is rated no more, and a publication whose day lies in no
// period never is.
func TestWhatCannotBeRatedInAPublication(t *testing.T) {
	eachPress(t, func(p *press) {
		label := p.out(plan.Partner, "USE")
		if got := said(p.rate("use", label, "NSF 1.1.1", "at_risk")); got != "ratings.error.no_period" {
			p.t.Errorf("outside every period: %q", got)
		}
		p.addPeriod()
		told, err := p.read("one", label)
		p.must(err)
		p.must(p.Recall(p.t.Context(), p.Actors["one"], p.key(), label, told.Version, "A wrong number.", ""))
		if got := said(p.rate("use", label, "NSF 1.1.1", "at_risk")); got != "publications.error.recalled" {
			p.t.Errorf("recalled: %q", got)
		}
		if n := p.Count(p.t, "SELECT count(*) FROM ratings"); n != 0 {
			p.t.Errorf("%d ratings were stored", n)
		}
	})
}
