package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var listCount = regexp.MustCompile(`^(\d+) of (\d+)\b`)

// lister asks for lists, each once.
type lister struct {
	*visitor
	known map[string]int
}

// counts tells how many rows a list says that it shows.
func (v lister) counts(t *testing.T, href string) int {
	t.Helper()
	if n, ok := v.known[href]; ok {
		return n
	}
	a := v.get(href).is(http.StatusOK)
	m := listCount.FindStringSubmatch(a.text(".head .meta"))
	if m == nil {
		t.Fatalf("%s does not say how many it shows: %q", href, a.text(".head .meta"))
	}
	n, err := strconv.Atoi(m[1])
	must(t, err)
	v.known[href] = n
	return n
}

// clicks follows every link of a page that bears a number to a list, and
// fails when the list counts another number. It returns how many were followed.
func clicks(t *testing.T, v lister, a *answer, selector string, number func(*html.Node) string) int {
	t.Helper()
	links := a.find(selector)
	for _, link := range links {
		said, err := strconv.Atoi(strings.ReplaceAll(number(link), "\u00a0", ""))
		if err != nil {
			t.Errorf("%s: the link to %s bears no number: %q", a.path, attr(link, "href"), number(link))
			continue
		}
		if n := v.counts(t, attr(link, "href")); n != said {
			t.Errorf("%s says %d, and %s lists %d", a.path, said, attr(link, "href"), n)
		}
	}
	return len(links)
}

// The total of every chart is the length of the list that a click opens: each
// part, each bar, each cell of the tables and each figure.
func TestChartsCountWhatAClickLists(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	v := lister{h.signIn("coordinator.one@tracker.example"), map[string]int{}}
	a := v.get("/").is(http.StatusOK)
	segment := func(n *html.Node) string { return textOf(n) }
	if n := clicks(t, v, a, "svg a", segment); n < 50 {
		t.Errorf("%d parts of charts lead to a list", n)
	}
	if n := clicks(t, v, a, ".num-t td a", segment); n < 50 {
		t.Errorf("%d cells lead to a list", n)
	}
	if n := clicks(t, v, a, `#reporting td.r a`, segment); n < 3 {
		t.Errorf("%d numbers of not reported lead to a list", n)
	}
	clicks(t, v, a, `#reporting tfoot td:not(.r) a`, func(n *html.Node) string { return strings.Fields(textOf(n))[0] })
	clicks(t, v, a, `section[aria-labelledby="months"] > header a`, func(n *html.Node) string { return strings.Fields(textOf(n))[1] })
	for _, fig := range a.find(".figs > div") {
		if link := firstOf(fig, "a"); link != nil && strings.HasPrefix(attr(link, "href"), "/commitments?") {
			if n := v.counts(t, attr(link, "href")); strconv.Itoa(n) != textOf(firstOf(fig, ".fig")) {
				t.Errorf("the figure %q is not the %d of its list", textOf(fig), n)
			}
		}
	}
	for _, bar := range a.find(".bars > .lab a") {
		total := bar.Parent.NextSibling.NextSibling
		if n := v.counts(t, attr(bar, "href")); strconv.Itoa(n) != textOf(total) {
			t.Errorf("the bar %q ends in %s, and its list counts %d", textOf(bar), textOf(total), n)
		}
	}
}
