package dialogues

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

var (
	day         = calendar.MustParse
	zone        = time.FixedZone("SAST", 2*3600)
	clock       = calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, zone))
	coordinator = accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	focal       = accounts.Actor{PersonID: 2, Role: accounts.FocalPoint, InstitutionKind: accounts.Government}
	ngo         = accounts.Actor{PersonID: 3, Role: accounts.FocalPoint, InstitutionKind: accounts.NonGovernment}
	partner     = accounts.Actor{PersonID: 4, Role: accounts.Partner, InstitutionKind: accounts.PartnerOutside}
	auditor     = accounts.Actor{PersonID: 5, Role: accounts.Auditor, InstitutionKind: accounts.Government}
)

// filled is a store whose database holds the edition of 2021 with three
// recommendations, one released later, and one of another country.
func filled(t *testing.T, d *db.DB) *Store {
	t.Helper()
	system := accounts.CommandLine()
	err := d.Write(t.Context(), func(tx *gorm.DB) error {
		_, err := recommendations.AddMechanism(tx, clock, system, recommendations.MechanismNew{Code: "TIP", Name: "TIP Report", ShortName: "TIP", Scale: []string{"fully"}})
		for _, e := range []struct {
			country, released string
			year, n           int
		}{{"LS", "2021-07-01", 2021, 3}, {"LS", "2022-07-19", 2022, 1}, {"BW", "2021-07-01", 2021, 1}} {
			in := recommendations.EditionNew{Country: e.country, Mechanism: "TIP", Year: e.year}
			in.ReleasedOn, in.Completeness = day(e.released), recommendations.Partial
			edition, add := recommendations.AddEdition(tx, clock, system, in)
			err = errors.Join(err, add)
			for range e.n {
				r := recommendations.RecommendationNew{EditionID: edition.ID}
				r.Title, r.Text, r.Basis = "Demand", "Demand", recommendations.Restated
				_, add := recommendations.AddRecommendation(tx, clock, system, r)
				err = errors.Join(err, add)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(d, clock)
}

var keys int

// key is one of a form that was not sent yet.
func key() string { keys++; return fmt.Sprintf("key-of-a-form-%06d", keys) }

func fields(title, on string) Fields { return Fields{Title: title, HeldOn: day(on)} }

// planned adds a dialogue with the three recommendations on its agenda.
func planned(t *testing.T, s *Store) (id int64, agenda []AgendaItem) {
	t.Helper()
	id, err := s.Add(t.Context(), coordinator, key(), DialogueNew{Country: "LS", Fields: fields("Autumn", "2021-11-18")})
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Choose(t.Context(), coordinator, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{1, 2, 3}})
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	return id, agendaOf(t, s, id)
}

func agendaOf(t *testing.T, s *Store, id int64) []AgendaItem {
	t.Helper()
	_, agenda, err := s.Dialogue(t.Context(), coordinator, "LS", id)
	if err != nil {
		t.Fatal(err)
	}
	return agenda
}

// writing is what somebody sends who was shown an item as it was.
func writing(dialogue int64, was AgendaItem, texts Texts) Writing {
	w := Writing{Country: "LS", DialogueID: dialogue, ID: was.ID, Texts: texts, Seen: map[Field]int64{}}
	for _, f := range Before {
		w.Seen[f] = was.Revisions[f]
	}
	return w
}

func order(agenda []AgendaItem) (ids []int64) {
	for _, i := range agenda {
		ids = append(ids, *i.RecommendationID)
	}
	return ids
}

// wrong is the fields of an Invalid problem, or its kind and key.
func wrong(err error) string {
	var p *problem.Error
	if !errors.As(err, &p) {
		return fmt.Sprint(err)
	}
	if len(p.Fields) > 0 {
		return strings.Join(p.FieldNames(), " ")
	}
	return p.Key
}

func TestADialogueIsPlannedChangedAndHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := filled(t, d), t.Context()
		in, once := DialogueNew{Country: "LS", Fields: fields("  Autumn ", "2021-11-18")}, key()
		id, err := s.Add(ctx, coordinator, once, in)
		again, err2 := s.Add(ctx, coordinator, once, in) // the repeated post
		if err != nil || err2 != nil || id != again {
			t.Fatal(id, again, err, err2)
		}
		to := Fields{Title: "Winter", HeldOn: day("2021-11-19"), Place: "Maseru", Format: "mixed", OurSide: "Minister of Home Affairs, chair", TheirSide: "Ambassador", Note: "A note", SinceOn: day("2021-07-01")}
		if err := s.Change(ctx, coordinator, key(), DialogueChange{Country: "LS", ID: id, Version: 1, Fields: to}); err != nil {
			t.Fatal(err)
		}
		if err := s.Change(ctx, coordinator, key(), DialogueChange{Country: "LS", ID: id, Version: 1, Fields: to}); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old version was accepted: %v", err)
		}
		got, _, err := s.Dialogue(ctx, auditor, "LS", id)
		if err != nil || got.Fields() != to || got.Version != 2 || got.State != Planned {
			t.Errorf("read back: %+v, %v", got, err)
		}
		if err := s.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 2, To: Held}); wrong(err) != "dialogues.error.not_yet" {
			t.Errorf("held before its day: %v", err)
		}
		later := New(d, calendar.FixedClock(time.Date(2021, 11, 20, 9, 0, 0, 0, zone)))
		if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 2, To: Held}); err != nil {
			t.Fatal(err)
		}
		if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 3, To: Held}); problem.KindOf(err) != problem.Conflict {
			t.Errorf("held twice: %v", err)
		}
		to.HeldOn = day("2021-11-25")
		if err := later.Change(ctx, coordinator, key(), DialogueChange{Country: "LS", ID: id, Version: 3, Fields: to}); wrong(err) != "held_on" {
			t.Errorf("what was held moved into the future: %v", err)
		}
		if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 3, To: Planned}); err != nil {
			t.Errorf("not planned again: %v", err)
		}
		if got := actions(t, d); !slices.Equal(got, []string{"dialogue.add", "dialogue.change", "dialogue.held", "dialogue.planned"}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

// actions are what the trail says of dialogues, in order.
func actions(t *testing.T, d *db.DB) (list []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT action FROM audit_entries WHERE object LIKE 'dialogue %' ORDER BY seq").Scan(&list).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatIsWrongWithADialogueIsNamed(t *testing.T) {
	d := dbtest.SQLite(t)
	s, ctx := filled(t, d), t.Context()
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		Fields
		want string
	}{
		{Fields{Title: " "}, "held_on title"},
		{Fields{Title: strings.Repeat("x", 201), Place: strings.Repeat("x", 201), Note: strings.Repeat("x", 2001), HeldOn: day("2021-11-18")}, "note place title"},
		{Fields{Title: "x", HeldOn: day("2021-11-18"), SinceOn: day("2021-11-18")}, "since_on"},
		{Fields{Title: "x\x00", HeldOn: day("2021-11-18")}, "title"},
		{Fields{Title: "x", HeldOn: day("2021-11-18"), Format: "by post", OurSide: "minister@tracker.example", TheirSide: strings.Repeat("x", 2001)}, "format our_side their_side"},
	} {
		_, err := s.Add(ctx, coordinator, key(), DialogueNew{Country: "LS", Fields: c.Fields})
		if wrong(err) != c.want {
			t.Errorf("%+v: wrong are %q, want %q", c.Fields, wrong(err), c.want)
		}
		var p *problem.Error
		if errors.As(err, &p) {
			for _, m := range p.Fields {
				if !texts.Has(m.Key) {
					t.Errorf("%s has no text", m.Key)
				}
			}
		}
	}
	if len(actions(t, d)) > 0 {
		t.Error("a refused dialogue left an entry")
	}
}

func TestAnAgendaIsChosenOrderedAndWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := filled(t, d), t.Context()
		id, agenda := planned(t, s)
		if _, err := s.Choose(ctx, coordinator, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{2}}); wrong(err) != "recommendations" {
			t.Errorf("chosen twice: %v", err)
		}
		for what, r := range map[string]int64{"released later": 4, "of another country": 5, "not there": 99} {
			if _, err := s.Choose(ctx, coordinator, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{r}}); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		up := Move{Country: "LS", DialogueID: id, ID: agenda[2].ID, Position: 3, Up: true}
		if err := s.MoveItem(ctx, coordinator, key(), up); err != nil {
			t.Fatal(err)
		}
		if got := order(agendaOf(t, s, id)); !slices.Equal(got, []int64{1, 3, 2}) {
			t.Errorf("the order is %v", got)
		}
		if err := s.MoveItem(ctx, coordinator, key(), up); problem.KindOf(err) != problem.Conflict {
			t.Errorf("moved from where it no longer stood: %v", err)
		}
		if err := s.MoveItem(ctx, coordinator, key(), Move{Country: "LS", DialogueID: id, ID: agenda[1].ID, Position: 3}); wrong(err) != "dialogues.error.at_the_end" {
			t.Errorf("moved below the last: %v", err)
		}
		texts := Texts{TalkingPoints: "We did", Asks: "Would you", Notes: "Careful"}
		change := writing(id, agenda[2], texts)
		if err := s.Write(ctx, coordinator, key(), change); err != nil { // moved, yet it is the same item
			t.Fatal(err)
		}
		got := agendaOf(t, s, id)[1]
		if got.Texts != texts || got.EditedAt == nil || !got.EditedAt.Equal(clock.Now()) {
			t.Errorf("read back: %+v", got)
		}
		texts.Asks = strings.Repeat("x", TextMax+1)
		if err := s.Write(ctx, coordinator, key(), writing(id, got, texts)); wrong(err) != "asks" {
			t.Errorf("too long: %v", err)
		}
		gone := Removal{Country: "LS", DialogueID: id, ID: agenda[0].ID, Version: 1}
		if err := s.RemoveItem(ctx, coordinator, key(), gone); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveItem(ctx, coordinator, key(), gone); problem.KindOf(err) != problem.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		if _, err := s.Choose(ctx, coordinator, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{1}}); err != nil {
			t.Fatal(err)
		}
		if got := order(agendaOf(t, s, id)); !slices.Equal(got, []int64{3, 2, 1}) {
			t.Errorf("the order is %v", got)
		}
		if got := actions(t, d); !slices.Equal(got, []string{"dialogue.add", "agenda.choose", "agenda.move", "agenda.write", "agenda.remove", "agenda.choose"}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

// What people typed stands in the chain as a salted hash only.
func TestTextsOfADialogueStandBesideTheChain(t *testing.T) {
	d := dbtest.SQLite(t)
	s := filled(t, d)
	id, agenda := planned(t, s)
	texts := Texts{TalkingPoints: "secret-one", Asks: "secret-two", Notes: "secret-three"}
	if err := s.Write(t.Context(), coordinator, key(), writing(id, agenda[0], texts)); err != nil {
		t.Fatal(err)
	}
	var details string
	var beside int
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		return errors.Join(tx.Raw("SELECT group_concat(details, ' ') FROM audit_entries").Scan(&details).Error,
			tx.Raw("SELECT count(*) FROM audit_texts WHERE value LIKE 'secret-%' OR value = 'Autumn'").Scan(&beside).Error)
	})
	if err != nil || strings.Contains(details, "secret-") || strings.Contains(details, "Autumn") || beside != 4 {
		t.Errorf("%d texts beside the chain, which says %s (%v)", beside, details, err)
	}
}

