package round

import (
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// field names a column of a sheet, whatever its heading says.
type field string

// The columns of the sheet of commitments.
const (
	ref        field = "ref"
	title      field = "title"
	partOf     field = "part"
	dueOn      field = "due_on"
	lastStatus field = "last_status"
	lastText   field = "last_text"
	lastAsOf   field = "last_as_of"
	lastState  field = "last_state"
	asOf       field = "as_of"
	status     field = "status"
	done       field = "done"
	noProgress field = "no_progress"
	blocker    field = "blocker"
	obstacles  field = "obstacles"
	nextStep   field = "next_step"
	summary    field = "shared_summary"
	paperTitle field = "paper_title"
	paperURL   field = "paper_url"
	paperKind  field = "paper_kind"
)

// column is one of a sheet: its heading is the message of "round.col." and its
// field. What a person fills in is an input.
type column struct {
	field field
	width float64
	input bool
}

// of the commitments: what is told, then what is to be filled in.
var ofCommitments = []column{
	{ref, 11, false}, {title, 30, false}, {partOf, 17, false}, {dueOn, 12, false}, {lastStatus, 12, false}, {lastText, 36, false}, {lastAsOf, 12, false}, {lastState, 11, false},
	{asOf, 12, true}, {status, 13, true}, {done, 38, true}, {noProgress, 26, true}, {blocker, 19, true}, {obstacles, 24, true}, {nextStep, 24, true}, {summary, 28, true},
	{paperTitle, 20, true}, {paperURL, 24, true}, {paperKind, 14, true},
}

// heading is the heading of a column in words.
func (f field) heading(t *i18n.T) string { return t.Msg("round.col." + string(f)) }

// plainly is a text as headings and words of choice are compared: letters
// without accents, digits and single spaces, in small letters.
func plainly(text string) string {
	return plan.Fold(strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ':', '*', '.', ',', '“', '”', '"', '’', '\'', '«', '»', '\u00a0':
			return ' '
		}
		return r
	}, text))
}

// named is a reference as references are compared: in small letters with single
// spaces. Anything else in it tells two of them apart.
func named(ref string) string { return strings.ToLower(squash(ref)) }

// said is what an update says in one text.
func said(t *i18n.T, u progress.Update) string {
	if u.NoProgress != "" {
		return t.Msg("updates.no_progress_because", "text", u.NoProgress)
	}
	return u.Done
}
