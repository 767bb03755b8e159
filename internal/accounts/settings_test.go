package accounts

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func TestSettingsHaveDefaultsAndAreChangedUnderTheirVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, err := h.Settings(t.Context())
		must(t, err)
		if s.DueSoonDays != 30 || s.StaleDays != 90 || s.CountryCode != "LS" || s.Demonstration || s.Version != 0 {
			t.Errorf("at first: %+v", s)
		}
		must(t, h.ChangeSettings(t.Context(), h.admin, key(1), s.Version, map[string]string{"due_soon_days": "14", "secretariat": "MHA", "stale_days": "90"}))
		wantKind(t, "a change from an old form", h.ChangeSettings(t.Context(), h.admin, key(2), s.Version, map[string]string{"owner": "x"}), problem.Conflict)
		must(t, h.ChangeSettings(t.Context(), h.admin, key(3), 1, map[string]string{"owner": "Kingdom"}))
		now, err := h.Settings(t.Context())
		must(t, err)
		if now.DueSoonDays != 14 || now.Secretariat != "MHA" || now.Owner != "Kingdom" || now.Version != 2 {
			t.Errorf("after: %+v", now)
		}
		wantKind(t, "an older one", h.ChangeSettings(t.Context(), h.admin, key(4), 1, map[string]string{"owner": "y"}), problem.Conflict)
		lines, err := h.History(t.Context(), CommandLine(), "settings")
		if must(t, err); len(lines) != 2 || len(lines[0].Changes) != 2 {
			t.Errorf("the trail: %+v", lines)
		}
		h.whole()
	})
}

func TestEverySettingIsTyped(t *testing.T) {
	values, err := readSettings(map[string]string{"due_soon_days": "30", "stale_days": "90", "evidence_mb": "500", "clock_offset": "0s"}, 0)
	must(t, err)
	typed := values.Values()
	for _, d := range SettingTable() {
		if _, ok := typed[d.Name]; !ok || d.Meaning == "" {
			t.Errorf("%s is not in the typed settings, or has no meaning", d.Name)
		}
	}
	if len(typed) != len(SettingTable()) {
		t.Errorf("%d typed settings, %d in the table", len(typed), len(SettingTable()))
	}
}

// The manual for operators repeats the table; a changed bound or default must change it too.
func TestTheManualListsTheSettingsInForce(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operating.md")
	must(t, err)
	for _, d := range SettingTable() {
		initial, bounds := "", fmt.Sprintf("%d to %d", d.Min, d.Max)
		if d.Default != "" {
			initial = "`" + d.Default + "`"
		}
		if d.Min == d.Max {
			bounds = fmt.Sprint(d.Max)
		}
		if !d.Number {
			bounds += " characters"
		}
		if d.Fixed {
			bounds += "; *commands only*"
		}
		if line := fmt.Sprintf("| `%s` | %s | %s | %s |\n", d.Name, initial, d.Meaning, bounds); !strings.Contains(string(manual), line) {
			t.Errorf("docs/operating.md does not hold the line\n%s", line)
		}
	}
}

func TestBadSettingsAreRefusedBesideTheirField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct{ name, value, key string }{
			{"due_soon_days", "0", "settings.number"},
			{"due_soon_days", "181", "settings.number"},
			{"due_soon_days", "soon", "settings.number"},
			{"stale_days", "6", "settings.number"},
			{"stale_days", "1e9", "settings.number"},
			{"zone", "Africa/Nowhere", "settings.zone"},
			{"zone", "Local", "settings.zone"},
			{"currency", "L", "settings.short"},
			{"owner", strings.Repeat("x", 161), "problem.too_long"},
			{"secretariat", "XX", "institution.unknown"},
			{"anchor_mail", "nobody", "settings.address"},
			{"anchor_mail", "a@b.example, c@d.example", "settings.address"},
			{"demonstration", "yes", "settings.fixed"},
			{"clock_offset", "-1h", "settings.fixed"},
			{"country_code", "MW", "settings.fixed"},
			{"version", "9", "settings.unknown"},
			{"is_admin", "true", "settings.unknown"},
		} {
			err := h.ChangeSettings(t.Context(), h.admin, key(1), 0, map[string]string{c.name: c.value, "owner ": ""})
			wantKey(t, c.name+" "+c.value, err, c.name+"="+c.key)
		}
	})
}

