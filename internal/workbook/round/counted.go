package round

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// counted is an indicator as it was filled in, from all of its rows.
type counted struct {
	own   indicators.Own
	lines []line // filled in
	upTo  calendar.Date
	cells map[indicators.Place]indicators.Cell
	at    map[indicators.Place]line
	said  map[field]string // source, note and why parts and total differ
}

// measurements takes the rows of the sheet of indicators.
func (k *taking) measurements() error {
	if k.counts == nil {
		return nil
	}
	own, err := indicators.OwnOf(k.tx, k.Clock, k.Actor, k.Country, k.Actor.InstitutionID, k.year.StartsOn, k.year.EndsOn)
	if err != nil {
		return err
	}
	of := map[string]*counted{}
	var order []*counted
	for _, i := range own {
		c := &counted{own: i, cells: map[indicators.Place]indicators.Cell{}, at: map[indicators.Place]line{}, said: map[field]string{}}
		of[named(i.Ref)], order = c, append(order, c)
	}
	wrong := map[*counted]bool{}
	for _, l := range k.counts.lines() {
		if l.blank(ofIndicators) {
			continue
		}
		c := of[named(l.text(ref))]
		problems := k.counted(c, l)
		k.out.Problems = append(k.out.Problems, problems...)
		wrong[c] = wrong[c] || len(problems) > 0
		if c == nil {
			k.out.Rows = append(k.out.Rows, workbook.Row{Sheet: l.in.Name, Number: l.row.Number, Kind: "figures", Ref: l.text(ref), Fate: workbook.Wrong})
		}
	}
	for _, c := range order {
		out := workbook.Row{Sheet: k.counts.Name, Kind: "figures", Ref: c.own.Ref, Title: c.own.Title, Fate: workbook.Passed}
		if len(c.lines) > 0 {
			out.Number = c.lines[0].row.Number
		}
		if wrong[c] {
			out.Fate = workbook.Wrong
		}
		if len(c.lines) == 0 || wrong[c] {
			if out.Number > 0 {
				k.out.Rows = append(k.out.Rows, out)
			}
			continue
		}
		if err := k.settleFigures(c, out); err != nil {
			return err
		}
	}
	return nil
}

// counted adds a row to its indicator, or says what is wrong with it.
func (k *taking) counted(c *counted, l line) (problems []workbook.Problem) {
	note := func(f field, key string, args ...any) {
		problems = append(problems, l.problem(f, true, key, args...))
	}
	if c == nil {
		key := "round.error.unknown_ref"
		if l.text(ref) == "" {
			key = "round.error.no_ref"
		}
		note(ref, key)
		return problems
	}
	c.lines = append(c.lines, l)
	problems = l.calculated(ofIndicators)
	switch day, ok := l.day(upTo); {
	case !ok:
		note(upTo, "round.error.day")
	case !day.IsZero() && !k.year.Holds(day):
		note(upTo, "round.error.outside", "period", k.year.Label, "from", k.year.StartsOn, "to", k.year.EndsOn)
	case !day.IsZero() && !c.upTo.IsZero() && day != c.upTo:
		note(upTo, "round.error.two_days", "ref", c.own.Ref, "day", c.upTo)
	case !day.IsZero():
		c.upTo = day
	}
	for _, f := range []field{source, notes, parts} {
		text := l.text(f)
		if text != "" && c.said[f] != "" && squash(text) != squash(c.said[f]) {
			text = c.said[f] + "\n" + text
		}
		c.said[f] = cmp.Or(text, c.said[f])
	}
	if l.text(figure) != "" {
		problems = append(problems, k.figure(c, l)...)
	}
	return problems
}

// figure reads the figure of a row.
func (k *taking) figure(c *counted, l line) []workbook.Problem {
	places := c.own.Places()
	at := slices.IndexFunc(places, func(p indicators.Place) bool {
		return plainly(k.placeName(p)) == plainly(k.languages.place(l.text(category)))
	})
	if at < 0 && len(places) == 1 && !l.in.has(category) {
		at = 0
	}
	if at < 0 {
		return []workbook.Problem{l.problem(category, true, "round.error.place", "ref", c.own.Ref)}
	}
	if first, twice := c.at[places[at]]; twice {
		return []workbook.Problem{l.problem(ref, true, "round.error.twice", "cell", first.address(figure))}
	}
	text := k.languages.answer(c.own.Unit, l.text(figure))
	if one := l.cell(figure); one.Kind == sheet.Number {
		text = one.Raw
	}
	cell, told, wrong := c.own.Read(places[at], text)
	if wrong != nil {
		return []workbook.Problem{l.problem(figure, true, wrong.Key, wrong.Args...)}
	}
	if told {
		c.cells[places[at]], c.at[places[at]] = cell, l
	}
	return nil
}

