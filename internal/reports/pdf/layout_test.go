package pdf

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// place is a word of a page as it is read back from the file, in millimetres.
type place struct {
	Text                   string
	XMin, XMax, YMin, YMax float64
}

// pageRead is a page of the file: its words in the order in which they stand,
// and the same as lines from top to bottom, without head and foot.
type pageRead struct {
	words []place
	lines []lineRead
}

type lineRead struct {
	text                   string
	yMin, yMax, xMin, size float64
}

// placesOf reads the positions of all words from a file.
func placesOf(t *testing.T, name string) []pageRead {
	t.Helper()
	var doc struct {
		Pages []struct {
			Words []struct {
				Text string  `xml:",chardata"`
				XMin float64 `xml:"xMin,attr"`
				XMax float64 `xml:"xMax,attr"`
				YMin float64 `xml:"yMin,attr"`
				YMax float64 `xml:"yMax,attr"`
			} `xml:"flow>block>line>word"`
		} `xml:"body>doc>page"`
	}
	text := strings.ToValidUTF8(tool(t, "pdftotext", "-bbox-layout", name, "-"), "\uFFFD")
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var pages []pageRead
	for _, p := range doc.Pages {
		var page pageRead
		for _, w := range p.Words {
			if strings.TrimSpace(w.Text) != "" {
				page.words = append(page.words, place{w.Text, w.XMin * point, w.XMax * point, w.YMin * point, w.YMax * point})
			}
		}
		page.lines = linesRead(page.words)
		pages = append(pages, page)
	}
	return pages
}

// linesRead puts the words between head and foot together that stand on one line.
func linesRead(words []place) []lineRead {
	words = slices.DeleteFunc(slices.Clone(words), func(w place) bool { return w.YMax < top-1 || w.YMin > bottom })
	slices.SortFunc(words, func(a, b place) int {
		if d := a.YMax - b.YMax; d < -.6 || d > .6 {
			return int(d * 100)
		}
		return int((a.XMin - b.XMin) * 100)
	})
	var lines []lineRead
	for _, w := range words {
		if n := len(lines); n > 0 && w.YMax-lines[n-1].yMax < .8 {
			l := &lines[n-1]
			l.text, l.size = l.text+" "+w.Text, max(l.size, w.YMax-w.YMin)
			l.yMin = min(l.yMin, w.YMin)
			continue
		}
		lines = append(lines, lineRead{w.Text, w.YMin, w.YMax, w.XMin, w.YMax - w.YMin})
	}
	return lines
}

// heading says whether a line is one: the serif of blocks and chapters is
// larger than all other text but the figures of the summary, which are not at
// the left edge alone.
func (l lineRead) heading() bool {
	return l.size > blockStyle().size*1.25*point && l.size < 20*1.25*point && l.xMin < left+.5
}

// layouts are documents of all sizes.
func layouts() map[string]reports.Status {
	all := map[string]reports.Status{}
	for _, n := range []int{0, 1, 7, 50, 400} {
		all[fmt.Sprintf("%d commitments", n)] = reportstest.Sample(n)
	}
	for _, text := range hostile {
		s := reportstest.Sample(9)
		fill(&s, text)
		all[fmt.Sprintf("hostile %.12q", text)] = s
	}
	return all
}

// Positions read back from the file: no page is empty, nothing leaves the text's edges or runs into other text, no
// heading is left alone at a page's end, every page says which it is, tables repeat their heads, and the bookmarks
// are the contents.
func TestTheLayoutHolds(t *testing.T) {
	for name, s := range layouts() {
		t.Run(name, func(t *testing.T) {
			file := saved(t, s)
			pages := placesOf(t, file)
			for i, p := range pages {
				p.filled(t, i+1)
				p.inside(t, i+1)
				p.apart(t, i+1)
				if i > 0 && i+1 < len(pages) {
					p.full(t, i+1, pages[i+1])
				}
				if i > 0 {
					p.headed(t, i+1)
					p.numbered(t, i+1, len(pages))
				}
			}
			repeats(t, s, pages)
			bookmarks(t, file, pages)
		})
	}
}

// filled fails for a page with nothing between head and foot.
func (p pageRead) filled(t *testing.T, n int) {
	if len(p.lines) < 2 {
		t.Errorf("page %d holds %d lines", n, len(p.lines))
	}
}

// full fails for a page that ends early though the next goes on with the same:
// only a row that is kept whole may leave so much.
func (p pageRead) full(t *testing.T, n int, next pageRead) {
	if len(p.lines) == 0 || len(next.lines) == 0 || next.lines[0].heading() {
		return
	}
	if end := p.lines[len(p.lines)-1].yMax; end < bottom-tall-15 {
		t.Errorf("page %d ends at %.0f mm though the next goes on", n, end)
	}
}

// inside fails for a glyph beyond the edges of the text.
func (p pageRead) inside(t *testing.T, n int) {
	for _, w := range p.words {
		if w.XMin < left-.3 || w.XMax > right+.3 || w.YMin < 6 || w.YMax > pageHeight-6 {
			t.Errorf("page %d: %q at %.1f to %.1f, %.1f to %.1f leaves the page's edges", n, w.Text, w.XMin, w.XMax, w.YMin, w.YMax)
		}
		if n > 1 && w.YMin > top-2 && w.YMin < bottom && w.YMax > bottom+1.5 {
			t.Errorf("page %d: %q at %.1f runs into the foot", n, w.Text, w.YMax)
		}
	}
}

