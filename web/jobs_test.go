package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db/dbtest"
	"tracker/internal/jobs"
	"tracker/internal/plan"
	"tracker/internal/reports"
)

// askFile presses the button of a form on the report's page, and gives the page
// that it leads to.
func (v *visitor) askFile(query, label string) string {
	v.house.t.Helper()
	a := v.get("/reports?" + query).is(http.StatusOK)
	for _, n := range a.find(`form[action="/reports/files"]`) {
		if textOf(firstOf(n, "button")) != label {
			continue
		}
		form := url.Values{}
		for _, name := range []string{"key", "query", "form"} {
			form.Set(name, attr(firstOf(n, `[name="`+name+`"]`), "value"))
		}
		to := v.post("/reports/files", form).is(http.StatusSeeOther).header.Get("Location")
		if again := v.post("/reports/files", form).is(http.StatusSeeOther).header.Get("Location"); again != to {
			v.house.t.Errorf("posted twice it leads to %s and %s", to, again)
		}
		return to
	}
	v.house.t.Fatalf("%s has no button %s", a.path, label)
	return ""
}

// A report of a large plan is asked for, watched, left and fetched; it is the
// same file, to the byte, that a reader who waits would get.
func TestALargeReportIsMadeByAJob(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	v, other := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example")
	at := "as_of=" + h.clock.Today().String()
	direct := v.get("/reports/status.xlsx?" + at).is(http.StatusOK)
	h.s.direct = 30
	if to := v.get("/reports/status.xlsx?" + at).is(http.StatusSeeOther).header.Get("Location"); to != "/reports?"+at {
		t.Errorf("the direct address leads to %s", to)
	}
	v.get("/reports?" + at + "&institution=MSD").is(http.StatusOK).hides("/reports/files") // a part of the plan is no long work

	job := v.askFile(at, "Excel")
	a := v.get(job).is(http.StatusOK).says("h1", "Status report as Excel").says("h2", "Waiting").says("main", "You can leave this page", "loads again by itself every 2 seconds")
	if got := a.header.Get("Refresh"); got != "2" || len(a.find("progress:not([value])")) != 1 {
		t.Errorf("it waits with Refresh %q and %d bars", got, len(a.find("progress:not([value])")))
	}
	if still := v.get(job+"?still=1").is(http.StatusOK).says("main", "does not load again"); still.header.Get("Refresh") != "" {
		t.Error("it loads again all the same")
	}
	v.get(job + "/file").is(http.StatusNotFound)
	h.work()
	a = v.get(job).is(http.StatusOK).says("h2", "Ready").says("main", "Kept until", "for you alone")
	if got := a.header.Get("Refresh"); got != "" || len(a.find("progress")) != 0 {
		t.Errorf("ready, and it loads again after %q", got)
	}
	file := v.get(attr(a.find(`a[href$="/file"]`)[0], "href")).is(http.StatusOK)
	for _, name := range []string{"Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control"} {
		if file.header.Get(name) != direct.header.Get(name) || file.header.Get(name) == "" {
			t.Errorf("%s is %q, at once it was %q", name, file.header.Get(name), direct.header.Get(name))
		}
	}
	if file.body != direct.body {
		t.Errorf("the file of the job has %d bytes, the one written at once %d", len(file.body), len(direct.body))
	}
	v.get("/jobs").is(http.StatusOK).says("tbody", "Status report as Excel", "Ready", "Download")
	other.get("/jobs").is(http.StatusOK).says("main", "Nothing in the last day.")
	for _, path := range []string{job, job + "/file"} {
		other.get(path).is(http.StatusNotFound).looksLike(other.get(strings.Replace(path, job, "/jobs/987654321", 1)))
	}
}