// over are the figures over those that are there: a cell left empty leaves what
// it would replace.
func (c *counted) over(base indicators.Held) indicators.Said {
	s := indicators.Said{CoversTo: c.upTo, Basis: indicators.Logged, Attribution: base.Attribution, Qualifier: base.Qualifier,
		Source: cmp.Or(c.said[source], base.Source), Note: cmp.Or(c.said[notes], base.Note), PartsReason: cmp.Or(c.said[parts], base.PartsReason)}
	if base.ID != 0 {
		s.CoversFrom = base.CoversFrom
	}
	cells := maps.Clone(base.Cells)
	if cells == nil {
		cells = map[indicators.Place]indicators.Cell{}
	}
	maps.Copy(cells, c.cells)
	for _, p := range sortedPlaces(cells) {
		one := cells[p]
		one.MeasurementID = 0
		s.Cells = append(s.Cells, one)
	}
	return s
}

func sortedPlaces(cells map[indicators.Place]indicators.Cell) []indicators.Place {
	return slices.Sorted(maps.Keys(cells))
}

// saysWhat says whether a measurement says already all that the rows say.
func (c *counted) saysWhat(h indicators.Held) bool {
	for p, cell := range c.cells {
		was, told := h.Cells[p]
		if !told || was.Answer != cell.Answer || (was.Amount == nil) != (cell.Amount == nil) || was.Amount != nil && *was.Amount != *cell.Amount {
			return false
		}
	}
	for f, text := range map[field]string{source: h.Source, notes: h.Note, parts: h.PartsReason} {
		if c.said[f] != "" && squash(c.said[f]) != squash(text) {
			return false
		}
	}
	return h.CoversTo == c.upTo
}

// counting is what becomes of an indicator's rows, as course is of an update's.
type counting struct {
	base indicators.Held
	in   indicators.MeasurementNew
	id   int64
	key  string
}

func (k *taking) countingOf(c *counted) counting {
	out := counting{in: indicators.MeasurementNew{Country: k.Country, Ref: c.own.Ref}}
	place, way := placeOf(c.own.Held, func(h indicators.Held) (progress.State, bool, bool) {
		return h.State, h.CoversTo == c.upTo && !h.Superseded, h.Entry().WrittenBy(k.Actor)
	})
	if out.key = way; place >= 0 {
		out.base = c.own.Held[place]
	}
	switch way {
	case changes:
		out.id = out.base.ID
	case corrects:
		out.in.CorrectsID = out.base.ID
	}
	out.in.Said = c.over(out.base)
	return out
}

// settleFigures says what becomes of the rows of an indicator, and asks where
// somebody logged something else meanwhile.
func (k *taking) settleFigures(c *counted, out workbook.Row) error {
	add := func(f workbook.Fate) error {
		out.Fate = f
		k.out.Rows = append(k.out.Rows, out)
		return nil
	}
	if slices.ContainsFunc(c.own.Held, c.saysWhat) {
		return add(workbook.Same)
	}
	n := k.countingOf(c)
	if err := indicators.MayLog(k.tx, k.Clock, k.Actor, n.in, n.id, n.base.Version); err != nil {
		return errors.Join(k.wrong(c.lines[0], err, fieldOfFigures), add(workbook.Wrong))
	}
	out.Changes = k.changedFigures(c, n)
	fate := workbook.New
	if n.base.ID != 0 {
		fate = workbook.Changed
	}
	if online, since := k.sinceFigures(c); since {
		q := k.conflictOfFigures(c, online, n)
		k.out.Questions = append(k.out.Questions, q)
		switch q.Answer {
		case "":
			return add(workbook.Asks)
		case keepOnline:
			return add(workbook.Same)
		}
	}
	k.writes = append(k.writes, func() error {
		_, err := indicators.Log(k.tx, k.Clock, k.Actor, n.in, n.id, n.base.Version, true)
		return err
	})
	return add(fate)
}

