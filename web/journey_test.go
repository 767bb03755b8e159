package web

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the journey's people write.
const (
	firstWords  = "The agreement was signed with the shelter on 5 November."
	askedBack   = "Please name the day on which the Treasury was told."
	secondWords = "The agreement was signed with the shelter on 5 November; the Treasury was told on 8 November."
	journeyRef  = "NSF 3.2.1"
	journeyPath = "/commitments/NSF%203.2.1"
)

// The main job: a focal point says on a phone what happened, a coordinator
// returns it with a reason, it is corrected and approved, and from then on the
// commitment, the recommendation that it answers, the ministry, the home pages
// and both files tell it. Scripts are switched off: no page has one, which
// TestTemplatesHoldNothingInline holds.
func TestAnUpdateIsLoggedReturnedCorrectedApprovedAndToldEverywhere(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	passwords := h.passwords()
	origin := h.serve()
	focal, coordinator := newTab(t, origin, phone).withoutScripts(), newTab(t, origin, desk).withoutScripts()
	focal.signIn("focal.msd@tracker.example", passwords)
	coordinator.signIn("coordinator.one@tracker.example", passwords)

	focal.log(firstWords)
	coordinator.returns(askedBack)
	focal.corrects()
	coordinator.approves()

	focal.tellsItOnAPhone()
	coordinator.tellsItEverywhere()
	coordinator.filesTellIt()
}

// passwords gives everybody of the demonstration a password.
func (h *house) passwords() map[string]string {
	h.t.Helper()
	list, err := h.s.Accounts.SetDemoPasswords(h.t.Context())
	must(h.t, err)
	passwords := map[string]string{}
	for _, p := range list {
		passwords[p.Email] = p.Password
	}
	return passwords
}

func (b *tab) signIn(email string, passwords map[string]string) {
	b.t.Helper()
	b.open("/").says("h1", "Sign in").thumbs().fill("email", email).fill("password", passwords[email]).press("Sign in")
}

// log writes an update, one click away from the home page.
func (b *tab) log(words string) {
	b.t.Helper()
	b.says("#due", journeyRef, "Stalled", "Not reported").says(".demo", "DEMONSTRATION").thumbs()
	b.click(`#due a.govuk-button[href$="/updates/new"]`).says("main", journeyRef, "Last update, as of 30 June 2021").thumbs()
	b.pressFor(422, "Send for review").says(".govuk-error-summary", "Say what was done").says("#done-error", "Say what was done").thumbs()
	b.fill("done", words).choose("status", "in_progress").press("Send for review")
	b.says(".flash", "sent for review").says("main", words, "Submitted").thumbs()
}

// returns finds the update among those that wait and sends it back.
func (b *tab) returns(reason string) {
	b.t.Helper()
	b.open("/").says(".figs", "To review 8").says("#reporting", "Social Development").press("Review all 8, oldest first")
	b.follow(journeyRef).says("main", firstWords).pressFor(422, "Return").says("#reason-error", "Say")
	b.fill("reason", reason).press("Return").says(".flash", "Returned: "+journeyRef)
}

// corrects sees at home what came back and why, and sends it again.
func (b *tab) corrects() {
	b.t.Helper()
	b.open("/").says("#returned", journeyRef, askedBack).thumbs().click(`#returned li:has(.quote):first-child a`)
	b.says("main", askedBack).press("Correct and send again").says(".last", askedBack).thumbs()
	b.fill("done", secondWords).press("Send for review").says(".flash", "sent for review").says("main", secondWords)
}

func (b *tab) approves() {
	b.t.Helper()
	b.open("/review").follow(journeyRef).says("main", secondWords, askedBack).press("Approve").says(".flash", "Approved: "+journeyRef)
}

// tellsItOnAPhone sees the change at the focal point's home and on its
// commitment.
func (b *tab) tellsItOnAPhone() {
	b.t.Helper()
	b.open("/").says("#due", "In progress", secondWords).thumbs()
	b.open(journeyPath).says(".figs", "In progress since 8 November 2021").says(".tl", secondWords, askedBack, "Approved").thumbs()
}

// tellsItEverywhere sees the change on every page that counts it. The part of
// a chart that counts it leads to the list that does.
func (b *tab) tellsItEverywhere() {
	b.t.Helper()
	link := fmt.Sprintf(`a[href="%s"]`, journeyPath)
	b.open(journeyPath).says(".figs", "In progress").says(".tl", secondWords)
	b.follow("TIP 2021/6").says("tr:has("+link+")", "In progress").says("main", secondWords)
	b.open("/institutions/MSD").says("tr:has("+link+")", "In progress")
	b.open("/framework").says("li:has("+link+")", "In progress")
	b.open("/").says(".figs", "To review 7")
	part := `svg a[href="/commitments?node=3&status=in_progress"]`
	said := b.text(part)
	b.click(part).says(".head .meta", said+" of 50").says("tr:has("+link+")", "In progress")
}

// filesTellIt downloads both files; what other programs read in them tells it.
func (b *tab) filesTellIt() {
	b.t.Helper()
	b.open("/reports")
	file := b.download(`a[href^="/reports/status.pdf"]`)
	if text := spaced(output(b.t, "pdftotext", "-raw", file, "-")); !strings.Contains(filepath.Base(file), "DEMONSTRATION") || !strings.Contains(text, secondWords) {
		b.t.Errorf("%s does not say that %q", filepath.Base(file), secondWords)
	}
	file = b.download(`a[href^="/reports/status.xlsx"]`)
	if text := spaced(output(b.t, python(), "-c", everyCell, file)); !strings.Contains(filepath.Base(file), "DEMONSTRATION") || !strings.Contains(text, secondWords) {
		b.t.Errorf("%s does not say that %q", filepath.Base(file), secondWords)
	}
}

// everyCell prints the cells of a workbook as openpyxl reads them.
const everyCell = `import openpyxl, sys
for sheet in openpyxl.load_workbook(sys.argv[1]):
    for row in sheet.iter_rows(values_only=True):
        print(*[cell for cell in row if cell is not None], sep="\t")`

// python is the one that has openpyxl: the Makefile names it.
func python() string { return cmp.Or(os.Getenv("TRACKER_TEST_PYTHON"), "/usr/bin/python3") }

// output runs another program and gives what it prints.
func output(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// spaced puts single spaces between the words of a text.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }
