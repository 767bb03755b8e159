package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
	"tracker/seeds/seedstest"
)

// The home page says which dialogue is next and how far it is away; the list
// leads to it and to its briefing.
func TestHomeAndListNameTheNextDialogue(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	home := v.get("/").is(http.StatusOK).says(".note--next", "Next dialogue: Dialogue with the U.S. Ambassador (day assumed)", "18 November 2021", "in 10 days", "8 items on the agenda, 2 without talking points")
	v.get(attr(home.find(".note--next a")[0], "href")).is(http.StatusOK).says("h1", "Dialogue with the U.S. Ambassador").says(".head", "Prepared", "Thursday 18 November 2021", "in 10 days")
	v.get("/dialogues").is(http.StatusOK).says("#planned tbody tr", "next", "18 Nov 2021", "in 10 days", "Prepared", "8 2 without talking points", "PDF", "Excel")
	if h.signIn("focal.bds@tracker.example").get("/").is(http.StatusOK); strings.Contains(h.signIn("focal.bds@tracker.example").get("/").body, "/dialogues") {
		t.Error("an organisation outside government is led to dialogues")
	}
	later := houseOn(t, h.db, testDay.AddDate(0, 0, 11)).signIn("coordinator.one@tracker.example")
	later.get("/").is(http.StatusOK).hides("note--next")
	later.get("/dialogues").is(http.StatusOK).says("#planned tbody tr", "Day passed", "1 day ago").hides(">next<")
}

func TestWithoutDialoguesTheListSaysWhatToDo(t *testing.T) {
	p := newPlanned(t)
	if a := p.one.get("/dialogues").is(http.StatusOK).says(".empty", "No dialogue is planned. Plan the next one"); len(a.find(`.empty a[href="/dialogues/new"]`)) != 1 {
		t.Error("the list does not lead a coordinator on")
	}
	p.msd.get("/dialogues").is(http.StatusOK).says(".empty", "A coordinator plans it.").hides("/dialogues/new")
}

// Whatever the page says of an answer, the briefing's value says: the page is
// one more writer of it.
func TestTheDialoguePageTellsTheBriefing(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("auditor@tracker.example")
	a := v.get("/dialogues/1").is(http.StatusOK).hides("/change", "/held", "/prepared", "/agenda/new", "/remove", "/record", "/move", "@tracker.example")
	b, err := h.s.Reports.Briefing(t.Context(), reports.About{Country: "LS"}, reports.Query{Actor: v.actor, Country: "LS", D: day("2021-11-08"), Rules: reports.DefaultRules}, 1)
	must(t, err)
	a.says(".figs", "Recommendations 8", "Answered 6 1 more in part, 1 not at all", "Changed since "+h.s.t.Int(b.Figures.Changed), "Overdue "+h.s.t.Int(b.Figures.Overdue))
	rated := 0
	for _, i := range b.Items {
		section := "#item-" + itoa(i.AgendaID)
		a.says(section, i.Ref, i.Title, i.Text, h.s.t.Int(i.Number)+".")
		for _, point := range points(i.Texts.TalkingPoints + "\n" + i.Texts.Asks + "\n" + i.Texts.Notes) {
			a.says(section, point)
		}
		if a.says(section, "Suggested by the facts", wording.Suggested(h.s.t, i.Rated), wording.Rule(h.s.t, i.Rated)); len(i.Rated.Given) == 0 {
			a.says(section, h.s.t.Msg("ratings.nobody"))
		}
		for _, g := range i.Rated.Given {
			rated++
			a.says(section, h.s.t.Msg("rating."+g.Value), h.s.t.Msg("ratings.rater."+string(g.Rater))+", "+g.Institution, g.Reason)
		}
		for _, c := range i.Commitments {
			if c.Verification != "" {
				a.says(section+` tr:has(a[href="`+commitmentPath(c.Ref)+`"])`, h.s.t.Msg("proof."+string(c.Verification)))
			}
			a.says(section+` tr:has(a[href="`+commitmentPath(c.Ref)+`"])`, h.s.t.Msg("status."+string(c.Was)), h.s.t.Msg("status."+string(c.Status)), strings.Join(strings.Fields(c.Done+c.NoProgress), " "))
		}
		if n := len(a.find(section + " tbody tr")); n == 0 {
			t.Errorf("%s has no row", i.Ref)
		}
	}
	if rated == 0 {
		t.Error("nobody rated what is on the agenda")
	}
	a.says("#asks", "Trainers for two of the five district courses").says("#item-6", "No commitment").says("#item-7", "No talking points and no asks are written yet.")
}

