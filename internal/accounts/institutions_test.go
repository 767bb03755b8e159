package accounts

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

// key is a form's key; a digit more makes another form.
func key(n int) string { return "form-key-0123456789-" + string(rune('a'+n)) }

func TestInstitutionsAreListedByCodeAndChangedUnderTheirVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		code, err := h.CreateInstitution(t.Context(), h.admin, key(1), InstitutionChange{Code: " MOF ", Name: "Ministry of Finance", ShortName: "Finance", Kind: Government, Note: "Pays"})
		must(t, err)
		list, err := h.Institutions(t.Context())
		must(t, err)
		var codes []string
		for _, i := range list {
			codes = append(codes, i.Code)
		}
		if code != "MOF" || strings.Join(codes, " ") != "MHA MOF MOH USE" {
			t.Errorf("created %q, listed %v", code, codes)
		}
		i, err := h.Institution(t.Context(), "MOF")
		must(t, err)
		change := InstitutionChange{Name: "Ministry of Finance and Planning", ShortName: "Finance", Kind: Government, ValidFrom: day("2021-07-01")}
		must(t, h.ChangeInstitution(t.Context(), h.admin, key(2), "MOF", i.Version, change))
		wantKind(t, "a change from an old form", h.ChangeInstitution(t.Context(), h.admin, key(3), "MOF", i.Version, change), problem.Conflict)
		now, err := h.Institution(t.Context(), "MOF")
		must(t, err)
		if now.Name != change.Name || now.ValidFrom != change.ValidFrom || now.Version != i.Version+1 || now.Country != "LS" {
			t.Errorf("changed: %+v", now)
		}
		lines, err := h.History(t.Context(), CommandLine(), "institution MOF")
		must(t, err)
		if len(lines) != 2 || lines[1].Action != "institution.change" || lines[1].ActorID != h.admin.PersonID || len(lines[1].Changes) != 3 {
			t.Errorf("the trail: %+v", lines)
		}
		h.whole()
	})
}

func TestBadInstitutionsAreRefusedBesideTheirField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := InstitutionChange{Code: "MOF", Name: "Ministry of Finance", ShortName: "Finance", Kind: Government}
		for want, change := range map[string]func(*InstitutionChange){
			"code=institution.code.taken":          func(c *InstitutionChange) { c.Code = "MOH" },
			"code=institution.code.form":           func(c *InstitutionChange) { c.Code = "mof" },
			"name=institution.name.missing":        func(c *InstitutionChange) { c.Name = "  " },
			"name=problem.too_long":                func(c *InstitutionChange) { c.Name = strings.Repeat("x", 201) },
			"kind=institution.kind.missing":        func(c *InstitutionChange) { c.Kind = "ministry" },
			"valid_to=institution.valid_to.before": func(c *InstitutionChange) { c.ValidFrom, c.ValidTo = day("2021-07-01"), day("2021-06-30") },
		} {
			c := good
			change(&c)
			_, err := h.CreateInstitution(t.Context(), h.admin, key(1), c)
			wantKey(t, want, err, want)
			wantKind(t, want, err, problem.Invalid)
		}
	})
}

func TestTwentyPostsOfAFormMakeOneInstitution(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				code, err := h.CreateInstitution(t.Context(), h.admin, key(1), InstitutionChange{Code: "MOF", Name: "Ministry of Finance", ShortName: "Finance", Kind: Government})
				if err != nil || code != "MOF" {
					t.Errorf("%q %v", code, err)
				}
			})
		}
		all.Wait()
		if n := h.count("SELECT count(*) FROM audit_entries WHERE object = 'institution MOF'"); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
	})
}

func TestAnInstitutionIsInForceOnBothItsBounds(t *testing.T) {
	i := Institution{ValidFrom: day("2021-07-01"), ValidTo: day("2022-06-30")}
	for on, want := range map[string]bool{"2021-06-30": false, "2021-07-01": true, "2022-06-30": true, "2022-07-01": false} {
		if i.InForce(day(on)) != want {
			t.Errorf("in force on %s: %v", on, !want)
		}
	}
	if !(Institution{}).InForce(day("1950-01-01")) {
		t.Error("without bounds it is always in force")
	}
}

func TestSuccessionsEndTheOldInstitutionAndLeadToTheNewOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []string{"MLJ", "MX", "MY"} {
			_, err := h.CreateInstitution(t.Context(), h.admin, "create-institution-"+c, InstitutionChange{Code: c, Name: "Ministry " + c, ShortName: c, Kind: Government})
			must(t, err)
		}
		must(t, h.Succeed(t.Context(), h.admin, key(1), SuccessionChange{From: "MOH", To: "MLJ", Kind: Merge, EffectiveOn: day("2021-07-01"), Reason: "Legal Notice 1"}))
		must(t, h.Succeed(t.Context(), h.admin, key(2), SuccessionChange{From: "MLJ", To: "MX", Kind: Split, EffectiveOn: day("2023-01-01"), Reason: "Legal Notice 2"}))
		must(t, h.Succeed(t.Context(), h.admin, key(3), SuccessionChange{From: "MLJ", To: "MY", Kind: Split, EffectiveOn: day("2023-01-01"), Reason: "Legal Notice 2"}))
		old, err := h.Institution(t.Context(), "MOH")
		must(t, err)
		if old.ValidTo != day("2021-06-30") {
			t.Errorf("the merged one ends on %s", old.ValidTo)
		}
		if split, err := h.Institution(t.Context(), "MLJ"); err != nil || !split.ValidTo.IsZero() {
			t.Errorf("the split one ends on %s (%v)", split.ValidTo, err)
		}
		for on, want := range map[string]string{"2021-06-30": "", "2021-07-01": "MLJ", "2023-01-01": "MX MY"} {
			var codes []string
			must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
				list, err := Successors(tx, old.ID, day(on))
				for _, i := range list {
					codes = append(codes, i.Code)
				}
				return err
			}))
			if strings.Join(codes, " ") != want {
				t.Errorf("on %s: %v, want %s", on, codes, want)
			}
		}
		rows, err := h.Successions(t.Context())
		if must(t, err); len(rows) != 3 || rows[0].FromCode != "MOH" || rows[0].ToCode != "MLJ" || rows[0].RecordedByID == nil || *rows[0].RecordedByID != h.admin.PersonID {
			t.Errorf("%+v", rows)
		}
		h.whole()
	})
}

func TestBadSuccessionsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := SuccessionChange{From: "MOH", To: "MHA", Kind: Merge, EffectiveOn: day("2021-07-01"), Reason: "A notice"}
		must(t, h.Succeed(t.Context(), h.admin, key(1), good))
		for want, change := range map[string]func(*SuccessionChange){
			"succession.known":                     func(*SuccessionChange) {},
			"to=succession.circle":                 func(c *SuccessionChange) { c.From, c.To = "MHA", "MOH" },
			"to=succession.same":                   func(c *SuccessionChange) { c.To = "MOH" },
			"to=institution.unknown":               func(c *SuccessionChange) { c.To = "XX" },
			"kind=succession.kind.missing":         func(c *SuccessionChange) { c.Kind = "" },
			"effective_on=succession.date.missing": func(c *SuccessionChange) { c.EffectiveOn = calendar.Date{} },
			"reason=succession.reason.missing":     func(c *SuccessionChange) { c.Reason = " " },
			"from=institution.unknown":             func(c *SuccessionChange) { c.From = "XX" },
			"reason=problem.too_long":              func(c *SuccessionChange) { c.Reason = strings.Repeat("x", 1001) },
		} {
			c := good
			change(&c)
			wantKey(t, want, h.Succeed(t.Context(), h.admin, key(2), c), want)
		}
	})
}

// To everybody but an administrator the pages of administration do not exist.
func TestOnlyAdministratorsAdminister(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for _, role := range append([]Role{""}, Roles...) {
			if role == Administrator {
				continue
			}
			a := Actor{PersonID: 99, Role: role, InstitutionKind: Government}
			_, _, outbox := h.Outbox(ctx, a, 1)
			_, posts := h.Posts(ctx, a)
			_, people := h.People(ctx, a)
			_, person := h.Person(ctx, a, h.admin.PersonID)
			_, byEmail := h.PersonByEmail(ctx, a, h.admin.Email)
			_, institution := h.CreateInstitution(ctx, a, key(1), InstitutionChange{Code: "XX"})
			_, post := h.CreatePost(ctx, a, key(1), PostChange{Institution: "MOH", Title: "x", Role: Coordinator})
			_, invite := h.Invite(ctx, a, key(1), NewPerson{Email: "x@tracker.example", Institution: "MOH", Role: Administrator, Title: "x"})
			_, link := h.Link(ctx, a, key(1), h.admin.PersonID, Reset)
			for what, err := range map[string]error{
				"outbox": outbox, "posts": posts, "people": people, "person": person, "person by e-mail": byEmail,
				"create institution": institution, "create post": post, "invite": invite, "link": link,
				"change institution": h.ChangeInstitution(ctx, a, key(1), "MOH", 1, InstitutionChange{Name: "x"}),
				"succeed":            h.Succeed(ctx, a, key(1), SuccessionChange{From: "MOH", To: "MHA"}),
				"move":               h.MovePerson(ctx, a, key(1), h.admin.PersonID, 1, 1),
				"disable":            h.DisablePerson(ctx, a, key(1), h.admin.PersonID, 1),
				"enable":             h.EnablePerson(ctx, a, key(1), h.admin.PersonID, 1),
				"end sessions":       h.EndSessions(ctx, a, key(1), h.admin.PersonID),
				"settings":           h.ChangeSettings(ctx, a, key(1), 0, map[string]string{"owner": "x"}),
				"mail":               h.RetryMail(ctx, a, key(1), 1),
			} {
				wantKind(t, string(role)+": "+what, err, problem.NotFound)
			}
			if role != Auditor {
				_, _, trail := h.Trail(ctx, a, audit.Filter{})
				_, history := h.History(ctx, a, "settings")
				_, verify := h.VerifyTrail(ctx, a, silently)
				for what, err := range map[string]error{"trail": trail, "history": history, "verify": verify} {
					wantKind(t, string(role)+": "+what, err, problem.NotFound)
				}
			}
		}
	})
}

// The command line has no form and so no key; a person's form without one is refused.
func TestAFormWithoutAKeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.CreateInstitution(t.Context(), h.admin, "", InstitutionChange{Code: "MOF", Name: "x", ShortName: "x", Kind: Government})
		wantKind(t, "no key", err, problem.Invalid)
	})
}

func TestARefusalIsNoted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.Refuse(t.Context(), h.admin, "page.read", "GET /commitments/"+strings.Repeat("x", 300)))
		lines, total, err := h.Trail(t.Context(), CommandLine(), audit.Filter{Outcome: audit.Refused, From: h.clock.Now().Add(-time.Second)})
		if must(t, err); total != 1 || lines[0].ActorID != h.admin.PersonID || len(lines[0].Object) != 200 {
			t.Errorf("%+v", lines)
		}
		r, err := h.VerifyTrail(t.Context(), CommandLine(), silently)
		if must(t, err); !r.OK() {
			t.Errorf("%+v", r)
		}
	})
}

// silently is told how far a check of the trail is, and heeds it not.
func silently(int64, int64) error { return nil }
