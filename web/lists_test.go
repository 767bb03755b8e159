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

// Each list goes out, comes back with one cell changed, and changes that alone.
func TestAListGoesOutAndComesBackByItsPages(t *testing.T) {
	h := demoHouse(t, testDay)
	one, admin := h.signIn("coordinator.one@tracker.example"), h.signIn("admin@tracker.example")
	for _, c := range []struct {
		who                   *visitor
		list, was, now, shows string
	}{
		{admin, "institutions", "The one non-governmental organisation with a shelter.", "=1+1", "=1+1"},
		{admin, "people", "Programme office and focal point", "Director", "Director"},
		{one, "commitments", "Screening questions at the two busiest border posts", "Screening questions at all border posts", "Screening questions at all border posts"},
		{one, "recommendations", "Court jurisdiction and prosecution", "Courts and prosecution", "Courts and prosecution"},
		{one, "indicators", "Shelter and hotline staff trained in trauma-informed care", "Staff trained", "Staff trained"},
		{one, "measurements", "total: 6", "total: 7", "total: 7"},
	} {
		c.who.get("/lists").says(`a[href="/import?what=list%3A`+c.list+`"]`, "Bring it back")
		c.who.get("/import?what=list%3A" + c.list).is(http.StatusOK)
		text := c.who.get("/lists/" + c.list + ".csv").is(http.StatusOK).body
		send := func(text string) (at string) {
			return c.who.sendFiles("/import", part{"what", "", "list:" + c.list}, part{"file", c.list + ".csv", text}).is(http.StatusSeeOther).header.Get("Location")
		}
		c.who.get(send(text)).is(http.StatusOK).says(".note", "Nothing would change")
		at := send(strings.Replace(text, c.was, c.now, 1))
		c.who.post(at, answerForm(c.who.get(at).is(http.StatusOK).says("#rows", c.was, c.shows), "take")).is(http.StatusSeeOther)
		c.who.get(at).is(http.StatusOK).says(".flash", "Taken: 0 new, 1 changed")
		if again := c.who.get("/lists/" + c.list + ".csv").body; !strings.Contains(again, c.now) {
			t.Errorf("%s: the change is not in the list", c.list)
		}
	}
	at := one.sendFiles("/import", part{"what", "", "list:commitments"}, part{"file", "x.csv", "ref,lead,due_on\nAP-1,NOBODY,soon\n"}).is(http.StatusSeeOther).header.Get("Location")
	one.get(at).is(http.StatusOK).says("main", "B2", "There is no institution with the code NOBODY", "C2", "Write the day as 2022-03-31").hides(`value="take"`)
	one.sendFiles("/import", part{"what", "", "list:commitments"}, part{"file", "x.csv", "name,lead\nAP-1,MHA\n"}).is(http.StatusUnprocessableEntity).says("#file-error", "No sheet has the heading ref")
	for _, list := range []string{"people", "institutions", "passwords"} {
		one.sendFiles("/import", part{"what", "", "list:" + list}, part{"file", "x.csv", "email\nx@tracker.example\n"}).is(http.StatusNotFound)
	}
}
