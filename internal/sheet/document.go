package sheet

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// The bounds of a document: a whole report has some ten thousand paragraphs.
const (
	MostParagraphs = 100_000
	MostText       = 10 << 20 // bytes of text in all
)

// List says what mark stands before a paragraph.
type List string

// The marks: none, a bullet, or a number or letter that counts.
const (
	NoList   List = ""
	Bulleted List = "bullet"
	Numbered List = "number"
)

// Paragraph is a paragraph of a document with text. Level counts from 0 for a
// list in a list. Table, Row and Column say where in which table it stands,
// from 1; outside of tables they are 0. Texts that were marked as deleted,
// footnotes and comments are left out; a line break is a "\n", a tab a "\t".
type Paragraph struct {
	Text    string
	List    List
	Level   int
	Heading bool
	Table   int
	Row     int
	Column  int
}

// Paragraphs reads a Word document (docx), told by its content. What a person
// can cause is Invalid: too large, protected, with macros, damaged, no docx.
func Paragraphs(r io.ReaderAt, size int64) ([]Paragraph, error) {
	if _, err := start(r, size); err != nil {
		return nil, err
	}
	parts, err := unzip(r, size, ".docx")
	if err != nil {
		return nil, err
	}
	d := documentReader{styles: map[string]paraStyle{}, numbers: map[string]string{}, marks: map[string]map[int]List{}}
	if err := walk(parts["word/styles.xml"], MostOther, walker{start: d.style}); err != nil {
		return nil, err
	}
	if err := walk(parts["word/numbering.xml"], MostOther, walker{start: d.numbering}); err != nil {
		return nil, err
	}
	err = walk(parts["word/document.xml"], MostPart, walker{start: d.start, end: d.end, text: d.text})
	return d.list, err
}

// paraStyle is what a style says of its paragraphs.
type paraStyle struct {
	base    string
	heading bool
	num     string // "" for what its base says
	level   int
}

// place is where a table has come to.
type place struct{ table, row, column int }

// documentReader gathers paragraphs.
type documentReader struct {
	styles  map[string]paraStyle
	current string // the style being read
	numbers map[string]string
	marks   map[string]map[int]List
	id, lvl string

	list   []Paragraph
	para   []open // paragraphs being read; a text box stands inside one
	left   []string
	tables []place
	count  int
	bytes  int
	inText bool
}

// open is a paragraph that has not ended.
type open struct {
	text  strings.Builder
	style string
	num   string
	level int
	has   bool // a number of its own
	head  bool
}

func (d *documentReader) style(e xml.StartElement) error {
	s := d.styles[d.current]
	switch e.Name.Local {
	case "style":
		d.current = attr(e, "styleId")
		s = paraStyle{}
	case "name":
		name := strings.ToLower(attr(e, "val"))
		s.heading = s.heading || strings.HasPrefix(name, "heading ") || name == "title"
	case "basedOn":
		s.base = attr(e, "val")
	case "outlineLvl":
		s.heading = s.heading || attr(e, "val") < "9"
	case "numId":
		s.num = attr(e, "val")
	case "ilvl":
		s.level, _ = strconv.Atoi(attr(e, "val")) // none is the first
	default:
		return nil
	}
	if d.current != "" {
		d.styles[d.current] = s
	}
	return nil
}

func (d *documentReader) numbering(e xml.StartElement) error {
	switch e.Name.Local {
	case "abstractNum":
		d.id = "a" + attr(e, "abstractNumId")
		d.marks[d.id] = map[int]List{}
	case "num":
		d.id = attr(e, "numId")
	case "abstractNumId":
		d.numbers[d.id] = "a" + attr(e, "val")
	case "lvl":
		d.lvl = attr(e, "ilvl")
	case "numFmt":
		level, err := strconv.Atoi(d.lvl)
		if marks := d.marks[d.id]; err == nil && marks != nil {
			switch attr(e, "val") {
			case "bullet":
				marks[level] = Bulleted
			case "none":
			default:
				marks[level] = Numbered
			}
		}
	}
	return nil
}

