package web

import (
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
				addresses := append(with.addresses(), "/commitments?q=shelter", "/commitments?q=MHA-01", "/commitments?q=draft+step", "/commitments?flag=in_review", "/commitments?institution=MHA")
				without.forget(u.updates, u.commitments)
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
