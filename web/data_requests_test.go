package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/progress"
)

// withRequest adds a data request that is due on a day to the plan of page
// tests, and gives its address.
func withRequest(p *planned, due string) string {
	p.t.Helper()
	var id int64
	p.write(func(tx *gorm.DB) error {
		d, err := progress.AddDeadline(tx, p.clock, p.one.actor, 1, progress.Deadline{Title: "Request of the embassy", Purpose: progress.Request, DueOn: day(due)})
		id = d.ID
		return err
	})
	return requestPath(id)
}

// typedInto is a form of a page with fields filled in, by name and value.
func typedInto(a *answer, action string, fields ...string) url.Values {
	form := filled(a, action)
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

// A coordinator asks, each answers their own, and what is silent is counted.
func TestADataRequestFromTheQuestionToTheHandingOver(t *testing.T) {
	p := newPlanned(t)
	path := withRequest(p, "2021-11-01")
	deadline := strings.TrimSuffix(path, "/request")
	p.one.get(deadline).is(http.StatusOK).says(`a[href="`+path+`"]`, "Questions and answers")
	p.one.get(path).is(http.StatusOK).says(".empty", "Nothing is asked yet", "Add questions").says(".note--risk", "nothing is recorded as handed over")
	p.msd.get(path).is(http.StatusOK).says(".empty", "A coordinator adds")
	p.ngo.get(path).is(http.StatusNotFound)
	ask := func(text string, v *visitor) {
		t.Helper()
		form := typedInto(p.one.get(path+"/new").is(http.StatusOK).says("form", "one a line", "a victim could be recognised"), path+"/new", "questions", text)
		if v != nil {
			form.Set("institution", itoa(v.actor.InstitutionID))
		}
		p.one.post(path+"/new", form).leads(path)
	}
	ask("Trainings held?\n\nIs the sheet in use?", p.msd)
	ask("Who shelters?", p.ngo)
	ask("Who coordinates?", nil)
	a := p.one.get(path).is(http.StatusOK).says(".figs", "Asked 4", "Answered 0", "Unanswered 4").says("table", "Trainings held?", "Unanswered", "Coordinators", "Beautiful Dream")
	if n := len(a.find("tbody tr")); n != 4 {
		t.Errorf("%d questions are shown", n)
	}
	p.ngo.get(path).is(http.StatusOK).says("table", "Who shelters?").says(".figs", "Asked 1").hides("Trainings", "coordinates", "handed over", path+"/new", `"`+deadline+`"`)
	p.ngo.get(path + "/1").is(http.StatusNotFound)
	p.ngo.get("/").is(http.StatusOK).says("#asked", "Request of the embassy", "1 question without an answer")
	p.msd.get("/").is(http.StatusOK).says("#asked", "2 questions without an answer")
	p.one.get("/").is(http.StatusOK).says("section[aria-labelledby=deadlines]", "Request of the embassy", "4 questions without an answer")
	p.mha.get("/").is(http.StatusOK).hides("Request of the embassy")
	p.mha.get(path + "/1").is(http.StatusOK).hides("<form method=\"post\" action=\"" + path)
	p.msd.post(path+"/1", typedInto(p.msd.get(path+"/1").is(http.StatusOK).says("form", "a victim could be recognised"), path+"/1", "answer", "Two, in <May> and June.")).leads(path)
	p.msd.post(path+"/1", typedInto(p.msd.get(path+"/1"), path+"/1", "answer", "Three: one in October too.")).leads(path)
	p.msd.get(path+"/1").is(http.StatusOK).says("section[aria-labelledby=h-answers]", "Three: one in October too.", "Two, in <May> and June.", "no longer in force")
	p.ngo.post(path+"/3", typedInto(p.ngo.get(path+"/3"), path+"/3", "answer", "We do.")).leads(path)
	p.auditor.get(path).is(http.StatusOK).says("table", "Three: one in October too.", "We do.", "Late").hides("/change", "/remove", path+"/new")
	for query, want := range map[string]int{"?show=answered": 2, "?show=unanswered": 2, "?institution=MSD": 2, "?institution=coordinators": 1, "?institution=MSD&show=answered": 1, "?show=x&institution=y": 4} {
		if n := len(p.one.get(path + query).is(http.StatusOK).find("tbody tr")); n != want {
			t.Errorf("%s shows %d, want %d", query, n, want)
		}
	}
	file := p.one.get(path + ".csv?institution=MSD").is(http.StatusOK).hides("Who shelters?").body
	for _, word := range []string{"Trainings held?", "Three: one in October too.", "Unanswered", "Social Development"} {
		if !strings.Contains(file, word) {
			t.Errorf("the file does not say %q", word)
		}
	}
	p.one.get(path + ".xlsx").is(http.StatusOK)

	submit := p.one.get(path+"/submit").is(http.StatusOK).says("main", "2 of 4 questions are answered", "Silence counts as not done", "Without an answer: 2 , 4")
	p.one.post(path+"/submit", typedInto(submit, path+"/submit", "handed_on", "5 November 2021", "note", "By letter")).leads(path)
	p.one.get(path).is(http.StatusOK).says("section[aria-labelledby=h-handed]", "5 November 2021", "2 of 4", "Late", "By letter").hides("nothing is recorded")
}

// What has an answer stays as it was asked, and what is wrong stands beside
// its field with nothing typed lost.
func TestTheFormsOfADataRequest(t *testing.T) {
	p := newPlanned(t)
	path := withRequest(p, "2021-11-01")
	p.one.post(path+"/new", typedInto(p.one.get(path+"/new"), path+"/new", "questions", "One?\nTwo?\nThree?", "institution", itoa(p.msd.actor.InstitutionID))).leads(path)
	old := typedInto(p.one.get(path+"/2/change").is(http.StatusOK), path+"/2/change", "text", "Two, or more?", "institution", itoa(p.mha.actor.InstitutionID))
	mine := typedInto(p.two.get(path+"/2/change"), path+"/2/change", "text", "Two at least?")
	p.one.post(path+"/2/change", old).leads(path)
	p.two.post(path+"/2/change", mine).is(http.StatusConflict).says("main", "Two, or more?", "Two at least?")
	p.one.post(path+"/3/remove", filled(p.one.get(path+"/3/remove").is(http.StatusOK).says("main", "Three?", "is not given again"), path+"/3/remove")).leads(path)
	p.one.get(path).is(http.StatusOK).says("table", "One?", "Two, or more?", "Home Affairs").hides("Three?")
	p.one.post(path+"/1", typedInto(p.one.get(path+"/1"), path+"/1", "answer", "One.")).leads(path)
	p.one.get(path + "/1/change").is(http.StatusConflict)
	p.one.get(path + "/1/remove").is(http.StatusConflict)
	for _, c := range []struct{ path, field, typed, says string }{
		{"/new", "questions", " ", "Write at least one question"},
		{"/new", "questions", strings.Repeat("x", progress.QuestionMax+1), "Shorten this to 500"},
		{"/new", "institution", itoa(p.partner.actor.InstitutionID), "in force, or the coordinators"},
		{"/new", "institution", "nonsense", "in force, or the coordinators"},
		{"/2/change", "text", "", "Write the question"},
		{"/2", "answer", " ", "Write the answer"},
		{"/submit", "handed_on", "soon", "Enter a day such as"},
		{"/submit", "handed_on", "9 November 2021", "today or an earlier day"},
		{"/submit", "note", strings.Repeat("x", 1001), "Shorten this to"},
	} {
		form := typedInto(p.one.get(path+c.path).is(http.StatusOK), path+c.path)
		if c.path == "/new" {
			form.Set("questions", "Kept?")
		}
		form.Set(c.field, c.typed)
		a := p.one.post(path+c.path, form).is(http.StatusUnprocessableEntity).says(".govuk-error-message", c.says).says(".govuk-error-summary", c.says)
		if again := filled(a, path+c.path); c.field != "institution" && strings.TrimSpace(again.Get(c.field)) != strings.TrimSpace(c.typed) {
			t.Errorf("%s: %s was %q and is %q", c.path, c.field, c.typed, again.Get(c.field))
		}
	}
	deadline := strings.TrimSuffix(path, "/request")
	p.one.post(deadline+"/close", filled(p.one.get(deadline+"/close").is(http.StatusOK).says("main", "answered only by coordinators"), deadline+"/close")).leads(deadline)
	p.mha.get(path+"/2").is(http.StatusOK).says(".note", "only through a coordinator").hides("<textarea")
	p.mha.post(path+"/2", url.Values{"key": {newKey()}, "answer": {"Too late"}}).is(http.StatusConflict)
	p.mha.get("/").is(http.StatusOK).hides("Request of the embassy")
	p.one.get(path+"/2").is(http.StatusOK).says("form", "Answer")
	p.one.get(deadline+"/reopen").is(http.StatusOK).says("main", "answer the questions asked of them")
	p.one.get(deadline + "/certify").is(http.StatusNotFound)
	p.one.get("/periods/deadlines/1/request").is(http.StatusNotFound)
	p.one.get("/periods/deadlines/x/request").is(http.StatusNotFound)
	p.one.get(path + "/x").is(http.StatusNotFound)
}

// The form of the next period says what the last one leaves open, and making
// it asks the open questions again.
func TestTheNextPeriodTakesOverWhatIsOpen(t *testing.T) {
	p := newPlanned(t)
	path := withRequest(p, "2022-02-28")
	p.one.get("/periods/new").is(http.StatusOK).says("#opening", "Taken over from 2021-22", "4 open commitments", "1 overdue", "0 updates in review", "No question of its data request")
	p.one.post(path+"/new", typedInto(p.one.get(path+"/new"), path+"/new", "questions", "One?\nTwo?\nThree?")).leads(path)
	p.one.post(path+"/2", typedInto(p.one.get(path+"/2"), path+"/2", "answer", "Two.")).leads(path)
	p.one.get(path).is(http.StatusOK).says("table", "Waiting").hides("nothing is recorded as handed over")
	a := p.one.get("/periods/new").is(http.StatusOK).says("#opening", "2 questions without an answer", "Request of the embassy", "asks them again")
	for _, link := range a.find("#opening a") {
		p.one.get(attr(link, "href")).is(http.StatusOK)
	}
	bad := onlyForm(a)
	bad.Set("label", "")
	p.one.post("/periods/new", bad).is(http.StatusUnprocessableEntity).says("#opening", "2 questions without an answer")
	p.one.post("/periods/new", onlyForm(a)).leads("/periods")
	b := p.one.get("/periods").is(http.StatusOK).says("#period-2", "2 questions taken over from the period before")
	next := attr(firstOf(b.rowOf("Request for information"), "th a"), "href") + "/request"
	p.one.get(next).is(http.StatusOK).says("table", "One?", "Three?", "taken over from the period before").hides("Two?")
	p.one.get("/").is(http.StatusOK).hides("2 questions without an answer") // those of the old period are asked again in the new one
}
