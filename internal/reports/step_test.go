package reports

import (
	"testing"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// One rule says how far a report to a deadline has come; docs/glossary.md has it in words.
func TestHowFarTheReportToADeadlineHasCome(t *testing.T) {
	day := calendar.MustParse
	d := progress.Deadline{ID: 1, Purpose: progress.Reporting, CoversFrom: day("2021-07-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-15")}
	approved := time.Date(2021, 10, 20, 9, 0, 0, 0, time.UTC)
	u := func(id int64, state progress.State, asOf string) progress.Handed {
		return progress.Handed{Update: id, InstitutionID: 1, State: state, AsOf: day(asOf), ApprovedAt: approved}
	}
	none := func(id int64, asOf string) progress.Handed {
		h := u(id, progress.Approved, asOf)
		h.NoProgress = true
		return h
	}
	draft, back, waits := u(1, progress.Draft, "2021-09-01"), u(2, progress.Returned, "2021-08-01"), u(3, progress.Submitted, "2021-07-01")
	coordinator := accounts.Actor{Role: accounts.Coordinator, InstitutionID: 9}
	own := accounts.Actor{Role: accounts.FocalPoint, InstitutionID: 1, InstitutionKind: accounts.Government}
	other := accounts.Actor{Role: accounts.FocalPoint, InstitutionID: 2, InstitutionKind: accounts.Government}
	for name, c := range map[string]struct {
		actor   accounts.Actor
		on      string
		state   ReportState
		updates []progress.Handed
		want    ReportStep
		decides int64
	}{
		"nothing is expected":                        {coordinator, "2021-10-20", NotDue, nil, StepNotDue, 0},
		"the range has not begun":                    {coordinator, "2021-06-30", NotReported, nil, StepNotDue, 0},
		"nothing is there on the due day":            {coordinator, "2021-10-15", NotReported, nil, StepDue, 0},
		"nothing is there the day after":             {coordinator, "2021-10-16", NotReported, nil, StepNotReported, 0},
		"a draft, to its institution":                {own, "2021-10-15", NotReported, []progress.Handed{draft}, StepDraft, 1},
		"a draft, to a coordinator":                  {coordinator, "2021-10-15", NotReported, []progress.Handed{draft}, StepDue, 0},
		"a draft is no report":                       {own, "2021-10-16", NotReported, []progress.Handed{draft}, StepNotReported, 0},
		"one waits":                                  {coordinator, "2021-10-10", OnTime, []progress.Handed{waits, draft}, StepSubmitted, 3},
		"one came back, another is approved":         {coordinator, "2021-10-10", OnTime, []progress.Handed{u(4, progress.Approved, "2021-09-30"), back}, StepReturned, 2},
		"one came back, another waits":               {coordinator, "2021-10-10", OnTime, []progress.Handed{waits, back}, StepReturned, 2},
		"one came back, to another ministry":         {other, "2021-10-10", OnTime, []progress.Handed{back}, StepDue, 0},
		"the same once the due day has passed":       {other, "2021-10-20", OnTime, []progress.Handed{back}, StepSubmitted, 0},
		"one waits beside one that they may see":     {other, "2021-10-10", OnTime, []progress.Handed{waits, u(4, progress.Approved, "2021-09-30")}, StepApproved, 4},
		"approved":                                   {other, "2021-10-20", OnTime, []progress.Handed{u(4, progress.Approved, "2021-09-30")}, StepApproved, 4},
		"two wait for a day; the later one decides":  {coordinator, "2021-10-10", OnTime, []progress.Handed{u(6, progress.Submitted, "2021-07-01"), waits}, StepSubmitted, 6},
		"likewise in the other order":                {coordinator, "2021-10-10", OnTime, []progress.Handed{waits, u(6, progress.Submitted, "2021-07-01")}, StepSubmitted, 6},
		"no progress was said last":                  {other, "2021-10-20", OnTime, []progress.Handed{none(5, "2021-09-30"), u(4, progress.Approved, "2021-08-31")}, StepNoProgress, 5},
		"no progress was said before":                {other, "2021-10-20", OnTime, []progress.Handed{none(5, "2021-08-31"), u(4, progress.Approved, "2021-09-30")}, StepApproved, 4},
		"late stays late, though it is approved":     {coordinator, "2021-11-20", Late, []progress.Handed{u(4, progress.Approved, "2021-09-30")}, StepLate, 4},
		"late stays late, though it came back since": {coordinator, "2021-11-20", Late, []progress.Handed{back}, StepLate, 2},
	} {
		if got, decides := reportStep(c.actor, d, day(c.on), c.state, c.updates); got != c.want || decides != c.decides {
			t.Errorf("%s: %s by %d, want %s by %d", name, got, decides, c.want, c.decides)
		}
	}
	seen := map[ReportStep]bool{}
	for _, s := range ReportSteps {
		seen[s] = true
	}
	if len(seen) != reportSteps {
		t.Errorf("%d reportSteps are listed", len(seen))
	}
}
