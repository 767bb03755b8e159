package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/mail"
)

// office is a small plan with two administrators who have passwords.
type office struct {
	*planned
	admin, other *visitor
}

func newOffice(t *testing.T) office {
	t.Helper()
	p := newPlanned(t)
	o := office{planned: p, admin: p.person("admin@tracker.example", "MSC", accounts.Administrator), other: p.person("second@tracker.example", "MSC", accounts.Administrator)}
	o.password(o.admin, o.other)
	return o
}

// password gives people a password, as their invitation would.
func (o office) password(people ...*visitor) {
	o.t.Helper()
	for _, v := range people {
		made, err := o.s.Accounts.Link(o.t.Context(), accounts.CommandLine(), "", v.actor.PersonID, accounts.Reset)
		must(o.t, err)
		_, err = o.s.Accounts.UseLink(o.t.Context(), accounts.LinkForm{Token: made.Token, Password: passphrase})
		must(o.t, err)
		v.cookie = o.signIn(v.actor.Email).cookie
	}
}

// page is the address of a person's page.
func (o office) page(email string) string {
	o.t.Helper()
	p, err := o.s.Accounts.PersonByEmail(o.t.Context(), accounts.CommandLine(), email)
	must(o.t, err)
	return personPath(p.ID)
}

func TestAdministrationSaysWhatWantsMending(t *testing.T) {
	o := newOffice(t)
	a := o.admin.get("/admin").is(http.StatusOK).says("main", "To mend", "No mail server is set", "are not told whom to ask", "No institution is named as the one that coordinates", "Now there are 0 coordinators")
	for _, link := range a.find("main a[href^='/']") {
		o.admin.get(attr(link, "href")).is(http.StatusOK)
	}
	o.password(o.one, o.two)
	o.admin.post("/admin/settings", url.Values{"contact": {"The secretariat"}, "secretariat": {"MSC"}}).is(http.StatusSeeOther)
	o.admin.get("/admin").is(http.StatusOK).hides("are not told whom to ask", "is named as the one that coordinates", "Now there are")
}

// A figure of the first page is what the list behind it counts.
func TestTheListOfPeopleIsFiltered(t *testing.T) {
	o := newOffice(t)
	for query, want := range map[string]string{"": "9 accounts", "?state=active": "2 accounts", "?state=invited": "7 accounts", "?state=disabled": "0 accounts", "?role=coordinator": "2 accounts",
		"?institution=MSC": "4 accounts", "?institution=MSC&role=administrator&state=active": "2 accounts", "?q=FOCAL.M": "2 accounts", "?q=beautiful": "1 account", "?q=%FF%00x": "0 accounts", "?role=none": "0 accounts"} {
		o.admin.get("/admin/people"+query).is(http.StatusOK).says(".head .meta", want)
	}
	a := o.admin.get("/admin")
	for _, fig := range a.find(".figs > div") {
		if href := attr(firstOf(fig, "a"), "href"); strings.HasPrefix(href, "/admin/people") {
			o.admin.get(href).says(".head .meta", textOf(firstOf(fig, ".fig"))+" account")
		}
	}
	chips := o.admin.get("/admin/people?institution=MSC&role=administrator&q=second").is(http.StatusOK).says(".chips", "MSC, Secretariat", "Administrator", "“second”").find(".chips a")
	if len(chips) != 3 {
		t.Errorf("%d filters can be taken off", len(chips))
	}
	o.admin.get("/admin/people?state=disabled").says(".empty", "No account is within these filters")
}

