package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/indicators"
)

// Figures are logged on a form that keeps what was typed wrong, returned,
// corrected, set beside what a report said, and read as a series, at a desk and
// on a phone without scripts.
func TestFiguresAreLoggedReturnedRestatedAndReadInABrowser(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*tab) *tab
		width   int64
	}{"with scripts at a desk": {func(b *tab) *tab { return b }, desk}, "without scripts on a phone": {(*tab).withoutScripts, phone}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := demoHouse(t, testDay)
			b := c.prepare(newTab(t, h.serve(), c.width))
			look := func() {
				b.t.Helper()
				if c.width == desk { // axe is a script
					b.accessible()
				}
				b.fits()
				b.thumbs()
			}
			as := func(email string) { b.session(h.signIn(email)) }
			as("focal.mpps@tracker.example")
			b.open("/indicators").follow("INV").says("main", "Through the years", "Reference sheet")
			look()
			b.follow("Log figures").paste("covers_to", "31 October 2021").paste("cell_0", "12,5").paste("cell_1", "N/A").paste("cell_2", "see text").pressFor(422, "Send for review").
				says(".govuk-error-summary", "is not whole", "can mean two things", "is no number")
			if got := b.text("#cell_2-error"); !strings.Contains(got, "words in the note") {
				t.Errorf("beside the field: %q", got)
			}
			look()
			b.paste("cell_0", "9").paste("cell_1", "7").paste("cell_2", "4").pressFor(422, "Send for review").says("#parts_reason-error", "do not agree")
			b.paste("cell_0", "").press("Send for review").says(".flash", "sent for review").says("main", "Submitted", "11")
			look()
			path := b.where()
			as("coordinator.one@tracker.example")
			b.open("/review").says("main", "Figures for you to decide")
			look()
			b.open(path).paste("reason", "Two of these were opened in July. Are they new?").press("Return").says(".flash", "went back")
			as("focal.mpps@tracker.example")
			b.open(path).follow("Change these figures").says("main", "Are they new?")
			look()
			b.paste("cell_0", "").paste("cell_1", "5").paste("cell_2", "not collected").press("Send for review")
			as("coordinator.one@tracker.example")
			b.open(path).press("Approve").says(".flash", "count from now on").says("main", "not collected")
			b.open("/indicators/INV").says("main", "up to 31 October 2021")

			b.follow("Enter what a report said").paste("covers_to", "31 March 2021").paste("cell_1", "5").paste("note", "Told again a year later.").press("Send for review")
			path = b.where()
			as("coordinator.two@tracker.example")
			b.open(path).says("main", "TIP 2021").press("Approve").open("/indicators/INV").says("main", "values differ").follow("Choose").says("main", "All of them stay on record")
			look()
			b.paste("reason", "").pressFor(422, "Save").says("#reason-error", "Give the reason").paste("reason", "The later count is of the closed register.").press("Save").says(".flash", "these figures count").says("main", "closed register")
			look()
		})
	}
}

// An indicator is defined on a form that keeps what was typed wrong, and defined
// anew with a break that its series and its reference sheet show.
func TestAnIndicatorIsDefinedAndItsSeriesBreaks(t *testing.T) {
	h := demoHouse(t, testDay)
	one, msd, bds, partner := h.signIn("coordinator.one@tracker.example"), h.signIn("focal.msd@tracker.example"), h.signIn("focal.bds@tracker.example"), h.signIn("partner.use@tracker.example")
	const create, change = "/indicators/new", "/indicators/INV/change"
	form := with(filled(one.get(create), create), "ref", "SERVED", "title", "Persons served", "text", "Persons given shelter", "unit", "person", "institution", itoa(bds.actor.InstitutionID), "targets", "next year: some", "links", "NSF 9.9.9")
	bad := one.post(create, form)
	wrongBeside(bad, "targets")
	wrongBeside(bad, "links")
	one.post(create, with(form, "targets", "2021-22: 1 200\n2022-23: 1300", "links", "NSF 3.2.2\nTIP 2021/2a\n3.2", "dimensions", "age", "sdg", "5.2")).is(http.StatusSeeOther)
	bds.get("/indicators").says("main", "Persons served", "1 200").hides("Investigations of trafficking")
	bds.get("/indicators/SERVED").is(http.StatusOK).says("dl", "Persons given shelter", "Child, Adult, Age unknown", "5.2").hides("Victim-identification SOPs")
	msd.get("/indicators/SERVED").says("dl", "NSF 3.2.2", "TIP 2021/2a", "3.2 Shelter")
	for _, path := range []string{"/indicators", "/indicators/SERVED", "/indicators.csv", "/measurements/1"} {
		partner.get(path).is(http.StatusNotFound)
	}
	bds.get("/indicators/INV").is(http.StatusNotFound)

	anew := with(filled(one.get(change), change), "text", "Persons investigated", "unit", "person")
	wrongBeside(one.post(change, anew), "reason")
	one.post(change, with(anew, "effective_on", "1 October 2021", "reason", "Agreed with the police")).is(http.StatusSeeOther)
	one.get("/indicators/INV").says("main", "Agreed with the police", "From 1 October 2021", "Persons investigated").says("ol", "counted otherwise from here")
	two := h.signIn("coordinator.two@tracker.example")
	two.post(change, anew).is(http.StatusConflict)
	file := one.get("/indicators.csv").is(http.StatusOK)
	for _, want := range []string{"INV,", ",TIP 2021,", ",Total,Drafted,2,steps of a scale,", "2021-06-30,No,\r\n", "2021-09-30,Yes,up to 30 September 2021"} {
		if !strings.Contains(file.body, want) {
			t.Errorf("%q is not in the file: %s", want, file.body)
		}
	}
}

