package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/sheet"
	"tracker/internal/workbook"
	"tracker/internal/workbook/round"
)

// The workbook is led to from the page of the institution and from the home of
// its focal point, and what is given out comes back.
func TestAMinistryGetsItsWorkbook(t *testing.T) {
	h := demoHouse(t, testDay)
	const path = "/institutions/MSD/workbook"
	for _, v := range []struct{ who, page string }{{"focal.msd@tracker.example", "/"}, {"focal.msd@tracker.example", "/institutions/MSD"}, {"coordinator.one@tracker.example", "/institutions/MSD"}} {
		a := h.signIn(v.who).get(v.page).is(http.StatusOK)
		if len(a.find(`main a[href="`+path+`"]`)) != 1 {
			t.Errorf("%s is not led to it from %s", v.who, v.page)
		}
	}
	for _, v := range []struct{ who, page string }{{"focal.msd@tracker.example", "/institutions/MOH"}, {"auditor@tracker.example", "/institutions/MSD"}, {"coordinator.one@tracker.example", "/institutions/USE"}} {
		if a := h.signIn(v.who).get(v.page).is(http.StatusOK); len(a.find(`main a[href$="/workbook"]`)) != 0 {
			t.Errorf("%s is led to a workbook from %s", v.who, v.page)
		}
	}
	msd := h.signIn("focal.msd@tracker.example")
	msd.get("/institutions/MOH/workbook").is(http.StatusNotFound)
	msd.get(path + "?period=1999-00").is(http.StatusNotFound)
	a := msd.get(path + "?period=2021-22").is(http.StatusOK)
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="ls-workbook-msd-2021-22-DEMONSTRATION.xlsx"` {
		t.Errorf("it is called %s", got)
	}
	book, err := sheet.Open(bytes.NewReader([]byte(a.body)), int64(len(a.body)), "w.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if o := h.taken("focal.msd@tracker.example", book); o.Writes() || o.Blocked() || o.Count(workbook.Passed) < 10 || len(o.Problems) > 0 {
		t.Errorf("it comes back as %+v", o)
	}
	if strings.Contains(a.body, "@tracker.example") {
		t.Error("it holds an address")
	}
}

// taken is what would become of a workbook that a person brings back.
func (h *house) taken(email string, book sheet.Book) (o workbook.Outcome) {
	h.t.Helper()
	actor, err := h.s.Accounts.ActorOf(h.t.Context(), email)
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
		o, err = round.Take(tx, workbook.In{Clock: h.s.Clock, Actor: actor, Country: "LS", File: workbook.File{Name: "w.xlsx", Book: book}})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// Behind each link to a workbook stand the same in French and Portuguese; a
// language that there is none of gives English. They come back as they are.
func TestWorkbooksAreGivenOutInThreeLanguages(t *testing.T) {
	h := demoHouse(t, testDay)
	const path, plan = "/institutions/MSD/workbook", "/import/template.xlsx"
	msd, one := h.signIn("focal.msd@tracker.example"), h.signIn("coordinator.one@tracker.example")
	for _, v := range []struct {
		who        *visitor
		page, path string
	}{{msd, "/", path}, {msd, "/institutions/MSD", path}, {one, "/institutions/MSD", path}, {one, "/import", plan}} {
		a := v.who.get(v.page).is(http.StatusOK)
		for _, lang := range []string{"fr", "pt"} {
			if len(a.find(`main a[href="`+v.path+`?lang=`+lang+`"][hreflang="`+lang+`"] span[lang="`+lang+`"]`)) != 1 {
				t.Errorf("%s leads to no %s in %s", v.page, v.path, lang)
			}
		}
	}
	for _, c := range []struct {
		who               *visitor
		path, lang, sheet string
		name              string
	}{
		{msd, path, "fr", "Mode d’emploi", "ls-workbook-msd-2021-22-fr-DEMONSTRATION.xlsx"}, {msd, path, "pt", "Como preencher", "ls-workbook-msd-2021-22-pt-DEMONSTRATION.xlsx"},
		{msd, path, "en", "How to fill this in", "ls-workbook-msd-2021-22-DEMONSTRATION.xlsx"}, {msd, path, "xx", "How to fill this in", "ls-workbook-msd-2021-22-DEMONSTRATION.xlsx"},
		{one, plan, "fr", "Mode d’emploi", "plan-to-fill-in-fr-DEMONSTRATION.xlsx"}, {one, plan, "pt", "Como preencher", "plan-to-fill-in-pt-DEMONSTRATION.xlsx"},
		{one, plan, "xx", "How to fill it", "plan-to-fill-in-DEMONSTRATION.xlsx"},
	} {
		a := c.who.get(c.path + "?lang=" + c.lang).is(http.StatusOK)
		if got := a.header.Get("Content-Disposition"); got != `attachment; filename="`+c.name+`"` {
			t.Errorf("%s in %s is called %s", c.path, c.lang, got)
		}
		book, err := sheet.Open(bytes.NewReader([]byte(a.body)), int64(len(a.body)), "w.xlsx")
		if err != nil || book.Sheets[0].Name != c.sheet {
			t.Fatalf("%s in %s begins with %v (%v)", c.path, c.lang, book.Sheets[0].Name, err)
		}
		if c.path == path {
			if o := h.taken("focal.msd@tracker.example", book); o.Writes() || o.Blocked() || o.Count(workbook.Passed) < 10 || len(o.Problems) > 0 {
				t.Errorf("in %s it comes back as %+v", c.lang, o)
			}
		}
	}
}
