package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tracker/internal/plan"
	"tracker/internal/progress"
)

// A partner learns from the home page, and from the page of a publication,
// what changed since the one before: of the two frozen reports alone.
func TestAPartnerReadsWhatChangedSinceTheLastPublication(t *testing.T) {
	p := newPlanned(t)
	told := func(on, done, summary string, status progress.Status) int64 {
		return p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day(on), Status: status, Done: done, SharedSummary: summary}, p.one)
	}
	first := p.publish(plan.Partner, "USE")
	p.partner.get("/").is(http.StatusOK).says("tbody", first).hides("What changed since")
	p.partner.get("/publications/"+first).hides("Compare with", "Show what changed")
	p.partner.get("/publications/"+first+"/differences").is(http.StatusOK).says(".empty", "There is no other publication")

	must(t, p.s.Progress.ReleaseSummary(t.Context(), p.one.actor, newKey(), told("2021-10-31", "Held behind closed doors", "A workshop was held.", progress.InProgress), 3))
	second := p.publish(plan.Partner, "USE")
	told("2021-11-05", "Told to nobody", "Kept back.", progress.Stalled) // the present is another again

	link := p.partner.get("/").says("tbody", "What changed since "+first).find(`tbody a[href*="/differences"]`)
	if len(link) != 1 || attr(link[0], "href") != "/publications/"+second+"/differences?from="+first {
		t.Fatalf("the home leads %d times to what changed", len(link))
	}
	page := p.partner.get(attr(link[0], "href")).is(http.StatusOK).says("h1", "What changed from "+first+" to "+second).says("main", "8 November 2021", "Partner edition", "1 told otherwise").
		says("section[aria-labelledby=h-commitments] tbody", "NSF 3.1.1", "Not started", "In progress", "A workshop was held.").hides("closed doors", "Told to nobody", "Kept back", "Stalled", "in_progress", `href="/commitments/`, "h-evidence", ".new\"")
	if n := len(page.find("section[aria-labelledby=h-commitments] tbody tr")); n != 1 {
		t.Errorf("%d commitments are told otherwise", n)
	}
	form := p.partner.get("/publications/"+second).is(http.StatusOK).says("form[action$='/differences']", "Compare with", first).find("form[action$='/differences'] option[selected]")
	if len(form) != 1 || attr(form[0], "value") != first {
		t.Error("the one before is not chosen")
	}
	if same := p.partner.get("/publications/" + first + "/differences?from=" + second).is(http.StatusOK); textOf(same.find("section[aria-labelledby=h-commitments]")[0]) != textOf(page.find("section[aria-labelledby=h-commitments]")[0]) {
		t.Error("named the other way round it tells something else")
	}
	if self := p.partner.get("/publications/"+second+"/differences?from="+second).is(http.StatusOK).says(".empty", "Nothing differs"); len(self.find(".export")) > 0 {
		t.Error("what is nothing is offered as a file")
	}
	p.partner.get("/publications/"+second+"/differences").says("h1", "What changed from "+first+" to "+second)
}

// Guards what is not the reader's: whichever of the two it is, the answer is
// that of a publication that does not exist, to the byte.
func TestNoOtherPublicationIsLearntByComparing(t *testing.T) {
	p := newPlanned(t)
	own, internal, others, public := p.publish(plan.Partner, "USE"), p.publish(plan.Internal), p.publish(plan.Partner, "BDS"), p.publish(plan.Public)
	p.prepare(p.one, plan.Partner, "USE") // has no number yet
	for _, ending := range []string{"", ".csv", ".xlsx"} {
		missing := p.partner.get("/publications/" + own + "/differences" + ending + "?from=LS-2021-9999").is(http.StatusNotFound)
		for _, label := range []string{internal, others, "x", "LS-2021-0005"} {
			p.partner.get("/publications/" + own + "/differences" + ending + "?from=" + label).looksLike(missing)
			p.partner.get("/publications/" + label + "/differences" + ending + "?from=" + own).looksLike(missing)
		}
		stranger := p.stranger()
		gone := stranger.get("/publications/" + public + "/differences" + ending + "?from=LS-2021-9999")
		for _, label := range []string{internal, others, own} {
			a := stranger.get("/publications/" + public + "/differences" + ending + "?from=" + label)
			if a.status != gone.status || a.body != gone.body || strings.ReplaceAll(a.header.Get("Location"), label, "") != strings.ReplaceAll(gone.header.Get("Location"), "LS-2021-9999", "") {
				t.Errorf("%s can be told from what is not there", a.path)
			}
		}
	}
	for _, page := range []string{"/", "/publications/" + own, "/publications/" + public, "/publications/" + own + "/differences?from=" + public} {
		p.partner.get(page).is(http.StatusOK).hides(internal, others)
	}
	p.stranger().get("/publications/"+public).is(http.StatusOK).hides("Compare with", own, internal, others)
}