// The link is in the answer to the form alone: in no later page, no other
// answer and no trail.
func TestAnInvitationIsShownOnce(t *testing.T) {
	o := newOffice(t)
	const path = "/admin/people/new"
	for _, c := range [][2]string{{"email", "no address"}, {"email", "one@tracker.example"}, {"institution", "NONE"}, {"title", ""}, {"role", "king"}, {"role", "partner"}} {
		form := url.Values{"email": {"new@tracker.example"}, "institution": {"MSD"}, "title": {"Adviser"}, "role": {"focal_point"}}
		form.Set(c[0], c[1])
		a := o.admin.post("/admin/people", form)
		if wrongBeside(a, c[0]); c[0] != "title" && attr(a.find("#title")[0], "value") != "Adviser" {
			t.Errorf("%v: what was typed is lost", c)
		}
	}
	form := filled(o.admin.get(path).is(http.StatusOK), "/admin/people", "email", "New@Tracker.example ", "institution", "MSD", "title", "Adviser", "role", "focal_point")
	made := o.admin.post("/admin/people", form).is(http.StatusOK).says("h1", "One-time link").says("main", "new@tracker.example", "shown on this page only", "for 24 hours")
	link, err := url.Parse(made.text("code"))
	must(t, err)
	token := strings.TrimPrefix(link.Path, "/links/")
	if len(token) < 40 || link.Host != "tracker.example" {
		t.Fatalf("the link is %s", link)
	}
	again := o.admin.post("/admin/people", form).is(http.StatusOK).says("main", "shown once").hides(token, "/links/")
	if n := o.count("SELECT count(*) FROM people WHERE email = 'new@tracker.example'"); n != 1 || len(again.find("form[action$='/link']")) != 1 {
		t.Errorf("two posts made %d people, or no way to a new link is offered", n)
	}
	page := o.page("new@tracker.example")
	o.admin.get(page).is(http.StatusOK).says("main", "Invited, no password yet", "A new link replaces the last one").hides(token)
	if n := o.count("SELECT count(*) FROM audit_entries WHERE details LIKE ?", "%"+token+"%") + o.count("SELECT count(*) FROM audit_texts WHERE value LIKE ?", "%"+token+"%"); n != 0 {
		t.Error("the trail holds the link")
	}
	o.stranger().get(link.Path).is(http.StatusOK).says("main", "new@tracker.example")
	o.admin.post(page+"/link", url.Values{}).is(http.StatusOK).hides(token)
	o.stranger().get(link.Path).is(http.StatusNotFound)
	// Nobody holds the post of who is disabled: the form offers it.
	o.admin.post(page+"/disable", url.Values{"version": {"1"}}).is(http.StatusSeeOther)
	o.admin.get(path).says("main", "Posts that nobody holds", "Adviser")
}

func TestAPersonIsMovedDisabledAndEnabled(t *testing.T) {
	o := newOffice(t)
	page := o.page("two@tracker.example")
	o.admin.post("/admin/institutions/MHA/posts", url.Values{"title": {"Principal secretary"}, "role": {"countersigner"}}).is(http.StatusSeeOther)
	a := o.admin.get(page).is(http.StatusOK)
	post := ""
	for _, option := range a.find("#post option") {
		if strings.Contains(textOf(option), "Principal secretary") {
			post = attr(option, "value")
		}
	}
	wrongBeside(o.admin.post(page+"/move", filled(a, page+"/move", "post", "4711")), "post")
	move := filled(a, page+"/move", "post", post)
	for range 2 {
		o.admin.post(page+"/move", move).is(http.StatusSeeOther)
	}
	o.admin.get(page).says(".flash", "holds another post from today").says("main", "Principal secretary", "Countersigner", "Home Affairs").says("table", "coordinator two@tracker.example", "8 Nov 2021")
	o.two.get("/review").is(http.StatusNotFound)
	// The form was opened before the move.
	o.other.post(page+"/disable", url.Values{"version": {"1"}}).is(http.StatusConflict).says(".govuk-error-summary", "changed")

	sure := filled(o.admin.get(page+"/disable").is(http.StatusOK).says("main", "Every session ends at once", "Drafts stay with the institution"), page+"/disable")
	o.two.get("/").is(http.StatusOK)
	o.admin.post(page+"/disable", sure).is(http.StatusSeeOther)
	o.two.get("/").leads("/sign-in")
	o.admin.get(page).says("main", "Disabled", "Disabled since")
	o.admin.get(page + "/disable").is(http.StatusSeeOther)
	o.admin.post(page+"/link", url.Values{}).is(http.StatusConflict).says(".govuk-error-summary", "This account is disabled")
	o.admin.post(page+"/enable", filled(o.admin.get(page), page+"/enable")).is(http.StatusSeeOther)
	o.admin.get(page).says(".flash", "enabled").says("main", "Invited")

	third := o.signIn("two@tracker.example")
	third.get("/").is(http.StatusOK)
	o.admin.post(page+"/end-sessions", filled(o.admin.get(page), page+"/end-sessions")).is(http.StatusSeeOther)
	third.get("/").leads("/sign-in")
}