// What waits says so while it is under way: the step in words, and for how long.
func TestTheStepsOfAJobAreToldInWords(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	h.s.direct = 10
	job := v.askFile("as_of=2021-10-31", "PDF")
	var told []string
	j, err := h.s.Accounts.Job(t.Context(), v.actor, 1)
	must(t, err)
	_, err = h.s.writeReport(t.Context(), j, func(step string, done, total int) error {
		began := time.Now().Add(-90 * time.Second).UTC()
		h.write(func(tx *gorm.DB) error {
			return tx.Model(&j).Updates(map[string]any{"state": jobs.Running, "step": step, "holder": "x", "started_at": began, "heartbeat_at": began}).Error
		})
		told = append(told, v.get(job).is(http.StatusOK).says("h2", "Under way").text("#doing"))
		return nil
	})
	must(t, err)
	if got := strings.Join(told, " | "); got != "The plan is being read. For 1 minute so far. | The file is being written. For 1 minute so far." {
		t.Errorf("told: %s", got)
	}
	h.write(func(tx *gorm.DB) error {
		return tx.Model(&j).Update("created_at", time.Now().UTC().Add(-jobWatched)).Error
	})
	if a := v.get(job); a.header.Get("Refresh") != "" {
		t.Error("a page that is left open for long keeps the session from ending")
	}
}

// A job is done, and its file handed out, with the rights of that moment.
func TestAJobHasTheRightsOfTheMoment(t *testing.T) {
	for name, lose := range map[string]func(h *house, v *visitor) error{
		"disabled": func(h *house, v *visitor) error {
			return h.s.Accounts.DisablePerson(h.t.Context(), accounts.CommandLine(), "", v.actor.PersonID, 1)
		},
		"moved": func(h *house, v *visitor) error {
			post := h.person("f@tracker.example", "MHA", accounts.FocalPoint).actor.PostID
			return h.s.Accounts.MovePerson(h.t.Context(), accounts.CommandLine(), "", v.actor.PersonID, 1, post)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, testDay)
			h.institution("MSC", "Secretariat", accounts.Government)
			h.institution("MHA", "Home Affairs", accounts.Government)
			v := h.person("c@tracker.example", "MSC", accounts.Coordinator)
			h.s.direct = -1
			before := v.askFile("", "CSV")
			h.work()
			v.get(before + "/file").is(http.StatusOK)
			v.askFile("", "JSON")
			must(t, lose(h, v))
			h.work()
			var failed []jobs.Job
			must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error { return tx.Where("state = 'failed'").Find(&failed).Error }))
			if len(failed) != 1 || failed[0].ErrorKey != "jobs.error.rights" {
				t.Errorf("done all the same: %+v", failed)
			}
			if a := v.get(before + "/file"); a.status == http.StatusOK {
				t.Error("the file is handed out all the same")
			}
		})
	}
}

// A job that failed says why in words and can be tried again.
func TestAJobThatFailedIsTriedAgain(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	h.s.direct = 10
	job := v.askFile("", "JSON")
	h.s.worker = jobs.NewWorker(h.db, time.Now, map[string]jobs.Run{jobReport: func(context.Context, jobs.Job, jobs.Tell) (jobs.Made, error) { panic("a bug") }})
	must(t, h.s.worker.WorkDue(t.Context(), func(error) {}))
	a := v.get(job).is(http.StatusOK).says("h2", "Failed").says("main", "Something went wrong during the work.").hides("a bug")
	key := attr(a.find(`form[action$="/again"] [name="key"]`)[0], "value")
	h.s.worker = jobs.NewWorker(h.db, time.Now, h.s.kinds())
	v.post(job+"/again", url.Values{"key": {key}}).is(http.StatusSeeOther)
	v.post(job+"/again", url.Values{"key": {key}}).is(http.StatusSeeOther) // twice is once
	h.work()
	v.get(job).is(http.StatusOK).says("h2", "Ready")
	v.post(job+"/again", url.Values{}).is(http.StatusConflict)
}

