package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// hand is a ledger made by hand: a plan of two pillars with seven
// commitments of three institutions, and two editions that they answer.
func hand() *Ledger {
	l := &Ledger{Query: Query{Country: "LS", D: day("2021-11-08"), Rules: DefaultRules, Actor: accounts.Actor{Role: accounts.Coordinator}},
		byID: map[int64]int{}, itemIndex: map[int64]int{}, demands: map[string]*recommendations.Demands{"TIP": {}},
		Institutions: map[int64]Institution{1: {ID: 1, Code: "MHA", Short: "Home"}, 2: {ID: 2, Code: "MSD", Short: "Social"}, 3: {ID: 3, Code: "MOH", Short: "Health"}, 4: {ID: 4, Code: "IDLE", Short: "Idle"}},
		Nodes: map[int64]Node{1: {ID: 1, Key: "1", Label: "First", TopID: 1}, 2: {ID: 2, ParentID: 1, Key: "1.1", TopID: 1}, 3: {ID: 3, ParentID: 2, Key: "1.1.1", TopID: 1},
			4: {ID: 4, Key: "2", Label: "Second", TopID: 4}, 5: {ID: 5, ParentID: 4, Key: "2.1", TopID: 4}},
		NodeOrder: []int64{1, 2, 3, 4, 5}}
	for i, line := range []Line{
		{Ref: "A", NodeID: 3, LeadID: 1, Supporting: []int64{2, 3}, Status: progress.Completed, AsOf: day("2021-09-30"), DueOn: day("2021-09-30"), Report: OnTime, Origin: "framework"},
		{Ref: "B", NodeID: 2, LeadID: 1, Status: progress.InProgress, AsOf: day("2021-10-31"), DueOn: day("2021-11-20"), Report: Late, Origin: "framework", InReview: true},
		{Ref: "C", NodeID: 5, LeadID: 2, Supporting: []int64{1}, Status: progress.NotStarted, DueOn: day("2021-10-31"), Report: NotReported, Origin: "framework"},
		{Ref: "D", NodeID: 5, LeadID: 2, Status: progress.NotStarted, AsOf: day("2021-10-15"), Report: OnTime, Origin: "framework"}, // no progress, and said so
		{Ref: "E", LeadID: 3, Status: progress.Stalled, AsOf: day("2021-06-30"), DueOn: day("2022-03-31"), Report: NotReported, Origin: "ministry"},
		{Ref: "F", LeadID: 3, Status: progress.NotStarted, StartsOn: day("2021-12-01"), Report: NotDue, Origin: "action_plan"},
		{Ref: "G", LeadID: 3, Status: progress.Cancelled, AsOf: day("2021-05-31"), Report: NotDue, Origin: "ministry"},
	} {
		line.ID, line.SortKey = int64(i+1), line.Ref
		l.byID[line.ID] = len(l.Lines)
		l.Lines = append(l.Lines, &line)
	}
	for i, item := range []recommendations.ItemRow{
		{Year: 2020, Number: 1, RecommendationID: 1, Title: "Old", Theme: "protection"}, {Year: 2021, Number: 1, Letter: "a", RecommendationID: 2, Title: "Guidelines", Theme: "protection"},
		{Year: 2021, Number: 1, Letter: "b", RecommendationID: 2, Title: "Guidelines", Theme: "protection"}, {Year: 2021, Number: 2, RecommendationID: 3, Title: "Abri été", Theme: "prevention"},
		{Year: 2021, Number: 3, RecommendationID: 4, Title: "Count", Theme: "prosecution"},
	} {
		item.ID, item.Mechanism = int64(i+1), "TIP"
		l.addItem(item)
	}
	for i, a := range [][2]int64{{1, 1}, {1, 2}, {2, 2}, {4, 5}, {99, 5}, {5, 99}} { // commitment and item; the last two know no other end
		l.addAnswer(Answer{ID: int64(i + 1), CommitmentID: a[0], ItemID: a[1]})
	}
	for i := range l.Lines {
		l.Lines[i].flag(l.D, l.Rules)
	}
	return l
}

func refsOf(lines []*Line) string {
	var refs []string
	for _, l := range lines {
		refs = append(refs, l.Ref)
	}
	return strings.Join(refs, " ")
}