// What was held keeps its agenda as it was.
func TestAHeldDialogueKeepsItsAgenda(t *testing.T) {
	d := dbtest.SQLite(t)
	s, ctx := filled(t, d), t.Context()
	id, agenda := planned(t, s)
	later := New(d, calendar.FixedClock(time.Date(2021, 11, 18, 18, 0, 0, 0, zone)))
	if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 1, To: Held}); err != nil {
		t.Fatal(err)
	}
	_, choose := later.Choose(ctx, coordinator, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{1}})
	for what, err := range map[string]error{
		"chosen": choose, "moved": later.MoveItem(ctx, coordinator, key(), Move{Country: "LS", DialogueID: id, ID: agenda[0].ID, Position: 1}),
		"written": later.Write(ctx, coordinator, key(), writing(id, agenda[0], Texts{Asks: "x"})),
		"removed": later.RemoveItem(ctx, coordinator, key(), Removal{Country: "LS", DialogueID: id, ID: agenda[0].ID, Version: 1}),
	} {
		if wrong(err) != "dialogues.error.held" {
			t.Errorf("%s after it was held: %v", what, err)
		}
	}
	if got := agendaOf(t, s, id); !slices.EqualFunc(got, agenda, func(a, b AgendaItem) bool { return a.ID == b.ID && a.Position == b.Position && a.Texts == b.Texts }) {
		t.Errorf("the agenda is %+v", got)
	}
}

