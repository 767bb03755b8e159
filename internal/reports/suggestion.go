package reports

import (
	"slices"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// Suggestion is the rating that the facts of a period suggest, with the rule
// that led to it. It is never a rating: a person gives one.
//
// Only what an institution did in the period, a coordinator approved and a
// second one verified speaks for a good rating; promises, what was done before
// and what is only claimed do not. So the mechanisms judge (22 U.S.C. 7106(b):
// concrete actions within the reporting period).
type Suggestion struct {
	Value string // on the scale, empty where the facts suggest nothing
	Rule  string // which rule, as the catalogue's key below "ratings.rule."
	N, Of int    // the numbers in the rule's words
}

// happened is what is known of a period when ratings are suggested.
type happened struct {
	period   progress.Period
	verified map[int64]calendar.Date // the newest verified action of commitments in the period
}

// commitment suggests the rating of a commitment. The first rule that applies
// decides.
func (h happened) commitment(l Line, d calendar.Date) Suggestion {
	reported := h.period.Holds(l.AsOf)
	_, verified := h.verified[l.ID]
	switch {
	case l.Status == progress.Cancelled:
		return Suggestion{Rule: "cancelled"}
	case l.Status == progress.Completed && !reported:
		return Suggestion{Rule: "completed_before"}
	case l.Status == progress.Completed && l.Proof == progress.Verified:
		return Suggestion{Value: progress.OnTrack, Rule: "completed_verified"}
	case l.Overdue > 0:
		return Suggestion{Value: progress.OffTrack, Rule: "overdue", N: l.Overdue}
	case l.Status == progress.Stalled:
		return Suggestion{Value: progress.OffTrack, Rule: "stalled"}
	case !l.StartsOn.IsZero() && l.StartsOn.After(d):
		return Suggestion{Rule: "not_begun"}
	case l.Report == NotReported:
		return Suggestion{Value: progress.OffTrack, Rule: "silent"}
	case l.Proof == progress.Disputed:
		return Suggestion{Value: progress.AtRisk, Rule: "disputed"}
	case !verified && reported:
		return Suggestion{Value: progress.AtRisk, Rule: "unverified"}
	case !verified:
		return Suggestion{Value: progress.AtRisk, Rule: "nothing"}
	case l.DueIn >= 0:
		return Suggestion{Value: progress.AtRisk, Rule: "due_soon", N: l.DueIn}
	}
	return Suggestion{Value: progress.OnTrack, Rule: "verified"}
}

// The ratings of the scale by which recommendations are rated where their
// mechanism has none of its own.
const (
	Fully          = "fully"
	Substantially  = "substantially"
	Partially      = "partially"
	NotImplemented = "not_implemented"
	NoEvidence     = "no_evidence"
)

// recommendation suggests the rating of a recommendation from the commitments
// that answer its items. An item is done when one that answers it wholly was
// completed in the period and verified, or when all that answer it in part
// were; it is acted on when one of them has a verified action in the period.
func (h happened) recommendation(a Asked) Suggestion {
	s := Suggestion{Of: len(a.Items)}
	acted, claimed := 0, 0
	for _, item := range a.Items {
		switch done, on, said := h.item(item); {
		case done:
			s.N++
			acted++
		case on:
			acted++
		case said:
			claimed++
		}
	}
	switch {
	case len(a.Items) == 0:
		s.Rule = "retired"
	case a.Unanswered == len(a.Items):
		s.Value, s.Rule = NotImplemented, "unanswered"
	case s.N == s.Of:
		s.Value, s.Rule = Fully, "all_done"
	case 2*s.N >= s.Of:
		s.Value, s.Rule = Substantially, "half_done"
	case acted > 0:
		s.Value, s.Rule, s.N = Partially, "acted", acted
	case claimed > 0:
		s.Value, s.Rule, s.N = NoEvidence, "claimed", claimed
	default:
		s.Value, s.Rule = NotImplemented, "nothing_done"
	}
	return s
}

// item says how far an item has come in the period: done, acted on, or only
// said to be.
func (h happened) item(item AskedItem) (done, acted, claimed bool) {
	parts, partsDone := 0, 0
	for _, an := range item.Answers {
		reported := h.period.Holds(an.Line.AsOf)
		_, verified := h.verified[an.CommitmentID]
		completed := reported && an.Line.Status == progress.Completed && an.Line.Proof == progress.Verified
		acted, claimed = acted || verified, claimed || reported
		if an.Extent == string(plan.Wholly) {
			done = done || completed
			continue
		}
		parts++
		if completed {
			partsDone++
		}
	}
	return done || parts > 0 && parts == partsDone && parts == len(item.Answers), acted, claimed
}

// on leaves of a suggestion only the rule where a mechanism rates on a scale
// of its own, which the rules do not know.
func (s Suggestion) on(scale []string) Suggestion {
	if s.Value != "" && !slices.Contains(scale, s.Value) {
		return Suggestion{Rule: "own_scale"}
	}
	return s
}
