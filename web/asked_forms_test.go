package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tracker/internal/accounts"
)

const (
	newMechanism      = "/recommendations/mechanisms/new"
	newEdition        = "/recommendations/editions/new"
	newRecommendation = "/recommendations/editions/TIP/2021/recommendations/new"
)

// with is a form with some of its values changed, and a key of its own.
func with(form url.Values, change ...string) url.Values {
	out := url.Values{}
	for name, v := range form {
		if name != "key" {
			out[name] = v
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		out.Set(change[i], change[i+1])
	}
	return out
}

func TestACoordinatorEntersAMechanismAndItsEditions(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	v := h.person("one@tracker.example", "MSC", accounts.Coordinator)
	v.get("/recommendations").is(http.StatusOK).says(".empty", "Begin with the newest one", "Add an edition", "The first one is the TIP report")
	v.get(newEdition).is(http.StatusOK).says(".empty", "Add the mechanism first")
	form := filled(v.get(newMechanism).is(http.StatusOK).says("#scale", "Fully", "No evidence"), newMechanism, "code", "tip", "name", "Trafficking in Persons Report", "short_name", "TIP report", "url", "https://example.org/tip")
	next := ""
	for range 2 {
		next = v.post(newMechanism, form).is(http.StatusSeeOther).header.Get("Location")
	}
	blank := v.get(next).is(http.StatusOK).says(".flash", "TIP report was added").says("main", "Only then does a demand", "“at least”")
	edition := filled(blank, newEdition, "year", "2021", "tier", "Tier 2 Watch List", "released_on", "1 July 2021", "completeness", "complete", "source", "https://example.org/2021", "note", "Read in July", "country", "BW")
	if edition.Get("mechanism") != "TIP" {
		t.Errorf("the only mechanism is not chosen: %v", edition)
	}
	for range 2 {
		next = v.post(newEdition, edition).is(http.StatusSeeOther).header.Get("Location")
	}
	v.get(next).is(http.StatusOK).says(".flash", "TIP 2021 was added").says("h1", "TIP report 2021").says("main", "Tier 2 Watch List", "released 1 July 2021", "the whole list is held", "Read in July", "None of its recommendations is recorded yet")
	a := v.get("/recommendations").is(http.StatusOK).says("tbody", "TIP report 2021", "complete").says("#mechanisms", "TIP Trafficking in Persons Report", "Fully · Substantially · Partially · Not implemented · No evidence")
	if links := a.find(`#mechanisms a[href="https://example.org/tip"][rel="noopener noreferrer nofollow"]`); len(links) != 1 {
		t.Error("the mechanism's address is not linked as it should be")
	}
	v.get("/recommendations?q=x").hides(`id="mechanisms"`)

	const change = "/recommendations/mechanisms/TIP/change"
	words := filled(v.get(change).is(http.StatusOK), change, "scale", " Fully \n\nnot  implemented\r\nUnclear", "note", "A note")
	v.post(change, words).is(http.StatusSeeOther)
	v.get("/recommendations").says("#mechanisms", "Scale: Fully · Not implemented · Unclear", "A note")
	v.post(change, with(words, "name", "Another name")).is(http.StatusConflict).says("table", "Trafficking in Persons Report", "Another name")
	v.get("/recommendations/mechanisms/UPR/change").is(http.StatusNotFound)
}

func TestWhatIsWrongInAnEditionStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	right := url.Values{"mechanism": {"TIP"}, "year": {"2019"}, "tier": {"Kept tier"}, "released_on": {"20 June 2019"}, "completeness": {"partial"}}
	for _, c := range [][2]string{{"mechanism", ""}, {"mechanism", "UPR"}, {"year", "2021"}, {"year", "next"}, {"year", "99999999999"}, {"released_on", ""}, {"released_on", "9 November 2021"}, {"released_on", "in summer"},
		{"completeness", ""}, {"completeness", "mostly"}, {"tier", strings.Repeat("x", 61)}, {"source", strings.Repeat("x", 501)}} {
		a := p.one.post(newEdition, with(right, c[0], c[1]))
		if wrongBeside(a, c[0]); c[0] != "tier" && attr(a.find("#tier")[0], "value") != "Kept tier" {
			t.Errorf("%v: what was typed is lost", c)
		}
	}
	for _, c := range [][2]string{{"code", "TIP"}, {"code", "T I P"}, {"name", ""}, {"short_name", ""}, {"url", "javascript:alert(1)"}, {"scale", " \n "}, {"scale", "met\nMet\nmet"}} {
		a := p.one.post(newMechanism, with(url.Values{"code": {"UPR"}, "name": {"Review"}, "short_name": {"UPR"}, "scale": {"met"}, "note": {"Kept note"}}, c[0], c[1]))
		wrongBeside(a, c[0])
		a.says("#note", "Kept note")
	}
	if n := p.count("SELECT count(*) FROM editions") + p.count("SELECT count(*) FROM mechanisms"); n != 2 {
		t.Errorf("%d editions and mechanisms are there", n)
	}
	for _, path := range []string{"/recommendations/editions/TIP/2020/change", "/recommendations/editions/TIP/99999999999/change", "/recommendations/editions/UPR/2021/change", "/recommendations/editions/TIP/02021/change", "/recommendations/editions/TIP/2020/recommendations/new"} {
		p.one.get(path).is(http.StatusNotFound)
	}
}

