package lists

import (
	"cmp"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/indicators"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/workbook"
)

// measured is the list of the measurements that an actor may see. A
// measurement has no reference of its own: its row is known by the indicator,
// the days that it covers, where it comes from and whose figure it is. Of
// several such the newest is in the list, one that waits before one that is
// approved. What is taken in is handed over for review and never approved.
var measured = list{name: "measurements", needs: 2, may: logs, open: openMeasurements, columns: measurementColumns}

var measurementColumns = []Column{
	{Key: "indicator", Width: 10}, {Key: "covers_to", Width: 12}, {Key: "covers_from", Width: 12}, {Key: "basis", Width: 10},
	{Key: "edition", Width: 11}, {Key: "attribution", Width: 15}, {Key: "qualifier", Width: 11}, {Key: "values", Width: 60},
	{Key: "source", Width: 36}, {Key: "note", Width: 44}, {Key: "parts_reason", Width: 36},
	{Key: "institution", Width: 12, told: true}, {Key: "state", Width: 11, told: true}}

func logs(actor accounts.Actor) bool {
	return actor.Is(accounts.FocalPoint, accounts.Coordinator, accounts.System)
}

// measurement is a row with what it would become.
type measurement struct {
	was *indicators.Listed
	in  indicators.MeasurementNew
}

type measurementRun struct {
	tx       *gorm.DB
	in       workbook.In
	listing  indicators.Listing
	editions map[string]int64
	order    []record
	there    map[string]*indicators.Listed
	typed    map[*row]measurement
}

func openMeasurements(tx *gorm.DB, in workbook.In) (run, error) {
	u := &measurementRun{tx: tx, in: in, editions: map[string]int64{}, there: map[string]*indicators.Listed{}, typed: map[*row]measurement{}}
	editions, err := recommendations.Editions(tx, in.Country, in.Clock.Today())
	if err != nil {
		return u, err
	}
	for _, e := range editions {
		u.editions[e.Ref()] = e.ID
	}
	if u.listing, err = indicators.List(tx, in.Clock, in.Actor, in.Country); err != nil {
		return u, err
	}
	var ids []string
	for i := range u.listing.Measured {
		m := &u.listing.Measured[i]
		rec := u.record(*m)
		id := u.id(func(key string) string { return rec.cells[at(measurementColumns, key)] })
		was := u.there[id]
		if was == nil {
			ids = append(ids, id)
		}
		if was == nil || m.State != progress.Approved || was.State == progress.Approved {
			u.there[id] = m
		}
	}
	for _, id := range ids {
		u.order = append(u.order, u.record(*u.there[id]))
	}
	return u, nil
}

// id is how a measurement is known: a year begins where nothing else is said,
// and what is logged is the government's.
func (u *measurementRun) id(cell func(key string) string) string {
	to, from := cell("covers_to"), cell("covers_from")
	if day, ok := dayOf(to); ok && !day.IsZero() {
		to = day.String()
		if from == "" {
			from = progress.YearOn(u.listing.Periods, day).From.String()
		}
	}
	if day, ok := dayOf(from); ok {
		from = day.String()
	}
	return strings.ToUpper(strings.Join([]string{flat(cell("indicator")), to, from, cmp.Or(heading(cell("basis")), string(indicators.Logged)), flat(cell("edition")),
		cmp.Or(heading(cell("attribution")), indicators.Attributions[0])}, "\x00"))
}

// rowOf writes a measurement with the terms by which its places are counted.
func rowOf(in indicators.MeasurementNew, edition, institution, state string, t indicators.Terms) record {
	var values []string
	for _, c := range in.Cells {
		values = append(values, cmp.Or(placeText(c.Place), "total")+": "+t.Typed(c))
	}
	days := in.CoversFrom.String() + " – " + in.CoversTo.String()
	return record{kind: "list.measurement", ref: in.Ref + " " + in.CoversTo.String(), title: days, cells: []string{in.Ref, in.CoversTo.String(), in.CoversFrom.String(),
		string(in.Basis), edition, in.Attribution, in.Qualifier, joined(values), in.Source, in.Note, in.PartsReason, institution, state}}
}

// said is what a measurement says, as it would be said anew.
func said(m indicators.Listed, country string, t indicators.Terms) indicators.MeasurementNew {
	in := indicators.MeasurementNew{Country: country, Ref: m.Ref, Said: indicators.Said{CoversFrom: m.CoversFrom, CoversTo: m.CoversTo, Basis: m.Basis,
		Attribution: m.Attribution, Qualifier: m.Qualifier, Source: m.Source, Note: m.Note, PartsReason: m.PartsReason}}
	if m.EditionID != nil {
		in.EditionID = *m.EditionID
	}
	for _, place := range t.Places() {
		if c, told := m.Cells[place]; told {
			in.Cells = append(in.Cells, c)
		}
	}
	return in
}

