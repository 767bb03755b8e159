// Package wording holds what all forms of a report say in the same words: its
// title, whom it is for, the facts on its cover, its figures and definitions.
package wording

import (
	"fmt"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// Of is a word of the catalogue under a prefix, or the value itself where the
// catalogue has none.
func Of(t *i18n.T, prefix string, value any) string {
	text := fmt.Sprint(value)
	if t.Has(prefix + text) {
		return t.Msg(prefix + text)
	}
	return text
}

// Heading is the report's own title, or the one that every report has.
func Heading(t *i18n.T, s reports.Status) string {
	if s.Heading != "" {
		return s.Heading
	}
	return t.Msg("report.title")
}

// Title names the report and its day; short for what stands on every page.
func Title(t *i18n.T, s reports.Status, short bool) string {
	heading := Heading(t, s)
	if short && s.Heading == "" {
		heading = t.Msg("report.short")
	}
	return t.Msg("report.title.as_of", "title", heading, "date", s.D)
}

// Audience says whom a report of an instance is for, and that it is a
// demonstration where it is one.
func Audience(t *i18n.T, about reports.About, a reports.Audience) string {
	if a == "" {
		a = plan.Internal
	}
	text := t.Msg("report.audience." + string(a))
	if about.Demonstration {
		text += " · " + t.Msg("demo.banner")
	}
	return text
}

// Fact is a line of the cover.
type Fact struct {
	Name, Value string
	Strong      bool
}

// Facts are the lines of the cover, without those that say nothing.
func Facts(t *i18n.T, s reports.Status) []Fact {
	period := s.Period
	if period == "" {
		period = t.Msg("report.period.none")
	}
	var since, covers string
	if !s.Since.IsZero() {
		since = t.Date(s.Since)
	}
	covers = t.Msg("report.covers.commitments", "commitments", s.Figures.Commitments, "institutions", len(s.ByInstitution))
	if s.Figures.AskedCounted {
		covers = t.Msg("report.covers", "commitments", s.Figures.Commitments, "recommendations", s.Figures.Asked, "institutions", len(s.ByInstitution))
	}
	all := []Fact{{t.Msg("report.fact.audience"), Audience(t, reports.About{}, s.Audience), true}}
	add := func(key, value string) {
		if value != "" {
			all = append(all, Fact{Name: t.Msg(key), Value: value})
		}
	}
	if p := s.Publication; p != nil {
		add("report.fact.publication", t.Msg("report.publication", "number", p.Number, "date", p.PublishedOn, "post", p.PublishedBy))
	}
	add("report.fact.as_of", t.Date(s.D))
	add("report.fact.known_at", t.Instant(s.K))
	add("report.fact.since", since)
	add("report.fact.period", period)
	add("report.fact.scope", Scope(t, s.Scope))
	add("report.fact.covers", covers)
	add("report.fact.tier", Tiers(s))
	add("report.fact.for", t.Msg("report.for."+string(s.Audience)))
	if p := s.Publication; p != nil {
		add("report.fact.fingerprint", p.SHA256)
		add("report.fact.audit_head", t.Msg("report.audit_head", "entry", p.AuditSeq, "head", p.AuditHead))
	}
	return all
}

// Scope says to what a report was narrowed; nothing for the whole plan.
func Scope(t *i18n.T, s reports.Scope) string {
	var parts []string
	for _, p := range []struct {
		key  string
		list []string
	}{{"report.scope.institutions", s.Institutions}, {"report.scope.nodes", s.Nodes}, {"report.scope.mechanisms", s.Mechanisms}} {
		if len(p.list) > 0 {
			parts = append(parts, t.Msg(p.key, "list", strings.Join(p.list, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

// Tiers names the tiers of the newest editions.
func Tiers(s reports.Status) string {
	var list []string
	for _, e := range s.Editions() {
		if e.Newest && e.Tier != "" {
			list = append(list, e.Ref+" "+e.Tier)
		}
	}
	return strings.Join(list, " · ")
}

// Figure is a number with its name and what it is of. Number is not shown
// where it was not Counted: a gap is said in words.
type Figure struct {
	Name    string
	Number  int
	Counted bool
	Of      string
}

// Text is the number as it is written.
func (f Figure) Text(t *i18n.T) string {
	if !f.Counted {
		return "–"
	}
	return t.Int(f.Number)
}

// Figures are the four numbers that a report begins with: completed, not
// reported, unanswered, overdue.
func Figures(t *i18n.T, s reports.Status) [4]Figure {
	f := s.Figures
	of := t.Msg("report.of.commitments", "n", f.Commitments)
	late, due, asked := of, t.Msg("report.of.no_deadline"), t.Msg("report.of.scope")
	if f.LongestDays > 0 {
		late = t.Msg("report.of.overdue", "of", of, "n", f.LongestDays)
	}
	if s.HasDeadline {
		due = t.Msg("report.of.due", "n", f.Due, "deadline", s.Deadline.Title, "date", s.Deadline.DueOn)
	}
	if f.AskedCounted {
		asked = t.Msg("report.of.recommendations", "n", f.Asked, "part", f.AskedPart)
	}
	return [4]Figure{
		{t.Msg("status.completed"), f.Completed, true, t.Msg("report.of.completed", "of", of, "n", f.Verified)},
		{t.Msg("flag.not_reported"), f.NotReported, s.HasDeadline, due},
		{t.Msg("flag.unanswered"), f.Unanswered, f.AskedCounted, asked},
		{t.Msg("flag.overdue"), f.Overdue, true, late},
	}
}

// Definition is a word with its rule, and its count where it has one.
type Definition struct {
	Kind    string // what the word is one of, such as delivery status
	State   string // the status, flag, basis or completeness
	Word    string
	Rule    string
	Count   int
	Counted bool
}

// Definitions are the rules by which a report counts.
func Definitions(t *i18n.T, s reports.Status) []Definition {
	var all []Definition
	soon := []any{"soon", s.Rules.DueSoonDays, "stale", s.Rules.StaleDays}
	for i, st := range progress.Statuses {
		all = append(all, Definition{t.Msg("report.def.delivery"), string(st), t.Msg("status." + string(st)), t.Msg("report.def.status." + string(st)), s.ByStatus.Counts[i], true})
	}
	proofs := map[progress.Proof]int{}
	for _, c := range s.Commitments {
		proofs[c.Verification]++
	}
	for _, p := range progress.Proofs {
		all = append(all, Definition{t.Msg("report.def.verification"), string(p), t.Msg("proof." + string(p)), t.Msg("report.def.proof." + string(p)), proofs[p], s.Has(reports.SectionCommitments)})
	}
	for _, f := range s.Flags {
		name := string(f.Flag)
		all = append(all, Definition{t.Msg("report.def.flags"), name, t.Msg("flag." + name), t.Msg("report.def.flag."+name, soon...), f.Count, true})
	}
	all = append(all, Definition{t.Msg("report.def.flags"), "unanswered", t.Msg("flag.unanswered"), t.Msg("report.def.flag.unanswered"), s.Figures.Unanswered, s.Figures.AskedCounted})
	for _, b := range recommendations.Bases {
		all = append(all, Definition{Kind: t.Msg("report.def.wording"), State: string(b), Word: t.Msg("report.basis." + string(b)), Rule: t.Msg("report.def.basis." + string(b))})
	}
	for _, c := range recommendations.Completenesses {
		all = append(all, Definition{Kind: t.Msg("report.def.wording"), State: string(c), Word: t.Msg("report.held." + string(c)), Rule: t.Msg("report.completeness." + string(c))})
	}
	return all
}

// Basis says what the report tells of: its day and instant, and in editions
// that leave government what was left out.
func Basis(t *i18n.T, s reports.Status) string {
	text := t.Msg("report.def.as_of", "date", s.D, "at", s.K)
	if s.Audience != plan.Internal && s.Audience != "" {
		text += " " + t.Msg("report.def.shared")
	}
	return text
}

// Rule says why a rating is suggested.
func Rule(t *i18n.T, r reports.RatingStatus) string {
	return t.Msg("ratings.rule."+r.Rule, "n", r.N, "of", r.Of)
}

// Suggested is the rating that the facts suggest, in words.
func Suggested(t *i18n.T, r reports.RatingStatus) string {
	if r.Suggested == "" {
		return t.Msg("ratings.no_suggestion")
	}
	return Of(t, "rating.", r.Suggested)
}

// AskedOf is whom a question of a data request is asked of.
func AskedOf(t *i18n.T, q reports.QuestionStatus) string {
	if q.AskedOf == "" {
		return t.Msg("request.coordinators")
	}
	return q.AskedOf
}

// Handed says whether and when the answers to a data request were handed over.
func Handed(t *i18n.T, r reports.RequestStatus) string {
	key := "report.requests.handed"
	switch {
	case r.HandedOn.IsZero() && r.Late:
		key = "report.requests.missing"
	case r.HandedOn.IsZero():
		key = "report.requests.not_yet"
	case r.Late:
		key = "report.requests.handed_late"
	}
	return t.Msg("report.requests.counts", "answered", r.Answered, "asked", r.Asked, "due", r.DueOn) + " " + t.Msg(key, "date", r.HandedOn)
}

// Attention is one of the lists of what needs attention.
type Attention struct {
	Kind reports.AttentionKind
	Rows []reports.AttentionStatus
}

// ByKind parts the lines by list; each list is there, even where it is empty.
func ByKind(s reports.Status) []Attention {
	all := make([]Attention, len(reports.AttentionKinds))
	for i, kind := range reports.AttentionKinds {
		all[i].Kind = kind
		for _, a := range s.Attention {
			if a.Kind == kind {
				all[i].Rows = append(all[i].Rows, a)
			}
		}
	}
	return all
}

// Attends says why a line stands in its list.
func Attends(t *i18n.T, a reports.AttentionStatus) string {
	last := t.Msg("report.never_reported")
	if !a.AsOf.IsZero() {
		last = t.Msg("report.attention.last", "date", a.AsOf)
	}
	switch a.Kind {
	case reports.AttentionOverdue:
		return t.Msg("report.attention.overdue.days", "n", a.Days) + "; " + last
	case reports.AttentionSilent:
		return t.Msg("report.attention.silent.days", "n", a.Days)
	case reports.AttentionUnanswered:
		return ""
	}
	return last
}

// ShortHash is a SHA-256 for where it does not fit: its beginning and its end,
// in groups of four.
func ShortHash(hash string) string {
	if len(hash) < 16 {
		return hash
	}
	return hash[:4] + " " + hash[4:8] + " … " + hash[len(hash)-4:]
}

// Nothing says of a commitment why the report has no word on it.
func Nothing(t *i18n.T, s reports.Status, c reports.CommitmentStatus) string {
	if s.Audience != plan.Internal && s.Audience != "" && !c.AsOf.IsZero() {
		return t.Msg("report.nothing_released")
	}
	return t.Msg("report.nothing_approved")
}
