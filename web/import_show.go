package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/workbook"
)

// The bounds of what a page shows of a file; its report has all of it.
const (
	importRows     = 50
	importProblems = 50
)

// importAsks bounds how many questions of a group stand on a page: a name has
// all institutions to choose from, a conflict three texts.
var importAsks = map[string]int{"institutions": 40, "conflicts": 12}

// importShowPage is what would become of a file, or became of it.
type importShowPage struct {
	Page
	Import   workbook.Import
	What     string
	Key      string
	Href     string
	Job      *jobView // that reads or takes it and is not done
	Every    int
	Figs     []Fig
	Open     int // questions that have to be answered
	Blocks   int // problems that have to be put right
	Groups   []questionGroup
	All      bool // every question is shown
	Learns   bool // what is told can be kept for the next file
	Remember bool
	Problems []problemLine
	More     int // problems that stand in the report alone
	Rows     []importRowLine
	Paging   Paging
	Fates    []NavItem
	Fate     string
}

// questionGroup is a section of the form.
type questionGroup struct {
	ID, Title, Hint string
	Folded          bool // nothing in it waits
	Questions       []questionView
	More            int // that are not shown
}

// questionView is a question in words. At numbers it on its page.
type questionView struct {
	workbook.Question
	At      int
	Label   string
	Choices []Option
	Texts   []Fact
	Typed   []questionField
}

// Fact is a text under its name.
type Fact struct{ Name, Text string }

// questionField is a text that goes with an answer.
type questionField struct{ ID, Name, Label, Value, Error string }

type problemLine struct {
	Cell, Words, Text string
	Blocks            bool
}

type importRowLine struct {
	Where, What, Ref, Title, Fate string
	Href                          string // of what it became
	Words                         string
	Changes                       []string
}

