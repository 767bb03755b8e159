package web

import (
	"net/http"
	"strings"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/workbook/lists"
)

func TestAListIsOfferedToThoseWhoMayHaveIt(t *testing.T) {
	for _, l := range listMay {
		for _, role := range accounts.Roles {
			if may := lists.May(accounts.Actor{Role: role}, l.name); may != l.may.allows(role) {
				t.Errorf("%s of a %s: the list says %t, its address %t", l.name, role, may, l.may.allows(role))
			}
		}
	}
	h := demoHouse(t, testDay)
	one, admin, focal := h.signIn("coordinator.one@tracker.example"), h.signIn("admin@tracker.example"), h.signIn("focal.bds@tracker.example")
	one.get("/framework").says(`a[href="/lists"]`, "Lists in and out")
	admin.get("/admin").says(`a[href="/lists"]`, "Lists in and out")
	focal.get("/indicators").says(`a[href="/lists"]`, "Lists in and out")
	one.get("/lists").is(http.StatusOK).says("main", "Commitments", "starts_on", "Recommendations and items").hides("People", "password")
	admin.get("/lists").is(http.StatusOK).says("main", "Institutions", "People", "valid_from").hides("starts_on")
	focal.get("/lists").is(http.StatusOK).says("main", "Measurements", "covers_to").hides("starts_on", "Institutions and")
	for _, v := range []struct {
		who  *visitor
		list string
		rows int
	}{{admin, "institutions", 19}, {admin, "people", 21}, {one, "commitments", 50}, {one, "recommendations", 62}, {one, "indicators", 8}, {one, "measurements", 18}, {focal, "measurements", 1}} {
		rows := v.who.sameList("/lists/"+v.list+".xlsx", "/lists/"+v.list+".csv")
		head := v.who.csvRows("/lists/" + v.list + ".csv")[0]
		if len(rows) != v.rows || strings.Join(head, " ") != strings.Join(lists.Headings(v.list), " ") {
			t.Errorf("%s has %d rows under %v", v.list, len(rows), head)
		}
	}
	for _, row := range admin.csvRows("/lists/people.csv") {
		if strings.Contains(strings.Join(row, " "), "$argon2") {
			t.Errorf("a hash leaves: %v", row)
		}
	}
}