// What cannot be compared is said to be so, on the page and in its files, and
// is no loss; files say whom they are for.
func TestWhatCannotBeComparedIsSaid(t *testing.T) {
	p := newPlanned(t)
	internal, partner := p.publish(plan.Internal), p.publish(plan.Partner, "USE")
	p.log(p.msd, "NSF 3.1.1", progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "=1+1"}, p.one)
	newer := p.publish(plan.Internal)
	at := "/publications/" + partner + "/differences"
	p.one.get(at+"?from="+internal).is(http.StatusOK).says(".note", "for different readers: Internal edition, Partner edition", "Only "+internal+" has: Money, Ratings, Data requests").says(".empty", "Nothing differs").hides("Told no longer", "Overdue")
	rows := p.one.csvRowsPlain(at + ".csv?from=" + internal)
	if len(rows) != 3 || rows[1][0] != "Not compared" || rows[2][0] != "Not compared" || strings.Join(rows[0][4:], " ") != internal+" "+partner {
		t.Errorf("the file of what cannot be compared holds %q", rows)
	}
	for query, want := range map[string]string{"?from=" + partner: "Status|Not started|In progress", "": "Last word|No update was approved by this day.|'=1+1"} {
		told := false
		for _, row := range p.one.csvRowsPlain("/publications/" + newer + "/differences.csv" + query) {
			told = told || row[0] == "Commitments" && row[1] == "NSF 3.1.1" && strings.Join(row[3:], "|") == want
		}
		if !told {
			t.Errorf("no row with %q tells %s", query, want)
		}
	}
	second := p.publish(plan.Partner, "USE")
	for path, want := range map[string]struct {
		name, edition string
	}{
		at + ".xlsx?from=" + internal:                   {"", "Internal edition"},
		"/publications/" + newer + "/differences.xlsx":  {"", "Internal edition"},
		"/publications/" + second + "/differences.xlsx": {"-partner", "Partner edition"},
	} {
		a := p.one.get(path).is(http.StatusOK)
		if name := a.header.Get("Content-Disposition"); !strings.Contains(name, "-differences-ls-2021-000") || !strings.HasSuffix(name, `-2021-11-08`+want.name+`.xlsx"`) {
			t.Errorf("%s is called %s", path, name)
		}
		f, err := excelize.OpenReader(strings.NewReader(a.body))
		must(t, err)
		if above, err := f.GetCellValue(f.GetSheetName(0), "A2"); err != nil || above != want.edition {
			t.Errorf("above the rows of %s stands %q, %v", path, above, err)
		}
	}
}

// One that was recalled is not offered to its readers, and to others marked.
func TestARecalledPublicationIsComparedByWhoAnswersForIt(t *testing.T) {
	p := newPlanned(t)
	first, second := p.publish(plan.Partner, "USE"), p.publish(plan.Partner, "USE")
	must(t, p.s.Publications.Recall(t.Context(), p.one.actor, newKey(), first, 2, "A wrong figure", second))
	p.partner.get("/").hides("What changed since")
	p.partner.get("/publications/" + second).hides("Compare with")
	p.partner.get("/publications/" + first).hides("Compare with")
	p.partner.get("/publications/" + second + "/differences?from=" + first).is(http.StatusConflict)
	p.partner.get("/publications/" + first + "/differences?from=" + second).is(http.StatusConflict)
	p.auditor.get("/publications/"+second+"/differences?from="+first).is(http.StatusOK).says(".note", "Recalled on", "A wrong figure")
}

// Of two very different reports the page holds the first rows and says so; the
// file holds all.
func TestManyDifferencesAreALightPage(t *testing.T) {
	t.Parallel()
	s := small.stage(t, small.data.SQLite(t))
	v, at := s.visitors["partner"], publicationPath(s.Publication, "differences")
	a := v.get(at).is(http.StatusOK).says(".note", "Only the first rows")
	for _, section := range []string{"h-commitments", "h-asked"} {
		if n := len(a.find("section[aria-labelledby=" + section + "] td:first-of-type")); n == 0 || n > differenceRows {
			t.Errorf("%s shows %d rows", section, n)
		}
	}
	rows := v.csvRowsPlain(at + ".csv")
	if !strings.Contains(a.text(".export"), fmt.Sprintf("these %s", s.s.t.Int(len(rows)-1))) || len(rows) < 2*differenceRows {
		t.Errorf("the page says %q of %d rows", a.text(".export"), len(rows)-1)
	}
}
