package web

import (
	"net/url"

	"tracker/internal/reports"
)

// institutionPath is the address of an institution's page.
func institutionPath(code string) string { return "/institutions/" + url.PathEscape(code) }

// commitmentsPath is the address of today's list of the commitments that a
// filter chooses: what a number or a part of a chart leads to.
func commitmentsPath(f reports.Filter) string {
	return address("/commitments", filterValues(f, reports.Query{}))
}
