package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/csv"
	"tracker/internal/reports/xlsx"
	"tracker/internal/workbook/lists"
)

// listsPath is the address of the lists that are given out as they are taken in.
const listsPath = "/lists"

// listMay says who may have which list; package lists holds the same rule.
var listMay = []struct {
	name string
	may  permission
}{{"institutions", administrator}, {"people", administrator}, {"commitments", coordinator}, {"recommendations", coordinator},
	{"indicators", coordinator}, {"measurements", writers}}

// sheets is the part of the table for lists as they are taken in.
func (s *Server) sheets() []route {
	list := []route{{get, listsPath, writers | administrator, s.listOffer}}
	for _, l := range listMay {
		list = append(list,
			route{get, listsPath + "/" + l.name + ".csv", l.may, s.forStrangers(s.asFile(s.listTable(l.name), "csv", typeCSV, csv.Write))},
			route{get, listsPath + "/" + l.name + ".xlsx", l.may, s.forStrangers(s.asFile(s.listTable(l.name), "xlsx", typeWorkbook, xlsx.WriteTable))})
	}
	return list
}

// listTable finds the rows of a list.
func (s *Server) listTable(name string) tableOf {
	return func(c echo.Context) (reports.Table, error) {
		sheet, err := s.Lists.Out(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, name)
		return ListTable(s.t, sheet, s.Clock.Today()), err
	}
}

// ListTable is a list as a file on a day. Its headings are those by which it is
// taken in, the same in every language.
func ListTable(t *i18n.T, sheet lists.Sheet, day calendar.Date) reports.Table {
	table := reports.Table{Name: "list-of-" + sheet.Name, D: day}
	if sheet.Name != "" {
		table.Title = t.Msg("lists.name." + sheet.Name)
	}
	for _, c := range sheet.Columns {
		table.Columns = append(table.Columns, reports.Column{Name: c.Key, Width: c.Width})
	}
	rows := make([][]any, len(sheet.Rows))
	for i, row := range sheet.Rows {
		for _, text := range row {
			rows[i] = append(rows[i], text)
		}
	}
	table.Rows = reports.Listed(rows)
	return table
}

// listsPage leads to the lists that a person may have.
type listsPage struct {
	Page
	Lists []listLine
}

// listLine is a list with its files and its columns.
type listLine struct {
	Name, About, Workbook, CSV string
	Back                       string // where it is brought in again
	Columns                    []string
}

// listOffer answers GET /lists.
func (s *Server) listOffer(c echo.Context) error {
	p := listsPage{Page: s.page(c, s.t.Msg("lists.title"))}
	for _, name := range lists.Names(actorOf(c)) {
		p.Lists = append(p.Lists, listLine{Name: s.t.Msg("lists.name." + name), About: s.t.Msg("lists.about." + name),
			Workbook: listsPath + "/" + name + ".xlsx", CSV: listsPath + "/" + name + ".csv", Back: address(importsPath, url.Values{"what": {"list:" + name}}), Columns: lists.Headings(name)})
	}
	return s.show(c, "lists/offer", p)
}
