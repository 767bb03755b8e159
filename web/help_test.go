package web

import (
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
)

// manualReaders are a person of each role, in a house of their own, with a stranger for the role "".
func manualReaders(t *testing.T) map[accounts.Role]*visitor {
	t.Helper()
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	h.institution("EMB", "Embassy", accounts.PartnerOutside)
	readers := map[accounts.Role]*visitor{"": h.stranger()}
	for _, role := range accounts.Roles {
		at := "MSC"
		if role == accounts.Partner {
			at = "EMB"
		}
		readers[role] = h.person(string(role)+"@tracker.example", at, role)
	}
	return readers
}

// readersOf are the roles that a page of the manual is written for; its links must be open to all of them.
func readersOf(name string) []accounts.Role {
	switch role := accounts.Role(name); {
	case name == helpSigningIn:
		return []accounts.Role{""}
	case roleBits[role] != 0:
		return []accounts.Role{role}
	}
	return accounts.Roles
}

func TestEveryRoleHasItsPageOfTheManual(t *testing.T) {
	readers := manualReaders(t)
	for _, role := range accounts.Roles {
		own := readers[role].get("/help").is(http.StatusOK)
		if own.text("h1") != readers[role].get(helpPath(string(role))).is(http.StatusOK).text("h1") {
			t.Errorf("/help of the %s leads with %q", role, own.text("h1"))
		}
		for _, name := range manualNames() {
			if len(own.find(`nav a[href="`+helpPath(name)+`"]`)) != 1 {
				t.Errorf("/help of the %s does not lead to %s", role, name)
			}
			readers[role].get(helpPath(name)).is(http.StatusOK)
		}
		own.says(`nav [aria-current="page"]`, own.text("h1"), "Help")
		for _, none := range []string{"/help/nobody", "/help/system", "/help/README", "/help/..%2fREADME"} {
			readers[role].get(none).is(http.StatusNotFound)
		}
	}
	titles := map[string]bool{}
	for _, name := range manualNames() {
		titles[readers[accounts.Auditor].get(helpPath(name)).text("h1")] = true
	}
	if len(titles) != len(manualNames()) {
		t.Errorf("%d pages have %d titles", len(manualNames()), len(titles))
	}
}

func TestWhoIsNotSignedInReadsOnlyHowToSignIn(t *testing.T) {
	stranger := manualReaders(t)[""]
	a := stranger.get("/help/signing-in").is(http.StatusOK).says("h1", "Signing in").says("main", "Back to sign in")
	if len(a.find(`a[href^="/help"]`)) > 0 {
		t.Error("the open page leads a stranger to pages that are closed to them")
	}
	for _, name := range manualNames() {
		if name != helpSigningIn {
			stranger.get(helpPath(name)).is(http.StatusSeeOther)
		}
	}
	for _, path := range []string{"/sign-in", "/forgotten"} {
		if len(stranger.get(path).find(`a[href="/help/signing-in"]`)) != 1 {
			t.Errorf("%s does not lead to the page on signing in", path)
		}
	}
}

func TestPagesOfTheManualAreWellFormed(t *testing.T) {
	reader := manualReaders(t)[accounts.Coordinator]
	for _, name := range manualNames() {
		a := reader.get(helpPath(name))
		if len(a.find("h1")) != 1 || len(a.find(".lede")) != 1 {
			t.Errorf("%s: %d titles, %d paragraphs that lead in", name, len(a.find("h1")), len(a.find(".lede")))
		}
		level := 0
		for _, h := range a.find("h1, h2, h3, h4") {
			if now := int(h.Data[1] - '0'); now > level+1 {
				t.Errorf("%s: %q leaves out a level", name, textOf(h))
			} else {
				level = now
			}
		}
		ids := map[string]bool{}
		for _, n := range a.find("[id]") {
			if ids[attr(n, "id")] {
				t.Errorf("%s: the id %q stands twice", name, attr(n, "id"))
			}
			ids[attr(n, "id")] = true
		}
		contents, sections := a.find(".manual__contents a"), a.find(".manual__text h2")
		if len(contents) != len(sections) || len(sections) < 3 {
			t.Errorf("%s: %d sections, %d in the list of contents", name, len(sections), len(contents))
		}
		for i := range min(len(contents), len(sections)) {
			if attr(contents[i], "href") != "#"+attr(sections[i], "id") || textOf(contents[i]) != textOf(sections[i]) {
				t.Errorf("%s: %q in the contents is not the section %q", name, textOf(contents[i]), textOf(sections[i]))
			}
		}
		a.hides("{{", "<no value>", "raw HTML", " style=", "**", "](")
		for _, cell := range a.find(".manual__text th, .manual__text td") {
			if textOf(cell) == "" || cell.Data == "td" && attr(cell, "data-l") == "" {
				t.Errorf("%s: the cell %q has no heading or no text", name, textOf(cell))
			}
		}
	}
}

