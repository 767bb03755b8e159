package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
	"tracker/internal/progress"
	"tracker/seeds/seedstest"
)

// rowOf is the row of a table whose head says a title.
func (a *answer) rowOf(title string) *html.Node {
	a.t.Helper()
	for _, row := range a.find("tbody tr") {
		if head := firstOf(row, "th"); head != nil && strings.HasPrefix(textOf(head), title) {
			return row
		}
	}
	a.t.Fatalf("%s has no row %q", a.path, title)
	return nil
}

func firstWord(n *html.Node) string { return strings.Fields(textOf(n))[0] }

// The numbers of the deadline that passed last are the lengths of the lists
// that a click opens; an older one has the same numbers and no list.
func TestPeriodsCountWhatAClickLists(t *testing.T) {
	d := seedstest.Lesotho.SQLite(t)
	v := lister{houseOn(t, d, testDay).signIn("coordinator.one@tracker.example"), map[string]int{}}
	a := v.get("/periods").is(http.StatusOK).says("main", "2021-22", "1 April 2021 to 31 March 2022", "not due yet", "The day is assumed")
	if n := clicks(t, v, a, "td svg a, td.r a", textOf) + clicks(t, v, a, "td.wbar p a", firstWord); n != 6 {
		t.Errorf("%d numbers lead to a list, not the three in the bar and the three beside it", n)
	}
	last := a.rowOf("July to September 2021")
	if len(a.find("td a[href^='/commitments']")) != 6 || firstOf(last, "td.wbar p a") == nil {
		t.Error("a number of another deadline leads to a list")
	}
	for title, counts := range map[string][4]int{"April to June 2021": {38, 29, 2, 7}, "July to September 2021": {45, 37, 2, 6}} {
		row := a.rowOf(title)
		said := strings.ReplaceAll(textOf(row), " ,", ",")
		if counts[0] != counts[1]+counts[2]+counts[3] || !strings.Contains(said, strconv.Itoa(counts[1])+" on time, "+strconv.Itoa(counts[2])+" late") {
			t.Errorf("%s: %q", title, said)
		}
		if due := textOf(firstOf(row, "td.r")); due != strconv.Itoa(counts[0]) {
			t.Errorf("%s: %s were expected", title, due)
		}
	}
	later := houseOn(t, d, time.Date(2022, 1, 20, 9, 0, 0, 0, testDay.Location())).signIn("coordinator.one@tracker.example")
	now := later.get("/periods").is(http.StatusOK)
	plain := func(row *html.Node) string {
		var cells []string
		for cell := firstOf(row, "td.r"); cell != nil; cell = cell.NextSibling {
			cells = append(cells, strings.ReplaceAll(textOf(cell), " ,", ","))
		}
		return strings.Join(cells, "|")
	}
	older := now.rowOf("July to September 2021")
	if plain(older) != plain(last) || firstOf(older, "td a[href^='/commitments']") != nil {
		t.Errorf("once another deadline has passed, %q reads %q", plain(last), plain(older))
	}
	if firstOf(now.rowOf("October to December 2021"), "td.wbar p a") == nil {
		t.Error("the deadline that passed last leads to no list")
	}
	if n := clicks(t, lister{later, map[string]int{}}, now, "td svg a, td.r a", textOf); n == 0 {
		t.Error("no number leads to a list")
	}
}