func TestWhatAFilterChooses(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"all", Filter{}, "A B C D E F G"},
		{"one status", Filter{Statuses: []progress.Status{progress.NotStarted}}, "C D F"},
		{"any of the statuses", Filter{Statuses: []progress.Status{progress.Completed, progress.Cancelled}}, "A G"},
		{"overdue", Filter{Flags: []Flag{FlagOverdue}}, "C"},
		{"due soon", Filter{Flags: []Flag{FlagDueSoon}}, "B"},
		{"stale", Filter{Flags: []Flag{FlagStale}}, "C E"},
		{"not reported", Filter{Flags: []Flag{FlagNotReported}}, "C E"},
		{"late", Filter{Flags: []Flag{FlagLate}}, "B"},
		{"in review", Filter{Flags: []Flag{FlagInReview}}, "B"},
		{"orphan", Filter{Flags: []Flag{FlagOrphan}}, "C E F G"},
		{"all of the flags", Filter{Flags: []Flag{FlagStale, FlagOverdue}}, "C"},
		{"an unknown flag", Filter{Flags: []Flag{"red"}}, ""},
		{"leads or supports", Filter{Institution: "MHA"}, "A B C"},
		{"leads", Filter{Institution: "MHA", LeadOnly: true}, "A B"},
		{"an institution without a part", Filter{Institution: "IDLE"}, ""},
		{"an unknown institution", Filter{Institution: "NONE", LeadOnly: true}, "A B C D E F G"},
		{"a node and below it", Filter{Node: "1"}, "A B"},
		{"a node in the middle", Filter{Node: "1.1"}, "A B"},
		{"a leaf", Filter{Node: "1.1.1"}, "A"},
		{"no node", Filter{Node: "none"}, "E F G"},
		{"an unknown node", Filter{Node: "9"}, "A B C D E F G"},
		{"answers an edition", Filter{Answers: "TIP 2021"}, "A B D"},
		{"answers a recommendation", Filter{Answers: "TIP 2021/1"}, "A B"},
		{"answers an item", Filter{Answers: "TIP 2021/1a"}, "A B"},
		{"answers another item", Filter{Answers: "TIP 2021/1b"}, ""},
		{"answers nothing", Filter{Answers: "none"}, "C E F G"},
		{"answers nothing of an edition", Filter{Answers: "not TIP 2021"}, "C E F G"},
		{"answers another edition alone", Filter{Answers: "other TIP 2021"}, ""},
		{"answers others than the older edition", Filter{Answers: "other TIP 2020"}, "B D"},
		{"nothing of the older edition", Filter{Answers: "not TIP 2020"}, "B C D E F G"},
		{"nothing of an edition that is not there", Filter{Answers: "not TIP 2022"}, "A B C D E F G"},
		{"several mechanisms where there is one", Filter{Answers: "several"}, ""},
		{"a theme", Filter{Theme: "protection"}, "A B"},
		{"a theme of an edition", Filter{Theme: "protection", Answers: "TIP 2020"}, "A"},
		{"a theme that the edition's answers have not", Filter{Theme: "prosecution", Answers: "TIP 2020"}, ""},
		{"another theme", Filter{Theme: "prosecution"}, "D"},
		{"a theme of what is outside an edition", Filter{Theme: "protection", Answers: "not TIP 2020"}, "B"},
		{"without a theme", Filter{Theme: "none"}, ""},
		{"an unknown theme", Filter{Theme: "colour"}, "A B C D E F G"},
		{"answers nothing, of a theme", Filter{Theme: "protection", Answers: "none"}, ""},
		{"supports", Filter{Institution: "MHA", SupportOnly: true}, "C"},
		{"leads and supports are any part", Filter{Institution: "MHA", LeadOnly: true, SupportOnly: true}, "A B C"},
		{"supports, without an institution", Filter{SupportOnly: true}, "A B C D E F G"},
		{"an edition that is not there", Filter{Answers: "TIP 2022"}, "A B C D E F G"},
		{"origin", Filter{Origin: "ministry"}, "E G"},
		{"report", Filter{Report: OnTime}, "A D"},
		{"not due", Filter{Report: NotDue}, "F G"},
		{"everything together", Filter{Institution: "MSD", Statuses: []progress.Status{progress.NotStarted}, Node: "2", Report: NotReported, Flags: []Flag{FlagOverdue}}, "C"},

		{"in the order of the plan", Filter{Sort: "plan"}, "A B C D E F G"},
		{"the other way round", Filter{Sort: "-plan"}, "G F E D C B A"},
		{"by due date, none last", Filter{Sort: "due"}, "A C B E D F G"},
		{"by due date, the other way round", Filter{Sort: "-due"}, "D F G E B C A"},
		{"by the last word, never first", Filter{Sort: "last"}, "C F G E A D B"},
		{"by the last word, newest first", Filter{Sort: "-last"}, "B D A E G C F"},
		{"by status", Filter{Sort: "status"}, "A B C D F E G"},
		{"by lead", Filter{Sort: "lead"}, "E F G A B C D"},
		{"in an unknown order", Filter{Sort: "colour"}, "A B C D E F G"},
	} {
		if got := refsOf(hand().Select(c.filter, nil).Lines); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := refsOf(hand().Select(Filter{Node: "1"}, map[int64]bool{2: true, 3: true}).Lines); got != "B" {
		t.Errorf("of what was found under a node: %q", got)
	}
	if got := hand().Select(Filter{}, map[int64]bool{}).Lines; len(got) != 0 {
		t.Errorf("of nothing found: %q", refsOf(got))
	}
}

