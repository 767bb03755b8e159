package wording_test

import (
	"regexp"
	"strings"
	"testing"

	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
	"tracker/internal/reports/wording"
)

// code is a word of the data that nobody reads, or a key without a text.
var code = regexp.MustCompile(`[a-z]_[a-z]|\b[a-z]+\.[a-z]+\b|%!`)

// Every line of what two reports tell differently is in words, and there are as
// many as there are things that differ.
func TestDifferencesAreToldInWords(t *testing.T) {
	words := reportstest.Words(t)
	was, is := reportstest.Sample(20), reportstest.Sample(24)
	for i := range was.Commitments {
		c := &is.Commitments[i]
		c.Ref, c.Lead, c.LeadName, c.DueOn, c.Verification = was.Commitments[i].Ref, "NEW", "New ministry", c.DueOn.AddDays(i), progress.Evidenced
	}
	is.Recommendations[0].Response = reports.RemarkStatus{Word: "accepted", GivenOn: is.D}
	is.Recommendations[1].Title, is.Recommendations[2].Items = "Another title", is.Recommendations[2].Items[:1]
	is.Recommendations = is.Recommendations[:18]
	is.Indicators[0].Years[4].Cells, is.Indicators[1].Years = nil, is.Indicators[1].Years[1:]
	is.Indicators[0].Years[1].Unit, is.Indicators[1].Years[0].Currency = indicators.Person, "USD"
	is.Indicators[2].Years[0].Value.SoFar, is.Indicators[2].Years[0].Value.CoversTo = true, is.D
	is.Evidence = []reports.EvidenceStatus{{Commitment: "AP-1", Title: "Minutes", Kind: "minutes"}}
	d := reports.DifferenceOf(was, is)
	lines := wording.DifferenceLines(words, d)
	sections := map[string]int{}
	for _, l := range lines {
		sections[l.Section]++
		if text := strings.Join([]string{l.Section, l.What, l.Was, l.Is}, " | "); code.MatchString(text) {
			t.Errorf("%s is told as %q", l.Ref, text)
		}
		if l.Was == l.Is {
			t.Errorf("%s, %s: the two say the same, %q", l.Ref, l.What, l.Was)
		}
	}
	for _, section := range []string{"Summary", "Commitments", "Recommendations", "Figures", "Evidence"} {
		if sections[section] == 0 {
			t.Errorf("nothing is told of %s", section)
		}
	}
	if len(lines) < d.Rows() {
		t.Errorf("%d lines tell of %d things", len(lines), d.Rows())
	}
	if len(wording.DifferenceLines(words, reports.DifferenceOf(was, was))) > 0 {
		t.Error("a report differs from itself in words")
	}
}

// Why not all is compared is one sentence for each reason.
func TestWhyNotAllIsCompared(t *testing.T) {
	was, is := reportstest.Sample(2), reportstest.Sample(2)
	names := reports.Pair[string]{Was: "LS-2021-0001", Is: "LS-2021-0002"}
	if list := wording.Unlike(reportstest.Words(t), reports.DifferenceOf(was, is), names); len(list) > 0 {
		t.Errorf("of two alike it is said that %q", list)
	}
	is.Audience, is.Scope.Institutions, is.Sections = plan.Partner, []string{"MHA"}, []reports.Section{reports.SectionCommitments}
	list := wording.Unlike(reportstest.Words(t), reports.DifferenceOf(was, is), names)
	if len(list) != 3 || !strings.Contains(list[0], "Internal edition, Partner edition") || !strings.Contains(list[1], "the whole plan; ") || !strings.Contains(list[1], "MHA") || !strings.Contains(list[2], "Only LS-2021-0001 has: What changed, What needs attention, Recommendations, Figures") {
		t.Errorf("it is said that %q", list)
	}
}
