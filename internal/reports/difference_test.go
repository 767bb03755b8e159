package reports_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// telling is a report of 20 commitments with some papers, as it is restored.
func telling(t *testing.T) reports.Status {
	t.Helper()
	s := reportstest.Sample(20)
	for i, c := range s.Commitments[:6] {
		s.Evidence = append(s.Evidence, reports.EvidenceStatus{Ref: fmt.Sprintf("%s %s, 1", c.Ref, c.AsOf), Commitment: c.Ref, AsOf: c.AsOf, Kind: "minutes", Title: fmt.Sprint("Minutes ", i), DatedOn: c.AsOf})
	}
	return again(t, s)
}

// again is a copy of a report that shares nothing with it.
func again(t *testing.T, s reports.Status) reports.Status {
	t.Helper()
	text, err := reports.Canonical(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := reports.Restore(text, s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// row is something that differs, with both sides in one text each.
type row struct{ what, was, is string }

// rows are all that a difference holds, in an order of their own.
func rows(d reports.Difference) (list []row) {
	add := func(what string, was, is any) { list = append(list, row{what, fmt.Sprint(was), fmt.Sprint(is)}) }
	for _, c := range d.Commitments {
		add(fmt.Sprint("commitment ", c.Is.Ref, c.Ways), c.Was, c.Is)
	}
	for _, r := range d.Recommendations {
		add(fmt.Sprint("recommendation ", r.Is.Ref, r.Wording, r.Response, r.Outcome), r.Was, r.Is)
		for _, i := range r.Items {
			add("item "+i.Ref, fmt.Sprint(i.Gone, i.Unanswered(), i.Was, i.Ended), fmt.Sprint(i.New, i.Answered(), i.Is, i.Linked))
			for _, m := range i.Moved {
				add("answer "+i.Ref, m.Was, m.Is)
			}
		}
	}
	for _, f := range d.Indicators {
		add(fmt.Sprint("figure ", f.Ref, f.Year, f.Place), fmt.Sprint(f.Gone(), f.Was), fmt.Sprint(f.New(), f.Is))
	}
	for i, list := range [][]reports.CommitmentStatus{d.GoneCommitments, d.NewCommitments} {
		for _, c := range list {
			add(c.Ref, i == 0, i == 1)
		}
	}
	for i, list := range [][]reports.RecommendationStatus{d.GoneRecommendations, d.NewRecommendations} {
		for _, r := range list {
			add(r.Ref, i == 0, i == 1)
		}
	}
	for i, list := range [][]reports.EvidenceStatus{d.GoneEvidence, d.NewEvidence} {
		for _, e := range list {
			add(e.Commitment+e.Title, i == 0, i == 1)
		}
	}
	return sorted(list)
}

func sorted(list []row) []row {
	slices.SortFunc(list, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.was, b.was), cmp.Compare(a.is, b.is))
	})
	return list
}

// alter changes a report at random in everything that is compared.
func alter(r *rand.Rand, s *reports.Status) {
	some := func() bool { return r.IntN(4) == 0 }
	s.Commitments = slices.DeleteFunc(s.Commitments, func(reports.CommitmentStatus) bool { return some() })
	for i := range s.Commitments {
		c := &s.Commitments[i]
		for _, change := range []func(){func() { c.Status = progress.Completed }, func() { c.Verification = progress.Verified }, func() { c.DueOn = c.DueOn.AddDays(30) },
			func() { c.Lead = "MFA" }, func() { c.Text += " Anew." }, func() { c.Done = "Done anew." }} {
			if some() {
				change()
			}
		}
	}
	s.Recommendations = slices.DeleteFunc(s.Recommendations, func(reports.RecommendationStatus) bool { return some() })
	for i := range s.Recommendations {
		one := &s.Recommendations[i]
		one.Items = slices.DeleteFunc(one.Items, func(reports.ItemStatus) bool { return some() })
		for j := range one.Items {
			answers := slices.DeleteFunc(one.Items[j].Answers, func(reports.AnswerStatus) bool { return some() })
			for k := range answers {
				if some() {
					answers[k].Status = progress.Stalled
				}
			}
			one.Items[j].Answers = answers
		}
		if some() {
			one.Response = reports.RemarkStatus{Word: "accepted", GivenOn: s.D}
		}
	}
	s.Indicators = slices.DeleteFunc(s.Indicators, func(reports.IndicatorStatus) bool { return some() })
	for i := range s.Indicators {
		s.Indicators[i].Years = slices.DeleteFunc(s.Indicators[i].Years, func(reports.YearStatus) bool { return some() })
		for j := range s.Indicators[i].Years {
			y := &s.Indicators[i].Years[j]
			if y.Cells = slices.DeleteFunc(y.Cells, func(reports.CellStatus) bool { return some() }); some() && y.Told() {
				y.Answer, y.Number = indicators.Number, "77"
			}
		}
	}
	s.Evidence = slices.DeleteFunc(s.Evidence, func(reports.EvidenceStatus) bool { return some() })
	s.Count()
}

