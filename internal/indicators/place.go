package indicators

import (
	"slices"
	"strings"
)

// Place is where in its table a cell stands: empty for the whole, novelty=new
// for one category, novelty=new;form=forced_labour where two dimensions cross,
// in the order of the definition.
type Place string

// Of makes the place of categories of dimensions: Of("novelty", "new").
func Of(pairs ...string) Place {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+"="+pairs[i+1])
	}
	return Place(strings.Join(parts, ";"))
}

// Parts are the dimensions and categories of a place.
func (p Place) Parts() (pairs [][2]string) {
	for _, part := range strings.Split(string(p), ";") {
		if code, category, ok := strings.Cut(part, "="); ok {
			pairs = append(pairs, [2]string{code, category})
		}
	}
	return pairs
}

// Places lists every place of the table that a definition asks for: the whole,
// each dimension by itself, and the first two crossed where they are.
func (t Terms) Places() []Place {
	list := []Place{""}
	for _, d := range t.Dimensions {
		for _, c := range d.Categories {
			list = append(list, Of(d.Code, c))
		}
	}
	if t.IsCrossed() {
		a, b := t.Dimensions[0], t.Dimensions[1]
		for _, x := range a.Categories {
			for _, y := range b.Categories {
				list = append(list, Of(a.Code, x, b.Code, y))
			}
		}
	}
	return list
}

// IsCrossed says whether the first two dimensions are told as rows and columns.
func (t Terms) IsCrossed() bool { return t.Crossed && len(t.Dimensions) >= 2 }

// Has says whether the table has a place.
func (t Terms) Has(p Place) bool { return slices.Contains(t.Places(), p) }

// sum is a place with those that are to add up to it.
type sum struct {
	whole Place
	parts []Place
}

// sums lists what has to add up in a definition's table: each dimension to the
// whole, and in a crossed table each row and column to its margin.
func (t Terms) sums() (list []sum) {
	if !t.Unit.Counts() {
		return nil
	}
	if t.IsCrossed() {
		a, b := t.Dimensions[0], t.Dimensions[1]
		for _, x := range a.Categories {
			s := sum{whole: Of(a.Code, x)}
			for _, y := range b.Categories {
				s.parts = append(s.parts, Of(a.Code, x, b.Code, y))
			}
			list = append(list, s)
		}
		for _, y := range b.Categories {
			s := sum{whole: Of(b.Code, y)}
			for _, x := range a.Categories {
				s.parts = append(s.parts, Of(a.Code, x, b.Code, y))
			}
			list = append(list, s)
		}
	}
	for _, d := range t.Dimensions {
		s := sum{whole: ""}
		for _, c := range d.Categories {
			s.parts = append(s.parts, Of(d.Code, c))
		}
		list = append(list, s)
	}
	return list
}

// fill puts in each total that was left empty while all its parts are told.
func (t Terms) fill(cells map[Place]Cell) {
	for _, s := range t.sums() {
		if _, told := cells[s.whole]; told {
			continue
		}
		if total, all := added(cells, s.parts); all {
			cells[s.whole] = cellOf(s.whole, total)
		}
	}
}

// disagree lists the totals that their parts do not agree with: all parts are
// told and add up to another number, or those told are more already.
func (t Terms) disagree(cells map[Place]Cell) (list []Place) {
	for _, s := range t.sums() {
		whole, told := cells[s.whole]
		if !told || whole.Amount == nil {
			continue
		}
		total, all := added(cells, s.parts)
		if total > *whole.Amount || all && total != *whole.Amount {
			list = append(list, s.whole)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// added adds up what is told of places, and says whether all of it is.
func added(cells map[Place]Cell, places []Place) (total Amount, all bool) {
	all = len(places) > 0
	for _, p := range places {
		c, told := cells[p]
		if !told || c.Amount == nil {
			all = false
			continue
		}
		total += *c.Amount
	}
	return total, all
}

func cellOf(p Place, n Amount) Cell {
	if n == 0 {
		return Cell{Place: p, Answer: Zero, Amount: &n}
	}
	return Cell{Place: p, Answer: Number, Amount: &n}
}
