package publications

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// Compared is a publication with another, and what the two tell differently:
// of the two frozen reports and nothing that was known since.
type Compared struct {
	Of     Told
	Others []Told              // with which it can be compared, newest first
	Two    reports.Pair[Told]  // Was is the one that comes before
	Is     *reports.Difference // nil where no other is named and none comes before it
}

// Narrowest is the audience of the two that fewer belong to: what is told of
// both is for those alone.
func (c Compared) Narrowest() reports.Audience {
	if slices.Index(plan.Audiences, c.Two.Was.Audience) < slices.Index(plan.Audiences, c.Two.Is.Audience) {
		return c.Two.Was.Audience
	}
	return c.Two.Is.Audience
}

// Beside reads a publication by its label, with those that the actor may
// compare it with.
func (s *Store) Beside(ctx context.Context, actor accounts.Actor, country, label string) (t Told, others []Told, err error) {
	list, err := s.List(ctx, actor, country)
	if err != nil {
		return t, nil, err
	}
	i := slices.IndexFunc(list, func(t Told) bool { return t.Label == label })
	if i < 0 {
		return t, nil, problem.Missing()
	}
	return list[i], Comparable(actor, list, list[i]), nil
}

// Compare says what two publications of a country tell differently, whichever
// of them is named first; the other one may be left to the program, which
// takes the one before. Each is read by its own permission: one that the actor
// may not see, or that holds no status report, is missing, and one that was
// recalled is refused to those to whom it is not offered.
func (s *Store) Compare(ctx context.Context, actor accounts.Actor, country, label, other string) (c Compared, err error) {
	list, err := s.List(ctx, actor, country)
	if err != nil {
		return c, err
	}
	if c.Of, err = statusIn(list, label); err != nil {
		return c, err
	}
	c.Others = Comparable(actor, list, c.Of)
	with, there := Before(c.Others, c.Of)
	if other != "" {
		if with, err = statusIn(list, other); err != nil {
			return c, err
		}
		there = true
	}
	if !Readable(actor, c.Of.Publication) || there && !Readable(actor, with.Publication) {
		return c, problem.New(problem.Conflict, "publications.error.recalled")
	}
	if !there {
		return c, nil
	}
	c.Two = reports.Pair[Told]{Was: with, Is: c.Of}
	if c.Of.before(with) {
		c.Two = reports.Pair[Told]{Was: c.Of, Is: with}
	}
	was, err := s.Status(ctx, actor, c.Two.Was)
	if err != nil {
		return c, err
	}
	is, err := s.Status(ctx, actor, c.Two.Is)
	difference := reports.DifferenceOf(was, is)
	c.Is = &difference
	return c, err
}

// statusIn finds a publication that holds a status report in a list of those
// that an actor may see.
func statusIn(list []Told, label string) (Told, error) {
	i := slices.IndexFunc(list, func(t Told) bool { return t.Label == label && t.Kind == OfStatus })
	if i < 0 {
		return Told{}, problem.Missing()
	}
	return list[i], nil
}

// Comparable are those of a list that the actor may compare a publication
// with, in the order of the list: none where they may not read it itself.
func Comparable(actor accounts.Actor, list []Told, with Told) (others []Told) {
	if with.Kind != OfStatus || !Readable(actor, with.Publication) {
		return nil
	}
	for _, t := range list {
		if t.ID != with.ID && t.Kind == OfStatus && t.Country == with.Country && t.Out() && Readable(actor, t.Publication) {
			others = append(others, t)
		}
	}
	return others
}

// Before is the newest of some publications that comes before one and tells
// the same readers of the same part of the plan.
func Before(others []Told, of Told) (before Told, there bool) {
	scope := of.scope()
	for _, t := range others {
		if t.before(of) && t.Audience == of.Audience && (!there || before.before(t)) && t.scope().Same(scope) {
			before, there = t, true
		}
	}
	return before, there
}

// before says whether a publication comes before another: it tells of an
// earlier day, or was published before it where both tell of one day.
func (t Told) before(other Told) bool {
	number := func(t Told) int64 {
		if t.Number == nil {
			return 0
		}
		return *t.Number
	}
	return cmp.Or(t.AsOf.Compare(other.AsOf), cmp.Compare(number(t), number(other))) < 0
}

// scope is to what part of the plan the publication was narrowed.
func (p Publication) scope() reports.Scope {
	var q asked
	if json.Unmarshal([]byte(p.Query), &q) != nil {
		return reports.Scope{}
	}
	return q.Scope
}
