package web

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// planned is a house with a small plan: three ministries, an organisation, an
// edition, a period, and four commitments.
type planned struct {
	*house
	msd, mha, ngo, one, two, auditor, partner *visitor
	ids                                       map[string]int64 // of commitments by reference
	item                                      int64            // TIP 2021/1a
}

var day = calendar.MustParse

// lastPlan is the plan that tests have a copy each of, as of the scene.
var lastPlan struct {
	sync.Mutex
	*planned
	file []byte
	at   time.Time
}

func newPlanned(t testing.TB) *planned {
	t.Helper()
	lastPlan.Lock()
	defer lastPlan.Unlock()
	if lastPlan.planned == nil || time.Since(lastPlan.at) > sceneKept {
		lastPlan.planned, lastPlan.at = nil, time.Now()
		d := dbtest.SQLite(t)
		p := plannedOn(houseOn(t, d, testDay))
		must(t, d.Close())
		file, err := os.ReadFile(d.Path())
		must(t, err)
		lastPlan.planned, lastPlan.file = p, file
	}
	p := *lastPlan.planned
	p.house, p.ids = houseOn(t, dbtest.SQLiteOf(t, lastPlan.file), testDay), maps.Clone(p.ids)
	for _, v := range []**visitor{&p.msd, &p.mha, &p.ngo, &p.one, &p.two, &p.auditor, &p.partner} {
		in := **v
		in.house = p.house
		*v = &in
	}
	return &p
}

// plannedOn writes the plan into an empty house.
func plannedOn(h *house) *planned {
	h.t.Helper()
	p := &planned{house: h, ids: map[string]int64{}}
	for code, name := range map[string]string{"MSD": "Social Development", "MHA": "Home Affairs", "MSC": "Secretariat", "OAG": "Auditor-General"} {
		p.institution(code, name, accounts.Government)
	}
	p.institution("BDS", "Beautiful Dream", accounts.NonGovernment)
	p.institution("USE", "Embassy", accounts.PartnerOutside)
	p.msd = p.person("focal.msd@tracker.example", "MSD", accounts.FocalPoint)
	p.mha = p.person("focal.mha@tracker.example", "MHA", accounts.FocalPoint)
	p.ngo = p.person("focal.bds@tracker.example", "BDS", accounts.FocalPoint)
	p.one = p.person("one@tracker.example", "MSC", accounts.Coordinator)
	p.two = p.person("two@tracker.example", "MSC", accounts.Coordinator)
	p.auditor = p.person("auditor@tracker.example", "OAG", accounts.Auditor)
	p.partner = p.person("partner@tracker.example", "USE", accounts.Partner)
	p.write(p.fill)
	return p
}