// routeOf finds the line of the table that answers a GET of a path: the one with the most of the path written out.
func (s *Server) routeOf(path string) (route, bool) {
	var best route
	found, written := false, -1
	parts := strings.Split(path, "/")
	for _, r := range s.routes() {
		pattern, same := strings.Split(r.path, "/"), 0
		fits := r.method == get && len(pattern) == len(parts)
		for i := 0; fits && i < len(parts); i++ {
			if parts[i] == pattern[i] {
				same++
			} else {
				fits = strings.HasPrefix(pattern[i], ":")
			}
		}
		if fits && same > written {
			best, found, written = r, true, same
		}
	}
	return best, found
}

func TestLinksOfTheManualLeadWhereItsReaderMayGo(t *testing.T) {
	readers, seen := manualReaders(t), 0
	s := readers[""].house.s
	for _, name := range manualNames() {
		for _, role := range readersOf(name) {
			a := readers[role].get(helpPath(name)).is(http.StatusOK)
			for _, n := range a.find(".manual a, .lede a") {
				href := attr(n, "href")
				path, anchor, _ := strings.Cut(href, "#")
				r, ok := s.routeOf(path)
				switch seen++; {
				case path == "" && len(a.find(`[id="`+anchor+`"]`)) == 1:
				case path == "" || !strings.HasPrefix(path, "/"):
					t.Errorf("%s links to %q, which is no page of the program", name, href)
				case !ok || !r.may.allows(role):
					t.Errorf("%s links to %q, which is not there or not open to the %s", name, href, role)
				case anchor != "" && len(readers[role].get(path).find(`[id="`+anchor+`"]`)) != 1:
					t.Errorf("%s links to %q: no such part of that page", name, href)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d links were looked at", seen)
	}
}

// Guards the pages against a way into the manual that leads nowhere.
func TestPagesLeadIntoTheManualWhereItIs(t *testing.T) {
	reader, seen := manualReaders(t)[accounts.Administrator], 0
	link := regexp.MustCompile(`href="(/help[^"#{]*)(?:#([a-z-]+))?"`)
	must(t, fs.WalkDir(templateFiles, "templates", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := templateFiles.ReadFile(path)
		for _, m := range link.FindAllStringSubmatch(string(content), -1) {
			seen++
			if a := reader.get(m[1]).is(http.StatusOK); m[2] != "" && len(a.find(`.manual__text [id="`+m[2]+`"]`)) != 1 {
				t.Errorf("%s links to %s#%s, which is not there", path, m[1], m[2])
			}
		}
		return err
	}))
	if seen < 10 {
		t.Errorf("%d links lead into the manual", seen)
	}
}

// Guards the manual against words that the interface no longer says: what stands in bold is a text of the catalogue.
func TestBoldWordsOfTheManualAreWordsOfTheInterface(t *testing.T) {
	reader, texts, seen := manualReaders(t)[accounts.Coordinator], map[string]bool{}, 0
	messages := testT(t)
	for _, key := range messages.Keys() {
		texts[strings.Join(strings.Fields(messages.Msg(key)), " ")] = true
	}
	for _, name := range manualNames() {
		for _, n := range reader.get(helpPath(name)).find(".manual strong, .lede strong") {
			if seen++; !texts[textOf(n)] {
				t.Errorf("%s names %q, which no page of the program says", name, textOf(n))
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d words in bold were looked at", seen)
	}
}

func TestNumbersOfTheManualComeFromTheSettings(t *testing.T) {
	readers := manualReaders(t)
	h := readers[""].house
	must(t, h.s.Accounts.ChangeSettings(t.Context(), accounts.CommandLine(), "", 0, map[string]string{"stale_days": "61", "due_soon_days": "17", "contact": "the help desk <1234>"}))
	rules := readers[accounts.Partner].get("/help/rules")
	rules.says("#settings + table", "17 days before the due date", "61 days without an approved update").says("#flags + table", "the next 17 days", "the last 61 days")
	readers[""].get("/help/signing-in").says(".manual__text", "within 24 hours", "15 characters or more", "10 wrong passwords within 15 minutes", "after 30 minutes", "after 12 hours", "the help desk <1234>")

	typed := regexp.MustCompile(`\b\d+ (day|hour|minute|character|week|month|paper)s?\b`)
	for _, name := range manualNames() {
		source, err := manualFiles.ReadFile("manual/en/" + name + ".md")
		must(t, err)
		for _, found := range typed.FindAllString(string(source), -1) {
			t.Errorf("%s.md types %q; a number that is a rule is written by its name", name, found)
		}
	}
}

func TestCommandsOfTheManualAreThoseOfTheOperatorsManual(t *testing.T) {
	operating, err := os.ReadFile("../docs/operating.md")
	must(t, err)
	reader, seen := manualReaders(t)[accounts.Administrator], 0
	for _, name := range manualNames() {
		for _, n := range reader.get(helpPath(name)).find(".manual code") {
			if command, ok := strings.CutPrefix(textOf(n), "tracker "); ok {
				seen++
				if word := strings.Fields(command)[0]; !strings.Contains(string(operating), "\n| `"+word+"` |") {
					t.Errorf("%s names the command %q, which the operators' manual does not have", name, word)
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d commands are named", seen)
	}
}

func TestWordsOfTheManualAreThoseOfTheGlossary(t *testing.T) {
	glossary, err := os.ReadFile("../docs/glossary.md")
	must(t, err)
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(string(glossary), -1) {
		known[m[1]] = true
	}
	listed := manualReaders(t)[accounts.Auditor].get("/help/words").find(".manual tbody th")
	for _, n := range listed {
		word := textOf(n)
		// The glossary may treat a word together with another one.
		if !known[word] && !slices.ContainsFunc([]string{", target, measurement", ", no longer asked"}, func(more string) bool { return known[word+more] }) {
			t.Errorf("the manual explains %q, which is no word of the glossary", word)
		}
	}
	if len(listed) < 30 {
		t.Errorf("%d words are explained", len(listed))
	}
}

// What is wrong with the manual stops the program when it starts.
func TestAManualWithAFaultIsRefused(t *testing.T) {
	whole, pictures := fstest.MapFS{}, map[string]picture{"one.png": {URL: "/static/one.png", Width: 8, Height: 8}}
	for _, name := range manualNames() {
		whole[name+".md"] = &fstest.MapFile{Data: []byte("# Title\n\nWhat it is about.\n\n## One {#one}\n\ntext\n")}
	}
	if _, err := readManual(whole, pictures); err != nil {
		t.Fatal(err)
	}
	for fault, text := range map[string]string{
		"does not begin with a title": "Only a text.\n",
		"and a paragraph":             "# Title\n\n## One\n",
		"second title":                "# Title\n\nAbout.\n\n# Another\n",
		"leaves out a level":          "# Title\n\nAbout.\n\n### Deep\n",
		"no id of its own":            "# Title\n\nAbout.\n\n## One {#a}\n\n## Two {#a}\n",
		"raw HTML":                    "# Title\n\nAbout.\n\n<div>\n",
		"/none.png":                   "# Title\n\nAbout.\n\n![Words](../../static/manual/none.png)\n",
		`"one.png"`:                   "# Title\n\nAbout.\n\n![Words](one.png)\n",
		"no words":                    "# Title\n\nAbout.\n\n![](../../static/manual/one.png)\n",
		"Nothing":                     "# Title\n\nAbout {{.Nothing}}.\n",
		"unexpected":                  "# Title\n\nAbout.\n\n{{if .Contact}}\n",
	} {
		broken := fstest.MapFS{}
		for name, file := range whole {
			broken[name] = file
		}
		broken["rules.md"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := readManual(broken, pictures); err == nil || !strings.Contains(err.Error(), fault) || !strings.Contains(err.Error(), "rules.md") {
			t.Errorf("%q: refused as %v", text, err)
		}
	}
	delete(whole, "words.md")
	if _, err := readManual(whole, pictures); err == nil {
		t.Error("a manual without a page was read")
	}
	whole["words.md"], whole["minister.md"] = &fstest.MapFile{Data: []byte("# Title\n\nAbout.\n")}, &fstest.MapFile{}
	if _, err := readManual(whole, pictures); err == nil || !strings.Contains(err.Error(), "minister.md") {
		t.Errorf("a page that nobody can reach was read: %v", err)
	}
}

func TestTablesOfTheManualFoldOnAPhone(t *testing.T) {
	page, err := readManualPage([]byte("# T\n\nL **bold** <{{.Papers}}.\n\n## S\n\n| A *b* | C \"d\" |\n|:--|--:|\n| one | two |\n"), nil)
	must(t, err)
	lede, body, err := page.fill(manualFacts{Papers: 20})
	must(t, err)
	if want := "<p class=\"lede\">L <strong>bold</strong> &lt;20.</p>\n"; string(lede) != want {
		t.Errorf("the lede is %q", lede)
	}
	doc, err := html.Parse(strings.NewReader(string(body)))
	must(t, err)
	if cell := firstOf(doc, `table.stack tbody tr th[scope="row"] + td`); cell == nil || attr(cell, "data-l") != `C "d"` || len(cell.Attr) != 1 {
		t.Errorf("the table is %s", body)
	}
}
