package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db/dbtest"
)

// newTrail is a small plan whose auditor reads a trail of more than one page.
func newTrail(t *testing.T) *planned {
	t.Helper()
	p := newPlanned(t)
	p.one.post("/commitments/new", p.promise()).is(http.StatusSeeOther)
	p.msd.get("/admin").is(http.StatusNotFound)
	p.write(func(tx *gorm.DB) error {
		for i := range audit.PageSize {
			err := audit.Append(tx, testDay.AddDate(0, 0, -10), audit.Event{Who: accounts.CommandLine().Who(), Action: "settings.change", Object: "settings",
				Changes: []audit.Change{{Field: "stale_days", Old: fmt.Sprint(60 + i), New: fmt.Sprint(61 + i)}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return p
}

// found is how many entries a list of the trail says that it holds.
func found(t *testing.T, a *answer) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(strings.ReplaceAll(a.is(http.StatusOK).text(".head .meta"), "\u00a0", ""), &n); err != nil {
		t.Fatalf("%s does not say how many entries it shows: %q", a.path, a.text(".head .meta"))
	}
	return n
}

func TestTheTrailIsFilteredAndPaged(t *testing.T) {
	p := newTrail(t)
	count := func(where string, args ...any) int {
		return p.count("SELECT count(*) FROM audit_entries WHERE "+where, args...)
	}
	for query, want := range map[string]int{
		"":                    count("1 = 1"),
		"?action=commitment.": count("action LIKE 'commitment.%'"),
		"?action=sign_":       count(`action LIKE 'sign\_%' ESCAPE '\'`),
		"?outcome=refused":    count("outcome = 'refused'"),
		"?object=" + url.QueryEscape("commitment MHA-09"): 1,
		"?actor=COORDINATOR+one":                          count("actor LIKE 'coordinator one%'"),
		"?actor=msd":                                      count("institution = 'MSD'"),
		"?q=stale_days":                                   audit.PageSize,
		"?to=29+October+2021":                             audit.PageSize,
		"?from=30+10+2021&q=stale_days":                   0,
		"?from=8+11+2021&to=8+November+2021":              count("action <> 'settings.change'"),
		"?q=%25":                                          0,
		"?actor=%FF%00":                                   0,
		"?action=none.&outcome=odd&page=999999":           0,
	} {
		a := p.auditor.get("/audit" + query)
		if n := found(t, a); n != want || want == 0 && len(a.find(".empty")) != 1 || want > 0 && len(a.find("tbody tr")) != min(want, audit.PageSize) {
			t.Errorf("%s finds %d entries and shows %d, not %d", query, n, len(a.find("tbody tr")), want)
		}
	}
	if count("outcome = 'refused'") == 0 || count("institution = 'MSD'") == 0 {
		t.Error("the trail holds nothing to filter")
	}
	a := p.auditor.get("/audit?q=settings&action=settings.").is(http.StatusOK).says(".chips", "“settings”", "Settings")
	if len(a.find(".pager")) != 0 {
		t.Error("one page is paged")
	}
	seen := map[string]bool{}
	pages := 0
	for next := "/audit"; next != ""; pages++ {
		a := p.auditor.get(next).is(http.StatusOK)
		for _, row := range a.find("tbody tr") {
			seen[attr(row, "id")] = true
		}
		next = ""
		if link := a.find(".pager a[rel=next]"); len(link) == 1 {
			next = attr(link[0], "href")
		}
	}
	if all := count("1 = 1"); len(seen) != all || pages != (all+audit.PageSize-1)/audit.PageSize {
		t.Errorf("%d pages show %d of %d entries", pages, len(seen), all)
	}
}

func TestTheTrailTellsWhoDidWhat(t *testing.T) {
	p := newTrail(t)
	a := p.auditor.get("/audit?object="+url.QueryEscape("commitment MHA-09")).is(http.StatusOK).says("h1", "What was done to: commitment MHA-09").says(".crumb", "Audit")
	a.says("tbody", "added the commitment", "coordinator one@tracker.example", "Coordinator, MSC", "8 November 2021", "Agreed in March", "text held apart")
	p.auditor.get(attr(a.find(`tbody a[href^="/commitments/"]`)[0], "href")).is(http.StatusOK)
	for object, href := range map[string]string{"framework NSF": "/framework", "node NSF 3.1": "/framework", "mechanism TIP": "/recommendations", "edition TIP 2021": "/recommendations/editions/TIP/2021",
		"recommendation TIP 2021/1": "/recommendations/editions/TIP/2021", "period 2021-22": "/periods"} {
		links := p.auditor.get("/audit?object=" + url.QueryEscape(object)).is(http.StatusOK).find(`tbody td .meta a`)
		if len(links) != 1 || attr(links[0], "href") != href {
			t.Errorf("%s does not lead to %s", object, href)
			continue
		}
		p.auditor.get(href).is(http.StatusOK)
	}
	p.auditor.get("/audit?q=stale_days&page=1").says("tbody", "stale days: 109 110")
	for _, bad := range []string{"from=soon", "to=31+June+2021"} {
		field, _, _ := strings.Cut(bad, "=")
		wrongBeside(p.auditor.get("/audit?"+bad), field)
	}
	// Free text that was purged is named as such, and is no fault.
	p.write(func(tx *gorm.DB) error {
		var seq int64
		if err := tx.Raw("SELECT seq FROM audit_texts WHERE value = 'Agreed in March'").Scan(&seq).Error; err != nil {
			return err
		}
		return audit.Purge(tx, testDay, accounts.CommandLine().Who(), seq, "reason", "It named a person")
	})
	a = p.auditor.get("/audit?object="+url.QueryEscape("commitment MHA-09")).hides("Agreed in March").says("tbody", "reason: text, purged")
	p.auditor.get(attr(a.find(`tbody a[href^="/audit?object=entry"]`)[0], "href")).is(http.StatusOK).says("tbody", "purged a text of an entry", "It named a person")
}

// Each way of altering the trail is seen, and the first broken entry named;
// the page shows the rest all the same.
func TestTheTrailIsVerifiedOnItsPage(t *testing.T) {
	p := newTrail(t)
	verify := func() *answer {
		a := p.auditor.get("/audit").is(http.StatusOK)
		return p.auditor.post("/audit/verify", filled(a, "/audit/verify")).is(http.StatusOK)
	}
	whole := verify()
	head := p.count("SELECT seq FROM audit_head")
	whole.says("[role=status]", "The trail is whole", fmt.Sprintf("%d entries computed again", head)).says(".note", fmt.Sprintf("Entry %d is the newest", head))
	if len(whole.find("code")) != 1 || len(whole.text("code")) != 64 {
		t.Errorf("the newest hash is %q", whole.text("code"))
	}
	dbtest.Unguard(t, p.db)
	for _, c := range []struct{ name, do, says string }{
		{"a column", "UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 7", "broken at entry 7 A column of it was altered"},
		{"an entry", "DELETE FROM audit_entries WHERE seq = 5", "broken at entry 5 The entry is missing"},
		{"changes", "UPDATE audit_entries SET details = '{no list' WHERE seq = 4", "broken at entry 4"},
		{"a link", "UPDATE audit_entries SET prev_hash = hash WHERE seq = 3", "broken at entry 3 It does not hold the hash"},
	} {
		p.write(func(tx *gorm.DB) error { return tx.Exec(c.do).Error })
		if a := verify(); !strings.Contains(a.text("[role=status]"), c.says) {
			t.Errorf("after altering %s: %s", c.name, a.text("[role=status]"))
		}
	}
	p.auditor.get("/audit?page=3").is(http.StatusOK).says("#entry-4", "Its changes cannot be read")
	p.one.post("/audit/verify", url.Values{}).is(http.StatusNotFound)
}

// Publications and shared summaries could not be chosen: every action that has
// words can be found by its kind.
func TestEveryActionIsFoundByItsKind(t *testing.T) {
	file, err := os.ReadFile("../internal/i18n/en.audit.json")
	must(t, err)
	words := map[string]string{}
	must(t, json.Unmarshal(file, &words))
	p := newPlanned(t)
	page := p.auditor.get("/audit").is(http.StatusOK)
	var kinds []string
	for _, option := range page.find("#action option") {
		if kind := attr(option, "value"); kind != "" {
			kinds = append(kinds, kind)
		}
	}
	for key := range words {
		action, ok := strings.CutPrefix(key, "audit.action.")
		if ok && !slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(action, kind) }) {
			t.Errorf("%s is of none of the kinds %v", action, kinds)
		}
	}
	if len(kinds) < 20 {
		t.Errorf("only %v can be chosen", kinds)
	}
}
