package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports/publications"
	"tracker/seeds/large"
)

// A coordinator prepares what the page of reports shows, a second person looks
// at exactly that and publishes it, and its readers read it; nobody else does.
func TestAReportIsPreparedSignedAndRead(t *testing.T) {
	p := newPlanned(t)
	signer := p.person("signer@tracker.example", "MSC", accounts.Countersigner)
	told := func(done, summary string) progress.Text {
		return progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: done, SharedSummary: summary}
	}
	id := p.log(p.msd, "NSF 3.1.1", told("Held behind closed doors", "A workshop was held."), p.one)
	must(t, p.s.Progress.ReleaseSummary(t.Context(), p.one.actor, newKey(), id, 3))
	p.log(p.msd, "NSF 3.1.2", told("Told to nobody", "Kept back."), p.one)

	link := p.one.get("/reports?audience=partner").find(`a[href^="/publications/prepare?"]`)
	if len(link) != 1 {
		t.Fatal("the page of reports does not lead to a publication")
	}
	p.one.get(attr(link[0], "href")).is(http.StatusOK).says("main", "4 commitments", "Embassy", "Beautiful Dream")
	form := url.Values{"query": {"audience=partner"}, "audience": {"partner"}, "title": {"For the review"}}
	wrong := p.one.post("/publications/prepare", form).is(http.StatusUnprocessableEntity).says("#readers-error", "Choose at least one")
	if v := attr(wrong.find("#title")[0], "value"); v != "For the review" {
		t.Errorf("the title typed is %q now", v)
	}
	form.Set("readers", "USE")
	form.Set("key", newKey())
	preview := p.one.post("/publications/prepare", form).is(http.StatusSeeOther).header.Get("Location")
	if again := p.one.post("/publications/prepare", form); again.header.Get("Location") != preview {
		t.Errorf("sent twice it leads to %q and %q", preview, again.header.Get("Location"))
	}
	p.one.get(preview).is(http.StatusOK).says(".panel", "You prepared this").says("main", "For the review", "A workshop was held.", "Embassy").hides("closed doors", "Told to nobody", "Kept back")
	if n := len(p.one.get(preview).find(`form[action$="/publish"]`)); n != 0 {
		t.Error("who prepared it may publish it")
	}
	p.one.post(preview+"/publish", url.Values{"version": {"1"}}).is(http.StatusForbidden)
	signer.get("/publications").says("nav", "Publications 1").says("#waiting + *, tbody", "For the review")
	if file := signer.get(preview + "/files/csv").is(http.StatusOK); strings.Contains(file.body, "tracker-publication") || !strings.Contains(file.body, "A workshop was held.") {
		t.Error("the preview's file bears a number, or tells something else")
	}
	form = url.Values{"version": {"1"}, "key": {newKey()}}
	for range 2 {
		signer.post(preview+"/publish", form).is(http.StatusSeeOther).leads("/publications/LS-2021-0001")
	}
	p.one.get(preview).leads("/publications/LS-2021-0001")

	p.partner.get("/").is(http.StatusOK).says("h1", "Published to you").says("tbody", "LS-2021-0001", "For the review", "Read · PDF · Excel")
	p.partner.get("/publications/LS-2021-0001").says("main", "Embassy", "countersigner signer@tracker.example", "SHA-256").hides("Downloads", "Recall")
	p.partner.get("/publications/LS-2021-0001/read").says("main", "A workshop was held.").hides("closed doors", "/commitments/")
	for _, format := range []string{"pdf", "xlsx", "html", "csv", "json"} {
		a := p.partner.get("/publications/LS-2021-0001/files/" + format).is(http.StatusOK)
		if name := a.header.Get("Content-Disposition"); !strings.HasPrefix(name, `attachment; filename="ls-2021-0001-`) {
			t.Errorf("the file is called %s", name)
		}
	}
	p.two.get("/publications/LS-2021-0001/downloads").says("tbody", "partner@tracker.example", "PDF")
	p.ngo.get("/publications").says("main", "Nothing is published yet")
	p.ngo.get("/publications/LS-2021-0001").is(http.StatusNotFound)
}

