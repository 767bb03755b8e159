// Package reportstest makes status reports for tests of their writers.
package reportstest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

var institutions = []struct{ code, name string }{
	{"MHA", "Home Affairs"}, {"MPPS", "Police and Public Safety"}, {"MLJ", "Law and Justice"}, {"DPP", "Public Prosecutions"},
	{"MSD", "Social Development"}, {"MOH", "Health"}, {"MOF", "Finance"}, {"MOLE", "Labour and Employment"},
	{"MFA", "Foreign Affairs"}, {"MOET", "Education and Training"}, {"BOS", "Bureau of Statistics"},
}

var strands = []string{"National coordination", "Prevention", "Victim protection", "Investigation and prosecution", ""}

var works = []struct{ title, done, next string }{
	{"Identification procedures adopted and in use in all 10 districts", "The procedures were validated on 26 August and sent to the principal secretaries. Two ministries have not answered yet; the others agree to the text as it stands.", "Adopt the procedures at the October meeting and print 400 copies."},
	{"Funding agreement for the shelter", "The agreement was drafted and costed for two years.", "Lay the agreement before the Treasury."},
	{"Inspection of licensed recruitment agencies", "Eleven of 18 agencies were inspected; three were told to bring their registers in order within 30 days, and one licence is under review by the labour commissioner.", "Inspect the remaining seven."},
	{"Training of investigators, prosecutors and magistrates", "Two courses were held, with 46 officers of police and prosecution.", "Hold the course for magistrates in November."},
	{"One set of figures for law enforcement and protection", "Police and prosecution fill in one sheet since September.", "Add the figures of the shelter."},
	{"Radio programme on false offers of work, in Sesotho, on four stations, with listeners’ questions answered by a labour officer and a police officer", "", ""},
}

// Sample is a report on n commitments, of the shape and the length of texts
// of a real one; its counts agree with its rows. Everything in it is invented.
func Sample(n int) reports.Status {
	s := reports.Status{
		About: reports.About{Country: "LS", CountryName: "Lesotho", Product: "Action Plan Tracker", Demonstration: true,
			Owner: "Kingdom of Lesotho · Multi-Sectoral Committee on Trafficking in Persons", Zone: time.FixedZone("SAST", 7200)},
		D: calendar.MustParse("2021-11-08"), K: time.Date(2021, 11, 8, 6, 41, 0, 0, time.UTC), Period: "2021-22",
		Rules: reports.DefaultRules, HasDeadline: true, Format: reports.StatusFormat, Audience: plan.Internal, Sections: reports.Sections,
		Deadline: reports.DeadlineStatus{Title: "Interim cut-off", DueOn: calendar.MustParse("2021-10-22")},
	}
	for i := range n {
		s.Commitments = append(s.Commitments, commitment(i, n, s.D))
	}
	ask(&s)
	count(&s)
	monthly(&s)
	indicate(&s)
	spend(&s)
	rate(&s)
	request(&s)
	s.Count()
	return s
}

func commitment(i, n int, d calendar.Date) reports.CommitmentStatus {
	strand, w, lead := i*len(strands)/n, works[i%len(works)], institutions[i*7%len(institutions)]
	c := reports.CommitmentStatus{
		ID: int64(i + 1), Ref: fmt.Sprintf("NSF %d.%d.%d", strand+1, i%7/3+1, i+1), Title: w.title, Text: w.title + ".",
		Node: fmt.Sprintf("%d.%d", strand+1, i%3+1), NodeTitle: "Objective", Strand: strands[strand], Origin: "framework",
		Lead: lead.code, LeadName: lead.name, StartsOn: calendar.MustParse("2021-04-01"), DueOn: d.AddDays(i*37%400 - 120),
		Status: progress.Statuses[i*3%len(progress.Statuses)], AsOf: d.AddDays(-i * 11 % 140), ApprovedAt: time.Date(2021, 10, 1+i%28, 9, 0, 0, 0, time.UTC),
		Done: w.done, NextStep: w.next, Evidence: i % 3, Milestones: 4, MilestonesDone: i % 5, MeansOfVerification: "Signed minutes",
		Budget: []plan.BudgetLine{{Year: 2021, AmountCents: 6000000, Currency: "LSL", Funder: "Government of Lesotho"}},
	}
	if c.Strand == "" {
		c.Ref, c.Node, c.NodeTitle = fmt.Sprintf("AP-%d", i+1), "", ""
	}
	if i%4 == 1 {
		c.Supporting = []string{"MSD", "MPPS"}
	}
	if i%9 == 4 {
		c.AsOf, c.Status, c.Done, c.NextStep, c.ApprovedAt = calendar.Date{}, progress.NotStarted, "", "", time.Time{}
	}
	if c.Status == progress.Stalled {
		c.Done, c.NoProgress, c.Blocker, c.Obstacles = "", "the money was moved to another vote in July", "money", "No vote book for this year."
	}
	flag(&c, i, d)
	return c
}

