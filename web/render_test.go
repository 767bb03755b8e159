package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/template/parse"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/problem"
)

func testT(t *testing.T) *i18n.T {
	t.Helper()
	m, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	return i18n.New(m, time.FixedZone("SAST", 2*3600))
}

// sampleRenderer has the real layout and partials and one page, the sample.
func sampleRenderer(t *testing.T, sample string) *Renderer {
	t.Helper()
	files := fstest.MapFS{"pages/sample.html": {Data: []byte(sample)}}
	for _, dir := range []string{"layout", "partials"} {
		names, err := fs.Glob(templateFiles, "templates/"+dir+"/*.html")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := templateFiles.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[strings.TrimPrefix(name, "templates/")] = &fstest.MapFile{Data: content}
		}
	}
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRenderer(files, assets, testT(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type samplePage struct {
	Page
	Figs     []Fig
	Days     []DayItem
	Strip    chart.Chart
	Pillars  chart.BarChart
	Cells    chart.BarChart
	Months   chart.Months
	Story    []TimelineEntry
	Choices  []Option
	Paging   Paging
	Typed    string
	Chips    []Link
	Statuses []string
}

func newSamplePage(t *testing.T) samplePage {
	w := testT(t)
	d := calendar.MustParse
	query := url.Values{"status": {"in_progress", "stalled"}, "sort": {"due"}}
	return samplePage{
		Page: Page{
			Title: "Where the plan stands", Actor: &ActorView{Role: "Coordinator", Institution: "Multi-Sectoral Committee secretariat"},
			Nav:    []NavItem{{Label: "Home", Href: "/", Current: true}, {Label: "Review", Href: "/review", Count: 7}, {Label: "Commitments", Href: "/commitments"}},
			Crumbs: []Crumb{{"Commitments", "/commitments"}, {"NSF 3.1", "/commitments/NSF-3.1"}},
			Flash:  []string{"The update was sent for review."},
			Errors: FieldErrors{{"what", "Remove the telephone number"}, {"", "The form was sent twice"}},
			T:      w, Path: "/commitments", Query: query, Demo: true, Today: d("2021-11-08"),
			Site: Site{Country: "Kingdom of Lesotho", Owner: "Multi-Sectoral Committee on Trafficking in Persons", Product: "Action Plan Tracker"},
		},
		Figs: []Fig{{"To review", "/review", "7", "oldest waits 12 days"}, {"Not reported", "#", "12", "of 39 due on 15 October"}, {"Unanswered", "", "2", ""}, {"Overdue", "#", "6", "of 42"}},
		Days: []DayItem{{away(w, d("2021-11-08"), d("2021-09-30")), "Interim cut-off, 30 September", "past"}, {away(w, d("2021-11-08"), d("2021-11-18")), "Dialogue", "next"}},
		Strip: periodStrip(w, d("2021-04-01"), d("2022-03-31"), d("2021-11-08"), []chart.Deadline{
			{On: d("2021-09-30"), Label: "Interim cut-off"}, {On: d("2021-11-18"), Label: "Dialogue"},
			{On: d("2022-02-01"), Label: "Interim assessment"}, {On: d("2022-02-28"), Label: "Agreed target"}}),
		Pillars: chart.StackedBars("By pillar", deliveryWords(w), []chart.BarRow{
			{Label: "National coordination", Href: "/commitments?node=1", Counts: []int{2, 4, 2, 1, 0}, Hrefs: []string{"/commitments?node=1&status=completed"}},
			{Label: "Victim <b>protection</b>", Counts: []int{1, 5, 3, 2, 1}}}, chart.Tall),
		Cells: chart.ReportingBars("Reporting by ministry", reportingWords(w), []chart.BarRow{
			{Label: "Law and Justice", Counts: []int{2, 1, 3}}, {Label: "Finance", Counts: []int{0, 0, 1}}}),
		Months: chart.Months{Title: "Status at the end of each month", Columns: []string{"Sep", "Oct", "Nov"}, Now: 2,
			Rows: []chart.MonthRow{{Ref: "NSF 3.1", Title: "SOPs", Href: "/commitments/NSF-3.1", States: []string{"", "not_started", "in_progress"}}}},
		Story: []TimelineEntry{{Month: "November 2021"},
			{Mark: "submitted", Tone: "submitted", Who: "Focal point, Social Development", On: d("2021-11-04"), Text: "Update for 2 November", Review: "submitted", Quote: "Final text sent", Proof: "evidenced", Links: []Link{{"cover letter", "https://example.org/a"}}},
			{Mark: "flag", Tone: "off", Who: "Deadline", On: d("2021-09-30"), Text: "Milestone 3 passed", Status: "stalled", Rating: "at_risk"}},
		Choices: []Option{{Value: "not_started", Label: "Not started"}, {Value: "stalled", Label: "Stalled", Hint: "Nothing moves", Count: 4, Counted: true}},
		Paging:  NewPaging(3, 25, 240, "/commitments", query), Typed: `"><script>alert(1)</script>`,
		Chips:    []Link{{"Stalled", hrefWithout("/commitments", query, "status", "stalled")}},
		Statuses: []string{"stalled"},
	}
}

const samplePageTemplate = `{{define "main"}}<div class="head"><div><h1>{{.Title}}</h1><p class="meta">{{longdate .Today}}</p></div><div class="btns">{{template "post-button" dict "Action" "/review" "Label" "Approve" "Key" "k" "Class" "small"}}<a class="govuk-button govuk-button--secondary small" href="/">See it</a></div></div>
<section class="block">{{template "strip" .Strip}}{{template "days" .Days}}</section>{{template "figs" .Figs}}
<section class="block"><header><h2>Delivery</h2></header>{{template "legend" .Pillars.Series}}<div class="half">{{template "bars" .Pillars}}{{template "bars" .Cells}}</div></section>
<section class="block"><header><h2>Table</h2></header>{{template "chips" dict "Links" .Chips}}<table class="stack sortable"><caption class="vh">Commitments</caption><thead><tr>{{template "sort-header" dict "Label" "Due" "Key" "due" "Sort" "due" "Path" .Path "Query" .Query}}{{template "sort-header" dict "Label" "Lead" "Key" "lead" "Sort" "due" "Path" .Path "Query" .Query}}</tr></thead><tbody><tr><th scope="row">{{status "in-progress"}} {{proof "verified"}} {{review "returned"}} {{rating "off_track"}} {{rating "partially"}} {{tag "Plan"}} {{themeTag "protection"}} {{flag "overdue" 39}}{{flag "stale"}}{{flagText "plum" "No commitment"}}</th><td data-l="Due">{{shortdate .Today}}</td></tr></tbody></table>{{template "pagination" .Paging}}{{template "empty" dict "Text" "Nothing waits for review."}}</section>
<section class="block"><header><h2>Months</h2></header>{{template "heat" .Months}}</section>
<div class="cols"><section class="block"><header><h2>Its story</h2></header>{{template "timeline" .Story}}</section>
<form class="full" method="post" action="/x" novalidate>{{template "form-key" dict "Key" "abc" "Version" 3}}
{{template "field-text" dict "Name" "email" "Label" "E-mail address" "Type" "email" "Value" .Typed "Autocomplete" "username"}}
{{template "field-text" dict "Name" "password" "Label" "Password" "Type" "password" "Value" "secret-secret"}}
{{template "field-textarea" dict "Name" "what" "Label" "What was done?" "Hint" "One or two sentences." "Value" .Typed "Error" (.Errors.For "what")}}
{{template "field-select" dict "Name" "status" "Label" "Delivery status" "Options" .Choices "Value" "stalled" "Empty" "Choose"}}
{{template "field-date" dict "Name" "asof" "Label" "True on" "Value" (date .Today) "Optional" true}}
{{template "field-radios" dict "Name" "happened" "Label" "What happened?" "Options" .Choices "Value" "stalled"}}
{{template "field-checkboxes" dict "Name" "flags" "Label" "Flags" "Options" .Choices "Values" .Statuses}}
{{template "field-file" dict "Name" "ev" "Label" "Evidence" "Note" "(may be added later)"}}
<div class="filters">{{template "filter-checks" dict "Name" "f" "Label" "Status" "Options" .Choices "Values" .Statuses}}</div>
<div class="btns"><button class="govuk-button">Send for review</button></div></form></div>{{end}}`

func renderSample(t *testing.T, page any) string {
	t.Helper()
	var b bytes.Buffer
	if err := sampleRenderer(t, samplePageTemplate).Render(&b, "sample", page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLayoutAndPartialsShowWhatTheyAreGiven(t *testing.T) {
	page := newSamplePage(t)
	html := renderSample(t, page)
	if out := os.Getenv("SAMPLE_PAGE_FILE"); out != "" { // to look at it in a browser
		if err := os.WriteFile(out, []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`<html lang="en">`, `<title>Error: Where the plan stands – Action Plan Tracker</title>`, "DEMONSTRATION, illustrative",
		`<a href="/" aria-current="page">Home</a>`, `<span class="count">7</span>`, `<form class="inline" method="post" action="/sign-out">`,
		`2 things to correct`, `<a href="#what">Remove the telephone number</a>`, `aria-describedby="what-hint what-error"`,
		`Monday 8 November 2021`, `Overdue 39 d`, `aria-sort="ascending"><a href="/commitments?sort=-due&amp;status=in_progress&amp;status=stalled">`,
		`<option value="stalled" selected>Stalled (4)</option>`, `51 to 75 of 240`, `rel="next" href="/commitments?page=4&amp;`,
		`<a href="/commitments?sort=due&amp;status=in_progress">Stalled`, `name="version" value="3"`, `<b>39 days ago</b>`, `<b>10 days</b>`,
		`<textarea class="govuk-textarea govuk-textarea--error" id="what" name="what" rows="4" aria-describedby="what-hint what-error">`,
		`Status as of 8 November 2021`, `day 222 of 365`, `value="stalled" checked`, `<td class="h-go now">`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the sample page lacks %s", want)
		}
	}
	for _, banned := range []string{"<script", " style=", "data:", "<no value>", "ZgotmplZ", "secret-secret", "<b>protection", "[", "%!"} {
		if strings.Contains(html, banned) {
			t.Errorf("the sample page holds %q", banned)
		}
	}
	page.Demo, page.Actor, page.Nav, page.Errors = false, nil, nil, nil
	if html = renderSample(t, page); strings.Contains(html, "DEMONSTRATION") || strings.Contains(html, "/sign-out") || strings.Contains(html, "Error:") {
		t.Error("a page without actor, errors and demonstration shows one of them")
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	for name, body := range map[string]string{
		"unknown state":  `{{define "main"}}{{status "great"}}{{end}}`,
		"unknown flag":   `{{define "main"}}{{flag "blue"}}{{end}}`,
		"unknown file":   `{{define "main"}}{{asset "none.css"}}{{end}}`,
		"odd dict":       `{{define "main"}}{{template "empty" dict "Text"}}{{end}}`,
		"missing member": `{{define "main"}}{{.Nothing}}{{end}}`,
	} {
		var b bytes.Buffer
		if err := sampleRenderer(t, body).Render(&b, "sample", newSamplePage(t)); err == nil || b.Len() != 0 {
			t.Errorf("%s: error %v and %d bytes", name, err, b.Len())
		}
	}
	var b bytes.Buffer
	if err := sampleRenderer(t, samplePageTemplate).Render(&b, "other", newSamplePage(t)); err == nil {
		t.Error("a page without a template was rendered")
	}
}

// Every message key that a template names has a text, and every page parses.
func TestTemplatesNameOnlyKnownMessages(t *testing.T) {
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	w := testT(t)
	r, err := NewRenderer(assets, w)
	if err != nil {
		t.Fatal(err)
	}
	sets := maps.Clone(r.pages)
	sets["the layout"] = sampleRenderer(t, `{{define "main"}}{{end}}`).pages["sample"]
	seen := 0
	for page, set := range sets {
		for _, tmpl := range set.Templates() {
			if tmpl.Tree == nil {
				continue
			}
			for _, key := range messageKeys(tmpl.Tree.Root) {
				if seen++; !w.Has(key) {
					t.Errorf("%s: %q has no text", page, key)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d message keys were found in the templates", seen)
	}
}

// What is the same for every reader is put in when templates are read, escaped
// where it stands; what names something is asked for each time.
func TestWordsAreSpelledOutOnce(t *testing.T) {
	words := func(key string) (string, bool) { return `Tom & "Co" <b>`, key == "known" }
	parsed := func(text string) *template.Template {
		return template.Must(template.New("x").Funcs(templateFuncs(nil, testT(t))).Parse(text))
	}
	set := parsed(`<p title="{{msg "known"}}">{{- msg "known" -}} </p>{{range .}}{{if .}}{{msg "known"}}{{else}}{{msg "count.days" "n" 2}}{{end}}{{end}}`)
	if err := spellOut(set.Tree.Root, words); err != nil {
		t.Fatal(err)
	}
	if keys := messageKeys(set.Tree.Root); len(keys) != 1 || keys[0] != "count.days" {
		t.Errorf("asked for at every page: %q", keys)
	}
	var b strings.Builder
	if err := set.Execute(&b, []bool{true, false}); err != nil {
		t.Fatal(err)
	}
	const escaped = "Tom &amp; &#34;Co&#34; &lt;b&gt;"
	if want := `<p title="` + escaped + `">` + escaped + `</p>` + escaped + "2 days"; b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
	if err := spellOut(parsed(`{{with .}}{{msg "nothing"}}{{end}}`).Tree.Root, words); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a key without a text: %v", err)
	}
}

// messageKeys collects the keys written out in {{msg "key"}} and {{.T.Msg "key"}}.
func messageKeys(node parse.Node) []string {
	var keys []string
	visit(node, func(c *parse.CommandNode) {
		if len(c.Args) < 2 {
			return
		}
		name := c.Args[0].String()
		if text, ok := c.Args[1].(*parse.StringNode); ok && (name == "msg" || strings.HasSuffix(name, ".Msg")) {
			keys = append(keys, text.Text)
		}
	})
	return keys
}

func visit(node parse.Node, see func(*parse.CommandNode)) {
	branch := func(b *parse.BranchNode) {
		visit(b.Pipe, see)
		visit(b.List, see)
		if b.ElseList != nil {
			visit(b.ElseList, see)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, one := range n.Nodes {
			visit(one, see)
		}
	case *parse.ActionNode:
		visit(n.Pipe, see)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			visit(n.Pipe, see)
		}
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			see(c)
			for _, arg := range c.Args {
				visit(arg, see)
			}
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}

func TestMessageKeysAreFoundWhereverTheyStand(t *testing.T) {
	r := sampleRenderer(t, `{{define "main"}}{{if .Demo}}{{else}}{{template "empty" dict "Text" (msg "a.b" "n" 1)}}{{end}}{{range .Flash}}{{$.T.Msg "c.d"}}{{end}}{{end}}`)
	got := messageKeys(r.pages["sample"].Lookup("main").Tree.Root)
	if !slices.Equal(got, []string{"a.b", "c.d"}) {
		t.Errorf("found %q", got)
	}
}

// Each mark that Go code names is drawn in the partial "defs".
func TestEveryMarkIsDrawn(t *testing.T) {
	defs, err := templateFiles.ReadFile("templates/partials/defs.html")
	if err != nil {
		t.Fatal(err)
	}
	w := testT(t)
	for _, looks := range []map[string]look{statusLooks(), reviewLooks(), proofLooks(), ratingLooks()} {
		for state, l := range looks {
			if !bytes.Contains(defs, []byte(`<symbol id="m-`+l.mark+`"`)) {
				t.Errorf("no mark %q for %q", l.mark, state)
			}
			if !w.Has(l.key) {
				t.Errorf("no word for %q", state)
			}
		}
	}
	for kind := range flagTones() {
		if !w.Has("flag." + kind) {
			t.Errorf("no word for the flag %q", kind)
		}
	}
	for _, theme := range []string{"prosecution", "protection", "prevention", "partnership"} {
		if !w.Has("theme." + theme) {
			t.Errorf("no word for the theme %q", theme)
		}
	}
}

func TestPagingStaysInRange(t *testing.T) {
	for _, c := range []struct{ page, total, wantPage, first, last, offset int }{
		{1, 0, 1, 0, 0, 0}, {9, 30, 2, 26, 30, 25}, {-3, 30, 1, 1, 25, 0}, {2, 50, 2, 26, 50, 25},
	} {
		p := NewPaging(c.page, 25, c.total, "/", nil)
		if p.Page != c.wantPage || p.First != c.first || p.Last != c.last || p.Offset() != c.offset {
			t.Errorf("page %d of %d rows: %+v, offset %d", c.page, c.total, p, p.Offset())
		}
	}
	if got := NewPaging(5, 10, 100, "/", nil).Numbers(); !slices.Equal(got, []int{1, 0, 4, 5, 6, 0, 10}) {
		t.Errorf("pages linked: %v", got)
	}
}

func TestProblemsFollowTheOrderOfTheForm(t *testing.T) {
	p := &problem.Error{Kind: problem.Invalid, Key: "nav.home", Fields: map[string]problem.Message{
		"a": {Key: "count.days", Args: []any{"n", 2}}, "b": {Key: "nav.review"}, "c": {Key: "nav.audit"}}}
	got := Problems(testT(t), p, "c", "a")
	if !slices.Equal(got, FieldErrors{{"c", "Audit"}, {"a", "2 days"}, {"b", "Review"}}) {
		t.Errorf("got %v", got)
	}
	if got := Problems(testT(t), problem.New(problem.Conflict, "nav.home")); !slices.Equal(got, FieldErrors{{"", "Home"}}) {
		t.Errorf("got %v", got)
	}
}

// Each page kept all partials once: 79 MB of memory before the first request, of which pages show a fifth.
func TestAPageKeepsOnlyWhatItShows(t *testing.T) {
	k := kitIn(t, time.UTC)
	signIn := k.render.pages["signin/sign_in"]
	if signIn.Lookup("base") == nil || signIn.Lookup("field-text") == nil {
		t.Error("the page of signing in lacks what it shows")
	}
	for _, other := range []string{"pagination", "field-date", "comments"} {
		if signIn.Lookup(other) != nil {
			t.Errorf("the page of signing in keeps %q, which it does not show", other)
		}
	}
}
