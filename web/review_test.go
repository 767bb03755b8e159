package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/progress"
)

// send logs an update and hands it over for review, as if on a day.
func (p *planned) send(by *visitor, ref, on string, text progress.Text) int64 {
	p.t.Helper()
	id, err := p.s.Progress.Log(p.t.Context(), by.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids[ref], Text: text}, 0, 0, true)
	must(p.t, err)
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE updates SET submitted_at = ? WHERE id = ?", testDay.AddDate(0, 0, day(on).Sub(p.clock.Today())).UTC(), id).Error
	})
	return id
}

// first is the first value of a query.
func (p *planned) first(query string) (value string) {
	p.t.Helper()
	must(p.t, p.db.Read(p.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query).Row().Scan(&value) }))
	return value
}

// A decision opens the next update of the queue that the first was opened from, with its filter; the links beside the
// decision walk through the same queue.
func TestAReviewerWalksThroughTheQueueAsFiltered(t *testing.T) {
	p := newPlanned(t)
	told := func(text string) progress.Text {
		return progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: text}
	}
	one := p.send(p.msd, "NSF 3.1.1", "2021-11-01", told("First of Social Development."))
	p.send(p.mha, "MHA-01", "2021-11-02", told("The only one of Home Affairs."))
	two := p.send(p.msd, "NSF 3.1.1", "2021-11-03", told("Second of Social Development."))
	three := p.send(p.msd, "NSF 3.1.1", "2021-11-07", told("Third of Social Development."))
	queue := p.one.get("/review?institution=MSD&sort=-waiting").is(http.StatusOK).says("tbody", "7 days", "5 days", "1 day").hides("Home Affairs.")
	links := queue.find("tbody th a")
	if len(links) != 3 || attr(links[0], "href") != "/updates/"+itoa(three)+"?institution=MSD&sort=-waiting" {
		t.Fatalf("the queue does not begin with its newest: %v", attr(links[0], "href"))
	}
	middle := p.one.get("/updates/"+itoa(two)+"?institution=MSD").is(http.StatusOK).says("#decide", "2 of 3 in this list")
	if prev, next := middle.find(`#decide a[rel="prev"][accesskey]`), middle.find(`#decide a[rel="next"][accesskey]`); len(prev) != 1 || len(next) != 1 ||
		attr(prev[0], "href") != "/updates/"+itoa(one)+"?institution=MSD#decide" || attr(next[0], "href") != "/updates/"+itoa(three)+"?institution=MSD#decide" {
		t.Error("the links do not lead to the neighbours in the queue")
	}
	decide := func(id int64, form url.Values, want string) {
		t.Helper()
		path := attr(p.one.get("/updates/" + itoa(id) + "?institution=MSD").find("#decide form[action*=approve]")[0], "action")
		form.Set("version", "2")
		if form.Has("reason") {
			path = strings.Replace(path, "approve", "return", 1)
		}
		if to := p.one.post(path, form).is(http.StatusSeeOther).header.Get("Location"); to != want {
			t.Errorf("after the decision on %d %s opens, not %s", id, to, want)
		}
	}
	decide(two, url.Values{}, "/updates/"+itoa(three)+"?institution=MSD#decide")
	decide(three, url.Values{"reason": {"On which day?"}}, "/updates/"+itoa(one)+"?institution=MSD#decide")
	decide(one, url.Values{}, "/review?institution=MSD")
	if n := len(p.one.get("/review?longer=7").is(http.StatusOK).find(".block:first-of-type tbody tr")); n != 0 {
		t.Errorf("%d wait for more than 7 days", n)
	}
}

// What changes nothing is listed, ticked and approved together; what has a hand of the reviewer in it, or changes
// something, is not.
func TestUpdatesWithoutChangeAreApprovedTogether(t *testing.T) {
	p := newPlanned(t)
	none := progress.Text{AsOf: day("2021-10-31"), Status: progress.NotStarted, NoProgress: "The bill waits for cabinet.", Blocker: "law_or_cabinet"}
	quiet := p.send(p.mha, "MHA-01", "2021-11-02", none)
	told := p.send(p.msd, "NSF 3.1.1", "2021-11-03", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "Held the workshop."})
	p.one.get("/review").is(http.StatusOK).says("main", "Approve 1 without change together")
	page := p.one.get("/review/unchanged").is(http.StatusOK).says("tbody", "The bill waits for cabinet.").hides("Held the workshop")
	boxes := page.find(`input[name="update"][checked]`)
	if len(boxes) != 1 {
		t.Fatalf("%d updates are ticked", len(boxes))
	}
	form := url.Values{"key": {attr(page.find(`input[name="key"]`)[0], "value")}, "update": {attr(boxes[0], "value"), itoa(told) + "-2"}}
	for range 2 { // the second time the form is sent it changes nothing and says the same
		p.one.post("/review/unchanged", form).is(http.StatusOK).says(".note", "1 update was approved, 1 was left as it is").says("tbody", "Approved", "It changes something: open it.")
	}
	if state := p.first("SELECT state FROM updates WHERE id = " + itoa(quiet)); state != "approved" {
		t.Errorf("the update is %s", state)
	}
	if by := p.first("SELECT count(*) FROM audit_entries WHERE action = 'update.approve'"); by != "1" {
		t.Errorf("%s entries tell of it", by)
	}
}

