package dialogues

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// talked is a dialogue on its day, with a ministry, a partner and another one.
func talked(t *testing.T, d *db.DB) (s *Store, id int64, agenda []AgendaItem, ids map[string]int64) {
	t.Helper()
	early := filled(t, d)
	id, agenda = planned(t, early)
	ids = map[string]int64{}
	err := d.Write(t.Context(), func(tx *gorm.DB) error {
		for code, kind := range map[string]accounts.Kind{"MHA": accounts.Government, "USE": accounts.PartnerOutside, "EUD": accounts.PartnerOutside} {
			i, err := accounts.CreateInstitution(tx, accounts.CommandLine(), clock.Now(), accounts.InstitutionChange{Code: code, Name: "Institution " + code, ShortName: code, Kind: kind})
			if err != nil {
				return err
			}
			ids[code] = i.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(d, calendar.FixedClock(time.Date(2021, 11, 18, 18, 0, 0, 0, zone))), id, agenda, ids
}

// What the government agreed to becomes a commitment in the same step, in force
// from the dialogue's day, and its item stays on the agenda.
func TestAnAgreedActionIsACommitment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id, agenda, ids := talked(t, d)
		ctx := t.Context()
		in := AgreedNew{Country: "LS", DialogueID: id, ID: agenda[0].ID, Ref: "DIA-1", Title: "Name the contacts", LeadID: ids["MHA"], DueOn: day("2022-03-15")}
		if _, err := New(d, clock).Agree(ctx, coordinator, key(), in); wrong(err) != "dialogues.error.not_yet" {
			t.Errorf("agreed before its day: %v", err)
		}
		bad := in
		bad.DueOn, bad.LeadID = calendar.Date{}, 0
		if _, err := s.Agree(ctx, coordinator, key(), bad); wrong(err) != "due_on lead" {
			t.Errorf("without a day: %v", err)
		}
		bad.DueOn = in.DueOn
		if _, err := s.Agree(ctx, coordinator, key(), bad); problem.KindOf(err) != problem.Invalid {
			t.Errorf("without a lead: %v", err)
		}
		for _, a := range []accounts.Actor{focal, auditor, partner, ngo} {
			if _, err := s.Agree(ctx, a, key(), in); problem.KindOf(err) != problem.Forbidden && problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s agreed: %v", a.Role, err)
			}
		}
		if next, err := s.NextRef(ctx, coordinator, "LS"); err != nil || next != "DIA-1" {
			t.Errorf("the first reference is %s (%v)", next, err)
		}
		once := key()
		for range 2 { // the repeated post
			if ref, err := s.Agree(ctx, coordinator, once, in); err != nil || ref != "DIA-1" {
				t.Fatal(ref, err)
			}
		}
		var com plan.Commitment
		var list []AgreedTold
		err := d.Read(ctx, func(tx *gorm.DB) (err error) {
			if com, err = plan.CommitmentByRef(tx, "DIA-1"); err != nil {
				return err
			}
			list, err = AgreedUpTo(tx, "LS", day("2021-11-18"))
			return err
		})
		if err != nil || com.Origin != plan.FromDialogue || com.StartsOn != day("2021-11-18") || com.DueOn != in.DueOn || com.LeadID != ids["MHA"] {
			t.Errorf("the commitment is %+v (%v)", com, err)
		}
		if len(list) != 1 || list[0].CommitmentID != com.ID || list[0].DialogueID != id || list[0].AgendaItemID != agenda[0].ID {
			t.Errorf("agreed is %+v", list)
		}
		if one, found, err := s.OriginOf(ctx, auditor, com.ID); err != nil || !found || one.DialogueID != id {
			t.Errorf("it comes from %+v (%v)", one, err)
		}
		if _, found, err := s.OriginOf(ctx, partner, com.ID); err != nil || found {
			t.Errorf("a partner reads where it comes from (%v)", err)
		}
		if next, err := s.NextRef(ctx, coordinator, "LS"); err != nil || next != "DIA-2" {
			t.Errorf("the next reference is %s (%v)", next, err)
		}
		if err := s.RemoveItem(ctx, coordinator, key(), Removal{Country: "LS", DialogueID: id, ID: agenda[0].ID, Version: 1}); wrong(err) != "agenda.error.agreed" {
			t.Errorf("its item was taken off: %v", err)
		}
	})
}

