// Package round is the workbook that goes out to a ministry and comes back
// filled in: what it promised and counts, what it said last, and cells for what
// it has to say of a period. What comes back is told as an Outcome and becomes
// updates and measurements that wait for review, as if typed on the pages.
package round

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/progress"
)

// form begins every stamp: what a file is, and which form of it.
const form = "tracker-workbook/1"

// Stamp says what a workbook was given out for, and when. It stands in one
// cell, so that it is copied whole or not at all.
type Stamp struct {
	Country     string // ISO 3166-1 alpha-2
	Institution string // code
	Period      string // label
	At          time.Time
}

func (s Stamp) body() string {
	return strings.Join([]string{s.Country, s.Institution, s.At.UTC().Format(time.RFC3339Nano), s.Period}, " ")
}

// String is the stamp as it stands in its cell. It carries a sum of itself: a
// stamp that somebody altered is known by it.
func (s Stamp) String() string { return form + " " + short(s.body()) + " " + s.body() }

// readStamp reads a stamp. found is false for a text that is none; whole is
// false for one that was altered.
func readStamp(text string) (s Stamp, found, whole bool) {
	rest, found := strings.CutPrefix(strings.Join(strings.Fields(text), " "), form+" ")
	parts := strings.SplitN(rest, " ", 5)
	if !found || len(parts) < 5 {
		return s, found, false
	}
	at, err := time.Parse(time.RFC3339Nano, parts[3])
	s = Stamp{Country: parts[1], Institution: parts[2], Period: parts[4], At: at}
	return s, true, err == nil && parts[0] == short(s.body())
}

// Workbook is what the workbook of an institution holds for a period.
type Workbook struct {
	Stamp
	CountryName   string
	Owner         string
	Demonstration bool
	Name          string // of the institution
	ShortName     string
	Year          progress.Period
	Due           []progress.Deadline // reporting deadlines of the period that are open
	Rows          []Row
	Figures       []Figure
}

// FileName is the name under which the workbook is given out in a language.
func (b Workbook) FileName(lang string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, b.Country+"-workbook-"+b.Institution+"-"+b.Period)
	if lang != i18n.Languages[0] {
		name += "-" + lang
	}
	if b.Demonstration {
		name += "-DEMONSTRATION"
	}
	return name + ".xlsx"
}

// Row is a commitment that the institution leads or supports. Lead is who leads
// it, where the institution supports; empty where it leads itself. Status is
// the one that the institution gave last, or the commitment's own where it
// gives none. Known are the institution's updates of the period at the export.
type Row struct {
	Ref, Title string
	Lead       string
	DueOn      calendar.Date
	Status     progress.Status
	Last       progress.Update // that the institution wrote last; its State is empty where there is none
	Known      known
}

// Leads says whether the institution leads the commitment.
func (r Row) Leads() bool { return r.Lead == "" }

// Figure is a place in the table of an indicator that the institution reports.
type Figure struct {
	Ref, Title string
	Terms      indicators.Terms
	Place      indicators.Place
	Last       string        // what was said last of the period, as it is typed
	UpTo       calendar.Date // the day up to which it covers
	Known      known         // the measurements of the period at the export
}

// known names entries as they were at an export: "id:version:sum" of each,
// parted by spaces.
type known string

// with adds an entry.
func (k known) with(id, version int64, sum string) known {
	return known(strings.TrimSpace(fmt.Sprintf("%s %d:%d:%s", k, id, version, sum)))
}

// has says whether an entry says now what it said then. A version may have
// moved on by a decision, which changes no text.
func (k known) has(id, version int64, sum string) bool {
	for _, one := range strings.Fields(string(k)) {
		var wasID, wasVersion int64
		var was string
		if n, _ := fmt.Sscanf(one, "%d:%d:%s", &wasID, &wasVersion, &was); n == 3 && wasID == id {
			return wasVersion == version || was == sum
		}
	}
	return false
}

// sumOf is a SHA-256 over texts. The room between words does not count: other
// programs break lines in their own ways.
func sumOf(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%s\n", squash(t))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// short is the beginning of such a sum: enough to tell what was altered by
// mistake.
func short(texts ...string) string { return sumOf(texts...)[:12] }

// squash is a text with single spaces.
func squash(text string) string { return strings.Join(strings.Fields(text), " ") }

// sumOfUpdate is the sum of what an update says, as far as the workbook asks it.
func sumOfUpdate(u progress.Update) string {
	return short(u.AsOf.String(), string(u.Status), u.Done, u.NoProgress, u.Blocker, u.Obstacles, u.NextStep, u.SharedSummary)
}
