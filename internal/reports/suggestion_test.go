package reports

import (
	"fmt"
	"testing"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// Every rule of the suggestion for a commitment, as of 8 November 2021 in the
// period of 2021-22: the first that applies decides.
func TestWhatTheFactsSuggestOfACommitment(t *testing.T) {
	day := calendar.MustParse
	h := happened{period: progress.Period{StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31")}, verified: map[int64]calendar.Date{1: day("2021-06-30")}}
	in, before := day("2021-10-01"), day("2021-03-31")
	for name, c := range map[string]struct {
		line Line
		want string
	}{
		"cancelled, though overdue":               {Line{Status: progress.Cancelled, AsOf: in, Overdue: 3}, " cancelled 0"},
		"completed before the period":             {Line{Status: progress.Completed, AsOf: before, Proof: progress.Verified}, " completed_before 0"},
		"completed and verified":                  {Line{ID: 1, Status: progress.Completed, AsOf: in, Proof: progress.Verified}, "on_track completed_verified 0"},
		"completed by its lead's word":            {Line{ID: 9, Status: progress.Completed, AsOf: in, Proof: progress.Evidenced}, "at_risk unverified 0"},
		"completed, and disputed":                 {Line{ID: 9, Status: progress.Completed, AsOf: in, Proof: progress.Disputed}, "at_risk disputed 0"},
		"overdue, with a verified action":         {Line{ID: 1, Status: progress.InProgress, AsOf: in, Overdue: 39, DueIn: -1}, "off_track overdue 39"},
		"stalled, with a verified action":         {Line{ID: 1, Status: progress.Stalled, AsOf: in, DueIn: -1}, "off_track stalled 0"},
		"its start lies ahead":                    {Line{Status: progress.NotStarted, StartsOn: day("2021-11-09"), DueIn: -1}, " not_begun 0"},
		"not reported":                            {Line{ID: 1, Status: progress.InProgress, AsOf: in, Report: NotReported, DueIn: -1}, "off_track silent 0"},
		"disputed":                                {Line{ID: 1, Status: progress.InProgress, AsOf: in, Proof: progress.Disputed, DueIn: -1}, "at_risk disputed 0"},
		"reported, not verified":                  {Line{ID: 9, Status: progress.InProgress, AsOf: in, Proof: progress.Evidenced, DueIn: -1}, "at_risk unverified 0"},
		"reported before the period":              {Line{ID: 9, Status: progress.InProgress, AsOf: before, Proof: progress.Verified, DueIn: -1}, "at_risk nothing 0"},
		"never reported":                          {Line{ID: 9, Status: progress.NotStarted, DueIn: -1}, "at_risk nothing 0"},
		"verified, due today":                     {Line{ID: 1, Status: progress.InProgress, AsOf: in, DueIn: 0}, "at_risk due_soon 0"},
		"verified, due in a week":                 {Line{ID: 1, Status: progress.InProgress, AsOf: in, DueIn: 7}, "at_risk due_soon 7"},
		"verified":                                {Line{ID: 1, Status: progress.InProgress, AsOf: in, DueIn: -1}, "on_track verified 0"},
		"verified, then a newer claim unverified": {Line{ID: 1, Status: progress.InProgress, AsOf: in, Proof: progress.Claimed, DueIn: -1}, "on_track verified 0"},
	} {
		s := h.commitment(c.line, day("2021-11-08"))
		if got := fmt.Sprintf("%s %s %d", s.Value, s.Rule, s.N); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Every rule of the suggestion for a recommendation. Each letter is a
// commitment that answers an item: D completed and verified in the period, A
// with a verified action, C reported, n nothing; small d, a, c answer in part.
func TestWhatTheFactsSuggestOfARecommendation(t *testing.T) {
	day := calendar.MustParse
	h := happened{period: progress.Period{StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31")}, verified: map[int64]calendar.Date{1: day("2021-06-30")}}
	lines := map[rune]*Line{'D': {ID: 1, Status: progress.Completed, AsOf: day("2021-10-01"), Proof: progress.Verified},
		'A': {ID: 1, Status: progress.InProgress, AsOf: day("2021-10-01")}, 'C': {ID: 2, Status: progress.Completed, AsOf: day("2021-10-01"), Proof: progress.Evidenced},
		'N': {ID: 3, Status: progress.Completed, AsOf: day("2021-03-31"), Proof: progress.Verified}}
	for _, c := range []struct {
		items []string
		want  string
	}{
		{nil, " retired 0 of 0"},
		{[]string{"", ""}, "not_implemented unanswered 0 of 2"},
		{[]string{"D"}, "fully all_done 1 of 1"},
		{[]string{"ND"}, "fully all_done 1 of 1"},
		{[]string{"dd"}, "fully all_done 1 of 1"},
		{[]string{"dA"}, "partially acted 1 of 1"}, // the one that answers wholly is not done
		{[]string{"da"}, "partially acted 1 of 1"},
		{[]string{"d", "D", "C"}, "substantially half_done 2 of 3"},
		{[]string{"D", ""}, "substantially half_done 1 of 2"},
		{[]string{"D", "A", "C"}, "partially acted 2 of 3"},
		{[]string{"A", "C", ""}, "partially acted 1 of 3"},
		{[]string{"C", "N", "c"}, "no_evidence claimed 2 of 3"},
		{[]string{"N", "n"}, "not_implemented nothing_done 0 of 2"},
	} {
		a := Asked{}
		for _, answers := range c.items {
			item := AskedItem{}
			for _, letter := range answers {
				extent, big := "wholly", letter
				if letter >= 'a' {
					extent, big = "in_part", letter-'a'+'A'
				}
				item.Answers = append(item.Answers, AnswerLine{Answer{CommitmentID: lines[big].ID, Extent: extent}, lines[big]})
			}
			if answers == "" {
				a.Unanswered++
			}
			a.Items = append(a.Items, item)
		}
		s := h.recommendation(a)
		if got := fmt.Sprintf("%s %s %d of %d", s.Value, s.Rule, s.N, s.Of); got != c.want {
			t.Errorf("%v: %s, want %s", c.items, got, c.want)
		}
	}
	if s := (Suggestion{Value: Fully, Rule: "all_done"}).on([]string{"met", "not met"}); s.Value != "" || s.Rule != "own_scale" {
		t.Errorf("on a scale of its own it suggests %+v", s)
	}
}

func TestHowFarRatingsAreApart(t *testing.T) {
	for _, c := range []struct {
		given []string
		want  int
	}{{nil, 0}, {[]string{"at_risk"}, 0}, {[]string{"at_risk", "at_risk", "at_risk"}, 0}, {[]string{"on_track", "at_risk"}, 1}, {[]string{"off_track", "at_risk", "on_track"}, 2}, {[]string{"off_track", "gone"}, 0}} {
		if got := apart(progress.CommitmentScale, c.given); got != c.want {
			t.Errorf("%v are %d apart, want %d", c.given, got, c.want)
		}
	}
}
