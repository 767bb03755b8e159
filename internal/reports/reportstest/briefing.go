package reportstest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// Briefing is a briefing with n agenda items, of the shape and the length of
// texts of a real one; its counts agree with its rows. Everything in it is
// invented.
func Briefing(n int) reports.Briefing {
	s := Sample(40)
	b := reports.Briefing{Format: reports.BriefingFormat, Pack: dialogues.Internal, Parts: dialogues.Offered[dialogues.Internal], Audience: plan.Internal, About: s.About, D: s.D, K: s.K, Since: calendar.MustParse("2021-07-01"), SinceIs: reports.SinceDialogue, SinceOf: "Dialogue of the summer",
		Period: s.Period, Rules: s.Rules, Indicators: s.Indicators, Dialogue: dialogues.Dialogue{ID: 1, Country: "LS", Title: "Dialogue with the partners", HeldOn: calendar.MustParse("2021-11-18"),
			Place: "Conference hall", Note: "Bring the signed minutes.", State: dialogues.Planned, Version: 1}}
	behind := map[string]bool{}
	for at := range n {
		r := s.Recommendations[at%len(s.Recommendations)]
		i := reports.BriefingItem{Number: at + 1, AgendaID: int64(at + 1), Kind: dialogues.OfRecommendation, RecommendationID: int64(at + 1), Position: at + 1, RecommendationStatus: r,
			EditedBy: "Coordinator", EditedAt: time.Date(2021, 11, 2, 8, at%60, 0, 0, time.UTC)}
		if at%4 != 3 {
			i.Texts = dialogues.Texts{TalkingPoints: fmt.Sprintf("The procedures of point %d are drafted and tested in five districts.\nThe money for the second half of the year is asked for.", at+1),
				Asks: fmt.Sprintf("Trainers for point %d before the end of March.", at+1), Notes: fmt.Sprintf("Careful with point %d: no day is confirmed.", at+1)}
		}
		brief(&b, &i, s, behind)
		i.Rated = ratedOf(r, at, s.D)
		i.Counted = s.Indicators[:at%(len(s.Indicators)+1)]
		b.Items = append(b.Items, i)
	}
	b.Figures.Items, b.Figures.Recommendations = n, n
	for _, i := range b.Items {
		b.Register = append(b.Register, i.Evidence...)
	}
	return b
}

// ratedOf is how the first raters see a recommendation.
func ratedOf(of reports.RecommendationStatus, at int, d calendar.Date) reports.RatingStatus {
	r := reports.RatingStatus{Ref: of.Ref, Subject: reports.RatedRecommendation, Title: of.Title, Suggested: reports.Partially, Rule: "acted", N: 1, Of: 2, Apart: at % 3}
	for n, rater := range progress.Raters[:at%4] {
		r.Given = append(r.Given, reports.GivenStatus{Ref: of.Ref + ", " + string(rater) + " MSD", Rater: rater, Institution: "MSD", Value: []string{reports.Substantially, reports.Partially, reports.NotImplemented}[n],
			Reason: "The procedures are drafted; no office works by them yet.", RatedOn: d.AddDays(-n - 4)})
	}
	return r
}

// brief puts the commitments that answer an item, with their past and their
// papers, and counts.
func brief(b *reports.Briefing, i *reports.BriefingItem, s reports.Status, behind map[string]bool) {
	for _, item := range i.Items {
		for _, a := range item.Answers {
			if slices.ContainsFunc(i.Commitments, func(c reports.BriefedCommitment) bool { return c.Ref == a.Commitment }) {
				continue
			}
			at := slices.IndexFunc(s.Commitments, func(c reports.CommitmentStatus) bool { return c.Ref == a.Commitment })
			c := reports.BriefedCommitment{CommitmentStatus: s.Commitments[at], Was: progress.Statuses[at%len(progress.Statuses)], New: at%7 == 3}
			c.Moved = !c.New && c.Was != c.Status
			i.Changed = i.Changed || c.New || c.Moved
			if c.AsOf.After(b.Since) {
				c.Updates = append(c.Updates, reports.UpdateStatus{Commitment: c.Ref, Institution: c.Lead, Kind: progress.LeadUpdate, AsOf: c.AsOf, Status: c.Status, Done: c.Done, NoProgress: c.NoProgress, Late: at%5 == 1})
				c.Updates = append(c.Updates, reports.UpdateStatus{Commitment: c.Ref, Institution: "MSD", Kind: progress.Contribution, AsOf: b.Since.AddDays(9), Done: "Sent comments on the draft of " + c.Ref, Addendum: at%3 == 1, Correction: at%3 == 2})
				i.Evidence = append(i.Evidence, reports.EvidenceStatus{Ref: c.Ref + " paper", Commitment: c.Ref, Institution: c.Lead, AsOf: c.AsOf, Kind: "law", Title: "Minutes about " + c.Ref, DatedOn: c.AsOf, URL: "https://papers.example/" + strings.ReplaceAll(c.Ref, " ", "-")})
			}
			i.Commitments = append(i.Commitments, c)
			if behind[c.Ref] {
				continue
			}
			behind[c.Ref] = true
			b.Figures.Commitments++
			b.Figures.Overdue += min(1, c.OverdueDays)
			b.Figures.LongestDays = max(b.Figures.LongestDays, c.OverdueDays)
		}
	}
	f := &b.Figures
	switch i.Answered() {
	case reports.AnsweredWhole:
		f.Answered++
	case reports.AnsweredPart:
		f.InPart++
	default:
		f.NoAnswers++
	}
	if i.Changed {
		f.Changed++
	}
	if i.Texts.Asks != "" {
		f.Asking++
	}
}

