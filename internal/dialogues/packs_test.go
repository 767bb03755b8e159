package dialogues

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// Until somebody chooses, a pack has its usual parts; a choice stands in its
// order, each part once, and is nobody's but a coordinator's.
func TestThePartsOfAPackAreChosen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := filled(t, d)
		id, _ := planned(t, s)
		choose := func(actor accounts.Actor, pack Pack, parts ...Part) string {
			return wrong(s.ChooseParts(t.Context(), actor, key(), PartsChosen{Country: "LS", DialogueID: id, Pack: pack, Parts: parts}))
		}
		for _, c := range []struct {
			actor accounts.Actor
			pack  Pack
			parts []Part
			want  string
		}{{focal, Internal, nil, "problem.coordinators_only"}, {ngo, Internal, nil, "problem.not_found"}, {partner, ForPartner, nil, "problem.not_found"},
			{coordinator, "public", nil, "pack"}, {coordinator, ForPartner, []Part{PartNotes}, "parts"},
			{coordinator, OfRecord, []Part{PartAsks}, "parts"}, {coordinator, ForPartner, []Part{PartAsks, PartStance, PartAsks}, "<nil>"}, {coordinator, OfRecord, nil, "<nil>"}} {
			if got := choose(c.actor, c.pack, c.parts...); got != c.want {
				t.Errorf("%s chooses %v of %s: %q, want %q", c.actor.Role, c.parts, c.pack, got, c.want)
			}
		}
		all, err := s.Parts(t.Context(), focal, "LS", id)
		if err != nil || !slices.Equal(all[Internal], Offered[Internal]) || !slices.Equal(all[ForPartner], []Part{PartStance, PartAsks}) || len(all[OfRecord]) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		for _, who := range []accounts.Actor{ngo, partner} {
			if _, err := s.Parts(t.Context(), who, "LS", id); wrong(err) != "problem.not_found" {
				t.Errorf("%s reads them: %v", who.Role, err)
			}
		}
		if _, err := s.Parts(t.Context(), coordinator, "BW", id); wrong(err) != "problem.not_found" {
			t.Errorf("of another country: %v", err)
		}
	})
}

// No pack that leaves government can have what is for those who speak.
func TestNothingForThoseWhoSpeakIsOfferedToThePartner(t *testing.T) {
	for _, pack := range []Pack{ForPartner, OfRecord} {
		for _, part := range []Part{PartTalking, PartQuestions, PartNotes, PartRatings} {
			if slices.Contains(Offered[pack], part) || slices.Contains(usual[pack], part) {
				t.Errorf("%s offers %s", pack, part)
			}
		}
		for _, part := range usual[pack] {
			if !slices.Contains(Offered[pack], part) {
				t.Errorf("%s usually has %s and does not offer it", pack, part)
			}
		}
	}
}

// A dialogue is held with a partner outside government, or with none named.
func TestADialogueIsHeldWithAPartner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := filled(t, d)
		var ids [2]int64
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			for n, kind := range []accounts.Kind{accounts.PartnerOutside, accounts.Government} {
				code := []string{"USE", "MHA"}[n]
				i, err := accounts.CreateInstitution(tx, accounts.CommandLine(), clock.Now(), accounts.InstitutionChange{Code: code, Name: "Name of " + code, ShortName: code, Kind: kind})
				if ids[n] = i.ID; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f := fields("Winter", "2021-12-18")
		for partner, want := range map[int64]string{ids[1]: "partner", 99: "partner"} {
			f.PartnerID = partner
			if _, err := s.Add(t.Context(), coordinator, key(), DialogueNew{Country: "LS", Fields: f}); wrong(err) != want {
				t.Errorf("with %d: %q", partner, wrong(err))
			}
		}
		f.PartnerID = ids[0]
		id, err := s.Add(t.Context(), coordinator, key(), DialogueNew{Country: "LS", Fields: f})
		if err != nil {
			t.Fatal(err)
		}
		one, _, err := s.Dialogue(t.Context(), coordinator, "LS", id)
		if err != nil || one.Fields().PartnerID != ids[0] {
			t.Errorf("%+v, %v", one, err)
		}
		f.PartnerID = 0
		if err := s.Change(t.Context(), coordinator, key(), DialogueChange{Country: "LS", ID: id, Version: 1, Fields: f}); err != nil {
			t.Fatal(err)
		}
		if one, _, err = s.Dialogue(t.Context(), coordinator, "LS", id); err != nil || one.PartnerID != nil {
			t.Errorf("%+v, %v", one, err)
		}
	})
}
