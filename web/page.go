package web

import (
	"net/url"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/problem"
)

// Page is what the layout needs; the struct of each page embeds it.
type Page struct {
	Title  string     // of the tab, without the product's name
	Actor  *ActorView // nil when nobody is signed in
	Nav    []NavItem
	Crumbs []Crumb
	Flash  []string    // said once, after a change: "The update was sent for review."
	Errors FieldErrors // of the form on the page; the layout lists them above the heading
	T      *i18n.T
	Path   string     // of the request, without its query
	Query  url.Values // of the request, for links that keep the filter
	Site   Site
	Today  calendar.Date
	Demo   bool // whether the database is marked as a demonstration
	Wide   bool // a matrix: printed on landscape A4
	Narrow bool // reading and phone-first pages: 44rem at most

	History string // the object whose entries in the trail the reader may see, empty for none
}

// Site names whose tracker it is.
type Site struct {
	Country string // "Kingdom of Lesotho"
	Owner   string // "Multi-Sectoral Committee on Trafficking in Persons"
	Product string // "Action Plan Tracker"
}

// ActorView is the signed-in person as pages show them: a post, never a name.
type ActorView struct {
	Role        string // in words: "Coordinator"
	Institution string
}

// NavItem is one entry of the main navigation.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	Count   int // shown in a round badge when over 0
}

// Crumb is one step of "you are here"; the last one is the page itself.
type Crumb struct{ Label, Href string }

// Link is a text that leads somewhere.
type Link struct{ Label, Href string }

// Outside says whether it leads to another site, which learns nothing of where
// its reader came from.
func (l Link) Outside() bool { return strings.Contains(l.Href, "://") }

// Option is one choice of a select, of radios or of checkboxes.
type Option struct {
	Value, Label string
	Hint         string // radios and checkboxes only
	Count        int    // number behind a filter; shown when Counted
	Counted      bool
}

// FieldError is what is wrong with one field of a form, in words. Field is the
// field's id; empty is for the form as a whole.
type FieldError struct{ Field, Message string }

// FieldErrors lists what is wrong with a form, in the order of its fields.
type FieldErrors []FieldError

// For is the message for a field, or empty.
func (e FieldErrors) For(field string) string {
	for _, one := range e {
		if one.Field == field {
			return one.Message
		}
	}
	return ""
}

// Problems puts a problem into words: its fields, those named in order first
// and the others after them by name, or its own message when it has no field.
func Problems(t *i18n.T, p *problem.Error, order ...string) FieldErrors {
	var list FieldErrors
	done := map[string]bool{}
	for _, field := range append(append([]string{}, order...), p.FieldNames()...) {
		if m, ok := p.Fields[field]; ok && !done[field] {
			list = append(list, FieldError{Field: field, Message: t.Msg(m.Key, m.Args...)})
			done[field] = true
		}
	}
	if len(list) == 0 {
		list = FieldErrors{{Message: t.Msg(p.Key, p.Args...)}}
	}
	return list
}

// Paging says which part of a list is shown; the partial "pagination" draws it.
type Paging struct {
	Page, Pages        int // from 1
	First, Last, Total int // rows shown, counted from 1, and rows in all
	Path               string
	Query              url.Values
}

// NewPaging reckons the part that a page of size rows shows; a page number out
// of range is brought to the nearest page.
func NewPaging(page, size, total int, path string, query url.Values) Paging {
	pages := max(1, (total+size-1)/size)
	page = min(max(page, 1), pages)
	return Paging{
		Page: page, Pages: pages, First: min((page-1)*size+1, total), Last: min(page*size, total), Total: total,
		Path: path, Query: query,
	}
}

// Offset is the number of rows before the first one shown.
func (p Paging) Offset() int { return max(p.First-1, 0) }

// Numbers lists the pages to link to: the first, the last and those around the
// current one; 0 stands for a gap.
func (p Paging) Numbers() []int {
	var numbers []int
	for n := 1; n <= p.Pages; n++ {
		if n == 1 || n == p.Pages || (n >= p.Page-1 && n <= p.Page+1) {
			numbers = append(numbers, n)
		} else if numbers[len(numbers)-1] != 0 {
			numbers = append(numbers, 0)
		}
	}
	return numbers
}

// Fig is one of the four or so large figures under a page's heading.
type Fig struct {
	Label, Href string // Href may be empty
	Number      string
	Note        string
}

// DayItem is one entry of the strip of deadlines: how far away, and what.
type DayItem struct {
	Lead string // "10 days"
	Text string
	When string // "past", "next" or empty
}

// TimelineEntry is one step of a commitment's story. An entry with Month set
// is only the heading of a month.
type TimelineEntry struct {
	Month  string
	Mark   string // name of a mark: "submitted", "flag"
	Tone   string // colour class of the mark without "c-": "go", "risk"
	Who    string // post, never a person
	On     calendar.Date
	Text   string
	Status string // delivery status said by it, or empty
	Review string // review state, or empty
	Rating string
	Proof  string // verification, or empty
	Quote  string
	Note   string
	Href   string   // to the full record, or empty
	Links  []Link   // evidence
	Flag   string   // a computed flag that begins here, or empty
	Days   int      // of the flag
	Marks  []string // addendum, correction, corrected
	// Changes is what a revision changed, field by field.
	Changes []Change
}

// Change is a field before and after; either may be empty.
type Change struct{ Field, Old, New string }