func TestAnEditionIsChangedAndAnEmptyOneRemoved(t *testing.T) {
	p := newPlanned(t)
	const change, remove = "/recommendations/editions/TIP/2021/change", "/recommendations/editions/TIP/2021/remove"
	form := filled(p.one.get(change).is(http.StatusOK).hides(remove), change, "tier", "Tier 2 Watch List", "year", "1999", "mechanism", "UPR")
	p.one.post(change, with(form, "completeness", "not_held")).is(http.StatusUnprocessableEntity).says("#completeness-error", "2 recommendations of this edition are recorded here")
	p.one.post(change, form).is(http.StatusSeeOther)
	p.one.get("/recommendations/editions/TIP/2021").says(".flash", "TIP 2021 was changed").says("main", "Tier 2 Watch List", "the whole list is held")
	p.two.post(change, with(form, "tier", "Tier 3")).is(http.StatusConflict).says("table", "Tier 2 Watch List", "Tier 3")
	p.one.post(remove, with(filled(p.one.get(remove), remove))).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "It stays")

	p.one.post(newEdition, url.Values{"mechanism": {"TIP"}, "year": {"2012"}, "released_on": {"20 June 2012"}, "completeness": {"not_held"}}).is(http.StatusSeeOther)
	const none = "/recommendations/editions/TIP/2012"
	p.one.get(none).is(http.StatusOK).hides(none+"/recommendations/new").says("main", "That does not mean that nothing was asked")
	p.one.get(none+"/recommendations/new").is(http.StatusOK).says(".empty", "marked as not held", "Change the edition")
	p.one.post(none+"/recommendations/new", url.Values{"title": {"x"}, "text": {"x"}, "basis": {"official"}}).is(http.StatusUnprocessableEntity)
	gone := filled(p.one.get(none+"/remove").is(http.StatusOK).says("h1", "Remove TIP 2012?"), none+"/remove")
	p.msd.post(none+"/remove", with(gone)).is(http.StatusNotFound)
	for range 2 {
		p.one.post(none+"/remove", gone).is(http.StatusSeeOther)
	}
	p.one.get("/recommendations").says(".flash", "TIP 2012 was removed")
	p.one.get(none).is(http.StatusNotFound)
}

func TestACoordinatorEntersARecommendation(t *testing.T) {
	p := newPlanned(t)
	form := filled(p.one.get(newRecommendation).is(http.StatusOK).hides("Embassy").says("main", "the smallest part"), newRecommendation, "title", "Screen at borders", "text", "Train officers to screen for indicators at every border post.",
		"basis", "restated", "source", "Narrative, page 3", "theme", "protection", "cut", "yes", "items.0.text", "Train the officers", "items.0.lead", "MHA", "edition", "9", "id", "1")
	next := ""
	for range 2 {
		next = p.one.post(newRecommendation, form).is(http.StatusSeeOther).header.Get("Location")
	}
	a := p.one.get(next).is(http.StatusOK).says("h1", "Screen at borders").says(".head", "TIP 2021/3", "Protection", "restated", "cut").says(".wording", "Train officers to screen")
	a.says("main", "Narrative, page 3").says("#answers", "a. Train the officers", "No commitment").says("#items", "Home Affairs")
	if n := p.count("SELECT count(*) FROM recommendations WHERE number = 3"); n != 1 {
		t.Errorf("two posts made %d recommendations", n)
	}
	// Without words of its own the first item repeats the title; a number is kept.
	next = p.one.post(newRecommendation, url.Values{"number": {"12"}, "title": {"Publish data"}, "text": {"Publish data."}, "basis": {"official"}}).is(http.StatusSeeOther).header.Get("Location")
	p.one.get(next).says(".head", "TIP 2021/12", "the mechanism’s own words").says("#items", "a. Publish data", "none")

	change := next + "/change"
	again := filled(p.one.get(change).is(http.StatusOK), change, "title", "Publish the data", "theme", "partnership", "number", "13")
	p.one.post(change, again).is(http.StatusSeeOther)
	p.one.get(next).says(".flash", "TIP 2021/12 was changed").says("h1", "Publish the data").says(".head", "Partnership").says("#items", "a. Publish data")
	p.two.post(change, with(again, "title", "Publish figures", "cut", "yes")).is(http.StatusConflict).says("table", "Publish the data", "Publish figures", "whole", "cut")
}

func TestWhatIsWrongInARecommendationStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	right := url.Values{"number": {"9"}, "title": {"Kept title"}, "text": {"Kept text"}, "basis": {"official"}, "items.0.text": {"Kept item"}, "items.0.lead": {"MHA"}}
	for _, c := range [][2]string{{"number", "1"}, {"number", "0"}, {"number", "one"}, {"number", "1000"}, {"title", ""}, {"text", "\r\n"}, {"basis", ""}, {"basis", "guessed"}, {"theme", "punishment"},
		{"source", strings.Repeat("x", 501)}, {"items.0.text", strings.Repeat("x", 1001)}, {"items.0.lead", "NONE"}} {
		a := p.one.post(newRecommendation, with(right, c[0], c[1]))
		if wrongBeside(a, c[0]); c[0] != "title" && attr(a.find("#title")[0], "value") != "Kept title" {
			t.Errorf("%v: what was typed is lost", c)
		}
	}
	if n := p.count("SELECT count(*) FROM recommendations"); n != 2 {
		t.Errorf("there are %d recommendations", n)
	}
}

func TestItemsAreAddedChangedAndRetired(t *testing.T) {
	p := newPlanned(t)
	const page = "/recommendations/1"
	p.one.get(page).is(http.StatusOK).says("#items", "a. Adopt guidelines").hides("/retire")
	retire := page + "/items/" + itoa(p.item) + "/retire"
	p.one.post(retire, filled(p.one.get(retire), retire)).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "keeps at least one item")
	add := page + "/items/new"
	wrongBeside(p.one.post(add, url.Values{"text": {" "}, "lead": {"MSD"}}), "text")
	wrongBeside(p.one.post(add, url.Values{"text": {"x"}, "lead": {"NONE"}}), "lead")
	form := filled(p.one.get(add).is(http.StatusOK).says(".wording", "Adopt guidelines for victims"), add, "text", "Adopt the referral procedure", "letter", "x")
	for range 2 {
		p.one.post(add, form).is(http.StatusSeeOther)
	}
	a := p.one.get(page).says("#items", "b. Adopt the referral procedure")
	if n := len(a.find("#items tbody tr")); n != 2 {
		t.Fatalf("two posts made the items %d", n)
	}
	second := itoa(int64(p.count("SELECT id FROM items WHERE text = 'Adopt the referral procedure'")))
	change := page + "/items/" + second + "/change"
	words := filled(p.one.get(change).is(http.StatusOK).says(".meta", "TIP 2021/1b"), change, "text", "Adopt one referral procedure", "lead", "MSD")
	p.one.post(change, words).is(http.StatusSeeOther)
	p.one.get(page).says(".flash", "TIP 2021/1b was changed").says("#items", "b. Adopt one referral procedure Social Development")
	p.two.post(change, with(words, "text", "Adopt two procedures", "lead", "")).is(http.StatusConflict).says("table", "Adopt one referral procedure", "Adopt two procedures", "MSD, Social Development")
	// The item of one recommendation is not there under another's address.
	p.one.get("/recommendations/2/items/" + second + "/change").is(http.StatusNotFound)
	p.one.post("/recommendations/2/items/"+second+"/retire", url.Values{"version": {"2"}}).is(http.StatusNotFound)

	// The first item is answered: the question says what becomes of the answer.
	sure := filled(p.one.get(retire).is(http.StatusOK).says("h1", "Retire TIP 2021/1a?").says("main", "1 commitment that answers it does so no longer"), retire)
	p.msd.post(retire, with(sure)).is(http.StatusNotFound)
	p.one.post(retire, with(sure, "version", "9")).is(http.StatusConflict)
	for range 2 {
		p.one.post(retire, sure).is(http.StatusSeeOther)
	}
	p.one.get(page).says(".flash", "TIP 2021/1a was retired").says("#items", "retired on 8 November 2021").says("#answers", "retired on 8 November 2021", "No commitment").hides(retire)
	p.one.get(retire).is(http.StatusSeeOther)
	p.one.get("/commitments?flag=orphan").says("tbody", "NSF 3.1.1")
}