// What a partner undertook it logs on itself; a coordinator answers. No other
// partner finds it.
func TestAPartnerLogsOnItsUndertaking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id, agenda, ids := talked(t, d)
		ctx := t.Context()
		use, eud := partner, partner
		use.InstitutionID, eud.InstitutionID = ids["USE"], ids["EUD"]
		in := UndertakingNew{Country: "LS", DialogueID: id, ID: agenda[0].ID, InstitutionID: ids["USE"], Text: "Two trainers for the courses", DueOn: day("2022-02-28")}
		for want, change := range map[string]func(*UndertakingNew){"text": func(u *UndertakingNew) { u.Text = " " }, "institution": func(u *UndertakingNew) { u.InstitutionID = ids["MHA"] },
			"due_on": func(u *UndertakingNew) { u.DueOn = day("2021-11-17") }} {
			bad := in
			change(&bad)
			if err := s.Undertake(ctx, coordinator, key(), bad); wrong(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if err := s.Undertake(ctx, use, key(), in); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a partner records one: %v", err)
		}
		if err := s.Undertake(ctx, coordinator, key(), in); err != nil {
			t.Fatal(err)
		}
		list, err := s.Undertakings(ctx, use, "LS")
		if err != nil || len(list) != 1 || list[0].Text != in.Text || list[0].Dialogue != "" || list[0].HeldOn != day("2021-11-18") || list[0].Overdue(day("2022-02-28")) || !list[0].Overdue(day("2022-03-01")) {
			t.Fatalf("the partner reads %+v (%v)", list, err)
		}
		u := list[0]
		if _, err := s.Undertakings(ctx, ngo, "LS"); problem.KindOf(err) != problem.NotFound {
			t.Errorf("an organisation finds undertakings: %v", err)
		}
		if others, err := s.Undertakings(ctx, eud, "LS"); err != nil || len(others) != 0 {
			t.Errorf("another partner reads %d (%v)", len(others), err)
		}
		if _, err := s.Undertaking(ctx, eud, "LS", u.ID); problem.KindOf(err) != problem.NotFound {
			t.Errorf("another partner finds it: %v", err)
		}
		say := func(a accounts.Actor, version int64, kind, text string) error {
			return s.Say(ctx, a, key(), UndertakingSaid{Country: "LS", ID: u.ID, Version: version, Kind: kind, Text: text})
		}
		for _, c := range []struct {
			actor   accounts.Actor
			version int64
			kind    string
			text    string
			want    string
		}{{use, 1, StepDone, "Done", "undertakings.error.not_yours"}, {coordinator, 1, StepLogged, "Done", "undertakings.error.not_yours"}, {auditor, 1, StepDone, "", "undertakings.error.not_yours"},
			{eud, 1, StepLogged, "Ours", "problem.not_found"}, {use, 1, StepLogged, " ", "text"}, {use, 1, StepLogged, "One trainer came", "<nil>"}, {use, 1, StepLogged, "Again", "problem.conflict"},
			{coordinator, 2, StepWithdrawn, "", "text"}, {coordinator, 2, "other", "x", "kind"}, {coordinator, 2, StepAcknowledged, "", "<nil>"}, {use, 3, StepLogged, "Both came", "<nil>"},
			{coordinator, 4, StepDone, "Thank you", "<nil>"}, {use, 5, StepLogged, "More", "undertakings.error.closed"}} {
			if err := say(c.actor, c.version, c.kind, c.text); wrong(err) != c.want {
				t.Errorf("%s by %s: %v, want %s", c.kind, c.actor.Role, err, c.want)
			}
		}
		u, err = s.Undertaking(ctx, use, "LS", u.ID)
		if err != nil || u.State != Done || len(u.Steps) != 4 || u.Waits() || u.Steps[3].Text != "Thank you" {
			t.Errorf("in the end it is %+v (%v)", u, err)
		}
	})
}