// Silence is the same on the home, among the institutions and here.
func TestPeriodsNameWhoWasSilent(t *testing.T) {
	h := demoHouse(t, testDay)
	v := lister{h.signIn("auditor@tracker.example"), map[string]int{}}
	a := v.get("/periods").is(http.StatusOK).hides("/periods/new", "/change", "@tracker.example")
	row := a.rowOf("July to September 2021")
	if said := textOf(row); !strings.HasSuffix(said, "Finance , Health") {
		t.Errorf("silent: %q", said)
	}
	page := v.get(attr(firstOf(row, "th a"), "href")).is(http.StatusOK).says("h1", "July to September 2021").says(".head", "Due day passed", "24 days ago")
	page.says(".note--risk", "Nothing was reported by 2 institutions: Finance , Health").hides("/close", "/change")
	if flagged := page.text("tbody tr .flag--off"); flagged != "Silent Silent" {
		t.Errorf("marked as silent: %q", flagged)
	}
	if n := clicks(t, v, page, "td svg a, td.r a", textOf); n < 10 {
		t.Errorf("%d numbers lead to a list", n)
	}
	sum := 0
	for _, n := range page.find("tbody td.r:nth-child(2)") {
		due, err := strconv.Atoi(textOf(n))
		must(t, err)
		sum += due
	}
	if figs := page.text(".figs .fig"); figs != "45 37 2 6" || sum != 45 {
		t.Errorf("the figures say %q and the rows sum to %d", figs, sum)
	}
	for _, fig := range page.find(".figs dt a") {
		if n := v.counts(t, attr(fig, "href")); strconv.Itoa(n) != textOf(firstOf(fig.Parent.Parent, ".fig")) {
			t.Errorf("%s: the list has %d", textOf(fig), n)
		}
	}
	home := h.signIn("coordinator.one@tracker.example").get("/").is(http.StatusOK)
	home.says("#reporting .note--risk", "Finance , Health").says("section[aria-labelledby=deadlines]", "Periods and deadlines")
	v.get("/periods/deadlines/987654321").is(http.StatusNotFound)
	v.get("/periods/deadlines/x").is(http.StatusNotFound)
}

// A period leads to its editions once they are released.
func TestPeriodsLeadToTheirEditions(t *testing.T) {
	d := seedstest.Lesotho.SQLite(t)
	editions := func(a *answer) string {
		var list []string
		for _, n := range a.find("main a[href^='/recommendations/editions']") {
			list = append(list, textOf(n))
		}
		return strings.Join(list, ", ")
	}
	a := houseOn(t, d, testDay).signIn("focal.msd@tracker.example").get("/periods").is(http.StatusOK).says("main", "TIP 2022 (not recorded yet)")
	if got := editions(a); got != "TIP 2021" {
		t.Errorf("on the day of the demonstration %q are linked", got)
	}
	later := houseOn(t, d, time.Date(2023, 10, 1, 9, 0, 0, 0, testDay.Location())).signIn("focal.msd@tracker.example")
	b := later.get("/periods").is(http.StatusOK)
	if got := editions(b); got != "TIP 2021, TIP 2022" {
		t.Errorf("two years later %q are linked", got)
	}
	for _, n := range b.find("main a[href^='/recommendations/editions']") {
		later.get(attr(n, "href")).is(http.StatusOK)
	}
}

// A focal point outside government finds what their own institution owed, and
// nothing else of the calendar.
func TestPeriodsOutsideGovernmentShowOwnDutiesOnly(t *testing.T) {
	h := demoHouse(t, testDay)
	v := lister{h.signIn("focal.bds@tracker.example"), map[string]int{}}
	a := v.get("/periods").is(http.StatusOK).says(".nav", "Periods").says("main", "what your institution owed", "April to June 2021", "July to September 2021")
	a.hides("Dialogue", "Interim", "Embassy", "TIP 2021", "TIP 2022", "Finance", "Silent", "/institutions/")
	if n := clicks(t, v, a, "td svg a, td.r a", textOf) + clicks(t, v, a, "td.wbar p a", firstWord); n == 0 {
		t.Error("no number leads to a list")
	}
	if due := textOf(firstOf(a.rowOf("July to September 2021"), "td.r")); due != "1" {
		t.Errorf("%s updates were expected of them", due)
	}
	v.get("/periods/deadlines/2").is(http.StatusOK).says(".figs", "Expected 1").hides("Finance", "/institutions/")
}