// fill writes the plan through the rules of the slices.
func (p *planned) fill(tx *gorm.DB) error {
	system := accounts.CommandLine()
	f, err := plan.AddFramework(tx, p.clock, system, plan.Framework{Country: "LS", Code: "NSF", Title: "Framework", ShortName: "NSF", Basis: "illustrative",
		StartsOn: day("2021-01-01"), EndsOn: day("2026-12-31")})
	if err != nil {
		return err
	}
	strand, err := plan.AddNode(tx, p.clock, system, plan.NodeNew{FrameworkID: f.ID, Level: "strand", Number: "3", Title: "Protection of victims", Theme: "protection"})
	if err != nil {
		return err
	}
	node, err := plan.AddNode(tx, p.clock, system, plan.NodeNew{FrameworkID: f.ID, ParentID: strand.ID, Level: "objective", Number: "3.1", Title: "One procedure"})
	if err != nil {
		return err
	}
	period := progress.Period{Country: "LS", Label: "2021-22", StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"), Deadlines: []progress.Deadline{
		{Title: "July to September", Purpose: progress.Reporting, CoversFrom: day("2021-07-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-15")},
		{Title: "October to December", Purpose: progress.Reporting, CoversFrom: day("2021-10-01"), CoversTo: day("2021-12-31"), DueOn: day("2022-01-15")}}}
	if _, err := progress.AddPeriod(tx, p.clock, system, period); err != nil {
		return err
	}
	if err := p.ask(tx); err != nil {
		return err
	}
	for _, c := range []struct {
		ref, title, due string
		origin          plan.Origin
		lead            *visitor
		supporting      []int64
	}{
		{"NSF 3.1.1", "Guidelines adopted", "2021-09-30", plan.FromFramework, p.msd, []int64{p.mha.actor.InstitutionID, p.ngo.actor.InstitutionID}},
		{"NSF 3.1.2", "Shelter funded", "2021-11-30", plan.FromFramework, p.msd, nil},
		{"MHA-01", "Border posts trained: 100% of <them>", "2022-03-31", plan.FromMinistry, p.mha, nil},
		{"AP-1", "Data sheet in use", "", plan.FromActionPlan, p.mha, nil},
	} {
		terms := plan.Terms{Title: c.title, Text: "What is promised under " + c.ref, LeadID: c.lead.actor.InstitutionID, Supporting: c.supporting, StartsOn: day("2021-04-01"),
			Share: plan.Partner, Milestones: []plan.Milestone{{Title: "Draft", DueOn: day("2021-06-30")}, {Title: "Adoption", DueOn: day("2021-12-15")}}}
		if c.due != "" {
			terms.DueOn = day(c.due)
		}
		if c.origin == plan.FromFramework {
			terms.NodeID = &node.ID
		}
		com, err := plan.Add(tx, p.clock, system, plan.CommitmentNew{Country: "LS", Ref: c.ref, Origin: c.origin, Terms: terms})
		if err != nil {
			return err
		}
		p.ids[c.ref] = com.ID
	}
	_, err = plan.Link(tx, p.clock, system, plan.AnswerNew{Ref: "NSF 3.1.1", ItemID: p.item, Extent: plan.Wholly, Reason: "The same text"})
	return err
}

