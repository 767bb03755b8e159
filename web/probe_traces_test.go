package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gorm.io/gorm"
)

// unseen names rows that some visitors may not see, as conditions on updates
// and on commitments.
var unseen = []struct{ name, updates, commitments, visitors string }{
	{"drafts of institutions", "state = 'draft' AND on_behalf = FALSE", "1 = 0", "coordinator"},
	{"what other institutions have in review", "state <> 'approved' AND institution_id NOT IN (SELECT id FROM institutions WHERE code = 'MHA')", "1 = 0", "mha"},
	{"what is in review", "state <> 'approved'", "1 = 0", "countersigner administrator"},
	{"what the organisation has no part in", "commitment_id NOT IN (" + organised + ")", "id NOT IN (" + organised + ")", "ngo"},
}

// forget deletes rows and all that hangs on them.
func (h *house) forget(updates, commitments string) {
	h.write(func(tx *gorm.DB) error {
		ofUpdate, ofCommitment := "update_id IN (SELECT id FROM updates WHERE "+updates+")", "commitment_id IN (SELECT id FROM commitments WHERE "+commitments+")"
		for _, statement := range []string{"current_status WHERE " + ofCommitment, "summary_releases WHERE " + ofUpdate,
			"verification_papers WHERE verification_id IN (SELECT id FROM verifications WHERE " + ofUpdate + ")", "verifications WHERE " + ofUpdate, "evidence WHERE " + ofUpdate, "decisions WHERE " + ofUpdate, "comments WHERE " + ofUpdate, "clearances WHERE " + ofUpdate, "update_authors WHERE " + ofUpdate,
			"updates WHERE " + updates, "answers WHERE " + ofCommitment, "agreed_actions WHERE " + ofCommitment, "agenda_items WHERE " + ofCommitment, "ratings WHERE " + ofCommitment, "supports WHERE " + ofCommitment, "transfers WHERE " + ofCommitment,
			"commitment_revisions WHERE " + ofCommitment, "commitments WHERE " + commitments} {
			done := tx.Exec("DELETE FROM " + statement)
			if done.Error != nil {
				return done.Error
			}
			if strings.HasPrefix(statement, "updates") && done.RowsAffected == 0 {
				h.t.Fatalf("the scene has no update where %s", updates)
			}
		}
		return nil
	})
}

// forgetOthers deletes what other people keep for themselves: their chosen
// reports.
func (h *house) forgetOthers(v *visitor) {
	h.write(func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM report_choices WHERE person_id <> ?", v.actor.PersonID).Error
	})
}

var formKey = regexp.MustCompile(`value="[0-9a-f]{32}`)

// Guards counts, totals, filters, searches and gaps: what a visitor may not
// see leaves no trace. Every page they get is the same with it and without it.
func TestWhatIsNotSeenLeavesNoTrace(t *testing.T) {
	s := newScene(t)
	for _, u := range unseen {
		for name := range strings.FieldsSeq(u.visitors) {
			t.Run(u.name+" for "+name, func(t *testing.T) {
				t.Parallel()
				with, v := s.copy(t, name)
				without, w := s.copy(t, name)
				v.plain, w.plain = true, true
				addresses := append(with.addresses(), "/commitments?q=shelter", "/commitments?q=MHA-01", "/commitments?q=draft+step", "/commitments?flag=in_review", "/commitments?institution=MHA",
					"/commitments?page=2", "/evidence?page=2", "/review?page=2", "/indicators?page=2", "/evidence?q=draft", "/jobs?page=2", "/import?page=2")
				without.forget(u.updates, u.commitments)
				without.forgetOthers(w)
				for _, path := range addresses {
					if path == "/account" || strings.HasPrefix(path, "/audit") || strings.HasSuffix(path, ".pdf") { // of the session and of the trail; as the workbook
						continue
					}
					a, b := v.get(path), w.get(path)
					plain := func(a *answer) string {
						return formKey.ReplaceAllString(strings.ReplaceAll(a.body, a.header.Get("X-Request-Id"), ""), "")
					}
					if a.status != b.status || plain(a) != plain(b) {
						t.Errorf("%s shows a trace: %s", path, difference(plain(a), plain(b)))
					}
					a.header.Del("X-Request-Id")
					b.header.Del("X-Request-Id")
					if fmt.Sprint(a.header) != fmt.Sprint(b.header) || a.header.Get("ETag")+a.header.Get("Last-Modified") != "" {
						t.Errorf("%s shows a trace in its headers: %v, %v", path, a.header, b.header)
					}
				}
			})
		}
	}
}

// difference is where two pages part.
func difference(a, b string) string {
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return strings.Join(strings.Fields(a[max(0, i-80):min(len(a), i+80)]), " ")
		}
	}
	return "an end"
}

// Guards "already there": a form that says that a name is taken is open only
// to those who see all of such names; signing in says it to nobody.
func TestOnlyWhoSeesAllIsToldThatANameIsTaken(t *testing.T) {
	h, names := newHouse(t, testDay), 0
	for _, r := range h.s.routes() {
		if r.method != post || r.may&anybody != 0 {
			continue
		}
		for _, field := range []string{"code", "ref", "email"} {
			if !takesField(r.path, field) || field == "code" && strings.HasPrefix(r.path, secondPath) { // there it is an app's, and no name
				continue
			}
			if names++; r.may != coordinator && r.may != administrator {
				t.Errorf("POST %s takes %q from those who do not see all there are", r.path, field)
			}
		}
	}
	if names < 5 {
		t.Errorf("only %d forms name something new", names)
	}
}