// A report tells nothing otherwise than itself, whatever is in it and whoever
// it is for.
func TestAReportDiffersInNothingFromItself(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := telling(t)
		alter(r, &s)
		for _, audience := range plan.Audiences {
			s.Audience = audience
			if d := reports.DifferenceOf(s, again(t, s)); !d.Nothing() || !d.Alike() || len(rows(d)) > 0 || len(d.Only.Was)+len(d.Only.Is) > 0 {
				t.Fatalf("it differs from itself in %v", rows(d))
			}
		}
	}
	if d := reports.DifferenceOf(reports.Status{}, reports.Status{}); !d.Nothing() {
		t.Error("two reports of nothing differ")
	}
}

// With then and now exchanged, what was new is gone and each pair is turned
// round; nothing else is told.
func TestDifferencesMirror(t *testing.T) {
	r, all := rand.New(rand.NewPCG(3, 4)), 0
	for n := range 60 {
		was, is := telling(t), telling(t)
		alter(r, &was)
		alter(r, &is)
		switch n % 3 {
		case 1:
			is.Audience = plan.Partner
		case 2:
			is.Scope.Nodes, is.Sections = []string{"3"}, is.Sections[2:5]
		}
		there, back := reports.DifferenceOf(was, is), reports.DifferenceOf(is, was)
		want := rows(there)
		all += len(want)
		for i, one := range want {
			want[i].was, want[i].is = one.is, one.was
		}
		if got := rows(back); !slices.Equal(got, sorted(want)) {
			t.Fatalf("turned round it tells\n%v\nnot\n%v", got, want)
		}
		if there.Figures() != back.Figures() || there.Alike() != back.Alike() || there.Rows() != back.Rows() || !slices.Equal(there.Only.Was, back.Only.Is) || !slices.Equal(there.Only.Is, back.Only.Was) {
			t.Error("turned round it is not of the same")
		}
	}
	if all < 1000 {
		t.Errorf("only %d rows were compared", all)
	}
}

// Each way in which a commitment can be told otherwise is told by its name,
// and by no other.
func TestACommitmentIsToldOtherwiseInEachWay(t *testing.T) {
	for way, change := range map[reports.Moved]func(c *reports.CommitmentStatus){
		reports.MovedStatus:  func(c *reports.CommitmentStatus) { c.Status = progress.InProgress },
		reports.MovedProof:   func(c *reports.CommitmentStatus) { c.Verification = progress.Disputed },
		reports.MovedDue:     func(c *reports.CommitmentStatus) { c.DueOn = c.DueOn.AddDays(1) },
		reports.MovedLead:    func(c *reports.CommitmentStatus) { c.Lead = "NEW" },
		reports.MovedWording: func(c *reports.CommitmentStatus) { c.Title += " in all districts" },
		reports.MovedSaid:    func(c *reports.CommitmentStatus) { c.Done, c.NoProgress = "", "no money came" },
	} {
		was, is := telling(t), telling(t)
		change(&is.Commitments[3])
		d := reports.DifferenceOf(was, is)
		if d.Rows() != 1 || len(d.Commitments) != 1 || d.Commitments[0].Is.Ref != was.Commitments[3].Ref || !slices.Equal(d.Commitments[0].Ways, []reports.Moved{way}) || !d.Commitments[0].Has(way) {
			t.Errorf("%s is told as %v", way, rows(d))
		}
	}
	was, is := telling(t), telling(t)
	is.Commitments[0].AsOf, is.Commitments[0].OverdueDays, is.K = is.D, 5, is.K.AddDate(0, 1, 0)
	if d := reports.DifferenceOf(was, is); d.Rows() != 0 {
		t.Errorf("what is not compared is told: %v", rows(d))
	}
}