// Guards the government's own texts: whoever does not read the whole plan
// finds no dialogue, and only coordinators change one.
func TestOnlyGovernmentReadsAndOnlyCoordinatorsWrite(t *testing.T) {
	d := dbtest.SQLite(t)
	s, ctx := filled(t, d), t.Context()
	id, agenda := planned(t, s)
	for _, c := range []struct {
		actor       accounts.Actor
		read, write string
	}{{focal, "<nil>", "problem.coordinators_only"}, {auditor, "<nil>", "problem.coordinators_only"}, {ngo, "problem.not_found", "problem.not_found"}, {partner, "problem.not_found", "problem.not_found"}} {
		_, _, one := s.Dialogue(ctx, c.actor, "LS", id)
		_, all := s.All(ctx, c.actor, "LS")
		_, _, next := s.Next(ctx, c.actor, "LS", clock.Today())
		for _, err := range []error{one, all, next} {
			if wrong(err) != c.read {
				t.Errorf("%s of %s reads: %v", c.actor.Role, c.actor.InstitutionKind, err)
			}
		}
		_, add := s.Add(ctx, c.actor, key(), DialogueNew{Country: "LS", Fields: fields("x", "2021-11-18")})
		_, choose := s.Choose(ctx, c.actor, key(), Choice{Country: "LS", DialogueID: id, Recommendations: []int64{1}})
		for _, err := range []error{add, choose, s.Change(ctx, c.actor, key(), DialogueChange{Country: "LS", ID: id, Version: 1, Fields: fields("x", "2021-11-18")}),
			s.Step(ctx, c.actor, key(), Mark{Country: "LS", ID: id, Version: 1, To: Held}),
			s.Write(ctx, c.actor, key(), writing(id, agenda[0], Texts{})),
			s.MoveItem(ctx, c.actor, key(), Move{Country: "LS", DialogueID: id, ID: agenda[0].ID, Position: 1}),
			s.RemoveItem(ctx, c.actor, key(), Removal{Country: "LS", DialogueID: id, ID: agenda[0].ID, Version: 1})} {
			if wrong(err) != c.write {
				t.Errorf("%s of %s writes: %v", c.actor.Role, c.actor.InstitutionKind, err)
			}
		}
	}
	for what, err := range map[string]error{
		"of another country": s.Change(ctx, coordinator, key(), DialogueChange{Country: "BW", ID: id, Version: 1, Fields: fields("x", "2021-11-18")}),
		"of no dialogue":     s.Write(ctx, coordinator, key(), writing(id+1, agenda[0], Texts{})),
	} {
		if problem.KindOf(err) != problem.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheNextAndTheLastDialogue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := filled(t, d), t.Context()
		if last, found, err := s.LastBefore(ctx, coordinator, "LS", clock.Today()); found || err != nil {
			t.Errorf("of none the last is %+v, %v", last, err)
		}
		for title, on := range map[string]string{"spring": "2021-04-12", "summer": "2021-08-03", "autumn": "2021-11-18", "later": "2022-02-15"} {
			if _, err := s.Add(ctx, coordinator, key(), DialogueNew{Country: "LS", Fields: fields(title, on)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Add(ctx, coordinator, key(), DialogueNew{Country: "BW", Fields: fields("elsewhere", "2021-11-07")}); err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{"2021-04-12": "", "2021-04-13": "spring", "2021-11-08": "summer", "2021-11-18": "summer", "2021-11-19": "autumn", "2030-01-01": "later"} {
			if last, found, err := s.LastBefore(ctx, auditor, "LS", day(on)); err != nil || found != (want != "") || last.Title != want {
				t.Errorf("before %s the last is %q, %v", on, last.Title, err)
			}
		}
		for on, want := range map[string]string{"2021-11-08": "autumn", "2021-11-18": "autumn", "2021-11-19": "later", "2022-03-01": ""} {
			if next, found, err := s.Next(ctx, auditor, "LS", day(on)); err != nil || found != (want != "") || next.Title != want {
				t.Errorf("from %s on the next is %q, %v", on, next.Title, err)
			}
		}
		for _, actor := range []accounts.Actor{ngo, partner, {}} {
			if _, found, err := s.LastBefore(ctx, actor, "LS", day("2030-01-01")); found || err != nil {
				t.Errorf("a %s of a %s finds a dialogue", actor.Role, actor.InstitutionKind)
			}
		}
		for _, title := range []string{"spring", "summer"} { // both lie in the past
			list, err := s.All(ctx, coordinator, "LS")
			i := slices.IndexFunc(list, func(r Row) bool { return r.Title == title })
			if err == nil {
				err = s.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: list[i].ID, Version: 1, To: Held})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.All(ctx, focal, "LS")
		var titles []string
		for _, r := range list {
			titles = append(titles, r.Title)
		}
		if want := []string{"autumn", "later", "summer", "spring"}; err != nil || !slices.Equal(titles, want) {
			t.Errorf("the list is %v, want %v (%v)", titles, want, err)
		}
	})
}

// Several people write on one item at once: who writes another text disturbs
// nobody, who writes the same one is told, and what was written before stays.
func TestSeveralPeopleWriteOnAnItem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := filled(t, d), t.Context()
		id, agenda := planned(t, s)
		one, two := writing(id, agenda[0], Texts{TalkingPoints: "We did", Stance: "We hold"}), writing(id, agenda[0], Texts{Asks: "Would you"})
		for _, w := range []Writing{one, two} {
			if err := s.Write(ctx, coordinator, key(), w); err != nil {
				t.Fatal(err)
			}
		}
		if got := agendaOf(t, s, id)[0]; got.Texts != (Texts{TalkingPoints: "We did", Stance: "We hold", Asks: "Would you"}) {
			t.Errorf("after both: %+v", got.Texts)
		}
		two.Asks, two.Questions = "Will you", "And then?"
		if err := s.Write(ctx, coordinator, key(), two); problem.KindOf(err) != problem.Conflict {
			t.Errorf("a text that changed meanwhile was written over: %v", err)
		}
		now := agendaOf(t, s, id)[0]
		if now.Texts.Asks != "Would you" || now.Texts.Questions != "" {
			t.Errorf("a refused writing left %+v", now.Texts)
		}
		if err := s.Write(ctx, coordinator, key(), writing(id, now, Texts{TalkingPoints: "We did more", Stance: "We hold", Asks: "Would you"})); err != nil {
			t.Fatal(err)
		}
		list, err := s.History(ctx, auditor, "LS", id, agenda[0].ID)
		var said []string
		for _, r := range list {
			said = append(said, string(r.Field)+": "+r.Text)
		}
		if err != nil || !slices.Equal(said, []string{"talking_points: We did more", "asks: Would you", "talking_points: We did", "position: We hold"}) {
			t.Errorf("the history is %v (%v)", said, err)
		}
		if _, err := s.History(ctx, partner, "LS", id, agenda[0].ID); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a partner reads the history: %v", err)
		}
		if err := s.Write(ctx, coordinator, key(), writing(id, agendaOf(t, s, id)[0], agendaOf(t, s, id)[0].Texts)); err != nil || len(list) != 4 {
			t.Errorf("to send what stands there: %v", err)
		}
	})
}

