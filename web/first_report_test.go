package web

import (
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// walker goes from page to page by the links and forms on them alone.
type walker struct {
	*browser
	at *answer // the page that is open
}

// open follows an address and the redirections that it answers with.
func (w *walker) open(path string) *walker {
	w.t.Helper()
	for w.at = (&answer{status: http.StatusSeeOther, header: http.Header{"Location": {path}}}); w.at.status == http.StatusSeeOther; {
		to, _, _ := strings.Cut(w.at.header.Get("Location"), "#")
		w.at = w.get(to)
	}
	w.at.is(http.StatusOK)
	return w
}

// click follows the first link of the page whose words begin so.
func (w *walker) click(words string) *walker {
	w.t.Helper()
	for _, link := range w.at.find("main a[href], .nav a[href]") {
		if strings.HasPrefix(textOf(link), words) {
			return w.open(attr(link, "href"))
		}
	}
	w.t.Fatalf("%s has no link %q: %s", w.at.path, words, w.at.text("main"))
	return w
}

// send fills in the form with this action and sends it; the page that follows
// is open then.
func (w *walker) send(action string, change ...string) *walker {
	w.t.Helper()
	w.at = w.post(action, filled(w.at, action, change...))
	if w.at.status == http.StatusSeeOther {
		w.open(w.at.header.Get("Location"))
	}
	w.at.is(http.StatusOK)
	return w
}

// says fails the test unless the page's main part says so.
func (w *walker) says(texts ...string) *walker {
	w.t.Helper()
	w.at.says("main", texts...)
	return w
}

// enter opens a one-time link, sets the password, and a second factor where
// nothing else opens before.
func (g gate) enter(link string) *walker {
	g.t.Helper()
	w := &walker{browser: g.browser()}
	w.open(link).send(link, "password", passphrase)
	if w.at.text("h1") == "Second factor" {
		w.setsUp()
	}
	return w
}

// invites adds a person by the administrator's pages, and gives the link that
// is shown once.
func (w *walker) invites(email, institution, title, role string) string {
	w.t.Helper()
	w.open("/admin").click("People").click("Add a person").send("/admin/people", "email", email, "institution", institution, "title", title, "role", role)
	link, err := url.Parse(w.at.text("code"))
	must(w.t, err)
	return link.Path
}

// From nothing to the first report without a seed file: an empty house is set
// up by the pages alone, each leading to the next.
func TestFromNothingToTheFirstReportWithoutASeedFile(t *testing.T) {
	t.Parallel()
	g := gate{house: newHouse(t, testDay)}
	first, made, err := g.s.Accounts.EnsureFirstLink(t.Context())
	if err != nil || !made {
		t.Fatalf("there is no first link: %v", err)
	}
	admin := g.enter(first.Path()).open("/").says("Nothing is planned yet", "Add the institutions", "Invite the people", "A coordinator does this.")
	for code, name := range map[string]string{"MSC": "Committee secretariat", "MSD": "Ministry of Social Development"} {
		admin.open("/").click("Add the institutions").send("/admin/institutions", "code", code, "name", name, "short_name", name, "kind", "government").says(name)
	}
	admin.open("/admin/settings").send("/admin/settings", "secretariat", "MSC", "owner", "Committee on Trafficking in Persons")
	one := g.enter(admin.invites("one@tracker.example", "MSC", "Coordinator one", "coordinator"))
	two := g.enter(admin.invites("two@tracker.example", "MSC", "Coordinator two", "coordinator"))
	focal := g.enter(admin.invites("focal@tracker.example", "MSD", "Director", "focal_point"))
	focal.open("/").says("Nothing is assigned to your institution yet")
	admin.open("/").says("Invite the people", "Done")

	one.open("/").says("Nothing is planned yet", "The administrator does this.").click("Enter the framework").says("Begin with its name and its years").
		click("Add a framework").send("/framework/new", "code", "NSF", "title", "National framework", "short_name", "Framework", "starts_on", "1 April 2021", "ends_on", "31 March 2026", "basis", "official")
	one.says("Now add its nodes", "It has no node yet").click("Add a node").send("/framework/NSF/nodes/new", "number", "1", "level", "pillar", "title", "Protection", "theme", "protection")
	one.click("Add a node below").send("/framework/NSF/nodes/new", "number", "1.1", "level", "objective", "title", "Victims are identified")
	one.says("No commitment hangs on it").open("/").says("Done").click("Add the commitments")
	lead := one.choice("lead", "Ministry of Social Development")
	one.send("/commitments/new", "ref", "NSF 1.1.1", "title", "Adopt the procedure", "text", "One procedure to identify and refer victims.", "node", one.choice("node", "Framework 1.1"), "lead", lead,
		"starts_on", "1 April 2021", "due_on", "31 December 2021", "share", "internal").says("NSF 1.1.1 was added", "Adopt the procedure")

	one.open("/").says("Still to be set up").click("Enter the newest edition").click("Add an edition").click("Add a mechanism").
		send(newMechanism, "code", "TIP", "name", "Trafficking in Persons Report", "short_name", "TIP report")
	one.send(newEdition, "year", "2021", "released_on", "1 July 2021", "tier", "Tier 2 Watch List", "completeness", "partial").click("Add a recommendation").
		send(newRecommendation, "title", "Adopt referral procedures", "text", "Adopt and apply procedures to refer victims.", "basis", "restated", "items.0.lead", "MSD")
	one.says("No commitment").click("Link a commitment").send(strings.TrimSuffix(one.at.path, "?item=a"), "commitment", "NSF 1.1.1", "extent", "wholly", "reason", "It is the procedure.").says("NSF 1.1.1", "wholly")
	one.open("/").click("Set the reporting period").send("/periods/new").open("/")
	if len(one.at.find("#first")) != 0 {
		t.Errorf("something is still to be set up: %s", one.at.text("#first"))
	}

	focal.open("/").says("Adopt the procedure").click("NSF 1.1.1").click("Say what happened").send("/commitments/NSF%201.1.1/updates/new", "happened", "done",
		"done", "The procedure was drafted with all ministries.", "status", "in_progress", "send", "1").says("sent for review")
	two.open("/").click("Review").click("NSF 1.1.1").send(two.at.path + "/approve").says("Approved")
	report := two.open("/").click("Reports").says("The procedure was drafted", "Adopt referral procedures").get("/reports/status.pdf").is(http.StatusOK)
	read := exec.CommandContext(t.Context(), "pdftotext", "-", "-")
	read.Stdin = strings.NewReader(report.body)
	out, err := read.Output()
	must(t, err)
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{"Committee on Trafficking in Persons", "NSF 1.1.1", "The procedure was drafted with all ministries.", "TIP 2021/1", "Adopt referral procedures", "In progress"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(text, "DEMONSTRATION") || strings.Contains(report.header.Get("Content-Disposition"), "DEMONSTRATION") {
		t.Error("the report of a real house calls itself a demonstration")
	}
}

// choice is the value of the option of a list whose words begin so.
func (w *walker) choice(list, words string) string {
	w.t.Helper()
	for _, o := range w.at.find("select[name='" + list + "'] option") {
		if strings.HasPrefix(textOf(o), words) {
			return attr(o, "value")
		}
	}
	w.t.Fatalf("%s offers no %q", list, words)
	return ""
}