// A commitment and a recommendation lead to the indicators that count them, as
// far as their reader sees these.
func TestWhatIsCountedLeadsToItsFigures(t *testing.T) {
	h := demoHouse(t, testDay)
	auditor, bds := h.signIn("auditor@tracker.example"), h.signIn("focal.bds@tracker.example")
	if href := attr(auditor.get("/commitments/NSF%203.1.1").says("main", "SOPS Stage of").find(`a[href="/indicators/SOPS"]`)[0], "href"); auditor.get(href).body == "" {
		t.Error("the page is empty")
	}
	asked := attr(auditor.get("/recommendations?q=SOPs&edition=TIP+2021").find("tbody th a")[0], "href")
	auditor.get(asked).says("main", "SOPS Stage of")
	bds.get("/commitments").hides("SOPS")
	bds.get("/commitments/NSF%203.2.4").says("main", "CARE Shelter and hotline staff")
	if page := bds.get("/indicators/CARE").says("dl", "3.2 Shelter", "NSF 3.2.4"); strings.Contains(page.body, `"/framework`) {
		t.Error("it leads outside government to the framework")
	}
	if page := bds.get("/commitments/NSF%203.1.1"); strings.Contains(page.body, "/indicators/") {
		t.Error("it leads outside government to an indicator of a ministry")
	}
}

// Figures that were sent after the session had ended wait for their person, who
// goes on with them.
func TestFiguresSentAfterTheirSessionEndedAreKept(t *testing.T) {
	p := newPlanned(t)
	_, err := p.s.Indicators.Add(t.Context(), p.one.actor, newKey(), indicators.IndicatorNew{Country: "LS", Ref: "SERVED", Terms: indicators.Terms{Title: "Persons served", Text: "Persons given shelter",
		Unit: indicators.Person, Direction: "up", Frequency: "year", InstitutionID: p.msd.actor.InstitutionID}})
	must(t, err)
	const at = "/indicators/SERVED/measurements/new"
	form := url.Values{"key": {newKey()}, "basis": {"logged"}, "covers_to": {"31 October 2021"}, "cell_0": {"1 200"}, "note": {"Counted twice"}, "qualifier": {"exact"}, "attribution": {"government"}, "send": {"1"}}
	b := p.lapsed(p.msd)
	b.post(at, form).leads("/sign-in?next=" + keptPath)
	b.as(p.signIn("focal.msd@tracker.example"))
	b.get(keptPath).is(http.StatusOK).says("main", "Counted twice")
	form.Set("resume", "1")
	open := b.post(at, form).is(http.StatusOK)
	if got := attr(open.find("#cell_0")[0], "value"); got != "1 200" || p.count("SELECT count(*) FROM measurements") != 0 {
		t.Errorf("the form opens with %q", got)
	}
	form.Del("resume")
	b.post(at, form).is(http.StatusSeeOther)
	if n := p.count("SELECT count(*) FROM measurements WHERE state = 'submitted'"); n != 1 {
		t.Errorf("%d are sent", n)
	}
}

// The home of a focal point says which figures are owed and which came back, and
// nobody else's.
func TestTheHomeSaysWhichFiguresAreOwed(t *testing.T) {
	h := demoHouse(t, testDay)
	judiciary, msd, moh := h.signIn("focal.dpp@tracker.example"), h.signIn("focal.msd@tracker.example"), h.signIn("focal.moh@tracker.example")
	judiciary.get("/").hides("Figures to log")
	moh.get("/").hides("Figures to log")
	page := msd.get("/").says("#figures", "Stage of the victim-identification procedures, 2021-22", "Returned", "Draft")
	if href := attr(page.find("#figures a")[0], "href"); !strings.Contains(msd.get(href).is(http.StatusOK).body, "Please name the paper") {
		t.Errorf("%s is not what came back", href)
	}
	must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("UPDATE deadlines SET due_on = '2021-11-01' WHERE covers_to = '2021-12-31' AND purpose = 'reporting'").Error
	}))
	judiciary.get("/").hides("Figures to log") // half-years are told up to September
	h.signIn("focal.mpps@tracker.example").get("/").says("#figures", "Investigations of trafficking", "not reported up to 31 December 2021").hides("Stage of the victim")
}
