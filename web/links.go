package web

import (
	"net/url"

	"tracker/internal/calendar"
	"tracker/internal/reports"
)

// institutionPath is the address of an institution's page.
func institutionPath(code string) string { return "/institutions/" + url.PathEscape(code) }

// commitmentsOn is the same for the list of another day.
func commitmentsOn(d calendar.Date) func(reports.Filter) string {
	return func(f reports.Filter) string { return address("/commitments", filterValues(f, reports.Query{D: d})) }
}

// commitmentsPath is the address of today's list of the commitments that a
// filter chooses: what a number or a part of a chart leads to.
func commitmentsPath(f reports.Filter) string {
	return address("/commitments", filterValues(f, reports.Query{}))
}
