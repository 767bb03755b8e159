package workbook

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/sheet"
	"tracker/internal/sheet/steady"
)

// Words is what a problem says. Of an outcome that was kept, a day among the
// arguments is the text that JSON made of it.
func (p Problem) Words(t *i18n.T) string {
	args := slices.Clone(p.Args)
	for i, arg := range args {
		if text, is := arg.(string); is && len(text) == len("2006-01-02") {
			if day, err := calendar.Parse(text); err == nil {
				args[i] = day
			}
		}
	}
	return t.Msg(p.Key, args...)
}

// Words is what a change says: what was there and what comes, or the one of
// them that is not empty.
func (c Change) Words(t *i18n.T) string {
	key := "workbook.change"
	switch {
	case c.Old == "":
		key = "workbook.change.set"
	case c.New == "":
		key = "workbook.change.gone"
	}
	return t.Msg(key, "field", t.Msg("workbook.field."+c.Field), "old", c.Old, "new", c.New)
}

// WriteReport writes a file that was read as a workbook: first a sheet of what
// is to be looked at, by cell, then its own sheets with every value where it
// stood, what becomes of each row in a column behind its last, and at each
// faulty cell its message. Values are written as texts: nothing is calculated.
func WriteReport(w io.Writer, t *i18n.T, b sheet.Book, o Outcome) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("workbook: %v", p)
		}
	}()
	r := reporting{f: excelize.NewFile(), t: t, o: o}
	defer r.f.Close() //nolint:errcheck // nothing is kept on disk
	if err := r.looks(); err != nil {
		return err
	}
	if err := r.summary(); err != nil {
		return err
	}
	taken := map[string]bool{strings.ToLower(r.first): true} // in whatever case
	for i, s := range b.Sheets {
		if s.Hidden || len(s.Rows) == 0 {
			continue
		}
		name := s.Name
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		for n := 2; taken[strings.ToLower(name)]; n++ {
			letters := []rune(s.Name)
			name = strings.TrimSpace(string(letters[:min(len(letters), 26)]) + " (" + strconv.Itoa(n) + ")")
		}
		taken[strings.ToLower(name)] = true
		if err := r.copied(name, s); err != nil {
			return err
		}
	}
	r.f.SetZipWriter(steady.Zip(nil))
	return r.f.Write(w)
}

// reporting writes a report.
type reporting struct {
	f     *excelize.File
	t     *i18n.T
	o     Outcome
	first string // name of its first sheet
	look  struct{ head, plain, faulty, fate int }
}

