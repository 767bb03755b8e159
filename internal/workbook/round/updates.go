package round

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// typed is a row of the sheet of commitments as it was filled in.
type typed struct {
	line
	part   part
	asOf   calendar.Date
	said   map[field]string // what the text cells say, those with a choice by code
	papers []progress.Evidence
}

// updates takes the rows of the sheet of commitments.
func (k *taking) updates() error {
	if k.rows == nil {
		return nil
	}
	parts, err := partsOf(k.tx, k.Country, k.Actor.InstitutionID, k.year)
	if err != nil {
		return err
	}
	byRef := map[string]part{}
	for _, p := range parts {
		byRef[named(p.Ref)] = p
	}
	list, err := progress.HeldBy(k.tx, k.Actor, k.Actor.InstitutionID, k.year.StartsOn, k.year.EndsOn)
	if err != nil {
		return err
	}
	held, lines, first := byCommitment(list), k.rows.lines(), map[string]string{}
	for _, l := range lines {
		if !k.rows.inputs(l) {
			continue
		}
		if first[named(l.text(ref))] == "" {
			first[named(l.text(ref))] = l.address(ref)
		}
	}
	for _, l := range lines {
		k.step(len(lines))
		if err := k.row(l, byRef, held, first); err != nil {
			return err
		}
	}
	return nil
}

// inputs says whether a row was filled in.
func (s *back) inputs(l line) bool { return !l.blank(ofCommitments) }

// row takes one row, or says what is wrong with it.
func (k *taking) row(l line, byRef map[string]part, held map[int64][]progress.Held, first map[string]string) error {
	name := named(l.text(ref))
	p, ours := byRef[name]
	out := workbook.Row{Sheet: l.in.Name, Number: l.row.Number, Kind: "update", Ref: cmp.Or(p.Ref, l.text(ref)), Title: p.Title, Fate: workbook.Wrong}
	filled := l.in.inputs(l)
	var problems []workbook.Problem
	switch {
	case name == "" && !filled:
		return nil // a note, or a row put in between
	case name == "":
		problems = append(problems, l.problem(ref, true, "round.error.no_ref"))
	case !ours:
		problems = append(problems, l.problem(ref, filled, "round.error.unknown_ref"))
	case !filled:
		out.Fate = workbook.Passed
		k.out.Rows = append(k.out.Rows, out)
		return nil
	case first[name] != l.address(ref):
		problems = append(problems, l.problem(ref, true, "round.error.twice", "cell", first[name]))
	}
	if len(problems) == 0 {
		u, list := k.typed(l, p)
		if problems = list; !slices.ContainsFunc(list, func(p workbook.Problem) bool { return p.Blocks }) {
			k.out.Problems = append(k.out.Problems, list...)
			return k.settle(u, out, held[p.ID])
		}
	}
	if !filled {
		out.Fate = workbook.Passed
	}
	k.out.Rows, k.out.Problems = append(k.out.Rows, out), append(k.out.Problems, problems...)
	return nil
}

// typed reads what was filled in.
func (k *taking) typed(l line, p part) (u typed, problems []workbook.Problem) {
	u = typed{line: l, part: p, said: map[field]string{}}
	problems = l.calculated(ofCommitments)
	note := func(f field, blocks bool, key string, args ...any) {
		problems = append(problems, l.problem(f, blocks, key, args...))
	}
	var ok bool
	if u.asOf, ok = l.day(asOf); !ok {
		note(asOf, true, "round.error.day")
	} else if !u.asOf.IsZero() && !k.year.Holds(u.asOf) {
		note(asOf, true, "round.error.outside", "period", k.year.Label, "from", k.year.StartsOn, "to", k.year.EndsOn)
	}
	for _, f := range []field{done, noProgress, obstacles, nextStep, summary} {
		u.said[f] = l.text(f)
	}
	if text := l.text(status); text != "" {
		s, ok := choice(k.languages, "status.", progress.Statuses, text)
		switch u.said[status] = string(s); {
		case p.LeadID != k.Actor.InstitutionID:
			u.said[status] = ""
			note(status, false, "round.told.status", "lead", p.Lead)
		case !ok:
			note(status, true, "round.error.status")
		}
	}
	if text := l.text(blocker); text != "" {
		if u.said[blocker], ok = choice(k.languages, "blocker.", progress.Blockers, text); !ok {
			note(blocker, true, "round.error.blocker")
		}
	}
	kind := "other"
	if text := l.text(paperKind); text != "" {
		if kind, ok = choice(k.languages, "evidence.", progress.EvidenceKinds, text); !ok {
			note(paperKind, true, "round.error.paper_kind")
		}
	}
	u.papers = papersOf(l.text(paperTitle), l.text(paperURL), kind)
	return u, problems
}

