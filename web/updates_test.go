package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/progress"
)

// report is a form that is complete.
func report(change ...string) url.Values {
	v := url.Values{"happened": {"done"}, "done": {"Held the workshop on 3 November."}, "status": {"in_progress"}, "as_of": {"8 November 2021"}, "send": {"1"}}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

const newUpdatePath = "/commitments/NSF%203.1.1/updates/new"

func (p *house) count(query string, args ...any) (n int) {
	p.t.Helper()
	must(p.t, p.db.Read(p.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&n).Error }))
	return n
}

func TestAFocalPointSaysWhatHappened(t *testing.T) {
	p := newPlanned(t)
	a := p.msd.get(newUpdatePath).is(http.StatusOK).says("h1", "Guidelines adopted").says(".last", "Nothing reported yet", "Next milestone: Draft")
	if v := attr(a.find("#as_of")[0], "value"); v != "8 November 2021" {
		t.Errorf("the form is true on %q", v)
	}
	form := report("evidence_title_1", "Attendance", "evidence_url_1", "https://papers.example/1", "evidence_kind_1", "statistics", "evidence_share_1", "partner",
		"evidence_dated_on_1", "3 Nov 2021", "milestone", "1", "shared_summary", "A workshop was held.")
	sent := p.msd.post(newUpdatePath, form).is(http.StatusSeeOther)
	shown := p.msd.get(sent.header.Get("Location")).is(http.StatusOK)
	shown.says(".flash", "sent for review").says("main", "Held the workshop", "Submitted", "In progress", "Attendance", "Milestone 1: Draft", "A workshop was held.", "October to December")
	p.msd.get(newUpdatePath).says(".last", "Nothing reported yet")
	p.one.get("/review").says("tbody", "NSF 3.1.1", "Held the workshop", "0 days", "Evidenced")
}

// A repeated post has one effect, however many come at once.
func TestTwentyPostsOfOneFormMakeOneUpdate(t *testing.T) {
	p := newPlanned(t)
	form := report("key", newKey())
	var all sync.WaitGroup
	answers := make([]*answer, 20)
	for i := range answers {
		all.Go(func() { answers[i] = p.msd.post(newUpdatePath, form) })
	}
	all.Wait()
	for _, a := range answers {
		if a.status != http.StatusSeeOther || a.header.Get("Location") != answers[0].header.Get("Location") {
			t.Errorf("a repeated post answers %d and leads to %q", a.status, a.header.Get("Location"))
		}
	}
	if n := p.count("SELECT count(*) FROM updates"); n != 1 {
		t.Errorf("twenty posts made %d updates", n)
	}
	if n := p.count("SELECT count(*) FROM decisions"); n != 1 {
		t.Errorf("twenty posts were sent %d times", n)
	}
}

// What is wrong stands beside its field, and nothing typed is lost.
func TestWhatIsWrongInAnUpdateStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	for _, c := range []struct {
		change []string
		field  string
		says   string
	}{
		{[]string{"as_of", "9 November 2021"}, "as_of", "Enter a day up to today"},
		{[]string{"as_of", "yesterday"}, "as_of", "Enter a day such as 30 September 2021"},
		{[]string{"as_of", ""}, "as_of", "Enter the day"},
		{[]string{"done", ""}, "done", "Say what was done"},
		{[]string{"done", strings.Repeat("ö", 4001)}, "done", "Shorten this to 4 000"},
		{[]string{"status", ""}, "status", "Choose the delivery status"},
		{[]string{"status", "approved"}, "status", "Choose the delivery status"},
		{[]string{"happened", "none", "done", "", "blocker", "money"}, "no_progress", "Say why there was no progress"},
		{[]string{"happened", "none", "done", "", "no_progress", "No vote yet"}, "blocker", "Choose why"},
		{[]string{"happened", "none"}, "no_progress", "Say why there was no progress"},
		{[]string{"no_progress", "No vote yet", "blocker", "money"}, "done", "not both"},
		{[]string{"done", "", "no_progress", "No vote yet", "blocker", "money"}, "done", "choose “No progress"},
		{[]string{"milestone", "3"}, "milestone", "Choose a milestone"},
		{[]string{"milestone", "x"}, "milestone", "Choose a milestone"},
		{[]string{"evidence_title_1", "Minutes", "evidence_url_1", "ftp://x", "evidence_kind_1", "other", "evidence_share_1", "internal"}, "evidence_url_1", "https://"},
		{[]string{"evidence_title_1", "Minutes", "evidence_url_1", "https://papers.example/", "evidence_kind_1", "other", "evidence_share_1", "internal", "evidence_dated_on_1", "9.11.2021"},
			"evidence_dated_on_1", "Enter a day up to today"},
	} {
		form := report(append([]string{"internal_note", "Kept all the same", "next_step", "And this"}, c.change...)...)
		a := p.msd.post(newUpdatePath, form).is(http.StatusUnprocessableEntity)
		a.says("#"+c.field+"-error", c.says).says(".govuk-error-summary", c.says).says("#internal_note", "Kept all the same").says("#next_step", "And this")
		if n := len(a.find(".govuk-error-summary a[href='#" + c.field + "']")); n != 1 || len(a.find("#"+c.field)) != 1 {
			t.Errorf("%v: %d links lead to %s", c.change, n, c.field)
		}
		if typed := form.Get(c.field); typed != "" && !strings.Contains(a.text("#"+c.field)+attr(a.find("#" + c.field)[0], "value"), typed) && c.field != "status" && c.field != "milestone" {
			t.Errorf("%s lost what was typed: %q", c.field, typed)
		}
	}
	if n := p.count("SELECT count(*) FROM updates"); n != 0 {
		t.Errorf("%d updates were written", n)
	}
}