func TestAnEmptyCalendarSaysWhatToDo(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	one := h.person("one@tracker.example", "MSC", accounts.Coordinator)
	one.get("/periods").is(http.StatusOK).says(".empty", "Without one, no update is due", "Add a period")
	h.person("auditor@tracker.example", "MSC", accounts.Auditor).get("/periods").is(http.StatusOK).says(".empty", "A coordinator adds it").hides("/periods/new")
	a := one.get("/periods/new").is(http.StatusOK)
	for field, want := range map[string]string{"label": "2021-22", "starts_on": "1 April 2021", "ends_on": "31 March 2022", "answers": "TIP 2021", "judged_by": "TIP 2022",
		"deadlines.1.title": "July to September 2021", "deadlines.1.due_on": "15 October 2021", "deadlines.4.due_on": "30 September 2021", "deadlines.6.due_on": "31 March 2022"} {
		if got := attr(a.find(`[id="` + field + `"]`)[0], "value"); got != want {
			t.Errorf("%s is suggested as %q", field, got)
		}
	}
	form := onlyForm(a)
	var all sync.WaitGroup
	for range 8 { // one form sent again and again is one period
		all.Go(func() { one.post("/periods/new", form).leads("/periods") })
	}
	all.Wait()
	b := one.get("/periods").is(http.StatusOK).says(".flash", "The period 2021-22 was added").says("main", "April to June 2021", "Interim cut-off", "Request for information")
	if rows := len(b.find("tbody tr")); rows != 7 || len(b.find("h2")) != 1 {
		t.Errorf("%d deadlines of %d periods", rows, len(b.find("h2")))
	}
	next := one.get("/periods/new").is(http.StatusOK)
	if got := attr(next.find("#label")[0], "value"); got != "2022-23" {
		t.Errorf("the next period is suggested as %q", got)
	}
}

// onlyForm is the form of a page that has one, as a browser would send it back.
func onlyForm(a *answer) url.Values {
	a.t.Helper()
	forms := a.find("main form")
	if len(forms) != 1 {
		a.t.Fatalf("%s holds %d forms", a.path, len(forms))
	}
	return filled(a, attr(forms[0], "action"))
}

// What is wrong stands beside its field, and nothing typed is lost.
func TestWhatIsWrongWithThePeriodsFormsStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	period := onlyForm(p.one.get("/periods/new").is(http.StatusOK))
	deadline := url.Values{"title": {"Hearing"}, "purpose": {"request"}, "due_on": {"28 February 2022"}, "note": {"Kept all the same"}}
	first := onlyForm(p.one.get("/periods/deadlines/1/change").is(http.StatusOK))
	editions := onlyForm(p.one.get("/periods/1/change").is(http.StatusOK))
	for _, c := range []struct {
		path               string
		form               url.Values
		field, typed, says string
	}{
		{"/periods/new", period, "label", "2021-22", "Another period has this name"},
		{"/periods/new", period, "label", "", "Enter a name"},
		{"/periods/new", period, "starts_on", "31 March 2022", "The period 2021-22 holds some of these days"},
		{"/periods/new", period, "starts_on", "in spring", "Enter a day such as"},
		{"/periods/new", period, "ends_on", "1 April 2022", "after the first day"},
		{"/periods/new", period, "answers", "the last one", "a mechanism and a year"},
		{"/periods/new", period, "judged_by", "TIP 2022", "a later edition"},
		{"/periods/new", period, "deadlines.1.covers_from", "30 June 2022", "“April to June 2022” covers some"},
		{"/periods/new", period, "deadlines.2.due_on", "30 December 2022", "on or after the last day"},
		{"/periods/new", period, "deadlines.3.purpose", "", "what the deadline is for"},
		{"/periods/new", period, "deadlines.5.title", "Interim cut-off", "a deadline with this title"},
		{"/periods/1/deadlines/new", deadline, "title", "July to September", "a deadline with this title"},
		{"/periods/1/deadlines/new", deadline, "purpose", "", "what the deadline is for"},
		{"/periods/1/deadlines/new", deadline, "due_on", "", "Enter the due day"},
		{"/periods/1/deadlines/new", deadline, "covers_from", "1 April 2020", "a first day inside the period"},
		{"/periods/deadlines/1/change", first, "title", "", "Enter a title"},
		{"/periods/deadlines/1/change", first, "covers_to", "1 October 2021", "“October to December” covers some"},
		{"/periods/deadlines/1/change", first, "due_on", "29 September 2021", "on or after the last day"},
		{"/periods/1/change", editions, "answers", "TIP", "a mechanism and a year"},
	} {
		form := url.Values{}
		for name, values := range c.form {
			form[name] = values
		}
		form.Set(c.field, c.typed)
		form.Set("key", newKey())
		a := p.one.post(c.path, form).is(http.StatusUnprocessableEntity)
		a.says(".govuk-error-message", c.says).says(".govuk-error-summary", c.says)
		for _, link := range a.find(".govuk-error-summary a") {
			if id := strings.TrimPrefix(attr(link, "href"), "#"); len(a.find(`[id="`+id+`"]`)) != 1 || len(a.find(`[id="`+id+`-error"]`)) != 1 {
				t.Errorf("%s, %s: the summary leads to %q", c.path, c.field, id)
			}
		}
		for name := range form {
			if got := onlyForm(a); name != "key" && name != "version" && name != "purpose" && got.Get(name) != form.Get(name) {
				t.Errorf("%s: %s was %q and is %q", c.path, name, form.Get(name), got.Get(name))
			}
		}
	}
	if n := p.count("SELECT count(*) FROM periods") + p.count("SELECT count(*) FROM deadlines"); n != 3 {
		t.Errorf("%d periods and deadlines are there", n)
	}
}

