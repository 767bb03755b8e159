package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracker/internal/accounts"
)

// facts are what the rules ask of an object of the scene: its state, and which
// visitors stand to it as a rule says. What a name is not in here has no state
// and is nobody's.
type facts struct {
	state  string
	rules  map[string]string // by the rule: the visitors that it holds for
	parent string            // the only object that leads to it, where an address names both
}

// of makes facts: "rule visitor visitor, rule visitor".
func of(state, rules string) facts {
	f := facts{state: state, rules: map[string]string{}}
	for one := range strings.SplitSeq(rules, ",") {
		if name, who, ok := strings.Cut(strings.TrimSpace(one), " "); ok {
			f.rules[name] = who
		}
	}
	return f
}

func (f facts) under(parent string) facts {
	f.parent = parent
	return f
}

// sceneFacts are the facts of the scene, by the name in the matrix; what the
// name means in one thing only stands with the thing's name before it.
var sceneFacts = map[string]facts{
	"shared": of("", "involved msd mha ngo, lead msd"), "alone": of("", "involved msd, lead msd"),
	"recommendation": of("", "answers msd"), "institution msd": of("", "own msd"), "institution bds": of("", "own ngo"),
	"draft": of("draft", "own msd, writing msd, deciding coordinator"), "ngo_draft": of("draft", "own ngo, writing ngo"),
	"submitted": of("submitted", "own msd, writing msd, deciding coordinator"), "returned": of("returned", "own msd, writing msd"),
	"behalf_draft": of("draft", "own msd, writing coordinator"), "behalf": of("submitted", "own msd, writing coordinator, deciding msd"),
	"correction": of("approved", "own msd, involved msd mha ngo"), "approved": of("approved", "own msd, involved msd mha ngo"), "filed": of("approved", "own msd, involved msd mha ngo"), "foreign": of("approved", "own mha, involved mha"),
	"paper_draft": of("unsent", "own msd, writing msd").under("draft"), "paper_sent": of("submitted", "own msd").under("submitted"), "paper": of("approved", "own msd, involved msd mha ngo").under("filed"),
	"paper_lent": of("lent", "own msd, involved msd mha ngo").under("filed"), "paper_barred": of("quarantined", "own msd, involved msd mha ngo").under("filed"),
	"clearance": of("", "clears mha"), "to_clear": of("asked", "clears mha"), "not_cleared": of("refused", "clears mha"), "m_to_clear": of("asked", "clears mha"), "m_not_cleared": of("refused", "clears mha"),
	"deadline": of("open", "involved ngo"), "closed": of("closed", "second coordinator countersigner"), "dialogue": of("meeting", ""), "unasked": of("open", ""), "deadline asked": of("open", "involved ngo"),
	"question dialogue": {parent: "none"}, "question asked": of("", "asked msd ngo"), "question unasked": of("", ""), "q_msd": of("open", "asked msd").under("asked"), "q_ngo": of("answered", "asked ngo").under("asked"), "q_own": of("answered", "").under("asked"),
	"counted": of("", "own msd, involved msd"), "counted_ngo": of("", "own ngo, involved ngo"),
	"m_draft": of("draft", "own msd, writing msd"), "m_sent": of("submitted", "own msd, writing msd, deciding coordinator"), "m_back": of("returned", "own msd, writing msd"), "m_behalf_draft": of("draft", "own msd, writing coordinator"),
	"m_behalf": of("submitted", "own msd, writing coordinator, deciding msd"), "m_approved": of("approved", "own msd, involved msd"), "m_old": of("approved", "own msd, involved msd"), "m_ngo": of("approved", "own ngo, involved ngo"),
	"talk": of("planned", ""), "coming": of("planned", ""), "talked": of("held", ""), "point": {parent: "talk"},
	"undertaken": of("", "own partner"), "undertaken_other": of("", ""),
	"pub_internal": of("published", ""), "pub_partner": of("published", "addressed partner"), "pub_ngo": of("published", "addressed ngo"), "pub_public": of("published", "addressed ngo partner, public nobody"), "pub_newer": of("published", "addressed ngo partner, public nobody"),
	"pub_recalled": of("recalled", "addressed partner"), "recalled": of("recalled", ""), "taken_back": of("withdrawn", ""), "pub_record": of("record", "addressed partner"), "pub_cleared": of("record", "addressed partner"), "prepared": of("prepared", "second coordinator countersigner"), "prepared_own": of("prepared", "second countersigner"),
	"invitation": of("invited", ""), "identity": of("", "theirs coordinator"), "identity_mha": of("", "theirs mha"), "person identity": {parent: "none"}, "person identity_mha": {parent: "person_mha"},
	"choice": of("", "theirs coordinator"), "choice_other": of("", ""), "job": of("done", "theirs coordinator"), "job_lost": of("failed", "theirs coordinator"), "job_other": of("failed", ""), "job_trail": of("", "theirs auditor"),
	"import": of("", "theirs coordinator"), "import_other": of("", ""), "import_admin": of("", "theirs administrator"),
	"mine": of("", "theirs msd mha ngo coordinator countersigner partner auditor administrator"), "session": of("", ""),
	"answer": {parent: "shared"}, "item": {parent: "recommendation"}, "item2": {parent: "other"}, "foreign_answer": {parent: "other"},
}