// Guards what is not public: to somebody who is not signed in it answers as
// what does not exist.
func TestWhatIsNotPublicLooksLikeNothingToStrangers(t *testing.T) {
	p := newPlanned(t)
	internal, partner, public := p.publish(plan.Internal), p.publish(plan.Partner, "USE"), p.publish(plan.Public)
	stranger := p.stranger()
	for _, more := range []string{"", "/read", "/files/pdf", "/files/none"} {
		missing := stranger.get("/publications/LS-2021-9999" + more)
		for _, label := range []string{internal, partner} {
			a := stranger.get("/publications/" + label + more).leads("/sign-in?next=" + url.QueryEscape("/publications/"+label+more))
			if a.status != missing.status || a.body != missing.body || strings.Contains(a.body, label) {
				t.Errorf("%s can be told from what is not there", a.path)
			}
		}
	}
	stranger.get("/publications").is(http.StatusOK).says("tbody", public).hides(internal, partner)
	stranger.get("/publications/"+public).is(http.StatusOK).hides("Downloads", "Recall", "Prepared")
	stranger.get("/publications/" + public + "/read").is(http.StatusOK)
	stranger.get("/publications/" + public + "/files/pdf").is(http.StatusOK)
	p.one.get("/publications/"+public+"/downloads").says("tbody", "not signed in", "PDF")
}

// A recalled publication is marked for its readers, with what replaces it, and
// its files are kept from them.
func TestARecalledPublicationIsMarked(t *testing.T) {
	p := newPlanned(t)
	first, second := p.publish(plan.Partner, "USE"), p.publish(plan.Partner, "USE", "BDS")
	at := "/publications/" + first
	p.one.get(at+"/recall").is(http.StatusOK).says("select", second)
	p.one.post(at+"/recall", url.Values{"version": {"2"}, "reason": {""}, "replacement": {second}}).is(http.StatusUnprocessableEntity).says("#reason-error", "Say why")
	p.one.post(at+"/recall", url.Values{"version": {"1"}, "reason": {"A wrong figure"}}).is(http.StatusConflict).says("#reason", "A wrong figure")
	p.one.post(at+"/recall", url.Values{"version": {"2"}, "reason": {"A wrong figure"}, "replacement": {second}}).leads(at)
	p.partner.get("/").says("tbody", "Recalled on 8 November 2021", "A wrong figure", second, "not offered any more")
	p.partner.get(at).says("main", "Recalled on", "A wrong figure").hides(at + "/files")
	p.partner.get(at+"/files/pdf").is(http.StatusConflict).says("main", "recalled")
	p.partner.get(at + "/read").is(http.StatusConflict)
	p.auditor.get(at + "/files/pdf").is(http.StatusOK)
	p.one.get(at + "/recall").is(http.StatusConflict)
}

// What was prepared can be given up, and is then not published.
func TestWhatWasPreparedCanBeGivenUp(t *testing.T) {
	p := newPlanned(t)
	at := "/publications/prepared/" + itoa(p.prepare(p.one, plan.Public))
	p.two.get(at+"/withdraw").is(http.StatusOK).says("main", "Nobody outside has seen it")
	p.two.post(at+"/withdraw", url.Values{"version": {"7"}}).is(http.StatusConflict)
	p.two.post(at+"/withdraw", url.Values{"version": {"1"}}).leads("/publications")
	p.two.get(at).is(http.StatusOK).says("main", "Given up")
	p.two.post(at+"/publish", url.Values{"version": {"2"}}).is(http.StatusConflict)
	p.two.get(at + "/withdraw").is(http.StatusConflict)
}