// A comment is between an update's institution and those who review, also once the update is approved and everybody in
// government reads the rest of it.
func TestCommentsStayBetweenTheInstitutionAndReview(t *testing.T) {
	p := newPlanned(t)
	id := p.send(p.msd, "NSF 3.1.1", "2021-11-03", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "Held the workshop."})
	path := "/updates/" + itoa(id)
	p.one.post(path+"/comments", url.Values{"comment": {"  "}}).is(http.StatusUnprocessableEntity).says("#comment-error", "Write the comment")
	form := url.Values{"key": {newKey()}, "comment": {"In which district was it?"}}
	for range 2 {
		if to := p.one.post(path+"/comments", form).is(http.StatusSeeOther).header.Get("Location"); to != path+"#comments" {
			t.Errorf("a comment leads to %s", to)
		}
	}
	p.msd.post(path+"/comments", url.Values{"comment": {"In Berea."}}).is(http.StatusSeeOther)
	if n := p.first("SELECT count(*) FROM audit_entries WHERE action = 'update.comment'"); n != "2" {
		t.Errorf("%s entries tell of two comments", n)
	}
	p.mha.post(path+"/comments", url.Values{"comment": {"Mine too"}}).is(http.StatusNotFound)
	must(t, p.s.Progress.Approve(t.Context(), p.two.actor, newKey(), id, 2))
	for _, v := range []*visitor{p.msd, p.one, p.auditor} {
		v.get(path).is(http.StatusOK).says("#comments ol", "In which district was it?", "coordinator one@tracker.example", "In Berea.")
	}
	p.mha.get(path).is(http.StatusOK).hides("In which district", "In Berea.", "Add a comment")
	p.mha.post(path+"/comments", url.Values{"comment": {"Mine too"}}).is(http.StatusForbidden)
}

// A return may suggest other words: they stand beside the form of the
// institution, which takes them over with one button, and for ever in the
// update's course.
func TestAReturnSuggestsOtherWords(t *testing.T) {
	p := newPlanned(t)
	id := p.send(p.msd, "NSF 3.1.1", "2021-10-31", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "A visit was made", NextStep: "The second one"})
	at := "/updates/" + itoa(id)
	p.one.post(at+"/return", url.Values{"version": {"2"}, "reason": {""}, "wording": {"Kept while it is wrong"}}).is(http.StatusUnprocessableEntity).says("#wording", "Kept while it is wrong")
	p.one.post(at+"/return", url.Values{"version": {"2"}, "reason": {"x"}, "wording": {strings.Repeat("x", progress.MaxText+1)}}).is(http.StatusUnprocessableEntity).says("#wording-error", "")
	p.one.post(at+"/return", url.Values{"version": {"2"}, "reason": {"Say where"}, "wording": {" A visit was made to Berea. "}}).is(http.StatusSeeOther)
	form := p.msd.get(at+"/edit").is(http.StatusOK).says(".last", "Say where", "Suggested wording:", "A visit was made to Berea.", "Use this wording").says("#done", "A visit was made")
	if n := len(form.find(`form#update`)); n != 1 || len(form.find(`button[form="update"][name="take"]`)) != 1 {
		t.Error("the button belongs to no form")
	}
	again := p.msd.post(at+"/edit", url.Values{"version": {"3"}, "take": {"wording"}, "happened": {"none"}, "done": {"A visit was made"}, "status": {"in_progress"}, "as_of": {"31 October 2021"}, "next_step": {"Typed meanwhile"}}).is(http.StatusOK)
	if again.text("#done") != "A visit was made to Berea." || again.text("#next_step") != "Typed meanwhile" || p.first("SELECT done FROM updates ORDER BY id DESC") != "A visit was made" {
		t.Errorf("the form says %q and %q", again.text("#done"), again.text("#next_step"))
	}
	p.auditor.get(at).is(http.StatusOK).says("ol.plain", "Suggested wording:", "A visit was made to Berea.")
	p.auditor.get("/audit").is(http.StatusOK).says("main", "A visit was made to Berea.")
}

// The lists beside the queue begin with ten and lead to all of them, for a coordinator as for an institution.
func TestTheListsBesideTheQueueLeadToTheRest(t *testing.T) {
	p := newPlanned(t)
	for n := range 12 {
		text := progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "Held workshop number " + itoa(int64(n+1)) + "."}
		id := p.send(p.msd, "NSF 3.1.1", "2021-11-03", text)
		must(t, p.s.Progress.Return(t.Context(), p.one.actor, newKey(), id, 2, "On which day?", ""))
		p.send(p.msd, "NSF 3.1.1", "2021-11-04", text)
	}
	for path, who := range map[string]*visitor{"/review": p.one, "/review?sort=from": p.two, "/review?show=nothing": p.msd} {
		page := who.get(path).is(http.StatusOK).says("main", "Returned, not yet corrected", "2 more are not shown here. Show all").hides("Nothing is in this list")
		links := page.find(`a[href="/review?show=back"]`)
		if rows := page.find(".block:last-of-type tbody tr"); len(rows) != 10 || len(links) != 1 {
			t.Errorf("%s shows %d, with %d ways to all", path, len(rows), len(links))
		}
		all := who.get("/review?show=back").is(http.StatusOK).says("h1", "Returned, not yet corrected").hides("not shown here", "For you to")
		if rows := all.find("tbody tr"); len(rows) != 12 {
			t.Errorf("of all that came back %d are shown", len(rows))
		}
	}
	others := p.msd.get("/review?show=others").is(http.StatusOK).says("h1", "Waiting for somebody else").says("tbody", "A coordinator decides on it")
	if rows := others.find("tbody tr"); len(rows) != 12 {
		t.Errorf("%d wait for somebody else", len(rows))
	}
	p.one.get("/review?show=others").is(http.StatusOK).says("main", "Nothing is in this list")
}