// Every link of these pages leads to a page: some led nowhere.
func TestEveryLinkOfWhatIsAskedLeadsToAPage(t *testing.T) {
	p := newPlanned(t)
	for _, page := range []string{"/recommendations", "/recommendations/editions/TIP/2021", "/recommendations/1", "/framework", "/commitments/NSF%203.1.1"} {
		for _, link := range p.one.get(page).is(http.StatusOK).find("main a[href^='/']") {
			href, _, _ := strings.Cut(attr(link, "href"), "#")
			if a := p.one.get(href); a.status != http.StatusOK {
				t.Errorf("%s links %s, which answers %d", page, href, a.status)
			}
		}
	}
}

// A bundled item is split, its answer is linked anew to both parts, the parts
// are merged again: every step is told as it was on its day.
func TestItemsAreSplitMergedAndTheirAnswersLinkedAnew(t *testing.T) {
	p := newPlanned(t)
	const page = "/recommendations/1"
	first := itoa(p.item)
	split := page + "/items/" + first + "/split"
	p.one.get(page).is(http.StatusOK).says("#items", "Split")
	form := filled(p.one.get(split).is(http.StatusOK).says("h1", "Split item TIP 2021/1a").says("main", "1 commitment answers it"), split)
	wrongBeside(p.one.post(split, with(form, "items.0.text", "Write them", "items.1.text", "", "items.2.text", "")), "items.0.text")
	wrongBeside(p.one.post(split, with(form, "items.0.text", "Write them", "items.1.text", "Train on them", "items.1.lead", "NONE")), "items.1.lead")
	parts := with(form, "items.0.text", "Write them", "items.1.text", "Train on them", "items.1.lead", "MSD")
	p.msd.post(split, parts).is(http.StatusNotFound)
	var a *answer
	for range 2 {
		a = p.one.post(split, parts).is(http.StatusSeeOther)
	}
	p.two.post(split, with(parts, "key", filled(p.two.get(page+"/items/new"), page+"/items/new").Get("key"))).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "retired already")
	if n := p.count("SELECT count(*) FROM items WHERE recommendation_id = 1"); n != 3 {
		t.Fatalf("the recommendation has %d items", n)
	}

	// The answer hangs on what is asked no longer, counts for nothing and is listed.
	relink := page + "/items/relink"
	if a.header.Get("Location") != relink {
		t.Errorf("led to %s", a.header.Get("Location"))
	}
	p.one.get(page).says(".note--risk", "1 answer hangs on an item").says("#items", "a. Adopt guidelines became b, c", "b. Write them from a", "c. Train on them from a Social Development")
	p.one.get("/commitments?flag=orphan").says("tbody", "NSF 3.1.1")
	p.one.get("/commitments/NSF%203.1.1").is(http.StatusOK).says("main", "This item is asked no longer since 8 November 2021")
	anew := filled(p.one.get(relink).is(http.StatusOK).says("main", "NSF 3.1.1", "TIP 2021/1a"), relink)
	b, c := itoa(int64(p.count("SELECT id FROM items WHERE letter = 'b' AND recommendation_id = 1"))), itoa(int64(p.count("SELECT id FROM items WHERE letter = 'c' AND recommendation_id = 1")))
	field := "answer." + itoa(int64(p.count("SELECT id FROM answers WHERE ended_at IS NULL")))
	anew[field] = []string{b, c}
	wrongBeside(p.one.post(relink, with(anew, "reason", " ")), "reason")
	p.one.post(relink, with(anew, field, "999999")).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "can only move to an item")
	for range 2 {
		p.one.post(relink, anew).is(http.StatusSeeOther)
	}
	p.one.get(page).says(".flash", "1 answer was linked anew").says("#answers", "b. Write them from a NSF 3.1.1", "c. Train on them from a NSF 3.1.1").hides(".note--risk")
	p.one.get(relink).is(http.StatusOK).says("main", "No answer waits")

	// Merged again: the same commitment answers the one item once.
	merge := page + "/items/merge"
	one := filled(p.one.get(merge).is(http.StatusOK), merge, "items.0.text", "Write them and train on them")
	one["from"] = []string{b}
	wrongBeside(p.one.post(merge, one), "from")
	one["from"] = []string{b, c}
	wrongBeside(p.one.post(merge, with(one, "items.0.text", " ")), "items.0.text")
	p.one.post(merge, one).is(http.StatusSeeOther)
	again := filled(p.one.get(relink).says("main", "TIP 2021/1b", "TIP 2021/1c"), relink)
	p.one.post(relink, again).is(http.StatusSeeOther)
	p.one.get(page).says("#answers", "d. Write them and train on them from b, c NSF 3.1.1").says("#items", "d. Write them and train on them from b, c", "a. Adopt guidelines became d")
	if n := p.count("SELECT count(*) FROM answers WHERE ended_at IS NULL"); n != 1 {
		t.Errorf("%d answers are in force", n)
	}
}