// The number at an option is the length of the list that choosing it opens,
// with everything else as it is.
func TestAnOptionCountsTheListThatItOpens(t *testing.T) {
	l := hand()
	for _, f := range []Filter{{}, {Institution: "MHA"}, {Statuses: []progress.Status{progress.NotStarted}}, {Flags: []Flag{FlagStale}}, {Answers: "TIP 2021"}, {Node: "none", Report: NotDue},
		{Institution: "MOH", LeadOnly: true, Statuses: []progress.Status{progress.Stalled}}, {Institution: "MSD", Answers: "none", Flags: []Flag{FlagOrphan}}} {
		s := l.Select(f, nil)
		check := func(what string, o Option, opened Filter) {
			t.Helper()
			if n := len(l.Select(opened, nil).Lines); n != o.Count {
				t.Errorf("within %+v, %s %s counts %d and opens %d", f, what, o.Value, o.Count, n)
			}
		}
		for _, o := range s.Statuses {
			opened := f
			opened.Statuses = []progress.Status{progress.Status(o.Value)}
			check("status", o, opened)
		}
		for _, o := range s.Flags {
			opened := f
			opened.Flags = append(slices.Clone(f.Flags), Flag(o.Value))
			check("flag", o, opened)
		}
		if !f.LeadOnly {
			for _, o := range s.Institutions {
				opened := f
				opened.Institution = o.Value
				check("institution", o, opened)
			}
		}
		for _, o := range s.Editions {
			opened := f
			opened.Answers = o.Value
			check("edition", o, opened)
		}
	}
}

