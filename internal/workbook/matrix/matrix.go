// Package matrix reads the plan of a ministry from the matrix it already has:
// a workbook or CSV as package sheet opened it. It finds the header, says which
// column holds what and why, and gives the rows with the addresses of their
// cells. It proposes; a person confirms. It keeps nothing, and what it cannot
// read is a problem with its cell and its text, never a guess.
package matrix

import (
	"slices"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// Field is what a column holds.
type Field string

// The fields of a matrix. Unknown is a column that nothing tells.
const (
	Unknown     Field = ""
	Pillar      Field = "pillar"
	Objective   Field = "objective"
	Outcome     Field = "outcome"
	Output      Field = "output"
	Activity    Field = "activity"
	SubActivity Field = "sub_activity"
	Number      Field = "number"
	Indicator   Field = "indicator"
	Baseline    Field = "baseline"
	Target      Field = "target"
	Means       Field = "means"
	Lead        Field = "lead"
	Supporting  Field = "supporting"
	Time        Field = "timeframe"
	Start       Field = "start"
	End         Field = "end"
	Budget      Field = "budget"
	Currency    Field = "currency"
	Funder      Field = "funder"
	Assumptions Field = "assumptions"
	Remarks     Field = "remarks"
)

// Fields are those that a person may choose for a column, in the order of a
// matrix. Beside them stands Unknown, which leaves it out.
var Fields = []Field{Pillar, Objective, Outcome, Output, Number, Activity, SubActivity, Indicator, Baseline, Target, Means, Lead, Supporting, Time, Start, End,
	Budget, Currency, Funder, Assumptions, Remarks}

// levels are the fields that make the tree, from the top.
var levels = []Field{Pillar, Objective, Outcome, Output, Activity, SubActivity}

// depth is the place of a level in the tree, from 1; 0 for what is no level.
func depth(f Field) int {
	for i, l := range levels {
		if l == f {
			return i + 1
		}
	}
	return 0
}

// Why says how the field of a column was told.
type Why string

// How a column's field was told. A column that nothing tells has None.
const (
	ByWords   Why = "words"   // of its heading
	ByContent Why = "content" // of its cells
	ByLearnt  Why = "learnt"  // of its heading, as Told.Words has it
	ByPerson  Why = "told"    // as Told.Columns has it
	None      Why = "none"
)

// Plan is what was read: tables in the order of the workbook, what was passed
// over, and problems by sheet and cell.
type Plan struct {
	Tables   []Table   `json:"tables"`
	Skipped  []Skipped `json:"skipped"`
	Problems []Problem `json:"problems"`
}

// Skipped is a sheet that holds no table of a plan, with the reason as a message key.
type Skipped struct {
	Sheet string `json:"sheet"`
	Key   string `json:"reason"`
}

// Table is one table of a sheet. Header and HeaderEnd are the first and last
// row of its header; Pillar is what its title or its sheet's name says of it.
// Entries are places above the rows with what stands beside their titles, such
// as the indicators of an outcome; their amounts are sums and are left out.
type Table struct {
	Sheet     string    `json:"sheet"`
	Header    int       `json:"header"`
	HeaderEnd int       `json:"header_end"`
	Pillar    *Step     `json:"pillar,omitempty"`
	Columns   []Column  `json:"columns"`
	Rows      []Row     `json:"rows"`
	Entries   []Row     `json:"entries"`
	Ignored   []Ignored `json:"ignored"`
	deepest   int       // the parts that most rows' numbers have
}

// Column is a column of a table: its letters, its heading as written, its
// field and how that was told. Year is that of a target or budget, or of a mark
// in a timeframe, with Quarter from 1; Currency and Times are what the heading
// says of money: every amount counts so many times.
type Column struct {
	Letters  string `json:"column"`
	Heading  string `json:"heading"`
	Field    Field  `json:"field"`
	Why      Why    `json:"why"`
	Year     int    `json:"year,omitempty"`
	Quarter  int    `json:"quarter,omitempty"`
	Currency string `json:"currency,omitempty"`
	Times    int64  `json:"times,omitempty"`
	Unsure   bool   `json:"unsure,omitempty"` // its amounts may be thousands or millions: without Times, which a person tells, they are problems
	at       int
	of       Field // of a number: the level it numbers
	shut     bool  // another column has its field
}

// Ignored is a row that is none of the plan, and what it is: "total", "note",
// "heading", "header" or "unclear".
type Ignored struct {
	Row  int    `json:"row"`
	What string `json:"what"`
	Text string `json:"text"`
}

// Step is an entry of the tree above a row. Cell is where it stands, empty when
// the sheet's name says it.
type Step struct {
	Level  Field  `json:"level"`
	Number string `json:"number,omitempty"`
	Title  string `json:"title"`
	Cell   string `json:"cell,omitempty"`
}

// Row is an activity, or what stands at the bottom of this plan's tree, on the
// rows First to Last. Level says which; Cell is where its title begins. When is
// the timeframe as typed.
type Row struct {
	First       int         `json:"first"`
	Last        int         `json:"last"`
	Cell        string      `json:"cell"`
	Level       Field       `json:"level"`
	Number      string      `json:"number,omitempty"`
	Title       string      `json:"title"`
	Path        []Step      `json:"path"`
	Indicators  []Measure   `json:"indicators"`
	Lead        []Said      `json:"lead"`
	Supporting  []Said      `json:"supporting"`
	When        []Said      `json:"when"`
	Span        Span        `json:"span"`
	Budget      []Money     `json:"budget"`
	Funder      []Said      `json:"funder"`
	Means       []Said      `json:"means"`
	Assumptions []Said      `json:"assumptions"`
	Remarks     []Said      `json:"remarks"`
	Other       []OtherSaid `json:"other"`
}

// Said is a text with its cell.
type Said struct {
	Text string `json:"text"`
	Cell string `json:"cell"`
}

// OtherSaid is what a column says that nothing tells, under its heading.
type OtherSaid struct {
	Heading string `json:"heading"`
	Said
}

// Measure is an indicator with its baseline and targets as typed.
type Measure struct {
	Said
	Baseline *Said    `json:"baseline,omitempty"`
	Targets  []Amount `json:"targets"`
}

// Amount is a target; Year is 0 where none is told.
type Amount struct {
	Year int `json:"year"`
	Said
}

// Span is when something is to be done: from Start to Due, each of them absent
// where it is not told; Continuous has no end.
type Span struct {
	Start      calendar.Date `json:"start"`
	Due        calendar.Date `json:"due"`
	Continuous bool          `json:"continuous"`
}

// Money is a line of the budget. Year is 0 and Currency "" where they are not
// told; a currency that could be several is kept as typed, such as FCFA.
type Money struct {
	plan.BudgetLine
	Cell string `json:"cell"`
}

// Problem is what a person should look at: a message key with its arguments,
// the cell, and the text as it stands there.
type Problem struct {
	Sheet string `json:"sheet"`
	Cell  string `json:"cell"`
	Key   string `json:"key"`
	Args  []any  `json:"-"`
	Text  string `json:"text"`
}

// Address is the cell as people write it: "Sheet!F12", without a sheet in a CSV.
func (p Problem) Address() string { return address(p.Sheet, p.Cell) }

func wrong(key string, args ...any) error { return problem.New(problem.Invalid, key, args...) }

// Read reads the plan of a workbook as told. What is no plan is Invalid, with the reason.
func Read(b sheet.Book, told Told) (Plan, error) {
	p := Plan{Tables: []Table{}, Skipped: []Skipped{}, Problems: []Problem{}}
	filled := false
	heads, sheets, formulas := make([]head, len(b.Sheets)), slices.Clone(b.Sheets), make([][]silent, len(b.Sheets))
	tables := 0
	for i := range sheets {
		sheets[i], formulas[i] = withoutSilent(sheets[i])
		s := sheets[i]
		filled = filled || len(s.Rows) > 0
		ok := false
		if heads[i], ok = told.head(s); ok {
			tables++
			continue
		}
		heads[i].first = -1
		switch {
		case isExample(s.Name):
			p.skip(s.Name, "matrix.skipped.example")
		case s.Hidden:
			p.skip(s.Name, "matrix.skipped.hidden")
		case len(s.Rows) == 0:
			p.skip(s.Name, "matrix.skipped.empty")
		default:
			p.skip(s.Name, "matrix.skipped.header")
		}
	}
	for i, s := range sheets {
		if heads[i].first >= 0 {
			before := len(p.Tables)
			p.readSheet(s, heads[i], tables, told)
			p.tellSilent(p.Tables[before:], formulas[i])
		}
	}
	rows := 0
	for _, t := range p.Tables {
		rows += len(t.Rows)
	}
	switch {
	case !filled:
		return p, wrong("matrix.error.empty")
	case len(p.Tables) == 0:
		return p, wrong("matrix.error.header")
	case rows == 0:
		return p, wrong("matrix.error.rows")
	}
	return p, nil
}

func (p *Plan) skip(name, key string) { p.Skipped = append(p.Skipped, Skipped{Sheet: name, Key: key}) }
