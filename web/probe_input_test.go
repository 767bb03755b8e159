package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"gorm.io/gorm"

	"tracker/internal/db/dbtest"
)

// hostile is what a field of a form or a value of an address may be sent: text
// that would be a program elsewhere, what is no text, and numbers and days
// out of any range.
var hostile = []string{
	`<script>alert(1)</script>"><svg onload=alert(2)> javascript:alert(3) {{.}}${7*7} '; DROP TABLE updates;-- %00` + "\u2028\u202e",
	"\xff\xfe\x00", "-1", "9223372036854775808", "1e309", "0001-01-01",
}

// entitled is a visitor of the matrix who may send a form, or "".
func entitled(answers string) string {
	for column, sign := range strings.Fields(answers) {
		if column > 0 && strings.Contains(">y", sign) {
			return visitors[column]
		}
	}
	return ""
}

// Guards forms against text that is a program elsewhere, against bytes that
// are no text and against numbers out of range: each gets an answer of the
// tracker's own, and where it was kept every page shows it as text.
func TestHostileTextInEveryFieldStaysText(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	tried := 0
	for _, l := range writing {
		name := entitled(l.answers)
		if name == "" || l.form == "" || strings.Contains(l.path, "disable") || strings.HasSuffix(l.path, "/password") {
			continue
		}
		v := s.visitor(h, name)
		v.plain = true
		send := func(value string, fields ...string) {
			form := s.form(name, l.form)
			for _, field := range fields {
				form.Set(field, value)
			}
			if a := v.post(s.path(name, l.path), form); a.status >= http.StatusInternalServerError {
				t.Errorf("%s: %v of %q are answered with %d", a.path, fields, value, a.status)
			}
			tried++
		}
		fields := slices.Collect(maps.Keys(s.form(name, l.form)))
		for _, field := range fields {
			send(hostile[0], field)
		}
		for _, value := range hostile[1:] {
			send(value, fields...)
		}
	}
	if tried < 200 {
		t.Errorf("only %d forms were tried", tried)
	}
	dbtest.Unguard(t, h.db)
	h.write(func(tx *gorm.DB) error { // where a rule would have refused it, too
		for _, set := range []string{"updates SET done = ?", "evidence SET title = ?", "commitment_revisions SET title = ?, text = ?", "answers SET reason = ?", "recommendations SET title = ?", "nodes SET title = ?",
			"institutions SET short_name = ?, note = ?", "posts SET title = ? || id", "sessions SET device = ?", "audit_texts SET value = ?", "commitments SET title = ?"} {
			args := []any{hostile[0], hostile[0]}[:strings.Count(set, "?")]
			if err := tx.Exec("UPDATE "+set, args...).Error; err != nil {
				return err
			}
		}
		return tx.Exec("UPDATE evidence SET url = 'javascript:alert(3)' WHERE file_id IS NULL").Error
	})
	for _, name := range []string{"coordinator", "administrator", "auditor", "msd"} {
		v, shown := s.visitor(h, name), 0
		for _, path := range append(aFewOfEach(h.addresses()), "/commitments?q="+url.QueryEscape(hostile[0]), "/audit?q="+url.QueryEscape(hostile[0]), "/commitments?as_of="+url.QueryEscape(hostile[0])) {
			a := v.get(path)
			if a.status >= http.StatusInternalServerError {
				t.Errorf("%s: %s answers %d", name, path, a.status)
			}
			if a.doc != nil && strings.Contains(textOf(a.doc), "<script>alert(1)</script>") {
				shown++
			}
			for _, fault := range active(a.doc) {
				if fault == "style" && strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
					continue // a file brings its look
				}
				t.Errorf("%s: %s holds %s", name, path, fault)
			}
		}
		if shown < 3 {
			t.Errorf("%s finds the text on %d pages only", name, shown)
		}
	}
}

// aFewOfEach leaves two addresses of those that differ in numbers only.
func aFewOfEach(addresses []string) []string {
	seen := map[string]int{}
	return slices.DeleteFunc(addresses, func(path string) bool {
		shape := digits.ReplaceAllString(path, "0")
		seen[shape]++
		return seen[shape] > 2
	})
}