func (r *reporting) looks() error {
	for _, one := range []struct {
		at    *int
		style excelize.Style
	}{
		{&r.look.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EEF2"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&r.look.plain, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&r.look.faulty, excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F8D7D3"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&r.look.fate, excelize.Style{Font: &excelize.Font{Italic: true, Color: "30475E"}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		var err error
		if *one.at, err = r.f.NewStyle(&one.style); err != nil {
			return err
		}
	}
	return nil
}

// summary is the sheet of counts and of what is to be looked at.
func (r *reporting) summary() error {
	r.first = r.t.Msg("workbook.report.sheet")
	if err := r.f.SetSheetName("Sheet1", r.first); err != nil {
		return err
	}
	if err := r.onPaper(r.first); err != nil {
		return err
	}
	s, err := r.f.NewStreamWriter(r.first)
	if err != nil {
		return err
	}
	for i, width := range []float64{24, 70, 60} {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := 0
	add := func(look int, texts ...string) error {
		row++
		cells := make([]any, len(texts))
		for i, text := range texts {
			cells[i] = excelize.Cell{StyleID: look, Value: sheet.CellText(text)}
		}
		return s.SetRow("A"+strconv.Itoa(row), cells)
	}
	for _, fate := range Fates {
		if n := r.o.Count(fate); n > 0 {
			if err := add(r.look.plain, r.t.Msg("workbook.fate."+string(fate)), strconv.Itoa(n)); err != nil {
				return err
			}
		}
	}
	row++
	if err := add(r.look.head, r.t.Msg("workbook.report.cell"), r.t.Msg("workbook.report.problem"), r.t.Msg("workbook.report.text")); err != nil {
		return err
	}
	for _, p := range r.o.Problems {
		look := r.look.plain
		if p.Blocks {
			look = r.look.faulty
		}
		if err := add(look, p.Address(), p.Words(r.t), p.Text); err != nil {
			return err
		}
	}
	return s.Flush()
}

// copied writes a sheet with what becomes of its rows.
func (r *reporting) copied(name string, of sheet.Sheet) error {
	if _, err := r.f.NewSheet(name); err != nil {
		return err
	}
	if err := r.onPaper(name); err != nil {
		return err
	}
	if err := r.notes(name, of); err != nil { // before the rows: a sheet that is written has no place for them
		return err
	}
	told, faulty, last := r.about(of)
	if first := of.Rows[0].Number; told[first] == "" {
		told[first] = r.t.Msg("workbook.head.fate")
	}
	s, err := r.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, last, narrow); err != nil {
		return err
	}
	if err := s.SetColWidth(last+1, last+1, wide); err != nil {
		return err
	}
	for _, row := range of.Rows {
		cells := make([]any, last+1)
		for _, c := range row.Cells {
			look := r.look.plain
			if faulty[c.Ref] {
				look = r.look.faulty
			}
			cells[c.Column()-1] = excelize.Cell{StyleID: look, Value: sheet.CellText(c.Text)}
		}
		for i := range last { // a cell that is faulty for being empty
			if ref, _ := excelize.CoordinatesToCellName(i+1, row.Number); faulty[ref] && cells[i] == nil {
				cells[i] = excelize.Cell{StyleID: r.look.faulty, Value: ""}
			}
		}
		if text := told[row.Number]; text != "" {
			cells[last] = excelize.Cell{StyleID: r.look.fate, Value: sheet.CellText(text)}
		}
		if err := s.SetRow("A"+strconv.Itoa(row.Number), cells, excelize.RowOpts{Height: high(cells, last)}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// The widths of the columns of a sheet and of that behind them, in letters.
const narrow, wide = 22, 60

// high is the height in points at which every text of a row shows, up to what a
// row can be: not all programs find it by themselves.
func high(cells []any, last int) float64 {
	most := 1
	for i, one := range cells {
		c, _ := one.(excelize.Cell)
		text, _ := c.Value.(string)
		lines, width := 0, narrow
		if i >= last {
			width = wide
		}
		for line := range strings.SplitSeq(text, "\n") {
			lines += 1 + utf8.RuneCountInString(line)/width
		}
		most = max(most, lines)
	}
	return float64(15 * min(most, 27))
}

// about is what becomes of the rows of a sheet, which of its cells are faulty,
// and its last column.
func (r *reporting) about(of sheet.Sheet) (told map[int]string, faulty map[string]bool, last int) {
	told, faulty, last = map[int]string{}, map[string]bool{}, 1
	for _, row := range of.Rows {
		last = max(last, row.Cells[len(row.Cells)-1].Column())
	}
	for _, row := range r.o.Rows {
		if row.Sheet == of.Name {
			if told[row.Number] != "" { // a row can make several things
				told[row.Number] += "\n"
			}
			told[row.Number] += r.row(row)
		}
	}
	for _, p := range r.o.Problems {
		if p.Sheet == of.Name && p.Cell != "" {
			faulty[p.Cell] = true
		}
	}
	return told, faulty, last
}

// onPaper prints a sheet as wide as a page on its side.
func (r *reporting) onPaper(name string) error {
	fit, wide, high, way, a4 := true, 1, 0, "landscape", 9
	if err := r.f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return r.f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &way, FitToWidth: &wide, FitToHeight: &high})
}

// row says what becomes of a row.
func (r *reporting) row(row Row) string {
	text := r.t.Msg("workbook.fate." + string(row.Fate))
	if row.Ref != "" {
		text += ": " + row.Ref
	}
	for _, c := range row.Changes {
		text += "\n" + c.Words(r.t)
	}
	return text
}

// mostNotes bounds the notes at cells of a sheet: each is drawn as a shape. All
// problems stand on the first sheet.
const mostNotes = 500

// notes writes at each faulty cell its messages.
func (r *reporting) notes(name string, of sheet.Sheet) error {
	at, order := map[string]string{}, []string{}
	for _, p := range r.o.Problems {
		if p.Sheet != of.Name || p.Cell == "" {
			continue
		}
		if _, there := at[p.Cell]; !there {
			if order = append(order, p.Cell); len(order) > mostNotes {
				break
			}
		} else {
			at[p.Cell] += "\n"
		}
		at[p.Cell] += p.Words(r.t)
	}
	for _, cell := range order {
		if at[cell] == "" {
			continue
		}
		err := r.f.AddComment(name, excelize.Comment{Cell: cell, Author: " ", Width: 260, Height: 90, Paragraph: []excelize.RichTextRun{{Text: at[cell]}}})
		if err != nil {
			return err
		}
	}
	return nil
}
