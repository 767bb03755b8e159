package progress

import (
	"strings"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

// own is the institution of the updates in these tests.
const own, foreign = 1, 2

func as(role accounts.Role, institution int64, kind accounts.Kind) accounts.Actor {
	return accounts.Actor{PersonID: 9, Role: role, InstitutionID: institution, InstitutionKind: kind}
}

// A draft is its institution's alone, one made on behalf the coordinators';
// submitted and returned are also for coordinators and auditors, approved for
// everyone in government. d, s, r and a stand for the states that are seen,
// of the institution's own entry and of one made on its behalf.
func TestWhoSeesAnUpdate(t *testing.T) {
	gov, outside := accounts.Government, accounts.NonGovernment
	for _, c := range []struct {
		who            string
		actor          accounts.Actor
		itself, behalf string
	}{
		{"focal point", as(accounts.FocalPoint, own, gov), "dsra", "-sra"},
		{"focal point outside government", as(accounts.FocalPoint, own, outside), "dsra", "-sra"},
		{"another's focal point", as(accounts.FocalPoint, foreign, gov), "---a", "---a"},
		{"another's focal point outside government", as(accounts.FocalPoint, foreign, outside), "---a", "---a"},
		{"coordinator of the institution", as(accounts.Coordinator, own, gov), "dsra", "dsra"},
		{"coordinator", as(accounts.Coordinator, foreign, gov), "-sra", "dsra"},
		{"auditor of the institution", as(accounts.Auditor, own, gov), "-sra", "-sra"},
		{"auditor", as(accounts.Auditor, foreign, gov), "-sra", "-sra"},
		{"administrator of the institution", as(accounts.Administrator, own, gov), "---a", "---a"},
		{"administrator", as(accounts.Administrator, foreign, gov), "---a", "---a"},
		{"countersigner of the institution", as(accounts.Countersigner, own, gov), "---a", "---a"},
		{"countersigner", as(accounts.Countersigner, foreign, gov), "---a", "---a"},
		{"partner", as(accounts.Partner, foreign, accounts.PartnerOutside), "----", "----"},
		{"partner with the institution's number", as(accounts.Partner, own, accounts.PartnerOutside), "----", "----"},
		{"command line", accounts.CommandLine(), "-sra", "-sra"},
		{"nobody", accounts.Actor{}, "----", "----"},
		{"nobody with the institution's number", accounts.Actor{InstitutionID: own}, "----", "----"},
	} {
		for onBehalf, want := range map[bool]string{false: c.itself, true: c.behalf} {
			got := ""
			for _, s := range []State{Draft, Submitted, Returned, Approved} {
				if Visible(c.actor, Update{InstitutionID: own, State: s, OnBehalf: onBehalf}) {
					got += string(s[0])
				} else {
					got += "-"
				}
			}
			if got != want {
				t.Errorf("%s sees %s, want %s (on behalf: %t)", c.who, got, want, onBehalf)
			}
		}
	}
}

// A state that nobody knows is shown like a draft: to nobody else.
func TestAnUnknownStateIsKeptLikeADraft(t *testing.T) {
	if Visible(as(accounts.Coordinator, foreign, accounts.Government), Update{InstitutionID: own, State: "verified"}) {
		t.Error("a coordinator sees another institution's update in an unknown state")
	}
}

// Four eyes: nobody decides on what they had a hand in; an entry made on
// behalf is confirmed by the institution's focal point, every other one by a
// coordinator. The empty text stands for "may".
func TestWhoDecidesOnAnUpdate(t *testing.T) {
	const coordinators, confirms, eyes, state = "problem.coordinators_only", "update.error.confirmed_by_institution", "update.error.four_eyes", "update.error.not_in_review"
	others, coAuthor := []int64{3}, []int64{3, 9, 12}
	gov := accounts.Government
	for _, c := range []struct {
		who      string
		actor    accounts.Actor
		onBehalf bool
		state    State
		authors  []int64
		want     string
	}{
		{"a coordinator", as(accounts.Coordinator, foreign, gov), false, Submitted, others, ""},
		{"a coordinator who edited it", as(accounts.Coordinator, foreign, gov), false, Submitted, coAuthor, eyes},
		{"a coordinator of the institution", as(accounts.Coordinator, own, gov), false, Submitted, others, ""},
		{"a coordinator of the institution who edited it", as(accounts.Coordinator, own, gov), false, Submitted, coAuthor, eyes},
		{"its focal point", as(accounts.FocalPoint, own, gov), false, Submitted, others, coordinators},
		{"its writer", as(accounts.FocalPoint, own, gov), false, Submitted, coAuthor, eyes},
		{"another's focal point", as(accounts.FocalPoint, foreign, gov), false, Submitted, others, coordinators},
		{"a countersigner", as(accounts.Countersigner, foreign, gov), false, Submitted, others, coordinators},
		{"an auditor", as(accounts.Auditor, foreign, gov), false, Submitted, others, coordinators},
		{"an administrator", as(accounts.Administrator, own, gov), false, Submitted, others, coordinators},
		{"a partner", as(accounts.Partner, foreign, accounts.PartnerOutside), false, Submitted, others, coordinators},
		{"the command line", accounts.CommandLine(), false, Submitted, others, coordinators},
		{"nobody", accounts.Actor{}, false, Submitted, nil, coordinators},

		{"its focal point", as(accounts.FocalPoint, own, gov), true, Submitted, others, ""},
		{"its focal point outside government", as(accounts.FocalPoint, own, accounts.NonGovernment), true, Submitted, others, ""},
		{"its focal point who had a hand in it", as(accounts.FocalPoint, own, gov), true, Submitted, coAuthor, eyes},
		{"another's focal point", as(accounts.FocalPoint, foreign, gov), true, Submitted, others, confirms},
		{"a coordinator", as(accounts.Coordinator, foreign, gov), true, Submitted, others, confirms},
		{"a coordinator of the institution", as(accounts.Coordinator, own, gov), true, Submitted, others, confirms},
		{"the coordinator who wrote it", as(accounts.Coordinator, foreign, gov), true, Submitted, coAuthor, eyes},
		{"an administrator of the institution", as(accounts.Administrator, own, gov), true, Submitted, others, confirms},
		{"the command line", accounts.CommandLine(), true, Submitted, others, confirms},

		{"a coordinator, of a draft", as(accounts.Coordinator, own, gov), false, Draft, others, state},
		{"a coordinator, of what was returned", as(accounts.Coordinator, foreign, gov), false, Returned, others, state},
		{"a coordinator, of what was approved", as(accounts.Coordinator, foreign, gov), false, Approved, others, state},
		{"its focal point, of a draft on behalf", as(accounts.FocalPoint, own, gov), true, Draft, others, state},
	} {
		err := CanDecide(c.actor, Update{InstitutionID: own, State: c.state, OnBehalf: c.onBehalf}, c.authors)
		got := ""
		if p, ok := err.(*problem.Error); ok {
			got = p.Key
		} else if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s (on behalf: %t): %q, want %q", c.who, c.onBehalf, got, c.want)
		}
	}
}