// Who asks for more than a few at a time is told so, and where they stand.
func TestNobodyQueuesWithoutEnd(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	for range jobs.Most {
		v.post("/reports/files", url.Values{"form": {"csv"}}).is(http.StatusSeeOther)
	}
	v.post("/reports/files", url.Values{"form": {"csv"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "You wait for 5 things already").says("tbody", "Waiting")
	if to := v.post("/reports/files", url.Values{"form": {"csv"}, "query": {"as_of=soon"}}).is(http.StatusSeeOther).header.Get("Location"); to != "/reports?as_of=soon" {
		t.Errorf("a day that is none leads to %s", to)
	}
}

// Publishing a large report is a job: pressed twice it is asked for once, the
// preview says that it is under way, and a worker that died after the commit
// leaves it published once, with a link for who asked.
func TestALargeReportIsPublishedByAJob(t *testing.T) {
	p := newPlanned(t)
	p.s.direct = -1
	id := p.prepare(p.one, plan.Partner, "USE")
	at := preparedPath(id)
	p.one.post(at+"/publish", url.Values{"version": {"1"}}).is(http.StatusForbidden)
	p.two.post(at+"/publish", url.Values{"version": {"7"}}).is(http.StatusConflict).says(".govuk-error-summary", "Somebody else changed this")
	p.two.get("/jobs").says("main", "Nothing in the last day.")
	form := url.Values{"version": {"1"}, "key": {newKey()}}
	job := p.two.post(at+"/publish", form).is(http.StatusSeeOther).header.Get("Location")
	for _, key := range []string{form.Get("key"), newKey()} {
		p.two.post(at+"/publish", url.Values{"version": {"1"}, "key": {key}}).leads(job)
	}
	p.two.get(at).is(http.StatusOK).says(".panel", "its files are being written").hides(`action="` + at + `/publish"`)
	p.two.get(job).is(http.StatusOK).says("h1", "Publishing of a report").says("h2", "Waiting").says("main", "Partner edition", "8 November 2021")
	p.one.get(job).is(http.StatusNotFound)

	j, err := p.s.Accounts.Job(t.Context(), p.two.actor, 1)
	must(t, err)
	_, err = p.s.publishPrepared(t.Context(), j, func(string, int, int) error { return nil }) // and dies before it says so
	must(t, err)
	p.work()
	p.two.get(job).is(http.StatusOK).says("h2", "Published").says(".btns", "Open publication LS-2021-0001").hides(job + "/file")
	p.two.get("/jobs").says("tbody", "Publishing of a report", "Published", "Open publication LS-2021-0001").says(`nav [aria-current]`, "Reports")
	p.two.post(at+"/publish", form).leads("/publications/LS-2021-0001")
	if n := p.count("SELECT (SELECT count(*) FROM publication_files) * 100 + (SELECT count(*) FROM audit_entries WHERE action = 'publication.publish')"); n != 501 {
		t.Errorf("files and entries are %d, want 5 and 1", n)
	}
}

// A large report is prepared by a job too, as are the files of its preview;
// what is wrong with the form is said at once.
func TestALargeReportIsPreparedByAJob(t *testing.T) {
	p := newPlanned(t)
	form := func(more ...string) url.Values {
		v := url.Values{"key": {newKey()}, "query": {""}, "audience": {"partner"}, "readers": {"USE"}, "title": {"For the dialogue"}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	small := p.one.post("/publications/prepare", form()).is(http.StatusSeeOther).header.Get("Location")
	p.s.direct = 0
	p.one.post("/publications/prepare", form("readers", "MSD")).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "MSD")
	p.one.post("/publications/prepare", form("title", strings.Repeat("x", 200))).is(http.StatusUnprocessableEntity)
	p.one.get("/jobs").says("main", "Nothing in the last day.")
	once := form()
	job := p.one.post("/publications/prepare", once).is(http.StatusSeeOther).header.Get("Location")
	p.one.post("/publications/prepare", once).leads(job)
	p.one.get(job).is(http.StatusOK).says("h1", "Preparing a publication").says("main", "Partner edition", "8 November 2021")
	j, err := p.s.Accounts.Job(t.Context(), p.one.actor, 1)
	must(t, err)
	_, err = p.s.prepareReport(t.Context(), j, func(string, int, int) error { return nil }) // and dies before it says so
	must(t, err)
	p.work()
	made := attr(p.one.get(job).is(http.StatusOK).says("h2", "Prepared").find(".btns a")[0], "href")
	if n := p.count("SELECT count(*) FROM publications WHERE title LIKE '%For the dialogue%'"); n != 2 || made == small {
		t.Errorf("%d were prepared, the last at %s", n, made)
	}
	if n := p.count("SELECT count(DISTINCT sha256) FROM publications WHERE title LIKE '%For the dialogue%'"); n != 1 {
		t.Errorf("at once and by a job %d values were frozen", n)
	}

	p.s.direct = writtenAtOnce
	direct := p.two.get(made + "/files/xlsx").is(http.StatusOK)
	p.s.direct = 0
	p.two.get(made + "/files/xlsx").leads(made)
	p.two.get(made).is(http.StatusOK).says("main", "is written while you do something else").hides(made + "/files/xlsx")
	p.two.post(made+"/files", url.Values{"form": {"doc"}}).is(http.StatusNotFound)
	preview := p.two.post(made+"/files", url.Values{"form": {"xlsx"}, "key": {newKey()}}).is(http.StatusSeeOther).header.Get("Location")
	p.work()
	p.two.get(preview).is(http.StatusOK).says("h1", "Preview of a publication as Excel").says("h2", "Ready")
	file := p.two.get(preview + "/file").is(http.StatusOK)
	if file.body != direct.body || file.header.Get("Content-Disposition") != direct.header.Get("Content-Disposition") {
		t.Errorf("the job wrote %d bytes as %s, at once %d as %s", len(file.body), file.header.Get("Content-Disposition"), len(direct.body), direct.header.Get("Content-Disposition"))
	}
}

// What stops a publication is told in its own words, when it shows.
func TestAJobThatMayNotPublishSaysWhy(t *testing.T) {
	p := newPlanned(t)
	p.s.direct = -1
	ask := func(audience reports.Audience, readers ...string) (id int64, job string) {
		id = p.prepare(p.one, audience, readers...)
		return id, p.two.post(preparedPath(id)+"/publish", url.Values{"version": {"1"}}).is(http.StatusSeeOther).header.Get("Location")
	}
	withdrawn, first := ask(plan.Internal)
	must(t, p.s.Publications.Withdraw(t.Context(), p.one.actor, newKey(), withdrawn, 1))
	_, second := ask(plan.Partner, "USE")
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE commitment_revisions SET share = 'internal' WHERE commitment_id = ?", p.ids["AP-1"]).Error
	})
	p.work()
	p.two.get(first).says("h2", "Failed").says("main", "This was published or given up meanwhile.", "See what is to be published")
	p.two.get(second).says("h2", "Failed").says("main", "AP-1 is not shared with its readers any more.")
}

// Checking a long trail is a job, which says how far it is and what it found in
// the words of the trail's own page.
func TestALongTrailIsCheckedByAJob(t *testing.T) {
	p := newPlanned(t)
	at := p.auditor.post("/audit/verify", url.Values{}).is(http.StatusOK).text(".panel")
	p.s.checked = 0
	job := p.auditor.post("/audit/verify", url.Values{}).is(http.StatusSeeOther).header.Get("Location")
	p.auditor.post("/audit/verify", url.Values{}).leads(job)
	p.auditor.get(job).says("h1", "Check of the audit trail").says("h2", "Waiting")
	j, err := p.s.Accounts.Job(t.Context(), p.auditor.actor, 1)
	must(t, err)
	var told [][2]int
	_, err = p.s.checkTrail(t.Context(), j, func(_ string, done, total int) error { told = append(told, [2]int{done, total}); return nil })
	if all := p.count("SELECT count(*) FROM audit_entries"); err != nil || len(told) != 1 || told[0] != [2]int{0, all} {
		t.Errorf("of %d entries it tells %v (%v)", all, told, err)
	}
	p.work()
	a := p.auditor.get(job).says("h2", "Checked").says("main", "whole up to entry", "Open the audit trail")
	if got := a.text(".panel"); !strings.HasPrefix(got, "The trail is whole") || !strings.HasPrefix(at, "The trail is whole") {
		t.Errorf("it found %q, the page of the trail %q", got, at)
	}
	dbtest.Unguard(t, p.db)
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE audit_entries SET actor = 'another' WHERE seq = 3").Error
	})
	broken := p.auditor.post("/audit/verify", url.Values{}).is(http.StatusSeeOther).header.Get("Location")
	p.work()
	p.auditor.get(broken).says(".panel", "3", "A column of it was altered")
	p.auditor.get("/jobs").says("tbody", "The trail is whole", "Checked")
}