func TestAnotherPaperIsAddedWithoutLosingAnything(t *testing.T) {
	p := newPlanned(t)
	form := report("add", "paper", "evidence_title_1", "Minutes", "evidence_url_1", "x", "evidence_title_2", "", "happened", "none", "no_progress", "Why")
	form.Del("send")
	a := p.msd.post(newUpdatePath, form).is(http.StatusOK)
	if attr(a.find("#evidence_title_1")[0], "value") != "Minutes" || len(a.find("#evidence_title_2")) != 1 || len(a.find("#evidence_title_3")) != 0 {
		t.Error("the form has not exactly one row more")
	}
	a.says("#done", "Held the workshop").says("#no_progress", "Why")
	if n := p.count("SELECT count(*) FROM updates"); n != 0 {
		t.Errorf("%d updates were written", n)
	}
}

// The form decides nothing but what it asks for.
func TestAFormCannotSetWhatItDoesNotAsk(t *testing.T) {
	p := newPlanned(t)
	form := report("state", "approved", "approved_by_id", "1", "approved_at", "2021-01-01", "institution_id", "2", "institution", "MHA", "for", itoa(p.mha.actor.InstitutionID),
		"drafted_by_id", "99", "first_submitted_on", "2021-01-01", "on_behalf", "false", "own_institution", "true", "kind", "contribution", "id", "7", "seed_key", "x", "corrects_id", "1")
	p.msd.post(newUpdatePath+"?state=approved&status=completed", form).is(http.StatusSeeOther)
	if n := p.count(`SELECT count(*) FROM updates WHERE state = 'submitted' AND kind = 'update' AND status = 'in_progress' AND institution_id = ? AND drafted_by_id = ?
		AND approved_at IS NULL AND approved_by_id IS NULL AND first_submitted_on = '2021-11-08' AND corrects_id IS NULL AND seed_key = '' AND own_institution = FALSE`,
		p.msd.actor.InstitutionID, p.msd.actor.PersonID); n != 1 {
		t.Error("the form changed what it does not ask for")
	}
	p.mha.post("/commitments/NSF%203.1.2/updates/new", report()).is(http.StatusForbidden)
	p.auditor.post(newUpdatePath, report()).is(http.StatusNotFound)
	p.ngo.post("/commitments/NSF%203.1.2/updates/new", report()).is(http.StatusNotFound)
}

