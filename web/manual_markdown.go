package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newMarkdown is CommonMark with tables and our own pictures. Raw HTML is not rendered; a heading may name its id: "## Evidence {#evidence}".
func newMarkdown(pictures map[string]picture) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.NewTable()),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithHeadingAttribute()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(tableCells{}, 100), util.Prioritized(ownPictures(pictures), 100))))
}

// readManualPage reads a page: its title as the only heading of the first level, a paragraph that says what it is
// about, then its sections.
func readManualPage(source []byte, pictures map[string]picture) (manualPage, error) {
	md := newMarkdown(pictures)
	doc := md.Parser().Parse(text.NewReader(source))
	title, lede := doc.FirstChild(), ast.Node(nil)
	if title != nil {
		lede = title.NextSibling()
	}
	if h, ok := title.(*ast.Heading); !ok || h.Level != 1 || lede == nil || lede.Kind() != ast.KindParagraph {
		return manualPage{}, errors.New("it does not begin with a title and a paragraph")
	}
	doc.RemoveChild(doc, title)
	doc.RemoveChild(doc, lede)
	lede.SetAttributeString("class", []byte("lede"))
	p := manualPage{Title: plainText(title, source)}
	var err error
	if p.Contents, err = sections(doc, source); err != nil {
		return p, err
	}
	var b bytes.Buffer
	for name, node := range map[string]ast.Node{"lede": lede, "body": doc} {
		b.WriteString(`{{define "` + name + `"}}`)
		if err := md.Renderer().Render(&b, source, node); err != nil {
			return p, err
		}
		b.WriteString(`{{end}}`)
	}
	p.text, err = template.New("").Parse(b.String())
	return p, err
}

// sections lists the headings of the second level and checks what a page may hold: no further title, no level left
// out, no id twice, no raw HTML, which would be dropped in silence.
func sections(doc ast.Node, source []byte) ([]Link, error) {
	var list []Link
	level, ids := 1, map[string]bool{}
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			return ast.WalkStop, errors.New("it holds raw HTML")
		case *ast.Heading:
			if !entering {
				break
			}
			heading := plainText(n, source)
			if n.Level < 2 || n.Level > level+1 {
				return ast.WalkStop, fmt.Errorf("the heading %q leaves out a level or is a second title", heading)
			}
			level = n.Level
			raw, _ := n.AttributeString("id")
			id, _ := raw.([]byte)
			if len(id) == 0 || ids[string(id)] {
				return ast.WalkStop, fmt.Errorf("the heading %q has no id of its own", heading)
			}
			ids[string(id)] = true
			if n.Level == 2 {
				list = append(list, Link{Label: heading, Href: "#" + string(id)})
			}
		}
		return ast.WalkContinue, nil
	})
	return list, err
}

// plainText is the plain text of a node.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	// The callback returns no error.
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// tableCells writes tables as the rest of the program has them: the first cell of a row is its heading, and on a
// phone, where a row becomes an entry, the other cells carry the heading of their column.
type tableCells struct{}

// RegisterFuncs says what is rendered here.
func (tableCells) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(east.KindTable, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		write(w, entering, "<table class=\"stack\">\n", "</table>\n")
		return ast.WalkContinue, nil
	})
	reg.Register(east.KindTableCell, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case n.Parent().Kind() == east.KindTableHeader:
			write(w, entering, `<th scope="col">`, "</th>\n")
		case n.PreviousSibling() == nil:
			write(w, entering, `<th scope="row">`, "</th>\n")
		default:
			write(w, entering, `<td data-l="`+template.HTMLEscapeString(columnOf(n, source))+`">`, "</td>\n")
		}
		return ast.WalkContinue, nil
	})
}

func write(w util.BufWriter, entering bool, before, after string) {
	if !entering {
		before = after
	}
	w.WriteString(before) //nolint:errcheck // to a buffer
}

// columnOf is the heading above a cell.
func columnOf(cell ast.Node, source []byte) string {
	head := cell.Parent().Parent().FirstChild().FirstChild()
	for c := cell.PreviousSibling(); c != nil && head != nil; c = c.PreviousSibling() {
		head = head.NextSibling()
	}
	if head == nil {
		return ""
	}
	return plainText(head, source)
}

// fromPage leads from a page of the manual to its pictures, so that whoever reads
// it in the repository sees them too.
const fromPage = "../../static/manual/"

// ownPictures shows the pictures of the program by their names, each leading to
// itself in full; any other one, and one without words for those who do not see
// it, is refused.
type ownPictures map[string]picture

// RegisterFuncs says what is rendered here.
func (o ownPictures) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindImage, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		address, words := string(n.(*ast.Image).Destination), plainText(n, source)
		name, ours := strings.CutPrefix(address, fromPage)
		shown, there := o[name]
		if !ours || !there || words == "" {
			return ast.WalkStop, fmt.Errorf("the picture %q is not there or has no words", address)
		}
		_, err := fmt.Fprintf(w, `<a href="%s"><img src="%s" alt="%s" width="%d" height="%d" loading="lazy"></a>`, shown.URL, shown.URL, template.HTMLEscapeString(words), shown.Width, shown.Height)
		return ast.WalkSkipChildren, err
	})
}