// check uploads a file to be verified.
func (v *visitor) check(name string, file []byte) *answer {
	v.house.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	must(v.house.t, err)
	part.Write(file) //nolint:errcheck // a buffer
	must(v.house.t, w.Close())
	r := httptest.NewRequest(post, "/verify", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.send(r)
}

// Anybody may check a file; of one that was altered nothing is said but the
// number that it bears, and nothing of any is kept.
func TestAnybodyChecksAFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	p := newPlanned(t)
	label := p.publish(plan.Partner, "USE")
	file := []byte(p.partner.get("/publications/" + label + "/files/xlsx").body)
	stranger := p.stranger()
	stranger.get("/verify").is(http.StatusOK).says("main", "20 MB")
	stranger.check("a.xlsx", file).is(http.StatusOK).says("#verdict", "Genuine").says("main", label, "8 November 2021").hides("For partner")
	stranger.check("a.xlsx", append(bytes.Clone(file), 'x')).says("#verdict", "Altered").says("main", label).hides("For partner", "8 November 2021, to the byte")
	stranger.check("a.txt", []byte("a letter")).says("#verdict", "Unknown").hides(label)
	must(t, p.s.Publications.Recall(t.Context(), p.one.actor, newKey(), label, 2, "A wrong figure", ""))
	stranger.check("a.xlsx", file).says("#verdict", "Recalled").says("main", label).hides("A wrong figure")

	stranger.check("empty.pdf", nil).is(http.StatusUnprocessableEntity).says("#file-error", "Choose a file")
	stranger.check("", []byte("x")).is(http.StatusUnprocessableEntity).says("#file-error", "Choose a file")
	for _, size := range []int{publications.FileMax + 1, publications.FileMax + 1<<20} {
		stranger.check("large.pdf", make([]byte, size)).is(http.StatusUnprocessableEntity).says("#file-error", "larger than 20 MB")
	}
	stranger.check("just.pdf", make([]byte, publications.FileMax)).is(http.StatusOK).says("#verdict", "Unknown")
	if left, err := filepath.Glob(filepath.Join(temporary, "tracker-file-*")); err != nil || len(left) != 0 {
		t.Errorf("%v is left of the files, %v", left, err)
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		for _, fd := range open {
			if to, _ := os.Readlink("/proc/self/fd/" + fd.Name()); strings.Contains(to, "tracker-file-") {
				t.Errorf("%s is still open", to)
			}
		}
	}
}

