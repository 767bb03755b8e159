package dialogues

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// spoken is what somebody recommended under an item of a dialogue.
func spoken(dialogue, item int64, mechanism, title string) RecommendedNew {
	return RecommendedNew{Country: "LS", DialogueID: dialogue, ID: item, Mechanism: mechanism,
		RecommendationFields: recommendations.RecommendationFields{Title: title, Text: title + ", as it was said.", Basis: recommendations.Restated, Theme: "protection", Source: "The talk"}}
}

// mechanisms adds mechanisms that ask in rooms.
func mechanisms(t *testing.T, d *db.DB, codes ...string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *gorm.DB) error {
		for _, code := range codes {
			if _, err := recommendations.AddMechanism(tx, clock, accounts.CommandLine(), recommendations.MechanismNew{Code: code, Name: code, ShortName: code, Scale: []string{"fully"}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was recommended in the room is asked from the dialogue's day on, in an
// edition that the first one makes and every later one of the year goes into.
func TestWhatIsRecommendedInTheRoomIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id, agenda, _ := talked(t, d)
		mechanisms(t, d, "DIA", "OTHER")
		ctx, in := t.Context(), spoken(id, agenda[1].ID, "DIA", " Open a shelter ")
		once := key()
		for range 2 { // the repeated post
			if ref, err := s.Recommend(ctx, coordinator, once, in); err != nil || ref != "DIA 2021/1" {
				t.Fatal(ref, err)
			}
		}
		if ref, err := s.Recommend(ctx, coordinator, key(), spoken(id, agenda[0].ID, "", "Train the police")); err != nil || ref != "DIA 2021/2" {
			t.Fatal(ref, err)
		}
		if _, err := s.Recommend(ctx, coordinator, key(), spoken(id, agenda[0].ID, "OTHER", "Too late")); problem.KindOf(err) != problem.Conflict {
			t.Errorf("it is an edition of another mechanism too: %v", err)
		}
		december := New(d, calendar.FixedClock(time.Date(2021, 12, 10, 9, 0, 0, 0, zone)))
		next, err := december.Add(ctx, coordinator, key(), DialogueNew{Country: "LS", Fields: fields("Winter", "2021-12-08")})
		if err == nil {
			_, err = december.Choose(ctx, coordinator, key(), Choice{Country: "LS", DialogueID: next, Points: []string{"Money"}})
		}
		if err != nil {
			t.Fatal(err)
		}
		point := agendaOf(t, december, next)[0].ID
		if ref, err := december.Recommend(ctx, coordinator, key(), spoken(next, point, "DIA", "Pay for it")); err != nil || ref != "DIA 2021/3" {
			t.Fatal(ref, err)
		}
		err = d.Read(ctx, func(tx *gorm.DB) error {
			e, err := recommendations.EditionOf(tx, "LS", "DIA", 2021, day("2021-12-31"))
			if err != nil || e.ReleasedOn != day("2021-11-18") || e.Completeness != recommendations.Complete || e.Source != "Autumn, 2021-11-18" || e.Recommendations != 3 || e.Items != 3 {
				t.Errorf("the edition is %+v (%v)", e, err)
			}
			for on, want := range map[string]int{"2021-11-17": 0, "2021-11-18": 2, "2021-12-07": 2, "2021-12-08": 3} { // beside the three of TIP
				items, err := recommendations.AllItems(tx, "LS", day(on), time.Date(2021, 12, 11, 0, 0, 0, 0, zone))
				if err != nil || len(items) != want+3 {
					t.Errorf("on %s %d items are asked (%v), want %d", on, len(items), err, want+3)
				}
			}
			if items, err := recommendations.AllItems(tx, "LS", day("2021-11-18"), time.Date(2021, 11, 18, 12, 0, 0, 0, zone)); err != nil || len(items) != 3 {
				t.Errorf("before it was recorded %d items are known (%v)", len(items), err)
			}
			list, err := RecommendedIn(tx, id)
			if err != nil || len(list) != 2 || list[0].Title != "Open a shelter" || list[0].AgendaItemID != agenda[1].ID || list[1].Ref() != "DIA 2021/2" || list[1].AgendaItemID != agenda[0].ID {
				t.Errorf("recommended is %+v (%v)", list, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := s.Dialogue(ctx, auditor, "LS", id); err != nil || got.MechanismID == nil || got.Version != 1 {
			t.Errorf("the dialogue is %+v (%v)", got, err)
		}
	})
}

// Who reads no dialogues does not learn where a recommendation was made; what
// came of an item keeps it on the agenda, and the dialogue on its day.
func TestARecommendationLeadsBackToItsDialogue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id, agenda, _ := talked(t, d)
		mechanisms(t, d, "DIA")
		ctx := t.Context()
		if _, err := s.Recommend(ctx, coordinator, key(), spoken(id, agenda[0].ID, "DIA", "Open a shelter")); err != nil {
			t.Fatal(err)
		}
		made := int64(0)
		if err := d.Read(ctx, func(tx *gorm.DB) error { return tx.Raw("SELECT max(id) FROM recommendations").Scan(&made).Error }); err != nil {
			t.Fatal(err)
		}
		for _, a := range []accounts.Actor{coordinator, focal, auditor} {
			if one, found, err := s.MadeIn(ctx, a, made); err != nil || !found || one.DialogueID != id || one.AgendaItemID != agenda[0].ID || one.Dialogue != "Autumn" {
				t.Errorf("to %s it was made in %+v, %v (%v)", a.Role, one, found, err)
			}
		}
		for _, a := range []accounts.Actor{partner, ngo} {
			if one, found, err := s.MadeIn(ctx, a, made); err != nil || found || one != (RecommendedTold{}) {
				t.Errorf("%s of %s reads where it was made (%v)", a.Role, a.InstitutionKind, err)
			}
		}
		if _, found, err := s.MadeIn(ctx, coordinator, 1); err != nil || found {
			t.Errorf("what a report asks was made in a room (%v)", err)
		}
		if err := s.RemoveItem(ctx, coordinator, key(), Removal{Country: "LS", DialogueID: id, ID: agenda[0].ID, Version: 1}); wrong(err) != "agenda.error.agreed" {
			t.Errorf("its item was taken off: %v", err)
		}
		change := DialogueChange{Country: "LS", ID: id, Version: 1, Fields: fields("Autumn", "2021-11-17")}
		if err := s.Change(ctx, coordinator, key(), change); wrong(err) != "held_on" {
			t.Errorf("its day moved: %v", err)
		}
		if change.Fields = fields("Autumn talk", "2021-11-18"); s.Change(ctx, coordinator, key(), change) != nil {
			t.Error("its title stays too")
		}
	})
}

func TestARecommendationOfTheRoomKeepsToItsRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id, agenda, _ := talked(t, d)
		mechanisms(t, d, "DIA", "LATER", "EMPTY")
		ctx, item := t.Context(), agenda[0].ID
		if _, err := New(d, clock).Recommend(ctx, coordinator, key(), spoken(id, item, "DIA", "Early")); wrong(err) != "dialogues.error.not_yet" {
			t.Errorf("recorded before its day: %v", err)
		}
		for _, a := range []accounts.Actor{focal, auditor, partner, ngo} {
			if _, err := s.Recommend(ctx, a, key(), spoken(id, item, "DIA", "Not theirs")); problem.KindOf(err) != problem.Forbidden && problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s recorded one: %v", a.Role, err)
			}
		}
		if _, err := s.Recommend(ctx, coordinator, key(), spoken(id, 99, "DIA", "Nowhere")); problem.KindOf(err) != problem.NotFound {
			t.Errorf("recorded under no item: %v", err)
		}
		err := d.Write(ctx, func(tx *gorm.DB) error {
			for code, fields := range map[string]recommendations.EditionFields{"LATER": {ReleasedOn: day("2021-11-19"), Completeness: recommendations.Partial}, "EMPTY": {ReleasedOn: day("2021-03-01"), Completeness: recommendations.NotHeld}} {
				if _, err := recommendations.AddEdition(tx, clock, accounts.CommandLine(), recommendations.EditionNew{Country: "LS", Mechanism: code, Year: 2021, EditionFields: fields}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(*RecommendedNew){
			"mechanism text title":  func(in *RecommendedNew) { in.Mechanism, in.Title, in.Text = "", " ", "" },
			"mechanism":             func(in *RecommendedNew) { in.Mechanism = "NONE" },
			"mechanism (later)":     func(in *RecommendedNew) { in.Mechanism = "LATER" },
			"mechanism (not held)":  func(in *RecommendedNew) { in.Mechanism = "EMPTY" },
			"basis":                 func(in *RecommendedNew) { in.Basis = "" },
			"theme":                 func(in *RecommendedNew) { in.Theme = "money" },
			"source (out of range)": func(in *RecommendedNew) { in.Source = string(make([]byte, 501)) },
		} {
			in := spoken(id, item, "DIA", "Open a shelter")
			change(&in)
			want, _, _ := strings.Cut(name, " (")
			if _, err := s.Recommend(ctx, coordinator, key(), in); wrong(err) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
		left := 0
		if err := d.Read(ctx, func(tx *gorm.DB) error {
			return tx.Raw("SELECT (SELECT count(*) FROM room_recommendations) + (SELECT count(*) FROM dialogues WHERE mechanism_id IS NOT NULL) + (SELECT count(*) FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id WHERE m.code = 'DIA')").Scan(&left).Error
		}); err != nil || left != 0 {
			t.Errorf("what was refused left %d rows (%v)", left, err)
		}
	})
}
