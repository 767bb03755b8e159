package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
)

// A person who is not signed in sees no home.
func TestHomeAsksToSignIn(t *testing.T) {
	h := newHouse(t, testDay)
	if a := h.stranger().get("/").is(http.StatusSeeOther); a.header.Get("Location") != "/sign-in" {
		t.Errorf("/ leads to %q", a.header.Get("Location"))
	}
}

func TestCoordinatorHomeShowsWhereThePlanStands(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("coordinator.one@tracker.example").get("/").is(http.StatusOK)
	a.says("h1", "Where the plan stands").says(".head", "Monday 8 November 2021", "period 1 April 2021 – 31 March 2022")
	a.says(".days .past", "24 days ago", "July to September 2021").says(".days .next", "10 days", "Dialogue")
	if n := len(a.find(".figs > div")); n != 4 {
		t.Errorf("%d figures, not 4", n)
	}
	a.says("#review", "Late").says("#reporting .note", "Finance", "Health")
	if rows := len(a.find("#review tbody tr")); rows == 0 || rows > homeRows {
		t.Errorf("%d updates to review are shown", rows)
	}
	a.says("#unanswered", "No commitment", "1 of 2 items unanswered", "restated: inferred from the narrative")
	if len(a.find(`#unanswered a[href$="/answers/new"]`)) == 0 {
		t.Error("a coordinator finds no way to answer what is unanswered")
	}
}

// Countersigner, auditor and administrator read the overview without what
// only a coordinator decides.
func TestOtherReadersSeeTheOverviewWithoutTheReview(t *testing.T) {
	h := demoHouse(t, testDay)
	for email, own := range map[string]string{"ps.mha@tracker.example": "", "auditor@tracker.example": "/audit", "admin@tracker.example": "/admin"} {
		a := h.signIn(email).get("/").is(http.StatusOK).says("h1", "Where the plan stands").says("#h-reporting", "July to September 2021")
		if len(a.find("#review")) > 0 || len(a.find(`a[href$="/answers/new"]`)) > 0 || len(a.find(`main a[href="/review"]`)) > 0 {
			t.Errorf("%s is shown a coordinator's work", email)
		}
		if own != "" && len(a.find(`main a[href="`+own+`"]`)) == 0 {
			t.Errorf("%s finds no way to %s", email, own)
		}
	}
	h.signIn("admin@tracker.example").get("/").says("main", "can sign in")
}

// The warning is there until two people can approve.
func TestHomeWarnsWhenFewerThanTwoPeopleCanApprove(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	one.get("/").says("main", "Fewer than two people can approve")
	h.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE people SET password_hash = 'set' WHERE email LIKE 'coordinator.%'").Error
	})
	one.get("/").hides("Fewer than two people can approve")
}

func TestFocalHomeShowsWhatIsDueAndWhatCameBack(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("focal.msd@tracker.example").get("/").is(http.StatusOK)
	a.says("h1", "Social Development").says("#due", "NSF 3.2.1", "Not reported · 24 d", "Last said 30 June 2021", "Say what happened")
	if hrefs := a.find("#due a.govuk-button"); len(hrefs) != 1 || attr(hrefs[0], "href") != "/commitments/NSF%203.2.1/updates/new" {
		t.Error("what is due is not one click away")
	}
	a.says("#returned", "Please attach the checklist").says("#drafts", "Seventh district").says("#waiting", "NSF 3.1.1")
	a.says("#next", "October to December 2021", "due 15 January 2022, 68 days", "Overdue 39 d")
}

// Guards a focal point against being asked to correct a coordinator's words:
// what they returned goes back to who wrote it.
func TestWhatAFocalPointReturnedIsNotTheirsToCorrect(t *testing.T) {
	p := newPlanned(t)
	path := p.one.post(newUpdatePath, report()).is(http.StatusSeeOther).header.Get("Location")
	p.msd.get("/").says("#confirm", "Held the workshop", "True on 8 November 2021")
	p.msd.post(path+"/return", url.Values{"version": {"2"}, "reason": {"It was on the 4th"}}).is(http.StatusSeeOther)
	if a := p.msd.get("/").hides("It was on the 4th"); len(a.find("#returned, #confirm")) > 0 {
		t.Error("the home asks for a correction that only the coordinator can make")
	}
	p.one.get("/review").says("main", "It was on the 4th")
	p.one.get(path+"/edit").is(http.StatusOK).says(".last", "It was on the 4th")
}

// Guards the home against a day that reads as the day of sending.
func TestTheHomeSaysThatADayIsTheOneTheUpdateIsTrueOn(t *testing.T) {
	p := newPlanned(t)
	p.msd.post(newUpdatePath, report("as_of", "3 November 2021")).is(http.StatusSeeOther)
	p.msd.post(newUpdatePath, report("as_of", "2 November 2021", "send", "0")).is(http.StatusSeeOther)
	p.msd.get("/").says("#waiting", "Submitted True on 3 November 2021").says("#drafts", "Draft True on 2 November 2021")
}

// A focal point outside government finds their own part and no way to what
// is closed to them.
func TestFocalHomeOutsideGovernmentShowsItsOwnOnly(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("focal.bds@tracker.example").get("/").is(http.StatusOK).says("h1", "Beautiful Dream Society")
	for _, closed := range []string{"/recommendations", "/reports", "/framework", "/institutions"} {
		if len(a.find(`a[href^="`+closed+`"]:not([href^="/institutions/BDS/workbook"])`)) > 0 {
			t.Errorf("the page links to %s", closed)
		}
	}
}

// A draft is its institution's alone: no other home shows a word of it.
func TestDraftsAreOnNoOtherHome(t *testing.T) {
	h := demoHouse(t, testDay)
	var drafts []struct{ Done, Email string }
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw(`SELECT u.done, lower(i.code) AS email FROM updates u JOIN institutions i ON i.id = u.institution_id
			WHERE u.state = 'draft' AND u.done <> ''`).Scan(&drafts).Error
	}))
	if len(drafts) == 0 {
		t.Fatal("the demonstration holds no draft")
	}
	homes := map[string]*answer{}
	for _, email := range []string{"coordinator.one", "ps.mha", "auditor", "admin", "partner.use", "focal.msd", "focal.mpps", "focal.mha", "focal.bds", "focal.mol"} {
		homes[email] = h.signIn(email + "@tracker.example").get("/").is(http.StatusOK)
	}
	for _, d := range drafts {
		words := []rune(d.Done)
		for email, a := range homes {
			if email != "focal."+d.Email && strings.Contains(a.body, string(words[:min(len(words), 30)])) {
				t.Errorf("the home of %s shows the draft %q", email, d.Done)
			}
		}
	}
}

func TestPartnerHomeSaysThatNothingIsPublished(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("partner.use@tracker.example").get("/").is(http.StatusOK).says("main", "Nothing is published to you yet")
	a.hides("NSF ", "/commitments", "Overdue", "TIP 2021/")
}

// On a new instance every role is told what comes first.
func TestHomesOfANewInstanceTellWhatToDo(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	for role, says := range map[accounts.Role]string{accounts.Coordinator: "Enter the framework", accounts.Administrator: "Invite the people",
		accounts.Auditor: "The coordinator enters the plan first", accounts.FocalPoint: "Nothing is assigned to your institution yet"} {
		h.person(string(role)+"@tracker.example", "MSC", role).get("/").is(http.StatusOK).says("main", says).hides("[home.")
	}
}
