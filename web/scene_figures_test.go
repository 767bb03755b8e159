package web

import (
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/indicators"
	"tracker/internal/plan"
)

// figures counts one thing of Social Development and one of the organisation,
// with a measurement in each state (the former are trainings, which partners may be told of), and a year of which two values are told.
func (s *scene) figures() {
	ctx := s.t.Context()
	for name, v := range map[string]*visitor{"counted": s.msd, "counted_ngo": s.ngo} {
		ref := "C-" + v.actor.Institution
		terms := indicators.Terms{Title: "Served by " + ref, Text: "Who was served by " + ref, Source: "Register of " + ref, Unit: indicators.Victim, Direction: "none", Frequency: "quarter", InstitutionID: v.actor.InstitutionID}
		if v == s.msd {
			terms.Unit, terms.Statistic, terms.Share = indicators.OfficialTrained, "training", plan.Partner
		}
		_, err := s.s.Indicators.Add(ctx, s.one.actor, newKey(), indicators.IndicatorNew{Country: "LS", Ref: ref, Terms: terms})
		must(s.t, err)
		s.objects[name] = ref
	}
	log := func(name string, v *visitor, ref, to string, corrects, edition int64, send bool) int64 {
		s.t.Helper()
		cell, _, _ := indicators.Terms{Unit: indicators.Victim}.Read("", "7")
		in := indicators.MeasurementNew{Country: "LS", Ref: ref, CorrectsID: corrects, Said: indicators.Said{CoversTo: day(to), Basis: indicators.Logged, EditionID: edition, Source: "Source of " + name, Note: "Note on " + name,
			PartsReason: "Parts of " + name, Cells: []indicators.Cell{cell}}}
		if edition != 0 {
			in.Basis = indicators.Reported
		}
		id, err := s.s.Indicators.Log(ctx, v.actor, newKey(), in, 0, 0, send)
		must(s.t, err)
		s.objects[name] = itoa(id)
		return id
	}
	approve := func(id int64, by *visitor) int64 {
		must(s.t, s.s.Indicators.Approve(ctx, by.actor, newKey(), id, 2))
		return id
	}
	msd, ngo := s.objects["counted"], s.objects["counted_ngo"]
	old := approve(log("m_old", s.msd, msd, "2021-03-31", 0, 0, true), s.one)
	now := approve(log("m_approved", s.msd, msd, "2021-03-31", old, 0, true), s.one)
	var edition int64
	must(s.t, s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT id FROM editions WHERE year = 2021").Scan(&edition).Error
	}))
	approve(log("m_told", s.one, msd, "2021-03-31", 0, edition, true), s.two)
	must(s.t, s.s.Indicators.Choose(ctx, s.one.actor, newKey(), indicators.ChoiceNew{MeasurementID: now, Reason: "The register was closed after it"}))
	log("m_draft", s.msd, msd, "2021-10-31", 0, 0, false)
	log("m_sent", s.msd, msd, "2021-10-31", 0, 0, true)
	must(s.t, s.s.Indicators.Return(ctx, s.one.actor, newKey(), log("m_back", s.msd, msd, "2021-09-30", 0, 0, true), 2, "Say which of them are new"))
	log("m_behalf_draft", s.one, msd, "2021-10-31", 0, 0, false)
	log("m_behalf", s.one, msd, "2021-10-31", 0, 0, true)
	approve(log("m_ngo", s.ngo, ngo, "2021-09-30", 0, 0, true), s.one)
	s.objects["msd_id"] = itoa(s.msd.actor.InstitutionID)
}

// figuresToClear has the deputy ask for clearance of figures, once in vain.
func (s *scene) figuresToClear(deputy *visitor) {
	terms := indicators.Terms{Title: "Counted by Home Affairs", Text: "What Home Affairs counts", Unit: indicators.Case, Direction: "up", Frequency: "half", Source: "Register", InstitutionID: s.mha.actor.InstitutionID}
	_, err := s.s.Indicators.Add(s.t.Context(), s.one.actor, newKey(), indicators.IndicatorNew{Country: "LS", Ref: "HOME", Terms: terms})
	must(s.t, err)
	for name, to := range map[string]string{"m_to_clear": "2021-10-31", "m_not_cleared": "2021-09-30"} {
		cell, _, _ := terms.Read("", "5")
		in := indicators.MeasurementNew{Country: "LS", Ref: "HOME", Said: indicators.Said{CoversTo: day(to), Source: "Source of " + name, Note: "Note on " + name, PartsReason: "Parts of " + name, Cells: []indicators.Cell{cell}}}
		id, err := s.s.Indicators.Log(s.t.Context(), deputy.actor, newKey(), in, 0, 0, true)
		must(s.t, err)
		s.objects[name] = itoa(id)
	}
	refused, _ := strconv.ParseInt(s.objects["m_not_cleared"], 10, 64)
	must(s.t, s.s.Indicators.RefuseClearance(s.t.Context(), s.mha.actor, newKey(), "LS", refused, 2, "The register counts another month"))
}
