package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const pasted = `LESOTHO (Tier 2)
PRIORITIZED RECOMMENDATIONS:
• Pay for the care of victims in every district.
• Train judges; and translate the guidelines.
• Publish how many cases were heard
in each district.
PROSECUTION
The government heard cases.`

// A narrative is shown before anything of it is saved, changed there, and
// saved once; after that it is compared and never doubled.
func TestAListIsPreviewedChangedAndSavedOnce(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	edition := "/recommendations/editions/TIP/2020"
	count := func(want string) {
		t.Helper()
		one.get(edition).is(http.StatusOK).says(".head .meta", want)
	}
	count("0 of 0")
	one.get(edition+"/import").is(http.StatusOK).says("main", "nothing is saved before you have seen it")
	preview := one.sendFiles(edition+"/import", part{"text", "", pasted}).is(http.StatusOK).says("h1", "3 recommendations were found").
		says("main", "The text states Tier 2", "Publish how many cases were heard in each district.")
	count("0 of 0")
	form := url.Values{"rows": {"3"}, "completeness": {"partial"}, "basis": {"restated"}, "fate.0": {"keep"}, "fate.1": {"keep"}, "fate.2": {"join"}}
	for _, name := range []string{"text.0", "text.1", "text.2"} {
		form.Set(name, textOf(preview.find(`textarea[name="` + name + `"]`)[0]))
	}
	form.Set("text.0", "Pay for the care of victims.\n\nFind a shelter.")
	form.Set("step", "again")
	one.post(edition+"/import/list", form).is(http.StatusOK).says("h1", "3 recommendations").says("main", "Find a shelter.", "translate the guidelines. Publish how many")
	count("0 of 0")

	form.Set("step", "save")
	form.Set("basis", "")
	one.post(edition+"/import/list", form).is(http.StatusUnprocessableEntity).says("main", "Find a shelter.")
	form.Set("basis", "restated")
	saved := one.post(edition+"/import/list", form).is(http.StatusSeeOther)
	if to := saved.header.Get("Location"); to != edition {
		t.Errorf("it leads to %s", to)
	}
	one.get(edition).is(http.StatusOK).says("main", "TIP 2020/1 Pay for the care of victims", "TIP 2020/2 Find a shelter", "TIP 2020/3 Train judges", "restated")

	form.Set("key", newKey())
	one.post(edition+"/import/list", form).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "TIP 2020 holds 3 recommendations already")
	count("3 of 3")
	one.sendFiles(edition+"/import", part{"text", "", pasted}).is(http.StatusOK).says("h1", "Compared").says("main", "Other words", "Not held", "Not in this list").hides(`value="save"`)
	count("3 of 3")
}

// A coordinator pastes a list on a phone or at a desk, with or without scripts,
// changes and saves it, and says what it continues; every page of that is
// accessible. The next page tells since when it is asked.
func TestAListIsPastedSavedAndConnectedInABrowser(t *testing.T) {
	asCoordinator(t, func(b *tab, look func()) {
		b.open("/recommendations/editions/TIP/2020").follow("Import a list").pressFor(422, "Find the recommendations").says("#text-error", "There is nothing in it")
		look()
		b.paste("text", strings.ReplaceAll(pasted, "Pay for the care of victims in every district.", "Allocate money to the Victims of Trafficking Trust Fund."))
		b.press("Find the recommendations").says("h1", "3 recommendations were found")
		look()
		b.choose("fate.1", "drop").press("Show it with these changes").says("h1", "2 recommendations were found")
		b.choose("fate.1", "drop").pressFor(422, "Save the list").says(".govuk-error-summary", "Choose whether the text is official")
		look()
		b.tick("Restated").press("Save the list").says(".flash", "1 recommendation was added").says("tbody", "Trust Fund", "no commitment")
		b.follow("What continues from earlier editions").says("main", "TIP 2019 is held only in part", "No wording of the older edition is like it")
		b.pick("newer", "TIP 2020/1").pick("older", "TIP 2018/3").choose("kin", "reworded")
		look()
		b.press("Save what was decided").says(".flash", "1 pair was changed").says("#r1", "Asked at least 3 years, since 2017")
		look()
		b.follow("TIP 2020/1").says("#demand", "TIP 2017/2", "TIP 2018/3", "TIP 2020/1").says("#moved", "TIP 2018/3 to TIP 2020/1")
		look()
		b.open("/recommendations/editions/TIP/2020").follow("Coverage").says("caption", "1 recommendation").says("tbody", "TIP 2020/1")
		look()
		b.open("/recommendations/editions/TIP/2021/lineage")
		suggested := ask[string](b, `[...document.querySelectorAll("label")].find(l => l.textContent.startsWith("TIP 2021/3 continues TIP 2020/1")).htmlFor`)
		b.choose(suggested, "reworded").press("Save what was decided")
		b.open("/reports").says("main", "2 editions in a row; continues TIP 2018/3, TIP 2020/1")
		look()
	})
}