func TestAnotherDeadlineIsAddedWithoutLosingAnything(t *testing.T) {
	p := newPlanned(t)
	form := onlyForm(p.one.get("/periods/new").is(http.StatusOK))
	form.Set("deadlines.0.title", "")
	form.Set("label", "Year two")
	form.Set("add", "deadline")
	a := p.one.post("/periods/new", form).is(http.StatusOK)
	got := onlyForm(a)
	if got.Get("label") != "Year two" || got.Get("deadlines.0.title") != "July to September 2022" || !got.Has("deadlines.6.title") || got.Has("deadlines.7.title") {
		t.Errorf("the form holds %v", got)
	}
	if n := p.count("SELECT count(*) FROM periods"); n != 1 {
		t.Errorf("%d periods are there", n)
	}
}

func TestACoordinatorClosesADeadlineAndOpensItAgain(t *testing.T) {
	p := newPlanned(t)
	path := "/periods/deadlines/1"
	p.one.get(path).is(http.StatusOK).says(".head .btns", "Close the deadline", "Change")
	ask := p.one.get(path+"/close").is(http.StatusOK).says("h1", "Close this deadline?").says("main", "come only through a coordinator", "What was sent stays in review", "Of 4 updates expected, 4 are not reported")
	form := onlyForm(ask)
	sent := p.one.post(path+"/close", form).is(http.StatusSeeOther).leads(path)
	p.one.post(path+"/close", form).leads(path) // a repeated post has one effect
	p.one.get(sent.header.Get("Location")).says(".flash", "“July to September” is closed").says(".note", "Closed on 8 November 2021 by: coordinator one@tracker.example.").says(".head", "Closed", "Open it again")
	for _, v := range []*visitor{p.msd, p.auditor} {
		if said := textOf(v.get("/periods").is(http.StatusOK).rowOf("July to September")); !strings.Contains(said, "Closed on 8 November 2021, by: coordinator one@tracker.example") {
			t.Errorf("the list says %q", said)
		}
	}
	p.ngo.get(path).is(http.StatusOK).says(".note", "Closed on 8 November 2021.").hides("one@tracker.example")
	p.two.post(path+"/close", url.Values{"version": {"1"}}).is(http.StatusConflict).says(".govuk-error-summary", "Somebody else changed this").says("main", "Closed on 8 November 2021 by")

	refused := p.msd.post(newUpdatePath, report("as_of", "30 September 2021")).is(http.StatusUnprocessableEntity)
	refused.says("#as_of-error", "The deadline for this day is closed", "ask a coordinator").says("#done", "Held the workshop")
	p.msd.post(newUpdatePath, report("as_of", "1 October 2021")).is(http.StatusSeeOther)
	p.one.post(newUpdatePath, report("as_of", "30 September 2021")).is(http.StatusSeeOther)

	open := onlyForm(p.two.get(path+"/reopen").is(http.StatusOK).says("h1", "Open this deadline again?").says("main", "marked as late"))
	p.two.post(path+"/reopen", open).leads(path)
	p.two.get(path).says(".flash", "open again").says(".head", "Due day passed", "Close the deadline")
	p.msd.post(newUpdatePath, report("as_of", "30 September 2021")).is(http.StatusSeeOther)
	p.one.get("/audit").is(http.StatusNotFound)
	trail := p.auditor.get("/audit?action=deadline.").is(http.StatusOK).says("main", "closed the deadline", "opened the deadline again")
	if len(trail.find(`a[href="/periods/deadlines/1"]`)) == 0 {
		t.Error("the trail does not lead to the deadline")
	}
}