// A fault in a form of a file is the sender's, never the server's.
func TestAFormThatIsNoFileIsRefused(t *testing.T) {
	p := newPlanned(t)
	for kind, body := range map[string]string{"multipart/form-data; boundary=x": "--x\r\nno end", "multipart/form-data": "", "text/plain": "file=x",
		"multipart/form-data; boundary=y": "--y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut"} {
		r := httptest.NewRequest(post, "/verify", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		p.stranger().send(r).is(http.StatusUnprocessableEntity).says("#file-error", "Choose a file")
	}
	r := httptest.NewRequest(post, "/verify", strings.NewReader(""))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	p.stranger().send(r).is(http.StatusForbidden)
}

// The whole way in browsers: a coordinator prepares, the countersigner looks
// and publishes, the embassy reads on a phone, downloads and checks the file;
// another partner and the public find nothing of it.
func TestAPublicationIsPreparedSignedReadAndChecked(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	passwords := h.passwords()
	origin := h.serve()
	coordinator, signer, embassy, other, public := newTab(t, origin, desk), newTab(t, origin, desk), newTab(t, origin, phone).withoutScripts(), newTab(t, origin, desk), newTab(t, origin, phone)
	coordinator.signIn("coordinator.one@tracker.example", passwords)
	coordinator.open("/reports?as_of=2021-09-30&audience=partner").press("Prepare this report for publication")
	coordinator.says("main", "30 September 2021").pressFor(422, "Freeze and show what leaves").says("#readers-error", "Choose")
	coordinator.tick("United States Embassy").press("Freeze and show what leaves").says("main", "U.S. Embassy", "You prepared this").says(".flash", "frozen")

	signer.signIn("ps.mha@tracker.example", passwords)
	signer.says("nav", "Publications 1").open("/publications").press("Look at it and publish").says("main", "The committee held its second meeting")
	signer.press("Publish").says(".flash", "Published as LS-2021-0001").says("main", "U.S. Embassy", "SHA-256")

	embassy.signIn("partner.use@tracker.example", passwords)
	embassy.says("h1", "Published to you").says("tbody", "LS-2021-0001").thumbs().press("Read").says("main", "The committee held its second meeting").thumbs()
	embassy.open("/publications/LS-2021-0001").thumbs()
	file := embassy.download(`a[href$="/files/pdf"]`)
	if text := spaced(output(t, "pdftotext", "-raw", file, "-")); !strings.Contains(text, "LS-2021-0001") || !strings.Contains(text, "second meeting") || strings.Contains(text, "Members asked Social Development") {
		t.Errorf("%s does not tell what was released, or tells more", filepath.Base(file))
	}
	public.open("/verify").upload("file", file).press("Check it").says("#verdict", "Genuine").says("main", "LS-2021-0001").thumbs()
	changed := filepath.Join(t.TempDir(), "changed.pdf")
	b, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(changed, append(b, '\n'), 0o600))
	public.upload("file", changed).press("Check it").says("#verdict", "Altered")
	public.open("/publications").says("main", "No report was published to everybody yet")

	_, err = h.s.Accounts.Invite(t.Context(), accounts.CommandLine(), "", accounts.NewPerson{Email: "unodc@tracker.example", Institution: "UNODC", Role: accounts.Partner, Title: "Adviser"})
	must(t, err)
	other.session(h.signIn("unodc@tracker.example")).open("/").says("main", "Nothing is published to you yet")
	other.leads(http.StatusNotFound, "another's publication", chromedp.Navigate(origin+"/publications/LS-2021-0001"))
}

// A long list is paged, and a large publication is read by its first rows: its
// files hold all.
func TestALargePublicationIsALightPage(t *testing.T) {
	t.Parallel()
	h := houseOn(t, small.data.SQLite(t), large.Now)
	p := &planned{house: h, one: h.signIn(large.Coordinator), two: h.signIn(large.SecondCoordinator)}
	label := p.publish(plan.Internal)
	a := p.one.get("/publications/"+label+"/read").is(http.StatusOK).says(".note", "Only the first rows are shown here", "Excel")
	if len(a.body) > 200_000 {
		t.Errorf("the page has %d bytes", len(a.body))
	}
	p.write(func(tx *gorm.DB) error {
		return tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO publications (country, number, label, kind, audience, title, as_of, known_at, since, query, value, sha256,
			state, prepared_by_id, prepared_at, published_by_id, published_at, signed_as, audit_seq, audit_head, version)
			SELECT country, i, substr(label, 1, 8) || (1000 + i), kind, audience, title, as_of, known_at, since, query, value, sha256, state, prepared_by_id, prepared_at, published_by_id, published_at, signed_as, audit_seq, audit_head, version FROM publications, n`).Error
	})
	first := p.one.get("/publications").is(http.StatusOK).says(".head", "60 publications").says("tbody", label[:8]+"1060", label[:8]+"1036")
	numbers := first.find("tbody th > a .ref")
	if one, last := textOf(numbers[0]), textOf(numbers[len(numbers)-1]); one != label[:8]+"1060" || last != label[:8]+"1036" {
		t.Errorf("the first page shows %s to %s", one, last)
	}
	if n := len(first.find("#list ~ table tbody tr, section[aria-labelledby=list] tbody tr")); n != publicationsPerPage {
		t.Errorf("%d rows are shown", n)
	}
	p.one.get("/publications?page=3").is(http.StatusOK).says("tbody", label[:8]+"1010", label).hides(label[:8] + "1011")
}
