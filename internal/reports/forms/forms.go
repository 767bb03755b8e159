// Package forms lists the forms in which a report leaves, each with its writer.
// All of them write down the same value, so that they hold the same numbers.
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

// Form is one of them, of a value.
type Form[V any] struct {
	Name  string // as addresses, options and files name it
	MIME  string
	Write func(io.Writer, *i18n.T, V) error
}

const (
	mimePDF  = "application/pdf"
	mimeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mimeJSON = "application/json"
)

// All lists the forms of a status report in the order in which pages offer
// them.
func All() []Form[reports.Status] {
	return []Form[reports.Status]{
		{"pdf", mimePDF, pdf.Write},
		{"xlsx", mimeXLSX, xlsx.Write},
		{"html", "text/html; charset=utf-8", html.Write},
		{"csv", "text/csv; charset=utf-8", data.WriteCSV},
		{"json", mimeJSON, data.WriteJSON},
	}
}

// OfDialogues lists the forms of what is told of a dialogue, likewise.
func OfDialogues() []Form[reports.Briefing] {
	return []Form[reports.Briefing]{
		{"pdf", mimePDF, pdf.WriteBriefing},
		{"xlsx", mimeXLSX, xlsx.WriteBriefing},
		{"json", mimeJSON, data.WriteBriefingJSON},
	}
}

// Of finds a form of a status report by its name.
func Of(name string) (Form[reports.Status], bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Form[reports.Status]) bool { return f.Name == name })
	if i < 0 {
		return Form[reports.Status]{}, false
	}
	return all[i], true
}
