package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"text/template/parse"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/recommendations"
	compared "tracker/internal/recommendations/wording"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

//go:embed templates
var templateFiles embed.FS

// Renderer holds every page's template, parsed at start: any error in one of
// them stops the program there.
type Renderer struct {
	pages map[string]*template.Template
}

// NewRenderer parses layout/*.html and partials/*.html, and each page of
// pages/**/*.html together with them. A page file defines "main" and may
// define "title"; its name is its path below pages without ".html", such as
// "plan/commitment_show".
func NewRenderer(assets *Assets, t *i18n.T) (*Renderer, error) {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return newRenderer(sub, assets, t)
}

func newRenderer(files fs.FS, assets *Assets, t *i18n.T) (*Renderer, error) {
	funcs := templateFuncs(assets, t)
	shared, err := template.New("shared").Funcs(funcs).ParseFS(files, "layout/*.html", "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	r := &Renderer{pages: map[string]*template.Template{}}
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(path, "pages/") || !strings.HasSuffix(path, ".html") {
			return err
		}
		return r.add(files, funcs, t, shared, path)
	})
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return r, nil
}

func (r *Renderer) add(files fs.FS, funcs template.FuncMap, t *i18n.T, shared *template.Template, path string) error {
	whole, err := shared.Clone()
	if err != nil {
		return err
	}
	if _, err := whole.ParseFS(files, path); err != nil {
		return err
	}
	if whole.Lookup("main") == nil {
		return fmt.Errorf("%s defines no main", path)
	}
	page := template.New("page").Funcs(funcs)
	for name := range reached(whole, "base", map[string]bool{}) {
		tree := whole.Lookup(name).Tree // of this page alone: whole is a clone
		if err := spellOut(tree.Root, func(key string) (string, bool) { return t.Msg(key), t.Has(key) }); err != nil {
			return fmt.Errorf("%s in %s: %w", name, path, err)
		}
		if _, err := page.AddParseTree(name, tree); err != nil {
			return err
		}
	}
	r.pages[strings.TrimSuffix(strings.TrimPrefix(path, "pages/"), ".html")] = page
	return nil
}

// reached are the templates that one of a set shows, itself included. A page
// keeps these only: all partials for each of them were most of the memory of
// a server that had just started.
func reached(set *template.Template, name string, known map[string]bool) map[string]bool {
	t := set.Lookup(name)
	if t == nil || t.Tree == nil || known[name] {
		return known
	}
	known[name] = true
	walkLists(t.Tree.Root, func(list *parse.ListNode) {
		for _, n := range list.Nodes {
			if n, ok := n.(*parse.TemplateNode); ok {
				reached(set, n.Name, known)
			}
		}
	})
	return known
}

// walkLists does something with a list of nodes and all lists within it.
func walkLists(list *parse.ListNode, do func(*parse.ListNode)) {
	if list == nil {
		return
	}
	do(list)
	for _, n := range list.Nodes {
		var b *parse.BranchNode
		switch n := n.(type) {
		case *parse.IfNode:
			b = &n.BranchNode
		case *parse.RangeNode:
			b = &n.BranchNode
		case *parse.WithNode:
			b = &n.BranchNode
		default:
			continue
		}
		walkLists(b.List, do)
		walkLists(b.ElseList, do)
	}
}

// spellOut puts the words themselves in the place of each {{msg "key"}} that
// names nothing else: they are the same for every reader, and to ask for them
// by reflection was a good part of what a page costs. The words are escaped
// for text and for quoted attributes, the two places where pages have them. A
// key without a text is an error.
func spellOut(root *parse.ListNode, text func(key string) (string, bool)) (err error) {
	walkLists(root, func(list *parse.ListNode) {
		for i, n := range list.Nodes {
			key, alone := messageAlone(n)
			if !alone {
				continue
			}
			words, there := text(key)
			if !there {
				err = fmt.Errorf("message %q has no text", key)
			}
			list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Position(), Text: []byte(template.HTMLEscapeString(words))}
		}
	})
	return err
}

// messageAlone is the key of a node {{msg "key"}}.
func messageAlone(n parse.Node) (key string, ok bool) {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Cmds[0].Args) != 2 {
		return "", false
	}
	name, isName := action.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	text, isText := action.Pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !isName || !isText || name.Ident != "msg" {
		return "", false
	}
	return text.Text, true
}

