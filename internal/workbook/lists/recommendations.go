package lists

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/recommendations"
	"tracker/internal/workbook"
)

// recommended is the list of a country's recommendations in the editions that
// are released, each followed by its items. A row is a recommendation or an
// item by its reference, and says what such a one has: a row of an item leaves
// the columns of recommendations empty, and the other way round.
var recommended = list{name: "recommendations", needs: 1, may: plans, open: openRecommendations, columns: []Column{
	{Key: "ref", Width: 13}, {Key: "title", Width: 44}, {Key: "text", Width: 70}, {Key: "basis", Width: 10},
	{Key: "cut", Width: 7}, {Key: "source", Width: 36}, {Key: "theme", Width: 13}, {Key: "indicium", Width: 10},
	{Key: "not_done_years", Width: 15}, {Key: "not_done_source", Width: 30},
	{Key: "lead", Width: 10}, {Key: "supporting", Width: 20}, {Key: "retired", Width: 9}}}

// ofRecommendation and ofItem are the columns that only one of the two has.
var (
	ofRecommendation = []string{"title", "basis", "cut", "source", "theme", "indicium", "not_done_years", "not_done_source"}
	ofItem           = []string{"lead", "supporting", "retired"}
)

// asked is a recommendation or an item, as its reference says.
type asked struct {
	ref         recommendations.Ref
	id, version int64
	fields      recommendations.RecommendationFields
	item        recommendations.ItemNew
	retired     bool
}

type recommendationRun struct {
	byRef
	tx       *gorm.DB
	in       workbook.In
	editions map[recommendations.Ref]recommendations.EditionRow
	order    []record
	there    map[recommendations.Ref]asked
	left     map[recommendations.Ref]int // items of a recommendation that are asked
	typed    map[*row]asked
}

func openRecommendations(tx *gorm.DB, in workbook.In) (run, error) {
	u := &recommendationRun{byRef: "ref", tx: tx, in: in, editions: map[recommendations.Ref]recommendations.EditionRow{}, there: map[recommendations.Ref]asked{},
		left: map[recommendations.Ref]int{}, typed: map[*row]asked{}}
	editions, err := recommendations.Editions(tx, in.Country, in.Clock.Today())
	if err != nil {
		return u, err
	}
	slices.SortFunc(editions, func(a, b recommendations.EditionRow) int {
		if a.Mechanism != b.Mechanism {
			return strings.Compare(a.Mechanism, b.Mechanism)
		}
		return a.Year - b.Year
	})
	for _, e := range editions {
		u.editions[recommendations.Ref{Mechanism: e.Mechanism, Year: e.Year}] = e
		if err := u.readEdition(e); err != nil {
			return u, err
		}
	}
	return u, nil
}

func (u *recommendationRun) readEdition(e recommendations.EditionRow) error {
	list, err := recommendations.Recommendations(u.tx, e.ID)
	if err != nil {
		return err
	}
	var ids []int64
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	items, err := recommendations.ItemsOf(u.tx, ids)
	if err != nil {
		return err
	}
	ids = nil
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	supporters, err := recommendations.SupportersOf(u.tx, ids)
	for _, r := range list {
		a := asked{ref: recommendations.Ref{Mechanism: r.Mechanism, Year: r.Year, Number: r.Number}, id: r.ID, version: r.Version,
			fields: recommendations.RecommendationFields{Title: r.Title, Text: r.Text, Basis: r.Basis, Cut: r.Cut, Source: r.Source, Theme: r.Theme,
				Indicium: r.Indicium, NotDoneYears: r.NotDoneYears, NotDoneSource: r.NotDoneSource}}
		u.add(a)
		for _, i := range items {
			if i.RecommendationID != r.ID {
				continue
			}
			one := asked{ref: a.ref, id: i.ID, version: i.Version, retired: !i.RetiredOn.IsZero(),
				item: recommendations.ItemNew{Letter: i.Letter, Text: i.Text, Lead: i.Lead, Supporting: supporters[i.ID]}}
			if one.ref.Letter = i.Letter; !one.retired {
				u.left[a.ref]++
			}
			u.add(one)
		}
	}
	return err
}

func (u *recommendationRun) add(a asked) {
	u.there[a.ref], u.order = a, append(u.order, a.record())
}

func (a asked) record() record {
	if a.ref.Letter != "" {
		return record{kind: "list.item", ref: a.ref.String(), title: a.item.Text, cells: []string{a.ref.String(), "", a.item.Text, "", "", "", "", "", "", "",
			a.item.Lead, joined(a.item.Supporting), yesOrNot(a.retired)}}
	}
	f := a.fields
	return record{kind: "list.recommendation", ref: a.ref.String(), title: f.Title, cells: []string{a.ref.String(), f.Title, f.Text, string(f.Basis), yesOrNot(f.Cut),
		f.Source, f.Theme, numberOr(f.Indicium), numberOr(f.NotDoneYears), f.NotDoneSource, "", "", ""}}
}

func (u *recommendationRun) records() []record { return u.order }

