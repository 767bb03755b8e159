package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
)

// purgingHouse is a small plan with an administrator, an auditor and an entry with
// texts that name somebody.
type purgingHouse struct {
	*planned
	admin, other *visitor
	entry        int64
}

func newPurging(t *testing.T, d *db.DB) purgingHouse {
	t.Helper()
	p := plannedOn(houseOn(t, d, testDay))
	h := purgingHouse{planned: p, admin: p.person("admin@tracker.example", "MSC", accounts.Administrator), other: p.person("second@tracker.example", "MSC", accounts.Administrator)}
	p.write(func(tx *gorm.DB) error {
		err := audit.Append(tx, testDay, audit.Event{Who: accounts.CommandLine().Who(), Action: "update.submit", Object: "update 1", Changes: []audit.Change{
			{Field: "summary", New: "ZQ-NAMES a child", Free: true}, {Field: "next_step", New: "ZQ-ALSO names her", Free: true}, {Field: "note", Old: "ZQ-OLD", Free: true}, {Field: "status", New: "met"}}})
		if err != nil {
			return err
		}
		return tx.Raw("SELECT max(seq) FROM audit_entries").Scan(&h.entry).Error
	})
	return h
}

func (h purgingHouse) at() string { return "/admin/purge/entries/" + itoa(h.entry) }

// texts is how many of the entry's texts have words.
func (h purgingHouse) texts() int {
	return h.count("SELECT count(*) FROM audit_texts WHERE seq = ? AND value <> ''", h.entry)
}

// An administrator says which text and why, sees what goes and what stays, and
// only then purges; the page and the trail tell it afterwards. The words are
// shown to nobody but the auditor.
func TestAnAdministratorPurgesATextInTwoSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newPurging(t, d)
		h.admin.get("/admin").is(http.StatusOK).says("main", "Purge")
		list := h.admin.get("/admin/purge").is(http.StatusOK).says("main", "Nothing was purged yet", "no publication that was recalled")
		if len(list.find(`form[action="/admin/purge"] input[name=entry]`)) != 1 {
			t.Fatal("the number of an entry is not asked for")
		}
		h.admin.get("/admin/purge?entry=+" + itoa(h.entry) + "+").leads(h.at())
		first := h.admin.get(h.at()).is(http.StatusOK).says("main", "Updates", "8 November 2021", "summary", "16 characters", "next step", "note: was empty").hides("ZQ-", "Purge it for ever", "status", "update 1", "command line")
		for form, field := range map[string]string{"field=summary&reason=+": "reason", "field=&reason=why": "field", "field=status&reason=why": "field", "field=summary&reason=" + strings.Repeat("x", audit.ReasonMost+1): "reason"} {
			values, _ := url.ParseQuery(form)
			h.admin.post(h.at(), values).is(http.StatusUnprocessableEntity).says("#"+field+"-error", "").hides("Purge it for ever")
			values.Set("confirmed", "yes")
			h.admin.post(h.at(), values).is(http.StatusUnprocessableEntity).says("#"+field+"-error", "")
		}
		sure := h.admin.post(h.at(), filled(first, h.at(), "field", "summary", "reason", "It names a child")).is(http.StatusOK).
			says("h1", "for ever").says("main", "“summary” in entry "+itoa(h.entry), "The chain of the audit trail, whole", "salted hash", "It names a child").hides("ZQ-")
		if n := h.texts(); n != 2 {
			t.Fatalf("after the first step %d texts are left", n)
		}
		h.admin.post(h.at(), filled(sure, h.at())).leads("/admin/purge")
		h.admin.get("/admin/purge").says(".flash", "is deleted for good").says("tbody", "purged a text of an entry", "admin@tracker.example", "entry "+itoa(h.entry), "reason: It names a child").hides("ZQ-")
		h.admin.get(h.at()).is(http.StatusOK).says("main", "summary: purged on", "next step")
		if n := h.texts(); n != 1 {
			t.Errorf("%d texts are left", n)
		}
		h.auditor.get("/audit?object=update+1").says("tbody", "summary: text, purged", "ZQ-ALSO names her").hides("ZQ-NAMES")
		h.auditor.get("/audit?object=entry+"+itoa(h.entry)).says("tbody", "purged a text of an entry", "It names a child", "admin@tracker.example")
		if r, err := audit.Verify(t.Context(), d); err != nil || !r.OK() || r.Purged != 1 {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// A text goes once: who confirms too late is told, and sees how it stands; of
// two at the same moment one purges.
func TestATextIsPurgedByOneOfTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newPurging(t, d)
		form := url.Values{"field": {"summary"}, "reason": {"It names a child"}, "confirmed": {"yes"}}
		answers := make([]*answer, 2)
		var both sync.WaitGroup
		for i, v := range []*visitor{h.admin, h.other} {
			both.Go(func() {
				answers[i] = v.post(h.at(), url.Values{"field": form["field"], "reason": form["reason"], "confirmed": form["confirmed"], "key": {newKey()}})
			})
		}
		both.Wait()
		done, late := answers[0], answers[1]
		if done.status != http.StatusSeeOther {
			done, late = late, done
		}
		done.leads("/admin/purge")
		late.is(http.StatusConflict).says("main", "This text is purged already").hides("Purge it for ever")
		if n := h.count("SELECT count(*) FROM audit_entries WHERE action = 'trail.purge'"); n != 1 {
			t.Errorf("%d entries say so", n)
		}
		form.Set("field", "next_step")
		h.admin.post(h.at(), form).leads("/admin/purge")
		h.admin.get(h.at()).is(http.StatusOK).says("main", "Nothing of this entry is left")
	})
}