// papersOf reads links to papers: titles and addresses, one a line.
func papersOf(titles, urls, kind string) (list []progress.Evidence) {
	split := func(text string) []string {
		return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	t, a := split(titles), split(urls)
	for i := range max(len(t), len(a)) {
		e := progress.Evidence{Kind: kind, Share: progress.Audiences[0]}
		if i < len(t) {
			e.Title = strings.TrimSpace(t[i])
		}
		if i < len(a) {
			e.URL = strings.TrimSpace(a[i])
		}
		list = append(list, e)
	}
	return list
}

// over is a text over what is there: a cell left empty leaves what it would
// replace. What was done and why nothing was replace each other.
func (u typed) over(base progress.Held) progress.Text {
	t := progress.Text{AsOf: u.asOf, Status: base.Status, Done: base.Done, NoProgress: base.NoProgress, Blocker: base.Blocker, Obstacles: base.Obstacles,
		NextStep: base.NextStep, SharedSummary: base.SharedSummary, InternalNote: base.InternalNote, Milestone: base.Milestone, Money: base.Money}
	if u.said[done]+u.said[noProgress] != "" {
		t.Done, t.NoProgress, t.Blocker = u.said[done], u.said[noProgress], ""
	}
	for f, to := range map[field]*string{blocker: &t.Blocker, obstacles: &t.Obstacles, nextStep: &t.NextStep, summary: &t.SharedSummary} {
		*to = cmp.Or(u.said[f], *to)
	}
	t.Status = progress.Status(cmp.Or(u.said[status], string(t.Status)))
	for _, e := range base.Evidence {
		if e.FileID == nil {
			t.Evidence = append(t.Evidence, e)
		}
	}
	for _, e := range u.papers {
		if e.URL == "" || !slices.ContainsFunc(t.Evidence, func(o progress.Evidence) bool { return o.URL == e.URL }) {
			t.Evidence = append(t.Evidence, e)
		}
	}
	return t
}

// saysWhat says whether an update says already all that the row says.
func (u typed) saysWhat(h progress.Held) bool {
	is := map[field]string{status: string(h.Status), done: h.Done, noProgress: h.NoProgress, blocker: h.Blocker, obstacles: h.Obstacles, nextStep: h.NextStep, summary: h.SharedSummary}
	for f, text := range is {
		if u.said[f] != "" && squash(u.said[f]) != squash(text) {
			return false
		}
	}
	for _, p := range u.papers {
		if !slices.ContainsFunc(h.Evidence, func(e progress.Evidence) bool { return e.URL == p.URL }) {
			return false
		}
	}
	return h.AsOf == u.asOf
}

// fieldOf is the column of a field of the form; papers are numbered there.
func fieldOf(name string) field {
	for _, one := range []struct {
		begins string
		field  field
	}{{"evidence_title_", paperTitle}, {"evidence_kind_", paperKind}, {"evidence", paperURL}} {
		if strings.HasPrefix(name, one.begins) {
			return one.field
		}
	}
	if slices.ContainsFunc(ofCommitments, func(c column) bool { return c.input && string(c.field) == name }) {
		return field(name)
	}
	return ref
}

// course is what becomes of a row beside what is there: a new update, a change
// of one that may be changed, a correction of one that is approved.
type course struct {
	base progress.Held // zero for a new one
	n    progress.NewUpdate
	id   int64 // of the update to change, 0 for none
	key  string
}

// The ways in which a row comes beside what is there, as options of a conflict.
const (
	beside   = "take_beside"
	changes  = "take_change"
	corrects = "take_correct"
)

// placeOf finds, among what is there of the same day, what a row takes the place
// of: one that may be changed is changed, one that waits for review stays beside
// the new one, and one that is approved is corrected. Of several the first of
// these counts. about tells of one its state, whether it is of that day and
// stands, and whether the actor may write it; place is -1 for none.
func placeOf[H any](held []H, about func(H) (state progress.State, counts, writes bool)) (place int, way string) {
	for _, wanted := range []progress.State{progress.Returned, progress.Draft, progress.Submitted, progress.Approved} {
		for i, h := range held {
			state, counts, writes := about(h)
			switch {
			case state != wanted || !counts:
			case state == progress.Submitted:
				return -1, beside
			case state == progress.Approved:
				return i, corrects
			case writes:
				return i, changes
			}
		}
	}
	return -1, beside
}

// courseOf is what becomes of a row by the rule of placeOf.
func (k *taking) courseOf(u typed, held []progress.Held) course {
	c := course{n: progress.NewUpdate{CommitmentID: u.part.ID, InstitutionID: k.Actor.InstitutionID}}
	place, way := placeOf(held, func(h progress.Held) (progress.State, bool, bool) {
		return h.State, h.AsOf == u.asOf && !h.Superseded, progress.Writes(k.Actor, h.Update)
	})
	if c.key = way; place >= 0 {
		c.base = held[place]
	}
	switch way {
	case changes:
		c.id = c.base.ID
	case corrects:
		c.n.CorrectsID = c.base.ID
	}
	c.n.Text = u.over(c.base)
	return c
}

// settle says what becomes of a row, and asks where somebody logged something
// else meanwhile.
func (k *taking) settle(u typed, out workbook.Row, held []progress.Held) error {
	add := func(f workbook.Fate) error {
		out.Fate = f
		k.out.Rows = append(k.out.Rows, out)
		return nil
	}
	if slices.ContainsFunc(held, u.saysWhat) {
		return add(workbook.Same)
	}
	c := k.courseOf(u, held)
	if err := progress.MayLog(k.tx, k.Clock, k.Actor, c.n, c.id, c.base.Version); err != nil {
		return errors.Join(k.wrong(u.line, err, fieldOf), add(workbook.Wrong))
	}
	out.Changes = k.changes(c)
	fate := workbook.New
	if c.base.ID != 0 {
		fate = workbook.Changed
	}
	if online, since := k.since(u, held); since {
		q := k.conflict(u, online, c)
		k.out.Questions = append(k.out.Questions, q)
		switch q.Answer {
		case "":
			return add(workbook.Asks)
		case keepOnline:
			return add(workbook.Same)
		}
	}
	k.writes = append(k.writes, func() error {
		_, err := progress.Log(k.tx, k.Clock, k.Actor, c.n, c.id, c.base.Version, true, &k.instants)
		return err
	})
	return add(fate)
}

// changes are the fields of an update before and after.
func (k *taking) changes(c course) (list []workbook.Change) {
	b, n := c.base, c.n.Text
	word := func(prefix, code string) string {
		if code == "" {
			return ""
		}
		return k.t.Msg(prefix + code)
	}
	for _, f := range []struct {
		field    field
		old, new string
	}{{asOf, k.t.Date(b.AsOf), k.t.Date(n.AsOf)}, {status, word("status.", string(b.Status)), word("status.", string(n.Status))}, {done, b.Done, n.Done}, {noProgress, b.NoProgress, n.NoProgress},
		{blocker, word("blocker.", b.Blocker), word("blocker.", n.Blocker)}, {obstacles, b.Obstacles, n.Obstacles}, {nextStep, b.NextStep, n.NextStep}, {summary, b.SharedSummary, n.SharedSummary},
		{paperURL, urls(b.Evidence), urls(n.Evidence)}} {
		if f.old != f.new {
			list = append(list, workbook.Change{Field: "round_" + string(f.field), Old: f.old, New: f.new})
		}
	}
	return list
}

func urls(list []progress.Evidence) string {
	var out []string
	for _, e := range list {
		if e.FileID == nil {
			out = append(out, e.URL)
		}
	}
	return strings.Join(out, "\n")
}

// since finds what was logged on a commitment after the export, of the same day
// first, else the latest: all that the hidden sheet does not know. Where that
// is gone, it is what was begun since, or what says something else than the
// row's last values.
func (k *taking) since(u typed, held []progress.Held) (online progress.Held, found bool) {
	was, kept := k.kept.of[named(u.part.Ref)]
	for i, h := range held {
		news := !was.known.has(h.ID, h.Version, sumOfUpdate(h.Update))
		if !kept {
			news = h.DraftedAt.After(k.signed.At) || i == len(held)-1 && k.differs(u, h)
		}
		if news && !h.Superseded && (!found || online.AsOf != u.asOf) {
			online, found = h, true
		}
	}
	return online, found
}

// differs says whether the row's last values are not those of the latest update
// of the period; of another period they say nothing of it.
func (k *taking) differs(u typed, h progress.Held) bool {
	day, _ := u.day(lastAsOf)
	return u.in.has(lastText) && u.in.has(lastAsOf) && (day.IsZero() || k.year.Holds(day)) && (squash(k.languages.last(u.text(lastText))) != squash(k.languages.last(said(k.t, h.Update))) || day != h.AsOf)
}

// The answers to a conflict.
const (
	keepOnline = "online"
	takeSheet  = "sheet"
)

// conflict asks which of two texts is to stand, beside what it was at the
// export. It is asked anew when the one online changes again.
func (k *taking) conflict(u typed, online progress.Held, c course) workbook.Question {
	id := fmt.Sprintf("conflict.%s.%d.%d", u.part.Ref, online.ID, online.Version)
	q := workbook.Question{ID: id, Group: "conflicts", About: u.part.Ref + " " + u.part.Title, Cell: workbook.Address(u.in.Name, u.address(done)),
		Said: []workbook.Said{{Key: "at_export", Text: k.atExport(u.line)}, {Key: "online", Text: k.told(online.Update, online.Evidence)},
			{Key: "sheet", Text: k.told(progress.Update{AsOf: c.n.AsOf, Status: c.n.Status, Done: c.n.Done, NoProgress: c.n.NoProgress, Blocker: c.n.Blocker, Obstacles: c.n.Obstacles,
				NextStep: c.n.NextStep, SharedSummary: c.n.SharedSummary}, c.n.Evidence)}},
		Options: []workbook.Option{{Value: keepOnline, Key: "keep_online"}, {Value: takeSheet, Key: c.key}}, Answer: k.Answers[id]}
	if q.Answer != keepOnline && q.Answer != takeSheet {
		q.Answer = ""
	}
	q.Open = q.Answer == ""
	return q
}

// atExport is what the row told when it was given out.
func (k *taking) atExport(l line) string {
	var list []string
	for _, f := range []field{lastAsOf, lastStatus, lastText} {
		if c := l.cell(f); c.Text != "" {
			text := c.Text
			if day, ok := l.day(f); ok && c.Kind == sheet.Date {
				text = k.t.Date(day)
			}
			list = append(list, text)
		}
	}
	return strings.Join(list, "\n")
}

// told is an update in one text.
func (k *taking) told(u progress.Update, papers []progress.Evidence) string {
	list := []string{k.t.Date(u.AsOf)}
	if u.State != "" {
		list[0] += " · " + k.t.Msg("review."+string(u.State))
	}
	if u.Status != "" {
		list = append(list, k.t.Msg("status."+string(u.Status)))
	}
	text := said(k.t, u)
	if u.Blocker != "" {
		text += " (" + k.t.Msg("blocker."+u.Blocker) + ")"
	}
	list = append(list, text)
	for _, f := range []struct {
		field field
		text  string
	}{{obstacles, u.Obstacles}, {nextStep, u.NextStep}, {summary, u.SharedSummary}} {
		if f.text != "" {
			list = append(list, f.field.heading(k.t)+": "+f.text)
		}
	}
	for _, e := range papers {
		if e.FileID == nil {
			list = append(list, e.Title+" "+e.URL)
		}
	}
	return strings.Join(list, "\n")
}
