package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tracker/internal/accounts"
)

const succeedMSD = "/admin/institutions/MSD/succession"

// asks is the first step of a succession of Social Development.
func asks(kind, to string, change ...string) url.Values {
	return with(url.Values{"kind": {kind}, "to": {to}, "effective_on": {"1 October 2021"}, "reason": {"Gazette 12"}}, change...)
}

func TestWhatIsWrongInASuccessionStandsBesideItsField(t *testing.T) {
	o := newOffice(t)
	a := o.admin.get(succeedMSD).is(http.StatusOK)
	if strings.Contains(a.text("#to"), "MSD") || !strings.Contains(a.text("#to"), "MHA, Home Affairs") {
		t.Errorf("the successors offered are %s", a.text("#to"))
	}
	for _, c := range [][2]string{{"kind", ""}, {"kind", "sale"}, {"to", ""}, {"to", "NONE"}, {"to", "MSD"}, {"effective_on", ""}, {"effective_on", "soon"}, {"reason", " "}, {"reason", strings.Repeat("x", 1001)}} {
		a := o.admin.post(succeedMSD, asks("merge", "MHA", c[0], c[1]))
		if wrongBeside(a, c[0]); c[0] != "reason" {
			a.says("#reason", "Gazette 12")
		}
	}
	// A day to come is refused when it is confirmed at the latest.
	late := o.admin.post(succeedMSD, asks("merge", "MHA", "effective_on", "9 November 2021", "confirmed", "yes"))
	wrongBeside(late, "effective_on")
	if n := o.count("SELECT count(*) FROM successions"); n != 0 {
		t.Errorf("%d successions were recorded", n)
	}
	o.admin.get("/admin/institutions/NONE/succession").is(http.StatusNotFound)
}

func TestAMergeMovesEveryCommitmentOnceConfirmed(t *testing.T) {
	o := newOffice(t)
	sure := o.admin.post(succeedMSD, asks("merge", "MHA")).is(http.StatusOK).says("main", "2 commitments move", "NSF 3.1.1", "leads", "Social Development ends on 30 September 2021", "cannot be taken back", "1 person still holds a post")
	if n := o.count("SELECT count(*) FROM successions"); n != 0 {
		t.Fatal("it was recorded before it was confirmed")
	}
	form := filled(sure, succeedMSD)
	for range 2 {
		o.admin.post(succeedMSD, form).leads("/admin/institutions/MSD")
	}
	o.admin.get("/admin/institutions/MSD").says(".flash", "2 commitments moved to Home Affairs", "1 person still holds a post")
	o.admin.get("/admin/institutions").says("main", "Institutions of the past", "to 30 September 2021", "Who took over from whom").says("table", "MSD MHA Merge 1 Oct 2021 Gazette 12")
	o.one.get("/commitments/NSF%203.1.1").says(".dl", "Leads Home Affairs").says(".tl", "from Social Development to Home Affairs on 1 October 2021")
	o.mha.get("/").says("main", "NSF 3.1.1")
	o.admin.post(succeedMSD, with(form, "key", newKey())).is(http.StatusConflict).says(".govuk-error-summary", "recorded already")
	back := url.Values{"kind": {"rename"}, "to": {"MSD"}, "effective_on": {"1 November 2021"}, "reason": {"x"}, "confirmed": {"yes"}}
	o.admin.post("/admin/institutions/MHA/succession", back).is(http.StatusUnprocessableEntity).says("#to-error", "leads back to this one")
}

func TestARenameKeepsHistoryUnderTheOldName(t *testing.T) {
	o := newOffice(t)
	o.institution("MGSD", "Gender and Social Development", accounts.Government)
	sure := o.admin.post(succeedMSD, asks("rename", "MGSD", "effective_on", "1 11 2021")).is(http.StatusOK).says("main", "Rename", "Gender and Social Development (MGSD)", "1 November 2021")
	o.admin.post(succeedMSD, filled(sure, succeedMSD)).is(http.StatusSeeOther)
	o.one.get("/institutions/MGSD").says("#leads", "NSF 3.1.1", "NSF 3.1.2").says("#history", "Social Development")
	o.one.get("/commitments?institution=MSD&as_of=31+October+2021").says("tbody", "NSF 3.1.1", "NSF 3.1.2")
	o.one.get("/commitments?institution=MGSD").says("tbody", "NSF 3.1.1", "NSF 3.1.2")
}

func TestASplitAsksForEachCommitment(t *testing.T) {
	o := newOffice(t)
	each := o.admin.post(succeedMSD, asks("split", "MHA")).is(http.StatusOK).says("main", "Choose for each commitment").hides("ends on")
	selects := each.find("select")
	if len(selects) != 2 {
		t.Fatalf("%d commitments are asked for", len(selects))
	}
	first, second := attr(selects[0], "name"), attr(selects[1], "name")
	undecided := o.admin.post(succeedMSD, filled(each, succeedMSD, first, "moves")).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "NSF 3.1.2").says("main", "Choose for each commitment")
	chosen := undecided.find("#" + first + " option[selected]")
	if len(undecided.find(".govuk-error-summary a[href='#commitments']")) != 1 || len(chosen) != 1 || attr(chosen[0], "value") != "moves" {
		t.Error("the summary leads nowhere, or what was chosen is lost")
	}
	o.admin.post(succeedMSD, filled(undecided, succeedMSD, second, "stays")).is(http.StatusSeeOther)
	o.admin.get("/admin/institutions/MSD").says(".flash", "1 commitment moved to Home Affairs")
	o.one.get("/commitments/NSF%203.1.1").says(".dl", "Leads Home Affairs")
	o.one.get("/commitments/NSF%203.1.2").says(".dl", "Leads Social Development")
	o.msd.get("/commitments/NSF%203.1.2/updates/new").is(http.StatusOK)
}
