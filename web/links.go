package web

import (
	"net/url"

	"tracker/internal/reports"
)

// institutionPath is the address of an institution's page.
func institutionPath(code string) string { return "/institutions/" + url.PathEscape(code) }

// commitmentsPath is the address of the list of commitments that a filter
// chooses: what a number or a part of a chart leads to.
func commitmentsPath(f reports.Filter) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Add(name, value)
		}
	}
	set("q", f.Words)
	for _, s := range f.Statuses {
		set("status", string(s))
	}
	for _, flag := range f.Flags {
		set("flag", string(flag))
	}
	set("institution", f.Institution)
	if f.LeadOnly {
		set("lead", "1")
	}
	set("node", f.Node)
	set("answers", f.Answers)
	set("origin", f.Origin)
	set("report", string(f.Report))
	set("sort", f.Sort)
	return address("/commitments", q)
}
