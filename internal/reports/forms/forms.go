// Package forms lists the forms in which a status report leaves, each with its
// writer. All of them write down the same value, so that they hold the same
// numbers.
package forms

import (
	"io"
	"slices"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/data"
	"tracker/internal/reports/html"
	"tracker/internal/reports/pdf"
	"tracker/internal/reports/xlsx"
)

// Form is one of them.
type Form struct {
	Name  string // as addresses, options and files name it
	MIME  string
	Write func(io.Writer, *i18n.T, reports.Status) error
}

// All lists the forms in the order in which pages offer them.
func All() []Form {
	return []Form{
		{"pdf", "application/pdf", pdf.Write},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.Write},
		{"html", "text/html; charset=utf-8", html.Write},
		{"csv", "text/csv; charset=utf-8", data.WriteCSV},
		{"json", "application/json", data.WriteJSON},
	}
}

// Of finds a form by its name.
func Of(name string) (Form, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Form) bool { return f.Name == name })
	if i < 0 {
		return Form{}, false
	}
	return all[i], true
}
