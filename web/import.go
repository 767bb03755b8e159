package web

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/recommendations/narrative"
)

// The bounds of a list that is sent as a file, in bytes: a text as large as is
// read, in a document with room for its pictures.
const (
	mostNarrative     = 2 * narrative.MostText
	mostNarrativeForm = mostNarrative + 2<<20
)

// What becomes of a row of the preview.
const (
	rowKeep = "keep"
	rowJoin = "join" // to the one above
	rowDrop = "drop"
)

// importPage is the form that takes a narrative, and the preview of what was
// found in it.
type importPage struct {
	Page
	Edition        recommendations.EditionRow
	Action         string
	Key            string
	MaxMB          int
	Text           string // pasted
	Rows           []importRow
	Notes          []string
	Compared       []recommendations.Compared // where the edition holds a list already
	Completeness   string
	Completenesses []Option
	Basis          string
	Bases          []Option
	Fates          []Option
}

// importRow is a recommendation of the preview as it stands in its form.
type importRow struct {
	At            int // from 0, in the names of its fields
	Text, Fate    string
	Cut           bool
	Basis, Source string   // as the file says, empty where it does not
	Parts         []string // the items that it may be split into
	Items         bool     // it is to be split into them
}

func (s *Server) importPage(c echo.Context) (importPage, error) {
	e, err := s.edition(c)
	if err != nil {
		return importPage{}, err
	}
	title := s.t.Msg("import.title")
	p := importPage{Page: s.page(c, title, s.editionCrumbs(e, Crumb{Label: title})...), Edition: e, Action: editionPath(e.Mechanism, e.Year, "import"), Key: newKey(), MaxMB: mostNarrative >> 20,
		Completeness: string(recommendations.Partial)} // whose words they are a person says: a restated text must not pass for the mechanism's own
	if e.Completeness == recommendations.Complete {
		p.Completeness = string(e.Completeness)
	}
	for _, v := range []recommendations.Completeness{recommendations.Complete, recommendations.Partial} {
		p.Completenesses = append(p.Completenesses, Option{Value: string(v), Label: s.t.Msg("asked.completeness." + string(v)), Hint: s.t.Msg("asked.completeness." + string(v) + ".hint")})
	}
	for _, basis := range recommendations.Bases {
		p.Bases = append(p.Bases, Option{Value: string(basis), Label: s.t.Msg("asked.basis." + string(basis)), Hint: s.t.Msg("asked.basis." + string(basis) + ".hint")})
	}
	p.Fates = s.options("import.fate.", []string{rowKeep, rowJoin, rowDrop})
	return p, nil
}

// importForm answers GET /recommendations/editions/:mechanism/:year/import.
func (s *Server) importForm(c echo.Context) error {
	p, err := s.importPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/import_form", p)
}

// importRead answers POST /recommendations/editions/:mechanism/:year/import:
// it shows what is found in what was sent, and keeps nothing.
func (s *Server) importRead(c echo.Context) error {
	defer s.unhurried(c)()
	p, err := s.importPage(c)
	if err != nil {
		return err
	}
	in, err := uploadOf(c, mostNarrative, mostNarrativeForm)
	defer in.close()
	p.Text = in.text("text")
	var found []narrative.Found
	if err == nil {
		select {
		case s.looking <- struct{}{}: // two at a time: looking into a file takes memory
			found, err = narrativeOf(in)
			<-s.looking
		case <-c.Request().Context().Done():
			err = problem.New(problem.Unavailable, "problem.unavailable")
		}
	}
	var one narrative.Found
	if err == nil {
		one, err = recommendations.ListOf(found, p.Edition.Mechanism, p.Edition.Country, p.Edition.Year)
	}
	field := "text"
	if _, sent := in.files["file"]; sent {
		field = "file"
	}
	if status, wrong, again := s.again(beside(field, err), "file", "text"); again {
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/import_form", p)
	}
	if err != nil {
		return err
	}
	for i, r := range one.Recommendations {
		p.Rows = append(p.Rows, importRow{At: i, Text: r.Text, Fate: rowKeep, Cut: r.Cut, Basis: r.Basis, Source: r.Source, Parts: narrative.Split(r.Text)})
	}
	p.Notes = s.importNotes(p.Edition, one)
	return s.showImport(c, http.StatusOK, p)
}

// narrativeOf reads the file of a form, or else its pasted text.
func narrativeOf(in upload) ([]narrative.Found, error) {
	f := in.files["file"]
	if f.wrong.Key != "" {
		return nil, problem.New(problem.Invalid, f.wrong.Key, f.wrong.Args...)
	}
	if f.content == nil {
		text := []byte(in.text("text"))
		return narrative.ReadEditions(bytes.NewReader(text), int64(len(text)), "pasted.txt")
	}
	b, err := io.ReadAll(f.content)
	if err != nil {
		return nil, err
	}
	return narrative.ReadEditions(bytes.NewReader(b), int64(len(b)), f.name)
}

