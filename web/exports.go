package web

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/csv"
	"tracker/internal/reports/xlsx"
)

// The media types of files.
const (
	typeWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV      = "text/csv; charset=utf-8; header=present"
)

// files is the part of the table for lists as files. Each stands beside its
// list's own address, takes the same filter and has the same permission.
func (s *Server) files() []route {
	var list []route
	for _, f := range []struct {
		path  string
		may   permission
		table tableOf
	}{
		{"/commitments", planReaders, s.commitmentTable},
		{"/recommendations", planReaders, s.recommendationTable},
		{"/recommendations/coverage", planReaders, s.coverageTable},
		{comparePath, planReaders, s.compareTable},
		{indicatorsPath, planReaders, s.indicatorTable},
		{moneyPath, planReaders, s.moneyTable},
		{"/recommendations/editions", planReaders, s.editionTable},
		{"/institutions", planReaders, s.institutionTable},
		{"/periods", planReaders, s.periodTable},
		{"/periods/deadlines/:id/institutions", planReaders, s.deadlineTable},
		{"/periods/deadlines/:id/request", planReaders, s.requestTable},
		{"/discipline", planReaders, s.disciplineTable},
		{"/discipline/commitments", planReaders, s.entryTable},
		{"/review", writers, s.reviewTable},
		{"/evidence", planReaders, s.evidenceTable},
		{"/ratings", planReaders, s.ratingTable},
		{"/publications/:number/differences", anybody, s.differenceTable},
		{"/audit", auditor, s.auditTable},
		{"/admin/people", administrator, s.peopleTable},
	} {
		list = append(list,
			route{get, f.path + ".csv", f.may, s.forStrangers(s.asFile(f.table, "csv", typeCSV, csv.Write))},
			route{get, f.path + ".xlsx", f.may, s.forStrangers(s.asFile(f.table, "xlsx", typeWorkbook, xlsx.WriteTable))})
	}
	return list
}

// tableOf finds the rows of a list by the filter in the address: all of them,
// where the page shows one page.
type tableOf func(c echo.Context) (reports.Table, error)

// asFile answers with a list as a file. A filter that cannot be read leads to
// the list, which says what is wrong with it.
func (s *Server) asFile(of tableOf, ext, kind string, write func(io.Writer, *i18n.T, reports.Table) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := of(c)
		var b bytes.Buffer
		if err == nil {
			t.About = s.about(settingsOf(c))
			err = write(&b, s.t, t)
		}
		if p, ok := invalid(err); ok && len(p.Fields) > 0 {
			return c.Redirect(http.StatusSeeOther, address(strings.TrimSuffix(c.Request().URL.Path, "."+ext), c.QueryParams()))
		}
		if err != nil {
			return err
		}
		return s.attach(c, t.FileName(ext), kind, b.Bytes())
	}
}

// attach answers with a file to be kept.
func (s *Server) attach(c echo.Context, name, kind string, content []byte) error {
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	s.made(c, len(content))
	return c.Blob(http.StatusOK, kind, content)
}

// Export leads to a list as files; the partial "export" draws it. The zero
// value draws nothing.
type Export struct {
	Count         int // rows on all pages of the list
	Workbook, CSV string
}

// exportOf leads to the files of a list with its filter.
func exportOf(path string, query url.Values, count int) Export {
	return Export{Count: count, Workbook: hrefWithout(path+".xlsx", query, "page", ""), CSV: hrefWithout(path+".csv", query, "page", "")}
}

// linkWords are the words of links, such as those of the filters in force.
func linkWords(links []Link) []string {
	var list []string
	for _, l := range links {
		list = append(list, l.Label)
	}
	return list
}

// dayOr is a day, or words where there is none.
func dayOr(d interface{ IsZero() bool }, otherwise string) any {
	if d.IsZero() {
		return otherwise
	}
	return d
}