// Of reports for different readers, or of different parts of the plan, what
// only one tells is no loss, and counts are not set side by side.
func TestWhatCannotBeComparedIsNoLoss(t *testing.T) {
	for name, change := range map[string]func(s *reports.Status){
		"audience": func(s *reports.Status) { s.Audience = plan.Partner },
		"scope":    func(s *reports.Status) { s.Scope.Institutions = []string{"MHA"} },
	} {
		was, is := telling(t), telling(t)
		change(&is)
		is.Commitments, is.Recommendations, is.Indicators, is.Evidence = is.Commitments[5:], is.Recommendations[2:], is.Indicators[1:], nil
		for i := range is.Recommendations {
			is.Recommendations[i].Items = is.Recommendations[i].Items[:1]
			is.Recommendations[i].Items[0].Answers = nil
		}
		for i := range is.Commitments {
			is.Commitments[i].Done, is.Commitments[i].Verification = "Another word", progress.Verified
		}
		is.Count()
		d := reports.DifferenceOf(was, is)
		if d.Alike() || d.Figures() || d.Audiences != (name == "audience") || d.Scopes != (name == "scope") {
			t.Errorf("%s: taken for alike", name)
		}
		if name == "audience" && !d.Nothing() {
			t.Errorf("what is cut to the audience is told as changed: %v", rows(d))
		}
		if name == "scope" && (len(d.Commitments) != 15 || d.Rows() != 15) {
			t.Errorf("of the part that both tell of, %v is told", rows(d))
		}
		is.Commitments[0].Status = progress.Cancelled
		if d := reports.DifferenceOf(was, is); !d.Commitments[0].Has(reports.MovedStatus) {
			t.Errorf("%s: a status that both tell is not compared", name)
		}
	}
	one, two := telling(t), telling(t)
	one.Scope.Nodes, two.Scope.Nodes = []string{"3", "1"}, []string{"1", "3"}
	if !reports.DifferenceOf(one, two).Alike() {
		t.Error("the same parts named in another order are others")
	}
}

// A section that only one of them has is named, and not compared.
func TestASectionOfOneIsNotCompared(t *testing.T) {
	for _, section := range []reports.Section{reports.SectionRecommendations, reports.SectionCommitments, reports.SectionIndicators, reports.SectionEvidence} {
		was, is := telling(t), telling(t)
		is.Sections = slices.DeleteFunc(slices.Clone(is.Sections), func(s reports.Section) bool { return s == section })
		switch section {
		case reports.SectionRecommendations:
			is.Recommendations = nil
		case reports.SectionCommitments:
			is.Commitments = nil
		case reports.SectionIndicators:
			is.Indicators = nil
		default:
			is.Evidence = nil
		}
		d := reports.DifferenceOf(was, is)
		if d.Rows() != 0 || d.Compares(section) || !slices.Equal(d.Only.Was, []reports.Section{section}) || len(d.Only.Is) != 0 {
			t.Errorf("without %s: %v, only then %v, only now %v", section, rows(d), d.Only.Was, d.Only.Is)
		}
		if back := reports.DifferenceOf(is, was); back.Rows() != 0 || !slices.Equal(back.Only.Is, d.Only.Was) {
			t.Errorf("with %s alone now: %v", section, rows(back))
		}
	}
}

// An item that nothing answered is answered now, another is answered no
// longer, and a third answer stands otherwise.
func TestAnswersAreToldOtherwise(t *testing.T) {
	answer := func(ref string, status progress.Status, extent plan.Extent) reports.AnswerStatus {
		return reports.AnswerStatus{Commitment: ref, Status: status, Extent: string(extent)}
	}
	was, is := telling(t), telling(t)
	was.Recommendations = []reports.RecommendationStatus{{Ref: "TIP 2021/1", Items: []reports.ItemStatus{{Ref: "a"}, {Ref: "b", Answers: []reports.AnswerStatus{answer("C-1", progress.Completed, plan.Wholly)}},
		{Ref: "c", Answers: []reports.AnswerStatus{answer("C-1", progress.InProgress, plan.Wholly), answer("C-2", progress.InProgress, plan.Wholly), answer("C-3", progress.InProgress, plan.Wholly)}}, {Ref: "d"}}}}
	is.Recommendations = []reports.RecommendationStatus{{Ref: "TIP 2021/1", Outcome: reports.RemarkStatus{Word: string(recommendations.Outcome), Statement: "inside"}, Items: []reports.ItemStatus{{Ref: "e"}, {Ref: "a", Answers: []reports.AnswerStatus{answer("C-9", progress.NotStarted, plan.InPart)}}, {Ref: "b"},
		{Ref: "c", Answers: []reports.AnswerStatus{answer("C-3", progress.InProgress, plan.InPart), answer("C-1", progress.Completed, plan.Wholly), answer("C-2", progress.InProgress, plan.Wholly)}}}}}
	d := reports.DifferenceOf(was, is)
	if len(d.Recommendations) != 1 || !d.Recommendations[0].Outcome || d.Recommendations[0].Response {
		t.Fatalf("%v is told", rows(d))
	}
	type item struct {
		ref                               string
		isNew, gone, answered, unanswered bool
		linked, ended, moved              int
	}
	var got []item
	for _, i := range d.Recommendations[0].Items {
		got = append(got, item{i.Ref, i.New, i.Gone, i.Answered(), i.Unanswered(), len(i.Linked), len(i.Ended), len(i.Moved)})
	}
	want := []item{{ref: "a", answered: true, linked: 1}, {ref: "b", unanswered: true, ended: 1}, {ref: "c", moved: 2}, {ref: "e", isNew: true}, {ref: "d", gone: true}}
	if !slices.Equal(got, want) {
		t.Errorf("the items are told as %+v, want %+v", got, want)
	}
}

