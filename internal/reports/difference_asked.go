package reports

import (
	"slices"

	"tracker/internal/indicators"
)

func (d *Difference) recommendations() {
	if !d.Compares(SectionRecommendations) {
		return
	}
	both, gone, came := paired(d.Was.Recommendations, d.Is.Recommendations, func(r RecommendationStatus) string { return r.Ref })
	for _, p := range both {
		one := RecommendationDifference{Pair: p, Wording: p.Was.Title != p.Is.Title || p.Was.Text != p.Is.Text, Items: d.items(p.Was.Items, p.Is.Items),
			Response: p.Was.Response.said() != p.Is.Response.said(), Outcome: p.Was.Outcome.said() != p.Is.Outcome.said()}
		if one.Wording || one.Response || one.Outcome || len(one.Items) > 0 {
			d.Recommendations = append(d.Recommendations, one)
		}
	}
	if d.Alike() {
		d.GoneRecommendations, d.NewRecommendations = gone, came
	}
}

// said is the remark without the words that stay within government.
func (r RemarkStatus) said() RemarkStatus { return RemarkStatus{Word: r.Word, GivenOn: r.GivenOn} }

// items are those that are answered otherwise. Between reports that are not
// alike only answers that both tell are compared: another may stand in one of
// them only because it is not shared so far, or outside the scope.
func (d *Difference) items(was, is []ItemStatus) (list []ItemDifference) {
	both, gone, came := paired(was, is, func(i ItemStatus) string { return i.Ref })
	for _, p := range both {
		one := ItemDifference{Ref: p.Is.Ref, Text: p.Is.Text, Pair: Pair[int]{len(p.Was.Answers), len(p.Is.Answers)}}
		answers, ended, linked := paired(p.Was.Answers, p.Is.Answers, func(a AnswerStatus) string { return a.Commitment })
		for _, a := range answers {
			if a.Was.Status != a.Is.Status || a.Was.Extent != a.Is.Extent {
				one.Moved = append(one.Moved, a)
			}
		}
		if d.Alike() {
			one.Ended, one.Linked = ended, linked
		}
		if len(one.Moved)+len(one.Ended)+len(one.Linked) > 0 {
			list = append(list, one)
		}
	}
	if !d.Alike() {
		return list
	}
	for _, i := range came {
		list = append(list, ItemDifference{Ref: i.Ref, Text: i.Text, New: true, Linked: i.Answers, Pair: Pair[int]{Is: len(i.Answers)}})
	}
	for _, i := range gone {
		list = append(list, ItemDifference{Ref: i.Ref, Text: i.Text, Gone: true, Ended: i.Answers, Pair: Pair[int]{Was: len(i.Answers)}})
	}
	return list
}

func (d *Difference) indicators() {
	if !d.Compares(SectionIndicators) {
		return
	}
	both, gone, came := paired(d.Was.Indicators, d.Is.Indicators, func(i IndicatorStatus) string { return i.Ref })
	for _, p := range both {
		d.years(p.Is, p.Was.Years, p.Is.Years)
	}
	for _, i := range came {
		d.years(i, nil, i.Years)
	}
	for _, i := range gone {
		d.years(i, i.Years, nil)
	}
}

// years compares the values of an indicator, the earliest year first.
func (d *Difference) years(of IndicatorStatus, was, is []YearStatus) {
	both, gone, came := paired(was, is, func(y YearStatus) string { return y.Ref })
	for _, y := range came {
		both = append(both, Pair[YearStatus]{Is: y})
	}
	for _, y := range gone {
		both = append(both, Pair[YearStatus]{Was: y})
	}
	slices.SortStableFunc(both, func(a, b Pair[YearStatus]) int { return yearOf(a).From.Compare(yearOf(b).From) })
	for _, y := range both {
		for _, place := range places(y) {
			one := FigureDifference{of.Ref, of.Title, yearOf(y).Ref, place, y}
			if (d.Alike() || !one.New() && !one.Gone()) && one.differs() {
				d.Indicators = append(d.Indicators, one)
			}
		}
	}
}

// yearOf is the year that is compared, as the later report tells it where it does.
func yearOf(y Pair[YearStatus]) YearStatus {
	if y.Is.Ref != "" {
		return y.Is
	}
	return y.Was
}

// places are where a value stands in either table, what stands for the year first.
func places(y Pair[YearStatus]) (list []indicators.Place) {
	add := func(p indicators.Place) {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	for _, one := range []YearStatus{y.Is, y.Was} {
		if one.Told() {
			add(one.Place)
		}
	}
	for _, c := range slices.Concat(y.Is.Cells, y.Was.Cells) {
		add(c.Place)
	}
	return list
}

// at is the answer of a place of the year's table, if that is told.
func (y YearStatus) at(place indicators.Place) (CellStatus, bool) {
	if place == y.Place {
		return CellStatus{place, y.Answer, y.Number}, y.Answer != ""
	}
	i := slices.IndexFunc(y.Cells, func(c CellStatus) bool { return c.Place == place })
	if i < 0 {
		return CellStatus{}, false
	}
	return y.Cells[i], true
}

// differs says whether the two tell the place otherwise: another answer or
// number, one that is more or less exact, of something else, or of other days.
func (f FigureDifference) differs() bool {
	a, told := f.Was.at(f.Place)
	b, tells := f.Is.at(f.Place)
	if !told || !tells {
		return told != tells
	}
	goesOn := f.Was.Value.SoFar || f.Is.Value.SoFar
	days := goesOn && f.Was.Place == f.Is.Place && f.Place == f.Is.Place && f.Was.Value.CoversTo != f.Is.Value.CoversTo
	return days || a != b || a.Number != "" && f.Was.Value.Qualifier != f.Is.Value.Qualifier ||
		f.Was.Unit != f.Is.Unit || f.Was.Currency != f.Is.Currency || !slices.Equal(f.Was.Scale, f.Is.Scale)
}