// ask writes an edition with two recommendations.
func (p *planned) ask(tx *gorm.DB) error {
	system := accounts.CommandLine()
	_, err := recommendations.AddMechanism(tx, p.clock, system, recommendations.MechanismNew{Code: "TIP", Name: "TIP Report", ShortName: "TIP", Scale: ratingScale})
	if err != nil {
		return err
	}
	in := recommendations.EditionNew{Country: "LS", Mechanism: "TIP", Year: 2021}
	in.ReleasedOn, in.Completeness, in.Tier = day("2021-07-01"), recommendations.Complete, "Tier 2"
	e, err := recommendations.AddEdition(tx, p.clock, system, in)
	if err != nil {
		return err
	}
	for _, title := range []string{"Adopt guidelines", "Fund shelters"} {
		n := recommendations.RecommendationNew{EditionID: e.ID}
		n.Title, n.Text, n.Basis = title, title+" for victims", recommendations.Restated
		r, err := recommendations.AddRecommendation(tx, p.clock, system, n)
		if err != nil {
			return err
		}
		if p.item == 0 {
			if err := tx.Raw("SELECT id FROM items WHERE recommendation_id = ?", r.ID).Scan(&p.item).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// log submits an update of a visitor through the store, and approves it when a
// coordinator is named.
func (p *planned) log(v *visitor, ref string, text progress.Text, approver *visitor) int64 {
	p.t.Helper()
	store := p.s.Progress
	id, err := store.Log(p.t.Context(), v.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids[ref], Text: text}, 0, 0, true)
	must(p.t, err)
	if approver != nil {
		must(p.t, store.Approve(p.t.Context(), approver.actor, newKey(), id, 2))
	}
	return id
}

// refs are the references in the rows of a list, in their order.
func refs(a *answer) string {
	var list []string
	for _, n := range a.find("tbody th .ref") {
		list = append(list, textOf(n))
	}
	return strings.Join(list, " ")
}

func TestTheListOfCommitmentsFollowsItsAddress(t *testing.T) {
	p := newPlanned(t)
	p.log(p.mha, "MHA-01", progress.Text{AsOf: day("2021-09-30"), Status: progress.Stalled, NoProgress: "No money", Blocker: "money"}, p.one)
	for query, want := range map[string]string{
		"":                                 "AP-1 MHA-01 NSF 3.1.1 NSF 3.1.2",
		"sort=-plan":                       "NSF 3.1.2 NSF 3.1.1 MHA-01 AP-1",
		"sort=due":                         "NSF 3.1.1 NSF 3.1.2 MHA-01 AP-1",
		"q=GUIDEL%C3%ADnes":                "NSF 3.1.1",
		"q=100%25":                         "MHA-01",
		"status=stalled":                   "MHA-01",
		"status=stalled&status=completed":  "MHA-01",
		"flag=overdue":                     "NSF 3.1.1",
		"flag=due_soon":                    "NSF 3.1.2",
		"institution=MHA":                  "AP-1 MHA-01 NSF 3.1.1",
		"institution=MHA&lead=1":           "AP-1 MHA-01",
		"node=3":                           "NSF 3.1.1 NSF 3.1.2",
		"node=none":                        "AP-1 MHA-01",
		"answers=TIP+2021":                 "NSF 3.1.1",
		"answers=TIP+2021%2F2":             "",
		"answers=none&origin=framework":    "NSF 3.1.2",
		"report=on_time":                   "",
		"report=late":                      "MHA-01",
		"report=not_reported&node=3":       "NSF 3.1.1 NSF 3.1.2",
		"as_of=1+September+2021&q=border":  "MHA-01",
		"status=bogus&flag=x&sort=drop":    "AP-1 MHA-01 NSF 3.1.1 NSF 3.1.2",
		"institution=NONE&node=9&page=-4":  "AP-1 MHA-01 NSF 3.1.1 NSF 3.1.2",
		"as_of=someday&page=99999999999":   "AP-1 MHA-01 NSF 3.1.1 NSF 3.1.2",
		"as_of=2035-01-01&report=x&lead=1": "AP-1 MHA-01 NSF 3.1.1 NSF 3.1.2",
		"q=%00%ff":                         "",
	} {
		if got := refs(p.one.get("/commitments?" + query).is(http.StatusOK)); got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
}

func TestTheListSaysWhatItCountsAndHowItIsSorted(t *testing.T) {
	p := newPlanned(t)
	a := p.one.get("/commitments?sort=-due&flag=overdue&institution=MSD")
	a.says(".head .meta", "1 of 4", "8 November 2021").says(".chips", "Overdue", "Social Development")
	if n := a.find("th[aria-sort=descending]"); len(n) != 1 || !strings.Contains(textOf(n[0]), "Due") {
		t.Errorf("%d columns are marked as sorted", len(n))
	}
	for _, chip := range a.find(".chips a") {
		if href := attr(chip, "href"); !strings.Contains(href, "sort=-due") || strings.Count(href, "=") != 2 {
			t.Errorf("the chip leads to %q", href)
		}
	}
	past := p.one.get("/commitments?as_of=30+9+2021").says(".note", "30 September 2021").says(".chips", "As of 30 September 2021")
	if v := attr(past.find("#as_of")[0], "value"); v != "30 September 2021" {
		t.Errorf("the form says %q", v)
	}
	p.one.get("/commitments?status=cancelled").says(".empty", "None of the 4").says(".empty a", "Show all")
	if p.msd.get("/commitments").find("a[href='/commitments/new']") != nil {
		t.Error("a focal point is offered to add a commitment")
	}
}

// The number behind each choice is the number of rows that choosing it shows.
func TestTheNumberBehindAFilterIsWhatItShows(t *testing.T) {
	p := newPlanned(t)
	base := "/commitments?institution=MSD"
	a := p.one.get(base)
	checked := 0
	for _, name := range []string{"status", "flag"} {
		for _, box := range a.find("input[name=" + name + "]") {
			want := textOf(next(box.Parent, "meta"))
			got := p.one.get(base + "&" + name + "=" + attr(box, "value"))
			if n := len(got.find("tbody tr")); want != itoa(int64(n)) {
				t.Errorf("%s %s says %s and shows %d", name, attr(box, "value"), want, n)
			}
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("only %d choices were tried", checked)
	}
}

// next is the first element below a node with a class.
func next(n *html.Node, class string) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if slices.Contains(strings.Fields(attr(c, "class")), class) {
			return c
		}
		if found := next(c, class); found != nil {
			return found
		}
	}
	return nil
}

func TestWhoSeesWhichCommitments(t *testing.T) {
	p := newPlanned(t)
	if got := refs(p.ngo.get("/commitments").is(http.StatusOK)); got != "NSF 3.1.1" {
		t.Errorf("an organisation sees %q", got)
	}
	p.ngo.get("/commitments/NSF%203.1.2").is(http.StatusNotFound).hides("Shelter funded")
	p.ngo.get("/commitments?node=3").is(http.StatusOK).hides("Protection of victims")
	p.partner.get("/commitments").is(http.StatusNotFound)
	p.partner.get("/commitments/NSF%203.1.1").is(http.StatusNotFound).hides("Guidelines")
	p.stranger().get("/commitments").is(http.StatusSeeOther)
	p.auditor.get("/commitments/NSF%203.1.1").is(http.StatusOK).hides("/updates/new", "/revise", "/transfer")
	p.one.get("/commitments/NSF%203.9.9").is(http.StatusNotFound)
}

func TestACommitmentTellsItsWholeStory(t *testing.T) {
	p := newPlanned(t)
	p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day("2021-08-31"), Status: progress.InProgress, Done: "Workshop held", Milestone: 1, InternalNote: "Mind the budget",
		Evidence: []progress.Evidence{{Title: "Attendance count", URL: "https://papers.example/a?b=1&c=2", Kind: "training_register", DatedOn: day("2021-08-26"), Share: "internal"}}}, p.one)
	p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day("2021-11-02"), Status: progress.Completed, Done: "Sent for adoption", Milestone: 2}, nil)
	p.log(p.mha, "NSF 3.1.1", progress.Text{AsOf: day("2021-10-05"), Done: "Comments of the border police"}, p.one)
	a := p.one.get("/commitments/NSF%203.1.1").is(http.StatusOK)
	a.says("h1", "Guidelines adopted").says(".figs", "In progress since 31 August 2021", "30 Sep 2021", "Overdue 39 d", "Evidenced", "1 paper", "31 Aug 2021", "1 update waits")
	a.says(".stack", "1. Draft", "Done 31 Aug 2021", "2. Adoption", "Said for 2 Nov, in review")
	a.says(".tl", "Update for 2 November 2021 Submitted Completed", "“Workshop held”", "Approved the update for 31 August 2021", "Contribution for 5 October 2021",
		"Linked as an answer to TIP 2021/1a", "Added to the plan", "The due date passed.", "No update for 1 July 2021 to 30 September 2021")
	a.says(".dl", "Social Development", "Beautiful Dream ; Home Affairs")
	if papers := a.find(".cols a[href='https://papers.example/a?b=1&c=2']"); len(papers) != 2 {
		t.Errorf("the paper is linked %d times", len(papers))
	}
	p.mha.get("/commitments/NSF%203.1.1").is(http.StatusOK).hides("Sent for adoption", "waits for review", "in review")
	p.ngo.get("/commitments/NSF%203.1.1").says(".tl", "Workshop held").hides("Attendance count", "Mind the budget", "Sent for adoption")
	p.auditor.get("/commitments/NSF%203.1.1").says(".tl", "Sent for adoption")
	// Unusual writings of the same address lead to the same page.
	for _, path := range []string{"/commitments/NSF%203%2E1.1", "/commitments/" + url.PathEscape("NSF 3.1.1")} {
		p.one.get(path).is(http.StatusOK).says("h1", "Guidelines adopted")
	}
	p.one.get("/commitments/MHA-01").is(http.StatusOK).says("h1", "100% of <them>").says(".figs", "never reported", "nothing reported")
}
