package lists

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/workbook"
)

// indicated is the list of a country's indicators with their newest
// definitions. Breaks and reason are of a change; they are never given out.
var indicated = list{name: "indicators", needs: 1, may: plans, open: openIndicators, columns: []Column{
	{Key: "ref", Width: 10}, {Key: "title", Width: 40}, {Key: "text", Width: 50}, {Key: "statistic", Width: 18},
	{Key: "unit", Width: 15}, {Key: "currency", Width: 9}, {Key: "scale", Width: 24}, {Key: "direction", Width: 10},
	{Key: "source", Width: 30}, {Key: "frequency", Width: 10}, {Key: "institution", Width: 12}, {Key: "baseline", Width: 12},
	{Key: "baseline_year", Width: 13}, {Key: "headline", Width: 24}, {Key: "dimensions", Width: 34}, {Key: "crossed", Width: 9},
	{Key: "targets", Width: 34}, {Key: "share", Width: 10}, {Key: "sdg", Width: 9}, {Key: "nodes", Width: 16},
	{Key: "commitments", Width: 20}, {Key: "items", Width: 20}, {Key: "breaks", Width: 8}, {Key: "reason", Width: 30}}}

// linked are commitments and items by their references, and the other way
// round.
type linked struct {
	ref map[int64]string
	id  map[string]int64
}

func (l linked) add(id int64, ref string) { l.ref[id], l.id[strings.ToUpper(ref)] = ref, id }

func (l linked) refs(ids []int64) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, l.ref[id])
	}
	return joined(parts)
}

// take takes the references of a cell over those that are there.
func (l linked) take(r *row, key, message string, to *[]int64) {
	if !r.says(key) {
		return
	}
	*to = nil
	for _, ref := range split(r.text(key)) {
		id := l.id[strings.ToUpper(flat(ref))]
		if id == 0 {
			r.bad(key, message)
			return
		}
		*to = append(*to, id)
	}
}

type indicatorRun struct {
	byRef
	tx          *gorm.DB
	in          workbook.In
	names       named
	nodes       linked
	commitments linked
	items       linked
	order       []indicators.Defined
	there       map[string]indicators.Defined
	typed       map[*row]indicators.IndicatorChange
}

func openIndicators(tx *gorm.DB, in workbook.In) (run, error) {
	empty := func() linked { return linked{map[int64]string{}, map[string]int64{}} }
	u := &indicatorRun{byRef: "ref", tx: tx, in: in, nodes: empty(), commitments: empty(), items: empty(), there: map[string]indicators.Defined{},
		typed: map[*row]indicators.IndicatorChange{}}
	var err error
	if u.names, err = readNames(tx, in.Country); err != nil {
		return u, err
	}
	u.nodes = linked{u.names.node, u.names.of}
	all, err := plan.CommitmentsForActor(tx, in.Actor)
	if err != nil {
		return u, err
	}
	for _, c := range all {
		u.commitments.add(c.ID, c.Ref)
	}
	recommended, err := openRecommendations(tx, in)
	if err != nil {
		return u, err
	}
	for ref, a := range recommended.(*recommendationRun).there { // of the function above
		if ref.Letter != "" {
			u.items.add(a.id, ref.String())
		}
	}
	u.order, err = indicators.AllDefined(tx, in.Country)
	for _, i := range u.order {
		u.there[i.Ref] = i
	}
	return u, err
}

// placeText writes a place with a comma where two dimensions cross.
func placeText(p indicators.Place) string { return strings.ReplaceAll(string(p), ";", ", ") }

// placeOf reads it again.
func placeOf(text string) indicators.Place {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		code, category, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts = append(parts, strings.TrimSpace(code)+"="+strings.TrimSpace(category))
	}
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return indicators.Place(strings.Join(parts, ";"))
}

func (u *indicatorRun) record(ref string, t indicators.Terms) record {
	baseline, year := "", ""
	if t.Baseline != nil {
		baseline, year = t.Say(*t.Baseline), strconv.Itoa(t.BaselineYear)
	}
	var dims, targets []string
	for _, d := range t.Dimensions {
		if d.Code == indicators.Districts {
			dims = append(dims, d.Code+": "+strings.Join(d.Categories, " | "))
			continue
		}
		dims = append(dims, d.Code)
	}
	for _, g := range t.Targets {
		targets = append(targets, g.From.String()+": "+t.Say(g.Amount))
	}
	return record{kind: "list.indicator", ref: ref, title: t.Title, cells: []string{ref, t.Title, t.Text, t.Statistic, string(t.Unit), t.Currency, joined(t.Scale),
		t.Direction, t.Source, t.Frequency, u.names.code[t.InstitutionID], baseline, year, placeText(t.Headline), joined(dims), yesOrNot(t.Crossed), joined(targets),
		string(t.Share), joined(t.SDG), u.nodes.refs(t.Nodes), u.commitments.refs(t.Commitments), u.items.refs(t.Items), "", ""}}
}