// Both files bear country, day and the demonstration in their names.
func TestABriefingIsAFileWithAName(t *testing.T) {
	v := demoHouse(t, testDay).signIn("focal.msd@tracker.example")
	for ext, kind := range map[string]string{"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		a := v.get("/dialogues/1/briefing." + ext).is(http.StatusOK)
		if got := a.header.Get("Content-Disposition"); got != `attachment; filename="lesotho-briefing-2021-11-18-DEMONSTRATION.`+ext+`"` || a.header.Get("Content-Type") != kind || len(a.body) < 5000 {
			t.Errorf("%s: %d bytes of %s as %s", ext, len(a.body), a.header.Get("Content-Type"), got)
		}
	}
	for _, path := range []string{"/dialogues/x", "/dialogues/99/briefing.pdf", "/dialogues/x/briefing.xlsx"} {
		v.get(path).is(http.StatusNotFound)
	}
}

// To those outside government a dialogue is not there, byte for byte as one
// that does not exist: neither page nor file.
func TestDialoguesDoNotExistOutsideGovernment(t *testing.T) {
	h := demoHouse(t, testDay)
	for _, email := range []string{"focal.bds@tracker.example", "partner.use@tracker.example"} {
		v := h.signIn(email)
		v.get("/dialogues").is(http.StatusNotFound)
		for _, below := range []string{"", "/briefing.pdf", "/briefing.xlsx"} {
			v.get("/dialogues/1" + below).is(http.StatusNotFound).looksLike(v.get("/dialogues/99" + below))
		}
	}
}

// Two coordinators write on one item: the second sees both texts and loses
// nothing.
func TestTwoWritersOnAnAgendaItemSeeBothTexts(t *testing.T) {
	h := demoHouse(t, testDay)
	one, two := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example")
	path := "/dialogues/1/agenda/7/change"
	shown := two.get(path).is(http.StatusOK)
	one.post(path, filled(one.get(path), path, "talking_points", "Money is asked for.")).is(http.StatusSeeOther)
	a := two.post(path, filled(shown, path, "talking_points", "Posting orders are issued.", "position", "It is late.")).is(http.StatusConflict)
	a.says("#clashes + p + table", "Talking points", "Money is asked for.", "Posting orders are issued.").says("#talking_points", "Posting orders are issued.")
	two.post(path, filled(a, path, "talking_points", "Both are said.")).is(http.StatusSeeOther)
	one.get("/dialogues/1").says("#item-7", "Both are said.", "It is late.", "Last written by: Deputy coordinator")
	one.get("/dialogues/1/agenda/7/history").is(http.StatusOK).says("main", "Both are said.", "Money is asked for.", "Position of the government").hides("Posting orders are issued.")
}