func TestWhoSeesADraftAndWhatWaitsForReview(t *testing.T) {
	p := newPlanned(t)
	draft := p.msd.post(newUpdatePath, report("send", "0")).is(http.StatusSeeOther).header.Get("Location")
	sent := p.msd.post(newUpdatePath, report("done", "Second word")).is(http.StatusSeeOther).header.Get("Location")
	missing := p.one.get("/updates/999").is(http.StatusNotFound)
	for _, v := range []*visitor{p.one, p.mha, p.auditor, p.ngo, p.partner} {
		for _, path := range []string{draft, draft + "/edit", draft + "/discard"} {
			if a := v.get(path).is(http.StatusNotFound); a.text("main") != missing.text("main") {
				t.Errorf("%s answers %s otherwise than one that is not there", v.actor.Email, path)
			}
		}
		v.post(draft+"/approve", url.Values{"version": {"1"}}).is(http.StatusNotFound)
		v.post(draft+"/edit", report("version", "1")).is(http.StatusNotFound)
	}
	p.mha.get(sent).is(http.StatusNotFound)
	p.ngo.get(sent).is(http.StatusNotFound)
	p.auditor.get(sent).is(http.StatusOK).hides("/approve", "/edit")
	p.one.get(sent).is(http.StatusOK)
	p.one.get(sent + "/edit").is(http.StatusForbidden)
	p.one.get("/updates/x").is(http.StatusNotFound)
	p.msd.get(sent + "/edit").is(http.StatusSeeOther)
	p.msd.get(draft+"/discard").is(http.StatusOK).says("main", "gone for good")
	p.msd.post(draft+"/edit", report("send", "0", "version", "1", "done", "A colleague's word")).is(http.StatusSeeOther)
	p.msd.post(draft+"/discard", url.Values{"version": {"1"}}).is(http.StatusConflict).says(".govuk-error-summary", "changed").says("main", "A colleague's word")
	p.msd.post(draft+"/discard", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.msd.get(draft).is(http.StatusNotFound)
	p.msd.get(sent + "/discard").is(http.StatusForbidden)
	p.msd.post(sent+"/discard", url.Values{}).is(http.StatusConflict)
}

func TestAnUpdateComesBackIsCorrectedAndApproved(t *testing.T) {
	p := newPlanned(t)
	p.log(p.mha, "MHA-01", progress.Text{AsOf: day("2021-10-30"), Status: progress.Stalled, NoProgress: "No vote", Blocker: "money"}, nil)
	path := p.msd.post(newUpdatePath, report("done", "It will be held")).header.Get("Location")
	p.one.get(path).says(".panel", "Approve", "Return it, because")
	p.one.post(path+"/return", url.Values{"version": {"2"}, "reason": {"  "}}).is(http.StatusUnprocessableEntity).says("#reason-error", "Say what should be changed")
	back := p.one.post(path+"/return", url.Values{"version": {"2"}, "reason": {"Report what was done"}}).is(http.StatusSeeOther)
	p.one.get(back.header.Get("Location")).says(".flash", "Returned: NSF 3.1.1", "1 update waits for you").says("h1", "30 October 2021")
	p.one.get("/review").says("main", "Report what was done", "MHA-01")
	p.msd.get("/commitments/NSF%203.1.1").says(".panel", "Correct what came back").says(".tl", "“Report what was done”")
	p.msd.get(path+"/edit").says(".last", "Report what was done").says("#done", "It will be held")
	p.msd.post(path+"/edit", report("version", "3", "done", "It was held")).is(http.StatusSeeOther)
	p.mha.get(path).is(http.StatusNotFound)
	p.one.post(path+"/approve", url.Values{"version": {"5"}}).is(http.StatusSeeOther)
	p.mha.get(path).is(http.StatusOK).says("main", "It was held", "Approved", "Report what was done")
	p.one.get("/commitments/NSF%203.1.1").says(".figs", "In progress since 8 November 2021")
	p.one.get("/commitments?status=in_progress").says("tbody", "NSF 3.1.1")
	p.msd.post(path+"/approve", url.Values{"version": {"6"}}).is(http.StatusConflict)
}

// Two reviewers decide at once: one decision stands, the other is told.
func TestOfTwoApprovalsAtOnceOneStands(t *testing.T) {
	p := newPlanned(t)
	path := p.msd.post(newUpdatePath, report()).header.Get("Location")
	var both sync.WaitGroup
	answers := make([]*answer, 2)
	for i, v := range []*visitor{p.one, p.two} {
		both.Go(func() { answers[i] = v.post(path+"/approve", url.Values{"version": {"2"}}) })
	}
	both.Wait()
	first, second := answers[0], answers[1]
	if first.status != http.StatusSeeOther {
		first, second = second, first
	}
	first.is(http.StatusSeeOther)
	second.is(http.StatusConflict).says(".govuk-error-summary", "decided meanwhile", "Approved")
	p.two.post(path+"/return", url.Values{"version": {"2"}, "reason": {"Too vague"}}).is(http.StatusConflict).says(".panel", "You had written", "Too vague")
	if n := p.count("SELECT count(*) FROM decisions WHERE kind = 'approved'"); n != 1 {
		t.Errorf("%d approvals were recorded", n)
	}
}

// Two people edit one draft: the second reads both texts and can still save.
func TestTwoEditorsOfOneDraftReadBothTexts(t *testing.T) {
	p := newPlanned(t)
	path := p.msd.post(newUpdatePath, report("send", "0")).header.Get("Location")
	p.msd.post(path+"/edit", report("version", "1", "done", "The first text", "send", "0")).is(http.StatusSeeOther)
	a := p.msd.post(path+"/edit", report("version", "1", "done", "The second text", "send", "0")).is(http.StatusConflict)
	a.says("table", "The first text", "The second text").says("#done", "The second text")
	version := attr(a.find("form input[name=version]")[0], "value")
	p.msd.post(path+"/edit", report("version", version, "done", "Both texts", "send", "0")).is(http.StatusSeeOther)
	p.msd.get(path).says(".quote", "Both texts")
}

func TestNobodyDecidesOnWhatTheyWrote(t *testing.T) {
	p := newPlanned(t)
	a := p.one.get(newUpdatePath).is(http.StatusOK).says(".note", "on behalf of Social Development", "Home Affairs")
	if attr(a.find("input[name=for]")[0], "value") != itoa(p.msd.actor.InstitutionID) {
		t.Error("the form does not name the lead")
	}
	path := p.one.post(newUpdatePath, report("for", itoa(p.msd.actor.InstitutionID))).is(http.StatusSeeOther).header.Get("Location")
	for _, v := range []*visitor{p.one, p.two} {
		v.get(path).is(http.StatusOK).hides("/approve\"")
		v.post(path+"/approve", url.Values{"version": {"2"}}).is(http.StatusForbidden)
	}
	p.one.get(path).says(".panel", "You cannot approve an update you wrote")
	p.two.get("/review").says("main", "on an institution’s behalf")
	p.mha.get(path).is(http.StatusNotFound)
	p.msd.get("/review").is(http.StatusOK).says("main", "For you to confirm", "NSF 3.1.1")
	p.msd.get(path).says(".panel", "Written for your institution", "Confirm")
	p.msd.post(path+"/approve", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.mha.get(path).is(http.StatusOK).says("main", "On the institution’s behalf")
	for _, v := range []*visitor{p.auditor, p.partner, p.ngo} {
		if v != p.ngo {
			v.get("/review").is(http.StatusNotFound)
		}
	}
}

func TestASupportingInstitutionContributesWithoutAStatus(t *testing.T) {
	p := newPlanned(t)
	p.mha.get(newUpdatePath).is(http.StatusOK).says(".note", "Social Development leads").hides("name=\"status\"", "name=\"milestone\"")
	path := p.mha.post(newUpdatePath, report("status", "completed", "milestone", "2")).is(http.StatusSeeOther).header.Get("Location")
	p.one.post(path+"/approve", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.one.get(path).says("h1", "Contribution for 8 November 2021").hides("Completed")
	p.one.get("/commitments/NSF%203.1.1").says(".figs", "Not started", "never reported").says(".stack", "Open")
}

func TestAnApprovedUpdateIsCorrectedByAnother(t *testing.T) {
	p := newPlanned(t)
	id := p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day("2021-09-30"), Status: progress.Completed, Done: "Adopted"}, p.one)
	path := "/updates/" + itoa(id)
	p.mha.get(path).is(http.StatusOK).hides("/correct")
	p.mha.get(path + "/correct").is(http.StatusForbidden)
	a := p.msd.get(path+"/correct").is(http.StatusOK).says("#done", "Adopted").says(".note", "replaces the approved update for 30 September 2021")
	if attr(a.find("#as_of")[0], "value") != "30 September 2021" {
		t.Error("the correction does not keep its day")
	}
	fix := p.msd.post(path+"/correct", report("as_of", "30 September 2021", "done", "Sent for adoption")).is(http.StatusSeeOther).header.Get("Location")
	p.one.get(fix).says("main", "Correction", "It is to replace")
	p.one.get("/commitments/NSF%203.1.1").says(".figs", "Completed")
	p.one.post(fix+"/approve", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.one.get("/commitments/NSF%203.1.1").says(".figs", "In progress")
	p.msd.get(path).says("main", "A correction replaced this update").hides(path + "/correct")
	p.msd.get(path + "/correct").is(http.StatusConflict)
}

func TestTheReviewQueueIsFiltered(t *testing.T) {
	p := newPlanned(t)
	p.log(p.mha, "MHA-01", progress.Text{AsOf: day("2021-09-30"), Status: progress.Stalled, NoProgress: "No vote", Blocker: "money"}, nil)
	p.log(p.msd, "NSF 3.1.2", progress.Text{AsOf: day("2021-11-01"), Status: progress.InProgress, Done: "Agreed"}, nil)
	for query, want := range map[string]string{"": "MHA-01 NSF 3.1.2", "late=1": "MHA-01", "none=1": "MHA-01", "institution=MSD": "NSF 3.1.2",
		"institution=XX&page=7": "MHA-01 NSF 3.1.2", "institution=MSD&late=1": ""} {
		if got := refs(p.one.get("/review?" + query).is(http.StatusOK)); got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	p.one.get("/review").says("main", "2 updates wait for you", "Late 24 d").says(".nav .count", "2")
	p.msd.get("/review").says("main", "Waiting for somebody else", "A coordinator decides")
}

// What one may read one may not always write: the form is for its writers.
func TestTheFormOfAnUpdateIsForItsWriters(t *testing.T) {
	p := newPlanned(t)
	path := p.msd.post(newUpdatePath, report()).is(http.StatusSeeOther).header.Get("Location")
	for _, form := range []url.Values{report("version", "2"), report("version", "2", "add", "paper"), report("version", "2", "as_of", "someday")} {
		p.one.post(path+"/edit", form).is(http.StatusForbidden).hides("internal_note")
	}
}

// What an update says leaves only when somebody with no hand in it released
// its shared summary, with the approval or later, and the pages say so.
func TestACoordinatorReleasesASummaryAndWithdrawsIt(t *testing.T) {
	p := newPlanned(t)
	at := p.msd.post(newUpdatePath, report("shared_summary", "A workshop was held.")).is(http.StatusSeeOther).header.Get("Location")
	asked := p.one.get(at).says("#release", "").says("form", "A workshop was held.", "Release this summary")
	if len(asked.find("#release[checked]")) != 0 {
		t.Error("the summary is released unless somebody unticks it")
	}
	p.one.post(at+"/approve", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.one.get(at).says("main", "Not released: it stays in government", "shared with: partners")
	p.msd.get("/commitments/NSF%203.1.1").says("main", "A workshop was held.", "Not released")
	p.msd.get(at + "/release").is(http.StatusNotFound)
	p.two.get(at+"/release").is(http.StatusOK).says("main", "A workshop was held.", "may stand in publications for them", "no names")
	p.two.post(at+"/release", url.Values{"version": {"2"}}).is(http.StatusConflict).says(".govuk-error-summary", "Somebody else").says("main", "A workshop was held.")
	form := url.Values{"version": {"3"}, "key": {newKey()}}
	for range 2 {
		p.two.post(at+"/release", form).is(http.StatusSeeOther)
	}
	p.two.get(at).says(".flash", "The summary is released").says("main", "Released on 8 November 2021", "Withdraw the release")
	p.msd.get("/commitments/NSF%203.1.1").says("main", "A workshop was held.", "Released on 8 November 2021")
	p.one.get(at + "/release").is(http.StatusConflict)
	p.one.post(at+"/withdraw", url.Values{"version": {"4"}}).is(http.StatusSeeOther)
	p.one.get(at).says(".flash", "The release was withdrawn").says("main", "Not released")
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action IN ('summary.release', 'summary.withdraw')"); n != 2 {
		t.Errorf("%d entries tell of a release and a withdrawal", n)
	}

	at = p.msd.post(newUpdatePath, report("shared_summary", "It was adopted.")).header.Get("Location")
	p.one.post(at+"/approve", url.Values{"version": {"2"}, "release": {"1"}}).is(http.StatusSeeOther)
	p.one.get(at).says("main", "It was adopted.", "Released on 8 November 2021")
	at = p.msd.post(newUpdatePath, report()).header.Get("Location")
	if a := p.one.get(at); len(a.find("#release")) != 0 {
		t.Error("an update without a summary offers to release it")
	}
	p.one.post(at+"/approve", url.Values{"version": {"2"}, "release": {"1"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "no shared summary")
}
