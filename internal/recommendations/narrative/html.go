package narrative

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mostDepth is how deep lists may stand in lists; deeper ones count as this deep.
const mostDepth = 20

// left are the parts of a page that are none of its text. A browser reads no
// mark inside the first; the others may hold more of themselves.
func left(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Nav, atom.Footer, atom.Aside, atom.Noscript, atom.Template, atom.Svg, atom.Form, atom.Select, atom.Button, atom.Iframe, atom.Object:
		return true
	}
	return false
}

// pageReader gathers the paragraphs of a page. It keeps no tree, so that no
// depth of one can exhaust it.
type pageReader struct {
	lines   []line
	title   string
	para    strings.Builder
	paras   int32
	skip    atom.Atom // the part that is left out
	skips   int       // how often it stands in itself
	skipNav bool
	lists   int  // how deep the list stands
	inItem  int  // how deep the entry stands
	fresh   bool // the entry has no text yet
	head    bool
	inTitle bool
	raised  int
	mark    strings.Builder // what stands raised
}

// pageLines reads a saved page into paragraphs. A part that was left open is
// read like the rest.
func pageLines(text string) ([]line, string) {
	p := pageReader{skipNav: true}
	p.read(text)
	if p.skip != 0 {
		p = pageReader{}
		p.read(text)
	}
	return p.lines, p.title
}

func (p *pageReader) read(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			p.end(true)
			return
		case html.TextToken:
			p.text(z)
		case html.StartTagToken:
			name, more := z.TagName()
			tag := atom.Lookup(name)
			p.start(tag, more && p.skip == 0 && hides(z, tag))
		case html.SelfClosingTagToken:
			if name, _ := z.TagName(); p.skip == 0 {
				p.void(atom.Lookup(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			p.close(atom.Lookup(name))
		}
	}
}

func (p *pageReader) text(z *html.Tokenizer) {
	if p.skip != 0 {
		return
	}
	b := z.Text()
	switch {
	case p.inTitle:
		p.title += string(b)
	case p.raised > 0:
		p.mark.Write(b)
	case p.para.Len() > 0 || len(bytes.TrimSpace(b)) > 0:
		p.para.Write(b)
	}
}

// hides reads from the attributes of a part whether it is none of the text
// that a page shows, or leads to other pages.
func hides(z *html.Tokenizer, tag atom.Atom) bool {
	switch tag {
	case 0, atom.Input, atom.Img, atom.Br, atom.Hr, atom.Meta, atom.Link, atom.Body, atom.Html:
		return false // without an end of its own, or the whole
	}
	for {
		key, value, more := z.TagAttr()
		if string(key) == "hidden" || string(key) == "role" && string(value) == "navigation" {
			return true
		}
		if !more {
			return false
		}
	}
}

func (p *pageReader) start(tag atom.Atom, hidden bool) {
	if p.skip != 0 {
		if tag == p.skip {
			p.skips++
		}
		return
	}
	raw := tag == atom.Script || tag == atom.Style
	if (left(tag) || hidden) && (p.skipNav || raw) {
		p.end(true)
		p.skip, p.skips = tag, 1
		return
	}
	switch tag {
	case atom.Title:
		p.inTitle = p.title == ""
	case atom.Sup:
		p.raised++
	case atom.Ul, atom.Ol, atom.Menu:
		p.end(true)
		p.lists = min(p.lists+1, mostDepth)
	case atom.Li:
		p.end(true)
		p.inItem, p.fresh = max(p.lists, 1), true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.end(true)
		p.head = true
	default:
		p.void(tag)
	}
}

func (p *pageReader) void(tag atom.Atom) {
	switch {
	case tag == atom.Br:
		p.end(false)
	case tag == atom.Hr || blocky(tag):
		p.end(true)
	case tag == atom.Td || tag == atom.Th:
		p.end(true)
	}
}

// blocky are the parts of a page that begin a paragraph.
func blocky(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Table, atom.Tr, atom.Blockquote, atom.Pre, atom.Dl, atom.Dt, atom.Dd, atom.Body, atom.Figure, atom.Figcaption, atom.Details, atom.Summary, atom.Address, atom.Center:
		return true
	}
	return false
}

func (p *pageReader) close(tag atom.Atom) {
	if p.skip != 0 {
		if tag == p.skip {
			if p.skips--; p.skips == 0 {
				p.skip = 0
			}
		}
		return
	}
	switch tag {
	case atom.Title:
		p.inTitle = false
	case atom.Sup:
		if p.raised = max(p.raised-1, 0); p.raised == 0 {
			p.endRaised()
		}
	case atom.Ul, atom.Ol, atom.Menu:
		p.end(true)
		p.lists = max(p.lists-1, 0)
		p.inItem = min(p.inItem, p.lists)
	case atom.Li:
		p.end(true)
		p.inItem = max(p.lists-1, 0)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.end(true)
		p.head = false
	default:
		if blocky(tag) || tag == atom.Td || tag == atom.Th {
			p.end(true)
		}
	}
}

// mostMark is how long a mark of a footnote may be, in bytes.
const mostMark = 6

// endRaised drops what stood raised when it is the mark of a footnote. Parts
// of words, and what was left raised to the end of its paragraph, stay.
func (p *pageReader) endRaised() {
	if mark := p.mark.String(); len(mark) > mostMark || strings.ContainsAny(mark, "bcdefghijklmnopqrstuvwxyz") {
		p.para.WriteString(mark)
	}
	p.mark.Reset()
	p.raised = 0
}

// end ends a line, and the paragraph when whole.
func (p *pageReader) end(whole bool) {
	if p.raised > 0 {
		p.endRaised()
	}
	if p.para.Len() > 0 {
		if text := clean(p.para.String()); text != "" {
			p.paras++
			l := line{text: text, at: p.paras, head: p.head}
			if p.inItem > 0 {
				l.list, l.level, l.more = p.fresh, int16(p.inItem-1), !p.fresh
				p.fresh, l.head = false, false
			}
			p.lines = append(p.lines, l)
		}
		p.para.Reset()
	}
	if n := len(p.lines); whole && n > 0 && !p.lines[n-1].ends {
		p.lines = append(p.lines, line{at: p.paras, ends: true})
	}
}
