package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"gorm.io/gorm"

	"tracker/internal/progress"
)

// line puts the tab behind a slow line, or cuts it off.
func (b *tab) line(offline bool) {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Offline: offline, Latency: 400, DownloadThroughput: 400_000 / 8, UploadThroughput: 400_000 / 8}}})
	must(b.t, err)
}

// received is how many bytes came over the line for the page that the tab
// shows, and how many pages that was.
func (b *tab) received() int {
	b.t.Helper()
	return ask[int](b, `performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((sum, e) => sum + e.transferSize, 0)`)
}

// A minute on a cheap phone: from a link to an update that was sent it takes
// three pages, three fields and 80 kB at the most.
func TestAnUpdateIsAMinuteOnAPhone(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	passwords := h.passwords()
	b := newTab(t, h.serve(), phone)
	b.line(false)
	email := "focal.msd@tracker.example"

	b.open(journeyPath+"/updates/new").says("h1", "Sign in")
	bytes := b.received()
	b.fill("email", email).fill("password", passwords[email]).press("Sign in").says("main", journeyRef, "Last update, as of 30 June 2021").thumbs()
	bytes += b.received()
	b.fill("done", firstWords).press("Send for review").says(".flash", "sent for review").says("main", firstWords)
	if bytes += b.received(); bytes > 80_000 || bytes < 10_000 {
		t.Errorf("%d bytes came over the line", bytes)
	}
	t.Logf("3 pages, 3 fields, %d bytes", bytes)
}

// What was typed survives a line that fails: the browser sends it again when
// the page is loaded again, and it counts once.
func TestWhatWasTypedSurvivesALineThatFails(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	b := newTab(t, h.serve(), phone)
	b.session(h.signIn("focal.msd@tracker.example")).open(journeyPath+"/updates/new").fill("done", firstWords)
	b.line(true)
	b.do(run(`document.querySelector("button[name=send][value='1'].govuk-button:not(.govuk-button--secondary)").click()`))
	b.do(chromedp.WaitReady(chromedp.CSS("#main-frame-error, body.neterror")))
	b.line(false)
	b.leads(200, "loading again", chromedp.Reload()).says(".flash", "sent for review").says("main", firstWords)
	p := &planned{house: h}
	if n := p.count(`SELECT count(*) FROM updates WHERE done = ?`, firstWords); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// One tap says that it is still in progress and what comes next.
func TestStillInProgressIsOneTap(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	p := &planned{house: h}
	var ref string
	h.write(func(tx *gorm.DB) error {
		return tx.Raw(`SELECT c.ref FROM current_status s JOIN commitments c ON c.id = s.commitment_id JOIN updates u ON u.id = s.update_id JOIN institutions i ON i.id = u.institution_id
			WHERE i.code = 'MSD' AND s.status = 'in_progress' AND u.next_step <> '' AND NOT EXISTS (SELECT 1 FROM updates w WHERE w.commitment_id = c.id AND w.state <> 'approved') ORDER BY c.id LIMIT 1`).Row().Scan(&ref)
	})
	b := newTab(t, h.serve(), phone)
	b.session(h.signIn("focal.msd@tracker.example")).open(commitmentPath(ref, "updates", "new")).thumbs()
	next := ask[string](b, `document.getElementById("quick_next_step").value`)
	b.press("Send: still in progress").says(".flash", "sent for review").says("main", "Still in progress.", next)
	if n := p.count(fmt.Sprintf(`SELECT count(*) FROM updates WHERE done = 'Still in progress.' AND status = 'in_progress' AND state = 'submitted' AND next_step = (SELECT next_step FROM updates u JOIN current_status s ON s.update_id = u.id JOIN commitments c ON c.id = s.commitment_id WHERE c.ref = '%s')`, ref)); n != 1 || next == "" {
		t.Errorf("%d updates say so, next %q", n, next)
	}
}

// The Enter key in a field of one line saves the draft: it neither takes over
// the wording that a return suggests nor adds a row.
func TestEnterInTheFormOfAnUpdateSavesTheDraft(t *testing.T) {
	t.Parallel()
	p := newPlanned(t)
	id := p.send(p.msd, "NSF 3.1.1", "2021-10-31", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "A visit was made"})
	must(t, p.s.Progress.Return(t.Context(), p.one.actor, newKey(), id, 2, "Say where", "A visit was made to Berea"))
	b := newTab(t, p.serve(), desk).session(p.msd).open("/updates/"+itoa(id)+"/edit").says(".last", "Use this wording")
	b.fill("done", "Two visits were made")
	b.leads(200, "pressing Enter", chromedp.SendKeys(chromedp.CSS("#as_of"), "\r")).says("main", "Two visits were made")
	if state := p.first("SELECT state || ' ' || done FROM updates"); state != "returned Two visits were made" {
		t.Errorf("it is %q", state)
	}
	b.open("/updates/"+itoa(id)+"/edit").press("Use this wording").says("h1", "")
	if done := ask[string](b, `document.getElementById("done").value`); done != "A visit was made to Berea" {
		t.Errorf("the form says %q", done)
	}
}