func (u *indicatorRun) records() (list []record) {
	for _, i := range u.order {
		list = append(list, u.record(i.Ref, i.Terms))
	}
	return list
}

func (u *indicatorRun) read(r *row) record {
	c := indicators.IndicatorChange{Country: u.in.Country, Ref: strings.ToUpper(r.text("ref")), Reason: r.text("reason")}
	if r.was != nil {
		c.Ref, c.Terms, c.Version = r.was.ref, u.there[r.was.ref].Terms, u.there[r.was.ref].Version
	}
	if c.Reason == "" {
		c.Reason = takenFrom(u.in)
	}
	t := &c.Terms
	words(r, "title", &t.Title)
	words(r, "text", &t.Text)
	word(r, "statistic", &t.Statistic)
	word(r, "unit", &t.Unit)
	r.code("currency", &t.Currency)
	if r.says("scale") {
		t.Scale = split(r.text("scale"))
	}
	word(r, "direction", &t.Direction)
	words(r, "source", &t.Source)
	word(r, "frequency", &t.Frequency)
	u.names.institution(r, "institution", &t.InstitutionID)
	readDimensions(r, t)
	readAmounts(r, t)
	if r.text("share") != "" || r.was != nil {
		word(r, "share", &t.Share)
	}
	if r.says("sdg") {
		t.SDG = split(r.text("sdg"))
	}
	u.nodes.take(r, "nodes", "lists.error.node", &t.Nodes)
	u.commitments.take(r, "commitments", "indicator.error.commitments", &t.Commitments)
	u.items.take(r, "items", "indicator.error.items", &t.Items)
	r.yes("breaks", &c.Breaks)
	u.typed[r] = c
	return u.record(c.Ref, c.Terms)
}

func readDimensions(r *row, t *indicators.Terms) {
	if r.says("dimensions") {
		t.Dimensions = nil
		for _, part := range split(r.text("dimensions")) {
			code, names, _ := strings.Cut(part, ":")
			d := indicators.Dimension{Code: heading(code)}
			if at := slices.IndexFunc(indicators.Dimensions, func(k indicators.Dimension) bool { return k.Code == d.Code }); at >= 0 {
				d.Categories = indicators.Dimensions[at].Categories
			}
			for name := range strings.SplitSeq(names, "|") {
				if name = strings.TrimSpace(name); name != "" && d.Code == indicators.Districts {
					d.Categories = append(d.Categories, name)
				}
			}
			t.Dimensions = append(t.Dimensions, d)
		}
	}
	r.yes("crossed", &t.Crossed)
	if r.says("headline") {
		t.Headline = placeOf(r.text("headline"))
	}
}

// readAmounts reads baseline and targets, whose unit was read before.
func readAmounts(r *row, t *indicators.Terms) {
	if r.says("baseline") {
		amount, wrong := t.ReadAmount(r.text("baseline"))
		if t.Baseline = amount; wrong != nil {
			r.bad("baseline", wrong.Key, wrong.Args...)
		}
	}
	r.whole("baseline_year", &t.BaselineYear)
	if !r.says("targets") {
		return
	}
	t.Targets = nil
	for _, part := range split(r.text("targets")) {
		m := dated.FindStringSubmatch(flat(part))
		if m == nil {
			r.bad("targets", "lists.error.target", "text", part)
			return
		}
		from, ok := dayOf(m[1])
		amount, wrong := t.ReadAmount(m[2])
		switch {
		case wrong != nil:
			r.bad("targets", wrong.Key, wrong.Args...)
		case amount == nil || !ok:
			r.bad("targets", "lists.error.target", "text", part)
		default:
			t.Targets = append(t.Targets, indicators.Target{From: from, Amount: *amount})
			continue
		}
		return
	}
}

// fieldsOfIndicator are fields of the form that stand in another column.
var fieldsOfIndicator = map[string]string{"districts": "dimensions"}

func (u *indicatorRun) weigh(rows []*row) error {
	for _, r := range rows {
		c := u.typed[r]
		var err error
		if r.was == nil {
			err = indicators.IndicatorNew{Country: c.Country, Ref: c.Ref, Terms: c.Terms}.Check(u.tx, u.in.Clock)
		} else {
			c.Breaks = false // by itself it would break the series again each time
			err = c.Check(u.tx, u.in.Clock)
		}
		if errors.Is(err, indicators.ErrUnchanged) { // said in other words
			r.Fate, r.Changes = workbook.Same, nil
			continue
		}
		if err := r.refused(err, fieldsOfIndicator); err != nil {
			return err
		}
	}
	return nil
}

func (u *indicatorRun) write(rows []*row) (err error) {
	for _, r := range rows {
		c := u.typed[r]
		switch r.Fate {
		case workbook.New:
			_, err = indicators.Add(u.tx, u.in.Clock, u.in.Actor, indicators.IndicatorNew{Country: c.Country, Ref: c.Ref, Terms: c.Terms})
		case workbook.Changed:
			err = indicators.Change(u.tx, u.in.Clock, u.in.Actor, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
