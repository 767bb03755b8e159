package web

import (
	"tracker/internal/accounts"
	"tracker/internal/reports"
)

// firstStep is something that a new instance needs before it can tell where
// the plan stands. Href is empty for a step that is another role's.
type firstStep struct {
	Key  string // names its messages
	Href string
	Role string // whose step it is
	Done bool
}

// firstSteps lists what a new instance needs, in order, for those who can do
// a part of it; none once everything is there.
func firstSteps(o reports.Overview, actor accounts.Actor) []firstStep {
	acting := 0
	for _, i := range o.Institutions {
		if i.Kind != accounts.PartnerOutside {
			acting++
		}
	}
	const administrator, coordinator = string(accounts.Administrator), string(accounts.Coordinator)
	steps := []firstStep{
		{"institutions", "/admin/institutions/new", administrator, acting > 1},                 // the first is that of the administrator
		{"people", "/admin/people/new", administrator, o.Seconds.Enough() || len(o.Lines) > 0}, // later the page warns by itself
		{"framework", "/framework", coordinator, len(o.NodeOrder) > 0},
		{"commitments", "/commitments/new", coordinator, len(o.Lines) > 0},
		{"recommendations", "/recommendations", coordinator, len(o.Items) > 0},
		{"periods", "/periods/new", coordinator, o.HasPeriod},
	}
	missing := 0
	for i := range steps {
		if string(actor.Role) != steps[i].Role {
			steps[i].Href = ""
		}
		if !steps[i].Done {
			missing++
		}
	}
	if missing == 0 || !actor.CanChangePlan() && !actor.CanAdminister() {
		return nil
	}
	return steps
}