func flag(c *reports.CommitmentStatus, i int, d calendar.Date) {
	if !c.Status.Closed() {
		if late := d.Sub(c.DueOn); late > 0 {
			c.OverdueDays, c.Flags = late, append(c.Flags, reports.FlagOverdue)
		} else if late >= -30 {
			c.Flags = append(c.Flags, reports.FlagDueSoon)
		}
		if c.AsOf.IsZero() {
			c.Flags = append(c.Flags, reports.FlagNotReported)
		}
		if c.AsOf.Before(d.AddDays(-90)) {
			c.Flags = append(c.Flags, reports.FlagStale)
		}
	}
	if i%5 == 2 {
		c.Flags = append(c.Flags, reports.FlagLate)
	}
}

// ask adds two editions whose items the first commitments answer.
func ask(s *reports.Status) {
	for _, e := range []struct {
		year, n int
		tier    string
	}{{2021, 11, "Tier 2 Watch List"}, {2020, 8, "Tier 3"}} {
		for number := 1; number <= e.n; number++ {
			ref := fmt.Sprintf("TIP %d/%d", e.year, number)
			r := reports.RecommendationStatus{Ref: ref, Edition: fmt.Sprintf("TIP %d", e.year), Tier: e.tier, ReleasedOn: calendar.Of(e.year, 7, 1),
				Completeness: recommendations.Complete, Number: number, Title: "Demand " + fmt.Sprint(number), Basis: recommendations.Restated,
				Text:  fmt.Sprintf("Complete and apply the procedures for identification and referral, and train officials on them, as the edition of %d asks under %d.", e.year, number),
				Theme: recommendations.Themes[number%4], Newest: e.year == 2021, Source: "https://papers.example/" + fmt.Sprint(e.year)}
			if e.year == 2021 {
				r.Basis = recommendations.Inferred
			} else {
				r.Completeness, r.Cut = recommendations.Partial, number == e.n
			}
			r.Asked = reports.AskedStatus{FirstYear: e.year - number%4, Years: number%4 + 1, InRow: number % 3, AtLeast: number%2 == 0, New: number%4 == 0, NoLonger: e.year == 2020 && number == 8}
			if number%4 > 0 {
				r.Continues = []string{fmt.Sprintf("TIP %d/%d", e.year-1, number)}
			}
			for k := range number%3 + 1 {
				r.Items = append(r.Items, item(s, ref, string(rune('a'+k)), number*3+k, e.year))
			}
			s.Recommendations = append(s.Recommendations, r)
		}
	}
	s.Coverage = []reports.CoverageStatus{{Institution: "MHA", Name: "Home Affairs", Leads: []string{"TIP 2021/1", "TIP 2021/2"}, Supports: []string{"TIP 2021/4"}},
		{Institution: "MOE", Name: "Education"}}
}

func item(s *reports.Status, ref, letter string, at, year int) reports.ItemStatus {
	i := reports.ItemStatus{Ref: ref + letter, Letter: letter, Text: "Apply part " + letter + " of the procedures in the districts, borders included"}
	for k := range at % 3 {
		if len(s.Commitments) == 0 || at%8 == 5 {
			break
		}
		c := &s.Commitments[(at+k*5+year)%len(s.Commitments)]
		i.Answers = append(i.Answers, reports.AnswerStatus{Commitment: c.Ref, Title: c.Title, Lead: c.Lead, Status: c.Status, AsOf: c.AsOf,
			Extent: string(plan.Extents[k%2]), Reason: "It covers what the item asks of the districts."})
		if !slices.Contains(c.Answers, ref) {
			c.Answers = append(c.Answers, ref)
		}
	}
	return i
}

// request asks some questions, of which every third has no answer.
func request(s *reports.Status) {
	one := reports.RequestStatus{Ref: "2021-22, Request for information", Title: "Request for information", DueOn: s.D.AddDays(-7), HandedOn: s.D.AddDays(-3), Late: true}
	for i, w := range works {
		q := reports.QuestionStatus{Ref: fmt.Sprint(one.Ref, ", ", i+1), Number: i + 1, Text: w.title + ": what was done since April, and by whom?", AskedOf: institutions[i].code, State: progress.QuestionAnswered}
		if i == 3 {
			q.AskedOf = ""
		}
		if i%3 == 2 {
			q.State = progress.QuestionUnanswered
		} else {
			q.Answer, q.AnsweredOn, q.Late = "Not reported yet: the figures are first agreed between the two ministries.", s.D.AddDays(i-8), i > 1
			one.Answered++
		}
		one.Questions = append(one.Questions, q)
	}
	one.Asked = len(one.Questions)
	s.Requests = append(s.Requests, one)
}