func TestAnAgendaItemMovesFromWhereItStood(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	order := func() string { return v.get("/dialogues/1").text("#agenda .agenda .ref") }
	form := url.Values{"position": {"1"}, "to": {"down"}}
	v.post("/dialogues/1/agenda/1/move", form).is(http.StatusSeeOther)
	if got := order(); !strings.HasPrefix(got, "TIP 2021/3 TIP 2021/2 TIP 2021/1") {
		t.Errorf("the order is %s", got)
	}
	form.Del("key")
	v.post("/dialogues/1/agenda/1/move", form).is(http.StatusConflict).says(".govuk-error-summary", "Somebody else changed this").says("h1", "Dialogue with")
	v.post("/dialogues/1/agenda/2/move", url.Values{"position": {"1"}, "to": {"up"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "at the end of the agenda")
}

// What stands on the agenda is not offered again; what the rules suggest comes
// first, with the rules that apply.
func TestRecommendationsAreChosenForTheAgenda(t *testing.T) {
	v := demoHouse(t, testDay).signIn("coordinator.one@tracker.example")
	a := v.get("/dialogues/1/agenda/new").is(http.StatusOK).says(".head", "8 stand on the agenda already.").hides("TIP 2021/2 ", "TIP 2022")
	if first := a.text("fieldset:first-of-type"); !strings.HasPrefix(first, "Suggested by the rules") || !strings.Contains(first, "TIP 2021/9 Oversight of recruitment agencies 1 commitment overdue") {
		t.Errorf("first comes %q", first)
	}
	if ticked := v.get("/dialogues/1/agenda/new?tick=suggested").find(`input[checked]`); len(ticked) != 3 || len(a.find(`input[checked]`)) != 0 {
		t.Errorf("the rules tick %d", len(ticked))
	}
	box := a.find(`input[type="checkbox"]`)[0]
	v.post("/dialogues/1/agenda/new", url.Values{}).is(http.StatusUnprocessableEntity).says("#recommendations-error", "Choose at least one item")
	v.post("/dialogues/1/agenda/new", url.Values{"recommendations": {attr(box, "value")}}).is(http.StatusSeeOther)
	v.get("/dialogues/1").says(".flash", "1 item was put on the agenda.").says("#agenda li:last-child", "9.", "TIP 2021/9", "nothing written yet")
}

// Once held, the agenda stays and the briefing tells of the dialogue's day;
// nobody is offered what would be refused.
func TestAHeldDialogueStaysAsItWas(t *testing.T) {
	d := seedstest.Lesotho.SQLite(t)
	v := houseOn(t, d, time.Date(2021, 11, 20, 9, 0, 0, 0, testDay.Location())).signIn("coordinator.one@tracker.example")
	a := v.get("/dialogues/1/held").is(http.StatusOK).says("h1", "Was this dialogue held?")
	v.post("/dialogues/1/held", url.Values{"version": {attr(a.find(`input[name="version"]`)[0], "value")}}).is(http.StatusSeeOther)
	v.get("/dialogues/1").is(http.StatusOK).says(".head", "Held").says("main", "As of 18 November 2021").hides("/agenda/new", "/agenda/1/change", "/remove", "/move", ">Mark as held<")
	v.post("/dialogues/1/agenda/1/change", url.Values{"version": {"2"}, "talking_points": {"Afterwards"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "This dialogue was held").says("#talking_points", "Afterwards")
	v.get("/dialogues/1/planned").is(http.StatusOK).says("main", "Its agenda and texts can be changed again.")
	early := houseOn(t, seedstest.Lesotho.SQLite(t), testDay).signIn("coordinator.one@tracker.example")
	early.post("/dialogues/1/held", url.Values{"version": {"1"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "The dialogue is planned for 18 November 2021.")
}

// An agenda takes recommendations, commitments by their references, and points
// of its own; what was said is noted from the day on.
func TestAnAgendaOfThreeKindsAndItsRecord(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	path := "/dialogues/1/agenda/new"
	bad := v.post(path, filled(v.get(path), path, "commitments", "NSF 1.1.1, NSF 99", "point", "Next year")).is(http.StatusUnprocessableEntity)
	bad.says("#commitments-error", "There is no commitment NSF 99")
	v.post(path, filled(bad, path, "commitments", "NSF 1.1.1, AP-1")).leads("/dialogues/1")
	page := v.get("/dialogues/1").says("#agenda", "NSF 1.1.1", "AP-1", "Next year", "11.").says("#item-9", "The committee meets every quarter", "In progress")
	page.says(".figs", "Recommendations 8")
	write := "/dialogues/1/agenda/11/change"
	v.post(write, filled(v.get(write).is(http.StatusOK).says("main", "Next year"), write, "questions", "When?\nIn May.")).is(http.StatusSeeOther)
	v.get("/dialogues/1").says("#item-11", "Likely questions and their answers", "In May.")
	for _, file := range []string{"briefing.pdf", "briefing.xlsx"} {
		v.get("/dialogues/1/" + file).is(http.StatusOK)
	}
	v.get("/dialogues/1").hides("/record")
	v.post("/dialogues/1/planned", filled(v.get("/dialogues/1/planned"), "/dialogues/1/planned")).leads("/dialogues/1")
	v.get("/dialogues").says("#planned", "Planned")
	v.post("/dialogues/1/prepared", filled(v.get("/dialogues/1/prepared").says("main", "Does this dialogue stand prepared?"), "/dialogues/1/prepared")).leads("/dialogues/1")
	v.get("/dialogues").says("#planned", "Prepared")

	later := houseOn(t, h.db, time.Date(2021, 11, 18, 18, 0, 0, 0, time.UTC)).signIn("coordinator.one@tracker.example")
	record := "/dialogues/1/agenda/11/record"
	later.get("/dialogues/1").says("main", "Note what was said")
	later.post("/dialogues/1/held", filled(later.get("/dialogues/1/held"), "/dialogues/1/held")).leads("/dialogues/1")
	later.post(record, filled(later.get(record), record, "said", "May is proposed.", "agreed", "The fourth of May.")).is(http.StatusSeeOther)
	later.get("/dialogues/1").says("#item-11", "Said by the government", "May is proposed.", "The fourth of May.")
	later.post(write, filled(later.get(write).says("main", "its agenda stays as it was"), write, "asks", "Too late")).is(http.StatusUnprocessableEntity)
	later.post("/dialogues/1/followed-up", filled(later.get("/dialogues/1/followed-up"), "/dialogues/1/followed-up")).leads("/dialogues/1")
	later.get("/dialogues").says("#held", "Followed up")
}

// What is agreed becomes a commitment that names its dialogue; what the partner
// undertook stands on the partner's home, where it is logged on, and a
// coordinator answers. The next dialogue tells what became of both.
func TestWhatIsAgreedIsFollowedUp(t *testing.T) {
	h := demoHouse(t, time.Date(2021, 11, 18, 18, 0, 0, 0, time.UTC))
	v, embassy := h.signIn("coordinator.one@tracker.example"), h.signIn("partner.use@tracker.example")
	at := "/dialogues/1/agenda/1/agree"
	form := v.get(at).is(http.StatusOK).says("main", "Victim-identification SOPs", "None of them")
	bad := v.post(at, filled(form, at, "title", "Name the four contacts")).is(http.StatusUnprocessableEntity)
	bad.says("#lead-error", "Choose").says("#due_on-error", "Enter the day")
	lead := attr(bad.find(`#lead option`)[1], "value")
	v.post(at, filled(bad, at, "lead", lead, "due_on", "15 March 2022")).leads("/dialogues/1#item-1")
	v.get("/commitments/DIA-1").is(http.StatusOK).says("main", "Name the four contacts", "agreed in “Dialogue with the U.S. Ambassador (day assumed)”", "18 November 2021")
	v.get("/dialogues/1").says("#item-1", "Agreed actions", "DIA-1", "due 15 Mar 2022")

	at = "/dialogues/1/agenda/1/undertake"
	partner := ""
	for _, o := range v.get(at).find("#institution option") {
		if strings.HasPrefix(textOf(o), "USE,") {
			partner = attr(o, "value")
		}
	}
	v.post(at, filled(v.get(at).is(http.StatusOK), at, "institution", partner, "text", "Trainers for two courses", "due_on", "28 February 2022")).leads("/dialogues/1#item-1")
	home := embassy.get("/").is(http.StatusOK).says("main", "What you undertook", "Trainers for two courses", "28 Feb 2022")
	one := attr(home.find(`a[href^="/undertakings/"]`)[0], "href")
	embassy.post(one, filled(embassy.get(one).is(http.StatusOK).hides("It is withdrawn"), one, "text", "Both are named.")).leads(one)
	v.get("/undertakings").is(http.StatusOK).says("main", "waits for an answer", "Both are named.")
	next := "/dialogues/2/agenda/new"
	v.post("/dialogues/new", filled(v.get("/dialogues/new"), "/dialogues/new", "title", "The next one", "held_on", "18 May 2022")).leads("/dialogues/2")
	offered := v.get(next).says("main", "Open from the dialogues before", "DIA-1 Name the four contacts", "Trainers for two courses")
	v.post(next, add(filled(offered, next), "open", attr(offered.find(`input[value^="action "]`)[0], "value"), attr(offered.find(`input[value^="undertaking "]`)[0], "value"))).leads("/dialogues/2")
	v.get("/dialogues/2").says("#agenda", "DIA-1", "Trainers for two courses")
	v.get(next).hides("Open from the dialogues before")
	v.post(one, filled(v.get(one), one)).is(http.StatusUnprocessableEntity).says("#kind-error", "Choose what becomes of it")
	v.post(one, filled(v.get(one), one, "kind", "done", "text", "With thanks.")).leads(one)
	embassy.get(one).says("main", "Done", "With thanks.").hides("Log it")
	h.signIn("focal.bds@tracker.example").get(one).is(http.StatusNotFound)

	const id = "/dialogues/2"
	v.get(id).says("#earlier", "DIA-1", "Trainers for two courses", "Done")
	for _, file := range []string{"/briefing.pdf", "/briefing.xlsx"} {
		v.get(id + file).is(http.StatusOK)
		v.get("/dialogues/1" + file).is(http.StatusOK)
	}
}

// What is recommended in the room is asked like every other recommendation: the
// first one says of which mechanism the dialogue is an edition, those after it
// go there too.
func TestWhatIsRecommendedInTheRoomIsRecorded(t *testing.T) {
	early := demoHouse(t, testDay)
	const at, other = "/dialogues/1/agenda/1/recommend", "/dialogues/1/agenda/2/recommend"
	early.signIn("coordinator.one@tracker.example").get("/dialogues/1").hides("Record a recommendation", "Recommended in the room")
	early.signIn("coordinator.one@tracker.example").get(at).is(http.StatusConflict)
	h := houseOn(t, early.db, time.Date(2021, 11, 18, 18, 0, 0, 0, time.UTC))
	v, embassy := h.signIn("coordinator.one@tracker.example"), h.signIn("partner.use@tracker.example")
	form := v.get(at).is(http.StatusOK).says("main", "The dialogue is an edition of", "DIALOGUE, Recommendations made at a bilateral dialogue", "Add a mechanism")
	if source := attr(form.find("#source")[0], "value"); source != "Dialogue of 18 November 2021" { // the title is the government's
		t.Errorf("the source is %q", source)
	}
	older := v.get(other)
	bad := v.post(at, filled(form, at, "theme", "money")).is(http.StatusUnprocessableEntity)
	bad.says("#mechanism-error", "Choose a mechanism").says("#title-error", "title").says("#text-error", "text").says("#theme-error", "theme")
	bad = v.post(at, filled(bad, at, "mechanism", "USAP", "title", "Open a second shelter", "text", "Open one in the north.", "basis", "", "theme", "protection")).is(http.StatusUnprocessableEntity)
	bad.says("#basis-error", "").says(".govuk-error-summary", "")
	v.post(at, filled(bad, at, "mechanism", "DIALOGUE", "basis", "restated")).leads("/dialogues/1#item-1")
	v.get("/dialogues/1").says(".flash", "DIALOGUE 2021/1 is asked").says(".dl", "Edition Dialogue 2021").says("#item-1", "Recommended in the room", "DIALOGUE 2021/1 Open a second shelter", "Unanswered")

	v.post(other, filled(older, other, "mechanism", "UPR", "title", "Train the police", "text", "All of them.")).is(http.StatusConflict).says("main", "The dialogue is the edition Dialogue 2021.")
	given := v.get(other).is(http.StatusOK).says("main", "The dialogue is the edition Dialogue 2021.").hides("Add a mechanism")
	v.post(other, filled(given, other, "title", "Train the police", "text", "All of them.")).leads("/dialogues/1#item-2")
	v.get("/dialogues/1/room").says("#item-2", "Recommended in the room", "DIALOGUE 2021/2 Train the police")
	page := v.get("/dialogues/1")
	v.get(attr(page.find(`.head + .dl a, .dl a[href^="/recommendations/editions/"]`)[0], "href")).is(http.StatusOK).says("main", "Open a second shelter", "Train the police")
	one := ""
	for _, link := range page.find(`#item-2 a[href^="/recommendations/"]`) {
		if strings.Contains(textOf(link), "Train the police") {
			one = attr(link, "href")
		}
	}
	v.get(one).is(http.StatusOK).says(".head", "made in “Dialogue with the U.S. Ambassador (day assumed)”, 18 November 2021")
	v.get("/recommendations/1").is(http.StatusOK).hides("made in")
	embassy.get(one).looksLike(embassy.get("/recommendations/9999"))
	if body := h.signIn("focal.bds@tracker.example").get(one).body; strings.Contains(body, "Ambassador") {
		t.Error("an organisation outside government reads where it was made")
	}
	for _, file := range []string{"/briefing.pdf", "/briefing.xlsx"} {
		v.get("/dialogues/1" + file).is(http.StatusOK)
	}
	change := "/dialogues/1/change"
	v.post(change, filled(v.get(change), change, "held_on", "17 November 2021")).is(http.StatusUnprocessableEntity).says("#held_on-error", "is asked from 18 November 2021 on")
	remove := "/dialogues/1/agenda/1/remove"
	v.post(remove, filled(v.get(remove), remove)).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "agreed or recommended under this item")

	v.post("/dialogues/new", filled(v.get("/dialogues/new"), "/dialogues/new", "title", "The next one", "held_on", "18 May 2022")).leads("/dialogues/2")
	v.get("/dialogues/2/agenda/new").says("main", "DIALOGUE 2021/1 Open a second shelter")
}

// Where no mechanism is there, the form leads to where one is added.
func TestARecommendationOfTheRoomNeedsAMechanism(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	v := h.person("one@tracker.example", "MSC", accounts.Coordinator)
	v.post("/dialogues/new", filled(v.get("/dialogues/new"), "/dialogues/new", "title", "Talk", "held_on", "8 November 2021")).leads("/dialogues/1")
	v.post("/dialogues/1/agenda/new", url.Values{"point": {"Money"}}).leads("/dialogues/1")
	const at = "/dialogues/1/agenda/1/recommend"
	a := v.get(at).is(http.StatusOK).says(".empty", "Add the mechanism first", "Add a mechanism").hides("<textarea")
	if len(a.find(`.empty a[href="/recommendations/mechanisms/new"]`)) != 1 {
		t.Error("it does not lead to a mechanism")
	}
	v.post(at, url.Values{"title": {"A shelter"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "Choose a mechanism")
}

// Up to three indicators are fixed for an item before the dialogue; page and
// files tell their figures and targets, also of those that nothing ties to it.
func TestIndicatorsAreFixedForAnItem(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	at := "/dialogues/1/agenda/4/indicators"
	form, older := v.get(at).is(http.StatusOK).says("main", "INV Investigations of trafficking"), v.get(at)
	v.post(at, add(filled(form, at), "indicators", "INV", "PROS", "CONV", "TRAIN")).is(http.StatusUnprocessableEntity).says("#indicators-error", "at most 3")
	v.post(at, add(filled(form, at), "indicators", "NONE")).is(http.StatusUnprocessableEntity).says("#indicators-error", "Choose an indicator")
	v.post(at, add(filled(form, at), "indicators", "INV", "CARE")).leads("/dialogues/1#item-4")
	v.post(at, add(filled(older, at), "indicators", "PROS")).is(http.StatusConflict)
	v.get("/dialogues/1").says("#item-4", "Fixed beforehand", "INV Investigations of trafficking", "Target 2021-22: 8", "CARE Shelter and hotline staff")
	b, err := h.s.Reports.Briefing(t.Context(), reports.About{Country: "LS"}, reports.Query{Actor: v.actor, Country: "LS", D: day("2021-11-08"), Rules: reports.DefaultRules}, 1)
	must(t, err)
	if len(b.Items[3].Fixed) != 2 || b.Items[3].Fixed[1].Ref != "CARE" {
		t.Errorf("fixed are %+v", b.Items[3].Fixed)
	}
	v.post(at, filled(v.get(at), at)).leads("/dialogues/1#item-4")
}

// add puts more values of one field into a form.
func add(form url.Values, name string, values ...string) url.Values {
	form[name] = values
	return form
}

// The page for the room holds the whole agenda in one load: every link but
// those of the frame leads within it.
func TestTheRoomIsOnePage(t *testing.T) {
	v := demoHouse(t, testDay).signIn("focal.msd@tracker.example")
	a := v.get("/dialogues/1/room").is(http.StatusOK).says("#item-1", "Item 1 of 8", "Talking points", "What we ask of the partner", "Internal notes", "In progress", "NSF 3.1.1")
	links := a.find(".room__list a, .room nav a")
	if len(links) < 8+7+7+8 {
		t.Errorf("%d links lead on", len(links))
	}
	for _, link := range links {
		if target := attr(link, "href"); !strings.HasPrefix(target, "#") || len(a.find(target)) != 1 {
			t.Errorf("%s leads nowhere without a connection", target)
		}
	}
}