// What was said is noted from the day on, also when the dialogue is marked as
// held, and the agenda is then closed for what prepares it.
func TestWhatWasSaidIsNotedFromItsDayOn(t *testing.T) {
	d := dbtest.SQLite(t)
	s, ctx := filled(t, d), t.Context()
	id, agenda := planned(t, s)
	record := Writing{Country: "LS", DialogueID: id, ID: agenda[0].ID, Texts: Texts{Said: "We did", Heard: "Well done", Agreed: "A sheet by March"}, Seen: map[Field]int64{Said: 0, Heard: 0, Agreed: 0}}
	if err := s.Write(ctx, coordinator, key(), record); wrong(err) != "dialogues.error.not_yet" {
		t.Errorf("noted before its day: %v", err)
	}
	if err := s.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 1, To: Prepared}); err != nil {
		t.Fatal(err)
	}
	later := New(d, calendar.FixedClock(time.Date(2021, 11, 18, 18, 0, 0, 0, zone)))
	if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 2, To: Held}); err != nil {
		t.Fatal(err)
	}
	if err := later.Write(ctx, coordinator, key(), record); err != nil {
		t.Fatal(err)
	}
	if got := agendaOf(t, s, id)[0].Texts; got != record.Texts {
		t.Errorf("noted is %+v", got)
	}
	for _, step := range []struct {
		version int64
		to      State
		want    string
	}{{3, Prepared, "problem.conflict"}, {3, FollowedUp, "<nil>"}, {4, Planned, "problem.conflict"}, {4, Held, "<nil>"}} {
		if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: step.version, To: step.to}); wrong(err) != step.want {
			t.Errorf("to %s: %v", step.to, err)
		}
	}
	empty, err := s.Add(ctx, coordinator, key(), DialogueNew{Country: "LS", Fields: fields("Empty", "2021-11-25")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: empty, Version: 1, To: Prepared}); wrong(err) != "dialogues.error.no_agenda" {
		t.Errorf("prepared without an agenda: %v", err)
	}
}