// rate rates every third commitment.
func rate(s *reports.Status) {
	for i, c := range s.Commitments {
		if i%3 > 0 {
			continue
		}
		r := reports.RatingStatus{Ref: c.Ref, Subject: reports.RatedCommitment, Title: c.Title, Leads: []string{c.Lead}, Suggested: progress.OffTrack, Rule: "overdue", N: 39, Apart: i % 2}
		for j, rater := range progress.Raters[:1+i%3+i%2] {
			r.Given = append(r.Given, reports.GivenStatus{Ref: c.Ref + ", " + string(rater) + " " + c.Lead, Rater: rater, Institution: c.Lead, Value: progress.CommitmentScale[(i+j)%3],
				Reason: "The draft is complete, and the comments of two ministries are outstanding.", RatedOn: s.D.AddDays(-j - 3)})
		}
		s.Ratings = append(s.Ratings, r)
	}
}

// monthly tells of the first commitments month by month.
func monthly(s *reports.Status) {
	for i, c := range s.Commitments[:min(len(s.Commitments), 12)] {
		m := reports.MonthsStatus{Ref: c.Ref, Title: c.Title}
		for j, on := range reports.MonthEnds(calendar.MustParse("2021-04-01"), s.D) {
			state := progress.NotStarted
			switch {
			case j < i%3:
				state = ""
			case j > 6-i%4:
				state = c.Status
			case j > i%4+1:
				state = progress.InProgress
			}
			m.Months = append(m.Months, reports.MonthStatus{On: on, Status: state})
		}
		s.Months = append(s.Months, m)
	}
}

// count fills the counts from the rows.
func count(s *reports.Status) {
	s.ByStatus = reports.StatusRow{Counts: make([]int, len(progress.Statuses))}
	nodes, leads, said := map[string]*reports.StatusRow{}, map[string]*reports.StatusRow{}, map[string]*reports.ReportingRow{}
	flags := map[reports.Flag]int{}
	add := func(r *reports.StatusRow, st progress.Status) {
		r.Counts[slices.Index(progress.Statuses, st)]++
		r.Total++
	}
	for _, c := range s.Commitments {
		if nodes[c.Strand] == nil {
			key, _, _ := strings.Cut(c.Node, ".")
			nodes[c.Strand] = &reports.StatusRow{Key: key, Label: c.Strand, Counts: make([]int, len(progress.Statuses))}
		}
		if leads[c.Lead] == nil {
			leads[c.Lead] = &reports.StatusRow{Key: c.Lead, Label: c.LeadName, Counts: make([]int, len(progress.Statuses))}
			said[c.Lead] = &reports.ReportingRow{Key: c.Lead, Label: c.LeadName}
		}
		add(&s.ByStatus, c.Status)
		add(nodes[c.Strand], c.Status)
		add(leads[c.Lead], c.Status)
		r := said[c.Lead]
		switch {
		case slices.Contains(c.Flags, reports.FlagNotReported):
			r.NotReported++
			r.Due++
		case slices.Contains(c.Flags, reports.FlagLate):
			r.Late++
			r.Due++
		default:
			r.OnTime++
			r.Due++
		}
		for _, f := range c.Flags {
			flags[f]++
		}
	}
	for _, name := range strands {
		if r := nodes[name]; r != nil {
			s.ByNode = append(s.ByNode, *r)
		}
	}
	for _, i := range institutions {
		if r := leads[i.code]; r != nil {
			s.ByInstitution, s.Reporting = append(s.ByInstitution, *r), append(s.Reporting, *said[i.code])
		}
	}
	for _, f := range reports.Flags {
		if f != reports.FlagInReview {
			s.Flags = append(s.Flags, reports.FlagCount{Flag: f, Count: flags[f]})
		}
	}
}

// Words are the English words in the zone of the samples.
func Words(t testing.TB) *i18n.T {
	t.Helper()
	m, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	return i18n.New(m, time.FixedZone("SAST", 7200))
}

// Saved writes a file into a folder of the test, and gives its path.
func Saved(t testing.TB, name string, content []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// spend tells of the money of every second commitment; of a fourth nothing is
// said yet, and some of it is of another currency.
func spend(s *reports.Status) {
	amount := func(n int64) *int64 { return &n }
	for i, c := range s.Commitments {
		m := reports.MoneyStatus{Ref: c.Ref, Title: c.Title, Node: c.Node, Strand: c.Strand, Lead: c.Lead, Institution: c.Lead, Year: 2021, Funder: "Government of Lesotho", Currency: "LSL", Budget: amount(6000000)}
		switch i % 4 {
		case 1:
			continue
		case 2:
			m.Released, m.Spent, m.AsOf = amount(3000050), amount(int64(i)*10000), s.D.AddDays(-30)
		case 3:
			m.Currency, m.Funder, m.Budget, m.Spent, m.AsOf = "USD", "Partner", nil, amount(250000), s.D.AddDays(-9)
		}
		s.Money = append(s.Money, m)
	}
}