// beside puts what is wrong beside a field, where nothing says which.
func beside(field string, err error) error {
	p, is := invalid(err)
	if !is || len(p.Fields) > 0 {
		return err
	}
	var check problem.Check
	check.Add(field, p.Key, p.Args...)
	return check.Err()
}

// importNotes are what a person should look at before saving.
func (s *Server) importNotes(e recommendations.EditionRow, f narrative.Found) (notes []string) {
	if f.Year != 0 && f.Year != e.Year {
		notes = append(notes, s.t.Msg("import.note.year", "found", strconv.Itoa(f.Year), "year", strconv.Itoa(e.Year)))
	}
	if f.Tier != "" && f.Tier != e.Tier {
		notes = append(notes, s.t.Msg("import.note.tier", "found", f.Tier))
	}
	for _, n := range f.Notes {
		notes = append(notes, s.t.Msg(n.Key, n.Args...))
	}
	return notes
}

// showImport shows the preview: the rows in a form, or, where the edition holds
// a list already, both beside each other.
func (s *Server) showImport(c echo.Context, status int, p importPage) error {
	if p.Edition.Recommendations > 0 {
		page, err := s.Recommendations.Edition(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, p.Edition.Mechanism, p.Edition.Year, s.Clock.Today())
		if err != nil {
			return err
		}
		p.Compared = recommendations.Compare(page.Recommendations, p.entries())
	}
	return s.showAs(c, status, "recommendations/import_preview", p)
}

// entries are the rows that are kept, as they would be saved.
func (p importPage) entries() (list []recommendations.Entry) {
	for _, r := range p.Rows {
		e := recommendations.Entry{Text: r.Text, Basis: recommendations.Basis(cmpOr(r.Basis, p.Basis)), Source: r.Source, Cut: r.Cut}
		if r.Items {
			e.Items = r.Parts
		}
		list = append(list, e)
	}
	return list
}

var blankLine = regexp.MustCompile(`\n[ \t]*\n`)

// rowsTyped are the rows of a preview after what was chosen for each: dropped,
// joined to the one above, or split where a blank line stands in its text.
func rowsTyped(t typed) (rows []importRow) {
	for i := range min(t.number("rows"), narrative.MostRecommendations) {
		name := "." + itoa(i)
		row := importRow{Basis: t.line("basis" + name), Source: t.line("source" + name), Cut: t.line("cut"+name) == "yes", Items: t.line("items"+name) == "yes"}
		parts := blankLine.Split(strings.TrimSpace(t.text("text"+name)), -1)
		switch fate := t.line("fate" + name); {
		case fate == rowDrop:
			continue
		case fate == rowJoin && len(rows) > 0:
			last := &rows[len(rows)-1]
			last.Text, last.Items, parts = strings.Join(strings.Fields(last.Text+" "+parts[0]), " "), false, parts[1:]
		}
		for _, part := range parts {
			row.Text = strings.Join(strings.Fields(part), " ")
			row.Items = row.Items && len(parts) == 1
			rows = append(rows, row)
		}
	}
	for i := range rows {
		rows[i].At, rows[i].Fate = i, rowKeep
		rows[i].Parts = narrative.Split(rows[i].Text)
	}
	return rows
}

// importSave answers POST /recommendations/editions/:mechanism/:year/import/list:
// it shows the preview again with what was changed, or saves it.
func (s *Server) importSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.importPage(c)
	if err != nil {
		return err
	}
	p.Rows, p.Basis, p.Completeness = rowsTyped(t), t.line("basis"), t.line("completeness")
	if t.line("step") == "again" {
		return s.showImport(c, http.StatusOK, p)
	}
	in := recommendations.ListNew{Country: settingsOf(c).CountryCode, Mechanism: p.Edition.Mechanism, Year: p.Edition.Year, Completeness: recommendations.Completeness(p.Completeness), Entries: p.entries()}
	err = beside("text.0", s.Recommendations.TakeOver(c.Request().Context(), actorOf(c), t.line("key"), in))
	if status, wrong, again := s.again(err, p.order()...); again {
		p.Errors = wrong
		return s.showImport(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, editionPath(p.Edition.Mechanism, p.Edition.Year), s.t.Msg("import.done", "n", len(in.Entries)))
}

func (p importPage) order() []string {
	order := []string{"completeness", "basis"}
	for i := range p.Rows {
		order = append(order, "text."+strconv.Itoa(i))
	}
	return order
}
