package reports

import (
	"fmt"

	"gorm.io/gorm"

	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// terms are those of an indicator of the history: law enforcement that
// everybody may be told of, or victims, which stay inside.
func (r *driver) terms(ref string) indicators.Terms {
	t := indicators.Terms{Title: "Investigations", Text: "Cases opened", Statistic: "investigations", Unit: indicators.Case, Direction: "up", Frequency: "half", InstitutionID: r.Institutions["MHA"],
		Dimensions: []indicators.Dimension{{Code: "novelty"}}, Share: plan.Public, Commitments: []int64{r.Commitments["NSF 1.1.1"]},
		Targets: []indicators.Target{{From: day("2021-04-01"), Amount: indicators.Whole(int64(3 + r.rnd.IntN(9)))}}}
	if ref == "VIC" {
		t.Title, t.Text, t.Statistic, t.Unit, t.Share, t.InstitutionID = "Victims identified", "Persons identified", "victims_identified", indicators.Victim, plan.Internal, r.Institutions["MSD"]
		t.Dimensions = []indicators.Dimension{{Code: "sex"}}
	}
	return t
}

func (r *driver) define() error {
	ref := pick(r, []string{"INV", "VIC"})
	var version int64
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT version FROM indicators WHERE ref = ?", ref).Scan(&version).Error
	})
	store := indicators.New(r.DB, r.clock())
	if version == 0 {
		_, err := store.Add(r.t.Context(), r.actor("one", "two"), r.key(), indicators.IndicatorNew{Country: plantest.Country, Ref: ref, EffectiveOn: day("2021-04-01"), Terms: r.terms(ref)})
		return err
	}
	in := indicators.IndicatorChange{Country: plantest.Country, Ref: ref, Version: version, EffectiveOn: r.back(10), Reason: "Agreed anew", Breaks: r.rnd.IntN(3) == 0, Terms: r.terms(ref)}
	if in.Share == plan.Public {
		in.Share = pick(r, plan.Audiences)
	}
	return store.Change(r.t.Context(), r.actor("one", "two"), r.key(), in)
}

// measure logs and sends a value, that corrects another now and then.
func (r *driver) measure() error {
	ref := pick(r, []string{"INV", "INV", "VIC"})
	who := r.Actors[map[string]string{"INV": "mha", "VIC": "msd"}[ref]]
	in := indicators.MeasurementNew{Country: plantest.Country, Ref: ref, Said: indicators.Said{CoversTo: r.back(150), Qualifier: "exact", Attribution: "government", PartsReason: "Some stand in two columns", Note: "A note"}}
	for _, p := range r.terms(ref).Places() {
		n := indicators.Whole(int64(r.rnd.IntN(6)))
		switch cell := (indicators.Cell{Place: p, Answer: indicators.Number, Amount: &n}); {
		case n == 0:
			cell.Answer = indicators.Zero
			in.Cells = append(in.Cells, cell)
		case n < indicators.Whole(5):
			in.Cells = append(in.Cells, cell)
		default:
			in.Cells = append(in.Cells, indicators.Cell{Place: p, Answer: indicators.NotReported})
		}
	}
	if old := pick(r, r.measurements(progress.Approved)); r.rnd.IntN(4) == 0 {
		in.CorrectsID = old.ID
	}
	_, err := indicators.New(r.DB, r.clock()).Log(r.t.Context(), who, r.key(), in, 0, 0, true)
	return err
}

func (r *driver) measurements(state progress.State) (list []indicators.Measurement) {
	r.Read(r.t, func(tx *gorm.DB) error { return tx.Where("state = ?", state).Order("id").Find(&list).Error })
	return list
}

// decide approves what was measured, or gives it back.
func (r *driver) decide() error {
	m, store := pick(r, r.measurements(progress.Submitted)), indicators.New(r.DB, r.clock())
	if r.rnd.IntN(4) == 0 {
		return store.Return(r.t.Context(), r.actor("one", "two"), r.key(), m.ID, m.Version, "Which are new?")
	}
	return store.Approve(r.t.Context(), r.actor("one", "two"), r.key(), m.ID, m.Version)
}

func (r *driver) choose() error {
	in := indicators.ChoiceNew{MeasurementID: pick(r, r.measurements(progress.Approved)).ID, Reason: "It was closed"}
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT c.measurement_id FROM measurement_choices c JOIN measurements m ON m.year_from = c.year_from AND m.indicator_id = c.indicator_id WHERE m.id = ? AND c.ended_at IS NULL", in.MeasurementID).Scan(&in.Was).Error
	})
	return indicators.New(r.DB, r.clock()).Choose(r.t.Context(), r.actor("one", "two"), r.key(), in)
}

// verify judges a claim that decides a status, on its papers where it has some.
func (r *driver) verify() error {
	var deciding []progress.Update
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Where("id IN (SELECT update_id FROM current_status)").Order("id").Find(&deciding).Error
	})
	u := pick(r, deciding)
	j := progress.Judgement{Verdict: pick(r, progress.Verdicts), Reason: "It was looked at"}
	r.Read(r.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM evidence WHERE update_id = ? ORDER BY id", u.ID).Scan(&j.Papers).Error
	})
	return progress.New(r.DB, r.clock()).Verify(r.t.Context(), r.actor("one", "two"), r.key(), u.ID, u.Version, j)
}

// rate says how a commitment or a recommendation went in the period.
func (r *driver) rate() error {
	in := progress.RatingNew{Value: pick(r, progress.CommitmentScale), Reason: fmt.Sprint("Because of ", r.rnd.IntN(100))}
	on := progress.Rateable{CommitmentID: pick(r, r.commitments()).ID}
	r.Read(r.t, func(tx *gorm.DB) error { return tx.Raw("SELECT min(id) FROM periods").Scan(&in.PeriodID).Error })
	if r.rnd.IntN(3) == 0 {
		on = progress.Rateable{RecommendationID: pick(r, r.asked()).RecommendationID}
		in.Value = pick(r, []string{"fully", "partially", "not_implemented"})
	}
	if on == (progress.Rateable{}) {
		return problem.Missing()
	}
	return progress.New(r.DB, r.clock()).Rate(r.t.Context(), r.actor("one", "two", "mha", "msd"), r.key(), on, in)
}

// countedAgree holds a report's figures, its money and what it tells of changes
// to what its audience may be told.
func (r *driver) countedAgree(s Status) {
	inside := len(s.Money) + len(s.ChangedFigures)
	for _, c := range s.Changes {
		if c.Inside != (ChangeInside{}) {
			inside++
		}
	}
	switch {
	case s.Audience == plan.Internal && len(s.Money) > 0 && len(s.ChangedFigures) > 0:
		r.done["money inside"]++
	case s.Audience != plan.Internal && inside > 0:
		r.t.Errorf("the %s report tells of money or of changes what stays inside", s.Audience)
	}
	for _, one := range s.Indicators {
		for _, y := range one.Years {
			switch {
			case s.Audience == plan.Internal && y.Told():
				r.done["figures inside"]++
			case s.Audience == plan.Internal:
			case y.Unit == indicators.Victim || one.Statistic == "victims_identified" || y.Place != "" || len(y.Cells)+len(y.Others) > 0 || y.Value.Note != "" || y.Value.PartsReason != "" || y.Value.Chosen != "":
				r.t.Errorf("the %s report tells of %s %+v", s.Audience, one.Ref, y)
			case y.Told():
				r.done["figures outside"]++
			}
		}
	}
}