func TestASeedOverwritesNoSettingThatAPersonChanged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.ChangeSettings(t.Context(), h.admin, key(1), 0, map[string]string{"owner": "Ours"}))
		for range 2 {
			must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error {
				return SeedSettings(tx, h.clock.Now(), map[string]string{"owner": "Seed's", "country_name": "Elsewhere", "demonstration": "yes", "clock_offset": "-36h0m0s"})
			}))
		}
		s, err := h.Settings(t.Context())
		must(t, err)
		if s.Owner != "Ours" || s.CountryName != "Elsewhere" || !s.Demonstration || s.ClockOffset != -36*time.Hour || s.Version != 2 {
			t.Errorf("%+v", s)
		}
		clock, err := s.Clock()
		must(t, err)
		if off := time.Since(clock.Now()); off < 35*time.Hour || off > 37*time.Hour || clock.Zone().String() != "Africa/Maseru" {
			t.Errorf("the clock is %v behind in %s", off, clock.Zone())
		}
		h.whole()
	})
}

func TestTheFirstStartGivesALinkUntilAnAdministratorCanSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, err := New(d, domainClock(), time.Now, Config{})
		must(t, err)
		one, made, err := s.EnsureFirstLink(t.Context())
		must(t, err)
		two, again, err := s.EnsureFirstLink(t.Context())
		must(t, err)
		if !made || !again || one.Email != FirstAdministrator || two.PersonID != one.PersonID || two.Token == one.Token {
			t.Fatalf("first %+v %v, second %+v %v", one, made, two, again)
		}
		_, err = s.LinkInfo(t.Context(), one.Token)
		wantKind(t, "the first start's link after the second", err, problem.NotFound)
		in, err := s.UseLink(t.Context(), LinkForm{Token: two.Token, Password: newSecret})
		must(t, err)
		if !in.Actor.CanAdminister() || in.Actor.Institution != firstInstitution {
			t.Errorf("signed in as %+v", in.Actor)
		}
		if _, made, err := s.EnsureFirstLink(t.Context()); made || err != nil {
			t.Errorf("a link although somebody can administer: %v %v", made, err)
		}
	})
}

func TestTheFirstLinkGoesToAnAdministratorWhoWasInvited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, err := New(d, domainClock(), time.Now, Config{})
		must(t, err)
		_, err = s.CreateInstitution(t.Context(), CommandLine(), "", InstitutionChange{Code: "MHA", Name: "Home Affairs", ShortName: "Home", Kind: Government})
		must(t, err)
		_, err = s.Invite(t.Context(), CommandLine(), "", NewPerson{Email: "boss@tracker.example", Institution: "MHA", Role: Administrator, Title: "Administrator"})
		must(t, err)
		if m, made, err := s.EnsureFirstLink(t.Context()); err != nil || !made || m.Email != "boss@tracker.example" {
			t.Errorf("%+v %v %v", m, made, err)
		}
	})
}

func TestDemonstrationAccountsGetPassphrasesInAStableOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error {
			for _, n := range []NewPerson{
				{Email: "auditor@tracker.example", Institution: "MHA", Role: Auditor, Title: "Auditor", Demo: true},
				{Email: "focal.b@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "B", Demo: true},
				{Email: "focal.a@tracker.example", Institution: "MHA", Role: FocalPoint, Title: "A", Demo: true},
				{Email: "real@tracker.example", Institution: "MHA", Role: FocalPoint, Title: "C"},
			} {
				if _, err := CreatePerson(tx, CommandLine(), h.clock.Now(), calendar.MustParse("2021-11-08"), n); err != nil {
					return err
				}
			}
			return nil
		}))
		list, err := h.SetDemoPasswords(t.Context())
		must(t, err)
		var got []string
		for _, c := range list {
			got = append(got, fmt.Sprint(c.Role, " ", c.Institution, " ", c.Email))
			if err := CheckPassword(c.Password, nil); err != nil || len(c.Password) < 20 || strings.Count(c.Password, "-") < 3 {
				t.Errorf("the passphrase %q: %v", c.Password, err)
			}
			_, err := h.SignIn(t.Context(), SignInForm{Email: c.Email, Password: c.Password})
			must(t, err)
		}
		want := "focal_point MHA focal.a@tracker.example, focal_point MOH focal.b@tracker.example, auditor MHA auditor@tracker.example"
		if strings.Join(got, ", ") != want {
			t.Errorf("got %v", got)
		}
		again, err := h.SetDemoPasswords(t.Context())
		must(t, err)
		if again[0].Password == list[0].Password || again[0].Password == again[1].Password {
			t.Error("passphrases repeat")
		}
		h.whole()
	})
}

func TestThePassphrasesWordsAreManyAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range strings.Fields(passphraseWords) {
		if seen[w] || len(w) < 3 || strings.ToLower(w) != w {
			t.Errorf("%q stands twice, is short or not plain", w)
		}
		seen[w] = true
	}
	if len(seen) < 512 {
		t.Errorf("only %d words", len(seen))
	}
}