// A wrong number is said beside it, and an entry without a text says so.
func TestAWrongNumberIsNoEntryToPurge(t *testing.T) {
	h := newPurging(t, dbtest.SQLite(t))
	for _, number := range []string{"", "soon", "0", "-1", "99999", "99999999999999999999", "1.5"} {
		wrongBeside(h.admin.get("/admin/purge?entry="+number), "entry")
	}
	for _, number := range []string{"soon", "0", "-1", "99999", "99999999999999999999"} {
		h.admin.get("/admin/purge/entries/" + number).is(http.StatusNotFound)
		h.admin.post("/admin/purge/entries/"+number, url.Values{"field": {"summary"}, "reason": {"why"}, "confirmed": {"yes"}}).is(http.StatusNotFound)
	}
	plain := strconv.Itoa(h.count("SELECT min(seq) FROM audit_entries WHERE seq NOT IN (SELECT seq FROM audit_texts)"))
	a := h.admin.get("/admin/purge/entries/"+plain).is(http.StatusOK).says("main", "no text that lies apart")
	if len(a.find("main form")) != 0 {
		t.Error("it has a form all the same")
	}
	h.admin.post("/admin/purge/entries/"+plain, url.Values{"field": {"summary"}, "reason": {"why"}, "confirmed": {"yes"}}).is(http.StatusUnprocessableEntity)
}

// A publication is purged after a coordinator recalled it, the newest as well,
// in two steps; what was only prepared and taken back, too.
func TestAnAdministratorPurgesWhatAPublicationTellsInTwoSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newPurging(t, d)
		label := h.publish(plan.Public)
		id := int64(h.count("SELECT id FROM publications WHERE label = ?", label))
		at := "/admin/purge/publications/" + itoa(id)
		h.admin.get(at).is(http.StatusOK).says("main", label, "A coordinator has to recall the publication first")
		h.admin.post(at, url.Values{"version": {"2"}, "reason": {"why"}, "confirmed": {"yes"}}).is(http.StatusConflict).says("main", "recall the publication first")
		h.admin.get("/publications/" + label).hides("Purge what it tells")
		must(t, h.s.Publications.Recall(t.Context(), h.one.actor, newKey(), label, 2, "A name was in it", ""))
		h.two.get("/publications/" + label).hides("Purge what it tells")
		if links := h.admin.get("/publications/" + label).find(`main a[href="` + at + `"]`); len(links) != 1 {
			t.Errorf("%d links lead from the publication", len(links))
		}
		h.admin.get("/admin/purge").is(http.StatusOK).says("tbody", label, "Recalled")
		wrongBeside(h.admin.post(at, filled(h.admin.get(at), at, "reason", " ")), "reason")
		first := h.admin.get(at).is(http.StatusOK).says("main", "A name was in it", "files").hides("for ever")
		h.admin.post(at, url.Values{"version": {"2"}, "reason": {"why"}}).is(http.StatusConflict).hides("Purge it for ever")
		sure := h.admin.post(at, filled(first, at, "reason", "It names a child")).is(http.StatusOK).says("main", "frozen report", "All files", "fingerprints", "It names a child")
		if n := h.count("SELECT count(*) FROM publications WHERE id = ? AND value = ''", id); n != 0 {
			t.Fatal("the first step purged")
		}
		h.admin.post(at, filled(sure, at)).leads("/admin/purge")
		h.admin.get("/admin/purge").is(http.StatusOK).says("main", "no publication that was recalled", "purged what a publication tells", "It names a child", label)
		h.admin.get(at).is(http.StatusOK).says("main", "was purged on", "It names a child").hides("See what goes")
		h.other.post(at, filled(sure, at)).is(http.StatusConflict).says("main", "was purged")
		h.auditor.get("/audit?object=publication+"+itoa(id)).says("tbody", "purged what a publication tells", "It names a child", "admin@tracker.example")
		if n := h.count("SELECT count(*) FROM audit_entries WHERE action = 'publication.purge'"); n != 1 {
			t.Errorf("%d entries say so", n)
		}
		taken := h.prepare(h.one, plan.Internal)
		must(t, h.s.Publications.Withdraw(t.Context(), h.one.actor, newKey(), taken, 1))
		h.admin.get("/admin/purge").is(http.StatusOK).says("tbody", "never published", "Taken back")
		back := "/admin/purge/publications/" + itoa(taken)
		h.admin.post(back, filled(h.admin.post(back, filled(h.admin.get(back), back, "reason", "why")), back)).leads("/admin/purge")
		if n := h.count("SELECT count(*) FROM publications WHERE id = ? AND value = '' AND purge_reason = 'why'", taken); n != 1 {
			t.Error("what was taken back is there still")
		}
	})
}
