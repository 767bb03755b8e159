package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"
)

// promise is the form of a new commitment that is complete.
func (p *planned) promise(change ...string) url.Values {
	v := url.Values{"ref": {"mha-09"}, "origin": {"ministry"}, "title": {"A new promise"}, "text": {"Text of it"}, "lead": {itoa(p.mha.actor.InstitutionID)}, "share": {"internal"},
		"starts_on": {"1 April 2021"}, "due_on": {"31 March 2022"}, "supporting": {itoa(p.msd.actor.InstitutionID), itoa(p.ngo.actor.InstitutionID)},
		"milestones.0.title": {"Plan"}, "milestones.0.due_on": {"30 6 2021"}, "milestones.1.title": {""}, "milestones.1.due_on": {""},
		"milestones.2.title": {"Done"}, "milestones.2.due_on": {"31 March 2022"},
		"budget.0.year": {"2021"}, "budget.0.amount": {"180 000.50"}, "budget.0.currency": {"lsl"}, "budget.0.funder": {"Government"},
		"themes": {"protection"}, "indicia": {"2"}, "sdg": {"16.2, 5.2"}, "effective_on": {"1 April 2021"}, "reason": {"Agreed in March"}}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func (p *planned) version(ref string) string {
	return itoa(int64(p.count("SELECT version FROM commitments WHERE ref = ?", ref)))
}

func TestACoordinatorAddsACommitment(t *testing.T) {
	p := newPlanned(t)
	p.one.get("/commitments/new").is(http.StatusOK).says("h1", "Add a commitment").hides("Embassy")
	form := p.promise("key", newKey(), "state", "approved", "version", "9", "id", "1")
	for range 2 {
		p.one.post("/commitments/new", form).is(http.StatusSeeOther)
	}
	a := p.one.get("/commitments/MHA-09").is(http.StatusOK).says(".flash", "MHA-09 was added").says("h1", "A new promise")
	a.says(".dl", "Home Affairs", "Beautiful Dream ; Social Development").says("#money", "M 180 000.50", "Government").says("main", "1. Plan", "2. Done", "31 Mar 2022").
		says("main", "Protection", "TVPA indicium 2", "SDG 16.2", "Agreed in March")
	if n := p.count("SELECT count(*) FROM commitments WHERE ref = 'MHA-09' AND version = 1"); n != 1 {
		t.Errorf("two posts made %d commitments", n)
	}
	p.msd.get("/commitments/new").is(http.StatusNotFound)
	p.msd.post("/commitments/new", p.promise("ref", "X-1")).is(http.StatusNotFound)
}

func TestWhatIsWrongInACommitmentStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	for field, change := range map[string][]string{
		"ref":                 {"ref", "NSF 3.1.1"},
		"title":               {"title", ""},
		"text":                {"text", " "},
		"node":                {"origin", "framework"},
		"lead":                {"lead", "4711"},
		"supporting":          {"supporting", itoa(p.mha.actor.InstitutionID)},
		"due_on":              {"due_on", "31 March 2020"},
		"starts_on":           {"starts_on", "soon"},
		"milestones.0.due_on": {"milestones.0.due_on", ""},
		"milestones.1.due_on": {"milestones.2.due_on", "31 June 2021"},
		"budget.0.amount":     {"budget.0.amount", "much"},
		"budget.0.year":       {"budget.0.year", "next"},
		"budget.0.currency":   {"budget.0.currency", "M"},
		"share":               {"share", "all"},
		"sdg":                 {"sdg", "99"},
		"effective_on":        {"effective_on", "1 January 2022"},
	} {
		a := p.one.post("/commitments/new", p.promise(change...)).is(http.StatusUnprocessableEntity)
		if len(a.find(`.govuk-error-summary a[href='#`+field+`']`)) != 1 || len(a.find(`[id='`+field+`-error']`)) != 1 || len(a.find(`[id='`+field+`']`)) != 1 {
			t.Errorf("%v: nothing beside %s: %s", change, field, a.text(".govuk-error-summary"))
		}
		a.says("#reason", "Agreed in March").says("#means_of_verification", "")
		if attr(a.find(`[id='milestones.1.title']`)[0], "value") != "Done" || len(a.find("input[name=supporting][checked]")) == 0 {
			t.Errorf("%v: what was typed is lost", change)
		}
	}
	if n := p.count("SELECT count(*) FROM commitments"); n != 4 {
		t.Errorf("there are %d commitments", n)
	}
}

func TestOneRowMoreKeepsWhatWasTyped(t *testing.T) {
	p := newPlanned(t)
	a := p.one.post("/commitments/new", p.promise("add", "milestone")).is(http.StatusOK)
	if len(a.find(`[name='milestones.2.title']`)) != 1 || len(a.find(`[name='milestones.3.title']`)) != 0 || len(a.find(`[name='budget.1.year']`)) != 0 {
		t.Error("the form has not exactly one milestone more")
	}
	a.says("#reason", "Agreed in March")
	a = p.one.post("/commitments/new", p.promise("add", "budget")).is(http.StatusOK)
	if len(a.find(`[name='budget.1.year']`)) != 1 || attr(a.find(`[name='budget.1.currency']`)[0], "value") != "LSL" {
		t.Error("the form has not exactly one amount more")
	}
	if p.version("MHA-09") != "0" {
		t.Error("a row more wrote the commitment")
	}
}