// A figure is told otherwise by its number, by how exact it is, by the days
// that it covers and by what it counts; a year without a value is none.
func TestFiguresAreToldOtherwiseByYearAndPlace(t *testing.T) {
	continued := indicators.Of("novelty", "continued")
	for name, c := range map[string]struct {
		change func(y *reports.YearStatus)
		want   []indicators.Place
	}{
		"number":    {func(y *reports.YearStatus) { y.Number, y.Cells[1].Number = "12", "12" }, []indicators.Place{indicators.Of("novelty", "new")}},
		"category":  {func(y *reports.YearStatus) { y.Cells[2].Answer, y.Cells[2].Number = indicators.Number, "3" }, []indicators.Place{continued}},
		"lost":      {func(y *reports.YearStatus) { y.Cells = y.Cells[:2] }, []indicators.Place{continued}},
		"exactness": {func(y *reports.YearStatus) { y.Value.Qualifier = "at_least" }, []indicators.Place{indicators.Of("novelty", "new"), ""}},
		"days":      {func(y *reports.YearStatus) { y.Value.CoversTo, y.Value.SoFar = y.To, false }, []indicators.Place{indicators.Of("novelty", "new")}},
		"unit":      {func(y *reports.YearStatus) { y.Unit = indicators.Person }, []indicators.Place{indicators.Of("novelty", "new"), "", continued}},
		"note":      {func(y *reports.YearStatus) { y.Value.Note, y.Value.Late, y.Target = "Another", false, "9" }, nil},
		"nothing":   {func(*reports.YearStatus) {}, nil},
		"whole year": {func(y *reports.YearStatus) {
			*y = reports.YearStatus{Ref: y.Ref, From: y.From, To: y.To, Gap: indicators.Silent}
		}, []indicators.Place{indicators.Of("novelty", "new"), "", continued}},
	} {
		was, is := telling(t), telling(t)
		c.change(&is.Indicators[0].Years[4])
		d := reports.DifferenceOf(was, is)
		var got []indicators.Place
		for _, f := range d.Indicators {
			if got = append(got, f.Place); f.Ref != "INV" || f.Year != was.Indicators[0].Years[4].Ref || f.New() || f.Gone() != (name == "lost" || name == "whole year") {
				t.Errorf("%s: %s of %s, new %t, gone %t", name, f.Ref, f.Year, f.New(), f.Gone())
			}
		}
		if !slices.Equal(got, c.want) || d.Rows() != len(c.want) {
			t.Errorf("%s: told otherwise at %v, want %v", name, got, c.want)
		}
	}
}

// A paper whose update was corrected is the same paper; one that stands twice
// and then once is one less.
func TestPapersAreKnownAgain(t *testing.T) {
	was, is := telling(t), telling(t)
	was.Evidence = append(was.Evidence, was.Evidence[0])
	is.Evidence[1].Ref, is.Evidence[1].AsOf = "another update, 7", is.D
	is.Evidence[2].Title = "Signed minutes"
	d := reports.DifferenceOf(was, is)
	if len(d.NewEvidence) != 1 || d.NewEvidence[0].Title != "Signed minutes" || len(d.GoneEvidence) != 2 || d.GoneEvidence[0].Title != "Minutes 2" || d.GoneEvidence[1].Title != "Minutes 0" {
		t.Errorf("new %v, gone %v", d.NewEvidence, d.GoneEvidence)
	}
}

// The numbers that two reports begin with are others also where only the
// deadline of which they count is another.
func TestTheFirstNumbersAreCompared(t *testing.T) {
	was, is := telling(t), telling(t)
	is.Figures.Overdue++
	if d := reports.DifferenceOf(was, is); !d.Figures() || d.Nothing() || d.Rows() != 0 {
		t.Error("another number of overdue commitments is nothing")
	}
	is = telling(t)
	is.Deadline.Title = "End of the year"
	if d := reports.DifferenceOf(was, is); !d.Figures() {
		t.Error("another deadline is nothing")
	}
}
