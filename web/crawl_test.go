package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// keyless are the forms whose repetition does no harm: signing in and out, and
// a link that works once by itself.
var keyless = regexp.MustCompile(`^/(sign-in|sign-out|forgotten|links/.*|audit/verify|verify)?(\?.*)?$`)

// madeFile finds addresses of files that are made of what a page shows.
var madeFile = regexp.MustCompile(`\.(csv|xlsx|pdf|html|json)$`)

var digits = regexp.MustCompile(`[0-9]+`)

// crawler follows the links of pages, a few of each shape.
type crawler struct {
	*visitor
	seen  map[string]bool
	shape map[string]int // how many addresses of one shape were opened
}

// mostOfAShape is how many addresses a crawl opens that differ in numbers or
// in what stands behind the question mark only.
const mostOfAShape = 2

// wants says whether an address leads to a page of the tracker that was not
// opened yet.
func (c *crawler) wants(href string) bool {
	href, _, _ = strings.Cut(href, "#")
	if !strings.HasPrefix(href, "/") || strings.HasPrefix(href, StaticPath) || c.seen[href] {
		return false
	}
	path, query, _ := strings.Cut(href, "?")
	shape := digits.ReplaceAllString(path, "0")
	if !madeFile.MatchString(path) { // a file lists what the page beside it lists, whose address has the same names
		for _, pair := range strings.Split(query, "&") {
			name, _, _ := strings.Cut(pair, "=")
			shape += "&" + name
		}
	}
	if c.shape[shape] >= mostOfAShape {
		return false
	}
	c.shape[shape]++
	c.seen[href] = true
	return true
}

// from opens a page and all that it leads to, and returns how many it opened.
func (c *crawler) from(start string) int {
	type step struct{ href, on string }
	queue := []step{{start, "the address bar"}}
	c.seen[start] = true
	for n := 0; n < len(queue); n++ {
		href, _, _ := strings.Cut(queue[n].href, "#")
		a := c.get(href)
		if to := a.header.Get("Location"); a.status == http.StatusSeeOther && (c.cookie == "" && strings.HasPrefix(to, "/sign-in") || href == "/sign-in" && to == "/") {
			continue
		}
		if a.status != http.StatusOK {
			c.house.t.Errorf("%s: %s leads to %s, which answers %d", c.actor.Role, queue[n].on, href, a.status)
			continue
		}
		for _, link := range a.find("a[href]") {
			to := attr(link, "href")
			if id, inside := strings.CutPrefix(to, "#"); inside && len(a.find(`[id="`+id+`"]`)) == 0 {
				c.house.t.Errorf("%s: %s has no %s", c.actor.Role, href, to)
			}
			if c.wants(to) {
				queue = append(queue, step{to, href})
			}
		}
		for _, form := range a.find(`form[method="post"]`) {
			if action := attr(form, "action"); !keyless.MatchString(action) && firstOf(form, `input[name="key"][value]`) == nil {
				c.house.t.Errorf("%s: the form for %s on %s has no key: posted twice it would count twice", c.actor.Role, action, href)
			}
		}
	}
	return len(queue)
}

// No page leads a person to what is not there or not theirs.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	for email, least := range map[string]int{
		"coordinator.one@tracker.example": 100, "focal.msd@tracker.example": 60, "focal.bds@tracker.example": 10, "ps.mha@tracker.example": 60,
		"partner.use@tracker.example": 2, "auditor@tracker.example": 60, "admin@tracker.example": 60,
	} {
		c := crawler{visitor: h.signIn(email), seen: map[string]bool{}, shape: map[string]int{}}
		if n := c.from("/"); n < least {
			t.Errorf("%s reaches %d pages only", email, n)
		}
	}
	c := crawler{visitor: h.stranger(), seen: map[string]bool{}, shape: map[string]int{}}
	c.from("/sign-in")
}