// factsOf are the facts of a line of the matrix: of the last object that its
// address names. Fits is false when the address leads to it through another's
// parent.
func factsOf(thing, path string) (f facts, fits bool) {
	fits = true
	before := ""
	for part := range strings.SplitSeq(strings.NewReplacer(".csv", "", ".xlsx", "").Replace(path), "/") {
		name, is := strings.CutPrefix(part, ":")
		if !is {
			continue
		}
		one, there := sceneFacts[thing+" "+name]
		if !there {
			one, there = sceneFacts[name]
		}
		if there {
			f, fits = one, one.parent == "" || one.parent == before
		}
		before = name
	}
	if before == "" {
		f = sceneFacts[thing]
	}
	return f, fits
}

// holds says whether a party is a visitor, by the facts of an object.
func (p party) holds(visitor string, role accounts.Role, f facts) bool {
	if p.role != "anybody" && p.role != string(role) {
		return false
	}
	if p.rule == "government" {
		return visitor != "ngo"
	}
	return p.rule == "" || slices.Contains(strings.Fields(f.rules[p.rule]), visitor)
}

// allows says whether an act is a visitor's in the state of an object, and by
// which party.
func (a act) allows(may permission, visitor string, role accounts.Role, f facts) (by party, ok bool) {
	for _, c := range a.claims() {
		if c.states != "" && !slices.Contains(strings.Fields(c.states), f.state) {
			continue
		}
		for _, p := range c.parties(may) {
			if p.holds(visitor, role, f) {
				return p, true
			}
		}
	}
	return party{}, false
}

// elsewhere are claims that the scene has nobody or nothing for, by their
// ends, and the test of a slice that holds them.
var elsewhere = map[string]string{
	"account second_set_up  all/": "accounts.TestSettingUpASecondFactorNeedsThePasswordAndACode",
	"unsent coordinator/writing":  "progress.TestWhoIsOnTheWritingSide", "returned coordinator/writing": "progress.TestWhoIsOnTheWritingSide",
	"dialogue held prepared coordinator/": "dialogues.TestADialogueIsPlannedChangedAndHeld", "dialogue planned prepared coordinator/": "dialogues.TestADialogueIsPlannedChangedAndHeld", "dialogue planned followed_up coordinator/": "dialogues.TestADialogueIsPlannedChangedAndHeld",
	"recalled focal_point/addressed": "reports/publications.TestWhoSeesAPublication", "recalled anybody/public": "reports/publications.TestWhoSeesAPublication", "record focal_point/addressed": "reports/publications.TestWhoSeesAPublication", "record anybody/public": "reports/publications.TestWhoSeesAPublication",
}

// A claim that is held elsewhere names a test that is there.
func TestWhatIsHeldElsewhereIsHeld(t *testing.T) {
	for claim, name := range elsewhere {
		folder, test, _ := strings.Cut(name, ".")
		files, err := filepath.Glob("../internal/" + folder + "/*_test.go")
		must(t, err)
		found := slices.ContainsFunc(files, func(file string) bool {
			source, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(source), "func "+test+"(t *testing.T)")
		})
		if !found {
			t.Errorf("%q is held by no test: there is no %s", claim, name)
		}
	}
}

// actOf finds the act of a route.
func actOf(r route) (t thing, a act, times int) {
	for _, area := range permissionAreas {
		for _, one := range area.things {
			for _, an := range one.acts {
				if n := len(an.ways([]route{r})); n > 0 {
					t, a, times = one, an, times+n
				}
			}
		}
	}
	return t, a, times
}

// Guards the matrix of permissions against a route that it forgot, and against
// one that it names and the program does not have.
func TestEveryRouteStandsInThePermissionsOnce(t *testing.T) {
	h := newHouse(t, testDay)
	for _, r := range h.s.routes() {
		if _, _, times := actOf(r); times != 1 {
			t.Errorf("%s %s stands %d times in the matrix of permissions: name it in one act of the thing that it is about (permissions_plan.go, permissions_more.go), with the fields of its form", r.method, r.path, times)
		}
	}
	names := map[string]bool{}
	for _, area := range permissionAreas {
		for _, one := range area.things {
			if names[one.name] {
				t.Errorf("%s stands twice", one.name)
			}
			names[one.name] = true
			for _, a := range one.acts {
				for path := range strings.FieldsFuncSeq(a.routes, func(r rune) bool { return r == ',' || r == '\n' }) {
					if path = strings.TrimSpace(path); len((act{routes: path}).ways(h.s.routes())) == 0 {
						t.Errorf("%s, %s: there is no route %q", one.name, a.name, path)
					}
				}
				for _, c := range a.claims() {
					for state := range strings.FieldsSeq(c.states) {
						if !slices.Contains(strings.Fields(one.states), state) {
							t.Errorf("%s, %s: %q is no state of it", one.name, a.name, state)
						}
					}
				}
			}
		}
	}
}