// leftOut are the parts of a document that are none of its text: what was
// deleted or moved away, and the second form of a drawing.
func leftOut(name string) bool {
	switch name {
	case "del", "moveFrom", "Fallback", "instrText", "pPrChange", "rPrChange", "footnoteReference", "sectPr":
		return true
	}
	return false
}

func (d *documentReader) start(e xml.StartElement) error {
	name := e.Name.Local
	if len(d.left) > 0 || leftOut(name) {
		d.left = append(d.left, name)
		return nil
	}
	switch name {
	case "tbl":
		d.count++
		d.tables = append(d.tables, place{table: d.count})
	case "tr":
		if n := len(d.tables); n > 0 {
			d.tables[n-1].row++
			d.tables[n-1].column = 0
		}
	case "tc":
		if n := len(d.tables); n > 0 {
			d.tables[n-1].column++
		}
	case "p":
		d.para = append(d.para, open{})
	}
	if len(d.para) > 0 {
		d.inside(e, &d.para[len(d.para)-1])
	}
	return nil
}

// inside reads an element within a paragraph.
func (d *documentReader) inside(e xml.StartElement, p *open) {
	switch e.Name.Local {
	case "pStyle":
		p.style = attr(e, "val")
	case "outlineLvl":
		p.head = attr(e, "val") < "9"
	case "numId":
		p.num, p.has = attr(e, "val"), true
	case "ilvl":
		p.level, _ = strconv.Atoi(attr(e, "val")) // none is the first
	case "t":
		d.inText = true
	case "tab":
		if p.text.Len() > 0 { // else it is one of the paragraph's stops
			p.text.WriteByte('\t')
		}
	case "br", "cr":
		p.text.WriteByte('\n')
	case "noBreakHyphen":
		p.text.WriteByte('-')
	}
}

func (d *documentReader) text(b []byte) error {
	if !d.inText || len(d.para) == 0 || len(d.left) > 0 {
		return nil
	}
	if d.bytes += len(b); d.bytes > MostText {
		return wrong("sheet.error.large", "max", MostText>>20)
	}
	d.para[len(d.para)-1].text.Write(b)
	return nil
}

func (d *documentReader) end(name string) error {
	if n := len(d.left); n > 0 {
		d.left = d.left[:n-1]
		return nil
	}
	switch name {
	case "t":
		d.inText = false
	case "tbl":
		if n := len(d.tables); n > 0 {
			d.tables = d.tables[:n-1]
		}
	case "p":
		if n := len(d.para); n > 0 {
			p := &d.para[n-1]
			if len(d.list) == MostParagraphs {
				return wrong("sheet.error.rows", "max", MostParagraphs)
			}
			if text := strings.TrimSpace(p.text.String()); text != "" {
				d.list = append(d.list, d.paragraph(text, p))
			}
			d.para = d.para[:n-1]
		}
	}
	return nil
}

func (d *documentReader) paragraph(text string, p *open) Paragraph {
	out := Paragraph{Text: text, Heading: p.head}
	num, level := p.num, p.level
	// A style may rest on others; a ring of them ends here.
	for i, name := 0, p.style; name != "" && i < 16; i++ {
		s := d.styles[name]
		out.Heading = out.Heading || s.heading
		if num == "" && !p.has && s.num != "" {
			num, level = s.num, s.level
		}
		name = s.base
	}
	if num != "" && num != "0" {
		out.Level = max(level, 0)
		out.List = d.marks[d.numbers[num]][level]
	}
	if out.List == NoList {
		out.Level = 0
	}
	if n := len(d.tables); n > 0 {
		out.Table, out.Row, out.Column = d.tables[n-1].table, d.tables[n-1].row, d.tables[n-1].column
	}
	return out
}