// Not due, not reported, no progress and no data are four different things.
func TestTheGapsAreKeptApart(t *testing.T) {
	l := hand()
	countsAgree(t, l)
	var got []string
	for _, r := range l.Reporting() {
		got = append(got, fmt.Sprintf("%s on time %d late %d not reported %d due %d not due %d silent %t", r.Key, r.OnTime, r.Late, r.NotReported, r.Due, r.NotDue, r.Silent))
	}
	want := []string{"MOH on time 0 late 0 not reported 1 due 1 not due 2 silent true", "MSD on time 1 late 0 not reported 1 due 2 not due 0 silent false",
		"MHA on time 1 late 1 not reported 0 due 2 not due 0 silent false"}
	if !slices.Equal(got, want) {
		t.Errorf("reporting counts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	never := 0
	for _, line := range l.Lines {
		if line.AsOf.IsZero() {
			never++
		}
	}
	d, _ := l.Line(4)
	if d.Status != progress.NotStarted || d.AsOf.IsZero() || d.Report != OnTime || never != 2 || l.ByStatus().Counts[2] != 3 {
		t.Errorf("“no progress” is taken for no data: %+v, %d never reported", d, never)
	}
	if longest, found := l.Silences()["MSD"]; !found || longest.Ref != "C" {
		t.Errorf("the longest silence is %q", longest.Ref)
	}
	if _, found := l.Silences()["MHA"]; found {
		t.Error("an institution that reported is silent")
	}
}

// Charts of institutions with one name in two places, and of the same number
// of gaps, come in one order.
func TestCountsComeInOneOrder(t *testing.T) {
	for range 20 {
		l := hand()
		l.Institutions[2] = Institution{ID: 2, Code: "AAA", Short: "Home"}
		for i := range l.Lines {
			l.Lines[i].Report = OnTime
		}
		var by, said, options []string
		for _, r := range l.ByInstitution() {
			by = append(by, r.Key)
		}
		for _, r := range l.Reporting() {
			said = append(said, r.Key)
		}
		for _, o := range l.Select(Filter{}, nil).Institutions {
			options = append(options, o.Value)
		}
		for _, got := range [][]string{by, said, options} {
			if strings.Join(got, " ") != "MOH AAA MHA" {
				t.Fatalf("the order is %v", got)
			}
		}
	}
}

// Only the newest edition of a mechanism is asked to be answered: an older
// list was followed by another.
func TestWhatIsUnanswered(t *testing.T) {
	l := hand()
	var got []string
	for _, a := range l.Asked() {
		got = append(got, fmt.Sprintf("%s newest %t unanswered %d of %d %s by %s", a.RecommendationRef(), a.Newest, a.Unanswered, len(a.Items), a.Answered(), refsOf(a.Lines())))
	}
	want := []string{"TIP 2020/1 newest false unanswered 0 of 1 whole by A", "TIP 2021/1 newest true unanswered 1 of 2 part by A B",
		"TIP 2021/2 newest true unanswered 1 of 1 none by ", "TIP 2021/3 newest true unanswered 0 of 1 whole by D"}
	if !slices.Equal(got, want) {
		t.Errorf("asked is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var open []string
	for _, a := range l.Unanswered() {
		open = append(open, a.RecommendationRef())
	}
	if strings.Join(open, ", ") != "TIP 2021/2, TIP 2021/1" {
		t.Errorf("unanswered are %v", open)
	}
	for most, want := range map[int]string{2: "A B", 9: "A B D"} {
		if first, all := l.AnsweringNewest(most); refsOf(first) != want || all != 3 {
			t.Errorf("the newest edition is answered by %d, the first of them %s", all, refsOf(first))
		}
	}
	s := telling{Status: &Status{Audience: plan.Internal}, all: l, chosen: l}
	if err := s.recommend(); err != nil {
		t.Fatal(err)
	}
	if none, part, all := s.Unanswered(); none != 1 || part != 1 || all != 3 {
		t.Errorf("the report counts %d unanswered, %d in part, of %d", none, part, all)
	}
	for ref, orphan := range map[string]bool{"A": false, "C": true, "E": true} {
		for _, line := range l.Lines {
			if line.Ref == ref && line.Orphan() != orphan {
				t.Errorf("%s is an orphan: %t", ref, line.Orphan())
			}
		}
	}
}

func TestWhatAFilterOfRecommendationsChooses(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter AskedFilter
		want   string
	}{
		{"all, newest edition first", AskedFilter{}, "2021/1 2021/2 2021/3 2020/1"},
		{"an edition", AskedFilter{Edition: "TIP 2020"}, "2020/1"},
		{"the newest", AskedFilter{Edition: "newest"}, "2021/1 2021/2 2021/3"},
		{"a theme", AskedFilter{Theme: "protection"}, "2021/1 2020/1"},
		{"answered in part", AskedFilter{Answered: AnsweredPart}, "2021/1"},
		{"not answered", AskedFilter{Answered: AnsweredNone}, "2021/2"},
		{"with an open item", AskedFilter{Answered: AnsweredOpen}, "2021/1 2021/2"},
		{"without a theme", AskedFilter{Theme: WithoutTheme}, ""},
		{"words without accents", AskedFilter{Words: "abri ETE"}, "2021/2"},
		{"a reference", AskedFilter{Words: "tip 2021/3"}, "2021/3"},
		{"words that stand nowhere together", AskedFilter{Words: "abri guidelines"}, ""},
		{"by title", AskedFilter{Sort: "title"}, "2021/2 2021/3 2021/1 2020/1"},
		{"by title, the other way round", AskedFilter{Sort: "-title"}, "2020/1 2021/1 2021/3 2021/2"},
		{"by answers", AskedFilter{Sort: "answered"}, "2021/2 2021/1 2021/3 2020/1"},
		{"in an unknown order", AskedFilter{Sort: "x"}, "2021/1 2021/2 2021/3 2020/1"},
	} {
		s := hand().SelectAsked(c.filter)
		var got []string
		for _, a := range s.List {
			got = append(got, strings.TrimPrefix(a.RecommendationRef(), "TIP "))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
		for _, o := range s.Themes {
			opened := c.filter
			opened.Theme = o.Value
			if n := len(hand().SelectAsked(opened).List); n != o.Count {
				t.Errorf("%s: the theme %s counts %d and opens %d", c.name, o.Value, o.Count, n)
			}
		}
		for _, o := range s.Answered {
			opened := c.filter
			opened.Answered = o.Value
			if n := len(hand().SelectAsked(opened).List); n != o.Count {
				t.Errorf("%s: answered %s counts %d and opens %d", c.name, o.Value, o.Count, n)
			}
		}
	}
}