// apart fails where two words stand on each other.
func (p pageRead) apart(t *testing.T, n int) {
	words := slices.Clone(p.words)
	slices.SortFunc(words, func(a, b place) int { return int((a.YMin - b.YMin) * 1000) })
	for i, a := range words {
		for _, b := range words[i+1:] {
			if b.YMin > a.YMax {
				break
			}
			across := min(a.XMax, b.XMax) - max(a.XMin, b.XMin)
			down := min(a.YMax, b.YMax) - b.YMin
			if across > .5 && down > .5*min(a.YMax-a.YMin, b.YMax-b.YMin) {
				t.Errorf("page %d: %q at (%.1f, %.1f) and %q at (%.1f, %.1f) stand on each other", n, a.Text, a.XMin, a.YMin, b.Text, b.XMin, b.YMin)
			}
		}
	}
}

// headed fails for a heading that is the last on its page but one line; what
// is all said in one line stands before the next heading or at the end.
func (p pageRead) headed(t *testing.T, n int) {
	for i, l := range p.lines {
		if !l.heading() || i+1 < len(p.lines) && p.lines[i+1].heading() { // of two lines, or a chapter and its first block
			continue
		}
		if below := len(p.lines) - 1 - i; below < 2 && !(below == 1 && said1(p.lines[i+1].text)) {
			t.Errorf("page %d ends with the heading %q and %d lines", n, l.text, below)
		}
	}
}

// said1 says whether a line is all that a part has to say.
func said1(text string) bool {
	return strings.HasPrefix(text, "None") || strings.HasPrefix(text, "Nothing changed") || strings.HasPrefix(text, "The plan held") || strings.HasPrefix(text, "No edition")
}

// numbered fails for a page that does not say which of how many it is.
func (p pageRead) numbered(t *testing.T, n, of int) {
	var foot []string
	for _, w := range p.words {
		if w.YMin > bottom {
			foot = append(foot, w.Text)
		}
	}
	want := fmt.Sprintf("%d of %d", n, of)
	if text := strings.Join(foot, " "); !strings.HasSuffix(text, " "+want) {
		t.Errorf("page %d says %q, not %q", n, text, want)
	}
}

// repeats fails for a page of a table that does not begin with its head.
func repeats(t *testing.T, s reports.Status, pages []pageRead) {
	heads := map[string]string{"Recommendations and their answers": "No. Asked Answered by Delivery As of How far", "Commitments and their delivery": "Commitment Lead Delivery Due and flags Last word"}
	in, found := "", 0
	for i, p := range pages[2:] {
		if len(p.lines) == 0 {
			continue
		}
		if in != "" && !p.lines[0].heading() {
			found++
			if p.lines[0].text != in && !strings.HasPrefix(p.lines[0].text, "No ") {
				t.Errorf("page %d goes on with a table and begins with %q", i+3, p.lines[0].text)
			}
		}
		for _, l := range p.lines {
			if l.size > 16*1.25*point && l.heading() {
				in = heads[l.text]
			}
		}
	}
	if found < 3 && len(s.Commitments) >= 50 {
		t.Errorf("%d pages go on with a table", found)
	}
}

// outline is a bookmark as qpdf reads it.
type outline struct {
	Title string    `json:"title"`
	Page  int       `json:"destpageposfrom1"`
	Kids  []outline `json:"kids"`
}

func flat(list []outline) (all []outline) {
	for _, o := range list {
		all = append(append(all, outline{Title: o.Title, Page: o.Page}), flat(o.Kids)...)
	}
	return all
}

var spaces = regexp.MustCompile(`\s+`)

// plainly is a text without what reading back from a file may change: spaces, and letters that stand for others.
func plainly(text string) string {
	return strings.ReplaceAll(spaces.ReplaceAllString(text, ""), "\uFFFD", "")
}

// bookmarks fails unless the bookmarks name what the contents name, in order
// and with the same pages, and what they name stands there.
func bookmarks(t *testing.T, file string, pages []pageRead) {
	var read struct {
		Outlines []outline `json:"outlines"`
	}
	if err := json.Unmarshal([]byte(tool(t, "qpdf", "--json", "--json-key=outlines", file)), &read); err != nil {
		t.Fatal(err)
	}
	marks := flat(read.Outlines)
	if len(marks) < 3 {
		t.Fatalf("%d bookmarks", len(marks))
	}
	var contents string
	for _, p := range pages[1 : marks[0].Page-1] {
		for _, l := range p.lines {
			contents += plainly(l.text)
		}
	}
	for _, m := range marks {
		entry := plainly(m.Title) + fmt.Sprint(m.Page)
		_, rest, found := strings.Cut(contents, entry)
		if !found {
			t.Errorf("the contents do not go on with %q on page %d: %.60q", m.Title, m.Page, contents)
		}
		contents = rest
		var there string
		for _, l := range pages[m.Page-1].lines {
			there += plainly(l.text)
		}
		if !strings.Contains(there, plainly(m.Title)) {
			t.Errorf("page %d does not hold %q", m.Page, m.Title)
		}
	}
}