// Names lists the pages in alphabetical order.
func (r *Renderer) Names() []string {
	names := make([]string, 0, len(r.pages))
	for name := range r.pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Render writes a whole page, or nothing when its template fails. page is a
// struct that embeds Page.
func (r *Renderer) Render(w io.Writer, name string, page any) error {
	t, ok := r.pages[name]
	if !ok {
		return fmt.Errorf("no page template %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "base", page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return nil
}

// templateFuncs are the functions that every template may call.
func templateFuncs(assets *Assets, t *i18n.T) template.FuncMap {
	m := marker{t: t}
	return template.FuncMap{
		"asset": func(name string) (string, error) { // {{asset "theme.css"}}
			if u := assets.URL(name); u != "" {
				return u, nil
			}
			return "", fmt.Errorf("no static file %q", name)
		},
		"msg":           t.Msg, // {{msg "count.days" "n" 3}}
		"date":          t.Date,
		"longdate":      t.WeekdayDate,
		"shortdate":     t.ShortDate,
		"daymonth":      t.DayMonth,
		"instant":       t.Instant,
		"int":           t.Int,
		"money":         t.Money,
		"cents":         func(n *int64, currency string) string { return t.Money(*n, currency) },
		"days":          t.Days,
		"firstLines":    startOf[*reports.Line](ownRows),
		"firstAnswers":  startOf[reports.AnswerLine](answerRows),
		"until":         func(today, d calendar.Date) int { return d.Sub(today) }, // days from today to d
		"status":        m.state(statusLooks()),                                   // {{status .Status}}, {{status .Status "Done 28 May"}}
		"review":        m.state(reviewLooks()),
		"proof":         m.state(proofLooks()),
		"rating":        m.rating,             // of a commitment or of a recommendation
		"step":          m.state(stepLooks()), // to a deadline
		"cell":          m.cell,
		"heat":          heatClass,
		"mark":          m.mark,
		"flag":          m.flag,
		"flagText":      m.flagText,
		"tag":           m.tag,
		"tagBasis":      m.tagBasis,
		"themeTag":      m.themeTag,
		"dict":          dict,
		"list":          func(values ...any) []any { return values },
		"points":        points,
		"add":           func(a, b int) int { return a + b },
		"sub":           func(a, b int) int { return a - b },
		"has":           func(values []string, one string) bool { return slices.Contains(values, one) },
		"lower":         strings.ToLower,
		"join":          strings.Join,
		"href":          href,
		"hrefWithout":   hrefWithout,
		"swatch":        chart.Swatch,
		"paperHref":     paperHref,
		"yearsAsked":    func(a recommendations.AskedYears) string { return wording.YearsAsked(t, a) },
		"runs":          compared.Compare, // word by word, from the older wording to the newer
		"remark":        func(r recommendations.Remark) string { return wording.Remark(t, r.Kind, r.Word, r.GivenOn) },
		"figure":        func(y reports.YearStatus) string { return wording.Counted(t, y) },
		"figuresAt":     func(f reports.FigureDifference) reports.Pair[string] { return wording.FiguresAt(t, f) },
		"place":         func(place indicators.Place) string { return wording.Place(t, place) },
		"lastWord":      func(s reports.Status, c reports.CommitmentStatus) string { return wording.Said(t, s, c) },
		"course":        func(one reports.IndicatorStatus, d calendar.Date) string { return wording.CourseOf(t, one, d) },
		"financialYear": wording.FinancialYear,
		"yearsTold":     func(r reports.RecommendationStatus) string { return wording.Asked(t, r) },
		"filesize":      func(n int64) string { return fileSize(t, n) },
	}
}

// dict makes the arguments of a partial: {{template "figs" dict "Name" "what"}}.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs names and values by turns")
	}
	d := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		d[name] = pairs[i+1]
	}
	return d, nil
}

// href is {{href .Path .Query "sort" "due"}}: the address with some of its
// values replaced, in alphabetical order. An empty value takes its name out.
func href(path string, query url.Values, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("an address needs names and values by turns")
	}
	q := url.Values{}
	for name, values := range query {
		q[name] = slices.Clone(values)
	}
	for i := 0; i < len(pairs); i += 2 {
		name, value := fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1])
		if value == "" {
			q.Del(name)
		} else {
			q.Set(name, value)
		}
	}
	return address(path, q), nil
}

// hrefWithout is {{hrefWithout .Path .Query "status" "stalled"}}: the address
// without that one value, and on the first page.
func hrefWithout(path string, query url.Values, name, value string) string {
	q := url.Values{}
	for n, values := range query {
		for _, v := range values {
			if n != "page" && (n != name || v != value) {
				q.Add(n, v)
			}
		}
	}
	return address(path, q)
}

func address(path string, q url.Values) string {
	for name, values := range q {
		if len(values) == 0 || (len(values) == 1 && values[0] == "") {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// heatClass is the background of a month's cell.
func heatClass(status any) string {
	switch word(status) {
	case "completed":
		return "h-done"
	case "in_progress":
		return "h-go"
	case "stalled":
		return "h-stalled"
	case "cancelled":
		return "h-idle"
	}
	return "h-none"
}