func (u *recommendationRun) read(r *row) record {
	ref, err := recommendations.ParseRef(r.text("ref"))
	if err != nil || ref.Number == 0 {
		r.bad("ref", "lists.error.asked_ref")
		return record{ref: r.text("ref"), cells: make([]string, len(r.list.columns))}
	}
	a := asked{ref: ref, item: recommendations.ItemNew{Letter: ref.Letter}}
	if r.was != nil {
		a = u.there[ref]
	}
	others := ofItem
	if ref.Letter != "" {
		others = ofRecommendation
		u.readItem(r, &a)
	} else {
		f := &a.fields
		words(r, "title", &f.Title)
		words(r, "text", &f.Text)
		word(r, "basis", &f.Basis)
		r.yes("cut", &f.Cut)
		words(r, "source", &f.Source)
		word(r, "theme", &f.Theme)
		r.whole("indicium", &f.Indicium)
		r.whole("not_done_years", &f.NotDoneYears)
		words(r, "not_done_source", &f.NotDoneSource)
	}
	for _, key := range others {
		if r.text(key) != "" {
			r.bad(key, map[bool]string{true: "lists.error.of_recommendation", false: "lists.error.of_item"}[ref.Letter != ""])
		}
	}
	u.typed[r] = a
	return a.record()
}

func (u *recommendationRun) readItem(r *row, a *asked) {
	words(r, "text", &a.item.Text)
	r.code("lead", &a.item.Lead)
	if r.says("supporting") {
		a.item.Supporting = nil
		for _, code := range split(strings.ReplaceAll(r.text("supporting"), ",", ";")) {
			a.item.Supporting = append(a.item.Supporting, strings.ToUpper(code))
		}
		slices.Sort(a.item.Supporting)
		a.item.Supporting = slices.Compact(a.item.Supporting)
	}
	r.yes("retired", &a.retired)
}

func (u *recommendationRun) weigh(rows []*row) error {
	adding := map[recommendations.Ref]bool{}
	for _, r := range rows {
		adding[u.typed[r].ref] = true
	}
	for _, r := range rows {
		a := u.typed[r]
		if a.ref.Letter != "" {
			if err := u.weighItem(r, a, adding); err != nil {
				return err
			}
			continue
		}
		if e, there := u.editions[a.ref.Edition()]; r.was == nil && (!there || e.Completeness == recommendations.NotHeld) {
			r.bad("ref", "lists.error.edition", "edition", a.ref.Edition().String())
		}
		r.badAll(recommendations.CheckRecommendation(a.fields), nil)
	}
	return nil
}

func (u *recommendationRun) weighItem(r *row, a asked, adding map[recommendations.Ref]bool) error {
	of := a.ref.Recommendation()
	if _, there := u.there[of]; r.was == nil && !there && !adding[of] {
		r.bad("ref", "lists.error.item_of", "ref", of.String())
	}
	switch was := u.there[a.ref].retired; {
	case r.was == nil && a.retired:
		r.bad("retired", "lists.error.retired_new")
	case was && !a.retired:
		r.bad("retired", "lists.error.retired_stays")
	case a.retired && !was:
		if u.left[of]--; u.left[of] < 1 {
			r.bad("retired", "asked.error.last_item")
		}
	}
	return r.refused(recommendations.CheckItem(u.tx, a.item), map[string]string{"letter": "ref"})
}

func (u *recommendationRun) write(rows []*row) error {
	items := map[recommendations.Ref][]recommendations.ItemNew{} // of recommendations that are added
	for _, r := range rows {
		if a := u.typed[r]; r.was == nil && a.ref.Letter != "" && u.there[a.ref.Recommendation()].id == 0 {
			items[a.ref.Recommendation()] = append(items[a.ref.Recommendation()], a.item)
		}
	}
	for _, r := range rows {
		a := u.typed[r]
		var err error
		switch {
		case a.ref.Letter != "":
			err = u.writeItem(r, a)
		case r.was == nil:
			_, err = recommendations.AddRecommendation(u.tx, u.in.Clock, u.in.Actor, recommendations.RecommendationNew{EditionID: u.editions[a.ref.Edition()].ID,
				Number: a.ref.Number, RecommendationFields: a.fields, Items: items[a.ref]})
		default:
			err = recommendations.ChangeRecommendation(u.tx, u.in.Clock, u.in.Actor, recommendations.RecommendationChange{ID: a.id, Version: a.version, RecommendationFields: a.fields})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeItem keeps an item. One of a recommendation that is added comes with it.
func (u *recommendationRun) writeItem(r *row, a asked) error {
	if r.was == nil {
		of := u.there[a.ref.Recommendation()]
		if of.id == 0 {
			return nil
		}
		_, err := recommendations.AddItem(u.tx, u.in.Clock, u.in.Actor, of.id, a.item)
		return err
	}
	was := u.there[a.ref]
	if moved := a; moved.item.Text != was.item.Text || moved.item.Lead != was.item.Lead || !slices.Equal(moved.item.Supporting, was.item.Supporting) {
		err := recommendations.ChangeItem(u.tx, u.in.Clock, u.in.Actor, recommendations.ItemChange{ID: a.id, Version: a.version, Text: a.item.Text, Lead: a.item.Lead, Supporting: a.item.Supporting})
		if err != nil {
			return err
		}
		a.version++
	}
	if a.retired && !was.retired {
		return recommendations.RetireItem(u.tx, u.in.Clock, u.in.Actor, a.id, a.version)
	}
	return nil
}
