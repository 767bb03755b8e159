package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/reports"
)

// coveragePage is which institutions answer what an edition asks.
type coveragePage struct {
	Page
	reports.Coverage
	Name    string // of the edition
	Choices []Option
	Kinds   []Option
	Chosen  string // reference of the edition
	Caption string
	Lines   []coverageLine
	Foot    []coverageCount
	All     string // the address of all commitments that answer the edition
	Facts   coverageFacts
	Export  Export
}

// coverageLine is a row with the lists behind its numbers.
type coverageLine struct {
	reports.CoverageRow
	Href     string // of the recommendation, or of those of the theme
	Label    string
	Answered coverageCount
	Boxes    []coverageBox
	Gap      bool // nothing answers what is asked now
}

// coverageBox is a cell.
type coverageBox struct {
	Leads, Supports coverageCount
	Expected        bool
}

// coverageCount is a number with the list that it counts; the address is empty
// where the number is 0.
type coverageCount struct {
	N    int
	Href string
}

// coverageFacts are the lists beside the table.
type coverageFacts struct{ NoAnswer, OpenItems, NoneOf, Other, Orphans, Several string }

// coveragePath is the address of who answers an edition.
func coveragePath(edition, by string) string {
	return address("/recommendations/coverage", coverageValues(edition, by))
}

func coverageValues(edition, by string) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"edition": edition, "by": by} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// coverage computes what an address asks for. What it does not know it leaves
// out.
func (s *Server) coverage(c echo.Context) (reports.Coverage, error) {
	read := func(name string) string { return strings.TrimSpace(readable(c.QueryParam(name))) }
	return s.Reports.Coverage(c.Request().Context(), s.ledgerQuery(c), read("edition"), read("by"))
}

// counted leads from a number to the commitments that it counts.
func counted(n int, f reports.Filter) coverageCount {
	if n == 0 {
		return coverageCount{}
	}
	return coverageCount{n, commitmentsPath(f)}
}

// coverageShow answers GET /recommendations/coverage.
func (s *Server) coverageShow(c echo.Context) error {
	v, err := s.coverage(c)
	if err != nil {
		return err
	}
	title := s.t.Msg("coverage.title")
	p := coveragePage{Page: s.page(c, title, Crumb{s.t.Msg("asked.title"), "/recommendations"}, Crumb{Label: title}), Coverage: v, Kinds: s.options("coverage.by.", reports.CoverageKinds)}
	p.Wide = true
	for _, e := range v.Editions {
		p.Choices = append(p.Choices, Option{Value: e.Ref(), Label: s.editionName(e)})
	}
	if v.Edition.ID != 0 {
		p.Name, p.Chosen = s.editionName(v.Edition), v.Edition.Ref()
		p.Caption = s.coverageCaption(v)
	}
	for _, row := range v.Rows {
		p.Lines = append(p.Lines, s.coverageLine(v, row))
	}
	for i, n := range v.Leads {
		p.Foot = append(p.Foot, counted(n, reports.Filter{Institution: v.Columns[i].Code, LeadOnly: true, Answers: p.Chosen}))
	}
	p.All = commitmentsPath(reports.Filter{Answers: p.Chosen})
	p.Facts = coverageFacts{NoneOf: commitmentsPath(reports.Filter{Answers: reports.AnswersNoneOf + p.Chosen}), Other: commitmentsPath(reports.Filter{Answers: reports.AnswersOther + p.Chosen}),
		Orphans: commitmentsPath(reports.Filter{Answers: reports.AnswersNothing}), Several: commitmentsPath(reports.Filter{Answers: reports.AnswersSeveral})}
	edition := editionPath(v.Edition.Mechanism, v.Edition.Year)
	p.Facts.NoAnswer, p.Facts.OpenItems = edition+"?answered="+reports.AnsweredNone, edition+"?answered="+reports.AnsweredOpen
	p.Export = exportOf(p.Path, coverageValues(p.Chosen, v.By), len(v.Rows))
	return s.show(c, "recommendations/coverage", p)
}

func (s *Server) coverageCaption(v reports.Coverage) string {
	return s.t.Msg("coverage.caption."+v.By, "edition", s.editionName(v.Edition), "n", v.Recommendations, "commitments", v.Answering)
}

func (s *Server) coverageLine(v reports.Coverage, row reports.CoverageRow) coverageLine {
	f := row.Filter(v.Edition.Ref())
	line := coverageLine{CoverageRow: row, Label: row.Title, Href: recommendationPath(row.ID), Answered: counted(row.Answers, f), Gap: v.Newest && row.Asked > 0 && row.Answers == 0}
	if row.ID == 0 {
		line.Label, line.Href = s.themeWords(row.Theme), editionPath(v.Edition.Mechanism, v.Edition.Year)+"?theme="+themeKey(row.Theme)
	}
	for i, cell := range row.Cells {
		leads, supports := f, f
		leads.Institution, leads.LeadOnly = v.Columns[i].Code, true
		supports.Institution, supports.SupportOnly = v.Columns[i].Code, true
		line.Boxes = append(line.Boxes, coverageBox{counted(cell.Leads, leads), counted(cell.Supports, supports), cell.Expected})
	}
	return line
}

// themeKey is a theme as filters name it.
func themeKey(theme string) string {
	if theme == "" {
		return reports.WithoutTheme
	}
	return theme
}

func (s *Server) themeWords(theme string) string { return s.t.Msg("theme." + themeKey(theme)) }

// coverageTable is the coverage as a file: a row for each row of the page, a
// column for each institution.
func (s *Server) coverageTable(c echo.Context) (reports.Table, error) {
	v, err := s.coverage(c)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "coverage", Title: s.t.Msg("coverage.title"), D: v.D, Columns: []reports.Column{{Key: "coverage.head." + v.By, Width: 14}}}
	if v.Edition.ID != 0 {
		t.Filter = []string{s.editionName(v.Edition), s.t.Msg("coverage.by." + v.By)}
	}
	if v.By == reports.ByRecommendation {
		t.Columns = append(t.Columns, reports.Column{Key: "commitments.field.title", Width: 44}, reports.Column{Key: "export.wording", Width: 20}, reports.Column{Key: "asked.head.theme", Width: 16})
	}
	for _, i := range v.Columns {
		t.Columns = append(t.Columns, reports.Column{Name: i.Code + " " + i.Name, Width: 20})
	}
	t.Columns = append(t.Columns, numbers("coverage.head.answers"), numbers("export.items_count"), numbers("export.items_answered"))
	var rows [][]any
	for _, row := range v.Rows {
		cells := []any{s.themeWords(row.Theme)}
		if v.By == reports.ByRecommendation {
			cells = []any{row.Ref, row.Title, s.t.Msg("basis." + string(row.Basis)), s.themeWords(row.Theme)}
		}
		for _, cell := range row.Cells {
			cells = append(cells, s.coverageWords(cell))
		}
		rows = append(rows, append(cells, row.Answers, row.Items, row.Items-row.Open))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// coverageWords is a cell in words.
func (s *Server) coverageWords(cell reports.CoverageCell) string {
	var words []string
	if cell.Leads > 0 {
		words = append(words, s.t.Msg("coverage.cell.leads", "n", cell.Leads))
	}
	if cell.Supports > 0 {
		words = append(words, s.t.Msg("coverage.cell.supports", "n", cell.Supports))
	}
	if cell.Expected {
		words = append(words, s.t.Msg("coverage.cell.expected"))
	}
	if words == nil {
		words = append(words, s.t.Msg("coverage.cell.nothing"))
	}
	return strings.Join(words, ", ")
}