// asCoordinator runs f in a browser at a desk with scripts, and on a phone
// without them. look fails unless the page fits and is accessible.
func asCoordinator(t *testing.T, f func(b *tab, look func())) {
	as(t, "coordinator.one@tracker.example", func(_ *house, b *tab, look func()) { f(b, look) })
}

// as does something in the demonstration as one of its people, with scripts at
// a desk and without them on a phone.
func as(t *testing.T, email string, f func(h *house, b *tab, look func())) {
	for name, c := range map[string]struct {
		prepare func(*tab) *tab
		width   int64
	}{
		"with scripts at a desk":     {func(b *tab) *tab { return b }, desk},
		"without scripts on a phone": {(*tab).withoutScripts, phone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := demoHouse(t, testDay)
			b := c.prepare(newTab(t, h.serve(), c.width)).session(h.signIn(email))
			f(h, b, func() {
				b.t.Helper()
				if c.width == desk { // axe is a script
					b.accessible()
				}
				b.fits()
				b.thumbs()
			})
		})
	}
}

// paste puts a text into a field at once.
func (b *tab) paste(id, text string) *tab {
	b.t.Helper()
	b.do(run(fmt.Sprintf(`document.getElementById(%q).value = %q`, id, text)))
	return b
}

// pick takes the option of a select that begins with these words.
func (b *tab) pick(id, words string) *tab {
	b.t.Helper()
	value := ask[string](b, fmt.Sprintf(`[...document.getElementById(%q).options].find(o => o.label.startsWith(%q)).value`, id, words))
	return b.choose(id, value)
}

// What is no narrative is refused with the reason, and nothing typed is lost.
func TestWhatIsNoNarrativeIsRefused(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	path := "/recommendations/editions/TIP/2020/import"
	for name, c := range map[string]struct {
		parts []part
		why   string
	}{
		"nothing":      {nil, "There is nothing in it"},
		"plain prose":  {[]part{{"text", "", "The weather was fine."}}, "No recommendations were found"},
		"a PDF":        {[]part{{"file", "narrative.pdf", "%PDF-1.7 x"}}, "A PDF is not read here"},
		"a broken zip": {[]part{{"file", "list.xlsx", "PK\x03\x04 broken"}}, ""},
		"bytes":        {[]part{{"file", "list.txt", strings.Repeat("\x00\x01\x02", 50)}}, ""},
		"too much":     {[]part{{"text", "", strings.Repeat("• Do this now.\n", 20_000)}}, "longer than 256 kB"},
		"an old Word":  {[]part{{"file", "list.doc", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"}}, "old Office program"},
	} {
		t.Run(name, func(t *testing.T) {
			a := one.sendFiles(path, c.parts...).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", c.why)
			if c.parts != nil && c.parts[0].name == "" && len(c.parts[0].content) < mostField && a.text("textarea") != c.parts[0].content {
				t.Errorf("the text is lost: %q", a.text("textarea"))
			}
		})
	}
	one.get("/recommendations/editions/TIP/2020").says(".head .meta", "0 of 0")
}

// A list of several editions gives the page's own, with whose words they are.
func TestAJSONListGivesItsEdition(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	list := `[{"mechanism":"TIP","country":"Lesotho","report_year":2019,"order":1,"text":"Find more victims.","basis":"restated"},
		{"mechanism":"TIP","country":"Lesotho","report_year":2020,"tier":"Tier 3","order":1,"text":"Find all victims.","basis":"inferred","cut":true,"source":"A page"},
		{"mechanism":"TIP","country":"Botswana","report_year":2020,"order":1,"text":"Find other victims.","basis":"restated"}]`
	path := "/recommendations/editions/TIP/2020/import"
	a := one.sendFiles(path, part{"file", "list.json", list}).is(http.StatusOK).says("h1", "1 recommendation was found").says("main", "Find all victims.").hides("other victims", "more victims")
	form := url.Values{"completeness": {"partial"}, "basis": {"official"}, "step": {"save"}, "fate.0": {"keep"}, "text.0": {"Find all victims."}}
	for _, n := range a.find("main form input[type=hidden]") {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	one.post(path+"/list", form).is(http.StatusSeeOther)
	one.get("/recommendations/editions/TIP/2020").says("main", "TIP 2020/1 Find all victims", "inferred from the narrative cut")
}