func TestADeadlineIsNotClosedBeforeItsDueDay(t *testing.T) {
	p := newPlanned(t)
	path := "/periods/deadlines/2"
	p.one.get(path).is(http.StatusOK).says(".empty", "Not due yet").hides(path+"/close", path+"/reopen")
	a := p.one.get(path+"/close").is(http.StatusOK).says("main", "once its due day has passed", "in 68 days")
	if len(a.find("main form")) != 0 {
		t.Error("the page asks all the same")
	}
	p.one.post(path+"/close", url.Values{"version": {"1"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "once its due day has passed")
	p.one.get(path+"/reopen").is(http.StatusOK).says("main", "institutions can send entries themselves")
	p.one.post(path+"/reopen", url.Values{"version": {"1"}}).is(http.StatusConflict)
	p.one.get("/periods/1/deadlines/new").is(http.StatusOK)
	for _, other := range []string{"/periods/2/deadlines/new", "/periods/x/change", "/periods/deadlines/3/change"} {
		p.one.get(other).is(http.StatusNotFound)
	}
}

// Two coordinators change one deadline: the second reads both writings and
// can still save.
func TestTwoChangesOfOneDeadlineShowBothWritings(t *testing.T) {
	p := newPlanned(t)
	path := "/periods/deadlines/1"
	first := onlyForm(p.one.get(path + "/change").is(http.StatusOK))
	second := onlyForm(p.two.get(path + "/change").is(http.StatusOK))
	first.Set("due_on", "20 October 2021")
	p.one.post(path+"/change", first).leads(path)
	p.one.get(path).says(".flash", "was changed").says(".head", "due 20 October 2021")
	second.Set("due_on", "22/10/2021")
	second.Set("note", "As agreed")
	a := p.two.post(path+"/change", second).is(http.StatusConflict).says("table", "20 October 2021", "22 October 2021", "As agreed")
	again := onlyForm(a)
	if again.Get("due_on") != "22/10/2021" || again.Get("version") != "2" {
		t.Errorf("the form holds %v", again)
	}
	p.two.post(path+"/change", again).leads(path)
	p.two.get(path).says(".head", "due 22 October 2021").says("main", "As agreed")

	must(t, p.s.Progress.CloseDeadline(t.Context(), p.one.actor, newKey(), 1, 3, true))
	form := onlyForm(p.one.get(path+"/change").is(http.StatusOK).says(".note", "its days stay as they are"))
	form.Set("title", "Third quarter")
	p.one.post(path+"/change", form).leads(path)
	form.Set("key", newKey())
	form.Set("version", "5")
	form.Set("due_on", "1 December 2021")
	p.one.post(path+"/change", form).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "This deadline is closed")
	if n := p.count("SELECT count(*) FROM deadlines WHERE due_on = '2021-10-22' AND title = 'Third quarter' AND purpose = ?", string(progress.Reporting)); n != 1 {
		t.Error("the closed deadline was moved, or not renamed")
	}
}

func TestTwoChangesOfThePeriodsEditionsShowBothWritings(t *testing.T) {
	p := newPlanned(t)
	form := onlyForm(p.one.get("/periods/1/change").is(http.StatusOK).says("h1", "Editions of 2021-22"))
	form.Set("answers", "tip 2021")
	p.one.post("/periods/1/change", form).leads("/periods")
	p.one.get("/periods").says(".flash", "The editions of 2021-22 were changed").says("main", "Answers TIP 2021")
	a := p.two.post("/periods/1/change", url.Values{"version": {"1"}, "answers": {"TIP 2020"}, "judged_by": {""}}).is(http.StatusConflict)
	a.says("table", "TIP 2021", "TIP 2020")
	p.two.post("/periods/1/change", onlyForm(a)).leads("/periods")
	p.two.get("/periods").says("main", "Answers TIP 2020 (not recorded yet)")
}

// A deadline is closed by one person and certified by another; what is
// approved after that is marked as an addendum.
func TestADeadlineIsCertifiedAndLaterEntriesAreAddenda(t *testing.T) {
	p := newPlanned(t)
	path := "/periods/deadlines/1"
	told := func(on, done string) int64 {
		return p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day(on), Status: progress.InProgress, Done: done}, p.one)
	}
	before := told("2021-09-28", "The draft was read")
	waiting := p.send(p.msd, "NSF 3.1.1", "2021-11-08", progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "The draft was sent"})
	p.send(p.msd, "NSF 3.1.2", "2021-11-08", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "For other days"})
	back := p.send(p.mha, "MHA-01", "2021-11-08", progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Too short"})
	must(t, p.s.Progress.Return(t.Context(), p.one.actor, newKey(), back, 2, "Say where", ""))
	p.two.get(path+"/certify").is(http.StatusConflict).says("main", "Close the deadline before it is certified")
	must(t, p.s.Progress.CloseDeadline(t.Context(), p.one.actor, newKey(), 1, 1, true))
	p.one.get(path).is(http.StatusOK).hides(path + "/certify")
	p.one.get(path+"/certify").is(http.StatusForbidden).says("main", "Another person certifies it")
	p.auditor.get(path + "/certify").is(http.StatusNotFound)
	if a := p.person("sign@tracker.example", "MSC", accounts.Countersigner).get(path+"/certify").is(http.StatusOK).says("main", "1 update for these days waits"); len(a.find(`main a[href="/review"]`)) != 0 {
		t.Error("a countersigner is sent to a queue that they do not read")
	}
	p.two.get(path).is(http.StatusOK).says(".btns", "Certify", "Open it again")
	form := onlyForm(p.two.get(path+"/certify").is(http.StatusOK).says("main", "You stand for what was approved", "It cannot be opened again",
		"1 update for these days waits for review; approved later, it is an addendum.", "1 update for these days came back and was not sent again.", "Open the review queue"))
	p.two.post(path+"/certify", url.Values{"version": {"1"}}).is(http.StatusConflict).says(".govuk-error-summary", "Somebody else changed this")
	p.two.post(path+"/certify", form).leads(path)
	p.two.post(path+"/certify", form).leads(path)
	p.two.get(path).is(http.StatusOK).says(".head", "Certified").says(".note", "Certified on 8 November 2021 by: coordinator two@tracker.example.").hides(path+"/reopen", path+"/certify")
	p.one.get(path+"/reopen").is(http.StatusOK).says("main", "Certified")
	p.one.post(path+"/reopen", url.Values{"version": {"3"}}).is(http.StatusConflict)

	p.one.get("/updates/" + itoa(before)).is(http.StatusOK).hides("Addendum")
	p.one.get("/updates/"+itoa(waiting)).is(http.StatusOK).says("main", "Addendum", "stands beside what was certified")
	p.auditor.get("/audit?action=deadline.").is(http.StatusOK).says("main", "certified the deadline")
}