// smuggled are columns that no form asks for, and words that other programs
// take: sent along with a form, none of them counts.
var smuggled = url.Values{"id": {"1"}, "state": {"approved"}, "institution_id": {"2"}, "commitment_id": {"4"}, "lead_id": {"2"}, "person_id": {"1"}, "post_id": {"1"}, "actor_id": {"1"}, "country": {"ZA"},
	"is_admin": {"true"}, "admin": {"1"}, "password_hash": {"x"}, "disabled_at": {"2021-01-01"}, "demo": {"1"}, "approved_at": {"2021-01-01"}, "approved_by_id": {"1"}, "first_submitted_on": {"2021-01-01"},
	"submitted_at": {"2021-01-01"}, "drafted_by_id": {"1"}, "on_behalf": {"1"}, "own_institution": {"1"}, "corrects_id": {"1"}, "seed_key": {"x"}, "recorded_at": {"2021-01-01"}, "recorded_by_id": {"1"},
	"created_at": {"2000-01-01"}, "closed_at": {"2021-01-01"}, "ended_at": {"2021-01-01"}, "linked_by_id": {"1"}, "sort_key": {"x"}, "search": {"x"}, "published": {"1"}, "token_hash": {"x"}, "_method": {"DELETE"}}

// byChance are columns that hold a secret or the machine's time, and those of
// publications that hold the trail's head, which their files print.
var byChance = []string{"audit_seq", "audit_head", "body", "size", "sha256", "created_at", "seen_at", "used_at", "expires_at", "not_before", "at", "token_hash", "public_id", "password_hash", "last_sign_in", "taken_at", "first_at", "made_at", "sealed", "code_hash", "last_step"}

// Guards every form against fields that it does not have: what it does is the
// same with them and without.
func TestAFieldThatNoFormHasChangesNothing(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	before, tried, routes := h.content(), 0, h.s.routes()
	others := maps.Clone(smuggled) // and every field that the form of another route has
	for _, fields := range formFields {
		for _, field := range fields {
			if !others.Has(field) {
				others[strings.ReplaceAll(field, "*", "1")] = []string{"1"}
			}
		}
	}
	for _, l := range writing {
		name := entitled(l.answers)
		if name == "" {
			continue
		}
		route := routes[slices.IndexFunc(routes, func(r route) bool { return r.method == post && names(r.path, l.path) })].path
		effect := func(more url.Values) map[string][]map[string]any {
			h := h
			if strings.HasPrefix(l.path, purgePath+"/entries/") { // what is deleted from the trail cannot be put back
				h, _ = s.copy(t, "nobody")
			}
			form := s.form(name, l.form)
			for field, values := range more {
				if !form.Has(field) && (smuggled.Has(field) || !takesField(route, field)) {
					form[field] = values
				}
			}
			form.Set("key", "0123456789abcdef")
			v := s.visitor(h, name)
			v.plain = true
			h.write(func(tx *gorm.DB) error { return tx.Exec("DELETE FROM sqlite_sequence").Error }) // numbers go on from what is there
			address := s.path(name, l.path)
			if more != nil {
				address += "?" + smuggled.Encode() // the others are more than an address may hold
			}
			v.post(address, form)
			after := h.content()
			kept := map[string][]map[string]any{}
			for table, rows := range after {
				for _, row := range rows {
					row = maps.Clone(row) // what was not written to is shared with before
					for _, column := range byChance {
						delete(row, column)
					}
					kept[table] = append(kept[table], row)
				}
			}
			h.restore(before)
			return kept
		}
		if plain, more := effect(nil), effect(others); !maps.EqualFunc(plain, more, sameRows) {
			for table := range plain {
				if !sameRows(plain[table], more[table]) {
					t.Errorf("%s: a field that the form does not have changes %s", l.path, table)
				}
			}
		}
		tried++
	}
	if tried < 40 {
		t.Errorf("only %d forms were tried", tried)
	}
}