// Somebody can always let others in again.
func TestTheLastAdministratorStays(t *testing.T) {
	o := newOffice(t)
	other, own := o.page("second@tracker.example"), o.page("admin@tracker.example")
	o.admin.get(own+"/disable").is(http.StatusOK).says(".note--risk", "your own account")
	o.admin.post(other+"/disable", filled(o.admin.get(other+"/disable"), other+"/disable")).is(http.StatusSeeOther)
	o.admin.post(own+"/disable", filled(o.admin.get(own+"/disable"), own+"/disable")).is(http.StatusConflict).says(".govuk-error-summary", "last administrator")
	a := o.admin.get(own)
	o.admin.post(own+"/move", filled(a, own+"/move", "post", attr(a.find("#post option[value]:not([value=''])")[0], "value"))).is(http.StatusConflict).says(".govuk-error-summary", "last administrator")
	o.admin.get("/admin").is(http.StatusOK)
}

func TestInstitutionsAndTheirPostsAreKept(t *testing.T) {
	o := newOffice(t)
	right := url.Values{"code": {"MOH"}, "name": {"Ministry of Health"}, "short_name": {"Health"}, "kind": {"government"}, "valid_from": {"1 April 2021"}, "note": {"Kept note"}}
	for _, c := range [][2]string{{"code", "x"}, {"code", "MSD"}, {"name", ""}, {"short_name", " "}, {"kind", "club"}, {"valid_from", "soon"}, {"valid_to", "1 March 2021"}} {
		a := o.admin.post("/admin/institutions", with(right, c[0], c[1]))
		wrongBeside(a, c[0])
		a.says("#note", "Kept note")
	}
	form := filled(o.admin.get("/admin/institutions/new").is(http.StatusOK), "/admin/institutions")
	for name, v := range right {
		form[name] = v
	}
	for range 2 {
		o.admin.post("/admin/institutions", form).leads("/admin/institutions/MOH")
	}
	const path = "/admin/institutions/MOH"
	a := o.admin.get(path).is(http.StatusOK).says(".flash", "MOH is added").says(".empty", "no posts yet", "Nobody has an account")
	if attr(a.find("#valid_from")[0], "value") != "1 April 2021" {
		t.Error("the first day is not as it was typed")
	}
	o.admin.get("/admin/institutions").says("tbody", "MOH Ministry of Health Government from 1 April 2021")
	change := filled(a, path, "name", "Ministry of Health and Welfare", "code", "OTHER")
	o.other.post(path, with(change, "short_name", "Health and Welfare", "kind", "non_government")).is(http.StatusSeeOther)
	clash := o.admin.post(path, change).is(http.StatusConflict).says("#short_name-hint", "Stored now: Health and Welfare").says("#kind-hint", "Stored now: Outside government")
	if attr(clash.find("#name")[0], "value") != "Ministry of Health and Welfare" || attr(clash.find("#short_name")[0], "value") != "Health" {
		t.Error("what was typed is lost in a conflict")
	}
	wrongBeside(o.admin.post(path+"/posts", url.Values{"title": {""}, "role": {"focal_point"}}), "title")
	wrongBeside(o.admin.post(path+"/posts", url.Values{"title": {"Reader"}, "role": {"auditor"}}), "role")
	post := url.Values{"title": {"Director"}, "role": {"focal_point"}, "key": {newKey()}}
	for range 2 {
		o.admin.post(path+"/posts", post).is(http.StatusSeeOther)
	}
	wrongBeside(o.admin.post(path+"/posts", url.Values{"title": {"Director"}, "role": {"focal_point"}}), "title")
	fill := o.admin.get(path).says("main", "Director Focal point, 0 people").find(`a[href^="/admin/people/new?"]`)
	a = o.admin.get(attr(fill[0], "href")).is(http.StatusOK)
	if attr(a.find("#title")[0], "value") != "Director" || attr(a.find("#institution option[selected]")[0], "value") != "MOH" {
		t.Error("the vacant post does not fill the form")
	}
}

