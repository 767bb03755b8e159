package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"gorm.io/gorm"

	"tracker/internal/progress"
)

// Every number of the matrix is the length of the list that it opens, and what is on time, late and not reported is
// what the page of the deadline says.
func TestDisciplineCountsWhatAClickLists(t *testing.T) {
	h := demoHouse(t, testDay)
	v := lister{h.signIn("coordinator.one@tracker.example"), map[string]int{}}
	a := v.get("/discipline").is(http.StatusOK).says(".head", "2021-22").hides("The reviews of other institutions")
	if n := clicks(t, v, a, "table.discipline tfoot td a", firstWord); n < 8 {
		t.Errorf("%d numbers below the matrix lead to a list", n)
	}
	row := a.find("table.discipline tbody tr")[0]
	if n := clicks(t, v, a, "table.discipline tbody tr:first-child td a", firstWord); n < 4 {
		t.Errorf("%d numbers of %q lead to a list", n, textOf(row))
	}
	sums := map[string]int{}
	for _, link := range a.find("table.discipline tfoot td:nth-child(3) a") {
		sums[strings.Join(strings.Fields(textOf(link))[1:], " ")] = v.counts(t, attr(link, "href"))
	}
	if in := sums["returned"] + sums["submitted"] + sums["approved"] + sums["no progress"]; in != 37 || sums["late"] != 2 || sums["not reported"] != 6 {
		t.Errorf("July to September counts %v; its own page 37 on time, 2 late, 6 not reported", sums)
	}
	for _, cell := range a.find("table.discipline tfoot td:nth-child(2)") {
		if textOf(cell) == "" {
			t.Error("a column has no sum")
		}
	}
}

// The file of the matrix has a row for each cell and the same numbers.
func TestDisciplineLeavesAsFiltered(t *testing.T) {
	v := demoHouse(t, testDay).signIn("ps.mha@tracker.example")
	page := v.get("/discipline?kind=non_government").is(http.StatusOK)
	rows := page.find("table.discipline tbody tr")
	file := v.csvRows("/discipline.csv?kind=non_government")
	if len(rows) == 0 || len(file) != 1+5*len(rows) {
		t.Fatalf("%d institutions on the page, %d rows in the file", len(rows), len(file))
	}
	for i, row := range rows {
		whole := file[5*i+5]
		if code := textOf(firstOf(row, "abbr")); code != file[5*i+1][0] || whole[2] != "all deadlines" {
			t.Errorf("%s stands beside %q", code, whole)
		}
		sum := map[string]int{}
		for _, link := range cellLinks(row) {
			words := strings.Fields(textOf(link))
			n := 0
			for _, r := range words[0] {
				n = n*10 + int(r-'0')
			}
			sum[strings.Join(words[1:], " ")] += n
		}
		for at, head := range file[0] {
			if n, ok := sum[strings.ToLower(head)]; ok && itoa(int64(n)) != whole[at] {
				t.Errorf("%s %s: %d on the page, %s in the file", whole[0], head, n, whole[at])
			}
		}
	}
	v.get("/discipline/commitments?institution=none").is(http.StatusNotFound)
}

func cellLinks(row *html.Node) (links []*html.Node) {
	for cell := row.FirstChild; cell != nil; cell = cell.NextSibling {
		for link := cell.FirstChild; cell.Data == "td" && link != nil; link = link.NextSibling {
			if link.Data == "a" {
				links = append(links, link)
			}
		}
	}
	return links
}

// A draft is its institution's alone to know of: the matrix tells others that something is due, and no more.
func TestDisciplineKeepsADraftToItsInstitution(t *testing.T) {
	p := newPlanned(t)
	p.write(func(tx *gorm.DB) error {
		_, err := progress.Start(tx, p.clock, p.msd.actor, progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"], Text: progress.Text{AsOf: day("2021-11-01"), Status: progress.InProgress, Done: "A secret so far."}})
		return err
	})
	drafts := func(v *visitor) int {
		return strings.Count(v.get("/discipline").is(http.StatusOK).text("table.discipline tbody"), "draft exists")
	}
	if own, one, mha := drafts(p.msd), drafts(p.one), drafts(p.mha); own != 1 || one != 0 || mha != 0 {
		t.Errorf("the draft shows %d times to its institution, %d to a coordinator, %d to another ministry", own, one, mha)
	}
	p.one.get("/discipline/commitments?state=draft").is(http.StatusOK).says("main", "No commitment stands so")
	text := p.one.get("/discipline/not-reported").is(http.StatusOK).text("textarea")
	for _, said := range []string{"To the focal point of the Social Development", "were due on 15 October 2021", "NSF 3.1.1", "http://tracker.example/"} {
		if !strings.Contains(text, said) {
			t.Errorf("the texts do not say %q: %s", said, text)
		}
	}
	if strings.Contains(text, "@") || strings.Contains(text, "draft") {
		t.Error("the texts name a person or a draft")
	}
}
