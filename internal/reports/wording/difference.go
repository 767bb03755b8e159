package wording

import (
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// FiguresAt are the two answers of a place in words: what is counted stands
// with them where that is another, and the last day where a year goes on.
func FiguresAt(t *i18n.T, f reports.FigureDifference) reports.Pair[string] {
	answer := func(y reports.YearStatus, told bool) string {
		text := t.Msg("indicators.not_told")
		switch {
		case y.Ref == "":
			return text
		case f.Place == y.Place:
			text = Counted(t, y)
		default:
			text = CountedAt(t, y, f.Place)
		}
		if told && (f.Was.Unit != f.Is.Unit || f.Was.Currency != f.Is.Currency) {
			text += " " + UnitOf(t, y)
		}
		if told && y.Value.SoFar {
			text += " " + t.Msg("indicators.mark.so_far", "date", y.Value.CoversTo)
		}
		return text
	}
	return reports.Pair[string]{Was: answer(f.Was, !f.New()), Is: answer(f.Is, !f.Gone())}
}

// Standing is how a commitment stands that answers an item, and how far it does.
func Standing(t *i18n.T, a reports.AnswerStatus) string {
	return t.Msg("difference.standing", "status", Of(t, "status.", a.Status), "extent", Of(t, "report.extent.", a.Extent))
}

// Said is the last word of a report on a commitment, or why it has none.
func Said(t *i18n.T, s reports.Status, c reports.CommitmentStatus) string {
	if word := c.Said(); word != "" {
		return word
	}
	return Nothing(t, s, c)
}

// Unlike says why not all of two reports can be compared, a sentence for each
// reason. names are the numbers of the two.
func Unlike(t *i18n.T, d reports.Difference, names reports.Pair[string]) (list []string) {
	if d.Audiences {
		list = append(list, t.Msg("difference.audiences", "was", Of(t, "report.audience.", d.Was.Audience), "is", Of(t, "report.audience.", d.Is.Audience)))
	}
	if d.Scopes {
		list = append(list, t.Msg("difference.scopes", "was", ScopeOrAll(t, d.Was.Scope), "is", ScopeOrAll(t, d.Is.Scope)))
	}
	for _, one := range []struct {
		name     string
		sections []reports.Section
	}{{names.Was, d.Only.Was}, {names.Is, d.Only.Is}} {
		var words []string
		for _, section := range one.sections {
			words = append(words, t.Msg("reports.section."+string(section)))
		}
		if len(words) > 0 {
			list = append(list, t.Msg("difference.only", "number", one.name, "sections", strings.Join(words, ", ")))
		}
	}
	return list
}

// ScopeOrAll says of what part of the plan a report tells.
func ScopeOrAll(t *i18n.T, s reports.Scope) string {
	if part := Scope(t, s); part != "" {
		return part
	}
	return t.Msg("difference.whole")
}

// DifferenceLine is one thing that two reports tell differently, in words.
type DifferenceLine struct {
	Section, Ref, Title string
	What                string // what of it
	Was, Is             string
}

// DifferenceLines are all that two reports tell differently, a line for each.
func DifferenceLines(t *i18n.T, d reports.Difference) []DifferenceLine {
	l := lines{t: t, d: d}
	l.figures()
	l.commitments()
	l.recommendations()
	l.indicators()
	l.evidence()
	return l.list
}

type lines struct {
	t       *i18n.T
	d       reports.Difference
	section string
	list    []DifferenceLine
}

// add adds a line of the section; what is the key of its words.
func (l *lines) add(ref, title, what, was, is string) {
	l.list = append(l.list, DifferenceLine{l.t.Msg(l.section), ref, title, l.t.Msg(what), was, is})
}

func (l *lines) figures() {
	if l.section = "report.sheet.summary"; !l.d.Figures() {
		return
	}
	is := Figures(l.t, l.d.Is)
	for i, was := range Figures(l.t, l.d.Was) {
		if was != is[i] {
			l.list = append(l.list, DifferenceLine{l.t.Msg(l.section), "", was.Name, "", was.Text(l.t) + " " + was.Of, is[i].Text(l.t) + " " + is[i].Of})
		}
	}
}

func (l *lines) commitments() {
	l.section = "reports.section.commitments"
	for _, c := range l.d.Commitments {
		for _, way := range c.Ways {
			was, is := l.told(way, c)
			l.add(c.Is.Ref, c.Is.Title, "compare.what."+string(way), was, is)
		}
	}
	for _, c := range l.d.NewCommitments {
		l.add(c.Ref, c.Title, "difference.new", "", l.status(c.Status))
	}
	for _, c := range l.d.GoneCommitments {
		l.add(c.Ref, c.Title, "difference.gone", l.status(c.Status), "")
	}
}

func (l *lines) status(s progress.Status) string { return Of(l.t, "status.", s) }

// told is what the two tell of a commitment in a way.
func (l *lines) told(way reports.Moved, c reports.CommitmentDifference) (was, is string) {
	due := func(d calendar.Date) string {
		if d.IsZero() {
			return l.t.Msg("report.no_due")
		}
		return l.t.Date(d)
	}
	switch way {
	case reports.MovedStatus:
		return l.status(c.Was.Status), l.status(c.Is.Status)
	case reports.MovedProof:
		return Of(l.t, "proof.", c.Was.Verification), Of(l.t, "proof.", c.Is.Verification)
	case reports.MovedDue:
		return due(c.Was.DueOn), due(c.Is.DueOn)
	case reports.MovedLead:
		return c.Was.LeadName, c.Is.LeadName
	case reports.MovedWording:
		return c.Was.Title + "\n" + c.Was.Text, c.Is.Title + "\n" + c.Is.Text
	}
	return Said(l.t, l.d.Was, c.Was), Said(l.t, l.d.Is, c.Is)
}

func (l *lines) recommendations() {
	l.section = "reports.section.recommendations"
	for _, r := range l.d.Recommendations {
		if r.Wording {
			l.add(r.Is.Ref, r.Is.Title, "compare.what.wording", r.Was.Title+"\n"+r.Was.Text, r.Is.Title+"\n"+r.Is.Text)
		}
		for _, kind := range r.Remarks() {
			was, is := r.Was.Remark(kind), r.Is.Remark(kind)
			l.add(r.Is.Ref, r.Is.Title, "report.col."+string(kind), RemarkOn(l.t, kind, was.Word, was.GivenOn), RemarkOn(l.t, kind, is.Word, is.GivenOn))
		}
		for _, i := range r.Items {
			l.item(r.Is, i)
		}
	}
	for _, r := range l.d.NewRecommendations {
		l.add(r.Ref, r.Title, "difference.new", "", r.Text)
	}
	for _, r := range l.d.GoneRecommendations {
		l.add(r.Ref, r.Title, "difference.gone", r.Text, "")
	}
}

// item adds a line for the item where it is new or gone, and for each answer.
func (l *lines) item(r reports.RecommendationStatus, i reports.ItemDifference) {
	if i.New {
		l.add(i.Ref, r.Title, "difference.item.new", "", i.Text)
	}
	if i.Gone {
		l.add(i.Ref, r.Title, "difference.item.gone", i.Text, "")
	}
	answer := func(a reports.AnswerStatus) string { return a.Commitment + " " + a.Title + ": " + Standing(l.t, a) }
	for _, a := range i.Ended {
		l.add(i.Ref, r.Title, "difference.ended", answer(a), "")
	}
	for _, a := range i.Linked {
		l.add(i.Ref, r.Title, "difference.linked", "", answer(a))
	}
	for _, a := range i.Moved {
		l.add(i.Ref, r.Title, "difference.moved", answer(a.Was), answer(a.Is))
	}
}

func (l *lines) indicators() {
	l.section = "reports.section.indicators"
	for _, f := range l.d.Indicators {
		told := FiguresAt(l.t, f)
		l.list = append(l.list, DifferenceLine{l.t.Msg(l.section), f.Ref, f.Title, f.Year + ", " + Place(l.t, f.Place), told.Was, told.Is})
	}
}

func (l *lines) evidence() {
	l.section = "reports.section.evidence"
	for _, e := range l.d.NewEvidence {
		l.add(e.Commitment, "", "difference.new", "", e.Title)
	}
	for _, e := range l.d.GoneEvidence {
		l.add(e.Commitment, "", "difference.gone", e.Title, "")
	}
}

// DifferenceCounts says how many of something are told otherwise, are new and
// are told no longer, without what there is none of.
func DifferenceCounts(t *i18n.T, changed, came, gone int) string {
	var parts []string
	for _, p := range []struct {
		key string
		n   int
	}{{"difference.count.changed", changed}, {"difference.count.new", came}, {"difference.count.gone", gone}} {
		if p.n > 0 {
			parts = append(parts, t.Msg(p.key, "n", p.n))
		}
	}
	return strings.Join(parts, ", ")
}