func TestSettingsAreSavedOnceAVersion(t *testing.T) {
	o := newOffice(t)
	const path = "/admin/settings"
	mine, theirs := filled(o.admin.get(path).is(http.StatusOK).says("main", "Set on the command line only"), path), filled(o.other.get(path), path)
	for name, value := range map[string]string{"stale_days": "6", "due_soon_days": "soon", "zone": "Local", "currency": "L", "country_name": "", "owner": strings.Repeat("x", 161), "secretariat": "NONE"} {
		a := o.admin.post(path, with(mine, name, value, "contact", "Kept contact"))
		if wrongBeside(a, name); attr(a.find("#contact")[0], "value") != "Kept contact" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	mine.Set("stale_days", "60")
	mine.Set("owner", "Committee")
	mine.Set("country_code", "BW")
	for range 2 {
		o.admin.post(path, mine).is(http.StatusSeeOther)
	}
	if n := o.count("SELECT count(*) FROM settings WHERE name = 'country_code' AND value = 'BW'"); n != 0 {
		t.Error("a form sets what only the command line sets")
	}
	o.admin.get(path).says(".flash", "saved").says(".mast", "Committee")
	theirs.Set("contact", "The secretariat")
	theirs.Set("stale_days", "45")
	clash := o.other.post(path, theirs).is(http.StatusConflict).says("#stale_days-hint", "Stored now: 60").says("#owner-hint", "Stored now: Committee")
	if attr(clash.find("#stale_days")[0], "value") != "45" || strings.Contains(clash.text("#zone-hint"), "Stored now") {
		t.Error("the conflict names what is the same, or loses what was typed")
	}
	again := filled(clash, path, "stale_days", "60", "owner", "Committee")
	o.other.post(path, again).is(http.StatusSeeOther)
	o.admin.get(path).is(http.StatusOK)
	if n := o.count("SELECT count(*) FROM audit_entries WHERE action = 'settings.change'"); n != 2 {
		t.Errorf("%d changes are in the trail", n)
	}
}

// The outbox shows no text of a mail: it may hold a link.
func TestAMailOfTheOutboxIsTriedAgain(t *testing.T) {
	o := newOffice(t)
	o.admin.get("/outbox").is(http.StatusOK).says("main", "No mail server is set", "No mail was ever queued")
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	o.write(func(tx *gorm.DB) error {
		for _, subject := range []string{"given up", "failing", "sent", "waiting"} {
			if err := mail.Queue(tx, at, mail.Message{To: "focal.msd@tracker.example", Subject: "Mail " + subject, Body: "http://tracker.example/links/secret"}); err != nil {
				return err
			}
		}
		return tx.Exec(`UPDATE outbox SET attempts = CASE subject WHEN 'Mail waiting' THEN 0 ELSE 3 END, last_error = CASE subject WHEN 'Mail waiting' THEN '' ELSE '451 later' END,
			given_up_at = CASE subject WHEN 'Mail given up' THEN ? END, sent_at = CASE subject WHEN 'Mail sent' THEN ? END`, at, at).Error
	})
	a := o.admin.get("/outbox").is(http.StatusOK).hides("links/secret").says("tbody", "Given up", "Not taken yet", "Waiting", "451 later")
	if rows := a.find("tbody tr"); len(rows) != 4 || !strings.Contains(textOf(rows[0]), "Mail waiting") {
		t.Errorf("the outbox shows %d mails: %s", len(rows), a.text("tbody"))
	}
	if n := len(a.find("tbody form")); n != 2 {
		t.Errorf("%d mails can be tried again", n)
	}
	o.admin.get("/admin").says(".figs", "Mails not sent 3 1 given up").says("main", "2 mails could not be sent")
	for _, form := range a.find("tbody form") {
		sent := filled(a, attr(form, "action"))
		for range 2 {
			o.admin.post(attr(form, "action"), sent).leads("/outbox")
		}
	}
	o.admin.get("/outbox").says(".flash", "tried again at once").hides("Given up", "Not taken yet")
	if n := o.count("SELECT count(*) FROM audit_entries WHERE action = 'mail.retry'"); n != 2 {
		t.Errorf("%d tries are in the trail", n)
	}
	sent := itoa(int64(o.count("SELECT id FROM outbox WHERE subject = 'Mail sent'")))
	o.admin.post("/outbox/"+sent+"/retry", url.Values{}).is(http.StatusNotFound)
}

// The clock's distance was printed as hours, minutes and seconds.
func TestTheSettingsSayInDaysHowFarTheClockIs(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("admin@tracker.example").get("/admin/settings").is(http.StatusOK)
	if said := a.text(".dl"); !regexp.MustCompile(`From the system’s clock to the tracker’s −\d[\d\s\x{a0}]* days`).MatchString(said) {
		t.Errorf("the settings say %q", said)
	}
}
