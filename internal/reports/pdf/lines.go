package pdf

import "strings"

// line is something one line high that can draw itself with its box at (x, y).
type line struct {
	height float64
	draw   func(x, y float64)
}

// run is a stretch of text in one style; its text may be anything.
type run struct {
	style style
	text  string
}

func heightOf(lines []line) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += l.height
	}
	return sum
}

// gap is empty space.
func gap(height float64) line { return line{height, func(float64, float64) {}} }

// piece is a part of a line that has been placed.
type piece struct {
	style style
	text  string
	x     float64
}

// wrapper breaks runs into lines of a width.
type wrapper struct {
	d      *document
	width  float64
	height float64
	pieces []piece
	x      float64
	lines  []line
}

// wrap breaks text into lines no wider than width: between words, after a
// hyphen or a slash, inside a word only where it is longer than a line, and
// where the text has a line break. Empty text has no line.
func (d *document) wrap(runs []run, width float64) []line {
	w := &wrapper{d: d, width: width}
	for _, r := range runs {
		w.height = max(w.height, r.style.lineHeight())
	}
	for _, r := range runs {
		for i, paragraph := range strings.Split(strings.TrimRight(d.clean(r.style.face, r.text), "\n"), "\n") {
			if i > 0 {
				w.end()
			}
			w.add(r.style, paragraph)
		}
	}
	if len(w.pieces) > 0 {
		w.end()
	}
	return w.lines
}

func (w *wrapper) add(s style, text string) {
	for text != "" {
		var word, spaces string
		word, spaces, text = nextWord(text)
		long := w.d.fonts.width(s, word)
		if w.x > 0 && w.x+long > w.width {
			w.end()
		}
		for long > w.width {
			head := w.d.headOf(s, word, w.width)
			w.put(s, head)
			w.end()
			word = word[len(head):]
			long = w.d.fonts.width(s, word)
		}
		w.put(s, word)
		if w.x > 0 {
			w.put(s, spaces)
		}
	}
}

func (w *wrapper) put(s style, text string) {
	if text == "" {
		return
	}
	if n := len(w.pieces); n > 0 && w.pieces[n-1].style == s {
		w.pieces[n-1].text += text
	} else {
		w.pieces = append(w.pieces, piece{s, text, w.x})
	}
	w.x += w.d.fonts.width(s, text)
}

// end closes the line.
func (w *wrapper) end() {
	pieces, d, height := w.pieces, w.d, w.height
	w.lines = append(w.lines, line{height, func(x, y float64) {
		for _, p := range pieces {
			d.text(x+p.x, y+height-p.style.lineHeight(), p.style, strings.TrimRight(p.text, " "))
		}
	}})
	w.pieces, w.x = nil, 0
}

// nextWord takes the first word, the spaces after it, and the rest.
func nextWord(text string) (word, spaces, rest string) {
	end := len(text)
	for i, r := range text {
		if r == ' ' {
			end = i
			break
		}
		if (r == '-' || r == '/') && i > 0 && i+1 < len(text) {
			end = i + 1
			break
		}
	}
	rest = strings.TrimLeft(text[end:], " ")
	return text[:end], text[end : len(text)-len(rest)], rest
}

// headOf is as much of a word as fits a width, one character at least.
func (d *document) headOf(s style, word string, width float64) string {
	sum := 0.0
	for i, r := range word {
		sum += d.fonts.runeWidth(s.face, r) * s.size
		if sum > width && i > 0 {
			return word[:i]
		}
	}
	return word
}

// number is a figure at the right of its column.
func (d *document) number(n int, width float64) []line {
	s := tableStyle().bold()
	text := d.clean(s.face, d.t.Int(n))
	return []line{{s.lineHeight(), func(x, y float64) { d.textEnd(x+width, y, s, text) }}}
}
