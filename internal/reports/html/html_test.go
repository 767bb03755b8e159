package html

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

func written(t *testing.T, s reports.Status) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, reportstest.Words(t), s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// said is the text of the page, and the number of its elements by name.
func said(t *testing.T, page string) (string, map[string]int) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	names := map[string]int{}
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data + " ")
		case html.ElementNode:
			names[n.Data]++
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), names
}

func TestThePageTellsEveryRow(t *testing.T) {
	s := reportstest.Sample(50)
	text, names := said(t, written(t, s))
	for _, c := range s.Commitments {
		if !strings.Contains(text, c.Ref) {
			t.Errorf("%s is missing", c.Ref)
		}
	}
	for _, r := range s.Recommendations {
		if !strings.Contains(text, r.Text) {
			t.Errorf("the text of %s is missing", r.Ref)
		}
	}
	for _, want := range []string{"Internal edition", "DEMONSTRATION, illustrative", strconv.Itoa(s.Figures.Overdue), "How this report counts"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if names["script"]+names["link"]+names["img"] > 0 {
		t.Error("the file needs something from outside")
	}
}

func TestAReportOfNothingSaysSo(t *testing.T) {
	if text, _ := said(t, written(t, reportstest.Sample(0))); !strings.Contains(text, "The plan held no commitment on this day.") {
		t.Error("nothing is said of an empty plan")
	}
}

func TestTextsStayTexts(t *testing.T) {
	s := reportstest.Sample(3)
	for _, text := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "</style><b>", "{{.}}", "javascript:alert(1)", "\x00\xff"} {
		s.Owner, s.Heading = text, text
		for i := range s.Commitments {
			s.Commitments[i].Title, s.Commitments[i].Done, s.Commitments[i].Ref = text, text, text
		}
		s.Evidence = []reports.EvidenceStatus{{Ref: text, Title: text, URL: text, Kind: "other"}}
		if _, names := said(t, written(t, s)); names["script"]+names["img"] > 0 {
			t.Errorf("%q became an element", text)
		}
	}
}

// The site cuts long tables, and leads from each reference to its page.
func TestTheBodyInASite(t *testing.T) {
	s := reportstest.Sample(40)
	body, err := Body(reportstest.Words(t), s, Marks{Most: 3, More: "More in the files.", Commitment: func(ref string) string { return "/commitments/" + ref }})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(body), "More in the files."); n < 5 {
		t.Errorf("%d tables say that they were cut", n)
	}
	if !strings.Contains(string(body), `href="/commitments/NSF 1.1.1"`) {
		t.Error("the first commitment leads nowhere")
	}
}

// A partner's edition speaks of itself as one.
func TestAnEditionNamesItsReaders(t *testing.T) {
	s := reportstest.Sample(3)
	s.Audience = plan.Partner
	s.Publication = &reports.Stamp{Number: "LS-2021-0003", SHA256: strings.Repeat("ab", 32)}
	page := written(t, s)
	text, _ := said(t, page)
	for _, want := range []string{"Partner edition", "LS-2021-0003", strings.Repeat("ab", 32), "only commitments that are shared"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if !strings.Contains(page, "tracker-publication:LS-2021-0003") {
		t.Error("the file does not bear the word by which it is found")
	}
}