// active lists what a browser would run or follow blindly in a page.
func active(n *html.Node) (faults []string) {
	if n == nil {
		return nil
	}
	if n.Type == html.ElementNode {
		if n.Data == "script" || n.Data == "iframe" || n.Data == "object" || n.Data == "style" {
			faults = append(faults, n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			address := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction"
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || address && strings.Contains(strings.SplitN(value, "/", 2)[0], ":") && !strings.HasPrefix(value, "http:") && !strings.HasPrefix(value, "https:") {
				faults = append(faults, a.Key+"="+a.Val)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		faults = append(faults, active(c)...)
	}
	return faults
}

// Guards addresses against what no page wrote: each is answered by a page
// that helps, never by a fault.
func TestNoAddressIsAFault(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	var addresses []string
	values := append([]string{"0", "9223372036854775807", "../../etc/passwd", "..", "(select 1)"}, hostile...)
	for _, r := range h.s.echo.Routes() {
		if r.Method != get {
			continue
		}
		for _, value := range values {
			parts := strings.Split(r.Path, "/")
			for i, part := range parts {
				if strings.HasPrefix(part, ":") {
					parts[i] = url.PathEscape(value)
				}
			}
			q := url.Values{}
			for _, name := range []string{"page", "per_page", "sort", "as_of", "status", "flag", "institution", "node", "answers", "q", "from", "to", "action", "object", "for", "item", "edition", "role", "state", "id"} {
				q.Set(name, value)
			}
			addresses = append(addresses, strings.Join(parts, "/")+"?"+q.Encode())
		}
	}
	addresses = append(addresses, "/commitments?page=1e9", "/commitments?%zz", "/commitments?a;b", "/commitments?id=1&id=2&status=stalled&status=x", "/reports/status.xlsx?as_of=0001-01-01", "/reports/status.pdf?as_of=1900-01-01")
	for _, path := range addresses {
		name := "coordinator"
		switch {
		case strings.HasPrefix(path, "/admin"), strings.HasPrefix(path, "/outbox"):
			name = "administrator"
		case strings.HasPrefix(path, "/audit"):
			name = "auditor"
		}
		v := s.visitor(h, name)
		if a := v.get(path); a.status >= http.StatusInternalServerError {
			t.Errorf("%s: %s answers %d", name, path, a.status)
		}
	}
}

// Guards forms against bodies that say one thing twice, or in another
// language, or in no language at all: none gets past a rule, none is a fault.
func TestABodyThatIsNoFormChangesNothing(t *testing.T) {
	s := newScene(t)
	h, v := s.copy(t, "coordinator")
	path := s.path("coordinator", "/updates/:submitted/approve")
	before := h.content()
	for name, c := range map[string]struct{ kind, query, body string }{
		"JSON":           {"application/json", "", `{"version":3,"key":"0123456789abcdef"}`},
		"XML":            {"application/xml", "", "<version>2</version>"},
		"plain text":     {"text/plain", "", "version=3&key=0123456789abcdef"},
		"no type":        {"", "", "version=3&key=0123456789abcdef"},
		"a broken type":  {"application/x-www-form-urlencoded; charset", "", "version=3&key=0123456789abcdef"},
		"the address":    {"application/x-www-form-urlencoded", "?version=3&key=0123456789abcdef", ""},
		"broken escapes": {"application/x-www-form-urlencoded", "", "version=3&key=0123456789abcdef&x=%zz"},
		"a broken query": {"application/x-www-form-urlencoded", "?a;b", "version=3&key=0123456789abcdef"},
		"a broken part":  {"multipart/form-data; boundary=x", "", "--x\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\n3"},
		"no boundary":    {"multipart/form-data", "", "version=3"},
		"twice":          {"application/x-www-form-urlencoded", "", "version=9&version=3&key=0123456789abcdef"},
		"a megabyte":     {"application/x-www-form-urlencoded", "", "version=3&key=0123456789abcdef&reason=" + strings.Repeat("x", 1<<20)},
	} {
		r := httptest.NewRequest(http.MethodPost, path+c.query, strings.NewReader(c.body))
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		a := v.send(r)
		if a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d %s", name, a.status, a.text("h1"))
		}
		if !h.same(before) {
			t.Fatalf("%s approved an update", name)
		}
	}
	// A field in the body wins over one of the same name in the address, and an id in either over none.
	r := httptest.NewRequest(http.MethodPost, path+"?version=9&id=1", strings.NewReader(fmt.Sprint("version=3&id=1&key=", newKey())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	v.send(r).is(http.StatusSeeOther)
	var state string
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT state FROM updates WHERE id = ?", s.objects["submitted"]).Scan(&state).Error
	}))
	if state != "approved" {
		t.Errorf("the update of the address is %s", state)
	}
}