// fieldOfFigures is the column of a field of the form.
func fieldOfFigures(name string) field {
	if f, ok := map[string]field{"covers_to": upTo, "covers_from": upTo, "parts_reason": parts, "note": notes, "source": source, "cells": figure, "cell_0": figure}[name]; ok {
		return f
	}
	return ref
}

// sinceFigures finds what was logged of an indicator after the export.
func (k *taking) sinceFigures(c *counted) (online indicators.Held, found bool) {
	was, kept := sum{}, false
	for _, p := range c.own.Places() {
		if was, kept = k.kept.of[named(figureName(c.own.Ref, k.placeName(p)))]; kept {
			break
		}
	}
	for _, h := range c.own.Held {
		news := !was.known.has(h.ID, h.Version, sumOfFigures(h))
		if !kept {
			news = h.DraftedAt.After(k.signed.At)
		}
		if news && !h.Superseded && (!found || online.CoversTo != c.upTo) {
			online, found = h, true
		}
	}
	return online, found
}

func (k *taking) conflictOfFigures(c *counted, online indicators.Held, n counting) workbook.Question {
	id := fmt.Sprintf("conflict.%s.%d.%d", c.own.Ref, online.ID, online.Version)
	var before, typed []string
	for _, l := range k.counts.lines() {
		if named(l.text(ref)) == named(c.own.Ref) && l.text(lastValue) != "" {
			before = append(before, l.text(category)+": "+l.text(lastValue))
		}
	}
	for _, p := range sortedPlaces(c.cells) {
		typed = append(typed, placeWord(k.t, p)+": "+c.own.Typed(c.cells[p]))
	}
	q := workbook.Question{ID: id, Group: "conflicts", About: c.own.Ref + " " + c.own.Title, Cell: workbook.Address(k.counts.Name, c.lines[0].address(figure)),
		Said: []workbook.Said{{Key: "at_export", Text: strings.Join(before, "\n")}, {Key: "online", Text: k.toldFigures(c, online)},
			{Key: "sheet", Text: strings.Join(append([]string{k.t.Date(c.upTo)}, typed...), "\n")}},
		Options: []workbook.Option{{Value: keepOnline, Key: "keep_online"}, {Value: takeSheet, Key: n.key}}, Answer: k.Answers[id]}
	if q.Answer != keepOnline && q.Answer != takeSheet {
		q.Answer = ""
	}
	q.Open = q.Answer == ""
	return q
}

// toldFigures is a measurement in one text.
func (k *taking) toldFigures(c *counted, h indicators.Held) string {
	list := []string{k.t.Date(h.CoversTo) + " · " + k.t.Msg("review."+string(h.State))}
	for _, p := range sortedPlaces(h.Cells) {
		list = append(list, placeWord(k.t, p)+": "+c.own.Typed(h.Cells[p]))
	}
	return strings.Join(list, "\n")
}

// changedFigures are the figures before and after.
func (k *taking) changedFigures(c *counted, n counting) (list []workbook.Change) {
	if n.base.CoversTo != c.upTo {
		list = append(list, workbook.Change{Field: "round_up_to", New: k.t.Date(c.upTo)})
	}
	for _, p := range sortedPlaces(c.cells) {
		was := c.own.Typed(n.base.Cells[p])
		if now := c.own.Typed(c.cells[p]); now != was {
			list = append(list, workbook.Change{Field: "round_figure", Old: labelled(k, p, was), New: labelled(k, p, now)})
		}
	}
	for _, f := range []struct {
		field    field
		old, new string
	}{{source, n.base.Source, n.in.Source}, {notes, n.base.Note, n.in.Note}, {parts, n.base.PartsReason, n.in.PartsReason}} {
		if f.old != f.new {
			list = append(list, workbook.Change{Field: "round_" + string(f.field), Old: f.old, New: f.new})
		}
	}
	return list
}

// labelled is a figure with its place, empty for none.
func labelled(k *taking, p indicators.Place, text string) string {
	if text == "" {
		return ""
	}
	return placeWord(k.t, p) + ": " + text
}