func (u *measurementRun) record(m indicators.Listed) record {
	t, _ := u.listing.TermsOn(m.Ref, m.CoversTo) // it is in the listing
	return rowOf(said(m, u.in.Country, t), m.Edition, m.Institution, string(m.State), t)
}

func (u *measurementRun) records() []record { return u.order }

func (u *measurementRun) read(r *row) record {
	m := measurement{in: indicators.MeasurementNew{Country: u.in.Country, Ref: strings.ToUpper(r.text("indicator"))}}
	in := &m.in.Said
	in.Basis, in.Attribution, in.Qualifier = indicators.Logged, indicators.Attributions[0], indicators.Qualifiers[0]
	edition, institution, state := "", "", ""
	r.day("covers_to", &in.CoversTo)
	t, seen := u.listing.TermsOn(m.in.Ref, in.CoversTo)
	if r.was != nil {
		m.was = u.there[u.id(r.text)]
		t, seen = u.listing.TermsOn(m.was.Ref, m.was.CoversTo)
		m.in = said(*m.was, u.in.Country, t)
		edition, institution, state = m.was.Edition, m.was.Institution, string(m.was.State)
	} else {
		r.day("covers_from", &in.CoversFrom)
		if in.CoversFrom.IsZero() && !in.CoversTo.IsZero() {
			in.CoversFrom = progress.YearOn(u.listing.Periods, in.CoversTo).From
		}
		if edition = strings.ToUpper(flat(r.text("edition"))); edition != "" {
			if in.EditionID = u.editions[edition]; in.EditionID == 0 {
				r.bad("edition", "measurement.error.edition")
			}
		}
		filled(r, "basis", &in.Basis)
		filled(r, "attribution", &in.Attribution)
	}
	if !seen {
		r.bad("indicator", "lists.error.indicator")
	}
	filled(r, "qualifier", &in.Qualifier)
	words(r, "source", &in.Source)
	words(r, "note", &in.Note)
	words(r, "parts_reason", &in.PartsReason)
	if seen && r.says("values") {
		readValues(r, t, in)
	}
	u.typed[r] = m
	return rowOf(m.in, edition, institution, state, t)
}

// filled takes a word where one stands: an empty cell leaves what is usual.
func filled[T ~string](r *row, key string, to *T) {
	if r.text(key) != "" {
		word(r, key, to)
	}
}

// readValues reads the answers of a cell: "total: 12; sex=female: 7". What
// stands alone is the total.
func readValues(r *row, t indicators.Terms, in *indicators.Said) {
	places := map[string]indicators.Place{"total": ""}
	for _, p := range t.Places()[1:] {
		places[strings.ToLower(placeText(p))] = p
	}
	place := func(part string) (p indicators.Place, text string, ok bool) {
		for at := range len(part) { // a category may hold a colon, and so may an answer
			if part[at] == ':' {
				if p, ok = places[strings.ToLower(flat(part[:at]))]; ok {
					return p, part[at+1:], true
				}
			}
		}
		return "", part, false
	}
	in.Cells = nil
	parts := begun(r.text("values"), func(part string) bool { _, _, ok := place(part); return ok || strings.Contains(part, "=") })
	for _, part := range parts {
		p, text, ok := place(part)
		if !ok && len(parts) > 1 || !ok && strings.Contains(part, "=") {
			r.bad("values", "lists.error.place", "text", part)
			return
		}
		c, told, wrong := t.Read(p, text)
		if wrong != nil {
			r.bad("values", wrong.Key, wrong.Args...)
			return
		}
		if told {
			in.Cells = append(in.Cells, c)
		}
	}
	in.Cells = t.Filled(in.Cells)
}

// fieldsOfMeasurement are fields of the form that stand in another column.
var fieldsOfMeasurement = map[string]string{"cells": "values", "cell_0": "values"}

func (u *measurementRun) weigh(rows []*row) error {
	for _, r := range rows {
		m := u.typed[r]
		if m.was != nil && m.was.State == progress.Submitted {
			r.bad("indicator", "lists.error.waits")
			continue
		}
		if err := r.refused(indicators.CheckListed(u.tx, u.in.Clock, u.in.Actor, m.was, m.in), fieldsOfMeasurement); err != nil {
			return err
		}
	}
	return nil
}

func (u *measurementRun) write(rows []*row) error {
	for _, r := range rows {
		m := u.typed[r]
		if err := indicators.PutListed(u.tx, u.in.Clock, u.in.Actor, m.was, m.in); err != nil {
			return err
		}
	}
	return nil
}
