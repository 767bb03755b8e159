package pdf

// column is one of a table.
type column struct {
	width float64 // the space before the next column included
	title string
	right bool // holds figures
}

// gutter is the space between two columns.
const gutter = 3.0

func (c column) text() float64 { return c.width - gutter }

// table draws rows under a head that every page repeats.
type table struct {
	d       *document
	columns []column
	plain   bool // without a head
}

// The space over and under the lines of a row.
const rowPad = 1.4

// tall is the height from which a row may be split over pages to fill one.
const tall = 70.0

func (t *table) head() {
	if t.plain {
		return
	}
	s := headStyle()
	height, x := 0.0, left
	cells := make([][]line, len(t.columns))
	for i, c := range t.columns {
		cells[i] = t.d.wrap([]run{{s, c.title}}, c.text())
		height = max(height, heightOf(cells[i]))
	}
	for i, c := range t.columns {
		y := t.d.y + height - heightOf(cells[i])
		if c.right {
			t.d.textEnd(x+c.text(), y, s, t.d.clean(s.face, c.title))
			cells[i] = nil
		}
		for _, l := range cells[i] {
			l.draw(x, y)
			y += l.height
		}
		x += c.width
	}
	t.d.y += height + 1
	t.d.across(left, t.d.y, wide, ink, .5)
}

// row draws the cells, one a column. It stays on one page where it can; what
// is taller than a page, or tall where much room is left, is split between
// lines. A row that is joined to the next has no rule below.
func (t *table) row(cells [][]line, joined bool) {
	for {
		height := 0.0
		for _, c := range cells {
			height = max(height, heightOf(c))
		}
		room := t.d.room() - 2*rowPad
		switch {
		case height <= room:
			t.part(cells)
			if !joined {
				t.d.across(left, t.d.y, wide, rule, .2)
			}
			return
		case room < tall/2 || height < tall && height <= t.pageRoom():
			if t.fresh() { // nothing more can be won: a line taller than a page
				t.part(cells)
				return
			}
			t.next()
		default:
			first, rest := cut(cells, room)
			t.part(first)
			t.next()
			cells = rest
		}
	}
}

// next goes on at the top of the next page.
func (t *table) next() {
	t.d.across(left, t.d.y, wide, rule, .2)
	t.d.newPage()
	t.head()
}

func (t *table) fresh() bool { return t.d.y < top+15 }

func (t *table) pageRoom() float64 { return bottom - top - 15 - 2*rowPad }

// part draws what fits on this page.
func (t *table) part(cells [][]line) {
	x, low := left, t.d.y+rowPad
	for i, c := range cells {
		y := t.d.y + rowPad
		for _, l := range c {
			l.draw(x, y)
			y += l.height
		}
		low = max(low, y)
		if i < len(t.columns) {
			x += t.columns[i].width
		}
	}
	t.d.y = low + rowPad
}

// cut takes from each cell the lines that fit a height, and leaves no single
// line alone where it can.
func cut(cells [][]line, room float64) (first, rest [][]line) {
	for _, c := range cells {
		n, height := 0, 0.0
		for n < len(c) && height+c[n].height <= room {
			height += c[n].height
			n++
		}
		if len(c)-n == 1 && n > 2 {
			n--
		}
		if n == 1 && len(c) > 2 && room > 3*c[0].height {
			n = 0
		}
		first, rest = append(first, c[:n]), append(rest, c[n:])
	}
	return first, rest
}