func TestARevisionTellsWhatItChanged(t *testing.T) {
	p := newPlanned(t)
	const path = "/commitments/NSF%203.1.2/revise"
	a := p.one.get(path).is(http.StatusOK)
	form := url.Values{}
	for _, n := range a.find("form[action='/commitments/NSF%203.1.2/revise'] input") {
		if typ := attr(n, "type"); typ != "checkbox" {
			form.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	form.Set("text", a.text("#text"))
	for _, n := range a.find("option[selected]") {
		form.Set(attr(n.Parent, "name"), attr(n, "value"))
	}
	p.one.post(path, form).is(http.StatusUnprocessableEntity).says("#reason-error", "Give the reason")
	form.Set("reason", "Nothing to say")
	p.one.post(path, form).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "Nothing was changed")
	form.Set("due_on", "31 December 2021")
	form.Set("reason", "The budget came late")
	p.one.post(path, form).is(http.StatusSeeOther)
	p.one.get("/commitments/NSF%203.1.2").says(".figs", "31 Dec 2021", "moved 1 time, first 30 Nov 2021").
		says(".tl", "Changed the commitment", "Due date: 30 Nov 2021 31 Dec 2021", "“The budget came late”")
	// The form was opened before that change: both texts are shown.
	form.Set("due_on", "1 January 2022")
	form.Set("title", "Shelter paid for")
	form.Set("key", newKey())
	clash := p.two.post(path, form).is(http.StatusConflict).says("table", "Due date", "31 December 2021", "1 January 2022", "Shelter funded", "Shelter paid for")
	if attr(clash.find("#title")[0], "value") != "Shelter paid for" || strings.Contains(clash.text("table"), "Means of verification") {
		t.Error("the form does not hold what was typed, or names what is the same")
	}
	form.Set("version", attr(clash.find("input[name=version]")[0], "value"))
	form.Set("key", newKey())
	p.two.post(path, form).is(http.StatusSeeOther)
	p.one.get("/commitments/NSF%203.1.2").says("h1", "Shelter paid for")
	p.msd.get(path).is(http.StatusNotFound)
	p.msd.post(path, form).is(http.StatusNotFound)
}

func TestATransferMovesOneCommitment(t *testing.T) {
	p := newPlanned(t)
	const path = "/commitments/NSF%203.1.1/transfer"
	form := url.Values{"from": {itoa(p.msd.actor.InstitutionID)}, "to": {itoa(p.mha.actor.InstitutionID)}, "effective_on": {"1 October 2021"}, "reason": {"New portfolios"}}
	p.one.get(path).is(http.StatusOK).says("#from", "Social Development, which leads", "Home Affairs, which supports").hides("Embassy")
	bad := url.Values{"from": {itoa(p.one.actor.InstitutionID)}, "to": {itoa(p.mha.actor.InstitutionID)}, "effective_on": {"1 October 2021"}, "reason": {"Kept"}}
	p.one.post(path, bad).is(http.StatusUnprocessableEntity).says("#from-error", "neither leads nor supports").says("#reason", "Kept")
	p.msd.post(path, form).is(http.StatusNotFound)
	p.one.post(path, form).is(http.StatusSeeOther)
	p.one.get("/commitments/NSF%203.1.1").says(".dl", "Leads Home Affairs").says(".tl", "The lead passed from Social Development to Home Affairs on 1 October 2021", "“New portfolios”").
		hides("Changed the commitment")
	p.msd.get("/commitments/NSF%203.1.1").hides("/updates/new")
}

func TestAnAnswerIsLinkedAndEnded(t *testing.T) {
	p := newPlanned(t)
	const path = "/commitments/NSF%203.1.2/answers"
	p.one.get(path).is(http.StatusOK).says("#item", "TIP 2021/1a", "TIP 2021/2a").says(".empty", "answers nothing")
	p.one.post(path, url.Values{"reason": {"Kept"}, "linked_on": {"8 November 2021"}}).is(http.StatusUnprocessableEntity).says("#item-error", "Choose").says("#reason", "Kept")
	form := url.Values{"item": {itoa(p.item)}, "extent": {"in_part"}, "reason": {"It pays for them"}, "linked_on": {"1 November 2021"}}
	p.msd.post(path, form).is(http.StatusNotFound)
	p.one.post(path, form).is(http.StatusSeeOther)
	p.one.post(path, url.Values{"item": {itoa(p.item)}, "extent": {"wholly"}, "reason": {"Again"}}).is(http.StatusUnprocessableEntity).says("#item-error", "already")
	p.one.get(path).says("main", "In part", "It pays for them")
	p.one.get("/commitments/NSF%203.1.2").says("main", "TIP 2021/1a", "It pays for them")
	var id int64
	p.write(func(tx *gorm.DB) error { return tx.Raw("SELECT max(id) FROM answers").Scan(&id).Error })
	end := path + "/" + itoa(id) + "/end"
	// The answer of one commitment is not there under another's address.
	p.one.get("/commitments/NSF%203.1.1/answers/" + itoa(id) + "/end").is(http.StatusNotFound)
	p.one.post("/commitments/NSF%203.1.1/answers/"+itoa(id)+"/end", url.Values{"reason": {"x"}}).is(http.StatusNotFound)
	p.one.get(end).is(http.StatusOK).says("h1", "End the answer to TIP 2021/1a")
	p.one.post(end, url.Values{"reason": {""}, "ended_on": {"8 November 2021"}}).is(http.StatusUnprocessableEntity).says("#reason-error", "Give the reason")
	p.one.post(end, url.Values{"reason": {"The fund took over"}, "ended_on": {"8 November 2021"}}).is(http.StatusSeeOther)
	p.one.get(path).says("main", "Ended", "The fund took over")
	p.one.get(end).is(http.StatusSeeOther)
	p.one.post(end, url.Values{"reason": {"Twice"}}).is(http.StatusConflict)
}