// FillBriefing puts a text wherever a person types one.
func FillBriefing(b *reports.Briefing, text string) {
	b.Owner, b.Dialogue.Title, b.Dialogue.Place, b.Dialogue.Note, b.SinceOf = text, text, text, text, text
	for n := range b.Items {
		i := &b.Items[n]
		i.Title, i.Text, i.Source, i.EditedBy, i.Texts = text, text, text, text, dialogues.Texts{Stance: text, TalkingPoints: text, Questions: text, Asks: text, Notes: text, Said: text, Heard: text, Agreed: text}
		for k := range i.Items {
			i.Items[k].Text = text
		}
		for k := range i.Commitments {
			c := &i.Commitments[k]
			c.Title, c.Done, c.NextStep, c.Obstacles, c.Lead = text, text, text, text, text
		}
		for k := range i.Rated.Given {
			i.Rated.Given[k].Reason = text
		}
		for k := range i.Evidence {
			i.Evidence[k].Title, i.Evidence[k].URL = text, text
		}
	}
}

// Followed is a briefing in which something was agreed, now and before, and
// recommended in the room, with texts that cite, an indicator fixed beforehand,
// tiers, and what is late.
func Followed() reports.Briefing {
	b := Briefing(2)
	in := dialogues.AgreedTold{CommitmentID: 1, DialogueID: 1, Dialogue: "Dialogue of the summer", HeldOn: b.Since}
	b.Items[0].Agreed = []reports.AgreedStatus{{AgreedTold: in, Ref: "DIA-7", Title: "Name the contacts", Lead: "MSD", Status: progress.Stalled, DueOn: b.D.AddDays(-5), OverdueDays: 5}}
	b.Recommended = []reports.RecommendedStatus{{RecommendedTold: dialogues.RecommendedTold{RecommendationID: 9, AgendaItemID: 1, DialogueID: 1, Dialogue: b.Dialogue.Title, HeldOn: b.Dialogue.HeldOn,
		Mechanism: "TALKS", MechanismShort: "Talks", Year: 2021, Number: 4, Title: "Open a second shelter"}, Answered: reports.AnsweredPart}}
	b.Items[0].Recommended = b.Recommended
	b.Items[0].Citations = []reports.Citation{{Ref: "NSF 9.1", AsOf: b.Since, UpdateID: 1, State: reports.CitationHolds}, {Ref: "NSF 9.2", AsOf: b.Since, UpdateID: 2, State: reports.CitationCorrected}}
	b.Items[0].Fixed = b.Indicators[:1]
	b.Earlier = []reports.AgreedStatus{{AgreedTold: in, Ref: "DIA-3", Title: "Lay the bill before cabinet", Lead: "MLJ", Status: progress.Completed, DueOn: b.D}}
	b.EarlierUndertakings = []dialogues.UndertakingTold{{Undertaking: dialogues.Undertaking{ID: 1, Text: "Two trainers for the courses", DueOn: b.D.AddDays(-9), State: dialogues.Open}, InstitutionName: "Embassy", Dialogue: in.Dialogue, HeldOn: in.HeldOn,
		Steps: []dialogues.StepTold{{UndertakingStep: dialogues.UndertakingStep{Kind: dialogues.StepLogged, Text: "One of them came"}}}}}
	b.Tiers = []reports.TierStatus{{Year: 2019, Tier: "Tier 2"}, {Year: 2020, Tier: "Tier 2"}, {Year: 2021, Tier: "Tier 3"}}
	b.Attention = []reports.AttentionStatus{{Kind: reports.AttentionNotReported, Ref: "NSF 9.3", Title: "Nothing was said of it", Lead: "MOF"}}
	return b
}

// FollowedSays is what every file of it tells.
var FollowedSays = []string{"2019–2020 Tier 2, 2021 Tier 3", "DIA-7", "Name the contacts", "NSF 9.1, ", "corrected since", "DIA-3", "Lay the bill before cabinet", "Two trainers for the courses", "Embassy", "One of them came",
	"Dialogue of the summer", "TALKS 2021/4", "Open a second shelter", "Talks 2021", "NSF 9.3", "Nothing was said of it"}