// Guards what /admin/permissions says against what the program does: every
// line of the matrix that is walked for every visitor follows from the
// permissions, and every permission is seen in such a line.
func TestThePermissionsSayWhatEveryoneGets(t *testing.T) {
	h := newHouse(t, testDay)
	roles := map[string]accounts.Role{"msd": accounts.FocalPoint, "mha": accounts.FocalPoint, "ngo": accounts.FocalPoint, "coordinator": accounts.Coordinator, "countersigner": accounts.Countersigner,
		"partner": accounts.Partner, "auditor": accounts.Auditor, "administrator": accounts.Administrator}
	seen := map[string]bool{}
	check := func(method, path, answers string) {
		at := slices.IndexFunc(h.s.routes(), func(r route) bool { return r.method == method && names(r.path, path) })
		if at < 0 || strings.Contains(path, ":none") {
			return
		}
		r := h.s.routes()[at]
		one, a, _ := actOf(r)
		f, fits := factsOf(one.name, path)
		for column, sign := range strings.Fields(answers) {
			visitor := visitors[column]
			by, ok := a.allows(r.may, visitor, roles[visitor], f)
			ok = ok && fits
			done := sign == "y" || sign == "!" || sign == ">" && method == post
			switch {
			case done && !ok:
				t.Errorf("%s %s: %s gets %q, and the permissions of %s, %s do not say so", method, path, visitor, sign, one.name, a.name)
			case ok && !done && sign != "c" && sign != ">":
				t.Errorf("%s %s: %s gets %q, and the permissions of %s, %s say that they may", method, path, visitor, sign, one.name, a.name)
			case ok && done:
				seen[fmt.Sprintf("%s %s %s %s/%s", one.name, a.name, f.state, by.role, by.rule)] = true
			}
		}
	}
	for _, l := range reading {
		check(get, l.path, l.answers)
	}
	for _, l := range writing {
		check(post, l.path, l.answers)
	}
	for _, area := range permissionAreas {
		for _, one := range area.things {
			for _, a := range one.acts {
				missing(t, one, a, a.ways(h.s.routes())[0].may, seen)
			}
		}
	}
}

// missing names the claims of an act that no line of the matrix shows. A rule
// for all whom a route lets in is the rule of one of them.
func missing(t *testing.T, one thing, a act, may permission, seen map[string]bool) {
	t.Helper()
	for _, c := range a.claims() {
		states := strings.Fields(c.states)
		if len(states) == 0 {
			states = []string{""}
		}
		for _, state := range states {
			for who := range strings.FieldsSeq(c.who) {
				shown, told := false, one.name+" "+a.name+" "+state+" "
				for _, p := range (claim{c.states, who}).parties(may) {
					for line := range seen {
						shown = shown || strings.HasPrefix(line, strings.TrimSuffix(told, " ")) && strings.HasSuffix(line, " "+p.role+"/"+p.rule)
					}
				}
				role, rule, _ := strings.Cut(who, "/")
				told += role + "/" + rule
				for end := range elsewhere {
					shown = shown || strings.HasSuffix(told, end)
				}
				if !shown {
					t.Errorf("%s: no line of the matrix shows it", told)
				}
			}
		}
	}
}

// Guards the page: administrators and auditors read it, filter it and take it
// as a file.
func TestThePermissionsAreReadByAreaAndByRole(t *testing.T) {
	s := newScene(t)
	h, admin := s.copy(t, "administrator")
	a := admin.get(permissionsPath).is(http.StatusOK).says("main", "Who may do what", "Submitted", "Auditor", "POST /updates/:id/approve")
	if n := len(a.find("main tbody tr")); n < 150 {
		t.Errorf("%d lines", n)
	}
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	_, err := io.WriteString(z, a.body)
	must(t, errors.Join(err, z.Close()))
	if small.Len() > 15<<10 {
		t.Errorf("the page takes %d bytes on its way", small.Len())
	}
	auditor := s.visitor(h, "auditor")
	auditor.get(permissionsPath + "?area=progress&role=partner").is(http.StatusOK).hides("POST /updates/:id/approve")
	auditor.get(permissionsPath+"?area=told&role=partner").is(http.StatusOK).says("main", "Partner (when it is addressed to their institution or public)").hides("Coordinator</td>")
	file := auditor.get(permissionsPath + ".csv?area=progress").is(http.StatusOK)
	if !strings.Contains(file.body, "POST /updates/:id/approve") || strings.Contains(file.body, "/admin/people") {
		t.Errorf("the file says %.300s", file.body)
	}
}