// importsShow answers GET /import/:id.
func (s *Server) importsShow(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	i, err := s.Workbooks.Import(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	return s.show(c, "imports/import_show", s.importShown(c, i))
}

// importShown is the page of a file.
func (s *Server) importShown(c echo.Context, i workbook.Import) importShowPage {
	title := s.t.Msg("workbook.title")
	p := importShowPage{Page: s.page(c, i.FileName, Crumb{title, importsPath}, Crumb{Label: i.FileName}), Import: i, What: s.importWhat(i.Kind, i.About), Key: newKey(), All: c.QueryParam("all") != "", Href: importPath(i.ID)}
	p.Job, p.Every = s.importWait(c, i)
	if p.Every > 0 {
		c.Response().Header().Set("Refresh", strconv.Itoa(p.Every))
	}
	s.importCounts(&p)
	s.importQuestions(&p)
	s.importProblems(&p)
	s.importLines(c, &p)
	return p
}

// importTyped shows the page of a file again with answers with which it is none
// of its kind, and why. They are kept nowhere else.
func (s *Server) importTyped(c echo.Context, i workbook.Import, a workbook.Answers, why *problem.Error) error {
	told, at := &i.Outcome, 0
	for n := range told.Questions {
		q := &told.Questions[n]
		if answer, is := a[q.ID]; is {
			if q.Group == "columns" && q.Answer != answer && at == 0 {
				at = n
			}
			q.Answer = answer
		}
		for m := range q.Fields {
			if text, is := a[q.Fields[m].ID]; is {
				q.Fields[m].Value = text
			}
		}
	}
	p := s.importShown(c, i)
	for n := range p.Groups {
		p.Groups[n].Folded = false
	}
	p.Errors = append(FieldErrors{{"q" + strconv.Itoa(at), s.t.Msg(why.Key, why.Args...)}}, p.Errors...)
	return s.showAs(c, http.StatusUnprocessableEntity, "imports/import_show", p)
}

// importCounts says how many rows of each fate there are, and what is open.
func (s *Server) importCounts(p *importShowPage) {
	for _, fate := range workbook.Fates {
		if n := p.Import.Outcome.Count(fate); n > 0 || fate == workbook.New || fate == workbook.Changed {
			p.Figs = append(p.Figs, Fig{Label: s.t.Msg("workbook.fate." + string(fate)), Number: s.t.Int(n)})
		}
	}
	for _, q := range p.Import.Outcome.Questions {
		if q.Open {
			p.Open++
		}
	}
	for _, one := range p.Import.Outcome.Problems {
		if one.Blocks {
			p.Blocks++
		}
	}
}

// importQuestions puts the questions of a file into groups, those first in
// which something waits. What was taken asks nothing.
func (s *Server) importQuestions(p *importShowPage) {
	if p.Import.State == workbook.Taken {
		return
	}
	waits, shown := map[string]int{}, map[string]int{}
	for _, q := range p.Import.Outcome.Questions {
		if q.Open {
			waits[q.Group]++
		}
	}
	for n, q := range p.Import.Outcome.Questions {
		i := slices.IndexFunc(p.Groups, func(g questionGroup) bool { return g.ID == q.Group })
		if i < 0 {
			p.Groups = append(p.Groups, questionGroup{ID: q.Group, Title: s.t.Msg("workbook.group." + q.Group), Hint: s.t.Msg("workbook.group." + q.Group + ".hint"), Folded: true})
			i = len(p.Groups) - 1
		}
		p.Groups[i].Folded = p.Groups[i].Folded && !q.Open && q.Group == "columns"
		if most := importAsks[q.Group]; most > 0 && !p.All { // those that wait first
			kind, room := q.Group, most
			if !q.Open {
				kind, room = q.Group+" answered", max(0, most-waits[q.Group])
			}
			if shown[kind]++; shown[kind] > room {
				p.Groups[i].More++
				continue
			}
		}
		p.Groups[i].Questions = append(p.Groups[i].Questions, s.questionView(p, q, n))
		p.Learns = p.Learns || q.Group == "columns" || q.Group == "institutions"
	}
	slices.SortStableFunc(p.Groups, func(a, b questionGroup) int {
		switch {
		case a.Folded == b.Folded:
			return 0
		case b.Folded:
			return -1
		}
		return 1
	})
	p.Remember = p.Import.Answers["remember"] != "" || len(p.Import.Answers) == 0
}

func (s *Server) questionView(p *importShowPage, q workbook.Question, n int) questionView {
	v := questionView{Question: q, At: n, Label: q.About}
	if key := "workbook.ask." + q.ID; s.t.Has(key) {
		v.Label = s.t.Msg(key)
	}
	for _, o := range q.Options {
		label := o.Label
		if o.Key != "" {
			label = s.t.Msg("workbook.option." + o.Key)
		}
		v.Choices = append(v.Choices, Option{Value: o.Value, Label: label})
	}
	for _, said := range q.Said {
		v.Texts = append(v.Texts, Fact{s.t.Msg("workbook.said." + said.Key), said.Text})
	}
	about := "" // several names can have the same thing wrong
	if q.About != "" {
		about = cutText(q.About, 60) + ": "
	}
	for m, f := range q.Fields {
		field := questionField{ID: "q" + strconv.Itoa(n) + "-" + strconv.Itoa(m), Name: "a." + f.ID, Label: s.t.Msg("workbook.field." + f.Key), Value: f.Value}
		if f.Wrong != nil {
			field.Error = s.t.Msg(f.Wrong.Key, f.Wrong.Args...)
			p.Errors = append(p.Errors, FieldError{field.ID, about + field.Error})
		}
		v.Typed = append(v.Typed, field)
	}
	return v
}

// importProblems lists what to look at, what stops the file first.
func (s *Server) importProblems(p *importShowPage) {
	list := slices.Clone(p.Import.Outcome.Problems)
	slices.SortStableFunc(list, func(a, b workbook.Problem) int {
		switch {
		case a.Blocks == b.Blocks:
			return 0
		case a.Blocks:
			return -1
		}
		return 1
	})
	p.More = max(0, len(list)-importProblems)
	for _, one := range list[:len(list)-p.More] {
		p.Problems = append(p.Problems, problemLine{one.Address(), one.Words(s.t), cutText(one.Text, 160), one.Blocks})
	}
}

// importLines lists a page of rows, of one fate where that was chosen.
func (s *Server) importLines(c echo.Context, p *importShowPage) {
	p.Fate = c.QueryParam("fate")
	var rows []workbook.Row
	for _, r := range p.Import.Outcome.Rows {
		if p.Fate == "" || p.Fate == string(r.Fate) {
			rows = append(rows, r)
		}
	}
	p.Fates = append(p.Fates, NavItem{Label: s.t.Msg("workbook.fate.all"), Href: p.Href + "#rows", Current: p.Fate == ""})
	for _, fate := range workbook.Fates {
		if p.Import.Outcome.Count(fate) > 0 {
			p.Fates = append(p.Fates, NavItem{Label: s.t.Msg("workbook.fate." + string(fate)), Href: address(p.Href, url.Values{"fate": {string(fate)}}) + "#rows", Current: p.Fate == string(fate)})
		}
	}
	page, _ := strconv.Atoi(c.QueryParam("page"))
	p.Paging = NewPaging(page, importRows, len(rows), p.Href, c.QueryParams())
	for _, r := range rows[p.Paging.Offset():p.Paging.Last] {
		line := importRowLine{Where: workbook.Address(r.Sheet, strconv.Itoa(r.Number)), What: s.t.Msg("workbook.kind." + r.Kind), Ref: r.Ref, Title: cutText(r.Title, 160), Fate: string(r.Fate), Words: s.t.Msg("workbook.fate." + string(r.Fate))}
		if r.Kind == "commitment" && (p.Import.State == workbook.Taken || r.Fate == workbook.Changed || r.Fate == workbook.Same) {
			line.Href = commitmentPath(r.Ref)
		}
		for _, change := range r.Changes {
			line.Changes = append(line.Changes, workbook.Change{Field: change.Field, Old: cutText(change.Old, 200), New: cutText(change.New, 200)}.Words(s.t))
		}
		p.Rows = append(p.Rows, line)
	}
}

// cutText shortens a text to so many letters.
func cutText(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