func TestWhoIsOnTheWritingSide(t *testing.T) {
	gov := accounts.Government
	var got []string
	for _, c := range []struct {
		who   string
		actor accounts.Actor
	}{
		{"focal", as(accounts.FocalPoint, own, gov)}, {"outside", as(accounts.FocalPoint, own, accounts.NonGovernment)}, {"other focal", as(accounts.FocalPoint, foreign, gov)},
		{"home", as(accounts.Coordinator, own, gov)}, {"coordinator", as(accounts.Coordinator, foreign, gov)}, {"countersigner", as(accounts.Countersigner, own, gov)},
		{"partner", as(accounts.Partner, own, gov)}, {"auditor", as(accounts.Auditor, own, gov)}, {"admin", as(accounts.Administrator, own, gov)},
		{"system", accounts.CommandLine()}, {"nobody", accounts.Actor{InstitutionID: own}},
	} {
		for _, onBehalf := range []bool{false, true} {
			if Writes(c.actor, Update{InstitutionID: own, OnBehalf: onBehalf}) {
				got = append(got, c.who+map[bool]string{true: " on behalf"}[onBehalf])
			}
		}
	}
	if want := "focal, outside, home, home on behalf, coordinator on behalf"; strings.Join(got, ", ") != want {
		t.Errorf("writers are %s, want %s", strings.Join(got, ", "), want)
	}
}

// What an institution keeps inside government stays there, but its own focal
// point reads all of it.
func TestAFocalPointOutsideGovernmentReadsWhatMayLeaveTheWriter(t *testing.T) {
	told := func() *Told {
		return &Told{Update: Update{InstitutionID: own, Done: "Done", Obstacles: "Obstacle", InternalNote: "Note", State: Approved},
			Evidence:  []Evidence{{Title: "kept", Share: "internal"}, {Title: "lent", Share: "partner"}, {Title: "open", Share: "public"}},
			Decisions: []DecisionTold{{Decision: Decision{Kind: Returned, Reason: "Reason"}}}}
	}
	all := func(u *Told) string {
		texts := []string{u.Done, u.Obstacles, u.InternalNote, u.Decisions[0].Reason}
		for _, e := range u.Evidence {
			texts = append(texts, e.Title)
		}
		return strings.Join(texts, " ")
	}
	for _, c := range []struct {
		actor accounts.Actor
		want  string
	}{
		{as(accounts.FocalPoint, foreign, accounts.NonGovernment), "Done    lent open"},
		{as(accounts.FocalPoint, own, accounts.NonGovernment), "Done Obstacle Note Reason kept lent open"},
		{as(accounts.FocalPoint, foreign, accounts.Government), "Done Obstacle Note Reason kept lent open"},
		{as(accounts.Auditor, foreign, accounts.Government), "Done Obstacle Note Reason kept lent open"},
	} {
		u := told()
		withhold(c.actor, u)
		if got := all(u); got != c.want {
			t.Errorf("%s of %s reads %q, want %q", c.actor.Role, c.actor.InstitutionKind, got, c.want)
		}
	}
}
