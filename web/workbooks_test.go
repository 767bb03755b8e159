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
	actor, err := h.s.Accounts.ActorOf(t.Context(), "focal.msd@tracker.example")
	if err != nil {
		t.Fatal(err)
	}
	var o workbook.Outcome
	err = h.db.Read(t.Context(), func(tx *gorm.DB) error {
		o, err = round.Take(tx, workbook.In{Clock: h.s.Clock, Actor: actor, Country: "LS", File: workbook.File{Name: "w.xlsx", Book: book}})
		return err
	})
	if err != nil || o.Writes() || o.Blocked() || o.Count(workbook.Passed) < 10 || len(o.Problems) > 0 {
		t.Errorf("it comes back as %+v (%v)", o, err)
	}
	if strings.Contains(a.body, "@tracker.example") {
		t.Error("it holds an address")
	}
}
