package accounts

import "testing"

// What each role may do, as a table: a new role or a changed rule shows here.
func TestWhatEachRoleMayDo(t *testing.T) {
	const own, foreign = 10, 20
	columns := []struct {
		name string
		can  func(Actor) bool
	}{
		{"read the plan", Actor.CanReadPlan},
		{"read the whole plan", Actor.CanReadWholePlan},
		{"change the plan", Actor.CanChangePlan},
		{"review", Actor.CanReview},
		{"log for their own institution", func(a Actor) bool { return a.CanLogFor(own) }},
		{"log for another institution", func(a Actor) bool { return a.CanLogFor(foreign) }},
		{"read what is in review", Actor.CanReadInReview},
		{"administer", Actor.CanAdminister},
		{"read the trail", Actor.CanReadAudit},
	}
	rows := []struct {
		role Role
		kind Kind
		may  string // a column each: y or n
	}{
		{FocalPoint, Government, "yynnynnnn"},
		{FocalPoint, NonGovernment, "ynnnynnnn"},
		{Coordinator, Government, "yyyyyyynn"},
		{Countersigner, Government, "yynnnnnnn"},
		{Partner, PartnerOutside, "nnnnnnnnn"},
		{Auditor, Government, "yynnnnyny"},
		{Administrator, Government, "yynnnnnyn"},
		{System, "", "yyynnnyyy"},
		{"", "", "nnnnnnnnn"}, // nobody
		{"owner", Government, "nnnnnnnnn"},
	}
	covered := map[Role]bool{}
	for _, r := range rows {
		covered[r.role] = true
		a := Actor{PersonID: 1, Role: r.role, InstitutionID: own, InstitutionKind: r.kind}
		for i, c := range columns {
			if got, want := c.can(a), r.may[i] == 'y'; got != want {
				t.Errorf("%q (%s) may %s: %v, want %v", r.role, r.kind, c.name, got, want)
			}
		}
	}
	for _, r := range Roles {
		if !covered[r] {
			t.Errorf("%s has no row", r)
		}
	}
}
